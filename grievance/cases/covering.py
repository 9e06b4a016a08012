"""What is blocked stays blocked: words of a person who asked for that are covered as they come, whoever stores them.

A case of one person is blocked as a whole, with what staff wrote about it; one of several people only where everybody
in it asked for that. Not for: who asks, and what stands there already (`privacy.answer_blocking`).
"""

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from grievance.cases.models import Attachment, Case, CaseMessage, Complainant, ProposedResponse, Submission
from grievance.crypto.fields import Sealing, cover


def cover_if_blocked(session: Session, case: Case, row: Sealing, name: str) -> None:
    """Cover words that were just sealed, where the case is blocked or they are of a person who is."""
    if case.blocked_at is not None or _is_of_blocked(session, row, name):
        cover(row, name)


def is_blocked(session: Session, complainant_id: int) -> bool:
    """Return whether a person asked that nobody of the staff reads his or her words."""
    asked = select(Complainant.blocked_at).where(Complainant.id == complainant_id)
    return session.execute(asked).scalar_one() is not None


def came_from_blocked(session: Session, file: Attachment) -> bool:
    """Return whether a file came with what a person filed or wrote who is blocked: it may have come without a word."""
    filed = select(Submission.complainant_id).where(Submission.id == file.submission_id)
    said = select(CaseMessage.complainant_id).where(CaseMessage.id == file.message_id)
    person = select(Complainant.id).where(
        or_(Complainant.id.in_(filed), Complainant.id.in_(said)), Complainant.blocked_at.is_not(None)
    )
    return session.scalars(person.limit(1)).one_or_none() is not None


def stand(session: Session, case: Case) -> None:
    """Set whether a case is blocked as a whole: once everybody in it is, whose words are still there."""
    session.flush()
    people = select(func.count(), func.count(Complainant.blocked_at), func.max(Complainant.blocked_at)).where(
        Complainant.case_id == case.id, Complainant.erased_at.is_(None)
    )
    there, asked, last = session.execute(people).one()
    case.blocked_at = last if there and there == asked else None


def _is_of_blocked(session: Session, row: Sealing, name: str) -> bool:
    if isinstance(row, Complainant):
        return row.blocked_at is not None
    if isinstance(row, Attachment):
        return came_from_blocked(session, row)
    whose = getattr(row, _WHOSE.get((row.__tablename__, name), ""), None)
    return whose is not None and is_blocked(session, whose)


_WHOSE = {
    (Submission.__tablename__, "words"): "complainant_id",
    (CaseMessage.__tablename__, "words"): "complainant_id",
    (ProposedResponse.__tablename__, "reason"): "answered_by_id",
    ("appeal", "words"): "complainant_id",
}
"""Columns in which words of one person lie, with the column that says whose they are."""
