"""Who holds a duty at a site, there or everywhere. Not for: what a duty allows (`permissions`)."""

from sqlalchemy import Select, select

from grievance.accounts.models import DutyGrant
from grievance.accounts.permissions import Duty


def holders_anywhere(*duties: Duty) -> Select[int]:
    """Return the subquery of the ids of staff who hold any of these duties at some site or at every one."""
    return select(DutyGrant.staff_id).where(
        DutyGrant.duty.in_([duty.value for duty in duties]), DutyGrant.revoked_at.is_(None)
    )


def holders_of(site_id: int, *duties: Duty) -> Select[int]:
    """Return the subquery of the ids of staff who hold any of these duties at a site."""
    return select(DutyGrant.staff_id).where(
        DutyGrant.duty.in_([duty.value for duty in duties]),
        DutyGrant.revoked_at.is_(None),
        (DutyGrant.site_id == site_id) | DutyGrant.site_id.is_(None),
    )
