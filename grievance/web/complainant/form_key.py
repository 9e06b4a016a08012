"""The hidden key of a filing form: made when the form is shown, good for one filing.

It stands in for a session, so that nobody needs a cookie to file: it tells one filing from the next (the same form
sent twice finds the same receipt), says how long the form was open, and binds files kept over an error to their form.
There is no authority in it to steal: filing is open to anyone, anonymously.
"""

from __future__ import annotations

import base64
import binascii
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from grievance.crypto.keyring import CannotOpen, KeyRing

CONTEXT = "web.form_key"

FASTEST_PERSON = timedelta(seconds=3)
"""Nobody reads this page and answers it in less; programs that fill in forms do."""


@dataclass(frozen=True, slots=True)
class FormKey:
    """One showing of the form. `field_value` is what stands in the hidden field."""

    value: str
    made_at: datetime
    field_value: str

    def is_too_quick(self, at: datetime) -> bool:
        """Whether the form comes back sooner than a person could send it."""
        return at - self.made_at < FASTEST_PERSON


def new_form_key(keys: KeyRing, *, at: datetime) -> FormKey:
    """Return a new key."""
    value = secrets.token_urlsafe(16)
    plain = f"{int(at.timestamp())}:{value}"
    return FormKey(value, at.replace(microsecond=0), to_text(keys.seal(CONTEXT, plain.encode())))


def read_form_key(keys: KeyRing, field_value: str) -> FormKey | None:
    """Return the key of a form that was sent; None when it is missing, damaged or not ours."""
    try:
        seconds, _, value = keys.open(CONTEXT, from_text(field_value)).decode().partition(":")
    except CannotOpen:
        return None
    return FormKey(value, datetime.fromtimestamp(int(seconds), UTC), field_value)


def to_text(sealed: bytes) -> str:
    """Return sealed bytes as they stand in a form or a cookie."""
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def from_text(text: str) -> bytes:
    """Return the sealed bytes of a text.

    Raises:
        CannotOpen: it is no such text.
    """
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError) as error:
        raise CannotOpen("no such text") from error
