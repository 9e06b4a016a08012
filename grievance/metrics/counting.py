"""Count the input set of a quarter from `case_history`: as things stood at its end, as far as was known at freezing.

The type, the site and whether a case counts are those of its last row by then. The database counts; what comes back
are a few hundred rows at most, however many cases there are. Not for: deciding what a figure is (`indicators`).
"""

from typing import Any, cast

from sqlalchemy import ColumnElement, RowMapping, and_, case, func, null, or_, select, true
from sqlalchemy.orm import Session

from grievance.cases.models import Case
from grievance.cases.record import CaseHistory, Survey
from grievance.cases.states import COUNTED_APART, EventKind, Status, Told
from grievance.messaging.models import DeliveryState, OutboundMessage
from grievance.messaging.texts import TextName
from grievance.metrics.counting_after import actions, reopenings
from grievance.metrics.counting_ages import ages_of_open, fates
from grievance.metrics.inputs import (
    ACCOUNT,
    ACKNOWLEDGEMENT,
    APART,
    LEFT,
    OPEN_STATUSES,
    REOPENED,
    RESOLUTION,
    SURVEYS,
    TOLD_WAYS,
    VERDICTS,
    Counts,
    Scope,
)
from grievance.metrics.placing import (
    Condition,
    Placed,
    is_grievance,
    placed,
    placed_last,
    received_in,
    relevant,
    row_at,
)

LEAVING = {
    EventKind.CLOSED.value: Status.CLOSED.value,
    EventKind.WITHDRAWN.value: Status.WITHDRAWN.value,
    EventKind.REFERRED.value: Status.REFERRED.value,
    EventKind.OUT_OF_SCOPE.value: Status.OUT_OF_SCOPE.value,
    EventKind.MERGED.value: Status.MERGED.value,
}
"""Events by which a case leaves, with the status they lead to."""

MOVEMENTS = (EventKind.RECEIVED.value, EventKind.REOPENED.value, *LEAVING)
"""Events that enter the account of a quarter."""

_NOT_TARGETED = (Status.WITHDRAWN.value, Status.OUT_OF_SCOPE.value)

Sums = dict[str, ColumnElement[int]]


def count(session: Session, site_id: int, scope: Scope) -> Counts:
    """Return the counts of a quarter. Spam and tests are left out; questions and data-rights requests stand apart."""
    found = _sums(session, site_id, scope)
    by_fate = fates(session, site_id, scope)
    for event, number in _left_and_came_back(session, site_id, scope).items():
        found[LEAVING[event]] = found[LEAVING[event]] + number
    found["recorded_late"] = _recorded_late(session, site_id, scope)
    found |= _receipts(session, site_id, scope)
    return Counts(
        account={name: found[name] for name in ACCOUNT},
        apart={name: found[name] for name in APART},
        acknowledgement={name: found[f"ack_{name}"] for name in ACKNOWLEDGEMENT},
        resolution={name: found[f"res_{name}"] for name in RESOLUTION},
        durations=by_fate.durations,
        surveys=_surveys(session, site_id, scope),
        followed=by_fate.followed,
        backlog=ages_of_open(session, site_id, scope),
        reopenings=reopenings(session, site_id, scope),
        actions=actions(session, site_id, scope),
    )


def _sums(session: Session, site_id: int, scope: Scope) -> dict[str, int]:
    """Return every count of the quarter that follows from where cases stood at both of its ends, in one pass."""
    at = placed(relevant(site_id, scope), scope)
    last, starts_at = at.last, scope.period.starts_at
    sums = _account(at, scope) | _apart(at, scope) | _acknowledgement(at, scope) | _resolution(at, scope)
    query = (
        select(*(column.label(name) for name, column in sums.items()))
        .select_from(at.source)
        .where(
            last.site_id == site_id,
            # Of whatever else ended before the quarter and owed nothing in it, nothing is counted.
            or_(
                last.happened_at >= starts_at,
                last.ended_at.is_(None),
                last.acknowledge_due_at >= starts_at,
                last.resolve_due_at >= starts_at,
            ),
        )
    )
    row = session.execute(query).mappings().one()
    return {name: int(row[name] or 0) for name in sums}


def _account(at: Placed, scope: Scope) -> Sums:
    """Opening, what came, what left and closing, each from the rows at both ends and none from the others."""
    last, first, starts_at = at.last, at.first, scope.period.starts_at
    grievance = is_grievance(at.last)
    # A case reopened in the quarter may have left twice: `_left_and_came_back` counts its events one by one.
    reopened = last.reopened_count - func.coalesce(first.reopened_count, 0)
    left = and_(grievance, last.ended_at >= starts_at, reopened == 0)
    filed = case((and_(grievance, last.status != Status.MERGED.value), last.submissions), else_=0)
    filed_before = case((and_(grievance, first.status != Status.MERGED.value), first.submissions), else_=0)
    closed = and_(grievance, last.status == Status.CLOSED.value, last.ended_at >= starts_at)
    return {
        "opening": _number(grievance, first.status.in_(OPEN_STATUSES)),
        "received": _number(grievance, last.received_at >= starts_at),
        "reopened": func.sum(case((grievance, reopened), else_=0)),
        **{status.value: _number(left, last.status == status.value) for status in LEFT},
        "closing": _number(grievance, last.status.in_(OPEN_STATUSES)),
        "closed_resolved": _number(closed, last.resolved_at.is_not(None)),
        "submissions": func.sum(filed) - func.sum(func.coalesce(filed_before, 0)),
        "spam_or_test": _number(~last.is_counted, last.received_at >= starts_at),
    }


def _apart(at: Placed, scope: Scope) -> Sums:
    last = at.last
    return {
        name: _number(last.is_counted.is_(true()), last.type == case_type, condition)
        for case_type in sorted(COUNTED_APART)
        for name, condition in (
            (f"{case_type}_received", last.received_at >= scope.period.starts_at),
            (f"{case_type}_open", last.status.in_(OPEN_STATUSES)),
        )
    }


def _acknowledgement(at: Placed, scope: Scope) -> Sums:
    last = at.last
    due, told_at = last.acknowledge_due_at, last.acknowledged_at
    falls_due = and_(is_grievance(at.last), due >= scope.period.starts_at, due < scope.as_of)
    owed = and_(falls_due, last.status != Status.MERGED.value)
    untold = and_(owed, told_at.is_(None))
    # A case that left before a person confirmed it was answered by its reason for leaving, in time.
    ended_first = and_(untold, func.coalesce(last.ended_at < due, False))  # SQL
    late = and_(untold, or_(last.ended_at.is_(None), last.ended_at >= due))
    sent = last.acknowledged_told == Told.SENT.value
    sums = {
        **{
            f"on_time_{way.value}": _number(owed, told_at <= due, last.acknowledged_told == way.value)
            for way in TOLD_WAYS
        },
        "late": _number(owed, told_at > due),
        "sent_unconfirmed": _number(late, sent),
        "not_told": _number(late, or_(last.acknowledged_told.is_(None), ~sent)),
        "ended_before_due": _number(ended_first),
        "merged": _number(falls_due, last.status == Status.MERGED.value),
    }
    return {f"ack_{name}": column for name, column in sums.items()}


def _resolution(at: Placed, scope: Scope) -> Sums:
    last = at.last
    target = last.resolve_due_at
    falls_due = and_(is_grievance(at.last), target >= scope.period.starts_at, target < scope.as_of)
    owed = and_(falls_due, last.status.not_in((*_NOT_TARGETED, Status.MERGED.value)))
    unresolved = and_(owed, last.resolved_at.is_(None))
    is_open = last.status.in_(OPEN_STATUSES)
    sums = {
        "within": _number(owed, last.resolved_at <= target),
        "late": _number(owed, last.resolved_at > target),
        "unresolved_open": _number(unresolved, is_open),
        "unresolved_ended": _number(unresolved, ~is_open),
        **{status: _number(falls_due, last.status == status) for status in (*_NOT_TARGETED, Status.MERGED.value)},
        "open_past_target": _number(is_grievance(at.last), is_open, target < scope.as_of),
    }
    return {f"res_{name}": column for name, column in sums.items()}


def _left_and_came_back(session: Session, site_id: int, scope: Scope) -> dict[str, int]:
    """Count the leavings, by event, of the cases that were reopened in the quarter: each may have left twice."""
    was_reopened = select(Case.id).where(Case.reopened_count > 0, Case.id.in_(relevant(site_id, scope)))
    at = placed(was_reopened, scope)
    row = CaseHistory
    found = session.execute(
        select(row.event, func.count())
        .select_from(at.source.join(row, row.case_id == at.last.case_id))
        .where(
            at.last.site_id == site_id,
            is_grievance(at.last),
            at.last.reopened_count > func.coalesce(at.first.reopened_count, 0),
            row.event.in_(LEAVING),
            row.happened_at >= scope.period.starts_at,
            row.happened_at < scope.as_of,
            row.recorded_at <= scope.known_at,
        )
        .group_by(row.event)
    )
    return {event: int(number) for event, number in found}


def _recorded_late(session: Session, site_id: int, scope: Scope) -> int:
    """Count the cases that moved before the quarter, but where that was recorded after the last one was frozen.

    Where nothing was released before, "late" is after the quarter before had ended.
    """
    since = scope.before.known_at if scope.before else scope.period.starts_at
    late = (
        select(CaseHistory.case_id)
        .where(
            CaseHistory.recorded_at > since,
            CaseHistory.recorded_at <= scope.known_at,
            CaseHistory.happened_at < scope.period.starts_at,
            CaseHistory.event.in_(MOVEMENTS),
        )
        .distinct()
    )
    at = placed(late, scope)
    query = select(func.count()).select_from(at.source).where(at.last.site_id == site_id, is_grievance(at.last))
    return int(session.execute(query).scalar_one())


def _receipts(session: Session, site_id: int, scope: Scope) -> dict[str, int]:
    """Count the cases of the quarter to which a receipt went by text at once, and where it was delivered.

    An automatic receipt is no acknowledgement: it is printed beside it.
    """
    at = placed_last(received_in(site_id, scope), scope)
    text = OutboundMessage
    delivered = and_(
        text.delivery.in_((DeliveryState.DELIVERED.value, DeliveryState.READ.value)),
        text.delivery_at <= scope.known_at,
    )
    found = session.execute(
        select(
            func.count(at.last.case_id.distinct()).label("texted"),
            func.count(case((delivered, at.last.case_id), else_=null()).distinct()).label("delivered"),
        )
        .select_from(
            at.source.join(Case, Case.id == at.last.case_id).join(
                text, and_(text.subject == Case.public_id, text.text_name == TextName.RECEIPT.value)
            )
        )
        .where(at.last.site_id == site_id, is_grievance(at.last), text.created_at <= scope.known_at)
    ).one()
    return {"ack_receipts_texted": int(found.texted), "ack_receipts_delivered": int(found.delivered)}


def _surveys(session: Session, site_id: int, scope: Scope) -> dict[str, int]:
    """Count what was asked and answered, of the questions that closed in the quarter; one question at a time."""
    last = CaseHistory
    answered = func.coalesce(Survey.answered_at <= scope.known_at, False)  # SQL
    # Whoever answered had the question, whatever the carrier confirmed.
    delivered = or_(answered, func.coalesce(Survey.delivered_at <= scope.known_at, False))  # SQL
    key = {
        "delivered": delivered,
        "answered": answered,
        "process_said": Survey.process_rating,
        "outcome_said": Survey.outcome_rating,
        "verdict_said": Survey.verdict,
        "found": func.coalesce(last.outcome, REOPENED),
    }
    columns = [cast("ColumnElement[Any]", column).label(name) for name, column in key.items()]
    rows = session.execute(
        select(*columns, func.count().label("people"))
        .select_from(Survey)
        .join(last, last.id == row_at(Survey.case_id, scope.as_of, scope))
        .where(
            Survey.kind == "satisfaction",
            Survey.asked_at.is_not(None),
            Survey.closes_at >= scope.period.starts_at,
            Survey.closes_at < scope.as_of,
            last.site_id == site_id,
            last.is_counted,
            last.type.not_in(COUNTED_APART),
        )
        .group_by(*key)
    ).mappings()
    found = dict.fromkeys(SURVEYS, 0)
    for row in rows:
        for name in _survey_counts(row):
            found[name] += int(row["people"])
    return found


def _survey_counts(row: RowMapping) -> list[str]:
    """Return the counts to which a group of questions belongs: answers only where there are any."""
    names = ["asked", f"found_{row['found']}"]
    if row["delivered"]:
        names.append("delivered")
    if row["answered"]:
        names.append("answered")
        said = [(question, row[f"{question}_said"]) for question in ("process", "outcome")]
        names += [f"{question}_{rating}" for question, rating in said if rating]
        names += [f"verdict_{VERDICTS[row['verdict_said']].value}"] if row["verdict_said"] else []
    return names


def _number(*conditions: Condition) -> ColumnElement[int]:
    return func.sum(case((and_(*conditions), 1), else_=0))
