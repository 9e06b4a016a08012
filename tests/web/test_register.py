"""Taking over an old register on the pages: bring, read what is wrong, import, see it done; and who may not."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from grievance.accounts.models import AuditEntry
from grievance.accounts.permissions import Duty
from grievance.cases.handling import add_note
from grievance.cases.models import Case
from grievance.cases.record import Notice, RegisterEntry, RegisterImport
from grievance.cases.states import staff_actor
from grievance.cli.register_work import Kept, forget_undecided, work_on_registers
from grievance.core.clock import now
from grievance.core.db import Database
from grievance.registers.importing import KEPT_UNDECIDED
from grievance.registers.tables import read_table
from grievance.rounds.orphans import forget_orphans
from grievance.runtime import Runtime
from grievance.sites.models import Site
from tests.support.clock import runs_from
from tests.support.desk import at_desk
from tests.support.people import Person, make_staff
from tests.support.places import make_site
from tests.support.registers import NOW, as_csv, as_xlsx, line, worked
from tests.support.web import Browser, File, Seen

HERE = "/es/equipo/registros"
CSV = "text/csv"


@dataclass(frozen=True)
class House:
    rosa: Person
    eva: Person
    coordinator: Person
    handler: Person


in_october = runs_from(NOW)


@pytest.fixture
def house(database: Database) -> House:
    with database.begin() as session:
        site, other = make_site(session), make_site(session, slug="otro-sitio", line=None)
        return House(
            make_staff(session, name="Rosa Mamani", duties={Duty.TRIAGER: site}),
            make_staff(session, name="Eva Rojas", duties={Duty.TRIAGER: other}),
            make_staff(session, name="Ana Choque", duties={Duty.COORDINATOR: site}),
            make_staff(session, name="Juan Cruz", duties={Duty.HANDLER: site}),
        )


def brought(browser: Browser, content: bytes, *, name: str = "registro 2023.csv", status: int = 200) -> Seen:
    browser.open(HERE)
    file: File = (content, name, CSV)
    return browser.submit(form=HERE, files={"file": [file]}, status=status)


def count(database: Database, model: type[Any]) -> int:
    with database.read() as session:
        return session.execute(select(func.count()).select_from(model)).scalar_one()


def stored(runtime: Runtime) -> list[str]:
    return [key for key, _ in runtime.storage.stored()]


def test_a_register_is_checked_then_imported_and_its_file_is_gone(
    app: Flask, runtime: Runtime, database: Database, house: House
) -> None:
    rosa = at_desk(app, house.rosa, lang="es")

    page = brought(rosa, as_csv([line(), line(**{"Número de registro": "13/2026"})]))
    assert "En revisión del archivo" in page.text
    assert page.links["Revisar otra vez"]
    worked(runtime)
    checked = rosa.open(rosa.url)
    assert count(database, Case) == 0
    assert "No hay impedimentos. Se abrirán 2 casos" in checked.text
    rosa.submit("Importar 2 filas")
    worked(runtime)
    done = rosa.open(rosa.url)

    assert "Importado" in done.text
    assert (count(database, Case), stored(runtime)) == (2, [])
    with database.read() as session:
        lines = session.scalars(select(AuditEntry).where(AuditEntry.action.startswith("register_"))).all()
        assert [(entry.action, entry.actor_id, entry.codes.get("step")) for entry in lines] == [
            ("register_checked", house.rosa.staff_id, None),
            ("register_imported", house.rosa.staff_id, "approved"),
            ("register_imported", house.rosa.staff_id, "done"),
        ]
        told = session.execute(select(Notice.staff_id, Notice.kind)).all()
        assert sorted(told) == sorted(
            [
                (house.rosa.staff_id, "register_checked"),
                (house.rosa.staff_id, "register_imported"),
                (house.coordinator.staff_id, "register_imported"),
            ]
        )


def test_the_case_page_says_where_the_case_comes_from(app: Flask, runtime: Runtime, house: House) -> None:
    rosa = at_desk(app, house.rosa, lang="es")
    brought(rosa, as_csv([line(Categoría="Polvo y aire")]))
    worked(runtime)
    rosa.open(rosa.url)
    rosa.submit("Importar 1 fila")
    worked(runtime)
    with runtime.database.read() as session:
        reference = session.scalars(select(Case.reference)).one()

    page = rosa.open(f"/es/equipo/casos/{reference}")

    assert "Importado; allí tenía el número 12/2026" in page.text
    assert "Se recibió el reclamo, según el registro antiguo" in page.text


@pytest.mark.parametrize("lang", ["es", "en"])
def test_notices_of_a_register_lead_to_the_registers(app: Flask, runtime: Runtime, house: House, lang: str) -> None:
    rosa = at_desk(app, house.rosa, lang=lang)
    brought(rosa, as_csv([line()]))
    worked(runtime)

    page = rosa.open("/es/equipo/avisos" if lang == "es" else "/en/staff/notices")

    assert page.links["Registros antiguos" if lang == "es" else "Old registers"].endswith(
        "/equipo/registros" if lang == "es" else "/staff/registers"
    )


def test_every_problem_is_told_with_its_row_and_the_good_rows_can_come_alone(
    app: Flask, runtime: Runtime, database: Database, house: House
) -> None:
    rosa = at_desk(app, house.rosa, lang="es")
    brought(rosa, as_csv([line(), line(**{"Número de registro": "13", "Recibido el": "31/02/2024"})]))
    worked(runtime)

    page = rosa.open(rosa.url)
    assert "Fila 3, Recibido el" in page.text
    assert "«31/02/2024» no es una fecha. Escríbala así: 2024-02-28." in page.text
    rosa.submit("Importar solo la fila buena (1)")
    worked(runtime)

    assert count(database, Case) == 1
    assert "Fila 3" in rosa.open(rosa.url).text
    english = rosa.open(rosa.url.replace("/es/equipo/registros", "/en/staff/registers"))
    assert "“31/02/2024” is no date. Write it like 2024-02-28." in english.text


def test_rows_with_problems_are_not_left_out_unsaid(
    app: Flask, runtime: Runtime, database: Database, house: House
) -> None:
    rosa = at_desk(app, house.rosa, lang="es")
    brought(rosa, as_csv([line(), line(**{"Número de registro": "13", "Recibido el": "ayer"})]))
    worked(runtime)
    rosa.open(rosa.url)

    rosa.post(f"{rosa.url}/importar", {"without_wrong": ""}, status=409, with_token=True)

    worked(runtime)
    assert count(database, Case) == 0


def test_many_problems_stand_on_pages_and_in_a_file_that_no_spreadsheet_runs(
    app: Flask, runtime: Runtime, house: House
) -> None:
    rosa = at_desk(app, house.rosa, lang="es")
    lines = [line(**{"Número de registro": str(n), "Canal": f"+x{n}"}) for n in range(1, 121)]
    brought(rosa, as_csv([{**one, "+algo": "x"} for one in lines]))
    worked(runtime)

    first = rosa.open(rosa.url)
    assert "Problemas 1 a 50 de 121" in first.text
    last = rosa.open(first.links["Siguientes"])
    last = rosa.open(last.links["Siguientes"])
    assert "Problemas 101 a 121 de 121" in last.text
    answer = rosa.client.get(f"{rosa.url.partition('?')[0]}/problemas.csv", headers=rosa.headers)
    rows = list(csv.reader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff")), delimiter=";"))
    assert rows[0] == ["Fila", "Dónde", "Qué está mal"]
    assert len(rows) == 122
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "está vacío"),
        (b"%PDF-1.7 \x00\x01", "no es un archivo CSV"),
        (b"PK\x03\x04 nothing", "está dañado"),
        (b"\xff\xfeN\x00", "No se pueden leer las letras"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "contraseña"),
    ],
    ids=["empty", "a PDF", "half a workbook", "UTF-16", "with a password"],
)
def test_what_cannot_be_a_register_is_refused_before_it_is_kept(
    app: Flask, runtime: Runtime, database: Database, house: House, content: bytes, said: str
) -> None:
    rosa = at_desk(app, house.rosa, lang="es")

    page = brought(rosa, content, status=422)

    assert said in " ".join(page.errors)
    assert (count(database, RegisterImport), stored(runtime)) == (0, [])


def test_a_file_beyond_all_measure_is_not_read(app: Flask, runtime: Runtime, database: Database, house: House) -> None:
    rosa = at_desk(app, house.rosa, lang="es")

    rosa.open(HERE)
    # Encoded here: the test client would leave a temporary file open.
    data = {
        "csrf_token": rosa.token(),
        "site": "cerro-imaginario",
        "file": FileStorage(io.BytesIO(b"x;" * 16_000_000), "r.csv"),
    }
    boundary, body = encode_multipart(data)
    kind = f'multipart/form-data; boundary="{boundary}"'
    answer = rosa.client.post(HERE, data=body, content_type=kind, headers=rosa.headers)

    assert answer.status_code == 422
    assert "pesa más de 30 MB" in answer.get_data(as_text=True)
    assert (count(database, RegisterImport), stored(runtime)) == (0, [])


def test_a_workbook_that_turns_out_unreadable_says_so_and_is_deleted(
    app: Flask, runtime: Runtime, house: House
) -> None:
    content = as_xlsx([["Número de registro", "Recibido el", "Relato"], ["1", "2024-01-01", "x"]])
    inside = content.index(b"xl/worksheets/sheet1.xml") + 60
    broken = content[:inside] + b"\xff" * 20 + content[inside + 20 :]
    rosa = at_desk(app, house.rosa, lang="es")
    brought(rosa, broken, name="registro.xlsx")

    worked(runtime)

    assert "El libro está dañado" in rosa.open(rosa.url).text
    assert stored(runtime) == []


def test_a_file_can_be_set_aside_and_is_deleted(app: Flask, runtime: Runtime, database: Database, house: House) -> None:
    rosa = at_desk(app, house.rosa, lang="es")
    brought(rosa, as_csv([line()]))
    worked(runtime)
    rosa.open(rosa.url)

    page = rosa.submit(form="/apartar")

    assert "Apartado" in page.text
    assert (count(database, Case), stored(runtime)) == (0, [])


def test_a_file_about_which_nobody_decides_is_deleted_after_a_month_and_not_before(
    app: Flask, runtime: Runtime, house: House
) -> None:
    rosa = at_desk(app, house.rosa, lang="es")
    brought(rosa, as_csv([line()]))
    worked(runtime)

    with time_machine.travel(NOW + KEPT_UNDECIDED - timedelta(hours=1), tick=True):
        forget_orphans(runtime.storage, runtime.database.read, at=now())
        assert (forget_undecided(runtime), len(stored(runtime))) == (0, 1)
    with time_machine.travel(NOW + KEPT_UNDECIDED + timedelta(hours=1), tick=True):
        assert (forget_undecided(runtime), stored(runtime)) == (1, [])


@pytest.mark.parametrize(("who", "status"), [("eva", 404), ("coordinator", 403), ("handler", 403)])
def test_nobody_else_sees_or_touches_an_import(
    app: Flask, runtime: Runtime, database: Database, house: House, who: str, status: int
) -> None:
    rosa = at_desk(app, house.rosa, lang="es")
    brought(rosa, as_csv([line()]))
    worked(runtime)
    here = rosa.url
    other = at_desk(app, getattr(house, who), lang="es")

    other.open(here, status=status)
    other.open(f"{here}/problemas.csv", status=status)
    for step in ("importar", "seguir", "apartar"):
        other.open("/es/equipo/avisos")
        other.post(f"{here}/{step}", {"without_wrong": "yes"}, status=status, with_token=True)

    worked(runtime)
    assert count(database, Case) == 0
    assert len(stored(runtime)) == 1


def test_a_register_cannot_be_brought_for_a_site_of_others(
    app: Flask, runtime: Runtime, database: Database, house: House
) -> None:
    eva = at_desk(app, house.eva, lang="es")
    eva.open(HERE)
    data = {"site": "cerro-imaginario", "file": (io.BytesIO(as_csv([line()])), "r.csv"), "csrf_token": eva.token()}

    answer = eva.client.post(HERE, data=data, headers=eva.headers, content_type="multipart/form-data")

    assert answer.status_code in (404, 422)
    assert (count(database, RegisterImport), stored(runtime)) == (0, [])


def test_an_import_that_breaks_off_goes_on_where_it_stopped(
    app: Flask, runtime: Runtime, database: Database, house: House
) -> None:
    rosa = at_desk(app, house.rosa, lang="es")
    brought(rosa, as_csv([line(**{"Número de registro": f"{n}/2026"}) for n in range(1, 41)]))
    worked(runtime)
    rosa.open(rosa.url)
    rosa.submit("Importar 40 filas")
    kept = Kept()
    work_on_registers(runtime, kept)
    assert kept.open is not None
    good, kept.open.lines = kept.open.lines, Breaking(kept.open.lines, after=20)

    with pytest.raises(Broken):
        worked(runtime, kept)
    del good
    page = rosa.open(rosa.url)
    assert "Se interrumpió" in page.text
    before = count(database, Case)
    assert 0 < before < 40
    rosa.submit("Seguir desde donde se interrumpió")
    worked(runtime)

    assert count(database, Case) == 40
    with database.read() as session:
        taken = session.scalars(select(RegisterImport)).one()
        assert (taken.state, taken.opened_count, taken.known_count, taken.done_count) == ("done", 40, 0, 40)


class Broken(Exception):
    """The machine gave up."""


class Breaking:
    """Gives some lines and breaks."""

    def __init__(self, lines: Iterator[Any], *, after: int) -> None:
        self.lines, self.left = lines, after

    def __iter__(self) -> Breaking:
        return self

    def __next__(self) -> Any:
        self.left -= 1
        if self.left < 0:
            raise Broken
        return next(self.lines)


@pytest.mark.parametrize(("lang", "kind"), [("es", "csv"), ("en", "csv"), ("es", "xlsx"), ("en", "xlsx")])
def test_the_template_can_be_brought_as_it_is(app: Flask, house: House, lang: str, kind: str) -> None:
    rosa = at_desk(app, house.rosa, lang="es")
    place = "equipo/registros/plantilla" if lang == "es" else "staff/registers/template"

    answer = rosa.client.get(f"/{lang}/{place}/cerro-imaginario.{kind}", headers=rosa.headers)

    table = read_table(answer.data)
    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    assert not table.problems
    assert len(table.lines) == 1


def test_the_workbook_names_what_each_column_may_say(app: Flask, house: House) -> None:
    rosa = at_desk(app, house.rosa, lang="es")

    answer = rosa.client.get("/es/equipo/registros/plantilla/cerro-imaginario.xlsx", headers=rosa.headers)

    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).worksheets[1]
    columns = {column[0].value: [cell.value for cell in column[1:] if cell.value] for column in sheet.columns}
    assert columns["Número de registro"] == ["Obligatoria"]
    assert "Polvo y aire" in columns["Categoría"]
    assert "Planta" in columns["Área"]


def test_the_import_is_in_the_navigation_of_triagers_only(app: Flask, house: House) -> None:
    assert "Registros antiguos" in at_desk(app, house.rosa, lang="es").open("/es/equipo/avisos").links
    assert "Registros antiguos" not in at_desk(app, house.coordinator, lang="es").open("/es/equipo/avisos").links


def test_words_and_names_of_a_register_stay_out_of_logs_and_readable_columns(
    app: Flask, runtime: Runtime, database: Database, house: House, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    rosa = at_desk(app, house.rosa, lang="es")
    secret = {"Lo que dijo la persona": "Zafiro confidencial", "Nombre": "Zafira Reservada", "Título": "Zafiral"}
    brought(rosa, as_csv([line(**secret), line(**{**secret, "Recibido el": "Zafiro mal puesto"})]), name="Zafiro.csv")
    worked(runtime)
    rosa.open(rosa.url)
    rosa.submit("Importar solo la fila buena (1)")
    worked(runtime)

    out = "".join(capfd.readouterr())
    assert "zafir" not in out.casefold()
    with database.read() as session:
        for model in (RegisterImport, Case, AuditEntry):
            for row in session.scalars(select(model)):
                readable = [repr(value) for value in vars(row).values() if not isinstance(value, bytes)]
                assert not re.search("zafir", " ".join(readable), re.IGNORECASE)


def imported(browser: Browser, runtime: Runtime, lines: list[dict[str, str]]) -> str:
    """Bring a register and import it; return the address of its page."""
    brought(browser, as_csv(lines))
    worked(runtime)
    address = browser.url
    browser.open(address)
    browser.submit(form="/importar")
    worked(runtime)
    return address


TWO = [line(), line(**{"Número de registro": "13/2026"})]


def test_an_import_is_taken_back_after_a_page_that_says_what_goes_and_what_stays(
    app: Flask, runtime: Runtime, database: Database, house: House
) -> None:
    rosa = at_desk(app, house.rosa, lang="es")
    address = imported(rosa, runtime, TWO)
    with database.begin() as session:
        worked_case = session.scalars(select(Case).join(RegisterEntry).where(RegisterEntry.number == "12/2026")).one()
        add_note(session, worked_case, words="La llamé", by=staff_actor(house.rosa.staff_id), at=NOW)
        reference = worked_case.reference

    assert "Se puede deshacer hasta" in rosa.open(address).text
    asked = rosa.click("Deshacer esta importación")
    assert ("1 caso se retira" in asked.text, "1 caso se queda" in asked.text) == (True, True)
    assert asked.links[reference].endswith(f"/equipo/casos/{reference}")
    under_way = rosa.submit("Retirar 1 caso")
    assert "Deshaciéndose" in under_way.text
    worked(runtime)
    done = rosa.open(address)

    assert "Deshecho" in done.text
    assert "Deshacer esta importación" not in done.links
    assert rosa.open("/es/equipo/casos?show=all&whose=site").has(reference)
    with database.read() as session:
        assert session.scalars(select(RegisterEntry.number)).all() == ["12/2026"]
        assert set(session.scalars(select(Notice.kind).where(Notice.staff_id == house.coordinator.staff_id))) == {
            "register_imported",
            "register_undone",
        }
    imported(rosa, runtime, TWO)
    assert count(database, RegisterEntry) == 2


def test_after_a_day_the_page_says_what_to_do_instead(app: Flask, runtime: Runtime, house: House) -> None:
    rosa = at_desk(app, house.rosa, lang="es")
    address = imported(rosa, runtime, [line()])
    undo = rosa.open(address).links["Deshacer esta importación"]
    rosa.open(undo)

    with time_machine.travel(NOW + timedelta(hours=25), tick=True):
        rosa = at_desk(app, house.rosa, lang="es")
        page = rosa.open(address)
        assert "Ya pasó un día" in page.text
        assert "Deshacer esta importación" not in page.links
        assert "primera revisión" in rosa.open(undo, status=409).text
        rosa.open(HERE)
        rosa.post(undo, {}, status=409, with_token=True)


def test_only_triagers_of_the_site_take_an_import_back(
    app: Flask, runtime: Runtime, database: Database, house: House
) -> None:
    rosa = at_desk(app, house.rosa, lang="es")
    address = imported(rosa, runtime, [line()])
    undo = rosa.open(address).links["Deshacer esta importación"]

    for person, status in ((house.eva, 404), (house.coordinator, 403), (house.handler, 403)):
        other = at_desk(app, person, lang="es")
        other.open(undo, status=status)
        other.open("/es/equipo/avisos")
        other.post(undo, {}, status=status, with_token=True)
    with database.begin() as session:
        second = make_staff(
            session,
            name="Luz Inventada",
            duties={Duty.TRIAGER: session.scalars(select(Site).order_by(Site.id)).first()},
        )
    luz = at_desk(app, second, lang="es")
    luz.open(undo)
    luz.submit(form="/deshacer")
    worked(runtime)

    assert count(database, RegisterEntry) == 0
