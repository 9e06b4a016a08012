"""The clock of a test: it stands still, or runs from a given instant."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine

from tests.support.places import WEDNESDAY


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self, coordinates: time_machine.Traveller) -> None:
        self._coordinates = coordinates

    def forward(self, span: timedelta) -> None:
        self._coordinates.shift(span)

    def to(self, instant: datetime) -> None:
        self._coordinates.move_to(instant)


@contextmanager
def standing_clock(at: datetime = WEDNESDAY) -> Iterator[Clock]:
    """Stop the clock of this process."""
    with time_machine.travel(at, tick=False) as coordinates:
        yield Clock(coordinates)


def stands_at(at: datetime) -> Any:  # pytest does not publish the type of a fixture
    """Return a fixture that stops the clock for every test of a module: `clock = stands_at(NEXT_WEEK)`."""

    @pytest.fixture(autouse=True)
    def clock() -> Iterator[Clock]:
        with standing_clock(at) as standing:
            yield standing

    return clock


def runs_from(at: datetime) -> Any:  # as above
    """Return a fixture that lets the clock run from an instant in every test of a module."""

    @pytest.fixture(autouse=True)
    def clock() -> Iterator[None]:
        with time_machine.travel(at, tick=True):
            yield

    return clock
