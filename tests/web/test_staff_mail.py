"""Choosing on the page of one's account when notices come by e-mail."""

from __future__ import annotations

from dataclasses import replace

from grievance.accounts.permissions import Duty
from grievance.cases.mail_record import MailChoice
from grievance.core.db import Database
from grievance.rounds.staff_mail import choice_of
from grievance.runtime import Runtime
from tests.support.desk import at_desk
from tests.support.mailing import MailProvider
from tests.support.people import make_staff
from tests.support.places import make_site
from tests.support.web_app import make_app

ACCOUNT = "/en/staff/account"


def test_the_choice_is_kept_and_shown(database: Database, runtime: Runtime) -> None:
    with database.begin() as session:
        person = make_staff(session, name="Rosa Mamani", duties={Duty.HANDLER: make_site(session)})
    desk = at_desk(make_app(replace(runtime, mail=MailProvider())), person)
    desk.open(ACCOUNT)

    page = desk.submit("Keep this choice", choice="digest")

    assert page.has("Your choice is kept.")
    with database.read() as session:
        assert choice_of(session, person.staff_id) is MailChoice.DIGEST


def test_nothing_is_offered_without_a_server(database: Database, runtime: Runtime) -> None:
    with database.begin() as session:
        person = make_staff(session, name="Rosa Mamani", duties={Duty.HANDLER: make_site(session)})

    assert not at_desk(make_app(runtime), person).open(ACCOUNT).has("Keep this choice")
