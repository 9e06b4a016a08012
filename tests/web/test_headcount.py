"""Headcounts and silence through the pages: who may, what is kept when something is wrong, what never shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask

from grievance.accounts.permissions import Duty
from grievance.core.db import Database
from grievance.sites import headcount
from grievance.sites.headcount import Count, Stratum
from grievance.sites.models import CompanyKind, Site
from grievance.sites.operations import add_company
from grievance.sites.queries import the_operator
from tests.support.clock import runs_from
from tests.support.desk import at_desk
from tests.support.people import Person, make_staff
from tests.support.places import file_case, make_site
from tests.support.web import Browser, Seen

NOW = datetime(2026, 10, 15, 15, 0, tzinfo=UTC)
HERE = "/en/staff/headcount/cerro-imaginario/2026-q3"
LATER = "/en/staff/headcount/cerro-imaginario/2026-q4"
SILENCE = "/en/staff/silence"


@dataclass(frozen=True)
class Place:
    site_id: int
    drillers: int
    ana: Person
    admin: Person
    rosa: Person
    handler: Person
    elsewhere: Person


in_october = runs_from(NOW)


@pytest.fixture
def place(database: Database) -> Place:
    with database.begin() as session:
        site = make_site(session)
        other = make_site(session, slug="otro-sitio", line=None)
        operator = the_operator(session)
        assert operator is not None
        return Place(
            site.id,
            add_company(session, operator, name="Perforaciones Imaginarias", kind=CompanyKind.CONTRACTOR).id,
            make_staff(session, name="Ana Choque", duties={Duty.COORDINATOR: site}),
            make_staff(session, name="Raúl Soto", email="raul@example.org", duties={Duty.ADMINISTRATOR: None}),
            make_staff(session, name="Rosa Mamani", duties={Duty.PUBLISHER: site}),
            make_staff(session, name="Juan Cruz", duties={Duty.HANDLER: site}),
            make_staff(session, name="Eva Rojas", duties={Duty.COORDINATOR: other}),
        )


def save(browser: Browser, typed: dict[str, Any], *, status: int = 200) -> Seen:
    return browser.submit("Save the table", status=status, **typed)


def stored(database: Database, place: Place, quarter: str = "2026Q3") -> tuple[Count, ...]:
    with database.read() as session:
        return headcount.counts(session, place.site_id, quarter)


def recorded(database: Database, place: Place, *rows: Count) -> None:
    with database.begin() as session:
        for row in rows:
            headcount.record(session, session.get_one(Site, place.site_id), "2026Q3", row, at=NOW)


def test_a_table_is_filled_in_changed_and_cleared(app: Flask, place: Place, database: Database) -> None:
    ana = at_desk(app, place.ana)
    assert "Nothing yet" in ana.open("/en/staff/headcount").text

    ana.open(HERE)
    save(ana, {"people-0": "1.200", "hours-0": "576000", "company-1": str(place.drillers), "people-1": "80"})
    assert stored(database, place) == (Count(Stratum(), 1200, 576_000), Count(Stratum(place.drillers), 80))
    assert "2 lines changed." in ana.page.text

    save(ana, {"people-0": "1210", "remove-1": True})
    assert stored(database, place) == (Count(Stratum(), 1210, 576_000),)


@pytest.mark.parametrize("who", ["ana", "admin", "rosa"])
def test_coordinators_administrators_and_publishers_find_it_in_the_navigation(
    app: Flask, place: Place, who: str
) -> None:
    browser = at_desk(app, getattr(place, who))

    assert browser.click("Headcount").h1 == "Headcount"


@pytest.mark.parametrize(("who", "status"), [("handler", 403), ("elsewhere", 404)])
def test_nobody_else_reads_or_writes_it(app: Flask, place: Place, database: Database, who: str, status: int) -> None:
    browser = at_desk(app, getattr(place, who))
    token = {"csrf_token": browser.token()}

    browser.open(HERE, status=status)
    for address in (HERE, f"{HERE}/copy", f"{HERE}/import"):
        browser.post(address, {"people-0": "5", **token}, status=status)

    assert stored(database, place) == ()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"people-0": "-5"}, "Write a whole number, such as 1200."),
        ({"people-0": "12.5"}, "Write a whole number, such as 1200."),
        ({"people-0": "=1+1"}, "Write a whole number, such as 1200."),
        ({"people-0": "999999999"}, "A number of people is between 0 and 200,000."),
        ({"hours-0": "100"}, "Write how many people, or leave the whole line empty."),
        ({"people-0": "0", "hours-0": "8"}, "Hours without people: write how many worked them."),
        ({"people-0": "5", "people-1": "6"}, "There is a line for these people already. Change that one."),
    ],
)
def test_a_wrong_line_stops_all_and_what_was_typed_stays(
    app: Flask, place: Place, database: Database, typed: dict[str, str], said: str
) -> None:
    ana = at_desk(app, place.ana)
    ana.open(HERE)

    page = save(ana, {**typed, "people-2": "7", "shift-2": "night"}, status=422)

    assert page.errors == [said]
    assert page.one("#people-2").attrs["value"] == "7"
    assert stored(database, place) == ()


def test_sums_that_do_not_fit_are_said_in_words_and_saved(app: Flask, place: Place, database: Database) -> None:
    ana = at_desk(app, place.ana)
    ana.open(HERE)

    save(ana, {"people-0": "70", "company-1": str(place.drillers), "people-1": "80"})

    assert "The whole site: its line says 70 people, its companies add up to 80." in ana.page.text
    assert len(stored(database, place)) == 2


def test_a_colleague_who_was_faster_is_not_overwritten(app: Flask, place: Place, database: Database) -> None:
    ana, rosa = at_desk(app, place.ana), at_desk(app, place.rosa)
    ana.open(HERE)
    rosa.open(HERE)
    save(rosa, {"people-0": "70"})

    save(ana, {"people-0": "71"}, status=409)

    assert stored(database, place) == (Count(Stratum(), 70),)


def test_an_area_of_another_site_is_refused(app: Flask, place: Place, database: Database) -> None:
    ana = at_desk(app, place.ana)
    ana.open(HERE)
    shown = ana.page.one("input[name=shown]").attrs["value"]

    ana.post(HERE, {"shown": shown, "people-0": "5", "area-0": "999999"}, status=409, with_token=True)

    assert stored(database, place) == ()


def test_the_quarter_before_is_copied_after_asking(app: Flask, place: Place, database: Database) -> None:
    recorded(database, place, Count(Stratum(), 70), Count(Stratum(place.drillers), 70))
    ana = at_desk(app, place.ana)
    ana.open(LATER)

    ana.click("Look at them and copy them")
    assert "2 lines of July to September 2026 are written" in ana.page.text
    ana.submit("Copy")

    assert stored(database, place, "2026Q4") == stored(database, place)


@pytest.mark.parametrize(("quarter", "status"), [("2027-q1", 409), ("2026-q9", 404), ("1066-q1", 404)])
def test_other_times_have_no_table(app: Flask, place: Place, quarter: str, status: int) -> None:
    at_desk(app, place.ana).open(f"/en/staff/headcount/cerro-imaginario/{quarter}", status=status)


def test_a_file_goes_out_and_comes_back(app: Flask, place: Place, database: Database) -> None:
    ana = at_desk(app, place.ana)
    ana.open(HERE)
    file = ana.client.get(f"{HERE}/headcount.csv", headers=ana.headers).data
    filled = file.replace(b"2026Q3,all,all,all,,", b"2026Q3,all,all,all,300,144000")

    page = ana.submit("Check and record", files={"file": [(filled, "h.csv", "text/csv")]})

    assert "1 line read from the file." in page.text
    assert stored(database, place) == (Count(Stratum(), 300, 144_000),)


def test_a_wrong_file_is_told_line_by_line_and_not_taken_in(app: Flask, place: Place, database: Database) -> None:
    ana = at_desk(app, place.ana)
    ana.open(HERE)
    text = "quarter,company,area,shift,people,hours\n2026Q3,all,all,all,300,\n2026Q3,<b>Nadie</b>,all,all,x,\n"

    page = ana.submit("Check and record", status=422, files={"file": [(text.encode(), "h.csv", "text/csv")]})

    assert page.errors == [
        "Line 3: There is no company “<b>Nadie</b>”. Write its name as it stands here, or “all”.",
        "Line 3: “x” is no whole number.",
    ]
    assert stored(database, place) == ()


def test_silence_teaches_while_there_is_no_headcount(app: Flask, place: Place) -> None:
    ana = at_desk(app, place.ana)

    page = ana.click("Silence")

    assert "No headcounts yet" in page.text
    assert "Silence is a signal, not a success" in page.text
    assert ana.click("Record headcounts").h1 == "Headcount"


def test_silence_names_the_company_and_never_a_small_number(app: Flask, place: Place, database: Database) -> None:
    recorded(database, place, Count(Stratum(place.drillers), 70))
    ana = at_desk(app, place.ana)
    page = ana.open(f"{SILENCE}?period=2026Q3")
    assert "Nothing was heard from 1 of 1 companies." in page.text

    with database.begin() as session:
        case = file_case(session, session.get_one(Site, place.site_id), employer_id=place.drillers).case
        case.classified_at = NOW

    page = ana.open(f"{SILENCE}?period=2026Q3")
    assert "Something was heard from every one of them." in page.text
    assert "A few, fewer than 5" in page.text


@pytest.mark.parametrize("period", ["", "2026Q3-12", "2026Q4", "2099Q1", "0001Q1", "9999Q4-12", "x", "-12"])
def test_any_period_in_the_address_is_answered(app: Flask, place: Place, period: str) -> None:
    at_desk(app, place.ana, lang="es").open(f"/es/equipo/silencio?period={period}")


@pytest.mark.parametrize(
    ("who", "address", "status"),
    [
        ("rosa", SILENCE, 403),
        ("admin", SILENCE, 403),
        ("handler", SILENCE, 403),
        ("elsewhere", f"{SILENCE}?site=cerro-imaginario", 404),
        ("ana", f"{SILENCE}?site=otro-sitio", 404),
    ],
)
def test_only_the_coordinator_of_the_site_sees_silence(
    app: Flask, place: Place, who: str, address: str, status: int
) -> None:
    at_desk(app, getattr(place, who)).open(address, status=status)


def test_both_pages_speak_spanish(app: Flask, place: Place, database: Database) -> None:
    recorded(database, place, Count(Stratum(), 60), Count(Stratum(place.drillers), 70))
    ana = at_desk(app, place.ana, lang="es")

    assert ana.open("/es/equipo/dotacion").h1 == "Dotación"
    assert "Perforaciones Imaginarias" in ana.open("/es/equipo/dotacion/cerro-imaginario/2026-t3").text
    assert ana.open("/es/equipo/silencio").h1 == "Silencio"
