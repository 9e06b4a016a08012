"""What a draft letter to an authority can say: what the person wrote and gave with it, and nothing that we add.

The person signs and sends it. Name, identity number, address and phone are never in it, even where we know them: a
draft lies on desks and printers. Not for: how the letter reads (the adapters), nor for sending anything.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from grievance.cases.models import Case, Complainant, Submission
from grievance.complainants.proof import ProofNotFound, WordsErased
from grievance.crypto.fields import BLOCKED, unseal
from grievance.referrals.contents import sendable_files
from grievance.sites.models import Company, Operator, Site


@dataclass(frozen=True, slots=True)
class LetterFacts:
    """What one person filed, for a letter of that person alone. Empty where nothing was said."""

    reference: str
    operator_name: str
    site_name: str
    time_zone: str
    locale: str
    filed_at: datetime
    occurred_on: date | None
    place: str | None = field(repr=False)
    employer_name: str | None
    file_names: Sequence[str] = field(repr=False)
    words: str = field(repr=False)


def letter_of_person(session: Session, case: Case, complainant: Complainant) -> LetterFacts:
    """Return what a letter of this person can say; after a merge too, nothing of anybody else.

    Raises:
        WordsErased: the words are gone.
        ProofNotFound: the person filed nothing in this case.
    """
    one = select(Submission.id).where(Submission.case_id == case.id, Submission.complainant_id == complainant.id)
    return _facts(session, one)


def letter_of_submission(session: Session, case_id: int, submission_public_id: str) -> LetterFacts:
    """Return what a letter on one filing can say; the caller has found the case for its viewer.

    Raises:
        WordsErased: the words are gone.
        ProofNotFound: the case has no such filing.
    """
    one = select(Submission.id).where(Submission.case_id == case_id, Submission.public_id == submission_public_id)
    return _facts(session, one)


def _facts(session: Session, one: Select[int]) -> LetterFacts:
    row = session.execute(
        select(Submission, Case, Site, Operator.name, Company.name, Complainant.id)
        .join(Case, Case.id == Submission.filed_as_case_id)
        .join(Site, Site.id == Case.site_id)
        .join(Operator, Operator.id == Site.operator_id)
        .join(Complainant, Complainant.id == Submission.complainant_id)
        .outerjoin(Company, Company.id == Complainant.employer_id)
        .where(Submission.id.in_(one))
        .order_by(Submission.id)
        .limit(1)
    ).one_or_none()
    if row is None:
        raise ProofNotFound
    submission, filed_as, site, operator_name, employer_name, person_id = row
    words = unseal(session, submission, "words")
    if words is None:
        raise WordsErased
    if words == BLOCKED:
        raise ProofNotFound
    case = session.get_one(Case, submission.case_id)
    own = [
        unseal(session, file, "filename") or "" for file, sender in sendable_files(session, case) if sender == person_id
    ]
    return LetterFacts(
        reference=filed_as.reference,
        operator_name=operator_name,
        site_name=site.name,
        time_zone=site.time_zone,
        locale=submission.locale,
        filed_at=submission.filed_at,
        occurred_on=filed_as.occurred_on,
        place=unseal(session, filed_as, "place"),
        employer_name=employer_name,
        file_names=own,
        words=words,
    )
