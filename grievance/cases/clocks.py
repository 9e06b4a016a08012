"""The named clocks of a case: started by its type, met by what is done, stopped when it ends.

Each clock keeps the versions of the standard and of the calendar that gave its due date: a later change of either
rewrites nothing. Not for: reminding and breaching, which the sweep of `rounds.timers` does; one that ends
late is only marked here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, or_, select, update
from sqlalchemy import case as when
from sqlalchemy.orm import Session

from grievance.cases.delay_record import Pause
from grievance.cases.models import NEVER_DUE, Case
from grievance.cases.record import Clock
from grievance.cases.side_tracks import Late
from grievance.deadlines.site_standards import standards_at
from grievance.deadlines.standards import (
    STANDARDS_VERSION,
    CaseType,
    ClockName,
    Due,
    Span,
    Standard,
    due,
    due_after,
    later_standards,
    standards_for,
)
from grievance.deadlines.working_days import Calendar, end_of_day, local_date

ANSWER_FROM_PERSON = "answer_from_person"
"""Clock of the days that the person has to answer a proposed response. It waits for the person: it never breaches."""

WAITING_FOR_PERSON = frozenset({ANSWER_FROM_PERSON})

PAUSE = "pause"
"""Stands on the desk for whatever is due next while a case waits for the person; it is no clock of its own."""


@dataclass(frozen=True, slots=True)
class PutOff:
    """A promised date for which the law sets another one, since somebody said what kind of case it is."""

    promised: Clock
    """What the person was told last."""
    lawful: Clock
    was_missed: bool
    """The promised date had gone by already: it stands as missed, and figures go by it."""


def for_new_case(case: Case, *, calendar: Calendar, standards: Sequence[Standard] | None = None) -> list[Clock]:
    """Return the clocks of a case not yet stored, and set its next due date. The caller adds them.

    `standards` are the promises of its site; those that every site starts with, where none are given.
    """
    started_at = case.received_at
    rows = standards_for(CaseType(case.type)) if standards is None else standards
    clocks = [_clock(row, due(row, started_at, calendar), started_at) for row in rows]
    note_next_due(case, clocks)
    return clocks


def as_values(clock: Clock) -> dict[str, object]:
    """Return the columns of a clock that is not in a session, for inserting many at once."""
    return {name: value for name, value in vars(clock).items() if not name.startswith("_")}


def restart_for_type(session: Session, case: Case, *, calendar: Calendar, at: datetime) -> PutOff | None:
    """Give a case the clocks of its present type, counted from its receipt; return the date that the law put off.

    A date that was promised and would become later stays: a later date may only be told by an interim notice. Where
    the date is law it is nobody's choice: it runs from now on, and the caller has to tell the person (`law_dates`).
    A clock already met stays met.
    """
    in_force = [clock for clock in of(session, case.id) if clock.cancelled_at is None]
    standing = {clock.name: clock for clock in in_force if clock.follows_id is None}
    received_on = local_date(case.received_at, calendar.time_zone)
    rows = standards_at(session, case.site_id, CaseType(case.type), on=received_on)
    put_off = _put_off_by_law(session, case, rows, in_force, calendar=calendar, at=at)
    wanted = {row.clock.value: row for row in rows if put_off is None or row.clock != put_off.lawful.name}
    kept = {
        ClockName.RESOLVE.value,
        *wanted,
        *WAITING_FOR_PERSON,
        *(row.clock.value for row in later_standards(CaseType(case.type))),
    }
    for clock in in_force:
        if clock.name not in kept and clock.met_at is None:
            _replace(clock, at=at)
    for name, row in wanted.items():
        found = due(row, case.received_at, calendar)
        old = standing.get(name)
        if old is None:
            session.add(_clock(row, found, case.received_at, case_id=case.id, said_at=at))
        elif old.met_at is None and found.due_at < old.due_at:
            _replace(old, at=at)
            session.add(_clock(row, found, case.received_at, case_id=case.id, said_at=at))
    keep_marks(session, case)
    refresh(session, case)
    return put_off


def keep_marks(session: Session, case: Case) -> None:
    """Mark a clock that stands again as what it was before it was stopped: a date is missed once, not twice."""
    session.flush()
    found = of(session, case.id)
    stopped = {(clock.name, clock.due_on): clock for clock in found if clock.cancelled_at is not None}
    for clock in found:
        before = stopped.get((clock.name, clock.due_on))
        if before is not None and clock.cancelled_at is None and clock.met_at is None:
            clock.reminded_at = clock.reminded_at or before.reminded_at
            clock.breached_at = clock.breached_at or before.breached_at
            if before.late is not None:
                before.late = clock.late = None


def add(  # a clock has this many facts
    session: Session,
    case: Case,
    name: str,
    span: Span,
    *,
    started_at: datetime,
    calendar: Calendar,
    version: str = STANDARDS_VERSION,
) -> Clock:
    """Start a clock that no standard of the type names, such as the days to answer a proposed response."""
    found = due_after(span, started_at, calendar)
    clock = Clock(
        case_id=case.id,
        name=name,
        standard_type=case.type,
        amount=span.amount,
        unit=span.unit.value,
        started_at=started_at,
        due_at=found.due_at,
        due_on=found.due_on,
        standards_version=version,
        calendar_version=found.calendar_version,
    )
    session.add(clock)
    session.flush()
    refresh(session, case)
    return clock


def follow(session: Session, case: Case, clock: Clock, *, due_on: date, calendar: Calendar, at: datetime) -> Clock:
    """Start the clock of a later date that stands for another's: told, granted, or moved by a pause.

    It has the same name, so that what meets the one meets the other.
    """
    later = Clock(
        case_id=case.id,
        name=clock.name,
        standard_type=clock.standard_type,
        amount=clock.amount,
        unit=clock.unit,
        started_at=at,
        due_at=end_of_day(due_on, calendar.time_zone),
        due_on=due_on,
        standards_version=clock.standards_version,
        calendar_version=calendar.version,
        follows_id=clock.id,
    )
    session.add(later)
    session.flush()
    refresh(session, case)
    return later


def running(session: Session, case: Case, name: str) -> Clock | None:
    """Return the running clock of a name with the latest date, or None."""
    return session.scalars(
        select(Clock)
        .where(Clock.case_id == case.id, Clock.name == name, Clock.met_at.is_(None), Clock.cancelled_at.is_(None))
        .order_by(Clock.due_at.desc(), Clock.id.desc())
        .limit(1)
    ).one_or_none()


def note_next_due(case: Case, clocks: Sequence[Clock]) -> None:
    """Set the next due date of a case from those of its clocks, stored or not, that still run."""
    _set_next_due(case, [clock for clock in clocks if clock.met_at is None and clock.cancelled_at is None])


def meet(session: Session, case: Case, name: str, *, at: datetime) -> None:
    """Mark a running clock as met at an instant; nothing happens when none of that name runs."""
    _end(session, case, name, met_at=at)


def unmeet(session: Session, case: Case, name: str) -> None:
    """Let a clock run on that was met by something that no longer holds; nothing happens where none was met."""
    session.flush()
    session.execute(
        update(Clock)
        .where(Clock.case_id == case.id, Clock.name == name, Clock.met_at.is_not(None), Clock.cancelled_at.is_(None))
        .values(met_at=None)
        .execution_options(synchronize_session="fetch")
    )
    refresh(session, case)


def cancel(session: Session, case: Case, name: str, *, at: datetime) -> None:
    """Stop a running clock that no longer applies; nothing happens when none of that name runs."""
    _end(session, case, name, cancelled_at=at)


def stop_all(session: Session, case: Case, *, at: datetime) -> None:
    """Stop every clock that still runs: the case has left."""
    session.flush()
    session.execute(
        update(Clock)
        .where(Clock.case_id == case.id, Clock.met_at.is_(None), Clock.cancelled_at.is_(None))
        .values(cancelled_at=at, late=_lateness(session, case, at, is_met=False))
        .execution_options(synchronize_session="fetch")
    )
    case.paused_until = None
    refresh(session, case)


def of(session: Session, case_id: int) -> Sequence[Clock]:
    """Return all clocks of a case, the earliest due first."""
    return session.scalars(select(Clock).where(Clock.case_id == case_id).order_by(Clock.due_at, Clock.id)).all()


def due_at(session: Session, case: Case, name: ClockName) -> datetime | None:
    """Return the due instant of the clock in force of that name, met or not; None when the type has none.

    Figures count by it: a later date that was told, granted or gained by a pause does not move it.
    """
    return session.scalars(
        select(Clock.due_at)
        .where(
            Clock.case_id == case.id,
            Clock.name == name.value,
            Clock.follows_id.is_(None),
            or_(Clock.cancelled_at.is_(None), Clock.id.in_(_replaced(case.id))),
        )
        .order_by(Clock.id.desc())
        .limit(1)
    ).one_or_none()


def _put_off_by_law(
    session: Session,
    case: Case,
    rows: Sequence[Standard],
    in_force: Sequence[Clock],
    *,
    calendar: Calendar,
    at: datetime,
) -> PutOff | None:
    """Let the answer run to the law's date where an earlier one was promised under another type.

    What can still be kept is replaced; what was missed stays, and the law's date follows it.
    """
    row = next(row for row in rows if row.clock is ClockName.RESOLVE)
    promised = [clock for clock in in_force if clock.name == row.clock and clock.met_at is None]
    found = due(row, case.received_at, calendar)
    is_new = row.locked and all(clock.standard_type != case.type for clock in promised)
    if not promised or not is_new or found.due_at <= min(promised, key=lambda clock: clock.id).due_at:
        return None
    lawful = _clock(row, found, case.received_at, case_id=case.id)
    for clock in promised:
        if clock.due_at < at:
            lawful.follows_id = clock.id
        else:
            clock.cancelled_at = at
    session.add(lawful)
    last = max(promised, key=lambda clock: clock.due_at)
    return PutOff(last, lawful, was_missed=last.due_at < at)


def _replaced(case_id: int) -> Select[int | None]:
    """Select the clocks of a case for which a later date stands."""
    return select(Clock.follows_id).where(Clock.case_id == case_id, Clock.follows_id.is_not(None))


def refresh(session: Session, case: Case) -> None:
    """Set the next due date of a case from its running clocks."""
    first = session.scalars(
        select(Clock)
        .where(Clock.case_id == case.id, Clock.met_at.is_(None), Clock.cancelled_at.is_(None))
        .order_by(Clock.due_at, Clock.id)
        .limit(1)
    ).all()
    _set_next_due(case, first)


def _end(
    session: Session, case: Case, name: str, *, met_at: datetime | None = None, cancelled_at: datetime | None = None
) -> None:
    session.flush()
    ended_at = met_at or cancelled_at
    late = None if ended_at is None else _lateness(session, case, ended_at, is_met=met_at is not None)
    session.execute(
        update(Clock)
        .where(Clock.case_id == case.id, Clock.name == name, Clock.met_at.is_(None), Clock.cancelled_at.is_(None))
        .values(met_at=met_at, cancelled_at=cancelled_at, late=late)
        .execution_options(synchronize_session="fetch")
    )
    refresh(session, case)


def _lateness(session: Session, case: Case, ended_at: datetime, *, is_met: bool) -> ColumnElement[str | None]:
    """Return what marks the clocks whose date had gone by when they ended: the next sweep records them as missed.

    While a case waits for the person no date goes by. A date that was never promised is missed only if it applied.
    """
    until = ended_at
    if case.paused_until is not None:
        open_pause = select(Pause.started_at).where(Pause.case_id == case.id, Pause.ended_at.is_(None))
        until = min(ended_at, session.scalars(open_pause).one_or_none() or ended_at)
    is_missed = and_(
        Clock.due_at < until, Clock.breached_at.is_(None), Clock.late.is_(None), Clock.name.not_in(WAITING_FOR_PERSON)
    )
    return when((is_missed, Late.ENDED.value), else_=Clock.late if is_met else None)


def _replace(clock: Clock, *, at: datetime) -> None:
    """Stop a clock in whose place another one runs from now on; what was missed by then stays missed."""
    clock.cancelled_at = at
    clock.late = Late.ENDED.value if clock.due_at < at and clock.breached_at is None and clock.late is None else None


def _set_next_due(case: Case, clocks: Sequence[Clock]) -> None:
    if case.paused_until is not None:
        case.next_due_at = case.desk_order_at = case.paused_until
        case.next_due_clock = PAUSE
        return
    first = min(clocks, key=lambda clock: clock.due_at, default=None)
    case.next_due_at = first.due_at if first else None
    case.desk_order_at = first.due_at if first else NEVER_DUE
    case.next_due_clock = first.name if first else None


def _clock(
    row: Standard,
    found: Due,
    started_at: datetime,
    *,
    case_id: int | None = None,
    said_at: datetime | None = None,
) -> Clock:
    """Return a clock not yet stored. `said_at` is when somebody said what kind of case it is, for one already filed."""
    # Who reports harassment has the receipt that the law asks for from the moment of reporting.
    is_met = row.type is CaseType.HARASSMENT and row.clock is ClockName.ACKNOWLEDGE
    is_past = said_at is not None and found.due_at < said_at
    clock = Clock(
        name=row.clock.value,
        standard_type=row.type.value,
        amount=row.amount,
        unit=row.unit.value,
        started_at=started_at,
        due_at=found.due_at,
        due_on=found.due_on,
        standards_version=found.standards_version,
        calendar_version=found.calendar_version,
        met_at=started_at if is_met else None,
        late=Late.BORN.value if is_past and not is_met else None,
    )
    if case_id is not None:
        clock.case_id = case_id
    return clock
