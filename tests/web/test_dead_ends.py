"""Whoever follows a link of the staff side arrives: nobody is led to a page that refuses them."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from werkzeug.exceptions import HTTPException

from grievance.accounts.permissions import AT_EVERY_SITE, Duty
from grievance.core.db import Database
from tests.support.casework import sorted_case
from tests.support.desk import at_desk, staffed_room
from tests.support.people import make_staff
from tests.support.web import HOST, Browser

HOME = "/en/staff"


@pytest.mark.parametrize("duty", list(Duty))
def test_every_link_that_a_duty_is_shown_can_be_followed(app: Flask, database: Database, duty: Duty) -> None:
    with database.begin() as session:
        room = staffed_room(session)
        sorted_case(session, room)
        site = None if duty in AT_EVERY_SITE else room.site
        person = make_staff(session, name="Rosa Mamani", duties={duty: site})

    assert refusing(app, at_desk(app, person)) == []


def refusing(app: Flask, browser: Browser) -> list[str]:
    """Open every page of the staff side that links lead to, each kind of page once; return those that refuse."""
    routes = app.url_map.bind("localhost")
    waiting, seen, refused = [HOME], set[str](), []
    while waiting:
        address = waiting.pop(0)
        try:
            endpoint, _values = routes.match(address.partition("?")[0])
        except HTTPException:
            refused.append(address)
            continue
        if endpoint in seen:
            continue
        seen.add(endpoint)
        response = browser.client.get(address, headers=browser.headers, base_url=HOST, follow_redirects=True)
        if response.status_code >= 400:
            refused.append(address)
        if "html" in response.content_type:
            waiting += re.findall(rf'href="({HOME}[^"#]*)', response.text.replace("&amp;", "&"))
    return refused
