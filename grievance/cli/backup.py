"""Backup and restore: one encrypted file, the same for every database."""

from pathlib import Path

import click

from grievance.cli.parts import Parts, open_runtime, pass_parts, stop
from grievance.core.schema import head, is_current
from grievance.runtime import schema_metadata
from grievance.storage.backup import NotABackup, TargetNotEmpty, WrongSchema, read_backup, write_backup


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@pass_parts
def backup(parts: Parts, file: Path) -> None:
    """Write everything to FILE, encrypted, while the system runs. The keys are not in it: keep them apart."""
    if file.exists():
        stop(f"{file} exists. Choose another name, or move it away.")
    runtime = open_runtime(parts)
    progress = _Progress()
    with runtime.database.read() as session:
        write_backup(
            session,
            runtime.storage,
            schema_metadata(),
            file,
            keys=runtime.keys,
            schema=head() or "",
            progress=progress,
        )
    click.echo(f"{file}: {progress.count} rows and files. Keep a copy on another machine, and the keys on a third.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@pass_parts
def restore(parts: Parts, file: Path) -> None:
    """Restore FILE into an empty database (see `grievance database upgrade`). All of it, or nothing."""
    runtime = open_runtime(parts)
    if not is_current(runtime.database):
        stop("The database has no schema yet, or an older one. Run: grievance database upgrade")
    progress = _Progress()
    try:
        with runtime.database.begin() as session:
            read_backup(
                session,
                runtime.storage,
                schema_metadata(),
                file,
                keys=runtime.keys,
                schema=head() or "",
                progress=progress,
            )
    except TargetNotEmpty as error:
        stop(f"The database already holds rows (in {error.table}). Restore into an empty one.")
    except WrongSchema as error:
        stop(
            f"The backup has schema {error.found}, this version has {head()}. Restore with that version, then upgrade."
        )
    except NotABackup as error:
        stop(f"{file} cannot be restored: {error}. Nothing was changed.")
    click.echo(f"Restored {progress.count} rows and files. Now run: grievance verify")


class _Progress:
    """Counts, and says each table once when it is done with."""

    def __init__(self) -> None:
        self.count = 0
        self._now = ""

    def __call__(self, what: str, done: int) -> None:
        self.count += done
        if what != self._now:
            self._now = what
            click.echo(f"  {what}", err=True)
