"""The menu of the staff side in a real browser without scripts: shut on a phone, always open on a wide screen."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from grievance.core.db import Database
from tests.support.desk import CASES, at_desk, staffed_room
from tests.support.server import serving
from tests.support.web_app import make_app, make_runtime

PHONE, TABLET, SCREEN = 320, 768, 1280


@pytest.mark.parametrize("width", [PHONE, TABLET, SCREEN])
def test_the_menu_opens_and_shuts_by_keyboard_where_it_is_narrow(
    chromium: Browser, database: Database, tmp_path: Path, width: int
) -> None:
    with database.begin() as session:
        room = staffed_room(session)
    app = make_app(make_runtime(database, tmp_path))
    with serving(app) as address:
        context = chromium.new_context(viewport={"width": width, "height": 700}, java_script_enabled=False)
        cookies = at_desk(app, room.coordinator).cookies
        context.add_cookies([{"name": name, "value": value, "url": address} for name, value in cookies.items()])
        page = context.new_page()
        page.goto(address + CASES)
        seen = [page.get_by_role("link", name="My account").is_visible()]
        height = page.locator(".top").bounding_box()
        if width == PHONE:
            for _ in range(2):
                page.locator(".menu summary").press("Enter")
                seen.append(page.get_by_role("link", name="My account").is_visible())
        context.close()

    assert seen == ([False, True, False] if width == PHONE else [True])
    assert height is not None
    # The name of the site, the menu and the languages: three lines of the least target, and the strata above.
    assert height["height"] < 180 or width > PHONE


def test_an_open_menu_is_sound_to_a_screen_reader(chromium: Browser, database: Database, tmp_path: Path) -> None:
    with database.begin() as session:
        room = staffed_room(session)
    app = make_app(make_runtime(database, tmp_path))
    with serving(app) as address:
        context = chromium.new_context(viewport={"width": PHONE, "height": 700})
        cookies = at_desk(app, room.coordinator).cookies
        context.add_cookies([{"name": name, "value": value, "url": address} for name, value in cookies.items()])
        page = context.new_page()
        page.goto(address + CASES)
        page.locator(".menu summary").click()
        found = Axe().run(page).response["violations"]
        context.close()

    assert found == []
