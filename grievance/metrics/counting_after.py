"""Count what came after an answer: cases reopened, and corrective actions whose day had come."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Over, Row, Table, Text, and_, case, cast, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from grievance.cases.models import CorrectiveAction
from grievance.cases.record import CaseEvent, CaseHistory
from grievance.cases.states import EventKind
from grievance.core.db import UTCDateTime
from grievance.metrics.inputs import ACTION_KINDS, ACTIONS, REOPENINGS, Scope
from grievance.metrics.placing import DAY_SECONDS, day_number, epoch, is_grievance, local_day, placed_last

REOPENED_WITHIN_DAYS: Final = 90


def reopenings(session: Session, at: Table, scope: Scope) -> dict[str, int]:
    """Count resolutions of closings in twelve months, and how many a reopening ended within 90 days.

    A resolution stands in the last row of its case, or in the row before a reopening: nowhere else.
    """
    latest = day_number(scope.as_of, scope.time_zone) - 1 - REOPENED_WITHIN_DAYS
    found = dict.fromkeys(REOPENINGS, 0)
    for is_followed, resolutions in _standing(session, at, latest):
        found["followed" if is_followed else "running"] += resolutions
    for is_followed, is_within, resolutions in _ended(session, at, latest, scope):
        found["followed" if is_followed else "running"] += resolutions
        found["reopened" if is_followed else "running_reopened"] += resolutions if is_within else 0
    return found


def actions(session: Session, site_id: int, scope: Scope) -> dict[str, int]:
    """Count the corrective actions due in the quarter, as recorded by the freezing, by kind and by what became of them.

    An action belongs to the site of its case. Done is what happened before the quarter ended.
    """
    added, done = aliased(CaseEvent), aliased(CaseEvent)
    due_on = epoch(session, CorrectiveAction.due_on) // DAY_SECONDS
    last_on = scope.period.last_on
    chosen = select(CorrectiveAction.case_id).where(CorrectiveAction.due_on.between(scope.period.first_on, last_on))
    at = placed_last(session, chosen.distinct(), scope)
    done_on = local_day(session, done.happened_at, scope)
    state = case((done.id.is_(None), "not_done"), (done_on <= due_on, "on_time"), else_="late")
    rows = session.execute(
        select(CorrectiveAction.kind, state.label("state"), func.count())
        .select_from(
            at.source.join(CorrectiveAction, CorrectiveAction.case_id == at.last.case_id)
            .join(added, _is_of(added, EventKind.CORRECTIVE_ACTION_ADDED, scope))
            .outerjoin(
                done, and_(_is_of(done, EventKind.CORRECTIVE_ACTION_DONE, scope), done.happened_at < scope.as_of)
            )
        )
        .where(
            at.last.site_id == site_id,
            is_grievance(at.last),
            CorrectiveAction.due_on.between(scope.period.first_on, last_on),
            CorrectiveAction.kind.in_(ACTION_KINDS),
        )
        .group_by(CorrectiveAction.kind, "state")
    )
    found = dict.fromkeys(ACTIONS, 0)
    return found | {f"{kind}_{state}": int(number) for kind, state, number in rows}


def _is_of(event: type[CaseEvent], kind: EventKind, scope: Scope) -> ColumnElement[bool]:
    return and_(
        event.case_id == CorrectiveAction.case_id,
        event.kind == kind.value,
        event.recorded_at <= scope.known_at,
        cast(event.codes["action"].as_string(), Text) == CorrectiveAction.public_id,
    )


def _standing(session: Session, at: Table, latest: int) -> Sequence[Row[bool, int]]:
    """Return (90 days have passed, how many) of the resolutions that stand."""
    is_followed = (at.c.over_on <= latest).label("is_followed")
    return session.execute(
        select(is_followed, func.count()).where(at.c.is_grievance, at.c.has_followed).group_by("is_followed")
    ).all()


def _ended(session: Session, at: Table, latest: int, scope: Scope) -> Sequence[Row[bool, bool, int]]:
    """Return (90 days have passed, reopened within them, how many) of the resolutions that a reopening ended."""
    row = CaseHistory
    rows = (
        select(
            row.event,
            row.happened_at,
            _before(row.resolved_at).label("resolved_at"),
            _before(row.ended_at).label("ended_at"),
        )
        .select_from(at.join(row, and_(row.case_id == at.c.case_id, row.seq <= at.c.last_seq)))
        .where(at.c.is_grievance, at.c.reopened_ever > 0)
        .subquery()
    )
    resolved_on = local_day(session, rows.c.resolved_at, scope)
    key = (
        (resolved_on <= latest).label("is_followed"),
        (local_day(session, rows.c.happened_at, scope) - resolved_on <= REOPENED_WITHIN_DAYS).label("is_within"),
    )
    return session.execute(
        select(*key, func.count())
        .where(
            rows.c.event == EventKind.REOPENED.value,
            rows.c.resolved_at.is_not(None),
            rows.c.ended_at >= scope.cohort.starts_at,
        )
        .group_by("is_followed", "is_within")
    ).all()


def _before(column: InstrumentedAttribute[datetime | None]) -> Over[datetime]:
    """Return an instant of the row before, of the same case."""
    row = CaseHistory
    return func.lag(column, type_=UTCDateTime()).over(partition_by=row.case_id, order_by=row.seq)
