"""An appeal on the pages: filed by the person, decided by a reviewer, seen by nobody else who may not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from grievance.accounts.permissions import Duty
from grievance.cases.models import Case
from grievance.cases.rights_record import Appeal
from grievance.cases.transitions import load_for_change
from grievance.core.db import Database
from tests.support.casework import Room, close, make_room, sort
from tests.support.clock import Clock
from tests.support.complainant import FOLLOW_UP, Keys, enter, file_and_save
from tests.support.people import Person, make_staff, sign_in
from tests.support.web import Browser


@dataclass(frozen=True)
class Place:
    """The room, and somebody who reviews."""

    room: Room
    reviewer: Person


@pytest.fixture(autouse=True)
def around(database: Database) -> Place:
    with database.begin() as session:
        room = make_room(session)
        return Place(room, make_staff(session, name="Rita Imaginaria", duties={Duty.REVIEWER: room.site}))


@pytest.fixture
def held(browser: Browser, clock: Clock, database: Database, around: Place) -> Keys:
    """Somebody has filed, was answered, and stands in the closed case."""
    found = file_and_save(browser, clock)
    with database.begin() as session:
        case = load_for_change(session, session.scalars(select(Case.id)).one())
        sort(session, around.room, case, at=case.recorded_at)
        close(session, around.room, case)
    clock.forward(timedelta(days=10))
    enter(browser, found)
    return found


def test_the_person_appeals_and_the_reviewer_decides(
    app: Flask, browser: Browser, database: Database, held: Keys, around: Place
) -> None:
    browser.submit("Appeal", reason="Nobody came to look.")

    assert browser.page.has("Your appeal is being looked at by somebody who never handled your case.")
    desk = Browser(app)
    sign_in(desk, around.reviewer)
    assert desk.open("/en/staff/cases").has(held.reference), "on the desk as it opens"
    page = desk.open(f"/en/staff/cases/{held.reference}")
    assert page.has("Nobody came to look.")
    desk.open(f"/en/staff/cases/{held.reference}/decide-appeal")
    desk.submit(form="decide-appeal", result="upheld", words="You were right.")
    desk.submit("Decide, and tell the person")
    assert desk.page.has("The appeal is decided, and the person is told.")
    with database.read() as session:
        assert session.scalars(select(Appeal.result)).one() == "upheld"
        assert session.scalars(select(Case.status)).one() == "under_review"
    desk.open(f"/en/staff/cases/{held.reference}", status=404)


def test_the_handler_cannot_decide_the_appeal(
    app: Flask, browser: Browser, held: Keys, around: Place, database: Database
) -> None:
    browser.submit("Appeal")
    with database.begin() as session:
        handler = make_staff(session, name="Hilda Imaginaria", duties={Duty.COORDINATOR: around.room.site})
    desk = Browser(app)
    sign_in(desk, handler)
    desk.open(f"/en/staff/cases/{held.reference}/decide-appeal")

    desk.submit(form="decide-appeal", result="dismissed", words="No.", status=403)

    with database.read() as session:
        assert session.scalars(select(Appeal.result)).one() is None


def test_a_second_appeal_is_not_offered(browser: Browser, held: Keys) -> None:
    browser.submit("Appeal")

    assert held.reference
    assert not browser.open(FOLLOW_UP).has("Do you not agree with the answer?")
