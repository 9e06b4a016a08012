"""The calendar of a site: the country's holidays with the rows that an administrator added."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.deadlines.calendars import ExtraDay, chile_calendar
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
