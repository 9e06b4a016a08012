"""Count cases by days: how old those of twelve months were when they ended, and how old the open ones are."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Table, case, func, select
from sqlalchemy.orm import Session

from grievance.metrics.inputs import FOLLOWED, FOLLOWED_DAYS, AgeCount, Scope
from grievance.metrics.placing import day_number, local_day
from grievance.metrics.standing import LEFT_OTHERWISE, MERGED, OPEN, RESOLVED
from grievance.metrics.survival import DayCount


@dataclass(frozen=True, slots=True)
class Fates:
    """The cases received in twelve months: by the days until their fate, and by whether day 30, 60 and 90 saw it."""

    durations: tuple[DayCount, ...]
    followed: dict[str, int]


def fates(session: Session, at: Table, scope: Scope) -> Fates:
    """Return what became of the grievances received in the twelve months that end with the quarter."""
    last_on = day_number(scope.as_of, scope.time_zone) - 1
    days = case((at.c.fate == OPEN, last_on), else_=at.c.over_on) - at.c.received_on
    # How many of the days 30, 60 and 90 the case had behind it.
    places = reversed(list(enumerate(FOLLOWED_DAYS, start=1)))
    passed = case(*((at.c.received_on <= last_on - day, place) for place, day in places), else_=0)
    key = (at.c.fate.label("fate"), days.label("days"), passed.label("passed"))
    rows = session.execute(select(*key, func.count()).where(at.c.fate.is_not(None)).group_by("fate", "days", "passed"))
    found = [(str(fate), int(days), int(passed), int(cases)) for fate, days, passed, cases in rows]
    return Fates(_durations(found), _followed(found))


def backlog(session: Session, at: Table, scope: Scope) -> tuple[AgeCount, ...]:
    """Return the grievances open at the end of the quarter by their age in days, youngest first."""
    is_open = (at.c.is_grievance, at.c.is_open)
    oldest: datetime | None = session.scalar(select(func.min(at.c.received_at)).where(*is_open))
    # Of twelve months and more: the oldest may have come under another time of the year, or another law of time.
    since = scope.cohort.starts_at if oldest is None else min(oldest, scope.cohort.starts_at)
    received_on = local_day(session, at.c.received_at, scope, since=since)
    age = (day_number(scope.as_of, scope.time_zone) - 1 - received_on).label("age")
    rows = session.execute(select(age, func.count()).where(*is_open).group_by("age").order_by("age"))
    return tuple(AgeCount(int(day), int(cases)) for day, cases in rows)


def _durations(found: list[tuple[str, int, int, int]]) -> tuple[DayCount, ...]:
    by_day: dict[int, Counter[str]] = {}
    for fate, days, _, cases in found:
        if fate != MERGED:
            by_day.setdefault(days, Counter())[fate] += cases
    return tuple(
        DayCount(day, each[RESOLVED], each[OPEN], each[LEFT_OTHERWISE]) for day, each in sorted(by_day.items())
    )


def _followed(found: list[tuple[str, int, int, int]]) -> dict[str, int]:
    counted = dict.fromkeys(FOLLOWED, 0)
    for fate, days, passed, cases in found:
        if fate == MERGED:
            counted["merged"] += cases if passed else 0
            continue
        for day in FOLLOWED_DAYS[:passed]:
            is_by_then = fate != OPEN and days <= day
            counted[f"{fate if is_by_then else 'unresolved'}_{day}"] += cases
    return counted
