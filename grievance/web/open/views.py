"""Views that anybody may open: a site, a quarter, its files, and the short address of a site."""

from __future__ import annotations

from flask import Response, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from grievance.metrics.periods import Quarter
from grievance.publishing.bulletin import bulletin, issues
from grievance.publishing.exports import MEDIA_TYPES, Format, exported, file_name
from grievance.sites.models import Site
from grievance.sites.queries import site_by_slug
from grievance.web.access import public
from grievance.web.lang import current_lang, preferred_lang
from grievance.web.open.frame import open_page, ways_of
from grievance.web.open.issue_pages import IssueLink, issue_links, quarter_values
from grievance.web.open.kept import may_be_kept
from grievance.web.unit import current


@public
def site(site: str) -> ResponseReturnValue:
    """Show how to complain at a site, and every quarter that was published."""
    return may_be_kept(_site(site))


@public
def quarter(site: str, year: int, quarter: int) -> ResponseReturnValue:
    """Show the latest version of a published quarter."""
    return may_be_kept(_quarter(site, Quarter(year, quarter)))


@public
def download(site: str, year: int, quarter: int, version: int, kind: str) -> ResponseReturnValue:
    """Hand out the file of a version. Its address never shows anything else."""
    return may_be_kept(_download(site, Quarter(year, quarter), version, Format(kind)))


@public
def short(site: str) -> ResponseReturnValue:
    """Lead from the short address of a site to its page, in the language that the browser asks for."""
    found = site_by_slug(current().session, site)
    response = redirect(url_for("open.site", site=found.slug, lang=preferred_lang()), code=302)
    response.headers["Vary"] = "Accept-Language"
    return response


def _site(slug: str) -> Response:
    session = current().session
    found = site_by_slug(session, slug)
    links = issue_links(found, issues(session, found.id))
    latest = _latest(found, links)
    return make_response(
        render_template(
            "open/site.html",
            page=open_page(found),
            name=found.name,
            ways=ways_of(session, found),
            latest=latest,
            links=links,
        )
    )


def _latest(found: Site, links: list[IssueLink]) -> dict[str, object] | None:
    if not links:
        return None
    return quarter_values(current().session, found, bulletin(current().session, found.slug, links[0].quarter))


def _quarter(slug: str, wanted: Quarter) -> Response:
    session = current().session
    found = site_by_slug(session, slug)
    told = bulletin(session, slug, wanted)
    links = [link for link in issue_links(found, issues(session, found.id)) if link.quarter == wanted]
    values = quarter_values(session, found, told)
    return make_response(
        render_template(
            "open/quarter.html",
            page=open_page(found),
            ways=ways_of(session, found),
            versions=links,
            is_preview=False,
            **values,
        )
    )


def _download(slug: str, wanted: Quarter, version: int, kind: Format) -> Response:
    told = bulletin(current().session, slug, wanted, version=version)
    response = Response(exported(told, kind, locale=current_lang()), content_type=MEDIA_TYPES[kind])
    response.headers["Content-Disposition"] = f'attachment; filename="{file_name(told, kind)}"'
    return response
