"""Rows that an administrator adds: days that count differently, and a site's own numbers for its promises."""

from datetime import date, datetime

from sqlalchemy import Boolean, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from grievance.core.db import Base, short_text


class CalendarDay(Base):
    """A date that counts differently from what the holidays library says."""

    __tablename__ = "calendar_day"
    __table_args__ = (UniqueConstraint("site_id", "on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id", ondelete="CASCADE"))
    on: Mapped[date]
    is_business_day: Mapped[bool] = mapped_column(Boolean)
    name: Mapped[str] = mapped_column(String(120))


class SiteStandard(Base):
    """A site's own number for a promise, from a date on. Cases received before keep theirs."""

    __tablename__ = "site_standard"
    __table_args__ = (UniqueConstraint("site_id", "type", "clock", "valid_from"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id", ondelete="CASCADE"))
    type: Mapped[str] = mapped_column(short_text())
    clock: Mapped[str] = mapped_column(short_text())
    amount: Mapped[int] = mapped_column(Integer)
    """In the unit of the standard that it replaces."""
    valid_from: Mapped[date]
    set_at: Mapped[datetime]
