"""A site with one line, and phones that text it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from grievance.core.db import Database
from tests.support.clock import Clock, standing_clock
from tests.support.phone import Phone, make_sms_app
from tests.support.places import make_site


@pytest.fixture
def clock() -> Iterator[Clock]:
    """Stop the clock on a Wednesday noon."""
    with standing_clock() as standing:
        yield standing


@pytest.fixture
def app(database: Database, tmp_path: Path) -> Flask:
    """Return an application for a site with one line."""
    with database.begin() as session:
        make_site(session)
    return make_sms_app(database, tmp_path)


@pytest.fixture
def phone(app: Flask, clock: Clock) -> Phone:
    """Return the phone of a complainant."""
    return Phone(app)


@pytest.fixture
def phone_of(app: Flask, clock: Clock) -> Callable[[str], Phone]:
    """Return phones by their numbers."""
    return lambda number: Phone(app, number)
