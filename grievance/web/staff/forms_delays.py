"""Forms for dates that cannot be kept, for waiting, and for what is asked weeks later."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectField
from wtforms.validators import InputRequired

from grievance.cases.side_tracks import CHOSEN_REASONS, AppealResult
from grievance.messaging.texts import TOLD_CHARACTERS
from grievance.web.staff.forms_base import ActionForm, Day, codes, words_field


class DelayForm(ActionForm):
    """Which date, why, the new one, and what the person reads."""

    clock = SelectField(_l("Which date"), validators=[InputRequired(_l("Choose the date that will not be kept."))])
    reason = RadioField(
        _l("Why"), choices=codes(CHOSEN_REASONS), validators=[InputRequired(_l("Say why the date will not be kept."))]
    )
    new_due_on = Day(
        _l("New date"),
        validators=[InputRequired(_l("Give the new date."))],
        description=_l("A date that you will keep. It must be later than the one promised."),
    )
    words = words_field(
        _l("What the person reads"),
        _l("Write what the person should read."),
        most=TOLD_CHARACTERS,
        hint=_l("Say what was done and what is missing. The new date is added by itself. No names."),
    )


class DecideExtensionForm(ActionForm):
    """Yes or no to a later date that somebody asked for."""

    extension = SelectField(_l("Which later date"), validators=[InputRequired(_l("Choose which one you decide on."))])
    decision = RadioField(
        _l("Your decision"),
        choices=codes(["grant", "refuse"]),
        validators=[InputRequired(_l("Say yes or no."))],
        description=_l("With a yes, the person is told the new date at once. With a no, whoever asked is told."),
    )


class PauseForm(ActionForm):
    """What the person is asked for."""

    words = words_field(
        _l("What the person reads"),
        _l("Write what you need from the person."),
        most=TOLD_CHARACTERS,
        hint=_l("Ask for what only the person can give, and say until when the case waits. No names."),
    )


class CheckForm(ActionForm):
    """What the person answered when somebody asked in person, weeks after the outcome."""

    asked = HiddenField()
    """The question that the form showed: another may be asked while somebody fills it in."""
    person = SelectField(_l("Who answered"), validators=[InputRequired(_l("Choose who answered."))])
    said = RadioField(
        _l("What the person said"),
        choices=codes(["well", "badly"]),
        validators=[InputRequired(_l("Say what the person answered."))],
    )
    source = RadioField(
        _l("How the person said so"),
        choices=codes(["signed_paper", "witnessed"]),
        validators=[InputRequired(_l("Say how the person said so."))],
    )


class AppealForm(ActionForm):
    """An appeal that the person made in person or on paper."""

    person = SelectField(_l("Who appeals"), validators=[InputRequired(_l("Choose who appeals."))])
    source = RadioField(
        _l("How the person said so"),
        choices=codes(["signed_paper", "witnessed"]),
        validators=[InputRequired(_l("Say how the person said so."))],
    )
    words = words_field(_l("Why, in the person's words"), None, hint=_l("Leave it empty if the person gave no reason."))


class DecideAppealForm(ActionForm):
    """What the reviewer decides, and what the person reads."""

    result = RadioField(
        _l("Your decision"), choices=codes(AppealResult), validators=[InputRequired(_l("Say what you decide."))]
    )
    words = words_field(
        _l("What the person reads"),
        _l("Write what the person should read."),
        most=TOLD_CHARACTERS,
        hint=_l("Say what you looked at, what you decide and why, and where else the person can go. No names."),
    )
