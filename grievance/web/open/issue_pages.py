"""Published quarters as lists name them, and the values of a quarter's page: shared with its preview."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from flask import url_for

from grievance.metrics.periods import Quarter, quarter_period
from grievance.publishing import wording
from grievance.publishing.bulletin import Bulletin, Issue, volume_of, volumes
from grievance.sites.models import Site
from grievance.web.lang import current_lang
from grievance.web.open.pages import QuarterPage, quarter_page
from grievance.web.print.press import press

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


SHOWN = 4
"""Quarters that stand beside each other in a drawing."""


@dataclass(frozen=True, slots=True)
class IssueLink:
    """A published version with its addresses. `is_latest` of its quarter."""

    quarter: Quarter
    name: str
    version: int
    released_at: datetime
    published_on: str
    is_latest: bool
    reason: str
    """What it corrects, and why; empty for a first version."""
    url: str
    csv_url: str
    json_url: str


def issue_links(site: Site, found: Sequence[Issue]) -> list[IssueLink]:
    """Return the published versions with their addresses, in the order given (latest quarter and version first)."""
    seen: set[Quarter] = set()
    links = []
    for issue in found:
        links.append(_link(site, issue, is_latest=issue.quarter not in seen))
        seen.add(issue.quarter)
    return links


def quarter_values(session: Session, site: Site, found: Bulletin) -> dict[str, object]:
    """Return what the template of a quarter shows, but for its frame."""
    address: dict[str, Any] = {"site": site.slug, "year": found.quarter.year, "quarter": found.quarter.n}
    return {
        "shown": shown_quarter(session, site, found),
        "csv_url": url_for("open.download", kind="csv", version=found.version, **address),
        "json_url": url_for("open.download", kind="json", version=found.version, **address),
        "package_url": url_for("open.package", version=found.version, **address),
        "pdf_url": printed_url("open.summary_pdf", **address) if found.released_at else "",
        "site_url": url_for("open.site", site=site.slug),
        "quarter_url": url_for("open.quarter", **address),
        "corrections_url": url_for("open.corrections", site=site.slug),
        "methods_url": url_for("open.methods"),
        "glossary_url": url_for("open.glossary"),
        "feed_url": url_for("open.feed", site=site.slug),
    }


def shown_quarter(session: Session, site: Site, found: Bulletin) -> QuarterPage:
    """Return what is said, drawn and listed of a quarter, on the page and on paper."""
    earlier = volumes(session, site.id, until=found.quarter, limit=SHOWN)
    if found.released_at is None:
        # A preview shows itself in the place that it would take.
        others = [row for row in earlier if row.quarter != found.quarter]
        earlier = [*others, volume_of(found.quarter, found.figures["M2"])][-SHOWN:]
    return quarter_page(found, earlier, current_lang())


def printed_url(endpoint: str, **values: Any) -> str:  # noqa: ANN401  # url_for takes any value
    """Return the address of something printed, or "" where this installation makes no PDFs."""
    return url_for(endpoint, **values) if press().is_ready else ""


def _link(site: Site, issue: Issue, *, is_latest: bool) -> IssueLink:
    lang = current_lang()
    period = quarter_period(issue.quarter, site.time_zone)
    name = wording.period(period.first_on, period.last_on, lang)
    address: dict[str, Any] = {"site": site.slug, "year": issue.quarter.year, "quarter": issue.quarter.n}
    return IssueLink(
        quarter=issue.quarter,
        name=name[:1].upper() + name[1:],
        version=issue.version,
        released_at=issue.released_at,
        published_on=wording.day(issue.released_at.astimezone(ZoneInfo(site.time_zone)).date(), lang),
        is_latest=is_latest,
        reason=issue.reason.get(lang, ""),
        url=url_for("open.quarter", **address)
        if is_latest
        else url_for("open.version", version=issue.version, **address),
        csv_url=url_for("open.download", version=issue.version, kind="csv", **address),
        json_url=url_for("open.download", version=issue.version, kind="json", **address),
    )
