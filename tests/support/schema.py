"""The schema that tests run on: the one the migrations make."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config

from grievance.core.paths import migrations_dir
from grievance.core.schema import upgrade


def make_schema(url: str) -> None:
    """Make every table in the empty database at `url`, as an installation does."""
    upgrade(url)


def migrate(url: str, revision: str = "head") -> None:
    """Bring the database at `url` to a revision of the migrations."""
    command.upgrade(alembic_config(url), revision)


def unmigrate(url: str, revision: str = "base") -> None:
    """Take the database at `url` back to a revision of the migrations."""
    command.downgrade(alembic_config(url), revision)


def alembic_config(url: str) -> Config:
    """Return Alembic's settings for one database, without reading an ini file."""
    config = Config()
    config.set_main_option("script_location", str(migrations_dir()))
    # Alembic reads `%` as the start of a placeholder.
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config


def revision_files() -> list[Path]:
    """List the migrations in their order."""
    return sorted(migrations_dir().glob("versions/[0-9]*.py"))
