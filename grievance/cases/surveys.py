"""The question how it went: planned as a case ends, once per ending, and what its row keeps of the answer.

Not for: asking (`feedback`), nor the ratings leaving their case after 90 days (`metrics.tally`).
"""

from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from grievance.cases.models import Case
from grievance.cases.queries import calendar_of, site_of
from grievance.cases.record import Survey
from grievance.cases.states import COUNTED_APART
from grievance.crypto.fields import new_public_id, seal
from grievance.deadlines.standards import INTERVALS, IntervalName, due_after
from grievance.deadlines.working_days import local_date, next_sending_instant, start_of_day


def schedule_survey(session: Session, case: Case, *, at: datetime) -> Survey | None:
    """Plan the question about a case that has just ended; None for what is no grievance.

    It is asked on the morning of the fifth business day after the outcome was told or the case ended, the later.
    """
    if case.type in COUNTED_APART or case.ended_at is None or case.asked_no_more_at is not None:
        return None
    site = site_of(session, case)
    told_at = max(case.ended_at, case.outcome_told_at or case.ended_at)
    calendar = calendar_of(session, site, year=local_date(told_at, site.time_zone).year)
    asked_on = due_after(INTERVALS[IntervalName.SATISFACTION_ASK], told_at, calendar).due_on
    ask_at = next_sending_instant(start_of_day(asked_on, site.time_zone), site.time_zone)
    end_surveys(session, case, at=at)
    count = select(func.count()).select_from(Survey).where(Survey.case_id == case.id)
    survey = Survey(
        public_id=new_public_id(),
        case_id=case.id,
        kind="satisfaction",
        round=session.execute(count).scalar_one() + 1,
        ask_at=ask_at,
        closes_at=due_after(INTERVALS[IntervalName.SATISFACTION_CLOSE], ask_at, calendar).due_at,
    )
    session.add(survey)
    session.flush()
    return survey


def end_surveys(session: Session, case: Case, *, at: datetime) -> None:
    """Close the questions about earlier endings of a case: it was taken up again."""
    session.execute(
        update(Survey)
        .where(Survey.case_id == case.id, Survey.closes_at > at)
        .values(closes_at=at)
        .execution_options(synchronize_session="fetch")
    )


def keep_ratings(session: Session, survey: Survey, *, process: int | None, outcome: int | None) -> None:
    """Put the ratings given into their row, and once more sealed, for an event to commit to."""
    survey.process_rating = process if process is not None else survey.process_rating
    survey.outcome_rating = outcome if outcome is not None else survey.outcome_rating
    seal(session, survey, "ratings", ratings_text(survey))


def ratings_text(survey: Survey) -> str:
    """Return what an event commits to: the two ratings as they stand in the row, such as "5 -"."""
    return f"{survey.process_rating or '-'} {survey.outcome_rating or '-'}"
