"""Marks on views that say who may open them. A test walks every route and fails on one without a mark.

The mark of the staff side, `duty`, lives in web.staff.access: it needs a signed-in person.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def public(view: Callable[P, R]) -> Callable[P, R]:
    """Mark a view that anyone may open: people who file, readers of summaries, someone about to sign in."""
    view.is_public = True  # type: ignore[attr-defined]  # a mark read by the walk over all routes
    return view


def is_marked(view: Callable[..., Any]) -> bool:
    """Return whether a view says who may open it."""
    return any(getattr(view, mark, None) for mark in ("is_public", "required_action", "is_any_duty"))
