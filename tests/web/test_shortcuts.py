"""The sheet of the keys and its switch; nothing depends on them."""

from __future__ import annotations

from flask import Flask

from tests.support.casework import Room
from tests.support.desk import CASES, at_desk


def test_the_switch_takes_the_script_away_and_brings_it_back(app: Flask, room: Room) -> None:
    browser = at_desk(app, room.handler)
    assert "shortcuts" in browser.open(CASES).one("script").attrs["src"]
    browser.click("Keyboard shortcuts")

    assert browser.submit("Turn them off").has("They are off.")
    off = browser.open(CASES)
    browser.click("Keyboard shortcuts")
    browser.submit("Turn them on")

    assert off.all("script") == []
    assert "script-src 'self'" not in off.response.headers["Content-Security-Policy"]
    assert browser.open(CASES).all("script") != []


def test_the_switch_is_each_persons_own(app: Flask, room: Room) -> None:
    browser = at_desk(app, room.handler)
    browser.open("/en/staff/shortcuts")
    browser.submit("Turn them off")

    assert at_desk(app, room.second_handler).open(CASES).all("script") != []


def test_no_two_things_on_a_page_have_one_key(app: Flask, room: Room) -> None:
    for person in (room.coordinator, room.triager, room.handler):
        keys = [
            node.attrs["data-key"]
            for node in at_desk(app, person).open(CASES).one("html").walk()
            if "data-key" in node.attrs
        ]

        assert "?" in keys
        assert len(set(keys)) == len(keys)
        assert not set(keys) & {"j", "k", "x", "p", "g"}


def test_the_sheet_lists_only_sections_that_the_person_has_in_both_languages(app: Flask, room: Room) -> None:
    page = at_desk(app, room.handler, lang="es").open("/es/equipo/atajos")

    assert page.h1 == "Atajos de teclado"
    assert page.has("g d")
    assert not page.has("g t")
