"""The audit trail: nothing is changed, cut out or slipped in without it showing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from grievance.accounts import audit, operations, queries
from grievance.accounts.audit import AuditFault, AuditFilter
from grievance.accounts.models import AuditEntry, Staff
from grievance.accounts.permissions import Duty, Viewer, viewer_of
from grievance.core.db import Database
from grievance.sites import operations as sites

AT = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)
AUDITOR = viewer_of(0, [(None, Duty.AUDITOR)])


def lines(session: Session, count: int, **values: object) -> None:
    for number in range(count):
        audit.record(
            session,
            **{  # type: ignore[arg-type]
                "actor_id": None,
                "action": "signed_in",
                "subject_kind": "staff",
                "subject": f"s{number}",
                "at": AT + timedelta(minutes=number),
                **values,
            },
        )


def test_an_untouched_trail_holds(session: Session) -> None:
    lines(session, 5, codes={"duty": "handler", "n": 1})
    session.expire_all()

    assert list(audit.verify(session)) == []


@pytest.mark.parametrize(
    "change",
    [
        {"action": "signed_out"},
        {"subject": "other"},
        {"at": AT - timedelta(days=1)},
        {"codes": {"duty": "triager"}},
        {"subject_kind": "cases"},
    ],
    ids=["action", "subject", "instant", "codes", "kind"],
)
def test_a_changed_line_shows(session: Session, change: dict[str, object]) -> None:
    lines(session, 4)
    session.execute(update(AuditEntry).where(AuditEntry.seq == 2).values(**change))
    session.expire_all()

    assert list(audit.verify(session)) == [AuditFault(2, "changed")]


def test_a_line_cut_out_shows(session: Session) -> None:
    lines(session, 4)
    session.execute(delete(AuditEntry).where(AuditEntry.seq == 2))

    assert list(audit.verify(session)) == [AuditFault(2, "missing")]


def test_closing_the_gap_after_a_cut_shows_too(session: Session) -> None:
    lines(session, 4)
    session.execute(delete(AuditEntry).where(AuditEntry.seq == 2))
    session.execute(update(AuditEntry).where(AuditEntry.seq == 3).values(seq=2))
    session.execute(update(AuditEntry).where(AuditEntry.seq == 4).values(seq=3))
    session.expire_all()

    assert AuditFault(2, "changed") in list(audit.verify(session))


def test_a_cut_tail_shows_against_the_head_kept_elsewhere(session: Session) -> None:
    lines(session, 4)
    kept = audit.head(session)
    session.execute(delete(AuditEntry).where(AuditEntry.seq == 4))

    assert audit.head(session) != kept


def test_writers_at_the_same_time_make_one_chain(database: Database) -> None:
    def write() -> None:
        for _ in range(5):
            with database.begin() as session:
                lines(session, 1)

    threads = [Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with database.read() as session:
        assert list(session.scalars(select(AuditEntry.seq).order_by(AuditEntry.seq))) == list(range(1, 21))
        assert list(audit.verify(session)) == []


def test_pages_follow_each_other_both_ways_without_a_gap(session: Session) -> None:
    lines(session, 7)

    first = audit.page(session, AUDITOR, AuditFilter(), limit=3)
    second = audit.page(session, AUDITOR, AuditFilter(), older_than=first.older_than, limit=3)
    third = audit.page(session, AUDITOR, AuditFilter(), older_than=second.older_than, limit=3)
    back = audit.page(session, AUDITOR, AuditFilter(), newer_than=second.newer_than, limit=3)

    assert [[row.seq for row in page.rows] for page in (first, second, third)] == [[7, 6, 5], [4, 3, 2], [1]]
    assert (first.newer_than, third.older_than) == (None, None)
    assert [row.seq for row in back.rows] == [7, 6, 5]


def test_a_page_marks_the_line_that_does_not_hold(session: Session) -> None:
    lines(session, 4)
    session.execute(update(AuditEntry).where(AuditEntry.seq == 3).values(subject="other"))
    session.expire_all()

    page = audit.page(session, AUDITOR, AuditFilter(subject="other"))

    assert [(row.seq, row.holds) for row in page.rows] == [(3, False)]
    assert all(row.holds for row in audit.page(session, AUDITOR, AuditFilter(subject="s3")).rows)


def test_an_auditor_reads_the_lines_of_their_sites_and_of_none(session: Session) -> None:
    operator = sites.create_operator(session, name="Minera Imaginaria")
    here, there = (
        sites.create_site(session, operator, slug=slug, name=slug, sms_name=slug).id for slug in ("cerro", "salar")
    )
    for site_id in (here, there, None):
        lines(session, 1, site_id=site_id)
    auditor = viewer_of(1, [(here, Duty.AUDITOR), (there, Duty.HANDLER)])

    assert {row.site_id for row in audit.page(session, auditor, AuditFilter()).rows} == {here, None}


@pytest.mark.parametrize("duty", [duty for duty in Duty if duty is not Duty.AUDITOR])
def test_no_other_duty_reads_the_trail(session: Session, duty: Duty) -> None:
    lines(session, 1)
    nobody: Viewer = viewer_of(1, [(None, duty)])

    assert audit.page(session, nobody, AuditFilter()).rows == ()


def test_lines_are_found_by_what_who_and_when(session: Session) -> None:
    rosa: Staff = operations.create_staff(
        session, name="Rosa Mamani", email="rosa@example.org", password_hash="-", by=None, at=AT
    )
    lines(session, 2, actor_id=rosa.id, action="signed_out", at=AT + timedelta(days=1))

    def found(**chosen: object) -> int:
        return len(audit.page(session, AUDITOR, AuditFilter(**chosen)).rows)  # type: ignore[arg-type]

    assert found(action="signed_out") == 2
    assert found(actor=rosa.public_id) == 2
    assert found(subject=rosa.public_id) == 1
    assert found(since=AT + timedelta(days=1)) == 2
    assert found(until=AT + timedelta(days=1)) == 1
    assert queries.names(session, [rosa.id]) == {rosa.id: "Rosa Mamani"}
