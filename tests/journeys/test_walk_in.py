"""Somebody comes to the office and speaks: it is read back, and a slip is handed over that only the person can use up."""

from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import Browser

from tests.support.installation import MINE, Installation
from tests.support.visitor import staff, visiting

WORDS = {
    "es": "Viene una señora y dice que el canal de riego está tapado con piedras de la obra",
    "en": "A woman comes and says that the irrigation channel is blocked with stones from the works",
}


def test_a_walk_in_is_read_back_and_leaves_with_a_slip_to_exchange_for_an_own_code(
    chromium: Browser, installation: Installation, lang: str, scripts: bool
) -> None:
    yesterday = (installation.today() - timedelta(days=1)).isoformat()
    with staff(chromium, installation, "ramiro", lang, scripts=scripts) as intake:
        intake.open(intake.address("/equipo/registrar", "/staff/record"))
        intake.send(
            site=MINE,
            channel="walk_in",
            told_on=yesterday,
            told_time="10:30",
            words=WORDS[lang],
            locale=lang,
            group="fisher_or_farmer",
        )
        intake.see(WORDS[lang])
        intake.send(button=intake.t("The person confirms: record it"))
        reference, code = (words.replace("\n", "-") for words in intake.page.locator("strong.key").all_inner_texts())
        intake.send(button=intake.t("The person has the slip"))
        intake.open(
            intake.address(f"/equipo/casos/{reference}", f"/staff/cases/{reference}"),
            status=403,
        )

    with visiting(chromium, installation, lang, scripts=scripts) as person:
        person.open(person.address("/seguimiento", "/follow-up"))
        person.send(reference=reference, code=code)
        person.see(person.t("Your own code"))
        _, own = (words.replace("\n", "-") for words in person.page.locator("strong.key").all_inner_texts())
        assert own != code
        person.send(saved=True)
        person.see(WORDS[lang])
        person.see(person.t("See when my slip was used"))

    with visiting(chromium, installation, lang, scripts=scripts) as copyist:
        copyist.open(copyist.address("/seguimiento", "/follow-up"))
        copyist.send(reference=reference, code=code, status=422)
        copyist.see(copyist.t("We do not find a case with this reference and this code. Check both."))

    with staff(chromium, installation, "celia", lang, scripts=scripts) as triager:
        triager.open(triager.address("/equipo/triaje", "/staff/triage"))
        triager.see(reference)
