"""Table of mails to be sent. It knows addresses and wording, never cases: a row carries an opaque recipient."""

from datetime import datetime

from sqlalchemy import Boolean, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from grievance.core.db import one_of, short_text
from grievance.crypto.fields import Sealing
from grievance.messaging.models import OutboundState


class OutboundMail(Sealing):
    """A mail to be sent, written in the transaction of what caused it. Its public id is part of its message id."""

    __tablename__ = "outbound_mail"
    __table_args__ = (
        one_of("state", OutboundState),
        Index("ix_outbound_mail_waiting", "state", "not_before", "id"),
    )
    __sealed__ = ("address", "body")

    id: Mapped[int] = mapped_column(primary_key=True)
    recipient: Mapped[str] = mapped_column(String(22), index=True)
    """Public id of the person who complains or of the staff member whom it goes to."""
    mail_name: Mapped[str] = mapped_column(short_text())
    locale: Mapped[str] = mapped_column(String(8))
    address_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Emptied once the mail is sent, given up or called back: nothing needs it any more."""
    body_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Emptied with the address."""
    created_at: Mapped[datetime]
    not_before: Mapped[datetime]
    state: Mapped[str] = mapped_column(short_text(), default=OutboundState.QUEUED)
    """As of a text; held means that the address was deleted before the mail went."""
    tries: Mapped[int] = mapped_column(Integer, default=0)
    claimed_at: Mapped[datetime | None]
    claimed_by: Mapped[str | None] = mapped_column(String(40))
    is_repeat: Mapped[bool] = mapped_column(Boolean, default=False)
    """Sent again after a claim whose result is unknown; both carry the same message id."""
    sent_at: Mapped[datetime | None]
    """When a server took it. Nobody says whether it was delivered or read."""
    error_code: Mapped[str | None] = mapped_column(short_text())
