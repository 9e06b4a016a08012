"""Slow down, never refuse: over a limit each filing from one address waits a little. A whole camp may share one.

Addresses are kept as an HMAC under random bytes that live in this process's memory, change every day and are never
written anywhere; nothing is kept longer than an hour. After a day nobody, we included, can tell who filed from where.
"""

from __future__ import annotations

import hmac
import secrets
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import sha256

WINDOW = timedelta(hours=1)
FREE_TRIES = 12
"""Filings an hour from one address that go through at once: a household, an office computer, a union's helper."""

LONGEST_WAIT_SECONDS = 4.0
"""Below the patience of a person and of the proxies in front; enough to spoil a flood."""

MOST_WAITING = 2
"""Requests that may wait at the same time in one process: waiting must not itself become the way to block us."""

MOST_ADDRESSES = 20_000
"""Upper bound of what is remembered: the longest silent are forgotten first."""


@dataclass(slots=True)
class Throttle:
    """Counts tries of the last hour by address, in memory. `sleep` is replaced in tests."""

    sleep: Callable[[float], None] = time.sleep
    _salt: bytes = b""
    _salt_on: date | None = None
    _tries: OrderedDict[bytes, deque[datetime]] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _waiting: threading.BoundedSemaphore = field(default_factory=lambda: threading.BoundedSemaphore(MOST_WAITING))

    def slow_down(self, address: str, *, at: datetime) -> float:
        """Count a try and wait if there were too many; return how long, in seconds."""
        seconds = wait_seconds(self._count(address, at))
        if seconds and self._waiting.acquire(blocking=False):
            try:
                self.sleep(seconds)
            finally:
                self._waiting.release()
        return seconds

    def remembered(self) -> int:
        """Return how many addresses are remembered now."""
        return len(self._tries)

    def _count(self, address: str, at: datetime) -> int:
        with self._lock:
            self._turn_day(at.date())
            self._forget(at)
            key = hmac.digest(self._salt, address.encode(), sha256)
            tries = self._tries.setdefault(key, deque())
            self._tries.move_to_end(key)
            tries.append(at)
            while tries[0] <= at - WINDOW:
                tries.popleft()
            return len(tries)

    def _turn_day(self, today: date) -> None:
        if today != self._salt_on:
            self._salt, self._salt_on = secrets.token_bytes(32), today
            self._tries.clear()

    def _forget(self, at: datetime) -> None:
        while self._tries:
            oldest = next(iter(self._tries))
            if self._tries[oldest][-1] > at - WINDOW and len(self._tries) < MOST_ADDRESSES:
                return
            del self._tries[oldest]


def wait_seconds(tries: int) -> float:
    """Return how long the n-th try of an hour waits: nothing up to FREE_TRIES, then half a second more each."""
    return min(LONGEST_WAIT_SECONDS, max(0, tries - FREE_TRIES) * 0.5)
