"""Tables of texts in and out. They know numbers and wording, never cases: a row carries an opaque subject."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Boolean, ForeignKey, Index, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from grievance.core.db import Base, one_of, short_text
from grievance.crypto.fields import Sealing


class InboundState(StrEnum):
    """What became of a text that reached us."""

    RECEIVED = "received"
    """Stored; not yet understood."""
    HANDLED = "handled"
    UNROUTED = "unrouted"
    """No site owns the number it was sent to; kept in a tray."""
    STUCK = "stuck"
    """Could not be understood in the stated tries; a person must look."""


class OutboundState(StrEnum):
    """Where an outgoing text stands with us, before and after the provider has it."""

    QUEUED = "queued"
    CLAIMED = "claimed"
    """A worker is sending it. A claim without a result is unknown, not failed."""
    SENT = "sent"
    """The provider accepted it; see `delivery` for the rest."""
    GIVEN_UP = "given_up"
    HELD = "held"
    """The number asked for no texts; kept, shown, not sent."""


class DeliveryState(StrEnum):
    """Where a text stands at the provider (Twilio's message status values)."""

    ACCEPTED = "accepted"
    QUEUED = "queued"
    SCHEDULED = "scheduled"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    CANCELED = "canceled"


class Thread(Sealing):
    """A conversation between one number and one of our lines. The number is its own credential, kept sealed."""

    __tablename__ = "thread"
    __table_args__ = (UniqueConstraint("line", "number_digest"),)
    __sealed__ = ("number",)

    id: Mapped[int] = mapped_column(primary_key=True)
    line: Mapped[str] = mapped_column(String(24))
    number_digest: Mapped[bytes] = mapped_column(LargeBinary(16))
    number_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Emptied when the person deletes the contact; the digest is then replaced by random bytes."""
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id", ondelete="RESTRICT"))
    locale: Mapped[str] = mapped_column(String(8))
    locale_is_chosen: Mapped[bool] = mapped_column(Boolean, default=False)
    opted_out_at: Mapped[datetime | None]
    opted_out_by: Mapped[str | None] = mapped_column(short_text())
    """"person" (our words), "carrier" (the provider acted on its own words or refused with 21610)."""
    pending: Mapped[str | None] = mapped_column(short_text())
    """The one question we wait on: a `Question` of messaging.threads."""
    pending_subject: Mapped[str | None] = mapped_column(String(40))
    pending_until: Mapped[datetime | None]
    pending_offer: Mapped[str | None] = mapped_column(short_text())
    """"again": how to answer was said a second time. "unclear": another text with digits has gone out since."""
    last_inbound_at: Mapped[datetime | None]
    window_started_at: Mapped[datetime | None]
    """Start of the hour in which `window_count` texts came; over the limit all are kept and one is answered."""
    window_count: Mapped[int] = mapped_column(Integer, default=0)
    verified_at: Mapped[datetime | None]
    """When the person proved to hold the number: by texting us, or by a digit code."""
    pointed_at: Mapped[datetime | None]
    """When we last said "look at the page"; at most one until the person looks or answers."""


class InboundMessage(Sealing):
    """A text that reached us, exactly as it came, stored before anything is understood."""

    __tablename__ = "inbound_message"
    __table_args__ = (
        UniqueConstraint("provider", "provider_message_id"),
        one_of("state", InboundState),
        Index("ix_inbound_message_waiting", "state", "next_try_at"),
    )
    __sealed__ = ("number", "body", "media")

    id: Mapped[int] = mapped_column(primary_key=True)
    provider: Mapped[str] = mapped_column(short_text())
    provider_message_id: Mapped[str] = mapped_column(String(64))
    line: Mapped[str] = mapped_column(String(24))
    number_digest: Mapped[bytes] = mapped_column(LargeBinary(16), index=True)
    number_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    body_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    media_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """JSON list of {"url", "content_type"}; fetched later by the worker."""
    media_state: Mapped[str | None] = mapped_column(short_text())
    """None when there is none; waiting, fetched or failed."""
    media_tries: Mapped[int] = mapped_column(Integer, default=0)
    opt_out_type: Mapped[str | None] = mapped_column(short_text())
    received_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(short_text(), default=InboundState.RECEIVED)
    tries: Mapped[int] = mapped_column(Integer, default=0)
    next_try_at: Mapped[datetime | None]
    handled_at: Mapped[datetime | None]
    subject: Mapped[str | None] = mapped_column(String(40), index=True)
    """Public id of the case it went to."""


class OutboundMessage(Sealing):
    """A text to be sent, written in the transaction of what caused it."""

    __tablename__ = "outbound_message"
    __table_args__ = (
        one_of("state", OutboundState),
        one_of("delivery", DeliveryState, nullable=True),
        Index("ix_outbound_message_waiting", "state", "not_before", "id"),
        Index("ix_outbound_message_thread_state", "thread_id", "state", "id"),
        Index("ix_outbound_message_unredacted", "is_redacted_there", "delivery", "id"),
    )
    __sealed__ = ("body",)

    id: Mapped[int] = mapped_column(primary_key=True)
    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id", ondelete="RESTRICT"))
    subject: Mapped[str | None] = mapped_column(String(40), index=True)
    text_name: Mapped[str] = mapped_column(short_text())
    locale: Mapped[str] = mapped_column(String(8))
    body_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    segments: Mapped[int] = mapped_column(Integer)
    is_asked_for: Mapped[bool] = mapped_column(Boolean)
    """An answer to something the person just sent may go at any hour; the rest goes 09-20 local."""
    wipe_when_sent: Mapped[bool] = mapped_column(Boolean, default=False)
    asks: Mapped[str | None] = mapped_column(short_text())
    """The question that it puts, a `Question` of messaging.threads: the thread waits for it once this is sent."""
    asks_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    not_before: Mapped[datetime]
    state: Mapped[str] = mapped_column(short_text(), default=OutboundState.QUEUED)
    tries: Mapped[int] = mapped_column(Integer, default=0)
    claimed_at: Mapped[datetime | None]
    claimed_by: Mapped[str | None] = mapped_column(String(40))
    is_repeat: Mapped[bool] = mapped_column(Boolean, default=False)
    """Sent again after a claim whose result is unknown: the person may have it twice."""
    provider_message_id: Mapped[str | None] = mapped_column(String(64), unique=True)
    sent_at: Mapped[datetime | None]
    delivery: Mapped[str | None] = mapped_column(short_text())
    delivery_at: Mapped[datetime | None]
    error_code: Mapped[str | None] = mapped_column(short_text())
    is_redacted_there: Mapped[bool] = mapped_column(Boolean, default=False)
    """The provider has been asked to forget the body."""


class DeliveryReceipt(Base):
    """What the provider said about a text, every time it said it."""

    __tablename__ = "delivery_receipt"
    __table_args__ = (UniqueConstraint("provider_message_id", "status", "error_code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    provider_message_id: Mapped[str] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(short_text())
    error_code: Mapped[str] = mapped_column(short_text(), default="")
    received_at: Mapped[datetime]
    is_applied: Mapped[bool] = mapped_column(Boolean, default=False)
    """False when it came before we knew the text, or told nothing new."""
