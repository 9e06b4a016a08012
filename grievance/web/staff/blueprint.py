"""The blueprint of the staff side; every module of routes adds its own to it (see register)."""

from __future__ import annotations

from flask import Blueprint

NAME = "staff"


def make_blueprint() -> Blueprint:
    """Return an empty blueprint: a new one per app, since Flask closes it once it is registered."""
    return Blueprint(NAME, __name__)
