"""Headcounts from the command line: take in a file, or write the table to fill in."""

from pathlib import Path

import click

from grievance.cli.figures import QUARTER
from grievance.cli.parts import Parts, open_runtime, pass_parts, stop
from grievance.core.clock import now
from grievance.metrics.periods import Quarter
from grievance.publishing import headcount_files
from grievance.publishing.headcount_files import FileRefused, Problem, ProblemKind
from grievance.sites import headcount as headcounts
from grievance.sites.queries import SiteNotFound, site_by_slug

_WRONG = {
    ProblemKind.UNREADABLE: "this is no CSV file",
    ProblemKind.TOO_LARGE: "the file is too large (at most 1 MB and 5,000 lines)",
    ProblemKind.COLUMNS_MISSING: "columns are missing in the first line:",
    ProblemKind.EMPTY: "no line has a number of people",
    ProblemKind.NO_QUARTER: "no quarter (write 2026Q3):",
    ProblemKind.NOT_BEGUN: "the quarter has not begun:",
    ProblemKind.UNKNOWN_COMPANY: "no such company:",
    ProblemKind.UNKNOWN_AREA: "no such area of the site:",
    ProblemKind.UNKNOWN_SHIFT: "no shift (day, night, rotating, other, all):",
    ProblemKind.NOT_WHOLE: "no whole number:",
    ProblemKind.PEOPLE_MISSING: "hours without people",
    ProblemKind.TWICE: "a line before counts the same people of the same quarter",
    ProblemKind.PEOPLE_OUT_OF_BOUNDS: "people must be between 0 and 200000:",
    ProblemKind.HOURS_OUT_OF_BOUNDS: "more hours than so many people could work:",
    ProblemKind.HOURS_OF_NOBODY: "hours worked by nobody:",
}


@click.group()
def headcount() -> None:
    """How many people work where: what rates are out of."""


@headcount.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--site", "slug", required=True, help="Its place in addresses; see: grievance sites list.")
@click.option("--dry-run", is_flag=True, help="Only check, and change nothing.")
@pass_parts
def import_(parts: Parts, file: Path, slug: str, dry_run: bool) -> None:
    """Record the headcounts of a CSV file. One wrong line, and nothing is recorded."""
    content, database = file.read_bytes(), open_runtime(parts).database
    try:
        if dry_run:
            with database.read() as session:
                found = headcount_files.read(session, site_by_slug(session, slug), content, at=now())
        else:
            with database.begin() as session:
                found = headcount_files.take_in(session, site_by_slug(session, slug), content, by=None, at=now())
    except SiteNotFound:
        stop(f"There is no site with the address {slug}. See: grievance sites list")
    except FileRefused as refusal:
        stop("\n".join(["Nothing was recorded.", *(_line(problem) for problem in refusal.problems)]))
    left_out = f" {found.left_out} without a number left out." if found.left_out else ""
    quarters = ", ".join(quarter.key for quarter in sorted(found.rows))
    click.echo(f"{'Would record' if dry_run else 'Recorded'} {found.count} lines of {quarters}.{left_out}")


@headcount.command("template")
@click.option("--site", "slug", required=True, help="Its place in addresses; see: grievance sites list.")
@click.option("--quarter", type=QUARTER, required=True, help="For example 2026Q3.")
@click.option("--output", type=click.Path(dir_okay=False, writable=True, path_type=Path), required=True)
@pass_parts
def template(parts: Parts, slug: str, quarter: Quarter, output: Path) -> None:
    """Write the table of a quarter to a CSV file, to fill in: what is recorded, or a line for each part of the site."""
    with open_runtime(parts).database.read() as session:
        try:
            site = site_by_slug(session, slug)
        except SiteNotFound:
            stop(f"There is no site with the address {slug}. See: grievance sites list")
        rows = headcounts.counts(session, site.id, quarter.key)
        output.write_bytes(headcount_files.template(session, site, quarter, rows))
    click.echo(f"Wrote {output}.")


def _line(problem: Problem) -> str:
    where = f"  line {problem.line}: " if problem.line else "  "
    return f"{where}{_WRONG[problem.kind]} {problem.value}".rstrip()
