"""A request about personal data is kept from whoever turns out to be in conflict with the case that it concerns."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.accounts.permissions import Duty
from grievance.cases import triage
from grievance.cases.hiding import DATA_ORIGIN
from grievance.cases.intake import Filed
from grievance.cases.models import Case, HiddenFrom
from grievance.cases.queries import CaseNotFound
from grievance.cases.states import COMPLAINANT, Channel
from grievance.cases.tasks import notices
from grievance.cases.triage import RespondentSaid
from grievance.cases.verify import verify_cases
from grievance.core.i18n import SPANISH
from grievance.desk.case_page import case_page
from grievance.privacy.apart import follow_walls
from grievance.privacy.request_kinds import DataRight, Proof
from grievance.privacy.requests import Asked, open_request
from tests.support.casework import Room, by, sort, sorted_case, viewer_of
from tests.support.people import Person, make_staff
from tests.support.places import WEDNESDAY, file_case

LATER = WEDNESDAY + timedelta(days=3)


def ask(session: Session, room: Room, about: Filed, words: str = "Quiero mis datos") -> Filed:
    asked = Asked(right=DataRight.ACCESS, words=words, locale=SPANISH, channel=Channel.WEB)
    return open_request(
        session, room.site, asked, people=[(about.complainant, Proof.CODE)], by=COMPLAINANT, at=WEDNESDAY
    )


def sees(session: Session, person: Person, case: Case) -> bool:
    session.flush()
    try:
        case_page(session, viewer_of(session, person), case.reference, now=LATER, writing=lambda: session)
    except CaseNotFound:
        return False
    return True


def accuse(session: Session, room: Room, about: Filed, person: Person) -> None:
    sort(session, room, about.case, respondents=[RespondentSaid(staff_id=person.staff_id)])
    session.flush()


def test_whoever_turns_out_to_be_accused_sees_neither_the_request_nor_its_notices(
    session: Session, room: Room, officer: Person
) -> None:
    about = sorted_case(session, room)
    filed = ask(session, room, about)
    assert sees(session, officer, filed.case)
    assert notices(session, viewer_of(session, officer), now=LATER) != ()
    accuse(session, room, about, officer)

    assert follow_walls(session, at=LATER) == 1

    assert not sees(session, officer, filed.case)
    assert notices(session, viewer_of(session, officer), now=LATER) == ()
    assert follow_walls(session, at=LATER) == 0
    assert list(verify_cases(session)) == []


def test_whoever_turns_out_to_be_accused_keeps_no_request(session: Session, room: Room, officer: Person) -> None:
    about = sorted_case(session, room)
    filed = ask(session, room, about)
    filed.case.handler_id = officer.staff_id
    accuse(session, room, about, officer)

    follow_walls(session, at=LATER)

    assert filed.case.handler_id is None


def test_nobody_else_loses_the_request(session: Session, room: Room, officer: Person) -> None:
    other = make_staff(
        session, name="Elvira Inventada", duties={Duty.DATA_PROTECTION: room.site}, with_second_factor=False
    )
    about, unrelated = sorted_case(session, room), sorted_case(session, room)
    filed, apart = ask(session, room, about), ask(session, room, unrelated)
    accuse(session, room, about, officer)

    follow_walls(session, at=LATER)

    assert sees(session, other, filed.case)
    assert sees(session, officer, apart.case)


def test_a_name_in_the_words_of_the_request_opens_no_way_around_the_wall(
    session: Session, room: Room, officer: Person
) -> None:
    about = file_case(session, room.site)
    accuse(session, room, about, officer)

    filed = ask(session, room, about, words="Quiero lo que escribió Dora Imaginaria")

    assert not sees(session, officer, filed.case)


def test_what_a_triager_shows_again_stays_shown(session: Session, room: Room, officer: Person) -> None:
    about = sorted_case(session, room)
    filed = ask(session, room, about)
    accuse(session, room, about, officer)
    follow_walls(session, at=LATER)

    triage.lift_hiding(session, filed.case, officer.staff_id, reason="Otra persona", by=by(room.triager), at=LATER)

    assert follow_walls(session, at=LATER) == 0
    row = session.scalars(
        select(HiddenFrom).where(HiddenFrom.case_id == filed.case.id, HiddenFrom.staff_id == officer.staff_id)
    ).one()
    assert (row.reason, row.lifted_at) == (DATA_ORIGIN, LATER)
