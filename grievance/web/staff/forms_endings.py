"""Forms for how a case ends, and for opening it again. Each reason is read by the person."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField
from wtforms.validators import InputRequired

from grievance.messaging.texts import TOLD_CHARACTERS
from grievance.web.staff.forms_base import ActionForm, codes, words_field
from grievance.web.staff.forms_response import ON_PAPER, ReferenceForm

REASON = _l("Reason, which the person reads")
NO_REASON = _l("Write the reason. The person will read it.")
SHORTER = TOLD_CHARACTERS // 2
"""Where two texts go out as one message."""


class CloseForm(ActionForm):
    """Closing, with the last message."""

    words = words_field(
        _l("Closing message, which the person reads"),
        _l("Write the closing message."),
        most=TOLD_CHARACTERS,
        hint=_l("What was done, and that the person can have it opened again. No names."),
    )


class ReopenForm(ActionForm):
    """Opening again."""

    reason = words_field(
        _l("Why it is opened again"),
        _l("Write why."),
        hint=_l("Kept as an internal note. Write to the person afterwards, so that they know."),
    )


class ReferForm(ActionForm):
    """Ending it because an outside body goes on with it, to which it was sent."""

    to = SelectField(_l("To whom"), validators=[InputRequired(_l("Choose to whom it was sent."))])
    reason = words_field(REASON, NO_REASON, most=SHORTER, hint=_l("Why, and what the person can expect there."))


class OutOfScopeForm(ActionForm):
    """Saying that it is nothing we can deal with."""

    reason = words_field(REASON, NO_REASON, most=SHORTER)
    elsewhere = words_field(_l("Where else the person can go"), _l("Write where else the person can go."), most=SHORTER)


class WithdrawForm(ActionForm):
    """The person takes it back, on paper or before a witness."""

    source = RadioField(
        _l("How the person said so"),
        choices=codes(source.value for source in ON_PAPER),
        description=_l("Nobody else can withdraw it. Ask whether somebody put pressure on the person."),
        validators=[InputRequired(_l("Choose how the person said so."))],
    )
    reason = words_field(_l("In the person's own words"), None, most=SHORTER)


class MergeForm(ReferenceForm):
    """Joining it to another case about the same thing."""

    reason = words_field(REASON, NO_REASON, most=SHORTER)
