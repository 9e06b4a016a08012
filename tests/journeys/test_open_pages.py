"""Every open page in a browser: readable for everybody (axe), on the narrowest telephone, in the dark, and valid HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from grievance.core.db import Database
from grievance.metrics.periods import Quarter
from grievance.metrics.survival import DayCount
from tests.support.bulletins import TOLD, USUAL
from tests.support.outside import assert_valid_html, node_tool
from tests.support.places import make_site
from tests.support.releases import publish
from tests.support.server import serving
from tests.support.web_app import make_app, make_runtime

PAGES = {
    "es": (
        "",
        "glosario",
        "metodos",
        "datos",
        "{site}",
        "{site}/2026-t3",
        "{site}/2026-t3/v1",
        "{site}/2026-t2",
        "{site}/2025-t4",
    ),
    "en": (
        "",
        "glossary",
        "methods",
        "privacy",
        "{site}",
        "{site}/2026-q3",
        "{site}/2026-q3/v1",
        "{site}/2026-q2",
        "{site}/2025-q4",
    ),
}
CORRECTIONS = {"es": "{site}/correcciones", "en": "{site}/corrections"}
SITE = "cerro-imaginario"
NARROW, WIDE = {"width": 320, "height": 740}, {"width": 1280, "height": 900}
REASON = {"es": "Faltaba una carta.", "en": "A letter was missing."}


@pytest.fixture
def address(database: Database, tmp_path: Path) -> Iterator[str]:
    """Serve a site with a summary of every kind: old, with everything hidden, full, corrected with both curves."""
    with database.begin() as session:
        site = make_site(session)
        make_site(session, slug="puerto-imaginario", line=None)
        publish(session, site, TOLD["nothing late"], Quarter(2025, 4), has_texts=False)
        publish(session, site, TOLD["all hidden"], Quarter(2026, 2))
        publish(session, site, USUAL, Quarter(2026, 3))
        many = replace(USUAL, durations=(*USUAL.durations, DayCount(9, 0, 0, 60)))
        publish(session, site, many, Quarter(2026, 3), version=2, reason=REASON)
    with serving(make_app(make_runtime(database, tmp_path))) as served:
        yield served


@pytest.mark.parametrize("lang", PAGES)
def test_open_pages_are_for_everybody_on_every_screen(
    chromium: Browser, address: str, lang: str, tmp_path: Path
) -> None:
    validate = node_tool("html-validate")
    folder = tmp_path / "pages"
    folder.mkdir()
    wrong: list[str] = []
    for size, scheme in ((NARROW, "dark"), (WIDE, "light")):
        context = chromium.new_context(viewport=size, color_scheme=scheme)  # type: ignore[arg-type]  # a TypedDict
        page = context.new_page()
        for path in (*PAGES[lang], CORRECTIONS[lang]):
            answer = page.goto(f"{address}/{lang}/{path.format(site=SITE)}")
            assert answer is not None
            assert answer.status == 200, path
            (folder / f"{re.sub('[^a-z0-9]+', '-', path)}.html").write_text(answer.text())
            wrong += [f"{path}, {size['width']} px, {scheme}: {fault}" for fault in _faults(page, size["width"])]
        context.close()

    assert wrong == []
    assert_valid_html(validate, folder)


def _faults(page: Page, width: int) -> list[str]:
    # What is folded is read too: a closed table hides its faults.
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
    found = Axe().run(page).response["violations"]
    faults = [f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]]
    wide = page.evaluate("document.documentElement.scrollWidth")
    return faults + ([f"is {wide} px wide"] if wide > width else [])
