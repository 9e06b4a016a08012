"""Every kind of page that staff and strangers can reach by links is valid HTML, by another program's judgement."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from playwright.sync_api import Browser

from grievance.deadlines.standards import CaseType
from tests.support.html import faults
from tests.support.installation import MINE, PORT, Installation
from tests.support.outside import assert_valid_html, node_tool
from tests.support.visitor import Visitor, staff, visiting

STAFF = ("alba", "celia", "elena", "karina", "ramiro", "olga", "quintina")
PAGES_MAX = 200
"""More kinds of page than anybody can reach: some 120 in two languages, public pages among them, after every other
journey. A walk that does not end is a fault of its own."""

LINK = re.compile(r'<a [^>]*href="([^"#]+)')
CLOCK = rf"/({'|'.join(CaseType)})/[a-z_]+"
SCHEDULE = r"(?<=/retention/)[0-9]+/[a-z_]+|(?<=/conservacion/)[0-9]+/[a-z_]+"
VARIABLE = re.compile(
    rf"{SCHEDULE}|[0-9A-Z]{{4}}-[0-9A-Z]{{4}}|[A-Za-z0-9_-]{{20,}}|[0-9]+|=[^&]*|\b({MINE}|{PORT})\b|{CLOCK}"
)
"""What differs between two pages of one kind: references, ids, numbers, values of a query, sites, clocks, schedules."""


@pytest.mark.parametrize("name", STAFF)
def test_every_page_that_staff_reach_is_valid(
    chromium: Browser, installation: Installation, name: str, tmp_path: Path
) -> None:
    validate = node_tool("html-validate")
    with staff(chromium, installation, name, "en", scripts=True) as visitor:
        _walk(visitor, ["/en/staff", "/es/equipo"], tmp_path)

    assert_valid_html(validate, tmp_path)


def test_every_page_that_strangers_reach_is_valid(
    chromium: Browser, installation: Installation, tmp_path: Path
) -> None:
    validate = node_tool("html-validate")
    with visiting(chromium, installation, "es", scripts=True) as visitor:
        starts = ["/es/", "/en/", f"/es/{MINE}", f"/en/{MINE}", f"/es/{MINE}/reclamo", f"/en/{MINE}/report"]
        starts += [f"/es/{MINE}/correcciones", f"/en/{MINE}/corrections"]
        _walk(visitor, [*starts, "/es/demo/telefono", "/en/demo/codes", "/en/nothing-here"], tmp_path)

    assert_valid_html(validate, tmp_path)


def _walk(visitor: Visitor, starts: list[str], folder: Path) -> None:
    """Follow every link of this installation, one page of each kind, and keep what comes."""
    home = visitor.installation.address
    waiting, seen = [home + start for start in starts], set()
    while waiting:
        address = waiting.pop(0)
        kind = VARIABLE.sub("*", address.removeprefix(home))
        if kind in seen or "sign-out" in kind:
            continue
        seen.add(kind)
        assert len(seen) <= PAGES_MAX, sorted(seen)
        answer = visitor.page.request.get(address)
        assert answer.status < 500, address
        if not answer.headers.get("content-type", "").startswith("text/html"):
            continue
        html = answer.text()
        assert faults(html) == [], address
        (folder / f"{len(seen):03}{re.sub('[^a-z]+', '-', urlsplit(address).path)[:60]}.html").write_text(html)
        found = (urljoin(address, link.replace("&amp;", "&")) for link in LINK.findall(html))
        waiting += [link for link in found if link.startswith(home)]
