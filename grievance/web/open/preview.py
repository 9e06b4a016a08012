"""A release as everybody would see it, before it is out: for its authors, the second person, and member checks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grievance.publishing.bulletin import bulletin_of, issues
from grievance.publishing.models import Release
from grievance.sites.models import Site
from grievance.web.open.frame import open_page, ways_of
from grievance.web.open.issue_pages import issue_links, quarter_values

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def preview_values(session: Session, site: Site, release: Release) -> dict[str, object]:
    """Return the whole context of open/quarter.html for a release; `back_url` is for the caller to change."""
    found = bulletin_of(release, site)
    out = [link for link in issue_links(site, issues(session, site.id)) if link.quarter == found.quarter]
    return {
        "page": open_page(site),
        "ways": ways_of(session, site),
        # The first of them is the page itself, which has no address yet: only those after it are listed.
        "versions": [*out[:1], *out] if out and release.released_at is None else [],
        "is_preview": True,
        "back_url": "",
        **quarter_values(session, site, found),
    }
