"""Days that an administrator adds to the calendar of a site. What was promised before keeps its date."""

from datetime import date

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from grievance.core.db import rows_changed
from grievance.deadlines.models import CalendarDay


def set_day(session: Session, site_id: int, *, on: date, is_business_day: bool, name: str) -> CalendarDay:
    """Say how a date counts at a site, whatever the library of holidays says of it; the last word replaces others."""
    day = session.scalars(select(CalendarDay).where(*_on(site_id, on))).one_or_none()
    if day is None:
        day = CalendarDay(site_id=site_id, on=on, is_business_day=is_business_day, name=name)
        session.add(day)
    day.is_business_day, day.name = is_business_day, name
    session.flush()
    return day


def remove_day(session: Session, site_id: int, *, on: date) -> bool:
    """Take a row of the calendar back: the date counts again as the library says. False when there is none."""
    return rows_changed(session.execute(delete(CalendarDay).where(*_on(site_id, on)))) == 1


def _on(site_id: int, on: date) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return CalendarDay.site_id == site_id, CalendarDay.on == on
