"""Histories of cases for tests of figures: random ones by the real transitions, and a slow second way of counting.

The second way reads every row, uses loops and the time zone database, and shares nothing with grievance.metrics.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.cases.models import Case, Complainant
from grievance.cases.record import CaseHistory
from grievance.cases.remedies import CorrectiveKind, add_corrective_action, complete_corrective_action
from grievance.cases.rights_record import Appeal
from grievance.cases.side_tracks import AppealResult
from grievance.cases.states import (
    COMPLAINANT,
    SYSTEM,
    Actor,
    ActorKind,
    EventKind,
    Move,
    Outcome,
    Source,
    Status,
    moves_from,
)
from grievance.cases.transitions import move, record
from grievance.crypto.fields import new_public_id
from grievance.sites.models import Site
from tests.support.places import file_case

SANTIAGO = ZoneInfo("America/Santiago")
Q3_STARTS = datetime(2026, 7, 1, 4, 0, tzinfo=UTC)
"""Midnight in winter, four hours behind UTC."""
Q3_ENDS = datetime(2026, 10, 1, 3, 0, tzinfo=UTC)
"""Midnight in summer time, which began on 6 September 2026."""
YEAR_STARTS = datetime(2025, 10, 1, 3, 0, tzinfo=UTC)

OPEN = ("received", "acknowledged", "under_review", "response_proposed", "remedy_underway")
STAFF = Actor(ActorKind.STAFF, None)
FINDINGS = ("upheld", "partly_upheld", "not_upheld", "not_established")


@dataclass(frozen=True)
class Step:
    """Something that may happen next: after how many hours, recorded how much later, and which of what is open."""

    hours: int
    lag_hours: int
    choice: int


@dataclass(frozen=True)
class Measure:
    """A corrective action at the end of a story: its kind, its day from the quarter's first, and hours until done."""

    kind: int
    due_days: int
    done_hours: int | None
    lag_hours: int


@dataclass(frozen=True)
class Answer:
    """An answer at the end of a story: told, closed days later, perhaps appealed, decided, and opened again."""

    days_to_close: int
    days_to_appeal: int | None
    result: AppealResult | None
    is_reopened: bool


@dataclass(frozen=True)
class Story:
    received_hours: int
    """Counted from the beginning of the quarter."""
    lag_hours: int
    site: int
    is_test: bool
    steps: tuple[Step, ...]
    measures: tuple[Measure, ...] = ()
    answers: tuple[Answer, ...] = ()


_lags = st.sampled_from([0, 0, 0, 1, 30, 24 * 40])
stories = st.lists(
    st.builds(
        Story,
        received_hours=st.integers(-24 * 330, 24 * 110),
        lag_hours=_lags,
        site=st.sampled_from([0, 0, 0, 1]),
        is_test=st.sampled_from([False] * 9 + [True]),
        steps=st.lists(
            st.builds(Step, hours=st.integers(0, 24 * 30), lag_hours=_lags, choice=st.integers(0, 10_000)), max_size=9
        ).map(tuple),
        measures=st.lists(
            st.builds(
                Measure,
                kind=st.integers(0, 2),
                due_days=st.integers(-20, 110),
                done_hours=st.none() | st.integers(0, 24 * 60),
                lag_hours=_lags,
            ),
            max_size=2,
        ).map(tuple),
        answers=st.lists(
            st.builds(
                Answer,
                days_to_close=st.sampled_from([0, 1, 29, 30, 31]),
                days_to_appeal=st.none() | st.integers(0, 30),
                result=st.none() | st.sampled_from(AppealResult),
                is_reopened=st.booleans(),
            ),
            max_size=3,
        ).map(tuple),
    ),
    max_size=9,
)


def play(session: Session, sites: list[Site], story: Story, *, owner_id: int | None = None) -> Case:
    """Make a case with its history; corrective actions only where somebody owns them."""
    happened = Q3_STARTS + timedelta(hours=story.received_hours)
    at = happened + timedelta(hours=story.lag_hours)
    filed = file_case(session, sites[story.site], at=at, happened_at=happened, is_test=story.is_test)
    case = filed.case
    for step in story.steps:
        happened += timedelta(hours=step.hours)
        at = max(at, happened + timedelta(hours=step.lag_hours))
        _take(session, sites, case, step.choice, happened=happened, at=at)
    for answer in story.answers:
        happened, at = _answer(session, case, answer, happened=happened, at=at)
    for measure in story.measures if owner_id else ():
        at = _measure(session, case, measure, owner_id or 0, happened=happened, at=at)
        happened += timedelta(hours=measure.done_hours or 0)
    session.flush()
    return case


def _answer(
    session: Session, case: Case, answer: Answer, *, happened: datetime, at: datetime
) -> tuple[datetime, datetime]:
    """Take an open case through an answer, as far as its status lets it; return when that was and was recorded."""

    def go(step: Move, by: Actor = STAFF, outcome: Outcome | None = None) -> None:
        if step in moves_from(Status(case.status), actor=by.kind, case_type=case.type):
            move(session, case, step, by=by, at=at, happened_at=happened, outcome=outcome)

    def note(kind: EventKind, codes: dict[str, Any]) -> None:
        record(session, case, kind, by=SYSTEM, at=at, happened_at=happened, codes=codes)

    go(Move.ACKNOWLEDGE)
    go(Move.PROPOSE_RESPONSE, outcome=Outcome.NOT_UPHELD)
    note(EventKind.TOLD, {"what": "outcome", "how": "delivered"})
    go(Move.ACCEPT_RESPONSE, COMPLAINANT)
    happened += timedelta(days=answer.days_to_close)
    at = max(at, happened)
    go(Move.CLOSE)
    if case.status == Status.CLOSED and answer.days_to_appeal is not None:
        happened += timedelta(days=answer.days_to_appeal)
        at = max(at, happened)
        note(EventKind.APPEALED, {})
        _appeal(session, case, at=at)
        if answer.result is not None:
            note(EventKind.APPEAL_DECIDED, {"result": answer.result.value})
    if answer.is_reopened:
        go(Move.REOPEN, COMPLAINANT)
    session.flush()
    return happened, at


def _measure(
    session: Session, case: Case, measure: Measure, owner_id: int, *, happened: datetime, at: datetime
) -> datetime:
    action = add_corrective_action(
        session,
        case,
        kind=list(CorrectiveKind)[measure.kind],
        words="Regar el camino",
        owner_id=owner_id,
        due_on=date(2026, 7, 1) + timedelta(days=measure.due_days),
        by=Actor(ActorKind.STAFF, owner_id),
        at=at,
        happened_at=happened,
    )
    session.flush()
    if measure.done_hours is None:
        return at
    done_at = happened + timedelta(hours=measure.done_hours)
    at = max(at, done_at + timedelta(hours=measure.lag_hours))
    complete_corrective_action(
        session,
        case,
        action.public_id,
        evidence="Foto",
        by=Actor(ActorKind.STAFF, owner_id),
        at=at,
        happened_at=done_at,
    )
    return at


def _take(session: Session, sites: list[Site], case: Case, choice: int, *, happened: datetime, at: datetime) -> None:
    moves: list[tuple[Move, ActorKind]] = [
        (one, kind)
        for kind in (ActorKind.STAFF, ActorKind.COMPLAINANT)
        for one in moves_from(Status(case.status), actor=kind, case_type=case.type)
    ]
    others: list[tuple[EventKind, dict[str, Any]]] = [
        (EventKind.TOLD, {"what": "acknowledgement", "how": how})
        for how in ("delivered", "seen", "posted", "sent", "failed")
    ]
    others += [(EventKind.TOLD, {"what": "outcome", "how": how}) for how in ("delivered", "handed_over", "sent")]
    others += [
        (EventKind.CLASSIFIED, _classified(case, name, choice)) for name in ("environment", "question", "data_rights")
    ]
    if case.status == Status.CLOSED:
        others += [(EventKind.APPEALED, {"appeal": f"{choice:022d}"})] * 4
        others += [(EventKind.APPEAL_DECIDED, {"result": AppealResult(one).value}) for one in AppealResult]
    others += [(EventKind.MARKED_SPAM, {}), (EventKind.UNMARKED_SPAM, {})]
    others += [(EventKind.SUBMISSION_ADDED, {"submissions": case.submission_count + 1})]
    others += [(EventKind.PERSON_DESCRIBED, {"site": site.id}) for site in sites]
    # Moves are as likely as everything else together.
    options: list[Any] = [*moves * max(1, len(others) // max(1, len(moves))), *others]
    name, given = options[choice % len(options)]
    if isinstance(name, Move):
        outcome = Outcome(FINDINGS[choice % 4]) if name is Move.PROPOSE_RESPONSE else None
        codes = {"into": "x" * 22} if name is Move.MERGE else None
        actor = COMPLAINANT if given is ActorKind.COMPLAINANT else STAFF
        move(session, case, name, by=actor, at=at, happened_at=happened, codes=codes, outcome=outcome)
    else:
        case.submission_count = given.get("submissions", case.submission_count)
        case.site_id = given.get("site", case.site_id)
        case.type = given.get("type", case.type)
        record(session, case, name, by=SYSTEM, at=at, happened_at=happened, codes=given)
        if name is EventKind.APPEALED:
            _appeal(session, case, at=at)
    session.flush()


def _appeal(session: Session, case: Case, *, at: datetime) -> None:
    person = session.scalars(select(Complainant.id).where(Complainant.case_id == case.id)).one()
    row = Appeal(
        public_id=new_public_id(), case_id=case.id, complainant_id=person, source=Source.WEB_CODE.value, filed_at=at
    )
    session.add(row)


def _classified(case: Case, name: str, choice: int) -> dict[str, Any]:
    due = case.received_at + timedelta(days=choice % 40, hours=choice % 24)
    return {
        "type": name,
        "severity": 2,
        "category": None,
        "acknowledge_due": (case.received_at + timedelta(days=choice % 9)).isoformat(),
        "resolve_due": due.isoformat(),
    }


def counted_slowly(session: Session, site: Site, *, known_at: datetime, late_since: datetime) -> dict[str, Any]:
    """Count the third quarter of 2026 by reading everything."""
    histories: dict[int, list[CaseHistory]] = {}
    for row in session.scalars(select(CaseHistory).order_by(CaseHistory.case_id, CaseHistory.seq)):
        histories.setdefault(row.case_id, []).append(row)
    account: Counter[str] = Counter()
    ack: Counter[str] = Counter()
    res: Counter[str] = Counter()
    apart: Counter[str] = Counter()
    durations: Counter[tuple[str, int]] = Counter()
    for rows in histories.values():
        known = [row for row in rows if row.happened_at < Q3_ENDS and row.recorded_at <= known_at]
        if not known or known[-1].site_id != site.id:
            continue
        now = known[-1]
        in_quarter = [row for row in known if row.happened_at >= Q3_STARTS]
        before = [row for row in known if row.happened_at < Q3_STARTS]
        came = now.received_at >= Q3_STARTS
        if not now.is_counted:
            account["spam_or_test"] += came
            continue
        if now.type in ("question", "data_rights"):
            apart[f"{now.type}_received"] += came
            apart[f"{now.type}_open"] += now.status in OPEN
            continue
        account["opening"] += bool(before) and before[-1].status in OPEN
        account["received"] += came
        account["closing"] += now.status in OPEN
        for row in in_quarter:
            if row.event in ("closed", "withdrawn", "referred", "out_of_scope", "merged", "reopened"):
                account[row.event] += 1
        last_close = [row for row in rows if row in known and row.event == "closed"]
        closed_now = now.status == "closed" and last_close[-1].happened_at >= Q3_STARTS
        account["closed_resolved"] += closed_now and now.resolved_at is not None
        account["submissions"] += now.submissions if now.status != "merged" else 0
        account["submissions"] -= before[-1].submissions if before and before[-1].status != "merged" else 0
        moved_late = [
            row
            for row in before
            if row.recorded_at > late_since
            and row.event in ("received", "reopened", "closed", "withdrawn", "referred", "out_of_scope", "merged")
        ]
        account["recorded_late"] += bool(moved_late)
        left_at = [
            row.happened_at
            for row in known
            if row.event in ("closed", "withdrawn", "referred", "out_of_scope", "merged")
        ]
        ended_at = left_at[-1] if left_at and now.status not in OPEN else None
        _acknowledgement(ack, now, ended_at)
        _resolution(res, now)
        if now.received_at >= YEAR_STARTS and now.status != "merged":
            durations[_duration(now, ended_at)] += 1
    return {"account": account, "ack": ack, "res": res, "apart": apart, "durations": durations}


def _acknowledgement(ack: Counter[str], now: CaseHistory, ended_at: datetime | None) -> None:
    due = now.acknowledge_due_at
    if due is None or not Q3_STARTS <= due < Q3_ENDS:
        return
    if now.status == "merged":
        ack["merged"] += 1
    elif now.acknowledged_at is not None:
        ack["late" if now.acknowledged_at > due else f"on_time_{now.acknowledged_told}"] += 1
    elif ended_at is not None and ended_at < due:
        ack["ended_before_due"] += 1
    else:
        ack["sent_unconfirmed" if now.acknowledged_told == "sent" else "not_told"] += 1


def _resolution(res: Counter[str], now: CaseHistory) -> None:
    target, is_open = now.resolve_due_at, now.status in OPEN
    if target is not None and is_open and target < Q3_ENDS:
        res["open_past_target"] += 1
    if target is None or not Q3_STARTS <= target < Q3_ENDS:
        return
    if now.status in ("withdrawn", "out_of_scope", "merged"):
        res[now.status] += 1
    elif now.resolved_at is not None:
        res["within" if now.resolved_at <= target else "late"] += 1
    else:
        res["unresolved_open" if is_open else "unresolved_ended"] += 1


def _duration(now: CaseHistory, ended_at: datetime | None) -> tuple[str, int]:
    received_on = now.received_at.astimezone(SANTIAGO).date()
    if now.resolved_at is not None:
        return "resolved", (now.resolved_at.astimezone(SANTIAGO).date() - received_on).days
    if now.status in ("withdrawn", "referred", "out_of_scope"):
        assert ended_at is not None
        return "left", (ended_at.astimezone(SANTIAGO).date() - received_on).days
    return "open", (datetime(2026, 9, 30, tzinfo=SANTIAGO).date() - received_on).days
