"""The make-believe phone of the demo, as somebody holds it in a journey."""

from __future__ import annotations

import re
from urllib.parse import urlencode

from tests.support.installation import MINE_LINE
from tests.support.visitor import Visitor

REFERENCE = re.compile(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}\b")


def conversation(phone: Visitor, number: str) -> str:
    """Return the address of what this number and the site have texted each other."""
    asked = urlencode({"line": MINE_LINE, "number": number})
    return f"{phone.address('/demo/telefono', '/demo/phone')}?{asked}"


def hear(phone: Visitor, number: str, words: str) -> None:
    """Look at the phone until these words have come."""
    phone.open(conversation(phone, number))
    phone.wait_for(words)


def first_reference(phone: Visitor) -> str:
    """Return the first case reference that the page names."""
    found = REFERENCE.search(phone.words())
    assert found is not None
    return found[0]


def text(phone: Visitor, number: str, words: str, *, expects: str) -> None:
    """Type a text on the make-believe phone and wait for the answer."""
    phone.open(conversation(phone, number))
    phone.send(phone.page.locator(".phone form"), sms=words)
    phone.wait_for(expects)
