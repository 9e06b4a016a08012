"""Writing a text: a name, a locale and its values give the words that go out.

Not for: the wording itself (see `wording`), nor for when a text is sent (see `dialogue` and `cases`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from babel.dates import format_date

from grievance.core.i18n import ENGLISH, SPANISH, Locale, formats, text_in
from grievance.messaging.segments import Segments, count, without_leaving_gsm
from grievance.messaging.text_names import Leads, TextName
from grievance.messaging.wording import MORE, TEXTS

__all__ = ["NEEDS", "MissingValue", "Preview", "TextName", "TextTooLong", "Value", "left_text", "preview", "render"]

LONGEST_CHARACTERS = 1600
"""Longest body that the provider takes. Source: Twilio, error 21617, "The concatenated message body exceeds the 1600
character limit"."""

TOLD_CHARACTERS = 1300
"""Most characters of `words` that a form may take: the longest wrapping then still fits."""

EMERGENCY_CHILE = "131/133"
"""Ambulance and police, where a site has not set its own number. Source: national emergency numbers of Chile."""

Value = str | int | date


class MissingValue(KeyError):
    """A text was asked for without one of its values, or with one that it does not have."""


class TextTooLong(ValueError):
    """The finished text is longer than the provider takes; `characters` is its length."""

    def __init__(self, characters: int) -> None:
        super().__init__(f"{characters} characters")
        self.characters = characters


@dataclass(frozen=True, slots=True)
class Preview:
    """A text as it would go, with its cost. `plain` is the same without the letters that leave GSM-7, if that saves."""

    body: str
    segments: Segments
    plain: str | None


NEEDS: Mapping[TextName, tuple[str, ...]] = MappingProxyType({name: text.needs for name, text in TEXTS.items()})

_LEFT = MappingProxyType(
    {
        "referred": TextName.LEFT_REFERRED,
        "out_of_scope": TextName.LEFT_OUT_OF_SCOPE,
        "withdrawn": TextName.LEFT_WITHDRAWN,
        "merged": TextName.LEFT_MERGED,
    }
)

# A date that nobody can read the other way round: day and month in figures only where that order is the custom.
_DATES = MappingProxyType({SPANISH: "dd-MM-yyyy", ENGLISH: "d MMM yyyy"})

_FOLLOW_UP = MappingProxyType({SPANISH: "/es/seguimiento", ENGLISH: "/en/follow-up"})


def render(name: TextName, locale: Locale, **values: Value) -> str:
    """Write a text. Besides what it needs, `link` may be given: it is added where the text leads somewhere and fits.

    Raises:
        MissingValue: a value is missing, or one was given that the text does not have.
        TextTooLong: it is longer than the provider takes.
    """
    link = values.pop("link", "")
    text = TEXTS[name]
    if values.keys() != set(text.needs):
        raise MissingValue(", ".join(sorted(values.keys() ^ set(text.needs))))
    shown = {key: _shown(value, locale) for key, value in values.items()}
    body = text_in(locale, text.source, **shown) if shown else text_in(locale, text.source)
    if link and text.leads is not Leads.NOWHERE:
        tail = text_in(locale, MORE, link=link) if text.leads is Leads.SITE else str(link)
        body = _with_tail(body, tail)
    if len(body) > LONGEST_CHARACTERS:
        raise TextTooLong(len(body))
    return body


def preview(name: TextName, locale: Locale, **values: Value) -> Preview:
    """Show a text before it goes, and offer it in the cheap alphabet where that saves a part."""
    body = render(name, locale, **values)
    plain = without_leaving_gsm(body)
    return Preview(body, count(body), plain if count(plain).parts < count(body).parts else None)


def left_text(status: str) -> TextName:
    """Return the text for a case that left with this status."""
    return _LEFT[status]


def follow_up_link(address: str, locale: Locale) -> str:
    """Return the address of the follow-up page as it stands in a text, or "" when no public address is set."""
    return f"{_bare(address)}{_FOLLOW_UP[locale]}" if address else ""


def site_link(address: str, slug: str) -> str:
    """Return the short address of a site's page as it stands in a text, or "" when no public address is set."""
    return f"{_bare(address)}/s/{slug}" if address else ""


def shown_date(on: date, locale: Locale) -> str:
    """Return a date as texts write it."""
    return format_date(on, _DATES[locale], locale=formats(locale))


def _shown(value: Value, locale: Locale) -> str:
    return shown_date(value, locale) if isinstance(value, date) else str(value)


def _with_tail(body: str, tail: str) -> str:
    longer = f"{body} {tail}"
    return longer if count(longer).parts == count(body).parts else body


def _bare(address: str) -> str:
    # Eight characters fewer; phones and people both know what to do with it.
    return address.removeprefix("https://").removeprefix("http://")
