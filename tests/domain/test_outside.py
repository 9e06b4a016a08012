"""All triagers are complained about: the case goes to the outside reviewer, and to nobody else."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.accounts import operations
from grievance.accounts.models import AuditEntry, Staff
from grievance.accounts.permissions import Duty
from grievance.cases import triage
from grievance.cases.hiding import hide_from_named
from grievance.cases.models import Case
from grievance.cases.queries import CaseNotFound, for_change, visible
from grievance.cases.tasks import notices
from grievance.cases.visibility import CaseAction
from grievance.deadlines.standards import CaseType
from grievance.desk.case_page import case_page
from grievance.desk.queries import DeskFilter, Show, Whose, desk, untriaged
from grievance.rounds.timers import sweep
from tests.support.casework import NEXT_WEEK, THURSDAY, Room, by, sorted_case, viewer_of
from tests.support.people import Person, make_staff
from tests.support.places import file_case


@pytest.fixture
def outside(session: Session) -> Person:
    return make_staff(session, name="Ofelia Afuera", duties={Duty.OUTSIDE_REVIEWER: None}, with_second_factor=False)


def accuse(session: Session, room: Room, case: Case, *people: Person, type: CaseType = CaseType.HARASSMENT) -> None:  # noqa: A002  # the field's own word
    said = [triage.RespondentSaid(staff_id=person.staff_id) for person in people]
    triage.classify(
        session,
        case,
        type=type,
        category_id=None,
        severity=3,
        respondents=said,
        by=by(room.triager),
        at=THURSDAY,
    )
    session.flush()


def sees(session: Session, person: Person) -> set[int]:
    return set(session.scalars(select(Case.id).where(visible(viewer_of(session, person)))))


def test_with_every_triager_accused_only_the_outside_reviewer_sees_it(
    session: Session, room: Room, outside: Person
) -> None:
    case = file_case(session, room.site).case
    accuse(session, room, case, room.triager, room.second_triager)

    assert [person.name for person in (*room.people, outside) if case.id in sees(session, person)] == [outside.name]


def test_with_one_triager_left_the_outside_reviewer_sees_nothing(session: Session, room: Room, outside: Person) -> None:
    case = file_case(session, room.site).case
    sorted_case(session, room)
    accuse(session, room, case, room.triager)

    assert sees(session, outside) == set()
    with pytest.raises(CaseNotFound):
        for_change(session, viewer_of(session, outside), case.reference, CaseAction.NOTE)
    assert case.id in sees(session, room.second_triager)


def test_it_comes_back_when_a_triager_may_see_it_again(session: Session, room: Room, outside: Person) -> None:
    case = file_case(session, room.site).case
    accuse(session, room, case, room.triager, room.second_triager)

    triage.lift_hiding(
        session, case, room.second_triager.staff_id, reason="Alcance de nombre", by=by(outside), at=NEXT_WEEK
    )
    session.flush()

    assert sees(session, outside) == set()
    assert case.id in sees(session, room.second_triager)


def test_a_new_case_that_names_both_triagers_is_hers_to_sort(session: Session, room: Room, outside: Person) -> None:
    case = file_case(session, room.site).case
    both = " y ".join(session.get_one(Staff, one.staff_id).surname for one in (room.triager, room.second_triager))
    hide_from_named(session, case, f"Fueron {both}", at=THURSDAY)
    session.flush()
    viewer = viewer_of(session, outside)

    tray = untriaged(session, viewer, now=THURSDAY)
    found = for_change(session, viewer, case.reference, CaseAction.CLASSIFY)

    assert [row.reference for row in tray.rows] == [case.reference]
    assert found is case


def test_she_works_it_to_the_end_with_whom_she_names(session: Session, room: Room, outside: Person) -> None:
    case = file_case(session, room.site).case
    accuse(session, room, case, room.triager, room.second_triager)
    viewer = viewer_of(session, outside)

    for action in (CaseAction.NAME_INVESTIGATOR, CaseAction.NOTE, CaseAction.ACKNOWLEDGE, CaseAction.OPEN_IDENTITY):
        assert for_change(session, viewer, case.reference, action) is case
    triage.assign(session, case, outside.staff_id, by=by(outside), at=NEXT_WEEK)
    assert case.handler_id == outside.staff_id
    triage.name_investigator(session, case, room.investigator.staff_id, by=by(outside), at=NEXT_WEEK)
    page = case_page(session, viewer, case.reference, now=NEXT_WEEK, writing=lambda: session)
    assert {reader.because for reader in page.readers} == {"handler", "investigator"}
    assert {part.name for part in page.hidden_from} == {room.triager.name, room.second_triager.name}


def test_she_has_it_on_her_desk(session: Session, room: Room, outside: Person) -> None:
    case = file_case(session, room.site).case
    sorted_case(session, room)
    accuse(session, room, case, room.triager, room.second_triager)

    found = desk(session, viewer_of(session, outside), DeskFilter(show=Show.OPEN, whose=Whose.SITE), now=THURSDAY)

    assert [row.reference for row in found.rows] == [case.reference]


def test_she_is_told_once_and_it_is_audited(session: Session, room: Room, outside: Person) -> None:
    case = file_case(session, room.site).case
    accuse(session, room, case, room.triager, room.second_triager)

    sweep(session, at=THURSDAY, limit=50)
    sweep(session, at=NEXT_WEEK, limit=50)

    told = notices(session, viewer_of(session, outside), now=NEXT_WEEK)
    assert [(row.kind, row.reference) for row in told if row.kind == "sent_outside"] == [
        ("sent_outside", case.reference)
    ]
    lines = session.scalars(select(AuditEntry).where(AuditEntry.action == "case_sent_outside")).all()
    assert [line.subject for line in lines] == [case.public_id]


def test_taking_all_triagers_away_shows_her_nothing(session: Session, room: Room, outside: Person) -> None:
    """Nobody becomes the reader of every case by emptying a duty."""
    file_case(session, room.site)
    for triager in (room.triager, room.second_triager):
        staff = session.get_one(Staff, triager.staff_id)
        operations.deactivate(session, staff=staff, by=room.administrator.staff_id, at=THURSDAY)

    assert sees(session, outside) == set()


def test_the_case_of_an_outside_reviewer_who_is_accused_too_stays_out_of_sight(
    session: Session, room: Room, outside: Person
) -> None:
    case = file_case(session, room.site).case
    accuse(session, room, case, room.triager, room.second_triager, outside)

    assert sees(session, outside) == set()


def test_only_some_duties_are_held_everywhere(session: Session, room: Room) -> None:
    staff = session.get_one(Staff, room.publisher.staff_id)

    with pytest.raises(operations.DutyNeedsSite):
        operations.grant_duty(session, staff=staff, site_id=None, duty=Duty.TRIAGER, by=None, at=THURSDAY)
    assert (
        operations.grant_duty(
            session, staff=staff, site_id=None, duty=Duty.OUTSIDE_REVIEWER, by=None, at=THURSDAY
        ).site_id
        is None
    )
