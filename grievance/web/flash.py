"""One line after a redirect that says what was done. Staff pages only: it needs the session cookie."""

from __future__ import annotations

from flask import flash, get_flashed_messages


def say(text: str) -> None:
    """Keep a translated line for the next page."""
    flash(text)


def said() -> list[str]:
    """Return the lines kept for this page, oldest first; they are shown once."""
    return [str(text) for text in get_flashed_messages()]
