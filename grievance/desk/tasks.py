"""The tasks of whoever is signed in: a list in pages, what waits on one case, and ticking one off.

Not for: opening tasks, which the operations of a case do (`cases.tasks`).
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, func, or_, select, update
from sqlalchemy.orm import Session

from grievance.accounts.permissions import Duty, Viewer
from grievance.cases.models import Case
from grievance.cases.outside import is_outside
from grievance.cases.queries import stood_in_for, visible
from grievance.cases.record import Task
from grievance.cases.tasks import TaskKind
from grievance.deadlines.standards import CaseType
from grievance.sites.models import Site

_FIRST = (
    TaskKind.MEASURE_LATE,
    TaskKind.DO_MEASURE,
    TaskKind.TAKE_OVER,
    TaskKind.NAME_OWNER,
    TaskKind.NAME_REVIEWER,
    TaskKind.DECIDE_BREACH,
    TaskKind.REACH_PERSON,
    TaskKind.LOOK_AT_NAME,
    TaskKind.DECIDE_EXTENSION,
    TaskKind.DECIDE_OVERRIDE,
    TaskKind.TELL_DELAY,
)
"""What somebody may come to harm by, waits for nobody in particular, or is of no use once a date has passed: above all
else."""

DONE_BY_ACTING = frozenset(
    {
        TaskKind.TAKE_OVER,
        TaskKind.NAME_OWNER,
        TaskKind.NAME_REVIEWER,
        TaskKind.DECIDE_EXTENSION,
        TaskKind.DECIDE_OVERRIDE,
        TaskKind.DECIDE_BREACH,
        TaskKind.LOOK_AT_JOIN,
        TaskKind.LOOK_AT_NAME,
        TaskKind.VERIFY_REMEDY,
        TaskKind.VERIFY_MEASURE,
        TaskKind.VERIFY_ACTION,
    }
)
"""What only doing it settles, while the case is open: ticked off, a case would stay with nobody.

Not CORRECT_WORDS, on purpose: what the person told stays as it was said, so setting it right is a talk with the person,
written down as a message, a note, or nothing where it was a slip of the thumb. No act of the system shows that it
happened, and whoever talked ticks it off, under his or her own name. What a request about personal data has corrected
(`privacy.answers.correct`) is another matter, with a date of its own.
"""


class TaskNotFound(LookupError):
    """No such task, done already, or not the viewer's."""


class NotDoneByTicking(Exception):
    """The task goes by itself once what it asks for is done, and not before."""


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A task on a list."""

    public_id: str
    kind: str
    reference: str | None
    site_name: str
    created_at: datetime
    is_ticked: bool
    """Ticking it off settles it; else doing it does."""


def tasks(
    session: Session,
    viewer: Viewer,
    *,
    site_id: int | None = None,
    case_id: int | None = None,
    skip: int = 0,
    limit: int = 50,
) -> tuple[TaskRow, ...]:
    """Return the open tasks that a viewer should do: what cannot wait first, then the oldest.

    Those given to the viewer, and those given to nobody at sites where the viewer triages or coordinates, as long as
    the case is visible.
    """
    rows = session.execute(
        select(Task.public_id, Task.kind, Case.reference, Site.name, Task.created_at, Case.is_open)
        .join(Site, Site.id == Task.site_id)
        .outerjoin(Case, Case.id == Task.case_id)
        .where(_open_for(viewer), *_only(site_id, case_id))
        .order_by(case((Task.kind.in_([kind.value for kind in _FIRST]), 0), else_=1), Task.created_at, Task.id)
        .offset(skip)
        .limit(limit)
    )
    return tuple(TaskRow(*row[:-1], is_ticked=_may_tick(TaskKind(row.kind), row.is_open)) for row in rows)


def count_tasks(session: Session, viewer: Viewer, *, site_id: int | None = None) -> int:
    """Return how many tasks `tasks` would list without a limit."""
    return session.execute(
        select(func.count())
        .select_from(Task)
        .outerjoin(Case, Case.id == Task.case_id)
        .where(_open_for(viewer), *_only(site_id, None))
    ).scalar_one()


def _may_tick(kind: TaskKind, is_open: bool | None) -> bool:
    """Return whether ticking settles a task: an appeal waits on a closed case, all else ends with the case."""
    return kind not in DONE_BY_ACTING or (is_open is False and kind is not TaskKind.NAME_REVIEWER)


def _only(site_id: int | None, case_id: int | None) -> list[ColumnElement[bool]]:
    of_site = [Task.site_id == site_id] if site_id is not None else []
    return [*of_site, Task.case_id == case_id] if case_id is not None else of_site


def finish(session: Session, viewer: Viewer, public_id: str, *, at: datetime) -> None:
    """Mark a task as done.

    Raises:
        TaskNotFound: there is none, or the viewer has no part in it.
        NotDoneByTicking: it goes by itself once it is done.
    """
    found = session.execute(
        select(Task.id, Task.kind, Case.is_open)
        .outerjoin(Case, Case.id == Task.case_id)
        .where(Task.public_id == public_id, _open_for(viewer))
    ).one_or_none()
    if found is None:
        raise TaskNotFound
    if not _may_tick(TaskKind(found.kind), found.is_open):
        raise NotDoneByTicking(found.kind)
    session.execute(
        update(Task).where(Task.id == found.id, Task.done_at.is_(None)).values(done_at=at, done_by_id=viewer.staff_id)
    )


def _open_for(viewer: Viewer) -> ColumnElement[bool]:
    """Return the condition on `Task`, outer-joined with `Case`, that it is open and the viewer's to do."""
    mine: ColumnElement[bool] = Task.assigned_to_id == viewer.staff_id
    if viewer.stands_in:
        absent = sorted({staff_id for some in viewer.stands_in.values() for staff_id in some})
        mine = or_(mine, and_(Task.assigned_to_id.in_(absent), or_(*stood_in_for(viewer))))
    at_sites: ColumnElement[bool] = Task.site_id.in_(viewer.sites_with(Duty.TRIAGER, Duty.COORDINATOR))
    if viewer.everywhere & {Duty.OUTSIDE_REVIEWER} or viewer.sites_with(Duty.OUTSIDE_REVIEWER):
        at_sites = or_(at_sites, and_(Task.case_id.is_not(None), is_outside()))
    nobodys = and_(Task.assigned_to_id.is_(None), at_sites)
    of_data = and_(
        Task.assigned_to_id.is_(None),
        Case.type == CaseType.DATA_RIGHTS.value,
        Task.site_id.in_(viewer.sites_with(Duty.DATA_PROTECTION)),
    )
    return and_(Task.done_at.is_(None), or_(mine, nobodys, of_data), or_(Task.case_id.is_(None), visible(viewer)))
