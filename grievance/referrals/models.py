"""Tables of sending a case to an outside body: what is to be sent, who agreed, who decided, and what came of it."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Boolean, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from grievance.cases.states import Source
from grievance.core.db import Base, one_of, short_text
from grievance.crypto.fields import Sealing
from grievance.referrals.kinds import Body, Consent


class Referral(Sealing):
    """What is to be sent to whom. Nothing leaves before a person agreed, or a second member of staff decided."""

    __tablename__ = "referral"
    __table_args__ = (one_of("body", Body), Index("ix_referral_ask", "ask_on"))
    __sealed__ = ("body_name", "reason", "override_reason", "outcome")

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="RESTRICT"), index=True)
    body: Mapped[str] = mapped_column(short_text())
    company_id: Mapped[int | None] = mapped_column(ForeignKey("company.id", ondelete="RESTRICT"))
    """Where the body is a company."""
    body_name_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Where it is another authority: its name."""
    filings: Mapped[list[Any]] = mapped_column(JSON)
    """Public ids of the submissions whose words would be sent."""
    files: Mapped[list[Any]] = mapped_column(JSON)
    """Public ids of the attachments that would be sent; only what people of the case sent themselves."""
    reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Why, as the person read it when asked."""
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="RESTRICT"))
    asked_at: Mapped[datetime]
    override_asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="RESTRICT"))
    override_asked_at: Mapped[datetime | None]
    override_reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Why it has to be sent without a yes, as the person will read it."""
    override_granted: Mapped[bool | None] = mapped_column(Boolean)
    """Null until the second person has decided."""
    override_decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="RESTRICT"))
    override_decided_at: Mapped[datetime | None]
    sent_on: Mapped[date | None]
    sent_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="RESTRICT"))
    accepted: Mapped[bool | None] = mapped_column(Boolean)
    """Whether the body takes it up; null until it has said so."""
    answered_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    outcome_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """What came of it there, as the person read it."""
    ask_on: Mapped[date | None]
    """When whoever works the case is next reminded to ask the body; null while there is nothing to ask."""
    dropped_at: Mapped[datetime | None]


class ReferralConsent(Base):
    """What one person of the case answered, and by which way; without an answer nothing of theirs is sent."""

    __tablename__ = "referral_consent"
    __table_args__ = (
        UniqueConstraint("referral_id", "complainant_id"),
        one_of("answer", Consent, nullable=True),
        one_of("source", Source, nullable=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    referral_id: Mapped[int] = mapped_column(ForeignKey("referral.id", ondelete="RESTRICT"))
    complainant_id: Mapped[int] = mapped_column(ForeignKey("complainant.id", ondelete="RESTRICT"), index=True)
    answer: Mapped[str | None] = mapped_column(short_text())
    source: Mapped[str | None] = mapped_column(short_text())
    answered_at: Mapped[datetime | None]
