"""Count the input set of a quarter from `case_history`: as things stood at its end, as far as was known at freezing.

The type, the site and whether a case counts are those of its last row by then. The database counts; what comes back
are a few hundred rows at most, however many cases there are. Not for: deciding what a figure is (`indicators`).
"""

from collections.abc import Iterator
from typing import Any, cast

from sqlalchemy import ColumnElement, Row, RowMapping, Table, and_, case, func, null, or_, select
from sqlalchemy.orm import Session

from grievance.cases.models import Case
from grievance.cases.record import CaseHistory, Survey
from grievance.cases.states import COUNTED_APART, EventKind, Status
from grievance.messaging.models import DeliveryState, OutboundMessage
from grievance.messaging.texts import TextName
from grievance.metrics.asking import is_counted
from grievance.metrics.counting_after import actions, reopenings
from grievance.metrics.counting_ages import backlog, fates
from grievance.metrics.counting_appeals import appeals
from grievance.metrics.counting_reprisals import reprisals
from grievance.metrics.inputs import (
    ACCOUNT,
    ACKNOWLEDGEMENT,
    APART,
    OPEN_STATUSES,
    REOPENED,
    RESOLUTION,
    SURVEYS,
    VERDICTS,
    Counts,
    Scope,
)
from grievance.metrics.placing import is_grievance, placed_last
from grievance.metrics.standing import stood
from grievance.metrics.tally import tallied

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


def count(session: Session, site_id: int, scope: Scope) -> Counts:
    """Return the counts of a quarter. Spam and tests are left out; questions and data-rights requests stand apart."""
    with stood(session, site_id, scope) as at:
        account, apart = _movements(session, at)
        for event, number in _left_and_came_back(session, at, scope).items():
            account[LEAVING[event]] += number
        account["recorded_late"] = _recorded_late(session, site_id, scope)
        acknowledgement = _by_code(session, at, at.c.acknowledgement, ACKNOWLEDGEMENT) | _receipts(session, at, scope)
        resolution = _by_code(session, at, at.c.resolution, RESOLUTION)
        resolution["open_past_target"] = _open_past_target(session, at)
        found = fates(session, at, scope)
        return Counts(
            account=account,
            apart=apart,
            acknowledgement=acknowledgement,
            resolution=resolution,
            durations=found.durations,
            surveys=_surveys(session, site_id, scope),
            followed=found.followed,
            backlog=backlog(session, at, scope),
            reopenings=reopenings(session, at, scope),
            actions=actions(session, site_id, scope),
            appeals=appeals(session, at, site_id, scope),
            reprisals=reprisals(session, at, site_id, scope),
        )


def _movements(session: Session, at: Table) -> tuple[dict[str, int], dict[str, int]]:
    """Return the account of grievances, and what is counted apart: each number from the rows of cases, none by sums.

    Opening, what came, what left and closing are counted one by one, so that the account can fail to balance.
    """
    one = at.c
    key = (one.type, one.is_counted, one.status, one.status_before, one.came, one.went, one.reopened, one.is_resolved)
    rows = session.execute(
        select(
            *key,
            func.count().label("cases"),
            func.sum(one.submissions).label("filed"),
            func.sum(one.submissions_before).label("filed_before"),
        )
        # What ended before the quarter and has not moved since adds nothing.
        .where(or_(one.has_moved, one.is_open))
        # Filed with a join code: counted among the submissions of the case it joined.
        .where(one.submissions > 0)
        .group_by(*key)
    )
    account, apart = dict.fromkeys(ACCOUNT, 0), dict.fromkeys(APART, 0)
    for row in rows:
        if not row.is_counted:
            account["spam_or_test"] += row.cases * row.came
        elif row.type in COUNTED_APART:
            apart[f"{row.type}_received"] += row.cases * row.came
            apart[f"{row.type}_open"] += row.cases * (row.status in OPEN_STATUSES)
        else:
            for name, number in _entries(row):
                account[name] += number
    return account, apart


def _entries(row: Row[Any]) -> Iterator[tuple[str, int]]:
    """Yield what a group of grievances adds to the account."""
    cases, is_open = int(row.cases), row.status in OPEN_STATUSES
    yield "opening", cases * (row.status_before in OPEN_STATUSES)
    yield "received", cases * row.came
    yield "reopened", cases * row.reopened
    yield "closing", cases * is_open
    # A case reopened in the quarter may have left twice: `_left_and_came_back` counts its events one by one.
    if row.went and not row.reopened:
        yield row.status, cases
    if row.went and row.status == Status.CLOSED:
        yield "closed_resolved", cases * row.is_resolved
    yield "submissions", int(row.filed) * (row.status != Status.MERGED)
    yield "submissions", -int(row.filed_before or 0) * (row.status_before != Status.MERGED)


def _by_code(session: Session, at: Table, column: ColumnElement[str | None], codes: tuple[str, ...]) -> dict[str, int]:
    """Return the number of grievances by a code of theirs, zeros included."""
    rows = session.execute(select(column, func.count()).where(at.c.is_grievance, column.is_not(None)).group_by(column))
    return dict.fromkeys(codes, 0) | {str(code): int(cases) for code, cases in rows}


def _open_past_target(session: Session, at: Table) -> int:
    query = select(func.count()).select_from(at).where(at.c.is_grievance, at.c.is_past_target)
    return int(session.execute(query).scalar_one())


def _left_and_came_back(session: Session, at: Table, scope: Scope) -> dict[str, int]:
    """Count the leavings, by event, of the cases that were reopened in the quarter: each may have left twice."""
    row = CaseHistory
    found = session.execute(
        select(row.event, func.count())
        .select_from(at.join(row, row.case_id == at.c.case_id))
        .where(
            at.c.is_grievance,
            at.c.reopened > 0,
            row.event.in_(LEAVING),
            row.happened_at >= scope.period.starts_at,
            row.seq <= at.c.last_seq,
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
    at = placed_last(session, late, scope)
    query = select(func.count()).select_from(at.source).where(at.last.site_id == site_id, is_grievance(at.last))
    return int(session.execute(query).scalar_one())


def _receipts(session: Session, at: Table, scope: Scope) -> dict[str, int]:
    """Count the cases of the quarter to which a receipt went by text at once, and where it was delivered.

    An automatic receipt is no acknowledgement: it is printed beside it.
    """
    text = OutboundMessage
    delivered = and_(
        text.delivery.in_((DeliveryState.DELIVERED.value, DeliveryState.READ.value)),
        text.delivery_at <= scope.known_at,
    )
    found = session.execute(
        select(
            func.count(at.c.case_id.distinct()).label("texted"),
            func.count(case((delivered, at.c.case_id), else_=null()).distinct()).label("delivered"),
        )
        .select_from(
            at.join(Case, Case.id == at.c.case_id).join(
                text, and_(text.subject == Case.public_id, text.text_name == TextName.RECEIPT.value)
            )
        )
        .where(at.c.is_grievance, at.c.came, text.created_at <= scope.known_at)
    ).one()
    return {"receipts_texted": int(found.texted), "receipts_delivered": int(found.delivered)}


def _surveys(session: Session, site_id: int, scope: Scope) -> dict[str, int]:
    """Count what was asked and answered, of the questions that closed in the quarter; one question at a time."""
    closed = (
        Survey.kind == "satisfaction",
        Survey.asked_at.is_not(None),
        Survey.closes_at >= scope.period.starts_at,
        Survey.closes_at < scope.as_of,
    )
    at = placed_last(session, select(Survey.case_id).where(*closed).distinct(), scope)
    last = at.last
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
        .select_from(at.source.join(Survey, Survey.case_id == last.case_id))
        .where(*closed, last.site_id == site_id, is_grievance(last), is_counted(Survey, known_at=scope.known_at))
        .group_by(*key)
    ).mappings()
    found = dict.fromkeys(SURVEYS, 0)
    # Ratings that have left their cases are in no row any more; that somebody was asked and answered still is.
    found |= tallied(session, site_id, scope.quarter)
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
