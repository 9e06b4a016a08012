"""The pages of promised dates and of the calendar: for administrators, by site, and never against the law."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from grievance.accounts.models import AuditEntry
from grievance.accounts.permissions import Duty
from grievance.core.db import Database
from grievance.deadlines.models import CalendarDay, SiteStandard
from grievance.sites import operations as sites
from grievance.sites.models import Site
from tests.support.desk import at_desk
from tests.support.people import Person, make_staff


@dataclass(frozen=True)
class Place:
    """Two sites, each with its administrator, and a handler."""

    admin: Person
    admin_of_salar: Person
    handler: Person


@pytest.fixture
def place(database: Database) -> Place:
    with database.begin() as session:
        operator = sites.create_operator(session, name="Minera Imaginaria")
        cerro = sites.create_site(session, operator, slug="cerro", name="Cerro Imaginario", sms_name="Cerro")
        salar = sites.create_site(session, operator, slug="salar", name="Salar Imaginario", sms_name="Salar")
        return Place(
            make_staff(session, name="Rosa Mamani", duties={Duty.ADMINISTRATOR: cerro}),
            make_staff(session, name="Iris Soto", duties={Duty.ADMINISTRATOR: salar}),
            make_staff(session, name="Luis Vera", duties={Duty.HANDLER: cerro}),
        )


def test_every_promise_stands_with_its_source_and_what_is_law_cannot_be_changed(app: Flask, place: Place) -> None:
    admin = at_desk(app, place.admin, lang="es")

    page = admin.open("/en/staff/dates/cerro")

    assert page.has("Ley 21.643")
    assert page.has("It is law")
    admin.open("/en/staff/dates/cerro/harassment/resolve", status=409)


def test_what_starts_with_a_step_stands_with_its_source_too(app: Flask, place: Place) -> None:
    page = at_desk(app, place.admin, lang="es").open("/en/staff/dates/cerro")

    for promise in (
        "Conclude the investigation: within 30 business days",
        "Send the report to the Dirección del Trabajo: within 2 business days of the end of the investigation",
        "Apply measures and sanctions: within 15 calendar days",
        "The days to appeal, from the notice of the outcome: 30 calendar days.",
        "Default of this project; no outside source.",
    ):
        assert page.has(promise)


@pytest.mark.parametrize(
    ("promise", "most"), [("human_rights/feedback", 3), ("integrity/resolve", 3), ("danger/stabilise", 8760)]
)
def test_no_number_goes_beyond_the_law_or_a_year(
    app: Flask, place: Place, database: Database, promise: str, most: int
) -> None:
    admin = at_desk(app, place.admin, lang="es")
    admin.open(f"/en/staff/dates/cerro/{promise}")

    page = admin.submit(form="staff/dates", amount=str(most + 1), valid_from="2099-01-05", status=422)

    assert page.has(f"Write a whole number from 1 to {most}.")
    with database.read() as session:
        assert session.scalars(select(SiteStandard)).all() == []


def test_the_trail_says_in_plain_words_which_promise_was_changed(app: Flask, place: Place, database: Database) -> None:
    with database.begin() as session:
        cerro = session.scalars(select(Site).where(Site.slug == "cerro")).one()
        alba = make_staff(session, name="Alba Rojas", duties={Duty.AUDITOR: cerro})
    admin = at_desk(app, place.admin, lang="es")
    admin.open("/es/equipo/plazos/cerro/labour/resolve")
    admin.submit(form="resolve", amount="15", valid_from="2099-01-05")
    admin.open("/es/equipo/plazos/cerro/labour/resolve")
    admin.submit(form="/deshacer")

    page = at_desk(app, alba, lang="es").open("/en/staff/audit")

    assert page.has("Answer the grievance: within 15 business days of receiving it.")
    assert page.has("a change of “Answer the grievance” was taken back")
    assert not page.has("labour.resolve")


def test_a_new_number_is_kept_from_its_day_and_written_down(app: Flask, place: Place, database: Database) -> None:
    admin = at_desk(app, place.admin, lang="es")
    admin.open("/es/equipo/plazos/cerro/labour/resolve")

    admin.submit(form="resolve", amount="15", valid_from="2099-01-05")

    with database.read() as session:
        row = session.scalars(select(SiteStandard)).one()
        assert (row.type, row.clock, row.amount, row.valid_from) == ("labour", "resolve", 15, date(2099, 1, 5))
        assert session.scalars(select(AuditEntry.action).order_by(AuditEntry.seq.desc())).first() == "standard_changed"
    assert admin.open("/es/equipo/plazos/cerro").has("15")


@pytest.mark.parametrize(("amount", "day"), [("0", "2099-01-05"), ("x", "2099-01-05"), ("5", "2020-01-01"), ("5", "")])
def test_a_bad_number_or_day_is_refused_and_stays_typed(
    app: Flask, place: Place, database: Database, amount: str, day: str
) -> None:
    admin = at_desk(app, place.admin, lang="es")
    admin.open("/es/equipo/plazos/cerro/labour/resolve")

    admin.submit(form="resolve", amount=amount, valid_from=day, status=422)

    with database.read() as session:
        assert session.scalars(select(SiteStandard)).all() == []


def test_another_sites_dates_do_not_exist(app: Flask, place: Place) -> None:
    at_desk(app, place.admin_of_salar, lang="es").open("/en/staff/dates/cerro", status=404)


def test_a_handler_has_no_such_page(app: Flask, place: Place) -> None:
    at_desk(app, place.handler, lang="es").open("/en/staff/dates/cerro", status=403)


def test_a_day_is_added_to_the_calendar_and_taken_out(app: Flask, place: Place, database: Database) -> None:
    admin = at_desk(app, place.admin, lang="es")
    year = date.today().year + 1  # noqa: DTZ011  # any year that the page shows
    admin.open(f"/en/staff/dates/cerro/calendar/{year}")
    admin.submit(form=f"calendar/{year}", on=f"{year}-11-13", name="Election", counts="no")

    with database.read() as session:
        assert session.scalars(select(CalendarDay.on)).all() == [date(year, 11, 13)]
    assert admin.open(f"/en/staff/dates/cerro/calendar/{year}").has("Election")
    admin.submit(form="remove")
    with database.read() as session:
        assert session.scalars(select(CalendarDay)).all() == []
