"""A grievance of several people on the pages: the code is made, passed on, used, and nobody learns of anybody."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from grievance.cases import handling, triage
from grievance.cases.models import Case, Complainant, Submission
from grievance.cases.record import AccessAttempt
from grievance.cases.transitions import load_for_change
from grievance.complainants import collective
from grievance.core.db import Database
from tests.support.casework import Room, by, sort
from tests.support.clock import Clock
from tests.support.complainant import FOLLOW_UP, Keys, enter, file_and_save, keys_on
from tests.support.desk import CASES, at_desk, staffed_room
from tests.support.places import LINE, WEDNESDAY
from tests.support.web import Browser, Seen

JOIN = "/en/cerro-imaginario/join"
PUBLIC_LINE = "Twelve-hour shifts at the camp"


@pytest.fixture(autouse=True)
def room(database: Database) -> Room:
    with database.begin() as session:
        return staffed_room(session)


@pytest.fixture
def held(browser: Browser, clock: Clock, database: Database, room: Room) -> Keys:
    """Somebody has filed, a triager has sorted it, and the person stands in the case."""
    found = file_and_save(browser, clock)
    with database.begin() as session:
        case = load_for_change(session, session.scalars(select(Case.id)).one())
        sort(session, room, case, at=case.recorded_at)
    return found


def make_code(browser: Browser, *, line: str = PUBLIC_LINE) -> str:
    browser.open(FOLLOW_UP)
    browser.submit("Make a code", line=line)
    return code_on(browser.page)


def code_on(page: Seen) -> str:
    (code,) = (node.text for node in page.all(".key"))
    return code


def join(app: Flask, clock: Clock, code: str, *, status: int = 200, **fields: Any) -> Browser:
    """Join as somebody else, on another phone."""
    other = Browser(app)
    other.open(JOIN)
    other.submit("Continue", code=code)
    clock.forward(timedelta(minutes=1))
    other.submit("Join", status=status, **fields)
    return other


def count(database: Database, table: type[Submission | Complainant | Case]) -> int:
    with database.read() as session:
        return session.scalars(select(func.count()).select_from(table)).one()


def test_the_code_is_passed_on_and_others_join_without_learning_anything(
    app: Flask, browser: Browser, clock: Clock, held: Keys, database: Database
) -> None:
    code = make_code(browser)
    assert browser.page.has(f"They read first: “{PUBLIC_LINE}”")
    assert browser.page.has(f"write JOIN {code} to +56 9 8765 4321")

    other = Browser(app)
    seen = other.open(JOIN)
    assert not seen.has("Twelve-hour")
    seen = other.submit("Continue", code=code.lower().replace("-", " "))
    assert seen.has(PUBLIC_LINE)
    assert not seen.has("Trucks"), "a join never reveals the case"
    assert not seen.has(held.reference)
    clock.forward(timedelta(minutes=1))
    other.submit("Join", words="At the north camp, too")

    keys = keys_on(other.page)
    assert keys.reference != held.reference
    other.submit("Go on to my case", saved=True)
    assert other.page.h1 == f"Your case {keys.reference}"
    assert other.page.has("At the north camp, too")
    assert not other.page.has("Trucks")
    assert not other.page.has("Let others join")
    browser.open(FOLLOW_UP)
    assert browser.page.has("1 person has joined.")
    assert not browser.page.has("north camp")
    assert count(database, Submission) == 2


def test_joining_needs_no_word_and_no_name(app: Flask, browser: Browser, clock: Clock, held: Keys) -> None:
    other = join(app, clock, make_code(browser, line=""))

    keys = keys_on(other.page)

    page = enter(Browser(app), keys)
    assert page.h1 == f"Your case {keys.reference}"
    assert page.has("You wrote no words."), "an empty message would look like lost words"


def test_the_same_form_sent_twice_joins_once(
    app: Flask, browser: Browser, clock: Clock, held: Keys, database: Database
) -> None:
    other = Browser(app)
    other.open(JOIN)
    page = other.submit("Continue", code=make_code(browser))
    fields = {name: page.one(f"input[name={name}]").attrs["value"] for name in ("form_key", "code", "joining")}
    clock.forward(timedelta(minutes=1))

    for _ in range(2):
        other.post(JOIN, {**fields, "reach": "code", "gives_name": "no"})

    assert count(database, Submission) == 2


def test_unknown_closed_and_restricted_codes_get_the_same_page(
    app: Flask, browser: Browser, held: Keys, database: Database, room: Room
) -> None:
    closed = make_code(browser)
    restricted = make_code_again(browser)
    with database.begin() as session:
        case = load_for_change(session, session.scalars(select(Case.id)).one())
        triage.restrict(session, case, by=by(room.triager), at=WEDNESDAY + timedelta(minutes=5))
    other = Browser(app)

    pages = []
    for code in (closed, restricted, "T5R-8WN-2Q", "nonsense"):
        other.open(JOIN)
        pages.append(other.submit("Continue", status=422, code=code))

    assert {tuple(page.errors) for page in pages} == {
        ("Nobody can join with this code. Check it with whoever gave it to you.",)
    }


def make_code_again(browser: Browser) -> str:
    browser.open(FOLLOW_UP)
    browser.submit("Make a new code", line="")
    return code_on(browser.page)


def test_guesses_are_counted_in_the_database_and_told_to_wait(
    app: Flask, browser: Browser, held: Keys, database: Database, clock: Clock
) -> None:
    code = make_code(browser)
    guesser = Browser(app)
    for _ in range(collective.FREE_TRIES_ON_WEB):
        guesser.open(JOIN)
        guesser.submit("Continue", status=422, code="000-000-00")

    guesser.open(JOIN)
    page = guesser.submit("Continue", status=429, code="000-000-00")

    assert page.errors == ["There were too many wrong codes at this site. Wait 1 minute, or join by SMS."]
    with database.read() as session:
        assert session.scalars(select(AccessAttempt.failures)).one() == collective.FREE_TRIES_ON_WEB
    other = Browser(app)
    other.open(JOIN)
    assert other.submit("Continue", code=code).has(PUBLIC_LINE), "nobody else is kept out by it"


def test_a_visit_that_joined_can_neither_make_nor_close_codes(
    app: Flask, browser: Browser, clock: Clock, held: Keys
) -> None:
    code = make_code(browser)
    other = join(app, clock, code)
    other.submit("Go on to my case", saved=True)

    for address in (f"{FOLLOW_UP}/join-code", f"{FOLLOW_UP}/join-code/close"):
        other.open(FOLLOW_UP)
        other.post(address, {"line": "Mine now"}, status=409, with_token=True)

    browser.open(FOLLOW_UP)
    assert code_on(browser.page) == code


def test_the_code_is_closed_by_who_began(app: Flask, browser: Browser, held: Keys) -> None:
    code = make_code(browser)

    browser.submit("Close the code")

    assert browser.page.has("The code is closed. Whoever joined stays in the case.")
    other = Browser(app)
    other.open(JOIN)
    other.submit("Continue", status=422, code=code)


def test_no_code_while_nobody_has_sorted_the_case(browser: Browser, clock: Clock) -> None:
    file_and_save(browser, clock)

    assert not browser.page.has("Let others join")


def test_the_handler_gives_a_code_and_takes_spam_out_with_a_reason(
    app: Flask, browser: Browser, clock: Clock, held: Keys, room: Room, database: Database
) -> None:
    desk = at_desk(app, room.handler)
    address = f"{CASES}/{held.reference}"
    desk.open(address)
    desk.submit(form="/give-join-code", line=PUBLIC_LINE)
    code = _code_at_desk(desk.page)
    join(app, clock, code, words="Buy cheap shoes")
    page = desk.open(address)
    assert page.has("1 person joined with a code.")
    assert page.has("Buy cheap shoes")
    box = page.one("input[name=filings]").attrs["value"]

    desk.submit(form="/remove-joined", filings=[box], reason="Advertising")
    page = desk.submit("Take them out")

    assert page.has("They are out of the case and count in no figure.")
    assert page.has("Advertising")
    assert not page.has("Buy cheap shoes")
    with database.read() as session:
        assert session.scalars(select(Case.submission_count).where(Case.reference == held.reference)).one() == 1


def _code_at_desk(page: Seen) -> str:
    return next(node.text for node in page.all(".code") if len(node.text) == len("T5R-8WN-2Q"))


def test_removing_needs_a_reason(app: Flask, browser: Browser, clock: Clock, held: Keys, room: Room) -> None:
    join(app, clock, make_code(browser), words="Buy cheap shoes")
    desk = at_desk(app, room.handler)
    page = desk.open(f"{CASES}/{held.reference}")
    box = page.one("input[name=filings]").attrs["value"]

    page = desk.submit(form="/remove-joined", status=422, filings=[box], reason="")

    assert page.errors == ["Write why they are removed."]


def test_a_restricted_case_offers_no_code_at_the_desk(app: Flask, held: Keys, room: Room, database: Database) -> None:
    with database.begin() as session:
        case = load_for_change(session, session.scalars(select(Case.id)).one())
        triage.restrict(session, case, by=by(room.triager), at=WEDNESDAY + timedelta(minutes=5))
    desk = at_desk(app, room.triager)

    page = desk.open(f"{CASES}/{held.reference}")

    assert not page.has("Let others join with a code")


def test_everybody_reads_what_is_written_from_then_on(
    app: Flask, browser: Browser, clock: Clock, held: Keys, room: Room, database: Database
) -> None:
    other = join(app, clock, make_code(browser))
    other.submit("Go on to my case", saved=True)
    with database.begin() as session:
        case = load_for_change(session, session.scalars(select(Case.id).order_by(Case.id)).first() or 0)
        handling.send_message(
            session, case, words="We talk to the contractor.", by=by(room.handler), at=WEDNESDAY + timedelta(minutes=10)
        )
    clock.to(WEDNESDAY + timedelta(minutes=10))

    for one in (browser, other):
        assert one.open(FOLLOW_UP).has("We talk to the contractor.")


def test_the_line_of_the_site_is_named_to_pass_it_on(browser: Browser, held: Keys) -> None:
    make_code(browser)

    assert browser.page.has(LINE[-4:])
