"""The silence report says what a coordinator could see anyway, and nothing that would give anybody away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from grievance.cases.models import Case, HiddenFrom
from grievance.cases.states import Group
from grievance.metrics.periods import Quarter, quarter_period
from grievance.metrics.silence import Division, Heard, Place, Silence, silence
from grievance.sites import headcount
from grievance.sites.headcount import Count, Part, Stratum
from grievance.sites.models import CompanyKind
from grievance.sites.operations import add_company
from grievance.sites.queries import areas, the_operator
from tests.support.casework import Room, make_room, viewer_of
from tests.support.places import WEDNESDAY, file_case

Q3 = Quarter(2026, 3)


@dataclass(frozen=True)
class Staffed:
    """A site with two companies of 40 and 20 people, and one area with 30."""

    room: Room
    drillers: int
    buses: int
    camp: int


@pytest.fixture
def place(session: Session) -> Staffed:
    room = make_room(session)
    operator = the_operator(session)
    assert operator is not None
    drillers, buses = (
        add_company(session, operator, name=name, kind=CompanyKind.CONTRACTOR).id
        for name in ("Perforaciones Imaginarias", "Buses de Fantasía")
    )
    camp = areas(session, room.site.id)[0].id
    for stratum, people in ((Stratum(drillers), 40), (Stratum(buses), 20), (Stratum(None, camp), 30)):
        headcount.record(session, room.site, "2026Q2", Count(stratum, people), at=WEDNESDAY)
    return Staffed(room, drillers, buses, camp)


def heard_from(session: Session, place: Staffed, company_id: int | None, **facts: Any) -> Case:
    """File a grievance of a worker and have it sorted; facts are columns of the case."""
    person = {name: facts.pop(name) for name in ("shift", "area_id", "at") if name in facts}
    group = Group.CONTRACTOR_WORKER
    case = file_case(session, place.room.site, employer_id=company_id, said_group=group, **person).case
    for name, value in {"classified_at": WEDNESDAY, "type": "labour", **facts}.items():
        setattr(case, name, value)
    session.flush()
    return case


def report(session: Session, place: Staffed, quarter: Quarter = Q3) -> Silence:
    viewer = viewer_of(session, place.room.coordinator)
    site = place.room.site
    return silence(session, viewer, site, quarter_period(quarter, site.time_zone), until=quarter)


def division(found: Silence, part: Part) -> Division:
    return next(one for one in found.divisions if one.part is part)


def keys(places: tuple[Place, ...]) -> list[int | str]:
    return [one.key for one in places]


def test_companies_with_people_and_no_grievance_are_listed_the_largest_first(session: Session, place: Staffed) -> None:
    assert keys(division(report(session, place), Part.COMPANY).silent) == [place.drillers, place.buses]


def test_one_grievance_takes_a_place_off_the_list_without_a_number(session: Session, place: Staffed) -> None:
    heard_from(session, place, place.buses, area_id=place.camp)

    found = report(session, place)
    companies = division(found, Part.COMPANY)
    assert keys(companies.silent) == [place.drillers]
    assert [(one.heard, one.count, one.per_hundred) for one in companies.heard] == [(Heard.A_FEW, None, None)]
    assert division(found, Part.AREA).silent == ()
    assert (found.grievances, companies.said) == (None, None)


def test_five_are_said_with_how_many_that_is_for_every_hundred(session: Session, place: Staffed) -> None:
    for _ in range(5):
        heard_from(session, place, place.drillers, shift="night")

    found = report(session, place)
    assert [(one.count, one.per_hundred) for one in division(found, Part.COMPANY).heard] == [(5, 12.5)]
    assert found.grievances == 5


def test_a_place_without_headcount_is_named_when_it_was_heard_from(session: Session, place: Staffed) -> None:
    heard_from(session, place, place.drillers, shift="night")

    assert keys(division(report(session, place), Part.SHIFT).unstaffed) == ["night"]


@pytest.mark.parametrize(
    "facts",
    [
        {"is_restricted": True, "type": "harassment"},
        {"classified_at": None},
        {"is_spam": True},
        {"is_test": True},
        {"type": "question"},
        {"type": "data_rights"},
        {"at": WEDNESDAY - timedelta(days=200)},
    ],
    ids=["restricted", "not sorted", "spam", "a test", "a question", "about data", "long ago"],
)
def test_what_is_not_on_every_coordinators_desk_changes_nothing(
    session: Session, place: Staffed, facts: dict[str, Any]
) -> None:
    before = report(session, place)

    for _ in range(6):
        heard_from(session, place, place.drillers, area_id=place.camp, **facts)

    # Not a number, not a name, not an order differs: nobody can tell it from true silence.
    assert report(session, place) == before


def test_a_case_hidden_from_the_coordinator_changes_nothing(session: Session, place: Staffed) -> None:
    before = report(session, place)
    case = heard_from(session, place, place.drillers)
    coordinator = place.room.coordinator.staff_id
    session.add(HiddenFrom(case_id=case.id, staff_id=coordinator, reason="respondent", since_at=WEDNESDAY))
    session.flush()

    assert report(session, place) == before


def test_other_duties_of_the_same_person_show_no_more(session: Session, place: Staffed) -> None:
    before = report(session, place)
    heard_from(session, place, place.drillers, is_restricted=True)
    site, person = place.room.site, place.room.triager

    found = silence(session, viewer_of(session, person), site, quarter_period(Q3, site.time_zone), until=Q3)

    assert found == before


def test_another_site_is_not_heard_here(session: Session, place: Staffed) -> None:
    elsewhere = make_room(session, slug="puerto-imaginario", line=None)
    case = file_case(session, elsewhere.site, employer_id=place.drillers).case
    case.classified_at = WEDNESDAY
    session.flush()

    assert keys(division(report(session, place), Part.COMPANY).silent) == [place.drillers, place.buses]


def test_a_quarter_before_any_headcount_says_that_there_is_none(session: Session, place: Staffed) -> None:
    found = report(session, place, Quarter(2026, 1))

    assert (found.staffed, found.divisions) == (None, ())
