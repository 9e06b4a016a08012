"""How it went, asked of everybody of a case of several: each alone, and each counted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.cases import endings, feedback, resolution, telling
from grievance.cases.intake import Filed
from grievance.cases.models import Case
from grievance.cases.record import CaseEvent, Survey, Task
from grievance.cases.states import COMPLAINANT, Reach, Source
from grievance.cases.verify import verify_cases
from grievance.cases.ways import each_person
from grievance.complainants import door, voices
from grievance.complainants.follow_up import FollowUp
from grievance.core.db import Database
from grievance.crypto.fields import new_public_id
from grievance.dialogue import respond
from grievance.messaging import inbox, threads
from grievance.messaging.models import Thread
from grievance.metrics.counting import count
from grievance.metrics.inputs import Scope
from grievance.metrics.periods import Quarter
from grievance.metrics.tally import unlink
from grievance.privacy import sweep
from tests.support.casework import (
    NEXT_WEEK,
    THURSDAY,
    Room,
    by,
    close,
    file_text,
    local,
    make_room,
    send_texts,
    sort,
    texts_to,
)
from tests.support.places import LINE, file_case

NUMBERS = ("+56955550001", "+56955550002", "+56955550003")
# The case ends on Thursday 17 September; 18 and 19 are holidays.
ASKED_AT = local(25, 12)
REMINDED_AT = ASKED_AT + timedelta(days=11)
ANSWERED_AT = ASKED_AT + timedelta(days=1)
OVER_AT = local(28, 12, month=10)
GONE_BY = datetime(2027, 2, 10, 12, 0, tzinfo=UTC)
LAST = Quarter(2026, 4)

Texted = tuple[Filed, Thread]


def put_together(session: Session, room: Room, first: Filed, *others: Filed) -> Case:
    """Sort, put together and end: one case of all of them."""
    for one in (first, *others):
        sort(session, room, one.case)
    for one in others:
        endings.merge(session, one.case, first.case, reason="Es lo mismo", by=by(room.handler), at=THURSDAY)
    close(session, room, first.case, at=NEXT_WEEK + timedelta(days=1))
    send_texts(session, at=NEXT_WEEK + timedelta(days=1))
    for thread in session.scalars(select(Thread)):
        threads.settle(thread)
    session.flush()
    return first.case


@pytest.fixture
def two(session: Session, room: Room) -> tuple[Texted, Texted]:
    """Two people who each texted of the same, in one case that has ended."""
    first, second = (file_text(session, room.site, number=number) for number in NUMBERS[:2])
    put_together(session, room, first[0], second[0])
    return first, second


def rows(session: Session, people: Sequence[Filed]) -> list[Survey]:
    """Return the question of each of these people."""
    session.flush()
    found = select(Survey).execution_options(populate_existing=True)
    return [session.scalars(found.where(Survey.complainant_id == one.complainant.id)).one() for one in people]


def page(session: Session, filed: Filed, *, at: datetime = ANSWERED_AT) -> FollowUp:
    session.flush()
    return door.show(session, filed.complainant.case_id, filed.complainant.id, at=at)


def steps(session: Session, filed: Filed) -> list[str]:
    return [step.code for step in page(session, filed).steps if step.code in {"survey_asked", "rated"}]


def text(session: Session, number: str, body: str, *, at: datetime) -> None:
    inbound_id = inbox.record(
        session,
        provider="twilio",
        provider_message_id=new_public_id(),
        line=LINE,
        number=number,
        body=body,
        media=(),
        opt_out_type=None,
        at=at,
    )
    assert inbound_id is not None
    assert respond.handle(session, inbound_id, at=at)
    session.flush()


def test_everybody_who_filed_is_asked_and_reminded_alone(session: Session, two: tuple[Texted, Texted]) -> None:
    (first, one), (second, other) = two

    assert feedback.ask_due(session, at=ASKED_AT, limit=10) == 2
    send_texts(session, at=ASKED_AT)
    assert [texts_to(session, thread).count("survey_process") for thread in (one, other)] == [1, 1]
    assert {row.delivered_at for row in rows(session, [first, second])} == {ASKED_AT}
    text(session, NUMBERS[0], "4", at=ANSWERED_AT)
    threads.settle(one)

    feedback.ask_due(session, at=REMINDED_AT, limit=10)
    feedback.ask_due(session, at=REMINDED_AT + timedelta(days=5), limit=10)

    assert [texts_to(session, thread).count("survey_reminder") for thread in (one, other)] == [0, 1]
    kinds = session.scalars(select(CaseEvent.kind).where(CaseEvent.case_id == first.case.id)).all()
    assert kinds.count("survey_asked") == 1


def test_each_answers_his_or_her_own_question_by_text(session: Session, two: tuple[Texted, Texted]) -> None:
    (first, _), (second, other) = two
    feedback.ask_due(session, at=ASKED_AT, limit=10)
    send_texts(session, at=ASKED_AT)

    text(session, NUMBERS[0], "5 5 1", at=ANSWERED_AT)
    assert threads.waiting_for(other, at=ANSWERED_AT) is threads.Question.RATE_PROCESS
    text(session, NUMBERS[1], "1 2 3", at=ANSWERED_AT)

    said = [(row.process_rating, row.outcome_rating, row.verdict) for row in rows(session, [first, second])]
    assert said == [(5, 5, 1), (1, 2, 3)]
    assert list(verify_cases(session)) == []


def test_nobody_reads_what_another_said_nor_that_anything_was(session: Session, two: tuple[Texted, Texted]) -> None:
    (first, _), (second, _) = two
    feedback.ask_due(session, at=ASKED_AT, limit=10)
    case, source = first.case, Source.WEB_CODE
    feedback.rate(session, case, first.complainant, process=2, outcome=1, verdict=3, source=source, at=ANSWERED_AT)

    mine, theirs = page(session, first), page(session, second)

    assert (mine.verdict, theirs.verdict) == ("not_satisfied", None)
    assert theirs.survey is not None
    assert (theirs.survey.process_rating, theirs.survey.verdict, theirs.can_rate) == (None, None, True)
    assert (len(mine.ratings), len(theirs.ratings)) == (1, 0)
    assert [steps(session, one) for one in (first, second)] == [["survey_asked", "rated"], ["survey_asked"]]


@pytest.mark.parametrize("said", [(1, 3), (3, 1)])
def test_of_several_who_began_a_case_whoever_is_least_content_speaks_for_it(
    session: Session, two: tuple[Texted, Texted], said: tuple[int, int]
) -> None:
    case, people = two[0][0].case, [one.complainant for one, _ in two]

    for person, verdict in zip(people, said, strict=True):
        feedback.rate(session, case, person, verdict=verdict, source=Source.WEB_CODE, at=ANSWERED_AT)

    assert case.verdict == "not_satisfied"
    assert voices.voices_of(session, case).began == {1: 1, 3: 1}
    assert list(verify_cases(session)) == []


def test_an_answer_before_the_question_leaves_the_others_theirs(session: Session, two: tuple[Texted, Texted]) -> None:
    (first, one), (second, other) = two
    early = ASKED_AT - timedelta(days=5)
    feedback.rate(session, first.case, first.complainant, process=4, source=Source.WEB_CODE, at=early)

    assert feedback.ask_due(session, at=ASKED_AT, limit=10) == 1

    assert [texts_to(session, thread).count("survey_process") for thread in (one, other)] == [0, 1]
    assert [row.asked_at for row in rows(session, [first, second])] == [early, ASKED_AT]


def test_silence_of_one_is_not_the_verdict_while_another_can_answer(
    session: Session, two: tuple[Texted, Texted]
) -> None:
    (first, _), (second, other) = two
    feedback.ask_due(session, at=ASKED_AT, limit=10)
    send_texts(session, at=ASKED_AT)
    mine, theirs = rows(session, [first, second])
    theirs.closes_at = mine.closes_at + timedelta(days=2)
    del other

    feedback.ask_due(session, at=mine.closes_at + timedelta(hours=1), limit=10)
    early = str(first.case.verdict)
    feedback.ask_due(session, at=theirs.closes_at + timedelta(hours=1), limit=10)

    assert (early, first.case.verdict, page(session, second, at=OVER_AT).verdict) == ("None", "no_answer", "no_answer")


def test_each_who_takes_no_texts_is_a_task_that_no_other_answer_ends(
    session: Session, two: tuple[Texted, Texted], room: Room
) -> None:
    (first, one), (second, other) = two
    for thread in (one, other):
        thread.opted_out_at, thread.opted_out_by = THURSDAY, "person"
    before = [texts_to(session, thread) for thread in (one, other)]
    assert feedback.ask_due(session, at=ASKED_AT, limit=10) == 2
    assert [texts_to(session, thread) for thread in (one, other)] == before

    facts = {"source": Source.WITNESSED, "by": by(room.triager), "at": ANSWERED_AT}
    feedback.rate(session, first.case, first.complainant, verdict=1, **facts)  # type: ignore[arg-type]  # as named

    tasks = select(Task).where(Task.kind == "ask_again").order_by(Task.id).execution_options(populate_existing=True)
    assert [task.done_at for task in session.scalars(tasks)] == [ANSWERED_AT, None]
    # Once nobody can answer any more, nobody is to ask.
    feedback.ask_due(session, at=OVER_AT, limit=10)
    assert [task.done_at for task in session.scalars(tasks)] == [ANSWERED_AT, OVER_AT]
    assert rows(session, [second])[0].answered_at is None


def test_who_sees_the_page_is_reached_and_nobody_else(session: Session, room: Room) -> None:
    first, second = (file_case(session, room.site, reach=Reach.PAGE) for _ in range(2))
    case = put_together(session, room, first, second)
    feedback.ask_due(session, at=ASKED_AT, limit=10)

    telling.note_seen(session, case, second.complainant, at=ANSWERED_AT)

    assert [row.delivered_at for row in rows(session, [first, second])] == [None, ANSWERED_AT]


def test_who_filed_twice_from_one_phone_is_one_person_and_finds_the_question_on_both_pages(
    session: Session, room: Room
) -> None:
    filed = [file_text(session, room.site, number=number) for number in (NUMBERS[0], NUMBERS[0], NUMBERS[1])]
    first, again, other = (one for one, _ in filed)
    case = put_together(session, room, first, again, other)

    assert feedback.ask_due(session, at=ASKED_AT, limit=10) == 2

    assert texts_to(session, filed[0][1]).count("survey_process") == 1
    assert [one.id for one in each_person(session, case)] == [first.complainant.id, other.complainant.id]
    feedback.rate(session, case, again.complainant, process=3, source=Source.WEB_CODE, at=ANSWERED_AT)
    assert [row.process_rating for row in rows(session, [first, other])] == [3, None]
    for one in (first, again):
        survey = page(session, one).survey
        assert survey is not None
        assert survey.process_rating == 3


def test_each_counts_as_asked_reached_and_answered_before_and_after_ratings_leave(
    session: Session, room: Room, two: tuple[Texted, Texted]
) -> None:
    (first, _), (second, _) = two
    feedback.ask_due(session, at=ASKED_AT, limit=10)
    send_texts(session, at=ASKED_AT)
    case, source = first.case, Source.WEB_CODE
    feedback.rate(session, case, second.complainant, process=5, outcome=2, verdict=2, source=source, at=ANSWERED_AT)

    scope = Scope(room.site.slug, LAST, room.site.time_zone, GONE_BY)
    session.flush()
    found = dict(count(session, room.site.id, scope).surveys)

    assert (found["asked"], found["delivered"], found["answered"]) == (2, 2, 1)
    assert (found["process_5"], found["outcome_2"], found["verdict_partly"], found["found_upheld"]) == (1, 1, 1, 2)
    gone = sum(unlink(session, one, at=GONE_BY) for one in sweep.due_opinions(session, at=GONE_BY, limit=9))
    session.flush()
    assert gone == 1
    assert dict(count(session, room.site.id, scope).surveys) == found
    assert list(verify_cases(session)) == []


def test_a_question_to_the_case_as_a_whole_becomes_one_of_each(session: Session, two: tuple[Texted, Texted]) -> None:
    """As it was asked before each person was: of the first who could be texted."""
    (first, one), (second, other) = two
    question = session.scalars(select(Survey)).one()
    feedback.ask_due(session, at=ASKED_AT, limit=10)
    mine, theirs = rows(session, [first, second])
    session.delete(theirs)
    mine.complainant_id = None
    threads.ask_nothing(session, other)
    later = ASKED_AT + timedelta(hours=2)

    assert feedback.ask_due(session, at=later, limit=10) == 1

    assert question.complainant_id == first.complainant.id
    assert [row.asked_at for row in rows(session, [first, second])] == [ASKED_AT, later]
    assert texts_to(session, one).count("survey_process") == 1
    assert texts_to(session, other).count("survey_process") == 2


def test_what_was_said_to_the_case_as_a_whole_is_shown_to_none_of_several(
    session: Session, two: tuple[Texted, Texted]
) -> None:
    (first, _), (second, _) = two
    question = session.scalars(select(Survey)).one()
    question.asked_at = question.answered_at = ASKED_AT
    question.process_rating = 2

    assert [(one.ratings, one.survey) for one in (page(session, first), page(session, second))] == [((), None)] * 2


def test_a_case_taken_up_again_asks_everybody_again(session: Session, room: Room, two: tuple[Texted, Texted]) -> None:
    (first, _), (second, _) = two
    case = first.case
    feedback.rate(session, case, first.complainant, verdict=3, source=Source.WEB_CODE, at=ANSWERED_AT)
    taken_up = ANSWERED_AT + timedelta(hours=1)
    resolution.reopen(session, case, reason=None, by=COMPLAINANT, at=taken_up)
    session.flush()
    assert page(session, first, at=taken_up).verdict is None
    endings.declare_out_of_scope(
        session, case, reason="No es de acá", elsewhere="", by=by(room.triager), at=taken_up + timedelta(hours=1)
    )
    session.flush()

    rounds = session.execute(select(Survey.round, Survey.complainant_id).order_by(Survey.id)).all()

    people = [one.complainant.id for one in (first, second)]
    assert [tuple(row) for row in rounds] == [(1, people[0]), (1, people[1]), (2, None)]
    assert page(session, second, at=taken_up + timedelta(hours=2)).can_rate


def test_whoever_is_erased_meanwhile_is_not_asked(session: Session, two: tuple[Texted, Texted]) -> None:
    (first, _), (second, other) = two
    feedback.rate(session, first.case, first.complainant, process=4, source=Source.WEB_CODE, at=THURSDAY + timedelta(9))
    second.complainant.erased_at = ASKED_AT - timedelta(days=1)

    assert feedback.ask_due(session, at=ASKED_AT, limit=10) == 0

    assert "survey_process" not in texts_to(session, other)
    session.flush()
    assert [row.complainant_id for row in session.scalars(select(Survey))] == [first.complainant.id]


def test_two_workers_ask_each_person_once(database: Database) -> None:
    with database.begin() as unit:
        room = make_room(unit)
        filed = [file_text(unit, room.site, number=number) for number in NUMBERS]
        put_together(unit, room, *(one for one, _ in filed))
        thread_ids = [thread.id for _, thread in filed]

    asked = []
    for _ in range(2):
        with database.begin() as unit:
            asked.append(feedback.ask_due(unit, at=ASKED_AT, limit=10))

    assert asked == [3, 0]
    with database.read() as reading:
        for thread_id in thread_ids:
            assert texts_to(reading, reading.get_one(Thread, thread_id)).count("survey_process") == 1
