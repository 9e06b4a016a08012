"""Making the package that leaves the house: written down each time, and with a name only where that person agreed.

A name and a number are opened for it as they are anywhere else: with a line that the person reads. Not for: looking at
what would be sent (`contents`), which shows neither.
"""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from grievance.accounts import audit
from grievance.accounts.audit import AuditAction
from grievance.cases.identity import Identity, identity_of
from grievance.cases.models import Case
from grievance.cases.record import IdentityOpening
from grievance.cases.states import Actor, EventKind
from grievance.cases.track_states import Basis
from grievance.cases.transitions import record
from grievance.cases.ways import people
from grievance.core.i18n import SPANISH, Locale, text_in
from grievance.crypto.fields import new_public_id, seal
from grievance.referrals.contents import Package, body_words, package
from grievance.referrals.models import Referral
from grievance.referrals.sending import NobodyAgreed, is_allowed, one_of_case, require_allowed


@dataclass(frozen=True, slots=True)
class Handed:
    """The package with who agreed to be named in it, by the id of the person."""

    to: str
    package: Package
    identities: dict[int, Identity] = field(repr=False)


class MayNotOpenIdentity(Exception):
    """A person agreed to be named, and whoever makes the package may not open an identity."""


def hand_out(
    session: Session, case: Case, referral_public_id: str, *, may_open_identity: bool, by: Actor, at: datetime
) -> Handed:
    """Return the package, to be printed once; in the audit trail, and with a name in what the person reads too.

    Raises:
        ReferralNotFound: the case has no such sending.
        NobodyAgreed: nothing may be sent.
        WordsUnread: somebody who agreed wrote since, and nobody has read it.
        MayNotOpenIdentity: it would carry a name, and `by` has no duty that opens one.
    """
    referral = one_of_case(session, case, referral_public_id)
    if referral.dropped_at is not None:
        raise NobodyAgreed(case.public_id)
    if referral.sent_on is None:
        require_allowed(session, referral)
    elif not is_allowed(session, referral):
        raise NobodyAgreed(case.public_id)
    found = package(session, case, referral)
    if found.named and not may_open_identity:
        raise MayNotOpenIdentity
    identities = {
        person.id: identity_of(session, person, thread)
        for person, thread in people(session, case)
        if person.id in found.named
    }
    for person_id in sorted(identities):
        _show_to_person(session, case, referral, person_id, by=by, at=at)
    note_printed(session, case, "package", subject=referral.public_id, has_name=bool(identities), by=by, at=at)
    return Handed(body_words(session, referral, SPANISH), found, identities)


def note_printed(
    session: Session, case: Case, paper: str, *, subject: str, has_name: bool = False, by: Actor, at: datetime
) -> None:
    """Write down that words of a case were put on paper."""
    audit.record(
        session,
        actor_id=by.staff,
        action=AuditAction.PAPER_PRINTED,
        subject_kind="case",
        subject=case.public_id,
        site_id=case.site_id,
        codes={"paper": paper, "of": subject, "with_name": has_name},
        at=at,
    )


def _show_to_person(
    session: Session, case: Case, referral: Referral, person_id: int, *, by: Actor, at: datetime
) -> None:
    """Let whoever agreed read that it was done; others in the case learn neither that nor who agreed."""
    locale = Locale(case.locale)
    body = body_words(session, referral, locale)
    given = IdentityOpening(
        public_id=new_public_id(), case_id=case.id, complainant_id=person_id, staff_id=by.staff, opened_at=at
    )
    reason = text_in(locale, "Put into the package for %(body)s, because you agreed.", body=body)
    seal(session, given, "reason", reason)
    session.add(given)
    codes = {"body": referral.body, "basis": Basis.CONSENT.value, "referral": referral.public_id}
    record(session, case, EventKind.IDENTITY_GIVEN, by=by, at=at, codes=codes, words=(given, "reason"))
