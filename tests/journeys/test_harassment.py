"""A text about harassment: seen by two triagers and the investigator they name, and by nobody else."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.support.installation import Installation
from tests.support.visitor import act, case_address, find_in_triage, staff

WORDS = {
    "es": "Mi supervisor me toca cuando paso y me dijo que si hablo me echa",
    "en": "My supervisor touches me when I pass and told me that he will fire me if I talk",
}
NUMBERS = {"es": "+56900072001", "en": "+56900072002"}
OUTSIDERS = ("elena", "fermina", "isidora", "karina", "quintina")
"""Two handlers, an investigator who is not named, the coordinator and the auditor of the site."""


def test_only_triagers_and_the_named_investigator_see_a_harassment_text(
    chromium: Browser, installation: Installation, lang: str, scripts: bool
) -> None:
    assert installation.text(NUMBERS[lang], WORDS[lang]) == 200

    with staff(chromium, installation, "bruno", lang, scripts=scripts) as triager:
        reference = find_in_triage(triager, WORDS[lang])
        about = "Acoso" if lang == "es" else "Harassment"
        act(triager, reference, "classify", category=about, type="harassment", severity="4")
        act(triager, reference, "name_investigator", staff="Julio")
        triager.see("Julio Sainete")
    for name in OUTSIDERS:
        with staff(chromium, installation, name, lang, scripts=scripts) as outsider:
            outsider.open(case_address(outsider, reference), status=404)
            outsider.open(f"{outsider.address('/equipo/casos', '/staff/cases')}?show=all&whose=site&q={reference}")
            assert reference not in outsider.words()
    with staff(chromium, installation, "julio", lang, scripts=scripts) as investigator:
        investigator.open(case_address(investigator, reference))
        investigator.see(WORDS[lang])


@pytest.mark.parametrize("name", ["alba", "olga", "ramiro"])
def test_who_holds_no_duty_over_cases_opens_no_desk(
    chromium: Browser, installation: Installation, lang: str, scripts: bool, name: str
) -> None:
    with staff(chromium, installation, name, lang, scripts=scripts) as somebody:
        somebody.open(somebody.address("/equipo/casos", "/staff/cases"), status=403)
