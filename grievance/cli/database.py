"""The database's schema."""

import click

from grievance.cli.parts import Parts, open_runtime, pass_parts
from grievance.core.schema import is_current, upgrade


@click.group()
def database() -> None:
    """Schema of the database."""


@database.command("upgrade")
@pass_parts
def upgrade_command(parts: Parts) -> None:
    """Bring the database to this version's schema. Safe to repeat; take a backup first."""
    upgrade(parts.settings().database_url)
    click.echo("The database is at this version's schema.")


@database.command("status")
@pass_parts
def status(parts: Parts) -> None:
    """Say whether the schema is current."""
    runtime = open_runtime(parts)
    current = is_current(runtime.database)
    click.echo("Current." if current else "Not current. Run: grievance database upgrade")
    raise SystemExit(0 if current else 1)
