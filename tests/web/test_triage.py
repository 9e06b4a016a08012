"""First look: the queue, classifying beside the words, restricting, naming, and the tray of texts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from grievance.accounts.models import AuditEntry
from grievance.cases.models import Case, CaseNote, Investigator
from grievance.core.db import Database
from grievance.deadlines.standards import CaseType
from grievance.dialogue import respond
from grievance.messaging import inbox
from grievance.messaging.models import InboundMessage, InboundState
from grievance.sites.models import Category
from tests.support.casework import NEXT_WEEK, THURSDAY, Room, sort
from tests.support.clock import stands_at
from tests.support.desk import CASES, at_desk, staffed_room
from tests.support.dom import Node
from tests.support.places import LINE, WEDNESDAY, file_case
from tests.support.web import Seen

TRIAGE = "/en/staff/triage"
TEXTS = f"{TRIAGE}/texts"


clock = stands_at(NEXT_WEEK)


def _new(database: Database, room: Room, **facts: Any) -> str:
    with database.begin() as session:
        return file_case(session, room.site, **facts).case.reference


def _case(session: Session, reference: str) -> Case:
    return session.query(Case).filter_by(reference=reference).one()


def test_what_nobody_has_looked_at_waits_with_its_words_and_its_date(
    app: Flask, database: Database, room: Room
) -> None:
    reference = _new(database, room, words="Entra polvo a la sala cuna")

    page = at_desk(app, room.triager).open(TRIAGE)

    assert page.has("Waiting for a first look: 1")
    assert page.has("Entra polvo a la sala cuna")
    assert page.has("Acknowledge Late by 3 business days")
    assert f"Classify {reference}" in page.links


def test_an_empty_queue_says_what_will_appear(app: Flask, room: Room) -> None:
    page = at_desk(app, room.triager).open(TRIAGE)

    assert page.has("Every new grievance appears here first, whichever way it came.")


@pytest.mark.parametrize("who", ["handler", "coordinator", "auditor", "administrator"])
def test_only_triagers_open_the_queue(app: Flask, room: Room, who: str) -> None:
    at_desk(app, getattr(room, who)).open(TRIAGE, status=403)


def test_a_triager_of_another_site_sees_another_queue(app: Flask, database: Database, room: Room) -> None:
    reference = _new(database, room)
    with database.begin() as session:
        elsewhere = staffed_room(session, slug="cerro-ajeno", line="+56987650000")

    assert not at_desk(app, elsewhere.triager).open(TRIAGE).has(reference)


def test_the_form_begins_with_what_the_chosen_category_usually_is(app: Flask, database: Database, room: Room) -> None:
    with database.begin() as session:
        dust = session.query(Category).filter_by(code="dust").one()
    reference = _new(database, room, category_id=dust.id)
    browser = at_desk(app, room.triager)
    browser.open(TRIAGE)

    page = browser.click(f"Classify {reference}")

    assert _chosen(page, "category").text == dust.labels["en"]
    assert _chosen(page, "type").attrs["value"] == dust.default_type
    assert page.has("Entra polvo a la casa")


def test_classifying_gives_the_dates_the_people_and_the_handler(app: Flask, database: Database, room: Room) -> None:
    reference = _new(database, room)
    browser = at_desk(app, room.triager)
    browser.open(f"{CASES}/{reference}/classify")

    page = browser.submit(
        "Classify",
        category=_category(database, "dust"),
        type="environment",
        severity="2",
        respondent_words="El turno de noche",
        handler=room.handler.public_id,
    )

    assert page.h1 == "First look"
    assert page.has("The case is classified.")
    page = at_desk(app, room.handler).open(f"{CASES}/{reference}")
    assert page.has("Dust, noise, blasting, traffic, water")
    assert page.has("About whom El turno de noche")


def test_each_handler_stands_with_the_number_of_open_cases_in_the_words_of_one_or_of_several(
    app: Flask, database: Database, room: Room
) -> None:
    other = _new(database, room)
    for number, said in ((1, "(1 abierto)"), (2, "(2 abiertos)")):
        with database.begin() as session:
            sort(session, room, file_case(session, room.site, words=f"Ruido {number}").case)

        page = at_desk(app, room.triager).open(f"/es/equipo/casos/{other}/clasificar")

        assert page.has(f"{room.handler.name} {said}")


def test_what_is_missing_is_asked_for_and_the_rest_stays(app: Flask, database: Database, room: Room) -> None:
    reference = _new(database, room)
    browser = at_desk(app, room.triager)
    browser.open(f"{CASES}/{reference}/classify")

    page = browser.submit("Classify", status=422, type="labour", respondent_words="Capataz")

    assert page.errors == ["Choose what it is about.", "Choose how grave it is."]
    assert page.one("#classify-respondent_words").text == "Capataz"
    assert _chosen(page, "type").attrs["value"] == "labour"


def test_whoever_is_named_as_complained_about_can_no_longer_see_it(app: Flask, database: Database, room: Room) -> None:
    reference = _new(database, room)
    browser = at_desk(app, room.triager)
    browser.open(f"{CASES}/{reference}/classify")

    browser.submit(
        "Classify",
        category=_category(database, "other"),
        type="labour",
        severity="2",
        respondent_staff=[room.coordinator.public_id],
        handler=room.handler.public_id,
    )

    at_desk(app, room.coordinator).open(f"{CASES}/{reference}", status=404)
    at_desk(app, room.handler).open(f"{CASES}/{reference}")


def test_harassment_cannot_be_given_to_an_ordinary_handler(app: Flask, database: Database, room: Room) -> None:
    reference = _new(database, room, words="Mi jefe me grita")
    browser = at_desk(app, room.triager)
    browser.open(f"{CASES}/{reference}/classify")

    page = browser.submit(
        "Classify",
        status=422,
        category=_category(database, "harassment"),
        type="harassment",
        severity="3",
        handler=room.handler.public_id,
    )

    assert page.errors[0].startswith("This person cannot work this case")
    with database.read() as session:
        assert _case(session, reference).classified_at is None


def test_a_restricted_case_goes_to_an_investigator_who_is_named_with_it(
    app: Flask, database: Database, room: Room
) -> None:
    reference = _new(database, room, words="Mi jefe me grita")
    browser = at_desk(app, room.triager)
    browser.open(f"{CASES}/{reference}/classify")

    browser.submit(
        "Classify",
        category=_category(database, "harassment"),
        type="harassment",
        severity="3",
        handler=room.investigator.public_id,
    )

    at_desk(app, room.investigator).open(f"{CASES}/{reference}")
    at_desk(app, room.coordinator).open(f"{CASES}/{reference}", status=404)


def test_restricting_keeps_its_reason_as_a_note(app: Flask, database: Database, room: Room) -> None:
    with database.begin() as session:
        case = file_case(session, room.site).case
        sort(session, room, case, at=WEDNESDAY)
    browser = at_desk(app, room.triager)
    browser.open(f"{CASES}/{case.reference}")

    assert browser.submit("Restrict the case", status=422).errors == ["Write the reason."]
    page = browser.submit("Restrict the case", reason="Hay miedo en la cuadrilla")

    assert page.has("Hay miedo en la cuadrilla")
    with database.read() as session:
        assert _case(session, case.reference).is_restricted
        assert session.query(CaseNote).count() == 1
    at_desk(app, room.coordinator).open(f"{CASES}/{case.reference}", status=404)


def test_the_restriction_of_harassment_cannot_be_lifted(app: Flask, database: Database, room: Room) -> None:
    with database.begin() as session:
        case = file_case(session, room.site).case
        sort(session, room, case, type=CaseType.HARASSMENT, severity=3)
    browser = at_desk(app, room.triager)
    browser.open(f"{CASES}/{case.reference}/lift-restriction")
    browser.submit("See what will happen", reason="Porque sí")

    page = browser.submit("Lift the restriction", status=422)

    assert page.errors == ["Cases of this kind are always restricted. Classify it as another kind first."]


def test_an_investigator_is_named_and_removed(app: Flask, database: Database, room: Room) -> None:
    with database.begin() as session:
        case = file_case(session, room.site, concerns_handlers=True).case
    browser = at_desk(app, room.triager)
    browser.open(f"{CASES}/{case.reference}")
    browser.submit("Name the investigator", staff=room.investigator.public_id)
    at_desk(app, room.investigator).open(f"{CASES}/{case.reference}")

    browser.open(f"{CASES}/{case.reference}/remove-investigator")
    browser.submit("See what will happen", staff=room.investigator.public_id)
    page = browser.submit("Remove the investigator")

    assert page.has("The investigator is removed.")
    with database.read() as session:
        assert session.query(Investigator).one().removed_at is not None
    at_desk(app, room.investigator).open(f"{CASES}/{case.reference}", status=404)


def test_advertising_is_put_aside_and_taken_up_again(app: Flask, database: Database, room: Room) -> None:
    reference = _new(database, room, words="COMPRE AHORA")
    browser = at_desk(app, room.triager)
    browser.open(f"{CASES}/{reference}/not-a-grievance")

    assert browser.submit("See what will happen").has("It leaves the lists and the figures.")
    assert browser.submit("Mark as not a grievance").has("Marked as not a grievance")
    assert browser.submit("Take it up again").has("It is a grievance again.")


# The tray


def _text(session: Session, body: str, *, line: str = LINE, number: str = "+56911113333") -> int:
    inbound_id = inbox.record(
        session,
        provider="fake",
        provider_message_id=f"SM{abs(hash((body, line))):032x}"[:34],
        line=line,
        number=number,
        body=body,
        media=(),
        opt_out_type=None,
        at=THURSDAY,
    )
    assert inbound_id is not None
    return inbound_id


def _stuck(session: Session, body: str, **facts: Any) -> InboundMessage:
    inbound_id = _text(session, body, **facts)
    for number in range(6):
        respond.note_trouble(session, inbound_id, at=THURSDAY + timedelta(hours=number))
    return session.get_one(InboundMessage, inbound_id)


def test_a_text_that_was_not_understood_becomes_a_case_received_when_the_text_was(
    app: Flask, database: Database, room: Room
) -> None:
    with database.begin() as session:
        _stuck(session, "El bus sale antes de la hora")
    browser = at_desk(app, room.triager)
    page = browser.open(TEXTS)
    assert page.has("El bus sale antes de la hora")
    assert "11113333" not in page.html

    page = browser.submit("Make it a case")

    assert page.has("The text is now case")
    assert page.has("The tray is empty.")
    with database.read() as session:
        case = session.query(Case).one()
        assert (case.site_id, case.received_at) == (room.site.id, THURSDAY)
    assert browser.open(TRIAGE).has("El bus sale antes de la hora")


def test_a_text_set_aside_stays_stored_and_is_audited(app: Flask, database: Database, room: Room) -> None:
    with database.begin() as session:
        row = _stuck(session, "PROMO 2x1")
    browser = at_desk(app, room.triager)
    browser.open(TEXTS)

    page = browser.submit("Set it aside")

    assert page.has("The tray is empty.")
    with database.read() as session:
        kept = session.get_one(InboundMessage, row.id)
        assert inbox.body_of(session, kept) == "PROMO 2x1"
        assert session.query(Case).count() == 0
        assert session.query(AuditEntry).filter_by(action="text_set_aside").one().subject == row.public_id


def test_a_text_to_a_number_that_no_site_owns_is_for_any_triager(app: Flask, database: Database, room: Room) -> None:
    with database.begin() as session:
        row = session.get_one(InboundMessage, _text(session, "Hola", line="+56900001111"))
        inbox.settle(row, InboundState.UNROUTED, subject=None, at=THURSDAY)

    page = at_desk(app, room.triager).open(TEXTS)

    assert page.has("It came to a number that no site owns.")


def test_a_text_of_another_sites_line_is_out_of_sight(app: Flask, database: Database, room: Room) -> None:
    with database.begin() as session:
        row = _stuck(session, "El bus sale antes de la hora")
        elsewhere = staffed_room(session, slug="cerro-ajeno", line="+56987650000")
    browser = at_desk(app, elsewhere.triager)

    assert browser.open(TEXTS).has("The tray is empty.")
    browser.post(f"{TEXTS}/{row.public_id}", {"aside": "1"}, with_token=True, status=404)


def _category(database: Database, code: str) -> int:
    with database.read() as session:
        return session.query(Category).filter_by(code=code).one().id


def _chosen(page: Seen, field: str) -> Node:
    return next(node for node in page.one(f"#classify-{field}").all("option") if "selected" in node.attrs)
