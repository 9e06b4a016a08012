"""Views that anybody may open: the start page, a site, a quarter, its files, and the short address of a site."""

from __future__ import annotations

from flask import Response, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from grievance.metrics.periods import Quarter
from grievance.publishing.bulletin import bulletin, issues
from grievance.publishing.datapackage import datapackage
from grievance.publishing.exports import MEDIA_TYPES, Format, exported, file_name
from grievance.sites.models import Site
from grievance.sites.queries import site_by_slug, sites
from grievance.web.access import public
from grievance.web.lang import current_lang, preferred_lang
from grievance.web.open.frame import SiteCard, house_page, open_page, site_card, ways_of
from grievance.web.open.issue_pages import IssueLink, issue_links, printed_url, quarter_values
from grievance.web.open.kept import may_be_kept
from grievance.web.qr import qr_svg
from grievance.web.unit import current

POSTER_SIZES = ("a4", "a3")


@public
def root() -> ResponseReturnValue:
    """Send a visitor to the start page in the language that the browser asks for."""
    response = make_response(redirect(url_for("open.home", lang=preferred_lang()), 302))
    response.vary.add("Accept-Language")
    return response


@public
def home() -> ResponseReturnValue:
    """Show the sites: how to complain at each, and what it last published."""
    return may_be_kept(_home())


@public
def site(site: str) -> ResponseReturnValue:
    """Show how to complain at a site, and every quarter that was published."""
    return may_be_kept(_site(site))


@public
def quarter(site: str, year: int, quarter: int) -> ResponseReturnValue:
    """Show the latest version of a published quarter."""
    return may_be_kept(_quarter(site, Quarter(year, quarter)))


@public
def version(site: str, year: int, quarter: int, version: int) -> ResponseReturnValue:
    """Show a version as it was published, also when it was corrected since."""
    return may_be_kept(_quarter(site, Quarter(year, quarter), version))


@public
def download(site: str, year: int, quarter: int, version: int, kind: str) -> ResponseReturnValue:
    """Hand out the file of a version. Its address never shows anything else."""
    return may_be_kept(_download(site, Quarter(year, quarter), version, Format(kind)))


@public
def package(site: str, year: int, quarter: int, version: int) -> ResponseReturnValue:
    """Hand out what describes the files of a version, for programs that read data packages."""
    return may_be_kept(_package(site, Quarter(year, quarter), version))


@public
def short(site: str) -> ResponseReturnValue:
    """Lead from the short address of a site to its page, in the language that the browser asks for."""
    found = site_by_slug(current().session, site)
    response = redirect(url_for("open.site", site=found.slug, lang=preferred_lang()), code=302)
    response.headers["Vary"] = "Accept-Language"
    return response


def _home() -> Response:
    session = current().session
    cards = [_card(found) for found in sites(session)]
    name = cards[0].name if len(cards) == 1 else ""
    return make_response(render_template("open/home.html", page=house_page(session, name), cards=cards))


def _card(found: Site) -> SiteCard:
    session = current().session
    published = issues(session, found.id)
    latest = bulletin(session, found.slug, published[0].quarter) if published else None
    return site_card(session, found, latest)


def _site(slug: str) -> Response:
    session = current().session
    found = site_by_slug(session, slug)
    links = issue_links(found, issues(session, found.id))
    address = current().runtime.settings.public_url + url_for("open.short", site=slug)
    posters = [(size.upper(), printed_url("open.poster", site=slug, size=size)) for size in POSTER_SIZES]
    return make_response(
        render_template(
            "open/site.html",
            page=open_page(found),
            name=found.name,
            ways=ways_of(session, found),
            latest=_latest(found, links),
            links=links,
            short_address=address.split("://", 1)[-1],
            # What the code holds stands beside it in letters: a reader with a screen reader loses nothing.
            code=qr_svg(address, address),
            posters=[poster for poster in posters if poster[1]],
            corrections_url=url_for("open.corrections", site=slug) if any(link.version > 1 for link in links) else "",
            feed_url=url_for("open.feed", site=slug),
        )
    )


def _latest(found: Site, links: list[IssueLink]) -> dict[str, object] | None:
    if not links:
        return None
    return quarter_values(current().session, found, bulletin(current().session, found.slug, links[0].quarter))


def _quarter(slug: str, wanted: Quarter, version: int | None = None) -> Response:
    session = current().session
    found = site_by_slug(session, slug)
    told = bulletin(session, slug, wanted, version=version)
    links = [link for link in issue_links(found, issues(session, found.id)) if link.quarter == wanted]
    values = quarter_values(session, found, told)
    is_replaced = told.version != links[0].version
    if is_replaced:
        where = {"site": slug, "year": wanted.year, "quarter": wanted.n, "version": told.version}
        values["pdf_url"] = printed_url("open.version_pdf", **where)
    return make_response(
        render_template(
            "open/quarter.html",
            page=open_page(found),
            ways=ways_of(session, found),
            versions=links,
            newer_url=values["quarter_url"] if is_replaced else "",
            is_preview=False,
            **values,
        )
    )


def _download(slug: str, wanted: Quarter, version: int, kind: Format) -> Response:
    told = bulletin(current().session, slug, wanted, version=version)
    response = Response(exported(told, kind, locale=current_lang()), content_type=MEDIA_TYPES[kind])
    response.headers["Content-Disposition"] = f'attachment; filename="{file_name(told, kind)}"'
    return response


def _package(slug: str, wanted: Quarter, version: int) -> Response:
    told = bulletin(current().session, slug, wanted, version=version)
    # Paths are relative to the descriptor, which stands beside the files.
    paths = {
        kind: url_for(
            "open.download", site=slug, year=wanted.year, quarter=wanted.n, version=version, kind=kind.value
        ).rsplit("/", 1)[-1]
        for kind in (Format.CSV, Format.JSON)
    }
    return Response(datapackage(told, paths), content_type="application/json")
