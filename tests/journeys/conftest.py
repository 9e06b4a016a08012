"""Journeys run against the program itself: its own processes, its own demo, a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.support.browser import browser
from tests.support.installation import Installation
from tests.support.server import free_port

SPOKEN = [
    pytest.param("es", False, id="es-without-scripts"),
    pytest.param("en", True, id="en-with-scripts"),
]
"""Both languages, with scripts and without: every journey is made each way."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Make a journey that asks for `lang` and `scripts` once each way."""
    if {"lang", "scripts"} <= set(metafunc.fixturenames):
        metafunc.parametrize(("lang", "scripts"), SPOKEN)


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Give the one browser of the journeys."""
    with browser() as started:
        yield started


@pytest.fixture(scope="package")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Give a running installation with the demo, shared by the journeys: each brings its own people."""
    yield from _running(tmp_path_factory.mktemp("journeys") / "instance")


@pytest.fixture(scope="module")
def own_installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Give an installation in which time may be put ahead without disturbing other journeys."""
    yield from _running(tmp_path_factory.mktemp("ahead") / "instance")


def _running(folder: Path) -> Iterator[Installation]:
    started = Installation(folder, free_port())
    try:
        started.start()
        yield started
    finally:
        started.stop()
