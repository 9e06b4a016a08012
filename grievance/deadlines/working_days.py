"""Count working days and place local days on the time line. Pure: holidays and time zone are passed in.

Counting convention (Ley 19.880 art. 25, and Código Civil art. 48 for whole days): the day on which something is
received is day 0, counting starts on the next day, and a term ends when the last second of its last day ends in the
site's time zone.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

ONE_DAY = timedelta(days=1)
ONE_SECOND = timedelta(seconds=1)
MONTHS_PER_YEAR = 12


class NaiveInstant(ValueError):
    """An instant came without its offset from UTC, so that no local date can be told from it."""


class OutsideCalendar(ValueError):
    """A date lies outside the years whose holidays the calendar knows. A guess here would be a wrong promise."""

    def __init__(self, on: date) -> None:
        super().__init__(on.isoformat())
        self.on = on


class Hours(NamedTuple):
    """Local hours of a day, closed at `opens` and open at `closes`."""

    opens: time
    closes: time


# Texts that nobody asked for, and alerts to staff, go out between nine in the morning and eight in the evening.
SENDING_HOURS = Hours(time(9), time(20))


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which days count at one site.

    `business` holds the exceptions that do count and wins over weekend and holiday. `weekend` has the numbers of
    `date.weekday()`, Monday being 0. `first_on` and `last_on` (inclusive) bound what the calendar knows; None is no
    bound. `version` is stored with every due date that the calendar produced.
    """

    time_zone: str
    version: str
    non_business: frozenset[date] = frozenset()
    business: frozenset[date] = frozenset()
    weekend: frozenset[int] = frozenset({5, 6})
    first_on: date | None = None
    last_on: date | None = None


def is_working_day(on: date, calendar: Calendar) -> bool:
    """Tell whether the date counts.

    Raises: OutsideCalendar when the calendar does not know the date.
    """
    if calendar.first_on is not None and on < calendar.first_on:
        raise OutsideCalendar(on)
    if calendar.last_on is not None and on > calendar.last_on:
        raise OutsideCalendar(on)
    if on in calendar.business:
        return True
    return on.weekday() not in calendar.weekend and on not in calendar.non_business


def add_working_days(start_on: date, working_days: int, calendar: Calendar) -> date:
    """Return the date of the nth working day after `start_on`, which is itself day 0 whatever day it is.

    A negative number counts backwards; zero returns `start_on`, even on a holiday.

    >>> plain = Calendar("America/Santiago", "worked example")
    >>> add_working_days(date(2026, 10, 30), 1, plain)      # Friday, so Monday
    datetime.date(2026, 11, 2)

    Raises: OutsideCalendar when the count leaves the years that the calendar knows.
    """
    step = ONE_DAY if working_days > 0 else -ONE_DAY
    on = start_on
    left = abs(working_days)
    while left:
        on += step
        left -= is_working_day(on, calendar)
    return on


def add_calendar_days(start_on: date, calendar_days: int) -> date:
    """Return the date so many days after `start_on`, which is day 0."""
    return start_on + timedelta(days=calendar_days)


def add_months(start_on: date, months: int) -> date:
    """Return the same day of the month so many months later, or the last day of that month if it is shorter.

    Source: Regulation (EEC, Euratom) No 1182/71 art. 3(2)(c), which governs the months of Directive (EU) 2019/1937.

    >>> add_months(date(2026, 11, 30), 3)
    datetime.date(2027, 2, 28)
    """
    month_index = start_on.year * MONTHS_PER_YEAR + start_on.month - 1 + months
    first_on = date(month_index // MONTHS_PER_YEAR, month_index % MONTHS_PER_YEAR + 1, 1)
    next_first_on = (first_on + timedelta(days=31)).replace(day=1)
    return first_on.replace(day=min(start_on.day, (next_first_on - ONE_DAY).day))


def working_days_between(earlier_on: date, later_on: date, calendar: Calendar) -> int:
    """Count the working days after the first date, up to and including the second.

    Swapping the dates changes the sign only. So `working_days_between(today, due_on)` is what is left, and, when
    negative, by how many working days the date is missed: 0 on the Saturday after a Friday.
    """
    if later_on < earlier_on:
        return -working_days_between(later_on, earlier_on, calendar)
    days = (later_on - earlier_on).days
    return sum(is_working_day(earlier_on + timedelta(days=day), calendar) for day in range(1, days + 1))


def local_date(instant: datetime, time_zone: str) -> date:
    """Return the date that the wall clock shows at the instant.

    Raises: NaiveInstant when the instant has no offset.
    """
    return _local(instant, time_zone).date()


def start_of_day(on: date, time_zone: str) -> datetime:
    """Return the first instant of the local day, in UTC.

    America/Santiago moves its clocks at midnight: in September the day begins at 01:00, because 00:00 does not exist.
    Reading the missing 00:00 with the offset from before the change names that very instant.
    """
    return _at(on, time.min, time_zone)


def end_of_day(on: date, time_zone: str) -> datetime:
    """Return the last whole second of the local day (23:59:59 local), in UTC.

    In April 23:59:59 comes twice in America/Santiago; the term ends with the second. Hence it is found from the start
    of the next day rather than built from its hours.
    """
    return start_of_day(on + ONE_DAY, time_zone) - ONE_SECOND


def in_sending_hours(instant: datetime, time_zone: str) -> bool:
    """Tell whether a text that nobody asked for may go out: 09:00 up to, not including, 20:00 local, on any day."""
    return SENDING_HOURS.opens <= _local(instant, time_zone).time() < SENDING_HOURS.closes


def next_sending_instant(instant: datetime, time_zone: str) -> datetime:
    """Return the instant itself when a text may go out then, else the next opening of the sending hours, in UTC."""
    if in_sending_hours(instant, time_zone):
        return instant
    local = _local(instant, time_zone)
    on = local.date() if local.time() < SENDING_HOURS.opens else local.date() + ONE_DAY
    return _at(on, SENDING_HOURS.opens, time_zone)


def next_working_instant(instant: datetime, calendar: Calendar) -> datetime:
    """Return the first instant, not before the given one, at which staff may be alerted: a working day, 09 to 20.

    Danger to life, harassment, retaliation and severe types do not wait for it: they go to a rota at any hour.
    """
    candidate = next_sending_instant(instant, calendar.time_zone)
    on = local_date(candidate, calendar.time_zone)
    if is_working_day(on, calendar):
        return candidate
    return _at(add_working_days(on, 1, calendar), SENDING_HOURS.opens, calendar.time_zone)


def _local(instant: datetime, time_zone: str) -> datetime:
    if instant.tzinfo is None:
        raise NaiveInstant(instant.isoformat())
    return instant.astimezone(ZoneInfo(time_zone))


def _at(on: date, hour: time, time_zone: str) -> datetime:
    return datetime.combine(on, hour, tzinfo=ZoneInfo(time_zone)).astimezone(UTC)
