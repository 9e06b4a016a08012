"""Many cases at once, for measuring lists: the shape of real rows, written straight into the tables.

Only for measuring: everywhere else cases are made by the operations. The rows are right for reading (sealed titles and
words open, clocks run, dates spread over three years), not for verifying chains.
"""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from grievance.cases.history import Change, advance, row_of
from grievance.cases.models import NEVER_DUE, Case, Complainant, Submission
from grievance.cases.record import CaseEvent, CaseHistory, Clock
from grievance.cases.states import EventKind, Status
from grievance.core.db import Database
from grievance.crypto.codes import new_reference
from grievance.crypto.fields import new_public_id, seal

BATCH = 2000
OPEN_SHARE = 0.08
WORDS = "Desde hace tres semanas pasan camiones de noche por el camino de atras y no se puede dormir"
NOW = datetime(2026, 9, 30, 15, 0, tzinfo=UTC)


def fill(database: Database, *, site_id: int, handler_ids: list[int], category_id: int, cases: int) -> None:
    """Add so many classified cases, each with words, person, three clocks, an event and its projection row."""
    source = random.Random(7)  # the same cases every time
    taken: set[str] = set()
    done = 0
    while done < cases:
        size = min(BATCH, cases - done)
        with database.begin() as session:
            _batch(session, source, taken, site_id, handler_ids, category_id, size)
        done += size


def _batch(
    session: Session,
    source: random.Random,
    taken: set[str],
    site_id: int,
    handler_ids: list[int],
    category_id: int,
    size: int,
) -> None:
    made = [_case(session, source, _reference(source, taken), site_id, handler_ids, category_id) for _ in range(size)]
    ids = list(session.scalars(insert(Case).returning(Case.id, sort_by_parameter_order=True), made))
    people = [_person(case_id) for case_id in ids]
    person_ids = list(
        session.scalars(insert(Complainant).returning(Complainant.id, sort_by_parameter_order=True), people)
    )
    rows = list(zip(ids, made, person_ids, strict=True))
    session.execute(insert(Submission), [_submission(session, *row) for row in rows])
    session.execute(insert(Clock), [clock for case_id, case, _ in rows for clock in _clocks(case_id, case)])
    session.execute(insert(CaseEvent), [_event(case_id, case) for case_id, case, _ in rows])
    session.execute(insert(CaseHistory), [_history(case_id, case) for case_id, case, _ in rows])


def _reference(source: random.Random, taken: set[str]) -> str:
    while (reference := new_reference(source.getrandbits)) in taken:
        pass
    taken.add(reference)
    return reference


def _case(
    session: Session,
    source: random.Random,
    reference: str,
    site_id: int,
    handler_ids: list[int],
    category_id: int,
) -> dict[str, Any]:
    received_at = NOW - timedelta(minutes=source.randrange(3 * 365 * 24 * 60))
    is_open = source.random() < OPEN_SHARE
    row = Case(public_id=new_public_id())
    seal(session, row, "title", "Camiones de noche detras del campamento")
    return {
        "public_id": row.public_id,
        "title_sealed": row.title_sealed,
        "reference": reference,
        "site_id": site_id,
        "status": (Status.UNDER_REVIEW if is_open else Status.CLOSED).value,
        "is_open": is_open,
        "type": "environment",
        "category_id": category_id,
        "severity": 2,
        "locale": "es",
        "confidentiality": "anonymous",
        "handler_id": source.choice(handler_ids),
        "received_at": received_at,
        "recorded_at": received_at,
        "classified_at": received_at,
        "next_due_at": received_at + timedelta(days=45) if is_open else None,
        "desk_order_at": received_at + timedelta(days=45) if is_open else NEVER_DUE,
        "next_due_clock": "resolve" if is_open else None,
        "words_indexed_at": received_at,
        "event_count": 1,
        "chain_head": bytes(32),
        "version": 1,
    }


def _person(case_id: int) -> dict[str, Any]:
    return {"public_id": new_public_id(), "case_id": case_id, "said_group": "neighbour", "created_at": NOW}


def _submission(session: Session, case_id: int, case: dict[str, Any], person_id: int) -> dict[str, Any]:
    row = Submission(public_id=new_public_id())
    seal(session, row, "words", WORDS)
    return {
        "public_id": row.public_id,
        "words_sealed": row.words_sealed,
        "case_id": case_id,
        "filed_as_case_id": case_id,
        "complainant_id": person_id,
        "channel": "sms",
        "locale": "es",
        "filed_at": case["received_at"],
        "recorded_at": case["received_at"],
    }


def _clocks(case_id: int, case: dict[str, Any]) -> Iterator[dict[str, Any]]:
    started_at = case["received_at"]
    for name, days in (("acknowledge", 3), ("first_contact", 7), ("resolve", 45)):
        due_at = started_at + timedelta(days=days)
        runs = case["is_open"] and name == "resolve"
        yield {
            "case_id": case_id,
            "name": name,
            "standard_type": "environment",
            "amount": days,
            "unit": "business_days",
            "started_at": started_at,
            "due_at": due_at,
            "due_on": due_at.date(),
            "standards_version": "bench",
            "calendar_version": "bench",
            "met_at": None if runs else started_at + timedelta(days=days - 1),
        }


def _event(case_id: int, case: dict[str, Any]) -> dict[str, Any]:
    return {
        "case_id": case_id,
        "seq": 1,
        "kind": "received",
        "happened_at": case["received_at"],
        "recorded_at": case["received_at"],
        "actor_kind": "complainant",
        "codes": {},
        "digest": bytes(32),
    }


def _history(case_id: int, case: dict[str, Any]) -> dict[str, Any]:
    codes = {"site": case["site_id"], "type": "environment", "channel": "sms", "restricted": False}
    change = Change(EventKind.RECEIVED, case["received_at"], codes)
    row = row_of(advance(None, change), case_id=case_id, seq=1, change=change, recorded_at=case["received_at"])
    values = {name: value for name, value in vars(row).items() if not name.startswith("_")}
    if not case["is_open"]:
        closed_at = case["received_at"] + timedelta(days=20)
        values |= {"status": "closed", "outcome": "upheld", "resolved_at": closed_at, "outcome_told_at": closed_at}
    return values
