"""The only call to the system clock. Domain code takes instants as arguments and never imports this."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return the present instant, aware, in UTC."""
    return datetime.now(UTC)
