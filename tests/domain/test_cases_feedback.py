"""What the person says of it, asked at the right hour, once; and what silence means."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.accounts.permissions import Duty
from grievance.cases import appeals, clocks, feedback, handling, resolution, telling, unanswered
from grievance.cases.models import Case, Complainant, ProposedResponse
from grievance.cases.record import CaseEvent, Survey, Task
from grievance.cases.side_tracks import AppealResult
from grievance.cases.states import COMPLAINANT, Reach, Source
from grievance.cases.transitions import load_for_change
from grievance.core.db import Database
from grievance.deadlines.standards import CaseType
from grievance.deadlines.working_days import local_date
from grievance.messaging import threads
from grievance.messaging.models import Thread
from tests.support.casework import (
    NEXT_WEEK,
    THURSDAY,
    Room,
    accept,
    by,
    close,
    file_text,
    last_row,
    local,
    make_room,
    propose,
    send_texts,
    sort,
    sorted_case,
    texts_to,
)
from tests.support.people import make_staff
from tests.support.places import WEDNESDAY, file_case

CLOSED_AT = local(10)
# Thursday 10 September +5 business days: 11, 14, 15, 16, 17.
ASKED_ON = date(2026, 9, 17)


def _survey(session: Session) -> Survey:
    session.flush()
    return session.scalars(select(Survey).execution_options(populate_existing=True)).one()


def _person(session: Session, case: Case) -> Complainant:
    return session.scalars(select(Complainant).where(Complainant.case_id == case.id)).one()


def _closed_by_text(session: Session, room: Room) -> Thread:
    filed, thread = file_text(session, room.site)
    sort(session, room, filed.case)
    close(session, room, filed.case, at=CLOSED_AT)
    send_texts(session, at=CLOSED_AT)
    threads.ask_nothing(session, thread)
    return thread


def test_the_question_comes_five_business_days_after_the_end_in_the_morning(session: Session, room: Room) -> None:
    filed = sorted_case(session, room)

    close(session, room, filed.case, at=CLOSED_AT)

    survey = _survey(session)
    assert local_date(survey.ask_at, room.site.time_zone) == ASKED_ON
    assert survey.ask_at == local(17, 9)


@pytest.mark.parametrize("type_", [CaseType.QUESTION, CaseType.DATA_RIGHTS])
def test_what_is_no_grievance_is_not_rated(session: Session, room: Room, type_: CaseType) -> None:
    filed = file_case(session, room.site)
    sort(session, room, filed.case, type=type_)

    close(session, room, filed.case, at=CLOSED_AT)

    assert session.scalars(select(Survey)).all() == []


def test_it_is_asked_once_and_only_in_sending_hours(session: Session, room: Room) -> None:
    thread = _closed_by_text(session, room)

    early = feedback.ask_due(session, at=local(16), limit=10)
    at_night = feedback.ask_due(session, at=local(17, 22), limit=10)
    on_time = feedback.ask_due(session, at=local(18, 10), limit=10)
    again = feedback.ask_due(session, at=local(18, 11), limit=10)

    assert (early, at_night, on_time, again) == (0, 0, 1, 0)
    assert texts_to(session, thread)[-1] == "survey_process"
    assert (thread.pending, _survey(session).asked_at) == (None, local(18, 10)), "nobody answers what has not come"
    # Thirty calendar days from the question.
    assert local_date(_survey(session).closes_at, room.site.time_zone) == date(2026, 10, 18)
    send_texts(session, at=local(18, 10))
    assert (thread.pending, _survey(session).delivered_at) == ("rate_process", local(18, 10))


def test_it_waits_while_the_thread_waits_for_something_else(session: Session, room: Room) -> None:
    thread = _closed_by_text(session, room)
    threads.ask(thread, threads.Question.WITHDRAW, subject=None, until=local(18, 12), at=local(18, 10))

    assert feedback.ask_due(session, at=local(18, 10), limit=10) == 0
    assert feedback.ask_due(session, at=local(18, 13), limit=10) == 1


def test_it_waits_for_the_decision_of_an_appeal(session: Session, room: Room) -> None:
    thread = _closed_by_text(session, room)
    case = session.scalars(select(Case)).one()
    person = session.scalars(select(Complainant).where(Complainant.case_id == case.id)).one()
    reviewer = make_staff(session, name="Rita Imaginaria", duties={Duty.REVIEWER: room.site}, with_second_factor=False)
    appeals.file_appeal(session, case, person=person, words=None, source=Source.SMS, at=local(11))
    for day in range(18, 31):
        assert feedback.ask_due(session, at=local(day, 12), limit=10) == 0

    result = AppealResult.DISMISSED
    appeals.decide_appeal(session, case, result=result, words="Lo miré todo.", by=by(reviewer), at=local(30, 13))
    threads.ask_nothing(session, thread)

    assert "survey_process" not in texts_to(session, thread)
    assert feedback.ask_due(session, at=local(30, 16), limit=10) == 1


def test_one_reminder(session: Session, room: Room) -> None:
    thread = _closed_by_text(session, room)
    feedback.ask_due(session, at=local(17, 10), limit=10)

    reminders = [feedback.ask_due(session, at=local(17, 10) + timedelta(days=days), limit=10) for days in (9, 10, 20)]

    assert reminders == [0, 1, 0]
    assert texts_to(session, thread)[-2:] == ["survey_process", "survey_reminder"]


def test_a_case_taken_up_again_keeps_nobody_else_from_a_reminder(session: Session, room: Room) -> None:
    _closed_by_text(session, room)
    other, thread = file_text(session, room.site, number="+56955550002")
    sort(session, room, other.case)
    close(session, room, other.case, at=CLOSED_AT)
    send_texts(session, at=CLOSED_AT)
    threads.settle(thread)
    feedback.ask_due(session, at=local(17, 10), limit=10)
    send_texts(session, at=local(17, 10))
    first = session.scalars(select(Survey).order_by(Survey.id)).first()
    assert first is not None
    appealed = session.get_one(Case, first.case_id)
    person = session.get_one(Complainant, first.complainant_id)
    appeals.file_appeal(session, appealed, person=person, words=None, source=Source.SMS, at=local(18))
    session.flush()

    assert feedback.ask_due(session, at=local(28, 10), limit=1) == 1
    assert first.reminded_at is None


def test_whoever_has_answered_is_not_reminded(session: Session, room: Room) -> None:
    thread = _closed_by_text(session, room)
    feedback.ask_due(session, at=local(17, 10), limit=10)
    case_id = _survey(session).case_id
    case = load_for_change(session, case_id)

    feedback.rate(session, case, _person(session, case), process=4, source=Source.SMS, at=local(17, 11))

    assert feedback.ask_due(session, at=local(28, 10), limit=10) == 0
    assert "survey_reminder" not in texts_to(session, thread)


def test_whoever_stopped_the_texts_is_asked_by_somebody(session: Session, room: Room) -> None:
    thread = _closed_by_text(session, room)
    thread.opted_out_at, thread.opted_out_by = CLOSED_AT, "person"
    before = texts_to(session, thread)

    assert feedback.ask_due(session, at=local(17, 10), limit=10) == 1

    assert texts_to(session, thread) == before
    task = session.scalars(select(Task).where(Task.kind == "ask_again")).one()
    assert task.done_at is None
    case = load_for_change(session, _survey(session).case_id)
    feedback.rate(
        session, case, _person(session, case), process=4, source=Source.WITNESSED, by=by(room.triager), at=local(18)
    )
    session.refresh(task)
    assert task.done_at == local(18)


def test_whoever_has_the_page_only_is_asked_there(session: Session, room: Room) -> None:
    filed = sorted_case(session, room, reach=Reach.PAGE)
    close(session, room, filed.case, at=CLOSED_AT)

    assert feedback.ask_due(session, at=local(17, 10), limit=10) == 1
    assert _survey(session).delivered_at is None
    telling.note_seen(session, filed.case, filed.complainant, at=local(20))

    assert _survey(session).delivered_at == local(20)


def test_ratings_and_verdict_are_three_answers_that_may_come_apart(session: Session, room: Room) -> None:
    filed = sorted_case(session, room)
    close(session, room, filed.case, at=CLOSED_AT)

    minute, source = timedelta(minutes=1), Source.WEB_CODE
    feedback.rate(session, filed.case, filed.complainant, process=5, source=source, at=CLOSED_AT)
    feedback.rate(session, filed.case, filed.complainant, outcome=3, source=source, at=CLOSED_AT + minute)
    feedback.rate(session, filed.case, filed.complainant, verdict=2, source=source, at=CLOSED_AT + 2 * minute)

    survey = _survey(session)
    assert (survey.process_rating, survey.outcome_rating, survey.verdict) == (5, 3, 2)
    assert survey.answered_at == CLOSED_AT
    assert (filed.case.verdict, filed.case.verdict_source) == ("partly", "web_code")
    assert last_row(session, filed.case).verdict == "partly"
    kinds = session.scalars(select(CaseEvent.kind).where(CaseEvent.case_id == filed.case.id)).all()
    assert (kinds.count("rated"), kinds.count("verdict_given")) == (2, 1)


@pytest.mark.parametrize(
    "answer", [{"process": 0}, {"process": 6}, {"outcome": -1}, {"verdict": 0}, {"verdict": 4}], ids=str
)
def test_digits_that_were_not_offered_are_refused(session: Session, room: Room, answer: dict[str, Any]) -> None:
    filed = sorted_case(session, room)
    close(session, room, filed.case, at=CLOSED_AT)

    with pytest.raises(feedback.RatingOutOfRange):
        feedback.rate(session, filed.case, filed.complainant, **answer, source=Source.WEB_CODE, at=CLOSED_AT)


@pytest.mark.parametrize("source", [Source.SMS, Source.WEB_CODE, Source.SILENCE])
def test_staff_never_give_the_verdict_without_paper_or_witness(session: Session, room: Room, source: Source) -> None:
    filed = sorted_case(session, room)
    close(session, room, filed.case, at=CLOSED_AT)

    with pytest.raises(resolution.SourceMissing):
        feedback.rate(
            session, filed.case, filed.complainant, verdict=1, source=source, by=by(room.handler), at=CLOSED_AT
        )
    assert filed.case.verdict is None


def test_an_open_case_or_a_closed_question_cannot_be_rated(session: Session, room: Room) -> None:
    filed = sorted_case(session, room)
    with pytest.raises(feedback.NothingToRate):
        feedback.rate(session, filed.case, filed.complainant, verdict=1, source=Source.WEB_CODE, at=THURSDAY)
    close(session, room, filed.case, at=CLOSED_AT)

    with pytest.raises(feedback.NothingToRate):
        feedback.rate(
            session, filed.case, filed.complainant, verdict=1, source=Source.WEB_CODE, at=CLOSED_AT + timedelta(days=60)
        )


def test_a_second_ending_is_asked_about_again(session: Session, room: Room) -> None:
    filed = sorted_case(session, room)
    close(session, room, filed.case, at=CLOSED_AT)
    feedback.rate(session, filed.case, filed.complainant, verdict=1, source=Source.WEB_CODE, at=CLOSED_AT)
    resolution.reopen(session, filed.case, reason=None, by=COMPLAINANT, at=local(15))
    assert filed.case.verdict is None

    propose(session, room, filed.case, at=local(16))
    accept(session, filed.case, at=local(17))
    resolution.close(session, filed.case, words="Cerramos.", by=by(room.handler), at=local(17))

    rounds = session.execute(select(Survey.round, Survey.verdict).order_by(Survey.round)).all()
    assert [tuple(row) for row in rounds] == [(1, 1), (2, None)]


@pytest.mark.parametrize(("delivered", "verdict"), [(True, "no_answer"), (False, "unreachable")])
def test_silence_about_the_outcome_is_never_agreement(
    session: Session, room: Room, delivered: bool, verdict: str
) -> None:
    thread = _closed_by_text(session, room)
    feedback.ask_due(session, at=local(17, 10), limit=10)
    send_texts(session, at=local(17, 10), status="delivered" if delivered else None)
    case = load_for_change(session, _survey(session).case_id)

    counts = [feedback.ask_due(session, at=local(19, 10, month=10), limit=10) for _ in range(2)]

    assert (case.verdict, case.verdict_source) == (verdict, "silence")
    # The first run may still remind, had it not closed: it only settles, and only once.
    assert counts == [1, 0]
    assert "survey_reminder" not in texts_to(session, thread)


def test_no_answer_to_a_response_lets_the_case_go_on(session: Session, room: Room) -> None:
    filed = sorted_case(session, room)
    propose(session, room, filed.case)
    until = session.scalars(select(ProposedResponse.answer_until)).one()

    before = unanswered.proceed_unanswered(session, at=until, limit=10)
    after = unanswered.proceed_unanswered(session, at=until + timedelta(seconds=1), limit=10)
    again = unanswered.proceed_unanswered(session, at=until + timedelta(hours=1), limit=10)

    assert (before, after, again) == (0, 1, 0)
    assert (filed.case.status, filed.case.verdict, filed.case.verdict_source) == (
        "remedy_underway",
        "no_answer",
        "silence",
    )
    assert session.scalars(select(ProposedResponse.answer)).one() == "no_answer"
    assert [clock.name for clock in clocks.of(session, filed.case.id) if clock.name == "answer_from_person"]
    assert filed.case.next_due_clock != "answer_from_person"


def test_a_response_that_never_arrived_is_posted_and_the_person_counted_as_unreachable(
    session: Session, room: Room
) -> None:
    filed, _ = file_text(session, room.site)
    sort(session, room, filed.case)
    propose(session, room, filed.case)
    send_texts(session, at=NEXT_WEEK, status="undelivered", error_code="30005")
    assert filed.case.outcome_told_at is None
    at = NEXT_WEEK + timedelta(days=30)

    unanswered.proceed_unanswered(session, at=at, limit=10)

    assert filed.case.verdict == "unreachable"
    assert last_row(session, filed.case).outcome_told_at == at
    resolution.close(session, filed.case, words="Cerramos.", by=by(room.handler), at=at)
    assert last_row(session, filed.case).verdict == "unreachable"


def test_a_verdict_given_later_replaces_silence(session: Session, room: Room) -> None:
    filed = sorted_case(session, room)
    propose(session, room, filed.case)
    until = session.scalars(select(ProposedResponse.answer_until)).one()
    unanswered.proceed_unanswered(session, at=until + timedelta(hours=1), limit=10)
    closed_at = until + timedelta(days=1)
    resolution.close(session, filed.case, words="Cerramos.", by=by(room.handler), at=closed_at)

    feedback.rate(
        session, filed.case, filed.complainant, verdict=3, source=Source.WEB_CODE, at=closed_at + timedelta(days=1)
    )

    assert filed.case.verdict == "not_satisfied"


def test_two_workers_ask_once(database: Database) -> None:
    with database.begin() as unit:
        room = make_room(unit)
        filed, thread = file_text(unit, room.site)
        sort(unit, room, filed.case)
        close(unit, room, filed.case, at=CLOSED_AT)
        send_texts(unit, at=CLOSED_AT)
        threads.ask_nothing(unit, thread)
        thread_id = thread.id

    asked = []
    for _ in range(2):
        with database.begin() as unit:
            asked.append(feedback.ask_due(unit, at=local(17, 10), limit=10))

    assert asked == [1, 0]
    with database.read() as reading:
        assert texts_to(reading, reading.get_one(Thread, thread_id)).count("survey_process") == 1


def test_somebody_told_by_notice_is_asked_by_notice(session: Session, room: Room) -> None:
    _, thread = file_text(session, room.site)
    filed = sorted_case(session, room, reach=Reach.NOTICES, thread_id=thread.id)
    filed.complainant.verified_at = WEDNESDAY
    handling.acknowledge(session, filed.case, words="Recibido", by=by(room.handler), at=THURSDAY)
    close(session, room, filed.case, at=CLOSED_AT)

    feedback.ask_due(session, at=local(17, 10), limit=10)

    assert texts_to(session, thread)[-1] == "notice_survey"
    assert thread.pending is None
