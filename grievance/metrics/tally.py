"""Ratings leave their case: counted in a tally of site and quarter, then emptied where they can be told whose they are.

Here, and not with what else is erased, because a rating is counted exactly where the figures would have counted it: a
quarter gives the same before and after. Nothing but the figures reads the tally: one of a single answer tells as much
as the answer. When their time is over, and what stands against it, is said by `privacy.sweep`.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from sqlalchemy import and_, case, or_, select, update
from sqlalchemy.orm import Session

from grievance.cases.filing_record import JoinedAnswer
from grievance.cases.models import Case
from grievance.cases.record import CaseEvent, OpinionTally, Survey
from grievance.cases.states import SYSTEM, EventKind
from grievance.cases.transitions import load_for_change, record
from grievance.core.db import insert_if_new
from grievance.messaging.models import InboundMessage
from grievance.metrics.asking import is_counted
from grievance.metrics.inputs import RATINGS, Scope
from grievance.metrics.periods import Quarter, quarter_of
from grievance.metrics.placing import is_grievance, placed_last
from grievance.privacy.sweep import is_opinion_due
from grievance.sites.models import Site

QUESTIONS = ("process", "outcome")


def tallied(session: Session, site_id: int, quarter: Quarter) -> Mapping[str, int]:
    """Return how often each rating was given, by "process_5", of the opinions that have left their cases."""
    rows = session.execute(
        select(OpinionTally.question, OpinionTally.rating, OpinionTally.count).where(
            OpinionTally.site_id == site_id, OpinionTally.quarter == quarter.key
        )
    )
    return {f"{question}_{rating}": number for question, rating, number in rows}


def unlink(session: Session, survey_id: int, *, at: datetime) -> int:
    """Let the ratings of one question leave their case, if that is still due under the lock; return how many did.

    With them go those of whoever joined the case when no figure counted them, and the texts in which they came.
    """
    case_id = session.scalars(select(Survey.case_id).where(Survey.id == survey_id)).one()
    about = load_for_change(session, case_id)
    if not is_opinion_due(session, survey_id, at=at):
        return 0
    survey = session.get_one(Survey, survey_id, populate_existing=True)
    joined = session.scalars(
        select(JoinedAnswer).where(
            JoinedAnswer.survey_id == survey.id,
            or_(JoinedAnswer.process_rating.is_not(None), JoinedAnswer.outcome_rating.is_not(None)),
        )
    ).all()
    for site, quarter in _counted_at(session, survey, at=at):
        _add(session, site, quarter, {"process": survey.process_rating, "outcome": survey.outcome_rating})
    _wipe_texts(session, about, survey)
    rows: list[Survey | JoinedAnswer] = [survey, *joined]
    emptied = [row for row in rows if row.process_rating or row.outcome_rating]
    for row in emptied:
        row.process_rating, row.outcome_rating, row.unlinked_at = None, None, at
    survey.ratings_sealed = None
    record(session, about, EventKind.OPINION_LEFT, by=SYSTEM, at=at, codes={"survey": survey.public_id})
    return len(emptied)


def _counted_at(session: Session, survey: Survey, *, at: datetime) -> Iterator[tuple[Site, Quarter]]:
    """Yield the site and quarter whose figures count a question: where its case stood when that quarter ended."""
    for site in session.scalars(select(Site).order_by(Site.id)).all():
        quarter = quarter_of(survey.closes_at, site.time_zone)
        scope = Scope(site.slug, quarter, site.time_zone, at)
        placed = placed_last(session, select(Survey.case_id).where(Survey.id == survey.id), scope)
        counts = (
            select(placed.last.id)
            .select_from(placed.source.join(Survey, Survey.case_id == placed.last.case_id))
            .where(
                Survey.id == survey.id,
                placed.last.site_id == site.id,
                is_grievance(placed.last),
                is_counted(Survey, known_at=at),
            )
        )
        if session.scalars(counts).one_or_none() is not None:
            yield site, quarter


def _add(session: Session, site: Site, quarter: Quarter, given: Mapping[str, int | None]) -> None:
    """Count ratings. All rows of a quarter are made at once and written at once: see `OpinionTally`."""
    row, empty = OpinionTally, {"site_id": site.id, "quarter": quarter.key, "count": 0}
    rows = [empty | {"question": question, "rating": rating} for question in QUESTIONS for rating in RATINGS]
    session.execute(insert_if_new(session, row).values(rows))
    is_given = or_(*(and_(row.question == question, row.rating == rating) for question, rating in given.items()))
    session.execute(
        update(row)
        .where(row.site_id == site.id, row.quarter == quarter.key)
        .values(count=row.count + case((is_given, 1), else_=0))
        .execution_options(synchronize_session=False)
    )


def _wipe_texts(session: Session, about: Case, survey: Survey) -> None:
    """Empty the texts in which the ratings came: those taken in the very instant at which a rating was recorded.

    What came with such a digit and was kept as a message is words of the case, and stays with them.
    """
    mine = select(JoinedAnswer.public_id).where(JoinedAnswer.survey_id == survey.id)
    answers = {survey.public_id, *session.scalars(mine)}
    kinds = (EventKind.RATED.value, EventKind.JOINED_ANSWERED.value)
    events = session.execute(
        select(CaseEvent.recorded_at, CaseEvent.codes).where(CaseEvent.case_id == about.id, CaseEvent.kind.in_(kinds))
    )
    instants = [at for at, codes in events if answers & _named(codes.values())]
    session.execute(
        update(InboundMessage)
        .where(InboundMessage.subject == about.public_id, InboundMessage.handled_at.in_(instants))
        .values(body_sealed=None)
        .execution_options(synchronize_session="fetch")
    )


def _named(codes: Iterable[object]) -> set[str]:
    return {code for code in codes if isinstance(code, str)}
