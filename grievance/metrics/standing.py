"""Where every case stood at both ends of a quarter, placed once for all that is counted of it.

Finding the row of the history that counts is most of the work of a quarter, so it is done once: into a table of the
session, dropped at the end, with what each figure asks about already decided (codes, days; no id of a person). Its
rows are those of the site, spam and questions included.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Integer,
    MetaData,
    String,
    Table,
    and_,
    case,
    func,
    insert,
    null,
    or_,
    select,
)
from sqlalchemy.orm import Session

from grievance.cases.record import CaseHistory
from grievance.cases.states import FINDINGS, NEVER_OUT_OF_SCOPE, Status, Told
from grievance.core.db import UTCDateTime
from grievance.metrics.inputs import OPEN_STATUSES, TOLD_WAYS, Scope
from grievance.metrics.placing import (
    Condition,
    is_grievance,
    is_sqlite,
    local_day,
    placed_last,
    relevant,
    with_earlier,
)

RESOLVED, LEFT_OTHERWISE, OPEN, MERGED = "resolved", "left", "open", "merged"

BEFORE_CLOSING: Final = timedelta(days=40)
"""How long before the twelve months an outcome may be told that still counts: longer than the days to appeal."""

_LEFT_OTHERWISE: Final = (Status.WITHDRAWN.value, Status.REFERRED.value, Status.OUT_OF_SCOPE.value)
_NOT_TARGETED: Final = (Status.WITHDRAWN.value, Status.OUT_OF_SCOPE.value, Status.MERGED.value)

STANDING: Final = Table(
    "figures_standing",
    MetaData(),
    Column("case_id", Integer),
    Column("last_id", Integer),
    Column("last_seq", Integer),
    Column("status", String),
    Column("type", String),
    Column("is_counted", Boolean),
    Column("is_grievance", Boolean),
    Column("is_open", Boolean),
    Column("has_moved", Boolean),  # something happened in the quarter
    Column("received_at", UTCDateTime),
    Column("came", Boolean),  # received in the quarter
    Column("went", Boolean),  # ended in the quarter, and is ended
    Column("is_resolved", Boolean),
    Column("submissions", Integer),
    Column("status_before", String),  # at the beginning of the quarter; null: was not there
    Column("submissions_before", Integer),
    Column("reopened", Integer),  # times, in the quarter
    Column("reopened_ever", Integer),
    Column("acknowledgement", String),  # what became of one due in the quarter; null: none was
    Column("resolution", String),  # what became of a target that fell in the quarter; null: none did
    Column("is_past_target", Boolean),  # open, and its target is over
    Column("fate", String),  # of a grievance received in twelve months; null: of no such
    Column("received_on", Integer),  # number of the local day, of those received in twelve months
    Column("over_on", Integer),  # the same of the resolution or the end, of those that ended in twelve months
    Column("has_followed", Boolean),  # resolved, and closed in twelve months: its 90 days count
    Column("told_on", Integer),  # day on which its outcome was told, of those closed in twelve months; null: no appeal
    Column("closed_on", Integer),  # day on which it ended, of the same
    prefixes=["TEMPORARY"],
)

Rows = type[CaseHistory]


@contextmanager
def stood(session: Session, site_id: int, scope: Scope) -> Iterator[Table]:
    """Place the cases of a site, for as long as the block takes. When it raises, the transaction is lost anyway."""
    at = placed_last(session, relevant(site_id, scope), scope)
    last, starts_at = at.last, scope.period.starts_at
    # Mostly a case did not move in the quarter, or came in it: then its last row is its first, or there is none.
    has_other = and_(last.happened_at >= starts_at, last.received_at < starts_at)
    source, first = with_earlier(session, at, starts_at, scope, where=has_other)
    values = {
        "case_id": last.case_id,
        "last_id": last.id,
        "last_seq": last.seq,
        **_of_both_ends(last, first, scope),
        "acknowledgement": _acknowledgement(last, scope),
        "resolution": _resolution(last, scope),
        "is_past_target": func.coalesce(and_(_is_open(last), last.resolve_due_at < scope.as_of), False),  # SQL
        **_fate(session, last, scope),
        **_notice(session, last, scope),
    }
    connection = session.connection()
    STANDING.create(connection)
    rows = select(*values.values()).select_from(source).where(last.site_id == site_id)
    session.execute(insert(STANDING).from_select(list(values), rows))
    if not is_sqlite(session):
        # Autovacuum never looks at a table of a session. Without knowing how few were reopened, PostgreSQL would read
        # the whole history to find theirs.
        connection.exec_driver_sql("ANALYZE figures_standing (reopened, reopened_ever)")
    yield STANDING
    STANDING.drop(connection)


def _of_both_ends(last: Rows, first: Rows, scope: Scope) -> dict[str, Any]:
    starts_at = scope.period.starts_at

    def before(at_end: Any, at_beginning: Any) -> ColumnElement[Any]:  # noqa: ANN401  # columns of any type
        return case((last.happened_at < starts_at, at_end), else_=at_beginning)

    return {
        "status": last.status,
        "type": last.type,
        "is_counted": last.is_counted,
        "is_grievance": is_grievance(last),
        "is_open": _is_open(last),
        "has_moved": last.happened_at >= starts_at,
        "received_at": last.received_at,
        "came": last.received_at >= starts_at,
        "went": func.coalesce(last.ended_at >= starts_at, False),  # SQL
        "is_resolved": last.resolved_at.is_not(None),
        "submissions": last.submissions,
        "status_before": before(last.status, first.status),
        "submissions_before": before(last.submissions, first.submissions),
        "reopened": last.reopened_count - func.coalesce(before(last.reopened_count, first.reopened_count), 0),
        "reopened_ever": last.reopened_count,
    }


def _acknowledgement(last: Rows, scope: Scope) -> ColumnElement[str | None]:
    due, told_at, how = last.acknowledge_due_at, last.acknowledged_at, last.acknowledged_told
    return case(
        (or_(due.is_(None), due < scope.period.starts_at, due >= scope.as_of), null()),
        (last.status == Status.MERGED.value, "merged"),
        *((and_(told_at <= due, how == way.value), f"on_time_{way.value}") for way in TOLD_WAYS),
        (told_at > due, "late"),
        # A case that left before a person confirmed it was answered by its reason for leaving, in time.
        (last.ended_at < due, "ended_before_due"),
        (how == Told.SENT.value, "sent_unconfirmed"),
        else_="not_told",
    )


def _resolution(last: Rows, scope: Scope) -> ColumnElement[str | None]:
    target = last.resolve_due_at
    return case(
        (or_(target.is_(None), target < scope.period.starts_at, target >= scope.as_of), null()),
        (last.status.in_(_NOT_TARGETED), last.status),
        (last.resolved_at <= target, "within"),
        (last.resolved_at > target, "late"),
        (_is_open(last), "unresolved_open"),
        else_="unresolved_ended",
    )


def _fate(session: Session, last: Rows, scope: Scope) -> dict[str, Any]:
    """Return the fate of the grievances received in twelve months, and the days that it is counted by."""
    since = scope.cohort.starts_at
    is_recent, is_over = last.received_at >= since, last.ended_at >= since
    fate = case(
        (or_(~is_grievance(last), ~is_recent), null()),
        (last.status == Status.MERGED.value, MERGED),
        (last.resolved_at.is_not(None), RESOLVED),
        (last.status.in_(_LEFT_OTHERWISE), LEFT_OTHERWISE),
        else_=OPEN,
    )
    over_at = func.coalesce(last.resolved_at, last.ended_at)
    return {
        "fate": fate,
        "received_on": case((is_recent, local_day(session, last.received_at, scope)), else_=null()),
        "over_on": case((is_over, local_day(session, over_at, scope)), else_=null()),
        "has_followed": func.coalesce(and_(last.resolved_at.is_not(None), is_over), False),  # SQL
    }


def _notice(session: Session, last: Rows, scope: Scope) -> dict[str, Any]:
    """Return the days by which the days to appeal are counted, of what was closed on a finding that was told."""
    since = scope.cohort.starts_at
    has_notice = and_(
        last.status == Status.CLOSED.value,
        last.outcome.in_(FINDINGS),
        last.type.not_in(NEVER_OUT_OF_SCOPE),
        last.outcome_told_at.is_not(None),
        last.ended_at >= since,
    )
    told_on = local_day(session, last.outcome_told_at, scope, since=since - BEFORE_CLOSING)
    return {
        "told_on": case((has_notice, told_on), else_=null()),
        "closed_on": case((has_notice, local_day(session, last.ended_at, scope)), else_=null()),
    }


def _is_open(row: Rows) -> Condition:
    return row.status.in_(OPEN_STATUSES)
