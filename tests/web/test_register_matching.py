"""Lists with column names of their own: the page that asks what they mean, and what is kept for the next file."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from grievance.accounts.models import AuditEntry
from grievance.accounts.permissions import Duty
from grievance.cases.models import Case
from grievance.cases.record import RegisterEntry, RegisterImport
from grievance.cli.register_work import forget_undecided
from grievance.core.db import Database
from grievance.registers.importing import KEPT_UNDECIDED
from grievance.registers.record import RegisterMatching
from grievance.runtime import Runtime
from grievance.sites.models import Site
from tests.support.clock import runs_from
from tests.support.desk import at_desk
from tests.support.dom import Node
from tests.support.people import Person, make_staff
from tests.support.places import make_site
from tests.support.registers import NOW, as_csv, worked
from tests.support.web import Browser, Seen

HERE = "/es/equipo/registros"

LIST = [
    {
        "Cod. Reclamo": f"R-{number}",
        "F. Recepción Reclamo": "03/04/2026",
        "Glosa": "Zulema Inventada dice que entra polvo a la casa cuando pasan los camiones de noche",
        "Situación": word,
        "Color": "rojo",
    }
    for number, word in enumerate(("Finiquitado", "Abierto", "finiquitado"), start=1)
]
"""A list as a company kept it: one header is guessed, one nearly, one not at all."""


in_october = runs_from(NOW)


@pytest.fixture
def site(database: Database) -> Site:
    with database.begin() as session:
        return make_site(session)


@pytest.fixture
def rosa(database: Database, site: Site) -> Person:
    with database.begin() as session:
        return make_staff(session, name="Rosa Mamani", duties={Duty.TRIAGER: site})


def brought(browser: Browser, runtime: Runtime, content: bytes) -> str:
    """Bring a file and let the worker look; return the address of its page."""
    browser.open(HERE)
    browser.submit(form=HERE, files={"file": [(content, "lista.csv", "text/csv")]})
    address = browser.url
    worked(runtime)
    browser.open(address)
    return address


def field_of(page: Seen, label: str) -> str:
    """Return the name of the field whose label ends with a text."""
    (found,) = [one for one in page.tree.all("label") if one.text.strip().endswith(label)]
    (control,) = [one for one in page.tree.all("select") if one.attrs.get("id") == found.attrs["for"]]
    return control.attrs["name"]


def said(browser: Browser, *, name: str = "", step: str = "Revisar el archivo con esto") -> Seen:
    """Say on the open page what the list means, first its columns and then its words."""
    page = browser.page
    columns: dict[str, Any] = {
        field_of(page, "Cod. Reclamo"): "number",
        field_of(page, "F. Recepción Reclamo"): "received_on",
        field_of(page, "Glosa"): "words",
        field_of(page, "Situación"): "status",
        field_of(page, "Color"): "-",
    }
    shown = browser.submit("Mostrar las filas otra vez", **columns)
    words: dict[str, Any] = {field_of(shown, "Finiquitado"): "open", "name": name, "order": "day_first"}
    return browser.submit(step, **words)


def test_a_list_with_names_of_its_own_is_asked_about_previewed_checked_and_imported(
    app: Flask, runtime: Runtime, database: Database, rosa: Person
) -> None:
    browser = at_desk(app, rosa, lang="es")
    address = brought(browser, runtime, as_csv(LIST))
    assert "Espera por usted: ¿qué significan sus columnas?" in browser.page.text

    asked = browser.click("Indicar qué significan las columnas")
    assert "Filas con algo escrito: 3. La más larga tiene 82 caracteres." in asked.text
    done = said(browser)
    worked(runtime)
    checked = browser.open(address)

    assert "Zulema" not in asked.html + done.html + checked.html
    assert "No hay impedimentos. Se abrirán 3 casos" in checked.text
    assert "Sus columnas se leyeron como se indicó para este archivo." in checked.text
    browser.submit("Importar 3 filas")
    worked(runtime)
    with database.read() as session:
        assert session.scalars(select(RegisterEntry.number).order_by(RegisterEntry.number)).all() == [
            "R-1",
            "R-2",
            "R-3",
        ]
        assert {case.received_at.date().isoformat() for case in session.scalars(select(Case))} == {"2026-04-03"}
        taken = session.scalars(select(RegisterImport)).one()
        assert (taken.state, taken.found_sealed, taken.matching_sealed) == ("done", None, None)
        assert session.scalars(select(RegisterMatching)).all() == []


def test_the_first_rows_are_shown_as_they_would_come_in_before_anything_is_checked(
    app: Flask, runtime: Runtime, rosa: Person
) -> None:
    browser = at_desk(app, rosa, lang="es")
    brought(browser, runtime, as_csv(LIST))
    browser.click("Indicar qué significan las columnas")

    shown = said(browser, step="Mostrar las filas otra vez")

    text = " ".join(shown.text.split())
    assert "2 R-1 viernes 3 de abril de 2026 82 caracteres Todavía sin clasificar Sigue abierto 3 R-2" in text
    assert "Zulema" not in shown.html


def test_what_is_kept_under_a_name_is_used_again_changed_and_forgotten(
    app: Flask, runtime: Runtime, database: Database, rosa: Person
) -> None:
    browser = at_desk(app, rosa, lang="es")
    brought(browser, runtime, as_csv(LIST))
    browser.click("Indicar qué significan las columnas")
    said(browser, name="Lista de la planta")
    worked(runtime)

    again = [{**line, "Cod. Reclamo": f"S-{at}", "Situación": "FINIQUITADO"} for at, line in enumerate(LIST)]
    brought(browser, runtime, as_csv(again))
    assert "Sus columnas se leyeron con lo guardado como «Lista de la planta»." in browser.page.text
    assert "Se abrirán 3 casos" in browser.page.text

    browser.open(HERE)
    kept = browser.click("Lista de la planta")
    assert browser.submit("Guardar", name="", status=422).errors == ["Escriba un nombre."]
    changed: dict[str, Any] = {field_of(kept, "Finiquitado"): "", "name": "Lista nueva"}
    browser.submit("Guardar", **changed)
    address = brought(browser, runtime, as_csv(again))
    assert "Lista nueva" in browser.page.text
    assert "No está en la lista de esta columna" in browser.page.text
    browser.click("Indicar qué significan las columnas y las palabras")
    browser.open(HERE)
    browser.click("Lista nueva")
    browser.submit("Borrar")
    assert "Lista nueva" not in browser.open(HERE).links
    browser.open(address)

    brought(browser, runtime, as_csv(again))
    assert "Espera por usted" in browser.page.text
    with database.read() as session:
        codes = session.scalars(
            select(AuditEntry).where(AuditEntry.action == "register_matched").order_by(AuditEntry.seq)
        ).all()
        assert [one.codes["step"] for one in codes] == ["kept", "said", "kept", "forgotten"]
        assert "Finiquitado" not in repr([one.codes for one in codes])


def test_two_columns_of_one_meaning_and_a_missing_one_are_told_at_their_fields(
    app: Flask, runtime: Runtime, database: Database, rosa: Person
) -> None:
    browser = at_desk(app, rosa, lang="es")
    brought(browser, runtime, as_csv(LIST))
    page = browser.click("Indicar qué significan las columnas")
    both: dict[str, Any] = {
        field_of(page, "Cod. Reclamo"): "number",
        field_of(page, "Color"): "number",
        field_of(page, "Glosa"): "-",
    }

    refused = browser.submit("Revisar el archivo con esto", status=422, **both)

    assert "Hay dos columnas con este significado. Elija otro, o deje fuera una de ellas." in refused.errors
    assert "Indique qué columna trae: Lo que dijo la persona." in refused.errors
    assert [led_to(refused, link) for link in refused.all("#error-summary a")] == ["select", "h2", "h2"]
    with database.read() as session:
        assert session.scalars(select(RegisterImport.state)).one() == "matching"


def test_a_problem_leads_to_what_was_said_of_its_column(app: Flask, runtime: Runtime, rosa: Person) -> None:
    browser = at_desk(app, rosa, lang="es")
    address = brought(
        browser, runtime, as_csv([*LIST, {**LIST[0], "Cod. Reclamo": "R-4", "F. Recepción Reclamo": "ayer"}])
    )
    browser.click("Indicar qué significan las columnas")
    shown = said(browser, step="Mostrar las filas otra vez")
    (in_preview,) = shown.all("main tbody a")
    said(browser)
    worked(runtime)
    (in_list,) = browser.open(address).all("main tbody a")
    page = browser.open(str(in_list.attrs["href"]))

    assert in_list.text == "Fila 5, Recibido el"
    assert led_to(shown, in_preview) == led_to(page, in_list) == "label"
    (label,) = page.all(f"#{str(in_list.attrs['href']).partition('#')[2]}")
    assert "F. Recepción Reclamo" in label.text


def led_to(page: Seen, link: Node) -> str:
    """Return what stands where a link within a page leads."""
    (found,) = page.all(f"#{link.attrs['href'].partition('#')[2]}")
    return found.tag


def test_a_name_that_another_list_has_is_refused_and_nothing_is_checked(
    app: Flask, runtime: Runtime, database: Database, rosa: Person
) -> None:
    browser = at_desk(app, rosa, lang="es")
    brought(browser, runtime, as_csv(LIST))
    browser.click("Indicar qué significan las columnas")
    said(browser, name="Lista")
    other = [{**line, "Otra columna": "x"} for line in LIST]
    brought(browser, runtime, as_csv(other))
    browser.click("Indicar qué significan las columnas")

    page = browser.page
    columns: dict[str, Any] = {field_of(page, "Glosa"): "words", field_of(page, "F. Recepción Reclamo"): "received_on"}
    refused = browser.submit("Revisar el archivo con esto", name=" LISTA ", status=422, **columns)

    assert refused.errors == ["Ya hay otra lista guardada con este nombre. Elija otro."]
    with database.read() as session:
        assert session.scalars(select(RegisterImport.state).order_by(RegisterImport.id.desc())).first() == "matching"


def test_a_column_that_reaches_people_cannot_be_matched_and_is_to_be_deleted(
    app: Flask, runtime: Runtime, rosa: Person
) -> None:
    browser = at_desk(app, rosa, lang="es")
    brought(browser, runtime, as_csv([{**line, "Teléfono": "9 0000 0000"} for line in LIST]))

    page = browser.click("Indicar qué significan las columnas")

    assert "La columna F debe borrarse del archivo" in page.text
    assert "0000" not in page.html


def test_only_triagers_of_the_site_see_what_a_list_holds_and_what_is_kept(
    app: Flask, runtime: Runtime, database: Database, site: Site, rosa: Person
) -> None:
    browser = at_desk(app, rosa, lang="es")
    address = brought(browser, runtime, as_csv(LIST))
    browser.click("Indicar qué significan las columnas")
    said(browser, name="Lista de la planta")
    browser.open(HERE)
    kept = browser.page.links["Lista de la planta"]
    with database.begin() as session:
        other = make_site(session, slug="otro-sitio", line=None)
        eva = make_staff(session, name="Eva Rojas", duties={Duty.TRIAGER: other})
        juan = make_staff(session, name="Juan Cruz", duties={Duty.COORDINATOR: site})

    for person, status in ((eva, 404), (juan, 403)):
        stranger = at_desk(app, person, lang="es")
        stranger.open(f"{address}/columnas", status=status)
        stranger.open("/es/equipo/avisos")
        stranger.post(f"{address}/columnas", {"step": "check"}, status=status, with_token=True)
    juan_browser = at_desk(app, juan, lang="es")
    juan_browser.open(kept, status=403)


def test_what_a_list_holds_is_swept_with_its_file(
    app: Flask, runtime: Runtime, database: Database, rosa: Person
) -> None:
    browser = at_desk(app, rosa, lang="es")
    address = brought(browser, runtime, as_csv(LIST))

    with time_machine.travel(NOW + KEPT_UNDECIDED * 1.1, tick=True):
        assert forget_undecided(runtime) == 1

    with database.read() as session:
        taken = session.scalars(select(RegisterImport)).one()
        assert (taken.state, taken.storage_key, taken.found_sealed) == ("set_aside", None, None)
    assert [key for key, _ in runtime.storage.stored()] == []
    browser.open(f"{address}/columnas", status=404)


def test_the_page_is_there_in_english(app: Flask, runtime: Runtime, rosa: Person) -> None:
    browser = at_desk(app, rosa, lang="es")
    address = brought(browser, runtime, as_csv(LIST))

    page = browser.open(address.replace("/es/equipo/registros", "/en/staff/registers") + "/columns")

    assert page.h1 == "What the columns mean"
    assert "Leave this column out" in page.text
