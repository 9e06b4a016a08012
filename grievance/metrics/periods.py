"""Quarters and the other periods that figures are about, in the time zone of the site. Pure.

A period is closed on the left and open on the right: what happens at midnight of 1 October belongs to the fourth
quarter.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Final

from grievance.deadlines.working_days import local_date, start_of_day

QUARTERS: Final = 4
MONTHS: Final = 3

# The letter of a quarter in addresses: trimestre, quarter.
SLUG_LETTERS: Final = MappingProxyType({"es": "t", "en": "q"})

_WRITTEN: Final = re.compile(r"([1-9][0-9]{3})-?[qt]([1-4])", re.IGNORECASE | re.ASCII)


class NotAQuarter(ValueError):
    """The text or number names no quarter."""


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """A calendar quarter; `n` is 1 to 4. Quarters sort by time.

    Raises: NotAQuarter for any other `n`.
    """

    year: int
    n: int

    def __post_init__(self) -> None:
        if not 1 <= self.n <= QUARTERS:
            raise NotAQuarter(self.n)

    @property
    def key(self) -> str:
        """Return the form used in files and commands, the same in every language: "2026Q3"."""
        return f"{self.year}Q{self.n}"


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of time: from `starts_at`, included, to `ends_at`, not included; dates inclusive at both ends."""

    starts_at: datetime
    ends_at: datetime
    first_on: date
    last_on: date

    def contains(self, instant: datetime) -> bool:
        """Tell whether the instant falls in the period."""
        return self.starts_at <= instant < self.ends_at


def parse_quarter(text: str) -> Quarter:
    """Read "2026Q3", "2026-q3" or "2026-t3".

    Raises: NotAQuarter when it is written in any other way.
    """
    written = _WRITTEN.fullmatch(text)
    if written is None:
        raise NotAQuarter(text)
    return Quarter(int(written[1]), int(written[2]))


def quarter_slug(quarter: Quarter, language: str) -> str:
    """Return the quarter as it stands in an address of that language: "2026-t3", "2026-q3"."""
    return f"{quarter.year}-{SLUG_LETTERS[language]}{quarter.n}"


def quarter_of(instant: datetime, time_zone: str) -> Quarter:
    """Return the quarter that the instant falls in where the clock shows that time zone."""
    on = local_date(instant, time_zone)
    return Quarter(on.year, (on.month - 1) // MONTHS + 1)


def previous(quarter: Quarter) -> Quarter:
    """Return the quarter before."""
    return _moved(quarter, -1)


def following(quarter: Quarter) -> Quarter:
    """Return the quarter after."""
    return _moved(quarter, 1)


def quarter_period(quarter: Quarter, time_zone: str) -> Period:
    """Return the stretch of time that the quarter takes.

    >>> quarter_period(Quarter(2026, 3), "America/Santiago").last_on
    datetime.date(2026, 9, 30)
    """
    return _period(quarter, quarter, time_zone)


def trailing_year(quarter: Quarter, time_zone: str) -> Period:
    """Return the twelve months that end with the quarter."""
    return _period(_moved(quarter, 1 - QUARTERS), quarter, time_zone)


def year_to_date(quarter: Quarter, time_zone: str) -> Period:
    """Return the calendar year up to the end of the quarter."""
    return _period(Quarter(quarter.year, 1), quarter, time_zone)


def _moved(quarter: Quarter, by: int) -> Quarter:
    index = quarter.year * QUARTERS + quarter.n - 1 + by
    return Quarter(index // QUARTERS, index % QUARTERS + 1)


def _period(first: Quarter, last: Quarter, time_zone: str) -> Period:
    first_on, next_on = _first_day(first), _first_day(following(last))
    return Period(
        starts_at=start_of_day(first_on, time_zone),
        ends_at=start_of_day(next_on, time_zone),
        first_on=first_on,
        last_on=next_on - timedelta(days=1),
    )


def _first_day(quarter: Quarter) -> date:
    return date(quarter.year, (quarter.n - 1) * MONTHS + 1, 1)
