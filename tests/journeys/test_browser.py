"""The browser of the journeys works: it loads a page from this machine and finds what is wrong with it."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from werkzeug import Response

from tests.support.browser import browser
from tests.support.server import serving

PAGE = "<!doctype html><html lang=en><title>Here</title><h1>Here</h1><img src='data:,'></html>"


def test_the_browser_loads_a_page_and_axe_sees_its_fault() -> None:
    with serving(Response(PAGE, mimetype="text/html")) as address, browser() as chromium:
        page = chromium.new_page()
        page.goto(address)

        found = {violation["id"] for violation in Axe().run(page).response["violations"]}

    assert "image-alt" in found
