"""Forms of the way of a quarter's figures out of the house."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, TextAreaField
from wtforms.validators import InputRequired
from wtforms.widgets import HiddenInput

from grievance.publishing.summaries import NOTE_CHARACTERS
from grievance.web.validators import AtMost, clean_text

INCOMPLETE = _l("This form is incomplete. Load the page again.")
BOTH_OR_NONE = _l("Write this in both languages, or in none: nobody should read less than the others.")


class StepForm(FlaskForm):  # type: ignore[misc]  # flask_wtf has no types
    """A button of one release, as it stood when the page was shown."""

    revision = IntegerField(widget=HiddenInput(), validators=[InputRequired(INCOMPLETE)])


class NotesForm(StepForm):
    """The words that put the figures into context, side by side."""

    es = TextAreaField(_l("In Spanish"), filters=[clean_text], validators=[AtMost(NOTE_CHARACTERS)])
    en = TextAreaField(_l("In English"), filters=[clean_text], validators=[AtMost(NOTE_CHARACTERS)])

    def validate(self, extra_validators: object = None) -> bool:
        """Check both together: one language alone is pointed out where it is missing."""
        fits = bool(super().validate(extra_validators=extra_validators))
        if bool(self.es.data) != bool(self.en.data):
            missing = self.en if self.es.data else self.es
            missing.errors = [*missing.errors, BOTH_OR_NONE]
            return False
        return fits
