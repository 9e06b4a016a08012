"""What the provider still keeps of our texts, and may forget: asked once nothing more will be heard of a text."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from grievance.messaging.delivery import FINAL
from grievance.messaging.models import OutboundMessage


@dataclass(frozen=True, slots=True)
class Redaction:
    """A text whose body the provider may forget."""

    outbound_id: int
    provider_message_id: str


def to_redact(session: Session, *, limit: int) -> list[Redaction]:
    """Return texts of which nothing more will be heard, and whose body the provider still keeps."""
    rows = session.execute(
        select(OutboundMessage.id, OutboundMessage.provider_message_id)
        .where(
            OutboundMessage.is_redacted_there.is_(False),
            OutboundMessage.delivery.in_(FINAL),
            OutboundMessage.provider_message_id.is_not(None),
        )
        .order_by(OutboundMessage.id)
        .limit(limit)
    )
    return [Redaction(row_id, provider_id) for row_id, provider_id in rows if provider_id]


def record_redacted(session: Session, outbound_ids: Sequence[int]) -> None:
    """Remember that the provider has been asked to forget these bodies."""
    session.execute(
        update(OutboundMessage)
        .where(OutboundMessage.id.in_(outbound_ids))
        .values(is_redacted_there=True)
        .execution_options(synchronize_session=False)
    )
