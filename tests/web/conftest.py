"""What tests of the web side may ask for: an installation with real commits, and somebody with a browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from grievance.core.db import Database
from grievance.runtime import Runtime
from tests.support.casework import Room
from tests.support.clock import Clock, standing_clock
from tests.support.desk import staffed_room
from tests.support.web import Browser
from tests.support.web_app import make_app, make_runtime


@pytest.fixture
def runtime(database: Database, tmp_path: Path) -> Runtime:
    """Return a demo installation without any row."""
    return make_runtime(database, tmp_path)


@pytest.fixture
def app(runtime: Runtime) -> Flask:
    """Return its web application."""
    return make_app(runtime)


@pytest.fixture
def browser(app: Flask) -> Browser:
    """Return the browser of somebody who is not signed in."""
    return Browser(app)


@pytest.fixture
def room(database: Database) -> Room:
    """Return a site with one person for each duty, who can all sign in."""
    with database.begin() as session:
        return staffed_room(session)


@pytest.fixture
def clock() -> Iterator[Clock]:
    """Stop the clock on a Wednesday noon; a module that needs another day says `clock = stands_at(…)`."""
    with standing_clock() as standing:
        yield standing
