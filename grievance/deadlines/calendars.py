"""Build the calendar of a site from the `holidays` library and the rows that an administrator added.

Not for counting: that is `working_days`, which never looks up a holiday itself.
"""

import hashlib
import importlib.metadata
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import NamedTuple

import holidays

from grievance.deadlines.working_days import Calendar

DIGEST_LENGTH = 12


class ExtraDay(NamedTuple):
    """A row that an administrator added: an election, a regional holiday, a holiday that the site does work."""

    on: date
    is_business_day: bool
    name: str


def chile_calendar(
    years: Iterable[int],
    extra_days: Iterable[ExtraDay] = (),
    *,
    time_zone: str = "America/Santiago",
    subdivision: str | None = None,
) -> Calendar:
    """Return the calendar of a Chilean site: Saturday, Sunday and holidays are not business days.

    It covers the whole years from the first to the last of `years`, and refuses any date outside. The version names
    the library's release and a digest of the extra rows; names are left out of the digest, since they move no date.
    """
    known = tuple(years)
    return _calendar(min(known), max(known), tuple(sorted(set(extra_days))), time_zone, subdivision)


# Every filing needs a calendar, and making one costs as much as storing the case. It depends on nothing but its
# arguments, so that an added row makes another one; a few sites and years fill a few entries.
@lru_cache(maxsize=64)
def _calendar(
    first_year: int, last_year: int, extra: tuple[ExtraDay, ...], time_zone: str, subdivision: str | None
) -> Calendar:
    names = chile_holidays(range(first_year, last_year + 1), subdivision=subdivision)
    return Calendar(
        time_zone=time_zone,
        version=_version(extra, subdivision),
        non_business=frozenset(names) | {day.on for day in extra if not day.is_business_day},
        business=frozenset(day.on for day in extra if day.is_business_day),
        first_on=date(first_year, 1, 1),
        last_on=date(last_year, 12, 31),
    )


def chile_holidays(years: Iterable[int], *, subdivision: str | None = None, language: str = "es") -> dict[date, str]:
    """Return the public holidays by date, with their names. `subdivision` is an ISO 3166-2:CL code such as "AN"."""
    return dict(sorted(holidays.country_holidays("CL", subdiv=subdivision, years=years, language=language).items()))


def _version(extra: tuple[ExtraDay, ...], subdivision: str | None) -> str:
    rows = "\n".join(f"{day.on.isoformat()} {day.is_business_day:d}" for day in extra)
    digest = hashlib.sha256(rows.encode()).hexdigest()[:DIGEST_LENGTH]
    region = f"-{subdivision}" if subdivision else ""
    return f"holidays-{importlib.metadata.version('holidays')}-CL{region}+{digest}"
