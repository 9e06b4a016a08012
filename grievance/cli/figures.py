"""Figures from the command line: freeze a quarter, check what was frozen, export it. Releasing takes two people."""

from pathlib import Path

import click
from click import ParamType

from grievance.cli.parts import Parts, open_runtime, pass_parts, stop
from grievance.core.clock import now
from grievance.core.i18n import OFFERED, Locale
from grievance.metrics.indicators import AccountDoesNotBalance
from grievance.metrics.periods import NotAQuarter, Quarter, parse_quarter
from grievance.publishing.bulletin import bulletin_of
from grievance.publishing.checking import Fault, check_releases
from grievance.publishing.editing import REASON_CHARACTERS
from grievance.publishing.exports import Format, exported
from grievance.publishing.queries import release_for_export
from grievance.publishing.summaries import AlreadyFrozen, QuarterNotOver, ReasonMissing, TextTooLong, record_export
from grievance.publishing.summaries import freeze as freeze_quarter
from grievance.sites.queries import SiteNotFound, site_by_id, site_by_slug

BROKEN = 1

_FAULTS = {
    Fault.DIGEST: "the stored texts are not those that were frozen",
    Fault.FIGURES: "the figures do not follow from the stored input set",
    Fault.DATABASE: "the history of cases gives other counts",
}


class QuarterType(ParamType[Quarter]):
    """A quarter as it is typed: 2026Q3, 2026-q3, 2026-t3."""

    name = "quarter"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Quarter:
        """Return the quarter, or fail with how it is written."""
        try:
            return parse_quarter(str(value))
        except NotAQuarter:
            self.fail(f"{value} is not a quarter. Write it as 2026Q3.", param, ctx)


QUARTER = QuarterType()


@click.command()
@click.option("--site", "slug", required=True, help="Its place in addresses; see: grievance sites list.")
@click.option("--quarter", type=QUARTER, required=True, help="For example 2026Q3.")
@click.option("--format", "kind", type=click.Choice([kind.value for kind in Format]), required=True)
@click.option("--output", type=click.Path(dir_okay=False, writable=True, path_type=Path), required=True)
@click.option("--language", type=click.Choice(OFFERED), help="Of the workbook; the site's own when left out.")
@pass_parts
def export(  # one argument per option
    parts: Parts, slug: str, quarter: Quarter, kind: str, output: Path, language: str | None
) -> None:
    """Write the frozen or published figures of a quarter to a file: the same bytes every time."""
    with open_runtime(parts).database.begin() as session:
        try:
            site = site_by_slug(session, slug)
        except SiteNotFound:
            stop(f"There is no site with the address {slug}. See: grievance sites list")
        release = release_for_export(session, site.id, quarter)
        if release is None:
            stop(
                f"The figures of {quarter.key} are not frozen yet. Freeze them first, on the staff pages or with:"
                f" grievance publish freeze --site {slug} --quarter {quarter.key}"
            )
        found = bulletin_of(release, site)
        content = exported(found, Format(kind), locale=Locale(language or site.default_locale))
        record_export(session, release, by=None, format_=Format(kind), at=now())
    output.write_bytes(content)
    state = "published" if found.released_at else "frozen, not published"
    click.echo(f"Wrote {output} ({len(content)} bytes): {quarter.key}, version {found.version}, {state}.")


@click.group()
def publish() -> None:
    """The figures of a quarter: freeze and check. They are released on the staff pages, by two people."""


@publish.command("freeze")
@click.option("--site", "slug", required=True, help="Its place in addresses; see: grievance sites list.")
@click.option("--quarter", type=QUARTER, required=True, help="For example 2026Q3.")
@click.option("--reason-es", default="", help="What a correction corrects and why, in Spanish.")
@click.option("--reason-en", default="", help="The same, in English.")
@pass_parts
def freeze(parts: Parts, slug: str, quarter: Quarter, reason_es: str, reason_en: str) -> None:
    """Compute the figures of an ended quarter, fix them, and draft its words in both languages."""
    reason = {"es": reason_es, "en": reason_en}
    try:
        with open_runtime(parts).database.begin() as session:
            release = freeze_quarter(session, site_by_slug(session, slug), quarter, by=None, at=now(), reason=reason)
            version, digest = release.version, release.digest
    except SiteNotFound:
        stop(f"There is no site with the address {slug}. See: grievance sites list")
    except QuarterNotOver:
        stop(f"{quarter.key} is not over at {slug}. Its figures can be frozen once it is.")
    except AlreadyFrozen:
        stop(f"{quarter.key} is frozen already and waits. Release it or set it aside on the staff pages first.")
    except ReasonMissing:
        stop(f"{quarter.key} is published. A corrected version says why, in both languages: --reason-es, --reason-en.")
    except TextTooLong:
        stop(f"A reason has at most {REASON_CHARACTERS} characters.")
    except AccountDoesNotBalance as error:
        stop(f"The account of {quarter.key} does not balance: {error}. Run: grievance verify")
    click.echo(f"Frozen: {quarter.key} of {slug}, version {version}.\nDigest: {digest}")


@publish.command("verify")
@click.option("--site", "slug", help="Only this site.")
@click.option("--quarter", type=QUARTER, help="Only this quarter.")
@pass_parts
def verify(parts: Parts, slug: str | None, quarter: Quarter | None) -> None:
    """Compute every frozen and published quarter again, and count it again in the database."""
    broken = checked_count = 0
    with open_runtime(parts).database.read() as session:
        site_id = None
        if slug is not None:
            try:
                site_id = site_by_slug(session, slug).id
            except SiteNotFound:
                stop(f"There is no site with the address {slug}. See: grievance sites list")
        for checked in check_releases(session, site_id=site_id, quarter=quarter.key if quarter else None):
            checked_count += 1
            broken += bool(checked.faults)
            name = f"{site_by_id(session, checked.site_id).slug} {checked.quarter} version {checked.version}"
            click.echo(f"{'BROKEN' if checked.faults else 'holds '}  {name} ({checked.state})  {checked.digest}")
            for fault in checked.faults:
                click.echo(f"        {_FAULTS[fault]}")
            for difference in checked.differs:
                click.echo(f"        {difference}")
    click.echo(_summary(checked_count, broken))
    raise SystemExit(BROKEN if broken else 0)


def _summary(checked_count: int, broken: int) -> str:
    if not checked_count:
        return "Nothing has been frozen yet."
    return "All figures verified." if not broken else f"{broken} of {checked_count} do not hold."
