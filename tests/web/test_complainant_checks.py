"""The question weeks after the outcome, on the follow-up page: seen on GET, kept on POST, and a case for a reprisal."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from grievance.accounts.permissions import Duty
from grievance.cases import after_checks
from grievance.cases.models import Case
from grievance.cases.rights_record import AfterCheck, CaseLink
from grievance.core import clock as system_clock
from grievance.core.db import Database
from tests.support.clock import Clock
from tests.support.complainant import FOLLOW_UP, Keys, enter, file_and_save
from tests.support.people import make_staff
from tests.support.places import WEDNESDAY, make_site
from tests.support.web import Browser

SOON = timedelta(minutes=20)


@pytest.fixture(autouse=True)
def staff(database: Database) -> None:
    with database.begin() as session:
        site = make_site(session)
        make_staff(session, name="Rosa Mamani", duties={Duty.TRIAGER: site}, with_second_factor=False)


@pytest.fixture
def held(browser: Browser, clock: Clock) -> Keys:
    return file_and_save(browser, clock)


def ask(database: Database, clock: Clock, kind: str) -> None:
    clock.forward(SOON)
    with database.begin() as session:
        case = session.scalars(select(Case)).one()
        session.add(
            AfterCheck(case_id=case.id, kind=kind, round=1, ask_at=WEDNESDAY, closes_at=WEDNESDAY + timedelta(days=30))
        )
        session.flush()
        assert after_checks.ask_checks(session, at=system_clock.now(), limit=5) == 1


def answers(database: Database) -> list[bool | None]:
    with database.read() as session:
        return list(session.scalars(select(AfterCheck.said_yes)))


def test_looking_at_the_page_answers_nothing(browser: Browser, database: Database, clock: Clock, held: Keys) -> None:
    ask(database, clock, "retaliation_first")

    page = browser.open(FOLLOW_UP)

    assert page.has("Has anybody treated you worse for complaining?")
    assert held.reference
    assert answers(database) == [None]


def test_a_no_is_kept(browser: Browser, database: Database, clock: Clock, held: Keys) -> None:
    ask(database, clock, "retaliation_first")
    browser.open(FOLLOW_UP)

    browser.submit("Send my answer", said="no")

    assert answers(database) == [False]
    assert held.reference
    assert not browser.page.has("Has anybody treated you worse for complaining?")


def test_a_yes_shows_the_receipt_of_a_new_case_and_leaves_the_first_open_to_read(
    browser: Browser, database: Database, clock: Clock, held: Keys
) -> None:
    ask(database, clock, "retaliation_second")
    browser.open(FOLLOW_UP)

    page = browser.submit("Send my answer", said="yes")

    with database.read() as session:
        link = session.scalars(select(CaseLink)).one()
        linked = session.get_one(Case, link.case_id)
    assert page.has(linked.reference)
    assert linked.type == "retaliation"
    assert browser.open(FOLLOW_UP).has(held.reference)


def test_nothing_chosen_is_told_and_nothing_kept(
    browser: Browser, database: Database, clock: Clock, held: Keys
) -> None:
    ask(database, clock, "held")
    browser.open(FOLLOW_UP)

    page = browser.submit("Send my answer", status=422)

    assert page.has("Choose one of the answers.")
    assert held.reference
    assert answers(database) == [None]


def test_an_answer_never_goes_to_another_question(
    browser: Browser, database: Database, clock: Clock, held: Keys
) -> None:
    ask(database, clock, "held")
    browser.open(FOLLOW_UP)

    browser.post(f"{FOLLOW_UP}/check", {"check": "retaliation_first", "said": "yes"}, status=409, with_token=True)

    assert held.reference
    assert answers(database) == [None]


def test_without_a_visit_there_is_no_answer(browser: Browser, database: Database, clock: Clock) -> None:
    keys = file_and_save(browser, clock)
    ask(database, clock, "held")
    clock.forward(timedelta(hours=13))

    browser.post(f"{FOLLOW_UP}/check", {"check": "held", "said": "no"}, status=403, with_token=True)

    assert answers(database) == [None]
    enter(browser, keys)
