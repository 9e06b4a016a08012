"""A publisher's quarter: computed, frozen, put into context, approved by somebody else, read by everybody, downloaded."""

from __future__ import annotations

import hashlib
import io
import re
import time
import urllib.request
from pathlib import Path

from openpyxl import load_workbook
from playwright.sync_api import Browser

from grievance.metrics.periods import Quarter, previous, quarter_slug
from tests.support.installation import MINE, PORT, Installation
from tests.support.visitor import Visitor, days_ahead, staff, visiting

AUTHOR, APPROVER = "olga", {"es": "pablo", "en": "lautaro"}
SITES = {"es": MINE, "en": PORT}
"""Each journey publishes the quarter of a site of its own."""

NOTES = {
    "es": "El camino viejo estuvo cerrado tres semanas por obras.",
    "en": "The old road was closed for three weeks because of works.",
}
DONE = {
    "es": "Los camiones van ahora por el camino norte.",
    "en": "The trucks now take the north road.",
}
"""What changed because of whoever complained."""

SAID = {"es": "Lo decimos en la próxima reunión.", "en": "We will say it at the next meeting."}
"""In place of every prompt that the draft leaves to a person."""

LISTENED = {"es": "cuatro choferes del turno de noche", "en": "four drivers of the night shift"}
ASKED = {"es": "junta de vecinos", "en": "neighbours' council"}
SPOKEN = {"es": "De noche todavía pasan camiones.", "en": "At night trucks still pass."}
ANSWERED = {"es": "Lo agregamos al texto.", "en": "We added it to the text."}
PROMPT = re.compile(r"\[[^\]]*\]")
PREVIEW = {"es": "/vista", "en": "/preview"}
OTHER = {"es": "en", "en": "es"}


def test_a_quarter_is_published_by_two_people_in_both_languages(
    chromium: Browser, installation: Installation, lang: str, scripts: bool, tmp_path: Path
) -> None:
    site, quarter = SITES[lang], _last_quarter(installation)
    with visiting(chromium, installation, lang, scripts=scripts) as stranger:
        stranger.open(_public(stranger, site, quarter, lang), status=404)

    with staff(chromium, installation, AUTHOR, lang, scripts=scripts) as author:
        _freeze(author, site, quarter)
        author.click(author.t("Words written in both languages"))
        _one_language_is_not_enough(author)
        _keep(author, NOTES)
        _a_hard_text_is_seen_while_it_is_written(author)
        _fill_what_the_draft_leaves_open(author)
        _it_is_stopped_until_it_was_read_aloud(author)
        _read_aloud(author)
        secret = _ask_people_concerned(author)
        _somebody_concerned_writes(chromium, installation, secret, lang, scripts=scripts)
        _answer(author)
        for language in ("es", "en"):
            _read_the_preview(author, language)
        author.click(author.t("Approved by a second person and published"))
        author.send(button=author.t("Submit for approval"))
        author.see(author.t("Waits for a second person"))
        assert author.page.get_by_role("button", name=author.t("Approve and publish in both languages")).count() == 0
        approval = author.page.url

    with staff(chromium, installation, APPROVER[lang], lang, scripts=scripts) as approver:
        _decide(approver, approval)
        approver.open(_staff_page(approver, site, quarter))
        _the_spreadsheet_is_the_same_every_time(approver, installation, site, quarter, tmp_path)

    with visiting(chromium, installation, lang, scripts=scripts) as late:
        late.open(f"{installation.address}{secret}", status=410)
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
    """What is missing is read and ticked; then the figures are fixed and the words drafted."""
    author.open(author.address("/equipo/cifras", "/staff/figures"))
    where = f"{site}/{quarter_slug(quarter, author.lang)}"
    author.click(author.page.locator(f"a[href*='{where}']"))
    author.click(author.t("See what is missing, and freeze"))
    author.see(author.t("Who can mend it"))
    author.send(button=author.t("Freeze these figures"), sure=True)


def _one_language_is_not_enough(author: Visitor) -> None:
    author.click(author.t("To understand these numbers"))
    author.send(author.page.locator("#text-form"), es=NOTES["es"], en="", status=422)
    assert author.page.locator("#error-summary").count() == 1
    assert author.page.locator("[name=es]").input_value() == NOTES["es"]


def _keep(author: Visitor, words: dict[str, str]) -> None:
    author.send(author.page.locator("#text-form"), es=words["es"], en=words["en"])


def _a_hard_text_is_seen_while_it_is_written(author: Visitor) -> None:
    """With scripts while typing, without them by a button; nothing is kept either way."""
    author.click(author.t("What changed because of you"))
    form = author.page.locator("#text-form")
    before = author.page.locator("[name=es]").input_value()
    if author.has_scripts:
        author.page.locator("[name=es]").fill("Vamos a implementar el camino.")
        author.page.locator("#check-es").get_by_text("implementar").first.wait_for()
        author.page.locator("[name=es]").fill(before)
        author.page.locator("#check-es").get_by_text("implementar").first.wait_for(state="detached")
    else:
        author.fill(form, es="Vamos a implementar el camino.")
        author.send(
            form.filter(has=author.page.locator("button[name=check]")), button=author.t("Check, without keeping")
        )
        author.see(author.t("Plainer words:"))
    _keep(author, DONE)


def _fill_what_the_draft_leaves_open(author: Visitor) -> None:
    """Write over every prompt in square brackets, section by section, and keep the rest as it was drafted."""
    sections = author.page.locator("main table.rows th[scope=row] a")
    for number in range(sections.count()):
        author.click(sections.nth(number))
        words = {lang: author.page.locator(f"[name={lang}]").input_value() for lang in ("es", "en")}
        if any("[" in text for text in words.values()):
            _keep(author, {lang: PROMPT.sub(SAID[lang], text) for lang, text in words.items()})
        else:
            author.page.go_back()


def _it_is_stopped_until_it_was_read_aloud(author: Visitor) -> None:
    author.click(author.t("Approval"))
    author.send(button=author.t("Submit for approval"), status=409)
    author.see(author.t("Stopped: it is not ready to go out"))


def _read_aloud(author: Visitor) -> None:
    author.click(author.page.locator("main nav a").filter(has_text=author.t("Readings aloud")))
    for language in ("es", "en"):
        author.send(
            button=author.t("Record the reading"),
            locale=language,
            read_on=days_ahead(author, 0),
            read_to=LISTENED[author.lang],
            readers="4",
            understood="3",
            stumbled="",
        )
    author.see(LISTENED[author.lang])


def _ask_people_concerned(author: Visitor) -> str:
    """Open a round and return the address that it shows this once."""
    author.click(author.page.locator("main nav a").filter(has_text=author.t("People concerned")))
    author.send(button=author.t("Open a round"), asked=ASKED[author.lang], closes_on=days_ahead(author, 5))
    path = {"es": "/es/lectura/", "en": "/en/reading/"}[author.lang]
    found = re.search(rf"{path}[\w-]{{22}}", author.words())
    assert found
    return found.group()


def _somebody_concerned_writes(
    chromium: Browser, installation: Installation, secret: str, lang: str, *, scripts: bool
) -> None:
    with visiting(chromium, installation, lang, scripts=scripts) as member:
        member.open(f"{installation.address}{secret}")
        member.see(DONE[lang])
        time.sleep(4)  # less than a person reads, more than a program waits
        member.send(member.page.locator("form[action*='/lectura/'], form[action*='/reading/']"), changed=SPOKEN[lang])
        member.see(member.t("Thank you"))
        assert member.page.context.cookies() == []


def _answer(author: Visitor) -> None:
    author.click(author.t("I have copied it"))
    author.see(SPOKEN[author.lang])
    author.send(button=author.t("Close this round"))
    author.send(button=author.t("Keep the answer"), answer=ANSWERED[author.lang])
    author.see(ANSWERED[author.lang])
    author.click(author.page.locator("main nav a").first)


def _decide(approver: Visitor, approval: str) -> None:
    """The second person sees what was changed, who listened and what was answered, and then decides."""
    approver.open(approval)
    for words in (LISTENED[approver.lang], SPOKEN[approver.lang], ANSWERED[approver.lang]):
        approver.see(words)
    assert approver.page.locator("ins").count() >= 1
    approver.send(button=approver.t("Approve and publish in both languages"))
    approver.see(approver.t("Published, in both languages."))


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
