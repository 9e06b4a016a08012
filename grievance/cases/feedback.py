"""What each person says of it: two ratings and a verdict, asked once with one reminder; and what silence means.

Everybody behind a case is asked, whoever joined it with a code too, and answers alone. The verdict of the case is that
of who began it: of several, of whoever is least content. Silence is never agreement: it is recorded as no_answer, or as
unreachable where nothing was delivered. Not for: the answer to a proposed response (`resolution`, `unanswered`).
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, exists, func, select, update
from sqlalchemy.orm import Session

from grievance.cases import mailing
from grievance.cases.models import Case, Complainant
from grievance.cases.queries import calendar_of, own_reference, site_of
from grievance.cases.record import Survey, Task
from grievance.cases.resolution import require_source
from grievance.cases.states import (
    COMPLAINANT,
    OPEN,
    SYSTEM,
    Actor,
    EventKind,
    Reach,
    Source,
    Verdict,
)
from grievance.cases.surveys import address, keep_ratings, open_survey
from grievance.cases.tasks import TaskKind, open_task, settle_keys
from grievance.cases.transitions import load_for_change, record
from grievance.cases.ways import people, way_to
from grievance.core.db import rows_changed
from grievance.deadlines.standards import INTERVALS, IntervalName, due_after
from grievance.deadlines.working_days import in_sending_hours, local_date
from grievance.messaging import outbox, threads
from grievance.messaging.models import OutboundMessage, Thread
from grievance.messaging.texts import TextName
from grievance.sites.models import Site

RATINGS = range(1, 6)
VERDICTS = {1: Verdict.SATISFIED, 2: Verdict.PARTLY, 3: Verdict.NOT_SATISFIED}
"""What the digits of the third question mean: solved, partly, not."""

REMIND_AFTER = timedelta(days=10)
"""One reminder, a third into the thirty days in which the question stands."""

LOOKED_BACK = timedelta(days=366)
"""Surveys asked or closed longer ago are not looked at again: each round reads a year, not all of history."""


PUT_OFF = timedelta(hours=1)
"""By how much a survey is put off that cannot be asked just now."""


_TASK = "survey:"
"""What the key of a task begins with that asks somebody to put the question in another way."""

_OF_SURVEY = frozenset({threads.Question.RATE_PROCESS, threads.Question.RATE_OUTCOME, threads.Question.VERDICT})
"""What a reminder may come between; it waits for any other question to be answered."""


class RatingOutOfRange(ValueError):
    """Ratings are 1 to 5, the verdict 1 to 3."""


class NothingToRate(Exception):
    """The case has not ended, or the days to say something of it have passed."""


def rate(
    session: Session,
    case: Case,
    person: Complainant,
    *,
    process: int | None = None,
    outcome: int | None = None,
    verdict: int | None = None,
    source: Source,
    by: Actor = COMPLAINANT,
    at: datetime,
) -> Survey:
    """Record what a person says of how it went; a later word replaces an earlier one until the question closes.

    Raises:
        RatingOutOfRange: a digit is none of those offered.
        SourceMissing: the source does not fit who records it.
        NothingToRate: this person has no question open.
    """
    require_source(source, by)
    given = [(process, RATINGS), (outcome, RATINGS), (verdict, VERDICTS)]
    if any(value is not None and value not in allowed for value, allowed in given):
        raise RatingOutOfRange
    survey = open_survey(session, case, person, at=at)
    if survey is not None and survey.complainant_id is None:
        address(session, case, survey)
        survey = open_survey(session, case, person, at=at)
    if survey is None:
        raise NothingToRate
    _answer(survey, verdict=verdict, source=source, at=at)
    settle_keys(session, [_task_of(survey)], by_id=by.staff_id, at=at)
    if process is not None or outcome is not None:
        keep_ratings(session, survey, process=process, outcome=outcome)
        # No digits: the chain stays for ever, and the ratings leave the case after 90 days.
        codes, words = {"survey": survey.public_id, "source": source.value}, (survey, "ratings")
        record(session, case, EventKind.RATED, by=by, at=at, codes=codes, words=words)
    if verdict is None:
        return survey
    if not decides(person):
        codes = {"answer": survey.public_id}
        record(session, case, EventKind.JOINED_ANSWERED, by=by, at=at, codes=codes)
        return survey
    least = _least_content(session, survey)
    said, how = VERDICTS[least.verdict or verdict], Source(least.source or source)
    give_verdict(session, case, said, how, by=by, at=at)
    return survey


def decides(person: Complainant) -> bool:
    """Return whether what a person says counts for the case."""
    return person.join_code_id is None


def ask_due(session: Session, *, at: datetime, limit: int) -> int:
    """Ask, remind and settle what is due; return how many surveys were touched, at most `limit`.

    Each survey is claimed by an update that only one worker can win, so that nobody is asked twice.
    """
    for survey in session.scalars(_to_address(at).limit(limit)).all():
        case = load_for_change(session, survey.case_id)
        if survey.complainant_id is None:
            address(session, case, survey)
    _drop_tasks(session, at=at)
    asked = sum(_ask(session, survey, at=at) for survey in session.scalars(_to_ask(at).limit(limit)).all())
    left = limit - asked
    reminded = sum(_remind(session, survey, at=at) for survey in session.scalars(_to_remind(at).limit(left)).all())
    left -= reminded
    settled = sum(_settle(session, survey, at=at) for survey in session.scalars(_silent(at).limit(left)).all())
    return asked + reminded + settled


def give_verdict(
    session: Session,
    case: Case,
    verdict: Verdict,
    source: Source,
    *,
    by: Actor,
    at: datetime,
) -> None:
    """Write down the verdict of a case: what was said, or what silence means."""
    case.verdict, case.verdict_source = verdict.value, source.value
    codes = {"verdict": verdict.value, "source": source.value}
    record(session, case, EventKind.VERDICT_GIVEN, by=by, at=at, codes=codes)


def _answer(survey: Survey, *, verdict: int | None, source: Source, at: datetime) -> None:
    survey.verdict = verdict if verdict is not None else survey.verdict
    survey.source = source.value
    survey.answered_at = survey.answered_at or at
    # Whoever answers has the question: nobody can have answered more surveys than were delivered.
    survey.asked_at = survey.asked_at or at
    survey.delivered_at = survey.delivered_at or at


def _to_address(at: datetime) -> Select[Survey]:
    # In words that no index serves: SQLite would begin with every question that was ever put to a case as a whole.
    is_of_all = func.coalesce(Survey.complainant_id, 0) == 0
    return _due(at).where(is_of_all, Survey.answered_at.is_(None))


def _to_ask(at: datetime) -> Select[Survey]:
    return _due(at).where(Survey.complainant_id.is_not(None), Survey.asked_at.is_(None))


def _due(at: datetime) -> Select[Survey]:
    return (
        select(Survey)
        .join(Case, Case.id == Survey.case_id)
        .where(
            Survey.ask_at <= at,
            Survey.closes_at > at,
            _has_ended(),
            Case.is_spam.is_(False),
            Case.erased_at.is_(None),
        )
        .order_by(Survey.ask_at, Survey.id)
    )


def _to_remind(at: datetime) -> Select[Survey]:
    return (
        select(Survey)
        .join(Case, Case.id == Survey.case_id)
        .where(
            # Those of cases taken up again would stand first in every round, and keep others from theirs.
            _has_ended(),
            Case.has_appeal.is_(False),
            Survey.asked_at <= at - REMIND_AFTER,
            Survey.asked_at > at - LOOKED_BACK,
            Survey.reminded_at.is_(None),
            Survey.answered_at.is_(None),
            Survey.closes_at > at,
            Survey.outbound_message_id.is_not(None),
        )
        .order_by(Survey.asked_at, Survey.id)
    )


def _silent(at: datetime) -> Select[Survey]:
    return (
        select(Survey)
        .join(Case, Case.id == Survey.case_id)
        .outerjoin(Complainant, Complainant.id == Survey.complainant_id)
        .where(
            Complainant.join_code_id.is_(None),
            Survey.asked_at.is_not(None),
            Survey.closes_at > at - LOOKED_BACK,
            Survey.closes_at <= at,
            Survey.verdict.is_(None),
            _has_ended(),
            Case.verdict.is_(None),
        )
        .order_by(Survey.closes_at, Survey.id)
    )


def _has_ended() -> ColumnElement[bool]:
    """Return that a case is not open, in words that no index serves.

    By `is_open` SQLite would begin with every case that ever ended, to find the few surveys that are due.
    """
    return Case.status.not_in(sorted(OPEN))


def _ask(session: Session, survey: Survey, *, at: datetime) -> int:
    case = load_for_change(session, survey.case_id)
    site = site_of(session, case)
    found = _found(session, case, survey)
    if found is None:
        session.delete(survey)  # Who was to be asked has left, or is erased.
        return 0
    person, thread = found
    if case.has_appeal:
        # How it ended is not known yet: asked once the reviewer has decided, with the same days to answer.
        survey.ask_at, survey.closes_at = at + PUT_OFF, max(survey.closes_at, at + 2 * PUT_OFF)
        return 0
    if not in_sending_hours(at, site.time_zone) or (thread is not None and _is_busy(session, case, thread, at=at)):
        # At night, or while another question waits: put off, so that those behind it in the round get their turn.
        survey.ask_at = at + PUT_OFF
        return 0
    calendar = calendar_of(session, site, year=local_date(at, site.time_zone).year)
    closes_at = due_after(INTERVALS[IntervalName.SATISFACTION_CLOSE], at, calendar).due_at
    if not _claim(session, survey, asked_at=at, closes_at=closes_at):
        return 0
    name = TextName.SURVEY_PROCESS if person.reach == Reach.TEXTS else TextName.NOTICE_SURVEY
    outbound = _send(session, case, site, person, thread, name, until=closes_at, at=at) if thread is not None else None
    if outbound is not None:
        survey.outbound_message_id = outbound.id
    elif person.reach == Reach.MAIL:
        mailing.notify_person(session, case, person, at=at)
    elif person.reach in {Reach.TEXTS, Reach.NOTICES}:
        # Whoever stopped the texts has an opinion all the same: somebody asks in another way.
        key = _task_of(survey)
        open_task(session, key=key, site_id=case.site_id, kind=TaskKind.ASK_AGAIN, case=case, at=at)
    if _is_first(session, survey):
        codes = {"survey": survey.public_id, "round": survey.round}
        record(session, case, EventKind.SURVEY_ASKED, by=SYSTEM, at=at, codes=codes)
    return 1


def _found(session: Session, case: Case, survey: Survey) -> tuple[Complainant, Thread | None] | None:
    """Return whom a question is for, with the thread by which a text reaches them, if one does; None: has left."""
    for person, thread in people(session, case):
        if person.id == survey.complainant_id and person.erased_at is None:
            return person, thread if way_to(person, thread) in {Reach.TEXTS, Reach.NOTICES} else None
    return None


def _is_busy(session: Session, case: Case, thread: Thread, *, at: datetime) -> bool:
    """Return whether something else waits on a thread. Whether they accept the response passed with the case's end."""
    passed = {threads.Question.RESPONSE} if thread.pending_subject == case.public_id else set()
    return bool(threads.engaged(session, thread, at=at) - passed)


def _is_first(session: Session, survey: Survey) -> bool:
    """Return whether nobody else was asked this: the history says once that a case was asked about."""
    other = _of_round(survey).where(Survey.id != survey.id, Survey.asked_at.is_not(None)).limit(1)
    return session.scalars(other).one_or_none() is None


def _remind(session: Session, survey: Survey, *, at: datetime) -> int:
    case = load_for_change(session, survey.case_id)
    site = site_of(session, case)
    found = _found(session, case, survey)
    if found is None or case.is_open or case.has_appeal or not in_sending_hours(at, site.time_zone):
        return 0
    person, thread = found
    if thread is not None and threads.engaged(session, thread, at=at) - _OF_SURVEY:
        return 0
    claim = update(Survey).where(Survey.id == survey.id, Survey.reminded_at.is_(None)).values(reminded_at=at)
    if rows_changed(session.execute(claim)) != 1 or thread is None:
        return 0
    name = TextName.SURVEY_REMINDER if person.reach == Reach.TEXTS else TextName.NOTICE_SURVEY
    _send(session, case, site, person, thread, name, until=survey.closes_at, at=at)
    return 1


def _task_of(survey: Survey) -> str:
    return _TASK + survey.public_id


def _settle(session: Session, survey: Survey, *, at: datetime) -> int:
    """Note what silence means for the case, once the days of everybody who began it are over."""
    case = load_for_change(session, survey.case_id)
    asked = session.scalars(_who_began(survey)).all()
    if case.verdict is not None or case.is_open or any(one.closes_at > at for one in asked):
        return 0
    was_reached = any(one.delivered_at is not None for one in asked)
    verdict = Verdict.NO_ANSWER if was_reached else Verdict.UNREACHABLE
    give_verdict(session, case, verdict, Source.SILENCE, by=SYSTEM, at=at)
    return 1


def _least_content(session: Session, survey: Survey) -> Survey:
    """Return the answer that counts for the case: one no is a no, and a yes needs all who began it and answered."""
    session.flush()
    said = _who_began(survey).where(Survey.verdict.is_not(None))
    return session.scalars(said.order_by(Survey.verdict.desc(), Survey.answered_at, Survey.id).limit(1)).one()


def _of_round(survey: Survey) -> Select[Survey]:
    return select(Survey).where(
        Survey.case_id == survey.case_id, Survey.kind == survey.kind, Survey.round == survey.round
    )


def _who_began(survey: Survey) -> Select[Survey]:
    return (
        _of_round(survey)
        .outerjoin(Complainant, Complainant.id == Survey.complainant_id)
        .where(Complainant.join_code_id.is_(None))
    )


def _drop_tasks(session: Session, *, at: datetime) -> None:
    """Ask nobody any more to put a question whose days are over."""
    is_over = exists().where(Survey.public_id == func.substr(Task.key, len(_TASK) + 1), Survey.closes_at <= at)
    of_surveys = (Task.kind == TaskKind.ASK_AGAIN.value, Task.done_at.is_(None), Task.key.startswith(_TASK))
    session.execute(
        update(Task).where(*of_surveys, is_over).values(done_at=at).execution_options(synchronize_session="fetch")
    )


def _claim(session: Session, survey: Survey, *, asked_at: datetime, closes_at: datetime) -> bool:
    claim = (
        update(Survey)
        .where(Survey.id == survey.id, Survey.asked_at.is_(None))
        .values(asked_at=asked_at, closes_at=closes_at)
    )
    return rows_changed(session.execute(claim)) == 1


def _send(
    session: Session,
    case: Case,
    site: Site,
    person: Complainant,
    thread: Thread,
    name: TextName,
    *,
    until: datetime,
    at: datetime,
) -> OutboundMessage:
    """Send the question, or where the person does not text, the notice that leads to it."""
    asking = threads.Asking(threads.Question.RATE_PROCESS, until)
    return outbox.enqueue(
        session,
        thread,
        name,
        values={"site": site.sms_name, "reference": own_reference(session, person)},
        subject=case.public_id,
        at=at,
        is_asked_for=False,
        time_zone=site.time_zone,
        asks=None if name is TextName.NOTICE_SURVEY else asking,
    )
