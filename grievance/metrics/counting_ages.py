"""Count cases by days: how old those of twelve months were when they ended, and how old the open ones are."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from grievance.cases.models import Case
from grievance.cases.states import Status
from grievance.metrics.inputs import FOLLOWED, FOLLOWED_DAYS, OPEN_STATUSES, AgeCount, Scope
from grievance.metrics.placing import day_number, is_grievance, local_day, may_be_open, placed_last, relevant
from grievance.metrics.survival import DayCount

_LEFT_OTHERWISE = (Status.WITHDRAWN.value, Status.REFERRED.value, Status.OUT_OF_SCOPE.value)
_RESOLVED, _LEFT, _OPEN, _MERGED = "resolved", "left", "open", "merged"


@dataclass(frozen=True, slots=True)
class Fates:
    """The cases received in twelve months: by the days until their fate, and by whether day 30, 60 and 90 saw it."""

    durations: tuple[DayCount, ...]
    followed: dict[str, int]


def fates(session: Session, site_id: int, scope: Scope) -> Fates:
    """Return what became of the cases received in the twelve months that end with the quarter."""
    at = placed_last(relevant(site_id, scope), scope)
    last = at.last
    fate = case(
        (last.status == Status.MERGED.value, _MERGED),
        (last.resolved_at.is_not(None), _RESOLVED),
        (last.status.in_(_LEFT_OTHERWISE), _LEFT),
        else_=_OPEN,
    )
    received_on, last_on = local_day(session, last.received_at, scope), day_number(scope.as_of, scope.time_zone) - 1
    ended = case((last.resolved_at.is_not(None), last.resolved_at), else_=last.ended_at)
    ended_on = case((fate == _OPEN, last_on), else_=local_day(session, ended, scope))
    age = last_on - received_on
    # How many of the days 30, 60 and 90 the case has behind it.
    passed = case(*((age >= day, place) for place, day in reversed(list(enumerate(FOLLOWED_DAYS, start=1)))), else_=0)
    columns = (fate.label("fate"), (ended_on - received_on).label("days"), passed.label("passed"))
    rows = session.execute(
        select(*columns, func.count())
        .select_from(at.source)
        .where(last.site_id == site_id, is_grievance(last), last.received_at >= scope.cohort.starts_at)
        .group_by("fate", "days", "passed")
    )
    found = [(str(fate), int(days), int(passed), int(cases)) for fate, days, passed, cases in rows]
    return Fates(_durations(found), _followed(found))


def ages_of_open(session: Session, site_id: int, scope: Scope) -> tuple[AgeCount, ...]:
    """Return the cases open at the end of the quarter by their age in days, youngest first."""
    chosen = may_be_open(site_id, scope)
    at = placed_last(chosen, scope)
    last = at.last
    oldest: datetime | None = session.scalar(select(func.min(Case.received_at)).where(Case.id.in_(chosen)))
    since = scope.cohort.starts_at if oldest is None else min(oldest, scope.cohort.starts_at)
    age = day_number(scope.as_of, scope.time_zone) - 1 - local_day(session, last.received_at, scope, since=since)
    rows = session.execute(
        select(age.label("age"), func.count())
        .select_from(at.source)
        .where(last.site_id == site_id, is_grievance(last), last.status.in_(OPEN_STATUSES))
        .group_by("age")
        .order_by("age")
    )
    return tuple(AgeCount(int(day), int(cases)) for day, cases in rows)


def _durations(found: list[tuple[str, int, int, int]]) -> tuple[DayCount, ...]:
    by_day: dict[int, Counter[str]] = {}
    for fate, days, _, cases in found:
        if fate != _MERGED:
            by_day.setdefault(days, Counter())[fate] += cases
    return tuple(DayCount(day, each[_RESOLVED], each[_OPEN], each[_LEFT]) for day, each in sorted(by_day.items()))


def _followed(found: list[tuple[str, int, int, int]]) -> dict[str, int]:
    counted = dict.fromkeys(FOLLOWED, 0)
    for fate, days, passed, cases in found:
        if fate == _MERGED:
            counted["merged"] += cases if passed else 0
            continue
        for day in FOLLOWED_DAYS[:passed]:
            is_by_then = fate != _OPEN and days <= day
            counted[f"{fate if is_by_then else 'unresolved'}_{day}"] += cases
    return counted
