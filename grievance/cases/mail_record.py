"""Tables of e-mail: what a person left and whether it is confirmed, what stands for a message, what staff chose."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from grievance.core.db import Base, one_of, short_text


class MailChoice(StrEnum):
    """When a staff member has notices by e-mail."""

    OFF = "off"
    AT_ONCE = "at_once"
    DIGEST = "digest"
    """Once a day, as the working day begins."""


class PersonMail(Base):
    """How things stand with the address of a person; the address itself is sealed in the row of the person."""

    __tablename__ = "person_mail"

    complainant_id: Mapped[int] = mapped_column(ForeignKey("complainant.id", ondelete="CASCADE"), primary_key=True)
    added_at: Mapped[datetime]
    """When the address was written; a new one begins anew."""
    link_digest: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)
    """Keyed digest of the one-time part of the link by which the address is confirmed."""
    link_until: Mapped[datetime | None]
    """Until when the link is good."""
    verified_at: Mapped[datetime | None]
    """When the person pressed the button behind the link."""
    failed_at: Mapped[datetime | None]
    """When a server refused the address for good: nothing is sent there until it is written anew."""
    notice_id: Mapped[int | None] = mapped_column(ForeignKey("outbound_mail.id", ondelete="SET NULL"), index=True)
    """The notice that the person has not followed yet: no other is sent before."""


class MailedMessage(Base):
    """Which notice stands for a message; several messages may share one."""

    __tablename__ = "mailed_message"

    message_id: Mapped[int] = mapped_column(ForeignKey("case_message.id", ondelete="CASCADE"), primary_key=True)
    mail_id: Mapped[int] = mapped_column(ForeignKey("outbound_mail.id", ondelete="CASCADE"), index=True)


class StaffMail(Base):
    """Whether a staff member has notices by e-mail, and what was sent last. Without a row: none."""

    __tablename__ = "staff_mail"
    __table_args__ = (one_of("choice", MailChoice),)

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True)
    choice: Mapped[str] = mapped_column(short_text())
    """Chosen on the page of the own account."""
    sent_at: Mapped[datetime | None]
    """When the last mail went into the outbox. What was shown by then and is unread keeps the next one back."""
    urgent_sent_at: Mapped[datetime | None]
    """The same of mails about what does not wait for the morning."""
