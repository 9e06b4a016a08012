"""How long a sign-in waits after wrong tries: enough to stop guessing, never enough to keep the owner out. Pure."""

from datetime import datetime, timedelta

FREE_TRIES = 3
WAIT_SECONDS = (5, 10, 20, 40)
"""Wait after the third, fourth, fifth and sixth wrong try; every later one waits WAIT_SECONDS_MAX."""
WAIT_SECONDS_MAX = 60
"""At one try a minute a guesser gets 526,000 a year: nothing against 80 random bits, and the owner waits a minute."""
FORGOTTEN_AFTER = timedelta(hours=1)


def wait_seconds(failures: int) -> int:
    """Return how many seconds must pass after the last of `failures` wrong tries.

    >>> [wait_seconds(failures) for failures in (0, 2, 3, 6, 7, 5000)]
    [0, 0, 5, 40, 60, 60]
    """
    if failures < FREE_TRIES:
        return 0
    step = failures - FREE_TRIES
    return WAIT_SECONDS[step] if step < len(WAIT_SECONDS) else WAIT_SECONDS_MAX


def must_wait(failures: int, last_failed_at: datetime | None, at: datetime) -> bool:
    """Return whether a try at `at` comes too soon."""
    if last_failed_at is None:
        return False
    return at < last_failed_at + timedelta(seconds=wait_seconds(failures))


def failures_after(failures: int, last_failed_at: datetime | None, at: datetime) -> int:
    """Return the count after another wrong try; what is older than an hour is forgotten."""
    if last_failed_at is not None and at - last_failed_at > FORGOTTEN_AFTER:
        return 1
    return failures + 1
