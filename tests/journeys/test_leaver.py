"""Somebody leaves and nothing is left with nobody; a triager is complained about and loses sight of it."""

from __future__ import annotations

from playwright.sync_api import Browser

from tests.support.installation import Installation
from tests.support.visitor import case_address, staff

WHO = {
    "es": ("gaspar", "Gaspar Trova", "Hilda Estrofa", "lautaro", "hilda"),
    "en": ("elena", "Elena Soneto", "Fermina Copla", "karina", "fermina"),
}
"""Who leaves (key and name), who takes over, who hands over, and the key of who takes over: of two sites."""

NOTES = {"es": "Llamar antes de las diez.", "en": "Call before ten."}

WORDS = {
    "es": "Bruno Balada y Celia Leyenda me dijeron que no vuelva a reclamar por el agua",
    "en": "Bruno Balada and Celia Leyenda told me not to complain about the water again",
}
NUMBERS = {"es": "+56900073001", "en": "+56900073002"}


def test_the_cases_of_a_leaver_go_to_somebody_with_a_note(
    chromium: Browser, own_installation: Installation, lang: str, scripts: bool
) -> None:
    key, leaver, successor, giver, taker = WHO[lang]
    with staff(chromium, own_installation, "alba", lang, scripts=scripts) as administrator:
        administrator.open(administrator.address("/equipo/personas", "/staff/people"))
        administrator.click(leaver)
        administrator.send(button=administrator.t("Close this account"))
        administrator.see(
            administrator.t("What this person had in hand goes to those who give cases away. They are told.")
        )
        administrator.see(administrator.t("Account closed"))
    with staff(chromium, own_installation, giver, lang, scripts=scripts) as coordinator:
        coordinator.open(coordinator.address("/equipo/traspasos", "/staff/handovers"))
        coordinator.click(leaver)
        boxes = coordinator.page.locator("input[name=case]")
        reference = (boxes.first.get_attribute("value") or "").partition(".")[0]
        for number in range(boxes.count()):
            boxes.nth(number).check()
        coordinator.send(button=coordinator.t("Hand over the ticked cases"), handler=successor, words=NOTES[lang])
        assert leaver not in coordinator.words()
    with staff(chromium, own_installation, taker, lang, scripts=scripts) as handler:
        handler.see(handler.t("Cases were handed over to you"))
        handler.open(case_address(handler, reference))
        handler.see(NOTES[lang])
    own_installation.cookies.pop(key, None)


def test_a_case_about_those_who_triage_is_the_outside_reviewers(
    chromium: Browser, own_installation: Installation, lang: str, scripts: bool
) -> None:
    assert own_installation.text(NUMBERS[lang], WORDS[lang]) == 200

    with staff(chromium, own_installation, "ximena", lang, scripts=scripts) as outside:
        outside.open(outside.address("/equipo/triaje", "/staff/triage"))
        told = outside.page.locator("li", has_text=WORDS[lang])
        reference = (told.locator("a").first.get_attribute("href") or "").rstrip("/").split("/")[-2]
        outside.open(case_address(outside, reference))
        for name in ("bruno", "celia", "karina"):
            with staff(chromium, own_installation, name, lang, scripts=scripts) as triager:
                triager.open(case_address(triager, reference), status=404)
        about = "Agua" if lang == "es" else "Water"
        outside.open(f"{case_address(outside, reference)}/{'clasificar' if lang == 'es' else 'classify'}")
        folded = outside.page.locator("details:not([open]):has([name=respondent_staff]) > summary")
        if folded.count():
            folded.first.click()
        outside.page.get_by_role("checkbox", name="Celia Leyenda").check()
        outside.send(outside.page.locator("main form").first, category=about, type="labour", severity="2")
        # The other triager reports to the one who is meant, so it stays outside once it is sorted.
        outside.open(case_address(outside, reference))
        outside.see(WORDS[lang])
    # Sorted and not restricted, it is on the coordinator's desk, who has no part in it.
    with staff(chromium, own_installation, "karina", lang, scripts=scripts) as coordinator:
        coordinator.open(case_address(coordinator, reference))
    for name in ("bruno", "celia"):
        with staff(chromium, own_installation, name, lang, scripts=scripts) as insider:
            insider.open(case_address(insider, reference), status=404)
