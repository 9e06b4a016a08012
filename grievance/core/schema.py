"""Bringing a database to the schema that this version of the program expects, through Alembic's Python API."""

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from grievance.core.db import Database
from grievance.core.paths import migrations_dir


def upgrade(url: str) -> None:
    """Run every migration that the database at `url` has not seen. Safe to run at every start."""
    command.upgrade(_config(url), "head")


def is_current(database: Database) -> bool:
    """Return whether a database has the schema of this version."""
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == head()


def head() -> str | None:
    """Return the revision that this version expects."""
    return ScriptDirectory.from_config(_config("sqlite://")).get_current_head()


def _config(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(migrations_dir()))
    # Alembic reads `%` as the start of a placeholder.
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config
