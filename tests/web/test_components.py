"""Every part of a page, in both languages, on a page of its own making: what holds here holds wherever it is used."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from flask import Flask, render_template_string, request
from flask.testing import FlaskClient
from flask_babel import Babel
from flask_wtf import FlaskForm
from flask_wtf.csrf import CSRFProtect
from flask_wtf.file import MultipleFileField
from markupsafe import Markup
from wtforms import (
    BooleanField,
    DateField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TelField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are of WTForms 3.2
from wtforms.validators import InputRequired, Length

from grievance.core.paths import templates_dir, translations_dir
from grievance.web.lang import babel_locale, current_lang, localized, register_languages, twins
from grievance.web.page import Link, Page
from grievance.web.security import register_security
from grievance.web.static_files import FOLDER, register_static
from tests.support.html import faults

PLACES = [SelectChoice("", "Prefiero no decir"), SelectChoice("mine", "Mina"), SelectChoice("camp", "Campamento")]
NOTICES = [SelectChoice("code", "Con un código"), SelectChoice("sms", "Con un código y SMS")]


class Everything(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """One field of each kind."""

    words = TextAreaField("¿Qué pasó?", description="Con sus palabras.", validators=[InputRequired("Cuente qué pasó.")])
    photo = MultipleFileField("Foto o documento", description="Hasta 5 archivos.")
    place = SelectField("¿Dónde fue?", choices=PLACES)
    notice = RadioField(
        "¿Cómo quiere saber la respuesta?", choices=NOTICES, validators=[InputRequired("Elija una forma.")]
    )
    phone = TelField(
        "Su teléfono", description="Se guarda cifrado.", validators=[Length(min=9, message="Le falta un número.")]
    )
    topics = SelectMultipleField("Temas", choices=[SelectChoice("dust", "Polvo"), SelectChoice("noise", "Ruido")])
    saved = BooleanField("Ya guardé el código", description="No lo podemos recuperar.")
    happened_on = DateField("¿Cuándo fue?")
    website = StringField("Leave this empty")


GALLERY = (Path(__file__).parent / "gallery.html").read_text(encoding="utf-8")

STEPS = [
    {"state": "done", "what": "Recibimos su reclamo", "when": "Miércoles 2 de septiembre"},
    {"state": "now", "what": "Le propusimos una respuesta", "when": "Ahora. Martes 29 de septiembre"},
    {"state": "next", "what": "Se comprueba", "when": "Falta. Viernes 16 de octubre"},
]
MESSAGES = [
    {"by": "person", "author": "Usted", "when": "8 sept, 13:47", "body": "De noche.", "lang": "es"},
    {"by": "staff", "author": "Persona encargada", "when": "8 sept, 10:02", "body": "Gracias.", "footer": "Leído"},
    {"by": "note", "author": "Nota interna, nunca se muestra", "when": "18 sept", "body": "Medido.", "full": True},
]
ROWS = [
    {
        "url": "/es/caso",
        "title": "Horas extra sin pagar",
        "reference": "4H8M-2WQ5",
        "value": "4H8M2WQ5",
        "cells": [{"clock": "Atrasado 2 días hábiles", "kind": "late"}, {"text": "En revisión", "small": "SMS"}],
    }
]
SVG = Markup(
    '<svg role="img" aria-labelledby="t1" width="100%" height="40"><title id="t1">Temas</title>'
    '<rect class="c1" x="0" y="0" width="70%" height="20" fill="#954716"/></svg>'
)
SWATCH = Markup(
    '<svg class="swatch" width="20" height="20" aria-hidden="true">'
    '<rect class="c1" width="20" height="20" fill="#954716"/></svg>'
)


def frame() -> Page:
    lang = current_lang()
    return Page(
        lang=lang,
        site_name="Faena Cerro Imaginario",
        home_url=f"/{lang}/",
        tagline="Reclamos y consultas",
        audience="staff",
        narrow=False,
        demo=True,
        twins=twins(),
        nav=(Link(label="Casos", url="/es/casos", current=True),),
        sign_out_url="/es/salir",
        footer_links=(Link(label="Datos", url="/es/datos"),),
        footer_note="Sin cookies de seguimiento.",
        today=date(2026, 9, 29),
    )


def gallery() -> str:
    form = Everything(data={"notice": "sms", "topics": ["dust"]} if request.method == "GET" else None)
    if request.method == "POST":
        form.validate()
    return render_template_string(
        GALLERY, page=frame(), form=form, steps=STEPS, messages=MESSAGES, rows=ROWS, svg=SVG, swatch=SWATCH
    )


@pytest.fixture
def client() -> FlaskClient:
    app = Flask("grievance.web", template_folder=str(templates_dir()), static_folder=None)
    app.config.update(SECRET_KEY="only for this test", TESTING=True)
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(translations_dir())
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    register_static(app)
    register_security(app, https=False)
    register_languages(app)
    Babel(app, locale_selector=babel_locale)
    CSRFProtect(app)
    localized(app, "gallery", gallery, es="/", en="/", methods=("GET", "POST"))
    return app.test_client()


def send(client: FlaskClient, address: str, **fields: str) -> str:
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(address).text)
    assert token is not None
    return client.post(address, data={"csrf_token": token[1], "place": "", **fields}).text


@pytest.mark.parametrize("lang", ["es", "en"])
def test_every_part_together_makes_a_sound_page(client: FlaskClient, lang: str) -> None:
    html = client.get(f"/{lang}/").text

    assert faults(html) == []


@pytest.mark.parametrize("lang", ["es", "en"])
def test_a_form_with_errors_is_a_sound_page(client: FlaskClient, lang: str) -> None:
    html = send(client, f"/{lang}/", phone="9 0")

    assert faults(html) == []


def test_the_title_of_a_page_with_errors_begins_by_saying_so(client: FlaskClient) -> None:
    assert "<title>Error: Muestrario – " in send(client, "/en/", phone="9 0")
    assert "<title>Muestrario – " in client.get("/en/").text


def test_each_error_stands_in_the_summary_as_a_link_and_at_its_field(client: FlaskClient) -> None:
    html = send(client, "/en/", phone="9 0")

    assert "3 things to put right" in html
    assert '<a href="#words">Cuente qué pasó.</a>' in html
    assert '<a href="#phone">Le falta un número.</a>' in html
    assert '<a href="#notice-0">Elija una forma.</a>' in html
    assert re.search(r'<p class="error" id="phone-error">.*Le falta un número', html)
    assert re.search(r'aria-describedby="phone-hint phone-error" aria-invalid="true"[^>]*value="9 0"', html)


def test_what_was_typed_survives_an_error(client: FlaskClient) -> None:
    html = send(client, "/en/", words="Los camiones <pasan>", place="camp", phone="9 0", topics="noise", saved="y")

    assert re.search(r"<textarea[^>]*>\s*Los camiones &lt;pasan&gt;</textarea>", html)
    assert '<option selected value="camp">' in html
    assert re.search(r'value="noise" checked', html)
    assert re.search(r'<input checked[^>]*id="saved"', html)


def test_only_required_fields_go_without_the_optional_mark(client: FlaskClient) -> None:
    html = client.get("/en/").text

    assert '<label for="words">¿Qué pasó?</label>' in html
    assert '<label for="place">¿Dónde fue? <span class="optional">(optional)</span></label>' in html
    assert 'Su teléfono <span class="optional">(solo si eligió SMS)</span>' in html


def test_a_hint_is_tied_to_its_field_and_a_field_without_one_is_tied_to_nothing(client: FlaskClient) -> None:
    html = client.get("/en/").text

    assert re.search(r'<textarea aria-describedby="words-hint"', html)
    assert re.search(r'<select class="input" id="place"', html)


def test_serif_is_for_the_words_of_the_person_alone(client: FlaskClient) -> None:
    html = client.get("/en/").text

    assert html.count("voice") == 2
    assert (
        '<blockquote class="words voice" lang="es">Primera línea.\nSegunda &lt;b&gt;línea&lt;/b&gt;.</blockquote>'
        in html
    )
    assert '<p class="words voice" lang="es">De noche.</p>' in html


def test_each_page_names_its_language_and_links_to_its_twin(client: FlaskClient) -> None:
    spanish, english = client.get("/es/").text, client.get("/en/").text

    assert '<html lang="es-CL"' in spanish
    assert '<a href="/en/" lang="en" hreflang="en">English</a>' in spanish
    assert '<html lang="en"' in english
    assert '<a href="/es/" lang="es" hreflang="es">Español</a>' in english


def test_the_current_language_is_marked_and_leads_nowhere_else(client: FlaskClient) -> None:
    assert '<a href="#content" lang="es" hreflang="es" aria-current="true">Español</a>' in client.get("/es/").text


def test_signing_out_is_a_form_with_a_token(client: FlaskClient) -> None:
    html = client.get("/en/").text

    assert re.search(r'<form action="/es/salir" method="post"><input type="hidden" name="csrf_token"', html)


def test_the_sheet_stays_under_twenty_kilobytes_and_loads_nothing() -> None:
    sheet = (FOLDER / "look.css").read_text(encoding="utf-8")

    assert len(sheet.encode()) < 20_000
    assert "url(" not in sheet
    assert "@import" not in sheet


def test_every_class_in_the_components_is_in_the_sheet() -> None:
    sheet = (FOLDER / "look.css").read_text(encoding="utf-8")
    names = set()
    for path in (templates_dir() / "components").glob("*.html"):
        for value in re.findall(r'class="([^"{]+)"', path.read_text(encoding="utf-8")):
            names.update(value.split())

    # Names without a rule of their own: they inherit everything, and say what the part is.
    assert sorted(name for name in names if f".{name}" not in sheet) == []


# Pairs that carry text or the edge of a control, in both schemes. WCAG 2.2: 1.4.3 (4.5) and 1.4.11 (3.0).
GROUNDS = ("paper", "surface", "sunk")
CONTRASTS = [
    *[
        (text, ground, 4.5)
        for text in ("ink", "ink-2", "accent", "late", "focus")
        for ground in ("paper", "surface", "sunk")
    ],
    *[("edge", ground, 3.0) for ground in ("paper", "surface", "sunk")],
    ("on-accent", "accent", 4.5),
    ("on-accent", "accent-strong", 4.5),
    ("accent", "accent-soft", 4.5),
    ("ink", "accent-soft", 4.5),
    ("ok", "surface", 4.5),
    ("ok", "ok-soft", 4.5),
    ("ink", "ok-soft", 4.5),
    ("warn", "warn-soft", 4.5),
    ("ink", "warn-soft", 4.5),
    ("late", "late-soft", 4.5),
    ("ink", "late-soft", 4.5),
    ("surface", "late", 4.5),
    ("chart-1", "surface", 3.0),
    ("chart-2", "surface", 3.0),
    ("chart-3", "surface", 3.0),
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_are_told_apart_by_everyone(scheme: str) -> None:
    sheet = (FOLDER / "look.css").read_text(encoding="utf-8")
    light, dark = (
        dict(re.findall(r"--([\w-]+): (#[0-9a-f]+)", part))
        for part in sheet.split("/* Base */")[0].split("prefers-color-scheme: dark")
    )
    colours = light if scheme == "light" else {**light, **dark}

    low = [
        (a, b, round(contrast(colours[a], colours[b]), 2))
        for a, b, least in CONTRASTS
        if contrast(colours[a], colours[b]) < least
    ]

    assert low == []


def contrast(one: str, other: str) -> float:
    """Return the WCAG contrast ratio of two colours, 1 to 21."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    """Return the relative luminance. Source: WCAG 2.2, "relative luminance"."""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
