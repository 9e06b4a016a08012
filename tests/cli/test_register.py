"""`grievance import`: what is wrong is said, what is right comes in, and breaking off costs nothing."""

from __future__ import annotations

import hashlib
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from click.testing import CliRunner, Result
from sqlalchemy import func, select

from grievance.app import build_runtime, create_app
from grievance.cases.models import Case
from grievance.cases.record import RegisterEntry, RegisterImport
from grievance.cases.side_tracks import ImportState
from grievance.cases.verify import verify_cases
from grievance.cli.parts import Parts
from grievance.cli.register_work import OpenRegister, Pace, import_some, open_table
from grievance.cli.root import root
from grievance.core.clock import now
from grievance.core.config import Settings
from grievance.core.db import Database, lock_row
from grievance.desk.search import index_pending, sought
from grievance.registers.columns import Column
from grievance.registers.importing import Tally, approve, note_checked, start
from grievance.registers.kept import keep
from grievance.registers.matching import DateOrder, Matching
from grievance.registers.tables import read_table
from grievance.runtime import Runtime
from grievance.sites.models import Site
from tests.support.clock import runs_from
from tests.support.keys import environment
from tests.support.places import file_case, make_site
from tests.support.registers import NOW, as_csv, line
from tests.support.web_app import make_runtime

LINES = [line(**{"Número de registro": f"{n}/2026"}) for n in range(1, 36)]
WRONG = line(**{"Número de registro": "99", "Recibido el": "31/02/2024"})


class Installation:
    def __init__(self, monkeypatch: pytest.MonkeyPatch, database_url: str, folder: Path) -> None:
        self.folder = folder
        for name, value in environment(database_url, str(folder)).items():
            monkeypatch.setenv(name, value)

    def run(self, content: bytes, *more: str, site: str = "cerro-imaginario") -> Result:
        file = self.folder / "registro.csv"
        file.write_bytes(content)
        return self.command("import", str(file), "--site", site, *more)

    def command(self, *arguments: str, input: str | None = None) -> Result:  # noqa: A002  # as click calls it
        parts = Parts(settings=Settings.from_env, runtime=build_runtime, app=create_app)
        return CliRunner().invoke(root, arguments, obj=parts, catch_exceptions=False, input=input)


in_october = runs_from(NOW)


@pytest.fixture
def installation(
    monkeypatch: pytest.MonkeyPatch, database: Database, database_url: str, tmp_path: Path
) -> Installation:
    with database.begin() as session:
        make_site(session)
    return Installation(monkeypatch, database_url, tmp_path)


def cases(database: Database) -> int:
    with database.read() as session:
        return session.execute(select(func.count()).select_from(Case)).scalar_one()


def test_a_dry_run_says_what_is_wrong_and_keeps_nothing(installation: Installation, database: Database) -> None:
    done = installation.run(as_csv([LINES[0], WRONG]), "--dry-run")

    assert done.exit_code == 1
    assert "Fila 3, Recibido el: «31/02/2024» no es una fecha. Escríbala así: 2024-02-28." in done.output
    assert "1 good, 1 with problems, 0 here already; 2 rows in all." in done.output
    with database.read() as session:
        assert session.scalars(select(RegisterImport)).all() == []


def test_a_dry_run_of_a_good_file_ends_well_and_keeps_nothing(installation: Installation, database: Database) -> None:
    done = installation.run(as_csv(LINES), "--dry-run", "--language", "en")

    assert (done.exit_code, cases(database)) == (0, 0)
    assert "35 good, 0 with problems" in done.output


def test_a_good_file_is_imported_and_holds(installation: Installation, database: Database) -> None:
    done = installation.run(as_csv(LINES))

    assert done.exit_code == 0, done.output
    assert "Imported 35 grievances. Nobody was texted." in done.output
    with database.read() as session:
        assert list(verify_cases(session)) == []
        taken = session.scalars(select(RegisterImport)).one()
        assert (taken.state, taken.opened_count, taken.started_by_id, taken.storage_key) == ("done", 35, None, None)


def test_a_file_with_problems_comes_in_only_when_that_is_said(installation: Installation, database: Database) -> None:
    content = as_csv([*LINES, WRONG])

    refused = installation.run(content, "--language", "en")
    assert (refused.exit_code, cases(database)) == (1, 0)
    assert "Row 37, Received on: “31/02/2024” is no date." in refused.output
    assert "--good-rows" in refused.output
    done = installation.run(content, "--good-rows")

    assert (done.exit_code, cases(database)) == (0, 35)
    assert "Left out: 1 rows with problems." in done.output


def test_a_column_with_phones_stops_everything(installation: Installation, database: Database) -> None:
    done = installation.run(as_csv([line(Teléfono="x")]), "--good-rows")

    assert (done.exit_code, cases(database)) == (1, 0)
    assert "put the columns right first" in done.output


def test_bringing_it_again_adds_nothing(installation: Installation, database: Database) -> None:
    installation.run(as_csv(LINES))

    again = installation.run(as_csv(LINES))

    assert (again.exit_code, cases(database)) == (0, 35)
    assert "0 good, 0 with problems, 35 here already" in again.output


@pytest.mark.parametrize(
    ("content", "site", "said"),
    [
        (b"%PDF-1.4", "cerro-imaginario", "no es un archivo CSV"),
        (b"x", "nowhere", "There is no site with the address nowhere"),
    ],
)
def test_what_cannot_be_read_is_said_in_one_line(
    installation: Installation, content: bytes, site: str, said: str
) -> None:
    done = installation.run(content, site=site)

    assert done.exit_code == 1
    assert said in done.output


def begun(runtime: Runtime, content: bytes, *, digest: str = "0" * 64) -> OpenRegister:
    """Begin an import as the command does."""
    table = read_table(content)
    with runtime.database.begin() as session:
        site = session.scalars(select(Site)).one()
        tally = Tally([])
        for looked in open_table(runtime, table, site_id=site.id, at=now()):
            tally.add(looked)
        taken = start(session, site, filename="r.csv", file_digest=digest, storage_key=None, by=None, at=now())
        note_checked(session, taken, tally, at=now())
        approve(session, taken, without_wrong=True, by=None, at=now())
        import_id, site_id = taken.id, site.id
    lines = open_table(runtime, table, site_id=site_id, at=now())
    return OpenRegister(import_id, ImportState.IMPORTING, lines, len(table.lines), tally)


def test_the_command_goes_on_where_it_broke_off(installation: Installation, database: Database, tmp_path: Path) -> None:
    installation.run(as_csv(LINES[:1]), "--dry-run")
    at_hand = begun(make_runtime(database, tmp_path), as_csv(LINES), digest=_digest(as_csv(LINES)))
    import_some(make_runtime(database, tmp_path), at_hand)
    del at_hand
    assert 0 < cases(database) < 35

    done = installation.run(as_csv(LINES))

    assert (done.exit_code, cases(database)) == (0, 35)
    assert "Imported 35 grievances" in done.output
    with database.read() as session:
        taken = session.scalars(select(RegisterImport)).one()
        assert (taken.state, taken.done_count, taken.known_count) == ("done", 35, 0)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_two_who_import_the_same_file_at_once_make_each_case_once(
    installation: Installation, database: Database, tmp_path: Path
) -> None:
    del installation
    runtime = make_runtime(database, tmp_path)
    both = [begun(runtime, as_csv(LINES), digest=str(n) * 64) for n in (1, 2)]

    def go(at_hand: OpenRegister) -> None:
        while import_some(runtime, at_hand):
            pass

    threads = [threading.Thread(target=go, args=(at_hand,)) for at_hand in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with database.read() as session:
        assert session.execute(select(func.count()).select_from(RegisterEntry)).scalar_one() == 35
        counts = session.execute(select(RegisterImport.opened_count, RegisterImport.known_count)).all()
        assert [sum(pair) for pair in counts] == [35, 35]
        assert sum(opened for opened, _ in counts) == 35
        assert list(verify_cases(session)) == []


def test_what_is_recorded_while_figures_are_being_frozen_is_recorded_after_them(
    installation: Installation, database: Database, tmp_path: Path
) -> None:
    del installation
    runtime = make_runtime(database, tmp_path)
    at_hand = begun(runtime, as_csv(LINES))
    waiting = threading.Thread(target=import_some, args=(runtime, at_hand))

    with database.begin() as session:
        # As freezing does: the site is locked, what is known is what is there.
        lock_row(session, Site, id=session.scalars(select(Site.id)).one())
        waiting.start()
        time.sleep(0.3)
        known_at = now()
        assert session.execute(select(func.count()).select_from(Case)).scalar_one() == 0
    waiting.join()

    with database.read() as session:
        recorded = session.scalars(select(Case.recorded_at)).all()
        assert recorded
        assert min(recorded) > known_at


def test_a_batch_lets_others_write_soon(installation: Installation, database: Database, tmp_path: Path) -> None:
    del installation
    runtime = make_runtime(database, tmp_path)
    at_hand = begun(runtime, as_csv([{**LINES[0], "Número de registro": str(n)} for n in range(300)]))
    done = threading.Event()

    def go() -> None:
        while import_some(runtime, at_hand):
            pass
        done.set()

    thread = threading.Thread(target=go)
    thread.start()
    written = 0
    while not done.is_set() and written < 200:
        with database.begin() as session:
            file_case(session, session.scalars(select(Site)).one(), at=now())
        written += 1
    thread.join()

    # Thirty batches: whoever wants to write comes in between, and does not wait for the end.
    assert written >= 5
    assert cases(database) == 300 + written


def test_what_people_write_now_is_found_before_the_old_list_is(
    installation: Installation, database: Database, tmp_path: Path
) -> None:
    installation.run(as_csv(LINES))
    with database.begin() as session:
        site = session.scalars(select(Site)).one()
        living = file_case(session, site, words="Un zafiro perdido", at=NOW + timedelta(hours=1)).case

        index_pending(session, at=NOW + timedelta(hours=1), limit=5)

        assert session.scalars(select(Case.id).where(sought(session, "zafiro").condition)).all() == [living.id]


def test_an_import_is_taken_back_on_the_command_line(installation: Installation, database: Database) -> None:
    import_id = installation.run(as_csv(LINES)).output.split("--undo ")[1].strip()

    refused = installation.command("import", "--undo", "nothing-like-it", "--yes")
    undone = installation.command("import", "--undo", import_id, "--yes")
    twice = installation.command("import", "--undo", import_id, "--yes")

    assert (refused.exit_code, twice.exit_code) == (1, 1)
    assert "There is no import nothing-like-it." in refused.output
    assert undone.exit_code == 0
    assert "35 grievances go" in undone.output
    assert "Taken back: 35 grievances. Stay: 0." in undone.output
    assert "There is nothing to take back" in twice.output
    with database.read() as session:
        assert session.execute(select(func.count()).select_from(RegisterEntry)).scalar_one() == 0
        assert list(verify_cases(session)) == []
    assert "Imported 35 grievances" in installation.run(as_csv(LINES)).output


def test_an_import_is_not_taken_back_without_a_yes_nor_after_a_day(
    installation: Installation, database: Database
) -> None:
    import_id = installation.run(as_csv(LINES)).output.split("--undo ")[1].strip()

    unsure = installation.command("import", "--undo", import_id, input="n\n")
    with time_machine.travel(NOW + timedelta(hours=25), tick=True):
        late = installation.command("import", "--undo", import_id, "--yes")

    assert (unsure.exit_code, late.exit_code) == (1, 1)
    assert "A day has passed" in late.output
    with database.read() as session:
        assert session.execute(select(func.count()).select_from(RegisterEntry)).scalar_one() == 35


def test_a_file_without_a_site_is_refused_with_how_to_say_it(installation: Installation) -> None:
    assert "grievance import FILE --site SITE" in installation.command("import").output


OWN = [
    {"Cod. Reclamo": f"R-{n}", "F. Recepción": "03/04/2026", "Glosa": "Polvo", "Situación": "Finiquitado"}
    for n in (1, 2)
]


def _keep_matching(database: Database) -> None:
    said = Matching(
        tuple(OWN[0]),
        {
            "cod reclamo": Column.NUMBER,
            "f recepcion": Column.RECEIVED,
            "glosa": Column.WORDS,
            "situacion": Column.STATUS,
        },
        DateOrder.MONTH_FIRST,
        {Column.STATUS: {"Finiquitado": "open"}},
        "Lista de la planta",
    )
    with database.begin() as session:
        keep(session, session.scalars(select(Site.operator_id)).one(), said, by=None, at=now())


def test_a_list_with_names_of_its_own_is_read_with_the_matching_named(
    installation: Installation, database: Database
) -> None:
    assert installation.run(as_csv(OWN), "--matching", "Lista de la planta").exit_code == 1
    assert "Nothing was imported: put the columns right first." in installation.run(as_csv(OWN)).output
    _keep_matching(database)

    unknown = installation.run(as_csv(OWN), "--matching", "otra")
    done = installation.run(as_csv(OWN), "--matching", "lista de la PLANTA")

    assert "Nothing is kept under the name otra." in unknown.output
    assert (done.exit_code, cases(database)) == (0, 2)
    with database.read() as session:
        assert {at.date().isoformat() for at in session.scalars(select(Case.received_at))} == {"2026-03-04"}


def test_a_matching_kept_for_the_very_headers_is_used_unasked_and_said(
    installation: Installation, database: Database
) -> None:
    _keep_matching(database)

    done = installation.run(as_csv(OWN))

    assert "Read with the matching Lista de la planta" in done.output
    assert cases(database) == 2


@pytest.mark.parametrize(
    ("seconds_a_case", "lowest", "highest"),
    [(0.0001, 40, 40), (0.003, 8, 12), (0.03, 2, 2), (2.0, 2, 2)],
)
def test_batches_grow_and_shrink_to_what_may_hold_the_lock(seconds_a_case: float, lowest: int, highest: int) -> None:
    pace = Pace()

    for _ in range(20):
        pace.note(seconds_a_case * pace.size, pace.size)

    assert lowest <= pace.size <= highest
