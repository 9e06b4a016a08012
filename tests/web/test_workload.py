"""Who has how much in hand: counted out of what the viewer may see, each number leading to its cases."""

from __future__ import annotations

from datetime import date

from flask import Flask

from grievance.cases import delays, pauses, triage
from grievance.cases.side_tracks import DelayReason
from grievance.core.db import Database
from grievance.deadlines.standards import CaseType, ClockName
from grievance.desk.workload import workload
from tests.support.casework import NEXT_WEEK, THURSDAY, Room, by, sort, sorted_case, viewer_of
from tests.support.clock import stands_at
from tests.support.desk import CASES, at_desk, counted, staffed_room
from tests.support.places import file_case

WORKLOAD = "/en/staff/workload"


clock = stands_at(NEXT_WEEK)


def rows(app: Flask, room: Room) -> list[str]:
    page = at_desk(app, room.coordinator).open(WORKLOAD)
    return [node.text for node in page.all("table")[0].all("tr")]


def test_each_handler_stands_with_what_is_open_late_and_waiting(app: Flask, database: Database, room: Room) -> None:
    with database.begin() as session:
        sorted_case(session, room)
        paused = sorted_case(session, room).case
        pauses.pause(session, paused, words="¿Qué turno era?", by=by(room.handler), at=THURSDAY)
        nobodys = sorted_case(session, room).case
        triage.assign(session, nobodys, None, by=by(room.coordinator), at=NEXT_WEEK)

    found = rows(app, room)

    assert f"{room.handler.name} 2 1 0 1" in found
    assert f"{room.second_handler.name} 0 0 0 0" in found
    assert "Nobody yet 1 1 0 0" in found


def test_that_there_are_restricted_cases_is_told_about_and_never_one_by_one(
    app: Flask, database: Database, room: Room
) -> None:
    def restricted(more: int) -> str:
        with database.begin() as session:
            for _number in range(more):
                sort(session, room, file_case(session, room.site).case, type=CaseType.HARASSMENT)
        page = at_desk(app, room.coordinator).open(WORKLOAD)
        return next(node.text for node in page.all("p.muted") if node.text.startswith("Restricted cases"))

    assert restricted(0) == restricted(4)
    assert restricted(0).startswith("Restricted cases open at your sites: fewer than 5.")
    assert restricted(2).startswith("Restricted cases open at your sites: 5 or more.")


def test_a_number_leads_to_its_cases(app: Flask, database: Database, room: Room) -> None:
    with database.begin() as session:
        reference = sorted_case(session, room).case.reference
    browser = at_desk(app, room.coordinator)
    page = browser.open(WORKLOAD)
    late = next(
        node
        for node in page.all("table a")
        if f"handler={room.handler.public_id}" in node.attrs["href"] and "show=late" in node.attrs["href"]
    )

    assert browser.open(late.attrs["href"]).has(reference)


def test_of_restricted_cases_a_coordinator_learns_nothing_not_even_a_count(
    app: Flask, database: Database, room: Room
) -> None:
    with database.begin() as session:
        case = file_case(session, room.site).case
        sort(session, room, case, type=CaseType.HARASSMENT)
        assert case.is_restricted
        seen = workload(session, viewer_of(session, room.triager), [room.site.id], now=NEXT_WEEK)
        assert sum(load.open.value for load in seen.loads) == 1

    page = at_desk(app, room.coordinator).open(WORKLOAD)

    assert room.investigator.name not in page.all("table")[0].text
    assert not page.has(case.reference)


def test_another_sites_work_is_not_counted(app: Flask, database: Database, room: Room) -> None:
    with database.begin() as session:
        elsewhere = staffed_room(session, slug="cerro-ajeno", line="+56987650000")
        sorted_case(session, elsewhere)

    assert elsewhere.handler.name not in " ".join(rows(app, room))


def test_a_later_date_asked_for_waits_there_for_its_decision(app: Flask, database: Database, room: Room) -> None:
    with database.begin() as session:
        case = sorted_case(session, room).case
        delays.ask_extension(
            session,
            case,
            ClockName.RESOLVE,
            reason=DelayReason.MORE_TO_FIND_OUT,
            new_due_on=date(2026, 10, 15),
            words="Falta el informe.",
            by=by(room.handler),
            at=NEXT_WEEK,
        )

    page = at_desk(app, room.coordinator).open(WORKLOAD)

    assert page.has(f"{case.reference} Answer the grievance 1 Oct 15 Oct {room.handler.name}")
    assert not page.has("Falta el informe.")
    decided = at_desk(app, room.coordinator).open(f"{CASES}/{case.reference}")
    assert decided.has("The person will read: “Falta el informe.”"), "a yes sends these words at once"


def test_handlers_and_auditors_do_not_see_it(app: Flask, room: Room) -> None:
    for person in (room.handler, room.auditor):
        at_desk(app, person).open(WORKLOAD, status=403)
    assert "/staff/workload" not in at_desk(app, room.handler).open(CASES).html


def test_it_asks_the_database_as_often_for_many_cases_as_for_one(app: Flask, database: Database, room: Room) -> None:
    with database.begin() as session:
        sorted_case(session, room)
    browser = at_desk(app, room.coordinator)
    browser.open(WORKLOAD)
    with counted(database) as few:
        browser.open(WORKLOAD)
    with database.begin() as session:
        for _ in range(8):
            sorted_case(session, room)

    with counted(database) as many:
        browser.open(WORKLOAD)

    assert len(many) == len(few)


def test_it_speaks_spanish(app: Flask, room: Room) -> None:
    page = at_desk(app, room.coordinator, lang="es").open("/es/equipo/carga")

    assert page.h1 == "Quién tiene cuánto a cargo"
