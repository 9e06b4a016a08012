"""The desk as staff meet it: a staffed site with real commits, and somebody signed in with a browser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from grievance.accounts import credentials
from grievance.accounts import sign_in as signing
from grievance.accounts.models import Staff
from grievance.core.db import Database
from grievance.crypto.fields import keys_of
from tests.support.casework import Room, make_room
from tests.support.people import LONG_AGO, SECRET, Person, sign_in
from tests.support.web import Browser

CASES = "/en/staff/cases"


def staffed_room(session: Session, **facts: Any) -> Room:
    """Make a site whose people can sign in."""
    room = make_room(session, **facts)
    for person in room.people:
        give_second_factor(session, person)
    return room


def give_second_factor(session: Session, person: Person) -> None:
    """Let a person sign in through the pages."""
    staff = session.get_one(Staff, person.staff_id)
    wallet = credentials.totp_wallet(keys_of(session))
    signing.set_second_factor(session, staff, totp_secret=credentials.stored_secret(wallet, SECRET), at=LONG_AGO)


def at_desk(app: Flask, person: Person, *, lang: str = "en") -> Browser:
    """Return the browser of somebody who is signed in."""
    browser = Browser(app)
    sign_in(browser, person, lang=lang)
    return browser


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """Collect the statements sent to a database."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(database.engine, "before_cursor_execute", note)
