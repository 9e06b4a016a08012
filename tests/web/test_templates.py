"""Reply templates: coordinators write them, handlers begin with them, and nothing typed is ever lost."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from grievance.accounts.permissions import NotPermitted
from grievance.cases import clocks, handling
from grievance.cases.models import Case, CaseMessage
from grievance.core.db import Database
from grievance.core.i18n import ENGLISH, SPANISH
from grievance.deadlines.standards import CaseType
from grievance.desk import reply_templates as replies
from grievance.desk.models import ReplyTemplate
from grievance.desk.reply_templates import UnknownVariable, Wording
from tests.support.casework import NEXT_WEEK, Room, by, file_text, sort, sorted_case, viewer_of
from tests.support.clock import stands_at
from tests.support.desk import CASES, at_desk, counted, staffed_room

TEMPLATES = "/en/staff/templates"
WORDS = "{site}: vemos su caso {reference} desde el {received}. Respondemos antes del {due}."


clock = stands_at(NEXT_WEEK)


@pytest.fixture
def texted(database: Database, room: Room) -> str:
    with database.begin() as session:
        filed, _thread = file_text(session, room.site)
        sort(session, room, filed.case)
        return filed.case.reference


def offer(database: Database, room: Room, name: str = "En eso estamos", words: str = WORDS, **facts: Any) -> str:
    wording = Wording(name, facts.get("case_type"), facts.get("locale", SPANISH), words)
    with database.begin() as session:
        viewer = viewer_of(session, room.coordinator)
        row = replies.add_template(session, viewer, room.site.id, wording, at=NEXT_WEEK)
        session.flush()
        return row.public_id


def count(database: Database, model: type[Any]) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("Estimada {name}", "name"),
        ("{phone}", "phone"),
        ("{Reference}", "Reference"),
        ("{ reference }", " reference "),
        ("{}", ""),
        ("{reference.__class__}", "reference.__class__"),
        ("una llave { suelta", "{"),
        ("otra }", "}"),
    ],
)
def test_a_variable_that_there_is_none_of_is_refused(words: str, named: str) -> None:
    with pytest.raises(UnknownVariable) as refused:
        replies.variables_in(words)

    assert refused.value.name == named


def test_a_template_is_written_shown_with_its_cost_changed_and_removed(
    app: Flask, database: Database, room: Room
) -> None:
    browser = at_desk(app, room.coordinator)
    browser.open(TEMPLATES)

    page = browser.submit("Offer it", name="Visita", locale="es", words="Iremos a ver. Caso {reference}.")
    assert page.has("The template is offered from now on.")
    assert page.has("1 part.")

    browser.click("Visita")
    page = browser.submit("Keep the changes", words="Mañana habrá visita. Caso {reference}.")
    assert page.has("The template is changed.")
    assert page.has("Letters such as á or í make it dearer.")

    page = browser.submit("Remove “Visita”")
    assert page.has("No templates.")
    assert count(database, ReplyTemplate) == 1


def test_an_unknown_variable_is_said_at_the_field_and_nothing_is_lost(
    app: Flask, database: Database, room: Room
) -> None:
    browser = at_desk(app, room.coordinator)
    browser.open(TEMPLATES)

    page = browser.submit("Offer it", name="Visita", locale="es", words="Usted renuncia a sus derechos", status=422)
    assert page.has("“renuncia a sus derechos” asks the person to give up a right")
    page = browser.submit("Offer it", name="Visita", locale="es", words="Estimada {name}:", status=422)

    assert page.errors == ["There is no variable “name”. Use those of the list."]
    assert page.one("textarea").text == "Estimada {name}:"
    assert count(database, ReplyTemplate) == 0


def test_a_template_is_put_into_the_message_filled_in_and_nothing_goes_out(
    app: Flask, database: Database, room: Room, texted: str
) -> None:
    template = offer(database, room)
    browser = at_desk(app, room.handler)
    browser.open(f"{CASES}/{texted}")

    page = browser.submit("Put it into the message", form="/write", template=template)

    words = page.one("#message-words").text
    assert (
        words == f"{room.site.sms_name}: vemos su caso {texted} desde el 02-09-2026. Respondemos antes del 01-10-2026."
    )
    assert page.has("As it stands, the text takes: ")
    assert count(database, CaseMessage) == 0


def test_what_was_typed_stays_above_the_template(app: Flask, database: Database, room: Room, texted: str) -> None:
    template = offer(database, room, words="Gracias por escribir.")
    browser = at_desk(app, room.handler)
    browser.open(f"{CASES}/{texted}")

    page = browser.submit("Put it into the message", form="/acknowledge", template=template, words="Hola, soy Hugo.")

    assert page.one("#acknowledge-words").text == "Hola, soy Hugo. Gracias por escribir."
    page = browser.submit("See what will happen")
    assert page.h1 == "Check before it happens: Acknowledge"


def test_choosing_none_or_a_forged_one_loses_nothing(app: Flask, database: Database, room: Room, texted: str) -> None:
    foreign = offer(database, room, locale=ENGLISH)
    offer(database, room)
    browser = at_desk(app, room.handler)
    browser.open(f"{CASES}/{texted}")

    page = browser.submit("Put it into the message", form="/write", template="", words="Mis palabras.", status=422)
    assert page.errors == ["Choose a template first."]
    assert page.one("#message-words").text == "Mis palabras."

    data = {"use_template": "1", "template": foreign, "words": "Mis palabras."}
    page = browser.post(f"{CASES}/{texted}/write", data, with_token=True, status=422)
    assert page.one("#message-words").text == "Mis palabras."


def test_a_variable_without_a_value_is_said_and_not_left_open(
    app: Flask, database: Database, room: Room, texted: str
) -> None:
    template = offer(database, room)
    with database.begin() as session:
        case = session.query(Case).filter_by(reference=texted).one()
        for clock in list(clocks.of(session, case.id)):
            clock.met_at = NEXT_WEEK
    browser = at_desk(app, room.handler)
    browser.open(f"{CASES}/{texted}")

    page = browser.submit("Put it into the message", form="/write", template=template, words="Yo.", status=422)

    assert page.errors == ["This case has nothing to put in for {due}. Choose another template."]
    assert page.one("#message-words").text == "Yo."


def test_a_change_since_the_form_was_begun_is_still_noticed_after_a_template(
    app: Flask, database: Database, room: Room, texted: str
) -> None:
    template = offer(database, room)
    browser = at_desk(app, room.handler)
    browser.open(f"{CASES}/{texted}")
    with database.begin() as session:
        case = session.query(Case).filter_by(reference=texted).one()
        handling.add_note(session, case, words="Ya llamé.", by=by(room.coordinator), at=NEXT_WEEK)
    browser.submit("Put it into the message", form="/write", template=template)

    page = browser.submit("See what will happen", status=409)

    assert page.has("Ya llamé.")
    assert page.has("vemos su caso")


def test_only_templates_of_the_kind_and_language_are_offered(
    app: Flask, database: Database, room: Room, texted: str
) -> None:
    offer(database, room, "Todas")
    offer(database, room, "Sueldos", case_type=CaseType.LABOUR)
    offer(database, room, "Polvo", case_type=CaseType.ENVIRONMENT)
    offer(database, room, "In English", locale=ENGLISH)

    page = at_desk(app, room.handler).open(f"{CASES}/{texted}")

    offered = [node.text for node in page.one("#message-template").all("option")]
    assert offered == ["Choose", "Sueldos", "Todas"]


def test_handlers_change_no_template_and_coordinators_none_of_another_site(
    app: Flask, database: Database, room: Room
) -> None:
    with database.begin() as session:
        elsewhere = staffed_room(session, slug="cerro-ajeno", line="+56987650000")
    template = offer(database, elsewhere)
    wording = Wording("x", None, SPANISH, "x")
    browser = at_desk(app, room.coordinator)

    assert not browser.open(TEMPLATES).has("En eso estamos")
    browser.open(f"{TEMPLATES}/{template}", status=404)
    for step in ("change", "remove"):
        browser.open(TEMPLATES)
        browser.post(f"{TEMPLATES}/{template}/{step}", {}, with_token=True, status=404)
    at_desk(app, room.handler).open(TEMPLATES, status=403)
    with database.begin() as session, pytest.raises(NotPermitted):
        replies.add_template(session, viewer_of(session, room.handler), room.site.id, wording, at=NEXT_WEEK)


def test_the_case_page_asks_as_often_with_many_templates_as_with_none(
    app: Flask, database: Database, room: Room
) -> None:
    with database.begin() as session:
        reference = sorted_case(session, room).case.reference
    browser = at_desk(app, room.handler)
    browser.open(f"{CASES}/{reference}")
    with counted(database) as without:
        browser.open(f"{CASES}/{reference}")
    for number in range(5):
        offer(database, room, f"Plantilla {number}")

    with counted(database) as many:
        browser.open(f"{CASES}/{reference}")

    assert len(many) == len(without)


def test_templates_speak_spanish(app: Flask, database: Database, room: Room) -> None:
    offer(database, room)

    page = at_desk(app, room.coordinator, lang="es").open("/es/equipo/plantillas")

    assert page.h1 == "Plantillas de respuesta"
    assert page.has("Todo tipo de caso. Español.")
