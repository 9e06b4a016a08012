"""Tables of how long things are kept, and of what the law or a dispute keeps longer."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, Integer, LargeBinary, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from grievance.core.db import Base, short_text
from grievance.crypto.fields import Sealing


class RetentionPeriod(Base):
    """A site's own number for how long something is kept, from a date on."""

    __tablename__ = "retention_period"
    __table_args__ = (UniqueConstraint("site_id", "what", "valid_from"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id", ondelete="CASCADE"))
    what: Mapped[str] = mapped_column(short_text())
    """A kind of case, or one of schedules.Matter."""
    amount: Mapped[int] = mapped_column(Integer)
    """In the unit of the default that it replaces."""
    valid_from: Mapped[date]
    """The first day on which it counts."""
    reason: Mapped[str] = mapped_column(Text)
    """Why, in the administrator's words; about nobody."""
    set_at: Mapped[datetime]
    """When it was decided."""
    set_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="RESTRICT"))
    """Who decided it."""


class LegalHold(Sealing):
    """A case whose words stay, whatever its time and whoever asks, until a second person lifts it."""

    __tablename__ = "legal_hold"
    __table_args__ = (Index("ix_legal_hold_in_force", "case_id", "lifted_at"),)
    __sealed__ = ("reason", "lifted_why")

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="RESTRICT"))
    reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Why the words have to stay: a lawsuit, an inspection."""
    placed_at: Mapped[datetime]
    """Since when."""
    placed_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="RESTRICT"))
    """Who placed it."""
    lifted_why_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Why they need not stay any more."""
    lifted_at: Mapped[datetime | None]
    """Until when; null while it is in force."""
    lifted_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="RESTRICT"))
    """Who lifted it: never who placed it."""
