"""Forms for sending a case to an outside body: asking, an answer on paper, a second person's decision, each step."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, SelectMultipleField
from wtforms.validators import InputRequired

from grievance.messaging.texts import TOLD_CHARACTERS
from grievance.referrals.kinds import Body, Consent
from grievance.web.staff.forms_base import ActionForm, codes, line_field, words_field
from grievance.web.staff.forms_response import ON_PAPER
from grievance.web.validators import PastDateField


class AskReferralForm(ActionForm):
    """To whom, what of it, and why."""

    body = RadioField(
        _l("To whom"), choices=codes(Body), validators=[InputRequired(_l("Choose to whom it would be sent."))]
    )
    company = SelectField(_l("Which company"), description=_l("Only where it would go to a company."))
    name = line_field(_l("Which authority"), None, hint=_l("Only where it is another authority."))
    filings = SelectMultipleField(
        _l("Whose words would go"), validators=[InputRequired(_l("Choose at least one filing."))]
    )
    files = SelectMultipleField(
        _l("Which files would go"),
        description=_l("Only files that people of the case sent. Look at each: a picture can name somebody."),
    )
    reason = words_field(
        _l("Why, which the person reads"),
        _l("Write why. The person will read it."),
        most=TOLD_CHARACTERS // 2,
        hint=_l("What they can do there that we cannot. We add to whom, and that a no has no consequence."),
    )


class ConsentForm(ActionForm):
    """What a person answered on paper or before a witness."""

    person = SelectField(_l("Who answered"), validators=[InputRequired(_l("Choose who answered."))])
    consent = RadioField(
        _l("What the person said"), choices=codes(Consent), validators=[InputRequired(_l("Choose the answer."))]
    )
    source = RadioField(
        _l("How the person said so"),
        choices=codes(source.value for source in ON_PAPER),
        description=_l("Show or read out first exactly what would go: it stands on the page of what would be sent."),
        validators=[InputRequired(_l("Choose how the person said so."))],
    )


class AskOverrideForm(ActionForm):
    """Why it has to go without a yes."""

    reason = words_field(
        _l("Why it has to go without a yes, which the person reads"),
        _l("Write why. The person will read it."),
        most=TOLD_CHARACTERS // 2,
        hint=_l("A danger to others, or a duty to report. Say which. It never goes with a name."),
    )


class DecideOverrideForm(ActionForm):
    """Yes or no of a second person."""

    decision = RadioField(
        _l("Your decision"),
        choices=codes(["grant", "refuse"]),
        validators=[InputRequired(_l("Say yes or no."))],
    )


class ReferralStepForm(ActionForm):
    """What happened, and on which day."""

    step = SelectField(_l("What happened"), validators=[InputRequired(_l("Choose what happened."))])
    on = PastDateField(_l("On which day"), validators=[InputRequired(_l("Give the day on which it happened."))])
    words = words_field(
        _l("What the person reads besides"),
        None,
        most=TOLD_CHARACTERS // 2,
        hint=_l("The person is told each step by itself. Add what came of it, or what they can expect. No names."),
    )
