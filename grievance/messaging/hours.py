"""When texts that nobody asked for may go out: 09 to 20, local time, on any day. Pure.

Not for: alerts to staff, which also keep to working days (see `deadlines.working_days`).
"""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

OPENS = time(9)
CLOSES = time(20)
"""Local time from which on nothing unasked goes out. A default of this project; see docs/texts.md, "When"."""


def may_go_at(instant: datetime, time_zone: str) -> datetime:
    """Return the first instant from `instant` on at which an unasked text may go; itself when that is now.

    >>> may_go_at(datetime(2026, 9, 3, 1, 30, tzinfo=UTC), "America/Santiago").isoformat()
    '2026-09-03T13:00:00+00:00'
    """
    local = instant.astimezone(ZoneInfo(time_zone))
    if OPENS <= local.time() < CLOSES:
        return instant
    on = local.date() if local.time() < OPENS else local.date() + timedelta(days=1)
    return datetime.combine(on, OPENS, tzinfo=ZoneInfo(time_zone)).astimezone(UTC)
