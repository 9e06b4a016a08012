"""A person who chose e-mail: confirms the address, gets one notice that says nothing, and can take it all back."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
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
from tests.support.web import Browser, Seen
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


@dataclass(frozen=True, slots=True)
class Ana:
    """Somebody who has filed and left an address, and what goes to and from her."""

    app: Flask
    runtime: Runtime
    database: Database
    provider: MailProvider
    keys: Keys
    handler_id: int

    def work(self) -> None:
        """Let the worker send what may go."""
        work(self.runtime)

    def link(self) -> str:
        """Return the link in the latest mail."""
        return link_in(self.provider.taken[-1].body)

    def confirm(self) -> Seen:
        """Open the link where she reads her mail, and press the button behind it."""
        self.work()
        reader = Browser(self.app)
        reader.open(self.link())
        return reader.submit("Confirm my e-mail")

    def is_written(self, words: str = SECRET) -> None:
        """Let the handler write to her."""
        write_to(self.database, self.keys, self.handler_id, words)

    def told(self) -> list[str | None]:
        """Return what is known of how each message reached her, the first first."""
        with self.database.read() as session:
            to_her = select(CaseMessage.told).where(CaseMessage.is_from_person.is_(False))
            return list(session.scalars(to_her.order_by(CaseMessage.id)))


@pytest.fixture
def ana(
    app: Flask,
    runtime: Runtime,
    database: Database,
    provider: MailProvider,
    handler_id: int,
    browser: Browser,
    clock: Clock,
) -> Ana:
    """Return her; she stands in her case with `browser`."""
    keys = file_and_save(browser, clock, reach="mail", email=f" {ADDRESS} ")
    return Ana(app, runtime, database, provider, keys, handler_id)


def work(runtime: Runtime) -> None:
    send_mails(runtime, "worker", Rhythm())


def link_in(mail: str) -> str:
    found = re.search(r"/en/follow-up/mail/\S+", mail)
    assert found
    return found[0]


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


def test_an_address_gets_nothing_but_a_link_until_its_owner_pressed_the_button(ana: Ana) -> None:
    ana.is_written()
    ana.work()

    (sent,) = ana.provider.taken
    assert sent.address == ADDRESS
    assert ana.keys.reference not in sent.body
    assert ana.told() == ["posted"]


def test_looking_at_the_link_confirms_nothing(ana: Ana) -> None:
    ana.work()

    page = Browser(ana.app).open(ana.link())

    assert not page.has(ana.keys.reference)
    with ana.database.read() as session:
        assert one(session, PersonMail).verified_at is None
        assert one(session, Complainant).reach == Reach.PAGE


def test_the_button_confirms_once_and_says_nothing_of_the_case(ana: Ana) -> None:
    page = ana.confirm()

    assert page.has("Your e-mail is confirmed.")
    assert not page.has(ana.keys.reference)
    assert Browser(ana.app).open(ana.link(), status=404).has("This link is no longer good")
    with ana.database.read() as session:
        assert one(session, Complainant).reach == Reach.MAIL
        assert "contact_added" in session.scalars(select(CaseEvent.kind)).all()


def test_a_link_is_good_for_three_days(ana: Ana, clock: Clock) -> None:
    ana.work()
    reader = Browser(ana.app)
    reader.open(ana.link())
    clock.forward(timedelta(days=3, seconds=1))

    assert reader.submit("Confirm my e-mail", status=404).has("This link is no longer good")


def test_guessed_links_look_like_old_ones(browser: Browser) -> None:
    for token in ("x", "A" * 22, "é", "x" * 900):
        assert browser.open(f"/en/follow-up/mail/{token}", status=404).has("This link is no longer good")


def test_a_flood_of_messages_sends_one_notice_until_the_person_has_looked(ana: Ana) -> None:
    ana.confirm()
    for number in range(5):
        ana.is_written(f"Message {number}.")
        ana.work()

    assert [mail.subject for mail in ana.provider.taken[1:]] == ["There is something new for you"]
    assert ana.told() == ["sent"] * 5

    enter(Browser(ana.app), ana.keys)
    assert ana.told() == ["seen"] * 5

    ana.is_written("One more.")
    ana.work()
    assert len(ana.provider.taken) == 3


def test_nothing_of_the_case_is_in_the_mail(database: Database, tmp_path: Path, clock: Clock, handler_id: int) -> None:
    with mail_server(tmp_path / "s") as server:
        runtime = smtp_runtime(database, tmp_path, server)
        app = make_app(runtime)
        words = {"words": SECRET, "gives_name": "yes", "name": "Ana Inventada", "place": "crusher three"}
        keys = file_and_save(Browser(app), clock, reach="mail", email=ADDRESS, **words)
        work(runtime)
        reader = Browser(app)
        reader.open(link_in(server.taken[0].message.get_content()))
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


def test_an_address_that_takes_no_mail_asks_staff_to_reach_the_person(ana: Ana) -> None:
    ana.confirm()
    ana.provider.answers = [NO_USER]
    ana.is_written()
    ana.work()

    assert ana.told() == ["failed"]
    with ana.database.read() as session:
        task = one(session, Task)
        assert (task.kind, task.assigned_to_id) == ("reach_person", ana.handler_id)
        assert one(session, Complainant).reach == Reach.PAGE
    assert enter(Browser(ana.app), ana.keys).has("The e-mail you left takes no messages: we send it no notices.")

    ana.is_written("And another.")
    ana.work()
    assert ana.told()[-1] == "posted"
    assert len(ana.provider.taken) == 1


def test_a_server_of_ours_that_fails_for_a_day_does_not_condemn_the_address(ana: Ana, clock: Clock) -> None:
    ana.confirm()
    ana.is_written()
    ana.provider.answers = [MailServerFails("login") for _ in range(len(BACKOFF) + 1)]
    for wait in (*BACKOFF, timedelta(0)):
        ana.work()
        clock.forward(wait)

    assert ana.told() == ["failed"]
    with ana.database.read() as session:
        assert one(session, Task).kind == "reach_person"
        assert one(session, Complainant).reach == Reach.MAIL
    ana.is_written("And another.")
    clock.forward(timedelta(hours=14))
    ana.work()
    assert len(ana.provider.taken) == 2


def test_unknown_end_of_a_notice_tells_nobody_and_is_repeated_once(ana: Ana, clock: Clock) -> None:
    ana.confirm()
    ana.provider.answers = [TransportUnknown()]
    ana.is_written()
    ana.work()
    assert ana.told() == [None]

    clock.forward(UNKNOWN_AFTER)
    ana.work()

    assert ana.told() == ["sent"]


def test_deleting_the_address_erases_it_and_calls_back_what_waits(ana: Ana, browser: Browser) -> None:
    ana.confirm()
    ana.is_written()
    browser.open("/en/follow-up")

    page = browser.submit("Delete my e-mail")
    ana.work()

    assert page.has("Your e-mail has been deleted.")
    assert len(ana.provider.taken) == 1
    with ana.database.read() as session:
        assert one(session, Complainant).email_sealed is None
        assert session.scalars(select(PersonMail)).all() == []
        assert {row.address_sealed for row in session.scalars(select(OutboundMail))} == {None}
        assert {row.body_sealed for row in session.scalars(select(OutboundMail))} == {None}
    ana.is_written("And another.")
    ana.work()
    assert len(ana.provider.taken) == 1


def test_deleting_all_contact_details_takes_the_address_with_it(ana: Ana, browser: Browser) -> None:
    ana.confirm()
    ana.is_written()
    browser.open("/en/follow-up/delete-contact")
    browser.submit("Yes, delete them")
    ana.work()

    assert len(ana.provider.taken) == 1
    with ana.database.read() as session:
        assert (one(session, Complainant).reach, one(session, Complainant).email_sealed) == (Reach.PAGE, None)
        assert session.scalars(select(PersonMail)).all() == []


def test_another_address_gets_nothing_before_it_is_confirmed_and_the_old_one_nothing_more(
    ana: Ana, browser: Browser, clock: Clock
) -> None:
    ana.confirm()
    clock.forward(timedelta(minutes=2))
    browser.open("/en/follow-up")
    browser.submit("Change my e-mail", email="otra@correo.example")
    ana.is_written()
    ana.work()
    assert [mail.address for mail in ana.provider.taken] == [ADDRESS, "otra@correo.example"]

    reader = Browser(ana.app)
    reader.open(ana.link())
    reader.submit("Confirm my e-mail")
    ana.is_written("Now.")
    ana.work()

    assert ana.provider.taken[-1].address == "otra@correo.example"
    assert "something new" in ana.provider.taken[-1].body


def test_a_link_for_an_earlier_address_confirms_no_later_one(ana: Ana, browser: Browser, clock: Clock) -> None:
    ana.work()
    old = ana.link()
    clock.forward(timedelta(minutes=2))
    browser.open("/en/follow-up")
    browser.submit("Change my e-mail", email="otra@correo.example")

    Browser(ana.app).open(old, status=404)


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


def test_no_readable_address_is_in_the_database(ana: Ana) -> None:
    ana.confirm()
    ana.is_written()

    assert "inventada" not in everything(ana.database)


def test_notice_of_the_night_waits_for_the_morning(ana: Ana, clock: Clock) -> None:
    ana.confirm()
    clock.to(WEDNESDAY.replace(hour=3) + timedelta(days=1))
    ana.is_written()
    ana.work()
    assert len(ana.provider.taken) == 1

    clock.forward(timedelta(hours=12))
    ana.work()
    assert len(ana.provider.taken) == 2


def test_erasing_what_is_known_of_the_person_calls_back_what_waits(ana: Ana) -> None:
    ana.confirm()
    ana.is_written()
    with ana.database.begin() as session:
        clear_contact(session, one(session, Complainant), at=now())
    ana.work()

    assert len(ana.provider.taken) == 1
    with ana.database.read() as session:
        assert {row.address_sealed for row in session.scalars(select(OutboundMail))} == {None}
