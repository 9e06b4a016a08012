"""Published quarters as lists name them, and the values of a quarter's page: shared with its preview."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from flask import url_for

from grievance.metrics.periods import Quarter, quarter_period
from grievance.publishing import wording
from grievance.publishing.bulletin import Bulletin, Issue, Volume, volumes
from grievance.sites.models import Site
from grievance.web.lang import current_lang
from grievance.web.open.pages import quarter_page

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class IssueLink:
    """A published version with its addresses. `is_latest` of its quarter."""

    quarter: Quarter
    name: str
    version: int
    published_on: str
    is_latest: bool
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
    earlier = volumes(session, site.id, until=found.quarter)
    if found.released_at is None:
        # A preview shows itself in the place that it would take.
        own = found.figures["M2"]
        others = [row for row in earlier if row.quarter != found.quarter]
        earlier = [*others, Volume(found.quarter, own.denominator, own.numerator or 0)][-4:]
    addresses: dict[str, Any] = {
        "site": site.slug,
        "year": found.quarter.year,
        "quarter": found.quarter.n,
        "version": found.version,
    }
    return {
        "shown": quarter_page(found, earlier, current_lang()),
        "csv_url": url_for("open.download", kind="csv", **addresses),
        "json_url": url_for("open.download", kind="json", **addresses),
        "site_url": url_for("open.site", site=site.slug),
        "quarter_url": url_for("open.quarter", site=site.slug, year=found.quarter.year, quarter=found.quarter.n),
    }


def _link(site: Site, issue: Issue, *, is_latest: bool) -> IssueLink:
    lang = current_lang()
    period = quarter_period(issue.quarter, site.time_zone)
    name = wording.period(period.first_on, period.last_on, lang)
    address: dict[str, Any] = {"site": site.slug, "year": issue.quarter.year, "quarter": issue.quarter.n}
    return IssueLink(
        quarter=issue.quarter,
        name=name[:1].upper() + name[1:],
        version=issue.version,
        published_on=wording.day(issue.released_at.astimezone(ZoneInfo(site.time_zone)).date(), lang),
        is_latest=is_latest,
        url=url_for("open.quarter", **address),
        csv_url=url_for("open.download", version=issue.version, kind="csv", **address),
        json_url=url_for("open.download", version=issue.version, kind="json", **address),
    )
