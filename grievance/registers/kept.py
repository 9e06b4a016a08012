"""Matchings that an operator keeps: found again by name, or by the very headers of a file. Not for: what they mean."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.accounts import audit
from grievance.accounts.audit import AuditAction
from grievance.core.db import lock_row
from grievance.crypto.fields import new_public_id, seal, unseal
from grievance.registers.matching import Matching, read, written
from grievance.registers.record import RegisterMatching
from grievance.sites.models import Operator, Site

MOST_KEPT = 50
"""Of one operator. Whoever has more kinds of lists than that should bring them in order first."""

NAME_CHARACTERS = 60


class MatchingNotFound(LookupError):
    """The operator keeps no such matching, or the viewer has no site of that operator."""


class TooManyMatchings(Exception):
    """The operator keeps as many as may be kept."""


class MatchingNameTaken(Exception):
    """Another matching of the operator, for other headers, has this name."""


def kept(session: Session, operator_ids: Iterable[int]) -> Sequence[tuple[RegisterMatching, Matching]]:
    """Return the matchings of operators, by name."""
    rows = session.scalars(
        select(RegisterMatching)
        .where(RegisterMatching.operator_id.in_(list(operator_ids)))
        .order_by(RegisterMatching.id)
    )
    return sorted(((row, _read(session, row)) for row in rows), key=lambda pair: pair[1].name.casefold())


def operators_of(session: Session, site_ids: Iterable[int]) -> Sequence[int]:
    """Return whose the sites are."""
    return session.scalars(select(Site.operator_id).where(Site.id.in_(list(site_ids))).distinct()).all()


def fitting(session: Session, operator_id: int, headers: Sequence[str]) -> Matching | None:
    """Return the matching last kept for these very headers, or None."""
    found = [pair for pair in kept(session, [operator_id]) if pair[1].fits(headers)]
    return max(found, key=lambda pair: pair[0].changed_at)[1] if found else None


def named(session: Session, operator_id: int, name: str) -> Matching:
    """Return a matching by its name.

    Raises:
        MatchingNotFound: there is none.
    """
    for _, matching in kept(session, [operator_id]):
        if _same(matching.name, name):
            return matching
    raise MatchingNotFound


def one_of(session: Session, operator_ids: Iterable[int], public_id: str) -> tuple[RegisterMatching, Matching]:
    """Return a matching of one of these operators.

    Raises:
        MatchingNotFound: there is none.
    """
    row = session.scalars(
        select(RegisterMatching).where(
            RegisterMatching.public_id == public_id, RegisterMatching.operator_id.in_(list(operator_ids))
        )
    ).one_or_none()
    if row is None:
        raise MatchingNotFound
    return row, _read(session, row)


def keep(session: Session, operator_id: int, matching: Matching, *, by: int | None, at: datetime) -> None:
    """Keep a matching under its name; the one for the same headers or of the same name and headers is replaced.

    Raises:
        MatchingNameTaken: the name belongs to a matching for other headers.
        TooManyMatchings: there are MOST_KEPT already.
    """
    lock_row(session, Operator, id=operator_id)
    pairs = kept(session, [operator_id])
    row = next((row for row, other in pairs if other.fits(matching.headers)), None)
    _require_free(pairs, matching.name, row)
    if row is None:
        if len(pairs) >= MOST_KEPT:
            raise TooManyMatchings
        row = RegisterMatching(public_id=new_public_id(), operator_id=operator_id)
        session.add(row)
    _write(session, row, matching, by=by, at=at)


def change(session: Session, row: RegisterMatching, matching: Matching, *, by: int, at: datetime) -> None:
    """Give a kept matching other meanings or another name.

    Raises:
        MatchingNameTaken: another matching has the name.
    """
    lock_row(session, Operator, id=row.operator_id)
    _require_free(kept(session, [row.operator_id]), matching.name, row)
    _write(session, row, matching, by=by, at=at)


def forget(session: Session, row: RegisterMatching, *, by: int, at: datetime) -> None:
    """Forget a matching; what was imported with it stays as it is."""
    _record(session, row, "forgotten", by=by, at=at)
    session.delete(row)
    session.flush()


def _require_free(pairs: Sequence[tuple[RegisterMatching, Matching]], name: str, own: RegisterMatching | None) -> None:
    if any(row is not own and _same(other.name, name) for row, other in pairs):
        raise MatchingNameTaken


def _write(session: Session, row: RegisterMatching, matching: Matching, *, by: int | None, at: datetime) -> None:
    row.changed_by_id, row.changed_at = by, at
    seal(session, row, "name", matching.name)
    seal(session, row, "rules", written(matching))
    session.flush()
    _record(session, row, "kept", by=by, at=at)


def _record(session: Session, row: RegisterMatching, step: str, *, by: int | None, at: datetime) -> None:
    audit.record(
        session,
        actor_id=by,
        action=AuditAction.REGISTER_MATCHED,
        subject_kind="register_matching",
        subject=row.public_id,
        codes={"step": step},
        at=at,
    )


def _read(session: Session, row: RegisterMatching) -> Matching:
    return replace(read(unseal(session, row, "rules") or ""), name=unseal(session, row, "name") or "")


def _same(name: str, other: str) -> bool:
    return name.strip().casefold() == other.strip().casefold()
