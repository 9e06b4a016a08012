"""Real commits from several threads at once: nobody waits for ever, nothing is done twice, every chain holds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from threading import Barrier

from sqlalchemy import func, select

from grievance.cases import endings, feedback, handling, telling
from grievance.cases.models import CaseMessage
from grievance.cases.record import AccessAttempt, CaseEvent, Notice
from grievance.cases.states import Channel
from grievance.cases.transitions import load_for_change
from grievance.cases.verify import verify_cases
from grievance.complainants import access
from grievance.core.db import Database
from grievance.messaging import outbox, threads
from grievance.messaging.outbox import Claimed
from grievance.rounds.timers import sweep
from tests.support.casework import (
    NEXT_WEEK,
    NUMBER,
    THURSDAY,
    Provider,
    by,
    close,
    file_text,
    local,
    make_room,
    propose,
    send_texts,
    sort,
    sorted_case,
    texts_to,
)
from tests.support.places import LINE

TURNS = 15


def _at_once(jobs: Sequence[Callable[[], object]]) -> list[object]:
    """Start all jobs together, each in a thread of its own, and return what they returned or raise what one raised."""
    start = Barrier(len(jobs))

    def run(job: Callable[[], object]) -> object:
        start.wait()
        return job()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return [future.result() for future in [pool.submit(run, job) for job in jobs]]


def test_a_handler_and_the_person_write_at_once_without_waiting_for_each_other(database: Database) -> None:
    with database.begin() as unit:
        room = make_room(unit)
        filed, _ = file_text(unit, room.site)
        sort(unit, room, filed.case)
        case_id, person_id, handler = filed.case.id, filed.complainant.id, by(room.handler)

    def handler_writes() -> None:
        for turn in range(TURNS):
            with database.begin() as unit:
                case = load_for_change(unit, case_id)
                handling.send_message(unit, case, words=f"Pregunta {turn}", by=handler, at=THURSDAY)

    def person_texts() -> None:
        for turn in range(TURNS):
            with database.begin() as unit:
                thread = threads.find(unit, line=LINE, number=NUMBER, lock=True)
                assert thread is not None
                threads.note_looked(thread)
                handling.receive_message(
                    unit,
                    load_for_change(unit, case_id),
                    words=f"Respuesta {turn}",
                    complainant_id=person_id,
                    channel=Channel.SMS,
                    locale="es",
                    at=THURSDAY,
                )

    _at_once([handler_writes, person_texts, person_texts])

    with database.read() as reading:
        assert reading.scalar(select(func.count()).select_from(CaseMessage)) == 3 * TURNS
        assert list(verify_cases(reading)) == []


def test_sweepers_at_once_record_each_breach_once(database: Database) -> None:
    with database.begin() as unit:
        room = make_room(unit)
        for _ in range(6):
            sorted_case(unit, room)

    def run() -> object:
        with database.begin() as unit:
            return sweep(unit, at=local(5), limit=100).breached

    counts = _at_once([run] * 4)

    assert sorted(counts, key=str) == [0, 0, 0, 6]
    with database.read() as reading:
        breaches = select(func.count()).select_from(CaseEvent).where(CaseEvent.kind == "clock_breached")
        assert reading.scalar(breaches) == 6
        # The handler and the coordinator, once each.
        assert reading.scalar(select(func.count()).select_from(Notice).where(Notice.kind == "clock_breached")) == 12
        assert list(verify_cases(reading)) == []


def test_texts_to_two_people_of_one_case_are_recorded_at_once(database: Database) -> None:
    with database.begin() as unit:
        room = make_room(unit)
    for turn in range(TURNS):
        with database.begin() as unit:
            case, other = (file_text(unit, room.site, number=f"+569{turn:04}{one:04}")[0].case for one in (7001, 7002))
            for each in (case, other):
                sort(unit, room, each)
            endings.merge(unit, other, case, reason="Lo mismo", by=by(room.coordinator), at=THURSDAY)
            handling.acknowledge(unit, case, words="La leí.", by=by(room.handler), at=THURSDAY)
            send_texts(unit, at=THURSDAY)
            propose(unit, room, case)
            claimed = outbox.claim_next(unit, worker="w", at=NEXT_WEEK)

        def record(one: Claimed) -> None:
            attempt = outbox.send(one, Provider(), callback_url="")
            with database.begin() as unit:
                row = outbox.record(unit, one, attempt, at=NEXT_WEEK)
                assert row is not None
                telling.note_sent(unit, row, at=NEXT_WEEK)

        assert len(claimed) == 2
        _at_once([partial(record, one) for one in claimed])


def test_askers_at_once_ask_once(database: Database) -> None:
    with database.begin() as unit:
        room = make_room(unit)
        filed, thread = file_text(unit, room.site)
        sort(unit, room, filed.case)
        close(unit, room, filed.case, at=local(10))
        threads.ask_nothing(unit, thread)

    def run() -> object:
        with database.begin() as unit:
            return feedback.ask_due(unit, at=local(17, 10), limit=10)

    counts = _at_once([run] * 4)

    assert sorted(counts, key=str) == [0, 0, 0, 1]
    with database.read() as reading:
        assert texts_to(reading, thread).count("survey_process") == 1


def test_wrong_codes_tried_at_once_all_count(database: Database) -> None:
    def run() -> object:
        with database.begin() as unit:
            return access.open_with_code(unit, "7K3Q-9F2M", "0000-0000-0000-0000", at=THURSDAY)

    answers = _at_once([run] * 4)

    assert answers == [access.AccessRefused()] * 4
    with database.read() as reading:
        assert reading.scalars(select(AccessAttempt.failures)).all() == [4]


def test_a_one_use_code_tried_at_once_opens_once(database: Database) -> None:
    with database.begin() as unit:
        room = make_room(unit)
        filed, _ = file_text(unit, room.site)
        issued = access.issue_one_use_code(unit, filed.case, complainant=filed.complainant, at=THURSDAY)

    def run() -> object:
        with database.begin() as unit:
            later = THURSDAY + timedelta(minutes=1)
            return type(access.open_with_code(unit, issued.reference, issued.code.reveal(), at=later)).__name__

    names = _at_once([run] * 4)

    assert sorted(map(str, names)) == ["AccessGranted", "AccessRefused", "AccessRefused", "AccessRefused"]
