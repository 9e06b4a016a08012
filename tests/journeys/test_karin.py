"""Harassment on the way of Ley Karin, in a browser: protected first, then who investigates, then a record on paper."""

from __future__ import annotations

import time

from playwright.sync_api import Browser

from tests.support.installation import Installation
from tests.support.visitor import Visitor, act, case_address, days_ahead, find_in_triage, staff

WORDS = {
    "es": "El capataz me encierra en la bodega y me dice cosas sobre mi cuerpo",
    "en": "The foreman locks me in the store and says things about my body",
}
ROUND_SECONDS = 90
"""Longer than the worker takes from one sweep to the next, on a slow machine."""
NUMBERS = {"es": "+56900073001", "en": "+56900073002"}


def test_a_person_is_protected_before_anybody_investigates(
    chromium: Browser, installation: Installation, lang: str, scripts: bool
) -> None:
    assert installation.text(NUMBERS[lang], WORDS[lang]) == 200

    with staff(chromium, installation, "bruno", lang, scripts=scripts) as triager:
        reference = find_in_triage(triager, WORDS[lang])
        about = "Acoso" if lang == "es" else "Harassment"
        act(triager, reference, "classify", category=about, type="harassment", severity="4")
        act(triager, reference, "name_investigator", staff="Julio")
        triager.open(case_address(triager, reference))
        triager.see(triager.t("Nobody has noted how the person is protected"))
        assert triager.page.locator("#do-choose_route").count() == 0
        _wait_for_the_worker(triager, reference)

    with staff(chromium, installation, "julio", lang, scripts=scripts) as investigator:
        words = "Otra jefatura desde hoy." if lang == "es" else "Another boss from today."
        due = days_ahead(investigator, 1)
        act(investigator, reference, "add_measure", kind="other_boss", words=words, owner="Julio", due_on=due)
        investigator.see(words)
        route = {"about_manager": "no", "companies": "yes", "route": "internal"}
        route |= {"principal": "Minera Imaginaria", "contractor": "Perforaciones Imaginarias"}
        act(investigator, reference, "choose_route", **route, words="Portal, 4411.")
        investigator.see(investigator.t("Investigated here, and the Dirección del Trabajo was notified"))
        investigator.see(investigator.t("Inform the other company"))
        act(investigator, reference, "track_step", step="concluded", words="Informe firmado.")
        investigator.see(investigator.t("Send the report to the Dirección del Trabajo"))
        investigator.click(investigator.t("Record of receipt with date and hour, to print"))
        investigator.see(WORDS[lang])
        investigator.see(investigator.t("Time zone"))

    for name in ("elena", "karina", "quintina"):
        with staff(chromium, installation, name, lang, scripts=scripts) as outsider:
            outsider.open(
                case_address(outsider, reference) + ("/constancia" if lang == "es" else "/record"), status=404
            )


def _wait_for_the_worker(somebody: Visitor, reference: str) -> None:
    """Wait for the reminders that are due at once: one that comes between form and button would overtake the button."""
    end = time.monotonic() + ROUND_SECONDS
    while somebody.t("Reminder: a date is near") not in somebody.words():
        assert time.monotonic() < end, somebody.words()
        somebody.page.wait_for_timeout(500)
        somebody.open(case_address(somebody, reference))
