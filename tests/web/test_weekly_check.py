"""The check of the whole record that nobody asked for: begun by a worker, told to those who read the audit trail."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import event, func, select, text, update

from grievance.accounts.models import AuditEntry
from grievance.cases import handling, whole_check
from grievance.cases.check_record import RecordCheck
from grievance.cases.mail_record import MailChoice
from grievance.cases.models import Case
from grievance.cases.record import CaseEvent, Notice
from grievance.cases.tasks import read_notices
from grievance.cases.transitions import load_for_change
from grievance.cases.verify import make_daily_root
from grievance.cases.whole_check import CHECKED_EVERY, OVERDUE_AFTER
from grievance.cli.worker import Rhythm, check_records, round_of_work
from grievance.core import clock
from grievance.core.db import Database
from grievance.rounds.staff_mail import choose
from grievance.runtime import Runtime
from tests.support.casework import Room, by, local, sorted_case
from tests.support.desk import at_desk, staffed_room
from tests.support.mailing import MailProvider

TRAIL = "/en/staff/audit"
COUNT = select(func.count()).select_from(RecordCheck)


@pytest.fixture
def room(database: Database) -> Room:
    with database.begin() as session:
        made = staffed_room(session)
        sorted_case(session, made)
        return made


def work(runtime: Runtime, rhythm: Rhythm | None = None) -> None:
    """Let a worker do everything that is due now."""
    kept = rhythm or Rhythm()
    while round_of_work(runtime, "here", kept):
        pass


def tamper(database: Database, room: Room) -> None:
    """Write another name under an old event, as somebody with the database would."""
    with database.begin() as session:
        session.execute(update(CaseEvent).where(CaseEvent.seq == 2).values(actor_id=room.publisher.staff_id))


def metric(app: Flask, name: str) -> float:
    lines = app.test_client().get("/metrics", environ_base={"REMOTE_ADDR": "127.0.0.1"}).text.splitlines()
    return float(next(line.split()[1] for line in lines if line.startswith(f"{name} ")))


def test_what_was_tampered_with_is_found_and_told_though_nobody_asked(
    app: Flask, database: Database, room: Room, runtime: Runtime
) -> None:
    tamper(database, room)

    work(runtime)

    page = at_desk(app, room.auditor).open(TRAIL)
    assert page.has("step 2 of its history was changed or removed.")
    assert page.has("by itself: ")
    assert at_desk(app, room.auditor).open("/en/staff/notices").has("The record does not stand as it was written")
    assert metric(app, "grievance_record_faults") == 1
    assert metric(app, "grievance_record_checked_timestamp_seconds") > 0
    with database.read() as session:
        assert session.scalars(select(Notice.staff_id).where(Notice.kind == "record_broken")).all() == [
            room.auditor.staff_id
        ]
        line = session.scalars(select(AuditEntry).where(AuditEntry.action == "record_check_asked")).one()
        assert line.actor_id is None


def test_a_sound_record_is_checked_and_nobody_is_told(
    app: Flask, database: Database, room: Room, runtime: Runtime
) -> None:
    work(runtime)

    assert at_desk(app, room.auditor).open(TRAIL).has("daily roots. Everything holds.")
    assert metric(app, "grievance_record_faults") == 0
    with database.read() as session:
        assert session.scalars(select(Notice.id).where(Notice.kind == "record_broken")).all() == []


def test_a_step_taken_meanwhile_is_no_fault(database: Database, room: Room, runtime: Runtime) -> None:
    taken: list[str] = []

    def meanwhile(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        """Let somebody add a step to the case between two statements of the check."""
        if "FROM cases" in statement and "chain_head" in statement and not taken:
            taken.append(statement)
            with database.begin() as session:
                case = load_for_change(session, session.scalars(select(Case.id)).one())
                handling.add_note(session, case, words="Llamé.", by=by(room.handler), at=clock.now())

    with database.begin() as session:
        whole_check.ask(session, by=room.auditor.staff_id, at=clock.now())
    event.listen(database.engine, "after_cursor_execute", meanwhile)
    while check_records(runtime):
        pass
    event.remove(database.engine, "after_cursor_execute", meanwhile)

    with database.read() as session:
        assert taken
        assert session.scalars(select(RecordCheck.faults)).one() == []


def test_it_begins_again_after_a_week_and_not_before(database: Database, room: Room, runtime: Runtime) -> None:
    counts = []
    for span in (timedelta(), CHECKED_EVERY - timedelta(minutes=1), CHECKED_EVERY + timedelta(minutes=1)):
        with time_machine.travel(clock.now() + span):
            work(runtime)
        with database.read() as session:
            counts.append(session.execute(COUNT).scalar_one())

    assert counts == [1, 1, 2]


def test_several_workers_begin_one(database: Database, room: Room, runtime: Runtime) -> None:
    for _ in range(2):
        with database.begin() as session:
            whole_check.begin_when_due(session, at=clock.now())
    first, second = Rhythm(), Rhythm()
    while round_of_work(runtime, "one", first) + round_of_work(runtime, "two", second):
        pass

    with database.read() as session:
        assert session.execute(COUNT).scalar_one() == 1
        done = session.scalars(select(RecordCheck)).one()
        assert (done.cases_done, done.fault_count, done.running) == (1, 0, None)


def test_an_auditor_who_asked_today_has_no_second_one_begin(database: Database, room: Room, runtime: Runtime) -> None:
    with database.begin() as session:
        whole_check.ask(session, by=room.auditor.staff_id, at=clock.now())
    work(runtime)

    with database.read() as session:
        assert session.scalars(select(RecordCheck.asked_by_id)).all() == [room.auditor.staff_id]


def test_the_mail_about_it_says_only_that_a_notice_waits(database: Database, room: Room, runtime: Runtime) -> None:
    tamper(database, room)
    with database.begin() as session:
        read_notices(session, room.auditor.staff_id, at=clock.now())
        choose(session, room.auditor.staff_id, MailChoice.AT_ONCE)
        reference = session.scalars(select(Case.reference)).one()
    provider = MailProvider()
    with time_machine.travel(local(30, 12)):
        for _found_then_told in range(2):
            work(replace(runtime, mail=provider))

    (mail,) = provider.taken
    assert "/en/staff/notices" in mail.body or "/es/equipo/avisos" in mail.body
    assert not {word for word in (reference, "record", "registro") if word in mail.body.lower()}


def test_a_record_that_nobody_checks_is_overdue(database: Database, room: Room, runtime: Runtime) -> None:
    work(runtime)
    with database.read() as session:
        checked_at = session.scalars(select(RecordCheck.finished_at)).one()
        assert checked_at is not None

        assert not whole_check.health(session, at=checked_at + OVERDUE_AFTER).is_overdue
        assert whole_check.health(session, at=checked_at + OVERDUE_AFTER + timedelta(seconds=1)).is_overdue


CODES = "UPDATE case_event SET codes = '{}' WHERE case_id = (SELECT min(id) FROM cases) AND seq = 2"
LINE = "UPDATE audit_entry SET {} WHERE seq = 2"
ROOT = "UPDATE daily_root SET heads = '{}'"

BROKEN = {
    # What cannot be read in SQLite, which keeps whatever it is given; then the nearest that PostgreSQL takes.
    "case": (CODES.format("["), CODES.format("7")),
    "case of another shape": (CODES.format("7"), CODES.format("[7]")),
    "line": (LINE.format("codes = '['"), LINE.format("codes = '7'")),
    "line that is no text": (LINE.format("action = CAST(x'ff' AS TEXT)"), LINE.format("action = 'x'")),
    "root": (ROOT.format("["), ROOT.format("7")),
    "root of another shape": (ROOT.format('{"audit"\\: 7}'), ROOT.format('{"audit"\\: 7}')),
}
"""What somebody with the database writes so that a row cannot be read, or not compared, any more."""

FOUND = {
    "case": ("unreadable", None),
    "case of another shape": ("unreadable", None),
    "line": ("line_changed", 2),
    "line that is no text": ("line_changed", 2),
    "root": ("root", None),
    "root of another shape": ("root", None),
}


@pytest.mark.parametrize("what", BROKEN)
def test_what_cannot_be_read_is_found_once_and_the_check_goes_on(
    database: Database, room: Room, runtime: Runtime, what: str
) -> None:
    spoil(database, room, what)

    work(runtime)

    with database.read() as session:
        check = session.scalars(select(RecordCheck)).one()
        assert (check.running, check.stage, check.cases_done) == (None, "done", 2)
        assert [(name, seq) for name, _subject, seq in check.faults] == [FOUND[what]]
        told = session.scalars(select(Notice.staff_id).where(Notice.kind == "record_broken")).all()
        assert told == [room.auditor.staff_id]


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("case", "its record cannot be read: something in it was changed."),
        ("line", "Line 2 of the audit trail was changed after it was written."),
        ("root", "something that it holds was changed or removed."),
    ],
)
def test_whoever_is_told_can_read_what_it_is(
    app: Flask, database: Database, room: Room, runtime: Runtime, what: str, said: str
) -> None:
    spoil(database, room, what)

    work(runtime)

    assert at_desk(app, room.auditor).open(TRAIL).has(said)


def test_a_check_that_lost_its_place_goes_on_with_the_next_part(
    database: Database, room: Room, runtime: Runtime
) -> None:
    with database.begin() as session:
        whole_check.ask(session, by=room.auditor.staff_id, at=clock.now())
        session.execute(update(RecordCheck).values(stage="cases", place="x"))

    work(runtime)

    with database.read() as session:
        check = session.scalars(select(RecordCheck)).one()
        assert (check.stage, [tuple(fault) for fault in check.faults]) == ("done", [("unreadable", "", None)])


def spoil(database: Database, room: Room, what: str) -> None:
    """Write into one of two cases, the roots or a line of the audit trail what cannot be read."""
    with database.begin() as session:
        sorted_case(session, room)
        for day in (2, 1):
            make_daily_root(session, on=clock.now().date() - timedelta(days=day), at=clock.now())
        session.execute(text(BROKEN[what][0 if database.is_sqlite else 1]))
