"""Where each case stood at an instant, as far as it was known at another; and on which local day something happened.

Rows of one case follow each other in `happened_at` and in `recorded_at`, so that what was known is a beginning of its
history: the row that counts is found from the end, in one step for a case that has not changed since.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    FromClause,
    Integer,
    Select,
    Subquery,
    and_,
    case,
    cast,
    extract,
    func,
    null,
    select,
    true,
    union,
)
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from grievance.cases.models import Case
from grievance.cases.record import CaseHistory
from grievance.cases.states import COUNTED_APART
from grievance.metrics.inputs import Scope

DAY_SECONDS = 86_400

Condition = ColumnElement[bool]
Instant = ColumnElement[datetime] | InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None]
CaseId = ColumnElement[int] | InstrumentedAttribute[int]


@dataclass(frozen=True, slots=True)
class PlacedLast:
    """Cases with the row of their history at the end of the quarter."""

    source: FromClause
    last: type[CaseHistory]


def placed_last(session: Session, cases: Select[int] | CompoundSelect[int], scope: Scope) -> PlacedLast:
    """Return cases as they stood at the end of the quarter; those not known by then are left out."""
    chosen = _standing(cases, scope)
    row = aliased(CaseHistory)
    wanted = _last_known(row, chosen.c[0], scope.as_of, scope)
    if is_sqlite(session):
        last = aliased(CaseHistory)
        found = wanted.with_only_columns(row.id).scalar_subquery()
        return PlacedLast(chosen.join(last, last.id == found), last)
    # PostgreSQL would hash the whole history to find a few rows of it by their ids; this it can only look up.
    last = aliased(CaseHistory, wanted.lateral())
    return PlacedLast(chosen.join(last, true()), last)


def with_earlier(
    session: Session, at: PlacedLast, before: datetime, scope: Scope, *, where: Condition
) -> tuple[FromClause, type[CaseHistory]]:
    """Return placed cases with their row at an earlier instant, looked up where the condition on the last one holds."""
    row = aliased(CaseHistory)
    wanted = _last_known(row, at.last.case_id, before, scope)
    if is_sqlite(session):
        first = aliased(CaseHistory)
        found = wanted.with_only_columns(row.id).scalar_subquery()
        return at.source.outerjoin(first, first.id == case((where, found), else_=null())), first
    first = aliased(CaseHistory, wanted.where(where).lateral())
    return at.source.outerjoin(first, true()), first


def is_sqlite(session: Session) -> bool:
    """Tell which of the two engines answers."""
    return session.get_bind().dialect.name == "sqlite"


def is_grievance(row: type[CaseHistory]) -> Condition:
    """Tell whether the case of a row enters the figures: no spam, no test, no question, no data-rights request."""
    return and_(row.is_counted, row.type.not_in(COUNTED_APART))


def relevant(site_id: int, scope: Scope) -> CompoundSelect[int]:
    """Return the ids of all cases that can enter the figures of the quarter, with some that do not.

    A case of which nothing was recorded since the quarter ended stands in `cases` as it stood then: of those, only the
    open ones and those that ended in the last twelve months matter. (Earlier ones left before the cohort and the
    quarter began, and no due date lies nine months behind the end of its case.) All others are looked up, at whatever
    site they are now.
    """
    at_site = select(Case.id).where(Case.site_id == site_id)
    # A union, though the first two never meet: it comes in order of the cases, and so are their rows found.
    return union(
        at_site.where(Case.ended_at.is_(None)),
        at_site.where(Case.ended_at >= scope.cohort.starts_at),
        select(CaseHistory.case_id).where(CaseHistory.recorded_at >= scope.as_of),
    )


def received_in(site_id: int, scope: Scope) -> CompoundSelect[int]:
    """Return the ids of all cases that can have been received in the quarter, with some that were not."""
    return union(
        select(Case.id).where(
            Case.site_id == site_id, Case.received_at >= scope.period.starts_at, Case.received_at < scope.as_of
        ),
        select(CaseHistory.case_id).where(CaseHistory.recorded_at >= scope.as_of),
    )


def _standing(cases: Select[int] | CompoundSelect[int], scope: Scope) -> Subquery:
    """Return the ids without those that an undone import had brought, as far as that was known at freezing.

    Unlike spam, which somebody sent, such a case never was: not in the quarters before it was taken back either.
    """
    undone = select(Case.id).where(Case.undone_at <= scope.known_at)
    listed = cases.subquery()
    return select(listed.c[0]).where(listed.c[0].not_in(undone)).subquery()


def _last_known(row: type[CaseHistory], case_id: CaseId, before: datetime, scope: Scope) -> Select[CaseHistory]:
    """Select the last row of a case that happened before an instant and was known at freezing."""
    return (
        select(row)
        .where(row.case_id == case_id, row.happened_at < before, row.recorded_at <= scope.known_at)
        .order_by(row.seq.desc())
        .limit(1)
    )


def local_day(session: Session, instant: Instant, scope: Scope, *, since: datetime | None = None) -> ColumnElement[int]:
    """Return the number of the local day (from 1 January 1970) on which an instant falls.

    It is right from `since`, where none is given from the beginning of the last twelve months, to the end of the
    quarter. A database knows no time zones it could be trusted with, SQLite none at all: the offsets of those months,
    two or three, are written into the query.
    """
    seconds = epoch(session, instant)
    *earlier, (_, latest) = _offsets(since or scope.cohort.starts_at, scope.as_of, scope.time_zone)
    if not earlier:
        return (seconds + latest) // DAY_SECONDS
    return (seconds + case(*((instant < until, east) for until, east in earlier), else_=latest)) // DAY_SECONDS


def day_number(instant: datetime, time_zone: str) -> int:
    """Return the number of the local day of an instant, as `local_day` counts."""
    return instant.astimezone(ZoneInfo(time_zone)).date().toordinal() - datetime(1970, 1, 1).toordinal()  # noqa: DTZ001  # a date


def epoch(session: Session, instant: Instant | InstrumentedAttribute[date]) -> ColumnElement[int]:
    """Return whole seconds since 1970; each engine has its own word for it."""
    if is_sqlite(session):
        return cast(func.strftime("%s", instant), Integer)
    return cast(func.floor(extract("epoch", instant)), Integer)


def _offsets(start: datetime, end: datetime, time_zone: str) -> list[tuple[datetime, int]]:
    """Return (until, seconds east of UTC) from `start` to `end`, in order; the last one's end is `end` or later."""
    zone = ZoneInfo(time_zone)
    found: list[tuple[datetime, int]] = []
    day = start
    while day < end:
        following = day + timedelta(days=1)
        if _east(day, zone) != _east(following, zone):
            found.append((_change(day, following, zone), _east(day, zone)))
        day = following
    return [*found, (max(day, end), _east(day, zone))]


def _change(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """Return the first second at which the offset is that of `after`."""
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // 2
        middle = middle.replace(microsecond=0)
        if _east(middle, zone) == _east(before, zone):
            before = middle
        else:
            after = middle
    return after


def _east(instant: datetime, zone: ZoneInfo) -> int:
    offset = instant.astimezone(zone).utcoffset()
    return int(offset.total_seconds()) if offset else 0
