"""The way of a quarter's figures out of the house: frozen, put into context, submitted, approved by somebody else.

Figures are fixed by freezing and never change afterwards; what can still be written is a note in both languages. What
was frozen and not released is kept as discarded, so that nobody can try again unseen until a number pleases.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.accounts import audit
from grievance.accounts.audit import AuditAction
from grievance.cases.record import DailyRoot
from grievance.cases.verify import make_daily_root
from grievance.core.i18n import OFFERED
from grievance.crypto.fields import new_public_id
from grievance.metrics.counting import count
from grievance.metrics.indicators import figures
from grievance.metrics.inputs import Before, InputSet, Scope, canonical, written
from grievance.metrics.periods import Quarter, previous
from grievance.publishing.bulletin import check_allowed, closing_of
from grievance.publishing.cuts import people_of
from grievance.publishing.models import Release, ReleaseState
from grievance.sites.models import Site

NOTE_CHARACTERS = 2_000
"""Longest note of context in one language: it explains, it does not bury."""


class QuarterNotOver(Exception):
    """The quarter has not ended at the site."""


class AlreadyFrozen(Exception):
    """The quarter has frozen figures that were neither released nor discarded."""


class NotFrozen(Exception):
    """The figures were released or discarded in the meantime."""


class OneLanguageMissing(Exception):
    """A note was written in one language only."""


class NoteTooLong(Exception):
    """A note has more than NOTE_CHARACTERS."""


class ReleaseChanged(Exception):
    """Somebody else changed the release since this person looked at it."""


class NotSubmitted(Exception):
    """Nobody has asked for a second person yet."""


class AuthorCannotApprove(Exception):
    """Whoever froze, wrote or submitted a release cannot be the second person."""


def freeze(session: Session, site: Site, quarter: Quarter, *, by: int | None, at: datetime) -> Release:
    """Compute the figures of an ended quarter and fix them. `by` is None on the command line.

    A quarter that was released before gets a further version: a correction.

    Raises:
        QuarterNotOver: it has not ended at the site.
        AlreadyFrozen: frozen figures wait; release or discard them first.
    """
    # Two people who freeze at once queue here; the second then finds the first one's figures.
    session.execute(select(Site.id).where(Site.id == site.id).with_for_update())
    versions = session.execute(
        select(Release.version, Release.state).where(Release.site_id == site.id, Release.quarter == quarter.key)
    ).all()
    if any(state == ReleaseState.FROZEN for _, state in versions):
        raise AlreadyFrozen
    inputs = computed(session, site, quarter, at=at)
    text, input_set = figures(inputs), written(inputs)
    check_allowed(text)
    root = _latest_root(session, at=at)
    release = Release(
        public_id=new_public_id(),
        site_id=site.id,
        quarter=quarter.key,
        version=max((version for version, _ in versions), default=0) + 1,
        state=ReleaseState.FROZEN.value,
        as_of=inputs.scope.as_of,
        known_at=at,
        figures=text,
        input_set=input_set,
        digest=digest(text, input_set),
        chain_root=root.root,
        chain_root_on=root.on,
        notes={},
        frozen_by_id=by,
        frozen_at=at,
        authors=[] if by is None else [by],
        revision=0,
    )
    session.add(release)
    session.flush()
    _record(session, release, AuditAction.FIGURES_FROZEN, by=by, at=at)
    return release


def computed(session: Session, site: Site, quarter: Quarter, *, at: datetime) -> InputSet:
    """Return the input set of an ended quarter as it is known now, without keeping it.

    Raises:
        QuarterNotOver: it has not ended at the site.
    """
    scope = Scope(
        site=site.slug,
        quarter=quarter,
        time_zone=site.time_zone,
        known_at=at,
        before=_before(session, site, quarter, at=at),
    )
    if at < scope.as_of:
        raise QuarterNotOver(quarter.key)
    return InputSet(scope, count(session, site.id, scope), people_of(session, site.id, scope))


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


def write_notes(session: Session, release: Release, notes: Mapping[str, str], *, by: int) -> None:
    """Put the figures into context, in every language offered or in none. A waiting submission falls back to a draft.

    Raises:
        NotFrozen: it is released or discarded.
        OneLanguageMissing: one language has words and another has none.
        NoteTooLong: a note is longer than NOTE_CHARACTERS.
    """
    _require_frozen(release)
    kept = {lang: notes.get(lang, "").strip() for lang in OFFERED}
    if len({bool(words) for words in kept.values()}) > 1:
        raise OneLanguageMissing
    if any(len(words) > NOTE_CHARACTERS for words in kept.values()):
        raise NoteTooLong
    release.notes = {str(lang): words for lang, words in kept.items() if words}
    release.edited_by_id = by
    release.submitted_at = None
    _touch(release, by)
    session.flush()


def submit(session: Session, release: Release, *, by: int, at: datetime) -> None:
    """Ask for a second person.

    Raises:
        NotFrozen: it is released or discarded.
    """
    _require_frozen(release)
    release.submitted_at = at
    _touch(release, by)
    session.flush()
    _record(session, release, AuditAction.RELEASE_SUBMITTED, by=by, at=at)


def approve(session: Session, release: Release, *, by: int, at: datetime) -> None:
    """Release the figures and the notes to everybody. This cannot be taken back.

    Raises:
        NotFrozen: it is released or discarded.
        NotSubmitted: its authors are not done.
        AuthorCannotApprove: `by` froze, wrote or submitted it.
    """
    _require_frozen(release)
    if release.submitted_at is None:
        raise NotSubmitted
    if by in release.authors:
        raise AuthorCannotApprove
    check_allowed(release.figures)
    release.state = ReleaseState.RELEASED.value
    release.approved_by_id = by
    release.approved_at = release.released_at = at
    release.revision += 1
    session.flush()
    _record(session, release, AuditAction.RELEASE_APPROVED, by=by, at=at)


def discard(session: Session, release: Release, *, by: int, at: datetime) -> None:
    """Set frozen figures aside. They are kept, with who froze them and when.

    Raises:
        NotFrozen: it is released or discarded already.
    """
    _require_frozen(release)
    release.state = ReleaseState.DISCARDED.value
    _touch(release, by)
    session.flush()
    _record(session, release, AuditAction.RELEASE_DISCARDED, by=by, at=at)


def record_export(session: Session, release: Release, *, by: int | None, format_: str, at: datetime) -> None:
    """Leave a line in the audit trail: figures left as a file. `by` is None on the command line."""
    _record(session, release, AuditAction.FIGURES_EXPORTED, by=by, at=at, format_=str(format_))


def digest(text: str, input_set: str) -> str:
    """Return the SHA-256 over figures and input set, a line break between them, as hex."""
    return hashlib.sha256(f"{text}\n{input_set}".encode()).hexdigest()


def _require_frozen(release: Release) -> None:
    if release.state != ReleaseState.FROZEN:
        raise NotFrozen(release.state)


def _touch(release: Release, by: int) -> None:
    # A new list: a change inside a JSON value goes unseen.
    release.authors = sorted({*release.authors, by})
    release.revision += 1


def _before(session: Session, site: Site, quarter: Quarter, *, at: datetime) -> Before | None:
    """Return what was released of the quarter before, by now: the latest version. Released rows never change."""
    found = session.scalars(
        select(Release)
        .where(
            Release.site_id == site.id,
            Release.quarter == previous(quarter).key,
            Release.state == ReleaseState.RELEASED.value,
            Release.released_at <= at,
        )
        .order_by(Release.version.desc())
        .limit(1)
    ).one_or_none()
    return Before(found.version, found.known_at, closing_of(found.figures)) if found else None


def _latest_root(session: Session, *, at: datetime) -> DailyRoot:
    """Return the last daily root; where the worker has not made any yet, that of yesterday is made here."""
    last = session.scalars(select(DailyRoot).order_by(DailyRoot.on.desc()).limit(1)).one_or_none()
    return last or make_daily_root(session, on=(at - timedelta(days=1)).date(), at=at)


def _record(
    session: Session, release: Release, action: AuditAction, *, by: int | None, at: datetime, format_: str = ""
) -> None:
    codes: dict[str, str | int] = {
        "quarter": release.quarter,
        "version": release.version,
        "digest": release.digest,
        # What exactly was approved: the figures have their digest, the notes this one.
        "notes": hashlib.sha256(canonical(release.notes).encode()).hexdigest(),
    }
    if format_:
        codes["format"] = format_
    audit.record(
        session,
        actor_id=by,
        action=action,
        subject_kind="release",
        subject=release.public_id,
        site_id=release.site_id,
        codes=codes,
        at=at,
    )
