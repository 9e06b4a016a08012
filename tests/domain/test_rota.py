"""Who is called at any hour: whoever is on the rota, else everybody who holds the duty; and where nobody is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from grievance.accounts import operations, rota
from grievance.accounts.models import Staff
from grievance.accounts.permissions import Duty
from grievance.accounts.rota import Gap, Turn
from grievance.cases import alerts, triage
from grievance.cases.models import Case
from grievance.cases.tasks import NoticeRow, notices
from grievance.deadlines.standards import CaseType
from grievance.rounds.timers import sweep
from grievance.sites.models import Category
from tests.support.casework import THURSDAY, Room, by, local, sort, sorted_case, viewer_of
from tests.support.people import Person, make_staff
from tests.support.places import file_case

NIGHT = local(6, 2)
"""A Sunday, two in the morning at the site."""
WEEK = timedelta(days=7)


@pytest.fixture
def second(session: Session, room: Room) -> Person:
    return make_staff(session, name="Olga Segunda", duties={Duty.ON_CALL: room.site}, with_second_factor=False)


def plan(session: Session, room: Room, person: Person, start: datetime, end: datetime) -> None:
    rota.plan_turn(
        session,
        site_id=room.site.id,
        staff_id=person.staff_id,
        from_at=start,
        until_at=end,
        by=room.coordinator.staff_id,
        at=THURSDAY,
    )


def told(session: Session, person: Person, at: datetime) -> list[NoticeRow]:
    return list(notices(session, viewer_of(session, person), now=at))


def new_case(session: Session, room: Room, kind: CaseType, at: datetime = NIGHT) -> Case:
    case = file_case(session, room.site, at=at).case
    triage.classify(session, case, type=kind, category_id=None, severity=5, by=by(room.triager), at=at)
    session.flush()
    return case


def test_danger_at_night_goes_to_whoever_is_on_the_rota(session: Session, room: Room, second: Person) -> None:
    plan(session, room, second, NIGHT - WEEK, NIGHT + WEEK)

    case = new_case(session, room, CaseType.DANGER)

    assert [(row.kind, row.reference) for row in told(session, second, NIGHT)] == [("danger", case.reference)]
    assert told(session, room.on_call, NIGHT) == []


def test_in_a_gap_everybody_who_holds_the_duty_is_called(session: Session, room: Room, second: Person) -> None:
    plan(session, room, second, NIGHT + timedelta(hours=1), NIGHT + WEEK)

    new_case(session, room, CaseType.DANGER)

    assert [len(told(session, person, NIGHT)) for person in (second, room.on_call)] == [1, 1]


@pytest.mark.parametrize("kind", [CaseType.HARASSMENT, CaseType.RETALIATION, CaseType.HUMAN_RIGHTS])
def test_urgent_and_restricted_wakes_whoever_is_on_call_without_saying_which(
    session: Session, room: Room, kind: CaseType
) -> None:
    case = new_case(session, room, kind)

    sweep(session, at=NIGHT, limit=50)
    sweep(session, at=NIGHT, limit=50)

    assert [(row.kind, row.reference) for row in told(session, room.on_call, NIGHT)] == [("urgent_waits", None)]
    assert ("urgent_waits", case.reference) in {(row.kind, row.reference) for row in told(session, room.triager, NIGHT)}


@pytest.mark.parametrize("kind", [CaseType.LABOUR, CaseType.INTEGRITY, CaseType.ENVIRONMENT])
def test_anything_else_wakes_nobody(session: Session, room: Room, kind: CaseType) -> None:
    case = new_case(session, room, kind)
    triage.assign(
        session,
        case,
        (room.investigator if case.is_restricted else room.handler).staff_id,
        by=by(room.triager),
        at=NIGHT,
    )

    sweep(session, at=NIGHT, limit=50)

    for person in room.people:
        assert told(session, person, NIGHT) == [], person.name


def test_what_the_filer_calls_danger_is_told_before_anybody_has_sorted_it(session: Session, room: Room) -> None:
    category = Category(
        operator_id=room.site.operator_id,
        code="danger-now",
        labels={"es": "Peligro", "en": "Danger"},
        default_type=CaseType.DANGER.value,
        default_severity=5,
    )
    session.add(category)
    session.flush()
    case = file_case(session, room.site, at=NIGHT, category_id=category.id).case

    sweep(session, at=NIGHT, limit=50)

    assert [row.kind for row in told(session, room.on_call, NIGHT)] == ["urgent_waits"]
    assert [(row.kind, row.reference) for row in told(session, room.triager, NIGHT)] == [
        ("urgent_waits", case.reference)
    ]


def test_whom_it_is_about_is_not_called(session: Session, room: Room, second: Person) -> None:
    plan(session, room, second, NIGHT - WEEK, NIGHT + WEEK)
    case = file_case(session, room.site, at=NIGHT).case
    triage.classify(
        session,
        case,
        type=CaseType.DANGER,
        category_id=None,
        severity=5,
        respondents=[triage.RespondentSaid(staff_id=second.staff_id)],
        by=by(room.triager),
        at=NIGHT,
    )

    assert told(session, second, NIGHT) == []
    assert [row.kind for row in told(session, room.on_call, NIGHT)] == ["danger"]


def test_a_missed_date_of_danger_is_told_to_the_rota_and_of_the_rest_only_that_it_waits(
    session: Session, room: Room, second: Person
) -> None:
    plan(session, room, second, NIGHT - WEEK, NIGHT + 5 * WEEK)
    danger, harassment = file_case(session, room.site).case, file_case(session, room.site).case
    sort(session, room, danger, type=CaseType.DANGER)
    sort(session, room, harassment, type=CaseType.HARASSMENT)

    sweep(session, at=NIGHT, limit=100)

    rows = told(session, second, NIGHT)
    assert {row.reference for row in rows if row.kind == "clock_breached"} == {danger.reference}
    assert {row.reference for row in rows if row.kind == "urgent_waits"} == {None}
    assert told(session, room.on_call, NIGHT) == []


def test_somebody_without_the_duty_any_more_is_not_on_call(session: Session, room: Room, second: Person) -> None:
    plan(session, room, second, NIGHT - WEEK, NIGHT + WEEK)
    operations.deactivate(session, staff=session.get_one(Staff, second.staff_id), by=None, at=THURSDAY)

    assert rota.on_duty(session, room.site.id, at=NIGHT) == [room.on_call.staff_id]
    assert alerts.on_call(session, sorted_case(session, room).case, at=NIGHT) == [room.on_call.staff_id]
    assert rota.turns(session, room.site.id, at=THURSDAY) == ()


def turn(start: int, end: int) -> Turn:
    day = datetime(2026, 9, 1, tzinfo=UTC)
    return Turn("x", 1, "Olga", day + timedelta(days=start), day + timedelta(days=end))


GAPS = {
    "nobody at all": ([], [(0, 10)]),
    "all covered": ([turn(0, 10)], []),
    "covered by two that touch": ([turn(0, 4), turn(4, 12)], []),
    "a hole between two": ([turn(0, 3), turn(5, 10)], [(3, 5)]),
    "a late beginning and an early end": ([turn(2, 8)], [(0, 2), (8, 10)]),
    "one within another": ([turn(0, 10), turn(2, 3)], []),
    "in any order": ([turn(5, 10), turn(0, 4)], [(4, 5)]),
    "only what comes later": ([turn(20, 30)], [(0, 10)]),
    "over before it begins": ([turn(-5, -1)], [(0, 10)]),
}


@pytest.mark.parametrize(("planned", "expected"), GAPS.values(), ids=GAPS.keys())
def test_gaps(planned: list[Turn], expected: list[tuple[int, int]]) -> None:
    day = datetime(2026, 9, 1, tzinfo=UTC)
    found = rota.gaps(planned, from_at=day, until_at=day + timedelta(days=10))

    assert found == [Gap(day + timedelta(days=first), day + timedelta(days=last)) for first, last in expected]


def test_a_site_that_plans_no_turns_is_not_warned_and_one_that_does_is(
    session: Session, room: Room, second: Person
) -> None:
    assert rota.near_gaps(session, [room.site.id], at=THURSDAY) == []

    plan(session, room, second, THURSDAY, THURSDAY + timedelta(days=3))

    (near,) = rota.near_gaps(session, [room.site.id], at=THURSDAY)
    assert near.gap.from_at == THURSDAY + timedelta(days=3)


def test_weeks_go_round_in_order() -> None:
    start = datetime(2026, 9, 7, 11, tzinfo=UTC)
    ends = [start + WEEK, start + 2 * WEEK, start + 3 * WEEK]

    assert rota.weeks([1, 2], first=start, ends=ends) == [
        (1, start, start + WEEK),
        (2, start + WEEK, start + 2 * WEEK),
        (1, start + 2 * WEEK, start + 3 * WEEK),
    ]


@pytest.mark.parametrize(
    ("start", "end"),
    [(NIGHT, NIGHT), (NIGHT + WEEK, NIGHT), (NIGHT - 9 * WEEK, NIGHT - 8 * WEEK), (NIGHT, NIGHT + 60 * WEEK)],
)
def test_turns_that_cannot_be(session: Session, room: Room, start: datetime, end: datetime) -> None:
    with pytest.raises(rota.WrongTurn):
        plan(session, room, room.on_call, start, end)


def test_only_who_holds_the_duty_is_planned(session: Session, room: Room) -> None:
    with pytest.raises(rota.NotOnCallHere):
        plan(session, room, room.handler, NIGHT, NIGHT + WEEK)
