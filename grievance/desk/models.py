"""Tables of the desk itself: what somebody keeps to look again, wrote to use again, or may take back."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from grievance.core.db import Base, short_text
from grievance.crypto.fields import Sealing, new_public_id


class SavedView(Sealing):
    """A filter of the desk under a name of one's own. Sealed: people look for names, too."""

    __tablename__ = "saved_view"
    __sealed__ = ("name", "query")

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    name_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """As its owner calls it."""
    query_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The part of the address after the question mark."""
    created_at: Mapped[datetime]
    """When it was kept first."""


class UndoStep(Base):
    """What a staff member has just done to cases and may take back: ids and codes, never words."""

    __tablename__ = "undo_step"
    __table_args__ = (Index("ix_undo_step_staff", "staff_id", "made_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(22), unique=True, default=new_public_id)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"))
    steps: Mapped[list[Any]] = mapped_column(JSON)
    """One per case: how it stood before, and how many events it had afterwards."""
    made_at: Mapped[datetime]
    """When it was done; for half an hour from then on it can be taken back."""
    used_at: Mapped[datetime | None]
    """When it was taken back."""


class ReplyTemplate(Base):
    """Words that handlers begin a message with, for a kind of case in a language. About nobody."""

    __tablename__ = "reply_template"
    __table_args__ = (Index("ix_reply_template_site", "site_id", "locale"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(22), unique=True, default=new_public_id)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id", ondelete="RESTRICT"))
    name: Mapped[str] = mapped_column(String(80))
    """As handlers find it in the list."""
    case_type: Mapped[str | None] = mapped_column(short_text())
    """Null: for every kind of case."""
    locale: Mapped[str] = mapped_column(String(8))
    words: Mapped[str] = mapped_column(Text)
    """With variables in braces, which are filled in from the case; none of them says who anybody is."""
    written_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="RESTRICT"))
    """Who wrote it as it stands."""
    written_at: Mapped[datetime]
    """When it got its present words."""
    removed_at: Mapped[datetime | None]
    """Since when it is no longer offered."""
