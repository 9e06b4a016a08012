"""The guided way of a quarter: where it stands, its preview and its files. The steps have modules of their own.

Whoever publishes sees totals only: nothing on these pages reads a case.
"""

from __future__ import annotations

from flask import Blueprint, Response, abort, render_template
from flask.typing import ResponseReturnValue

from grievance.accounts.permissions import Action
from grievance.publishing import summaries
from grievance.publishing.bulletin import bulletin_of
from grievance.publishing.exports import MEDIA_TYPES, Format, exported, file_name
from grievance.publishing.queries import current_release, ended_quarters, release_for_export
from grievance.sites.queries import site_by_id
from grievance.web.errors import translate
from grievance.web.lang import current_lang, localized
from grievance.web.open.preview import preview_values
from grievance.web.staff import (
    figures_approval_views,
    figures_freeze_views,
    figures_reading_views,
    figures_round_views,
    figures_text_views,
)
from grievance.web.staff.access import duty, me, sites_for
from grievance.web.staff.figures_base import EN, ERRORS, ES, ONE_EN, ONE_ES, place_of, release_at
from grievance.web.staff.figures_pages import quarter_lines, show_quarter
from grievance.web.staff.pages_base import staff_page
from grievance.web.staff.print_preview import paper_url
from grievance.web.unit import current


def add_routes(bp: Blueprint) -> None:
    """Add the pages of figures, with those of every step."""
    localized(bp, "figures", figures, es="/equipo/cifras", en="/staff/figures")
    localized(bp, "figures_quarter", figures_quarter, es=ES, en=EN)
    localized(bp, "figures_preview", figures_preview, es=f"{ES}/vista", en=f"{EN}/preview")
    localized(bp, "figures_version", figures_version, es=f"{ONE_ES}/vista", en=f"{ONE_EN}/preview")
    kinds = "<any(xlsx, csv, json):kind>"
    localized(bp, "figures_file", figures_file, es=f"{ES}/archivo.{kinds}", en=f"{EN}/file.{kinds}")
    for step in (
        figures_freeze_views,
        figures_text_views,
        figures_reading_views,
        figures_round_views,
        figures_approval_views,
    ):
        step.add_routes(bp)
    translate(bp, ERRORS)


@duty(Action.SEE_FIGURES)
def figures() -> ResponseReturnValue:
    """List the ended quarters of each site with where their figures stand."""
    unit = current()
    listed = [
        (site.name, quarter_lines(site, ended_quarters(unit.session, site, now=unit.now)))
        for site in (site_by_id(unit.session, one.id) for one in sites_for(Action.SEE_FIGURES))
    ]
    return render_template("staff/figures.html", page=staff_page(current="figures"), listed=listed)


@duty(Action.SEE_FIGURES)
def figures_quarter(site: str, year: int, quarter: int) -> ResponseReturnValue:
    """Show where a quarter stands and what comes next."""
    return show_quarter(place_of(Action.SEE_FIGURES, site, year, quarter))


@duty(Action.SEE_FIGURES)
def figures_preview(site: str, year: int, quarter: int) -> ResponseReturnValue:
    """Show a quarter exactly as everybody would see it."""
    place = place_of(Action.SEE_FIGURES, site, year, quarter)
    release = current_release(current().session, place.site.id, place.quarter)
    if release is None:
        abort(404)
    return _preview(site, year, quarter, release.public_id)


@duty(Action.SEE_FIGURES)
def figures_version(site: str, year: int, quarter: int, public_id: str) -> ResponseReturnValue:
    """Show one version exactly as everybody would see it, also one that was refused or set aside."""
    return _preview(site, year, quarter, public_id)


@duty(Action.EXPORT_FIGURES)
def figures_file(site: str, year: int, quarter: int, kind: str) -> ResponseReturnValue:
    """Hand out the figures as a file, and leave a line in the audit trail."""
    unit = current()
    session = unit.write()
    place = place_of(Action.EXPORT_FIGURES, site, year, quarter)
    release = release_for_export(session, place.site.id, place.quarter)
    if release is None:
        abort(404)
    told, format_ = bulletin_of(release, place.site), Format(kind)
    content = exported(told, format_, locale=current_lang())
    summaries.record_export(session, release, by=me().staff_id, format_=format_, at=unit.now)
    response = Response(content, content_type=MEDIA_TYPES[format_])
    response.headers["Content-Disposition"] = f'attachment; filename="{file_name(told, format_)}"'
    return response


def _preview(site: str, year: int, quarter: int, public_id: str) -> str:
    place = place_of(Action.SEE_FIGURES, site, year, quarter)
    release = release_at(place, public_id)
    values = preview_values(current().session, place.site, release)
    return render_template(
        "open/quarter.html", **values | {"back_url": place.url, "pdf_url": paper_url(place, release)}
    )
