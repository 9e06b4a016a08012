"""The last steps of a release: asked for, looked at by a second person, sent back or refused, let go at its time.

Nothing here changes a figure or a word. Whatever is not fit to go out is stopped at every one of these steps, also at
the last one: between approval and release another quarter may have come out that tells too much together with this one.
"""

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from grievance.accounts.audit import AuditAction
from grievance.core.db import rows_changed
from grievance.publishing.bulletin import check_allowed
from grievance.publishing.models import Release, ReleaseState
from grievance.publishing.release_checks import NotReady, Problem, problems
from grievance.publishing.releases import record_line, require_frozen, require_open, touch
from grievance.publishing.rounds import close_rounds_that_are_over

LATEST_AHEAD = timedelta(days=31)
"""A release that waits longer would publish figures that nobody has looked at for a month."""

REASON_CHARACTERS = 1_000
"""Longest reason of a second person, so that it is read."""


class NotSubmitted(Exception):
    """Nobody has asked for a second person yet."""


class AuthorCannotApprove(Exception):
    """Whoever froze, wrote or submitted a release cannot be the second person."""


class ReleaseTimeRefused(Exception):
    """The time of release has gone by, or is more than LATEST_AHEAD away."""


class ReasonNeeded(Exception):
    """A refusal says why, in at most REASON_CHARACTERS."""


class NotScheduled(Exception):
    """It does not wait for its time: it went out, or was called back, in the meantime."""


def submit(session: Session, release: Release, *, by: int, at: datetime, release_at: datetime | None = None) -> None:
    """Ask for a second person. `release_at` is when it goes out once it is approved; None is at once.

    Raises:
        NotFrozen, AlreadyApproved: it is not open any more.
        ReleaseTimeRefused: see there.
        NotReady: something in it would be stopped anyway. Nothing was changed; see `record_stopped`.
    """
    require_open(release)
    if release_at is not None and not at < release_at <= at + LATEST_AHEAD:
        raise ReleaseTimeRefused(release_at)
    close_rounds_that_are_over(session, release, at=at)
    _check_ready(session, release)
    release.submitted_at = at
    release.release_at = release_at
    touch(release, by)
    session.flush()
    record_line(session, release, AuditAction.RELEASE_SUBMITTED, by=by, at=at)


def approve(session: Session, release: Release, *, by: int, at: datetime) -> None:
    """Let the figures and their words go out: at once, or at the time that the author set. Out, it stays out.

    Raises:
        NotFrozen, AlreadyApproved: it is not open any more.
        NotSubmitted: its authors are not done.
        AuthorCannotApprove: `by` froze, wrote or submitted it.
        NotReady: something in it must not go out. Nothing was changed; see `record_stopped`.
    """
    _require_second_person(release, by)
    _check_ready(session, release)
    check_allowed(release.figures)
    release.approved_by_id = by
    release.approved_at = at
    if release.release_at is None or release.release_at <= at:
        release.state = ReleaseState.RELEASED.value
        release.released_at = at
    touch(release)
    session.flush()
    record_line(session, release, AuditAction.RELEASE_APPROVED, by=by, at=at)


def refuse(session: Session, release: Release, *, reason: str, by: int, at: datetime) -> None:
    """Say no for good. Figures, words and the reason are kept; a next try is a new version.

    Raises:
        NotFrozen, AlreadyApproved, NotSubmitted, AuthorCannotApprove: as for `approve`.
        ReasonNeeded: see there.
    """
    _require_second_person(release, by)
    _give_reason(release, reason, by=by, at=at)
    release.state = ReleaseState.REFUSED.value
    touch(release)
    session.flush()
    record_line(session, release, AuditAction.RELEASE_REFUSED, by=by, at=at)


def send_back(session: Session, release: Release, *, reason: str, by: int, at: datetime) -> None:
    """Give it back to its authors with what should change. The second person may still approve it afterwards.

    Raises:
        NotFrozen, AlreadyApproved, NotSubmitted, AuthorCannotApprove: as for `approve`.
        ReasonNeeded: see there.
    """
    _require_second_person(release, by)
    _give_reason(release, reason, by=by, at=at)
    release.submitted_at = None
    touch(release)
    session.flush()
    record_line(session, release, AuditAction.RELEASE_SENT_BACK, by=by, at=at)


def call_back(session: Session, release: Release, *, by: int, at: datetime) -> None:
    """Stop an approved release before its time. It is its authors' again, and is approved anew.

    Raises:
        NotScheduled: it is out already, or was called back.
    """
    if release.state != ReleaseState.FROZEN or release.approved_at is None:
        raise NotScheduled(release.public_id)
    _take_back(release)
    touch(release)
    session.flush()
    record_line(session, release, AuditAction.RELEASE_CALLED_BACK, by=by, at=at)


def discard(session: Session, release: Release, *, by: int, at: datetime) -> None:
    """Set frozen figures aside. They are kept, with who froze them and when.

    Raises:
        NotFrozen, AlreadyApproved: it is not open any more.
    """
    require_open(release)
    release.state = ReleaseState.DISCARDED.value
    touch(release, by)
    session.flush()
    record_line(session, release, AuditAction.RELEASE_DISCARDED, by=by, at=at)


def release_due(session: Session, *, at: datetime, limit: int = 20) -> int:
    """Let go what is approved and whose time has come; return how many went out.

    Any number of workers may call this at once and as late as they like: the row count of one UPDATE says whose a
    release is. What would be stopped now falls back to its authors instead, with a line that says so.
    """
    due = session.scalars(
        select(Release)
        .where(Release.state == ReleaseState.FROZEN.value, Release.approved_at.is_not(None), Release.release_at <= at)
        .order_by(Release.release_at, Release.id)
        .limit(limit)
    ).all()
    gone = [(release, found) for release in due if (found := _let_go(session, release, at=at)) is not None]
    # The trail last, after every row: whoever calls one of these back at this moment holds its row and wants the trail.
    for release, found in gone:
        if found:
            record_stopped(session, release, found, by=None, at=at)
        else:
            record_line(session, release, AuditAction.RELEASE_PUBLISHED, by=None, at=at)
    return sum(not found for _, found in gone)


def record_stopped(session: Session, release: Release, found: list[Problem], *, by: int | None, at: datetime) -> None:
    """Leave a line that a release was stopped, and why: kinds of problems and how many, never their words."""
    counted: dict[str, int] = {}
    for problem in found:
        counted[problem.kind.value] = counted.get(problem.kind.value, 0) + 1
    record_line(session, release, AuditAction.RELEASE_STOPPED, by=by, at=at, more=counted)


def _let_go(session: Session, release: Release, *, at: datetime) -> list[Problem] | None:
    """Release it, or give it back to its authors with what stopped it; None when somebody else was quicker."""
    found = problems(session, release)
    if found:
        values: dict[str, object] = {"approved_at": None, "approved_by_id": None, "submitted_at": None}
    else:
        values = {"state": ReleaseState.RELEASED.value, "released_at": at}
    return found if _changed(session, release, values) else None


def _changed(session: Session, release: Release, values: dict[str, object]) -> bool:
    """Change a release that still waits for its time; false when another worker or a call back was quicker."""
    result = session.execute(
        update(Release)
        .where(
            Release.id == release.id,
            Release.state == ReleaseState.FROZEN.value,
            Release.revision == release.revision,
            Release.approved_at.is_not(None),
        )
        .values(**values, revision=Release.revision + 1)
        .execution_options(synchronize_session=False)
    )
    session.refresh(release)
    return rows_changed(result) == 1


def _require_second_person(release: Release, by: int) -> None:
    require_open(release)
    if release.submitted_at is None:
        raise NotSubmitted
    if by in release.authors:
        raise AuthorCannotApprove


def _check_ready(session: Session, release: Release) -> None:
    require_frozen(release)
    found = problems(session, release)
    if found:
        raise NotReady(found)


def _give_reason(release: Release, reason: str, *, by: int, at: datetime) -> None:
    kept = reason.strip()
    if not kept or len(kept) > REASON_CHARACTERS:
        raise ReasonNeeded
    release.refused_reason = kept
    release.refused_by_id = by
    release.refused_at = at


def _take_back(release: Release) -> None:
    release.approved_at = release.approved_by_id = release.submitted_at = None
