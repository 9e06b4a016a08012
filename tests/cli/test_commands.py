"""Commands for those who run an installation, through the command line and on real databases."""

from __future__ import annotations

import base64
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from click.testing import CliRunner, Result
from sqlalchemy import select, text, update

from grievance.accounts.models import Staff
from grievance.accounts.permissions import Duty
from grievance.app import build_runtime, create_app
from grievance.cases.models import Case, Submission
from grievance.cases.record import CaseEvent
from grievance.cases.whole_check import OVERDUE_AFTER
from grievance.cli.parts import Parts
from grievance.cli.root import root
from grievance.core.clock import now
from grievance.core.config import Settings
from grievance.core.db import Database
from grievance.crypto.fields import unseal
from grievance.crypto.keyring import key_id_of
from grievance.privacy.schedules import set_period
from grievance.sites.models import Site, Unit
from tests.support import outside
from tests.support.engines import Engine
from tests.support.keys import environment
from tests.support.mail_server import MailServer, mail_server
from tests.support.mailing import server_settings
from tests.support.people import make_staff
from tests.support.places import file_case, make_site


class Installation:
    """An installation whose settings a test may change."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, database_url: str, folder: Path) -> None:
        self._monkeypatch = monkeypatch
        for name, value in environment(database_url, str(folder)).items():
            monkeypatch.setenv(name, value)

    def set(self, name: str, value: str) -> None:
        self._monkeypatch.setenv(name, value)

    def run(self, *arguments: str, given: str | None = None) -> Result:
        parts = Parts(settings=Settings.from_env, runtime=build_runtime, app=create_app)
        return CliRunner().invoke(root, arguments, obj=parts, input=given, catch_exceptions=False)


@pytest.fixture
def installation(
    monkeypatch: pytest.MonkeyPatch, database: Database, database_url: str, tmp_path: Path
) -> Installation:
    with database.begin() as session:
        file_case(session, make_site(session), words="entra polvo por la puerta")
    return Installation(monkeypatch, database_url, tmp_path)


def test_the_first_administrator_is_made_with_a_password_shown_once(installation: Installation) -> None:
    done = installation.run("accounts", "create", "--email", "admin@faena.example", "--name", "Persona Uno")

    assert done.exit_code == 0, done.output
    assert "Password, shown once:" in done.output
    again = installation.run("accounts", "create", "--email", "admin@faena.example", "--name", "Otra")
    assert again.exit_code == 1
    assert "already an account" in again.output


def test_a_duty_at_a_site_needs_the_site(installation: Installation) -> None:
    done = installation.run("accounts", "create", "--email", "a@x.example", "--name", "A B", "--duty", "handler")

    assert done.exit_code == 1
    assert "--site" in done.output


def test_where_somebody_belongs_is_said_and_the_wall_follows(installation: Installation, database: Database) -> None:
    installation.run("sites", "add-company", "Minera Ficticia", "--kind", "principal")
    slug = "cerro-imaginario"
    installation.run("sites", "add-unit", slug, "Planta", "--company", "Minera Ficticia")
    installation.run("accounts", "create", "--email", "a@faena.example", "--name", "Persona Uno")
    place = ("accounts", "place", "a@faena.example", "--reason", "new_post")

    done = installation.run(*place, "--site", slug, "--unit", "Planta", "--heads")

    assert done.output.strip() == "Noted."
    assert "It is as it was." in installation.run(*place, "--site", slug, "--unit", "Planta", "--heads").output
    for wrong in (("--site", slug, "--unit", "Otra"), ("--unit", "Planta"), ("--company", "Otra")):
        assert installation.run(*place, *wrong).exit_code != 0, wrong
    with database.read() as session:
        unit = session.scalars(select(Unit)).one()
        heads = select(Staff.unit_id, Staff.heads_unit, Staff.company_id).where(Staff.email == "a@faena.example")
        assert tuple(session.execute(heads).one()) == (unit.id, True, unit.company_id)


def test_everything_verifies_until_a_row_is_changed_behind_its_back(
    installation: Installation, database: Database
) -> None:
    assert installation.run("verify").exit_code == 0

    with database.begin() as session:
        session.execute(text("UPDATE case_event SET kind = 'closed'"))
    broken = installation.run("verify")

    assert broken.exit_code == 1
    assert "BROKEN" in broken.output


@pytest.mark.parametrize(
    "harm",
    [
        "DELETE FROM case_history",
        "UPDATE case_history SET status = 'closed'",
        "UPDATE cases SET event_count = 0",
        "UPDATE case_event SET recorded_at = happened_at, codes = '{}'",
    ],
)
def test_verify_finds_each_harm(installation: Installation, database: Database, harm: str) -> None:
    with database.begin() as session:
        session.execute(text(harm))

    assert installation.run("verify").exit_code == 1


def test_words_exchanged_between_rows_are_found(installation: Installation, database: Database) -> None:
    with database.begin() as session:
        site = session.scalars(select(Submission)).one()
        site.words_sealed = b"\x01\x02t2" + b"x" * 60

    assert installation.run("verify").exit_code == 1


def test_after_a_rotation_the_old_key_can_go(installation: Installation, database: Database) -> None:
    new = base64.b64encode(bytes(range(100, 132))).decode()
    old = environment("", "/x")["GRIEVANCE_ENCRYPTION_KEYS"]
    installation.set("GRIEVANCE_ENCRYPTION_KEYS", f"t3:{new},{old}")

    done = installation.run("keys", "rotate")
    assert done.exit_code == 0, done.output

    installation.set("GRIEVANCE_ENCRYPTION_KEYS", f"t3:{new}")
    runtime = build_runtime(Settings.from_env())
    with runtime.database.read() as session:
        submission = session.scalars(select(Submission)).one()
        assert key_id_of(submission.words_sealed or b"") == "t3"
        assert unseal(session, submission, "words") == "entra polvo por la puerta"
    runtime.database.dispose()
    assert installation.run("verify").exit_code == 0
    assert installation.run("keys", "rotate").exit_code == 0


def test_backup_and_restore_through_the_commands(
    installation: Installation, engine: Engine, tmp_path: Path, database: Database
) -> None:
    path = tmp_path / "b.bin"
    assert installation.run("backup", str(path)).exit_code == 0
    assert "exists" in installation.run("backup", str(path)).output

    other = engine.create()
    installation.set("GRIEVANCE_DATABASE_URL", other)
    done = installation.run("restore", str(path))

    assert done.exit_code == 0, done.output
    assert installation.run("verify").exit_code == 0
    assert "already holds rows" in installation.run("restore", str(path)).output
    with database.read() as session:
        assert session.scalars(select(CaseEvent.seq)).all() == [1]


def test_doctor_names_the_demo_and_exits_unhealthy(installation: Installation) -> None:
    done = installation.run("doctor")

    assert done.exit_code == 1
    assert "GRIEVANCE_MODE" in done.output


def test_doctor_names_what_the_notice_about_data_misses(installation: Installation) -> None:
    assert "GRIEVANCE_CONTROLLER_NAME, GRIEVANCE_CONTROLLER_REPRESENTATIVE" in installation.run("doctor").output

    for name in ("CONTROLLER_NAME", "CONTROLLER_REPRESENTATIVE", "CONTROLLER_ADDRESS", "CONTROLLER_CONTACT"):
        installation.set(f"GRIEVANCE_{name}", "Algo")
    assert "- GRIEVANCE_HOSTING: not set" in installation.run("doctor").output

    installation.set("GRIEVANCE_HOSTING", "Sala de Prueba, Chile")
    assert "not set; the notice" not in installation.run("doctor").output


def test_doctor_says_that_the_record_does_not_stand(installation: Installation, database: Database) -> None:
    assert "do not hold" not in installation.run("doctor").output

    with database.begin() as session:
        session.execute(update(Case).values(chain_head=b"other"))
    installation.run("worker", "--once")

    assert "Places of the record that do not hold: 1." in installation.run("doctor").output


def test_doctor_says_that_nobody_checks_the_record(installation: Installation, database: Database) -> None:
    installation.run("worker", "--once")
    assert "not checked whole" not in installation.run("doctor").output

    with time_machine.travel(now() + OVERDUE_AFTER + timedelta(minutes=1)):
        assert "not checked whole for over a week" in installation.run("doctor").output


def test_doctor_names_the_duties_that_nobody_holds_until_somebody_does(
    installation: Installation, database: Database
) -> None:
    said = (
        "danger to life is told to nobody",
        "nobody is outside reviewer",
        "nobody answers requests about personal data",
    )
    before = installation.run("doctor").output
    with database.begin() as session:
        site = session.scalars(select(Site)).one()
        duties = (Duty.ON_CALL, Duty.OUTSIDE_REVIEWER, Duty.DATA_PROTECTION, Duty.AUDITOR)
        make_staff(session, name="Rosa Mamani", duties=dict.fromkeys(duties, site))
    after = installation.run("doctor").output

    for words in (*said, "Nobody is auditor"):
        assert words in before
        assert words not in after


def test_doctor_notes_that_nobody_set_how_long_things_are_kept_and_does_not_count_it(
    installation: Installation, database: Database
) -> None:
    before = installation.run("doctor").output
    with database.begin() as session:
        site = session.scalars(select(Site)).one()
        person = make_staff(session, name="Rosa Mamani", duties={Duty.ADMINISTRATOR: None})
        today = now().date()
        set_period(
            session, site.id, "spam", 60, valid_from=today, reason="Así.", by=person.staff_id, at=now(), today=today
        )
    after = installation.run("doctor").output

    (note,) = [line for line in before.splitlines() if "how long things are kept was never set" in line]
    assert note.startswith("- Note: ")
    assert "how long things are kept was never set" not in after


def test_doctor_notes_that_no_pdfs_are_made_and_does_not_count_it(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = installation.run("doctor").output

    # As Python marks a module that cannot be imported.
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    after = installation.run("doctor").output

    assert "Note: No PDFs are made" in after
    assert "pip install 'grievance[pdf]'" in after
    assert after.splitlines()[-1] == before.splitlines()[-1]


@pytest.fixture
def server(installation: Installation, tmp_path: Path) -> Iterator[MailServer]:
    """Run a mail server, and let the settings of the installation lead to it."""
    with mail_server(tmp_path / "mail") as running:
        for name, value in server_settings(running).items():
            installation.set(f"GRIEVANCE_{name.upper()}", value)
        yield running


def test_test_mail_goes_out_at_once(installation: Installation, server: MailServer) -> None:
    done = installation.run("messages", "test-mail", "operadora@reclamos.example")

    assert done.exit_code == 0, done.output
    assert server.taken[0].recipients == ("operadora@reclamos.example",)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("a@reclamos.example\nRCPT TO:<b@reclamos.example>", "not one plain e-mail address"),
        ("nobody@reclamos.example", "does not take mail for that address"),
    ],
)
def test_test_mail_says_what_is_wrong(installation: Installation, server: MailServer, address: str, said: str) -> None:
    server.replies["RCPT"] = "550 5.1.1 no such user"

    done = installation.run("messages", "test-mail", address)

    assert done.exit_code == 1
    assert said in done.output
    assert not server.taken


@pytest.mark.parametrize(
    ("setting", "value", "named"),
    [
        ("MAIL_CA_FILE", "", "GRIEVANCE_MAIL_CA_FILE"),
        ("MAIL_PORT", "1", "GRIEVANCE_MAIL_HOST: the mail server does not answer"),
        ("MAIL_SECURITY", "tls", "GRIEVANCE_MAIL_SECURITY"),
    ],
)
def test_doctor_tries_the_mail_server(
    installation: Installation, server: MailServer, setting: str, value: str, named: str
) -> None:
    assert "GRIEVANCE_MAIL" not in installation.run("doctor").output

    installation.set(f"GRIEVANCE_{setting}", value)

    assert named in installation.run("doctor").output
    assert not server.taken


def test_doctor_says_when_the_server_does_not_let_us_send(installation: Installation, server: MailServer) -> None:
    server.replies["MAIL"] = "553 5.7.1 not your address"

    assert "GRIEVANCE_MAIL_FROM" in installation.run("doctor").output


def test_papers_are_printed_into_a_folder(installation: Installation, tmp_path: Path) -> None:
    outside.pango()

    done = installation.run("print", "cerro-imaginario", str(tmp_path / "papers"))

    assert done.exit_code == 0, done.output
    names = sorted(path.name for path in (tmp_path / "papers").iterdir())
    assert names == sorted(
        name
        for size in ("a3", "a4")
        for name in (f"afiche-{size}-cerro-imaginario.pdf", f"poster-{size}-cerro-imaginario.pdf")
    )


def test_printing_says_what_is_missing(
    installation: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)

    done = installation.run("print", "cerro-imaginario", str(tmp_path))

    assert done.exit_code == 1
    assert "grievance doctor" in done.output
    assert "no site" in installation.run("print", "no-hay", str(tmp_path)).output


def test_keys_make_gives_settings_that_are_accepted(
    monkeypatch: pytest.MonkeyPatch, database_url: str, tmp_path: Path
) -> None:
    made = CliRunner().invoke(root, ["keys", "make"]).output
    for name, value in environment(database_url, str(tmp_path)).items():
        monkeypatch.setenv(name, value)
    for line in made.splitlines():
        name, _, value = line.partition("=")
        monkeypatch.setenv(name, value)

    assert Settings.from_env().in_demo


def test_a_site_is_made_with_what_people_need(installation: Installation) -> None:
    done = installation.run(
        "sites", "create", "--slug", "puerto-inventado", "--name", "Puerto Inventado", "--sms-name", "Puerto Inventado",
        "--number", "+56 9 8765 4322",
    )  # fmt: skip

    assert done.exit_code == 0, done.output
    assert "puerto-inventado" in installation.run("sites", "list").output
    assert "/sms/inbound" in installation.run("sites", "show", "puerto-inventado").output


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("--slug", "demo", "cannot be used"),
        ("--slug", "Mina Sur", "cannot be used"),
        ("--sms-name", "x" * 25, "24 characters"),
        ("--number", "12", "not a phone number"),
    ],
)
def test_a_site_that_cannot_be_is_refused_in_words(
    installation: Installation, option: str, value: str, words: str
) -> None:
    facts = {"--slug": "otra", "--name": "Otra", "--sms-name": "Otra"} | {option: value}

    done = installation.run("sites", "create", *(item for pair in facts.items() for item in pair))

    assert done.exit_code == 1
    assert words in done.output


def test_one_round_of_the_worker_ends(installation: Installation) -> None:
    assert installation.run("worker", "--once").exit_code == 0
