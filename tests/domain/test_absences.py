"""Between two days a stand-in sees and works what an absent handler would, and nothing else."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.accounts import absences, operations, queries
from grievance.accounts.audit import AuditAction
from grievance.accounts.models import AuditEntry, Staff
from grievance.accounts.permissions import Duty, Viewer
from grievance.cases.facts import facts_of
from grievance.cases.models import Case
from grievance.cases.queries import for_change, visible
from grievance.cases.tasks import NoticeKind, TaskKind, notices, notify, open_task
from grievance.cases.visibility import CaseAction, may_close, may_see, works
from grievance.desk.queries import DeskFilter, Show, Whose, desk
from grievance.desk.tasks import tasks
from grievance.rounds.leavers import Why, let_go
from tests.support.casework import THURSDAY, Room, accuse, by, local, sort, sorted_case
from tests.support.people import Person, make_staff
from tests.support.places import file_case

FIRST, LAST = date(2026, 9, 7), date(2026, 9, 11)
BEFORE, DURING, AFTER = local(6, 20), local(9), local(12, 1)


@pytest.fixture
def away(session: Session, room: Room) -> Room:
    """Return the room whose handler is away from 7 to 11 September; the second handler stands in."""
    name(session, room, room.handler, room.second_handler)
    return room


def name(
    session: Session, room: Room, absent: Person, stand_in: Person, first: date = FIRST, last: date = LAST
) -> None:
    absences.name_stand_in(
        session,
        staff_id=absent.staff_id,
        stand_in_id=stand_in.staff_id,
        site_id=room.site.id,
        from_on=first,
        until_on=last,
        by=room.coordinator.staff_id,
        at=THURSDAY,
    )


def viewer(session: Session, person: Person, at: datetime = DURING) -> Viewer:
    session.flush()
    return queries.viewer(session, person.staff_id, at=at)


def seen(session: Session, who: Viewer) -> set[int]:
    return set(session.scalars(select(Case.id).where(visible(who))))


@pytest.mark.parametrize(("at", "sees"), [(BEFORE, False), (local(7, 0), True), (local(11, 23), True), (AFTER, False)])
def test_it_begins_and_ends_by_the_calendar_of_the_site(session: Session, away: Room, at: datetime, sees: bool) -> None:
    case = sorted_case(session, away).case

    who = viewer(session, away.second_handler, at)

    assert (case.id in seen(session, who)) is sees
    assert may_see(who, facts_of(session, case)) is sees
    assert works(who, facts_of(session, case)) is sees


def test_the_stand_in_works_the_case_and_has_it_on_the_desk(session: Session, away: Room) -> None:
    case = sorted_case(session, away).case
    who = viewer(session, away.second_handler)

    found = desk(session, who, DeskFilter(show=Show.OPEN, whose=Whose.MINE), now=DURING)

    assert [row.reference for row in found.rows] == [case.reference]
    for action in (CaseAction.ACKNOWLEDGE, CaseAction.MESSAGE, CaseAction.NOTE):
        assert for_change(session, who, case.reference, action) is case
    assert case.handler_id == away.handler.staff_id


def test_what_is_restricted_does_not_go_along(session: Session, away: Room) -> None:
    case = sorted_case(session, away).case
    case.is_restricted = True
    who = viewer(session, away.second_handler)

    assert seen(session, who) == set()
    assert not may_see(who, facts_of(session, case))


def test_nor_what_is_hidden_from_the_stand_in(session: Session, away: Room) -> None:
    case = sorted_case(session, away).case
    accuse(session, away, case, away.second_handler)

    assert seen(session, viewer(session, away.second_handler)) == set()


def test_nor_what_the_absent_one_stands_in_for(session: Session, away: Room) -> None:
    third = make_staff(session, name="Hernán Tercero", duties={Duty.HANDLER: away.site}, with_second_factor=False)
    name(session, away, third, away.handler)
    case = file_case(session, away.site).case
    sort(session, away, case, at=THURSDAY, handler=third)

    assert case.id in seen(session, viewer(session, away.handler))
    assert seen(session, viewer(session, away.second_handler)) == set()


def test_a_stand_in_without_the_duty_any_more_sees_nothing(session: Session, away: Room) -> None:
    sorted_case(session, away)
    staff = session.get_one(Staff, away.handler.staff_id)
    operations.deactivate(session, staff=staff, by=None, at=THURSDAY)

    assert seen(session, viewer(session, away.second_handler)) == set()


def test_notices_and_tasks_of_the_absent_one_reach_the_stand_in(session: Session, away: Room) -> None:
    case = sorted_case(session, away).case
    notify(
        session,
        [away.handler.staff_id],
        key="x",
        kind=NoticeKind.MESSAGE_FROM_PERSON,
        case=case,
        show_from=DURING,
        at=DURING,
    )
    open_task(
        session,
        key="y",
        site_id=case.site_id,
        kind=TaskKind.REACH_PERSON,
        case=case,
        assigned_to_id=away.handler.staff_id,
        at=DURING,
    )
    who = viewer(session, away.second_handler)

    assert [row.kind for row in notices(session, who, now=DURING)] == ["message_from_person"]
    assert [row.kind for row in tasks(session, who)] == ["reach_person"]
    assert tasks(session, viewer(session, away.second_handler, AFTER)) == ()


def test_a_stand_in_who_coordinates_is_no_second_person(session: Session, away: Room) -> None:
    staff = session.get_one(Staff, away.second_handler.staff_id)
    operations.grant_duty(session, staff=staff, site_id=away.site.id, duty=Duty.COORDINATOR, by=None, at=THURSDAY)
    case = sorted_case(session, away).case
    case.severity = 4
    session.flush()

    assert not may_close(viewer(session, away.second_handler), facts_of(session, case))
    assert may_close(viewer(session, away.second_handler, AFTER), facts_of(session, case))


def test_it_can_be_called_off_and_every_step_is_audited(session: Session, away: Room) -> None:
    sorted_case(session, away)
    (row,) = absences.listed(session, at=DURING, site_ids=[away.site.id])
    absences.call_off(session, absences.absence(session, row.public_id), by=away.handler.staff_id, at=DURING)

    assert seen(session, viewer(session, away.second_handler)) == set()
    assert absences.listed(session, at=DURING, site_ids=[away.site.id]) == ()
    lines = session.scalars(select(AuditEntry).where(AuditEntry.subject == away.handler.public_id)).all()
    assert [line.action for line in lines][-2:] == [AuditAction.STAND_IN_NAMED, AuditAction.STAND_IN_ENDED]
    assert lines[-1].codes["stand_in"] == away.second_handler.public_id


def test_whoever_leaves_stands_in_for_nobody(session: Session, away: Room) -> None:
    staff = session.get_one(Staff, away.second_handler.staff_id)
    operations.deactivate(session, staff=staff, by=away.administrator.staff_id, at=DURING)

    let_go(session, staff.id, why=Why.LEFT, by=by(away.administrator), at=DURING)

    assert absences.listed(session, at=DURING, site_ids=[away.site.id]) == ()


REFUSED = {
    "oneself": ("handler", "handler", FIRST, LAST, absences.OwnStandIn),
    "a coordinator who handles nothing": ("handler", "coordinator", FIRST, LAST, absences.NotAHandlerHere),
    "for a triager": ("triager", "handler", FIRST, LAST, absences.NotAHandlerHere),
    "the last day first": ("handler", "second_handler", LAST, FIRST, absences.WrongDays),
    "days gone by": ("handler", "second_handler", date(2026, 8, 3), LAST, absences.WrongDays),
    "half a year": ("handler", "second_handler", FIRST, date(2027, 3, 1), absences.WrongDays),
}


@pytest.mark.parametrize(("absent", "stand_in", "first", "last", "error"), REFUSED.values(), ids=REFUSED.keys())
def test_refused(
    session: Session, room: Room, absent: str, stand_in: str, first: date, last: date, error: type[Exception]
) -> None:
    with pytest.raises(error):
        name(session, room, getattr(room, absent), getattr(room, stand_in), first, last)


def test_nobody_is_away_twice(session: Session, away: Room) -> None:
    third = make_staff(session, name="Hernán Tercero", duties={Duty.HANDLER: away.site}, with_second_factor=False)

    with pytest.raises(absences.AlreadyAway):
        name(session, away, away.handler, third, LAST, LAST + timedelta(days=3))
    name(session, away, away.handler, third, LAST + timedelta(days=1), LAST + timedelta(days=3))


def test_the_longest_absence_counts_both_ends(session: Session, room: Room) -> None:
    last = FIRST + timedelta(days=absences.MOST_DAYS - 1)

    name(session, room, room.handler, room.second_handler, FIRST, last)

    assert datetime.combine(last, datetime.min.time(), tzinfo=UTC) - datetime(2026, 9, 7, tzinfo=UTC) == timedelta(91)
