"""Reading the dates of an old register: exactly, or not at all. Pure.

A date that can be read in two ways is a problem to be told, never a guess: a wrong month moves a case into another
quarter, and published figures with it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from grievance.deadlines.working_days import local_date, start_of_day
from grievance.registers.matching import DateOrder
from grievance.registers.problems import Code

EARLIEST: Final = date(1990, 1, 1)
"""A grievance from before is more likely a slip of the pen (0203 for 2023) than a case that anybody still keeps."""

_ISO = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?)?\Z"
)
_DAY_FIRST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(?:[T ,]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?\Z")
_SHORT_YEAR = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{2}\b")
_CLOCK = r"(?:[T ,]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?\s*(?:Z|[+-]\d{2}:?\d{2})?)?"
QUOTABLE: Final = re.compile(
    rf"(?:\d{{4}}([-/.])\d{{1,2}}\1\d{{1,2}}|\d{{1,2}}([-/.])\d{{1,2}}\2(?:\d{{4}}|\d{{2}})){_CLOCK}\Z", re.ASCII
)
"""Of a cell that should be a date, only what is written like one is ever repeated. Words, a telephone and an identity
number may stand in the wrong column."""


class DateProblem(Exception):
    """The cell is no date that can be taken over; `code` says why."""

    def __init__(self, code: Code) -> None:
        super().__init__(code.value)
        self.code = code


@dataclass(frozen=True, slots=True)
class Moment:
    """What a cell says: a local day, and an instant where it also gives the time of day."""

    on: date
    at: datetime | None

    def instant(self, time_zone: str, *, not_before: datetime | None = None) -> datetime:
        """Return the instant, in UTC.

        Without a time of day it is the first of that day, which can lie neither in the future nor in another quarter;
        or `not_before`, when that lies on the same day: two things written down for one day happened in their order.
        """
        if self.at is not None:
            return self.at
        start = start_of_day(self.on, time_zone)
        if not_before is not None and not_before > start and local_date(not_before, time_zone) == self.on:
            return not_before
        return start


def read_date(cell: object, *, time_zone: str, month_first: bool = False, order: DateOrder | None = None) -> Moment:
    """Return what a cell says.

    `month_first` says that the same column holds dates that only an American reading can make sense of: then every
    other one that has two readings is ambiguous. Not so once somebody said in which `order` the list writes them.

    Raises:
        DateProblem: it is no date, has two readings, or lies before EARLIEST.
    """
    if isinstance(cell, datetime):
        return _checked(_of_clock(cell, time_zone))
    if isinstance(cell, date):
        return _checked(Moment(cell, None))
    if not isinstance(cell, str):
        # A bare number of Excel: which day it is depends on settings that a copied cell no longer has.
        raise DateProblem(Code.DATE_AS_NUMBER)
    text = cell.strip()
    if found := _ISO.match(text):
        return _checked(_iso(found, time_zone))
    if found := _DAY_FIRST.match(text):
        return _checked(_day_first(found, time_zone, month_first=month_first and order is None, order=order))
    if _SHORT_YEAR.match(text):
        raise DateProblem(Code.DATE_SHORT_YEAR)
    raise DateProblem(Code.NOT_A_DATE)


def looks_month_first(cells: Iterable[object]) -> bool:
    """Tell whether any of these cells can only be month, day, year: 02/28/2024."""
    for cell in cells:
        found = _DAY_FIRST.match(cell.strip()) if isinstance(cell, str) else None
        if found and int(found[3]) > 12 >= int(found[1]):
            return True
    return False


def _iso(found: re.Match[str], time_zone: str) -> Moment:
    on = _day(int(found[1]), int(found[2]), int(found[3]))
    if found[4] is None:
        return Moment(on, None)
    moment = datetime.combine(on, _time(found[4], found[5], found[6]))
    if found[7]:
        try:
            offset = "+00:00" if found[7] == "Z" else found[7]
            moment = datetime.fromisoformat(f"{moment.isoformat()}{offset}")
        except ValueError:
            raise DateProblem(Code.NOT_A_DATE) from None
    return _of_clock(moment, time_zone)


def _day_first(found: re.Match[str], time_zone: str, *, month_first: bool, order: DateOrder | None) -> Moment:
    day, month, year = int(found[1]), int(found[3]), int(found[4])
    if order is DateOrder.MONTH_FIRST:
        day, month = month, day
        if month > 12 >= day:
            raise DateProblem(Code.DATE_DAY_FIRST)
    elif month > 12 >= day:
        raise DateProblem(Code.DATE_MONTH_FIRST)
    if month_first and day <= 12 and day != month:
        raise DateProblem(Code.DATE_AMBIGUOUS)
    on = _day(year, month, day)
    if found[5] is None:
        return Moment(on, None)
    return _of_clock(datetime.combine(on, _time(found[5], found[6], found[7])), time_zone)


def _of_clock(moment: datetime, time_zone: str) -> Moment:
    zone = ZoneInfo(time_zone)
    if moment.tzinfo is None:
        if moment.time() == time.min:
            # How a spreadsheet keeps a day without a time.
            return Moment(moment.date(), None)
        moment = moment.replace(tzinfo=zone)
    try:
        return Moment(moment.astimezone(zone).date(), moment.astimezone(UTC))
    except OverflowError:
        raise DateProblem(Code.NOT_A_DATE) from None


def _day(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise DateProblem(Code.NOT_A_DATE) from None


def _time(hour: str, minute: str, second: str | None) -> time:
    try:
        return time(int(hour), int(minute), int(second or 0))
    except ValueError:
        raise DateProblem(Code.NOT_A_DATE) from None


def _checked(moment: Moment) -> Moment:
    if moment.on < EARLIEST:
        raise DateProblem(Code.TOO_LONG_AGO)
    return moment
