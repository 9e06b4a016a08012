"""`grievance retention`: numbers first, erasing when told, a list to keep, and erasing again from it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from grievance.cases.models import Case, Submission
from grievance.core.clock import now
from grievance.core.db import Database
from grievance.privacy import sweep
from tests.cli.test_commands import Installation
from tests.support.places import file_case, make_site

LONG_AGO = datetime(2020, 3, 2, 15, 0, tzinfo=UTC)


@pytest.fixture
def installation(
    monkeypatch: pytest.MonkeyPatch, database: Database, database_url: str, tmp_path: Path
) -> Installation:
    """An installation with three cases that ended years ago."""
    with database.begin() as session:
        site = make_site(session)
        for _ in range(3):
            case = file_case(session, site, words="entra polvo por la puerta", at=LONG_AGO).case
            case.status, case.is_open, case.ended_at = "closed", False, LONG_AGO
    return Installation(monkeypatch, database_url, tmp_path)


def _words_left(database: Database) -> int:
    with database.read() as session:
        return len(session.scalars(select(Submission.id).where(Submission.words_sealed.is_not(None))).all())


def test_without_a_wish_it_only_says_numbers(installation: Installation, database: Database) -> None:
    done = installation.run("retention")

    assert done.exit_code == 0, done.output
    assert "cerro-imaginario  unclassified  3  3  3" in done.output
    assert "polvo" not in done.output
    assert _words_left(database) == 3


def test_applying_erases_everything_that_is_due_and_can_be_run_again(
    installation: Installation, database: Database
) -> None:
    assert "Erased: 3." in installation.run("retention", "--apply").output
    assert "Erased: 0." in installation.run("retention", "--apply").output
    assert _words_left(database) == 0
    assert "BROKEN  chain" not in installation.run("verify").output


def test_the_list_of_erasures_erases_again_after_a_restore(
    installation: Installation, database: Database, tmp_path: Path
) -> None:
    installation.run("retention", "--apply")
    listed = installation.run("retention", "--list-erased").output
    assert len(listed.splitlines()) == 3
    kept = tmp_path / "erased.txt"
    with database.begin() as session:
        running = file_case(session, make_site(session, slug="otra-faena", line=None)).case.public_id
    kept.write_text(f"{listed}case {running}\ncase nobody\n")

    again = installation.run("retention", "--reapply", str(kept))

    assert again.exit_code == 1
    assert f"NOT ERASED  still open: case {running}" in again.output
    assert "nothing left: 3" in again.output
    assert "unknown: 1" in again.output


def test_a_list_that_is_none_is_refused(installation: Installation, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.txt"
    wrong.write_text("DROP everything\n")

    done = installation.run("retention", "--reapply", str(wrong))

    assert done.exit_code == 1
    assert "Line 1 is no line of such a list." in done.output


def test_a_unit_of_the_sweep_is_one_case(installation: Installation, database: Database) -> None:
    del installation
    with database.read() as session:
        first, *_ = sweep.due_cases(session, at=now() + timedelta(days=1), limit=9)
    with database.begin() as session:
        assert sweep.erase_due(session, first, at=now() + timedelta(days=1)) == 1
    with database.read() as session:
        assert len(session.scalars(select(Case.id).where(Case.erased_at.is_not(None))).all()) == 1
