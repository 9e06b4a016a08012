"""Fields and checks that forms of every audience share. They check shape and speak plainly; rules are the domain's."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from wtforms import DateField, Form
from wtforms.fields import Field
from wtforms.validators import ValidationError

from grievance.core.email import EmailAddress, EmailRefused, parse_email
from grievance.core.phone import (
    PhoneNumber,
    PhoneNumberNotValid,
    PhoneNumberRefused,
    PhoneNumberTooLong,
    PhoneNumberTooShort,
    PhoneNumberUnreadable,
    parse_phone,
)

PHONE_WORDS: Mapping[type[PhoneNumberRefused], LazyString] = {
    PhoneNumberUnreadable: _l("We cannot read this phone number. Write its 9 digits, for example 9 0000 0000."),
    PhoneNumberTooShort: _l("The phone number lacks a digit. Write all 9, for example 9 0000 0000."),
    PhoneNumberTooLong: _l("The phone number has a digit too many. Write its 9 digits, for example 9 0000 0000."),
    PhoneNumberNotValid: _l("There is no such phone number. Check it, digit by digit."),
}
"""What to do about each way in which a number is refused."""

DATE_FORMATS = ("%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y", "%d.%m.%Y")
"""As a browser sends it, and as people here write it where the browser has no calendar."""

_UNKEPT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
"""Control signs, NUL among them, and halves of signs: no person types them and some databases refuse them."""


def clean_text(value: str | None) -> str:
    """Return what was typed with one kind of line end, composed letters and no control signs; ends are trimmed."""
    text = (value or "").replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _UNKEPT.sub("", text)).strip()


def clean_line(value: str | None) -> str:
    """Return what was typed as one line."""
    return " ".join(clean_text(value).split())


def read_phone(field: Field) -> PhoneNumber:
    """Return the number in a field.

    Raises:
        ValidationError: it is none, with what to do about it.
    """
    try:
        return parse_phone(field.data or "")
    except PhoneNumberRefused as refusal:
        raise ValidationError(PHONE_WORDS[type(refusal)]) from None


def read_email(field: Field) -> EmailAddress:
    """Return the address in a field.

    Raises:
        ValidationError: it is none, with what to do about it.
    """
    try:
        return parse_email(field.data or "")
    except EmailRefused:
        raise ValidationError(_l("We cannot read this e-mail address. Write one, for example name@mail.cl.")) from None


class AtMost:
    """Refuse a text longer than a number of characters. What was typed is kept."""

    def __init__(self, characters: int, message: LazyString | None = None) -> None:
        self.characters = characters
        self.message = message or _l("This is too long: at most %(count)s characters.", count=characters)

    def __call__(self, _form: Form, field: Field) -> None:
        """Check one field."""
        if len(field.data or "") > self.characters:
            raise ValidationError(self.message)


class Needed:
    """Ask for something in a field, saying what to write rather than that something is missing."""

    field_flags: Mapping[str, Any] = {"required": True}

    def __init__(self, message: LazyString) -> None:
        self.message = message

    def __call__(self, _form: Form, field: Field) -> None:
        """Check one field."""
        if not field.data:
            if not any(field.raw_data or ()):
                # Nothing was chosen: what the library says of an unknown choice would stand first, and say less.
                field.errors = []
            raise ValidationError(self.message)


class PastDateField(DateField):
    """A day that has already come. The form sets `today`, the local date at the site."""

    today: date = date.max

    def __init__(self, label: LazyString, validators: Sequence[Callable[..., None]] = (), **options: Any) -> None:  # noqa: ANN401  # WTForms' own options
        super().__init__(label, [*validators, _not_in_future], **options)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read a date in any of DATE_FORMATS; nothing typed is no date."""
        typed = valuelist[0].strip() if valuelist else ""
        if not typed:
            self.data = None
            return
        for pattern in DATE_FORMATS:
            try:
                self.data = datetime.strptime(typed, pattern).date()  # noqa: DTZ007  # a day on the calendar has no zone
            except ValueError:
                continue
            if self.data.year >= 1900:
                return
        self.data = None
        raise ValueError(_l("We cannot read this date. Write day, month and year, for example 02-09-2026."))


def _not_in_future(_form: Form, field: Field) -> None:
    if isinstance(field, PastDateField) and field.data is not None and field.data > field.today:
        raise ValidationError(_l("This day has not come yet. Check the date, or leave it empty."))
