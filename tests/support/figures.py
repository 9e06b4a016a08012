"""A site whose third quarter of 2026 was worked out by hand, for tests of figures and of what is published."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from grievance.cases.models import Case
from grievance.cases.record import Survey
from grievance.cases.remedies import CorrectiveKind, add_corrective_action, complete_corrective_action
from grievance.cases.states import COMPLAINANT, SYSTEM, Actor, ActorKind, EventKind, Move, Outcome
from grievance.cases.transitions import move, record
from grievance.core.i18n import OFFERED
from grievance.crypto.fields import new_public_id
from grievance.metrics.periods import Quarter
from grievance.publishing import editing, summaries
from grievance.publishing.drafting import Section
from grievance.publishing.models import Release
from grievance.publishing.reader_tests import Reading, record_reading
from grievance.sites.models import Site
from tests.support.casework import last_row
from tests.support.places import file_case

STAFF = Actor(ActorKind.STAFF, None)
Q2, Q3 = Quarter(2026, 2), Quarter(2026, 3)
PLAIN = {"es": "Contamos lo que pasó.", "en": "We say what happened."}
"""A section that any gate lets through."""
REASON = {"es": "Faltaba una carta.", "en": "A letter was missing."}
"""Of a correction."""
AFTER = datetime(2026, 10, 15, 15, 0, tzinfo=UTC)
"""Two weeks after the quarter ended."""


def noon(month: int, day: int, *, year: int = 2026) -> datetime:
    """Return about noon in Chile."""
    return datetime(year, month, day, 16, 0, tzinfo=UTC)


def grievance(
    session: Session,
    site: Site,
    received_at: datetime,
    *,
    acknowledged_at: datetime | None = None,
    told: str = "delivered",
    case_type: str | None = None,
    recorded_at: datetime | None = None,
    **facts: Any,
) -> Case:
    """File a case and acknowledge it."""
    case = file_case(session, site, at=recorded_at or received_at, happened_at=received_at, **facts).case
    if case_type is not None:
        classify(session, case, case_type, at=recorded_at or received_at)
    if acknowledged_at is not None:
        at = max(acknowledged_at, recorded_at or acknowledged_at)
        move(session, case, Move.ACKNOWLEDGE, by=STAFF, at=at, happened_at=acknowledged_at)
        codes = {"what": "acknowledgement", "how": told}
        record(session, case, EventKind.TOLD, by=SYSTEM, at=at, happened_at=acknowledged_at, codes=codes)
    session.flush()
    return case


def classify(session: Session, case: Case, case_type: str, *, at: datetime) -> None:
    """Give a case its type, with the due dates it has."""
    row = last_row(session, case)
    codes = {
        "type": case_type,
        "severity": 1,
        "category": None,
        "acknowledge_due": row.acknowledge_due_at.isoformat() if row.acknowledge_due_at else None,
        "resolve_due": row.resolve_due_at.isoformat() if row.resolve_due_at else None,
    }
    case.type = case_type
    record(session, case, EventKind.CLASSIFIED, by=STAFF, at=at, codes=codes)


def resolve(session: Session, case: Case, at: datetime, outcome: Outcome = Outcome.UPHELD) -> None:
    """Answer a case, told at once and accepted, and close it."""
    move(session, case, Move.PROPOSE_RESPONSE, by=STAFF, at=at, outcome=outcome)
    record(session, case, EventKind.TOLD, by=SYSTEM, at=at, codes={"what": "outcome", "how": "delivered"})
    move(session, case, Move.ACCEPT_RESPONSE, by=COMPLAINANT, at=at)
    move(session, case, Move.CLOSE, by=STAFF, at=at)
    session.flush()


def reopen(session: Session, case: Case, at: datetime) -> None:
    """Open a case again."""
    move(session, case, Move.REOPEN, by=COMPLAINANT, at=at)
    session.flush()


def leave(session: Session, case: Case, step: Move, at: datetime) -> None:
    """Let a case go in another way."""
    codes = {"into": "x" * 22} if step is Move.MERGE else None
    move(session, case, step, by=STAFF, at=at, codes=codes)
    session.flush()


def asked(
    session: Session,
    case: Case,
    closes_at: datetime,
    *,
    delivered: bool = True,
    process: int | None = None,
    outcome: int | None = None,
    verdict: int | None = None,
) -> Survey:
    """Ask about a case, and answer as far as given."""
    answered = process or outcome or verdict
    survey = Survey(
        public_id=new_public_id(),
        case_id=case.id,
        kind="satisfaction",
        round=1,
        ask_at=closes_at - timedelta(days=30),
        asked_at=closes_at - timedelta(days=30),
        delivered_at=closes_at - timedelta(days=30) if delivered else None,
        closes_at=closes_at,
        process_rating=process,
        outcome_rating=outcome,
        verdict=verdict,
        answered_at=closes_at - timedelta(days=20) if answered else None,
    )
    session.add(survey)
    session.flush()
    return survey


def measures(session: Session, case: Case, owner_id: int, *rows: tuple[date, datetime | None, datetime | None]) -> None:
    """Decide on corrective actions in May, each due on a day, and do them at an instant, recorded at another."""
    at, owner = noon(5, 20), Actor(ActorKind.STAFF, owner_id)
    kind = CorrectiveKind.CORRECTIVE
    words = "Regar el camino dos veces al día"
    decided = [
        (
            add_corrective_action(session, case, kind=kind, words=words, owner_id=owner_id, due_on=on, by=owner, at=at),
            row,
        )
        for on, *row in rows
    ]
    session.flush()
    for action, (done_at, recorded_at) in decided:
        if done_at is not None:
            complete_corrective_action(
                session,
                case,
                action.public_id,
                evidence="Foto del camión",
                by=owner,
                at=recorded_at or done_at,
                happened_at=done_at,
            )
    session.flush()


def a_quarter(session: Session, site: Site) -> dict[str, Case]:
    """Play the third quarter of 2026. Worked by hand in tests/domain/test_figures.py."""
    cases = {
        # Of the quarter before, unclassified: acknowledged in two business days, answered in twenty.
        "opened in June, closed in July": grievance(session, site, noon(6, 10), acknowledged_at=noon(6, 11)),
        "opened in June, still open": grievance(session, site, noon(6, 20), acknowledged_at=noon(6, 22)),
        "closed in June, reopened in August": grievance(session, site, noon(6, 1), acknowledged_at=noon(6, 2)),
        # Of the quarter.
        "told by text": grievance(session, site, noon(7, 1), acknowledged_at=noon(7, 2)),
        "told in person": grievance(session, site, noon(7, 6), acknowledged_at=noon(7, 7), told="handed_over"),
        "told late": grievance(session, site, noon(7, 8), acknowledged_at=noon(7, 20), told="seen"),
        "sent only": grievance(session, site, noon(8, 3), acknowledged_at=noon(8, 4), told="sent"),
        "never told": grievance(session, site, noon(8, 10)),
        "withdrawn at once": grievance(session, site, noon(8, 12)),
        "merged": grievance(session, site, noon(8, 13), acknowledged_at=noon(8, 13)),
        "due in October": grievance(session, site, noon(9, 30)),
        "question": grievance(session, site, noon(8, 14), case_type="question"),
        "test": grievance(session, site, noon(8, 15), is_test=True),
    }
    resolve(session, cases["closed in June, reopened in August"], noon(6, 25))
    resolve(session, cases["opened in June, closed in July"], noon(7, 3))
    resolve(session, cases["told by text"], noon(7, 21))
    resolve(session, cases["told in person"], noon(8, 28), Outcome.PARTLY_UPHELD)
    reopen(session, cases["closed in June, reopened in August"], noon(8, 5))
    leave(session, cases["withdrawn at once"], Move.WITHDRAW, noon(8, 12))
    leave(session, cases["merged"], Move.MERGE, noon(8, 20))
    asked(session, cases["opened in June, closed in July"], noon(8, 10), process=5, outcome=4, verdict=1)
    asked(session, cases["told by text"], noon(8, 28), process=4, outcome=2, verdict=2)
    asked(session, cases["withdrawn at once"], noon(9, 19))
    asked(session, cases["told in person"], noon(9, 29), delivered=False)
    session.execute(update(Case).values(words_indexed_at=None))
    return cases


def make_ready(session: Session, release: Release, *, by: int, at: datetime = AFTER) -> None:
    """Write every section in plain words without numbers, and read it aloud once in each language."""
    for section in Section:
        if section.value in release.texts:
            editing.write(session, release, section.value, PLAIN, was=editing.mark_of(release, section.value), by=by)
    for locale in OFFERED:
        reading = Reading(locale, at.date(), "tres choferes del turno de noche", readers=3, understood=3)
        record_reading(session, release, reading, today=at.date(), by=by, at=at)


def released(
    session: Session, site: Site, authors: tuple[int, int], *, quarter: Quarter = Q3, at: datetime = AFTER
) -> Release:
    """Freeze, write, read aloud, submit and approve a quarter by two people. A second time it is a correction."""
    release = summaries.freeze(session, site, quarter, by=authors[0], at=at, reason=REASON)
    make_ready(session, release, by=authors[0], at=at)
    summaries.submit(session, release, by=authors[0], at=at)
    summaries.approve(session, release, by=authors[1], at=at)
    return release
