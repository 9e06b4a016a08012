"""A site's own numbers: from a date on, for new grievances only, and never against the law."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from grievance.cases import clocks
from grievance.cases.models import Case
from grievance.deadlines import site_standards
from grievance.deadlines.operations import remove_day, set_day
from grievance.deadlines.queries import site_calendar, special_days
from grievance.deadlines.standards import CaseType, ClockName, StandardLocked
from tests.support.casework import Room, make_room, sort
from tests.support.places import WEDNESDAY, file_case

TODAY = date(2026, 9, 2)


def set_to(
    session: Session,
    room: Room,
    amount: int,
    *,
    valid_from: date = TODAY,
    case_type: CaseType = CaseType.LABOUR,
    clock: ClockName = ClockName.RESOLVE,
) -> None:
    site_standards.set_standard(
        session, room.site.id, case_type, clock, amount, valid_from=valid_from, at=WEDNESDAY, today=TODAY
    )


def promised(session: Session, case: Case, name: ClockName) -> tuple[int, str]:
    clock = clocks.running(session, case, name)
    assert clock is not None
    return clock.amount, clock.standards_version


def test_a_new_number_counts_for_what_is_received_from_then_on(session: Session, room: Room) -> None:
    set_to(session, room, 15, valid_from=TODAY + timedelta(days=1))
    before = file_case(session, room.site).case
    after = file_case(session, room.site, at=WEDNESDAY + timedelta(days=1)).case

    for case in (before, after):
        sort(session, room, case, type=CaseType.LABOUR, at=WEDNESDAY + timedelta(days=2))

    assert promised(session, before, ClockName.RESOLVE) == (20, "1")
    amount, version = promised(session, after, ClockName.RESOLVE)
    assert amount == 15
    assert version.startswith("1/")


def test_a_later_change_rewrites_no_date_promised(session: Session, room: Room) -> None:
    case = file_case(session, room.site).case
    due = {clock.name: clock.due_at for clock in clocks.of(session, case.id)}

    set_to(session, room, 1, case_type=CaseType.UNCLASSIFIED)

    assert {clock.name: clock.due_at for clock in clocks.of(session, case.id)} == due


def test_the_first_promise_of_an_unsorted_case_is_the_sites_own(session: Session, room: Room) -> None:
    set_to(session, room, 1, case_type=CaseType.UNCLASSIFIED, clock=ClockName.ACKNOWLEDGE)

    filed = file_case(session, room.site)

    assert filed.due_on(ClockName.ACKNOWLEDGE) == date(2026, 9, 3)


def test_one_site_changes_nothing_at_another(session: Session, room: Room) -> None:
    other = make_room(session, slug="valle-imaginario", line=None)

    set_to(session, room, 1, case_type=CaseType.UNCLASSIFIED)

    case = file_case(session, other.site).case
    assert promised(session, case, ClockName.RESOLVE) == (20, "1")


@pytest.mark.parametrize("case_type", [CaseType.HARASSMENT, CaseType.DATA_RIGHTS])
def test_the_law_is_not_changed(session: Session, room: Room, case_type: CaseType) -> None:
    with pytest.raises(StandardLocked):
        set_to(session, room, 60, case_type=case_type)


@pytest.mark.parametrize("amount", [0, -1, 366])
def test_a_promise_is_a_day_to_a_year(session: Session, room: Room, amount: int) -> None:
    with pytest.raises(site_standards.AmountOutOfRange):
        set_to(session, room, amount)


def test_nothing_is_changed_for_days_gone_by(session: Session, room: Room) -> None:
    with pytest.raises(site_standards.NotInForceYet):
        set_to(session, room, 10, valid_from=TODAY - timedelta(days=1))


def test_a_change_that_lies_ahead_can_be_taken_back(session: Session, room: Room) -> None:
    set_to(session, room, 15, valid_from=TODAY + timedelta(days=5))

    site_standards.take_back(session, room.site.id, CaseType.LABOUR, ClockName.RESOLVE, today=TODAY)

    row = next(
        row
        for row in site_standards.standing(session, room.site.id, today=TODAY)
        if (row.base.type, row.base.clock) == (CaseType.LABOUR, ClockName.RESOLVE)
    )
    assert (row.today.amount, row.next_from) == (20, None)
    with pytest.raises(site_standards.NoSuchStandard):
        site_standards.take_back(session, room.site.id, CaseType.LABOUR, ClockName.RESOLVE, today=TODAY)


def test_an_own_day_stands_for_the_countrys_until_it_is_removed(session: Session, room: Room) -> None:
    set_day(session, room.site.id, on=date(2026, 9, 18), is_business_day=True, name="Fiestas Patrias, se trabaja")

    worked = next(day for day in special_days(session, room.site.id, year=2026) if day.on == date(2026, 9, 18))
    assert (worked.is_own, worked.is_business_day) == (True, True)
    assert remove_day(session, room.site.id, on=date(2026, 9, 18))
    assert not remove_day(session, room.site.id, on=date(2026, 9, 18))
    back = next(day for day in special_days(session, room.site.id, year=2026) if day.on == date(2026, 9, 18))
    assert (back.is_own, back.is_business_day) == (False, False)


def test_a_filing_reads_calendar_and_numbers_at_once_and_finds_what_each_alone_says(
    session: Session, room: Room
) -> None:
    set_to(session, room, 15)
    set_to(session, room, 12, valid_from=TODAY + timedelta(days=1))
    set_to(session, room, 9, valid_from=TODAY + timedelta(days=2))
    set_day(session, room.site.id, on=date(2026, 9, 11), is_business_day=False, name="Feriado local")
    on = TODAY + timedelta(days=1)

    calendar, promises = site_standards.calendar_and_standards(
        session, room.site.id, CaseType.LABOUR, on=on, time_zone=room.site.time_zone
    )

    assert promises == site_standards.standards_at(session, room.site.id, CaseType.LABOUR, on=on)
    assert calendar == site_calendar(session, room.site.id, time_zone=room.site.time_zone, year=on.year)
    assert [row.amount for row in promises if row.clock is ClockName.RESOLVE] == [12]
