"""The pages of a leaver: what the administrator sees, and how a coordinator hands the cases over."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select

from grievance.accounts.permissions import Duty
from grievance.cases import triage
from grievance.cases.models import Case
from grievance.cases.record import CaseEvent
from grievance.cases.triage import RespondentSaid
from grievance.cases.wall import is_hidden_from
from grievance.core.db import Database
from grievance.deadlines.standards import CaseType
from grievance.sites.models import CompanyKind
from grievance.sites.operations import add_company, add_unit
from grievance.sites.queries import the_operator
from tests.support.casework import NEXT_WEEK, THURSDAY, Room, accuse, by, sort, sorted_case
from tests.support.clock import stands_at
from tests.support.desk import at_desk
from tests.support.people import make_staff
from tests.support.places import file_case
from tests.support.web import Seen

HANDOVERS = "/en/staff/handovers"


clock = stands_at(NEXT_WEEK)


@pytest.fixture
def two(database: Database, room: Room) -> list[str]:
    """Return the references of two cases of the handler; the second is about the second handler."""
    with database.begin() as session:
        free, about = sorted_case(session, room).case, sorted_case(session, room).case
        accuse(session, room, about, room.second_handler)
        return [free.reference, about.reference]


def handlers(database: Database) -> dict[str, int | None]:
    with database.read() as session:
        return {case.reference: case.handler_id for case in session.query(Case)}


def test_the_administrator_closes_the_account_and_learns_only_that_there_was_something(
    app: Flask, database: Database, room: Room, two: list[str]
) -> None:
    browser = at_desk(app, room.administrator)
    page = browser.open(f"/en/staff/people/{room.handler.public_id}")
    assert not any(reference in page.html for reference in two)

    after = browser.submit("Close this account")

    assert after.has("What this person had in hand goes to those who give cases away. They are told.")
    assert set(handlers(database).values()) == {None}
    browser.open(HANDOVERS, status=403)


def test_the_coordinator_finds_the_leaver_and_hands_over_what_can_go(
    app: Flask, database: Database, room: Room, two: list[str]
) -> None:
    free, about = two
    at_desk(app, room.administrator).open(f"/en/staff/people/{room.handler.public_id}")
    admin = at_desk(app, room.administrator)
    admin.open(f"/en/staff/people/{room.handler.public_id}")
    admin.submit("Close this account")

    browser = at_desk(app, room.coordinator)
    assert browser.page.has("Whoever worked it no longer does: give it to somebody")
    assert browser.page.has("Somebody left cases behind: hand them over")
    assert browser.open(HANDOVERS).has("Account closed")
    browser.click(room.handler.name)
    boxes = [str(node.attrs["value"]) for node in browser.page.all("input[name=case]")]
    page = browser.submit(
        "Hand over the ticked cases", case=boxes, handler=room.second_handler.public_id, words="Falta la cocina."
    )

    assert page.has("1 case is handed over, with your note in it.")
    assert page.has(f"Not handed over: {about}. Give these to somebody else.")
    assert not page.has("complained")
    assert handlers(database) == {free: room.second_handler.staff_id, about: None}
    fresh = at_desk(app, room.second_handler)
    assert fresh.page.has("Cases were handed over to you")
    assert fresh.open(f"/en/staff/cases/{free}").has("Falta la cocina.")
    fresh.open(f"/en/staff/cases/{about}", status=404)


def test_after_the_last_case_of_a_leaver_the_list_says_so(app: Flask, database: Database, room: Room) -> None:
    with database.begin() as session:
        sorted_case(session, room)
    admin = at_desk(app, room.administrator)
    admin.open(f"/en/staff/people/{room.handler.public_id}")
    admin.submit("Close this account")
    browser = at_desk(app, room.coordinator)
    browser.open(f"{HANDOVERS}/{room.handler.public_id}")
    boxes = [str(node.attrs["value"]) for node in browser.page.all("input[name=case]")]

    page = browser.submit(
        "Hand over the ticked cases", case=boxes, handler=room.second_handler.public_id, words="Falta la cocina."
    )

    assert browser.url == HANDOVERS
    assert page.has("1 case is handed over, with your note in it.")
    assert room.handler.name not in page.text


def test_a_hand_over_can_be_undone_from_its_line(app: Flask, database: Database, room: Room, two: list[str]) -> None:
    browser = at_desk(app, room.coordinator)
    browser.open(f"{HANDOVERS}/{room.handler.public_id}")
    box = next(
        str(node.attrs["value"]) for node in browser.page.all("input[name=case]") if two[0] in str(node.attrs["value"])
    )
    browser.submit(
        "Hand over the ticked cases", case=[box], handler=room.second_handler.public_id, words="Falta la cocina."
    )
    assert handlers(database)[two[0]] == room.second_handler.staff_id

    browser.submit("Undo")

    assert handlers(database)[two[0]] == room.handler.staff_id


def test_without_a_note_or_a_tick_nothing_happens_and_nothing_is_lost(
    app: Flask, database: Database, room: Room, two: list[str]
) -> None:
    browser = at_desk(app, room.coordinator)
    browser.open(f"{HANDOVERS}/{room.handler.public_id}")
    boxes = [str(node.attrs["value"]) for node in browser.page.all("input[name=case]")]

    page = browser.submit(
        "Hand over the ticked cases", case=boxes, handler=room.second_handler.public_id, words="", status=422
    )

    assert page.errors
    assert [node.attrs["value"] for node in page.all("input[name=case]") if "checked" in node.attrs] == boxes
    browser.open(f"{HANDOVERS}/{room.handler.public_id}")
    browser.submit("Hand over the ticked cases", handler=room.second_handler.public_id, words="Falta.", status=422)
    assert set(handlers(database).values()) == {room.handler.staff_id}


def test_taking_the_duty_away_sends_the_cases_on(app: Flask, database: Database, room: Room, two: list[str]) -> None:
    browser = at_desk(app, room.administrator)
    browser.open(f"/en/staff/people/{room.handler.public_id}")

    after = browser.submit("Take away: Case handler, Cerro Imaginario")

    assert after.has("What this person had in hand goes to those who give cases away.")
    assert set(handlers(database).values()) == {None}


def test_of_somebody_with_nothing_it_says_so(app: Flask, room: Room) -> None:
    browser = at_desk(app, room.administrator)
    browser.open(f"/en/staff/people/{room.handler.public_id}")

    assert browser.submit("Close this account").has("This person had nothing in hand.")


def test_the_answer_to_a_move_is_the_same_whether_or_not_a_case_is_about_that_unit(
    app: Flask, database: Database, room: Room
) -> None:
    with database.begin() as session:
        operator = the_operator(session)
        assert operator is not None
        firm = add_company(session, operator, name="Minera Ficticia", kind=CompanyKind.PRINCIPAL)
        accused, other = (add_unit(session, room.site, firm, name=name) for name in ("Planta", "Puerto"))
        case = sorted_case(session, room).case
        sort(session, room, case, respondents=(RespondentSaid(unit_id=accused.id),))
        ids = {"accused": accused.public_id, "other": other.public_id}
        case_id = case.id

    def moved(unit: str) -> tuple[str, str]:
        """Return the pages before and after the answer, without what differs by itself."""
        browser = at_desk(app, room.administrator)
        browser.open(f"/en/staff/people/{room.handler.public_id}/place")
        after = browser.submit("Save", unit=ids[unit], reason="new_post")
        assert browser.url == f"/en/staff/people/{room.handler.public_id}"
        told = browser.open("/en/staff/notices").text
        return re.sub("Planta|Puerto", "…", after.text), told

    with_nothing = moved("other")
    with_something = moved("accused")

    assert with_nothing == with_something
    with database.read() as session:
        assert is_hidden_from(session, session.get_one(Case, case_id), room.handler.staff_id)


def test_somebody_without_cases_here_is_not_there(app: Flask, room: Room) -> None:
    at_desk(app, room.coordinator).open(f"{HANDOVERS}/{room.publisher.public_id}", status=404)


def test_a_restricted_case_that_is_handed_over_reads_as_one_line_with_its_facts(
    app: Flask, database: Database, room: Room
) -> None:
    with database.begin() as session:
        other = make_staff(session, name="Iván Otro", duties={Duty.INVESTIGATOR: room.site})
        case = file_case(session, room.site).case
        sort(session, room, case, type=CaseType.HARASSMENT, at=THURSDAY)
        reference = case.reference
    browser = at_desk(app, room.triager)
    browser.open(f"{HANDOVERS}/{room.investigator.public_id}")
    boxes = [str(node.attrs["value"]) for node in browser.page.all("input[name=case]")]
    before = len(lines(browser.open(f"/en/staff/cases/{reference}")))
    browser.open(f"{HANDOVERS}/{room.investigator.public_id}")
    browser.submit("Hand over the ticked cases", case=boxes, handler=other.public_id, words="Falta la cocina.")

    after = lines(browser.open(f"/en/staff/cases/{reference}"))

    assert len(after) == before + 1
    assert f"Handed over with a note, from {room.investigator.name} to {other.name}" in after[0]
    assert "Investigator named; Investigator removed" in after[0]
    with database.read() as session:
        kinds = session.scalars(select(CaseEvent.kind).order_by(CaseEvent.id.desc()).limit(3)).all()
    assert sorted(kinds) == ["assigned", "investigator_named", "investigator_removed"]


def test_what_two_people_did_stays_two_lines(app: Flask, database: Database, room: Room) -> None:
    with database.begin() as session:
        case = sorted_case(session, room).case
        reference = case.reference
        for giver, taker in ((room.coordinator, room.second_handler), (room.triager, room.handler)):
            triage.assign(session, case, taker.staff_id, by=by(giver), at=NEXT_WEEK)

    newest = lines(at_desk(app, room.coordinator).open(f"/en/staff/cases/{reference}"))[:2]

    assert [line.count("Assigned") for line in newest] == [1, 1]
    assert room.triager.name in newest[0]


def lines(page: Seen) -> list[str]:
    return [row.text for row in page.all("section[aria-labelledby=history] tbody tr")]
