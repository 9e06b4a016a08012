"""The register of breaches: append-only, kept by few, with a task until it is decided who is told, and no case in it."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from grievance.accounts.models import AuditEntry
from grievance.accounts.permissions import Duty
from grievance.cases.record import Task
from grievance.core.db import Database
from grievance.privacy.breach_record import BreachEntry
from tests.support.casework import Room
from tests.support.clock import stands_at
from tests.support.desk import at_desk
from tests.support.people import Person, make_staff
from tests.support.places import WEDNESDAY
from tests.support.web import HOST, Browser, Seen

REGISTER = "/en/staff/breaches"


clock = stands_at(WEDNESDAY)


@pytest.fixture
def officer(database: Database, room: Room) -> Person:
    with database.begin() as session:
        return make_staff(session, name="Dora Imaginaria", duties={Duty.DATA_PROTECTION: room.site})


def write_down(desk: Browser, *, status: int = 200, **more: Any) -> Seen:
    fields = {"known_on": "2026-09-01", "happened": "=A phone was lost", "categories": ["contact"], "risk": "high"}
    return desk.submit("Write it down", status=status, **{**fields, **more})


def open_tasks(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.scalars(select(Task.kind).where(Task.done_at.is_(None))))


def test_a_breach_is_written_down_and_asks_for_a_decision(app: Flask, database: Database, officer: Person) -> None:
    desk = at_desk(app, officer)
    desk.open(REGISTER)

    page = write_down(desk)

    assert page.has("A phone was lost")
    assert open_tasks(database) == ["decide_breach"]
    with database.read() as session:
        assert session.scalars(select(AuditEntry.action).where(AuditEntry.subject_kind == "breach")).all() == [
            "breach_recorded"
        ]


def test_what_is_known_later_is_a_further_entry_and_settles_the_task(
    app: Flask, database: Database, officer: Person
) -> None:
    desk = at_desk(app, officer)
    desk.open(REGISTER)
    write_down(desk)
    with database.read() as session:
        breach = session.scalars(select(BreachEntry.breach)).one()
    desk.open(f"{REGISTER}?breach={breach}")

    write_down(desk, agency="told", agency_on="2026-09-02", people="not_needed", happened="It was found again")

    with database.read() as session:
        rows = session.scalars(select(BreachEntry).order_by(BreachEntry.id)).all()
        assert [(row.breach, row.number) for row in rows] == [(breach, 1), (breach, 2)]
    assert open_tasks(database) == []
    assert desk.page.has("A phone was lost")
    assert desk.page.has("It was found again")


def test_the_list_of_mistakes_leads_to_each_field(app: Flask, officer: Person) -> None:
    desk = at_desk(app, officer)
    desk.open(REGISTER)

    # Every page that is opened is judged: a link in the list that leads nowhere fails it.
    page = write_down(desk, status=422, categories=[])

    assert page.errors == ["Choose the kinds of data."]


def test_whoever_was_told_was_told_on_a_day(app: Flask, database: Database, officer: Person) -> None:
    desk = at_desk(app, officer)
    desk.open(REGISTER)

    page = write_down(desk, status=422, agency="told")

    assert page.has("Give the day on which somebody was told, and no day where nobody was.")


@pytest.mark.parametrize("part", ["handler", "triager", "coordinator", "auditor", "publisher"])
def test_nobody_else_opens_the_register(app: Flask, room: Room, part: str) -> None:
    at_desk(app, getattr(room, part)).open(REGISTER, status=403)


def test_the_file_runs_no_formula_and_is_in_the_trail(app: Flask, database: Database, room: Room) -> None:
    desk = at_desk(app, room.administrator)
    desk.open(REGISTER)
    write_down(desk)

    answer = desk.client.get(f"{REGISTER}.csv", base_url=HOST)

    assert "'=A phone was lost" in answer.get_data(as_text=True)
    with database.read() as session:
        assert session.scalars(select(AuditEntry.id).where(AuditEntry.action == "breaches_exported")).all() != []


def test_an_empty_register_teaches_and_warns_of_nothing(app: Flask, officer: Person) -> None:
    desk = at_desk(app, officer)

    empty = desk.open(REGISTER)
    assert empty.has("No breach written down")
    assert empty.has("Write first what is known and stop the harm.")
    assert not empty.has("Tell the agency without undue delay")

    assert write_down(desk).has("Tell the agency without undue delay")
