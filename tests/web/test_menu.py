"""The sections of the staff side: on a narrow screen behind one line, which says what waits behind it."""

from __future__ import annotations

import pytest
from flask import Flask

from grievance.cases.tasks import NoticeKind, notify
from grievance.core import clock
from grievance.core.db import Database
from tests.support.casework import Room
from tests.support.desk import CASES, at_desk
from tests.support.web import Browser


def test_the_line_stands_right_before_the_list_that_it_opens(app: Flask, room: Room) -> None:
    sections = at_desk(app, room.handler).open(CASES).one("nav.sections")

    assert [node.tag for node in sections.children if not isinstance(node, str)] == ["details", "ul"]
    assert sections.one("summary").text == "Menu"
    assert sections.one("ul [aria-current=page]").text == "My cases"


def test_unread_notices_are_counted_in_front_of_the_closed_menu(app: Flask, database: Database, room: Room) -> None:
    at = clock.now()
    with database.begin() as session:
        for number in range(2):
            notify(
                session,
                [room.handler.staff_id],
                key=f"told-{number}",
                kind=NoticeKind.HANDED_OVER,
                show_from=at,
                at=at,
            )

    assert at_desk(app, room.handler).open(CASES).one("nav.sections summary").text == "Menu, 2 new notices"
    assert (
        at_desk(app, room.handler, lang="es").open("/es/equipo/casos").one("nav.sections summary").text
        == "Menú, 2 avisos sin leer"
    )


@pytest.mark.parametrize("address", ["/en/staff/sign-in", "/en/follow-up"])
def test_a_page_without_sections_has_no_menu(browser: Browser, address: str) -> None:
    assert browser.open(address).all(".menu") == []
