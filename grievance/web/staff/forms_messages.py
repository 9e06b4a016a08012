"""Forms for what is said and kept: acknowledgement, message, note, file, summary, and telling in person."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import RadioField, SelectField
from wtforms.validators import InputRequired, Optional

from grievance.cases.track_states import StatementOf
from grievance.messaging.texts import TOLD_CHARACTERS
from grievance.web import words
from grievance.web.staff.forms_base import ActionForm, codes, line_field, words_field

NO_NAMES = _l("No names of other people. The person may show it to others.")


class AcknowledgeForm(ActionForm):
    """Telling the person that somebody has read it."""

    words = words_field(
        _l("What the person reads"),
        _l("Write what the person should read."),
        most=TOLD_CHARACTERS,
        hint=_l("Say that you have read it, what happens next and by when. No names."),
    )


class MessageForm(ActionForm):
    """A message that does not change the status."""

    words = words_field(_l("Message to the person"), _l("Write the message."), most=TOLD_CHARACTERS, hint=NO_NAMES)


class NoteForm(ActionForm):
    """An internal note."""

    words = words_field(_l("Note"), _l("Write the note."), hint=_l("Never shown to the person, now or later."))


class SummaryForm(ActionForm):
    """What lists show instead of the person's words."""

    title = line_field(
        _l("Title"), _l("Write a title."), hint=_l("What it is about in a few words, without names. Lists show it.")
    )
    summary = words_field(
        _l("Summary without names"), None, hint=_l("Two or three sentences for colleagues who work on it.")
    )


class AttachForm(ActionForm):
    """A file kept with the case."""

    file = FileField(
        _l("File"),
        description=_l("A photo, a PDF or a sound recording, up to 10 MB. Hidden data is taken out of photos."),
        validators=[FileRequired(_l("Choose a file."))],
    )
    audience = RadioField(
        _l("Who sees it"),
        choices=codes(["internal", "person"]),
        default="internal",
        validators=[InputRequired(_l("Choose who sees it."))],
    )
    statement_of = SelectField(
        _l("If it is a statement signed on paper, who signed it"),
        description=_l("Their part in the case, never the name. Such a file is only for those who work the case."),
        validators=[Optional()],
    )

    def __init__(self, key: str = "", **values: Any) -> None:  # noqa: ANN401  # whatever WTForms takes
        super().__init__(key, **values)
        self.audience.choices = [
            ("internal", _("Only those who work the case")),
            ("person", _("Also the person, on the follow-up page")),
        ]
        self.statement_of.choices = [("", _("It is no signed statement"))] + [
            (part.value, words.statement_of(part.value)) for part in StatementOf
        ]

    def without_statements(self) -> AttachForm:
        """Return the form without the question of who signed: for cases that take no statements on paper."""
        del self.statement_of
        return self


class HandOverForm(ActionForm):
    """A message that was told by hand."""

    message = SelectField(
        _l("Which message"),
        validators=[InputRequired(_l("Choose the message that you told."))],
        description=_l(
            "Read it to the person, or give it on paper. Then record it here: only then does it count as told."
        ),
    )


class ClockMetForm(ActionForm):
    """Something that was to be done by a date was done otherwise than by a message."""

    clock = SelectField(_l("What was done"), validators=[InputRequired(_l("Choose what was done."))])
    words = words_field(
        _l("What happened"), _l("Write what happened."), hint=_l("Who, where and when. Kept as an internal note.")
    )


class IdentityForm(ActionForm):
    """Why somebody must know who the person is."""

    reason = words_field(
        _l("Why you need to know who it is"),
        _l("Write the reason. The person will read it."),
        most=500,
        hint=_l("The person reads this reason and your name on the follow-up page."),
    )


class EmptyForm(ActionForm):
    """An action that needs nothing but its button."""
