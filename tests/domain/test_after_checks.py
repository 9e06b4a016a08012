"""Weeks later: did it hold, and was the person treated worse for complaining? A yes to that is a case of its own."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.cases import after_checks, after_plan, endings, handling, resolution, triage
from grievance.cases.case_actions import CaseAction
from grievance.cases.facts import facts_of
from grievance.cases.intake import Filed, Filing
from grievance.cases.models import Case, Complainant, HiddenFrom, Submission
from grievance.cases.queries import CaseNotFound
from grievance.cases.record import CaseEvent, Notice, Task
from grievance.cases.rights_record import AfterCheck, CaseLink
from grievance.cases.states import COMPLAINANT, Channel, Confidentiality, Outcome, Reach, Source
from grievance.cases.verify import verify_cases
from grievance.cases.visibility import allowed_actions
from grievance.cases.wall import hidden_from
from grievance.complainants import collective, door
from grievance.core.i18n import SPANISH
from grievance.crypto.fields import unseal
from grievance.deadlines.standards import CaseType
from grievance.desk.case_page import case_page
from grievance.desk.tasks import tasks
from grievance.dialogue.queries import cases_of
from grievance.messaging import outbox, threads
from grievance.messaging.models import OutboundMessage, Thread
from grievance.messaging.texts import TextName
from tests.support.casework import (
    NEXT_WEEK,
    THURSDAY,
    Room,
    accept,
    by,
    close,
    file_text,
    propose,
    send_texts,
    sort,
    sorted_case,
    texts_to,
    viewer_of,
)
from tests.support.people import Person
from tests.support.places import LINE, file_case

NOON = timedelta(hours=1)
TOLD = NEXT_WEEK
"""Wednesday 9 September 2026, 12:00 in Chile: the response stands on the follow-up page."""


def person_of(session: Session, case: Case) -> Complainant:
    return session.scalars(select(Complainant).where(Complainant.case_id == case.id)).one()


def answered(session: Session, room: Room) -> Case:
    """A case whose outcome stands on the follow-up page, which counts as told."""
    case = sorted_case(session, room).case
    propose(session, room, case, at=TOLD)
    session.flush()
    return case


def asked(session: Session) -> list[str]:
    session.flush()
    found = session.scalars(select(CaseEvent.codes).where(CaseEvent.kind == "check_asked").order_by(CaseEvent.id))
    return [codes["check"] for codes in found]


def say(session: Session, case: Case, *, yes: bool, at: datetime) -> object:
    return after_checks.answer_check(
        session,
        case,
        person_of(session, case),
        said_yes=yes,
        source=Source.WEB_CODE,
        channel=Channel.WEB,
        at=at,
    )


@pytest.mark.parametrize(
    ("days", "kinds"),
    [
        (27, []),
        (28, ["held"]),
        (30, ["held", "retaliation_first"]),
        (89, ["held", "retaliation_first"]),
        (90, ["held", "retaliation_first", "retaliation_second"]),
    ],
)
def test_each_question_is_asked_on_its_day_and_once(session: Session, room: Room, days: int, kinds: list[str]) -> None:
    answered(session, room)
    for day in range(20, days + 1):
        after_checks.ask_checks(session, at=TOLD + timedelta(days=day) + NOON, limit=10)
        after_checks.ask_checks(session, at=TOLD + timedelta(days=day) + 2 * NOON, limit=10)

    assert asked(session) == kinds


def test_the_question_about_reprisals_does_not_wait_behind_one_that_nobody_answers(
    session: Session, room: Room
) -> None:
    filed, thread = file_text(session, room.site)
    sort(session, room, filed.case)
    session.add(
        AfterCheck(case_id=filed.case.id, kind="held", round=1, ask_at=TOLD, closes_at=TOLD + timedelta(days=30))
    )
    after_checks.ask_checks(session, at=TOLD, limit=10)
    send_texts(session, at=TOLD)
    assert thread.pending == "held"
    session.add(
        AfterCheck(
            case_id=filed.case.id, kind="retaliation_first", round=1, ask_at=TOLD, closes_at=TOLD + timedelta(days=30)
        )
    )

    after_checks.ask_checks(session, at=TOLD + NOON, limit=10)
    assert asked(session) == ["held"], "a day to answer the first one"
    after_checks.ask_checks(session, at=TOLD + timedelta(days=2), limit=10)
    send_texts(session, at=TOLD + timedelta(days=2))

    assert asked(session) == ["held", "retaliation_first"]
    assert thread.pending == "reprisal"


def test_nobody_is_asked_at_night(session: Session, room: Room) -> None:
    answered(session, room)

    after_checks.ask_checks(session, at=TOLD + timedelta(days=28, hours=12), limit=10)

    assert asked(session) == []


def test_a_yes_opens_an_urgent_restricted_case_that_the_handler_cannot_see(session: Session, room: Room) -> None:
    case = answered(session, room)
    at = TOLD + timedelta(days=30) + NOON
    after_checks.ask_checks(session, at=at, limit=10)

    filed = say(session, case, yes=True, at=at)

    assert isinstance(filed, Filed)
    linked = filed.case
    assert (linked.type, linked.is_restricted, linked.classified_at) == ("retaliation", True, None)
    assert {clock.name for clock in filed.clocks} == {"acknowledge", "protect", "resolve"}
    session.flush()
    link = session.scalars(select(CaseLink)).one()
    assert (link.case_id, link.from_case_id) == (linked.id, case.id)
    hidden = set(session.scalars(select(HiddenFrom.staff_id).where(HiddenFrom.case_id == linked.id)))
    assert hidden == {room.handler.staff_id}
    told = set(session.scalars(select(Notice.staff_id).where(Notice.kind == "reprisal")))
    assert told == {room.triager.staff_id, room.second_triager.staff_id}
    with pytest.raises(CaseNotFound):
        case_page(session, viewer_of(session, room.handler), linked.reference, now=at, writing=lambda: session)
    assert list(verify_cases(session)) == []


def test_classifying_does_not_let_the_first_handler_in(session: Session, room: Room) -> None:
    case = answered(session, room)
    at = TOLD + timedelta(days=30) + NOON
    after_checks.ask_checks(session, at=at, limit=10)
    filed = say(session, case, yes=True, at=at)
    assert isinstance(filed, Filed)

    sort(session, room, filed.case, type=CaseType.RETALIATION, at=at)

    assert room.handler.staff_id in hidden_from(session, filed.case)


def test_the_history_of_the_first_case_does_not_tell_what_was_answered(session: Session, room: Room) -> None:
    case = answered(session, room)
    at = TOLD + timedelta(days=30) + NOON
    after_checks.ask_checks(session, at=at, limit=10)
    say(session, case, yes=True, at=at)

    page = case_page(session, viewer_of(session, room.handler), case.reference, now=at, writing=lambda: session)

    codes = [dict(part.codes) for part in page.events if part.kind == "check_answered"]
    assert codes == [{"check": "retaliation_first", "source": "web_code"}]
    assert (
        session.scalars(
            select(Notice.id).where(Notice.staff_id == room.handler.staff_id, Notice.kind == "reprisal")
        ).all()
        == []
    )


def test_a_no_to_did_it_hold_asks_somebody_to_look(session: Session, room: Room) -> None:
    case = sorted_case(session, room).case
    close(session, room, case)
    at = TOLD + timedelta(days=28) + NOON
    after_checks.ask_checks(session, at=at, limit=10)

    say(session, case, yes=False, at=at)

    assert "look_at_reopening" in {row.kind for row in tasks(session, viewer_of(session, room.handler))}


def test_an_answer_comes_once_and_only_to_a_question(session: Session, room: Room) -> None:
    case = answered(session, room)
    with pytest.raises(after_checks.NothingAsked):
        say(session, case, yes=True, at=TOLD)
    at = TOLD + timedelta(days=30) + NOON
    after_checks.ask_checks(session, at=at, limit=10)
    say(session, case, yes=False, at=at)
    say(session, case, yes=False, at=at)

    with pytest.raises(after_checks.NothingAsked):
        say(session, case, yes=True, at=at)


def test_the_question_of_an_outcome_that_was_replaced_is_put_to_nobody(session: Session, room: Room) -> None:
    case = answered(session, room)

    after_plan.plan(session, case, told_at=TOLD + timedelta(days=1))
    session.flush()

    # Called off weeks before its day: until that day it is no question either, on the page or for whoever records it.
    with pytest.raises(after_checks.NothingAsked):
        say(session, case, yes=False, at=TOLD + timedelta(days=2))
    assert not facts_of(session, case).has_check_open


def test_who_opted_out_is_not_texted_but_asked_by_somebody(session: Session, room: Room) -> None:
    filed, thread = file_text(session, room.site)
    sort(session, room, filed.case)
    propose(session, room, filed.case, at=TOLD)
    thread.opted_out_at, thread.opted_out_by = TOLD, "person"
    session.flush()
    far = TOLD + timedelta(days=60)
    session.add(AfterCheck(case_id=filed.case.id, kind="retaliation_first", round=9, ask_at=TOLD, closes_at=far))
    before = session.scalars(select(OutboundMessage.id)).all()

    after_checks.ask_checks(session, at=TOLD + timedelta(days=30) + NOON, limit=10)

    session.flush()
    assert session.scalars(select(OutboundMessage.id)).all() == before
    assert "ask_again" in {row.kind for row in tasks(session, viewer_of(session, room.triager))}


def two_people(session: Session, room: Room) -> tuple[Filed, Thread, Filed, Thread]:
    """Who began a case by text, and who joined it with a code by text; its outcome has been told."""
    begun, first = file_text(session, room.site)
    sort(session, room, begun.case)
    code = collective.open_code(session, begun.case, line=None, by=COMPLAINANT, at=THURSDAY)
    found = collective.look_up_on_web(session, room.site.id, code, at=THURSDAY)
    assert isinstance(found, collective.Invitation)
    number = "+56955555555"
    second = threads.open_thread(session, line=LINE, number=number, site_id=room.site.id, locale=SPANISH)
    second.verified_at = THURSDAY
    filing = Filing(
        words="",
        locale=SPANISH,
        channel=Channel.SMS,
        reach=Reach.TEXTS,
        confidentiality=Confidentiality.CONFIDENTIAL,
        thread_id=second.id,
        wants_code=False,
    )
    joined = collective.join(session, found, filing, at=THURSDAY).filed
    assert joined is not None
    far = TOLD + timedelta(days=60)
    session.add(AfterCheck(case_id=begun.case.id, kind="retaliation_first", round=1, ask_at=TOLD, closes_at=far))
    session.flush()
    return begun, first, joined, second


def test_everybody_of_a_case_is_asked_once_and_answers_alone(session: Session, room: Room) -> None:
    begun, first, joined, second = two_people(session, room)

    for hours in range(3):
        after_checks.ask_checks(session, at=TOLD + hours * NOON, limit=10)
    send_texts(session, at=TOLD + 2 * NOON)

    session.flush()
    assert (first.pending, second.pending) == ("reprisal", "reprisal")
    for thread, filed in ((first, begun), (second, joined)):
        asked_by_text = [
            unseal(session, row, "body") or ""
            for row in session.scalars(select(OutboundMessage).where(OutboundMessage.thread_id == thread.id))
            if row.text_name == "check_reprisal"
        ]
        assert len(asked_by_text) == 1
        assert filed.case.reference in asked_by_text[0]
    assert asked(session) == ["retaliation_first"], "the history says it once"
    assert len(session.scalars(select(AfterCheck.id).where(AfterCheck.asked_at.is_not(None))).all()) == 2
    for filed in (begun, joined):
        assert door.show(session, begun.case.id, filed.complainant.id, at=TOLD + NOON).check == "retaliation_first"


def test_a_yes_of_who_joined_opens_a_case_of_that_person_and_leaves_the_question_of_who_began(
    session: Session, room: Room
) -> None:
    begun, _first, joined, second = two_people(session, room)
    at = TOLD + NOON
    after_checks.ask_checks(session, at=at, limit=10)

    filed = after_checks.answer_check(
        session,
        begun.case,
        joined.complainant,
        said_yes=True,
        source=Source.SMS,
        channel=Channel.SMS,
        at=at,
    )

    assert isinstance(filed, Filed)
    assert filed.complainant.thread_id == second.id
    waits = after_checks.open_check(session, begun.case, begun.complainant, at=at)
    assert waits is not None
    assert waits.said_yes is None
    theirs = str(asdict(door.show(session, begun.case.id, begun.complainant.id, at=at)))
    assert filed.case.reference not in theirs
    assert "check_answered" not in theirs
    assert "'check': 'retaliation_first'" in theirs, "still asked"
    with pytest.raises(after_checks.NothingAsked):
        after_checks.answer_check(
            session, begun.case, joined.complainant, said_yes=True, source=Source.SMS, channel=Channel.SMS, at=at
        )
    assert list(verify_cases(session)) == []


def test_an_answer_settles_the_task_of_that_person_alone(session: Session, room: Room) -> None:
    begun, first, joined, second = two_people(session, room)
    for thread in (first, second):
        threads.stop(session, thread, by="person", at=TOLD)
    at = TOLD + NOON
    after_checks.ask_checks(session, at=at, limit=10)
    again = select(Task.id).where(Task.kind == "ask_again", Task.done_at.is_(None))
    assert len(session.scalars(again).all()) == 2

    numbered = [(one.number, one.person.id) for one in after_checks.who_is_asked(session, begun.case, at=at)]
    after_checks.answer_check(
        session,
        begun.case,
        joined.complainant,
        said_yes=False,
        source=Source.WITNESSED,
        channel=Channel.CALL,
        by=by(room.triager),
        at=at,
    )

    assert numbered == [(1, begun.complainant.id), (2, joined.complainant.id)]
    assert len(session.scalars(again).all()) == 1


def test_who_filed_twice_from_one_phone_is_asked_once(session: Session, room: Room) -> None:
    begun, thread = file_text(session, room.site)
    sort(session, room, begun.case)
    again, _thread = file_text(session, room.site)
    endings.merge(session, again.case, begun.case, reason="Lo mismo", by=by(room.handler), at=TOLD)
    far = TOLD + timedelta(days=60)
    session.add(AfterCheck(case_id=begun.case.id, kind="retaliation_first", round=1, ask_at=TOLD, closes_at=far))
    session.flush()

    after_checks.ask_checks(session, at=TOLD + NOON, limit=10)

    assert session.scalars(select(AfterCheck.complainant_id)).all() == [begun.complainant.id]
    assert texts_to(session, thread).count("check_reprisal") == 1


def test_who_filed_twice_from_one_phone_still_answers_after_a_merge(session: Session, room: Room) -> None:
    """A text about reprisals would otherwise be a message to the other case, for whoever works that one."""
    first, thread = file_text(session, room.site)
    asked_about, _thread = file_text(session, room.site)
    for one in (first, asked_about):
        sort(session, room, one.case)
    far = TOLD + timedelta(days=60)
    session.add(AfterCheck(case_id=asked_about.case.id, kind="retaliation_first", round=1, ask_at=TOLD, closes_at=far))
    session.flush()
    after_checks.ask_checks(session, at=TOLD + NOON, limit=10)
    endings.merge(session, asked_about.case, first.case, reason="Lo mismo", by=by(room.handler), at=TOLD + NOON)
    session.flush()
    (own,) = cases_of(session, thread.id)

    filed = after_checks.answer_check(
        session,
        own.case,
        own.person,
        said_yes=True,
        source=Source.SMS,
        channel=Channel.SMS,
        at=TOLD + 2 * NOON,
    )

    assert own.person.id == first.complainant.id
    assert isinstance(filed, Filed)
    words = session.scalars(select(Submission).where(Submission.case_id == filed.case.id)).one()
    assert asked_about.case.reference in (unseal(session, words, "words") or "")


def test_a_question_that_followed_a_merge_is_still_answered_by_hand(session: Session, room: Room) -> None:
    origin, _thread = file_text(session, room.site)
    into = sorted_case(session, room).case
    sort(session, room, origin.case)
    far = TOLD + timedelta(days=60)
    session.add(AfterCheck(case_id=origin.case.id, kind="retaliation_first", round=1, ask_at=TOLD, closes_at=far))
    session.flush()
    after_checks.ask_checks(session, at=TOLD + NOON, limit=10)
    endings.merge(session, origin.case, into, reason="Lo mismo", by=by(room.handler), at=TOLD + NOON)
    session.flush()

    assert facts_of(session, into).has_check_open
    assert CaseAction.RECORD_CHECK in allowed_actions(viewer_of(session, room.triager), facts_of(session, into))


def test_the_question_about_reprisals_waits_for_no_offer_and_a_digit_then_answers_neither(
    session: Session, room: Room
) -> None:
    filed, thread = file_text(session, room.site)
    sort(session, room, filed.case)
    until = TOLD + timedelta(days=7)
    outbox.enqueue(
        session,
        thread,
        TextName.AFTER_CLOSURE,
        values={"reference": filed.case.reference},
        subject=filed.case.public_id,
        at=TOLD,
        is_asked_for=True,
        time_zone=room.site.time_zone,
        asks=threads.Asking(threads.Question.REOPEN, until),
    )
    send_texts(session, at=TOLD)
    assert thread.pending == "reopen"
    session.add(
        AfterCheck(
            case_id=filed.case.id, kind="retaliation_first", round=9, ask_at=TOLD, closes_at=TOLD + timedelta(days=30)
        )
    )

    after_checks.ask_checks(session, at=TOLD + NOON, limit=10)
    send_texts(session, at=TOLD + NOON)

    assert (thread.pending, thread.pending_offer) == ("reprisal", threads.UNCLEAR)


def test_nobody_who_handled_the_case_records_what_was_answered_about_reprisals(session: Session, room: Room) -> None:
    case = answered(session, room)
    triage.restrict(session, case, by=by(room.triager), at=TOLD)
    for who in (room.second_triager, room.investigator):
        triage.assign(session, case, who.staff_id, by=by(room.triager), at=TOLD)
    at = TOLD + timedelta(days=30) + NOON
    after_checks.ask_checks(session, at=at, limit=10)

    def record(who: Person) -> object:
        return after_checks.answer_check(
            session,
            case,
            person_of(session, case),
            check="retaliation_first",
            said_yes=False,
            source=Source.WITNESSED,
            channel=Channel.CALL,
            by=by(who),
            at=at,
        )

    with pytest.raises(after_checks.HandledIt):
        record(room.second_triager)
    assert record(room.triager) is None


def test_recording_an_answer_is_not_offered_to_the_triager_who_handles_the_case(session: Session, room: Room) -> None:
    case = answered(session, room)
    triage.restrict(session, case, by=by(room.triager), at=TOLD)
    triage.assign(session, case, room.second_triager.staff_id, by=by(room.triager), at=TOLD)
    after_checks.ask_checks(session, at=TOLD + timedelta(days=30) + NOON, limit=10)
    session.flush()

    def is_offered(who: Person) -> bool:
        return CaseAction.RECORD_CHECK in allowed_actions(viewer_of(session, who), facts_of(session, case))

    assert (is_offered(room.triager), is_offered(room.second_triager)) == (True, False)


def test_a_triager_who_wrote_the_answer_where_nobody_is_handler_handled_the_case(session: Session, room: Room) -> None:
    filed = file_case(session, room.site)
    triage.classify(
        session,
        filed.case,
        type=CaseType.INTEGRITY,
        category_id=None,
        severity=2,
        by=by(room.second_triager),
        at=THURSDAY,
    )
    handling.acknowledge(session, filed.case, words="La leyó.", by=by(room.triager), at=THURSDAY)
    resolution.propose_response(
        session, filed.case, outcome=Outcome.NOT_UPHELD, words="No.", by=by(room.triager), at=NEXT_WEEK
    )
    accept(session, filed.case)
    resolution.close(session, filed.case, words="Cerramos.", by=by(room.second_triager), at=NEXT_WEEK + 3 * NOON)
    at = NEXT_WEEK + timedelta(days=31) + NOON
    after_checks.ask_checks(session, at=at, limit=10)

    def record(who: Person, *, said_yes: bool) -> Filed | None:
        return after_checks.answer_check(
            session,
            filed.case,
            filed.complainant,
            said_yes=said_yes,
            source=Source.WITNESSED,
            channel=Channel.CALL,
            by=by(who),
            at=at,
        )

    with pytest.raises(after_checks.HandledIt):
        record(room.triager, said_yes=False)
    opened = record(room.second_triager, said_yes=True)
    assert opened is not None
    session.flush()
    hidden = session.scalars(select(HiddenFrom.staff_id).where(HiddenFrom.case_id == opened.case.id)).all()
    assert hidden == [room.triager.staff_id]
