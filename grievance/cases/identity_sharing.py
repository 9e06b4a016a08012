"""Giving a person's identity to a company: only because the person agreed, or where the law's way asks for it.

It is written down, audited, and shown to the person with the reason, like every opening. Not for: looking at it
(`identity`), nor for sending it anywhere, which the system never does.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from grievance.accounts import audit
from grievance.accounts.audit import AuditAction
from grievance.cases.identity import ReasonMissing
from grievance.cases.models import Case
from grievance.cases.record import IdentityOpening
from grievance.cases.resolution import require_source
from grievance.cases.states import Actor, EventKind, Source
from grievance.cases.track_reading import is_preliminary, track_of
from grievance.cases.track_states import Basis
from grievance.cases.transitions import record
from grievance.core.i18n import Locale, mark, text_in
from grievance.crypto.fields import new_public_id, seal
from grievance.deadlines.standards import CaseType
from grievance.sites.models import Company


class ConsentMissing(Exception):
    """The person has not agreed, and the law's way does not ask for it."""


_SAID = {
    Basis.CONSENT: mark("Given to %(company)s, because you agreed. %(reason)s"),
    Basis.TRACK: mark(
        "Given to %(company)s: people of different companies are concerned, and Ley Karin has the companies inform "
        "each other. %(reason)s"
    ),
}


def give_identity(
    session: Session,
    case: Case,
    *,
    company_id: int,
    basis: Basis,
    source: Source | None,
    reason: str,
    by: Actor,
    at: datetime,
) -> IdentityOpening:
    """Record that a person's identity was given to a company; the person reads to which, and why.

    Raises:
        ReasonMissing: no reason is given.
        ConsentMissing: the person is anonymous, or nothing lets it be given.
        SourceMissing: the person agreed, but nobody says how.
    """
    if not reason.strip():
        raise ReasonMissing
    _require_basis(session, case, basis)
    if basis is Basis.CONSENT:
        if source is None:
            raise ConsentMissing
        require_source(source, by)
    company = session.get_one(Company, company_id)
    given = IdentityOpening(public_id=new_public_id(), case_id=case.id, staff_id=by.staff, opened_at=at)
    words = text_in(Locale(case.locale), _SAID[basis], company=company.name, reason=reason)
    seal(session, given, "reason", words)
    session.add(given)
    codes = {"company": company.public_id, "basis": basis.value, "source": source.value if source else None}
    record(session, case, EventKind.IDENTITY_GIVEN, by=by, at=at, codes=codes, words=(given, "reason"))
    audit.record(
        session,
        actor_id=by.staff,
        action=AuditAction.IDENTITY_GIVEN,
        subject_kind="case",
        subject=case.public_id,
        site_id=case.site_id,
        codes=codes,
        at=at,
    )
    return given


def _require_basis(session: Session, case: Case, basis: Basis) -> None:
    track = track_of(session, case.id)
    if is_preliminary(case, track):
        raise ConsentMissing
    if basis is Basis.TRACK and (case.type != CaseType.HARASSMENT or track is None or not track.companies_differ):
        raise ConsentMissing
