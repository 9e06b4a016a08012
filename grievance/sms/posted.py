"""Reading what the provider posts: sizes first, then shape, before anything is believed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from urllib.parse import parse_qsl

from flask import Request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import RequestEntityTooLarge

from grievance.messaging.threads import WHATSAPP, bare_number
from grievance.messaging.transport import Media

BODY_BYTES_MAX = 64 * 1024
"""A text has at most 1,600 characters; with everything beside it the provider posts about 10 kB."""

PARAMETERS_MAX = 200
"""The provider posts about 30, and three per file of at most ten."""

MEDIA_MAX = 10
"""Files that one text may bring. Source: Twilio, "NumMedia"."""

FORM = "application/x-www-form-urlencoded"

_MESSAGE_ID = re.compile(r"[A-Za-z0-9]{10,64}\Z")
_LINE_CHARACTERS_MAX = 24  # the column of our lines: "whatsapp:" and a number in full
_NUMBER_CHARACTERS_MAX = 40
_WORD = re.compile(r"[A-Za-z0-9_]{1,40}\Z")


class TooLarge(Exception):
    """It is bigger than anything the provider sends."""


class Unreadable(Exception):
    """It is no form, or lacks what every text has."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text as posted. What else the provider knows of the person (city, region, country) is not taken."""

    message_id: str
    line: str
    number: str = field(repr=False)
    body: str = field(repr=False)
    media: tuple[Media, ...] = field(repr=False)
    opt_out_type: str | None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a text of ours, as posted."""

    message_id: str
    status: str
    error_code: str


def parameters_of(request: Request) -> MultiDict[str, str]:
    """Read the posted parameters.

    Raises:
        TooLarge: there are more bytes or parameters than the provider ever sends.
        Unreadable: it is no form.
    """
    request.max_content_length = BODY_BYTES_MAX
    try:
        raw = request.get_data(cache=False)
    except RequestEntityTooLarge as error:
        raise TooLarge from error
    if request.mimetype != FORM:
        raise Unreadable
    try:
        # Broken UTF-8 is replaced, never refused: then the signature does not fit, which is the answer.
        written = raw.decode(errors="replace")
        pairs = parse_qsl(written, keep_blank_values=True, errors="replace", max_num_fields=PARAMETERS_MAX)
    except ValueError as error:
        raise TooLarge from error
    return MultiDict(pairs)


def text_of(parameters: Mapping[str, str]) -> Text:
    """Return the text that was posted.

    Raises:
        Unreadable: the id or one of the two numbers is missing or has no such shape.
    """
    message_id = parameters.get("MessageSid") or parameters.get("SmsSid") or ""
    line, number = _line(parameters.get("To", "")), parameters.get("From", "").strip()
    if not _MESSAGE_ID.match(message_id) or not 0 < len(number) <= _NUMBER_CHARACTERS_MAX:
        raise Unreadable
    if not 0 < len(line) <= _LINE_CHARACTERS_MAX:
        raise Unreadable
    opt_out = parameters.get("OptOutType", "").strip()
    return Text(
        message_id,
        line,
        number,
        parameters.get("Body", ""),
        _media(parameters),
        opt_out if _WORD.match(opt_out) else None,
    )


def receipt_of(parameters: Mapping[str, str]) -> Receipt:
    """Return the delivery receipt that was posted.

    Raises:
        Unreadable: the id or the status is missing or has no such shape.
    """
    message_id = parameters.get("MessageSid") or parameters.get("SmsSid") or ""
    status = parameters.get("MessageStatus") or parameters.get("SmsStatus") or ""
    code = parameters.get("ErrorCode", "")
    if not _MESSAGE_ID.match(message_id) or not _WORD.match(status) or (code and not _WORD.match(code)):
        raise Unreadable
    return Receipt(message_id, status.lower(), code)


def _line(address: str) -> str:
    channel = WHATSAPP if address.strip().startswith(WHATSAPP) else ""
    number = bare_number(address)
    return f"{channel}{number}" if number else ""


def _media(parameters: Mapping[str, str]) -> tuple[Media, ...]:
    stated = parameters.get("NumMedia", "0")
    count = min(int(stated), MEDIA_MAX) if stated.isdecimal() and len(stated) < 6 else 0
    found = ((parameters.get(f"MediaUrl{n}", ""), parameters.get(f"MediaContentType{n}", "")) for n in range(count))
    return tuple(Media(url, content_type[:80]) for url, content_type in found if url)


TWIML_NOTHING = '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'
"""The provider is asked to do nothing: answers go through the outbox."""

TWIML_HEADERS: Mapping[str, str] = MappingProxyType({"Content-Type": "text/xml; charset=utf-8"})
