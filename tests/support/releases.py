"""Released quarters as rows, made of the invented quarters of `bulletins`: for pages, files and feeds."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from grievance.core.i18n import OFFERED
from grievance.metrics.inputs import canonical
from grievance.metrics.periods import Quarter, quarter_period
from grievance.publishing.drafting import Section, draft
from grievance.publishing.models import Release, ReleaseState
from grievance.publishing.summaries import digest
from grievance.sites.models import Site
from tests.support.bulletins import WAYS_EN, WAYS_ES, Told, bulletin

WAYS = {"es": WAYS_ES, "en": WAYS_EN}


def publish(
    session: Session,
    site: Site,
    told: Told,
    quarter: Quarter,
    *,
    version: int = 1,
    reason: dict[str, str] | None = None,
    closing_before: int | None = None,
    has_texts: bool = True,
    at: datetime | None = None,
) -> Release:
    """Put a released quarter into the database, with the drafts as its texts."""
    found = bulletin(told)
    period = quarter_period(quarter, site.time_zone)
    text = json.loads(found.text)
    known_at = at or datetime(period.last_on.year + (quarter.n == 4), quarter.n % 4 * 3 + 1, 15, 15, tzinfo=UTC)
    text |= {
        "site": site.slug,
        "quarter": quarter.key,
        "first_on": period.first_on.isoformat(),
        "last_on": period.last_on.isoformat(),
        "as_of": period.ends_at.isoformat(),
        "known_at": known_at.isoformat(),
        "before": None if closing_before is None else {"version": 1, "closing": closing_before},
    }
    if version > 1:
        text["tables"] = [{"as_of_version": 1, **row} for row in text["tables"]]
    drafts = {lang: draft(found, WAYS[lang], lang) for lang in OFFERED}
    written = canonical(text)
    release = Release(
        site_id=site.id,
        quarter=quarter.key,
        version=version,
        state=ReleaseState.RELEASED.value,
        as_of=period.ends_at,
        known_at=known_at,
        figures=written,
        input_set="{}",
        digest=digest(written, "{}"),
        notes={},
        texts={one.value: {lang: drafts[lang][one] for lang in OFFERED} for one in Section} if has_texts else {},
        reason=reason or {},
        frozen_at=known_at,
        released_at=known_at,
    )
    session.add(release)
    session.flush()
    return release
