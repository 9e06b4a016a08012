"""The publisher's quarter through the pages: the list, freezing, files, and what each other duty may not do with it."""

from __future__ import annotations

import io

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import select

from grievance.accounts.models import AuditEntry
from grievance.core.db import Database
from grievance.publishing.models import Release
from grievance.sites.queries import site_by_slug
from tests.support.clock import runs_from
from tests.support.desk import at_desk
from tests.support.figures import released
from tests.support.quarter import (
    HERE,
    HERE_EN,
    NOW,
    Place,
    frozen_by,
    made_ready,
    make_place,
    one,
    only_release,
)
from tests.support.web import Browser

in_october = runs_from(NOW)


@pytest.fixture
def place(database: Database) -> Place:
    return make_place(database)


def test_a_quarter_goes_out_by_two_people(app: Flask, place: Place, database: Database) -> None:
    rosa = at_desk(app, place.rosa, lang="es")
    assert "Julio a septiembre de 2026" in rosa.open("/es/equipo/cifras").text
    rosa.open(HERE)
    rosa.click("Ver qué falta, y congelar")
    rosa.submit(form="/congelar", sure=True)
    release = only_release(database)
    rosa.open(one(release, "textos/notes"))
    rosa.submit("Guardar los dos idiomas", es="Hubo un aluvión en agosto.", en="There was a flood in August.")
    made_ready(database, place.rosa)
    assert "Hubo un aluvión en agosto." in rosa.open(f"{HERE}/vista").text
    assert "There was a flood in August." in rosa.open(f"{HERE_EN}/preview").text
    Browser(app).open("/es/cerro-imaginario/2026-t3", status=404)

    rosa.open(one(release, "aprobacion"))
    rosa.submit(form="/enviar")
    assert not [form for form in rosa.page.forms if form.attrs["action"].endswith("/aprobar")]

    ana = at_desk(app, place.coordinator, lang="es")
    ana.open(one(release, "aprobacion"))
    ana.submit(form="/aprobar")

    for address in ("/es/cerro-imaginario/2026-t3", "/en/cerro-imaginario/2026-q3"):
        assert Browser(app).open(address).status == 200
    release = only_release(database)
    assert (release.state, release.approved_by_id) == ("released", place.coordinator.staff_id)
    assert release.notes == {"es": "Hubo un aluvión en agosto.", "en": "There was a flood in August."}


def test_what_is_missing_is_a_number_that_somebody_can_mend(app: Flask, place: Place) -> None:
    rosa = at_desk(app, place.rosa, lang="es")

    shown = rosa.open(f"{HERE}/congelar")

    assert "casos que nadie ha clasificado" in shown.text
    assert "Cuántas personas trabajan" in shown.text
    assert "polvo" not in shown.text
    english = rosa.open(f"{HERE_EN}/freeze")
    assert "cases that nobody has sorted" in english.text


def test_freezing_although_something_is_missing_asks_first(app: Flask, place: Place, database: Database) -> None:
    rosa = at_desk(app, place.rosa, lang="es")
    rosa.open(f"{HERE}/congelar")

    page = rosa.submit(form="/congelar", status=422)

    assert page.errors
    with database.read() as session:
        assert session.scalars(select(Release)).all() == []


def test_a_correction_asks_why_in_both_languages_and_keeps_what_was_typed(
    app: Flask, place: Place, database: Database
) -> None:
    with database.begin() as session:
        site = site_by_slug(session, "cerro-imaginario")
        released(session, site, (place.rosa.staff_id, place.luis.staff_id), at=NOW)
    rosa = at_desk(app, place.rosa, lang="es")
    rosa.open(f"{HERE}/congelar")

    page = rosa.submit(form="/congelar", sure=True, es="Faltaba una carta.", status=422)
    assert page.one("textarea[name=es]").text == "Faltaba una carta."
    rosa.submit(form="/congelar", sure=True, en="A letter was missing.")

    with database.read() as session:
        versions = session.scalars(select(Release).order_by(Release.version)).all()
    assert [release.state for release in versions] == ["released", "frozen"]
    assert versions[1].reason == {"es": "Faltaba una carta.", "en": "A letter was missing."}
    assert "Versión 1" in rosa.page.text


@pytest.mark.parametrize(
    ("who", "status"), [("coordinator", 403), ("auditor", 403), ("handler", 403), ("elsewhere", 404)]
)
def test_only_publishers_of_the_site_freeze(
    app: Flask, place: Place, database: Database, who: str, status: int
) -> None:
    browser = at_desk(app, getattr(place, who), lang="es")

    browser.post(f"{HERE}/congelar", {"sure": "y"}, status=status, with_token=True)

    with database.read() as session:
        assert session.scalars(select(Release)).all() == []


def test_a_publisher_reaches_no_case(app: Flask, place: Place) -> None:
    rosa = at_desk(app, place.rosa, lang="es")

    for address in ("/es/equipo/casos", "/es/equipo/auditoria"):
        rosa.open(address, status=403)
    for address in ("/es/equipo/cifras", HERE):
        assert "polvo" not in rosa.open(address).text


def test_a_quarter_that_is_not_over_is_not_frozen(app: Flask, place: Place) -> None:
    rosa = at_desk(app, place.rosa, lang="es")

    rosa.open("/es/equipo/cifras/cerro-imaginario/2026-t4", status=409)
    rosa.open("/es/equipo/cifras/cerro-imaginario/2026-t4/congelar", status=409)
    rosa.open("/es/equipo/cifras/cerro-imaginario/2026-t9", status=404)


def test_each_file_is_the_same_twice_and_leaves_a_line(app: Flask, place: Place, database: Database) -> None:
    rosa = frozen_by(app, place.rosa)

    files = {
        kind: [rosa.client.get(f"{HERE}/archivo.{kind}", headers=rosa.headers).data for _ in range(2)]
        for kind in ("xlsx", "csv", "json")
    }

    assert all(one_file == two for one_file, two in files.values())
    assert files["json"][0].decode() == only_release(database).figures
    assert files["csv"][0].decode("utf-8-sig").startswith("site,quarter,")
    book = openpyxl.load_workbook(io.BytesIO(files["xlsx"][0]))
    assert len(book.sheetnames) >= 3
    with database.read() as session:
        lines = session.scalars(select(AuditEntry).where(AuditEntry.action == "figures_exported")).all()
    assert [(line.actor_id, line.codes["format"]) for line in lines] == [
        (place.rosa.staff_id, kind) for kind in ("xlsx", "xlsx", "csv", "csv", "json", "json")
    ]


def test_setting_aside_keeps_what_was_frozen(app: Flask, place: Place, database: Database) -> None:
    rosa = frozen_by(app, place.rosa)

    rosa.submit(form="/apartar")

    assert only_release(database).state == "discarded"
    assert "Ver qué falta, y congelar" in rosa.page.links
    assert rosa.page.has("Versión 1, apartada.")
    assert rosa.click("Leer su texto").all("main details")


def test_a_release_is_found_only_under_its_own_site_and_quarter(app: Flask, place: Place, database: Database) -> None:
    frozen_by(app, place.rosa)
    release = only_release(database)
    luis, eva = at_desk(app, place.luis, lang="es"), at_desk(app, place.elsewhere, lang="es")

    for step in ("textos", "lecturas", "rondas", "aprobacion", "vista"):
        luis.open(one(release, step))
        luis.open(one(release, step, base=HERE.replace("2026-t3", "2026-t2")), status=404)
        eva.open(one(release, step), status=404)
        eva.open(one(release, step, base=HERE.replace("cerro-imaginario", "otro-sitio")), status=404)
