"""The demo phone: a page that signs and posts as the provider does, and shows what the outbox delivers."""

from __future__ import annotations

import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from grievance.cases.models import Case
from grievance.cases.telling import note_sent
from grievance.core import clock as system_clock
from grievance.core.db import Database
from grievance.core.phone import PhoneNumberRefused, parse_phone
from grievance.messaging import outbox
from grievance.messaging.models import InboundMessage, OutboundMessage
from grievance.messaging.transport import Transport
from grievance.runtime import Runtime
from grievance.sites.operations import add_line
from grievance.sms.handset import HandsetTransport
from grievance.sms.register import transport_for
from tests.support.clock import Clock
from tests.support.phone import make_sms_app
from tests.support.places import make_site
from tests.support.web import Browser, query_of

WORDS = "hace 3 semanas que los camiones pasan toda la noche"
PAGE = {"es": "/es/demo/telefono", "en": "/en/demo/phone"}


@pytest.fixture
def app(database: Database, tmp_path: Path) -> Flask:
    """Return a demo with two lines."""
    with database.begin() as session:
        make_site(session)
        port = make_site(session, slug="puerto-imaginario", line=None)
        add_line(session, "+56944444444", sites=[port])
    return make_sms_app(database, tmp_path)


@pytest.fixture
def browser(app: Flask, clock: Clock) -> Browser:
    """Return somebody who looks at the demo."""
    return Browser(app)


def runtime_of(browser: Browser) -> Runtime:
    runtime: Runtime = browser.app.extensions["grievance"]
    return runtime


def work(browser: Browser, transport: Transport | None = None) -> None:
    """Send what waits, as the worker does, by the transport that the demo's settings name."""
    runtime = runtime_of(browser)
    by = transport or transport_for(runtime.settings)
    for _ in range(10):
        with runtime.database.begin() as session:
            claimed = outbox.claim_next(session, worker="w", at=system_clock.now())
        for one in claimed:
            attempt = outbox.send(one, by, callback_url="")
            with runtime.database.begin() as session:
                row = outbox.record(session, one, attempt, at=system_clock.now())
                assert row is not None
                note_sent(session, row, at=system_clock.now())


def bubbles(browser: Browser) -> list[str]:
    return [node.text for node in browser.page.all(".phone .msg p")]


@pytest.mark.parametrize("lang", ["es", "en"])
def test_text_typed_on_the_phone_becomes_a_case_and_its_answers_appear(browser: Browser, lang: str) -> None:
    browser.open(PAGE[lang])
    browser.submit(form=0, sms=WORDS)
    assert bubbles(browser) == [WORDS]

    work(browser)
    check = "Ver si hay respuestas" if lang == "es" else "Check for answers"
    browser.click(check)

    with runtime_of(browser).database.read() as session:
        reference = session.scalars(select(Case.reference)).one()
    assert len(bubbles(browser)) == 3
    assert reference in bubbles(browser)[1]


def test_every_answer_shows_what_it_costs(browser: Browser) -> None:
    browser.open(PAGE["es"])
    browser.submit(form=0, sms=WORDS)
    work(browser)
    browser.open(browser.url)

    costs = [node.text for node in browser.page.all(".phone .msg footer")]

    assert costs[1] == "1 SMS. 113 de 160 caracteres"


def test_quick_button_sends_its_words(browser: Browser) -> None:
    browser.open(PAGE["es"])
    browser.submit("AYUDA")
    work(browser)
    browser.open(browser.url)

    assert bubbles(browser)[0] == "AYUDA"
    assert "ESTADO" in bubbles(browser)[1]


def test_phone_keeps_its_number_and_another_one_is_somebody_else(browser: Browser) -> None:
    browser.open(PAGE["es"])
    browser.submit(form=0, sms=WORDS)
    number = query_of(browser.url)["number"]

    browser.click("Ser otra persona: tomar otro teléfono")
    other = browser.page.one("#number").attrs["value"]
    assert bubbles(browser) == []
    browser.submit("Tomar este teléfono", number=number)

    assert other != number
    assert bubbles(browser) == [WORDS]


def test_phone_can_write_to_another_line(browser: Browser) -> None:
    browser.open(PAGE["en"])
    browser.submit("Take this phone", line="+56944444444")
    browser.submit(form=0, sms=WORDS)

    with runtime_of(browser).database.read() as session:
        assert session.scalars(select(InboundMessage.line)).all() == ["+56944444444"]


def test_phones_own_numbers_belong_to_nobody(browser: Browser) -> None:
    browser.open(PAGE["es"])
    number = browser.page.one("#number").attrs["value"]

    with pytest.raises(PhoneNumberRefused):
        parse_phone(number)


def test_demo_delivers_at_once_and_says_so(browser: Browser) -> None:
    browser.open(PAGE["es"])
    browser.submit(form=0, sms=WORDS)
    work(browser)

    with runtime_of(browser).database.read() as session:
        rows = session.execute(select(OutboundMessage.state, OutboundMessage.delivery)).all()
    assert [tuple(row) for row in rows] == [("sent", "delivered")] * 2


def test_code_still_stands_on_the_phone_after_we_wiped_it(browser: Browser) -> None:
    browser.open(PAGE["es"])
    browser.submit(form=0, sms=WORDS)
    browser.submit(form=0, sms="CODIGO")
    work(browser)
    browser.open(browser.url)

    assert "codigo para la web es" in bubbles(browser)[-1]
    with runtime_of(browser).database.read() as session:
        code = session.scalars(select(OutboundMessage).where(OutboundMessage.text_name == "code")).one()
        assert code.body_sealed is None


def test_what_the_phone_remembers_is_for_this_account_only(browser: Browser) -> None:
    browser.open(PAGE["es"])
    browser.submit(form=0, sms=WORDS)

    (file,) = (runtime_of(browser).settings.instance_path / "handset").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize("said", ["", "   ", "\r\n"])
def test_nothing_typed_sends_nothing(browser: Browser, said: str) -> None:
    browser.open(PAGE["es"])
    browser.submit(form=0, sms=said)

    assert bubbles(browser) == []


@pytest.mark.parametrize(("name", "value"), [("line", "+56955555555"), ("number", "../../etc/passwd"), ("number", "1")])
def test_line_or_number_that_is_none_sends_nothing(browser: Browser, name: str, value: str) -> None:
    browser.open(PAGE["es"])
    fields = {"line": "+56987654321", "number": "+56900012345", "sms": WORDS, name: value}
    browser.post(PAGE["es"], fields, with_token=True)

    with runtime_of(browser).database.read() as session:
        assert session.scalars(select(InboundMessage.id)).all() == []


def test_very_long_text_is_cut_where_a_phone_cuts_it(browser: Browser) -> None:
    browser.open(PAGE["es"])
    browser.submit(form=0, sms="x" * 3000)

    assert [len(body) for body in bubbles(browser)] == [1600]


def test_form_without_its_token_is_refused(browser: Browser) -> None:
    browser.open(PAGE["es"])
    browser.post(PAGE["es"], {"line": "+56987654321", "number": "+56900012345", "sms": WORDS}, status=400)


def test_production_has_no_such_page(database: Database, tmp_path: Path) -> None:
    app = make_sms_app(database, tmp_path, mode="production")

    for address in PAGE.values():
        assert app.test_client().get(address).status_code == 404


def test_demo_without_a_line_says_so(database: Database, tmp_path: Path, clock: Clock) -> None:
    with database.begin() as session:
        make_site(session, line=None)
    browser = Browser(make_sms_app(database, tmp_path))

    browser.open(PAGE["en"])

    assert browser.page.has("No site has a number yet.")


def test_a_phone_that_has_written_before_can_be_taken_up_again(browser: Browser) -> None:
    transport = transport_for(runtime_of(browser).settings)
    assert isinstance(transport, HandsetTransport)
    said_at = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
    transport.remember(line="+56944444444", number="+56900000777", body=WORDS, is_from_person=True, at=said_at)

    browser.open(PAGE["en"])
    browser.click("+56900000777")

    assert browser.page.has(WORDS)
    assert browser.page.has("2 Mar")
