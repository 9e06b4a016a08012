"""The fictional demo: loading it into an empty installation, and showing how its staff sign in.

Everything is loaded in one transaction, by the operations that the pages and the worker call: an interrupted load
leaves nothing behind, and the next start loads it whole. Refused outside demo mode, so that invented cases never
stand beside real ones.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime

import click

from grievance.accounts.credentials import code_at
from grievance.cli.demo.days import days_until
from grievance.cli.demo.files import store_files
from grievance.cli.demo.people import (
    choose_passwords,
    make_people,
    passwords_being_hashed,
    read_credentials,
    write_credentials,
)
from grievance.cli.demo.places import make_places
from grievance.cli.demo.play import end, moments
from grievance.cli.demo.stage import Phone, Stage
from grievance.cli.parts import Parts, open_runtime, pass_parts, stop
from grievance.core.clock import now
from grievance.runtime import Runtime
from grievance.sites.queries import the_operator


@click.group()
def demo() -> None:
    """The fictional demo. Only in demo mode."""


@demo.command()
@pass_parts
def load(parts: Parts) -> None:
    """Load the fictional demo into an installation that has no data yet."""
    runtime = open_runtime(parts)
    _refuse_outside_demo(runtime)
    try:
        is_loaded = load_if_empty(runtime)
    finally:
        runtime.database.dispose()
    if not is_loaded:
        stop("There are data already, and the demo never mixes with them. Use an empty folder or database.")


@demo.command("credentials")
@pass_parts
def show_credentials(parts: Parts) -> None:
    """Show how the demo's staff sign in: e-mail, password, and the second-factor code of this moment."""
    runtime = open_runtime(parts)
    _refuse_outside_demo(runtime)
    people = read_credentials(runtime.settings.instance_path)
    if not people:
        stop("No demo was loaded here. Load it: grievance demo load")
    at = now()
    for one in people:
        duties = ", ".join(one.duties)
        click.echo(f"{one.name} ({duties}; {one.site or 'every site'})")
        click.echo(f"  e-mail {one.email}   password {one.password}   code {code_at(one.totp_secret, at)}")


def load_if_empty(runtime: Runtime) -> bool:
    """Load the demo unless there are data; return whether it was loaded."""
    settings = runtime.settings
    if not settings.in_demo:
        return False
    with runtime.database.read() as session:
        if the_operator(session) is not None:
            return False
    if settings.twilio_account_sid:
        click.echo("Not loading the demo: a real Twilio account is set, and invented cases would send real texts.")
        return False
    load_demo(runtime, at=now())
    return True


def load_demo(runtime: Runtime, *, at: datetime) -> None:
    """Load the demo as it stands at an instant, in one transaction."""
    files = store_files(runtime.storage)
    days = days_until(at)
    with passwords_being_hashed(runtime) as hashes, _without_sweeping(), runtime.database.begin() as session:
        places = make_places(session)
        signers = make_people(session, runtime, places, at=days.mornings()[0])
        stage = Stage(session, days, places, {one.person.key: one.staff.id for one in signers}, files)
        with click.progressbar(moments(stage), label="Loading the fictional demo") as steps:
            for _, play in steps:
                play()
        end(stage)
        # Before the commit: an installation whose staff nobody can sign in as would be of no use.
        credentials = choose_passwords(session, signers, hashes, at=at)
        write_credentials(runtime.settings.instance_path, credentials)
    if isinstance(runtime.transport, Phone):
        for text in stage.transport.said:
            runtime.transport.remember(**asdict(text))


@contextmanager
def _without_sweeping() -> Iterator[None]:
    """Keep Python from looking for cycles: what a load makes lives until its commit; looking takes a quarter more."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _refuse_outside_demo(runtime: Runtime) -> None:
    if not runtime.settings.in_demo:
        stop("This installation is not in demo mode (GRIEVANCE_MODE=demo); invented cases do not belong in it.")
