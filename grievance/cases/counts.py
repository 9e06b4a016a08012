"""Counts over all cases, for monitoring: no viewer, because nothing of any case leaves."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from grievance.cases.models import Case


@dataclass(frozen=True, slots=True)
class CaseCounts:
    """How many cases are open, and how many of them have a clock past its due date."""

    open: int
    late: int


def open_and_late(session: Session, *, at: datetime) -> CaseCounts:
    """Count open cases and late ones."""
    is_open = Case.is_open.is_(True)
    total = session.execute(select(func.count()).select_from(Case).where(is_open)).scalar_one()
    late = session.execute(select(func.count()).select_from(Case).where(is_open, Case.next_due_at < at)).scalar_one()
    return CaseCounts(total, late)
