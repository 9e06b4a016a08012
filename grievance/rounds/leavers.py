"""Nobody's cases are orphaned: what somebody can no longer work goes to whoever gives cases away, as tasks.

Somebody leaves, loses a duty, or a case becomes hidden from him or her. Cases, appeals, tasks, and what he or she
answers for. Coordinators find it, and triagers what is restricted. Not for: handing over with a note (`desk.handover`).
"""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Exists, Select, and_, or_, select, union, update
from sqlalchemy.orm import Session

from grievance.accounts.absences import end_all_of
from grievance.accounts.models import Staff
from grievance.accounts.permissions import Duty
from grievance.accounts.queries import viewer as viewer_of
from grievance.accounts.rota import drop_all_of
from grievance.cases.appeals import pass_on as pass_appeal_on
from grievance.cases.appeals import waiting
from grievance.cases.facts import duties_on, facts_of
from grievance.cases.models import Case, CorrectiveAction, HiddenFrom, Investigator
from grievance.cases.outside import goes_outside
from grievance.cases.queries import calendar_of
from grievance.cases.record import Task
from grievance.cases.rights_record import Appeal
from grievance.cases.side_tracks import URGENT_TYPES
from grievance.cases.states import SYSTEM, Actor
from grievance.cases.tasks import NoticeKind, TaskKind, holders, knows, notify, open_task
from grievance.cases.track_record import ProtectiveMeasure
from grievance.cases.transitions import load_for_change
from grievance.cases.triage import give, remove_investigator
from grievance.cases.visibility import may_see
from grievance.cases.wall import hidden_from
from grievance.deadlines.working_days import local_date, next_working_instant
from grievance.sites.models import Site

_OWNED = (ProtectiveMeasure, CorrectiveAction)

_WORKED = or_(Case.is_open.is_(True), Case.has_appeal.is_(True))


class Why(StrEnum):
    """Why somebody no longer works a case; a code of its event."""

    LEFT = "left"
    DUTY_TAKEN = "duty_taken"
    CONFLICT = "conflict"


def let_go(session: Session, staff_id: int, *, why: Why, by: Actor, at: datetime) -> int:
    """Take from somebody what he or she can no longer work; return how many cases. Others are told, once a site.

    Called after the account was closed or the duty taken away.
    """
    ids = session.scalars(_cases_of(staff_id)).all()
    changed = [case for case_id in ids if (case := _let_go_of(session, case_id, staff_id, why=why, by=by, at=at))]
    session.execute(
        update(Task)
        .where(
            Task.assigned_to_id.in_(select(Staff.id).where(Staff.id == staff_id, Staff.active.is_(False))),
            Task.case_id.is_(None),
            Task.done_at.is_(None),
        )
        .values(assigned_to_id=None)
    )
    if session.scalars(select(Staff.active).where(Staff.id == staff_id)).one() is False:
        end_all_of(session, staff_id, by=by.staff_id, at=at)
        drop_all_of(session, staff_id, by=by.staff_id, at=at)
    for site_id in sorted({case.site_id for case in changed}):
        _tell(session, site_id, [case for case in changed if case.site_id == site_id], staff_id, at=at)
    return len(changed)


def mend(session: Session, *, at: datetime, limit: int) -> int:
    """Take from whoever may not see a case any more, or has left, what he or she still holds of it; return how many.

    A case becomes hidden in several ways (sorted, merged, filed after another): this round leaves none out.
    """
    rows = session.execute(_wrongly_held(limit)).all()
    done = 0
    for case_id, staff_id in rows:
        is_active = session.scalars(select(Staff.active).where(Staff.id == staff_id)).one()
        why = Why.CONFLICT if is_active else Why.LEFT
        case = _let_go_of(session, case_id, staff_id, why=why, by=SYSTEM, at=at)
        if case is not None:
            _tell(session, case.site_id, [case], staff_id, at=at)
            done += 1
    return done


def _holdings() -> list[Any]:  # queries whose columns differ in what may be null
    """Return the queries of (case, who) for each way of holding something of a case that is worked on."""
    tasks = and_(Task.assigned_to_id.is_not(None), Task.done_at.is_(None))
    return [
        select(Case.id, Case.handler_id).where(Case.handler_id.is_not(None), _WORKED),
        select(Investigator.case_id, Investigator.staff_id)
        .join(Case, Case.id == Investigator.case_id)
        .where(Investigator.removed_at.is_(None), _WORKED),
        select(Appeal.case_id, Appeal.reviewer_id).where(Appeal.reviewer_id.is_not(None), Appeal.decided_at.is_(None)),
        *(
            select(table.case_id, table.owner_id)
            .join(Case, Case.id == table.case_id)
            .where(table.done_at.is_(None), _WORKED, ~_owner_asked(table))
            for table in _OWNED
        ),
        select(Task.case_id, Task.assigned_to_id).where(tasks, Task.case_id.is_not(None)),
    ]


def _owner_asked(table: type[ProtectiveMeasure] | type[CorrectiveAction]) -> Exists:
    """Return the condition that somebody else is being looked for already, for what this person answers for."""
    return (
        select(Task.id)
        .where(
            Task.kind == TaskKind.NAME_OWNER.value,
            Task.case_id == table.case_id,
            Task.left_by_id == table.owner_id,
            Task.done_at.is_(None),
        )
        .exists()
    )


def _cases_of(staff_id: int) -> Select[int]:
    """Return the query of the cases of which somebody holds anything, in the order in which cases are locked."""
    found = union(*(query.where(query.selected_columns[1] == staff_id) for query in _holdings())).subquery()
    return select(found.c[0]).order_by(found.c[0])


def _wrongly_held(limit: int) -> Select[Any]:  # as above
    hidden = [
        query.join(
            HiddenFrom,
            and_(
                HiddenFrom.case_id == query.selected_columns[0],
                HiddenFrom.staff_id == query.selected_columns[1],
                HiddenFrom.lifted_at.is_(None),
            ),
        )
        for query in _holdings()
    ]
    gone = [
        query.where(query.selected_columns[1].in_(select(Staff.id).where(Staff.active.is_(False))))
        for query in _holdings()
    ]
    found = union(*hidden, *gone).subquery()
    return select(found.c[0], found.c[1]).order_by(found.c[0], found.c[1]).limit(limit)


def _let_go_of(session: Session, case_id: int, staff_id: int, *, why: Why, by: Actor, at: datetime) -> Case | None:
    """Take from somebody what he or she can no longer work of one case; None when nothing changed."""
    case = load_for_change(session, case_id)
    duties = duties_on(session, staff_id, case)
    if staff_id in hidden_from(session, case):
        duties = frozenset()
    changed = _let_go_of_work(session, case, staff_id, duties, why=why, by=by, at=at)
    appeal = waiting(session, case)
    if appeal is not None and appeal.reviewer_id == staff_id and Duty.REVIEWER not in duties:
        pass_appeal_on(session, case, by=by, at=at)
        changed = True
    if not knows(session, case, [staff_id]):
        changed |= _ask_for_owners(session, case, staff_id, at=at)
    viewer = viewer_of(session, staff_id)
    if not may_see(viewer, facts_of(session, case)):
        mine = (Task.case_id == case.id, Task.assigned_to_id == staff_id, Task.done_at.is_(None))
        changed |= bool(session.scalars(select(Task.id).where(*mine).limit(1)).first())
        session.execute(update(Task).where(*mine).values(assigned_to_id=None, left_by_id=staff_id))
    return case if changed else None


def _let_go_of_work(
    session: Session, case: Case, staff_id: int, duties: frozenset[Duty], *, why: Why, by: Actor, at: datetime
) -> bool:
    """Take the case itself: from its handler, and from a named investigator."""
    row = session.scalars(
        select(Investigator).where(
            Investigator.case_id == case.id, Investigator.staff_id == staff_id, Investigator.removed_at.is_(None)
        )
    ).one_or_none()
    stays_named = row is not None and Duty.INVESTIGATOR in duties
    handles = Duty.TRIAGER in duties or stays_named or (not case.is_restricted and Duty.HANDLER in duties)
    loses_case = case.handler_id == staff_id and not handles
    if loses_case:
        give(session, case, None, by=by, at=at, codes={"from": staff_id, "why": why.value})
    if row is not None and not stays_named:
        remove_investigator(session, case, staff_id, by=by, at=at)
    lost = loses_case or (row is not None and not stays_named)
    if lost and case.is_open:
        key = f"take:{case.public_id}:{case.event_count}"
        open_task(
            session, key=key, site_id=case.site_id, kind=TaskKind.TAKE_OVER, case=case, left_by_id=staff_id, at=at
        )
    return lost


def _ask_for_owners(session: Session, case: Case, staff_id: int, *, at: datetime) -> bool:
    """Ask for somebody to answer for what is not done; the row keeps whose it was until then."""
    owned = [
        select(table.id).where(
            table.case_id == case.id, table.owner_id == staff_id, table.done_at.is_(None), ~_owner_asked(table)
        )
        for table in _OWNED
    ]
    if all(session.scalars(rows.limit(1)).one_or_none() is None for rows in owned):
        return False
    key, kind = f"owner:{case.public_id}:{staff_id}:{case.event_count}", TaskKind.NAME_OWNER
    open_task(session, key=key, site_id=case.site_id, kind=kind, case=case, left_by_id=staff_id, at=at)
    return True


def _tell(session: Session, site_id: int, cases: Iterable[Case], staff_id: int, *, at: datetime) -> None:
    """Tell those who give cases away, once: triagers what only they may know of, coordinators the rest."""
    left = list(cases)
    site = session.get_one(Site, site_id)
    is_urgent = any(case.type in URGENT_TYPES for case in left)
    calendar = calendar_of(session, site, year=local_date(at, site.time_zone).year)
    key = f"left:{site_id}:{staff_id}:{at:%Y%m%dT%H%M%S}"
    for case in left:
        notify(
            session,
            _givers(session, case),
            key=key,
            kind=NoticeKind.LEFT_BEHIND,
            show_from=at if is_urgent else next_working_instant(at, calendar),
            at=at,
        )


def _givers(session: Session, case: Case) -> list[int]:
    """Return who gives a case to somebody: without those from whom it is hidden."""
    is_theirs = case.is_restricted or case.classified_at is None
    duty = Duty.TRIAGER if is_theirs else Duty.COORDINATOR
    found = set(holders(session, case, duty)) - hidden_from(session, case)
    if not found and goes_outside(session, case.id):
        found = set(holders(session, case, Duty.OUTSIDE_REVIEWER)) - hidden_from(session, case)
    return sorted(found)
