"""The people around a quarter, in a browser each, and the way to a release that is ready."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Flask
from sqlalchemy import select

from grievance.accounts.permissions import Duty
from grievance.core.db import Database
from grievance.publishing.models import Release
from grievance.publishing.summaries import load_for_change
from tests.support.desk import at_desk
from tests.support.figures import a_quarter, make_ready
from tests.support.people import Person, make_staff
from tests.support.places import make_site
from tests.support.web import Browser

NOW = datetime(2026, 10, 15, 15, 0, tzinfo=UTC)
HERE = "/es/equipo/cifras/cerro-imaginario/2026-t3"
HERE_EN = "/en/staff/figures/cerro-imaginario/2026-q3"


@dataclass(frozen=True)
class Place:
    """Who works at the site whose quarter it is, and a publisher of another."""

    rosa: Person
    luis: Person
    coordinator: Person
    auditor: Person
    handler: Person
    elsewhere: Person


def make_place(database: Database) -> Place:
    """Make the site with its quarter, and its people."""
    with database.begin() as session:
        site = make_site(session)
        other = make_site(session, slug="otro-sitio", line=None)
        a_quarter(session, site)
        return Place(
            make_staff(session, name="Rosa Mamani", duties={Duty.PUBLISHER: site}),
            make_staff(session, name="Luis Vera", duties={Duty.PUBLISHER: site}),
            make_staff(session, name="Ana Choque", duties={Duty.COORDINATOR: site}),
            make_staff(session, name="Inés Soto", email="ines@example.org", duties={Duty.AUDITOR: site}),
            make_staff(session, name="Juan Cruz", duties={Duty.HANDLER: site}),
            make_staff(session, name="Eva Rojas", duties={Duty.PUBLISHER: other}),
        )


def frozen_by(app: Flask, person: Person) -> Browser:
    """Freeze the quarter through the pages; ends on the page of the quarter."""
    browser = at_desk(app, person, lang="es")
    browser.open(f"{HERE}/congelar")
    browser.submit(form="/congelar", sure=True)
    return browser


def only_release(database: Database) -> Release:
    """Return the one release there is."""
    with database.read() as session:
        return session.scalars(select(Release)).one()


def made_ready(database: Database, person: Person) -> Release:
    """Write and read aloud what was frozen, so that nothing stops it; return it as it then stands."""
    with database.begin() as session:
        found = session.scalars(select(Release).order_by(Release.version.desc())).first()
        assert found is not None
        release = load_for_change(session, found.site_id, found.public_id)
        assert release is not None
        make_ready(session, release, by=person.staff_id, at=NOW)
    return release


def one(release: Release, step: str, *, base: str = HERE) -> str:
    """Return the address of a step of a release."""
    return f"{base}/{release.public_id}/{step}"
