"""Proof that the record was not rewritten: every chain, the daily roots, and the projection against a replay.

Chains and roots are keyed with a key that is not in the database. Erased words break nothing: an event whose words are
gone is passed over, one whose words are others is found. `session` is a snapshot: what is written between two
statements would look like a fault. Not for: the audit trail, which `accounts.audit` verifies; but the daily roots hold
its head too, since a trail that lost its end leaves no gap.
"""

import hmac
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.accounts import audit
from grievance.accounts.models import AuditEntry
from grievance.cases.chain import Link, digest
from grievance.cases.history import ChainBroken, Change, State, advance, state_of
from grievance.cases.models import Case
from grievance.cases.record import CaseEvent, CaseHistory, DailyRoot, Survey
from grievance.cases.states import EventKind
from grievance.cases.surveys import ratings_text
from grievance.core.db import Unreadable, read_apart
from grievance.crypto.fields import commitment_of, keys_of, reading_blocked, sealed_models, unseal
from grievance.crypto.keyring import CannotOpen

BATCH_CASES = 200
BATCH_ROOTS = 10
ROOTS_LOOKED_BACK = 40
"""Daily roots among which the newest that names the audit trail is looked for: it names it on every day with a line."""

AUDIT_TRAIL = "audit"
"""Name under which the head of the audit trail stands among those of the cases; no public id is so short."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not hold. `check` is chain, head, words, projection, case, root or unreadable."""

    check: str
    subject: str
    """Public id of the case, or the date of the root."""
    seq: int | None = None


def verify_cases(session: Session) -> Iterator[Finding]:
    """Walk every case and every daily root, in the order they were made; nothing is yielded when all holds."""
    last_id: int | None = 0
    while last_id is not None:
        findings, last_id = verify_cases_after(session, last_id)
        yield from findings
    last_on: date | None = date.min
    while last_on is not None:
        findings, last_on = verify_roots_after(session, last_on)
        yield from findings


def verify_cases_after(
    session: Session, after_id: int, *, limit: int = BATCH_CASES
) -> tuple[list[Finding], int | None]:
    """Walk the cases that follow one; return what does not hold and the id of the last, None when none was left.

    A case of which anything cannot be read is a finding like a broken chain, and the next ones are compared.
    """
    ids = session.scalars(select(Case.id).where(Case.id > after_id).order_by(Case.id).limit(limit)).all()
    last_id = ids[-1] if ids else None
    try:
        return read_apart(session, partial(_findings_of, session, ids)), last_id
    except Unreadable:
        return [finding for case_id in ids for finding in _findings_apart(session, case_id)], last_id


def _findings_apart(session: Session, case_id: int) -> list[Finding]:
    try:
        return read_apart(session, partial(_findings_of, session, [case_id]))
    except Unreadable:
        public_id = session.scalars(select(Case.public_id).where(Case.id == case_id)).one()
        return [Finding("unreadable", public_id)]


def _findings_of(session: Session, case_ids: Sequence[int]) -> list[Finding]:
    models = {model.__tablename__: model for model in sealed_models()}
    cases = session.scalars(select(Case).where(Case.id.in_(case_ids)).order_by(Case.id)).all()
    events, history = _rows_of(session, case_ids)
    findings: list[Finding] = []
    for case in cases:
        findings += _chain(session, case, events.get(case.id, []))
        findings += _words(session, case, events.get(case.id, []), models)
        findings += _projection(case, events.get(case.id, []), history.get(case.id, []))
    session.expunge_all()
    return findings


def verify_roots_after(session: Session, after: date) -> tuple[list[Finding], date | None]:
    """Compare each daily root after a day with its heads, and the heads with the chains: a cut chain is shorter.

    Returns what does not hold and the day of the last root looked at, None when none was left. Each root holds what
    came before it, so at one that cannot be read the walk ends.
    """
    try:
        return read_apart(session, partial(_compare_roots, session, after, BATCH_ROOTS))
    except Unreadable:
        return _compare_roots_apart(session, after), None


def _compare_roots_apart(session: Session, after: date) -> list[Finding]:
    """Do what `_compare_roots` does, root by root, as far as they can be read."""
    findings = list[Finding]()
    following = select(DailyRoot.on).where(DailyRoot.on > after).order_by(DailyRoot.on).limit(BATCH_ROOTS)
    for on in session.scalars(following).all():
        try:
            findings += read_apart(session, partial(_compare_roots, session, after, 1))[0]
        except Unreadable:
            return [*findings, Finding("root", on.isoformat())]
        after = on
    return findings


def _compare_roots(session: Session, after: date, limit: int) -> tuple[list[Finding], date | None]:
    total: dict[str, tuple[int, str]] = {}
    previous, last_on = b"", None
    findings: list[Finding] = []
    for row in session.scalars(select(DailyRoot).where(DailyRoot.on <= after).order_by(DailyRoot.on)):
        total |= {public_id: (count, head) for public_id, (count, head) in row.heads.items()}
        previous = row.root
    for row in session.scalars(select(DailyRoot).where(DailyRoot.on > after).order_by(DailyRoot.on).limit(limit)):
        total |= {public_id: (count, head) for public_id, (count, head) in row.heads.items()}
        findings += _root_faults(session, row, total, previous)
        previous, last_on = row.root, row.on
    session.expunge_all()
    return findings, last_on


def trail_end_fault(session: Session) -> Finding | None:
    """Compare the end of the audit trail with the newest daily root that holds it: lines cut off leave no gap."""
    newest = select(DailyRoot.on).order_by(DailyRoot.on.desc()).limit(ROOTS_LOOKED_BACK)
    for on in session.scalars(newest).all():
        try:
            found = read_apart(session, partial(_trail_head_of, session, on))
        except Unreadable:
            return Finding("root", on.isoformat())
        if found is not None:
            holds = _line_still_there(session, AUDIT_TRAIL, *found)
            return None if holds else Finding("root", on.isoformat(), found[0])
    return None


def _trail_head_of(session: Session, on: date) -> tuple[int, str] | None:
    """Return the head of the audit trail that the root of a day holds; None where the day had no line."""
    heads = session.scalars(select(DailyRoot.heads).where(DailyRoot.on == on)).one()
    if AUDIT_TRAIL not in heads:
        return None
    count, head = heads[AUDIT_TRAIL]
    return count, head


def make_daily_root(session: Session, *, on: date, at: datetime) -> DailyRoot:
    """Keep a keyed digest over the heads of all chains, linked to the one before; a day has one, which stays."""
    made = session.scalars(select(DailyRoot).where(DailyRoot.on == on)).one_or_none()
    if made is not None:
        return made
    before = _last_root(session)
    known = _known_heads(session)
    heads: dict[str, tuple[int, str]] = {
        public_id: (count, head.hex())
        for public_id, count, head in session.execute(
            select(Case.public_id, Case.event_count, Case.chain_head).order_by(Case.public_id)
        )
        if known.get(public_id, (0, ""))[0] != count
    }
    lines, last = audit.head(session)
    if known.get(AUDIT_TRAIL, (0, ""))[0] != lines:
        heads[AUDIT_TRAIL] = (lines, last.hex())
    total = known | heads
    row = DailyRoot(
        on=on,
        made_at=at,
        case_count=_case_count(total),
        heads=dict(heads),
        root=_root(session, before.root if before else b"", on, total),
    )
    session.add(row)
    session.flush()
    return row


def _rows_of(
    session: Session, case_ids: Sequence[int]
) -> tuple[dict[int, list[CaseEvent]], dict[int, list[CaseHistory]]]:
    events: dict[int, list[CaseEvent]] = {}
    history: dict[int, list[CaseHistory]] = {}
    for event in session.scalars(
        select(CaseEvent).where(CaseEvent.case_id.in_(case_ids)).order_by(CaseEvent.case_id, CaseEvent.seq)
    ):
        events.setdefault(event.case_id, []).append(event)
    for row in session.scalars(
        select(CaseHistory).where(CaseHistory.case_id.in_(case_ids)).order_by(CaseHistory.case_id, CaseHistory.seq)
    ):
        history.setdefault(row.case_id, []).append(row)
    return events, history


def _chain(session: Session, case: Case, events: Sequence[CaseEvent]) -> Iterator[Finding]:
    """Compare each link with what its row says now; the first that differs breaks all that follow."""
    mac = keys_of(session).chain_mac
    head = b""
    for place, event in enumerate(events, start=1):
        head = digest(head, _link(case, event), mac)
        if event.seq != place or not hmac.compare_digest(head, event.digest):
            yield Finding("chain", case.public_id, event.seq)
            return
    if case.event_count != len(events) or not hmac.compare_digest(head, case.chain_head):
        yield Finding("head", case.public_id)


def _words(
    session: Session, case: Case, events: Sequence[CaseEvent], models: Mapping[str, type[Any]]
) -> Iterator[Finding]:
    """Compare the last commitment made to each text with the text; earlier ones belong to wording since replaced."""
    last = {
        (event.words_table, event.words_public_id): event for event in events if event.words_table and event.words_mac
    }
    for (place, public_id), event in last.items():
        table, _, name = str(place).partition(".")
        row = session.scalars(select(models[table]).where(models[table].public_id == public_id)).one_or_none()
        try:
            now = commitment_of(session, row, name) if row is not None else None
        except CannotOpen:
            yield Finding("words", case.public_id, event.seq)
            continue
        is_other = now is not None and not hmac.compare_digest(now, event.words_mac or b"")
        if is_other or (isinstance(row, Survey) and not _counts_as_said(session, row)):
            yield Finding("words", case.public_id, event.seq)


def _counts_as_said(session: Session, survey: Survey) -> bool:
    """Return whether the ratings that figures count are those that were sealed, as long as they are there."""
    with reading_blocked(session):
        said = unseal(session, survey, "ratings")
    return said is None or said == ratings_text(survey)


def _projection(case: Case, events: Sequence[CaseEvent], history: Sequence[CaseHistory]) -> Iterator[Finding]:
    """Compare each row of the projection with a replay of the events, and the case with its last row."""
    state: State | None = None
    if len(events) != len(history):
        yield Finding("projection", case.public_id)
        return
    for event, row in zip(events, history, strict=True):
        try:
            state = advance(state, Change(EventKind(event.kind), event.happened_at, event.codes))
        except (ChainBroken, KeyError, ValueError):
            yield Finding("projection", case.public_id, event.seq)
            return
        same_place = (row.seq, row.event, row.happened_at, row.recorded_at) == (
            event.seq,
            event.kind,
            event.happened_at,
            event.recorded_at,
        )
        if state_of(row) != state or not same_place:
            yield Finding("projection", case.public_id, event.seq)
            return
    if state is not None and not _agrees(case, state):
        yield Finding("case", case.public_id)


def _agrees(case: Case, state: State) -> bool:
    """Return whether the row of the case says what its history says."""
    names = ("site_id", "status", "type", "severity", "is_restricted", "outcome", "verdict", "reopened_count")
    return all(getattr(case, name) == getattr(state, name) for name in names)


def _root_faults(
    session: Session, row: DailyRoot, total: Mapping[str, tuple[int, str]], previous: bytes
) -> Iterator[Finding]:
    expected = _root(session, previous, row.on, total)
    if not hmac.compare_digest(expected, row.root) or row.case_count != _case_count(total):
        yield Finding("root", row.on.isoformat())
    for public_id, (count, head) in sorted(row.heads.items()):
        there = _line_still_there if public_id == AUDIT_TRAIL else _still_there
        if not there(session, public_id, count, head):
            yield Finding("root", row.on.isoformat(), count)


def _still_there(session: Session, public_id: str, count: int, head: str) -> bool:
    found = session.scalars(
        select(CaseEvent.digest)
        .join(Case, Case.id == CaseEvent.case_id)
        .where(Case.public_id == public_id, CaseEvent.seq == count)
    ).one_or_none()
    return found is not None and found.hex() == head


def _line_still_there(session: Session, _name: str, seq: int, head: str) -> bool:
    found = session.scalars(select(AuditEntry.digest).where(AuditEntry.seq == seq)).one_or_none()
    return found is not None and found.hex() == head


def _case_count(heads: Mapping[str, tuple[int, str]]) -> int:
    return len(heads) - (AUDIT_TRAIL in heads)


def _known_heads(session: Session) -> dict[str, tuple[int, str]]:
    known: dict[str, tuple[int, str]] = {}
    for heads in session.scalars(select(DailyRoot.heads).order_by(DailyRoot.on)):
        known |= {public_id: (count, head) for public_id, (count, head) in heads.items()}
    return known


def _last_root(session: Session) -> DailyRoot | None:
    return session.scalars(select(DailyRoot).order_by(DailyRoot.on.desc()).limit(1)).one_or_none()


def _root(session: Session, previous: bytes, on: date, heads: Mapping[str, tuple[int, str]]) -> bytes:
    lines = "\n".join(f"{public_id} {count} {head}" for public_id, (count, head) in sorted(heads.items()))
    return keys_of(session).chain_mac(b"daily root\0" + previous + on.isoformat().encode() + b"\0" + lines.encode())


def _link(case: Case, event: CaseEvent) -> Link:
    return Link(
        case.public_id,
        event.seq,
        event.kind,
        event.happened_at,
        event.recorded_at,
        event.actor_kind,
        event.actor_id,
        event.codes,
        event.words_table,
        event.words_public_id,
        event.words_mac,
    )
