"""One quarter at 100,000 cases of three years: every figure counted, frozen and written, against a plain histogram.

The floor is what an answer in days costs by itself: one GROUP BY over the cases of twelve months, finished in Python.
"""

import random
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import Integer, bindparam, cast, delete, func, insert, select, update
from sqlalchemy.orm import Session

from bench import fill
from bench.databases import Place
from bench.report import Row
from bench.servers import environment, settings_of
from grievance.accounts.models import Staff
from grievance.cases.history import Change, State, advance, row_of
from grievance.cases.models import Case, Complainant, Submission
from grievance.cases.record import CaseHistory, Survey
from grievance.cases.states import Channel, EventKind, Group
from grievance.cases.verify import make_daily_root
from grievance.core.db import Database
from grievance.core.schema import upgrade
from grievance.crypto.fields import new_public_id
from grievance.crypto.keyring import KeyRing
from grievance.metrics.periods import Quarter, trailing_year
from grievance.publishing import summaries
from grievance.sites.models import Site
from tests.support.places import make_site

CASES = 100_000
BATCH = 5000
ROUNDS = 7
QUARTER = Quarter(2026, 3)
FROZEN_AT = datetime(2026, 10, 12, 15, 0, tzinfo=UTC)
CATEGORIES = ("dust", "noise", "water", "traffic", "pay", None)


def measure(place: Place, folder: Path) -> Iterator[Row]:
    """Yield the time of a frozen quarter against that of the histogram."""
    url = place.fresh()
    database = Database(url, keys=KeyRing.of(settings_of(environment(folder, url))))
    upgrade(url)
    site_id = _filled(database)
    floor, product = interleaved(
        database,
        lambda session: _histogram(session, site_id),
        lambda session: summaries.freeze(session, session.get_one(Site, site_id), QUARTER, by=None, at=FROZEN_AT),
    )
    database.dispose()
    where = f"{place.name}, {CASES:,} cases"
    yield Row.plain("one quarter, frozen and written", where, f"{product:.0f} ms", f"{floor:.1f} ms", product / floor)


def _histogram(session: Session, site_id: int) -> dict[int, int]:
    """Count the cases of twelve months by whole days and group, as the cheapest way there is."""
    since = trailing_year(QUARTER, "America/Santiago").starts_at
    if session.get_bind().dialect.name == "sqlite":
        days = func.julianday(Case.ended_at) - func.julianday(Case.received_at)
    else:
        days = func.extract("epoch", Case.ended_at - Case.received_at) / 86_400
    day = cast(days, Integer)
    rows = session.execute(
        select(day, Case.status, func.count())
        .where(Case.site_id == site_id, Case.received_at >= since)
        .group_by(day, Case.status)
    )
    found: dict[int, int] = {}
    for number, _, cases in rows:
        found[int(number or -1)] = found.get(int(number or -1), 0) + cases
    return found


def _filled(database: Database) -> int:
    with database.begin() as session:
        site_id = make_site(session).id
        person = Staff(email="a@bench.example", name="Persona", fs_uniquifier="1", created_at=fill.NOW)
        session.add(person)
        session.flush()
        person_id = person.id
    fill.fill(database, site_id=site_id, handler_ids=[person_id], category_id=1, cases=CASES)
    source = random.Random(11)
    last = 0
    while True:
        with database.begin() as session:
            session.execute(delete(CaseHistory).where(CaseHistory.case_id > last, CaseHistory.case_id <= last + BATCH))
            rows = session.execute(
                select(Case.id, Case.site_id, Case.received_at, Case.is_open)
                .where(Case.id > last, Case.id <= last + BATCH)
                .order_by(Case.id)
            ).all()
            if not rows:
                break
            _lives(session, source, rows)
            last += BATCH
    with database.begin() as session:
        # The worker makes one every night; without any, the first freezing would pay for it.
        make_daily_root(session, on=FROZEN_AT.date() - timedelta(days=1), at=FROZEN_AT)
        session.connection().exec_driver_sql("ANALYZE")
    return site_id


def _lives(session: Session, source: random.Random, rows: Any) -> None:  # rows of a query
    histories: list[dict[str, Any]] = []
    cases, surveys, people, channels = [], [], [], []
    for case_id, site_id, received_at, is_open in rows:
        seq = 0
        state: State | None = None
        for happened_at, kind, codes in _life(source, site_id, received_at, is_open=is_open):
            if happened_at > fill.NOW:
                break
            seq += 1
            change = Change(kind, happened_at, codes)
            state = advance(state, change)
            row = row_of(state, case_id=case_id, seq=seq, change=change, recorded_at=happened_at)
            histories.append({name: value for name, value in vars(row).items() if not name.startswith("_")})
        ended_at, status = (state.ended_at, state.status) if state else (None, "received")
        cases.append(
            {
                "case_id": case_id,
                "ended_at": ended_at,
                "event_count": seq,
                "status": status,
                "is_open": ended_at is None,
                "reopened_count": state.reopened_count if state else 0,
            }
        )
        people.append(
            {
                "id": case_id,
                "said_group": source.choice(list(Group)).value,
                "shift": source.choice(["day", "night", None]),
                "gender": source.choice(["woman", "man", None]),
            }
        )
        channels.append({"id": case_id, "channel": source.choice(list(Channel)).value})
        if ended_at is not None and source.random() < 0.6:
            surveys.append(_survey(source, case_id, ended_at))
    session.execute(insert(CaseHistory), histories)
    columns: Any = {name: bindparam(name) for name in cases[0] if name != "case_id"}
    session.connection().execute(update(Case).where(Case.id == bindparam("case_id")).values(columns), cases)
    session.execute(update(Complainant), people)  # the n-th person is of the n-th case
    session.execute(update(Submission), channels)
    session.execute(insert(Survey), surveys)


def _life(
    source: random.Random, site_id: int, received_at: datetime, *, is_open: bool
) -> Iterator[tuple[datetime, EventKind, dict[str, Any]]]:
    day = timedelta(days=1)
    category = source.choice(CATEGORIES)
    due = {
        "acknowledge_due": (received_at + 3 * day).isoformat(),
        "resolve_due": (received_at + 45 * day).isoformat(),
    }
    place = {"site": site_id, "type": "unclassified", "channel": "web", "restricted": False}
    yield received_at, EventKind.RECEIVED, {**place, **due}
    told_at = received_at + source.random() * 4 * day
    yield told_at, EventKind.ACKNOWLEDGED, {}
    yield told_at, EventKind.TOLD, {"what": "acknowledgement", "how": "delivered"}
    yield told_at, EventKind.CLASSIFIED, {"type": "environment", "category": category, "severity": 2, **due}
    if is_open:
        return
    ends_at = told_at + source.expovariate(1 / 25) * day
    if source.random() < 0.08:
        yield ends_at, EventKind.WITHDRAWN, {}
        return
    yield ends_at, EventKind.RESPONSE_PROPOSED, {"outcome": "upheld"}
    yield ends_at, EventKind.TOLD, {"what": "outcome", "how": "delivered"}
    yield ends_at, EventKind.CLOSED, {}
    if source.random() < 0.04:
        yield ends_at + 20 * day, EventKind.REOPENED, {}
        yield ends_at + 30 * day, EventKind.RESPONSE_PROPOSED, {"outcome": "upheld"}
        yield ends_at + 30 * day, EventKind.TOLD, {"what": "outcome", "how": "delivered"}
        yield ends_at + 30 * day, EventKind.CLOSED, {}


def _survey(source: random.Random, case_id: int, ended_at: datetime) -> dict[str, Any]:
    asked_at = ended_at + timedelta(days=2)
    is_answered = source.random() < 0.4
    return {
        "public_id": new_public_id(),
        "case_id": case_id,
        "kind": "satisfaction",
        "round": 1,
        "ask_at": asked_at,
        "asked_at": asked_at,
        "delivered_at": asked_at if source.random() < 0.9 or is_answered else None,
        "closes_at": asked_at + timedelta(days=30),
        "process_rating": source.randint(1, 5) if is_answered else None,
        "outcome_rating": source.randint(1, 5) if is_answered else None,
        "verdict": source.randint(1, 3) if is_answered else None,
        "answered_at": asked_at + timedelta(days=3) if is_answered else None,
    }


def interleaved(database: Database, *jobs: Callable[[Session], object]) -> list[float]:
    """Return the median of each job in ms: taken in turns, so that a busy minute of the machine hits all alike."""
    times: list[list[float]] = [[] for _ in jobs]
    for _ in range(ROUNDS):
        for job, taken in zip(jobs, times, strict=True):
            with database.writing_session() as session:
                begun = time.perf_counter()
                job(session)
                session.flush()
                taken.append((time.perf_counter() - begun) * 1000)
                session.rollback()
    return [median(taken) for taken in times]
