"""Who has how much in hand at some sites, what nobody works, and what waits for a decision.

Everything is cut to what the viewer may see: a restricted case counts nowhere but in `restricted_count`, which is
shown about, so that nobody reads a single case from it. Not for: figures that are published (grievance.metrics).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from grievance.accounts.models import DutyGrant, Staff
from grievance.accounts.permissions import Duty, Viewer
from grievance.cases.delay_record import Extension
from grievance.cases.models import Case
from grievance.cases.queries import visible
from grievance.cases.record import Clock
from grievance.cases.rights_record import Appeal
from grievance.cases.states import Status
from grievance.desk.queries import COUNTED_TO
from grievance.desk.shown import Count

MOST_READ = 20_000
"""Open cases looked at: an installation that has more sees "1000+" everywhere, and needs no exact count."""

MOST_LISTED = 20


@dataclass(frozen=True, slots=True)
class Load:
    """What one person, or nobody, has in hand."""

    public_id: str | None
    """None: cases that nobody works."""
    name: str | None
    open: Count
    late: Count
    week: Count
    waiting: Count


@dataclass(frozen=True, slots=True)
class AskedExtension:
    """A later date that waits for a decision."""

    reference: str
    clock_name: str
    asked_by: str
    due_on: date
    new_due_on: date


@dataclass(frozen=True, slots=True)
class OpenAppeal:
    """An appeal that waits for its decision, or for a reviewer."""

    reference: str
    filed_at: datetime
    site_id: int
    reviewer_name: str | None


@dataclass(frozen=True, slots=True)
class Workload:
    """The work of some sites. Loads begin with the most late; what nobody works stands apart."""

    loads: tuple[Load, ...]
    nobody: Load
    extensions: tuple[AskedExtension, ...]
    appeals: tuple[OpenAppeal, ...]


def workload(session: Session, viewer: Viewer, site_ids: Sequence[int], *, now: datetime) -> Workload:
    """Return the work of these sites, in four statements whatever their size."""
    found = _in_hand(session, viewer, site_ids, now=now)
    none = (0, 0, 0, 0)
    people = {row.id: row for row in session.execute(_people(site_ids, [key for key in found if key is not None]))}
    loads = [_load(row.public_id, row.name, found.get(staff_id, none)) for staff_id, row in people.items()]
    return Workload(
        loads=tuple(sorted(loads, key=lambda one: (-one.late.value, -one.open.value, one.name or ""))),
        nobody=_load(None, None, found.get(None, none)),
        extensions=_extensions(session, viewer, site_ids),
        appeals=_appeals(session, viewer, site_ids),
    )


def restricted_count(session: Session, site_ids: Sequence[int]) -> int:
    """Return how many restricted cases are open at these sites, for who must know that there are some and no more."""
    return session.execute(
        select(func.count())
        .select_from(Case)
        .where(
            Case.is_restricted.is_(True),
            Case.is_spam.is_(False),
            Case.is_open.is_(True),
            Case.undone_at.is_(None),
            Case.site_id.in_(site_ids),
        )
    ).scalar_one()


def _in_hand(
    session: Session, viewer: Viewer, site_ids: Sequence[int], *, now: datetime
) -> dict[int | None, tuple[int, int, int, int]]:
    """Return (open, late, due this week, waiting) by the id of the handler."""
    open_cases = (
        select(Case.handler_id, Case.desk_order_at, Case.status, Case.paused_until)
        .where(visible(viewer), Case.is_spam.is_(False), Case.is_open.is_(True), Case.site_id.in_(site_ids))
        .order_by(Case.desk_order_at, Case.id)
        .limit(MOST_READ)
        .subquery()
    )
    due, week = open_cases.c.desk_order_at, now + timedelta(days=7)
    waits = or_(open_cases.c.status == Status.RESPONSE_PROPOSED.value, open_cases.c.paused_until.is_not(None))
    rows = session.execute(
        select(
            open_cases.c.handler_id,
            func.count(),
            _number(due < now),
            _number((due >= now) & (due < week)),
            _number(waits),
        ).group_by(open_cases.c.handler_id)
    )
    return {handler_id: (total, late, soon, waiting) for handler_id, total, late, soon, waiting in rows}


def _number(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _people(site_ids: Sequence[int], with_cases: Sequence[int]) -> Select[int, str, str]:
    """Return the query of the handlers of these sites, and of whoever has cases in hand whatever the duty."""
    holders = select(DutyGrant.staff_id).where(
        DutyGrant.duty == Duty.HANDLER.value,
        DutyGrant.revoked_at.is_(None),
        DutyGrant.site_id.in_(site_ids) | DutyGrant.site_id.is_(None),
    )
    works = and_(Staff.active.is_(True), Staff.id.in_(holders))
    return select(Staff.id, Staff.public_id, Staff.name).where(or_(works, Staff.id.in_(with_cases)))


def _load(public_id: str | None, name: str | None, counts: tuple[int, int, int, int]) -> Load:
    return Load(public_id, name, *(Count(min(one, COUNTED_TO), one > COUNTED_TO) for one in counts))


def _extensions(session: Session, viewer: Viewer, site_ids: Sequence[int]) -> tuple[AskedExtension, ...]:
    rows = session.execute(
        select(Case.reference, Clock.name, Staff.name, Clock.due_on, Extension.new_due_on)
        .join(Case, Case.id == Extension.case_id)
        .join(Clock, Clock.id == Extension.clock_id)
        .join(Staff, Staff.id == Extension.asked_by_id)
        .where(Extension.granted.is_(None), visible(viewer), Case.is_open.is_(True), Case.site_id.in_(site_ids))
        .order_by(Clock.due_on, Extension.id)
        .limit(MOST_LISTED)
    )
    return tuple(AskedExtension(*row) for row in rows)


def _appeals(session: Session, viewer: Viewer, site_ids: Sequence[int]) -> tuple[OpenAppeal, ...]:
    rows = session.execute(
        select(Case.reference, func.min(Appeal.filed_at), Case.site_id, Staff.name)
        .join(Case, Case.id == Appeal.case_id)
        .outerjoin(Staff, Staff.id == Appeal.reviewer_id)
        .where(Appeal.decided_at.is_(None), visible(viewer), Case.site_id.in_(site_ids))
        .group_by(Case.reference, Case.site_id, Staff.name)
        .order_by(func.min(Appeal.filed_at), func.min(Appeal.id))
        .limit(MOST_LISTED)
    )
    return tuple(OpenAppeal(*row) for row in rows)
