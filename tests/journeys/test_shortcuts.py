"""The keys of the desk in a real browser: they move, tick and open, and leave whoever types alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from grievance.core.db import Database
from tests.support.casework import NEXT_WEEK, Room, sorted_case
from tests.support.clock import standing_clock
from tests.support.desk import CASES, at_desk, staffed_room
from tests.support.server import serving
from tests.support.web_app import make_app, make_runtime

HERE = "document.activeElement"


@pytest.fixture
def room(database: Database) -> Room:
    with database.begin() as session:
        made = staffed_room(session)
        for _ in range(3):
            sorted_case(session, made)
        return made


@pytest.fixture
def desk(chromium: Browser, database: Database, room: Room, tmp_path: Path) -> Iterator[Page]:
    """Give the coordinator's desk, signed in, with scripts."""
    app = make_app(make_runtime(database, tmp_path))
    with standing_clock(NEXT_WEEK), serving(app) as address:
        context = chromium.new_context()
        cookies = at_desk(app, room.coordinator).cookies
        context.add_cookies([{"name": name, "value": value, "url": address} for name, value in cookies.items()])
        page = context.new_page()
        page.goto(f"{address}{CASES}?whose=site")
        yield page
        context.close()


def reference_here(page: Page) -> str:
    """Return the reference of the row in which the focus stands."""
    found: str = page.evaluate(f"{HERE}.closest('tr').querySelector('.code').textContent")
    return found


def test_j_and_k_walk_the_list_x_ticks_and_enter_opens(desk: Page) -> None:
    references = desk.locator(".rows tbody .code").all_text_contents()
    desk.keyboard.press("j")
    desk.keyboard.press("j")
    second = reference_here(desk)
    desk.keyboard.press("k")
    first = reference_here(desk)
    desk.keyboard.press("x")
    ticked = desk.locator("input[name=case]:checked").count()
    desk.keyboard.press("Enter")
    desk.wait_for_url(f"**{CASES}/{references[0]}")

    assert [first, second] == references[:2]
    assert ticked == 1


def test_the_question_mark_opens_the_sheet_and_two_letters_lead_on(desk: Page) -> None:
    desk.keyboard.press("?")
    desk.wait_for_url("**/staff/shortcuts")
    desk.keyboard.press("g")
    desk.keyboard.press("d")
    desk.wait_for_url(f"**{CASES}")


def test_keys_are_letters_while_somebody_types(desk: Page) -> None:
    desk.keyboard.press("/")
    desk.keyboard.type("j?ga/")

    assert desk.locator("#q").input_value() == "j?ga/"
    assert desk.url.endswith(f"{CASES}?whose=site")


def test_nobody_is_led_away_from_a_form_that_was_begun(desk: Page) -> None:
    desk.keyboard.press("j")
    desk.keyboard.press("Enter")
    desk.wait_for_url(f"**{CASES}/*")
    here = desk.url
    desk.locator("#do-note summary").click()
    desk.locator("#note-words").fill("A medias")
    desk.locator("h1").click()

    desk.keyboard.press("?")
    desk.keyboard.press("g")
    desk.keyboard.press("d")
    desk.wait_for_timeout(300)

    assert desk.url.partition("#")[0] == here.partition("#")[0]
    assert desk.locator("#note-words").input_value() == "A medias"


def test_turned_off_a_key_does_nothing(desk: Page) -> None:
    desk.keyboard.press("?")
    desk.wait_for_url("**/staff/shortcuts")
    desk.get_by_role("button", name="Turn them off").click()
    desk.wait_for_load_state()
    desk.keyboard.press("g")
    desk.keyboard.press("d")
    desk.wait_for_timeout(300)

    assert desk.url.endswith("/staff/shortcuts")
    assert desk.get_by_text("They are off.").is_visible()


def test_on_paper_the_desk_and_the_case_keep_their_content_and_lose_their_controls(desk: Page) -> None:
    desk.emulate_media(media="print")
    listed = desk.locator(".rows").first.is_visible()
    controls = [desk.locator(part).first.is_visible() for part in (".filters", ".tabs", ".nav", "td.pick")]
    desk.emulate_media(media="screen")
    desk.keyboard.press("j")
    desk.keyboard.press("Enter")
    desk.wait_for_url(f"**{CASES}/*")
    desk.emulate_media(media="print")

    assert (listed, controls) == (True, [False] * 4)
    assert desk.locator("#words").is_visible()
    assert desk.locator("#history").is_visible()
    assert not desk.locator("#actions").is_visible()
