"""For programs: the feed of a site, the list of all open pages, and what need not be searched.

Sources: RFC 4287 (Atom), RFC 9309 (robots.txt), sitemaps.org protocol 0.9, all read 2026.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

from flask import Response, make_response, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from grievance.core.i18n import html_lang
from grievance.publishing import wording
from grievance.publishing.bulletin import Issue, bulletin, issues
from grievance.sites.models import Site
from grievance.sites.queries import site_by_slug, sites
from grievance.web.access import public
from grievance.web.lang import LANGS, current_lang, url_for_lang
from grievance.web.open.kept import may_be_kept
from grievance.web.unit import current

IDS = UUID("6f0c4c6e-5f0a-5f5e-9d39-3c1a0f6f7a10")
"""Namespace of the ids in feeds. An id is made of what never changes, so that it survives another address."""

NEVER = datetime(2000, 1, 1, tzinfo=UTC)
"""When a feed changed in which nothing stands yet: a date is required, and the real one would move."""

MOST_ENTRIES = 40
"""Ten years of quarters: feeds are asked for often, and old entries stand on the page of the site."""

NOT_SEARCHED = ("/es/equipo", "/en/staff", "/es/seguimiento", "/en/follow-up", "/es/recibo", "/en/receipt")
"""Pages of one person, or behind a sign-in. Whoever must not see them is kept out there, not here."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What was published: a summary, or its correction."""

    id: str
    title: str
    url: str
    at: str
    summary: str


@dataclass(frozen=True, slots=True)
class Place:
    """An open page in every language, for search engines."""

    urls: tuple[tuple[str, str], ...]


@public
def feed(site: str) -> ResponseReturnValue:
    """Say what a site published, latest first, for programs that read feeds."""
    session, lang = current().session, current_lang()
    found = site_by_slug(session, site)
    published = sorted(issues(session, found.id), key=lambda issue: issue.released_at, reverse=True)[:MOST_ENTRIES]
    body = render_template(
        "open/feed.xml",
        lang=html_lang(lang),
        id=_id(found, "feed", str(lang)),
        title=_("%(site)s: what people told us and what was done", site=found.name),
        author=found.name,
        self_url=_absolute("open.feed", site=site),
        page_url=_absolute("open.site", site=site),
        updated=_instant(published[0].released_at if published else NEVER),
        entries=[_entry(found, issue) for issue in published],
    )
    return may_be_kept(Response(body, content_type="application/atom+xml; charset=utf-8"))


@public
def sitemap() -> ResponseReturnValue:
    """List every open page in every language."""
    session = current().session
    places = [_place(endpoint) for endpoint in ("open.home", "open.glossary", "open.methods")]
    for site in sites(session):
        places += [_place("open.site", site=site.slug), _place("open.corrections", site=site.slug)]
        quarters = dict.fromkeys(issue.quarter for issue in issues(session, site.id))
        places += [_place("open.quarter", site=site.slug, year=one.year, quarter=one.n) for one in quarters]
    body = render_template("open/sitemap.xml", places=places)
    return may_be_kept(Response(body, content_type="application/xml; charset=utf-8"))


@public
def robots() -> ResponseReturnValue:
    """Say what need not be searched: nothing of a demonstration, and no pages of single persons."""
    settings = current().runtime.settings
    if settings.in_demo:
        lines = ["User-agent: *", "Disallow: /"]
    else:
        lines = ["User-agent: *", *(f"Disallow: {path}" for path in NOT_SEARCHED)]
        lines.append(f"Sitemap: {_absolute('open.sitemap')}")
    return may_be_kept(make_response("\n".join([*lines, ""]), {"Content-Type": "text/plain; charset=utf-8"}))


def _entry(site: Site, issue: Issue) -> Entry:
    lang = current_lang()
    told = bulletin(current().session, site.slug, issue.quarter, version=issue.version)
    name = wording.quarter_name(told, lang)
    address: dict[str, Any] = {"site": site.slug, "year": issue.quarter.year, "quarter": issue.quarter.n}
    # Version 1 may have been set aside: then version 2 is the first that anybody read, and corrects nothing.
    is_correction = any(issue.reason.values())
    return Entry(
        id=_id(site, issue.quarter.key, str(issue.version), str(lang)),
        title=_("%(quarter)s: correction, version %(version)s", quarter=name, version=issue.version)
        if is_correction
        else name,
        # The address of this very version: the entry says the same for ever.
        url=_absolute("open.version", version=issue.version, **address),
        at=_instant(issue.released_at),
        summary=" ".join(part for part in (issue.reason.get(lang, ""), wording.lead(told, lang)) if part),
    )


def _id(site: Site, *parts: str) -> str:
    return uuid5(IDS, "/".join((site.public_id, *parts))).urn


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _absolute(endpoint: str, **values: Any) -> str:  # noqa: ANN401  # url_for takes any value
    return current().runtime.settings.public_url + url_for(endpoint, **values)


def _place(endpoint: str, **values: Any) -> Place:  # noqa: ANN401  # url_for takes any value
    address = current().runtime.settings.public_url
    return Place(tuple((html_lang(lang), address + url_for_lang(endpoint, lang, **values)) for lang in LANGS))
