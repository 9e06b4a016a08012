"""What the provider says of a text: late, repeated, out of order. The state never goes backwards."""

from __future__ import annotations

import itertools
import secrets
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.messaging import delivery, outbox
from grievance.messaging.models import DeliveryReceipt, DeliveryState, OutboundMessage
from grievance.messaging.transport import SendResult
from tests.support.places import WEDNESDAY
from tests.support.sending import NUMBER, Provider, claim, send_one, thread_of, write

LATER = WEDNESDAY + timedelta(minutes=2)


@pytest.fixture
def row(session: Session) -> OutboundMessage:
    """Return a text that the provider has taken."""
    made = write(session, thread_of(session, NUMBER))
    (claimed,) = claim(session)
    send_one(session, Provider(), claimed)
    return made


def hear(session: Session, row: OutboundMessage, status: str, code: str = "") -> OutboundMessage | None:
    assert row.provider_message_id is not None
    return delivery.apply_receipt(
        session, provider_message_id=row.provider_message_id, status=status, error_code=code, at=LATER
    )


def test_receipts_move_it_on_to_delivered(session: Session, row: OutboundMessage) -> None:
    for status in ("sending", "sent", "delivered"):
        assert hear(session, row, status) is row

    assert (row.delivery, row.delivery_at) == ("delivered", LATER)
    assert delivery.is_delivered(row)
    assert row.delivery in delivery.FINAL


def test_same_receipt_twice_tells_nothing_new(session: Session, row: OutboundMessage) -> None:
    hear(session, row, "delivered")

    assert hear(session, row, "delivered") is None
    assert len(session.scalars(select(DeliveryReceipt)).all()) == 1


@pytest.mark.parametrize("late", ["queued", "sending", "sent", "accepted"])
def test_late_receipt_is_kept_and_changes_nothing(session: Session, row: OutboundMessage, late: str) -> None:
    hear(session, row, "delivered")

    assert hear(session, row, late) is None
    assert row.delivery == "delivered"
    assert [
        receipt.is_applied for receipt in session.scalars(select(DeliveryReceipt).order_by(DeliveryReceipt.id))
    ] == [
        True,
        False,
    ]


@pytest.mark.parametrize("bad", ["failed", "undelivered", "canceled"])
def test_failure_after_delivery_is_not_believed(session: Session, row: OutboundMessage, bad: str) -> None:
    hear(session, row, "delivered")
    hear(session, row, bad, "30003")

    assert (row.delivery, row.state) == ("delivered", "sent")


def test_word_that_we_do_not_know_changes_nothing(session: Session, row: OutboundMessage) -> None:
    assert hear(session, row, "teleported") is None
    assert row.delivery == "queued"


def test_receipt_that_comes_before_we_know_the_id_is_applied_when_we_do(session: Session) -> None:
    row = write(session, thread_of(session, NUMBER))
    early = "SM" + "e" * 32
    assert delivery.apply_receipt(session, provider_message_id=early, status="delivered", at=WEDNESDAY) is None
    (claimed,) = claim(session)

    outbox.record(session, claimed, outbox.Attempt(result=SendResult(early, "queued")), at=LATER)

    assert row.delivery == "delivered"


def test_phone_out_of_reach_is_tried_again_with_a_new_id(session: Session, row: OutboundMessage) -> None:
    old = row.provider_message_id
    hear(session, row, "sent")
    hear(session, row, "undelivered", "30003")
    assert (row.state, row.tries, row.error_code) == ("queued", 1, "30003")

    (claimed,) = claim(session, at=row.not_before)
    send_one(session, Provider(), claimed, at=row.not_before)

    assert (row.state, row.delivery, row.error_code) == ("sent", "queued", None)
    assert row.provider_message_id != old
    assert old is not None
    # What is still said of the first id is of no consequence.
    assert delivery.apply_receipt(session, provider_message_id=old, status="delivered", at=LATER) is None
    assert row.delivery == "queued"


@pytest.mark.parametrize("code", ["30004", "30005", "30006", "30007"])
def test_failure_for_good_is_given_up(session: Session, row: OutboundMessage, code: str) -> None:
    hear(session, row, "undelivered", code)

    assert (row.state, row.error_code) == ("given_up", code)


def test_stop_told_by_a_receipt_stops_the_number(session: Session, row: OutboundMessage) -> None:
    hear(session, row, "failed", "21610")

    assert row.state == "held"
    assert thread_of(session, NUMBER).opted_out_by == "carrier"


def test_wiped_code_that_did_not_arrive_is_given_up(session: Session, row: OutboundMessage) -> None:
    row.body_sealed = None
    hear(session, row, "undelivered", "30003")

    assert row.state == "given_up"


STATES = st.lists(st.sampled_from([*DeliveryState]), max_size=8)


@given(STATES)
def test_whatever_the_order_the_state_only_goes_forward(heard: list[DeliveryState]) -> None:
    rank = {state: n for n, state in enumerate(["accepted", "scheduled", "queued", "sending", "sent"])}
    now: str | None = None
    was_final = False

    for state in heard:
        if delivery.may_follow(now, state):
            assert not was_final or (now, state) == ("delivered", "read")
            assert now is None or state not in rank or rank[state] > rank.get(now, 99) or now == "accepted"
            now = state
            was_final = was_final or state in delivery.FINAL


def test_every_state_has_its_row() -> None:
    assert set(delivery.NEXT) == set(DeliveryState)


def test_no_state_can_be_reached_from_one_that_it_leads_to() -> None:
    for first, second in itertools.permutations(DeliveryState, 2):
        assert not (second in delivery.NEXT[first] and first in delivery.NEXT[second]), f"{first} and {second}"


def test_id_of_another_provider_text_is_nobody_s(session: Session, row: OutboundMessage) -> None:
    stray = f"SM{secrets.token_hex(16)}"

    assert delivery.apply_receipt(session, provider_message_id=stray, status="failed", at=LATER) is None
    assert row.state == "sent"
