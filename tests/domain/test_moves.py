"""Somebody belongs elsewhere now: the conflict wall follows, and never comes down by it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.accounts import audit, operations, queries
from grievance.accounts.models import AuditEntry, Staff
from grievance.accounts.operations import MoveReason
from grievance.accounts.permissions import Duty
from grievance.cases import appeals
from grievance.cases.appeals import waiting
from grievance.cases.models import Case
from grievance.cases.queries import CaseNotFound
from grievance.cases.record import Notice
from grievance.cases.states import Source
from grievance.cases.tasks import NoticeKind, notices
from grievance.cases.triage import RespondentSaid
from grievance.cases.wall import is_hidden_from
from grievance.desk.case_page import case_page
from grievance.rounds.moves import follow_move
from grievance.rounds.timers import sweep
from grievance.sites.models import CompanyKind, Unit
from grievance.sites.operations import add_company, add_unit
from grievance.sites.queries import the_operator
from tests.support.casework import NEXT_WEEK, Room, accuse, by, close, sort, sorted_case, viewer_of
from tests.support.people import Person, make_staff
from tests.support.places import file_case

LATER = NEXT_WEEK + timedelta(days=3)
MUCH_LATER = LATER + timedelta(days=30)


@pytest.fixture
def plant(session: Session, room: Room) -> Unit:
    operator = the_operator(session)
    assert operator is not None
    company = add_company(session, operator, name="Minera Ficticia", kind=CompanyKind.PRINCIPAL)
    return add_unit(session, room.site, company, name="Planta Ficticia")


def move(session: Session, room: Room, person: Person, unit: Unit | None, *, heads: bool = False) -> None:
    actor = by(room.administrator)
    operations.move_staff(
        session,
        staff=session.get_one(Staff, person.staff_id),
        unit=unit,
        company_id=None,
        heads_unit=heads,
        reason=MoveReason.NEW_POST,
        by=actor.staff_id,
        at=LATER,
    )
    follow_move(session, person.staff_id, by=actor, at=LATER)
    session.flush()


def told_of(session: Session, case: Case) -> set[int]:
    return set(
        session.scalars(
            select(Notice.staff_id).where(Notice.kind == NoticeKind.WALLED_OFF.value, Notice.case_id == case.id)
        )
    )


def against(session: Session, room: Room, unit: Unit) -> Case:
    case = file_case(session, room.site).case
    sort(session, room, case, respondents=(RespondentSaid(unit_id=unit.id),))
    return case


def test_a_handler_who_moves_into_the_accused_unit_loses_the_case(session: Session, room: Room, plant: Unit) -> None:
    case = against(session, room, plant)
    assert case.handler_id == room.handler.staff_id

    move(session, room, room.handler, plant)

    with pytest.raises(CaseNotFound):
        case_page(session, viewer_of(session, room.handler), case.reference, now=LATER, writing=lambda: session)
    sweep(session, at=LATER, limit=100)
    assert session.scalars(select(Case.handler_id).where(Case.id == case.id)).one() is None
    assert "left_behind" in [row.kind for row in notices(session, viewer_of(session, room.coordinator), now=MUCH_LATER)]


def test_those_who_triage_are_told_of_the_case_and_the_administrator_is_not(
    session: Session, room: Room, plant: Unit
) -> None:
    case = against(session, room, plant)
    administrator = session.get_one(Staff, room.administrator.staff_id)
    operations.grant_duty(
        session, staff=administrator, site_id=room.site.id, duty=Duty.TRIAGER, by=room.triager.staff_id, at=NEXT_WEEK
    )

    move(session, room, room.second_triager, plant)

    assert told_of(session, case) == {room.triager.staff_id}
    rows = notices(session, viewer_of(session, room.triager), now=MUCH_LATER)
    assert [row.reference for row in rows if row.kind == "walled_off"] == [case.reference]


def test_whoever_is_to_decide_an_appeal_is_told_too(session: Session, room: Room, plant: Unit) -> None:
    reviewer = make_staff(session, name="Rita Fingida", duties={Duty.REVIEWER: room.site}, with_second_factor=False)
    filed = sorted_case(session, room)
    sort(session, room, filed.case, respondents=(RespondentSaid(unit_id=plant.id),))
    close(session, room, filed.case)
    session.flush()
    appeals.file_appeal(
        session, filed.case, person=filed.complainant, words="No.", source=Source.WEB_CODE, at=LATER - timedelta(days=1)
    )
    assert waiting(session, filed.case) is not None

    move(session, room, room.handler, plant)

    assert told_of(session, filed.case) == {room.triager.staff_id, room.second_triager.staff_id, reviewer.staff_id}


def test_what_hides_nothing_tells_nobody(session: Session, room: Room, plant: Unit) -> None:
    sorted_case(session, room)

    move(session, room, room.handler, plant)

    assert session.scalars(select(Notice.id).where(Notice.kind == "walled_off")).all() == []


def test_whoever_becomes_the_boss_of_the_accused_does_not_see_it(session: Session, room: Room, plant: Unit) -> None:
    case = sorted_case(session, room).case
    worker = make_staff(session, name="Omar Imaginario", duties={}, unit_id=plant.id, with_second_factor=False)
    accuse(session, room, case, worker)
    assert not is_hidden_from(session, case, room.coordinator.staff_id)

    move(session, room, room.coordinator, plant, heads=True)

    assert is_hidden_from(session, case, room.coordinator.staff_id)


@pytest.mark.parametrize("way", ["gets a boss", "becomes a boss"])
def test_when_the_accused_moves_those_above_and_below_do_not_see_it(
    session: Session, room: Room, plant: Unit, way: str
) -> None:
    heads = way == "gets a boss"
    other = make_staff(
        session,
        name="Berta Imaginaria",
        duties={Duty.COORDINATOR: room.site},
        unit_id=plant.id,
        heads_unit=heads,
        with_second_factor=False,
    )
    case = sorted_case(session, room).case
    accuse(session, room, case, room.auditor)
    assert not is_hidden_from(session, case, other.staff_id)

    move(session, room, room.auditor, plant, heads=not heads)

    assert is_hidden_from(session, case, other.staff_id)


def test_a_closed_case_that_can_be_appealed_is_hidden_too(session: Session, room: Room, plant: Unit) -> None:
    case = against(session, room, plant)
    close(session, room, case)

    move(session, room, room.coordinator, plant)

    assert is_hidden_from(session, case, room.coordinator.staff_id)


def test_leaving_the_accused_unit_shows_nothing(session: Session, room: Room, plant: Unit) -> None:
    case = against(session, room, plant)
    move(session, room, room.coordinator, plant)

    move(session, room, room.coordinator, None)

    assert is_hidden_from(session, case, room.coordinator.staff_id)
    sort(session, room, case, at=LATER, respondents=(RespondentSaid(unit_id=plant.id),))
    assert is_hidden_from(session, case, room.coordinator.staff_id)


def test_a_move_is_a_line_among_the_permissions_with_its_reason(session: Session, room: Room, plant: Unit) -> None:
    move(session, room, room.coordinator, plant, heads=True)

    line = session.scalars(select(AuditEntry).where(AuditEntry.action == "staff_moved")).one()
    assert (line.actor_id, line.subject) == (room.administrator.staff_id, room.coordinator.public_id)
    assert (line.codes["reason"], line.codes["heads"]) == ("new_post", "False>True")
    assert line.action in audit.KINDS[audit.AuditKind.PERMISSIONS]
    assert queries.place_of(session, room.coordinator.staff_id).company_name == "Minera Ficticia"


def test_nobody_moves_himself_and_the_same_place_is_no_line(session: Session, room: Room, plant: Unit) -> None:
    move(session, room, room.coordinator, plant)
    move(session, room, room.coordinator, plant)

    assert len(session.scalars(select(AuditEntry).where(AuditEntry.action == "staff_moved")).all()) == 1
    with pytest.raises(operations.CannotMoveSelf):
        move(session, room, room.administrator, plant)
