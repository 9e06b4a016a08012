"""Draft letters to authorities: the person's own words, empty lines where nothing is known, and sent by nobody."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from grievance.accounts.models import AuditEntry
from grievance.cases import endings, handling
from grievance.cases.models import Case, Complainant, Submission
from grievance.cases.states import Confidentiality
from grievance.cases.transitions import load_for_change
from grievance.core.db import Database
from grievance.crypto.fields import seal
from grievance.deadlines.standards import CaseType
from grievance.sites.models import Company, CompanyKind
from grievance.sites.queries import the_operator
from tests.support import outside
from tests.support.casework import Room, by, sort
from tests.support.clock import Clock, stands_at
from tests.support.complainant import FOLLOW_UP, WORDS, Keys, enter, file_and_save, rows
from tests.support.desk import CASES, at_desk
from tests.support.pdf import read, root_of
from tests.support.places import WEDNESDAY, file_case
from tests.support.web import HOST, Browser

LETTERS = f"{FOLLOW_UP}/letters"
LINE = "________________________"
NAME = "Persona Imaginaria"


clock = stands_at(WEDNESDAY)


@pytest.fixture
def held(browser: Browser, clock: Clock, room: Room) -> Keys:
    return file_and_save(browser, clock, place="Behind the canteen")


def letter(browser: Browser, kind: str) -> Any:
    return browser.open(f"{LETTERS}/{kind}").one("article")


@pytest.mark.parametrize("kind", ["sma", "dt"])
def test_a_letter_holds_the_persons_words_and_lines_to_write_on_and_nothing_else(
    browser: Browser, database: Database, room: Room, held: Keys, kind: str
) -> None:
    with database.begin() as session:
        case = load_for_change(session, session.scalars(select(Case.id)).one())
        sort(session, room, case)
        handling.add_note(session, case, words="Internal note", by=by(room.handler), at=WEDNESDAY)
        handling.send_message(session, case, words="From the desk", by=by(room.handler), at=WEDNESDAY)
    browser.open(FOLLOW_UP)
    browser.click("Draft letters")
    assert browser.page.has("We never send them")

    found = letter(browser, kind)

    assert found.attrs["lang"] == "es-CL"
    assert found.one("blockquote").text.split() == WORDS.split()
    assert found.one("blockquote").attrs["lang"] == "en"
    for words in ("BORRADOR. Nadie lo ha enviado.", "Behind the canteen", held.reference, f"Nombre completo {LINE}"):
        assert words in found.text, words
    assert f"RUT o número de identidad {LINE}" in found.text
    assert f"Cuándo {LINE}" in found.text
    for words in ("Internal", "From the desk", "Hugo", "laboral"):
        assert words not in found.text, words


def test_a_name_that_we_know_is_in_no_letter(
    app: Flask, database: Database, browser: Browser, clock: Clock, room: Room
) -> None:
    file_and_save(browser, clock)
    with database.begin() as session:
        case = load_for_change(session, session.scalars(select(Case.id)).one())
        person = session.scalars(select(Complainant)).one()
        case.confidentiality = Confidentiality.NAMED.value
        seal(session, person, "name", NAME)

    for kind in ("sma", "dt"):
        assert NAME not in letter(browser, kind).text


def test_the_employer_that_the_person_named_stands_in_the_letter_to_the_labour_office_alone(
    browser: Browser, database: Database, held: Keys
) -> None:
    with database.begin() as session:
        operator = the_operator(session)
        assert operator is not None
        company = Company(operator_id=operator.id, name="Contratista Inventada", kind=CompanyKind.CONTRACTOR.value)
        session.add(company)
        session.flush()
        session.execute(update(Complainant).values(employer_id=company.id))

    assert "Nombre o razón social Contratista Inventada" in letter(browser, "dt").text
    assert "Contratista Inventada" not in letter(browser, "sma").text


def test_after_a_merge_a_letter_has_ones_own_words_alone(
    database: Database, browser: Browser, app: Flask, room: Room, held: Keys
) -> None:
    with database.begin() as session:
        other = file_case(session, room.site, words="Otra persona vio lo mismo").case
        mine = session.scalars(select(Case).where(Case.reference == held.reference)).one()
        for case in (other, mine):
            sort(session, room, case)
        endings.merge(session, mine, other, reason="Es lo mismo", by=by(room.handler), at=WEDNESDAY)
    again = Browser(app)
    enter(again, held)

    found = letter(again, "sma")

    assert "Trucks pass all night" in found.text
    assert "Otra persona" not in found.text


def test_reading_and_printing_a_letter_leaves_no_trace_of_the_person(
    browser: Browser, database: Database, held: Keys
) -> None:
    before = len(rows(database, "case_event")), len(rows(database, "audit_entry"))

    letter(browser, "sma")
    browser.client.get(f"{LETTERS}/sma.pdf", base_url=HOST)

    assert (len(rows(database, "case_event")), len(rows(database, "audit_entry"))) == before


def test_on_paper_a_sheet_in_the_persons_language_comes_first(browser: Browser, app: Flask, held: Keys) -> None:
    outside.pango()

    answer = browser.client.get(f"{LETTERS}/dt.pdf", base_url=HOST)

    first, *letter_sheets = [" ".join(page.extract_text().split()) for page in read(answer.data).pages]
    assert root_of(answer.data)["/Lang"].startswith("en")
    assert "We never send it" in first
    assert "Trucks" not in first
    assert "Trucks pass all night" in " ".join(letter_sheets)
    assert "BORRADOR" in " ".join(letter_sheets)
    assert answer.headers["Cache-Control"] == "no-store"
    assert not app.extensions["press"]._kept


def test_without_a_case_that_is_open_here_there_is_no_letter(app: Flask, held: Keys) -> None:
    for address in (LETTERS, f"{LETTERS}/sma", f"{LETTERS}/sma.pdf"):
        assert app.test_client().get(address, base_url=HOST).status_code == 302
    assert app.test_client().get(f"{LETTERS}/other", base_url=HOST).status_code == 404


def test_staff_take_a_letter_only_of_a_case_that_they_may_see_and_it_is_audited(
    app: Flask, database: Database, room: Room, held: Keys
) -> None:
    outside.pango()
    with database.begin() as session:
        case = load_for_change(session, session.scalars(select(Case.id)).one())
        sort(session, room, case, type=CaseType.INTEGRITY, severity=3)
        public_id = session.scalars(select(Submission.public_id)).one()
        other = file_case(session, room.site)
        sort(session, room, other.case)
        foreign = other.submission.public_id
    address = f"{CASES}/{held.reference}/filing/{public_id}/letter-sma"

    for person in (room.coordinator, room.handler, room.auditor):
        for suffix in ("", ".pdf"):
            assert at_desk(app, person).client.get(address + suffix).status_code == 404
    desk = at_desk(app, room.investigator)
    assert desk.open(address).has("Trucks pass all night")
    assert desk.client.get(f"{address}.pdf").status_code == 200
    assert desk.client.get(address.replace(public_id, foreign)).status_code == 404

    with database.read() as session:
        lines = session.scalars(select(AuditEntry).where(AuditEntry.action == "paper_printed")).all()
    assert [(line.actor_id, line.codes["paper"]) for line in lines] == [(room.investigator.staff_id, "letter_sma")]


def test_erased_words_make_no_letter(browser: Browser, database: Database, held: Keys) -> None:
    with database.begin() as session:
        session.execute(update(Submission).values(words_sealed=None))

    assert browser.open(f"{LETTERS}/sma", status=410).h1 == "The words have been erased"
