"""When the stories of the demo happen: always in the last quarters, whatever day it is loaded. Pure."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from grievance.deadlines.calendars import chile_calendar
from grievance.deadlines.working_days import Calendar, add_working_days, is_working_day, local_date
from grievance.metrics.periods import Quarter, previous, quarter_of, quarter_period

TIME_ZONE = "America/Santiago"

FIRST_QUARTER = 4
"""The stories begin so many quarters before the last one that ended: five in all, of which four are published."""


class Since(StrEnum):
    """From where the first day of a story is counted."""

    QUARTER = "quarter"
    """Working days from the start of a quarter that ended."""
    BEFORE_TODAY = "before_today"
    """Working days before today."""
    MINUTES_AGO = "minutes_ago"
    """Minutes before the demo is loaded."""


@dataclass(frozen=True, slots=True)
class Start:
    """The first day of a story."""

    since: Since
    amount: int
    quarters_before: int = 0
    """How many quarters before the last one that ended."""


@dataclass(frozen=True, slots=True)
class When:
    """When a step of a story happens: so many working days after its first day, at a local time.

    Where `after_minutes` is set, it happens so long after the step before, and the rest is not looked at.
    """

    working_days: int = 0
    local_time: str = "12:00"
    after_minutes: int | None = None


def on(working_days: int, local_time: str) -> When:
    """Return a step on the n-th working day of a story (0 is its first day), at a local time such as "09:30"."""
    return When(working_days, local_time)


def later(minutes: int) -> When:
    """Return a step so many minutes after the one before."""
    return When(after_minutes=minutes)


@dataclass(frozen=True, slots=True)
class Days:
    """The calendar of the stories, seen from the instant at which the demo is loaded."""

    now: datetime
    calendar: Calendar

    @property
    def last(self) -> Quarter:
        """The last quarter that ended: left for the visitor to publish."""
        return previous(quarter_of(self.now, TIME_ZONE))

    def before_last(self, quarters: int) -> Quarter:
        """Return the quarter so many quarters before the last one that ended; those are published already."""
        quarter = self.last
        for _ in range(quarters):
            quarter = previous(quarter)
        return quarter

    def first_day(self, start: Start) -> date:
        """Return the local date on which a story begins."""
        today = local_date(self.now, TIME_ZONE)
        match start.since:
            case Since.MINUTES_AGO:
                return local_date(self.now - timedelta(minutes=start.amount), TIME_ZONE)
            case Since.BEFORE_TODAY:
                return add_working_days(today, -start.amount, self.calendar)
            case Since.QUARTER:
                quarter = self.before_last(start.quarters_before)
                before = quarter_period(quarter, TIME_ZONE).first_on - timedelta(days=1)
                return add_working_days(before, start.amount, self.calendar)

    def instant(self, start: Start, when: When, before: datetime | None) -> datetime:
        """Return when a step happens; `before` is the instant of the step before it, None for the first."""
        if when.after_minutes is not None and before is not None:
            return before + timedelta(minutes=when.after_minutes)
        if start.since is Since.MINUTES_AGO:
            return self.now - timedelta(minutes=start.amount)
        on_day = self.first_day(start)
        if when.working_days:
            on_day = add_working_days(on_day, when.working_days, self.calendar)
        return at_local(on_day, when.local_time)

    def mornings(self) -> list[datetime]:
        """Return ten in the morning of every working day from the start of the first quarter played until now."""
        first = quarter_period(self.before_last(FIRST_QUARTER), TIME_ZONE).first_on
        dates = (first + timedelta(days=n) for n in range((local_date(self.now, TIME_ZONE) - first).days + 1))
        mornings = (at_local(one, "10:00") for one in dates if is_working_day(one, self.calendar))
        return [morning for morning in mornings if morning < self.now]


def days_until(now: datetime) -> Days:
    """Return the calendar of stories that end before `now`."""
    return Days(now, chile_calendar(range(now.year - 2, now.year + 2), time_zone=TIME_ZONE))


def at_local(day: date, local_time: str) -> datetime:
    """Return the instant of a local date and time such as "09:30"."""
    return datetime.combine(day, time.fromisoformat(local_time), ZoneInfo(TIME_ZONE)).astimezone(UTC)
