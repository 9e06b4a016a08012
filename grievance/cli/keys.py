"""Making keys, and sealing everything again under a new one."""

import click

from grievance.cli import instance
from grievance.cli.parts import Parts, open_runtime, pass_parts
from grievance.core.clock import now
from grievance.crypto.rotation import left_to_seal, places, seal_batch
from grievance.desk.search import index_everything_again, index_pending
from grievance.messaging.rekey import rebuild_number_digests
from grievance.runtime import Runtime
from grievance.storage.rotation import files_to_reseal

BATCH_ROWS = 200
"""Rows sealed again per unit of work: a writer waits less than 50 ms for it."""


@click.group()
def keys() -> None:
    """Secrets and encryption keys."""


@keys.command("make")
@click.option(
    "--id", "key_id", help="Only a new encryption key with this id, to put first in GRIEVANCE_ENCRYPTION_KEYS."
)
def make(key_id: str | None) -> None:
    """Print new secrets as settings. They are shown once and kept nowhere."""
    if key_id:
        click.echo(instance.new_key(key_id))
        return
    for name, value in instance.make_secrets().items():
        click.echo(f"{name}={value}")


@keys.command("rotate")
@pass_parts
def rotate(parts: Parts) -> None:
    """Seal everything again under the first key of the ring. Can be stopped and started again at any point."""
    runtime = open_runtime(parts)
    with runtime.database.read() as session:
        total = left_to_seal(session)
    click.echo(f"Sealing again under key {runtime.keys.current_id}: {total} rows.")
    with click.progressbar(length=total, label="Rows") as bar:
        for place in places():
            while True:
                with runtime.database.begin() as session:
                    done = seal_batch(session, place, limit=BATCH_ROWS)
                if done == 0:
                    break
                bar.update(done)
    _rebuild_digests(runtime)
    files = files_to_reseal(runtime.storage)
    with click.progressbar(files, label="Files") as keys_left:
        for key in keys_left:
            runtime.storage.reseal(key)
    click.echo("Done. Keep the old key until your newest backup was made after this moment.")


def _rebuild_digests(runtime: Runtime) -> None:
    """Numbers and words are found by digests under the key; those under the old one are made anew."""
    after = 0
    while True:
        with runtime.database.begin() as session:
            last = rebuild_number_digests(session, after=after, limit=BATCH_ROWS)
        if last is None:
            break
        after = last
    with runtime.database.begin() as session:
        index_everything_again(session)
    while True:
        with runtime.database.begin() as session:
            if index_pending(session, at=now(), limit=BATCH_ROWS) == 0:
                break
    click.echo("Numbers and words can be found under the new key.")
