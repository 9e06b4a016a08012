"""What publishers see of releases: one line per quarter, and one release with the people behind it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.accounts.queries import names
from grievance.metrics.periods import Quarter, parse_quarter, previous, quarter_of
from grievance.publishing.models import Release, ReleaseState
from grievance.sites.models import Site

QUARTERS_SHOWN = 8
"""Two years: earlier quarters are on the public page."""


@dataclass(frozen=True, slots=True)
class ReleaseLine:
    """A release as a page names it; people by name, None where the command line did it."""

    public_id: str
    version: int
    state: str
    revision: int
    frozen_at: datetime
    frozen_by: str | None
    edited_by: str | None
    submitted_at: datetime | None
    approved_by: str | None
    released_at: datetime | None
    authors: frozenset[int]
    approved_at: datetime | None = None
    release_at: datetime | None = None
    refused_by: str | None = None
    refused_at: datetime | None = None
    refused_reason: str = ""

    @property
    def is_scheduled(self) -> bool:
        """Return whether it is approved and only waits for its time."""
        return self.state == ReleaseState.FROZEN and self.approved_at is not None


@dataclass(frozen=True, slots=True)
class QuarterLine:
    """An ended quarter with its versions, latest first; none yet when nothing was frozen."""

    quarter: Quarter
    releases: tuple[ReleaseLine, ...]


def ended_quarters(session: Session, site: Site, *, now: datetime) -> list[QuarterLine]:
    """Return the last ended quarters of a site, latest first."""
    quarter = previous(quarter_of(now, site.time_zone))
    found = []
    for _ in range(QUARTERS_SHOWN):
        found.append(quarter)
        quarter = previous(quarter)
    releases = releases_of(session, site.id, found)
    return [QuarterLine(one, tuple(releases.get(one.key, ()))) for one in found]


def releases_of(session: Session, site_id: int, quarters: Sequence[Quarter]) -> dict[str, list[ReleaseLine]]:
    """Return the releases of some quarters by the quarter's key, latest version first."""
    rows = session.scalars(
        select(Release)
        .where(Release.site_id == site_id, Release.quarter.in_([quarter.key for quarter in quarters]))
        .order_by(Release.quarter, Release.version.desc())
    ).all()
    people = names(
        session,
        {
            who
            for row in rows
            for who in (row.frozen_by_id, row.edited_by_id, row.approved_by_id, row.refused_by_id)
            if who
        },
    )
    found: dict[str, list[ReleaseLine]] = {}
    for row in rows:
        found.setdefault(row.quarter, []).append(_line(row, people))
    return found


def current_release(session: Session, site_id: int, quarter: Quarter) -> Release | None:
    """Return the release that is worked on, else the latest released one; None when there is neither."""
    return _first(session, site_id, quarter, ReleaseState.FROZEN)


def release_for_export(session: Session, site_id: int, quarter: Quarter) -> Release | None:
    """Return what an export holds: the latest released version, else the frozen one; None when there is neither."""
    return _first(session, site_id, quarter, ReleaseState.RELEASED)


def release_line(session: Session, release: Release) -> ReleaseLine:
    """Return one release as a page names it."""
    lines = releases_of(session, release.site_id, [parse_quarter(release.quarter)])[release.quarter]
    return next(line for line in lines if line.public_id == release.public_id)


def release_by_public_id(session: Session, site_id: int, public_id: str) -> Release | None:
    """Return a release of a site, whatever became of it; None when there is none."""
    return session.scalars(
        select(Release).where(Release.site_id == site_id, Release.public_id == public_id)
    ).one_or_none()


def _first(session: Session, site_id: int, quarter: Quarter, preferred: ReleaseState) -> Release | None:
    rows = session.scalars(
        select(Release)
        .where(
            Release.site_id == site_id,
            Release.quarter == quarter.key,
            Release.state.in_((ReleaseState.FROZEN.value, ReleaseState.RELEASED.value)),
        )
        .order_by(Release.version.desc())
    ).all()
    return next((row for row in rows if row.state == preferred), rows[0] if rows else None)


def _line(row: Release, people: dict[int, str]) -> ReleaseLine:
    return ReleaseLine(
        public_id=row.public_id,
        version=row.version,
        state=row.state,
        revision=row.revision,
        frozen_at=row.frozen_at,
        frozen_by=people.get(row.frozen_by_id or 0),
        edited_by=people.get(row.edited_by_id or 0),
        submitted_at=row.submitted_at,
        approved_by=people.get(row.approved_by_id or 0),
        released_at=row.released_at,
        authors=frozenset(row.authors),
        approved_at=row.approved_at,
        release_at=row.release_at,
        refused_by=people.get(row.refused_by_id or 0),
        refused_at=row.refused_at,
        refused_reason=row.refused_reason,
    )
