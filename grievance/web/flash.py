"""One line after a redirect that says what was done. Staff pages only: it needs the session cookie."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from flask import flash, get_flashed_messages

_UNDO = "undo "


@dataclass(frozen=True, slots=True)
class Line:
    """A line with the kind of its notice; `undo` names what takes back what it tells of, "" where nothing does."""

    text: str
    kind: str
    undo: str


def say(text: str, *, undo: str = "") -> None:
    """Keep a translated line for the next page."""
    flash(text, _UNDO + undo if undo else "ok")


def warn(text: str) -> None:
    """Keep a translated line about something that was not done."""
    flash(text, "warn")


def said() -> list[str]:
    """Return the lines kept for this page, oldest first; they are shown once."""
    return [line.text for line in said_lines()]


def said_lines() -> list[Line]:
    """Return the lines kept for this page with what can be taken back, oldest first; they are shown once."""
    # With categories these are pairs, which the types of Flask do not say.
    kept = cast("list[tuple[str, str]]", get_flashed_messages(with_categories=True))
    return [_line(category, text) for category, text in kept]


def _line(category: str, text: str) -> Line:
    is_undoable = category.startswith(_UNDO)
    return Line(text, "ok" if is_undoable else category, category.removeprefix(_UNDO) if is_undoable else "")
