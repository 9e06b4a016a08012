"""Somebody leaves or loses a duty: everything that was theirs is found by whoever gives cases away."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.accounts import operations, queries
from grievance.accounts.models import DutyGrant, Staff, StaffSession
from grievance.accounts.permissions import Duty
from grievance.cases import appeals, remedies, telling, triage
from grievance.cases.models import Case, Investigator
from grievance.cases.record import CaseEvent, Notice
from grievance.cases.rights_record import Appeal
from grievance.cases.states import COMPLAINANT, Source
from grievance.cases.tasks import TaskKind, keepers, notices, open_task
from grievance.deadlines.standards import CaseType
from grievance.desk.tasks import tasks
from grievance.rounds.leavers import Why, let_go
from grievance.rounds.timers import sweep
from tests.support.casework import (
    NEXT_WEEK,
    THURSDAY,
    Room,
    by,
    close,
    make_room,
    put_in_charge,
    sort,
    sorted_case,
    viewer_of,
)
from tests.support.people import Person, make_staff
from tests.support.places import file_case

LEAVES = THURSDAY + timedelta(hours=2)


def leave(session: Session, room: Room, person: Person) -> int:
    staff = session.get_one(Staff, person.staff_id)
    operations.deactivate(session, staff=staff, by=room.administrator.staff_id, at=LEAVES)
    return let_go(session, person.staff_id, why=Why.LEFT, by=by(room.administrator), at=LEAVES)


def take_duty(session: Session, room: Room, person: Person, duty: Duty) -> int:
    grant = session.scalars(
        select(DutyGrant).where(DutyGrant.staff_id == person.staff_id, DutyGrant.duty == duty.value)
    ).one()
    operations.revoke_duty(session, grant=grant, by=room.administrator.staff_id, at=LEAVES)
    return let_go(session, person.staff_id, why=Why.DUTY_TAKEN, by=by(room.administrator), at=LEAVES)


def kinds_of(session: Session, person: Person) -> list[str]:
    return [row.kind for row in tasks(session, viewer_of(session, person))]


def notice_kinds(session: Session, person: Person) -> list[str]:
    later = NEXT_WEEK + timedelta(days=30)
    return [row.kind for row in notices(session, viewer_of(session, person), now=later)]


def test_the_cases_of_a_leaver_go_to_the_coordinator_with_the_reason(session: Session, room: Room) -> None:
    case = sorted_case(session, room).case

    assert leave(session, room, room.handler) == 1

    assert case.handler_id is None
    event = session.scalars(
        select(CaseEvent).where(CaseEvent.case_id == case.id).order_by(CaseEvent.seq.desc()).limit(1)
    ).one()
    assert (event.kind, event.codes) == (
        "assigned",
        {"handler": None, "from": room.handler.staff_id, "why": "left"},
    )
    assert kinds_of(session, room.coordinator) == ["take_over"]
    assert notice_kinds(session, room.coordinator) == ["left_behind"]


def test_one_notice_tells_of_many_cases(session: Session, room: Room) -> None:
    for _each in range(3):
        sorted_case(session, room)

    assert leave(session, room, room.handler) == 3
    assert notice_kinds(session, room.coordinator) == ["left_behind"]


def test_a_restricted_case_goes_to_the_triagers_and_nobody_else_hears_of_it(session: Session, room: Room) -> None:
    case = file_case(session, room.site).case
    sort(session, room, case, type=CaseType.HARASSMENT)

    leave(session, room, room.investigator)

    named = session.scalars(select(Investigator.removed_at).where(Investigator.case_id == case.id)).all()
    assert named == [LEAVES]
    assert case.handler_id is None
    assert "take_over" in kinds_of(session, room.triager)
    assert "left_behind" in notice_kinds(session, room.triager)
    for other in (room.coordinator, room.handler, room.auditor):
        assert kinds_of(session, other) == []
        assert notice_kinds(session, other) == []


def test_giving_the_case_away_does_the_task(session: Session, room: Room) -> None:
    case = sorted_case(session, room).case
    leave(session, room, room.handler)

    triage.assign(session, case, room.second_handler.staff_id, by=by(room.coordinator), at=NEXT_WEEK)

    assert kinds_of(session, room.coordinator) == []


def test_a_duty_taken_away_at_one_site_leaves_the_cases_of_another(session: Session, room: Room) -> None:
    elsewhere = make_room(session, slug="puerto-imaginario", line=None)
    both = make_staff(
        session,
        name="Bruno Ambos",
        duties={Duty.HANDLER: room.site},
        with_second_factor=False,
    )
    staff = session.get_one(Staff, both.staff_id)
    operations.grant_duty(session, staff=staff, site_id=elsewhere.site.id, duty=Duty.HANDLER, by=None, at=THURSDAY)
    here, there = file_case(session, room.site).case, file_case(session, elsewhere.site).case
    sort(session, room, here, at=THURSDAY, handler=both)
    sort(session, elsewhere, there, at=THURSDAY, handler=both)
    grant = session.scalars(
        select(DutyGrant).where(DutyGrant.staff_id == both.staff_id, DutyGrant.site_id == room.site.id)
    ).one()

    operations.revoke_duty(session, grant=grant, by=room.administrator.staff_id, at=LEAVES)
    let_go(session, both.staff_id, why=Why.DUTY_TAKEN, by=by(room.administrator), at=LEAVES)

    assert (here.handler_id, there.handler_id) == (None, both.staff_id)


def test_taking_another_duty_takes_no_case(session: Session, room: Room) -> None:
    operations.grant_duty(
        session,
        staff=session.get_one(Staff, room.handler.staff_id),
        site_id=room.site.id,
        duty=Duty.INTAKE,
        by=None,
        at=THURSDAY,
    )
    case = sorted_case(session, room).case

    assert take_duty(session, room, room.handler, Duty.INTAKE) == 0
    assert case.handler_id == room.handler.staff_id


def test_an_appeal_goes_to_another_reviewer_or_asks_for_one(session: Session, room: Room) -> None:
    first = make_staff(session, name="Rita Uno", duties={Duty.REVIEWER: room.site}, with_second_factor=False)
    filed = sorted_case(session, room)
    close(session, room, filed.case)
    for message in (filed.case,):
        telling.note_seen(session, message, filed.complainant, at=NEXT_WEEK + timedelta(days=2))
    appeals.file_appeal(
        session,
        filed.case,
        person=filed.complainant,
        words=None,
        source=Source.WEB_CODE,
        by=COMPLAINANT,
        at=NEXT_WEEK + timedelta(days=3),
    )
    appeal = appeals.waiting(session, filed.case)
    assert appeal is not None
    assert appeal.reviewer_id == first.staff_id

    staff = session.get_one(Staff, first.staff_id)
    at = NEXT_WEEK + timedelta(days=4)
    operations.deactivate(session, staff=staff, by=room.administrator.staff_id, at=at)
    let_go(session, first.staff_id, why=Why.LEFT, by=by(room.administrator), at=at)

    session.flush()
    assert session.scalars(select(Appeal.reviewer_id)).all() == [None]
    assert "name_reviewer" in kinds_of(session, room.coordinator)


def test_what_a_leaver_answers_for_is_asked_about_once(session: Session, room: Room) -> None:
    case = sorted_case(session, room).case
    for words in ("Cambiar el turno", "Revisar el contrato"):
        remedies.add_corrective_action(
            session,
            case,
            kind=remedies.CorrectiveKind.CORRECTIVE,
            words=words,
            owner_id=room.second_handler.staff_id,
            due_on=date(2026, 9, 30),
            by=by(room.handler),
            at=THURSDAY,
        )

    leave(session, room, room.second_handler)
    let_go(session, room.second_handler.staff_id, why=Why.LEFT, by=by(room.administrator), at=NEXT_WEEK)
    sweep(session, at=NEXT_WEEK, limit=50)

    assert kinds_of(session, room.coordinator).count("name_owner") == 1


def test_tasks_of_a_leaver_are_everybodys(session: Session, room: Room) -> None:
    case = sorted_case(session, room).case
    open_task(
        session,
        key="look:x",
        site_id=case.site_id,
        kind=TaskKind.LOOK_AT_REOPENING,
        case=case,
        assigned_to_id=room.handler.staff_id,
        at=THURSDAY,
    )

    leave(session, room, room.handler)

    assert "look_at_reopening" in kinds_of(session, room.coordinator)


def test_what_comes_later_for_somebody_who_left_is_told_to_others(session: Session, room: Room) -> None:
    filed = sorted_case(session, room)
    close(session, room, filed.case)
    leave(session, room, room.handler)

    made = open_task(
        session,
        key="look:later",
        site_id=room.site.id,
        kind=TaskKind.LOOK_AT_REOPENING,
        case=filed.case,
        assigned_to_id=filed.case.handler_id,
        at=NEXT_WEEK,
    )

    assert made.assigned_to_id is None
    assert keepers(session, filed.case) == sorted([room.triager.staff_id, room.second_triager.staff_id])


def test_closing_the_account_ends_its_sessions(session: Session, room: Room) -> None:
    staff = session.get_one(Staff, room.handler.staff_id)
    session.add(StaffSession(staff_id=staff.id, started_at=THURSDAY))
    session.flush()
    open_one = session.scalars(select(StaffSession).where(StaffSession.staff_id == staff.id)).one()
    mark, public_id = staff.fs_uniquifier, open_one.public_id
    assert queries.signed_in(session, uniquifier=mark, session_public_id=public_id) is not None

    leave(session, room, room.handler)
    session.refresh(open_one)

    assert open_one.ended_at == LEAVES
    assert queries.signed_in(session, uniquifier=mark, session_public_id=public_id) is None


def test_whoever_becomes_conflicted_loses_all_that_was_held(session: Session, room: Room) -> None:
    """Named on it, answering for a measure and with a task of it: then somebody complains about this person."""
    case = file_case(session, room.site).case
    sort(session, room, case, type=CaseType.HARASSMENT, at=THURSDAY)
    put_in_charge(session, room, case, room.investigator, who=room.triager, due_on=THURSDAY.date())
    open_task(
        session,
        key="reach:y",
        site_id=case.site_id,
        kind=TaskKind.REACH_PERSON,
        case=case,
        assigned_to_id=room.investigator.staff_id,
        at=THURSDAY,
    )
    triage.classify(
        session,
        case,
        type=CaseType.HARASSMENT,
        category_id=None,
        severity=3,
        respondents=[triage.RespondentSaid(staff_id=room.investigator.staff_id)],
        by=by(room.triager),
        at=LEAVES,
    )

    sweep(session, at=LEAVES, limit=50)

    assert case.handler_id is None
    assert session.scalars(select(Investigator.removed_at).where(Investigator.case_id == case.id)).all() == [LEAVES]
    assert {"reach_person", "name_owner", "take_over"} <= set(kinds_of(session, room.triager))
    assert kinds_of(session, room.investigator) == []
    told = session.scalars(
        select(Notice.kind).where(Notice.staff_id == room.investigator.staff_id, Notice.created_at >= LEAVES)
    )
    assert list(told) == []
    before = case.event_count
    sweep(session, at=NEXT_WEEK, limit=50)
    assert [
        e.kind for e in session.scalars(select(CaseEvent).where(CaseEvent.case_id == case.id, CaseEvent.seq > before))
    ].count("assigned") == 0


def test_a_round_finds_who_left_by_another_way(session: Session, room: Room) -> None:
    case: Case = sorted_case(session, room).case
    session.get_one(Staff, room.handler.staff_id).active = False

    sweep(session, at=NEXT_WEEK, limit=50)

    assert case.handler_id is None
    assert "take_over" in kinds_of(session, room.coordinator)
