"""Ley Karin at the desk: measures first, who investigates, every step with its date, and a record on paper."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from PIL import Image

from grievance.accounts.models import AuditEntry
from grievance.cases import handling, identity
from grievance.cases.models import Attachment, Case
from grievance.cases.states import Confidentiality
from grievance.core.db import Database
from grievance.deadlines.standards import CaseType
from grievance.runtime import Runtime
from grievance.sites.models import Company, CompanyKind
from grievance.sites.queries import the_operator
from tests.support.casework import Room, by, sort, sorted_case
from tests.support.clock import stands_at
from tests.support.desk import CASES, at_desk, staffed_room
from tests.support.places import WEDNESDAY, file_case
from tests.support.web import Browser, Seen

WORDS = "Mi jefatura me grita delante de todos"
TODAY = "2026-09-02"


COMPANIES = (("Minera Inventada", CompanyKind.PRINCIPAL), ("Contratista Inventada", CompanyKind.CONTRACTOR))

clock = stands_at(WEDNESDAY + timedelta(hours=2))


@pytest.fixture
def room(database: Database) -> Room:
    with database.begin() as session:
        found = staffed_room(session)
        operator = the_operator(session)
        assert operator is not None
        for name, kind in COMPANIES:
            session.add(Company(operator_id=operator.id, name=name, kind=kind.value))
        return found


def harassment(database: Database, room: Room, *, known: bool = True) -> Case:
    said = Confidentiality.NAMED if known else Confidentiality.ANONYMOUS
    with database.begin() as session:
        name = "Persona Imaginaria" if known else None
        case = file_case(session, room.site, words=WORDS, confidentiality=said, name=name).case
        sort(session, room, case, type=CaseType.HARASSMENT, severity=3)
        return case


def protect(browser: Browser, room: Room, case: Case) -> Seen:
    browser.open(f"{CASES}/{case.reference}")
    return browser.submit(
        "Add the measure",
        kind="other_shift",
        words="Otro turno, con igual sueldo.",
        owner=room.investigator.public_id,
        due_on=TODAY,
    )


def choose(browser: Browser, *, manager: str = "no", companies: str = "no", route: str = "internal") -> Seen:
    browser.submit(
        form="/who-investigates",
        about_manager=manager,
        companies=companies,
        route=route,
        on=TODAY,
        words="Por el portal.",
        **(_company_choices(browser) if companies == "yes" else {}),
    )
    return browser.submit("Record who investigates", status=422 if (manager, route) == ("yes", "internal") else 200)


def _company_choices(browser: Browser) -> dict[str, Any]:
    options = browser.page.tree.all("select[name=principal] option")
    ids = {one.text: one.attrs["value"] for one in options}
    return {"principal": ids["Minera Inventada"], "contractor": ids["Contratista Inventada"]}


def test_companies_are_named_and_stand_in_the_record(app: Flask, database: Database, room: Room) -> None:
    case = harassment(database, room)
    browser = at_desk(app, room.investigator)
    protect(browser, room, case)
    choose(browser, companies="yes")

    browser.submit(form="/ley-karin-step", step="informed", informed_by="principal", on=TODAY, words="Carta.")
    page = browser.submit("Record the step")
    assert page.has("Minera Inventada told Contratista Inventada on")
    paper = browser.open(f"{CASES}/{case.reference}/record")
    assert paper.has("Minera Inventada told Contratista Inventada on")


def test_of_what_nobody_sorted_only_triagers_answer_for_a_measure(app: Flask, database: Database, room: Room) -> None:
    with database.begin() as session:
        case = file_case(session, room.site, words=WORDS).case
    browser = at_desk(app, room.triager)

    browser.open(f"{CASES}/{case.reference}")

    offered = {one.attrs["value"] for one in browser.page.tree.all("#add_measure-owner option")} - {""}
    assert offered == {room.triager.public_id, room.second_triager.public_id}


def test_measures_come_first_and_then_who_investigates(app: Flask, database: Database, room: Room) -> None:
    case = harassment(database, room)
    browser = at_desk(app, room.investigator)
    page = browser.open(f"{CASES}/{case.reference}")
    assert page.has("Nobody has noted how the person is protected")
    assert not page.has("Say who investigates")

    page = protect(browser, room, case)
    assert page.has("Other shift or hours. Otro turno, con igual sueldo.")
    assert not page.has("Nobody has noted how the person is protected")
    page = choose(browser, companies="yes")

    assert page.has("Investigated here, and the Dirección del Trabajo was notified")
    assert page.has("Inform the other company")


def test_a_manager_is_referred_and_the_case_stays_open(app: Flask, database: Database, room: Room) -> None:
    case = harassment(database, room)
    browser = at_desk(app, room.investigator)
    protect(browser, room, case)

    page = choose(browser, manager="yes")
    assert page.has("A manager is complained about: the law has only the Dirección del Trabajo investigate that.")
    browser.open(f"{CASES}/{case.reference}")
    page = choose(browser, manager="yes", route="labour_office")

    assert page.has("Referred to the Dirección del Trabajo")
    assert page.has("Add a protective measure")


def test_a_measure_is_verified_by_the_triager(app: Flask, database: Database, room: Room) -> None:
    case = harassment(database, room)
    browser = at_desk(app, room.investigator)
    protect(browser, room, case)

    page = browser.submit("Record it as taken", evidence="Planilla de turnos.")
    assert page.has("Planilla de turnos.")
    assert browser.submit(form="/verify-measure", status=422).has("somebody else has to verify it")
    triager = at_desk(app, room.triager)
    triager.open(f"{CASES}/{case.reference}")
    page = triager.submit(form="/verify-measure")

    assert page.has(f"by {room.triager.name}")
    assert not page.has("Not verified yet")


def test_who_reported_without_a_name_can_say_it_later(app: Flask, database: Database, room: Room) -> None:
    case = harassment(database, room, known=False)
    browser = at_desk(app, room.investigator)
    page = browser.open(f"{CASES}/{case.reference}")
    assert page.has("A preliminary record")
    assert page.has("Para que sea una denuncia formal de la Ley Karin")

    page = browser.submit("Make it a complaint", name="Persona Imaginaria", source="web_code", on=TODAY)

    assert page.has("A complaint")
    assert not page.has("Persona Imaginaria")
    assert page.has("Notify the Dirección del Trabajo or refer to it")


def test_an_identity_goes_to_a_company_only_with_a_ground_and_the_person_reads_it(
    app: Flask, database: Database, room: Room
) -> None:
    case = harassment(database, room)
    browser = at_desk(app, room.investigator)
    protect(browser, room, case)
    with database.read() as session:
        company = str(session.query(Company).filter_by(name="Contratista Inventada").one().id)

    browser.submit(form="/identity-to-company", company=company, basis="track", reason="Deben cambiar el turno.")
    assert browser.submit("Record it, and show it to the person", status=422).has("Nothing allows it")
    browser.open(f"{CASES}/{case.reference}")
    browser.submit(
        form="/identity-to-company",
        company=company,
        basis="consent",
        source="signed_paper",
        reason="Deben cambiar el turno.",
    )
    browser.submit("Record it, and show it to the person")

    with database.read() as session:
        [shown] = identity.openings(session, case.id)
        said = "Entregada a Contratista Inventada, porque usted aceptó. Deben cambiar el turno."
        assert shown.reason == said
        assert session.query(AuditEntry).filter_by(action="identity_given").count() == 1


def test_a_signed_statement_is_kept_for_those_who_work_the_case(
    app: Flask, database: Database, runtime: Runtime, room: Room
) -> None:
    case = harassment(database, room)
    out = io.BytesIO()
    Image.new("RGB", (4, 4)).save(out, "PNG")
    browser = at_desk(app, room.investigator)
    browser.open(f"{CASES}/{case.reference}")

    page = browser.submit(
        "Keep the file",
        files={"file": [(out.getvalue(), "hoja.png", "image/png")]},
        audience="person",
        statement_of="witness",
    )

    assert page.has("Signed statement (A witness): hoja.png")
    with database.read() as session:
        row = session.query(Attachment).one()
        assert (row.is_internal, row.statement_of) == (True, "witness")


def test_the_record_has_date_and_hour_and_no_name(app: Flask, database: Database, room: Room) -> None:
    case = harassment(database, room)
    browser = at_desk(app, room.investigator)

    page = browser.open(f"{CASES}/{case.reference}/record")

    assert page.has("2 September 2026, 11:00") or page.has("Wednesday 2 September, 11:00")
    assert page.has(WORDS)
    assert not page.has("Persona Imaginaria")
    with database.read() as session:
        assert session.query(AuditEntry).filter_by(action="case_viewed", subject=case.public_id).count() == 1
    for somebody in (room.coordinator, room.handler, room.auditor):
        at_desk(app, somebody).open(f"{CASES}/{case.reference}/record", status=404)


def test_the_record_on_paper_is_a_pdf_that_nobody_keeps(app: Flask, database: Database, room: Room) -> None:
    case = harassment(database, room)
    browser = at_desk(app, room.investigator)

    answer = browser.client.get(f"{CASES}/{case.reference}/record.pdf", headers=browser.headers)

    assert answer.status_code == 200
    assert answer.data.startswith(b"%PDF")
    assert answer.headers["Cache-Control"] == "no-store"


def test_other_cases_have_no_such_record_and_no_such_steps(app: Flask, database: Database, room: Room) -> None:
    with database.begin() as session:
        case = sorted_case(session, room).case
    browser = at_desk(app, room.handler)

    page = browser.open(f"{CASES}/{case.reference}")
    browser.open(f"{CASES}/{case.reference}/record", status=404)

    actions = " ".join(form.attrs.get("action", "") for form in page.forms)
    assert "/protective-measure" in actions
    for step in ("/who-investigates", "/no-measure-now", "/identity-to-company", "/person-identified"):
        assert step not in actions


def test_words_that_ask_for_a_right_are_refused_before_anything_goes(
    app: Flask, database: Database, room: Room
) -> None:
    with database.begin() as session:
        case = sorted_case(session, room).case
        handling.acknowledge(session, case, words="La leí.", by=by(room.handler), at=WEDNESDAY)
    browser = at_desk(app, room.handler)
    browser.open(f"{CASES}/{case.reference}")
    asked = "Le pagamos si usted renuncia a toda acción legal."

    page = browser.submit(form="/write", words=asked, status=422)

    assert page.has("“renuncia a toda acción” asks the person to give up a right")
    assert page.has(asked)
