"""The sweep: reminders before due dates, breaches after, each once, whatever number of workers runs it.

1. Find running clocks that are due soon or past due, and those that ended past due, at most `limit`.
2. Take each with an update that only one worker can win.
3. Tell whoever has to act, in working hours; danger and what is restricted by law at any hour.
Not for: what the person is told of a delay, nor for clocks that wait for the person.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from grievance.accounts.permissions import Duty
from grievance.cases.alerts import call_for_urgent, call_out, on_call, tell_outside
from grievance.cases.clocks import WAITING_FOR_PERSON
from grievance.cases.days_left import calendars_of
from grievance.cases.delays import ask_to_tell, stop_asking, was_told
from grievance.cases.models import Case
from grievance.cases.pauses import resume_due
from grievance.cases.queries import site_of
from grievance.cases.record import Clock
from grievance.cases.side_tracks import URGENT_TYPES
from grievance.cases.states import SYSTEM, EventKind
from grievance.cases.tasks import NoticeKind, holders, keepers, notify
from grievance.cases.transitions import load_for_change, record
from grievance.cases.visibility import DANGER
from grievance.cases.wall import hidden_from
from grievance.core.db import rows_changed
from grievance.deadlines.standards import Unit
from grievance.deadlines.working_days import Calendar, add_working_days, end_of_day, local_date, next_working_instant
from grievance.referrals.steps import remind_to_ask
from grievance.rounds.escalation import answering, climb
from grievance.rounds.leavers import mend
from grievance.rounds.reminders import remind
from grievance.rounds.track_rounds import alert_unprotected, follow_owners, pass_in_silence
from grievance.sites.models import Site

LAST_PART = 0.25
"""A reminder comes when a quarter of the time is left, or one business day before, whichever is earlier."""

_LONGEST_LEAD = timedelta(days=45)
"""No reminder comes earlier than this: a quarter of the longest clock, three months, with holidays to spare."""


@dataclass(frozen=True, slots=True)
class SweepCount:
    """What one sweep did."""

    reminded: int
    breached: int


def sweep(session: Session, *, at: datetime, limit: int) -> SweepCount:
    """Record breaches and give reminders that are due; return how many of each. Running it again does nothing new."""
    mend(session, at=at, limit=limit)
    tell_outside(session, at=at, limit=limit)
    call_for_urgent(session, at=at, limit=limit)
    resume_due(session, at=at, limit=limit)
    pass_in_silence(session, at=at, limit=limit)
    follow_owners(session, at=at, limit=limit)
    alert_unprotected(session, at=at, limit=limit)
    remind(session, at=at, limit=limit)
    remind_to_ask(session, at=at, limit=limit)
    stop_asking(session, at=at)
    missed = [*session.scalars(_ended_late().limit(limit)), *session.scalars(_late(at).limit(limit))]
    breached = sum(_breach(session, clock, at=at) for clock in missed)
    reminded = sum(_remind(session, clock, at=at) for clock in _soon(session, at=at, limit=limit))
    return SweepCount(reminded, breached)


def lead_days(amount: int, unit: str) -> int:
    """Return how many days before the due date a reminder comes: business days, or calendar days for such clocks."""
    if unit == Unit.MONTHS:
        return math.ceil(amount * 30 * LAST_PART)
    return max(1, math.ceil(amount * LAST_PART))


def reminded_from(clock_unit: str, amount: int, *, at: datetime, calendar: Calendar) -> datetime:
    """Return the latest due instant of which a reminder is due at `at`, for clocks of this span."""
    if clock_unit == Unit.HOURS:
        return at + timedelta(hours=amount * LAST_PART)
    today = local_date(at, calendar.time_zone)
    days = lead_days(amount, clock_unit)
    if clock_unit == Unit.BUSINESS_DAYS:
        return end_of_day(add_working_days(today, days, calendar), calendar.time_zone)
    return end_of_day(today + timedelta(days=days), calendar.time_zone)


def _running(until: datetime, *more: ColumnElement[bool]) -> Select[Clock]:
    """Select the running clocks of open cases that have something due by an instant.

    Found from the cases, by the index of open ones: clocks of the past are many, open cases few.
    """
    return (
        select(Clock)
        .join(Case, Case.id == Clock.case_id)
        .where(
            Case.site_id.in_(select(Site.id)),
            Case.next_due_at <= until,
            Clock.due_at <= until,
            Clock.met_at.is_(None),
            Clock.cancelled_at.is_(None),
            Clock.name.not_in(WAITING_FOR_PERSON),
            or_(Case.is_open.is_(True), Case.has_appeal.is_(True)),
            Case.paused_until.is_(None),
            Case.is_spam.is_(False),
            *more,
        )
        .order_by(Clock.due_at, Clock.id)
    )


def _late(at: datetime) -> Select[Clock]:
    return _running(at, Clock.due_at < at, Clock.breached_at.is_(None))


def _ended_late() -> Select[Clock]:
    """Select the clocks that were met or stopped after their date before any sweep saw it."""
    return (
        select(Clock)
        .join(Case, Case.id == Clock.case_id)
        .where(
            Case.site_id.in_(select(Site.id)),
            Clock.late.is_not(None),
            Clock.breached_at.is_(None),
            or_(Clock.met_at.is_not(None), Clock.cancelled_at.is_not(None)),
            Case.paused_until.is_(None),
            Case.is_spam.is_(False),
        )
        .order_by(Clock.due_at, Clock.id)
    )


def _soon(session: Session, *, at: datetime, limit: int) -> Sequence[Clock]:
    """Return the clocks due for a reminder. How early depends on the span, and there are few spans and sites."""
    until = at + _LONGEST_LEAD
    waiting = [Clock.due_at >= at, Clock.reminded_at.is_(None)]
    spans = session.execute(
        _running(until, *waiting).with_only_columns(Case.site_id, Clock.unit, Clock.amount).order_by(None).distinct()
    ).all()
    if not spans:
        return []
    sites = session.scalars(select(Site).where(Site.id.in_({site_id for site_id, _, _ in spans}))).all()
    calendars = calendars_of(session, sites, now=at)
    due = [
        and_(
            Case.site_id == site_id,
            Clock.unit == unit,
            Clock.amount == amount,
            Clock.due_at <= reminded_from(unit, amount, at=at, calendar=calendars[site_id]),
        )
        for site_id, unit, amount in spans
    ]
    return session.scalars(_running(until, *waiting, or_(*due)).limit(limit)).all()


def _breach(session: Session, clock: Clock, *, at: datetime) -> int:
    case = load_for_change(session, clock.case_id)
    if not _take(session, clock, Clock.breached_at, at=at):
        return 0
    codes = {"clock": clock.name, "due_on": clock.due_on.isoformat(), "notice": was_told(session, clock)}
    record(session, case, EventKind.CLOCK_BREACHED, by=SYSTEM, at=at, codes=codes)
    if case.is_open or case.has_appeal:
        climb(session, case, clock, at=at)
        _tell(session, case, clock, NoticeKind.CLOCK_BREACHED, at=at)
    return 1


def _remind(session: Session, clock: Clock, *, at: datetime) -> int:
    case = load_for_change(session, clock.case_id)
    if not _take(session, clock, Clock.reminded_at, at=at):
        return 0
    codes = {"clock": clock.name, "due_on": clock.due_on.isoformat()}
    record(session, case, EventKind.CLOCK_REMINDED, by=SYSTEM, at=at, codes=codes)
    _tell(session, case, clock, NoticeKind.CLOCK_SOON, at=at)
    ask_to_tell(session, case, clock, at=at)
    return 1


def _take(session: Session, clock: Clock, column: InstrumentedAttribute[datetime | None], *, at: datetime) -> bool:
    """Mark a clock; False when another worker did, or it was met meanwhile and in time."""
    stands = and_(Clock.met_at.is_(None), Clock.cancelled_at.is_(None))
    claim = (
        update(Clock)
        .where(Clock.id == clock.id, column.is_(None), or_(stands, Clock.late.is_not(None)))
        .values({column: at})
        .execution_options(synchronize_session=False)
    )
    return rows_changed(session.execute(claim)) == 1


def _tell(session: Session, case: Case, clock: Clock, kind: NoticeKind, *, at: datetime) -> None:
    is_urgent = case.type in URGENT_TYPES
    calendar = calendars_of(session, [site_of(session, case)], now=at)[case.site_id]
    notify(
        session,
        _concerned(session, case, kind),
        key=f"{kind.value}:{clock.id}",
        kind=kind,
        case=case,
        clock_name=clock.name,
        show_from=at if is_urgent else next_working_instant(at, calendar),
        at=at,
    )
    if is_urgent and (case.type == DANGER or kind is NoticeKind.CLOCK_BREACHED):
        _call_out(session, case, clock, kind, at=at)


def _call_out(session: Session, case: Case, clock: Clock, kind: NoticeKind, *, at: datetime) -> None:
    """Tell whoever is on call: of danger which date it is, of the rest only that something urgent waits."""
    key = f"{kind.value}:{clock.id}"
    if case.type != DANGER:
        call_out(session, case, key=f"urgent:{key}", at=at)
        return
    called, name = on_call(session, case, at=at), clock.name
    notify(session, called, key=key, kind=kind, case=case, clock_name=name, show_from=at, at=at)


def _concerned(session: Session, case: Case, kind: NoticeKind) -> set[int]:
    """Return whom a clock concerns: who works the case; on a breach whoever answers for it from now on as well."""
    found = set(keepers(session, case))
    if kind is NoticeKind.CLOCK_BREACHED:
        found |= set(answering(session, case))
    elif case.handler_id is None:
        # Nobody but triagers may know of what is restricted or unsorted.
        hidden = case.is_restricted or case.classified_at is None
        found |= set(holders(session, case, Duty.TRIAGER if hidden else Duty.COORDINATOR))
    return found - hidden_from(session, case)
