"""The last step through the pages: what stops it, who decides, sent back, refused, at its time, called back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from grievance.accounts.models import AuditEntry
from grievance.cli.worker import Rhythm, round_of_work
from grievance.core.db import Database
from grievance.publishing import editing, summaries
from grievance.publishing.models import Release
from grievance.runtime import Runtime
from tests.support.clock import runs_from
from tests.support.desk import at_desk
from tests.support.quarter import (
    HERE,
    NOW,
    Place,
    frozen_by,
    made_ready,
    make_place,
    one,
    only_release,
)
from tests.support.web import Browser

PUBLIC = "/es/cerro-imaginario/2026-t3"


in_october = runs_from(NOW)


@pytest.fixture
def place(database: Database) -> Place:
    return make_place(database)


def submitted(app: Flask, place: Place, database: Database, **fields: Any) -> Release:
    """Bring the quarter as far as the second person."""
    rosa = frozen_by(app, place.rosa)
    release = made_ready(database, place.rosa)
    rosa.open(one(release, "aprobacion"))
    rosa.submit(form="/enviar", **fields)
    return only_release(database)


def actions(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.seq)))


def test_what_is_not_ready_is_stopped_with_links_to_what_is_to_be_mended(
    app: Flask, place: Place, database: Database
) -> None:
    rosa = frozen_by(app, place.rosa)
    release = only_release(database)
    rosa.open(one(release, "aprobacion"))

    page = rosa.submit(form="/enviar", status=409)

    assert page.has("Nadie lo ha leído en voz alta en español.")
    assert "Lecturas en voz alta" in page.links
    assert only_release(database).submitted_at is None
    assert actions(database)[-1] == "release_stopped"


def test_sentences_that_are_too_hard_are_named_on_the_page(app: Flask, place: Place, database: Database) -> None:
    rosa = frozen_by(app, place.rosa)
    release = made_ready(database, place.rosa)
    hard = "La implementación sistemática de procedimientos administrativos institucionales determinó modificaciones. "
    with database.begin() as session:
        row = session.scalars(select(Release)).one()
        was = editing.mark_of(row, "told")
        editing.write(session, row, "told", {"es": hard * 14, "en": "Fine."}, was=was, by=place.rosa.staff_id)

    page = rosa.open(one(release, "aprobacion"))

    assert page.has("cuesta leerlo")
    assert page.has("La implementación sistemática")


def test_the_author_cannot_approve_even_by_hand(app: Flask, place: Place, database: Database) -> None:
    release = submitted(app, place, database)
    rosa = at_desk(app, place.rosa, lang="es")
    page = rosa.open(one(release, "aprobacion"))
    assert not [form for form in page.forms if "aprobar" in form.attrs["action"]]

    for step in ("aprobar", "rechazar", "devolver"):
        data = {"revision": release.revision, "reason": "x"}
        rosa.open(HERE)
        rosa.post(one(release, step), data, status=403, with_token=True)

    assert only_release(database).state == "frozen"


def test_a_publisher_of_another_site_reaches_nothing_of_it(app: Flask, place: Place, database: Database) -> None:
    release = submitted(app, place, database)
    eva = at_desk(app, place.elsewhere, lang="es")

    for step in ("aprobar", "rechazar", "devolver", "retirar", "enviar", "apartar"):
        data = {"revision": release.revision, "reason": "x", "when": "approved"}
        eva.open("/es/equipo/cifras")
        eva.post(one(release, step), data, status=404, with_token=True)

    assert only_release(database).revision == release.revision


def test_an_auditor_sees_it_and_decides_nothing(app: Flask, place: Place, database: Database) -> None:
    release = submitted(app, place, database)
    ines = at_desk(app, place.auditor, lang="es")

    assert ines.open(one(release, "aprobacion")).has("Espera a una segunda persona")
    for step in ("aprobar", "retirar"):
        ines.open(HERE)
        ines.post(one(release, step), {"revision": release.revision}, status=403, with_token=True)


def test_a_second_approval_finds_that_it_is_out(app: Flask, place: Place, database: Database) -> None:
    release = submitted(app, place, database)
    ana, luis = at_desk(app, place.coordinator, lang="es"), at_desk(app, place.luis, lang="es")
    for browser in (ana, luis):
        browser.open(one(release, "aprobacion"))
    ana.submit(form="/aprobar")

    luis.submit(form="/aprobar", status=409)

    assert only_release(database).approved_by_id == place.coordinator.staff_id
    assert actions(database).count("release_approved") == 1


def test_an_approval_of_an_older_state_is_refused(app: Flask, place: Place, database: Database) -> None:
    release = submitted(app, place, database)
    ana = at_desk(app, place.coordinator, lang="es")
    ana.open(one(release, "aprobacion"))
    with database.begin() as session:
        row = session.scalars(select(Release)).one()
        words = {"es": "Otra cosa.", "en": "Something else."}
        was = editing.mark_of(row, "told")
        editing.write(session, row, "told", words, was=was, by=place.rosa.staff_id)
        summaries.submit(session, row, by=place.rosa.staff_id, at=NOW)

    ana.submit(form="/aprobar", status=409)

    assert only_release(database).state == "frozen"


def test_sent_back_its_authors_read_why(app: Flask, place: Place, database: Database) -> None:
    release = submitted(app, place, database)
    ana = at_desk(app, place.coordinator, lang="es")
    ana.open(one(release, "aprobacion"))
    assert ana.submit(form="/devolver", status=422).errors
    ana.submit(form="/devolver", reason="Falta lo del camino viejo.")

    rosa = at_desk(app, place.rosa, lang="es")
    assert rosa.open(HERE).has("Falta lo del camino viejo.")
    rosa.open(one(release, "aprobacion"))
    rosa.submit(form="/enviar")
    ana.open(one(release, "aprobacion"))
    ana.submit(form="/aprobar")

    assert only_release(database).state == "released"


def test_refused_it_is_kept_with_its_reason_and_never_goes_out(app: Flask, place: Place, database: Database) -> None:
    release = submitted(app, place, database)
    ana = at_desk(app, place.coordinator, lang="es")
    ana.open(one(release, "aprobacion"))

    ana.submit(form="/rechazar", reason="Se puede reconocer a alguien.")

    rosa = at_desk(app, place.rosa, lang="es")
    assert rosa.open(HERE).has("Se puede reconocer a alguien.")
    assert rosa.open(one(release, "aprobacion")).has("Se puede reconocer a alguien.")
    assert rosa.open(one(release, "textos")).all("main details")
    Browser(app).open(PUBLIC, status=404)
    kept = only_release(database)
    assert (kept.state, kept.figures, kept.texts) == ("refused", release.figures, release.texts)


def test_at_a_set_time_it_goes_out_by_the_worker(
    app: Flask, place: Place, database: Database, runtime: Runtime
) -> None:
    later = {"when": "later", "release_on": "2026-10-20", "release_hour": "09:30"}
    release = submitted(app, place, database, **later)
    # Half past nine in Santiago, in summer time (UTC-3).
    assert release.release_at == datetime(2026, 10, 20, 12, 30, tzinfo=UTC)
    ana = at_desk(app, place.coordinator, lang="es")
    ana.open(one(release, "aprobacion"))
    ana.submit(form="/aprobar")
    assert ana.page.has("09:30")
    Browser(app).open(PUBLIC, status=404)
    rosa = at_desk(app, place.rosa, lang="es")
    assert rosa.open(one(release, "textos/told")).all("textarea") == []
    was = editing.mark_of(release, "told")
    rosa.post(one(release, "textos/told"), {"es": "x", "en": "x", "was": was}, status=409, with_token=True)

    with time_machine.travel(datetime(2026, 10, 20, 12, 30, 5, tzinfo=UTC), tick=True):
        round_of_work(runtime, "worker", Rhythm())
        round_of_work(runtime, "another", Rhythm())

        Browser(app).open(PUBLIC)
    assert actions(database).count("release_published") == 1
    assert only_release(database).texts == release.texts


@pytest.mark.parametrize("who", ["rosa", "coordinator"])
def test_until_its_time_it_can_be_called_back(app: Flask, place: Place, database: Database, who: str) -> None:
    later = {"when": "later", "release_on": "2026-10-20", "release_hour": "09:30"}
    release = submitted(app, place, database, **later)
    ana = at_desk(app, place.coordinator, lang="es")
    ana.open(one(release, "aprobacion"))
    ana.submit(form="/aprobar")
    browser = at_desk(app, getattr(place, who), lang="es")
    browser.open(one(release, "aprobacion"))

    browser.submit(form="/retirar")

    kept = only_release(database)
    assert (kept.state, kept.approved_at, kept.submitted_at) == ("frozen", None, None)
    with database.begin() as session:
        assert summaries.release_due(session, at=datetime(2026, 10, 21, tzinfo=UTC)) == 0


@pytest.mark.parametrize(
    "fields",
    [
        {"when": "later", "release_on": "", "release_hour": "09:00"},
        {"when": "later", "release_on": "2026-10-20", "release_hour": "mañana"},
        {"when": "later", "release_on": "2026-10-14", "release_hour": "09:00"},
        {"when": "later", "release_on": "2026-12-24", "release_hour": "09:00"},
        {"when": "later", "release_on": "2026-10-15", "release_hour": "01:00"},
    ],
    ids=["no day", "no hour", "yesterday", "too far", "this morning"],
)
def test_a_time_that_does_not_do_is_asked_again(
    app: Flask, place: Place, database: Database, fields: dict[str, Any]
) -> None:
    rosa = frozen_by(app, place.rosa)
    release = made_ready(database, place.rosa)
    rosa.open(one(release, "aprobacion"))

    page = rosa.submit(form="/enviar", status=422, **fields)

    assert page.errors
    assert page.one("input[name=release_hour]").attrs["value"] == fields["release_hour"]
    assert only_release(database).submitted_at is None


def test_the_second_person_sees_the_differences_and_the_readings(app: Flask, place: Place, database: Database) -> None:
    release = submitted(app, place, database)
    ana = at_desk(app, place.coordinator, lang="es")

    page = ana.open(one(release, "aprobacion"))

    assert page.all("ins")
    assert page.all("del")
    assert page.has("tres choferes del turno de noche")
    assert page.has("3 de 3")
