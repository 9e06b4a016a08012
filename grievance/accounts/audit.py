"""The audit trail: append-only, each line carrying the keyed digest of the one before, so that a change or a cut shows.

Codes and ids only. Words, names and numbers never enter it.
"""

import hmac
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, or_, select
from sqlalchemy.orm import Session, aliased

from grievance.accounts.audit_actions import KINDS, OF_A_KIND, AuditAction, AuditKind
from grievance.accounts.models import AuditEntry, Staff
from grievance.accounts.permissions import Action, Viewer
from grievance.core.db import Unreadable, read_apart
from grievance.crypto.fields import keys_of
from grievance.crypto.keyring import KeyRing

__all__ = [
    "GENESIS",
    "KINDS",
    "AuditAction",
    "AuditFault",
    "AuditFilter",
    "AuditKind",
    "AuditPage",
    "AuditRow",
    "has_read_since",
    "head",
    "lines",
    "page",
    "record",
    "subject_of_line",
    "verify",
    "verify_after",
    "verify_newest",
]

GENESIS = bytes(32)
"""What the first line carries in place of a digest before it."""

_ADVISORY_LOCK = 0x67726965
"""Any number, the same in every process: PostgreSQL's lock that makes writers of the trail queue."""

_BATCH_ROWS = 1000
_PART_ROWS = 400
"""Lines of a file read at a time; each asks for the line before it, and a statement takes so many values."""


@dataclass(frozen=True, slots=True)
class AuditFault:
    """A place at which the trail does not hold: `kind` is missing (a gap in the count) or changed."""

    seq: int
    kind: str


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which lines to show; empty values show all. `since` is inclusive, `until` exclusive."""

    action: str = ""
    kind: AuditKind | None = None
    actor: str = ""
    """Public id of a staff member."""
    site_id: int | None = None
    subject: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One line as it is shown. `holds` is False when it, or the line before it, was changed or is missing."""

    seq: int
    at: datetime
    actor_name: str | None
    site_id: int | None
    action: str
    subject_kind: str
    subject: str
    codes: Mapping[str, Any]
    holds: bool


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Lines, latest first, and the positions at which the pages beside this one begin (None: there is none)."""

    rows: tuple[AuditRow, ...]
    older_than: int | None
    newer_than: int | None


def record(
    session: Session,
    *,
    actor_id: int | None,
    action: str,
    subject_kind: str,
    subject: str,
    site_id: int | None = None,
    codes: Mapping[str, Any] | None = None,
    at: datetime,
) -> AuditEntry:
    """Add a line. Writers queue until their unit ends, so make this the last thing that a unit locks."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_ADVISORY_LOCK)))
    last = session.execute(
        select(AuditEntry.seq, AuditEntry.digest).order_by(AuditEntry.seq.desc()).limit(1)
    ).one_or_none()
    seq, before = (last.seq + 1, last.digest) if last else (1, GENESIS)
    entry = AuditEntry(
        seq=seq,
        at=at,
        actor_id=actor_id,
        site_id=site_id,
        action=str(action),
        subject_kind=subject_kind,
        subject=subject,
        codes=dict(codes or {}),
    )
    entry.digest = _digest(keys_of(session), before, entry)
    session.add(entry)
    session.flush()
    return entry


def verify(session: Session) -> Iterator[AuditFault]:
    """Walk the whole trail from its beginning and yield every place at which it does not hold.

    A tail that was cut off leaves no gap: `head` is kept elsewhere (the daily root) for that.
    """
    last: int | None = 0
    while last is not None:
        faults, last = verify_after(session, last)
        yield from faults


def verify_after(session: Session, after: int, *, limit: int = _BATCH_ROWS) -> tuple[list[AuditFault], int | None]:
    """Compare the lines that follow a number, which itself was compared before, each with the one before it.

    Returns the faults and the number of the last line looked at, None when there was no line left. A line that cannot
    be read was changed, and the next ones are compared all the same.
    """
    try:
        return read_apart(session, partial(_compare_after, session, after, limit))
    except Unreadable:
        return _compare_apart(session, after, limit)


def _compare_after(session: Session, after: int, limit: int) -> tuple[list[AuditFault], int | None]:
    keys = keys_of(session)
    rows = session.scalars(select(AuditEntry).where(AuditEntry.seq > after).order_by(AuditEntry.seq).limit(limit)).all()
    before = GENESIS if after == 0 else session.scalar(select(AuditEntry.digest).where(AuditEntry.seq == after))
    faults, expected = [], after + 1
    for entry in rows:
        if entry.seq != expected or before is None:
            faults.append(AuditFault(expected if entry.seq != expected else after, "missing"))
        elif not hmac.compare_digest(entry.digest, _digest(keys, before, entry)):
            faults.append(AuditFault(entry.seq, "changed"))
        expected, before = entry.seq + 1, entry.digest
    session.expunge_all()
    return faults, rows[-1].seq if rows else None


def _compare_apart(session: Session, after: int, limit: int) -> tuple[list[AuditFault], int | None]:
    """Do what `_compare_after` does line by line: slow, and for the part of the trail in which one cannot be read."""
    faults, last = list[AuditFault](), None
    for seq in session.scalars(
        select(AuditEntry.seq).where(AuditEntry.seq > after).order_by(AuditEntry.seq).limit(limit)
    ).all():
        try:
            faults += read_apart(session, partial(_compare_after, session, after, 1))[0]
        except Unreadable:
            faults.append(AuditFault(seq, "changed"))
        after = last = seq
    return faults, last


def verify_newest(session: Session, *, limit: int) -> list[AuditFault]:
    """Compare the newest lines, each with the one before it; nothing when all of them hold."""
    last, _ = head(session)
    return verify_after(session, max(last - limit, 0), limit=limit)[0]


def head(session: Session) -> tuple[int, bytes]:
    """Return the number and the digest of the last line; (0, GENESIS) when there is none."""
    last = session.execute(
        select(AuditEntry.seq, AuditEntry.digest).order_by(AuditEntry.seq.desc()).limit(1)
    ).one_or_none()
    return (last.seq, last.digest) if last else (0, GENESIS)


def page(
    session: Session,
    viewer: Viewer,
    chosen: AuditFilter,
    *,
    older_than: int | None = None,
    newer_than: int | None = None,
    limit: int = 50,
) -> AuditPage:
    """Return a page of the trail that the viewer may see: lines of the sites audited, and those of no site.

    Lines of no site concern accounts and sign-ins; every auditor sees them, since duties cross sites.
    """
    query = select(AuditEntry, Staff.name).outerjoin(Staff, Staff.id == AuditEntry.actor_id)
    query = query.where(_visible(viewer), *_conditions(chosen))
    if newer_than is not None:
        found = _readable(session, query.where(AuditEntry.seq > newer_than).order_by(AuditEntry.seq).limit(limit + 1))
        shown, has_newer, has_older = found[:limit][::-1], len(found) > limit, True
    else:
        if older_than is not None:
            query = query.where(AuditEntry.seq < older_than)
        found = _readable(session, query.order_by(AuditEntry.seq.desc()).limit(limit + 1))
        shown, has_newer, has_older = found[:limit], older_than is not None, len(found) > limit
    entries = [entry for entry, _ in shown]
    whole = _holding(session, entries)
    rows = tuple(_row(entry, name, holds=entry.seq in whole) for entry, name in shown)
    return AuditPage(
        rows,
        older_than=rows[-1].seq if rows and has_older else None,
        newer_than=rows[0].seq if rows and has_newer else None,
    )


def lines(session: Session, viewer: Viewer, chosen: AuditFilter, *, limit: int) -> list[AuditRow]:
    """Return the lines that fit, latest first, for a file; at most `limit`."""
    found: list[AuditRow] = []
    older_than: int | None = None
    while len(found) < limit:
        part = page(session, viewer, chosen, older_than=older_than, limit=min(_PART_ROWS, limit - len(found)))
        found += part.rows
        older_than = part.older_than
        session.expunge_all()
        if older_than is None:
            break
    return found


def subject_of_line(session: Session, viewer: Viewer, seq: int) -> str | None:
    """Return what a line that the viewer may see is about, to look for others about the same; None: no such line."""
    return session.scalar(select(AuditEntry.subject).where(AuditEntry.seq == seq, _visible(viewer)))


def has_read_since(session: Session, staff_id: int, since: datetime) -> bool:
    """Return whether somebody's reading of the trail was written down lately: turning pages is the same reading."""
    found = select(AuditEntry.id).where(
        AuditEntry.actor_id == staff_id, AuditEntry.action == AuditAction.AUDIT_VIEWED, AuditEntry.at > since
    )
    return session.scalar(found.limit(1)) is not None


def _readable(session: Session, query: Select[AuditEntry, str | None]) -> Sequence[Row[AuditEntry, str | None]]:
    """Return the lines of a query; without those that cannot be read, of which the check says that they are changed."""
    try:
        return read_apart(session, partial(_all, session, query))
    except Unreadable:
        found = list[Row[AuditEntry, str | None]]()
        for seq in session.scalars(query.with_only_columns(AuditEntry.seq)).all():
            with suppress(Unreadable):
                found += read_apart(session, partial(_all, session, query.where(AuditEntry.seq == seq)))
        return found


def _all(session: Session, query: Select[AuditEntry, str | None]) -> Sequence[Row[AuditEntry, str | None]]:
    return session.execute(query).all()


def _visible(viewer: Viewer) -> ColumnElement[bool]:
    sites = [site_id for site_id in viewer.at_site if viewer.may(Action.SEE_AUDIT, site_id)]
    if not viewer.may_anywhere(Action.SEE_AUDIT):
        return AuditEntry.id.is_(None)
    return or_(AuditEntry.site_id.is_(None), AuditEntry.site_id.in_(sites))


def _conditions(chosen: AuditFilter) -> Iterator[ColumnElement[bool]]:
    if chosen.action:
        yield AuditEntry.action == chosen.action
    if chosen.kind is AuditKind.OTHER:
        yield AuditEntry.action.not_in(sorted(OF_A_KIND))
    elif chosen.kind is not None:
        yield AuditEntry.action.in_(sorted(KINDS[chosen.kind]))
    if chosen.site_id is not None:
        yield AuditEntry.site_id == chosen.site_id
    if chosen.actor:
        yield AuditEntry.actor_id.in_(select(Staff.id).where(Staff.public_id == chosen.actor))
    if chosen.subject:
        yield AuditEntry.subject == chosen.subject
    if chosen.since:
        yield AuditEntry.at >= chosen.since
    if chosen.until:
        yield AuditEntry.at < chosen.until


def _holding(session: Session, entries: Sequence[AuditEntry]) -> set[int]:
    """Return the numbers of those lines that fit the line before them."""
    before = aliased(AuditEntry)
    wanted = [entry.seq - 1 for entry in entries]
    digests = {
        row.seq: row.digest for row in session.execute(select(before.seq, before.digest).where(before.seq.in_(wanted)))
    }
    digests[0] = GENESIS
    keys = keys_of(session)
    return {
        entry.seq
        for entry in entries
        if entry.seq - 1 in digests and hmac.compare_digest(entry.digest, _digest(keys, digests[entry.seq - 1], entry))
    }


def _row(entry: AuditEntry, actor_name: str | None, *, holds: bool) -> AuditRow:
    return AuditRow(
        seq=entry.seq,
        at=entry.at,
        actor_name=actor_name,
        site_id=entry.site_id,
        action=entry.action,
        subject_kind=entry.subject_kind,
        subject=entry.subject,
        # Whoever wrote something else there shows by `holds`, and not by a page that does not open.
        codes=entry.codes if isinstance(entry.codes, Mapping) else {},  # type: ignore[redundant-expr]  # as said above
        holds=holds,
    )


def _digest(keys: KeyRing, before: bytes, entry: AuditEntry) -> bytes:
    facts = [
        before.hex(),
        entry.seq,
        entry.at.isoformat(),
        entry.actor_id,
        entry.site_id,
        entry.action,
        entry.subject_kind,
        entry.subject,
        entry.codes,
    ]
    return keys.chain_mac(b"audit\0" + json.dumps(facts, sort_keys=True, separators=(",", ":")).encode())
