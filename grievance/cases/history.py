"""The state of a case as figures see it: a pure fold over wordless events, so that a replay proves the projection.

Each event carries in its codes all that the fold needs; nothing is looked up. Not for: deciding anything.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from grievance.cases.record import CaseHistory
from grievance.cases.states import (
    COUNTS_AS_TOLD,
    FINDINGS,
    OPEN,
    TRANSITIONS,
    EventKind,
    Outcome,
    Status,
    Told,
    Verdict,
)


@dataclass(frozen=True, slots=True)
class State:
    """One row of `case_history` without its place in the chain."""

    site_id: int
    status: str
    type: str
    channel: str
    received_at: datetime
    is_restricted: bool
    is_counted: bool
    category: str | None = None
    severity: int | None = None
    outcome: str | None = None
    verdict: str | None = None
    submissions: int = 1
    acknowledge_due_at: datetime | None = None
    acknowledged_at: datetime | None = None
    acknowledged_told: str | None = None
    resolve_due_at: datetime | None = None
    outcome_told_at: datetime | None = None
    ended_at: datetime | None = None
    remedies_open: int = 0
    resolved_at: datetime | None = None
    reopened_count: int = 0
    merged_into: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """An event as the fold sees it."""

    kind: EventKind
    happened_at: datetime
    codes: Mapping[str, Any]


class ChainBroken(Exception):
    """The first event of a case is not its receipt, or a later one is."""


_STATUS_OF_EVENT: Mapping[EventKind, Status] = {row.event: row.to_status for row in TRANSITIONS.values()}


def advance(state: State | None, change: Change) -> State:
    """Return the state after one more event.

    Raises:
        ChainBroken: the receipt is missing, or comes twice.
    """
    if (state is None) != (change.kind is EventKind.RECEIVED):
        raise ChainBroken(change.kind)
    if state is None:
        return _received(change)
    if change.kind in _STATUS_OF_EVENT:
        status = _STATUS_OF_EVENT[change.kind]
        state = replace(state, status=status.value, ended_at=None if status in OPEN else change.happened_at)
    step = _STEPS.get(change.kind)
    return _with_resolution(step(state, change) if step else state, change)


def row_of(state: State, *, case_id: int, seq: int, change: Change, recorded_at: datetime) -> CaseHistory:
    """Return the projection row for a state."""
    return CaseHistory(**row_values(state, case_id=case_id, seq=seq, change=change, recorded_at=recorded_at))


def row_values(state: State, *, case_id: int, seq: int, change: Change, recorded_at: datetime) -> dict[str, Any]:
    """Return the columns of the projection row for a state."""
    return {
        "case_id": case_id,
        "seq": seq,
        "event": change.kind.value,
        "happened_at": change.happened_at,
        "recorded_at": recorded_at,
        **{name: getattr(state, name) for name in State.__slots__},
    }


def state_of(row: CaseHistory) -> State:
    """Return the state that a projection row holds."""
    return State(**{name: getattr(row, name) for name in State.__slots__})


def as_code(instant: datetime | None) -> str | None:
    """Return the form in which an instant stands in the codes of an event."""
    return instant.isoformat() if instant else None


def _from_code(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value) if value else None


def _received(change: Change) -> State:
    codes = change.codes
    # Filed with a join code: it is counted as a submission of the case it joined, and as no case of its own.
    joins = "joins" in codes
    return State(
        site_id=codes["site"],
        status=Status.RECEIVED.value,
        type=codes["type"],
        channel=codes["channel"],
        received_at=change.happened_at,
        is_restricted=codes["restricted"],
        is_counted=not codes.get("test", False) and not joins,
        submissions=0 if joins else 1,
        category=codes.get("category"),
        acknowledge_due_at=_from_code(codes.get("acknowledge_due")),
        resolve_due_at=_from_code(codes.get("resolve_due")),
    )


def _classified(state: State, change: Change) -> State:
    return replace(
        state,
        type=change.codes["type"],
        category=change.codes.get("category"),
        severity=change.codes.get("severity"),
        acknowledge_due_at=_from_code(change.codes.get("acknowledge_due")),
        resolve_due_at=_from_code(change.codes.get("resolve_due")),
    )


def _told(state: State, change: Change) -> State:
    what, how = change.codes["what"], Told(change.codes["how"])
    if what == "acknowledgement" and (state.acknowledged_told is None or state.acknowledged_at is None):
        # "Sent" is kept and counted apart; the instant is set only once the person was really told.
        at = change.happened_at if how in COUNTS_AS_TOLD else None
        return replace(state, acknowledged_told=how.value, acknowledged_at=at)
    if what == "outcome" and how in COUNTS_AS_TOLD and state.outcome_told_at is None:
        return replace(state, outcome_told_at=change.happened_at)
    return state


def _proposed(state: State, change: Change) -> State:
    # A new response replaces the promises of the one that was rejected.
    return replace(
        state,
        outcome=change.codes["outcome"],
        outcome_told_at=None,
        remedies_open=state.remedies_open - change.codes.get("cancelled_remedies", 0),
    )


def _reopened(state: State, change: Change) -> State:
    del change
    return replace(
        state,
        outcome=None,
        outcome_told_at=None,
        verdict=None,
        resolved_at=None,
        reopened_count=state.reopened_count + 1,
    )


def _on_track(state: State, change: Change) -> State:
    # The Dirección del Trabajo investigates: its days are no promise of the site.
    return replace(state, resolve_due_at=None) if "resolve_due" in change.codes else state


def _moved_site(state: State, change: Change) -> State:
    return replace(state, site_id=change.codes["site"]) if "site" in change.codes else state


def _with_resolution(state: State, change: Change) -> State:
    """Mark as resolved once closed on a finding, told, and every remedy verified; whichever comes last dates it."""
    is_resolved = (
        state.status == Status.CLOSED
        and state.outcome in FINDINGS
        and state.outcome_told_at is not None
        and state.remedies_open == 0
    )
    if is_resolved and state.resolved_at is None:
        return replace(state, resolved_at=change.happened_at)
    return state


_STEPS: Mapping[EventKind, Callable[[State, Change], State]] = {
    EventKind.CLASSIFIED: _classified,
    EventKind.RESTRICTED: lambda state, _: replace(state, is_restricted=True),
    EventKind.UNRESTRICTED: lambda state, _: replace(state, is_restricted=False),
    EventKind.SUBMISSION_ADDED: lambda state, change: replace(state, submissions=change.codes["submissions"]),
    EventKind.SUBMISSION_REMOVED: lambda state, change: replace(state, submissions=change.codes["submissions"]),
    EventKind.TOLD: _told,
    EventKind.RESPONSE_PROPOSED: _proposed,
    EventKind.RESPONSE_UNANSWERED: lambda state, _: replace(state, verdict=Verdict.NO_ANSWER.value),
    EventKind.REMEDY_PROMISED: lambda state, _: replace(state, remedies_open=state.remedies_open + 1),
    EventKind.REMEDY_VERIFIED: lambda state, _: replace(state, remedies_open=state.remedies_open - 1),
    EventKind.REOPENED: _reopened,
    EventKind.REFERRED: lambda state, _: replace(state, outcome=Outcome.REFERRED.value),
    EventKind.WITHDRAWN: lambda state, _: replace(state, outcome=Outcome.WITHDRAWN.value),
    EventKind.OUT_OF_SCOPE: lambda state, _: replace(state, outcome=Outcome.OUT_OF_SCOPE.value),
    EventKind.MERGED: lambda state, change: replace(
        state, outcome=Outcome.DUPLICATE.value, merged_into=change.codes["into"]
    ),
    EventKind.VERDICT_GIVEN: lambda state, change: replace(state, verdict=change.codes["verdict"]),
    EventKind.PERSON_DESCRIBED: _moved_site,
    EventKind.TRACK_STEP: _on_track,
    EventKind.MARKED_SPAM: lambda state, _: replace(state, is_counted=False),
    EventKind.UNMARKED_SPAM: lambda state, _: replace(state, is_counted=True),
    EventKind.IMPORT_UNDONE: lambda state, _: replace(state, is_counted=False),
}
