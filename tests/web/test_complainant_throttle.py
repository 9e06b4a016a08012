"""Slowing down a flood: nobody is refused, nothing about an address outlives an hour."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from grievance.web.complainant.throttle import FREE_TRIES, LONGEST_WAIT_SECONDS, Throttle, wait_seconds

NOON = datetime(2026, 9, 2, 15, 0, tzinfo=UTC)
CAMP = "192.0.2.7"


def made() -> tuple[Throttle, list[float]]:
    slept: list[float] = []
    return Throttle(sleep=slept.append), slept


def test_a_household_is_not_slowed() -> None:
    throttle, slept = made()

    for _ in range(FREE_TRIES):
        throttle.slow_down(CAMP, at=NOON)

    assert slept == []


def test_a_flood_waits_longer_each_time_and_never_longer_than_the_bound() -> None:
    throttle, slept = made()

    for _ in range(FREE_TRIES + 20):
        throttle.slow_down(CAMP, at=NOON)

    assert slept[:3] == [0.5, 1.0, 1.5]
    assert max(slept) == LONGEST_WAIT_SECONDS


def test_another_address_does_not_wait_for_the_first() -> None:
    throttle, slept = made()
    for _ in range(FREE_TRIES):
        throttle.slow_down(CAMP, at=NOON)

    throttle.slow_down("192.0.2.8", at=NOON)

    assert slept == []


def test_an_hour_later_all_is_forgotten() -> None:
    throttle, slept = made()
    for _ in range(FREE_TRIES):
        throttle.slow_down(CAMP, at=NOON)

    throttle.slow_down("192.0.2.8", at=NOON + timedelta(hours=1))

    assert slept == []
    assert throttle.remembered() == 1


def test_no_address_is_kept_in_readable_form() -> None:
    throttle, _slept = made()

    throttle.slow_down(CAMP, at=NOON)

    assert CAMP not in repr(throttle)
    assert CAMP.encode() not in b"".join(throttle._tries)


def test_the_next_day_the_same_address_leaves_another_trace() -> None:
    throttle, _slept = made()
    throttle.slow_down(CAMP, at=NOON)
    today = set(throttle._tries)

    throttle.slow_down(CAMP, at=NOON + timedelta(days=1))

    assert today.isdisjoint(throttle._tries)


def test_waiting_cannot_take_all_the_threads() -> None:
    throttle, slept = made()
    for _ in range(FREE_TRIES):
        throttle.slow_down(CAMP, at=NOON)
    inner: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) < 5:
            inner.append(throttle.slow_down(CAMP, at=NOON))

    throttle.sleep = sleep

    throttle.slow_down(CAMP, at=NOON)

    assert len(slept) == 2
    assert inner[-1] > 0


@pytest.mark.parametrize(
    ("tries", "seconds"),
    [(1, 0.0), (FREE_TRIES, 0.0), (FREE_TRIES + 1, 0.5), (10_000, LONGEST_WAIT_SECONDS)],
    ids=["first", "last free one", "first slowed one", "flood"],
)
def test_how_long_a_try_waits(tries: int, seconds: float) -> None:
    assert wait_seconds(tries) == seconds
