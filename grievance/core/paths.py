"""Where the folders are that people edit: templates, translations, migrations.

In a checkout they stand at its top; an installed package carries copies in `grievance/_shipped/` (see setup.py).
Not for the places an installation writes to: those are settings.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


class ShippedFolderMissing(Exception):
    """The package was built or copied without one of its folders."""

    def __init__(self, folder: str) -> None:
        super().__init__(folder)
        self.folder = folder


def templates_dir() -> Path:
    """Return the folder with the page and e-mail templates."""
    return _shipped("templates")


def translations_dir() -> Path:
    """Return the folder with one folder per locale."""
    return _shipped("translations")


def migrations_dir() -> Path:
    """Return Alembic's script folder."""
    return _shipped("migrations")


def _shipped(folder: str) -> Path:
    # The installed copy is looked for first: beside an installed package there may stand a stranger's `templates`
    # (site-packages is one shared folder), while a checkout never holds `_shipped`.
    for candidate in (_PACKAGE / "_shipped" / folder, _PACKAGE.parent / folder):
        if candidate.is_dir():
            return candidate
    raise ShippedFolderMissing(folder)
