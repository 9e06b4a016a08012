"""Several cases at once: each by its own rules, each with its own answer, and what can be taken back is."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from grievance.cases import handling, triage
from grievance.cases.models import Case, CaseMessage
from grievance.cases.states import Reach
from grievance.cases.verify import verify_cases
from grievance.core.db import Database
from tests.support.casework import NEXT_WEEK, Room, by, file_text, sort, sorted_case
from tests.support.clock import stands_at
from tests.support.desk import CASES, at_desk
from tests.support.places import file_case
from tests.support.web import Browser, Seen

SITE = f"{CASES}?whose=site"


clock = stands_at(NEXT_WEEK)


@pytest.fixture
def three(database: Database, room: Room) -> list[str]:
    with database.begin() as session:
        return [sorted_case(session, room).case.reference for _ in range(3)]


def cases(database: Database, references: list[str]) -> list[Case]:
    with database.read() as session:
        return [session.query(Case).filter_by(reference=reference).one() for reference in references]


def boxes(page: Seen, references: list[str]) -> list[str]:
    """Return what the boxes of these cases send."""
    values = [node.attrs["value"] for node in page.all("input[name=case]")]
    return [next(value for value in values if value.startswith(f"{reference}.")) for reference in references]


def tick(browser: Browser, button: str, references: list[str], *, desk: str = SITE, **fields: Any) -> Seen:
    page = browser.open(desk)
    return browser.submit(button, case=boxes(page, references), **fields)


def told(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).where(CaseMessage.is_from_person.is_(False))) or 0


def holds(database: Database) -> bool:
    with database.read() as session:
        return list(verify_cases(session)) == []


def test_several_cases_are_given_to_one_handler_and_taken_back_with_one_click(
    app: Flask, database: Database, room: Room, three: list[str]
) -> None:
    browser = at_desk(app, room.coordinator)

    page = tick(browser, "Assign", three[:2], handler=room.second_handler.public_id)
    given = [case.handler_id for case in cases(database, three)]
    back = browser.submit("Undo")

    assert page.has("2 cases are assigned.")
    assert given == [room.second_handler.staff_id, room.second_handler.staff_id, room.handler.staff_id]
    assert back.has("Undone:")
    assert {case.handler_id for case in cases(database, three)} == {room.handler.staff_id}
    assert holds(database)


def test_a_case_that_changed_since_the_list_was_shown_is_left_alone_and_the_others_are_done(
    app: Flask, database: Database, room: Room, three: list[str]
) -> None:
    browser = at_desk(app, room.coordinator)
    ticked = boxes(browser.open(SITE), three)
    with database.begin() as session:
        case = session.query(Case).filter_by(reference=three[0]).one()
        handling.add_note(session, case, words="Visto.", by=by(room.handler), at=NEXT_WEEK)

    page = browser.submit("Assign", case=ticked, handler=room.second_handler.public_id)

    assert page.has("2 cases are assigned.")
    assert page.has(f"Not done: {three[0]}. Somebody has changed it since.")
    assert cases(database, three)[0].handler_id == room.handler.staff_id


def test_after_assigning_the_desk_stands_as_it_did(app: Flask, room: Room, three: list[str]) -> None:
    browser = at_desk(app, room.coordinator)
    desk = f"{SITE}&show=late&type=labour"

    tick(browser, "Assign", three[:1], desk=desk, handler=room.second_handler.public_id)

    assert set(browser.url.partition("?")[2].split("&")) == {"whose=site", "show=late", "type=labour"}


def test_nothing_but_the_filter_comes_back_with_the_form(app: Flask, room: Room, three: list[str]) -> None:
    browser = at_desk(app, room.coordinator)
    page = browser.open(SITE)
    data = {"case": boxes(page, three[:1])[0], "handler": "x", "back": "next=https://example.org&_anchor=x&show=late"}

    browser.post("/en/staff/assign", data, with_token=True)

    assert browser.url == f"{CASES}?show=late"


def test_a_message_to_several_is_shown_case_by_case_before_it_goes(app: Flask, database: Database, room: Room) -> None:
    with database.begin() as session:
        filed, _thread = file_text(session, room.site)
        sort(session, room, filed.case)
        texted = filed.case.reference
        webbed = sorted_case(session, room, reach=Reach.PAGE).case.reference
    browser = at_desk(app, room.handler)
    page = tick(browser, "Write to the ticked", [texted, webbed], desk=CASES)

    assert page.h1 == "Write to the people of several cases"

    page = browser.submit("See what will happen", words="El bus sale a las 7")

    assert page.h1 == "Check before it happens: Write to the people of several cases"
    assert page.has("The whole message goes to the phone as a text.")
    assert page.has("Nothing is sent: the person left no phone, and reads it on the follow-up page.")
    assert page.has("of 160 characters")
    assert told(database) == 0

    page = browser.submit("Send the messages")

    assert page.has("The message is on its way in 2 cases.")
    assert told(database) == 2
    assert holds(database)


def test_what_is_changed_after_the_last_look_is_shown_once_more(
    app: Flask, database: Database, room: Room, three: list[str]
) -> None:
    browser = at_desk(app, room.handler)
    tick(browser, "Write to the ticked", three, desk=CASES)
    browser.submit("See what will happen", words="Primera")

    page = browser.submit("Send the messages", words="Otra")

    assert page.has("Otra")
    assert told(database) == 0


def test_an_empty_message_is_asked_for(app: Flask, room: Room, three: list[str]) -> None:
    browser = at_desk(app, room.handler)
    tick(browser, "Write to the ticked", three, desk=CASES)

    page = browser.submit("See what will happen", words=" ", status=422)

    assert page.errors == ["Write the message."]


def test_filings_of_the_same_thing_are_joined_but_for_one_that_changed_meanwhile(
    app: Flask, database: Database, room: Room, three: list[str]
) -> None:
    browser = at_desk(app, room.handler)
    tick(browser, "Join the ticked", three, desk=CASES)
    with database.begin() as session:
        case = session.query(Case).filter_by(reference=three[2]).one()
        handling.add_note(session, case, words="Es otra cosa.", by=by(room.handler), at=NEXT_WEEK)

    page = browser.submit("See what will happen", into=three[0], words="Es lo mismo.")

    assert page.has("This case goes on, with the filings of the others.")
    assert page.has("Not done: Somebody has changed it since.")
    assert {case.merged_into_id for case in cases(database, three)} == {None}

    page = browser.submit("Join the cases")

    goes_on, joined, changed = cases(database, three)
    assert page.has("1 case was joined, and the people are told.")
    assert page.has(f"Not done: {three[2]}.")
    assert (joined.merged_into_id, changed.merged_into_id, goes_on.submission_count) == (goes_on.id, None, 2)
    assert holds(database)


def test_one_ticked_case_alone_is_not_joined_and_the_page_says_so(app: Flask, room: Room, three: list[str]) -> None:
    browser = at_desk(app, room.handler)

    page = tick(browser, "Join the ticked", three[:1], desk=CASES)

    assert page.has("One case alone joins nothing. Tick the others too.")


def test_a_case_one_may_read_but_not_work_is_refused(
    app: Flask, database: Database, room: Room, three: list[str]
) -> None:
    browser = at_desk(app, room.handler)
    value = boxes(browser.open(CASES), three[:1])[0]
    with database.begin() as session:
        case = session.query(Case).filter_by(reference=three[0]).one()
        triage.assign(session, case, room.second_handler.staff_id, by=by(room.coordinator), at=NEXT_WEEK)
        hers = f"{three[0]}.{case.changed_seq}"

    # Neither the stale box nor one with the right version opens what is another handler's.
    for forged in (value, hers):
        page = browser.post("/en/staff/write-to-several", {"case": forged, "words": "x", "seen": "x"}, with_token=True)
        assert page.has("Tick the cases first.")

    assert told(database) == 0


@pytest.mark.parametrize("forged", ["", "x", "....", "4H8M-2WQ5", "4H8M-2WQ5.99999999999999999999", "4H8M-2WQ5.1"])
def test_a_forged_box_is_no_case(app: Flask, database: Database, room: Room, three: list[str], forged: str) -> None:
    browser = at_desk(app, room.coordinator)
    browser.open(SITE)

    for address in ("/en/staff/assign", "/en/staff/write-to-several", "/en/staff/join-several"):
        data = {"case": forged, "handler": room.second_handler.public_id, "words": "x", "into": forged}
        browser.post(address, data, with_token=True)

    assert told(database) == 0
    assert {case.handler_id for case in cases(database, three)} == {room.handler.staff_id}


def test_a_restricted_case_is_not_the_coordinators_to_write_to(app: Flask, database: Database, room: Room) -> None:
    with database.begin() as session:
        case = file_case(session, room.site).case
        sort(session, room, case, restrict=True)
        forged = f"{case.reference}.{case.changed_seq}"
    browser = at_desk(app, room.coordinator)
    browser.open(SITE)

    page = browser.post("/en/staff/write-to-several", {"case": forged}, with_token=True)

    assert page.has("Tick the cases first.")
    assert not page.has(forged.partition(".")[0])


def test_an_auditor_ticks_nothing(app: Flask, room: Room, three: list[str]) -> None:
    page = at_desk(app, room.auditor).open(SITE)

    assert page.has(three[0])
    assert page.all("input[name=case]") == []


def test_who_writes_to_several_need_not_choose_whom_to_assign_to(app: Flask, room: Room, three: list[str]) -> None:
    """One form, three buttons: a browser refuses to send it while a required field that only one needs is empty."""
    page = at_desk(app, room.coordinator).open(SITE)

    assert "required" in page.one("#assign-to").attrs
    others = [button for button in page.all("button") if "formaction" in button.attrs]
    assert len(others) == 2
    assert all("formnovalidate" in button.attrs for button in others)


def test_a_handler_writes_and_joins_but_gives_nothing_away(app: Flask, room: Room, three: list[str]) -> None:
    browser = at_desk(app, room.handler)

    page = browser.open(CASES)

    assert page.has("Write to the ticked")
    assert page.all("#assign-to") == []
    data = {"case": boxes(page, three[:1])[0], "handler": room.second_handler.public_id}
    browser.post("/en/staff/assign", data, with_token=True, status=403)


def test_a_spam_mark_is_taken_back_from_the_line_that_tells_of_it(
    app: Flask, database: Database, room: Room, three: list[str]
) -> None:
    browser = at_desk(app, room.triager)
    browser.open(f"{CASES}/{three[0]}")
    browser.submit(form="/not-a-grievance")
    browser.submit("Mark as not a grievance")
    was_spam = cases(database, three)[0].is_spam

    page = browser.submit("Undo")

    assert was_spam
    assert page.has(f"Undone: {three[0]}.")
    assert not cases(database, three)[0].is_spam
    assert holds(database)


def test_an_undo_works_once_and_only_for_whoever_did_it(
    app: Flask, database: Database, room: Room, three: list[str]
) -> None:
    browser = at_desk(app, room.coordinator)
    page = tick(browser, "Assign", three[:1], handler=room.second_handler.public_id)
    address = next(node.attrs["action"] for node in page.forms if "/undo/" in node.attrs.get("action", ""))
    stranger = at_desk(app, room.triager)
    stranger.open(CASES)

    refused = stranger.post(address, {}, with_token=True)
    browser.submit("Undo")
    twice = browser.post(address, {}, with_token=True)

    assert refused.has("This cannot be undone any more.")
    assert twice.has("This cannot be undone any more.")
    assert cases(database, three)[0].handler_id == room.handler.staff_id


def test_what_changed_since_is_not_taken_back(app: Flask, database: Database, room: Room, three: list[str]) -> None:
    browser = at_desk(app, room.coordinator)
    tick(browser, "Assign", three[:1], handler=room.second_handler.public_id)
    with database.begin() as session:
        case = session.query(Case).filter_by(reference=three[0]).one()
        handling.add_note(session, case, words="Ya llamé.", by=by(room.second_handler), at=NEXT_WEEK)

    page = browser.submit("Undo")

    assert page.has(f"Not done: {three[0]}. Somebody has changed it since.")
    assert cases(database, three)[0].handler_id == room.second_handler.staff_id


def test_writing_to_several_speaks_spanish(app: Flask, room: Room, three: list[str]) -> None:
    browser = at_desk(app, room.handler, lang="es")
    page = browser.open("/es/equipo/casos")

    page = browser.submit("Escribir a los marcados", case=boxes(page, three))
    assert page.h1 == "Escribir a las personas de varios casos"

    page = browser.submit("Ver qué va a pasar", words="El bus sale a las 7")

    assert page.has("Caso por caso")
