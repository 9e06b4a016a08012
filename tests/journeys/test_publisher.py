"""A publisher's quarter: computed, frozen, put into context, approved by somebody else, read by everybody, downloaded."""

from __future__ import annotations

import hashlib
import io
import re
import urllib.request
from pathlib import Path

from openpyxl import load_workbook
from playwright.sync_api import Browser

from grievance.metrics.periods import Quarter, previous, quarter_slug
from tests.support.installation import MINE, PORT, Installation
from tests.support.visitor import Visitor, staff, visiting

SITES = {"es": MINE, "en": PORT}
"""Each journey publishes the quarter of a site of its own."""

NOTES = {
    "es": "El camino viejo estuvo cerrado tres semanas por obras.",
    "en": "The old road was closed for three weeks because of works.",
}
PREVIEW = {"es": "/vista", "en": "/preview"}
OTHER = {"es": "en", "en": "es"}


def test_a_quarter_is_published_by_two_people_in_both_languages(
    chromium: Browser, installation: Installation, lang: str, scripts: bool, tmp_path: Path
) -> None:
    site, quarter = SITES[lang], _last_quarter(installation)
    with visiting(chromium, installation, lang, scripts=scripts) as stranger:
        stranger.open(_public(stranger, site, quarter, lang), status=404)

    with staff(chromium, installation, "olga", lang, scripts=scripts) as author:
        _freeze(author, site, quarter)
        _one_language_is_not_enough(author)
        author.send(author.page.locator("form[action*=conte]"), es=NOTES["es"], en=NOTES["en"])
        for language in ("es", "en"):
            _read_the_preview(author, language)
        author.send(button=author.t("Submit for approval"))
        author.see(author.t("Waits for a second person"))
        assert author.page.get_by_role("button", name=author.t("Approve and publish in both languages")).count() == 0

    with staff(chromium, installation, "pablo", lang, scripts=scripts) as approver:
        approver.open(_staff_page(approver, site, quarter))
        approver.send(button=approver.t("Approve and publish in both languages"))
        _the_spreadsheet_is_the_same_every_time(approver, installation, site, quarter, tmp_path)

    _everybody_reads_it_in_both_languages(chromium, installation, lang, scripts=scripts)
    assert "All figures verified" in installation.run("publish", "verify")


def _last_quarter(installation: Installation) -> Quarter:
    today = installation.today()
    return previous(Quarter(today.year, (today.month - 1) // 3 + 1))


def _staff_page(visitor: Visitor, site: str, quarter: Quarter) -> str:
    where = f"{site}/{quarter_slug(quarter, visitor.lang)}"
    return visitor.address(f"/equipo/cifras/{where}", f"/staff/figures/{where}")


def _public(visitor: Visitor, site: str, quarter: Quarter, lang: str) -> str:
    return f"{visitor.installation.address}/{lang}/{site}/{quarter_slug(quarter, lang)}"


def _freeze(author: Visitor, site: str, quarter: Quarter) -> None:
    author.open(author.address("/equipo/cifras", "/staff/figures"))
    where = f"{site}/{quarter_slug(quarter, author.lang)}"
    author.click(author.page.locator(f"a[href*='{where}']"))
    author.send(button=author.t("Freeze these figures"))


def _one_language_is_not_enough(author: Visitor) -> None:
    author.send(author.page.locator("form[action*=conte]"), es=NOTES["es"], en="", status=422)
    assert author.page.locator("#error-summary").count() == 1
    assert author.page.locator("[name=es]").input_value() == NOTES["es"]


def _read_the_preview(author: Visitor, language: str) -> None:
    """The preview speaks the language that is read in it, whichever the author works in."""
    back, spoken = author.page.url, author.lang
    link = author.page.locator(f"a[href^='/{language}/'][href$='{PREVIEW[language]}']")
    author.lang = language
    author.click(link)
    author.see(NOTES[language])
    author.lang = spoken
    author.open(back)


def _the_spreadsheet_is_the_same_every_time(
    approver: Visitor, installation: Installation, site: str, quarter: Quarter, folder: Path
) -> None:
    address = approver.page.locator("a[href*='.xlsx']").first.get_attribute("href")
    first, second = (approver.page.request.get(f"{installation.address}{address}").body() for _ in range(2))
    kept = folder / "figures.xlsx"
    which = ("--site", site, "--quarter", quarter.key, "--format", "xlsx", "--language", approver.lang)
    installation.run("export", *which, "--output", str(kept))

    assert first == second == kept.read_bytes()
    sheets = load_workbook(io.BytesIO(first))
    cells = [cell for sheet in sheets for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {"M1", "M2", "M3", "M5"} <= {str(cell.value).partition(".")[0] for cell in cells}
    assert all(cell.data_type != "f" for cell in cells), "a cell that a spreadsheet would run"


def _everybody_reads_it_in_both_languages(
    chromium: Browser, installation: Installation, lang: str, *, scripts: bool
) -> None:
    site, quarter = SITES[lang], _last_quarter(installation)
    digests = set()
    for language in (lang, OTHER[lang]):
        with visiting(chromium, installation, language, scripts=scripts) as stranger:
            stranger.open(_public(stranger, site, quarter, language))
            stranger.see(NOTES[language])
            stranger.see("M1")
            assert stranger.page.locator(".chart svg").count() >= 1
            json_file = stranger.page.locator("a[href$='.json']").first.get_attribute("href") or ""
            fingerprint = stranger.page.locator("dd").filter(has_text=re.compile(r"^\s*[0-9a-f]{64}\s*$")).first
            told = (fingerprint.text_content() or "").strip()
            with urllib.request.urlopen(installation.address + json_file) as answer:
                assert hashlib.sha256(answer.read()).hexdigest() == told
            digests.add(told)
    assert len(digests) == 1, "both languages tell the same figures"
