"""A liaison's day: what is due, finding, noting, writing with a look at the text first, and a colleague in between."""

from __future__ import annotations

import re

from playwright.sync_api import Browser

from tests.support.installation import Installation
from tests.support.visitor import Visitor, act, case_address, staff

NOTE = {"es": "Llamar a la lavandería mañana temprano", "en": "Call the laundry early tomorrow"}
MESSAGE = {"es": "Mañana a las 8 reviso la lavandería", "en": "I will look at the laundry at 8 tomorrow"}
LAUNDRY = "Ropa mojada y cambiada"


def test_a_liaison_finds_notes_and_writes(
    chromium: Browser, installation: Installation, lang: str, scripts: bool
) -> None:
    with staff(chromium, installation, "elena", lang, scripts=scripts) as liaison:
        for tab in ("late", "week", "waiting", "new", "unread", "closed"):
            liaison.open(f"{_desk(liaison)}?show={tab}")
        reference = _find(liaison)
        act(liaison, reference, "note", words=NOTE[lang])
        liaison.see(NOTE[lang])

        _look_before_writing(liaison, reference, MESSAGE[lang])
        liaison.see(MESSAGE[lang])


def test_what_a_colleague_did_meanwhile_is_shown_before_anything_is_lost(
    chromium: Browser, installation: Installation, lang: str, scripts: bool
) -> None:
    with staff(chromium, installation, "elena", lang, scripts=scripts) as liaison:
        reference = _find(liaison)
        liaison.open(case_address(liaison, reference))
        stale = liaison.page
        liaison.page = stale.context.new_page()
        act(liaison, reference, "note", words="1")
        liaison.page.close()
        liaison.page = stale

        part = liaison.page.locator("#do-summarise")
        part.locator("summary").first.click()
        liaison.send(part.locator("form"), title="Lavandería", summary="", status=409)

        assert liaison.page.locator("[name=title]").input_value() == "Lavandería"


def test_a_liaison_works_with_the_keyboard_alone(
    chromium: Browser, installation: Installation, lang: str, scripts: bool
) -> None:
    with staff(chromium, installation, "elena", lang, scripts=scripts) as liaison:
        liaison.open(_desk(liaison))
        liaison.page.keyboard.press("Tab")
        skip = liaison.page.locator(":focus")

        assert skip.get_attribute("href") == "#content"
        assert skip.is_visible()


def _desk(liaison: Visitor) -> str:
    return liaison.address("/equipo/casos", "/staff/cases")


def _find(liaison: Visitor) -> str:
    """Search by words of the grievance: the index holds keyed digests, not words."""
    liaison.open(_desk(liaison))
    liaison.send(liaison.page.locator("form[role=search]"), q="lavanderia mojada")
    row = liaison.page.get_by_role("row").filter(has_text=LAUNDRY)
    return row.first.locator("a").first.get_attribute("href").rsplit("/", 1)[-1]  # type: ignore[union-attr]  # it has one


def _look_before_writing(liaison: Visitor, reference: str, words: str) -> None:
    liaison.open(case_address(liaison, reference))
    part = liaison.page.locator("#do-message")
    part.locator("summary").first.click()
    liaison.send(part.locator("form"), words=words)

    # The whole text as it will arrive, with what it costs.
    text = liaison.page.locator("main form .msg").last
    assert f"{reference}: {words}" in text.inner_text()
    assert re.search(r"[0-9]+ (of|de) (160|153|70|67)", text.inner_text())
    liaison.send(liaison.page.locator("main form:has(input[name=seen])"))
