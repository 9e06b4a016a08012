"""`grievance import`: take over an old register from a file, checked first, as often as one likes."""

import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from grievance.cases.side_tracks import ImportState
from grievance.cli.parts import Parts, open_runtime, pass_parts, stop
from grievance.cli.register_undo import take_back
from grievance.cli.register_work import OpenRegister, end_import, import_some, kept_for, open_table
from grievance.core.clock import now
from grievance.core.i18n import OFFERED, Locale
from grievance.registers.files import MAX_FILE_BYTES
from grievance.registers.finding import Finder
from grievance.registers.importing import ImportMoved, Tally, approve, load_for_change, note_checked, start
from grievance.registers.kept import MatchingNotFound, named
from grievance.registers.problems import Code, Problem, RegisterUnreadable
from grievance.registers.queries import unfinished
from grievance.registers.tables import Table, read_table
from grievance.registers.words import what, where
from grievance.runtime import Runtime
from grievance.sites.models import Site
from grievance.sites.queries import SiteNotFound, site_by_slug

PROBLEMS = 1


@click.command("import")
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--site", "slug", help="Its place in addresses; see: grievance sites list.")
@click.option("--dry-run", is_flag=True, help="Only say what is wrong with it. Nothing is kept.")
@click.option("--good-rows", is_flag=True, help="Import the rows without problems and leave the others out.")
@click.option("--matching", "matching_name", metavar="NAME", help="What its columns mean, as kept under this name.")
@click.option("--language", type=click.Choice(OFFERED), help="Of the problems; the site's own when left out.")
@click.option("--undo", "undo_id", metavar="ID", help="Take back what an import brought, within a day; it said its ID.")
@click.option("--yes", is_flag=True, help="With --undo: do not ask again.")
@pass_parts
def import_register(  # flags of the command line
    parts: Parts,
    file: Path | None,
    slug: str | None,
    dry_run: bool,
    good_rows: bool,
    matching_name: str | None,
    language: str | None,
    undo_id: str | None,
    yes: bool,
) -> None:
    """Import the old register of a site from a CSV or XLSX file. Rows that are here already are left as they are."""
    runtime = open_runtime(parts)
    if undo_id is not None:
        take_back(runtime, undo_id, is_sure=yes)
        return
    if file is None or slug is None:
        stop("Say which file, and whose: grievance import FILE --site SITE")
    site = _site(runtime, slug)
    locale = Locale(language or site.default_locale)
    if file.stat().st_size > MAX_FILE_BYTES:
        stop(what(Problem(0, "", Code.FILE_TOO_LARGE), locale))
    content = file.read_bytes()
    try:
        table = _table(runtime, content, site, matching_name)
    except RegisterUnreadable as refusal:
        stop(f"{where(refusal.problem, locale)}: {what(refusal.problem, locale)}")
    tally = _checked(runtime, table, site)
    for problem in tally.problems:
        click.echo(f"{where(problem, locale)}: {what(problem, locale)}")
    click.echo(
        f"{tally.good} good, {tally.wrong} with problems, {tally.known} here already; {tally.lines} rows in all."
    )
    if dry_run:
        raise SystemExit(PROBLEMS if tally.obstacles else 0)
    _refuse(tally, good_rows=good_rows)
    if tally.good or not tally.lines:
        _run(runtime, table, site, tally, name=file.name, digest=hashlib.sha256(content).hexdigest())


def _table(runtime: Runtime, content: bytes, site: Site, name: str | None) -> Table:
    """Return the table of a file, read with the matching of this name, or with one kept for its very headers."""
    if name is not None:
        try:
            with runtime.database.read() as session:
                matching = named(session, site.operator_id, name)
        except MatchingNotFound:
            stop(f"Nothing is kept under the name {name}. It is kept on the staff pages, under Old registers.")
        return read_table(content, matching=matching)
    finder = Finder()
    table = read_table(content, watcher=finder)
    kept = kept_for(runtime, site.id, finder.found().headers)
    if kept is None:
        return table
    click.echo(f"Read with the matching {kept.name}, which is kept for these columns.")
    return read_table(content, matching=kept)


def _site(runtime: Runtime, slug: str) -> Site:
    with runtime.database.read() as session:
        try:
            return site_by_slug(session, slug)
        except SiteNotFound:
            stop(f"There is no site with the address {slug}. See: grievance sites list")


def _checked(runtime: Runtime, table: Table, site: Site) -> Tally:
    tally = Tally(list(table.problems))
    lines = open_table(runtime, table, site_id=site.id, at=now())
    with click.progressbar(lines, length=len(table.lines), label="Checking", file=sys.stderr) as bar:
        for looked in bar:
            tally.add(looked)
    return tally


def _refuse(tally: Tally, *, good_rows: bool) -> None:
    if tally.is_blocked:
        stop("Nothing was imported: put the columns right first.")
    if tally.obstacles and not good_rows:
        stop(
            "Nothing was imported. Put the rows right, or import the others without them: add --good-rows."
            " The ones left out can be brought later, in the same file."
        )
    if not tally.good and not tally.known:
        stop("Nothing was imported: no row can be.")


def _run(runtime: Runtime, table: Table, site: Site, tally: Tally, *, name: str, digest: str) -> None:
    import_id, done = _approved(runtime, site, tally, name=name, digest=digest)
    lines = open_table(runtime, table, site_id=site.id, at=now())
    at_hand = OpenRegister(import_id, ImportState.IMPORTING, lines, len(table.lines), tally)
    at_hand.position = sum(1 for _ in zip(range(done), lines, strict=False))
    try:
        with click.progressbar(length=at_hand.total, label="Importing", file=sys.stderr) as bar:
            bar.update(at_hand.position)
            for count in _batches(runtime, at_hand):
                bar.update(count)
        end_import(runtime, at_hand)
    except ImportMoved:
        stop("Another process is importing this file. Wait until it has ended; what it did stays.")
    with runtime.database.begin() as session:
        taken = load_for_change(session, import_id)
        click.echo(f"Imported {taken.opened_count} grievances. Nobody was texted.")
        if taken.wrong_count:
            click.echo(f"Left out: {taken.wrong_count} rows with problems.")
        click.echo(f"To take it back within a day: grievance import --undo {taken.public_id}")


def _batches(runtime: Runtime, at_hand: OpenRegister) -> Iterator[int]:
    before = at_hand.position
    while import_some(runtime, at_hand):
        yield at_hand.position - before
        before = at_hand.position


def _approved(runtime: Runtime, site: Site, tally: Tally, *, name: str, digest: str) -> tuple[int, int]:
    """Return the import to go on with and how many lines are done: one that broke off, or a new one."""
    with runtime.database.begin() as session:
        broken_off = unfinished(session, site.id, digest)
        if broken_off is not None:
            return broken_off, load_for_change(session, broken_off).done_count
        taken = start(session, site, filename=name, file_digest=digest, storage_key=None, by=None, at=now())
        note_checked(session, taken, tally, at=now())
        approve(session, taken, without_wrong=True, by=None, at=now())
        return taken.id, 0
