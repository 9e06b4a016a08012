"""Recording the headcounts of a quarter, with a line in the audit trail. A frozen figure keeps what it was out of.

The rows and their rules are in sites.headcount; this is what the pages and the command call.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from grievance.accounts import audit
from grievance.accounts.audit import AuditAction
from grievance.core.db import lock_row
from grievance.metrics.periods import Quarter, previous, quarter_of
from grievance.sites import headcount
from grievance.sites.headcount import Count, Stratum
from grievance.sites.models import Site


class QuarterNotBegun(Exception):
    """Nobody has worked in that quarter yet."""


class HeadcountChanged(Exception):
    """Somebody else changed the table since it was shown."""


def mark_of(rows: Iterable[Count]) -> str:
    """Return a mark of a table as it stands: a form carries it, and a change made meanwhile shows."""
    facts = sorted((row.stratum.key, row.people, row.hours or -1) for row in rows)
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:16]


def has_begun(quarter: Quarter, site: Site, *, at: datetime) -> bool:
    """Tell whether people can have worked in a quarter: it is the present one or gone by."""
    return quarter <= quarter_of(at, site.time_zone)


def save(
    session: Session,
    site: Site,
    quarter: Quarter,
    *,
    recorded: Sequence[Count],
    removed: Sequence[Stratum] = (),
    shown: str | None = None,
    by: int | None,
    at: datetime,
) -> int:
    """Write and remove rows of a quarter, all or none; return how many are different now.

    `shown` is the mark of the table that the person saw; None where nobody saw one (a file). `by` is a staff id, None
    for the command line.

    Raises:
        QuarterNotBegun: the quarter lies ahead.
        HeadcountChanged: the table is no longer the one that was shown.
        HeadcountRefused, StratumUnknown: see sites.headcount.record.
    """
    _open_table(session, site, quarter, at=at)
    if shown is not None and shown != mark_of(headcount.counts(session, site.id, quarter.key)):
        raise HeadcountChanged
    gone = sum(headcount.remove(session, site, quarter.key, stratum) for stratum in removed)
    written = sum(headcount.record(session, site, quarter.key, count, at=at) for count in recorded)
    if gone or written:
        _audit(session, site, quarter, {"recorded": written, "removed": gone}, by=by, at=at)
    return gone + written


def copy_from_before(session: Session, site: Site, quarter: Quarter, *, by: int | None, at: datetime) -> int:
    """Write the rows of the quarter before where this one has none yet; return how many were written.

    Raises:
        QuarterNotBegun: the quarter lies ahead.
    """
    _open_table(session, site, quarter, at=at)
    copied = headcount.copy_quarter(session, site, source=previous(quarter).key, target=quarter.key, at=at)
    if copied:
        _audit(session, site, quarter, {"copied": copied}, by=by, at=at)
    return copied


def _open_table(session: Session, site: Site, quarter: Quarter, *, at: datetime) -> None:
    if not has_begun(quarter, site, at=at):
        raise QuarterNotBegun(quarter.key)
    # Two people who save at once queue here; the second then finds the mark of another table.
    lock_row(session, Site, id=site.id)


def _audit(
    session: Session, site: Site, quarter: Quarter, changed: dict[str, int], *, by: int | None, at: datetime
) -> None:
    audit.record(
        session,
        actor_id=by,
        action=AuditAction.HEADCOUNT_RECORDED,
        subject_kind="headcount",
        subject=f"{site.slug} {quarter.key}",
        site_id=site.id,
        codes={"quarter": quarter.key, **changed},
        at=at,
    )
