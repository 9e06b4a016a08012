"""Figures from the command line: freeze, verify, export, each through the command and on real databases."""

from __future__ import annotations

from pathlib import Path

import pytest
import time_machine
from click.testing import CliRunner, Result
from sqlalchemy import select, update

from grievance.accounts.models import AuditEntry
from grievance.app import build_runtime, create_app
from grievance.cli.parts import Parts
from grievance.cli.root import root
from grievance.core.config import Settings
from grievance.core.db import Database
from grievance.publishing.models import Release
from grievance.sites.queries import site_by_slug
from tests.support.figures import AFTER, a_quarter, grievance, noon, released
from tests.support.keys import environment
from tests.support.people import make_staff
from tests.support.places import make_site

WHERE = ("--site", "cerro-imaginario", "--quarter", "2026Q3")


class Installation:
    def __init__(self, monkeypatch: pytest.MonkeyPatch, database_url: str, folder: Path) -> None:
        for name, value in environment(database_url, str(folder)).items():
            monkeypatch.setenv(name, value)

    def run(self, *arguments: str) -> Result:
        parts = Parts(settings=Settings.from_env, runtime=build_runtime, app=create_app)
        with time_machine.travel(AFTER, tick=True):
            return CliRunner().invoke(root, arguments, obj=parts, catch_exceptions=False)


@pytest.fixture
def installation(
    monkeypatch: pytest.MonkeyPatch, database: Database, database_url: str, tmp_path: Path
) -> Installation:
    with database.begin() as session:
        a_quarter(session, make_site(session))
    return Installation(monkeypatch, database_url, tmp_path)


@pytest.mark.parametrize("kind", ["xlsx", "csv", "json"])
def test_an_export_is_the_same_file_every_time(
    installation: Installation, database: Database, tmp_path: Path, kind: str
) -> None:
    frozen = installation.run("publish", "freeze", *WHERE)
    assert frozen.exit_code == 0, frozen.output

    files = [tmp_path / f"{name}.{kind}" for name in ("one", "two")]
    for file in files:
        done = installation.run("export", *WHERE, "--format", kind, "--output", str(file))
        assert done.exit_code == 0, done.output
        assert "frozen, not published" in done.output

    assert files[0].read_bytes() == files[1].read_bytes() != b""
    with database.read() as session:
        lines = session.scalars(select(AuditEntry).where(AuditEntry.action == "figures_exported")).all()
        assert [(line.actor_id, line.codes["format"]) for line in lines] == [(None, kind), (None, kind)]
        if kind == "json":
            assert files[0].read_text() == session.scalars(select(Release.figures)).one()


def test_what_is_not_frozen_is_not_exported_and_the_command_says_what_to_do(
    installation: Installation, tmp_path: Path
) -> None:
    done = installation.run("export", *WHERE, "--format", "csv", "--output", str(tmp_path / "x.csv"))

    assert done.exit_code == 1
    assert "grievance publish freeze --site cerro-imaginario --quarter 2026Q3" in done.output
    assert not (tmp_path / "x.csv").exists()


def test_verify_holds_after_late_records_and_breaks_after_a_change(
    installation: Installation, database: Database
) -> None:
    assert "Nothing has been frozen yet." in installation.run("publish", "verify").output
    installation.run("publish", "freeze", *WHERE)
    with database.begin() as session:
        grievance(session, site_by_slug(session, "cerro-imaginario"), noon(9, 20), recorded_at=noon(11, 3))

    held = installation.run("publish", "verify", *WHERE)

    assert (held.exit_code, "All figures verified." in held.output) == (0, True), held.output
    with database.begin() as session:
        text = session.scalars(select(Release.figures)).one()
        session.execute(update(Release).values(figures=text.replace('"received":8', '"received":7')))
    broken = installation.run("publish", "verify")
    assert broken.exit_code == 1
    assert "the figures do not follow from the stored input set" in broken.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--site", "nowhere", "--quarter", "2026Q3"), "There is no site with the address nowhere."),
        (("--site", "cerro-imaginario", "--quarter", "2026Q4"), "2026Q4 is not over"),
        (("--site", "cerro-imaginario", "--quarter", "summer"), "summer is not a quarter. Write it as 2026Q3."),
    ],
)
def test_freezing_says_why_it_refuses(installation: Installation, arguments: tuple[str, ...], said: str) -> None:
    done = installation.run("publish", "freeze", *arguments)

    assert done.exit_code != 0
    assert said in done.output


def test_a_quarter_is_frozen_once(installation: Installation) -> None:
    installation.run("publish", "freeze", *WHERE)

    again = installation.run("publish", "freeze", *WHERE)

    assert again.exit_code == 1
    assert "frozen already" in again.output


def test_a_correction_takes_its_reason_in_both_languages(installation: Installation, database: Database) -> None:
    with database.begin() as session:
        people = tuple(make_staff(session, name=name).staff_id for name in ("Rosa Mamani", "Luis Vera"))
        released(session, site_by_slug(session, "cerro-imaginario"), (people[0], people[1]))

    refused = installation.run("publish", "freeze", *WHERE, "--reason-es", "Faltaba una carta.")
    reason = ("--reason-es", "Faltaba una carta.", "--reason-en", "A letter was missing.")
    done = installation.run("publish", "freeze", *WHERE, *reason)

    assert refused.exit_code == 1
    assert "--reason-en" in refused.output
    assert "version 2" in done.output
    with database.read() as session:
        kept = session.scalars(select(Release.reason).where(Release.version == 2)).one()
    assert kept == {"es": "Faltaba una carta.", "en": "A letter was missing."}
