"""The case page: one page with everything, for whoever may see it, and nothing at all for anybody else."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from flask import Flask
from PIL import Image

from grievance.accounts.models import AuditEntry
from grievance.accounts.permissions import Duty
from grievance.cases import files, handling, identity, remedies, triage
from grievance.cases.models import HiddenFrom
from grievance.cases.remedies import CorrectiveKind
from grievance.cases.resolution import Promise
from grievance.cases.states import Channel
from grievance.core.db import Database
from grievance.deadlines.standards import CaseType
from grievance.rounds.timers import sweep
from grievance.runtime import Runtime
from tests.support.casework import (
    NEXT_WEEK,
    NUMBER,
    THURSDAY,
    Room,
    accept,
    accuse,
    by,
    file_text,
    messages_to,
    propose,
    send_texts,
    sort,
    sorted_case,
)
from tests.support.clock import stands_at
from tests.support.desk import CASES, at_desk, counted, staffed_room
from tests.support.people import Person, make_staff
from tests.support.places import WEDNESDAY, file_case

clock = stands_at(NEXT_WEEK + timedelta(days=1))


@pytest.fixture
def reference(database: Database, room: Room) -> str:
    with database.begin() as session:
        return sorted_case(session, room, words="Pasan camiones toda la noche.\n\nNadie duerme.").case.reference


def _png() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (4, 4)).save(out, "PNG")
    return out.getvalue()


def test_the_words_come_first_in_the_persons_language_and_type(app: Flask, room: Room, reference: str) -> None:
    page = at_desk(app, room.handler).open(f"{CASES}/{reference}")

    words = page.all("blockquote.voice")[0]

    assert words.attrs["lang"] == "es"
    assert words.text == "Pasan camiones toda la noche. Nadie duerme."
    assert page.has("As written, in Spanish")


def test_markup_in_the_words_stays_words(app: Flask, database: Database, room: Room) -> None:
    with database.begin() as session:
        filed = sorted_case(
            session, room, words="<script>alert(1)</script><img src=x onerror=alert(1)>", place="<b>x</b>"
        )
        handling.summarise(session, filed.case, title="<i>t</i>", summary="<u>s</u>", by=by(room.handler), at=THURSDAY)

    page = at_desk(app, room.handler).open(f"{CASES}/{filed.case.reference}")

    assert page.has("<script>alert(1)</script><img src=x onerror=alert(1)>")
    assert page.all("main script") == []
    assert page.all("main img") == []
    assert page.all("main b") == []
    assert page.h1 == "<i>t</i>"


def test_the_clock_says_what_by_when_and_by_which_rule(app: Flask, room: Room, reference: str) -> None:
    page = at_desk(app, room.handler).open(f"{CASES}/{reference}")

    assert page.one("aside.panel").text.startswith("Clock Acknowledge Late by 4 business days Friday 4 September")
    assert page.has("Answer the grievance: within 20 business days of receiving it.")


@pytest.mark.parametrize("lang", ["en", "es"])
def test_a_whole_life_is_shown_in_both_languages(app: Flask, database: Database, room: Room, lang: str) -> None:
    with database.begin() as session:
        filed, _thread = file_text(session, room.site)
        sort(session, room, filed.case, type=CaseType.ENVIRONMENT)
        handling.add_note(session, filed.case, words="Medido tres noches.", by=by(room.handler), at=THURSDAY)
        promises = [Promise("Regar el camino", THURSDAY.date()), Promise("Mover el camino", None)]
        propose(session, room, filed.case, remedies=promises)
        send_texts(session, at=NEXT_WEEK)
        accept(session, filed.case)
        handling.receive_message(
            session,
            filed.case,
            words="Gracias",
            complainant_id=filed.complainant.id,
            channel=Channel.SMS,
            locale=filed.case.locale,
            at=NEXT_WEEK + timedelta(hours=3),
        )
        remedies.add_corrective_action(
            session,
            filed.case,
            kind=CorrectiveKind.CORRECTIVE,
            words="Riego diario",
            owner_id=room.coordinator.staff_id,
            due_on=NEXT_WEEK.date(),
            by=by(room.handler),
            at=NEXT_WEEK + timedelta(hours=4),
        )
    address = f"/en/staff/cases/{filed.case.reference}" if lang == "en" else f"/es/equipo/casos/{filed.case.reference}"

    page = at_desk(app, room.handler, lang=lang).open(address)

    for words in (
        "Medido tres noches.",
        "La leyó una persona.",
        "Esto haremos.",
        "Regar el camino",
        "Gracias",
        "Riego diario",
    ):
        assert page.has(words), words


def test_a_note_is_marked_as_never_shown(app: Flask, database: Database, room: Room) -> None:
    with database.begin() as session:
        case = sorted_case(session, room).case
        handling.add_note(session, case, words="Llamé a despacho.", by=by(room.handler), at=THURSDAY)

    mine = at_desk(app, room.handler).open(f"{CASES}/{case.reference}")
    others = at_desk(app, room.coordinator).open(f"{CASES}/{case.reference}")

    assert mine.has("Your internal note, never shown to the person")
    assert others.has(f"Internal note of {room.handler.name}, never shown to the person")


def test_how_surely_the_person_was_told_stands_under_each_message(app: Flask, database: Database, room: Room) -> None:
    with database.begin() as session:
        filed, _thread = file_text(session, room.site)
        sort(session, room, filed.case)
        handling.acknowledge(session, filed.case, words="La leímos.", by=by(room.handler), at=THURSDAY)
        waiting = filed.case.reference
    browser = at_desk(app, room.handler)

    assert browser.open(f"{CASES}/{waiting}").has("Acknowledgement. The text waits to be sent, between 9:00 and 20:00")
    with database.begin() as session:
        send_texts(session, at=THURSDAY)
        assert messages_to(session, filed)[0].told == "delivered"
    assert browser.open(f"{CASES}/{waiting}").has("Acknowledgement. Delivered to the phone, 3 Sep, 11:00")


def test_a_phone_number_is_never_on_the_page(app: Flask, database: Database, room: Room) -> None:
    with database.begin() as session:
        filed, _thread = file_text(session, room.site, name="Segismundo")
        sort(session, room, filed.case)

    page = at_desk(app, room.handler).open(f"{CASES}/{filed.case.reference}")

    assert NUMBER[-7:] not in page.html.replace(" ", "")
    assert not page.has("Segismundo")
    assert page.has("A phone number was left. You cannot see it.")


def _stranger(database: Database, room: Room, duty: Duty) -> Person:
    with database.begin() as session:
        return make_staff(session, name=f"Zoe Nadie{duty}", duties={duty: room.site})


@pytest.mark.parametrize("duty", [Duty.HANDLER, Duty.INVESTIGATOR, Duty.ON_CALL])
def test_who_does_not_work_the_case_meets_the_page_of_an_unknown_one(
    app: Flask, database: Database, room: Room, reference: str, duty: Duty
) -> None:
    browser = at_desk(app, _stranger(database, room, duty))

    seen = browser.open(f"{CASES}/{reference}", status=404).text
    unknown = browser.open(f"{CASES}/7K3Q-9F2M", status=404).text

    assert seen == unknown


@pytest.mark.parametrize("who", ["publisher", "administrator"])
def test_publisher_and_administrator_never_reach_a_case(app: Flask, room: Room, reference: str, who: str) -> None:
    browser = at_desk(app, getattr(room, who))

    browser.open(f"{CASES}/{reference}", status=403)


def test_a_handler_of_another_site_meets_nothing(app: Flask, database: Database, room: Room, reference: str) -> None:
    with database.begin() as session:
        elsewhere = staffed_room(session, slug="cerro-ajeno", line="+56987650000")
    for person in (elsewhere.handler, elsewhere.triager, elsewhere.coordinator, elsewhere.auditor):
        at_desk(app, person).open(f"{CASES}/{reference}", status=404)


def test_whoever_is_complained_about_meets_nothing(app: Flask, database: Database, room: Room) -> None:
    with database.begin() as session:
        case = sorted_case(session, room).case
        session.add(
            HiddenFrom(case_id=case.id, staff_id=room.coordinator.staff_id, reason="respondent", since_at=THURSDAY)
        )
    browser = at_desk(app, room.coordinator)

    browser.open(f"{CASES}/{case.reference}", status=404)
    browser.open(f"{CASES}/{case.reference}/write", status=404)
    assert not browser.open(f"{CASES}?whose=site").has(case.reference)


def test_the_auditor_reads_and_can_do_nothing(app: Flask, room: Room, reference: str) -> None:
    page = at_desk(app, room.auditor).open(f"{CASES}/{reference}")

    assert page.has("Nothing: you can read this case, and others work it.")
    assert not page.has("Ask to open the identity")
    assert [form for form in page.forms if form.up("main") is not None] == []


def test_opening_a_restricted_case_leaves_a_line_in_the_audit_trail(app: Flask, database: Database, room: Room) -> None:
    with database.begin() as session:
        case = file_case(session, room.site, words="Mi jefe me grita").case
        sort(session, room, case, type=CaseType.HARASSMENT, severity=3)
    browser = at_desk(app, room.investigator)

    browser.open(f"{CASES}/{case.reference}")

    with database.read() as session:
        line = session.query(AuditEntry).filter_by(action="case_viewed").one()
        assert (line.actor_id, line.subject) == (room.investigator.staff_id, case.public_id)
    at_desk(app, room.coordinator).open(f"{CASES}/{case.reference}", status=404)
    at_desk(app, room.handler).open(f"{CASES}/{case.reference}", status=404)


def test_where_nobody_left_anything_no_identity_is_offered(app: Flask, database: Database, room: Room) -> None:
    with database.begin() as session:
        case = file_case(session, room.site, words="Polvo").case
        sort(session, room, case)

    page = at_desk(app, room.handler).open(f"{CASES}/{case.reference}")

    assert page.has("Anonymous.")
    assert not page.has("Ask to open the identity")


def test_the_identity_is_opened_with_a_reason_shown_once_and_told(app: Flask, database: Database, room: Room) -> None:
    with database.begin() as session:
        filed, _thread = file_text(session, room.site, name="Segismundo")
        sort(session, room, filed.case)
    browser = at_desk(app, room.handler)
    browser.open(f"{CASES}/{filed.case.reference}")
    browser.click("Ask to open the identity")

    assert browser.submit("Open the identity", status=422).errors == ["Write the reason. The person will read it."]
    page = browser.submit("Open the identity", reason="Hay que llamarla hoy")

    assert page.has("Segismundo")
    assert NUMBER in page.text.replace(" ", "")
    with database.read() as session:
        assert [part.reason for part in identity.openings(session, filed.case.id)] == ["Hay que llamarla hoy"]
    again = browser.open(f"{CASES}/{filed.case.reference}")
    assert not again.has("Segismundo")
    assert again.has("Hay que llamarla hoy")


def test_a_file_is_only_ever_saved_and_never_shown(
    app: Flask, database: Database, runtime: Runtime, room: Room, reference: str
) -> None:
    browser = at_desk(app, room.handler)
    browser.open(f"{CASES}/{reference}")
    page = browser.submit("Keep the file", files={"file": [(_png(), "medición.png", "image/png")]}, audience="internal")
    link = next(href for text, href in page.links.items() if text.startswith("medición.png"))

    answer = browser.client.get(link, headers=browser.headers)

    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.mimetype == "image/png"
    at_desk(app, room.second_handler).open(link, status=404)


def test_saving_a_file_of_a_restricted_case_leaves_a_line_in_the_audit_trail(
    app: Flask, database: Database, runtime: Runtime, room: Room
) -> None:
    stored = files.keep(runtime.storage, _png(), "foto.png")
    with database.begin() as session:
        case = file_case(session, room.site, words="Mi jefe me grita").case
        sort(session, room, case, type=CaseType.HARASSMENT, severity=3)
        row = handling.attach(session, case, stored, internal=True, by=by(room.investigator), at=THURSDAY)
    browser = at_desk(app, room.investigator)

    browser.open(f"{CASES}/{case.reference}/files/{row.public_id}")

    with database.read() as session:
        lines = session.query(AuditEntry).filter_by(action="case_viewed").all()
        assert [(line.actor_id, line.codes.get("file")) for line in lines] == [
            (room.investigator.staff_id, row.public_id)
        ]


def test_a_file_of_another_kind_is_refused_with_a_reason(app: Flask, room: Room, reference: str) -> None:
    browser = at_desk(app, room.handler)
    browser.open(f"{CASES}/{reference}")

    page = browser.submit("Keep the file", files={"file": [(b"MZ\x00", "virus.exe", "image/png")]}, status=422)

    assert page.errors == ["“virus.exe” is of a kind we cannot receive. Send photos (JPEG, PNG), PDF or audio."]


def test_a_form_without_a_file_asks_for_one(app: Flask, room: Room, reference: str) -> None:
    browser = at_desk(app, room.handler)
    browser.open(f"{CASES}/{reference}/attach")

    assert browser.submit("Keep the file", status=422).errors == ["Choose a file."]


def test_the_page_takes_as_many_statements_for_a_long_case_as_for_a_short_one(
    app: Flask, database: Database, runtime: Runtime, room: Room, reference: str
) -> None:
    browser = at_desk(app, room.handler)
    browser.open(f"{CASES}/{reference}")
    with database.begin() as session:
        filed, _thread = file_text(session, room.site)
        sort(session, room, filed.case)
        handling.add_note(session, filed.case, words="Nota primera", by=by(room.handler), at=THURSDAY)
        promises = [Promise(f"Promesa {number}", None) for number in range(3)]
        propose(session, room, filed.case, remedies=promises)
    with counted(database) as few:
        browser.open(f"{CASES}/{filed.case.reference}")
    stored = files.keep(runtime.storage, _png(), "foto.png")
    with database.begin() as session:
        case = session.merge(filed.case)
        for number in range(10):
            at = NEXT_WEEK + timedelta(minutes=number)
            handling.add_note(session, case, words=f"Nota {number}", by=by(room.handler), at=at)
            handling.send_message(session, case, words=f"Mensaje {number}", by=by(room.handler), at=at)
        handling.attach(session, case, stored, internal=True, by=by(room.handler), at=at)

    with counted(database) as many:
        browser.open(f"{CASES}/{filed.case.reference}")

    assert len(many) == len(few)
    assert len(many) <= 50


def test_triagers_see_from_whom_it_is_hidden_and_others_do_not(app: Flask, database: Database, room: Room) -> None:
    with database.begin() as session:
        unit = room.site
        case = file_case(session, unit).case
        accuse(session, room, case, room.second_handler, at=WEDNESDAY)
        triage.assign(session, case, room.handler.staff_id, by=by(room.triager), at=WEDNESDAY)

    hidden = f"{room.second_handler.name}: The person complained about"
    assert at_desk(app, room.triager).open(f"{CASES}/{case.reference}").has(hidden)
    assert not at_desk(app, room.handler).open(f"{CASES}/{case.reference}").has(hidden)


def test_the_history_says_of_a_missed_date_whether_the_person_knew(
    app: Flask, database: Database, room: Room, reference: str
) -> None:
    with database.begin() as session:
        sweep(session, at=THURSDAY + timedelta(days=3), limit=100)

    page = at_desk(app, room.handler).open(f"{CASES}/{reference}")

    assert page.has("A date was missed: Acknowledge, without notice to the person beforehand")
