"""Taking work from an outbox: by conditional update, so that a row is one worker's, whoever else looks at it.

Texts and mails share it. A claim without a result is unknown, not failed: after a while another worker takes it over.
Not for: what a row is, how it is sent, nor the order in which texts of one number go (see `outbox`, `mail_outbox`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from grievance.core.db import rows_changed
from grievance.messaging.mail_models import OutboundMail
from grievance.messaging.models import OutboundMessage, OutboundState

UNKNOWN_AFTER = timedelta(minutes=15)
"""Age at which a claim without a result is unknown. The provider's client gives up after 35 s, a batch of texts holds
20; mails are claimed one by one, and a server has less than five minutes for all its answers."""

Row = TypeVar("Row", OutboundMessage, OutboundMail)


@dataclass(frozen=True, slots=True)
class Before:
    """What a claim was before another worker took it over."""

    since: datetime | None
    was_repeat: bool


def take(session: Session, model: type[Row], ids: Sequence[int], *, worker: str, at: datetime) -> Sequence[int]:
    """Claim those of the waiting rows that nobody else has taken meanwhile; return their ids."""
    if not ids:
        return []
    return session.scalars(
        update(model)
        .where(model.id.in_(ids), model.state == OutboundState.QUEUED.value)
        .values(state=OutboundState.CLAIMED.value, claimed_at=at, claimed_by=worker)
        .returning(model.id)
        .execution_options(synchronize_session=False)
    ).all()


def take_over(session: Session, model: type[Row], *, worker: str, at: datetime, limit: int) -> dict[int, Before]:
    """Claim rows whose sending nobody knows the end of. The flag is set before anything is sent a second time."""
    stale = session.execute(
        select(model.id, model.claimed_at, model.is_repeat)
        .where(model.state == OutboundState.CLAIMED.value, model.claimed_at <= at - UNKNOWN_AFTER)
        .order_by(model.id)
        .limit(limit)
    ).all()
    return {
        row_id: Before(since, was_repeat)
        for row_id, since, was_repeat in stale
        if rows_changed(
            session.execute(
                update(model)
                .where(model.id == row_id, model.state == OutboundState.CLAIMED.value, model.claimed_at == since)
                .values(claimed_at=at, claimed_by=worker, is_repeat=True)
                .execution_options(synchronize_session=False)
            )
        )
        == 1
    }


def still_mine(session: Session, model: type[Row], row_id: int, *, worker: str) -> Row | None:
    """Return a claimed row, locked and fresh; None when it is another worker's by now."""
    return session.scalars(
        select(model)
        .where(model.id == row_id, model.state == OutboundState.CLAIMED.value, model.claimed_by == worker)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def oldest_due(session: Session, model: type[Row], *, at: datetime) -> datetime | None:
    """Return since when the longest-waiting row that may go has been allowed to go; None when none may."""
    return session.scalars(
        select(model.not_before)
        .where(model.state == OutboundState.QUEUED.value, model.not_before <= at)
        .order_by(model.not_before)
        .limit(1)
    ).one_or_none()


def count_in(session: Session, model: type[Row], *states: OutboundState) -> int:
    """Return how many rows are in any of these states."""
    return session.scalars(
        select(func.count()).select_from(model).where(model.state.in_([state.value for state in states]))
    ).one()
