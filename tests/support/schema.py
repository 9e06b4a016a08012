"""The schema that tests run on: the one the migrations make."""

from __future__ import annotations

import contextlib
import importlib
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

import grievance
from grievance.core.db import Base
from grievance.core.paths import ShippedFolderMissing, migrations_dir


def make_schema(url: str) -> None:
    """Make every table in the empty database at `url`."""
    if migrations_exist():
        migrate(url)
        return
    for models in sorted(Path(grievance.__file__).parent.glob("*/models.py")):
        with contextlib.suppress(Exception):
            importlib.import_module(f"grievance.{models.parent.name}.models")
    engine = create_engine(url)
    Base.metadata.create_all(engine)
    engine.dispose()


def migrations_exist() -> bool:
    """Whether there is an Alembic folder with a first migration."""
    try:
        return (migrations_dir() / "env.py").is_file() and bool(revision_files())
    except ShippedFolderMissing:
        return False


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
    return sorted(migrations_dir().rglob("[0-9]*.py"))
