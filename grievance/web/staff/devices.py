"""Browsers on which somebody signed in before: a signed cookie that says who, and nothing about where.

Not for: signing anybody in. It only spares its owner the waits that others cause.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, g, request
from itsdangerous import BadData, URLSafeTimedSerializer

from grievance.web.unit import current_runtime

DEVICE_COOKIE = "staff_device"
DEVICE_DAYS = 180


@dataclass(frozen=True, slots=True)
class Device:
    """A known browser: the public id of whoever signed in there last, and its cookie."""

    owner: str
    cookie: str


def known_device() -> Device | None:
    """Return the browser of this request, or None when nobody signed in on it for half a year."""
    cookie = request.cookies.get(_name(), "")
    try:
        owner = _signer().loads(cookie, max_age=DEVICE_DAYS * 24 * 3600)
    except BadData:
        return None
    return Device(str(owner), cookie)


def remember_device(app: Flask) -> None:
    """Give the cookie of a known device to whoever has just signed in."""

    @app.after_request
    def add(response: Any) -> Any:  # noqa: ANN401  # Flask's own type of answer
        if "known_device" in g:
            response.set_cookie(
                _name(),
                _signer().dumps(g.known_device),
                max_age=DEVICE_DAYS * 24 * 3600,
                secure=bool(app.config["SESSION_COOKIE_SECURE"]),
                httponly=True,
                samesite="Strict",
            )
        return response


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_runtime().settings.secret_key.get_secret_value(), salt="staff device")


def _name() -> str:
    return f"__Host-{DEVICE_COOKIE}" if current_app.config["SESSION_COOKIE_SECURE"] else DEVICE_COOKIE
