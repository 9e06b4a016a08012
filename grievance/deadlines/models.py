"""Rows that an administrator adds to the calendar: elections, regional days, or a holiday that is worked."""

from datetime import date

from sqlalchemy import Boolean, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from grievance.core.db import Base


class CalendarDay(Base):
    """A date that counts differently from what the holidays library says."""

    __tablename__ = "calendar_day"
    __table_args__ = (UniqueConstraint("site_id", "on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id", ondelete="CASCADE"))
    on: Mapped[date]
    is_business_day: Mapped[bool] = mapped_column(Boolean)
    name: Mapped[str] = mapped_column(String(120))
