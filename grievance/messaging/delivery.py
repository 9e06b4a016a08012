"""The delivery of a text as a state machine: what the provider says, late, repeated and out of order.

Every receipt is kept; one is applied only where the table has a row for it, so that a status never goes backwards.
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.core.db import insert_if_new
from grievance.messaging.models import DeliveryReceipt, DeliveryState, OutboundMessage, OutboundState
from grievance.messaging.retries import note_failure

_S = DeliveryState
_ENDS = frozenset({_S.DELIVERED, _S.READ, _S.UNDELIVERED, _S.FAILED, _S.CANCELED})
_AFTER_SENDING = frozenset({_S.SENT}) | _ENDS
_AFTER_QUEUED = frozenset({_S.SENDING}) | _AFTER_SENDING

NEXT: Mapping[DeliveryState, frozenset[DeliveryState]] = MappingProxyType(
    {
        # Before the provider has begun, anything may be the next thing heard: receipts overtake each other.
        _S.ACCEPTED: frozenset({_S.QUEUED, _S.SCHEDULED}) | _AFTER_QUEUED,
        _S.SCHEDULED: frozenset({_S.QUEUED}) | _AFTER_QUEUED,
        _S.QUEUED: _AFTER_QUEUED,
        # "queued" after "sending" is a late receipt: kept, not applied. The same holds further down.
        _S.SENDING: _AFTER_SENDING,
        _S.SENT: _ENDS,
        # Only a channel that reports reading goes on from here; a "failed" after "delivered" is not believed.
        _S.DELIVERED: frozenset({_S.READ}),
        _S.READ: frozenset(),
        # Final for this message id. A text that is tried again has a new id and begins anew.
        _S.UNDELIVERED: frozenset(),
        _S.FAILED: frozenset(),
        _S.CANCELED: frozenset(),
    }
)

_FAILURES = frozenset({_S.UNDELIVERED, _S.FAILED, _S.CANCELED})
_KNOWN = MappingProxyType({state.value: state for state in DeliveryState})
_ARRIVED = frozenset({_S.DELIVERED.value, _S.READ.value})
FINAL = frozenset(state.value for state in _ENDS)
"""States after which nothing more will be heard of a text."""


def apply_receipt(
    session: Session, *, provider_message_id: str, status: str, error_code: str = "", at: datetime
) -> OutboundMessage | None:
    """Keep what the provider says and apply it. None when it tells nothing new, or of a text not known yet."""
    made = session.execute(
        insert_if_new(session, DeliveryReceipt)
        .values(
            provider_message_id=provider_message_id,
            status=status,
            error_code=error_code,
            received_at=at,
            is_applied=False,
        )
        .returning(DeliveryReceipt.id)
    ).scalar_one_or_none()
    if made is None:
        return None
    row = session.scalars(
        select(OutboundMessage).where(OutboundMessage.provider_message_id == provider_message_id).with_for_update()
    ).one_or_none()
    if row is None:
        return None
    receipt = session.get_one(DeliveryReceipt, made)
    return row if _apply(session, row, receipt, at=at) else None


def apply_waiting(session: Session, row: OutboundMessage, *, at: datetime) -> None:
    """Apply the receipts that came before we knew the provider's id of a text."""
    waiting = session.scalars(
        select(DeliveryReceipt)
        .where(
            DeliveryReceipt.provider_message_id == row.provider_message_id,
            DeliveryReceipt.is_applied.is_(False),
        )
        .order_by(DeliveryReceipt.id)
    ).all()
    for receipt in waiting:
        _apply(session, row, receipt, at=at)


def may_follow(old: str | None, new: str) -> bool:
    """Return whether a delivery state may follow another; any known one may be the first."""
    state = known_state(new)
    return state is not None and (old is None or state in NEXT[DeliveryState(old)])


def known_state(status: str) -> DeliveryState | None:
    """Return the state that a provider's word names, or None: new words appear without notice."""
    return _KNOWN.get(status.lower())


def is_delivered(row: OutboundMessage) -> bool:
    """Return whether a text reached the phone."""
    return row.delivery in _ARRIVED


def _apply(session: Session, row: OutboundMessage, receipt: DeliveryReceipt, *, at: datetime) -> bool:
    # A text that was put off keeps the state of its last try until it is sent again.
    if row.state != OutboundState.SENT or not may_follow(row.delivery, receipt.status):
        return False
    receipt.is_applied = True
    row.delivery, row.delivery_at = receipt.status, at
    if DeliveryState(receipt.status) in _FAILURES:
        # What carries no code came from the carrier without a reason: once the provider has it, that may pass.
        note_failure(session, row, code=receipt.error_code, permanent=receipt.status == _S.CANCELED, at=at)
    return True
