"""The question how it went: planned as a case ends, once per ending, whose it is, and what is kept of the answer.

Planned it is one row, which becomes one of each person when it is due or somebody answers before: each has an answer
of his or her own, and nobody reads what another said.

Not for: asking (`feedback`), nor the ratings leaving their case after 90 days (`metrics.tally`).
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import Session

from grievance.cases.models import Case, Complainant
from grievance.cases.queries import calendar_of, site_of
from grievance.cases.record import Survey
from grievance.cases.states import COUNTED_APART
from grievance.cases.ways import ids_of, is_asked_nothing, who_may_be_asked
from grievance.crypto.fields import new_public_id, seal
from grievance.deadlines.standards import INTERVALS, IntervalName, due_after
from grievance.deadlines.working_days import local_date, next_sending_instant, start_of_day
from grievance.messaging.models import OutboundMessage


def schedule_survey(session: Session, case: Case, *, at: datetime) -> Survey | None:
    """Plan the question about a case that has just ended; None for what is no grievance.

    It is asked on the morning of the fifth business day after the outcome was told or the case ended, the later.
    """
    if case.type in COUNTED_APART or case.ended_at is None or is_asked_nothing(session, case):
        return None
    site = site_of(session, case)
    told_at = max(case.ended_at, case.outcome_told_at or case.ended_at)
    calendar = calendar_of(session, site, year=local_date(told_at, site.time_zone).year)
    asked_on = due_after(INTERVALS[IntervalName.SATISFACTION_ASK], told_at, calendar).due_on
    ask_at = next_sending_instant(start_of_day(asked_on, site.time_zone), site.time_zone)
    end_surveys(session, case, at=at)
    rounds = select(func.coalesce(func.max(Survey.round), 0)).where(Survey.case_id == case.id)
    survey = Survey(
        public_id=new_public_id(),
        case_id=case.id,
        kind="satisfaction",
        round=session.execute(rounds).scalar_one() + 1,
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


def end_surveys_of(session: Session, case: Case, person: Complainant, *, at: datetime) -> None:
    """Close the questions of one person, whoever of the filings of one phone they name."""
    mine = ids_of(session, case, person)
    session.execute(
        update(Survey)
        .where(Survey.complainant_id.in_(mine), Survey.closes_at > at)
        .values(closes_at=at)
        .execution_options(synchronize_session="fetch")
    )


def address(session: Session, case: Case, survey: Survey) -> None:
    """Make a question one of each person, for a case that is locked.

    Who filed twice from one phone is one person. One that was asked when only one person of a case was stays with
    whom it was sent to.
    """
    found = who_may_be_asked(session, case)
    if not found:
        survey.closes_at = survey.ask_at
        return
    asked_on = select(OutboundMessage.thread_id).where(OutboundMessage.id == survey.outbound_message_id)
    thread_id = session.scalars(asked_on).one_or_none() if survey.outbound_message_id is not None else None
    first = next((one for one in found if thread_id is not None and one.thread_id == thread_id), found[0])
    survey.complainant_id = first.id
    session.add_all(
        Survey(
            public_id=new_public_id(),
            case_id=case.id,
            complainant_id=person.id,
            kind=survey.kind,
            round=survey.round,
            ask_at=survey.ask_at,
            closes_at=survey.closes_at,
        )
        for person in found
        if person is not first
    )
    session.flush()


def go_with(session: Session, case: Case, person: Complainant, other: Case) -> None:
    """Let a person who is taken out of a case take his or her questions along."""
    session.execute(
        update(Survey)
        .where(Survey.case_id == case.id, Survey.complainant_id == person.id)
        .values(case_id=other.id)
        .execution_options(synchronize_session="fetch")
    )


def surveys_of(session: Session, case: Case, person: Complainant) -> list[Survey]:
    """Return the questions put to a person, the oldest first, with those that are planned for everybody.

    Of those asked of a case as a whole, as once was done, only whoever alone began it learns: nobody knows any more
    who of several answered.
    """
    mine = ids_of(session, case, person)
    began = select(func.count()).where(Complainant.case_id == case.id, Complainant.join_code_id.is_(None))
    is_open_to: ColumnElement[bool] = Survey.asked_at.is_(None)
    if person.join_code_id is None:
        is_open_to = or_(is_open_to, began.scalar_subquery() == 1)
    of_all = and_(Survey.case_id == case.id, Survey.complainant_id.is_(None), is_open_to)
    rows = select(Survey).where(or_(Survey.complainant_id.in_(mine), of_all)).order_by(Survey.ask_at, Survey.id)
    return list(session.scalars(rows))


def open_survey(session: Session, case: Case, person: Complainant, *, at: datetime) -> Survey | None:
    """Return a person's question about the last ending of a case while it can be answered, asked already or not."""
    if case.is_open:
        return None
    return still_open(surveys_of(session, case, person), case, person, at=at)


def still_open(found: Sequence[Survey], case: Case, person: Complainant, *, at: datetime) -> Survey | None:
    """Return which of a person's questions can be answered: of two filings from one phone, the one of this filing."""
    mine = [one for one in found if one.case_id == case.id and one.closes_at > at and not case.is_open]
    return max(mine, key=lambda one: (one.round, one.complainant_id == person.id), default=None)


def keep_ratings(session: Session, survey: Survey, *, process: int | None, outcome: int | None) -> None:
    """Put the ratings given into their row, and once more sealed, for an event to commit to."""
    survey.process_rating = process if process is not None else survey.process_rating
    survey.outcome_rating = outcome if outcome is not None else survey.outcome_rating
    seal(session, survey, "ratings", ratings_text(survey))


def ratings_text(survey: Survey) -> str:
    """Return what an event commits to: the two ratings as they stand in the row, such as "5 -"."""
    return f"{survey.process_rating or '-'} {survey.outcome_rating or '-'}"
