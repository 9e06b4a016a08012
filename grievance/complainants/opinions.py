"""What a person said of how it went, as he or she sees it: the question that is open, and the ratings given before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.cases.endings import others_filed_too
from grievance.cases.feedback import VERDICTS, decides
from grievance.cases.filing_record import JoinedAnswer
from grievance.cases.models import Case, Complainant
from grievance.cases.record import Survey
from grievance.cases.states import Source


@dataclass(frozen=True, slots=True)
class PersonSurvey:
    """The question that can be answered now."""

    public_id: str
    process_rating: int | None
    outcome_rating: int | None
    verdict: int | None
    is_open: bool
    closes_at: datetime


@dataclass(frozen=True, slots=True)
class PersonRating:
    """Ratings given once: both empty from `left_at` on, since when they are not kept with the case any more."""

    at: datetime
    process: int | None
    outcome: int | None
    left_at: datetime | None


def shown_survey(row: Survey | None) -> PersonSurvey | None:
    """Return the open question with what was said so far."""
    if row is None:
        return None
    return PersonSurvey(
        row.public_id, row.process_rating, row.outcome_rating, row.verdict, is_open=True, closes_at=row.closes_at
    )


def verdict_of(session: Session, case: Case, person: Complainant, found: Sequence[Survey]) -> str | None:
    """Return what a person said of how the case ended; of several nobody reads what another said."""
    if not others_filed_too(session, case):
        return case.verdict
    said = [one.verdict for one in found if one.case_id == case.id and not case.is_open][-1:]
    if said and said[0]:
        return VERDICTS[said[0]].value
    return case.verdict if decides(person) and case.verdict_source == Source.SILENCE else None


def ratings_of(session: Session, person: Complainant, found: Sequence[Survey]) -> tuple[PersonRating, ...]:
    """Return the ratings of a person, the oldest first, with those of when opinions of who joined stood apart."""
    apart = select(JoinedAnswer).where(JoinedAnswer.complainant_id == person.id, JoinedAnswer.survey_id.is_not(None))
    rows: list[Survey | JoinedAnswer] = [*session.scalars(apart.order_by(JoinedAnswer.id)), *found]
    return tuple(
        PersonRating(row.answered_at, row.process_rating, row.outcome_rating, row.unlinked_at)
        for row in rows
        if row.answered_at is not None and (row.process_rating or row.outcome_rating or row.unlinked_at)
    )
