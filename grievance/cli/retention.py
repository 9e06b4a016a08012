"""`grievance retention`: what has had its time, in numbers; erasing it now; and erasing again after a restore."""

from pathlib import Path

import click

from grievance.cli.parts import Parts, open_runtime, pass_parts, stop
from grievance.core.clock import now
from grievance.core.db import Database
from grievance.metrics.tally import unlink
from grievance.privacy import sweep
from grievance.privacy.erasure_log import Again, erase_again, logged_erasures
from grievance.runtime import Runtime

CASES_A_ROUND = 20
"""Cases that the worker erases, and opinions that it lets go of, in one round; each is a unit of work of its own."""

UNDONE = 1


@click.command()
@click.option("--apply", "wish", flag_value="apply", help="Erase what has had its time.")
@click.option(
    "--dry-run", "wish", flag_value="show", default="show", help="Say in numbers what would go (the default)."
)
@click.option("--list-erased", "wish", flag_value="list", help="Print what was erased, by public id: keep it apart.")
@click.option(
    "--reapply",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Erase again what such a list names.",
)
@pass_parts
def retention(parts: Parts, wish: str, reapply: Path | None) -> None:
    """Erase words whose time is over. The worker does the same by itself, some cases an hour."""
    runtime = open_runtime(parts)
    if reapply is not None:
        _reapply(runtime, reapply)
    elif wish == "list":
        with runtime.database.read() as session:
            for one in logged_erasures(session):
                click.echo(f"{one.kind} {one.public_id} {one.at.isoformat(timespec='seconds')}")
    elif wish == "apply":
        _apply(runtime)
    else:
        _show(runtime)


def erase_round(database: Database) -> int:
    """Erase some of what has had its time, each case in a unit of its own; return how much."""
    with database.read() as session:
        due = sweep.due_cases(session, at=now(), limit=CASES_A_ROUND)
        rated = sweep.due_opinions(session, at=now(), limit=CASES_A_ROUND)
    done = 0
    for case_id in due:
        with database.begin() as session:
            done += sweep.erase_due(session, case_id, at=now())
    for survey_id in rated:
        with database.begin() as session:
            done += unlink(session, survey_id, at=now())
    with database.begin() as session:
        done += sweep.erase_texts(session, at=now())
    with database.begin() as session:
        return done + sweep.forget_sessions(session, at=now())


def _apply(runtime: Runtime) -> None:
    total = 0
    while done := erase_round(runtime.database):
        total += done
    click.echo(f"Erased: {total}. Stored files that nothing names any more go with the worker's next sweep.")


def _show(runtime: Runtime) -> None:
    with runtime.database.read() as session:
        lines = sweep.forecast(session, at=now())
        names = sweep.site_slugs(session)
    click.echo("site  what  now  in 30 days  in 90 days")
    for line in lines:
        site = names.get(line.site_id, "-") if line.site_id is not None else "-"
        click.echo(f"{site}  {line.what}  {line.now}  {line.in_30_days}  {line.in_90_days}")
    click.echo("Nothing was erased. Add --apply to do it now.")


def _reapply(runtime: Runtime, path: Path) -> None:
    counts = dict.fromkeys(Again, 0)
    for number, line in enumerate(path.read_text().splitlines(), start=1):
        kind, _, rest = line.strip().partition(" ")
        if kind not in ("case", "complainant") or not rest:
            stop(f"Line {number} is no line of such a list. What stands before it was erased again.")
        with runtime.database.begin() as session:
            outcome = erase_again(session, kind, rest.split()[0], at=now())
        counts[outcome] += 1
        if outcome in (Again.STILL_OPEN, Again.HELD):
            click.echo(f"NOT ERASED  {outcome.value.replace('_', ' ')}: {kind} {rest.split()[0]}")
    click.echo(", ".join(f"{outcome.value.replace('_', ' ')}: {number}" for outcome, number in counts.items()))
    raise SystemExit(UNDONE if counts[Again.STILL_OPEN] + counts[Again.HELD] else 0)
