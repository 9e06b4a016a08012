"""When everybody who triages a site is conflicted, a case goes to the operator's named outside reviewer.

He or she then has the first look and everything else that a triager has, of that case only and for as long as it
lasts. A site that simply has no triagers sends nothing outside: nobody is made reader of all cases by taking duties
away. The rule in words: visibility.acting. Not for: telling the reviewer (`alerts`).
"""

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session, aliased

from grievance.accounts.models import DutyGrant, Staff
from grievance.accounts.permissions import Duty
from grievance.cases.models import Case, HiddenFrom


def is_outside() -> ColumnElement[bool]:
    """Return the condition on `Case` that it is hidden from somebody, and from every active triager of its site."""
    anybody, triager = aliased(HiddenFrom), aliased(HiddenFrom)
    hidden = select(anybody.case_id).where(anybody.lifted_at.is_(None))
    from_triager = (
        select(triager.id)
        .where(triager.case_id == Case.id, triager.staff_id == DutyGrant.staff_id, triager.lifted_at.is_(None))
        .correlate(Case, DutyGrant)
    )
    free = (
        select(DutyGrant.id)
        .join(Staff, Staff.id == DutyGrant.staff_id)
        .where(
            DutyGrant.duty == Duty.TRIAGER.value,
            DutyGrant.revoked_at.is_(None),
            (DutyGrant.site_id == Case.site_id) | DutyGrant.site_id.is_(None),
            Staff.active.is_(True),
            ~from_triager.exists(),
        )
        .correlate(Case)
    )
    return and_(Case.id.in_(hidden), ~free.exists())


def goes_outside(session: Session, case_id: int) -> bool:
    """Return whether a case is with the outside reviewer now."""
    return session.scalars(select(Case.id).where(Case.id == case_id, is_outside())).one_or_none() is not None
