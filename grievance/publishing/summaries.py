"""The way of a quarter's figures out of the house: frozen, drafted, written, submitted, approved by somebody else.

Figures are fixed by freezing and never change afterwards; what can still be written is what stands around them, in
every language. What was frozen and not released is kept as discarded or refused, so that nobody can try again unseen
until a number pleases. A freeze after a release is a correction: it says what it corrects, and the first one stays.

This module freezes, and names the steps that follow; they live in `editing`, `reader_tests`, `rounds` and `approval`.
"""

import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, load_only

from grievance.accounts.audit import AuditAction
from grievance.cases.record import DailyRoot
from grievance.cases.verify import make_daily_root
from grievance.crypto.fields import new_public_id
from grievance.metrics.counting import count
from grievance.metrics.indicators import figures
from grievance.metrics.inputs import Before, InputSet, Scope, written
from grievance.metrics.periods import Quarter, previous
from grievance.publishing.approval import (
    AuthorCannotApprove,
    NotScheduled,
    NotSubmitted,
    ReasonNeeded,
    ReleaseTimeRefused,
    approve,
    call_back,
    discard,
    record_stopped,
    refuse,
    release_due,
    send_back,
    submit,
)
from grievance.publishing.bulletin import check_allowed, closing_of
from grievance.publishing.cuts import people_of
from grievance.publishing.editing import (
    NOTE_CHARACTERS,
    OneLanguageMissing,
    TextTooLong,
    checked_reason,
    write_notes,
)
from grievance.publishing.first_drafts import draft_words
from grievance.publishing.models import Release, ReleaseState
from grievance.publishing.release_checks import NotReady
from grievance.publishing.releases import (
    AlreadyApproved,
    NotFrozen,
    ReleaseChanged,
    check_revision,
    digest,
    load_for_change,
    record_line,
)
from grievance.sites.models import Site

__all__ = [
    "NOTE_CHARACTERS",
    "AlreadyApproved",
    "AlreadyFrozen",
    "AuthorCannotApprove",
    "NotFrozen",
    "NotReady",
    "NotScheduled",
    "NotSubmitted",
    "OneLanguageMissing",
    "QuarterNotOver",
    "ReasonMissing",
    "ReasonNeeded",
    "ReleaseChanged",
    "ReleaseTimeRefused",
    "TextTooLong",
    "approve",
    "call_back",
    "check_revision",
    "computed",
    "digest",
    "discard",
    "freeze",
    "load_for_change",
    "record_export",
    "record_stopped",
    "refuse",
    "release_due",
    "send_back",
    "submit",
    "write_notes",
]


SALT_BYTES = 32
"""As many as the digest over figures and input set has."""


class QuarterNotOver(Exception):
    """The quarter has not ended at the site."""


class AlreadyFrozen(Exception):
    """The quarter has frozen figures that were neither released nor discarded."""


class ReasonMissing(Exception):
    """A correction says in every language what it corrects, and why."""


def freeze(
    session: Session,
    site: Site,
    quarter: Quarter,
    *,
    by: int | None,
    at: datetime,
    reason: Mapping[str, str] | None = None,
) -> Release:
    """Compute the figures of an ended quarter, fix them, and draft its words. `by` is None on the command line.

    A quarter that was released before gets a further version: a correction, with its `reason` by language.

    Raises:
        QuarterNotOver: it has not ended at the site.
        AlreadyFrozen: frozen figures wait; release or discard them first.
        ReasonMissing: it was released before, and a language has no reason.
        TextTooLong: a reason is too long.
    """
    version, kept_reason = _numbered(session, site, quarter, reason or {})
    inputs = replace(computed(session, site, quarter, at=at), salt=secrets.token_hex(SALT_BYTES))
    root = _latest_root(session, at=at)
    release = Release(
        public_id=new_public_id(),
        site_id=site.id,
        quarter=quarter.key,
        version=version,
        state=ReleaseState.FROZEN.value,
        known_at=at,
        **_fixed(inputs),
        chain_root=root.root,
        chain_root_on=root.on,
        notes={},
        reason=kept_reason,
        frozen_by_id=by,
        frozen_at=at,
        authors=[] if by is None else [by],
        revision=0,
    )
    session.add(release)
    draft_words(session, site, release)
    session.flush()
    record_line(session, release, AuditAction.FIGURES_FROZEN, by=by, at=at)
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


def record_export(session: Session, release: Release, *, by: int | None, format_: str, at: datetime) -> None:
    """Leave a line in the audit trail: figures left as a file. `by` is None on the command line."""
    record_line(session, release, AuditAction.FIGURES_EXPORTED, by=by, at=at, more={"format": str(format_)})


def _numbered(session: Session, site: Site, quarter: Quarter, reason: Mapping[str, str]) -> tuple[int, dict[str, str]]:
    """Return the number of the version to be frozen, and its reason by language: empty where it corrects nothing."""
    # Two people who freeze at once queue here; the second then finds the first one's figures.
    session.execute(select(Site.id).where(Site.id == site.id).with_for_update())
    versions = session.execute(
        select(Release.version, Release.state).where(Release.site_id == site.id, Release.quarter == quarter.key)
    ).all()
    if any(state == ReleaseState.FROZEN for _, state in versions):
        raise AlreadyFrozen
    is_correction = any(state == ReleaseState.RELEASED for _, state in versions)
    kept_reason = checked_reason(reason) if is_correction else {}
    if is_correction and not kept_reason:
        raise ReasonMissing(quarter.key)
    return max((version for version, _ in versions), default=0) + 1, kept_reason


def _fixed(inputs: InputSet) -> dict[str, Any]:
    """Return what a freeze fixes for good: figures that may leave, what they are computed from, and the digest."""
    text, input_set = figures(inputs), written(inputs)
    check_allowed(text)
    return {
        "as_of": inputs.scope.as_of,
        "figures": text,
        "input_set": input_set,
        "digest": digest(text, input_set),
    }


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
    # Without the heads of all chains: of a large register they are megabytes.
    found = select(DailyRoot).options(load_only(DailyRoot.on, DailyRoot.root)).order_by(DailyRoot.on.desc()).limit(1)
    last = session.scalars(found).one_or_none()
    return last or make_daily_root(session, on=(at - timedelta(days=1)).date(), at=at)
