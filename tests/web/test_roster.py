"""Pages of absences and of the on-call rota, as their people use them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import Flask

from grievance.accounts import absences, rota
from grievance.core.db import Database
from tests.support.casework import NEXT_WEEK, THURSDAY, Room, sorted_case
from tests.support.clock import stands_at
from tests.support.desk import CASES, at_desk

ABSENCES, ROTA = "/en/staff/absences", "/en/staff/rota"
TODAY = date(2026, 9, 9)
assert NEXT_WEEK.date() == TODAY


clock = stands_at(NEXT_WEEK)


def test_a_handler_names_who_stands_in_and_the_stand_in_finds_the_cases(
    app: Flask, database: Database, room: Room
) -> None:
    with database.begin() as session:
        reference = sorted_case(session, room).case.reference
    browser = at_desk(app, room.handler)
    browser.open("/en/staff/account")
    browser.click("Name who stands in while you are away")
    away = [str(node.attrs["value"]) for node in browser.page.one("#away").all("option")][1:]
    assert away == [f"{room.handler.public_id}.{room.site.slug}"]

    page = browser.submit(
        "Name the stand-in",
        away=away[0],
        stand_in=room.second_handler.public_id,
        from_on=TODAY.isoformat(),
        until_on=(TODAY + timedelta(days=4)).isoformat(),
    )

    assert page.has("The stand-in is named. It begins and ends by itself.")
    assert page.has(f"{room.second_handler.name} stands in Now")
    other = at_desk(app, room.second_handler)
    assert other.page.has(reference)
    assert other.open(f"{CASES}/{reference}").has("Acknowledge")
    assert other.open("/es/equipo/cuenta").has(room.handler.name)
    browser.open(ABSENCES)
    browser.submit(form="/call-off")
    assert browser.page.has("Nobody is away.")
    at_desk(app, room.second_handler).open(f"{CASES}/{reference}", status=404)


def test_a_coordinator_names_one_for_a_handler_who_fell_ill(app: Flask, room: Room) -> None:
    browser = at_desk(app, room.coordinator)
    browser.open(ABSENCES)
    values: dict[str, Any] = {
        "away": f"{room.handler.public_id}.{room.site.slug}",
        "stand_in": room.second_handler.public_id,
        "from_on": TODAY.isoformat(),
        "until_on": TODAY.isoformat(),
    }

    browser.submit("Name the stand-in", **{**values, "stand_in": room.handler.public_id}, status=422)
    assert browser.page.has("Nobody stands in for themselves. Choose somebody else.")
    browser.submit("Name the stand-in", **values)
    browser.submit("Name the stand-in", **values, status=422)

    assert browser.page.has("Somebody stands in on some of these days already.")


def test_nobody_calls_off_what_is_not_theirs(app: Flask, database: Database, room: Room) -> None:
    with database.begin() as session:
        row = absences.name_stand_in(
            session,
            staff_id=room.handler.staff_id,
            stand_in_id=room.second_handler.staff_id,
            site_id=room.site.id,
            from_on=TODAY,
            until_on=TODAY,
            by=room.coordinator.staff_id,
            at=THURSDAY,
        )
        public_id = row.public_id
    browser = at_desk(app, room.second_handler)
    browser.open(ABSENCES)

    browser.post(f"{ABSENCES}/{public_id}/call-off", {}, with_token=True, status=404)


def test_a_handler_is_offered_only_their_own_absence(app: Flask, room: Room) -> None:
    browser = at_desk(app, room.second_handler)
    page = browser.open(ABSENCES)

    assert [str(node.attrs["value"]) for node in page.one("#away").all("option")] == [
        "",
        f"{room.second_handler.public_id}.{room.site.slug}",
    ]


def test_weeks_are_planned_a_turn_taken_out_and_the_gap_is_said_where_it_counts(
    app: Flask, database: Database, room: Room
) -> None:
    browser = at_desk(app, room.coordinator)
    assert not browser.page.has("The on-call rota has gaps.")
    page = browser.open(f"{ROTA}/{room.site.slug}")
    assert page.has("No turns are planned: everybody who holds the duty is on call.")

    page = browser.submit(
        "Plan these weeks",
        people=[str(room.on_call.staff_id)],
        begins=TODAY.isoformat(),
        handover="8",
        weeks="2",
    )

    assert page.has("2 turns are planned.")
    assert page.has("There are gaps in the next four weeks.")
    browser.submit(f"Take out: {room.on_call.name}, Wednesday 16 September 2026, 08:00")
    assert browser.page.has("Nobody is on call from")
    assert browser.open(CASES).has("The on-call rota has gaps.")
    with database.read() as session:
        assert len(rota.turns(session, room.site.id, at=NEXT_WEEK)) == 1
    assert not at_desk(app, room.handler).page.has("The on-call rota has gaps.")


def test_one_turn_is_planned_and_a_wrong_one_is_said(app: Flask, database: Database, room: Room) -> None:
    browser = at_desk(app, room.administrator)
    browser.open(f"/es/equipo/turnos/{room.site.slug}")
    values: dict[str, Any] = {"person": str(room.on_call.staff_id), "hour": "8", "first": "2026-09-12"}

    page = browser.submit(form="/turno", **values, last="2026-09-12", status=422)
    assert page.errors
    browser.submit(form="/turno", **values, last="2026-09-14")

    with database.read() as session:
        (turn,) = rota.turns(session, room.site.id, at=NEXT_WEEK)
    assert turn.until_at - turn.from_at == timedelta(days=2)


def test_a_site_of_somebody_else_is_not_there(app: Flask, room: Room) -> None:
    at_desk(app, room.coordinator).open(f"{ROTA}/another-site", status=404)
