"""The demo phone stays in the language of its page: the text it posts is a request of its own."""

from __future__ import annotations

import pytest

from grievance.core.db import Database
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
