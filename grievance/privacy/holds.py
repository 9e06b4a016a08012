"""Legal holds: words that a lawsuit or an inspection may need stay, whatever their time and whoever asks.

Placed with a reason by whoever is charged with the case (`cases.visibility`), lifted by somebody else, both audited.
Not for: what a hold covers (`cases.held`).
"""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from grievance.accounts import audit
from grievance.accounts.audit import AuditAction
from grievance.accounts.models import Staff
from grievance.accounts.permissions import Viewer
from grievance.cases.models import Case
from grievance.cases.queries import visible
from grievance.cases.states import Actor
from grievance.crypto.fields import new_public_id, seal, unseal
from grievance.privacy.models import LegalHold


class HeldAlready(Exception):
    """A hold is in force already."""


class NotHeld(Exception):
    """No hold is in force."""


class PlacedBySame(Exception):
    """Whoever placed a hold does not lift it."""


class HoldReasonMissing(Exception):
    """A hold is placed and lifted for a reason."""


@dataclass(frozen=True, slots=True)
class HoldLine:
    """A hold in force, as it is listed. The reference only for whoever may see the case."""

    placed_at: datetime
    placed_by: str
    site_id: int
    reference: str
    reason: str = field(repr=False, default="")


def place(session: Session, case: Case, *, reason: str, by: Actor, at: datetime) -> LegalHold:
    """Keep the words of a case until somebody else says that they may go.

    Raises:
        HoldReasonMissing: no reason is given.
        HeldAlready: one is in force.
    """
    if not reason.strip():
        raise HoldReasonMissing
    if case.held_at is not None:
        raise HeldAlready
    hold = LegalHold(public_id=new_public_id(), case_id=case.id, placed_at=at, placed_by_id=by.staff)
    seal(session, hold, "reason", reason.strip())
    session.add(hold)
    case.held_at = at
    session.flush()
    _note(session, AuditAction.HOLD_PLACED, case, by=by, at=at)
    return hold


def lift(session: Session, case: Case, *, reason: str, by: Actor, at: datetime) -> None:
    """End the hold of a case: from now on its time and the requests of its people count again.

    Raises:
        HoldReasonMissing: no reason is given.
        NotHeld: none is in force.
        PlacedBySame: it is the person who placed it.
    """
    if not reason.strip():
        raise HoldReasonMissing
    hold = session.scalars(
        select(LegalHold).where(LegalHold.case_id == case.id, LegalHold.lifted_at.is_(None))
    ).one_or_none()
    if hold is None:
        raise NotHeld
    if hold.placed_by_id == by.staff:
        raise PlacedBySame
    hold.lifted_at, hold.lifted_by_id, case.held_at = at, by.staff, None
    seal(session, hold, "lifted_why", reason.strip())
    session.flush()
    _note(session, AuditAction.HOLD_LIFTED, case, by=by, at=at)


def reason_of(session: Session, case_id: int) -> tuple[str, str] | None:
    """Return who placed the hold of a case and why; None where none is in force. For whoever sees the case."""
    row = session.execute(
        select(LegalHold, Staff.name)
        .join(Staff, Staff.id == LegalHold.placed_by_id)
        .where(LegalHold.case_id == case_id, LegalHold.lifted_at.is_(None))
    ).one_or_none()
    return (row[1], unseal(session, row[0], "reason") or "") if row else None


def in_force(session: Session, viewer: Viewer, site_ids: list[int]) -> tuple[list[HoldLine], int]:
    """Return the holds at sites of cases that the viewer may see, the oldest first, and how many others there are."""
    rows = session.execute(
        select(LegalHold.placed_at, Staff.name, Case.site_id, Case.reference)
        .join(Case, Case.id == LegalHold.case_id)
        .join(Staff, Staff.id == LegalHold.placed_by_id)
        .where(LegalHold.lifted_at.is_(None), Case.site_id.in_(site_ids), visible(viewer))
        .order_by(LegalHold.placed_at, LegalHold.id)
    )
    lines = [HoldLine(*row) for row in rows]
    total = session.scalar(
        select(func.count())
        .select_from(LegalHold)
        .join(Case, Case.id == LegalHold.case_id)
        .where(LegalHold.lifted_at.is_(None), Case.site_id.in_(site_ids))
    )
    return lines, int(total or 0) - len(lines)


def _note(session: Session, action: AuditAction, case: Case, *, by: Actor, at: datetime) -> None:
    audit.record(
        session,
        actor_id=by.staff,
        action=action,
        subject_kind="case",
        subject=case.public_id,
        site_id=case.site_id,
        at=at,
    )
