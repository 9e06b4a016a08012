"""Who holds a duty at a site, there or everywhere. Not for: what a duty allows (`permissions`)."""

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from grievance.accounts.models import DutyGrant, Staff
from grievance.accounts.permissions import Duty


def holders_anywhere(*duties: Duty) -> Select[int]:
    """Return the subquery of the ids of staff who hold any of these duties at some site or at every one."""
    return select(DutyGrant.staff_id).where(
        DutyGrant.duty.in_([duty.value for duty in duties]), DutyGrant.revoked_at.is_(None)
    )


def is_held(session: Session, duty: Duty, *, site_id: int | None = None) -> bool:
    """Return whether anybody active holds a duty: at a site or at every one, or anywhere without a site."""
    held = holders_anywhere(duty) if site_id is None else holders_of(site_id, duty)
    found = select(Staff.id).where(Staff.active.is_(True), Staff.id.in_(held)).limit(1)
    return session.scalars(found).one_or_none() is not None


def holders_of(site_id: int, *duties: Duty) -> Select[int]:
    """Return the subquery of the ids of staff who hold any of these duties at a site."""
    return select(DutyGrant.staff_id).where(
        DutyGrant.duty.in_([duty.value for duty in duties]),
        DutyGrant.revoked_at.is_(None),
        (DutyGrant.site_id == site_id) | DutyGrant.site_id.is_(None),
    )
