"""What a draft letter to an authority can say: what the person wrote and gave with it, and nothing that we add.

The person signs and sends it. Name, identity number, address and phone are never in it, even where we know them: a
draft lies on desks and printers. Not for: how the letter reads (the adapters), nor for sending anything.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from grievance.cases.models import Case, Complainant, Submission
from grievance.complainants.proof import readable_filing
from grievance.crypto.fields import unseal
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
    return _facts(session, Submission.case_id == case.id, Submission.complainant_id == complainant.id)


def letter_of_submission(session: Session, case_id: int, submission_public_id: str) -> LetterFacts:
    """Return what a letter on one filing can say; the caller has found the case for its viewer.

    Raises:
        WordsErased: the words are gone.
        ProofNotFound: the case has no such filing.
    """
    return _facts(session, Submission.case_id == case_id, Submission.public_id == submission_public_id)


def _facts(session: Session, *which: ColumnElement[bool]) -> LetterFacts:
    submission, filed_as, words = readable_filing(session, *which)
    site = session.get_one(Site, filed_as.site_id)
    operator = session.get_one(Operator, site.operator_id)
    person = session.get_one(Complainant, submission.complainant_id)
    case = session.get_one(Case, submission.case_id)
    own = [
        unseal(session, file, "filename") or "" for file, sender in sendable_files(session, case) if sender == person.id
    ]
    return LetterFacts(
        reference=filed_as.reference,
        operator_name=operator.name,
        site_name=site.name,
        time_zone=site.time_zone,
        locale=submission.locale,
        filed_at=submission.filed_at,
        occurred_on=filed_as.occurred_on,
        place=unseal(session, filed_as, "place"),
        employer_name=session.get_one(Company, person.employer_id).name if person.employer_id else None,
        file_names=own,
        words=words,
    )
