"""Waiting for the person: once a case, told why, ten business days at most, never where law runs or danger waits.

No date is missed meanwhile, and none the moment it goes on: dates move by the days waited. Figures go by the dates
first promised. Not for: a date that we cannot keep (`delays`).
"""

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.cases import clocks
from grievance.cases.delay_record import Pause
from grievance.cases.models import Case
from grievance.cases.queries import calendar_of, site_of
from grievance.cases.record import Clock
from grievance.cases.side_tracks import never_waits
from grievance.cases.states import SYSTEM, Actor, EventKind, MessageKind
from grievance.cases.tasks import NoticeKind, keepers, notify
from grievance.cases.telling import tell
from grievance.cases.transitions import load_for_change, record
from grievance.cases.ways import Telling
from grievance.deadlines.standards import INTERVALS, IntervalName, Unit, due_after
from grievance.deadlines.working_days import (
    Calendar,
    add_calendar_days,
    add_working_days,
    local_date,
    next_working_instant,
    working_days_between,
)


class PausedBefore(Exception):
    """The case was paused before: it can be once."""


class NeverPaused(Exception):
    """The dates of this kind of case are law, somebody may be in danger, or the case has ended: it is never paused."""


class NotPaused(Exception):
    """The case is not paused."""


def pause(session: Session, case: Case, *, words: str, by: Actor, at: datetime) -> Pause:
    """Wait for something that only the person can give; `words` tell the person what and why.

    Raises:
        NeverPaused: the dates are law, somebody may be in danger, or the case has ended.
        PausedBefore: it was paused before.
    """
    if never_waits(case.type) or not case.is_open:
        raise NeverPaused(case.type)
    if session.scalars(select(Pause.id).where(Pause.case_id == case.id)).one_or_none() is not None:
        raise PausedBefore
    site = site_of(session, case)
    calendar = calendar_of(session, site, year=local_date(at, site.time_zone).year)
    tell(session, case, Telling(MessageKind.DELAY, words), by=by, at=at)
    ends_at = due_after(INTERVALS[IntervalName.LONGEST_PAUSE], at, calendar).due_at
    found = Pause(case_id=case.id, started_at=at, ends_at=ends_at, started_by_id=by.staff)
    session.add(found)
    case.paused_until = ends_at
    clocks.refresh(session, case)
    until = local_date(ends_at, site.time_zone)
    record(session, case, EventKind.PAUSED, by=by, at=at, codes={"until": until.isoformat()})
    return found


def resume(session: Session, case: Case, *, by: Actor, at: datetime) -> None:
    """Go on with a paused case; every date that had not gone by moves by the days waited.

    Raises:
        NotPaused: it is not paused.
    """
    found = session.scalars(select(Pause).where(Pause.case_id == case.id, Pause.ended_at.is_(None))).one_or_none()
    if found is None:
        raise NotPaused
    site = site_of(session, case)
    calendar = calendar_of(session, site, year=local_date(at, site.time_zone).year)
    found.ended_at, case.paused_until = at, None
    for clock in _to_move(session, case, found):
        _move(session, case, clock, found, calendar=calendar, at=at)
    clocks.refresh(session, case)
    record(session, case, EventKind.RESUMED, by=by, at=at)
    notify(
        session,
        keepers(session, case),
        key=f"resumed:{case.public_id}",
        kind=NoticeKind.RESUMED,
        case=case,
        show_from=next_working_instant(at, calendar),
        at=at,
    )


def end_for_law(session: Session, case: Case, *, by: Actor, at: datetime) -> None:
    """End the wait of a case that has turned out to be of a kind that is never paused; no date of the law moves."""
    if case.paused_until is None:
        return
    found = session.scalars(select(Pause).where(Pause.case_id == case.id, Pause.ended_at.is_(None))).one()
    found.ended_at, case.paused_until = at, None
    clocks.refresh(session, case)
    record(session, case, EventKind.RESUMED, by=by, at=at)


def resume_if_paused(session: Session, case: Case, *, by: Actor, at: datetime) -> None:
    """Go on where the case waited for what has just happened: the person wrote, or the case ended."""
    if case.paused_until is not None:
        resume(session, case, by=by, at=at)


def resume_due(session: Session, *, at: datetime, limit: int) -> int:
    """Go on with every case whose days of waiting are over; return how many."""
    due = session.scalars(
        select(Case.id).where(Case.paused_until.is_not(None), Case.paused_until < at).order_by(Case.id).limit(limit)
    ).all()
    for case_id in due:
        resume_if_paused(session, load_for_change(session, case_id), by=SYSTEM, at=at)
    return len(due)


def _to_move(session: Session, case: Case, found: Pause) -> list[Clock]:
    """Return the running clocks whose date had not gone by when the pause began, also those that began during it."""
    return [
        clock
        for clock in clocks.of(session, case.id)
        if clock.met_at is None
        and clock.cancelled_at is None
        and clock.breached_at is None
        and clock.name not in clocks.WAITING_FOR_PERSON
        and clock.due_at >= found.started_at
    ]


def _move(session: Session, case: Case, clock: Clock, found: Pause, *, calendar: Calendar, at: datetime) -> None:
    waited_from = max(found.started_at, clock.started_at)
    began_on, today = (local_date(instant, calendar.time_zone) for instant in (waited_from, at))
    due_on = _later(clock, began_on, today, calendar)
    clock.cancelled_at = at
    clocks.follow(session, case, clock, due_on=due_on, calendar=calendar, at=at)


def _later(clock: Clock, began_on: date, today: date, calendar: Calendar) -> date:
    """Return a date moved by the days waited, and never before the next business day."""
    if clock.unit in {Unit.BUSINESS_DAYS, Unit.HOURS}:
        waited = max(0, working_days_between(began_on, today, calendar))
        moved = add_working_days(clock.due_on, waited, calendar) if waited else clock.due_on
    else:
        moved = add_calendar_days(clock.due_on, (today - began_on) // timedelta(days=1))
    return max(moved, add_working_days(today, 1, calendar))
