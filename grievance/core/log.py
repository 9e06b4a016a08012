"""Structured logs: events with fixed names and fields. Names, numbers, message texts and codes are redacted by type.

Not for: the audit trail, which is a table.
"""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

ALLOWED_TYPES = (bool, int, float, type(None))
"""Values of these types may be logged as they are; a string only under a name in ALLOWED_FIELDS."""

# fmt: off
ALLOWED_FIELDS = frozenset({
    "event", "level", "timestamp", "logger", "error_type", "error_code", "request_id", "method", "status", "route",
    "text_name", "state", "sid", "duty", "action", "clock", "kind", "site", "command", "count", "seconds",
    "provider", "reason", "mode", "database", "table", "task", "version", "exception",
})
# fmt: on


def redact(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:  # noqa: ANN401
    """Replace every value that is not known to be harmless, so that a new field is safe until someone says so."""
    for name, value in event.items():
        if isinstance(value, ALLOWED_TYPES):
            continue
        if name in ALLOWED_FIELDS and isinstance(value, str):
            continue
        event[name] = "[redacted]"
    return event


def without_message(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:  # noqa: ANN401
    """Keep where an exception was raised and its type; drop its message and locals, which may quote a person."""
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()[1]
    if isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        event["error_type"] = type(error).__name__
        event["exception"] = _places(error)
    return event


def configure(*, json_lines: bool) -> None:
    """Send structured logs to standard error; quiet the libraries that would print numbers and addresses."""
    renderer = structlog.processors.JSONRenderer() if json_lines else structlog.dev.ConsoleRenderer(colors=False)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            without_message,
            redact,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    # At INFO the provider's client prints To, From and Body of every text.
    logging.getLogger("twilio.http_client").setLevel(logging.ERROR)
    logging.getLogger("sqlalchemy").setLevel(logging.ERROR)
    # What they set may be a slip with an access code.
    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)
    logging.getLogger("fontTools").setLevel(logging.CRITICAL)


def logger() -> Any:  # noqa: ANN401  # structlog's bound logger is typed as Any by its authors
    """Return a logger: `logger().info("text_sent", text_name="receipt")`."""
    return structlog.get_logger()


def _places(error: BaseException) -> str:
    places = []
    trace = error.__traceback__
    while trace is not None:
        frame = trace.tb_frame.f_code
        places.append(f"{frame.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}:{frame.co_name}")
        trace = trace.tb_next
    return " < ".join(reversed(places[-12:]))
