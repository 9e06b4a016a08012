"""A request about personal data is kept from whoever turns out to be in conflict with the case that it concerns."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.accounts.permissions import Duty
from grievance.cases import triage
from grievance.cases.hiding import DATA_ORIGIN
from grievance.cases.models import HiddenFrom
from grievance.cases.tasks import notices
from grievance.cases.verify import verify_cases
from grievance.privacy.apart import follow_walls
from tests.support.casework import Room, accuse, by, sorted_case, viewer_of
from tests.support.data_requests import ask, sees
from tests.support.people import Person, make_staff
from tests.support.places import WEDNESDAY, file_case

LATER = WEDNESDAY + timedelta(days=3)


def test_whoever_turns_out_to_be_accused_sees_neither_the_request_nor_its_notices(
    session: Session, room: Room, officer: Person
) -> None:
    about = sorted_case(session, room)
    filed = ask(session, room, about)
    assert sees(session, officer, filed.case, at=LATER)
    assert notices(session, viewer_of(session, officer), now=LATER) != ()
    accuse(session, room, about.case, officer)

    assert follow_walls(session, at=LATER) == 1

    assert not sees(session, officer, filed.case, at=LATER)
    assert notices(session, viewer_of(session, officer), now=LATER) == ()
    assert follow_walls(session, at=LATER) == 0
    assert list(verify_cases(session)) == []


def test_whoever_turns_out_to_be_accused_keeps_no_request(session: Session, room: Room, officer: Person) -> None:
    about = sorted_case(session, room)
    filed = ask(session, room, about)
    filed.case.handler_id = officer.staff_id
    accuse(session, room, about.case, officer)

    follow_walls(session, at=LATER)

    assert filed.case.handler_id is None


def test_nobody_else_loses_the_request(session: Session, room: Room, officer: Person) -> None:
    other = make_staff(
        session, name="Elvira Inventada", duties={Duty.DATA_PROTECTION: room.site}, with_second_factor=False
    )
    about, unrelated = sorted_case(session, room), sorted_case(session, room)
    filed, apart = ask(session, room, about), ask(session, room, unrelated)
    accuse(session, room, about.case, officer)

    follow_walls(session, at=LATER)

    assert sees(session, other, filed.case, at=LATER)
    assert sees(session, officer, apart.case, at=LATER)


def test_a_name_in_the_words_of_the_request_opens_no_way_around_the_wall(
    session: Session, room: Room, officer: Person
) -> None:
    about = file_case(session, room.site)
    accuse(session, room, about.case, officer)

    filed = ask(session, room, about, words="Quiero lo que escribió Dora Imaginaria")

    assert not sees(session, officer, filed.case, at=LATER)


def test_what_a_triager_shows_again_stays_shown(session: Session, room: Room, officer: Person) -> None:
    about = sorted_case(session, room)
    filed = ask(session, room, about)
    accuse(session, room, about.case, officer)
    follow_walls(session, at=LATER)

    triage.lift_hiding(session, filed.case, officer.staff_id, reason="Otra persona", by=by(room.triager), at=LATER)

    assert follow_walls(session, at=LATER) == 0
    row = session.scalars(
        select(HiddenFrom).where(HiddenFrom.case_id == filed.case.id, HiddenFrom.staff_id == officer.staff_id)
    ).one()
    assert (row.reason, row.lifted_at) == (DATA_ORIGIN, LATER)
