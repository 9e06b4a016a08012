"""What an operator sets up at a site from the command line: numbers, companies, units, areas, days, sentences."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from grievance.app import build_runtime, create_app
from grievance.cli.parts import Parts
from grievance.cli.root import root
from grievance.core.config import Settings
from grievance.core.db import Database
from grievance.deadlines.queries import site_calendar
from grievance.deadlines.working_days import is_working_day
from grievance.sites import queries
from tests.support.keys import environment
from tests.support.places import make_site

SITE = "cerro-imaginario"
Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, database: Database, database_url: str, tmp_path: Path) -> Run:
    """Return the command line of an installation with two sites."""
    with database.begin() as session:
        make_site(session)
        make_site(session, slug="puerto-inventado", line=None)
    for name, value in environment(database_url, str(tmp_path)).items():
        monkeypatch.setenv(name, value)
    parts = Parts(settings=Settings.from_env, runtime=build_runtime, app=create_app)
    return lambda *words: CliRunner().invoke(root, ["sites", *words], obj=parts, catch_exceptions=False)


def test_units_stand_under_one_another_in_a_company(database: Database, run: Run) -> None:
    run("add-company", "Perforaciones Imaginarias", "--kind", "contractor")
    run("add-unit", SITE, "Sondajes", "--company", "Perforaciones Imaginarias")

    done = run("add-unit", SITE, "Turno B", "--company", "Perforaciones Imaginarias", "--under", "Sondajes")

    assert done.exit_code == 0, done.output
    with database.read() as session:
        by_name = {unit.name: unit for unit in queries.units(session, queries.site_by_slug(session, SITE).id)}
        assert by_name["Turno B"].parent_id == by_name["Sondajes"].id


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("add-unit", SITE, "Sondajes", "--company", "Nadie"), "There is no Nadie. Known: none"),
        (("add-line", SITE, "12"), "12 is not a phone number"),
        (
            ("add-area", "no-such-place", "--es", "Rajo", "--en", "Pit"),
            "There is no site with the address no-such-place",
        ),
    ],
)
def test_what_does_not_exist_is_said_in_one_line(run: Run, words: tuple[str, ...], said: str) -> None:
    done = run(*words)

    assert done.exit_code == 1
    assert said in done.output


def test_a_company_is_added_once(run: Run) -> None:
    run("add-company", "Buses de Fantasía", "--kind", "contractor")

    again = run("add-company", "Buses de Fantasía", "--kind", "supplier")

    assert again.exit_code == 1
    assert "already a Buses de Fantasía" in again.output


def test_one_number_can_serve_two_sites(database: Database, run: Run) -> None:
    done = run("add-line", SITE, "+56 9 8765 4322", "--also", "puerto-inventado")

    assert done.exit_code == 0, done.output
    with database.read() as session:
        assert [site.slug for site in queries.sites_of_line(session, "+56987654322")] == [SITE, "puerto-inventado"]


def test_an_added_day_counts_from_then_on(database: Database, run: Run) -> None:
    election = date(2026, 10, 28)  # a Wednesday that is no holiday

    run("add-day", SITE, election.isoformat(), "Elecciones")

    with database.read() as session:
        site = queries.site_by_slug(session, SITE)
        calendar = site_calendar(session, site.id, time_zone=site.time_zone, year=2026)
        assert not is_working_day(election, calendar)


def test_the_last_word_about_a_day_counts(database: Database, run: Run) -> None:
    run("add-day", SITE, "2026-09-18", "Fiestas Patrias", "--worked")
    run("add-day", SITE, "2026-10-28", "Elecciones")

    run("add-day", SITE, "2026-10-28", "Elecciones, al final no", "--worked")

    with database.read() as session:
        site = queries.site_by_slug(session, SITE)
        calendar = site_calendar(session, site.id, time_zone=site.time_zone, year=2026)
        assert is_working_day(date(2026, 9, 18), calendar)
        assert is_working_day(date(2026, 10, 28), calendar)


def test_what_is_not_given_stays(database: Database, run: Run) -> None:
    run("edit", SITE, "--office-es", "Calle Inexistente 100", "--office-en", "100 Inexistente Street")

    run("edit", SITE, "--emergency", "+56 2 2345 6789", "--office-en", "101 Inexistente Street")

    with database.read() as session:
        site = queries.site_by_slug(session, SITE)
        assert site.emergency_phone == "+56 2 2345 6789"
        assert site.office == {"es": "Calle Inexistente 100", "en": "101 Inexistente Street"}
        assert site.emergency_services["en"].startswith("Ambulance 131")


def test_a_new_area_stands_after_the_others(database: Database, run: Run) -> None:
    run("add-area", SITE, "--es", "Tranque", "--en", "Tailings dam")

    with database.read() as session:
        areas = queries.areas(session, queries.site_by_slug(session, SITE).id)
        assert areas[-1].labels == {"es": "Tranque", "en": "Tailings dam"}
