"""Wordless tables of dates that cannot be kept: notices, extensions, pauses, rungs. What is said is a message."""

from datetime import date, datetime

from sqlalchemy import Boolean, ForeignKey, Integer, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from grievance.cases.side_tracks import DelayReason
from grievance.core.db import Base, one_of, short_text
from grievance.crypto.fields import Sealing


class InterimNotice(Base):
    """The person was told that a date will not be kept, why, and the new one."""

    __tablename__ = "interim_notice"
    __table_args__ = (one_of("reason", DelayReason),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="RESTRICT"), index=True)
    clock_id: Mapped[int] = mapped_column(ForeignKey("clock.id", ondelete="RESTRICT"), index=True)
    """The clock whose date will not be kept."""
    reason: Mapped[str] = mapped_column(short_text())
    old_due_on: Mapped[date]
    new_due_on: Mapped[date]
    given_at: Mapped[datetime]
    given_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="RESTRICT"))


class Extension(Sealing):
    """A handler asks for a later date; somebody else decides."""

    __tablename__ = "extension"
    __table_args__ = (one_of("reason", DelayReason),)
    __sealed__ = ("words",)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="RESTRICT"), index=True)
    clock_id: Mapped[int] = mapped_column(ForeignKey("clock.id", ondelete="RESTRICT"), index=True)
    reason: Mapped[str] = mapped_column(short_text())
    new_due_on: Mapped[date]
    words_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """What the person will read once it is granted."""
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="RESTRICT"))
    asked_at: Mapped[datetime]
    granted: Mapped[bool | None] = mapped_column(Boolean)
    """Null until somebody has decided."""
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="RESTRICT"))
    decided_at: Mapped[datetime | None]


class Pause(Base):
    """The days during which a case waits for the person: once a case, and told."""

    __tablename__ = "pause"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="RESTRICT"), unique=True)
    started_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    """When it ends by itself."""
    ended_at: Mapped[datetime | None]
    started_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="RESTRICT"))


class Escalation(Base):
    """A missed date moved a case one rung up, to somebody else who answers for it. Never twice for one date."""

    __tablename__ = "escalation"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="RESTRICT"), index=True)
    clock_id: Mapped[int] = mapped_column(ForeignKey("clock.id", ondelete="RESTRICT"), unique=True)
    rung: Mapped[int] = mapped_column(Integer)
    escalated_at: Mapped[datetime]
