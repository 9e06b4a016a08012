"""What the person says of it: two ratings and a verdict, asked once with one reminder; and what silence means.

Silence is never agreement: it is recorded as no_answer, or as unreachable where nothing was delivered. Not for: the
answer to a proposed response (`resolution`).
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, select, update
from sqlalchemy.orm import Session

from grievance.cases import clocks, mailing
from grievance.cases.models import Case, Complainant, ProposedResponse
from grievance.cases.queries import calendar_of, messages_with, own_reference, site_of
from grievance.cases.record import Survey
from grievance.cases.resolution import require_source
from grievance.cases.states import (
    COMPLAINANT,
    COUNTS_AS_TOLD,
    OPEN,
    SYSTEM,
    Actor,
    EventKind,
    Move,
    Reach,
    Source,
    Status,
    Told,
    Verdict,
)
from grievance.cases.surveys import keep_ratings
from grievance.cases.tasks import TaskKind, open_task, settle_keys
from grievance.cases.telling import mark_told
from grievance.cases.transitions import load_for_change, move, record
from grievance.cases.ways import people, way_to, who_began
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


_OF_SURVEY = frozenset({threads.Question.RATE_PROCESS, threads.Question.RATE_OUTCOME, threads.Question.VERDICT})
"""What a reminder may come between; it waits for any other question to be answered."""


class RatingOutOfRange(ValueError):
    """Ratings are 1 to 5, the verdict 1 to 3."""


class NothingToRate(Exception):
    """The case has not ended, or the days to say something of it have passed."""


def rate(
    session: Session,
    case: Case,
    *,
    process: int | None = None,
    outcome: int | None = None,
    verdict: int | None = None,
    source: Source,
    by: Actor = COMPLAINANT,
    at: datetime,
) -> Survey:
    """Record what the person says of how it went; a later word replaces an earlier one until the question closes.

    Raises:
        RatingOutOfRange: a digit is none of those offered.
        SourceMissing: the source does not fit who records it.
        NothingToRate: there is no question open.
    """
    require_source(source, by)
    given = [(process, RATINGS), (outcome, RATINGS), (verdict, VERDICTS)]
    if any(value is not None and value not in allowed for value, allowed in given):
        raise RatingOutOfRange
    survey = open_survey(session, case, at=at)
    if survey is None:
        raise NothingToRate
    _answer(survey, verdict=verdict, source=source, at=at)
    settle_keys(session, [_task_of(survey)], by_id=by.staff_id, at=at)
    if process is not None or outcome is not None:
        keep_ratings(session, survey, process=process, outcome=outcome)
        # No digits: the chain stays for ever, and the ratings leave the case after 90 days.
        codes, words = {"survey": survey.public_id, "source": source.value}, (survey, "ratings")
        record(session, case, EventKind.RATED, by=by, at=at, codes=codes, words=words)
    if verdict is not None:
        _give_verdict(session, case, VERDICTS[verdict], source, by=by, at=at)
    return survey


def open_survey(session: Session, case: Case, *, at: datetime) -> Survey | None:
    """Return the question about the last ending of a case while it can be answered, asked already or not."""
    if case.is_open:
        return None
    return session.scalars(
        select(Survey).where(Survey.case_id == case.id, Survey.closes_at > at).order_by(Survey.round.desc()).limit(1)
    ).one_or_none()


def ask_due(session: Session, *, at: datetime, limit: int) -> int:
    """Ask, remind and settle what is due; return how many surveys were touched, at most `limit`.

    Each survey is claimed by an update that only one worker can win, so that nobody is asked twice.
    """
    asked = sum(_ask(session, survey, at=at) for survey in session.scalars(_to_ask(at).limit(limit)).all())
    left = limit - asked
    reminded = sum(_remind(session, survey, at=at) for survey in session.scalars(_to_remind(at).limit(left)).all())
    left -= reminded
    settled = sum(_settle(session, survey, at=at) for survey in session.scalars(_silent(at).limit(left)).all())
    return asked + reminded + settled


def proceed_unanswered(session: Session, *, at: datetime, limit: int) -> int:
    """Let cases go on whose proposed response nobody answered in the stated days; return how many."""
    waiting = session.execute(
        select(ProposedResponse.id, ProposedResponse.case_id)
        .join(Case, Case.id == ProposedResponse.case_id)
        .where(
            Case.status == Status.RESPONSE_PROPOSED.value,
            ProposedResponse.answer.is_(None),
            ProposedResponse.answer_until < at,
        )
        .order_by(ProposedResponse.answer_until, ProposedResponse.id)
        .limit(limit)
    )
    return sum(_proceed(session, response_id, case_id, at=at) for response_id, case_id in waiting.all())


def _answer(survey: Survey, *, verdict: int | None, source: Source, at: datetime) -> None:
    survey.verdict = verdict if verdict is not None else survey.verdict
    survey.source = source.value
    survey.answered_at = survey.answered_at or at
    # Whoever answers has the question: nobody can have answered more surveys than were delivered.
    survey.asked_at = survey.asked_at or at
    survey.delivered_at = survey.delivered_at or at


def _give_verdict(
    session: Session,
    case: Case,
    verdict: Verdict,
    source: Source,
    *,
    by: Actor,
    at: datetime,
) -> None:
    case.verdict, case.verdict_source = verdict.value, source.value
    codes = {"verdict": verdict.value, "source": source.value}
    record(session, case, EventKind.VERDICT_GIVEN, by=by, at=at, codes=codes)


def _to_ask(at: datetime) -> Select[Survey]:
    return (
        select(Survey)
        .join(Case, Case.id == Survey.case_id)
        .where(
            Survey.asked_at.is_(None),
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
        .where(
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
        .where(
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
    person, thread = _to_be_asked(session, case)
    if case.has_appeal:
        # How it ended is not known yet: asked once the reviewer has decided, with the same days to answer.
        survey.ask_at, survey.closes_at = at + PUT_OFF, max(survey.closes_at, at + 2 * PUT_OFF)
        return 0
    if not in_sending_hours(at, site.time_zone) or (thread is not None and threads.engaged(session, thread, at=at)):
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
    if outbound is None and person.reach == Reach.MAIL:
        mailing.notify_person(session, case, person, at=at)
    if outbound is None and person.reach in {Reach.TEXTS, Reach.NOTICES}:
        # Whoever stopped the texts has an opinion all the same: somebody asks in another way.
        key = _task_of(survey)
        open_task(session, key=key, site_id=case.site_id, kind=TaskKind.ASK_AGAIN, case=case, at=at)
    _ask_joined(session, case, site, at=at, until=closes_at)
    codes = {"survey": survey.public_id, "round": survey.round}
    record(session, case, EventKind.SURVEY_ASKED, by=SYSTEM, at=at, codes=codes)
    return 1


def _ask_joined(session: Session, case: Case, site: Site, *, at: datetime, until: datetime) -> None:
    """Ask whoever joined with a code, too: each has an opinion of his or her own (see `voices`)."""
    for person, thread in people(session, case):
        way = way_to(person, thread)
        if person.join_code_id is not None and way is Reach.MAIL:
            mailing.notify_person(session, case, person, at=at)
        if person.join_code_id is None or thread is None or way not in {Reach.TEXTS, Reach.NOTICES}:
            continue
        is_texted = way is Reach.TEXTS
        # The question whether they accept the response has passed with the end of the case.
        if is_texted and threads.engaged(session, thread, at=at) - {threads.Question.RESPONSE}:
            continue
        name = TextName.SURVEY_PROCESS if is_texted else TextName.NOTICE_SURVEY
        _send(session, case, site, person, thread, name, until=until, at=at)


def _remind(session: Session, survey: Survey, *, at: datetime) -> int:
    case = load_for_change(session, survey.case_id)
    site = site_of(session, case)
    person, thread = _to_be_asked(session, case)
    if case.is_open or case.has_appeal or not in_sending_hours(at, site.time_zone):
        return 0
    if thread is not None and threads.engaged(session, thread, at=at) - _OF_SURVEY:
        return 0
    claim = update(Survey).where(Survey.id == survey.id, Survey.reminded_at.is_(None)).values(reminded_at=at)
    if rows_changed(session.execute(claim)) != 1 or thread is None:
        return 0
    name = TextName.SURVEY_REMINDER if person.reach == Reach.TEXTS else TextName.NOTICE_SURVEY
    _send(session, case, site, person, thread, name, until=survey.closes_at, at=at)
    return 1


def _task_of(survey: Survey) -> str:
    return f"survey:{survey.public_id}"


def _settle(session: Session, survey: Survey, *, at: datetime) -> int:
    settle_keys(session, [_task_of(survey)], by_id=None, at=at)
    case = load_for_change(session, survey.case_id)
    if case.verdict is not None or case.is_open:
        return 0
    verdict = Verdict.UNREACHABLE if survey.delivered_at is None else Verdict.NO_ANSWER
    _give_verdict(session, case, verdict, Source.SILENCE, by=SYSTEM, at=at)
    return 1


def _to_be_asked(session: Session, case: Case) -> tuple[Complainant, Thread | None]:
    """Return whom to ask: the first who filed and can be texted, with the thread; else the first, without."""
    found = who_began(session, case)
    for person, thread in found:
        if way_to(person, thread) in {Reach.TEXTS, Reach.NOTICES}:
            return person, thread
    mailed = [person for person, thread in found if way_to(person, thread) is Reach.MAIL]
    return (mailed or [found[0][0]])[0], None


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


def _proceed(session: Session, response_id: int, case_id: int, *, at: datetime) -> int:
    case = load_for_change(session, case_id)
    response = session.get_one(ProposedResponse, response_id, populate_existing=True)
    if case.status != Status.RESPONSE_PROPOSED or response.answer is not None or response.answer_until >= at:
        return 0
    response.answer, response.answer_source = Verdict.NO_ANSWER.value, Source.SILENCE.value
    response.answered_at = at
    codes = {"response": response.public_id, "source": Source.SILENCE.value}
    clocks.cancel(session, case, clocks.ANSWER_FROM_PERSON, at=at)
    case.verdict, case.verdict_source = Verdict.NO_ANSWER.value, Source.SILENCE.value
    move(session, case, Move.PROCEED_UNANSWERED, by=SYSTEM, at=at, codes=codes)
    if not _was_told(session, case, response, at=at):
        _give_verdict(session, case, Verdict.UNREACHABLE, Source.SILENCE, by=SYSTEM, at=at)
    return 1


def _was_told(session: Session, case: Case, response: ProposedResponse, *, at: datetime) -> bool:
    """Return whether the response had reached the person; where it had not, it counts as posted from now on."""
    messages = messages_with(session, response)
    was_told = any(message.told in COUNTS_AS_TOLD for message in messages)
    for message in messages:
        if not was_told:
            mark_told(session, case, message, Told.POSTED, at=at)
    return was_told
