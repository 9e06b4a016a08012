"""Asking about one's own data on the web, at the desk, and what whoever answers sees and does."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from grievance.accounts.models import AuditEntry
from grievance.accounts.permissions import Duty
from grievance.cases import handling
from grievance.cases.models import Case, Complainant
from grievance.core.db import Database
from grievance.core.paths import templates_dir
from grievance.crypto.fields import seal
from grievance.privacy.request_record import DataRequest, DataRequestPerson
from tests.support import complainant as person
from tests.support.casework import Room, by, sort
from tests.support.clock import Clock
from tests.support.complainant import FOLLOW_UP, Keys, file_and_save, keys_on
from tests.support.desk import at_desk
from tests.support.people import Person, make_staff
from tests.support.places import WEDNESDAY
from tests.support.web import HOST, Browser

OWN_DATA = f"{FOLLOW_UP}/data"
ASK = "/en/privacy/request"
LIST = "/en/staff/personal-data"


@pytest.fixture
def officer(database: Database, room: Room) -> Person:
    with database.begin() as session:
        return make_staff(session, name="Dora Imaginaria", duties={Duty.DATA_PROTECTION: room.site})


@pytest.fixture
def held(browser: Browser, room: Room, clock: Clock) -> Keys:
    return file_and_save(browser, clock)


def the_request(database: Database) -> tuple[str, str, int]:
    """Return the reference, the right, and for how many people the one request is proven to speak."""
    with database.read() as session:
        row = session.scalars(select(DataRequest)).one()
        case = session.get_one(Case, row.case_id)
        people = session.scalars(select(DataRequestPerson.id).where(DataRequestPerson.request_id == row.id)).all()
        return case.reference, row.right, len(people)


def test_whoever_came_in_with_the_code_asks_and_gets_a_receipt_of_its_own(
    browser: Browser, database: Database, held: Keys, clock: Clock
) -> None:
    browser.open(FOLLOW_UP)
    browser.click("My personal data")

    page = browser.submit("Send the request", right="access")

    reference, right, people = the_request(database)
    assert keys_on(page).reference == reference != held.reference
    assert (right, people) == ("access", 1)
    assert page.has("We received your request")
    assert not page.has("We received your grievance")


def test_nobody_reaches_the_page_of_ones_own_data_without_the_code(browser: Browser, room: Room) -> None:
    page = browser.open(OWN_DATA)

    assert browser.url.endswith(FOLLOW_UP)
    assert page.has("Access code")


def test_a_correction_says_what_it_should_say(browser: Browser, database: Database, held: Keys) -> None:
    browser.open(OWN_DATA)

    page = browser.submit("Send the request", right="rectification", status=422)
    assert page.has("Write what it should say.")
    browser.submit("Send the request", right="rectification", corrects="name", wanted="Ximena Árbol")

    assert the_request(database)[1] == "rectification"


def test_without_a_code_a_request_speaks_for_nobody_yet_and_sets_no_cookie_before(
    browser: Browser, database: Database, room: Room, clock: Clock
) -> None:
    browser.open(ASK)
    assert browser.cookies == {}
    clock.forward(timedelta(minutes=1))

    page = browser.submit("Send the request", right="erasure", words="Mi caso es 7K3Q-9F2M", name="Ximena Árbol")

    reference, right, people = the_request(database)
    assert keys_on(page).reference == reference
    assert (right, people) == ("erasure", 0)


def test_a_program_that_fills_in_everything_is_asked_again(
    browser: Browser, database: Database, room: Room, clock: Clock
) -> None:
    browser.open(ASK)

    page = browser.submit("Send the request", right="access", status=422)

    assert page.has("a person is sending it")
    with database.read() as session:
        assert session.scalars(select(DataRequest.id)).all() == []


def test_whoever_answers_finds_it_with_its_dates_and_a_handler_does_not(
    app: Flask, browser: Browser, database: Database, room: Room, officer: Person, held: Keys
) -> None:
    browser.open(OWN_DATA)
    browser.submit("Send the request", right="blocking")
    reference = the_request(database)[0]

    page = at_desk(app, officer).open(LIST)
    assert page.has("Block my data: nobody reads it for now")
    one = at_desk(app, officer).open(f"{LIST}/{reference}")
    assert one.has(held.reference)
    assert one.has("Came with the code of the case")
    assert held.reference not in one.links
    at_desk(app, room.handler).open(f"{LIST}/{reference}", status=403)
    at_desk(app, room.triager).open(f"{LIST}/{reference}", status=403)
    with database.read() as session:
        viewed = session.scalars(select(AuditEntry.actor_id).where(AuditEntry.action == "case_viewed")).all()
    assert viewed == [officer.staff_id]


def test_a_document_is_compared_and_the_name_is_shown_to_nobody(
    app: Flask, browser: Browser, database: Database, room: Room, officer: Person, clock: Clock
) -> None:
    keys = file_and_save(browser, clock, gives_name="yes", name="Ximena Árbol")
    browser.open(ASK)
    clock.forward(timedelta(minutes=1))
    browser.submit("Send the request", right="access")
    reference = the_request(database)[0]
    desk = at_desk(app, officer)

    desk.open(f"{LIST}/{reference}")
    page = desk.submit("Compare", reference=keys.reference, name="Rosa Inventada")
    assert page.has("No case with this reference has this name.")
    assert not page.has("Ximena")
    page = desk.submit("Compare", reference=keys.reference, name="ximena arbol")

    assert page.has("Showed a document with the name of the case")
    with database.read() as session:
        found = session.scalars(select(AuditEntry.codes).where(AuditEntry.action == "data_person_compared")).all()
        assert found == [{"fits": False}, {"fits": True}]
        assert (
            session.scalars(select(DataRequestPerson.complainant_id)).one()
            == session.scalars(
                select(Complainant.id)
                .join(Case, Case.id == Complainant.case_id)
                .where(Case.reference == keys.reference)
            ).one()
        )


def test_thirty_days_more_are_taken_on_the_page_once(
    app: Flask, browser: Browser, database: Database, room: Room, officer: Person, held: Keys, clock: Clock
) -> None:
    browser.open(OWN_DATA)
    browser.submit("Send the request", right="access")
    reference = the_request(database)[0]
    clock.forward(timedelta(days=10))
    desk = at_desk(app, officer)
    desk.open(f"{LIST}/{reference}")

    page = desk.submit("Tell the person", reason="more_to_find_out", words="We look through three cases.")

    assert page.has("1 November")
    assert not page.has("Take thirty days more")


def test_a_request_at_the_desk_gives_a_slip(app: Flask, database: Database, room: Room, officer: Person) -> None:
    desk = at_desk(app, officer)
    desk.open(LIST)
    desk.click("Record a request made at the desk")

    page = desk.submit("Record it", right="objection", words="No quiere que se use en encuestas", locale="es")

    reference, right, _people = the_request(database)
    assert right == "objection"
    assert page.has(reference)


def acknowledged_request(app: Flask, browser: Browser, database: Database, officer: Person, right: str) -> Keys:
    """Ask from the open case, and let whoever answers confirm it; return the keys of the request."""
    browser.open(OWN_DATA)
    page = browser.submit("Send the request", right=right)
    keys = keys_on(page)
    browser.submit("Go on to my case", saved=True)
    assert keys.reference == the_request(database)[0]
    with database.begin() as session:
        case = session.scalars(select(Case).where(Case.reference == keys.reference)).one()
        handling.acknowledge(session, case, words="La recibimos.", by=by(officer), at=WEDNESDAY + timedelta(hours=1))
    return keys


def test_a_copy_is_looked_through_released_and_taken_with_the_code_only(
    app: Flask, browser: Browser, database: Database, room: Room, officer: Person, held: Keys, clock: Clock
) -> None:
    keys = acknowledged_request(app, browser, database, officer, "access")
    reference = keys.reference
    with database.begin() as session:
        for asking in session.scalars(select(Complainant)):
            seal(session, asking, "name", "Ximena Árbol")
    clock.forward(timedelta(hours=2))
    desk = at_desk(app, officer)
    desk.open(f"{LIST}/{reference}")
    page = desk.click("Look the copy through")
    assert page.has("Nobody can sleep.")
    # Who looks it through learns that a name is in it, and not which.
    assert page.has("In the copy; for the person only")
    assert not page.has("Ximena")
    page = desk.submit("Black this out and show it again", phrases="the camp")
    assert page.has("behind [another person].")
    page = desk.submit("Make the copy ready", status=422)
    assert page.has("Say that you have read it through to the end.")
    desk.submit("Make the copy ready", seen=True)
    page = desk.submit("Answer the request", decision="granted", words="Your copy is ready.")
    assert page.has("Granted")

    mine = Browser(app)
    assert mine.open(f"{FOLLOW_UP}/data/copy").has("Access code")
    person.enter(browser, keys)
    page = browser.open(f"{FOLLOW_UP}/data/copy")
    assert page.has("Nobody can sleep.")
    assert not page.has("the camp")
    assert page.has("Ximena Árbol")
    answer = browser.client.get("/en/follow-up/data/copy.json", base_url=HOST)
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert json.loads(answer.get_data(as_text=True))["cases"][0]["reference"] == held.reference
    at_desk(app, room.handler).open(f"{LIST}/{reference}/copy", status=403)
    with database.read() as session:
        taken = session.scalars(select(AuditEntry.id).where(AuditEntry.action == "data_copy_taken")).all()
    assert len(taken) == 2


def test_the_code_of_another_case_opens_no_copy(
    app: Flask, browser: Browser, database: Database, room: Room, officer: Person, held: Keys, clock: Clock
) -> None:
    stranger = Browser(app)
    file_and_save(stranger, clock)

    stranger.open(f"{FOLLOW_UP}/data/copy", status=404)


def test_blocked_words_are_read_so_on_the_page_in_its_language(
    app: Flask, browser: Browser, database: Database, room: Room, officer: Person, held: Keys, clock: Clock
) -> None:
    with database.begin() as session:
        case = session.scalars(select(Case)).one()
        sort(session, room, case, at=WEDNESDAY + timedelta(minutes=5))
    assert at_desk(app, room.handler).open(f"/en/staff/cases/{held.reference}").has("Nobody can sleep.")
    reference = acknowledged_request(app, browser, database, officer, "blocking").reference
    clock.forward(timedelta(hours=2))
    desk = at_desk(app, officer)
    desk.open(f"{LIST}/{reference}")

    page = desk.submit("Block the words")

    assert page.has("Blocked. No page and no file shows the words of the person to staff.")
    seen = at_desk(app, room.handler).open(f"/en/staff/cases/{held.reference}")
    assert not seen.has("Nobody can sleep.")
    assert seen.has("[Blocked]")
    seen = at_desk(app, room.handler, lang="es").open(f"/es/equipo/casos/{held.reference}")
    assert seen.has("[Bloqueado]")
    assert person.enter(Browser(app), held).has("Nobody can sleep.")


@pytest.mark.parametrize(
    ("lang", "address", "said"),
    [
        ("en", ASK, ("within 1 business day", "within 30 calendar days", "30 days more", "within 2 business days")),
        (
            "es",
            "/es/datos/solicitud",
            ("dentro de 1 día hábil", "dentro de 30 días corridos", "30 días más", "dentro de 2 días hábiles"),
        ),
    ],
)
def test_the_dates_promised_are_those_of_the_standards(
    browser: Browser, room: Room, lang: str, address: str, said: tuple[str, ...]
) -> None:
    del room, lang

    page = browser.open(address)

    assert all(page.has(one) for one in said)
    typed = re.findall(r'_\("([^"]+)"', (templates_dir() / "complainant" / "data_parts.html").read_text())
    assert [words for words in typed if any(letter.isdigit() for letter in words)] == []


def test_whoever_answers_is_led_to_what_is_kept(app: Flask, officer: Person) -> None:
    desk = at_desk(app, officer)
    desk.open(LIST)

    assert desk.click("What is kept, and for how long").h1 == "What is kept, and for how long"
