"""What every step of a release shares: its lock, its revision, who wrote it, and its line in the audit trail.

Not for: a step itself (summaries, editing, approval, rounds, reader_tests).
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.accounts import audit
from grievance.accounts.audit import AuditAction
from grievance.metrics.inputs import canonical
from grievance.publishing.models import Release, ReleaseState


class NotFrozen(Exception):
    """The figures were released, refused or discarded in the meantime."""


class AlreadyApproved(Exception):
    """It is approved and waits for its time: it must be called back before anything in it changes."""


class ReleaseChanged(Exception):
    """Somebody else changed the release since this person looked at it."""


def load_for_change(session: Session, site_id: int, public_id: str) -> Release | None:
    """Return a release of a site, locked until the unit ends, or None."""
    return session.scalars(
        select(Release)
        .where(Release.site_id == site_id, Release.public_id == public_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def check_revision(release: Release, expected: int) -> None:
    """Raise ReleaseChanged unless the release is as it was when the page was shown."""
    if release.revision != expected:
        raise ReleaseChanged(release.public_id)


def digest(text: str, input_set: str) -> str:
    """Return the SHA-256 over figures and input set, a line break between them, as hex."""
    return hashlib.sha256(f"{text}\n{input_set}".encode()).hexdigest()


def is_open(release: Release) -> bool:
    """Tell whether what a release says can still be changed."""
    return release.state == ReleaseState.FROZEN and release.approved_at is None


def is_scheduled(release: Release) -> bool:
    """Tell whether a release is approved and only waits for its time."""
    return release.state == ReleaseState.FROZEN and release.approved_at is not None


def require_frozen(release: Release) -> None:
    """Raise NotFrozen unless the release is still on its way."""
    if release.state != ReleaseState.FROZEN:
        raise NotFrozen(release.state)


def require_open(release: Release) -> None:
    """Raise NotFrozen or AlreadyApproved unless what a release says can still be changed."""
    require_frozen(release)
    if release.approved_at is not None:
        raise AlreadyApproved(release.public_id)


def touch(release: Release, by: int | None = None) -> None:
    """Count a change. `by` had a part in what the release says, and cannot be its second person any more."""
    if by is not None:
        # A new list: a change inside a JSON value goes unseen.
        release.authors = sorted({*release.authors, by})
    release.revision += 1


def record_line(
    session: Session,
    release: Release,
    action: AuditAction,
    *,
    by: int | None,
    at: datetime,
    more: Mapping[str, str | int] | None = None,
) -> None:
    """Leave a line about a release in the audit trail, with the fingerprints of what it says at this moment."""
    audit.record(
        session,
        actor_id=by,
        action=action,
        subject_kind="release",
        subject=release.public_id,
        site_id=release.site_id,
        codes={
            "quarter": release.quarter,
            "version": release.version,
            "digest": release.digest,
            # What exactly was approved: the figures have their digest, the words these.
            "notes": _fingerprint(release.notes),
            "texts": _fingerprint([release.texts, release.reason]),
            **(more or {}),
        },
        at=at,
    )


def _fingerprint(words: object) -> str:
    return hashlib.sha256(canonical(words).encode()).hexdigest()
