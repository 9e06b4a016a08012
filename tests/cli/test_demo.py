"""The demo: invented, whole or not there at all, the same story on any day, and made by the real operations alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from grievance.accounts import audit
from grievance.accounts.credentials import code_at
from grievance.accounts.models import DutyGrant
from grievance.accounts.permissions import Duty
from grievance.app import build_runtime, create_app
from grievance.cases.models import Attachment, Case, Submission
from grievance.cases.record import IdentityOpening
from grievance.cases.states import Channel, Status, Verdict
from grievance.cases.verify import verify_cases
from grievance.cli.demo.commands import load_demo
from grievance.cli.parts import Parts
from grievance.cli.root import root
from grievance.core.config import Settings
from grievance.core.db import Database
from grievance.crypto.keyring import KeyRing
from grievance.sites.queries import the_operator
from tests.support.engines import Engine
from tests.support.keys import environment

CASES_MIN = 30


class Demo:
    """An installation in demo mode, empty at first."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, database_url: str, folder: Path) -> None:
        self.folder = folder
        self.database_url = database_url
        self._monkeypatch = monkeypatch
        for name, value in (environment(database_url, str(folder)) | {"GRIEVANCE_MODE": "demo"}).items():
            monkeypatch.setenv(name, value)

    def set(self, name: str, value: str) -> None:
        self._monkeypatch.setenv(name, value)

    def load_at(self, at: datetime) -> None:
        runtime = build_runtime(Settings.from_env())
        try:
            load_demo(runtime, at=at)
        finally:
            runtime.database.dispose()

    def run(self, *arguments: str) -> Result:
        parts = Parts(settings=Settings.from_env, runtime=build_runtime, app=create_app)
        return CliRunner().invoke(root, arguments, obj=parts)


@pytest.fixture
def demo(monkeypatch: pytest.MonkeyPatch, database_url: str, tmp_path: Path) -> Demo:
    return Demo(monkeypatch, database_url, tmp_path)


@pytest.fixture(scope="module")
def loaded(engine: Engine, keys: KeyRing, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demo loaded once by its command, for the tests that only look at it."""
    url = engine.create()
    with pytest.MonkeyPatch.context() as monkeypatch:
        demo = Demo(monkeypatch, url, tmp_path_factory.mktemp("demo"))
        done = demo.run("demo", "load")
        assert done.exit_code == 0, done.output
        yield demo
    engine.remove(url)


@pytest.fixture
def session(loaded: Demo, keys: KeyRing) -> Iterator[Session]:
    database = Database(loaded.database_url, keys=keys)
    with database.read() as session:
        yield session
    database.dispose()


def test_the_demo_shows_every_state_in_both_languages(session: Session) -> None:
    assert (session.scalar(select(func.count()).select_from(Case)) or 0) >= CASES_MIN
    assert _values(session, Case.status) == set(Status)
    assert _values(session, Case.verdict) >= {Verdict.SATISFIED, Verdict.PARTLY, Verdict.NOT_SATISFIED, "no_answer"}
    assert _values(session, Case.locale) == {"es", "en"}
    assert _values(session, Case.is_restricted) == _values(session, Case.is_spam) == {True, False}
    assert _values(session, Submission.channel) >= {Channel.SMS, Channel.WEB, Channel.LETTER, Channel.WALK_IN}
    assert _values(session, Attachment.media_type) == {"image/jpeg", "application/pdf"}
    assert session.scalar(select(func.count()).select_from(IdentityOpening)) == 1
    assert _values(session, DutyGrant.duty) == set(Duty)


def test_the_chains_of_the_demo_hold(session: Session) -> None:
    assert list(verify_cases(session)) == []
    assert list(audit.verify(session)) == []


def test_the_staff_of_the_demo_can_sign_in_and_only_this_account_reads_how(loaded: Demo) -> None:
    file = loaded.folder / "demo-credentials.json"
    people = json.loads(file.read_text())

    assert file.stat().st_mode & 0o777 == 0o600
    assert len({one["password"] for one in people}) == len(people)
    shown = loaded.run("demo", "credentials").output
    for one in people:
        assert one["email"] in shown
        assert one["password"] in shown
    assert code_at(people[0]["totp_secret"], datetime.now(UTC)) in shown


def test_the_demo_never_mixes_with_data(loaded: Demo) -> None:
    again = loaded.run("demo", "load")

    assert again.exit_code == 1
    assert "There are data already" in again.output


def test_an_interrupted_load_leaves_nothing_and_the_next_one_is_whole(demo: Demo, database: Database) -> None:
    # Where the file with the passwords is to be written, something stands in the way: the load fails at its very end.
    obstacle = demo.folder / "demo-credentials.part"
    obstacle.mkdir()
    assert demo.run("demo", "load").exit_code != 0
    with database.read() as session:
        assert the_operator(session) is None

    obstacle.rmdir()
    assert demo.run("demo", "load").exit_code == 0


def test_the_demo_is_refused_outside_demo_mode(demo: Demo, database: Database) -> None:
    demo.set("GRIEVANCE_MODE", "production")
    demo.set("GRIEVANCE_PUBLIC_URL", "https://reclamos.example")

    for command in ("load", "credentials"):
        done = demo.run("demo", command)
        assert done.exit_code == 1
        assert "not in demo mode" in done.output
    with database.read() as session:
        assert the_operator(session) is None


def test_no_invented_case_texts_anybody_through_a_real_account(demo: Demo, database: Database) -> None:
    demo.set("GRIEVANCE_TWILIO_ACCOUNT_SID", "AC" + "1" * 32)
    demo.set("GRIEVANCE_TWILIO_AUTH_TOKEN", "not a token of anybody")

    assert "real Twilio account" in demo.run("demo", "load").output
    with database.read() as session:
        assert the_operator(session) is None


@pytest.mark.parametrize(
    "at",
    [
        pytest.param(datetime(2027, 1, 1, 4, 0, tzinfo=UTC), id="an hour into a year"),
        pytest.param(datetime(2028, 3, 31, 23, 0, tzinfo=UTC), id="on the last evening of a quarter"),
    ],
)
def test_the_demo_can_be_loaded_on_any_day(demo: Demo, database: Database, at: datetime) -> None:
    demo.load_at(at)

    with database.read() as session:
        received = session.scalars(select(Case.received_at)).all()
        assert len(received) >= CASES_MIN
        assert max(received) < at
        assert _values(session, Case.status) >= {Status.RECEIVED, Status.UNDER_REVIEW, Status.CLOSED}


def _values(session: Session, column: object) -> set[object]:
    return set(session.scalars(select(column).distinct()))  # type: ignore[call-overload]  # any column
