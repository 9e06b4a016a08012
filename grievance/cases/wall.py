"""The conflict wall of a case: from whom it is hidden once it is known whom it is about.

The rule is `conflicts`; this applies it to the staff and units of the site. What `hiding` did on a name found in the
words ends here, when a triager has looked. Not for: what a hidden case looks like, which is `queries.visible`.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.accounts.models import Staff
from grievance.cases.conflicts import Accused, Organisation, Place, Reason, conflicted
from grievance.cases.hiding import DATA_ORIGIN, HANDLED_ORIGIN, NAMED_IN_WORDS, named_among, names_at
from grievance.cases.models import Case, HiddenFrom, Respondent
from grievance.cases.states import Actor, EventKind
from grievance.cases.transitions import record
from grievance.crypto.fields import reading_blocked, unseal
from grievance.sites.models import Company, CompanyKind, Unit


class ConflictOfInterest(Exception):
    """The case is hidden from this staff member, or is about him or her."""

    def __init__(self, staff_id: int) -> None:
        super().__init__(staff_id)
        self.staff_id = staff_id


def raise_wall(session: Session, case: Case, was: Accused, *, by: Actor, at: datetime) -> None:
    """Hide a case from everybody in conflict with its respondents, once a triager has looked, with the events.

    `was` is whom the case was about before.
    """
    before = hidden_from(session, case)
    hide_conflicted(session, case, was, at=at)
    session.flush()
    after = hidden_from(session, case)
    for staff_id in sorted(after - before):
        record(session, case, EventKind.HIDDEN_FROM, by=by, at=at, codes={"staff": staff_id})
    for staff_id in sorted(before - after):
        record(session, case, EventKind.SHOWN_TO, by=by, at=at, codes={"staff": staff_id})


def hide_conflicted(session: Session, case: Case, was: Accused | None = None, *, at: datetime) -> None:
    """Hide a case from everybody in conflict with its respondents, and no longer from whom only those before were.

    Being named in the words alone no longer hides it. What a triager lifted by hand stays lifted while its reason is
    the same. Whoever left the unit, or got another boss, since it was hidden still does not see it: a change in the
    organisation opens no case by itself.
    """
    structure = organisation(session)
    wanted = conflicted(accused(session, case), structure)
    let_go = conflicted(was, structure) if was is not None else {}
    rows = {row.staff_id: row for row in session.scalars(select(HiddenFrom).where(HiddenFrom.case_id == case.id))}
    for staff_id, row in rows.items():
        if staff_id in wanted or row.reason in {HANDLED_ORIGIN, DATA_ORIGIN}:
            continue
        if row.reason == NAMED_IN_WORDS:
            row.lifted_at = row.lifted_at or at
        elif staff_id in let_go:
            # No longer about anybody near: gone, so that a lifted row always means a triager's decision.
            session.delete(row)
    for staff_id, reason in sorted(wanted.items()):
        _hide(session, case, rows.get(staff_id), staff_id, reason, at)


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


def accused(session: Session, case: Case) -> Accused:
    """Return whom a case is about."""
    rows = session.scalars(select(Respondent).where(Respondent.case_id == case.id)).all()
    return accused_of(session, rows, names_at(session, case.site_id))


def accused_of(session: Session, rows: Iterable[Respondent], names: list[tuple[int, str]]) -> Accused:
    """Return whom the respondents of a case are. `names`, as `names_at` gives them, are looked for in descriptions.

    Somebody described by a surname or a unit, and not chosen from the list, is accused all the same.
    """
    people, units, companies = set[int](), set[int](), set[int]()
    for row in rows:
        for found, one in ((people, row.staff_id), (units, row.unit_id), (companies, row.company_id)):
            if one is not None:
                found.add(one)
        if row.staff_id is None and row.description_sealed is not None:
            # What is blocked for the time being names people all the same.
            with reading_blocked(session):
                people |= named_among(names, unseal(session, row, "description") or "")
    hired = select(Company.id).where(Company.id.in_(sorted(companies)), Company.kind != CompanyKind.PRINCIPAL)
    # The principal company runs this mechanism: naming it would hide the case from everybody.
    return Accused(frozenset(people), frozenset(units), frozenset(session.scalars(hired) if companies else ()))


def _hide(session: Session, case: Case, row: HiddenFrom | None, staff_id: int, reason: Reason, at: datetime) -> None:
    if row is None:
        session.add(HiddenFrom(case_id=case.id, staff_id=staff_id, reason=reason.value, since_at=at))
    elif row.reason != reason.value:
        row.reason, row.since_at, row.lifted_at = reason.value, at, None


def organisation(session: Session) -> Organisation:
    """Return all units and staff: a chain of command may leave the site, and a duty may be granted later."""
    parents = dict(session.execute(select(Unit.id, Unit.parent_id)).all())
    places = session.execute(select(Staff.id, Staff.unit_id, Staff.heads_unit, Staff.company_id))
    return Organisation(parents, tuple(Place(*row) for row in places))
