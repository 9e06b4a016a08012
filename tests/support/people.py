"""Staff of the tests: made by the real operations, signed in through the real pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from sqlalchemy.orm import Session

from grievance.accounts import credentials, operations
from grievance.accounts import sign_in as signing
from grievance.accounts.models import Staff
from grievance.accounts.permissions import Duty
from grievance.core import clock
from grievance.core.db import Database
from grievance.crypto.fields import keys_of
from grievance.sites.models import Site
from tests.support.keys import PASSWORD_SALT
from tests.support.web import Browser, Seen

PASSWORD = "cerro imaginario 2026"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
LONG_AGO = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Person:
    """A staff member and what they know."""

    staff_id: int
    public_id: str
    name: str
    email: str
    password: str = PASSWORD
    secret: str = SECRET


def make_staff(
    session: Session,
    *,
    name: str = "Rosa Mamani",
    surname: str | None = None,
    email: str | None = None,
    duties: Mapping[Duty, Site | None] | None = None,
    with_second_factor: bool = True,
    locale: str = "es",
    unit_id: int | None = None,
    company_id: int | None = None,
    heads_unit: bool = False,
) -> Person:
    """Add a staff member with duties, each at a site (None: every site); the session is flushed, not committed."""
    staff = operations.create_staff(
        session,
        name=name,
        surname=name.rsplit(" ", 1)[-1] if surname is None else surname,
        email=email or f"{name.casefold().replace(' ', '.')}@example.org",
        password_hash=hashed(PASSWORD),
        locale=locale,
        company_id=company_id,
        unit_id=unit_id,
        heads_unit=heads_unit,
        by=None,
        at=LONG_AGO,
    )
    if with_second_factor:
        stored = stored_secret(credentials.totp_wallet(keys_of(session)))
        signing.set_second_factor(session, staff, totp_secret=stored, at=LONG_AGO)
    for duty, site in (duties or {}).items():
        operations.grant_duty(
            session, staff=staff, site_id=None if site is None else site.id, duty=duty, by=None, at=LONG_AGO
        )
    return Person(staff.id, staff.public_id, staff.name, staff.email)


def stored_secret(wallet: credentials.Wallet) -> str:
    """Return `SECRET`, a second factor, as it is stored."""
    stored: str = wallet.totp(key=SECRET, format="base32").to_json(encrypt=True)
    return stored


def sign_in(browser: Browser, person: Person, *, lang: str = "es") -> Seen:
    """Sign in through the pages; ends on the first page of the person's duties."""
    forget_last_code(browser.app.extensions["grievance"].database, person)
    browser.open("/es/equipo/entrar" if lang == "es" else "/en/staff/sign-in")
    browser.submit(form=0, email=person.email, password=person.password)
    return browser.submit(form=0, code=code_now(person))


def code_now(person: Person) -> str:
    """Return what the person's authenticator shows."""
    return credentials.code_at(person.secret, clock.now())


def forget_last_code(database: Database, person: Person) -> None:
    """Let a test sign the same person in twice within half a minute; replays have tests of their own."""
    with database.begin() as session:
        session.get_one(Staff, person.staff_id).tf_last_counter = None


@lru_cache
def hashed(password: str) -> str:
    return credentials.hash_password(password, salt=PASSWORD_SALT)
