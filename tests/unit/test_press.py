"""The press of a web process: one at a time, few waiting, and nobody who complains ever waits for paper."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event
from time import monotonic, sleep

import pytest

from grievance.web.print.press import WAIT_SECONDS, Press, PressIsBusy


@contextmanager
def printing(press: Press) -> Iterator[ThreadPoolExecutor]:
    """Keep the press at work for as long as the block takes."""
    begun, may_end = Event(), Event()

    def slow() -> bytes:
        begun.set()
        may_end.wait(WAIT_SECONDS * 2)
        return b"slow"

    with ThreadPoolExecutor(3) as threads:
        try:
            threads.submit(press.printed, "slow", slow)
            assert begun.wait(WAIT_SECONDS)
            yield threads
        finally:
            may_end.set()


def test_the_second_who_asks_for_a_page_waits_for_the_one_printing() -> None:
    press = Press()
    with printing(press) as threads:
        second = threads.submit(press.printed, "slow", lambda: b"again")
    assert second.result() == b"slow"


def test_a_third_is_asked_to_come_back_at_once_so_that_threads_stay_free_for_grievances() -> None:
    press = Press()
    with printing(press) as threads:
        second = threads.submit(press.printed, "other", lambda: b"other")
        sleep(0.1)
        before = monotonic()
        with pytest.raises(PressIsBusy):
            press.printed("third", lambda: b"third")
        assert monotonic() - before < WAIT_SECONDS / 2
    assert second.result() == b"other"
    assert press.printed("third", lambda: b"third") == b"third"


def test_what_was_printed_is_handed_out_while_the_press_is_at_work() -> None:
    press = Press()
    press.printed("kept", lambda: b"kept")
    with printing(press) as threads:
        threads.submit(press.printed, "other", lambda: b"other")
        sleep(0.1)
        assert press.printed("kept", lambda: b"never") == b"kept"
