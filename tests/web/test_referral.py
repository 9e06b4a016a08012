"""Sending a case to an outside body, through the pages: staff ask, the person sees exactly what would go and answers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from grievance.accounts.models import AuditEntry
from grievance.cases import handling, triage
from grievance.cases.models import Case
from grievance.cases.states import Confidentiality
from grievance.cases.transitions import load_for_change
from grievance.core.clock import now as clock_now
from grievance.core.db import Database
from grievance.crypto.fields import unseal
from grievance.deadlines.standards import CaseType
from grievance.messaging import threads
from grievance.messaging.models import OutboundMessage
from grievance.referrals import sending
from grievance.referrals.kinds import Consent
from grievance.referrals.models import Referral, ReferralConsent
from tests.support import outside
from tests.support.casework import Room, by, file_text, sort, sorted_case
from tests.support.clock import Clock, stands_at
from tests.support.complainant import FOLLOW_UP, WORDS, Keys, enter, file_and_save
from tests.support.desk import CASES, at_desk
from tests.support.pdf import root_of, text_of
from tests.support.places import WEDNESDAY
from tests.support.sending_on import agree, asked, sent
from tests.support.web import HOST, Browser

NAME = "Persona Imaginaria"
REASON = "They inspect such roads."
NOTE = "Internal: the foreman is my cousin."


clock = stands_at(WEDNESDAY)


@pytest.fixture
def held(browser: Browser, clock: Clock, room: Room, database: Database) -> Keys:
    keys = file_and_save(browser, clock)
    with database.begin() as session:
        case = session.scalars(select(Case)).one()
        sort(session, room, case, at=WEDNESDAY)
        handling.add_note(session, case, words=NOTE, by=by(room.handler), at=WEDNESDAY)
    return keys


def ask(app: Flask, room: Room, keys: Keys) -> Browser:
    desk = at_desk(app, room.handler)
    desk.open(f"{CASES}/{keys.reference}")
    desk.click("Ask the person whether it may be sent elsewhere")
    desk.submit(form="/ask-to-send-on", body="environment", reason=REASON)
    assert desk.page.has("The person is asked at once, with your reason.")
    desk.submit("Ask the person")
    return desk


def package_of(database: Database, keys: Keys) -> str:
    with database.read() as session:
        public_id = session.scalars(select(Referral.public_id)).one()
    return f"{CASES}/{keys.reference}/sending/{public_id}"


def consent(database: Database) -> tuple[str | None, str | None]:
    with database.read() as session:
        row = session.scalars(select(ReferralConsent)).one()
        return row.answer, row.source


def test_from_the_question_to_the_package(
    app: Flask, database: Database, browser: Browser, room: Room, held: Keys
) -> None:
    desk = ask(app, room, held)
    assert desk.page.has("No answer yet")
    desk.click("Exactly what goes, and the package: The Superintendencia del Medio Ambiente (SMA)")
    assert desk.page.h1 == "What would be sent"
    assert desk.page.has("Nothing may leave yet.")
    assert desk.page.has("Trucks pass all night behind the camp.")
    assert not desk.page.has("cousin")
    assert not desk.page.all("main form")

    page = browser.open(FOLLOW_UP)
    assert page.has("May we send your case to the Superintendencia del Medio Ambiente (SMA)?")
    assert page.has(REASON)
    assert page.has("No name, phone or e-mail goes with it.")
    browser.submit("Send my answer", form="/sending", consent="without_name")
    assert browser.page.has("Your answer: Yes, without the name.")
    assert consent(database) == ("without_name", "web_code")

    desk.open(package_of(database, held))
    page = desk.submit("As a page to print")
    assert page.h1 == "Antecedentes de un reclamo"
    assert page.has("Trucks pass all night behind the camp.")
    assert page.response.headers["Cache-Control"] == "no-store"
    with database.read() as session:
        lines = session.scalars(select(AuditEntry).where(AuditEntry.action == "paper_printed")).all()
    assert [(line.actor_id, line.codes["paper"]) for line in lines] == [(room.handler.staff_id, "package")]

    desk.open(f"{CASES}/{held.reference}")
    with database.read() as session:
        public_id = session.scalars(select(Referral.public_id)).one()
    desk.submit(form="/record-sending", step=f"{public_id}:sent", on="2026-09-02")
    assert desk.page.has("Your case was sent to the Superintendencia del Medio Ambiente (SMA) on 02-09-2026.")
    desk.submit("Record it, and tell the person")
    assert desk.page.has("It is recorded, and the person is told.")
    assert browser.open(FOLLOW_UP).has("Sent on Wednesday 2 September 2026.")
    assert "May we send" not in browser.page.text
    desk.open(f"{CASES}/{held.reference}")
    desk.submit(form="/refer", to=public_id, reason="They decide on it.")
    desk.submit("Refer the case")
    assert desk.page.has("The case is referred, and the person is told.")


def test_the_last_look_before_asking_shows_what_each_reads_in_the_language_of_the_person_with_its_parts(
    app: Flask, database: Database, room: Room
) -> None:
    with database.begin() as session:
        filed, thread = file_text(session, room.site)
        sort(session, room, filed.case)
        threads.settle(thread)
        reference = filed.case.reference
    desk = at_desk(app, room.handler)
    desk.open(f"{CASES}/{reference}/ask-to-send-on")

    page = desk.submit(form="/ask-to-send-on", body="environment", reason="Fiscalizan esos caminos.")

    said = "Le preguntamos si podemos enviar su caso a"
    shown = [" ".join(node.text.split()) for node in page.all(".words")]
    assert any(said in one and "Fiscalizan esos caminos." in one for one in shown)
    assert page.has("After it, this text asks for the answer, which is one digit:")
    assert page.has(f"Caso {reference}: ")
    assert page.has("1 part.")
    with database.read() as session:
        before = session.scalars(select(OutboundMessage)).all()
        assert session.scalars(select(Referral)).all() == []
    desk.submit("Ask the person")
    with database.read() as session:
        went = [unseal(session, row, "body") for row in session.scalars(select(OutboundMessage))]
    assert len(went) == len(before) + 2
    assert all(page.has(" ".join(str(body).split())) for body in went[-2:])


def test_a_no_of_the_second_person_shows_no_words_since_none_go(
    app: Flask, database: Database, room: Room, held: Keys
) -> None:
    desk = ask(app, room, held)
    desk.open(f"{CASES}/{held.reference}")
    desk.submit(form="/ask-to-override", reason="The road is about to slide.")

    chief = at_desk(app, room.coordinator)
    chief.open(f"{CASES}/{held.reference}")
    chief.submit(form="/decide-to-override", decision="refuse")

    assert not chief.page.has("What the person reads")
    chief.submit("Record the decision")
    assert chief.page.has("The decision is recorded.")


def test_words_after_a_yes_stop_the_package_and_the_sending_until_somebody_has_read_them(
    app: Flask, database: Database, browser: Browser, room: Room, held: Keys, clock: Clock
) -> None:
    desk = ask(app, room, held)
    browser.open(FOLLOW_UP)
    browser.submit("Send my answer", form="/sending", consent="without_name")
    clock.forward(timedelta(minutes=1))
    browser.open(FOLLOW_UP)
    browser.submit("Send message", words="Better do not send it.")

    desk.open(package_of(database, held))
    page = desk.submit("As a page to print", status=422)
    assert page.has("Read it first: it may be a no.")
    with database.read() as session:
        public_id = session.scalars(select(Referral.public_id)).one()
    desk.open(f"{CASES}/{held.reference}")
    desk.submit(form="/record-sending", step=f"{public_id}:sent", on="2026-09-02")
    page = desk.submit("Record it, and tell the person", status=422)
    assert page.has("Read it first: it may be a no.")

    with database.begin() as session:
        handling.mark_read(session, session.scalars(select(Case)).one(), by=by(room.handler), at=clock_now())
    desk.open(package_of(database, held))
    assert desk.submit("As a page to print").h1 == "Antecedentes de un reclamo"


def test_seeing_the_question_records_nothing_and_no_answer_is_chosen_beforehand(
    app: Flask, database: Database, browser: Browser, room: Room, held: Keys
) -> None:
    ask(app, room, held)

    for _again in range(2):
        page = browser.open(FOLLOW_UP)
    assert consent(database) == (None, None)
    assert not [node for node in page.all("input") if node.attrs.get("name") == "consent" and "checked" in node.attrs]

    page = browser.submit("Send my answer", form="/sending", status=422)
    assert page.errors == ["Choose one of the answers."]
    assert browser.client.get(f"{FOLLOW_UP}/sending", base_url=HOST).status_code == 405
    assert consent(database) == (None, None)


def test_an_answer_for_a_sending_that_is_over_is_refused(
    app: Flask, database: Database, browser: Browser, room: Room, held: Keys
) -> None:
    ask(app, room, held)
    browser.open(FOLLOW_UP)
    with database.begin() as session:
        sending.require_current(session, session.scalars(select(Case)).one()).dropped_at = WEDNESDAY

    page = browser.submit("Send my answer", form="/sending", consent="with_name", status=409)

    assert page.has("This is no longer asked")
    assert consent(database) == (None, None)


def test_a_handler_is_offered_no_way_to_send_it_alone(
    app: Flask, database: Database, browser: Browser, room: Room, held: Keys
) -> None:
    desk = ask(app, room, held)
    address = package_of(database, held)
    desk.open(f"{CASES}/{held.reference}")
    assert not desk.page.has("End it: somebody else goes on with it")
    assert not desk.page.has("Decide whether it is sent without a yes")

    assert desk.post(f"{address}/package", {"form": "page"}, with_token=True, status=422).has("Nobody agreed")
    desk.open(f"{CASES}/{held.reference}")
    desk.submit(form="/ask-to-override", reason="The road is about to slide.")
    refused = desk.open(f"{CASES}/{held.reference}/decide-to-override")
    assert refused is not None
    desk.submit("See what will happen", decision="grant", status=403)

    chief = at_desk(app, room.coordinator)
    chief.open(f"{CASES}/{held.reference}")
    chief.submit(form="/decide-to-override", decision="grant")
    assert chief.page.has("A second person decided so. Why: The road is about to slide.")
    chief.submit("Record the decision")
    assert chief.page.has("The decision is recorded.")
    assert browser.open(FOLLOW_UP).has("without your yes, and without your name: The road is about to slide.")


def test_a_name_stands_on_no_page_before_the_package_and_never_without_its_owners_yes(
    app: Flask, database: Database, room: Room
) -> None:
    with database.begin() as session:
        filed = sorted_case(session, room, name=NAME, confidentiality=Confidentiality.NAMED)
        asked(session, filed.case, by=by(room.handler), at=WEDNESDAY)
        agree(session, filed.case, at=WEDNESDAY)
    keys = Keys(filed.case.reference, "")
    desk = at_desk(app, room.handler)
    desk.open(package_of(database, keys))
    assert not desk.submit("As a page to print").has(NAME)

    with database.begin() as session:
        agree(session, load_for_change(session, filed.case.id), at=WEDNESDAY, consent=Consent.WITH_NAME)
    assert not desk.open(package_of(database, keys)).has(NAME)
    assert desk.page.has("Name and phone go with it")
    assert desk.submit("As a page to print").has(NAME)
    assert desk.open(f"{CASES}/{keys.reference}").has("Puesto en los antecedentes para la Superintendencia")


def test_the_package_as_a_pdf_is_in_spanish_and_kept_nowhere(
    app: Flask, database: Database, browser: Browser, room: Room, held: Keys
) -> None:
    outside.pango()
    with database.begin() as session:
        sent(session, session.scalars(select(Case)).one(), by=by(room.handler), at=WEDNESDAY)
    desk = at_desk(app, room.handler)
    address = package_of(database, held)
    desk.open(address)

    token = desk.page.one("main form input[name=csrf_token]").attrs["value"]
    answer = desk.client.post(
        f"{address}/package", data={"form": "pdf", "csrf_token": token}, base_url=HOST, headers=desk.headers
    )

    told = text_of(answer.data)
    assert root_of(answer.data)["/Lang"] == "es-CL"
    assert "Antecedentes de un reclamo" in told
    assert WORDS.splitlines()[0] in told
    assert "cousin" not in told
    assert answer.headers["Cache-Control"] == "no-store"
    assert not app.extensions["press"]._kept


def test_whoever_may_not_see_the_case_sees_nothing_of_its_sending(
    app: Flask, database: Database, room: Room, held: Keys
) -> None:
    ask(app, room, held)
    address = package_of(database, held)
    with database.begin() as session:
        case = load_for_change(session, session.scalars(select(Case.id)).one())
        said = [triage.RespondentSaid(staff_id=room.coordinator.staff_id)]
        triage.classify(
            session,
            case,
            type=CaseType.LABOUR,
            category_id=None,
            severity=2,
            respondents=said,
            by=by(room.triager),
            at=WEDNESDAY,
        )

    for person in (room.coordinator, room.second_handler, room.administrator, room.publisher):
        status = at_desk(app, person).client.get(address).status_code
        assert status in {403, 404}, person
    assert at_desk(app, room.coordinator).client.get(address).status_code == 404


def test_the_sending_of_another_case_is_not_reachable_through_ones_own(
    app: Flask, database: Database, room: Room, held: Keys
) -> None:
    with database.begin() as session:
        other = sorted_case(session, room)
        found = asked(session, other.case, by=by(room.second_handler), at=WEDNESDAY)

    desk = at_desk(app, room.handler)

    assert desk.client.get(f"{CASES}/{held.reference}/sending/{found.public_id}").status_code == 404
    assert desk.client.get(f"{CASES}/{held.reference}/sending/nothing").status_code == 404


def test_after_a_merge_each_person_sees_only_what_is_theirs(
    app: Flask, database: Database, browser: Browser, room: Room, held: Keys
) -> None:
    ask(app, room, held)
    again = Browser(app)
    page = enter(again, held)

    assert page.has("Exactly what would be sent of yours")
    assert len(page.all("blockquote")) == 1
