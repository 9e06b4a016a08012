"""Tables of who stands in for whom, and of who is on call when."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from grievance.core.db import Base
from grievance.crypto.fields import new_public_id


class StaffAbsence(Base):
    """Days on which a handler is away from a site, and who works his or her cases meanwhile. It ends by itself."""

    __tablename__ = "staff_absence"
    __table_args__ = (
        Index("ix_staff_absence_staff", "staff_id", "until_on"),
        Index("ix_staff_absence_stand_in", "stand_in_id", "until_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(22), unique=True, default=new_public_id)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="RESTRICT"))
    """Who is away."""
    stand_in_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="RESTRICT"))
    """Who works the cases meanwhile."""
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id", ondelete="RESTRICT"), index=True)
    """Whose days these are, by its own time, and whose cases."""
    from_on: Mapped[date]
    """The first day, included."""
    until_on: Mapped[date]
    """The last day, included."""
    named_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="RESTRICT"))
    """Who named the stand-in: the absent one, or a coordinator."""
    named_at: Mapped[datetime]
    """When the stand-in was named."""
    ended_at: Mapped[datetime | None]
    """When it was called off before its last day; empty when it was not."""


class OnCallTurn(Base):
    """From when to when somebody is on call at a site.

    Two at once are both called; where there is nobody, everybody who holds the duty is.
    """

    __tablename__ = "on_call_turn"
    __table_args__ = (Index("ix_on_call_turn_site", "site_id", "until_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(22), unique=True, default=new_public_id)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id", ondelete="RESTRICT"))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="RESTRICT"), index=True)
    from_at: Mapped[datetime]
    """When the turn begins."""
    until_at: Mapped[datetime]
    """When the next one takes over; not included."""
    planned_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="RESTRICT"))
    """Who planned it."""
    planned_at: Mapped[datetime]
    """When it was planned."""
    removed_at: Mapped[datetime | None]
    """When it was taken out of the rota; empty while it stands."""
