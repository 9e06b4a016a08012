"""Tries at sign-in by network and by device, beside the slow-down of the account, which lives in the database.

Addresses are kept as an HMAC, for a minute. Without Redis its key is random and stays in this process.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from hashlib import sha256
from typing import Any

from flask import Flask, current_app, request
from flask_limiter import Limiter, RateLimitExceeded

from grievance.runtime import Runtime
from grievance.web.staff.devices import known_device

TRIES_PER_NETWORK = "60 per minute"
"""An office of twenty behind one address signs in at eight o'clock with two forms each. A known device counts alone."""

TRIES_PER_DEVICE = "10 per hour"
"""How often a known device skips the wait of its account: a stolen one must not guess codes at leisure."""

CHECKS_PER_PERSON = "120 per minute"
"""How often what a publisher is typing is looked at: each pause in typing asks once, and counting costs the machine."""

EXTENSION = "grievance_sign_in_limits"


def register_limits(app: Flask, runtime: Runtime) -> None:
    """Set the limits up."""
    settings = runtime.settings
    # Processes that share counters need the same key; alone, a random one that is never written down is better.
    key = settings.secret_key.get_secret_value().encode() if settings.redis_url else secrets.token_bytes(32)

    def network() -> str:
        # Somebody behind the same address who floods it must not keep out whoever sits there at a known device.
        device = known_device()
        part = b"device\0" + device.cookie.encode() if device else b"network\0" + (request.remote_addr or "").encode()
        return hmac.digest(key, part, sha256).hex()

    app.extensions[EXTENSION] = Limiter(
        network,
        app=app,
        storage_uri=settings.redis_url or "memory://",
        in_memory_fallback_enabled=True,
        swallow_errors=True,
    )


def by_network(app: Flask, view: Callable[..., Any]) -> Callable[..., Any]:
    """Return a view of which one network may send only so many forms a minute; all such views share the count."""
    limit = app.extensions[EXTENSION].shared_limit(TRIES_PER_NETWORK, scope="staff-sign-in", methods=["POST"])
    limited: Callable[..., Any] = limit(view)
    return limited


def device_may_skip_waiting(device: str) -> bool:
    """Count a try from a known device; return whether it is still within its own limit."""
    mark = sha256(device.encode()).hexdigest()
    limiter: Any = current_app.extensions[EXTENSION]
    try:
        with limiter.limit(TRIES_PER_DEVICE, key_func=lambda: mark, scope="staff-device"):
            return True
    except RateLimitExceeded:
        return False


def may_check_again(public_id: str) -> bool:
    """Count a look at what somebody is typing; return whether it is within the person's limit."""
    limiter: Any = current_app.extensions[EXTENSION]
    try:
        with limiter.limit(CHECKS_PER_PERSON, key_func=lambda: public_id, scope="staff-check"):
            return True
    except RateLimitExceeded:
        return False
