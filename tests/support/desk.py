"""The desk as staff meet it: a staffed site with real commits, and somebody signed in with a browser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from grievance.core.db import Database
from tests.support.casework import Room, make_room
from tests.support.people import Person, sign_in
from tests.support.web import Browser

CASES = "/en/staff/cases"


def staffed_room(session: Session, **facts: Any) -> Room:
    """Make a site whose people can sign in."""
    return make_room(session, with_second_factor=True, **facts)


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
