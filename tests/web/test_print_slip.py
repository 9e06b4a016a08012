"""The slip of assisted intake as a PDF: the same words as on the page, for one person's eyes, kept nowhere."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from grievance.accounts.permissions import Duty
from grievance.core.db import Database
from tests.support import outside
from tests.support.casework import NEXT_WEEK, Room
from tests.support.clock import stands_at
from tests.support.desk import at_desk
from tests.support.pdf import alternatives, read, root_of, tags, text_of
from tests.support.people import make_staff
from tests.support.web import Browser

SAID: dict[str, Any] = {
    "channel": "walk_in",
    "told_on": "2026-09-08",
    "words": "No nos pagan las horas.",
    "locale": "es",
}
LINKS = {"on a quarter of a sheet (PDF)": "a6", "on a strip of 80 mm (PDF)": "80mm"}
WIDTHS = {"a6": 595, "80mm": 227}
"""Points, rounded: a sheet of A4, and 80 mm."""


@pytest.fixture(autouse=True)
def _pango() -> None:
    outside.pango()


clock = stands_at(NEXT_WEEK)


@pytest.fixture
def desk(app: Flask, database: Database, room: Room) -> Browser:
    """Return the browser of whoever has just recorded what somebody said: the slip is on the screen."""
    with database.begin() as session:
        clerk = make_staff(session, name="Irma Ventanilla", duties={Duty.INTAKE: room.site})
    browser = at_desk(app, clerk)
    browser.open("/en/staff/record")
    browser.submit("Go on and read it back", **SAID)
    browser.submit("The person confirms: record it")
    return browser


def _addresses(desk: Browser) -> dict[str, str]:
    return {size: desk.page.links[words] for words, size in LINKS.items()}


def _keys(desk: Browser) -> list[str]:
    return [node.text for node in desk.page.all(".key")]


@pytest.mark.parametrize("size", LINKS.values())
def test_the_slip_is_one_page_with_reference_and_code_in_the_persons_language(desk: Browser, size: str) -> None:
    pdf = desk.client.get(_addresses(desk)[size]).data

    reader = read(pdf)
    assert (len(reader.pages), round(reader.pages[0].mediabox.width)) == (1, WIDTHS[size])
    assert root_of(pdf)["/Lang"] == "es-CL"
    assert tags(pdf).index("H1") < tags(pdf).index("H2") < tags(pdf).index("H3")
    assert alternatives(pdf) == ["http://localhost/es/seguimiento"]
    # Without spaces: a line may break inside an address.
    told = text_of(pdf).replace(" ", "")
    for words in (*_keys(desk), "Referencia", "http://localhost/es/seguimiento", "Ambulancia131,bomberos132"):
        assert words in told, words


def test_the_slip_on_a_sheet_stays_within_its_quarter(desk: Browser) -> None:
    places: list[tuple[float, float]] = []

    page = read(desk.client.get(_addresses(desk)["a6"]).data).pages[0]
    page.extract_text(visitor_text=lambda text, cm, tm, _f, _s: places.append((cm[4], cm[5])) if text.strip() else None)

    assert (page.mediabox.width, page.mediabox.height) == pytest.approx((595.28, 841.89), abs=0.01)
    assert len(page.extract_text()) > 400
    assert all(left < 105 / 25.4 * 72 for left, _bottom in places)


def test_no_cache_keeps_the_slip_and_no_name_tells_of_it(desk: Browser) -> None:
    for address in _addresses(desk).values():
        answer = desk.client.get(address)
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Content-Disposition"] == 'inline; filename="slip.pdf"'
        for key in _keys(desk):
            assert key not in str(answer.headers)
            assert key not in str(read(answer.data).metadata)


def test_the_press_keeps_no_slip(app: Flask, desk: Browser) -> None:
    desk.client.get(_addresses(desk)["a6"])

    assert not app.extensions["press"]._kept


def test_no_log_and_no_file_holds_the_code(
    desk: Browser, caplog: pytest.LogCaptureFixture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    before = sorted(tmp_path.iterdir())
    caplog.set_level(logging.DEBUG)

    desk.client.get(_addresses(desk)["80mm"])

    assert not [record for record in caplog.records if any(key in record.getMessage() for key in _keys(desk))]
    assert sorted(tmp_path.iterdir()) == before


def test_a_slip_that_was_handed_over_is_printed_without_its_code(desk: Browser) -> None:
    address, (reference, code) = _addresses(desk)["a6"], _keys(desk)
    desk.submit("The person has the slip")

    told = text_of(desk.client.get(address).data)

    assert reference in told
    assert code not in told


def test_a_slip_is_printed_for_whoever_recorded_it_only(app: Flask, desk: Browser, room: Room) -> None:
    address = _addresses(desk)["a6"]

    assert at_desk(app, room.handler).client.get(address).status_code == 404
    assert app.test_client().get(address).status_code == 303
    assert desk.client.get(address.replace("a6", "a5")).status_code == 404
