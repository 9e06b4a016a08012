"""Writing what happens to a case. The only code that sets a status.

`record` adds a link to the chain of a case and a row to its projection; `move` also changes the status.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.cases.chain import Link, digest
from grievance.cases.covering import cover_if_blocked
from grievance.cases.history import Change, State, advance, row_of, state_of
from grievance.cases.models import Case, Complainant
from grievance.cases.record import CaseEvent, CaseHistory
from grievance.cases.side_tracks import TAKEN_OVER
from grievance.cases.states import (
    NEVER_OUT_OF_SCOPE,
    OPEN,
    TRANSITIONS,
    Actor,
    EventKind,
    Move,
    Outcome,
    Status,
    TransitionNotAllowed,
    transition,
)
from grievance.crypto.fields import Sealing, commitment_of, keys_of
from grievance.messaging.models import Thread

CLOCK_SKEW = timedelta(minutes=5)
"""Two processes may disagree by this much about now; an event so little earlier than the last is set level with it."""

BY_ITSELF = frozenset(
    {
        EventKind.TOLD,
        EventKind.STATUS_MESSAGE,
        EventKind.SURVEY_ASKED,
        EventKind.OPINION_LEFT,
        EventKind.CHECK_ASKED,
        EventKind.CLOCK_REMINDED,
        EventKind.CLOCK_BREACHED,
        EventKind.UNREACHABLE_BY_TEXT,
        EventKind.REACHABLE_BY_TEXT,
        EventKind.SLIP_CODE,
    }
)
"""What happens beside a case while somebody writes, such as that a text arrived: no form is refused for it."""


class CaseChanged(Exception):
    """Somebody else changed the case since this person looked at it."""


class HappenedOutOfOrder(Exception):
    """An event would have happened before the one already recorded last."""


def load_for_change(session: Session, case_id: int) -> Case:
    """Return a case, locked until the unit ends, as it stands now in the database.

    The threads of its people are locked first. An incoming text locks its thread and then the case; a handler who
    writes would lock the case and then the thread, and each would wait for the other.
    """
    session.execute(
        select(Thread.id)
        .where(Thread.id.in_(select(Complainant.thread_id).where(Complainant.case_id == case_id)))
        .order_by(Thread.id)
        .with_for_update()
    ).all()
    return lock_case(session, case_id)


def lock_case(session: Session, case_id: int) -> Case:
    """Return a case, locked, as it stands now, without the threads of its people.

    For what one person does, whose own thread is locked already or who has none, and which writes to nobody else: of
    two people of one case who text at the same moment, each would otherwise wait for the other's thread.
    """
    return session.scalars(
        select(Case).where(Case.id == case_id).with_for_update().execution_options(populate_existing=True)
    ).one()


def check_version(case: Case, expected: int) -> None:
    """Raise CaseChanged if more than what happens by itself happened to the case since the form was shown."""
    if case.changed_seq != expected:
        raise CaseChanged(case.public_id)


def record(  # an event has this many facts
    session: Session,
    case: Case,
    kind: EventKind,
    *,
    by: Actor,
    at: datetime,
    happened_at: datetime | None = None,
    codes: Mapping[str, Any] | None = None,
    words: tuple[Sealing, str] | None = None,
) -> CaseEvent:
    """Append an event to the chain of a case, and its state to the projection.

    `at` is when it is recorded; `happened_at` when it happened, if that differs. `words` names the sealed column that
    the event commits to, as (row, name).

    Raises:
        HappenedOutOfOrder: it would precede the last event by more than the clocks of two processes differ.
    """
    session.flush()
    last = session.scalars(
        select(CaseHistory).where(CaseHistory.case_id == case.id).order_by(CaseHistory.seq.desc()).limit(1)
    ).one_or_none()
    happened = _in_order(happened_at or at, last)
    event = new_event(session, case, kind, by=by, at=at, happened_at=happened, codes=codes, words=words)
    if words is not None:
        cover_if_blocked(session, case, *words)  # what comes while the words are blocked is not read either
    change = Change(kind, happened, event.codes)
    state = advance(state_of(last) if last else None, change)
    event.case_id = case.id
    session.add_all([event, row_of(state, case_id=case.id, seq=event.seq, change=change, recorded_at=at)])
    return event


def new_event(  # an event has this many facts
    session: Session,
    case: Case,
    kind: EventKind,
    *,
    by: Actor,
    at: datetime,
    happened_at: datetime,
    codes: Mapping[str, Any] | None = None,
    words: tuple[Sealing, str] | None = None,
) -> CaseEvent:
    """Return the next event of a case, not yet added, and move the head of the chain. For intake and `record` only."""
    return CaseEvent(**next_link(session, case, kind, by=by, at=at, happened_at=happened_at, codes=codes, words=words))


def next_link(  # an event has this many facts
    session: Session,
    case: Case,
    kind: EventKind,
    *,
    by: Actor,
    at: datetime,
    happened_at: datetime,
    codes: Mapping[str, Any] | None = None,
    words: tuple[Sealing, str] | None = None,
) -> dict[str, Any]:
    """Return the columns of the next event of a case, without the case's id, and move the head of the chain."""
    link = Link(
        case.public_id,
        (case.event_count or 0) + 1,
        kind.value,
        happened_at,
        at,
        by.kind.value,
        by.staff_id,
        dict(codes or {}),
        *_committed(session, words),
    )
    case.event_count = link.seq
    if kind not in BY_ITSELF:
        case.changed_seq = link.seq
    case.chain_head = digest(case.chain_head or b"", link, keys_of(session).chain_mac)
    facts = {name: getattr(link, name) for name in Link.__slots__ if name != "case_public_id"}
    return facts | {"digest": case.chain_head}


def move(  # an event has this many facts
    session: Session,
    case: Case,
    step: Move,
    *,
    by: Actor,
    at: datetime,
    happened_at: datetime | None = None,
    codes: Mapping[str, Any] | None = None,
    words: tuple[Sealing, str] | None = None,
    outcome: Outcome | None = None,
) -> CaseEvent:
    """Change the status of a case by one row of the table, with its event.

    `outcome` is the finding that a proposed response states; the moves that end a case otherwise set their own.

    Raises:
        TransitionNotAllowed: the table has no such move from here, for this actor or type.
    """
    row = transition(step, status=Status(case.status), actor=by.kind, case_type=case.type)
    facts = dict(codes or {})
    ends_with = row.ends_with or outcome
    if ends_with is not None:
        facts["outcome"] = ends_with.value
        case.outcome = ends_with.value
    if step is Move.REOPEN:
        case.outcome, case.outcome_told_at, case.verdict, case.verdict_source = None, None, None, None
        case.reopened_count += 1
    case.status = row.to_status.value
    case.is_open = row.to_status in OPEN
    case.ended_at = None if case.is_open else (happened_at or at)
    return record(session, case, row.event, by=by, at=at, happened_at=happened_at, codes=facts, words=words)


def take_over(case: Case, state: State, kind: EventKind) -> None:
    """Check that the import of an old register may record `kind` of a case in this state.

    Raises:
        TransitionNotAllowed: the table of what may be taken over has no such event from here.
    """
    step = next((move for move, row in TRANSITIONS.items() if row.event is kind), None)
    allowed = TAKEN_OVER.get(kind, frozenset())
    barred = step in {Move.DECLARE_OUT_OF_SCOPE, Move.REFER} and case.type in NEVER_OUT_OF_SCOPE
    if step is not None and (state.status not in allowed or barred):
        raise TransitionNotAllowed(step, Status(state.status))


def stand_as(case: Case, state: State) -> None:
    """Give a case that is not stored yet the state to which its history led: for the import of an old register."""
    case.status = state.status
    case.is_open = Status(state.status) in OPEN
    case.outcome, case.verdict = state.outcome, state.verdict
    case.acknowledged_at, case.outcome_told_at = state.acknowledged_at, state.outcome_told_at
    case.ended_at = state.ended_at


def _committed(session: Session, words: tuple[Sealing, str] | None) -> tuple[str | None, str | None, bytes | None]:
    """Return the place of the words an event concerns, their row's public id, and the commitment to them."""
    if words is None:
        return None, None, None
    row, name = words
    return f"{row.__tablename__}.{name}", row.public_id, commitment_of(session, row, name)


def _in_order(happened_at: datetime, last: CaseHistory | None) -> datetime:
    if last is None or happened_at >= last.happened_at:
        return happened_at
    if last.happened_at - happened_at <= CLOCK_SKEW:
        return last.happened_at
    raise HappenedOutOfOrder(last.event)
