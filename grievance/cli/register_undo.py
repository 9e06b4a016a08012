"""`grievance import --undo`: take back what an import brought, having said what goes and what stays."""

import sys

import click

from grievance.cli.parts import stop
from grievance.cli.register_work import Pace, undo_some
from grievance.core.clock import now
from grievance.registers.importing import ImportMoved, load_for_change
from grievance.registers.queries import ImportNotFound, id_of
from grievance.registers.undoing import TooLateToUndo, UndoPlan, ask_undo, plan
from grievance.runtime import Runtime

INSTEAD = (
    "A day has passed since this import ended; it cannot be taken back any more. Mark single cases as no grievance on"
    " their pages, several at once on the page of the first look. Published figures stay as they are."
)


def take_back(runtime: Runtime, public_id: str, *, is_sure: bool) -> None:
    """Take an import back, after asking; what was worked since stays."""
    try:
        with runtime.database.read() as session:
            import_id = id_of(session, public_id)
            planned = plan(session, import_id)
    except ImportNotFound:
        stop(f"There is no import {public_id}.")
    _say(planned)
    if not is_sure:
        click.confirm("Take it back?", abort=True)
    try:
        with runtime.database.begin() as session:
            key = ask_undo(session, load_for_change(session, import_id), by=None, at=now())
        if key is not None:
            runtime.storage.delete(key)
        _go(runtime, import_id, planned.goes)
    except TooLateToUndo:
        stop(INSTEAD)
    except ImportMoved:
        stop("There is nothing to take back: nothing of it was imported, or it is being taken back already.")
    with runtime.database.begin() as session:
        taken = load_for_change(session, import_id)
        click.echo(f"Taken back: {taken.undone_count} grievances. Stay: {taken.opened_count - taken.undone_count}.")


def _say(planned: UndoPlan) -> None:
    click.echo(f"{planned.goes} grievances go: their words are erased, and figures pass over them.")
    if planned.stays:
        click.echo(f"{planned.stays} stay, because somebody worked on them since: {', '.join(planned.references)}")


def _go(runtime: Runtime, import_id: int, total: int) -> None:
    with click.progressbar(length=total, label="Taking back", file=sys.stderr) as bar:
        pace = Pace()
        while gone := undo_some(runtime, import_id, pace):
            bar.update(gone)
