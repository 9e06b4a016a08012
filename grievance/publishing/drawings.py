"""What stands around a chart, the same on page and on paper: finding, what is counted, table, source, key.

Made without a request: the language is an argument, so that the command line prints what the page shows.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

from grievance.core.i18n import Locale, text_in
from grievance.publishing import wording
from grievance.publishing.bulletin import Figure


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart, or where nothing can be drawn, its finding and why. `rows` may be empty, then there is no table."""

    id: str
    finding: str
    counted: str
    source: str
    svg: Markup | None = None
    table_caption: str = ""
    head: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    foot: Sequence[str] | None = None
    key: Sequence[tuple[Markup, str]] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class Listed:
    """A small table: rows of (name, number), and its total. Without rows, its note says why."""

    title: str
    head: tuple[str, str]
    rows: Sequence[tuple[str, str]]
    foot: tuple[str, str]
    note: str = ""


def source_of(figure: Figure, lang: Locale) -> str:
    """Return which figure a drawing shows."""
    return text_in(lang, "Figure %(id)s, version %(version)s.", id=figure.id, version=figure.version)


def from_to(low: str, high: str, lang: Locale) -> str:
    """Return the two ends of something as a table writes them."""
    return text_in(lang, "%(low)s to %(high)s", low=low, high=high)


def of(part: int, whole: int, lang: Locale) -> str:
    """Return a number with what it is out of."""
    return text_in(lang, "%(number)s of %(of)s", number=wording.whole(part, lang), of=wording.whole(whole, lang))


def named(names: Sequence[str], numbers: Sequence[str], lang: Locale) -> str:
    """Return names with their numbers, for those who hear the drawing."""
    return "; ".join(
        text_in(lang, "%(name)s: %(number)s", name=name, number=number)
        for name, number in zip(names, numbers, strict=True)
    )
