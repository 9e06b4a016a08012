"""Assisted intake: written down, read back, recorded with its real date, and handed over on a slip."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from grievance.accounts.permissions import Duty
from grievance.cases.models import Case, Complainant, Submission
from grievance.cli.worker import Rhythm, send_mails
from grievance.core.db import Database
from grievance.crypto.fields import unseal
from grievance.messaging.models import OutboundMessage
from grievance.runtime import Runtime
from tests.support.casework import NEXT_WEEK, Room
from tests.support.clock import Clock, stands_at
from tests.support.complainant import Keys, enter
from tests.support.desk import CASES, at_desk, staffed_room
from tests.support.mailing import MailProvider
from tests.support.people import make_staff
from tests.support.web import Browser, Seen
from tests.support.web_app import make_app

RECORD = "/en/staff/record"
SAID: dict[str, Any] = {
    "channel": "walk_in",
    "told_on": "2026-09-08",
    "words": "No nos pagan las horas.",
    "locale": "es",
}
CONFIRMS = "The person confirms: record it"


clock = stands_at(NEXT_WEEK)


@pytest.fixture
def desk(app: Flask, database: Database, room: Room) -> Browser:
    with database.begin() as session:
        clerk = make_staff(session, name="Irma Ventanilla", duties={Duty.INTAKE: room.site})
    return at_desk(app, clerk)


def _go_on(browser: Browser, *, status: int = 200, **fields: Any) -> Seen:
    browser.open(RECORD)
    return browser.submit("Go on and read it back", status=status, **{**SAID, **fields})


def _only_case(session: Session) -> Case:
    return session.query(Case).one()


def _only_person(session: Session) -> Complainant:
    return session.query(Complainant).one()


def test_the_words_are_read_back_before_anything_is_recorded(desk: Browser, database: Database) -> None:
    page = _go_on(desk)

    assert page.h1 == "Read this aloud"
    assert page.one("blockquote.voice").text == "No nos pagan las horas."
    assert page.one("blockquote.voice").attrs["lang"] == "es"
    with database.read() as session:
        assert session.query(Case).count() == 0


def test_what_is_confirmed_is_recorded_with_the_day_on_which_it_was_told(desk: Browser, database: Database) -> None:
    _go_on(desk, told_time="09:30")

    page = desk.submit(CONFIRMS)

    assert page.h1 == "Recorded. Hand over this slip"
    with database.read() as session:
        case = _only_case(session)
        submission = session.query(Submission).one()
        assert case.received_at == datetime(2026, 9, 8, 12, 30, tzinfo=UTC)
        assert case.recorded_at == NEXT_WEEK
        assert (submission.channel, submission.read_back) == ("walk_in", "confirmed")


def test_words_that_cannot_be_read_back_say_so(app: Flask, desk: Browser, database: Database, room: Room) -> None:
    _go_on(desk, channel="suggestion_box")

    desk.submit("It cannot be read back: record it")

    with database.read() as session:
        reference = _only_case(session).reference
    page = at_desk(app, room.triager).open(f"{CASES}/{reference}")
    assert page.has("Could not be read back to the person.")
    assert page.has("As told to Irma Ventanilla, in Spanish")


def test_something_can_be_changed_after_reading_back(desk: Browser) -> None:
    _go_on(desk)

    page = desk.submit("Change something")

    assert page.h1 == "Record what a person said"
    assert page.one("#words").text == "No nos pagan las horas."


def test_the_slip_speaks_the_persons_language_and_opens_the_case(
    app: Flask, desk: Browser, room: Room, clock: Clock
) -> None:
    _go_on(desk, reach="page")
    slip = desk.submit(CONFIRMS)

    assert slip.one("section.panel").attrs["lang"] == "es"
    reference, code = (node.text for node in slip.all(".key"))
    browser = Browser(app)
    assert enter(browser, Keys(reference, code)).h1 == "Your own code"
    assert browser.submit("Go on to my case", saved=True).has("No nos pagan las horas.")


def test_the_paper_promises_no_day_that_has_gone_by(desk: Browser) -> None:
    _go_on(desk, told_on="2026-08-26", locale="en")

    slip = desk.submit(CONFIRMS)

    assert slip.has("By Friday 28 August 2026 a person should have told you that it is in hand.")
    assert not slip.has("A person will tell you that it is in hand by")


def test_the_code_is_shown_until_it_is_handed_over_and_an_hour_at_most(desk: Browser, clock: Clock) -> None:
    _go_on(desk)
    address = desk.submit(CONFIRMS).url
    assert len(desk.open(address).all(".key")) == 2

    for _ in range(3):
        # Looked at now and then, so that the session does not end before the hour does.
        clock.forward(timedelta(minutes=21))
        desk.open(address)

    assert len(desk.page.all(".key")) == 1


def test_a_slip_that_was_handed_over_shows_no_code(desk: Browser) -> None:
    _go_on(desk)
    address = desk.submit(CONFIRMS).url

    assert desk.submit("The person has the slip").has("The person has the slip; nobody can show its code again.")
    assert desk.open(address).has("The code is no longer shown.")


def test_a_slip_is_shown_to_whoever_recorded_it_only(app: Flask, desk: Browser, room: Room) -> None:
    _go_on(desk)
    address = desk.submit(CONFIRMS).url

    at_desk(app, room.handler).open(address, status=404)


def test_sending_twice_records_once(desk: Browser, database: Database) -> None:
    _go_on(desk)
    again = desk.page
    first = desk.submit(CONFIRMS).url
    desk.page = again

    second = desk.submit(CONFIRMS).url

    assert first == second
    with database.read() as session:
        assert session.query(Case).count() == 1


def test_whoever_records_does_not_see_the_case_afterwards(desk: Browser, database: Database) -> None:
    _go_on(desk)
    desk.submit(CONFIRMS)
    with database.read() as session:
        reference = _only_case(session).reference

    desk.open(f"{CASES}/{reference}", status=403)


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"words": ""}, "Write what the person said."),
        ({"told_on": ""}, "Give the day on which the person told it."),
        ({"told_on": "2026-09-10"}, "This day has not come yet. Check the date, or leave it empty."),
        ({"told_on": "tomorrow"}, "We cannot read this date. Write day, month and year, for example 02-09-2026."),
        ({"reach": "notices"}, "Write the phone, or choose another way."),
        ({"reach": "notices", "phone": "12"}, "The phone number lacks a digit. Write all 9, for example 9 0000 0000."),
        ({"phone": "987654321"}, "A phone is written but notices are not chosen. Choose notices, or clear the phone."),
        ({"confidentiality": "named"}, "Write the name, or choose another answer."),
        ({"name": "Segismundo"}, "A name is written but not chosen. Choose “with name”, or clear the name."),
        ({"people_count": "0"}, "Give a number from 1 to 10,000."),
    ],
)
def test_what_does_not_fit_is_asked_and_nothing_is_lost(desk: Browser, fields: dict[str, Any], error: str) -> None:
    page = _go_on(desk, status=422, place="Portería norte", **fields)

    assert page.errors == [error]
    assert page.one("#place").attrs["value"] == "Portería norte"


def test_a_time_later_today_has_not_come_yet(desk: Browser, database: Database) -> None:
    _go_on(desk, told_on="2026-09-09", told_time="23:00")

    page = desk.submit(CONFIRMS, status=422)

    assert page.has("This time has not come yet. Check the day and the time.")
    with database.read() as session:
        assert session.query(Case).count() == 0


def test_the_name_is_kept_sealed_and_off_every_page(app: Flask, desk: Browser, database: Database, room: Room) -> None:
    _go_on(desk, confidentiality="named", name="Segismundo Roble")
    desk.submit(CONFIRMS)

    with database.read() as session:
        assert unseal(session, _only_person(session), "name") == "Segismundo Roble"
        reference = _only_case(session).reference
    assert not at_desk(app, room.triager).open(f"{CASES}/{reference}").has("Segismundo")


def test_a_phone_is_confirmed_with_the_digits_that_arrive_on_it(desk: Browser, database: Database) -> None:
    _go_on(desk, reach="notices", phone="9 8765 0011")
    page = desk.submit(CONFIRMS)
    assert page.has("A text with 6 digits went to the phone.")
    with database.read() as session:
        digits = unseal(session, _only_person(session), "code") or ""
        assert session.query(OutboundMessage).filter_by(text_name="verify_number").count() == 1

    wrong = desk.submit("Confirm the phone", status=422, digits="000000" if digits != "000000" else "111111")
    assert wrong.errors == ["These are not the digits that were sent. Look again."]
    page = desk.submit("Confirm the phone", digits=digits)

    assert page.has("The phone is confirmed. Notices go to it from now on.")
    with database.read() as session:
        person = _only_person(session)
        assert (person.reach, person.verified_at) == ("notices", NEXT_WEEK)


def test_wrong_digits_are_counted_and_end(desk: Browser, database: Database) -> None:
    _go_on(desk, reach="notices", phone="9 8765 0011")
    desk.submit(CONFIRMS)
    with database.read() as session:
        digits = unseal(session, _only_person(session), "code") or ""
    for _ in range(5):
        desk.submit("Confirm the phone", status=422, digits="1" + digits[1:] if digits[0] != "1" else "2" + digits[1:])

    page = desk.submit("Confirm the phone", status=422, digits=digits)

    assert page.errors == ["These digits are no longer valid. The person can confirm the phone on the follow-up page."]


def test_it_concerns_those_who_handle_complaints_and_they_do_not_see_it(
    app: Flask, desk: Browser, database: Database, room: Room
) -> None:
    desk.open(RECORD)
    desk.submit("Go on and read it back", **SAID, concerns_handlers=True)
    desk.submit(CONFIRMS)
    with database.read() as session:
        reference = _only_case(session).reference

    at_desk(app, room.coordinator).open(f"{CASES}/{reference}", status=404)
    assert at_desk(app, room.triager).open("/en/staff/triage").has("It concerns those who handle complaints")


def test_another_site_cannot_be_recorded_for(app: Flask, desk: Browser, database: Database) -> None:
    with database.begin() as session:
        staffed_room(session, slug="cerro-ajeno", line="+56987650000")
    desk.open(RECORD)
    token = {"csrf_token": desk.token(), "site": "cerro-ajeno", "read_back": "confirmed"}

    desk.post(RECORD, {**SAID, **token, "form_key": "x" * 22, "group": "not_said"}, status=422)

    with database.read() as session:
        assert session.query(Case).count() == 0


def test_somebody_at_two_sites_chooses_between_them(app: Flask, database: Database, room: Room) -> None:
    with database.begin() as session:
        other = staffed_room(session, slug="cerro-ajeno", line="+56987650000")
        clerk = make_staff(session, name="Irma Doble", duties={Duty.INTAKE: room.site, Duty.HANDLER: other.site})
    browser = at_desk(app, clerk)

    _go_on(browser, site="cerro-ajeno")
    browser.submit(CONFIRMS)

    with database.read() as session:
        assert _only_case(session).site_id == other.site.id


def test_the_form_speaks_spanish(app: Flask, room: Room) -> None:
    page = at_desk(app, room.handler, lang="es").open("/es/equipo/registrar")

    assert page.lang == "es-CL"


def test_an_address_given_at_the_desk_is_confirmed_by_the_person_alone(
    database: Database, runtime: Runtime, room: Room
) -> None:
    provider = MailProvider()
    app = make_app(replace(runtime, mail=provider))
    with database.begin() as session:
        clerk = make_staff(session, name="Irma Ventanilla", duties={Duty.INTAKE: room.site})
    desk = at_desk(app, clerk)
    assert _go_on(desk, reach="mail", status=422).errors == ["Write the e-mail, or choose another way."]

    _go_on(desk, reach="mail", email="ana@correo.example")
    slip = desk.submit(CONFIRMS)
    send_mails(replace(runtime, mail=provider), "worker", Rhythm())

    assert slip.has("A message with a link went to the person’s e-mail.")
    assert not slip.has("ana@correo.example")
    assert [mail.subject for mail in provider.taken] == ["Confirme este correo"]
