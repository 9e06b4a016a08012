"""Weeks later: did it hold, and was the person treated worse for complaining? A yes to that is a case of its own."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.cases import after_checks
from grievance.cases.intake import Filed
from grievance.cases.models import Case, Complainant, HiddenFrom
from grievance.cases.queries import CaseNotFound
from grievance.cases.record import CaseEvent, Notice
from grievance.cases.rights_record import AfterCheck, CaseLink
from grievance.cases.states import Channel, Source
from grievance.cases.tasks import tasks
from grievance.cases.verify import verify_cases
from grievance.cases.wall import hidden_from
from grievance.deadlines.standards import CaseType
from grievance.desk.case_page import case_page
from grievance.messaging.models import OutboundMessage
from tests.support.casework import (
    NEXT_WEEK,
    Room,
    close,
    file_text,
    propose,
    sort,
    sorted_case,
    viewer_of,
)

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
    assert thread.pending == "held"
    session.add(
        AfterCheck(
            case_id=filed.case.id, kind="retaliation_first", round=1, ask_at=TOLD, closes_at=TOLD + timedelta(days=30)
        )
    )

    after_checks.ask_checks(session, at=TOLD + NOON, limit=10)
    assert asked(session) == ["held"], "a day to answer the first one"
    after_checks.ask_checks(session, at=TOLD + timedelta(days=2), limit=10)

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
