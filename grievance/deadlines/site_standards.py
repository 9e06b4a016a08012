"""A site's own numbers for its promises: a new edition from a date on; what was promised before keeps its date.

What is law is never among them. Not for: the numbers that everybody starts with (`standards`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Boolean, ColumnElement, Integer, cast, delete, null, select, union_all
from sqlalchemy.orm import Session

from grievance.deadlines.calendars import ExtraDay, chile_calendar
from grievance.deadlines.models import CalendarDay, SiteStandard
from grievance.deadlines.standards import (
    STANDARDS_VERSION,
    CaseType,
    ClockName,
    Standard,
    StandardLocked,
    changed,
    later_standards,
    longest,
    standard,
    standards_for,
)
from grievance.deadlines.working_days import Calendar

OWN_SOURCE = "Decided by the site"


class AmountOutOfRange(ValueError):
    """A promise is 1 to `longest` of its unit."""


class NotInForceYet(ValueError):
    """A new number counts from today or later: nobody rewrites what was promised."""


class NoSuchStandard(LookupError):
    """That kind of case has no such promise, or no change of it lies ahead."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A promise as it stands at a site: in force today, and what it becomes, if that is decided."""

    base: Standard
    today: Standard
    next_amount: int | None
    next_from: date | None


def standards_at(session: Session, site_id: int, case_type: CaseType, *, on: date) -> tuple[Standard, ...]:
    """Return the promises of a site for cases of a kind received on a local date, in the order of `standards_for`."""
    own = _latest(session, site_id, on=on, case_type=case_type)
    return tuple(_with_own(row, own) for row in standards_for(case_type))


def calendar_and_standards(
    session: Session, site_id: int, case_type: CaseType, *, on: date, time_zone: str
) -> tuple[Calendar, tuple[Standard, ...]]:
    """Return what `site_calendar` and `standards_at` say of a local date, in one statement: every filing needs both."""
    days = select(
        CalendarDay.on,
        CalendarDay.name.label("name"),
        CalendarDay.is_business_day,
        cast(null(), Integer).label("amount"),
        cast(null(), Integer).label("id"),
    ).where(CalendarDay.site_id == site_id)
    own = select(
        SiteStandard.valid_from, SiteStandard.clock, cast(null(), Boolean), SiteStandard.amount, SiteStandard.id
    ).where(SiteStandard.site_id == site_id, SiteStandard.type == case_type.value, SiteStandard.valid_from <= on)
    extra, amounts = [], {}
    for row in session.execute(union_all(days, own).order_by("on", "id")):
        if row.id is None:
            extra.append(ExtraDay(row.on, row.is_business_day, row.name))
        else:
            amounts[case_type.value, row.name] = (row.amount, row.id)
    calendar = chile_calendar(range(on.year - 1, on.year + 3), tuple(extra), time_zone=time_zone)
    return calendar, tuple(_with_own(row, amounts) for row in standards_for(case_type))


def standard_at(session: Session, site_id: int, case_type: CaseType, clock: ClockName, *, on: date) -> Standard | None:
    """Return one promise of a site; None where that kind of case has no such clock."""
    return next((row for row in standards_at(session, site_id, case_type, on=on) if row.clock is clock), None)


def set_standard(
    session: Session,
    site_id: int,
    case_type: CaseType,
    clock: ClockName,
    amount: int,
    *,
    valid_from: date,
    at: datetime,
    today: date,
) -> None:
    """Give a site its own number for a promise, for cases received from a date on; the last word for a date counts.

    Raises:
        NoSuchStandard: that kind of case has no such clock.
        StandardLocked: the number is law.
        AmountOutOfRange: it is none, or too far away.
        NotInForceYet: the date has gone by.
    """
    row = standard(case_type, clock)
    if row is None:
        raise NoSuchStandard(clock)
    if row.locked:
        raise StandardLocked(case_type, clock)
    if not 1 <= amount <= longest(row):
        raise AmountOutOfRange(amount)
    if valid_from < today:
        raise NotInForceYet(valid_from)
    found = session.scalars(
        select(SiteStandard).where(*_of(site_id, case_type, clock), SiteStandard.valid_from == valid_from)
    ).one_or_none()
    if found is None:
        found = SiteStandard(site_id=site_id, type=case_type.value, clock=clock.value, valid_from=valid_from)
        session.add(found)
    found.amount, found.set_at = amount, at
    session.flush()


def take_back(session: Session, site_id: int, case_type: CaseType, clock: ClockName, *, today: date) -> None:
    """Take back changes of a promise that lie ahead; what is in force stays.

    Raises:
        NoSuchStandard: none lies ahead.
    """
    ahead = [*_of(site_id, case_type, clock), SiteStandard.valid_from > today]
    if session.scalars(select(SiteStandard.id).where(*ahead).limit(1)).one_or_none() is None:
        raise NoSuchStandard(clock)
    session.execute(delete(SiteStandard).where(*ahead))


def standing(session: Session, site_id: int, *, today: date) -> list[Standing]:
    """Return every promise of a site as it stands, by kind of case in the order of the table.

    What starts with a step of the case, which is law, comes after what starts with its receipt.
    """
    own = _latest(session, site_id, on=today)
    ahead = {
        (row.type, row.clock): row
        for row in session.scalars(
            select(SiteStandard)
            .where(SiteStandard.site_id == site_id, SiteStandard.valid_from > today)
            .order_by(SiteStandard.valid_from.desc())
        )
    }
    found = []
    for base in (row for case_type in CaseType for row in _all_of(case_type)):
        later = ahead.get((base.type.value, base.clock.value))
        next_amount, next_from = (later.amount, later.valid_from) if later else (None, None)
        found.append(Standing(base, _with_own(base, own), next_amount, next_from))
    return found


def _all_of(case_type: CaseType) -> tuple[Standard, ...]:
    return (*standards_for(case_type), *later_standards(case_type))


def _latest(
    session: Session, site_id: int, *, on: date, case_type: CaseType | None = None
) -> dict[tuple[str, str], tuple[int, int]]:
    """Return the site's own amounts in force on a date with the ids of their rows, the latest of each promise."""
    wanted = select(SiteStandard).where(SiteStandard.site_id == site_id, SiteStandard.valid_from <= on)
    if case_type is not None:
        wanted = wanted.where(SiteStandard.type == case_type.value)
    rows = session.scalars(wanted.order_by(SiteStandard.valid_from))
    return {(row.type, row.clock): (row.amount, row.id) for row in rows}


def _with_own(row: Standard, own: Mapping[tuple[str, str], tuple[int, int]]) -> Standard:
    found = own.get((row.type.value, row.clock.value))
    if found is None or row.locked:
        return row
    amount, own_id = found
    return changed(row, amount, source=OWN_SOURCE, version=f"{STANDARDS_VERSION}/{own_id}")


def _of(site_id: int, case_type: CaseType, clock: ClockName) -> list[ColumnElement[bool]]:
    return [
        SiteStandard.site_id == site_id,
        SiteStandard.type == case_type.value,
        SiteStandard.clock == clock.value,
    ]
