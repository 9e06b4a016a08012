"""The notice to people about their data: complete or saying what is missing, with the figures of the code."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from flask import Flask

from grievance.core.db import Database
from grievance.core.paths import templates_dir
from grievance.deadlines.standards import CaseType
from grievance.privacy import schedules
from grievance.sites.models import Site
from grievance.web.complainant.data_notice import EDITION, EDITION_ON
from tests.support.clock import Clock
from tests.support.complainant import REPORT, send_form
from tests.support.people import make_staff
from tests.support.places import WEDNESDAY, make_site
from tests.support.web import Browser, Seen
from tests.support.web_app import make_app, make_runtime

PATHS = {"es": "/es/datos", "en": "/en/privacy"}
TODAY = WEDNESDAY.date()
WHOLE: Mapping[str, str] = {
    "controller_name": "Minera de Prueba SpA, RUT 0-0",
    "controller_representative": "Persona de Prueba",
    "controller_address": "Calle de Prueba 0",
    "controller_contact": "datos@prueba.example",
    "data_officer": "Persona Encargada",
    "hosting": "Sala de Prueba, Chile",
}


@pytest.fixture(autouse=True)
def site(database: Database, clock: Clock) -> Site:
    with database.begin() as session:
        return make_site(session)


def with_settings(database: Database, folder: Path, lang: str = "en", **more: str) -> Seen:
    return Browser(make_app(make_runtime(database, folder, transport=None, **more))).open(PATHS[lang])


def decide(database: Database, site: Site, what: str, amount: int, *, valid_from: date) -> None:
    with database.begin() as session:
        schedules.set_period(
            session,
            site.id,
            what,
            amount,
            valid_from=valid_from,
            reason="Lo acordó el directorio.",
            by=make_staff(session).staff_id,
            at=WEDNESDAY,
            today=TODAY,
        )


def years_of(page: Seen, kind: str) -> str:
    """Return how long the page says that cases of a kind are kept."""
    [line] = [item.text for item in page.all("main li") if kind in item.text and re.match(r"\d", item.text.strip())]
    return line.strip().split(".")[0]


@pytest.mark.parametrize("lang", ["es", "en"])
def test_the_notice_has_every_part_in_both_languages(browser: Browser, lang: str) -> None:
    page = browser.open(PATHS[lang])

    ids = [heading.attrs.get("id") for heading in page.all("main h2")]
    assert ids == [
        *("who", "what", "not", "why", "readers", "others", "abroad", "long", "safe"),
        *("rights", "disagree", "machine", "cookies"),
    ]
    assert page.has("Agencia de Protección de Datos Personales")
    assert page.has("21.719")
    assert page.has(f"{'Versión' if lang == 'es' else 'Version'} {EDITION}")
    assert page.has(str(EDITION_ON.year))


def test_periods_are_those_of_the_code(browser: Browser) -> None:
    page = browser.open(PATHS["en"])

    assert schedules.DEFAULTS[CaseType.SAFETY].months == 60
    assert years_of(page, "Safety") == "5 years"
    assert years_of(page, "Dust, noise") == "3 years"
    assert years_of(page, "Spam") == "30 days"
    assert years_of(page, "Texts as they came") == "1 year"
    assert years_of(page, "Sign-ins of staff") == "2 years"
    assert page.has("We confirm it: within 1 business day.")
    assert page.has("We block, if you ask for it: within 2 business days.")
    assert page.has("We answer: within 30 calendar days.")


def test_every_kind_of_case_and_every_matter_has_its_line(browser: Browser) -> None:
    page = browser.open(PATHS["en"])

    kept = " ".join(item.text for item in page.all("main li") if re.match(r"\d", item.text.strip()))
    from_code = [kind for kind in schedules.DEFAULTS if kind in schedules.CASE_KINDS]
    assert len(from_code) == len(CaseType)
    assert kept.count(";") == len(from_code) - 2, "two groups of kinds: each but the first is after a semicolon"


def test_a_period_that_a_site_decides_stands_on_the_page(browser: Browser, database: Database, site: Site) -> None:
    decide(database, site, "environment", 120, valid_from=TODAY)

    assert years_of(browser.open(PATHS["en"]), "Dust, noise") == "10 years"
    assert years_of(browser.open(PATHS["es"]), "Polvo") == "10 años"


def test_a_period_that_is_decided_for_later_is_announced(browser: Browser, database: Database, site: Site) -> None:
    first = TODAY + timedelta(days=40)
    decide(database, site, "environment", 24, valid_from=first)

    page = browser.open(PATHS["en"])

    assert years_of(page, "Dust, noise") == "3 years"
    assert page.has("Monday 12 October 2026: 2 years")


def test_sites_that_keep_differently_are_told_apart(browser: Browser, database: Database, site: Site) -> None:
    assert browser.open(PATHS["en"]).all("main h3") == []
    with database.begin() as session:
        make_site(session, slug="otra-faena", line=None)
    assert browser.open(PATHS["en"]).all("main h3") == []

    decide(database, site, "environment", 120, valid_from=TODAY)

    names = {heading.text.strip() for heading in browser.open(PATHS["en"]).all("main h3")}
    assert names == {site.name, "Otra Faena"}


@pytest.mark.parametrize("lang", ["es", "en"])
def test_who_answers_is_named(database: Database, tmp_path: Path, lang: str) -> None:
    page = with_settings(database, tmp_path, lang, **WHOLE)

    assert [text for text in WHOLE.values() if not page.has(text)] == []
    assert "GRIEVANCE_" not in page.text


@pytest.mark.parametrize("missing", sorted(set(WHOLE) - {"data_officer"}))
def test_what_is_not_set_is_said_with_how_to_set_it(database: Database, tmp_path: Path, missing: str) -> None:
    page = with_settings(database, tmp_path, **{**WHOLE, missing: " "})

    assert page.has("This notice is not complete")
    assert page.has(f"Whoever runs this page sets: GRIEVANCE_{missing.upper()}")


def test_an_installation_without_anything_says_so(database: Database, tmp_path: Path) -> None:
    page = with_settings(database, tmp_path)

    assert page.text.count("not written here yet.") == 4, "the operator's name is known; the rest is not"


def test_who_carries_messages_follows_from_what_is_set_up(database: Database, tmp_path: Path) -> None:
    without = with_settings(database, tmp_path)
    provider = {"twilio_account_sid": "AC" + "0" * 32, "twilio_auth_token": "not-a-token"}
    carried = with_settings(database, tmp_path, **provider)
    unredacted = with_settings(database, tmp_path, **provider, twilio_redact_bodies="false")

    in_production = with_settings(database, tmp_path, mode="production")

    assert not without.has("Twilio")
    assert without.has("By SMS: write DATA"), "the demo has a telephone of its own"
    assert not in_production.has("By SMS: write DATA")
    assert carried.has("the company Twilio, on our behalf")
    assert carried.has("Twilio works from the United States")
    assert carried.has("We ask Twilio to erase our texts")
    assert not unredacted.has("We ask Twilio to erase our texts")


def test_rights_can_be_used_from_the_notice(browser: Browser) -> None:
    page = browser.open(PATHS["en"])

    assert {"/en/privacy/request", "/en/follow-up"} <= set(page.links.values())
    assert page.has("write DATA from the number")
    assert browser.open(PATHS["es"]).has("DATOS")


def test_form_receipt_and_footer_lead_to_the_notice(app: Flask, clock: Clock) -> None:
    browser = Browser(app)
    form = browser.open(REPORT)
    assert form.links["What we do with your data"] == PATHS["en"]
    assert form.links["How we look after your data"] == PATHS["en"]

    receipt = send_form(browser, clock)

    assert receipt.links["What we do with your data"] == PATHS["en"]


@pytest.mark.parametrize(
    "said",
    [
        # The coordinator and the auditor read unrestricted cases (`cases.visibility.reading_duties`).
        "those who coordinate and audit that work",
        # A sending goes by a yes, or by a second person's decision and then without a name (`referrals.sending`).
        "Without your yes only a second person can decide it",
        # What an erasure leaves (`privacy.emptied.KEPT`).
        "the group, employer, shift and gender that were said",
        # Silence moves a case on (`cases.states.Move.PROCEED_UNANSWERED`).
        "which never counts as your agreement",
        # A hold keeps contact details too (`cases.held`).
        "unless a lawsuit or an inspection needs the case whole",
    ],
)
def test_the_notice_says_what_the_code_does(browser: Browser, said: str) -> None:
    assert browser.open(PATHS["en"]).has(said)


def test_whoever_changes_the_words_raises_the_version() -> None:
    template = (templates_dir() / "complainant" / "privacy.html").read_text()
    said = re.findall(r'_\("(.+?)"[,)]|trans url=.+? %\}(.+?)\{% endtrans', template)
    digest = sha256(repr(said).encode()).hexdigest()[:12]

    assert len(said) > 80
    assert {EDITION: digest} == {2: "8926b98ece7c"}, "raise EDITION and EDITION_ON, then write both here"
