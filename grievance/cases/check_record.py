"""Table of the checks of the whole record: how far one has come, and what did not hold. Codes and ids only."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from grievance.cases.side_tracks import CheckStage
from grievance.core.db import Base, one_of, short_text
from grievance.crypto.fields import new_public_id


class RecordCheck(Base):
    """One walk over the audit trail, every case and every daily root, done by the worker in small steps."""

    __tablename__ = "record_check"
    __table_args__ = (one_of("stage", CheckStage), Index("ix_record_check_finished", "finished_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(22), unique=True, default=new_public_id)
    running: Mapped[int | None] = mapped_column(Integer, unique=True)
    """1 while it runs, else empty: the constraint lets one run at a time."""
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="RESTRICT"))
    """The auditor who asked for it; empty when it began by itself."""
    asked_at: Mapped[datetime]
    """When it was asked for, or began by itself."""
    stage: Mapped[str] = mapped_column(short_text())
    """What is walked now; what comes before it has been walked."""
    place: Mapped[str] = mapped_column(short_text(), default="")
    """Number, id or day of the last row walked in this stage."""
    line_count: Mapped[int] = mapped_column(Integer)
    """Lines in the audit trail when it was asked for."""
    case_count: Mapped[int] = mapped_column(Integer)
    """Cases when it was asked for."""
    lines_done: Mapped[int] = mapped_column(Integer, default=0)
    """Lines compared so far."""
    cases_done: Mapped[int] = mapped_column(Integer, default=0)
    """Cases compared so far."""
    fault_count: Mapped[int] = mapped_column(Integer, default=0)
    """Places that do not hold."""
    faults: Mapped[list[Any]] = mapped_column(JSON, default=list)
    """The first of them: what, of which row, which number in it."""
    finished_at: Mapped[datetime | None]
    """When everything had been walked."""
