"""The conflict wall of a case: from whom it is hidden once it is known whom it is about.

The rule is `conflicts`; this applies it to the staff and units of the site. What `hiding` did on a name found in the
words ends here, when a triager has looked. Not for: what a hidden case looks like, which is `queries.visible`.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.accounts.models import Staff
from grievance.cases.conflicts import Accused, Organisation, Place, Reason, conflicted
from grievance.cases.hiding import DATA_ORIGIN, HANDLED_ORIGIN, NAMED_IN_WORDS
from grievance.cases.models import Case, HiddenFrom, Respondent
from grievance.sites.models import Company, CompanyKind, Unit


class ConflictOfInterest(Exception):
    """The case is hidden from this staff member, or is about him or her."""

    def __init__(self, staff_id: int) -> None:
        super().__init__(staff_id)
        self.staff_id = staff_id


def hide_conflicted(session: Session, case: Case, *, at: datetime) -> list[int]:
    """Hide a case from everybody in conflict with its respondents, and from nobody else; return who is new.

    Called when a triager has looked: being named in the words alone no longer hides it. What a triager lifted by hand
    stays lifted while its reason is the same.
    """
    wanted = conflicted(_accused(session, case), organisation(session))
    rows = {row.staff_id: row for row in session.scalars(select(HiddenFrom).where(HiddenFrom.case_id == case.id))}
    for staff_id, row in rows.items():
        if staff_id in wanted or row.reason in {HANDLED_ORIGIN, DATA_ORIGIN}:
            continue
        if row.reason == NAMED_IN_WORDS:
            row.lifted_at = row.lifted_at or at
        else:
            # No longer about anybody near: gone, so that a lifted row always means a triager's decision.
            session.delete(row)
    return [staff_id for staff_id, reason in sorted(wanted.items()) if _hide(session, case, rows, staff_id, reason, at)]


def is_hidden_from(session: Session, case: Case, staff_id: int) -> bool:
    """Return whether a case is hidden from a staff member."""
    return staff_id in hidden_from(session, case)


def hidden_from(session: Session, case: Case) -> frozenset[int]:
    """Return the ids of staff from whom a case is hidden now."""
    return frozenset(
        session.scalars(
            select(HiddenFrom.staff_id).where(HiddenFrom.case_id == case.id, HiddenFrom.lifted_at.is_(None))
        )
    )


def _hide(
    session: Session, case: Case, rows: dict[int, HiddenFrom], staff_id: int, reason: Reason, at: datetime
) -> bool:
    row = rows.get(staff_id)
    if row is None:
        session.add(HiddenFrom(case_id=case.id, staff_id=staff_id, reason=reason.value, since_at=at))
        return True
    if row.reason == reason.value:
        return False
    is_new = row.lifted_at is not None
    row.reason, row.since_at, row.lifted_at = reason.value, at, None
    return is_new


def _accused(session: Session, case: Case) -> Accused:
    rows = session.execute(
        select(Respondent.staff_id, Respondent.unit_id, Respondent.company_id, Company.kind)
        .outerjoin(Company, Company.id == Respondent.company_id)
        .where(Respondent.case_id == case.id)
    ).all()
    return Accused(
        staff_ids=frozenset(row.staff_id for row in rows if row.staff_id is not None),
        unit_ids=frozenset(row.unit_id for row in rows if row.unit_id is not None),
        # The principal company runs this mechanism: naming it would hide the case from everybody.
        company_ids=frozenset(row.company_id for row in rows if row.company_id and row.kind != CompanyKind.PRINCIPAL),
    )


def organisation(session: Session) -> Organisation:
    """Return all units and staff: a chain of command may leave the site, and a duty may be granted later."""
    parents = dict(session.execute(select(Unit.id, Unit.parent_id)).all())
    places = session.execute(select(Staff.id, Staff.unit_id, Staff.heads_unit, Staff.company_id))
    return Organisation(parents, tuple(Place(*row) for row in places))
