"""The publisher's quarter through the pages, and what each other duty may not do with it."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import UTC, datetime

import openpyxl
import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from grievance.accounts.models import AuditEntry
from grievance.accounts.permissions import Duty
from grievance.core.db import Database
from grievance.publishing.models import Release
from tests.support.figures import a_quarter
from tests.support.people import Person, make_staff, sign_in
from tests.support.places import make_site
from tests.support.web import Browser

NOW = datetime(2026, 10, 15, 15, 0, tzinfo=UTC)
HERE = "/es/equipo/cifras/cerro-imaginario/2026-t3"


@dataclass(frozen=True)
class Place:
    rosa: Person
    luis: Person
    coordinator: Person
    auditor: Person
    handler: Person
    elsewhere: Person


@pytest.fixture(autouse=True)
def in_october() -> object:
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def place(database: Database) -> Place:
    with database.begin() as session:
        site = make_site(session)
        other = make_site(session, slug="otro-sitio", line=None)
        a_quarter(session, site)
        return Place(
            make_staff(session, name="Rosa Mamani", duties={Duty.PUBLISHER: site}),
            make_staff(session, name="Luis Vera", duties={Duty.PUBLISHER: site}),
            make_staff(session, name="Ana Choque", duties={Duty.COORDINATOR: site}),
            make_staff(session, name="Inés Soto", email="ines@example.org", duties={Duty.AUDITOR: site}),
            make_staff(session, name="Juan Cruz", duties={Duty.HANDLER: site}),
            make_staff(session, name="Eva Rojas", duties={Duty.PUBLISHER: other}),
        )


def signed_in(app: Flask, person: Person) -> Browser:
    browser = Browser(app)
    sign_in(browser, person)
    return browser


def frozen_by(app: Flask, person: Person) -> Browser:
    browser = signed_in(app, person)
    browser.open(HERE)
    browser.submit(form="/congelar")
    return browser


def only_release(database: Database) -> Release:
    with database.read() as session:
        return session.scalars(select(Release)).one()


def test_a_quarter_goes_out_by_two_people(app: Flask, place: Place, database: Database) -> None:
    rosa = signed_in(app, place.rosa)
    listed = rosa.open("/es/equipo/cifras")
    assert "Julio a septiembre de 2026" in listed.text
    first = rosa.open(HERE)
    assert "M1" in first.text
    rosa.submit(form="/congelar")
    rosa.submit(form="/contexto", es="Hubo un aluvión en agosto.", en="There was a flood in August.")
    preview = rosa.open(f"{HERE}/vista")
    assert "Hubo un aluvión en agosto." in preview.text
    twin = rosa.open("/en/staff/figures/cerro-imaginario/2026-q3/preview")
    assert "There was a flood in August." in twin.text
    Browser(app).open("/es/cerro-imaginario/2026-t3", status=404)

    rosa.open(HERE)
    rosa.submit(form="/enviar")
    assert not [form for form in rosa.page.forms if form.attrs["action"].endswith("/aprobar")]

    ana = signed_in(app, place.coordinator)
    ana.open(HERE)
    ana.submit(form="/aprobar")

    for address in ("/es/cerro-imaginario/2026-t3", "/en/cerro-imaginario/2026-q3"):
        assert Browser(app).open(address).status == 200
    release = only_release(database)
    assert (release.state, release.approved_by_id) == ("released", place.coordinator.staff_id)
    assert release.notes == {"es": "Hubo un aluvión en agosto.", "en": "There was a flood in August."}


def test_the_author_cannot_approve_even_by_hand(app: Flask, place: Place, database: Database) -> None:
    rosa = frozen_by(app, place.rosa)
    rosa.submit(form="/enviar")
    release = only_release(database)

    rosa.post(f"{HERE}/{release.public_id}/aprobar", {"revision": release.revision}, status=403, with_token=True)

    assert only_release(database).state == "frozen"


def test_one_language_alone_is_refused_and_what_was_written_stays(app: Flask, place: Place, database: Database) -> None:
    rosa = frozen_by(app, place.rosa)

    page = rosa.submit(form="/contexto", es="Solo en castellano", status=422)

    assert page.errors
    assert page.one("textarea[name=es]").text == "Solo en castellano"
    assert only_release(database).notes == {}


def test_a_note_about_an_older_state_is_refused(app: Flask, place: Place, database: Database) -> None:
    rosa, luis = frozen_by(app, place.rosa), signed_in(app, place.luis)
    luis.open(HERE)
    rosa.submit(form="/contexto", es="Uno", en="One")

    luis.submit(form="/contexto", es="Dos", en="Two", status=409)

    assert only_release(database).notes == {"es": "Uno", "en": "One"}


@pytest.mark.parametrize(
    ("who", "status"), [("coordinator", 403), ("auditor", 403), ("handler", 403), ("elsewhere", 404)]
)
def test_only_publishers_of_the_site_freeze(
    app: Flask, place: Place, database: Database, who: str, status: int
) -> None:
    browser = signed_in(app, getattr(place, who))

    browser.post(f"{HERE}/congelar", {}, status=status, with_token=True)

    with database.read() as session:
        assert session.scalars(select(Release)).all() == []


def test_a_publisher_reaches_no_case(app: Flask, place: Place) -> None:
    rosa = signed_in(app, place.rosa)

    for address in ("/es/equipo/casos", "/es/equipo/auditoria"):
        rosa.open(address, status=403)
    for address in ("/es/equipo/cifras", HERE):
        assert "polvo" not in rosa.open(address).text


def test_a_quarter_that_is_not_over_is_not_frozen(app: Flask, place: Place) -> None:
    rosa = signed_in(app, place.rosa)

    rosa.open("/es/equipo/cifras/cerro-imaginario/2026-t4", status=409)
    rosa.open("/es/equipo/cifras/cerro-imaginario/2026-t9", status=404)


def test_each_file_is_the_same_twice_and_leaves_a_line(app: Flask, place: Place, database: Database) -> None:
    rosa = frozen_by(app, place.rosa)

    files = {
        kind: [rosa.client.get(f"{HERE}/archivo.{kind}", headers=rosa.headers).data for _ in range(2)]
        for kind in ("xlsx", "csv", "json")
    }

    assert all(one == two for one, two in files.values())
    assert files["json"][0].decode() == only_release(database).figures
    assert files["csv"][0].decode("utf-8-sig").startswith("site,quarter,")
    book = openpyxl.load_workbook(io.BytesIO(files["xlsx"][0]))
    assert len(book.sheetnames) == 3
    with database.read() as session:
        lines = session.scalars(select(AuditEntry).where(AuditEntry.action == "figures_exported")).all()
    assert [(line.actor_id, line.codes["format"]) for line in lines] == [
        (place.rosa.staff_id, kind) for kind in ("xlsx", "xlsx", "csv", "csv", "json", "json")
    ]


def test_setting_aside_keeps_what_was_frozen(app: Flask, place: Place, database: Database) -> None:
    rosa = frozen_by(app, place.rosa)

    rosa.submit(form="/apartar")

    assert only_release(database).state == "discarded"
    assert [form for form in rosa.page.forms if form.attrs["action"].endswith("/congelar")]
