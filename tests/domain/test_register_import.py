"""Cases from an old register: the same as living ones, with the instants of the register, and nobody disturbed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from grievance.accounts.audit import AuditAction
from grievance.accounts.models import AuditEntry
from grievance.accounts.permissions import Duty, Viewer
from grievance.cases import queries
from grievance.cases.clocks import as_values
from grievance.cases.intake import Filing, open_case
from grievance.cases.models import Case, CaseMessage, Complainant, HiddenFrom, Submission
from grievance.cases.record import CaseEvent, CaseHistory, Clock, Notice, RegisterEntry, RegisterImport, Survey, Task
from grievance.cases.register_import import (
    ImportMoved,
    NothingToImport,
    ProblemsLeft,
    approve,
    import_batch,
    load_for_change,
    note_checked,
    set_aside,
    start,
)
from grievance.cases.states import SYSTEM, Actor, ActorKind, Channel, EventKind, Group, Move, Outcome, Reach
from grievance.cases.timers import sweep
from grievance.cases.transitions import move, record
from grievance.cases.verify import verify_cases
from grievance.core.i18n import SPANISH
from grievance.crypto.fields import unseal
from grievance.messaging.models import OutboundMessage
from grievance.sites.models import Site
from tests.support.people import make_staff
from tests.support.places import make_site
from tests.support.registers import NOW, as_csv, line, looked_at, taken_over

STAFF = Actor(ActorKind.STAFF, None)


@pytest.fixture
def site(session: Session) -> Site:
    return make_site(session)


def only_case(session: Session) -> Case:
    return session.scalars(select(Case)).one()


def numbered(session: Session, number: str) -> Case:
    return session.scalars(
        select(Case).join(RegisterEntry, RegisterEntry.case_id == Case.id).where(RegisterEntry.number == number)
    ).one()


def start_of(text: str) -> datetime:
    """The first instant of a day in Chile in winter: four hours behind UTC."""
    return datetime.fromisoformat(f"{text}T04:00:00+00:00").astimezone(UTC)


def events_of(session: Session, case: Case) -> list[CaseEvent]:
    return list(session.scalars(select(CaseEvent).where(CaseEvent.case_id == case.id).order_by(CaseEvent.seq)))


def history_of(session: Session, case: Case) -> list[dict[str, Any]]:
    rows = session.scalars(select(CaseHistory).where(CaseHistory.case_id == case.id).order_by(CaseHistory.seq))
    names = [column.name for column in CaseHistory.__table__.columns if column.name not in {"id", "case_id"}]
    return [{name: getattr(row, name) for name in names} for row in rows]


def clocks_of(session: Session, case: Case) -> list[dict[str, object]]:
    rows = session.scalars(select(Clock).where(Clock.case_id == case.id).order_by(Clock.due_at, Clock.name))
    names = [column.name for column in Clock.__table__.columns if column.name not in {"id", "case_id"}]
    return [{name: getattr(row, name) for name in names} for row in rows]


def columns_of(case: Case) -> dict[str, object]:
    own = {"id", "public_id", "reference", "chain_head", "title_sealed", "summary_sealed", "place_sealed"}
    own |= {"unread_count", "access_digest", "version"}
    return {column.name: getattr(case, column.name) for column in Case.__table__.columns if column.name not in own}


def lived(session: Session, site: Site, received_at: datetime, at: datetime, steps: list[tuple[Any, datetime, dict[str, Any]]]) -> Case:
    """Open a case by intake and let it live through the transitions, each at the instant given."""
    filing = Filing(
        words="Entra polvo a la casa cuando pasan los camiones",
        locale=SPANISH,
        channel=Channel.LETTER,
        reach=Reach.IN_PERSON,
        wants_code=False,
    )
    case = open_case(session, site, filing, by=SYSTEM, at=at, happened_at=received_at).case
    for step, happened_at, codes in steps:
        if isinstance(step, Move):
            outcome = Outcome(codes.pop("outcome")) if "outcome" in codes else None
            move(session, case, step, by=STAFF, at=at, happened_at=happened_at, codes=codes, outcome=outcome)
        else:
            record(session, case, step, by=SYSTEM, at=at, happened_at=happened_at, codes=codes)
    session.flush()
    return case


def test_what_a_register_says_least_becomes_the_case_that_intake_would_have_made(session: Session, site: Site) -> None:
    received = start_of("2026-08-03")
    living = lived(session, site, received, NOW, [])
    sweep(session, at=NOW, limit=10)

    taken_over(session, site, [line(Canal="Carta")])

    case = numbered(session, "12/2026")
    theirs, ours = events_of(session, living), events_of(session, case)
    breached = [event for event in theirs if event.kind in {"received", "clock_breached"}]
    assert [(e.kind, e.happened_at, e.recorded_at) for e in ours] == [
        (e.kind, e.happened_at, e.recorded_at) for e in breached
    ]
    assert [e.codes for e in ours] == [{**e.codes, "imported": True} for e in breached]
    assert clocks_of(session, case) == clocks_of(session, living)
    assert columns_of(case) == columns_of(living) | {"event_count": len(ours), "rung": 0}
