"""The pages of a case whose words were erased: they say so in plain words, and offer nothing that would add to it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from grievance.cases.models import Case, CaseMessage
from grievance.cases.states import SYSTEM
from grievance.core.db import Database
from grievance.privacy.erasure import Basis, erase_case_words
from tests.support.casework import NEXT_WEEK, Room, close, sort
from tests.support.clock import Clock
from tests.support.complainant import FOLLOW_UP, WORDS, Keys, enter, file_and_save
from tests.support.desk import CASES, at_desk
from tests.support.web import Browser


@pytest.fixture
def held(room: Room, browser: Browser, clock: Clock) -> Keys:
    """Somebody has filed, and stands in the case."""
    del room
    return file_and_save(browser, clock)


@pytest.fixture
def erased(database: Database, room: Room, held: Keys, clock: Clock) -> Keys:
    """The case was closed, and its words were erased two weeks later."""
    with database.begin() as session:
        case = session.scalars(select(Case).where(Case.reference == held.reference)).one()
        sort(session, room, case)
        close(session, room, case)
        clock.to(NEXT_WEEK + timedelta(days=14))
        erase_case_words(session, case, basis=Basis.REQUEST, by=SYSTEM, at=NEXT_WEEK + timedelta(days=14))
    return held


@pytest.mark.parametrize(
    ("lang", "path", "title"),
    [("en", FOLLOW_UP, "What you wrote was erased on"), ("es", "/es/seguimiento", "Lo que usted escribió se borró el")],
)
def test_the_person_reads_that_the_words_were_erased(
    app: Flask, erased: Keys, lang: str, path: str, title: str
) -> None:
    browser = Browser(app)
    enter(browser, erased)

    page = browser.open(path)

    assert page.lang.startswith(lang)
    assert page.has(title)
    assert not page.has(WORDS)
    actions = [form.attrs["action"] for form in page.forms if form.attrs["method"] == "post"]
    assert [one for one in actions if not one.endswith(("/salir", "/leave"))] == []


def test_a_page_opened_before_the_erasure_adds_nothing(
    database: Database, browser: Browser, held: Keys, erased: Keys
) -> None:
    del held
    enter(browser, erased)
    seen = browser.post("/en/follow-up/message", {"words": "Una palabra más"}, with_token=True, status=410)

    assert seen.has("Nothing can be added to this case any more.")
    with database.read() as session:
        said = select(CaseMessage).join(Case, Case.id == CaseMessage.case_id).where(CaseMessage.is_from_person)
        assert session.scalars(said.where(Case.reference == erased.reference)).all() == []


def test_staff_read_it_too_and_find_nothing_to_do(app: Flask, room: Room, erased: Keys) -> None:
    page = at_desk(app, room.handler).open(f"{CASES}/{erased.reference}")

    assert page.has("Words and personal data of this case were erased on")
    assert page.has("Nothing is known any more of who it was.")
    assert page.has("[These words were erased.]")
    assert not page.has(WORDS)
