"""The slip at the desk, on the follow-up page and on the case page: every form as it is sent, in both hands."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from grievance.accounts.models import AuditEntry
from grievance.accounts.permissions import Duty
from grievance.cases.models import Case, Submission
from grievance.complainants import slips
from grievance.core.db import Database
from tests.support.casework import NEXT_WEEK, Room
from tests.support.clock import Clock, stands_at
from tests.support.complainant import FOLLOW_UP, Keys, enter, everything, keys_on
from tests.support.desk import CASES, at_desk
from tests.support.people import make_staff
from tests.support.web import Browser, Seen

RECORD = "/en/staff/record"
SLIPS = "/en/staff/record/slips"
OWN_CODE = "/en/follow-up/own-code"
SAID: dict[str, Any] = {
    "channel": "walk_in",
    "told_on": "2026-09-08",
    "words": "No nos pagan las horas.",
    "locale": "en",
}
GONE = "That code is no longer good"
REFUSED = "We do not find a case with this reference and this code. Check both."


clock = stands_at(NEXT_WEEK)


@pytest.fixture
def desk(app: Flask, database: Database, room: Room) -> Browser:
    with database.begin() as session:
        clerk = make_staff(session, name="Irma Ventanilla", duties={Duty.INTAKE: room.site})
    return at_desk(app, clerk)


def hand_over(desk: Browser) -> Keys:
    """Record what somebody says, and hand over the slip."""
    desk.open(RECORD)
    desk.submit("Go on and read it back", **SAID)
    page = desk.submit("The person confirms: record it")
    reference, code = (node.text for node in page.all(".key"))
    desk.submit("The person has the slip")
    return Keys(reference, code)


def exchange(browser: Browser, slip: Keys) -> tuple[Seen, Keys]:
    page = enter(browser, slip)
    assert page.h1 == "Your own code"
    return page, keys_on(page)


def public_id(database: Database) -> str:
    with database.read() as session:
        return session.scalars(select(Submission.public_id)).one()


def test_the_slip_says_until_when_and_what_to_do_if_it_no_longer_works(desk: Browser) -> None:
    desk.open(RECORD)
    desk.submit("Go on and read it back", **SAID)

    paper = desk.submit("The person confirms: record it").one("section.panel").text

    assert "One-time code" in paper
    assert "By Friday 9 October 2026, go here and exchange this code for one that only you know:" in paper
    assert "If this code no longer works and it was not you who used it, somebody else did: tell us" in paper
    assert "Access code" not in paper


def test_the_person_exchanges_the_slip_saves_the_code_and_is_inside(
    app: Flask, desk: Browser, database: Database
) -> None:
    slip = hand_over(desk)
    browser = Browser(app)

    page, own = exchange(browser, slip)
    assert own.reference == slip.reference
    assert own.code != slip.code
    assert page.has("Once you say that you saved it, the slip opens nothing")
    case = browser.submit("Go on to my case", saved=True)

    assert case.has("No nos pagan las horas.")
    assert case.has("Wednesday 9 September 2026, 12:00: the code of the slip was exchanged for an own code.")
    assert case.has("Since then the slip opens nothing.")
    # A second device of the person's, later on.
    assert enter(Browser(app), own).has("No nos pagan las horas.")
    assert own.code.replace("-", "") not in everything(database)


def test_the_code_is_not_saved_until_the_box_is_ticked(app: Flask, desk: Browser) -> None:
    slip = hand_over(desk)
    browser = Browser(app)
    _page, own = exchange(browser, slip)

    page = browser.submit("Go on to my case", status=422)

    assert page.errors == ["Tick this once you have written both down: we cannot give you the code again."]
    assert keys_on(page) == own
    exchange(Browser(app), slip)


def test_the_page_can_be_loaded_again_and_in_the_other_language(app: Flask, desk: Browser) -> None:
    slip = hand_over(desk)
    browser = Browser(app)
    _page, own = exchange(browser, slip)

    assert keys_on(browser.open(OWN_CODE)) == own
    spanish = Browser(app)
    spanish.client = browser.client
    assert keys_on(spanish.open("/es/seguimiento/codigo-propio")) == own


def test_the_page_is_for_this_browser_and_for_an_hour(app: Flask, desk: Browser, clock: Clock) -> None:
    slip = hand_over(desk)
    browser = Browser(app)
    exchange(browser, slip)

    assert Browser(app).open(OWN_CODE).url == FOLLOW_UP
    clock.forward(timedelta(minutes=61))
    assert browser.open(OWN_CODE).url == FOLLOW_UP


def test_staff_who_kept_the_slip_get_in_no_more_once_the_person_saved(app: Flask, desk: Browser) -> None:
    slip = hand_over(desk)
    person = Browser(app)
    exchange(person, slip)
    person.submit("Go on to my case", saved=True)

    page = enter(Browser(app), slip, status=422)

    assert page.errors == [REFUSED]
    wrong = enter(Browser(app), Keys(slip.reference, "0000-0000-0000-0000"), status=422)
    assert wrong.errors == page.errors


def test_who_exchanged_it_before_the_person_is_shut_out_and_shows(app: Flask, desk: Browser) -> None:
    """The page with the earlier code stands open on the screen of whoever printed the slip."""
    slip = hand_over(desk)
    staff, person = Browser(app), Browser(app)
    exchange(staff, slip)
    exchange(person, slip)

    assert staff.submit("Go on to my case", status=409, saved=True).h1 == GONE
    assert staff.open(FOLLOW_UP).h1 == "Follow up your case"
    case = person.submit("Go on to my case", saved=True)

    assert case.response.get_data(as_text=True).count("the code of the slip was exchanged for an own code.") == 2


def test_after_too_many_tries_with_a_dead_slip_one_waits(app: Flask, desk: Browser) -> None:
    slip = hand_over(desk)
    person = Browser(app)
    exchange(person, slip)
    person.submit("Go on to my case", saved=True)
    guesser = Browser(app)
    for _ in range(5):
        enter(guesser, slip, status=422)

    page = enter(guesser, slip, status=429)

    assert page.has("There were too many wrong tries for this reference.")


def test_a_slip_past_its_days_is_refused_and_the_desk_is_told(
    app: Flask, desk: Browser, database: Database, room: Room, clock: Clock
) -> None:
    slip = hand_over(desk)
    clock.forward(timedelta(days=31))
    with database.begin() as session:
        slips.lapse(session, at=NEXT_WEEK + timedelta(days=31), limit=10)

    assert enter(Browser(app), slip, status=422).errors == [REFUSED]
    page = at_desk(app, room.triager).open("/en/staff")
    assert page.has("The slip ran out before the person had a code of their own: reach the person another way")


def test_who_lost_the_slip_gets_another_from_who_recorded_it(app: Flask, desk: Browser, database: Database) -> None:
    lost = hand_over(desk)

    desk.open(RECORD)
    desk.click("Slips not used yet")
    page = desk.click(f"Print a new slip for {lost.reference}")
    assert page.has("Only for the person who complained")
    page = desk.submit("Print a new slip")

    reference, code = (node.text for node in page.all(".key"))
    assert (reference, code == lost.code) == (lost.reference, False)
    assert enter(Browser(app), lost, status=422).errors == [REFUSED]
    person = Browser(app)
    exchange(person, Keys(reference, code))
    case = person.submit("Go on to my case", saved=True)
    assert case.has("our office printed a new slip, and the one before died.")
    assert desk.open(SLIPS).has("None: every slip that you handed over was used")
    with database.read() as session:
        assert session.scalars(select(AuditEntry.action).where(AuditEntry.action == "slip_printed")).all() == [
            "slip_printed"
        ]


def test_a_used_slip_is_printed_for_nobody(app: Flask, desk: Browser, database: Database) -> None:
    slip = hand_over(desk)
    desk.open(f"{SLIPS}/{public_id(database)}")
    exchange(Browser(app), slip)

    assert desk.submit("Print a new slip", status=409).h1 == "This slip was used"
    page = desk.open(f"{SLIPS}/{public_id(database)}", status=409)

    assert page.has("A lost code cannot be recovered.")


def test_the_case_page_says_whether_the_slip_was_used_and_no_code(
    app: Flask, desk: Browser, database: Database, room: Room
) -> None:
    slip = hand_over(desk)
    address = f"{CASES}/{slip.reference}"
    triager = at_desk(app, room.triager)

    before = triager.open(address)
    assert before.has("The slip is good until Friday 9 October 2026; not used yet.")
    assert before.links["A new slip"] == f"{SLIPS}/{public_id(database)}"
    _page, own = exchange(Browser(app), slip)
    after = triager.open(address)

    assert after.has("The slip was used.")
    assert "A new slip" not in after.links
    assert not [code for code in (slip.code, own.code) if code in after.response.get_data(as_text=True)]
    assert not at_desk(app, room.auditor).open(address, status=404).has("A new slip")


def test_another_clerk_cannot_print_what_somebody_else_recorded(
    app: Flask, desk: Browser, database: Database, room: Room
) -> None:
    hand_over(desk)
    with database.begin() as session:
        other = make_staff(session, name="Ivo Ventanal", duties={Duty.INTAKE: room.site})
    second = at_desk(app, other)

    assert second.open(SLIPS).has("None: every slip that you handed over was used")
    second.open(f"{SLIPS}/{public_id(database)}", status=404)
    second.open(RECORD)
    second.post(f"{SLIPS}/{public_id(database)}", {"csrf_token": second.token()}, status=404)


def test_the_lasting_code_of_a_case_made_at_the_desk_is_nobodys_before_the_exchange(
    desk: Browser, database: Database
) -> None:
    hand_over(desk)

    with database.read() as session:
        assert session.scalars(select(Case.access_digest)).all() == [None]
