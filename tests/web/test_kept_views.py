"""Filters kept under a name: one's own, twenty at most, links on the desk, and never lost by mistake."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import func, select

from grievance.core.db import Database
from grievance.desk.models import SavedView
from grievance.desk.saved_views import MOST_VIEWS, save_view
from tests.support.casework import NEXT_WEEK, Room
from tests.support.clock import stands_at
from tests.support.desk import CASES, at_desk, counted

VIEWS = "/en/staff/views"


clock = stands_at(NEXT_WEEK)


def keep(database: Database, room: Room, *names: str) -> None:
    with database.begin() as session:
        for name in names:
            save_view(session, room.handler.staff_id, name=name, query=f"q={name}", at=NEXT_WEEK)


def kept(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(SavedView)) or 0


def test_a_view_is_kept_from_the_desk_and_leads_back_to_it(app: Flask, room: Room) -> None:
    browser = at_desk(app, room.handler)
    browser.open(f"{CASES}?show=late&type=labour&after=&_anchor=x")

    page = browser.submit("Keep it", name="Pay, late")

    assert page.has("The view is kept.")
    assert [node.text for node in page.all("nav a[aria-current=page]") if node.text == "Pay, late"] == ["Pay, late"]
    assert browser.open(CASES).links["Pay, late"] == f"{CASES}?show=late&type=labour"


def test_a_name_used_again_leads_to_the_new_filter(app: Flask, database: Database, room: Room) -> None:
    keep(database, room, "Camp")
    browser = at_desk(app, room.handler)
    browser.open(f"{CASES}?show=week")

    page = browser.submit("Keep it", name="CAMP")

    assert page.links["CAMP"] == f"{CASES}?show=week"
    assert kept(database) == 1


def test_a_view_without_a_name_is_not_kept(app: Flask, database: Database, room: Room) -> None:
    browser = at_desk(app, room.handler)
    browser.open(f"{CASES}?show=week")

    page = browser.submit("Keep it", name="  ")

    assert page.has("Write a name for the view.")
    assert kept(database) == 0


def test_there_are_twenty_at_most(app: Flask, database: Database, room: Room) -> None:
    keep(database, room, *[f"View {number}" for number in range(MOST_VIEWS)])
    browser = at_desk(app, room.handler)
    browser.open(CASES)

    page = browser.submit("Keep it", name="One more")

    assert page.has("You keep 20 views, which is the most.")
    assert kept(database) == MOST_VIEWS


def test_a_view_is_renamed_and_removed(app: Flask, database: Database, room: Room) -> None:
    keep(database, room, "Camp", "Bus")
    browser = at_desk(app, room.handler)
    page = browser.open(VIEWS)
    rename = next(node for node in page.forms if node.attrs["action"].endswith("/name")).attrs["action"]

    page = browser.submit(form=rename, name="Camp")
    assert page.has("Another view has this name.")

    page = browser.submit(form=rename, name="Buses")
    assert page.has("The view has its new name.")

    page = browser.submit("Remove “Buses”")
    assert page.has("The view is removed.")
    assert list(browser.open(CASES).links).count("Camp") == 1
    assert kept(database) == 1


def test_nobody_touches_the_views_of_somebody_else(app: Flask, database: Database, room: Room) -> None:
    keep(database, room, "Camp")
    with database.read() as session:
        public_id = session.scalars(select(SavedView.public_id)).one()
    browser = at_desk(app, room.second_handler)

    assert not browser.open(VIEWS).has("Camp")
    browser.post(f"{VIEWS}/{public_id}/remove", {}, with_token=False, status=400)
    browser.open(CASES)
    browser.post(f"{VIEWS}/{public_id}/remove", {}, with_token=True, status=404)
    browser.open(CASES)
    browser.post(f"{VIEWS}/{public_id}/name", {"name": "Mine"}, with_token=True, status=404)
    assert kept(database) == 1


def test_what_somebody_looks_for_is_not_readable_in_the_database(database: Database, room: Room) -> None:
    keep(database, room, "Segismundo")

    with database.read() as session:
        row = session.scalars(select(SavedView)).one()
        assert b"Segismundo" not in (row.name_sealed or b"") + (row.query_sealed or b"")


def test_a_name_is_text_and_nothing_else(app: Flask, room: Room) -> None:
    browser = at_desk(app, room.handler)
    browser.open(CASES)

    page = browser.submit("Keep it", name="<script>alert(1)</script>")

    assert "<script>alert(1)" not in page.html


def test_the_desk_asks_the_database_as_often_with_views_as_without(app: Flask, database: Database, room: Room) -> None:
    browser = at_desk(app, room.handler)
    browser.open(CASES)
    with counted(database) as without:
        browser.open(CASES)
    keep(database, room, *[f"View {number}" for number in range(MOST_VIEWS)])

    with counted(database) as many:
        browser.open(CASES)

    assert len(many) == len(without)


def test_views_speak_spanish(app: Flask, database: Database, room: Room) -> None:
    keep(database, room, "Campamento")

    page = at_desk(app, room.handler, lang="es").open("/es/equipo/vistas")

    assert page.h1 == "Vistas guardadas"
    assert page.has("Quitar “Campamento”")
