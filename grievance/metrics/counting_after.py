"""Count what came after an answer: cases reopened, and corrective actions whose day had come."""

from sqlalchemy import ColumnElement, Text, and_, case, cast, func, select
from sqlalchemy.orm import Session, aliased

from grievance.cases.models import Case, CorrectiveAction
from grievance.cases.record import CaseEvent, CaseHistory
from grievance.cases.states import EventKind
from grievance.metrics.inputs import ACTION_KINDS, ACTIONS, REOPENINGS, Scope
from grievance.metrics.placing import (
    DAY_SECONDS,
    day_number,
    epoch,
    is_grievance,
    local_day,
    placed_last,
    relevant,
)

REOPENED_WITHIN_DAYS = 90


def reopenings(session: Session, site_id: int, scope: Scope) -> dict[str, int]:
    """Count resolutions of closings in twelve months, and how many a reopening ended within 90 days.

    A resolution stands in the last row of its case, or in the row before a reopening: nowhere else.
    """
    found = dict.fromkeys(REOPENINGS, 0)
    for has_run, is_reopened, resolutions in (*_standing(session, site_id, scope), *_ended(session, site_id, scope)):
        name = "followed" if has_run else "running"
        found[name] += resolutions
        if is_reopened:
            found["reopened" if has_run else "running_reopened"] += resolutions
    return found


def actions(session: Session, site_id: int, scope: Scope) -> dict[str, int]:
    """Count the corrective actions due in the quarter, as recorded by the freezing, by kind and by what became of them.

    An action belongs to the site of its case. Done is what happened before the quarter ended.
    """
    added, done = aliased(CaseEvent), aliased(CaseEvent)
    due_on = epoch(session, CorrectiveAction.due_on) // DAY_SECONDS
    last_on = scope.period.last_on
    chosen = select(CorrectiveAction.case_id).where(CorrectiveAction.due_on.between(scope.period.first_on, last_on))
    at = placed_last(chosen.distinct(), scope)
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


def _standing(session: Session, site_id: int, scope: Scope) -> list[tuple[bool, bool, int]]:
    """Return (90 days have passed, reopened, how many) of the resolutions that stand."""
    at = placed_last(relevant(site_id, scope), scope)
    last = at.last
    has_run = _has_run(session, last, scope)
    rows = session.execute(
        select(has_run.label("has_run"), func.count())
        .select_from(at.source)
        .where(
            last.site_id == site_id,
            is_grievance(last),
            last.resolved_at.is_not(None),
            last.ended_at >= scope.cohort.starts_at,
        )
        .group_by("has_run")
    )
    return [(bool(has_run), False, int(number)) for has_run, number in rows]


def _ended(session: Session, site_id: int, scope: Scope) -> list[tuple[bool, bool, int]]:
    """Return the same of the resolutions that a reopening ended."""
    was_reopened = select(Case.id).where(Case.reopened_count > 0, Case.id.in_(relevant(site_id, scope)))
    at = placed_last(was_reopened, scope)
    reopening, before = aliased(CaseHistory), aliased(CaseHistory)
    days = local_day(session, reopening.happened_at, scope) - local_day(session, before.resolved_at, scope)
    has_run, within = _has_run(session, before, scope), days <= REOPENED_WITHIN_DAYS
    rows = session.execute(
        select(has_run.label("has_run"), within.label("within"), func.count())
        .select_from(
            at.source.join(
                reopening,
                and_(
                    reopening.case_id == at.last.case_id,
                    reopening.event == EventKind.REOPENED.value,
                    reopening.seq <= at.last.seq,
                ),
            ).join(before, and_(before.case_id == reopening.case_id, before.seq == reopening.seq - 1))
        )
        .where(
            at.last.site_id == site_id,
            is_grievance(at.last),
            before.resolved_at.is_not(None),
            before.ended_at >= scope.cohort.starts_at,
        )
        .group_by("has_run", "within")
    )
    return [(bool(has_run), bool(within), int(number)) for has_run, within, number in rows]


def _has_run(session: Session, row: type[CaseHistory], scope: Scope) -> ColumnElement[bool]:
    """Tell whether the last day of the quarter is 90 days or more after the day of the resolution."""
    latest = day_number(scope.as_of, scope.time_zone) - 1 - REOPENED_WITHIN_DAYS
    return local_day(session, row.resolved_at, scope) <= latest
