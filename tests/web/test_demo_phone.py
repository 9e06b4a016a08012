"""The demo phone stays in the language of its page: the text it posts is a request of its own."""

from __future__ import annotations

import pytest

from grievance.core.db import Database
from grievance.dialogue.grammar import Command, Kind, read
from tests.support.places import make_site
from tests.support.web import Browser


@pytest.mark.parametrize(("address", "lang"), [("/en/demo/phone", "en"), ("/es/demo/telefono", "es-CL")])
def test_sending_a_text_keeps_the_language(database: Database, browser: Browser, address: str, lang: str) -> None:
    with database.begin() as session:
        make_site(session)
    browser.open(address)

    browser.submit(form=0, sms="the trucks pass behind the camp all night")

    assert browser.url.startswith(address)
    assert browser.page.lang == lang


@pytest.mark.parametrize(("address", "joining"), [("/en/demo/phone", "JOIN"), ("/es/demo/telefono", "UNIRME")])
def test_every_command_that_is_offered_is_understood(
    database: Database, browser: Browser, address: str, joining: str
) -> None:
    with database.begin() as session:
        make_site(session)
    offered = [str(node.attrs["value"]) for node in browser.open(address).all("button[name=sms]")]
    read_as = {words: read(words) for words in offered if words.isupper()}

    assert all(isinstance(said, Command) for said in read_as.values())
    assert [said.kind for said in read_as.values() if isinstance(said, Command)] == [
        *(Kind.STATUS, Kind.HELP, Kind.NEW, Kind.CODE, Kind.JOIN, Kind.DATA, Kind.OPT_OUT)
    ]
    browser.submit(form=0, sms=joining)
    assert browser.page.has(joining)
