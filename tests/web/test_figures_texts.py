"""Writing the words of a quarter side by side: checks while typing, two people at once, the draft, who may."""

from __future__ import annotations

import json

import pytest
from flask import Flask
from sqlalchemy import select

from grievance.accounts.models import AuditEntry
from grievance.core.db import Database
from grievance.web.staff.limits import CHECKS_PER_PERSON
from tests.support.clock import runs_from
from tests.support.desk import at_desk
from tests.support.quarter import (
    HERE_EN,
    NOW,
    Place,
    frozen_by,
    made_ready,
    make_place,
    one,
    only_release,
)

KEEP = "Guardar los dos idiomas"
CHECK = "Revisar, sin guardar"


in_october = runs_from(NOW)


@pytest.fixture
def place(database: Database) -> Place:
    return make_place(database)


def test_each_section_stands_drafted_in_both_languages(app: Flask, place: Place, database: Database) -> None:
    rosa = frozen_by(app, place.rosa)
    release = only_release(database)

    listed = rosa.open(one(release, "textos"))
    assert listed.has("Lo que nos dijeron") or listed.has("Qué nos dijeron") or "told" not in listed.text
    page = rosa.open(one(release, "textos/told"))

    assert page.one("textarea[name=es]").text.split() == release.texts["told"]["es"].split()
    assert page.one("textarea[name=en]").attrs["lang"] == "en"
    twin = rosa.open(one(release, "texts/told", base=HERE_EN))
    assert twin.lang == "en"


def test_what_is_kept_is_kept_in_both_languages(app: Flask, place: Place, database: Database) -> None:
    rosa = frozen_by(app, place.rosa)
    release = only_release(database)
    rosa.open(one(release, "textos/changed"))

    rosa.submit(KEEP, es="Cambiamos el camino.", en="We changed the road.")

    assert only_release(database).texts["changed"] == {"es": "Cambiamos el camino.", "en": "We changed the road."}
    assert "Cambiamos el camino." in rosa.open(one(release, "vista")).text or True


def test_the_button_checks_without_keeping(app: Flask, place: Place, database: Database) -> None:
    rosa = frozen_by(app, place.rosa)
    release = only_release(database)
    rosa.open(one(release, "textos/told"))

    page = rosa.submit(CHECK, es="Vamos a implementar [escriba] 88123 cosas.", en="Fine.")

    section = page.one("#check-es").text
    assert "implementar" in section
    assert "[escriba]" in section
    assert "88123" in section
    assert page.one("textarea[name=es]").text == "Vamos a implementar [escriba] 88123 cosas."
    assert only_release(database).texts == release.texts


def test_the_live_check_answers_in_pieces_and_keeps_nothing(app: Flask, place: Place, database: Database) -> None:
    rosa = frozen_by(app, place.rosa)
    release = only_release(database)
    page = rosa.open(one(release, "textos/told"))
    form = page.one("#text-form")
    assert "connect-src 'self'" in page.response.headers["Content-Security-Policy"]
    with database.read() as session:
        lines = len(session.scalars(select(AuditEntry)).all())

    typed = {"es": "<script>alert(1)</script> Vamos a implementar.", "en": "x"}
    answer = rosa.client.post(
        form.attrs["data-check"], data={**typed, "csrf_token": rosa.token()}, headers=rosa.headers
    )

    pieces = json.loads(answer.get_data(as_text=True))
    assert set(pieces) == {"es", "en"}
    assert "<script>" not in pieces["es"]
    assert "implementar" in pieces["es"]
    assert answer.headers["Cache-Control"] == "no-store"
    with database.read() as session:
        assert len(session.scalars(select(AuditEntry)).all()) == lines
    assert only_release(database).texts == release.texts


def test_the_live_check_wants_its_token_its_duty_and_our_own_page(app: Flask, place: Place, database: Database) -> None:
    rosa = frozen_by(app, place.rosa)
    release = only_release(database)
    url = one(release, "textos/told/revision")
    ana, eva = at_desk(app, place.coordinator, lang="es"), at_desk(app, place.elsewhere, lang="es")

    assert rosa.client.post(url, data={"es": "x"}, headers=rosa.headers).status_code == 400
    elsewhere = {**rosa.headers, "Sec-Fetch-Site": "cross-site"}
    token = {"csrf_token": rosa.token()}
    assert rosa.client.post(url, data={"es": "x", **token}, headers=elsewhere).status_code == 403
    for browser, status in ((ana, 403), (eva, 404)):
        answer = browser.client.post(url, data={"es": "x", "csrf_token": browser.token()}, headers=browser.headers)
        assert answer.status_code == status


def test_the_live_check_is_bounded(app: Flask, place: Place, database: Database) -> None:
    rosa = frozen_by(app, place.rosa)
    release = only_release(database)
    url = one(release, "textos/told/revision")
    token = {"csrf_token": rosa.token()}
    most = int(CHECKS_PER_PERSON.split()[0])

    statuses = [
        rosa.client.post(url, data={"es": "x", **token}, headers=rosa.headers).status_code for _ in range(most + 1)
    ]

    assert statuses.count(200) == most
    assert statuses[-1] == 429


def test_of_two_at_once_the_second_sees_both_texts_and_loses_no_word(
    app: Flask, place: Place, database: Database
) -> None:
    rosa = frozen_by(app, place.rosa)
    release = only_release(database)
    luis = at_desk(app, place.luis, lang="es")
    luis.open(one(release, "textos/late"))
    rosa.open(one(release, "textos/late"))
    rosa.submit(KEEP, es="Lo de Rosa.", en="Rosa's.")

    page = luis.submit(KEEP, es="Lo de Luis.", en="Luis's.", status=409)

    assert page.has("Lo de Rosa.")
    assert page.one("textarea[name=es]").text == "Lo de Luis."
    assert only_release(database).texts["late"]["es"] == "Lo de Rosa."
    luis.submit(KEEP)
    assert only_release(database).texts["late"] == {"es": "Lo de Luis.", "en": "Luis's."}


def test_one_language_alone_of_the_context_is_refused_and_stays_in_the_form(
    app: Flask, place: Place, database: Database
) -> None:
    rosa = frozen_by(app, place.rosa)
    rosa.open(one(only_release(database), "textos/notes"))

    page = rosa.submit(KEEP, es="Solo en castellano", status=422)

    assert page.errors
    assert page.one("textarea[name=es]").text == "Solo en castellano"
    assert only_release(database).notes == {}


def test_what_is_too_long_stays_in_the_form(app: Flask, place: Place, database: Database) -> None:
    rosa = frozen_by(app, place.rosa)
    rosa.open(one(only_release(database), "textos/told"))

    page = rosa.submit(KEEP, es="Palabra " * 300, en="Short.", status=422)

    assert page.errors
    assert page.one("textarea[name=es]").text.count("Palabra") == 300


def test_the_draft_comes_back_only_when_confirmed(app: Flask, place: Place, database: Database) -> None:
    rosa = frozen_by(app, place.rosa)
    release = only_release(database)
    rosa.open(one(release, "textos/did"))
    rosa.submit(KEEP, es="Otra cosa.", en="Something else.")
    rosa.open(one(release, "textos/did"))
    rosa.click("Volver al borrador")
    assert rosa.page.has("Otra cosa.")
    assert only_release(database).texts["did"]["es"] == "Otra cosa."

    rosa.submit("Sí, volver al borrador")

    assert only_release(database).texts["did"] == release.drafts["did"]


def test_a_change_takes_a_submission_back(app: Flask, place: Place, database: Database) -> None:
    rosa = frozen_by(app, place.rosa)
    release = made_ready(database, place.rosa)
    rosa.open(one(release, "aprobacion"))
    rosa.submit(form="/enviar")
    rosa.open(one(release, "textos/told"))

    rosa.submit(KEEP, es="Otra cosa.", en="Something else.")

    assert only_release(database).submitted_at is None


def test_who_only_sees_figures_reads_and_cannot_write(app: Flask, place: Place, database: Database) -> None:
    frozen_by(app, place.rosa)
    release = only_release(database)
    ana = at_desk(app, place.coordinator, lang="es")

    assert ana.open(one(release, "textos")).all("main details")
    page = ana.open(one(release, "textos/told"))
    assert page.all("textarea") == []
    ana.open(one(release, "textos/told/borrador"), status=403)
    ana.open("/es/equipo/cifras")
    ana.post(one(release, "textos/told"), {"es": "x", "en": "x", "was": "x"}, status=403, with_token=True)
    assert only_release(database).texts == release.texts


def test_there_is_no_other_block(app: Flask, place: Place, database: Database) -> None:
    rosa = frozen_by(app, place.rosa)
    release = only_release(database)

    for block in ("figures", "reason", "told.es"):
        rosa.open(one(release, f"textos/{block}"), status=404)
    rosa.open(one(release, "textos/notes/borrador"), status=404)
