"""Whether another case points at the same person, told without showing either to anybody who may not see it.

The same staff member, or the same name as a keyed digest. Whoever may see both cases reads which; a triager who may
not see the other one learns that there is one at a site where he holds some duty, and no more: no number, no
reference, no date. Nobody else learns anything, and each showing is a line of the audit trail. A case that is hidden
from the viewer himself never counts.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, CompoundSelect, and_, select, union
from sqlalchemy.orm import Session

from grievance.accounts import audit
from grievance.accounts.audit import AuditAction
from grievance.accounts.permissions import Duty, Viewer
from grievance.cases.filing_record import RespondentName
from grievance.cases.hiding import plain
from grievance.cases.models import Case, HiddenFrom, Respondent
from grievance.cases.queries import visible
from grievance.crypto.fields import keys_of
from grievance.sites.models import Site

SHOWN = 5
FEWEST_WORDS = 2
"""Of a name: one word alone ("boss", "Juan") would bind together cases that have nothing to do with each other."""


@dataclass(frozen=True, slots=True)
class Corroboration:
    """`references` are cases that the viewer may see; without any, another one exists and nothing else is said."""

    references: tuple[str, ...]


def remember_name(session: Session, row: Respondent, description: str | None) -> None:
    """Keep the digest of how a respondent is called, so that another case with the same name is noticed."""
    name = plain(description or "")
    if len(name.split()) < FEWEST_WORDS:
        return
    session.flush()
    digest = keys_of(session).code_digest("respondent", name)
    session.add(RespondentName(respondent_id=row.id, name_digest=digest))


def corroboration(session: Session, viewer: Viewer, case_id: int, *, site_id: int) -> Corroboration | None:
    """Return what the viewer may know of other cases that point at the same person; None for nothing."""
    others = _pointing_at_the_same(case_id)
    sites = _known_to(session, viewer, site_id)
    seen = session.scalars(
        select(Case.reference)
        .where(Case.id.in_(others), _counts(), Case.site_id.in_(sites), visible(viewer))
        .order_by(Case.received_at.desc(), Case.id.desc())
        .limit(SHOWN)
    ).all()
    if seen:
        return Corroboration(tuple(seen))
    if not viewer.holds(site_id, Duty.TRIAGER):
        return None
    hidden = select(HiddenFrom.case_id).where(HiddenFrom.staff_id == viewer.staff_id, HiddenFrom.lifted_at.is_(None))
    unseen = select(Case.id).where(Case.id.in_(others), _counts(), Case.id.not_in(hidden), Case.site_id.in_(sites))
    return Corroboration(()) if session.scalars(unseen.limit(1)).one_or_none() is not None else None


def note_shown(session: Session, viewer: Viewer, case_public_id: str, site_id: int, *, at: datetime) -> None:
    """Write down that somebody was told that another case points at the same person."""
    audit.record(
        session,
        actor_id=viewer.staff_id,
        action=AuditAction.CORROBORATION_SHOWN,
        subject_kind="case",
        subject=case_public_id,
        site_id=site_id,
        at=at,
    )


def _counts() -> ColumnElement[bool]:
    """Return the condition on `Case` that it still tells something: no joke, not joined, neither blocked nor erased."""
    return and_(
        Case.is_spam.is_(False),
        Case.merged_into_id.is_(None),
        Case.blocked_at.is_(None),
        Case.erased_at.is_(None),
        Case.undone_at.is_(None),
    )


def _known_to(session: Session, viewer: Viewer, site_id: int) -> list[int]:
    """Return the sites of the operator at which the viewer holds a duty: what happens elsewhere is not hinted at."""
    operator = select(Site.operator_id).where(Site.id == site_id).scalar_subquery()
    sites = session.scalars(select(Site.id).where(Site.operator_id == operator).order_by(Site.id))
    return [each for each in sites if viewer.duties(each)]


def _pointing_at_the_same(case_id: int) -> CompoundSelect[int]:
    """Return the subquery of the ids of other cases with the same staff member or the same name, an arm for each."""
    staff = select(Respondent.staff_id).where(Respondent.case_id == case_id, Respondent.staff_id.is_not(None))
    names = (
        select(RespondentName.name_digest)
        .join(Respondent, Respondent.id == RespondentName.respondent_id)
        .where(Respondent.case_id == case_id)
    )
    by_staff = select(Respondent.case_id).where(Respondent.staff_id.in_(staff), Respondent.case_id != case_id)
    by_name = (
        select(Respondent.case_id)
        .join(RespondentName, RespondentName.respondent_id == Respondent.id)
        .where(RespondentName.name_digest.in_(names), Respondent.case_id != case_id)
    )
    return union(by_staff, by_name)
