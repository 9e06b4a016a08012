"""A person who chose e-mail: confirms the address, gets one notice that says nothing, and can take it all back."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.accounts.permissions import Duty
from grievance.cases import handling, triage
from grievance.cases.identity import clear_contact
from grievance.cases.mail_record import PersonMail
from grievance.cases.models import Case, CaseMessage, Complainant
from grievance.cases.record import CaseEvent, Task
from grievance.cases.states import Reach, staff_actor
from grievance.cases.transitions import load_for_change
from grievance.cli.worker import Rhythm, send_mails
from grievance.core.clock import now
from grievance.core.db import Database
from grievance.deadlines.standards import CaseType
from grievance.messaging.claims import UNKNOWN_AFTER
from grievance.messaging.mail_models import OutboundMail
from grievance.messaging.mail_transport import MailServerFails
from grievance.messaging.retries import BACKOFF
from grievance.messaging.transport import TransportError, TransportUnknown
from grievance.runtime import Runtime
from tests.support import complainant as person
from tests.support.clock import Clock
from tests.support.complainant import Keys, enter, everything, file_and_save, send_form
from tests.support.mail_server import mail_server
from tests.support.mailing import MailProvider, smtp_runtime
from tests.support.people import make_staff
from tests.support.places import WEDNESDAY, make_site
from tests.support.web import Browser
from tests.support.web_app import make_app, make_runtime

ADDRESS = "ana.inventada@correo.example"
SECRET = "They hid the dust readings of the crusher."
NO_USER = TransportError("550", permanent=True)


@pytest.fixture
def provider() -> MailProvider:
    return MailProvider()


@pytest.fixture
def runtime(database: Database, tmp_path: Path, provider: MailProvider) -> Runtime:
    return replace(make_runtime(database, tmp_path), mail=provider)


@pytest.fixture(autouse=True)
def handler_id(database: Database) -> int:
    """Somebody who triages, handles and is given the case."""
    with database.begin() as session:
        site = make_site(session)
        duties = {Duty.TRIAGER: site, Duty.HANDLER: site}
        return make_staff(session, name="Rosa Mamani", duties=duties, with_second_factor=False).staff_id


@pytest.fixture
def held(browser: Browser, clock: Clock) -> Keys:
    """Somebody has filed and left an address, and stands in the case."""
    return file_and_save(browser, clock, reach="mail", email=f" {ADDRESS} ")


def work(runtime: Runtime) -> None:
    send_mails(runtime, "worker", Rhythm())


def link_in(provider: MailProvider) -> str:
    found = re.search(r"/en/follow-up/mail/\S+", provider.taken[-1].body)
    assert found
    return found[0]


def confirm(runtime: Runtime, app: Flask, provider: MailProvider) -> None:
    work(runtime)
    reader = Browser(app)
    reader.open(link_in(provider))
    reader.submit("Confirm my e-mail")


def write_to(database: Database, keys: Keys, staff_id: int, words: str = SECRET) -> None:
    with database.begin() as session:
        case_id = session.scalars(select(Case.id).where(Case.reference == keys.reference)).one()
        case = load_for_change(session, case_id)
        if case.classified_at is None:
            by = staff_actor(staff_id)
            triage.classify(session, case, type=CaseType.LABOUR, category_id=None, severity=2, by=by, at=WEDNESDAY)
            triage.assign(session, case, staff_id, by=by, at=WEDNESDAY)
        handling.send_message(session, case, words=words, by=staff_actor(staff_id), at=now())


def one(session: Session, model: Any) -> Any:
    return session.scalars(select(model)).one()


def told(database: Database) -> list[str | None]:
    with database.read() as session:
        return list(
            session.scalars(
                select(CaseMessage.told).where(CaseMessage.is_from_person.is_(False)).order_by(CaseMessage.id)
            )
        )


def test_an_address_gets_nothing_but_a_link_until_its_owner_pressed_the_button(
    app: Flask, runtime: Runtime, database: Database, provider: MailProvider, held: Keys, handler_id: int
) -> None:
    write_to(database, held, handler_id)
    work(runtime)

    (sent,) = provider.taken
    assert sent.address == ADDRESS
    assert held.reference not in sent.body
    assert told(database) == ["posted"]


def test_looking_at_the_link_confirms_nothing(
    app: Flask, runtime: Runtime, database: Database, provider: MailProvider, held: Keys
) -> None:
    work(runtime)

    page = Browser(app).open(link_in(provider))

    assert not page.has(held.reference)
    with database.read() as session:
        assert one(session, PersonMail).verified_at is None
        assert one(session, Complainant).reach == Reach.PAGE


def test_the_button_confirms_once_and_says_nothing_of_the_case(
    app: Flask, runtime: Runtime, database: Database, provider: MailProvider, held: Keys
) -> None:
    work(runtime)
    reader = Browser(app)
    reader.open(link_in(provider))
    page = reader.submit("Confirm my e-mail")

    assert page.has("Your e-mail is confirmed.")
    assert not page.has(held.reference)
    assert Browser(app).open(link_in(provider), status=404).has("This link is no longer good")
    with database.read() as session:
        assert one(session, Complainant).reach == Reach.MAIL
        assert "contact_added" in session.scalars(select(CaseEvent.kind)).all()


def test_a_link_is_good_for_three_days(
    app: Flask, runtime: Runtime, provider: MailProvider, held: Keys, clock: Clock
) -> None:
    work(runtime)
    reader = Browser(app)
    reader.open(link_in(provider))
    clock.forward(timedelta(days=3, seconds=1))

    assert reader.submit("Confirm my e-mail", status=404).has("This link is no longer good")


def test_guessed_links_look_like_old_ones(browser: Browser) -> None:
    for token in ("x", "A" * 22, "é", "x" * 900):
        assert browser.open(f"/en/follow-up/mail/{token}", status=404).has("This link is no longer good")


def test_a_flood_of_messages_sends_one_notice_until_the_person_has_looked(
    app: Flask, runtime: Runtime, database: Database, provider: MailProvider, held: Keys, handler_id: int
) -> None:
    confirm(runtime, app, provider)
    for number in range(5):
        write_to(database, held, handler_id, f"Message {number}.")
        work(runtime)

    assert [mail.subject for mail in provider.taken[1:]] == ["There is something new for you"]
    assert told(database) == ["sent"] * 5

    enter(Browser(app), held)
    assert told(database) == ["seen"] * 5

    write_to(database, held, handler_id, "One more.")
    work(runtime)
    assert len(provider.taken) == 3


def test_nothing_of_the_case_is_in_the_mail(database: Database, tmp_path: Path, clock: Clock, handler_id: int) -> None:
    with mail_server(tmp_path / "s") as server:
        runtime = smtp_runtime(database, tmp_path, server)
        app = make_app(runtime)
        words = {"words": SECRET, "gives_name": "yes", "name": "Ana Inventada", "place": "crusher three"}
        keys = file_and_save(Browser(app), clock, reach="mail", email=ADDRESS, **words)
        work(runtime)
        link = re.search(r"/en/follow-up/mail/\S+", server.taken[0].message.get_content())
        assert link
        reader = Browser(app)
        reader.open(link[0])
        reader.submit("Confirm my e-mail")
        write_to(database, keys, handler_id)
        work(runtime)

    assert len(server.taken) == 2
    for taken in server.taken:
        said = taken.everything.lower().replace(ADDRESS, "")
        for word in ("dust", "crusher", "hid", "ana", "rosa", "mamani", "cerro", "imaginario", "labour", "grievance"):
            assert not re.search(rf"\b{word}\b", said), word
        assert keys.code.lower() not in said
        assert keys.reference not in taken.message["Subject"]
    assert keys.reference not in server.taken[0].everything
    assert keys.reference in server.taken[1].everything


def test_an_address_that_takes_no_mail_asks_staff_to_reach_the_person(
    app: Flask, runtime: Runtime, database: Database, provider: MailProvider, held: Keys, handler_id: int
) -> None:
    confirm(runtime, app, provider)
    provider.answers = [NO_USER]
    write_to(database, held, handler_id)
    work(runtime)

    assert told(database) == ["failed"]
    with database.read() as session:
        task = one(session, Task)
        assert (task.kind, task.assigned_to_id) == ("reach_person", handler_id)
        assert one(session, Complainant).reach == Reach.PAGE
    assert enter(Browser(app), held).has("The e-mail you left takes no messages: we send it no notices.")

    write_to(database, held, handler_id, "And another.")
    work(runtime)
    assert told(database)[-1] == "posted"
    assert len(provider.taken) == 1


def test_a_server_of_ours_that_fails_for_a_day_does_not_condemn_the_address(
    app: Flask, runtime: Runtime, database: Database, provider: MailProvider, held: Keys, handler_id: int, clock: Clock
) -> None:
    confirm(runtime, app, provider)
    write_to(database, held, handler_id)
    provider.answers = [MailServerFails("login") for _ in range(len(BACKOFF) + 1)]
    for wait in (*BACKOFF, timedelta(0)):
        work(runtime)
        clock.forward(wait)

    assert told(database) == ["failed"]
    with database.read() as session:
        assert one(session, Task).kind == "reach_person"
        assert one(session, Complainant).reach == Reach.MAIL
    write_to(database, held, handler_id, "And another.")
    clock.forward(timedelta(hours=14))
    work(runtime)
    assert len(provider.taken) == 2


def test_unknown_end_of_a_notice_tells_nobody_and_is_repeated_once(
    app: Flask, runtime: Runtime, database: Database, provider: MailProvider, held: Keys, handler_id: int, clock: Clock
) -> None:
    confirm(runtime, app, provider)
    provider.answers = [TransportUnknown()]
    write_to(database, held, handler_id)
    work(runtime)
    assert told(database) == [None]

    clock.forward(UNKNOWN_AFTER)
    work(runtime)

    assert told(database) == ["sent"]


def test_deleting_the_address_erases_it_and_calls_back_what_waits(
    app: Flask,
    runtime: Runtime,
    database: Database,
    provider: MailProvider,
    held: Keys,
    handler_id: int,
    browser: Browser,
) -> None:
    confirm(runtime, app, provider)
    write_to(database, held, handler_id)
    browser.open("/en/follow-up")

    page = browser.submit("Delete my e-mail")
    work(runtime)

    assert page.has("Your e-mail has been deleted.")
    assert len(provider.taken) == 1
    with database.read() as session:
        assert one(session, Complainant).email_sealed is None
        assert session.scalars(select(PersonMail)).all() == []
        assert {row.address_sealed for row in session.scalars(select(OutboundMail))} == {None}
        assert {row.body_sealed for row in session.scalars(select(OutboundMail))} == {None}
    write_to(database, held, handler_id, "And another.")
    work(runtime)
    assert len(provider.taken) == 1


def test_deleting_all_contact_details_takes_the_address_with_it(
    app: Flask,
    runtime: Runtime,
    database: Database,
    provider: MailProvider,
    held: Keys,
    handler_id: int,
    browser: Browser,
) -> None:
    confirm(runtime, app, provider)
    write_to(database, held, handler_id)
    browser.open("/en/follow-up/delete-contact")
    browser.submit("Yes, delete them")
    work(runtime)

    assert len(provider.taken) == 1
    with database.read() as session:
        assert (one(session, Complainant).reach, one(session, Complainant).email_sealed) == (Reach.PAGE, None)
        assert session.scalars(select(PersonMail)).all() == []


def test_another_address_gets_nothing_before_it_is_confirmed_and_the_old_one_nothing_more(
    app: Flask,
    runtime: Runtime,
    database: Database,
    provider: MailProvider,
    held: Keys,
    handler_id: int,
    browser: Browser,
    clock: Clock,
) -> None:
    confirm(runtime, app, provider)
    clock.forward(timedelta(minutes=2))
    browser.open("/en/follow-up")
    browser.submit("Change my e-mail", email="otra@correo.example")
    write_to(database, held, handler_id)
    work(runtime)
    assert [mail.address for mail in provider.taken] == [ADDRESS, "otra@correo.example"]

    reader = Browser(app)
    reader.open(link_in(provider))
    reader.submit("Confirm my e-mail")
    write_to(database, held, handler_id, "Now.")
    work(runtime)

    assert provider.taken[-1].address == "otra@correo.example"
    assert "something new" in provider.taken[-1].body


def test_a_link_for_an_earlier_address_confirms_no_later_one(
    app: Flask, runtime: Runtime, provider: MailProvider, held: Keys, browser: Browser, clock: Clock
) -> None:
    work(runtime)
    old = link_in(provider)
    clock.forward(timedelta(minutes=2))
    browser.open("/en/follow-up")
    browser.submit("Change my e-mail", email="otra@correo.example")

    Browser(app).open(old, status=404)


def test_a_stranger_is_not_flooded_with_links(
    app: Flask, clock: Clock, runtime: Runtime, provider: MailProvider
) -> None:
    for _ in range(8):
        file_and_save(Browser(app), clock, reach="mail", email=ADDRESS)
        work(runtime)

    assert len(provider.taken) == 5


@pytest.mark.parametrize(
    "typed",
    [
        "ana",
        "ana@",
        "ana@localhost",
        "Ana <ana@correo.example>",
        "a@correo.example, b@correo.example",
        "a@correo.example%0d%0aBcc: b@correo.example",
        "a@correo.example\r\nBcc: b@correo.example",
    ],
)
def test_what_is_no_address_is_explained_and_nothing_is_sent(
    browser: Browser, clock: Clock, runtime: Runtime, provider: MailProvider, typed: str
) -> None:
    page = send_form(browser, clock, status=422, reach="mail", email=typed)
    work(runtime)

    assert page.errors == ["We cannot read this e-mail address. Write one, for example name@mail.cl."]
    assert provider.taken == []


def test_nobody_is_offered_mail_where_no_server_is_set(database: Database, tmp_path: Path, clock: Clock) -> None:
    app = make_app(make_runtime(database, tmp_path))
    browser = Browser(app)

    assert "E-mail" not in browser.open(person.REPORT).text
    file_and_save(browser, clock)
    assert not browser.open("/en/follow-up").has("Get notices by e-mail")


def test_no_readable_address_is_in_the_database(
    database: Database, runtime: Runtime, app: Flask, provider: MailProvider, held: Keys, handler_id: int
) -> None:
    confirm(runtime, app, provider)
    write_to(database, held, handler_id)

    assert "inventada" not in everything(database)


def test_notice_of_the_night_waits_for_the_morning(
    app: Flask, runtime: Runtime, database: Database, provider: MailProvider, held: Keys, handler_id: int, clock: Clock
) -> None:
    confirm(runtime, app, provider)
    clock.to(WEDNESDAY.replace(hour=3) + timedelta(days=1))
    write_to(database, held, handler_id)
    work(runtime)
    assert len(provider.taken) == 1

    clock.forward(timedelta(hours=12))
    work(runtime)
    assert len(provider.taken) == 2


def test_erasing_what_is_known_of_the_person_calls_back_what_waits(
    app: Flask, runtime: Runtime, database: Database, provider: MailProvider, held: Keys, handler_id: int
) -> None:
    confirm(runtime, app, provider)
    write_to(database, held, handler_id)
    with database.begin() as session:
        clear_contact(session, one(session, Complainant), at=now())
    work(runtime)

    assert len(provider.taken) == 1
    with database.read() as session:
        assert {row.address_sealed for row in session.scalars(select(OutboundMail))} == {None}
