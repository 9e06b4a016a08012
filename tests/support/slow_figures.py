"""A slow second way to the later figures: whole histories, loops and the time zone database, nothing of the program.

A history is the list of the rows of one case, oldest first. Sharing nothing with grievance.metrics is the point.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from grievance.cases.record import CaseHistory
from tests.support.histories import OPEN, Q3_ENDS, SANTIAGO, YEAR_STARTS

LAST_DAY = date(2026, 9, 30)
History = Sequence[CaseHistory]


def known_of(history: History, known_at: datetime) -> list[CaseHistory]:
    """Return what of a history happened before the quarter ended and was recorded by then."""
    return [row for row in history if row.happened_at < Q3_ENDS and row.recorded_at <= known_at]


def day_of(instant: datetime, zone: ZoneInfo = SANTIAGO) -> date:
    """Return the local day of an instant."""
    return instant.astimezone(zone).date()


def followed_slowly(histories: Sequence[list[CaseHistory]]) -> Counter[str]:
    """Count cohorts and fates by day 30, 60 and 90; histories are those known, of one site, grievances only."""
    found: Counter[str] = Counter()
    for rows in histories:
        now = rows[-1]
        age = (LAST_DAY - day_of(now.received_at)).days
        if now.received_at < YEAR_STARTS:
            continue
        if now.status == "merged":
            found["merged"] += age >= 30
            continue
        for limit in (30, 60, 90):
            if age < limit:
                continue
            fate = "unresolved"
            if now.resolved_at is not None:
                took = (day_of(now.resolved_at) - day_of(now.received_at)).days
                fate = "resolved" if took <= limit else "unresolved"
            elif now.status in ("withdrawn", "referred", "out_of_scope"):
                gone = next(row for row in reversed(rows) if row.event in ("withdrawn", "referred", "out_of_scope"))
                took = (day_of(gone.happened_at) - day_of(now.received_at)).days
                fate = "left" if took <= limit else "unresolved"
            found[f"{fate}_{limit}"] += 1
    return found


def backlog_slowly(histories: Sequence[list[CaseHistory]]) -> Counter[int]:
    """Count the open cases by age in days."""
    return Counter((LAST_DAY - day_of(rows[-1].received_at)).days for rows in histories if rows[-1].status in OPEN)


def reopenings_slowly(histories: Sequence[list[CaseHistory]]) -> Counter[str]:
    """Walk each history: whenever a resolution appears it starts 90 days, which a reopening may end."""
    found: Counter[str] = Counter()
    for rows in histories:
        resolved_on: date | None = None
        closed_at: datetime | None = None
        for row in [*rows, None]:
            if row is not None and row.event == "closed":
                closed_at = row.happened_at
            is_over = row is None or row.event == "reopened"
            if is_over and resolved_on is not None and closed_at is not None and closed_at >= YEAR_STARTS:
                has_run = (LAST_DAY - resolved_on).days >= 90
                found["followed" if has_run else "running"] += 1
                if row is not None and (day_of(row.happened_at) - resolved_on).days <= 90:
                    found["reopened" if has_run else "running_reopened"] += 1
            if row is None or row.event == "reopened":
                resolved_on = None
            elif row.resolved_at is not None and resolved_on is None:
                resolved_on = day_of(row.happened_at)
    return found


def actions_slowly(
    events: Sequence[tuple[datetime, datetime, str, dict[str, str]]], known_at: datetime
) -> Counter[str]:
    """Count corrective actions from (happened_at, recorded_at, kind, codes) of the events of the right cases."""
    kinds: dict[str, tuple[str, date]] = {}
    done: dict[str, date] = {}
    for happened_at, recorded_at, kind, codes in events:
        if recorded_at > known_at:
            continue
        if kind == "corrective_action_added":
            kinds[codes["action"]] = (codes["kind"], date.fromisoformat(codes["due_on"]))
        if kind == "corrective_action_done" and happened_at < Q3_ENDS:
            done[codes["action"]] = day_of(happened_at)
    found: Counter[str] = Counter()
    for action, (kind, due_on) in kinds.items():
        if date(2026, 7, 1) <= due_on <= LAST_DAY:
            ended = done.get(action)
            state = "not_done" if ended is None else "on_time" if ended <= due_on else "late"
            found[f"{kind}_{state}"] += 1
    return found


def appeals_slowly(
    histories: Sequence[list[CaseHistory]], events: Sequence[tuple[datetime, datetime, str, dict[str, str]]]
) -> Counter[str]:
    """Walk each history for outcomes told and appeals against them; `events` are the known ones of the same cases."""
    found: Counter[str] = Counter()
    for rows in histories:
        is_appealed = False
        for row, after in zip(rows, [*rows[1:], None], strict=True):
            is_appealed = is_appealed or row.event == "appealed"
            if after is not None and after.event != "reopened":
                continue
            state = _days_to_appeal(rows, row)
            if state is not None:
                found[state] += 1
                if state != "no_window" and is_appealed:
                    found["appealed" if state == "notices" else "running_appealed"] += 1
            is_appealed = False
    for happened_at, _, kind, codes in events:
        if kind == "appealed":
            found["waiting"] += 1
        if kind == "appeal_decided":
            found["waiting"] -= 1
            found[codes["result"]] += happened_at >= YEAR_STARTS
    return found


def _days_to_appeal(rows: Sequence[CaseHistory], row: CaseHistory) -> str | None:
    if row.status != "closed" or row.outcome is None or row.outcome_told_at is None:
        return None
    closed_at = next(one.happened_at for one in reversed(rows) if one.event == "closed" and one.seq <= row.seq)
    if closed_at < YEAR_STARTS:
        return None
    last_day = day_of(row.outcome_told_at) + timedelta(days=30)
    if max(day_of(closed_at), day_of(rows[0].recorded_at)) > last_day:
        return "no_window"
    return "notices" if last_day <= LAST_DAY else "running"
