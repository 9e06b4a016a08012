"""How many business days are left until a due date, by the calendar of the site, for lists and pages."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy.orm import Session

from grievance.deadlines.queries import site_calendars
from grievance.deadlines.working_days import Calendar, local_date, working_days_between
from grievance.sites.models import Site


def calendars_of(session: Session, sites: Iterable[Site], *, now: datetime) -> dict[int, Calendar]:
    """Return the calendars of these sites by their ids, in one statement."""
    zones = {site.id: site.time_zone for site in sites}
    return site_calendars(session, zones, year=now.year)


def days_left(due_at: datetime | None, calendar: Calendar, *, now: datetime) -> tuple[date | None, int | None]:
    """Return the local due date, and the business days from today to it: 0 is today, negative is late."""
    if due_at is None:
        return None, None
    due_on = local_date(due_at, calendar.time_zone)
    today = local_date(now, calendar.time_zone)
    first, last = calendar.first_on, calendar.last_on
    if (first and min(due_on, today) < first) or (last and max(due_on, today) > last):
        return due_on, None
    return due_on, working_days_between(today, due_on, calendar)
