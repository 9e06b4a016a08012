"""What the forms of the staff side share: the version of the case, ids that can stand side by side, plain messages.

A form checks shape and yields typed values; whether something may be done is the domain's to say.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from flask_wtf import FlaskForm
from wtforms import DateField, Field, HiddenField, IntegerField, StringField, TextAreaField
from wtforms.form import BaseForm
from wtforms.validators import InputRequired, ValidationError
from wtforms.widgets import HiddenInput

from grievance.web.validators import DATE_FORMATS, AtMost, Needed, clean_line, clean_text

LINE_CHARACTERS = 120
WORDS_CHARACTERS = 4_000
"""Longest note, reason or piece of evidence."""

Choice = tuple[str, str]
NOT_IN_FINGERPRINT = frozenset({"csrf_token", "version", "since", "seen"})


class ActionForm(FlaskForm):  # type: ignore[misc]  # flask_wtf has no types
    """A form about one case. `key` begins the ids of its fields, so that several forms can share a page."""

    version = IntegerField(
        widget=HiddenInput(), validators=[InputRequired(_l("This form is incomplete. Load the page again."))]
    )
    since = HiddenField()
    """Number of the last event that stood on the page: what came after it is shown to whoever was overtaken."""
    seen = HiddenField()

    def __init__(self, key: str = "", **values: Any) -> None:  # noqa: ANN401  # whatever WTForms takes
        super().__init__(**values)
        for field in self if key else ():
            field.id = f"{key}-{field.short_name}"
            field.label.field_id = field.id

    def begin_at(self, version: int, since: int) -> None:
        """Say which state of the case this form was shown with."""
        self.version.data, self.since.data = version, str(since)

    def fingerprint(self) -> str:
        """Return a mark of everything typed: what is sent must be what was last shown."""
        typed = [(field.short_name, str(field.data)) for field in self if field.short_name not in NOT_IN_FINGERPRINT]
        return hashlib.sha256(repr(sorted(typed)).encode()).hexdigest()[:24]

    def set_today(self, today: date) -> None:
        """Tell the fields for days to come which day it is."""
        for field in self:
            if isinstance(field, Day):
                field.today = today

    def was_shown(self) -> bool:
        """Return whether the person saw the check page for exactly these values."""
        return bool(self.seen.data) and self.seen.data == self.fingerprint()


class Day(DateField):
    """The day by which something is promised, as browsers send it or as people here write it."""

    today: date | None = None
    """The day at the site; whoever makes the form sets it. A promise for a day that has gone by is refused."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read a date in any of DATE_FORMATS; nothing typed is no date."""
        typed = clean_line(valuelist[0]) if valuelist else ""
        self.data = next((found for pattern in DATE_FORMATS if (found := _read(typed, pattern))), None)
        if typed and self.data is None:
            raise ValueError(_l("We cannot read this date. Write day, month and year, for example 02-09-2026."))

    def pre_validate(self, form: BaseForm) -> None:
        """Refuse a day that has gone by."""
        del form
        if self.data and self.today and self.data < self.today:
            raise ValidationError(_l("That day has gone by. Give today or a later day."))


def words_field(
    label: LazyString, missing: LazyString | None, *, most: int = WORDS_CHARACTERS, hint: LazyString | str = ""
) -> TextAreaField:
    """Return a field for a few sentences; not required when `missing` is none."""
    return TextAreaField(label, description=hint, filters=[clean_text], validators=_text_rules(missing, most))


def line_field(label: LazyString, missing: LazyString | None, *, hint: LazyString | str = "") -> StringField:
    """Return a field for one line; not required when `missing` is none."""
    return StringField(label, description=hint, filters=[clean_line], validators=_text_rules(missing, LINE_CHARACTERS))


def codes(values: Iterable[str]) -> list[Any]:  # the stubs of WTForms know only the tuples that it gives up
    """Return choices as bare codes; `action_fills` gives them their words in the language of the page."""
    return list(values)


def with_empty(choices: Sequence[Choice], label: LazyString | str = "") -> list[Choice]:
    """Return choices with a first, empty one."""
    return [("", str(label)), *choices]


def _text_rules(missing: LazyString | None, most: int) -> list[Callable[..., None]]:
    needed: list[Callable[..., None]] = [] if missing is None else [Needed(missing)]
    return [*needed, AtMost(most)]


def _read(typed: str, pattern: str) -> date | None:
    try:
        return datetime.strptime(typed, pattern).date()  # noqa: DTZ007  # a day on the calendar has no zone
    except ValueError:
        return None


def text_of(field: Field) -> str:
    """Return what was typed, "" where nothing was."""
    return str(field.data or "")
