"""What a person said of how it went, as he or she sees it: the question that is open, and the ratings given before."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from grievance.cases.filing_record import JoinedAnswer
from grievance.cases.models import Case, Complainant
from grievance.cases.record import Survey


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


def ratings_of(session: Session, case: Case, person: Complainant) -> tuple[PersonRating, ...]:
    """Return the ratings of a person, the oldest first. Where several decide, nobody knows whose they are: none."""
    rows: list[Survey | JoinedAnswer]
    if person.join_code_id is not None:
        mine = select(JoinedAnswer).where(JoinedAnswer.complainant_id == person.id, JoinedAnswer.survey_id.is_not(None))
        rows = [*session.scalars(mine.order_by(JoinedAnswer.id))]
    else:
        alone = select(func.count()).where(Complainant.case_id == case.id, Complainant.join_code_id.is_(None))
        of_case = select(Survey).where(Survey.case_id == case.id, alone.scalar_subquery() == 1)
        rows = [*session.scalars(of_case.order_by(Survey.round))]
    return tuple(
        PersonRating(row.answered_at, row.process_rating, row.outcome_rating, row.unlinked_at)
        for row in rows
        if row.answered_at is not None and (row.process_rating or row.outcome_rating or row.unlinked_at)
    )
