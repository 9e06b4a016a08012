"""The browser of the journeys works: it loads a page from this machine and finds what is wrong with it."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser
from werkzeug import Response

from tests.support.server import serving

PAGE = "<!doctype html><html lang=en><title>Here</title><h1>Here</h1><img src='data:,'></html>"


def test_the_browser_loads_a_page_and_axe_sees_its_fault(chromium: Browser) -> None:
    with serving(Response(PAGE, mimetype="text/html")) as address:
        page = chromium.new_page()
        page.goto(address)

        found = {violation["id"] for violation in Axe().run(page).response["violations"]}
        page.close()

    assert "image-alt" in found
