"""Reading aloud and member checks: what publishers record and ask, and the page behind the secret address."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from grievance.core.db import Database
from grievance.publishing.models import MemberCheck, MemberComment, ReaderTest
from tests.support.desk import at_desk
from tests.support.quarter import (
    NOW,
    Place,
    frozen_by,
    made_ready,
    make_place,
    one,
    only_release,
)
from tests.support.web import Browser, Seen

READING: dict[str, Any] = {
    "locale": "es",
    "read_on": "2026-10-14",
    "read_to": "tres choferes del turno de noche",
    "readers": "3",
    "understood": "2",
    "stumbled": "“mediana”",
}
ADDRESS = re.compile(r"/es/lectura/([\w-]{22})")


@pytest.fixture
def clock() -> object:
    with time_machine.travel(NOW, tick=True) as traveller:
        yield traveller


@pytest.fixture
def place(database: Database, clock: object) -> Place:
    return make_place(database)


def opened(app: Flask, place: Place, database: Database) -> tuple[Browser, str]:
    """Open a round; return the publisher's browser and the secret of the address."""
    rosa = frozen_by(app, place.rosa)
    release = made_ready(database, place.rosa)
    rosa.open(one(release, "rondas"))
    rosa.submit("Abrir una ronda", asked="comité del campamento", closes_on="2026-10-20")
    found = ADDRESS.search(rosa.page.text)
    assert found
    return rosa, found.group(1)


def a_while_later(clock: time_machine.Traveller) -> None:
    """Let the seconds pass that a person needs to read."""
    clock.shift(timedelta(seconds=30))


# Readings


def test_a_reading_is_recorded_by_role(app: Flask, place: Place, database: Database) -> None:
    rosa = frozen_by(app, place.rosa)
    rosa.open(one(only_release(database), "lecturas"))
    assert rosa.page.has("Sin nombres")

    rosa.submit("Anotar la lectura", **READING)

    assert rosa.page.has("tres choferes del turno de noche")
    assert rosa.page.has("2 de 3")
    with database.read() as session:
        row = session.scalars(select(ReaderTest)).one()
    assert (row.locale, row.readers, row.understood, row.recorded_by_id) == ("es", 3, 2, place.rosa.staff_id)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("understood", "4"),
        ("readers", "0"),
        ("readers", "muchos"),
        ("read_on", "2026-10-16"),
        ("read_on", "2026-01-01"),
        ("read_to", ""),
    ],
)
def test_a_reading_that_cannot_be_stays_in_the_form(
    app: Flask, place: Place, database: Database, field: str, value: str
) -> None:
    rosa = frozen_by(app, place.rosa)
    rosa.open(one(only_release(database), "lecturas"))

    page = rosa.submit("Anotar la lectura", status=422, **{**READING, field: value})

    assert page.errors
    assert page.one("textarea[name=stumbled]").text == READING["stumbled"]
    with database.read() as session:
        assert session.scalars(select(ReaderTest)).all() == []


def test_a_choice_that_was_not_made_is_asked_for_by_its_name(app: Flask, place: Place, database: Database) -> None:
    rosa = frozen_by(app, place.rosa)
    rosa.open(one(only_release(database), "lecturas"))

    page = rosa.submit(
        "Anotar la lectura", status=422, **{name: told for name, told in READING.items() if name != "locale"}
    )

    assert page.has("Elija el idioma en que se leyó.")
    assert not page.has("Opción inválida")


# The round, as publishers see it


def test_the_address_is_shown_once_and_kept_nowhere(app: Flask, place: Place, database: Database) -> None:
    rosa, token = opened(app, place, database)
    release = only_release(database)

    assert f"/en/reading/{token}" in rosa.page.text
    again = rosa.open(one(release, "rondas"))
    assert token not in again.html
    with database.read() as session:
        row = session.scalars(select(MemberCheck)).one()
    assert token.encode() not in bytes(row.token_digest)
    assert again.has("comité del campamento")


def test_sending_the_form_of_a_round_again_opens_no_second_one(app: Flask, place: Place, database: Database) -> None:
    rosa, _ = opened(app, place, database)
    release = only_release(database)

    data = {"revision": release.revision - 1, "asked": "comité", "closes_on": "2026-10-20"}
    rosa.open(one(release, "rondas"))
    rosa.post(one(release, "rondas"), data, status=409, with_token=True)

    with database.read() as session:
        assert len(session.scalars(select(MemberCheck)).all()) == 1


def test_only_publishers_of_the_site_open_a_round(app: Flask, place: Place, database: Database) -> None:
    frozen_by(app, place.rosa)
    release = only_release(database)
    data = {"revision": release.revision, "asked": "x", "closes_on": "2026-10-20"}

    for who, status in (("coordinator", 403), ("auditor", 403), ("elsewhere", 404)):
        browser = at_desk(app, getattr(place, who), lang="es")
        browser.post(one(release, "rondas"), data, status=status, with_token=True)


# The page behind the address


def test_whoever_has_the_address_reads_and_writes_without_a_cookie(
    app: Flask, place: Place, database: Database, clock: time_machine.Traveller
) -> None:
    rosa, token = opened(app, place, database)
    stranger = Browser(app)
    page = stranger.open(f"/es/lectura/{token}")
    assert page.has("Contamos lo que pasó.") or page.has("Los números")
    assert page.has("hasta el martes 20 de octubre de 2026, 23:59"), "midnight would name the day after"
    assert rosa.open(one(only_release(database), "rondas")).has("martes 20 de octubre, 23:59")
    a_while_later(clock)

    stranger.submit(form=f"/lectura/{token}", told="No fue así: fueron más.", whole="Gracias por preguntar.")

    assert stranger.page.h1 == "Gracias"
    assert stranger.cookies == {}
    shown = rosa.open(one(only_release(database), "rondas"))
    assert shown.has("No fue así: fueron más.")
    with database.read() as session:
        rows = session.scalars(select(MemberComment)).all()
    assert sorted(row.section for row in rows) == ["", "told"]
    assert all(b"fueron" not in bytes(row.words_sealed or b"") for row in rows)


def test_the_page_has_its_twin_and_is_kept_by_nobody(app: Flask, place: Place, database: Database) -> None:
    _, token = opened(app, place, database)

    page = Browser(app).open(f"/en/reading/{token}")

    assert page.lang == "en"
    assert f"/es/lectura/{token}" in page.html
    headers = page.response.headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in headers["X-Robots-Tag"]
    assert "Set-Cookie" not in headers


def _numbers(page: Seen) -> set[str]:
    return set(re.findall(r"\d+", re.sub(r"[0-9a-f]{64}", "", page.one("main").text)))


def test_nothing_of_the_page_is_more_than_everybody_would_see(app: Flask, place: Place, database: Database) -> None:
    _, token = opened(app, place, database)
    release = only_release(database)
    rosa = at_desk(app, place.rosa, lang="es")

    page = Browser(app).open(f"/es/lectura/{token}")

    preview = rosa.open(one(release, "vista"))
    # "Until Tuesday 20 October 2026, 23:59" stands on the page of the round only; a digest has any digits.
    allowed = _numbers(preview) | {"20", "2026", "23", "59"}
    assert _numbers(page) <= allowed
    hidden = {
        f"{name}: {number}"
        for name, number in json.loads(release.input_set)["account"].items()
        if isinstance(number, int)
    }
    assert not any(line in page.html for line in hidden)
    assert release.public_id not in page.html
    assert "Rosa" not in page.html


@pytest.mark.parametrize("guess", ["x", "a" * 22, "A" * 22, "%2e%2e", "gracias"])
def test_a_guessed_address_is_not_found_like_any(app: Flask, place: Place, database: Database, guess: str) -> None:
    opened(app, place, database)
    browser = Browser(app)

    nothing = browser.open("/es/otro-sitio/nada", status=404)
    page = browser.open(f"/es/lectura/{guess}", status=404)

    assert page.one("main").text == nothing.one("main").text
    answer = browser.client.post(f"/es/lectura/{guess}", data={"told": "x"}, headers=browser.headers)
    assert answer.status_code == 404


def test_when_the_round_is_over_it_says_so_and_shows_nothing(
    app: Flask, place: Place, database: Database, clock: time_machine.Traveller
) -> None:
    _, token = opened(app, place, database)
    stranger = Browser(app)
    stranger.open(f"/es/lectura/{token}")
    clock.move_to(NOW + timedelta(days=7))

    page = stranger.submit(form=f"/lectura/{token}", told="Tarde", status=410)

    assert page.has("Esta lectura terminó")
    assert not page.all("svg")
    assert stranger.open(f"/es/lectura/{token}", status=410).has("Gracias por querer leerlo")
    with database.read() as session:
        assert session.scalars(select(MemberComment)).all() == []


def test_a_form_sent_by_a_program_or_from_elsewhere_is_not_taken(
    app: Flask, place: Place, database: Database, clock: time_machine.Traveller
) -> None:
    _, token = opened(app, place, database)
    stranger = Browser(app)
    # The clock stands still: a busy machine is no slower than a person.
    with time_machine.travel(NOW + timedelta(minutes=5), tick=False):
        stranger.open(f"/es/lectura/{token}")
        page = stranger.submit(form=f"/lectura/{token}", told="Muy rápido", status=422)
    assert page.one("textarea[name=told]").text == "Muy rápido"
    bare = stranger.client.post(f"/es/lectura/{token}", data={"told": "Sin llave"}, headers=stranger.headers)
    assert bare.status_code == 422
    foreign = {**stranger.headers, "Sec-Fetch-Site": "cross-site"}
    assert stranger.client.post(f"/es/lectura/{token}", data={"told": "x"}, headers=foreign).status_code == 403

    with database.read() as session:
        assert session.scalars(select(MemberComment)).all() == []


def test_a_form_that_is_too_large_is_not_read(app: Flask, place: Place, database: Database) -> None:
    _, token = opened(app, place, database)
    stranger = Browser(app)
    stranger.open(f"/es/lectura/{token}")

    answer = stranger.client.post(f"/es/lectura/{token}", data={"told": "x" * 200_000}, headers=stranger.headers)

    assert answer.status_code == 413


def test_what_is_too_long_or_empty_stays_in_the_form(
    app: Flask, place: Place, database: Database, clock: time_machine.Traveller
) -> None:
    _, token = opened(app, place, database)
    stranger = Browser(app)
    stranger.open(f"/es/lectura/{token}")
    a_while_later(clock)

    page = stranger.submit(form=f"/lectura/{token}", told="largo " * 400, status=422)
    assert page.one("textarea[name=told]").text.count("largo") == 400
    page = stranger.submit(form=f"/lectura/{token}", told="  ", status=422)
    assert page.errors == ["Escriba algo en al menos una de las casillas."]


def test_a_comment_is_answered_before_it_goes_out(
    app: Flask, place: Place, database: Database, clock: time_machine.Traveller
) -> None:
    rosa, token = opened(app, place, database)
    release = only_release(database)
    stranger = Browser(app)
    stranger.open(f"/es/lectura/{token}")
    a_while_later(clock)
    stranger.submit(form=f"/lectura/{token}", told="No fue así.")
    rosa.open(one(release, "rondas"))
    rosa.submit("Cerrar esta ronda")
    assert rosa.open(one(release, "aprobacion")).has("Hay comentarios de quienes lo leyeron")
    rosa.open(one(release, "rondas"))
    assert rosa.submit("Guardar la respuesta", status=422).errors

    rosa.submit("Guardar la respuesta", answer="Lo corregimos.")

    ana = at_desk(app, place.coordinator, lang="es")
    page = ana.open(one(release, "aprobacion"))
    assert page.has("Lo corregimos.")
    assert not page.has("Hay comentarios de quienes lo leyeron")
