"""Puts the clock of a program under test ahead, by the seconds that stand in the file which JOURNEY_AHEAD names.

A survey is asked a week after a case was closed, and texts go out by day only: a journey cannot wait for either. The
file is read every time, so that all processes of an installation go ahead together. Only `core.clock` is moved; what
other programs time (second factors, cookies) stays as it is.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import grievance.core.clock

_FILE = Path(os.environ["JOURNEY_AHEAD"])


def now() -> datetime:
    """Return the instant that the installation is to believe in."""
    return datetime.now(UTC) + timedelta(seconds=float(_FILE.read_text()))


# Before any other module has taken the function by its name.
grievance.core.clock.now = now
