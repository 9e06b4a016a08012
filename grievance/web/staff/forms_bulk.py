"""Forms for one step on several cases. The cases themselves are the ticked boxes of the desk."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, SelectField
from wtforms.validators import InputRequired

from grievance.desk.bulk import Picked
from grievance.messaging.texts import TOLD_CHARACTERS
from grievance.web.staff.forms_base import words_field
from grievance.web.staff.forms_endings import NO_REASON, REASON, SHORTER
from grievance.web.staff.forms_messages import NO_NAMES


class AssignManyForm(FlaskForm):  # type: ignore[misc]  # flask_wtf has no types
    """Several cases to one handler."""

    handler = SelectField(_l("Assign the ticked cases to"), validators=[InputRequired(_l("Choose who works them."))])


class ManyForm(FlaskForm):  # type: ignore[misc]  # flask_wtf has no types
    """Something that people are told: it is shown for exactly these cases before it goes."""

    seen = HiddenField()

    def fingerprint(self, picked: Sequence[Picked]) -> str:
        """Return a mark of everything typed and picked: what is sent must be what was last shown."""
        aside = {"csrf_token", "seen"}
        typed = [(field.short_name, str(field.data)) for field in self if field.short_name not in aside]
        cases = sorted((one.reference, one.version) for one in picked)
        return hashlib.sha256(repr((sorted(typed), cases)).encode()).hexdigest()[:24]

    def was_shown(self, picked: Sequence[Picked]) -> bool:
        """Return whether the person saw what would go out for exactly these values."""
        return bool(self.seen.data) and self.seen.data == self.fingerprint(picked)


class MessageManyForm(ManyForm):
    """One message to the people of several cases."""

    words = words_field(_l("Message to the people"), _l("Write the message."), most=TOLD_CHARACTERS, hint=NO_NAMES)


class MergeManyForm(ManyForm):
    """Several filings of the same thing into one case."""

    into = RadioField(_l("Which case goes on"), validators=[InputRequired(_l("Choose the case that goes on."))])
    words = words_field(REASON, NO_REASON, most=SHORTER)
