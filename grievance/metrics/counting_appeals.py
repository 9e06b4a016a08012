"""Count the outcomes told, which of them were appealed within their days, and what was decided of appeals.

An outcome of a closed case stands in the last row of its history, or in the row before a reopening: nowhere else. Which
of the outcomes of a case an appeal is against is told by how often the case had been reopened by then.
"""

from typing import Final, TypeVar

from sqlalchemy import Over, Select, String, Subquery, Table, Text, and_, case, cast, func, or_, select, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.types import TypeEngine

from grievance.cases.models import Case
from grievance.cases.record import CaseEvent, CaseHistory
from grievance.cases.rights_record import Appeal
from grievance.cases.side_tracks import AppealResult
from grievance.cases.states import FINDINGS, NEVER_OUT_OF_SCOPE, EventKind
from grievance.core.db import UTCDateTime
from grievance.deadlines.standards import INTERVALS, IntervalName
from grievance.metrics.inputs import APPEALS, Scope
from grievance.metrics.placing import day_number, is_grievance, local_day, placed_last
from grievance.metrics.standing import BEFORE_CLOSING

_T = TypeVar("_T")

DAYS_TO_APPEAL: Final = INTERVALS[IntervalName.APPEAL_WINDOW].amount
"""Calendar days after the one on which the outcome was told; see cases.appeals."""


def appeals(session: Session, at: Table, site_id: int, scope: Scope) -> dict[str, int]:
    """Return the counts of outcomes told in closings of twelve months, and of appeals decided in them."""
    found = dict.fromkeys(APPEALS, 0)
    for state, is_appealed, notices in session.execute(_notices(session, at, scope)):
        found[state] += notices
        if is_appealed and state != "no_window":
            found["appealed" if state == "notices" else "running_appealed"] += notices
    return found | _decided(session, site_id, scope)


def _notices(session: Session, at: Table, scope: Scope) -> Select[str, bool, int]:
    """Select (state of the days to appeal, appealed, how many) of the outcomes told."""
    notice = union_all(_standing(at), _ended(session, at, scope)).subquery()
    appeal = _appealed(at)
    until = notice.c.told_on + DAYS_TO_APPEAL
    # What was recorded here after its days, as from an old register, could not be appealed here.
    recorded_on = local_day(session, Case.recorded_at, scope, since=scope.cohort.starts_at - BEFORE_CLOSING)
    state = case(
        (or_(notice.c.closed_on > until, recorded_on > until), "no_window"),
        (until > day_number(scope.as_of, scope.time_zone) - 1, "running"),
        else_="notices",
    ).label("state")
    is_appealed = appeal.c.case_id.is_not(None).label("is_appealed")
    return (
        select(state, is_appealed, func.count())
        .select_from(
            notice.join(Case, Case.id == notice.c.case_id).outerjoin(
                appeal, and_(appeal.c.case_id == notice.c.case_id, appeal.c.answer == notice.c.answer)
            )
        )
        .group_by("state", "is_appealed")
    )


def _standing(at: Table) -> Select[int, int, int, int]:
    """Select (case, how many reopenings came before, day told, day closed) of the outcomes that stand."""
    return select(at.c.case_id, at.c.reopened_ever.label("answer"), at.c.told_on, at.c.closed_on).where(
        at.c.is_grievance, at.c.told_on.is_not(None)
    )


def _ended(session: Session, at: Table, scope: Scope) -> Select[int, int, int, int]:
    """Select the same of the outcomes that a reopening ended."""
    row = CaseHistory
    rows = (
        select(
            row.case_id,
            row.event,
            (row.reopened_count - 1).label("answer"),
            _before(row.outcome, String()).label("outcome"),
            _before(row.outcome_told_at, UTCDateTime()).label("told_at"),
            _before(row.ended_at, UTCDateTime()).label("ended_at"),
        )
        .select_from(at.join(row, and_(row.case_id == at.c.case_id, row.seq <= at.c.last_seq)))
        .where(at.c.is_grievance, at.c.reopened_ever > 0, at.c.type.not_in(NEVER_OUT_OF_SCOPE))
        .subquery()
    )
    since = scope.cohort.starts_at
    return select(
        rows.c.case_id,
        rows.c.answer,
        local_day(session, rows.c.told_at, scope, since=since - BEFORE_CLOSING),
        local_day(session, rows.c.ended_at, scope),
    ).where(
        rows.c.event == EventKind.REOPENED.value,
        rows.c.outcome.in_(FINDINGS),
        rows.c.told_at.is_not(None),
        rows.c.ended_at >= since,
    )


def _before(column: InstrumentedAttribute[_T | None], kind: TypeEngine[_T]) -> Over[_T]:
    """Return a column of the row before, of the same case."""
    row = CaseHistory
    return func.lag(column, type_=kind).over(partition_by=row.case_id, order_by=row.seq)


def _appealed(at: Table) -> Subquery:
    """Return which outcomes were appealed: each once, however many people filed the case."""
    row = CaseHistory
    return (
        select(row.case_id, row.reopened_count.label("answer"))
        .select_from(at.join(row, and_(row.case_id == at.c.case_id, row.seq <= at.c.last_seq)))
        .where(at.c.case_id.in_(select(Appeal.case_id)), row.event == EventKind.APPEALED.value)
        .distinct()
        .subquery()
    )


def _decided(session: Session, site_id: int, scope: Scope) -> dict[str, int]:
    """Count the appeals decided in twelve months, by result, and those that waited at the end of the quarter."""
    at = placed_last(session, select(Appeal.case_id).distinct(), scope)
    event = CaseEvent
    is_decision = event.kind == EventKind.APPEAL_DECIDED.value
    result = case(
        (~is_decision, "filed"),
        (event.happened_at < scope.cohort.starts_at, "earlier"),
        else_=cast(event.codes["result"].as_string(), Text),
    ).label("result")
    rows = session.execute(
        select(result, func.count())
        .select_from(at.source.join(event, event.case_id == at.last.case_id))
        .where(
            at.last.site_id == site_id,
            is_grievance(at.last),
            event.kind.in_([EventKind.APPEALED.value, EventKind.APPEAL_DECIDED.value]),
            event.happened_at < scope.as_of,
            event.recorded_at <= scope.known_at,
        )
        .group_by("result")
    )
    found = {str(name): int(number) for name, number in rows}
    filed = found.pop("filed", 0)
    by_result = {one.value: found.get(one.value, 0) for one in AppealResult}
    return by_result | {"waiting": filed - sum(found.values())}
