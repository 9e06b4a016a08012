"""The demo: invented, whole or not there at all, the same story on any day, and made by the real operations alone."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from grievance.accounts import audit
from grievance.accounts.credentials import code_at
from grievance.accounts.models import DutyGrant, Staff
from grievance.accounts.permissions import Duty
from grievance.accounts.queries import viewer
from grievance.app import build_runtime, create_app
from grievance.cases.models import Attachment, Case, CorrectiveAction, Submission
from grievance.cases.record import IdentityOpening, RegisterEntry, RegisterImport
from grievance.cases.side_tracks import ImportState
from grievance.cases.states import Channel, Status, Verdict
from grievance.cases.verify import verify_cases
from grievance.cli.demo.commands import load_demo
from grievance.cli.demo.places import MINE
from grievance.cli.parts import Parts
from grievance.cli.root import root
from grievance.core.config import Settings
from grievance.core.db import Database
from grievance.crypto.keyring import KeyRing
from grievance.metrics.periods import previous, quarter_of, trailing_year
from grievance.metrics.silence import silence
from grievance.publishing.bulletin import figures_of
from grievance.publishing.checking import check_releases
from grievance.publishing.exposure import exposed
from grievance.publishing.models import MemberComment, Release, ReleaseState
from grievance.publishing.queries import ended_quarters
from grievance.publishing.reader_tests import readings
from grievance.publishing.release_checks import ProblemKind, problems
from grievance.publishing.summaries import freeze
from grievance.sites.models import Site
from grievance.sites.queries import site_by_slug, sites, the_operator
from tests.support.engines import Engine
from tests.support.keys import environment

pytestmark = pytest.mark.timeout(600)

CASES_MIN = 120
LAST_EVENING_OF_A_QUARTER = datetime(2028, 3, 31, 23, 0, tzinfo=UTC)
AN_HOUR_INTO_A_YEAR = datetime(2027, 1, 1, 4, 0, tzinfo=UTC)


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


def test_answers_of_the_demo_were_appealed_and_the_last_quarter_says_what_was_decided(session: Session) -> None:
    release = session.scalars(
        select(Release)
        .join(Site, Site.id == Release.site_id)
        .where(Site.slug == MINE, Release.state == ReleaseState.RELEASED.value)
        .order_by(Release.quarter.desc(), Release.version.desc())
    ).first()
    assert release is not None
    figures = figures_of(release.figures)

    assert (figures["M6.appealed"].numerator or 0) >= 1
    assert (figures["M6.upheld"].numerator, figures["M6.upheld"].denominator) == (1, 2)


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


def test_an_interrupted_load_leaves_nothing_and_the_next_one_is_whole_on_any_day(
    demo: Demo, database: Database
) -> None:
    # Where the file with the passwords is to be written, something stands in the way: the load fails at its very end.
    obstacle = demo.folder / "demo-credentials.part"
    obstacle.mkdir()
    with pytest.raises(OSError, match="demo-credentials"):
        demo.load_at(LAST_EVENING_OF_A_QUARTER)
    with database.read() as session:
        assert the_operator(session) is None

    obstacle.rmdir()
    demo.load_at(AN_HOUR_INTO_A_YEAR)
    with database.begin() as session:
        received = session.scalars(select(Case.received_at)).all()
        assert len(received) >= CASES_MIN
        assert max(received) < AN_HOUR_INTO_A_YEAR
        assert _values(session, Case.status) >= {Status.RECEIVED, Status.UNDER_REVIEW, Status.CLOSED}
        # The last quarter lacks nothing but what only people can do: write, and read aloud.
        for site in sites(session):
            last = previous(quarter_of(AN_HOUR_INTO_A_YEAR, site.time_zone))
            release = freeze(session, site, last, by=None, at=AN_HOUR_INTO_A_YEAR)
            lacking = {problem.kind for problem in problems(session, release)}
            assert lacking == {ProblemKind.PROMPT_LEFT, ProblemKind.NOT_READ_ALOUD}


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


def test_four_quarters_are_published_and_the_last_one_waits_for_the_visitor(session: Session) -> None:
    for site in sites(session):
        ended = [line.releases for line in ended_quarters(session, site, now=datetime.now(UTC))][:5]

        assert ended[0] == ()
        assert [releases[0].state for releases in ended[1:]] == [ReleaseState.RELEASED] * 4

    states = Counter(session.scalars(select(Release.state)).all())
    assert states == {ReleaseState.RELEASED: 9, ReleaseState.REFUSED: 1}
    assert len(session.scalars(select(Release.refused_reason).where(Release.refused_at.is_not(None))).one()) > 40


def test_the_correction_says_what_it_corrects_and_the_first_version_stays(session: Session) -> None:
    (corrected,) = (release for release in session.scalars(select(Release)) if release.reason)
    first = session.scalars(
        select(Release).where(
            Release.site_id == corrected.site_id, Release.quarter == corrected.quarter, Release.version == 1
        )
    ).one()

    assert set(corrected.reason) == {"es", "en"}
    received = [figures_of(release.figures)["M2"].denominator for release in (first, corrected)]
    assert received[1] == (received[0] or 0) + 1
    assert first.state == corrected.state == ReleaseState.RELEASED


def test_every_release_was_read_aloud_in_both_languages_and_shown_to_people(session: Session) -> None:
    releases = session.scalars(select(Release)).all()

    for release in releases:
        assert {line.reading.locale for line in readings(session, release.id)} == {"es", "en"}
    comments = session.scalars(select(MemberComment)).all()
    assert len(comments) == 8
    assert all(comment.answer for comment in comments)


def test_all_figures_of_the_demo_can_be_counted_again(session: Session) -> None:
    checked = list(check_releases(session))

    assert len(checked) == 10
    assert [one for one in checked if one.faults or one.differs] == []


def test_nobody_in_the_published_figures_can_be_recognised(session: Session) -> None:
    releases = session.scalars(select(Release).where(Release.state == ReleaseState.RELEASED)).all()

    assert [release.quarter for release in releases if exposed(session, release)] == []


def test_one_contractor_and_one_area_of_the_demo_are_silent(session: Session) -> None:
    site = site_by_slug(session, MINE)
    coordinator = session.scalars(select(Staff.id).where(Staff.name == "Karina Zarzuela")).one()
    last = previous(quarter_of(datetime.now(UTC), site.time_zone))

    found = silence(session, viewer(session, coordinator), site, trailing_year(last, site.time_zone), until=last)

    silent = {str(place.names.get("es")) for division in found.divisions for place in division.silent}
    assert silent == {"Andamios de Mentira", "Taller de neumáticos"}


def test_the_old_register_was_taken_over_whole(session: Session) -> None:
    taken = session.scalars(select(RegisterImport)).one()

    assert (taken.state, taken.opened_count, taken.problem_count) == (ImportState.DONE, 8, 0)
    assert session.scalar(select(func.count()).select_from(RegisterEntry)) == 8


def test_corrective_actions_are_done_in_time_late_and_not_at_all(session: Session) -> None:
    actions = session.execute(select(CorrectiveAction.due_on, CorrectiveAction.done_at)).all()

    done = [(action.done_at.date(), action.due_on) for action in actions if action.done_at is not None]
    assert len(actions) > 20
    assert 0 < sum(on > due for on, due in done) < len(done) < len(actions)


def _values(session: Session, column: object) -> set[object]:
    return set(session.scalars(select(column).distinct()))  # type: ignore[call-overload]  # any column
