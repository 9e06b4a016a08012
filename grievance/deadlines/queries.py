"""The calendar of a site: the country's holidays with the rows that an administrator added."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.deadlines.calendars import ExtraDay, chile_calendar, chile_holidays
from grievance.deadlines.models import CalendarDay
from grievance.deadlines.working_days import Calendar


def site_calendar(session: Session, site_id: int, *, time_zone: str, year: int) -> Calendar:
    """Return the calendar of a site for due dates and alerts, from the year before `year` to two years after."""
    rows = session.execute(
        select(CalendarDay.on, CalendarDay.is_business_day, CalendarDay.name)
        .where(CalendarDay.site_id == site_id)
        .order_by(CalendarDay.on)
    )
    extra = tuple(ExtraDay(on, is_business_day, name) for on, is_business_day, name in rows)
    return chile_calendar(range(year - 1, year + 3), extra, time_zone=time_zone)


def site_calendars(session: Session, time_zones: Mapping[int, str], *, year: int) -> dict[int, Calendar]:
    """Return the calendars of several sites, given by id with their time zones, in one statement; years as above."""
    rows = session.execute(
        select(CalendarDay.site_id, CalendarDay.on, CalendarDay.is_business_day, CalendarDay.name)
        .where(CalendarDay.site_id.in_(time_zones))
        .order_by(CalendarDay.on)
    ).all()
    extra: dict[int, list[ExtraDay]] = {site_id: [] for site_id in time_zones}
    for site_id, on, is_business_day, name in rows:
        extra[site_id].append(ExtraDay(on, is_business_day, name))
    return {
        site_id: chile_calendar(range(year - 1, year + 3), extra[site_id], time_zone=time_zone)
        for site_id, time_zone in time_zones.items()
    }


@dataclass(frozen=True, slots=True)
class DayLine:
    """A date that does not count like its neighbours. `is_own` says that an administrator added it."""

    on: date
    name: str
    is_business_day: bool
    is_own: bool


def special_days(session: Session, site_id: int, *, year: int) -> list[DayLine]:
    """Return the holidays and the site's own days of a year, in order; an own day stands for the library's."""
    found = {on: DayLine(on, name, is_business_day=False, is_own=False) for on, name in chile_holidays([year]).items()}
    rows = session.execute(
        select(CalendarDay.on, CalendarDay.name, CalendarDay.is_business_day).where(CalendarDay.site_id == site_id)
    )
    for on, name, is_business_day in rows:
        if on.year == year:
            found[on] = DayLine(on, name, is_business_day, is_own=True)
    return [found[on] for on in sorted(found)]
