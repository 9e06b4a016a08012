"""The keyed chain and the wordless projection: neither a word nor a number can be changed unseen."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grievance.cases.chain import Link, digest
from grievance.cases.history import ChainBroken, Change, State, advance
from grievance.cases.states import EventKind, Status
from tests.support.keys import make_ring

AT = datetime(2026, 9, 2, 15, 0, tzinfo=UTC)
LINK = Link("case-1", 1, "received", AT, AT, "complainant", None, {"type": "safety", "n": 1}, "t.words", "w", b"m" * 32)


def test_the_same_event_gives_the_same_digest() -> None:
    mac = make_ring().chain_mac

    assert digest(b"", LINK, mac) == digest(b"", replace(LINK, codes={"n": 1, "type": "safety"}), mac)


@pytest.mark.parametrize(
    "changed",
    [
        replace(LINK, case_public_id="case-2"),
        replace(LINK, seq=2),
        replace(LINK, kind="closed"),
        replace(LINK, happened_at=AT + timedelta(microseconds=1)),
        replace(LINK, recorded_at=AT + timedelta(microseconds=1)),
        replace(LINK, actor_kind="staff", actor_id=1),
        replace(LINK, codes={"type": "safety", "n": 2}),
        replace(LINK, words_table="t.other"),
        replace(LINK, words_public_id="v"),
        replace(LINK, words_mac=b"n" * 32),
        replace(LINK, words_mac=None),
    ],
)
def test_any_changed_fact_changes_the_digest(changed: Link) -> None:
    mac = make_ring().chain_mac

    assert digest(b"", LINK, mac) != digest(b"", changed, mac)


def test_a_link_depends_on_the_one_before() -> None:
    mac = make_ring().chain_mac

    assert digest(b"a" * 32, LINK, mac) != digest(b"b" * 32, LINK, mac)


def received(**codes: object) -> State:
    facts = {"site": 1, "type": "environment", "channel": "sms", "restricted": False, **codes}
    return advance(None, Change(EventKind.RECEIVED, AT, facts))


def walk(state: State, *steps: tuple[EventKind, dict[str, object]]) -> State:
    for number, (kind, codes) in enumerate(steps, start=1):
        state = advance(state, Change(kind, AT + timedelta(days=number), codes))
    return state


TO_CLOSED: tuple[tuple[EventKind, dict[str, object]], ...] = (
    (EventKind.ACKNOWLEDGED, {}),
    (EventKind.RESPONSE_PROPOSED, {"outcome": "upheld"}),
    (EventKind.REMEDY_PROMISED, {}),
    (EventKind.TOLD, {"what": "outcome", "how": "delivered"}),
    (EventKind.RESPONSE_ACCEPTED, {}),
    (EventKind.REMEDY_VERIFIED, {}),
    (EventKind.CLOSED, {}),
)


def test_a_case_is_resolved_when_closed_told_and_every_remedy_verified() -> None:
    state = walk(received(), *TO_CLOSED)

    assert state.status == Status.CLOSED
    assert state.resolved_at == AT + timedelta(days=7)


def test_closing_without_having_told_resolves_nothing_until_told() -> None:
    untold = walk(received(), *(step for step in TO_CLOSED if step[0] is not EventKind.TOLD))

    assert untold.resolved_at is None
    told = advance(untold, Change(EventKind.TOLD, AT + timedelta(days=9), {"what": "outcome", "how": "seen"}))
    assert told.resolved_at == AT + timedelta(days=9)


def test_sent_without_confirmation_is_not_told() -> None:
    state = walk(received(), (EventKind.TOLD, {"what": "acknowledgement", "how": "sent"}))
    assert (state.acknowledged_at, state.acknowledged_told) == (None, "sent")

    told = advance(state, Change(EventKind.TOLD, AT, {"what": "acknowledgement", "how": "delivered"}))
    assert (told.acknowledged_at, told.acknowledged_told) == (AT, "delivered")


def test_a_reopening_cancels_the_resolution() -> None:
    state = walk(received(), *TO_CLOSED, (EventKind.REOPENED, {}))

    assert (state.resolved_at, state.outcome, state.verdict, state.reopened_count) == (None, None, None, 1)


@pytest.mark.parametrize("kind", [kind for kind in EventKind if kind is not EventKind.RECEIVED])
def test_a_chain_cannot_begin_with_anything_but_the_receipt(kind: EventKind) -> None:
    with pytest.raises(ChainBroken):
        advance(None, Change(kind, AT, {}))


def test_a_receipt_cannot_come_twice() -> None:
    with pytest.raises(ChainBroken):
        advance(received(), Change(EventKind.RECEIVED, AT, {}))


WORDLESS = [EventKind.NOTE_ADDED, EventKind.FILE_ADDED, EventKind.CLOCK_BREACHED, EventKind.IDENTITY_OPENED]


@given(st.lists(st.sampled_from(WORDLESS), max_size=8))
def test_what_changes_no_figure_leaves_the_state_alone(kinds: list[EventKind]) -> None:
    assert walk(received(), *((kind, {}) for kind in kinds)) == received()
