"""Missed dates move a case up, one rung each, and never hide that they were missed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.accounts.permissions import Duty
from grievance.cases.endings import withdraw
from grievance.cases.handling import acknowledge
from grievance.cases.models import Case, CaseMessage
from grievance.cases.page import CasePage
from grievance.cases.queries import CaseNotFound
from grievance.cases.record import CaseEvent, Notice
from grievance.cases.side_tracks import Rung
from grievance.cases.states import Source
from grievance.cases.verify import verify_cases
from grievance.deadlines.standards import CaseType
from grievance.desk.case_page import case_page
from grievance.rounds.timers import sweep
from grievance.sites.models import ExternalRoute
from tests.support.casework import Room, by, local, sort, sorted_case, viewer_of
from tests.support.people import Person, make_staff
from tests.support.places import WEDNESDAY, file_case

CONTACT_MISSED = ("first_contact", "2026-09-04")


@pytest.fixture
def manager(session: Session, room: Room) -> Person:
    return make_staff(session, name="Marta Imaginaria", duties={Duty.MANAGER: room.site}, with_second_factor=False)


def page_of(session: Session, person: Person, case: Case) -> CasePage:
    return case_page(session, viewer_of(session, person), case.reference, now=local(10, 9), writing=lambda: session)


def rungs(session: Session) -> list[tuple[str, int]]:
    session.flush()
    found = session.scalars(select(CaseEvent.codes).where(CaseEvent.kind == "escalated").order_by(CaseEvent.id))
    return [(codes["clock"], codes["rung"]) for codes in found]


def missed(session: Session, case: Case) -> list[tuple[str, str]]:
    session.flush()
    breached = select(CaseEvent.codes).where(CaseEvent.case_id == case.id, CaseEvent.kind == "clock_breached")
    return [(codes["clock"], codes["due_on"]) for codes in session.scalars(breached.order_by(CaseEvent.id))]


def told(session: Session) -> set[int]:
    session.flush()
    return set(session.scalars(select(Notice.staff_id).where(Notice.kind == "clock_breached")))


def test_each_missed_date_moves_it_one_rung_and_no_date_twice(session: Session, room: Room) -> None:
    case = sorted_case(session, room).case

    # Acknowledge on Friday 4, first contact on Tuesday 8.
    sweep(session, at=local(5, 9), limit=100)
    sweep(session, at=local(6, 9), limit=100)
    sweep(session, at=local(9, 9), limit=100)
    sweep(session, at=local(10, 9), limit=100)

    assert rungs(session) == [("acknowledge", 1), ("first_contact", 2)]
    assert case.rung == Rung.MANAGER


def test_the_coordinator_hears_of_the_first_and_the_manager_of_the_second(
    session: Session, room: Room, manager: Person
) -> None:
    sorted_case(session, room)

    sweep(session, at=local(5, 9), limit=100)
    after_first = told(session)
    sweep(session, at=local(9, 9), limit=100)

    assert after_first == {room.handler.staff_id, room.coordinator.staff_id}
    assert told(session) == after_first | {manager.staff_id}


def test_a_manager_sees_a_case_only_once_it_came_up(session: Session, room: Room, manager: Person) -> None:
    case = sorted_case(session, room).case
    sweep(session, at=local(5, 9), limit=100)

    with pytest.raises(CaseNotFound):
        page_of(session, manager, case)
    sweep(session, at=local(9, 9), limit=100)
    seen: CasePage = page_of(session, manager, case)

    assert seen.reference == case.reference
    assert "Marta Imaginaria" in {part.name for part in seen.readers}


def test_a_restricted_case_never_comes_up_to_the_manager(session: Session, room: Room, manager: Person) -> None:
    case = file_case(session, room.site).case
    sort(session, room, case, type=CaseType.HARASSMENT)

    for days in range(1, 60):
        sweep(session, at=WEDNESDAY + timedelta(days=days), limit=100)

    assert case.rung >= Rung.MANAGER
    assert manager.staff_id not in told(session)
    assert room.coordinator.staff_id not in told(session)
    with pytest.raises(CaseNotFound):
        page_of(session, manager, case)


def test_from_the_third_on_the_person_is_told_where_else_to_go(session: Session, room: Room) -> None:
    session.add(
        ExternalRoute(
            operator_id=room.site.operator_id, names={"es": "Lugar Ficticio"}, notes={}, url="https://example.org"
        )
    )
    case: Case = sorted_case(session, room).case

    for days in (3, 7, 40, 41):
        sweep(session, at=WEDNESDAY + timedelta(days=days), limit=100)

    session.flush()
    message = session.scalars(select(CaseMessage).where(CaseMessage.kind == "delay")).one()
    assert case.rung == Rung.ELSEWHERE
    assert message.author_id is None
    assert "Lugar Ficticio" in " ".join(part.words or "" for part in page_of(session, room.handler, case).thread)
    assert [rung for _, rung in rungs(session)] == [1, 2, 3]


def test_sorting_an_overdue_case_moves_it_no_further_than_what_was_promised(session: Session, room: Room) -> None:
    case = file_case(session, room.site).case
    # Acknowledge was promised for Friday 4; of safety it would have been Thursday 3, and first contact Friday 4.
    sweep(session, at=local(5, 9), limit=100)
    sort(session, room, case, type=CaseType.SAFETY, at=local(7, 9))

    sweep(session, at=local(7, 10), limit=100)

    assert rungs(session) == [("acknowledge", 1)]
    assert missed(session, case) == [("acknowledge", "2026-09-04"), ("acknowledge", "2026-09-03"), CONTACT_MISSED]


def test_sorting_before_the_worker_looked_hides_nothing(session: Session, room: Room) -> None:
    case = file_case(session, room.site).case
    sort(session, room, case, type=CaseType.SAFETY, at=local(7, 9))

    sweep(session, at=local(7, 10), limit=100)

    assert rungs(session) == [("acknowledge", 1)]
    assert ("acknowledge", "2026-09-04") in missed(session, case)


def test_harassment_sorted_the_day_after_has_its_receipt_and_moves_nothing(session: Session, room: Room) -> None:
    case = file_case(session, room.site).case
    sort(session, room, case, type=CaseType.HARASSMENT, at=local(3, 9))

    sweep(session, at=local(3, 10), limit=100)

    assert rungs(session) == []
    assert missed(session, case) == [("protect", "2026-09-02")]


def test_a_date_kept_too_late_is_missed_though_no_worker_ran_meanwhile(session: Session, room: Room) -> None:
    case = sorted_case(session, room).case
    acknowledge(session, case, words="La leyó una persona.", by=by(room.handler), at=local(7, 9))

    for hour in (10, 11):
        sweep(session, at=local(7, hour), limit=100)

    assert missed(session, case) == [("acknowledge", "2026-09-04")]
    assert rungs(session) == [("acknowledge", 1)]
    assert told(session) == {room.handler.staff_id, room.coordinator.staff_id}
    assert list(verify_cases(session)) == []


def test_a_case_that_left_after_a_date_keeps_the_breach_and_troubles_nobody(session: Session, room: Room) -> None:
    case = sorted_case(session, room).case
    withdraw(session, case, source=Source.WITNESSED, reason="Ya no.", by=by(room.handler), at=local(7, 9))

    sweep(session, at=local(7, 10), limit=100)

    assert missed(session, case) == [("acknowledge", "2026-09-04")]
    assert (rungs(session), told(session)) == ([], set())


def test_a_date_met_in_time_is_never_missed(session: Session, room: Room) -> None:
    case = sorted_case(session, room).case
    acknowledge(session, case, words="La leyó una persona.", by=by(room.handler), at=local(4, 20))

    sweep(session, at=local(7, 10), limit=100)

    assert missed(session, case) == []
