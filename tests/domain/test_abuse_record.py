"""An insider who can write to the database, but has no key, and would rather not have been seen."""

from __future__ import annotations

from datetime import date

from sqlalchemy import delete
from sqlalchemy.orm import Session

from grievance.accounts import audit
from grievance.accounts.models import AuditEntry
from grievance.cases import identity
from grievance.cases.verify import Finding, make_daily_root, verify_cases
from tests.support.casework import THURSDAY, Room, by, sorted_case


def _look_at_somebody(session: Session, room: Room) -> int:
    """Open an identity, which leaves the last line of the audit trail, and return its number."""
    filed = sorted_case(session, room, name="Persona Ficticia")
    identity.open_identity(session, filed.case, reason="x", by=by(room.handler), at=THURSDAY)
    return audit.head(session)[0]


def test_the_end_of_the_audit_trail_cannot_be_cut_off_unseen(session: Session, room: Room) -> None:
    last = _look_at_somebody(session, room)
    make_daily_root(session, on=date(2026, 9, 3), at=THURSDAY)
    assert list(verify_cases(session)) == []

    session.execute(delete(AuditEntry).where(AuditEntry.seq == last))

    assert list(audit.verify(session)) == []  # nothing is missing in between
    assert list(verify_cases(session)) == [Finding("root", "2026-09-03", last)]


def test_nor_cut_off_and_grown_again(session: Session, room: Room) -> None:
    last = _look_at_somebody(session, room)
    make_daily_root(session, on=date(2026, 9, 3), at=THURSDAY)

    session.execute(delete(AuditEntry).where(AuditEntry.seq == last))
    audit.record(
        session, actor_id=None, action="sign_in_failed", subject_kind="staff", subject="", site_id=None, at=THURSDAY
    )

    assert list(verify_cases(session)) == [Finding("root", "2026-09-03", last)]


def test_nor_taken_out_of_the_root_that_remembers_it(session: Session, room: Room) -> None:
    _look_at_somebody(session, room)
    row = make_daily_root(session, on=date(2026, 9, 3), at=THURSDAY)

    row.heads = {name: head for name, head in row.heads.items() if name != "audit"}
    session.flush()
    session.expire_all()

    assert Finding("root", "2026-09-03") in list(verify_cases(session))


def test_a_root_counts_cases_and_not_the_trail(session: Session, room: Room) -> None:
    _look_at_somebody(session, room)

    first = make_daily_root(session, on=date(2026, 9, 3), at=THURSDAY)
    second = make_daily_root(session, on=date(2026, 9, 4), at=THURSDAY)

    assert (first.case_count, second.case_count) == (1, 1)
    assert "audit" in first.heads
    assert second.heads == {}  # nothing new
    assert list(verify_cases(session)) == []
