"""Reminders of what somebody answers for by a date: protective measures and corrective actions. Once before, once late.

They are tasks, which carry no content; whoever answers for it and may no longer see the case is not shown the task,
so that it goes to nobody in particular then. Not for: the clocks of a case (`timers`).
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import Row, literal, select
from sqlalchemy.orm import Session

from grievance.cases.days_left import calendars_of
from grievance.cases.models import Case, CorrectiveAction
from grievance.cases.record import Task
from grievance.cases.states import OPEN
from grievance.cases.tasks import TaskKind, open_task
from grievance.cases.track_record import ProtectiveMeasure
from grievance.cases.wall import hidden_from
from grievance.deadlines.working_days import add_working_days, local_date
from grievance.sites.models import Site

LEAD_WORKING_DAYS = 2
"""A reminder comes this many business days before the date. Default of this project."""

_LONGEST_LEAD = timedelta(days=14)
"""No two business days are further away than this."""

_Promised = type[ProtectiveMeasure] | type[CorrectiveAction]

_KINDS: tuple[tuple[_Promised, str, TaskKind, TaskKind], ...] = (
    (ProtectiveMeasure, "measure", TaskKind.DO_MEASURE, TaskKind.MEASURE_LATE),
    (CorrectiveAction, "action", TaskKind.DO_ACTION, TaskKind.ACTION_LATE),
)


def remind(session: Session, *, at: datetime, limit: int) -> int:
    """Open a task for every measure and action that is near its date, and another when it is late; return how many."""
    made = 0
    for table, prefix, soon, late in _KINDS:
        rows = _to_remind(session, table, prefix, at=at, limit=limit)
        sites = {row[0].site_id: session.get_one(Site, row[0].site_id) for row in rows}
        calendars = calendars_of(session, sites.values(), now=at) if sites else {}
        for case, public_id, owner_id, due_on in rows:
            calendar = calendars[case.site_id]
            today = local_date(at, calendar.time_zone)
            if due_on > add_working_days(today, LEAD_WORKING_DAYS, calendar):
                continue
            kind, when = (late, "late") if due_on < today else (soon, "soon")
            made += _open(session, case, f"{prefix}:{public_id}:{when}", kind, owner_id, at=at)
    return made


def _to_remind(
    session: Session, table: _Promised, prefix: str, *, at: datetime, limit: int
) -> Sequence[Row[Case, str, int, date]]:
    """Select what is not done and may be near its date, but for what has its task already."""
    today = at.date()

    def has_task(when: str) -> object:
        return select(Task.id).where(Task.key == literal(f"{prefix}:") + table.public_id + literal(f":{when}")).exists()

    near = table.due_on <= today + _LONGEST_LEAD
    # A date that is past where it is earliest on earth is past everywhere; the rest is decided by the site's own day.
    past = table.due_on < today
    return session.execute(
        select(Case, table.public_id, table.owner_id, table.due_on)
        .join(Case, Case.id == table.case_id)
        .where(
            table.done_at.is_(None),
            near,
            Case.is_spam.is_(False),
            Case.status.in_([status.value for status in OPEN]),
            (past & ~has_task("late")) | (~past & ~has_task("soon")),  # type: ignore[operator]  # a condition
        )
        .order_by(table.due_on, table.id)
        .limit(limit)
    ).all()


def _open(session: Session, case: Case, key: str, kind: TaskKind, owner_id: int, *, at: datetime) -> int:
    had = session.scalars(select(Task.id).where(Task.key == key)).one_or_none()
    if had is not None:
        return 0
    owner = None if owner_id in hidden_from(session, case) else owner_id
    open_task(session, key=key, site_id=case.site_id, kind=kind, case=case, assigned_to_id=owner, at=at)
    return 1
