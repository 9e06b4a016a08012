"""Numbers in a text that stand in no figure of its release: retyped wrongly, or brought from somewhere else.

A number that happens to stand in another figure passes: this catches slips of the hand, and no lies.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from babel.dates import get_month_names

from grievance.core.i18n import ENGLISH, Locale, formats
from grievance.metrics.indicators import CURVE_DAYS
from grievance.metrics.inputs import FOLLOWED_DAYS
from grievance.metrics.results import LEAST_OF
from grievance.publishing.bulletin import Bulletin
from grievance.publishing.drafting_sections import Section
from grievance.publishing.sentences import sentences, without_addresses
from grievance.publishing.spoken import SMALL_NUMBERS, number_value

OPEN_SECTIONS = frozenset({Section.CHANGED, Section.PROMISED, Section.UNKNOWN})
"""Sections that tell of deeds and days to come: numbers of their own are right there."""

_FIXED = frozenset({100.0, 12.0, float(LEAST_OF), *map(float, CURVE_DAYS), *map(float, FOLLOWED_DAYS)})
"""What shares are out of, the months of a trailing year, the days of the curves, and the least for a share."""

_NUMBER = re.compile(r"(?<![\w.,])\d+(?:[.,\u00a0\u202f]\d{3})*(?:[.,]\d+)?(?![\w]|[.,]\d)")
_LAW = re.compile(
    r"\b(?:ley|law|decreto|decree|art(?:ículo|icle)?s?\.?|convenio|convention)\s+(?:n\.?[º°o]\.?\s*)?\S*\d\S*",
    re.IGNORECASE,
)
"""The number of a law is a name."""
_TELEPHONE = re.compile(r"\+\d[\d\s().-]{5,}\d|\b\d{7,}\b")


@dataclass(frozen=True, slots=True)
class NumberFound:
    """A number that stands in no figure, as written, with its sentence. `blocks` keeps the release in the house."""

    text: str
    sentence: str
    blocks: bool


def numbers_out_of_place(
    section: Section, text: str, found: Bulletin, locale: Locale, *, known: str = ""
) -> tuple[NumberFound, ...]:
    """Return the numbers of a text that are none of the release's, in order: digits, and words from two to ten.

    `known` are words whose numbers are right as they stand: the draft, and the ways to complain. A telephone number
    must stand in them. One and first are left alone: they are articles more often than numbers.
    """
    counts = _counts(found) | frozenset(_numbers_in(known, locale))
    rates = _rates(found)
    blocks = section not in OPEN_SECTIONS
    return tuple(
        NumberFound(written, sentence, blocks)
        for sentence in sentences(text, locale)
        for written in (
            *_unknown_telephones(sentence, known),
            *(
                written
                for written, value, decimals in _written_in(_without_names(sentence, found, locale), locale)
                if not _is_in_place(value, decimals, counts, rates)
            ),
        )
    )


def _is_in_place(value: float, decimals: int, counts: frozenset[float], rates: frozenset[float]) -> bool:
    """Tell whether a number is a count, or a share or rate rounded to as many decimals as it is written with."""
    nearest = 0.5 * 10**-decimals + 1e-9
    return value in counts or any(
        abs(rate * 100 - value) <= nearest if rate <= 1 and not decimals else abs(rate - value) <= nearest
        for rate in rates
    )


def _counts(found: Bulletin) -> frozenset[float]:
    """Return every whole number of the release: figures, tables, and what is left of each figure's denominator."""
    counts = set(_FIXED) | {float(found.first_on.year), float(found.last_on.year), float(found.version)}
    if found.closing_before is not None:
        counts.add(float(found.closing_before))
    for figure in found.figures.values():
        numbers = [figure.numerator, figure.denominator, *figure.parts.values(), *figure.exclusions.values()]
        counts |= {float(number) for number in numbers if isinstance(number, int)}
        if figure.numerator is not None:
            counts.add(float(figure.denominator - figure.numerator))
    for table in found.tables.values():
        counts |= {float(number) for number in (table.total, *table.cells.values()) if number is not None}
    return frozenset(counts)


def _rates(found: Bulletin) -> frozenset[float]:
    """Return what is no whole number: shares, rates, and days between two."""
    return frozenset(
        number for figure in found.figures.values() for number in figure.parts.values() if isinstance(number, float)
    )


def _unknown_telephones(sentence: str, known: str) -> list[str]:
    digits = re.sub(r"\D", "", known)
    numbers = [match.group() for match in _TELEPHONE.finditer(sentence)]
    return [number for number in numbers if re.sub(r"\D", "", number) not in digits]


def _written_in(text: str, locale: Locale) -> Iterator[tuple[str, float, int]]:
    found: list[tuple[int, str, float, int]] = []
    for match in _NUMBER.finditer(text):
        value, decimals = number_value(match.group(), locale)
        found.append((match.start(), match.group(), value, decimals))
    for match in _small_numbers(locale).finditer(text):
        value = float(SMALL_NUMBERS[locale].index(match.group().lower()))
        found.append((match.start(), match.group(), value, 0))
    return ((written, value, decimals) for _, written, value, decimals in sorted(found))


def _numbers_in(known: str, locale: Locale) -> Iterator[float]:
    """Yield the numbers of words that are right; of telephone numbers no part is a number."""
    return (value for _, value, _ in _written_in(without_addresses(known), locale))


@lru_cache(maxsize=8)
def _small_numbers(locale: Locale) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(SMALL_NUMBERS[locale][2:])})\b", re.IGNORECASE)


def _without_names(sentence: str, found: Bulletin, locale: Locale) -> str:
    """Return a sentence without the numbers that are names: of laws, of days of the quarter; nor its addresses."""
    bare = _LAW.sub(" ", without_addresses(sentence))
    return _days(locale).sub(lambda match: "" if _is_of_quarter(match, found, locale) else match.group(), bare)


@lru_cache(maxsize=8)
def _days(locale: Locale) -> re.Pattern[str]:
    months = "|".join(_months(locale))
    written = rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.?º)?(?:\s+(?:de|of))?\s+(?P<month>{months})"
    if locale == ENGLISH:
        written += rf"|(?P<month_first>{months})\s+(?P<day_after>\d{{1,2}})(?:st|nd|rd|th)?\b"
    return re.compile(written, re.IGNORECASE)


@lru_cache(maxsize=8)
def _months(locale: Locale) -> tuple[str, ...]:
    names = get_month_names("wide", locale=formats(locale))
    return tuple(str(names[number]).lower() for number in range(1, 13))


def _is_of_quarter(match: re.Match[str], found: Bulletin, locale: Locale) -> bool:
    parts = match.groupdict()
    day = parts["day"] or parts.get("day_after")
    month = parts["month"] or parts.get("month_first")
    wanted = (int(day or 0), _months(locale).index(str(month).lower()) + 1)
    length = (found.last_on - found.first_on).days + 1
    days: Iterator[date] = (found.first_on + timedelta(days=number) for number in range(length))
    return any((on.day, on.month) == wanted for on in days)
