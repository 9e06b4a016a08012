"""The sweep: reminders before, breaches after, each once, to the right people, in working hours."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.cases import handling, triage
from grievance.cases.record import CaseEvent, Notice
from grievance.cases.tasks import notices, read_notices, unread_notices
from grievance.core.db import Database
from grievance.deadlines.standards import CaseType
from grievance.rounds.timers import SweepCount, lead_days, sweep
from tests.support.casework import Room, by, local, make_room, propose, sort, sorted_case, viewer_of
from tests.support.people import Person
from tests.support.places import WEDNESDAY, file_case


def _told(session: Session, kind: str = "clock_breached") -> set[int]:
    session.flush()
    return set(session.scalars(select(Notice.staff_id).where(Notice.kind == kind)))


def _ids(*people: Person) -> set[int]:
    return {person.staff_id for person in people}


@pytest.mark.parametrize(
    ("amount", "unit", "days"),
    [
        (1, "business_days", 1),
        (2, "business_days", 1),
        (4, "business_days", 1),
        (5, "business_days", 2),
        (20, "business_days", 5),
        (30, "business_days", 8),
        (30, "calendar_days", 8),
        (90, "calendar_days", 23),
        (0, "calendar_days", 1),
        (3, "months", 23),
    ],
)
def test_a_reminder_comes_with_a_quarter_of_the_time_left(amount: int, unit: str, days: int) -> None:
    assert lead_days(amount, unit) == days


@pytest.mark.parametrize(
    ("at", "reminded"),
    [
        # Labour, received Wednesday 2: acknowledge Friday 4, first contact Tuesday 8, resolve Thursday 1 October.
        (local(2, 23), []),
        (local(3, 1), ["acknowledge"]),
        (local(4, 23), ["acknowledge"]),
        (local(5, 12), []),
        (local(7, 1), ["first_contact"]),
        (local(23, 12), []),
        (local(24, 1), ["resolve"]),
    ],
)
def test_reminders_come_when_they_are_due(session: Session, room: Room, at: datetime, reminded: list[str]) -> None:
    case = sorted_case(session, room).case

    sweep(session, at=at, limit=100)

    session.flush()
    found = session.scalars(select(CaseEvent.codes).where(CaseEvent.kind == "clock_reminded")).all()
    assert [codes["clock"] for codes in found] == reminded
    assert all(event_case == case.id for event_case in session.scalars(select(CaseEvent.case_id)))


def test_a_breach_is_recorded_after_the_last_second_and_once(session: Session, room: Room) -> None:
    sorted_case(session, room)
    due_at = local(4, 23) + timedelta(minutes=59, seconds=59)

    on_time = sweep(session, at=due_at, limit=100)
    late = sweep(session, at=due_at + timedelta(seconds=1), limit=100)
    again = sweep(session, at=due_at + timedelta(hours=1), limit=100)

    assert on_time == SweepCount(reminded=1, breached=0)
    assert late == SweepCount(reminded=0, breached=1)
    assert again == SweepCount(reminded=0, breached=0)


def test_what_was_met_is_neither_reminded_nor_breached(session: Session, room: Room) -> None:
    case = sorted_case(session, room).case
    handling.acknowledge(session, case, words="Recibido", by=by(room.handler), at=WEDNESDAY)

    assert sweep(session, at=local(5), limit=100) == SweepCount(0, 0)


def test_the_persons_own_days_never_breach(session: Session, room: Room) -> None:
    case = sorted_case(session, room).case
    propose(session, room, case, at=local(3, 15))

    late = sweep(session, at=local(30), limit=100)

    codes = session.scalars(select(CaseEvent.codes).where(CaseEvent.kind == "clock_breached")).all()
    assert late.breached == len(codes) == 0


def test_spam_and_ended_cases_are_left_alone(session: Session, room: Room) -> None:
    triage.mark_spam(session, file_case(session, room.site).case, by=by(room.triager), at=WEDNESDAY)

    assert sweep(session, at=local(30), limit=100) == SweepCount(0, 0)


def test_whom_a_breach_concerns(session: Session, room: Room) -> None:
    mine = sorted_case(session, room).case
    sweep(session, at=local(5), limit=100)
    assert _told(session) == _ids(room.handler, room.coordinator)

    triage.assign(session, mine, None, by=by(room.coordinator), at=local(5))
    sweep(session, at=local(9), limit=100)
    assert _told(session) == _ids(room.handler, room.coordinator, room.triager, room.second_triager)


def test_an_unsorted_case_concerns_triagers_only(session: Session, room: Room) -> None:
    file_case(session, room.site)

    sweep(session, at=local(5), limit=100)

    assert _told(session) == _ids(room.triager, room.second_triager)


def test_a_restricted_case_concerns_its_investigator_and_triagers_at_any_hour(session: Session, room: Room) -> None:
    case = file_case(session, room.site).case
    sort(session, room, case, type=CaseType.RETALIATION)
    night = local(5, 3)

    sweep(session, at=night, limit=100)

    assert _told(session) == _ids(room.investigator, room.triager, room.second_triager)
    shown = session.scalars(select(Notice.show_from).where(Notice.kind == "clock_breached")).all()
    assert set(shown) == {night}


def test_the_accused_is_told_nothing(session: Session, room: Room) -> None:
    case = file_case(session, room.site).case
    said = [triage.RespondentSaid(staff_id=room.coordinator.staff_id)]
    sort(session, room, case, respondents=said)

    sweep(session, at=local(5), limit=100)

    assert _told(session) == _ids(room.handler)


def test_notices_wait_for_the_working_day_and_name_no_case_out_of_sight(session: Session, room: Room) -> None:
    case = sorted_case(session, room).case
    saturday = local(5, 10)
    sweep(session, at=saturday, limit=100)
    handler, coordinator = viewer_of(session, room.handler), viewer_of(session, room.coordinator)
    read_notices(session, room.handler.staff_id, at=local(3))

    assert [row.kind for row in notices(session, coordinator, now=saturday)] == []
    # Monday 7 September at nine.
    monday = local(7, 9)
    assert [row.reference for row in notices(session, coordinator, now=monday)] == [case.reference]
    assert unread_notices(session, room.handler.staff_id, now=monday) == 1

    triage.restrict(session, case, by=by(room.triager), at=monday)
    session.flush()
    found = notices(session, handler, now=monday)
    assert {row.reference for row in found} == {None}
    assert read_notices(session, room.handler.staff_id, at=monday) == 1
    assert unread_notices(session, room.handler.staff_id, now=monday) == 0


def test_danger_counts_in_hours_and_reminds_a_quarter_before(session: Session, room: Room) -> None:
    case = file_case(session, room.site, at=local(2, 3)).case
    sort(session, room, case, type=CaseType.DANGER, severity=5, at=local(2, 3))

    early = sweep(session, at=local(2, 3) + timedelta(minutes=44), limit=100)
    soon = sweep(session, at=local(2, 3) + timedelta(minutes=45), limit=100)
    late = sweep(session, at=local(2, 4) + timedelta(seconds=1), limit=100)

    # First contact is due on the same next business day, of which one day is left from the first hour on.
    assert (early.reminded, soon.reminded, late.breached) == (1, 1, 1)
    assert room.on_call.staff_id in _told(session)


def test_the_limit_leaves_the_rest_for_the_next_round(session: Session, room: Room) -> None:
    for _ in range(5):
        sorted_case(session, room)

    rounds = [sweep(session, at=local(5), limit=2).breached for _ in range(4)]

    assert rounds == [2, 2, 1, 0]


def test_two_workers_record_one_breach(database: Database) -> None:
    with database.begin() as unit:
        sorted_case(unit, make_room(unit))

    counts = []
    for _ in range(2):
        with database.begin() as unit:
            counts.append(sweep(unit, at=local(5), limit=100).breached)

    assert counts == [1, 0]
