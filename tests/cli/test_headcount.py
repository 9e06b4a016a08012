"""Headcounts from the command line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import time_machine
from click.testing import CliRunner, Result

from grievance.app import build_runtime, create_app
from grievance.cli.parts import Parts
from grievance.cli.root import root
from grievance.core.config import Settings
from grievance.core.db import Database
from grievance.sites import headcount
from grievance.sites.headcount import Count, Stratum
from grievance.sites.queries import site_by_slug
from tests.support.figures import AFTER
from tests.support.keys import environment
from tests.support.places import make_site

SITE = "cerro-imaginario"
HEAD = "quarter,company,area,shift,people,hours\n"
Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, database: Database, database_url: str, tmp_path: Path) -> Run:
    with database.begin() as session:
        make_site(session)
    for name, value in environment(database_url, str(tmp_path)).items():
        monkeypatch.setenv(name, value)
    parts = Parts(settings=Settings.from_env, runtime=build_runtime, app=create_app)

    def invoke(*words: str) -> Result:
        with time_machine.travel(AFTER, tick=True):
            return CliRunner().invoke(root, ["headcount", *words], obj=parts, catch_exceptions=False)

    return invoke


def stored(database: Database) -> tuple[Count, ...]:
    with database.read() as session:
        return headcount.counts(session, site_by_slug(session, SITE).id, "2026Q3")


def written(tmp_path: Path, text: str) -> str:
    file = tmp_path / "headcount.csv"
    file.write_text(text, encoding="utf-8")
    return str(file)


def test_a_file_is_checked_first_and_then_recorded(run: Run, database: Database, tmp_path: Path) -> None:
    file = written(tmp_path, HEAD + "2026Q3,all,all,all,500,240000\n2026Q3,all,all,night,,\n")

    checked = run("import", file, "--site", SITE, "--dry-run")
    assert (checked.exit_code, stored(database)) == (0, ())
    assert "Would record 1 lines of 2026Q3. 1 without a number left out." in checked.output

    done = run("import", file, "--site", SITE)
    assert done.exit_code == 0, done.output
    assert stored(database) == (Count(Stratum(), 500, 240_000),)


def test_every_problem_is_listed_with_its_line(run: Run, database: Database, tmp_path: Path) -> None:
    file = written(tmp_path, HEAD + "2026Q3,all,all,all,500,\n2026Q3,Nadie,all,all,-1,\n")

    done = run("import", file, "--site", SITE)

    assert done.exit_code == 1
    assert "  line 3: no such company: Nadie\n  line 3: no whole number: -1" in done.output
    assert stored(database) == ()


def test_the_table_to_fill_in_comes_back(run: Run, database: Database, tmp_path: Path) -> None:
    file = tmp_path / "table.csv"
    run("template", "--site", SITE, "--quarter", "2026Q3", "--output", str(file))
    file.write_text(file.read_text("utf-8").replace("all,all,all,,", "all,all,all,70,"), encoding="utf-8")

    done = run("import", str(file), "--site", SITE)

    assert done.exit_code == 0, done.output
    assert stored(database) == (Count(Stratum(), 70),)


@pytest.mark.parametrize("words", [("import", __file__), ("template", "--quarter", "2026Q3", "--output", "x.csv")])
def test_an_unknown_site_is_said(run: Run, words: tuple[str, ...]) -> None:
    done = run(*words, "--site", "no-such-place")

    assert done.exit_code == 1
    assert "There is no site with the address no-such-place" in done.output
