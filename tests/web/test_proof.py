"""The proof of filing: what the paper says and to whom, and a page that checks it and tells nothing of any case."""

from __future__ import annotations

import re
from datetime import timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from sqlalchemy import select, update

from grievance.accounts.permissions import Duty
from grievance.cases import endings, triage
from grievance.cases.models import Case, Complainant, Submission
from grievance.cases.states import Channel
from grievance.cases.transitions import load_for_change
from grievance.complainants import proof
from grievance.core.config import NamedKey
from grievance.core.db import Database
from grievance.deadlines.standards import CaseType
from grievance.runtime import Runtime
from tests.support import outside
from tests.support.casework import Room, by, sort
from tests.support.clock import Clock, stands_at
from tests.support.complainant import FOLLOW_UP, WORDS, Keys, enter, file_and_save, send_form
from tests.support.desk import CASES, at_desk, counted
from tests.support.pdf import read, text_of
from tests.support.people import make_staff
from tests.support.places import WEDNESDAY, file_case
from tests.support.web import HOST, Browser, Seen

PROOF = f"{FOLLOW_UP}/proof"
VERIFY = "/en/verify"


clock = stands_at(WEDNESDAY)


@pytest.fixture
def held(browser: Browser, clock: Clock, room: Room) -> Keys:
    return file_and_save(browser, clock)


def facts(page: Seen) -> dict[str, str]:
    terms = [node.text for node in page.all("dt")]
    return dict(zip(terms, [node.text for node in page.all("dd")], strict=True))


def brought(page: Seen) -> dict[str, Any]:
    """Return the four that the paper asks to be checked by, as somebody types them."""
    said = facts(page)
    return {
        "r": said["Reference"],
        "t": said["Date and hour for checking"],
        "c": said["Control code"],
        "d": said["Digest of the words"],
    }


def ask(app: Flask, **four: str) -> Any:
    return app.test_client().get(f"{VERIFY}?{urlencode(four)}", base_url=HOST)


def case_of(database: Database, keys: Keys) -> Case:
    with database.read() as session:
        return session.scalars(select(Case).where(Case.reference == keys.reference)).one()


def test_the_page_says_when_it_was_filed_with_hour_and_zone_and_not_what_it_is_about(
    browser: Browser, held: Keys
) -> None:
    browser.open(FOLLOW_UP)

    page = browser.click("Proof of filing")

    assert page.h1 == "Proof of filing"
    assert facts(page)["Reference"] == held.reference
    assert facts(page)["Filed"] == "Wednesday 2 September 2026, 11:01"
    assert facts(page)["Time zone"] == "UTC-04:00 (America/Santiago)"
    assert page.has("Minera Imaginaria received a grievance at the site Cerro Imaginario")
    assert facts(page)["Acknowledge"] == "Friday 4 September 2026"
    assert not page.has("Trucks pass all night")


def test_anybody_can_work_out_the_digest_from_the_words_and_the_salt(browser: Browser, held: Keys) -> None:
    page = browser.open(PROOF)
    file = browser.client.get(f"{PROOF}.txt", base_url=HOST)

    digest = facts(page)["Digest of the words"].replace(" ", "")
    assert file.data == f"{facts(page)['Salt']}\n{WORDS}".encode()
    assert sha256(file.data).hexdigest() == digest
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert sha256(WORDS.encode()).hexdigest() != digest


def test_whoever_has_just_filed_may_print_it_while_the_code_is_shown(
    browser: Browser, clock: Clock, room: Room
) -> None:
    send_form(browser, clock)
    assert browser.click("proof of filing").h1 == "Proof of filing"

    clock.forward(timedelta(hours=2))

    assert browser.open(PROOF).h1 != "Proof of filing"
    assert browser.client.get(f"{PROOF}.txt", base_url=HOST).status_code == 302


def test_without_a_case_that_is_open_here_there_is_no_proof(app: Flask, held: Keys) -> None:
    for suffix in ("", ".pdf", ".txt"):
        assert app.test_client().get(PROOF + suffix, base_url=HOST).status_code == 302


def test_a_paper_as_it_was_given_out_is_genuine_typed_or_scanned(app: Flask, browser: Browser, held: Keys) -> None:
    four = brought(browser.open(PROOF))

    typed = Browser(app)
    typed.open(VERIFY)
    assert typed.submit("Check", **four).h1 == "Genuine"
    sloppy = {**four, "r": four["r"].lower().replace("-", ""), "c": four["c"].replace("-", " ").lower()}
    assert typed.open(f"{VERIFY}?{urlencode(sloppy)}").h1 == "Genuine"
    assert not typed.cookies


def test_what_is_not_genuine_looks_the_same_to_the_last_byte(app: Flask, browser: Browser, held: Keys) -> None:
    four = brought(browser.open(PROOF))
    wrong = {
        "unknown reference": {**four, "r": "7K3Q-9F2M"},
        "no reference": {**four, "r": "nothing"},
        "another hour": {**four, "t": "2026-09-02 10:01"},
        "other words": {**four, "d": "0" * 64},
        "cut digest": {**four, "d": four["d"][:20]},
        "another code": {**four, "c": "0000-0000-0000-0000"},
        "no code": {**four, "c": "?"},
    }

    answers = {name: ask(app, **given) for name, given in wrong.items()}

    assert {answer.status_code for answer in answers.values()} == {200}
    assert len({answer.data for answer in answers.values()}) == 1
    assert len({str(sorted(answer.headers)) for answer in answers.values()}) == 1
    assert b"Not genuine" in answers["other words"].data


def test_checking_names_no_site_and_no_kind_and_reads_no_case(
    app: Flask, browser: Browser, database: Database, held: Keys
) -> None:
    four = brought(browser.open(PROOF))

    with counted(database) as statements:
        genuine = ask(app, **four).get_data(as_text=True)
        unknown = ask(app, **{**four, "r": "7K3Q-9F2M"}).get_data(as_text=True)

    assert not re.search(r"\b(cases|submission|complainant|clock|site)\b", " ".join(statements))
    for page in (genuine, unknown):
        assert "Minera Imaginaria" in page
        assert "Cerro Imaginario" not in page
        assert "September 2026" not in page


def test_checking_is_slowed_down_and_never_refused(app: Flask, browser: Browser, held: Keys) -> None:
    four = brought(browser.open(PROOF))
    waited: list[float] = []
    app.extensions["proof_throttle"].sleep = waited.append

    answers = [ask(app, **four).status_code for _ in range(15)]

    assert set(answers) == {200}
    assert waited == [0.5, 1.0, 1.5]


def test_the_proof_is_of_ones_own_filing_after_a_merge_too(
    app: Flask, browser: Browser, clock: Clock, database: Database, room: Room, held: Keys
) -> None:
    before = brought(browser.open(PROOF))
    with database.begin() as session:
        other = file_case(session, room.site, words="Otra persona vio lo mismo").case
        mine = session.scalars(select(Case).where(Case.reference == held.reference)).one()
        for case in (other, mine):
            sort(session, room, case)
        endings.merge(session, mine, other, reason="Es lo mismo", by=by(room.handler), at=WEDNESDAY)

    again = Browser(app)
    enter(again, held)

    assert brought(again.open(PROOF)) == before
    assert b"Otra persona" not in again.client.get(f"{PROOF}.txt", base_url=HOST).data


@pytest.mark.parametrize("kind", [CaseType.HARASSMENT, CaseType.DANGER, CaseType.LABOUR])
def test_the_paper_does_not_betray_what_kind_of_case_it_is(
    app: Flask, database: Database, browser: Browser, room: Room, held: Keys, kind: CaseType
) -> None:
    before = facts(browser.open(PROOF))
    with database.begin() as session:
        case = load_for_change(session, case_of(database, held).id)
        sort(session, room, case, type=kind)

    assert facts(browser.open(PROOF)) == before


def test_a_case_marked_as_spam_keeps_its_proof(database: Database, browser: Browser, room: Room, held: Keys) -> None:
    before = brought(browser.open(PROOF))
    with database.begin() as session:
        triage.mark_spam(
            session, load_for_change(session, case_of(database, held).id), by=by(room.triager), at=WEDNESDAY
        )

    assert brought(browser.open(PROOF)) == before


def test_erased_words_make_no_new_proof_and_a_paper_from_before_stays_genuine(
    app: Flask, database: Database, browser: Browser, held: Keys
) -> None:
    four = brought(browser.open(PROOF))
    with database.begin() as session:
        session.execute(update(Submission).values(words_sealed=None))

    assert browser.open(PROOF, status=410).h1 == "The words have been erased"
    assert browser.client.get(f"{PROOF}.txt", base_url=HOST).status_code == 410
    assert b"Not genuine" not in ask(app, **four).data


def test_keys_of_another_installation_make_no_genuine_paper(runtime: Runtime, database: Database, held: Keys) -> None:
    with database.read() as session:
        case = session.scalars(select(Case)).one()
        found = proof.proof_of_person(session, case, session.scalars(select(Complainant)).one())
    four = {"reference": found.reference, "minute": found.minute, "digest": found.digest, "control": found.control}

    assert proof.is_genuine(runtime.keys, **four)
    other = runtime.keys.from_keys([NamedKey("other", b"e" * 32)], b"c" * 32, b"d" * 32)
    assert not proof.is_genuine(other, **four)


def test_the_clerk_prints_it_with_the_slip_and_without_the_salt(app: Flask, database: Database, room: Room) -> None:
    outside.pango()
    with database.begin() as session:
        clerk = make_staff(session, name="Irma Ventanilla", duties={Duty.INTAKE: room.site})
    desk = at_desk(app, clerk)
    desk.open("/en/staff/record")
    desk.submit(
        "Go on and read it back", channel="walk_in", told_on="2026-09-01", words="No nos pagan las horas.", locale="es"
    )
    desk.submit("The person confirms: record it")
    address = desk.page.links["proof of filing (PDF)"]

    answer = desk.client.get(address)
    told = text_of(answer.data)

    assert "Constancia de ingreso" in told
    assert "Anotado en el sistema" in told
    assert "No nos pagan" not in told
    assert "Solo para usted" not in told
    assert len(read(answer.data).pages) == 1
    assert answer.headers["Cache-Control"] == "no-store"
    assert at_desk(app, room.handler).client.get(address).status_code == 404


def test_the_persons_own_paper_has_the_salt_on_a_sheet_of_its_own(browser: Browser, held: Keys) -> None:
    outside.pango()
    page = browser.open(PROOF)

    pdf = browser.client.get(page.links["As a PDF"], base_url=HOST).data

    sheets = [" ".join(sheet.extract_text().split()) for sheet in read(pdf).pages]
    salt = facts(page)["Salt"]
    assert len(sheets) == 2
    assert held.reference in sheets[0]
    assert salt not in sheets[0]
    assert salt in sheets[1].replace(" ", "")
    assert "Trucks" not in " ".join(sheets)


def test_staff_print_it_from_the_case_only_where_they_may_see_the_case(
    app: Flask, database: Database, room: Room, held: Keys
) -> None:
    outside.pango()
    with database.begin() as session:
        case = load_for_change(session, case_of(database, held).id)
        sort(session, room, case, type=CaseType.HARASSMENT, severity=3)
        submission = session.scalars(select(Submission.public_id)).one()
    address = f"{CASES}/{held.reference}/filing/{submission}/proof.pdf"

    assert at_desk(app, room.investigator).client.get(address).status_code == 200
    assert at_desk(app, room.coordinator).client.get(address).status_code == 404
    assert at_desk(app, room.handler).client.get(address).status_code == 404


def test_the_filing_of_another_case_is_not_reachable_through_ones_own(
    app: Flask, database: Database, room: Room, held: Keys
) -> None:
    with database.begin() as session:
        other = file_case(session, room.site, channel=Channel.WEB)
        sort(session, room, load_for_change(session, case_of(database, held).id))
        public_id = other.submission.public_id

    address = f"{CASES}/{held.reference}/filing/{public_id}/proof.pdf"

    assert at_desk(app, room.handler).client.get(address).status_code == 404


def test_the_scanned_code_leads_straight_to_the_answer(browser: Browser, held: Keys) -> None:
    browser.open(PROOF)

    assert browser.click("Check it now").h1 == "Genuine"
    assert browser.page.has("Compare them with the paper")
