"""`grievance print`: the papers of a site into a folder, byte for byte as its addresses hand them out."""

from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

import click
from flask import Flask, url_for

from grievance.cli.parts import Parts, open_runtime, pass_parts, stop
from grievance.core.i18n import OFFERED
from grievance.publishing.bulletin import issues
from grievance.sites.queries import SiteNotFound, site_by_slug

POSTER_SIZES = ("a3", "a4")
NOT_INSTALLED = "PDFs cannot be made here. `grievance doctor` says what is missing."


@click.command("print")
@click.argument("slug")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@pass_parts
def print_papers(parts: Parts, slug: str, folder: Path) -> None:
    """Write the posters of a site and every published summary, in each language, into FOLDER as PDF."""
    runtime = open_runtime(parts)
    with runtime.database.read() as session:
        try:
            site = site_by_slug(session, slug)
        except SiteNotFound:
            stop(f"There is no site with the address {slug}. See: grievance sites list")
        quarters = sorted({issue.quarter for issue in issues(session, site.id)}, key=lambda quarter: quarter.key)
    app = parts.app(runtime)
    folder.mkdir(parents=True, exist_ok=True)
    with app.test_request_context():
        addresses = list(_addresses(slug, [(quarter.year, quarter.n) for quarter in quarters]))
    for address in addresses:
        name, pdf = _asked(app, address)
        (folder / name).write_bytes(pdf)
        click.echo(f"{folder / name} ({len(pdf)} bytes)")


def _addresses(slug: str, quarters: list[tuple[int, int]]) -> Iterator[str]:
    for lang in OFFERED:
        for size in POSTER_SIZES:
            yield url_for("open.poster", lang=lang, site=slug, size=size)
        for year, quarter in quarters:
            yield url_for("open.summary_pdf", lang=lang, site=slug, year=year, quarter=quarter)


def _asked(app: Flask, address: str) -> tuple[str, bytes]:
    answer = app.test_client().get(address)
    if answer.status_code == HTTPStatus.NOT_IMPLEMENTED:
        stop(NOT_INSTALLED)
    if answer.status_code != HTTPStatus.OK:
        stop(f"{address} could not be printed ({answer.status_code}). The log says why.")
    return answer.headers["Content-Disposition"].split('"')[1], answer.data
