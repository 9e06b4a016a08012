"""Tables of what was frozen and released. Nothing released changes; a correction is a new version."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Integer, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from grievance.core.db import Base, one_of, short_text
from grievance.crypto.fields import new_public_id


class ReleaseState(StrEnum):
    """Where a quarter's figures stand on their way out."""

    FROZEN = "frozen"
    """Figures computed and fixed; texts may still be written."""
    RELEASED = "released"
    DISCARDED = "discarded"
    """Frozen and never released; kept, so that nobody can quietly try again until a number pleases."""


class Release(Base):
    """The figures of one site and quarter, frozen, with what they were computed from."""

    __tablename__ = "release"
    __table_args__ = (UniqueConstraint("site_id", "quarter", "version"), one_of("state", ReleaseState))

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(22), unique=True, default=new_public_id)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id", ondelete="RESTRICT"))
    quarter: Mapped[str] = mapped_column(short_text(8))
    """"2026Q3"."""
    version: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(short_text(), default=ReleaseState.FROZEN)
    as_of: Mapped[datetime]
    """End of the quarter in the site's time zone; what happened before it counts."""
    known_at: Mapped[datetime]
    """Instant of freezing; what was recorded up to it counts."""
    figures: Mapped[str] = mapped_column(Text)
    """Canonical JSON: sorted keys, no spaces."""
    input_set: Mapped[str] = mapped_column(Text)
    """Canonical JSON of the identity-free rows that the figures come from."""
    digest: Mapped[str] = mapped_column(String(64))
    """SHA-256, hex, over figures and input set."""
    chain_root: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    """Latest daily root over all case chains at freezing, printed with the release."""
    chain_root_on: Mapped[date | None]
    """Day of that root."""
    notes: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """Context note per language, written by the publisher; both or none."""
    frozen_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="RESTRICT"))
    frozen_at: Mapped[datetime]
    edited_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="RESTRICT"))
    authors: Mapped[list[int]] = mapped_column(JSON, default=list)
    """Ids of everybody who froze, wrote or submitted it: none of them may approve."""
    revision: Mapped[int] = mapped_column(Integer, default=0)
    """Counts changes of the notes and of the state, so that of two people at work the second is told."""
    submitted_at: Mapped[datetime | None]
    """When the author asked for a second person."""
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="RESTRICT"))
    approved_at: Mapped[datetime | None]
    released_at: Mapped[datetime | None]
