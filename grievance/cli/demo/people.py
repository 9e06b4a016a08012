"""The staff of the demo: invented people with real, generated passwords and second factors.

Surnames are words of books and songs, so that nobody is mistaken for a person, and words that hardly occur in a
grievance, since a case is hidden from whoever's surname stands in it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grievance.accounts.credentials import (
    hash_password,
    new_password,
    new_totp_secret,
    plain_secret,
    totp_wallet,
)
from grievance.accounts.models import Staff
from grievance.accounts.operations import create_staff, grant_duty
from grievance.accounts.permissions import Duty
from grievance.accounts.sign_in import set_password, set_second_factor
from grievance.cli.demo.places import MINE, PORT, Places
from grievance.runtime import Runtime

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

CREDENTIALS_FILE = "demo-credentials.json"


@dataclass(frozen=True, slots=True)
class Person:
    """A member of staff as the demo makes one; the key is the first name in small letters."""

    name: str
    surname: str
    duties: tuple[tuple[Duty, str | None], ...] = ()
    unit: str | None = None
    heads_unit: bool = False
    locale: str = "es"

    @property
    def key(self) -> str:
        """The word by which stories name the person."""
        return self.name.lower()

    @property
    def email(self) -> str:
        """An address that cannot exist (RFC 2606)."""
        return f"{self.key}@minera-imaginaria.example"


def _at(duty: Duty, *sites: str) -> tuple[tuple[Duty, str | None], ...]:
    return tuple((duty, site) for site in sites)


PEOPLE: tuple[Person, ...] = (
    Person("Alba", "Fábula", ((Duty.ADMINISTRATOR, None),)),
    Person("Bruno", "Balada", _at(Duty.TRIAGER, MINE, PORT), unit="compliance"),
    Person("Celia", "Leyenda", _at(Duty.TRIAGER, MINE), unit="compliance", heads_unit=True),
    Person("Dante", "Serenata", _at(Duty.TRIAGER, PORT), locale="en"),
    Person("Elena", "Soneto", _at(Duty.HANDLER, MINE), unit="community"),
    Person("Fermina", "Copla", _at(Duty.HANDLER, MINE), unit="people"),
    Person("Gaspar", "Trova", _at(Duty.HANDLER, PORT), unit="port_community"),
    Person("Hilda", "Estrofa", _at(Duty.HANDLER, PORT), unit="port_community", locale="en"),
    Person("Isidora", "Epopeya", _at(Duty.INVESTIGATOR, MINE, PORT)),
    Person("Julio", "Sainete", _at(Duty.INVESTIGATOR, MINE, PORT)),
    Person("Karina", "Zarzuela", _at(Duty.COORDINATOR, MINE), unit="community", heads_unit=True),
    Person("Lautaro", "Tonada", _at(Duty.COORDINATOR, PORT), unit="port_community", heads_unit=True),
    Person("Marta", "Opereta", _at(Duty.ON_CALL, MINE, PORT)),
    Person("Nicanor", "Rapsodia", _at(Duty.REVIEWER, MINE, PORT)),
    Person("Olga", "Sonata", _at(Duty.PUBLISHER, MINE, PORT)),
    Person("Pablo", "Redondilla", _at(Duty.PUBLISHER, MINE, PORT), locale="en"),
    Person("Quintina", "Elegía", _at(Duty.AUDITOR, MINE, PORT)),
    Person("Ramiro", "Villancico", _at(Duty.INTAKE, MINE, PORT), unit="community"),
    Person("Yolanda", "Alegoría", _at(Duty.DATA_PROTECTION, MINE, PORT)),
    Person("Wanda", "Romanza", _at(Duty.MANAGER, MINE, PORT), unit="external", heads_unit=True),
    Person("Ximena", "Pasacalle", ((Duty.OUTSIDE_REVIEWER, None),)),
    # Heads and shift chiefs: no duty, but whoever complains about them must be kept from their sight.
    Person("Segundo", "Cantata", unit="mine", heads_unit=True),
    Person("Tadeo", "Bolero", unit="pit", heads_unit=True),
    Person("Úrsula", "Mazurca", unit="kitchen", heads_unit=True),
    Person("Valentín", "Fandango", unit="port_operations", heads_unit=True),
)


@dataclass(frozen=True, slots=True, repr=False)
class Credential:
    """How one member of the demo's staff signs in."""

    name: str
    email: str
    password: str
    totp_secret: str
    duties: tuple[str, ...]
    site: str

    def as_json(self) -> dict[str, Any]:
        """Return it as it stands in the file."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


@dataclass(frozen=True, slots=True)
class Signer:
    """A member of staff who has just been made: the row, and what the person will sign in with."""

    person: Person
    staff: Staff
    totp_secret: str


def make_people(session: Session, runtime: Runtime, places: Places, *, at: datetime) -> tuple[Signer, ...]:
    """Create the staff with their duties and second factors. Nobody can sign in before `choose_passwords`."""
    salt = runtime.settings.password_salt.get_secret_value()
    first = hash_password(new_password(), salt=salt)
    wallet = totp_wallet(runtime.keys)
    made: list[Signer] = []
    for person in PEOPLE:
        by = made[0].staff.id if made else None
        staff = _create(session, person, places, first, by=by, at=at)
        secret = new_totp_secret(wallet)
        set_second_factor(session, staff, totp_secret=secret, at=at)
        made.append(Signer(person, staff, plain_secret(wallet, secret)))
    return tuple(made)


def choose_passwords(
    session: Session, signers: tuple[Signer, ...], hashes: Mapping[str, Future[str]], *, at: datetime
) -> tuple[Credential, ...]:
    """Give a password of its own to everybody who holds a duty; return how they sign in.

    `hashes` are still being computed, by password: each is slow on purpose, and the stories are played meanwhile.
    """
    found = []
    for signer, (password, hashed) in zip(_with_duty(signers), hashes.items(), strict=True):
        set_password(session, signer.staff, password_hash=hashed.result(), at=at)
        found.append(_credential(signer.person, password, signer.totp_secret))
    return tuple(found)


@contextmanager
def passwords_being_hashed(runtime: Runtime) -> Iterator[Mapping[str, Future[str]]]:
    """Give new passwords for everybody who holds a duty, each with its hash to come."""
    salt = runtime.settings.password_salt.get_secret_value()
    with ThreadPoolExecutor(max_workers=1) as pool:
        # Argon2 leaves the interpreter while it works; more than one at a time would only slow the stories.
        passwords = [new_password() for person in PEOPLE if person.duties]
        yield {password: pool.submit(hash_password, password, salt=salt) for password in passwords}


def write_credentials(folder: Path, credentials: tuple[Credential, ...]) -> Path:
    """Write how the staff sign in, for this account's eyes only; return the file."""
    path = folder / CREDENTIALS_FILE
    beside = path.with_suffix(".part")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as handle:
        json.dump([credential.as_json() for credential in credentials], handle, ensure_ascii=False, indent=1)
    beside.rename(path)
    return path


def read_credentials(folder: Path) -> tuple[Credential, ...]:
    """Return how the staff sign in; nothing when the demo was not loaded here."""
    path = folder / CREDENTIALS_FILE
    if not path.exists():
        return ()
    rows = json.loads(path.read_text())
    return tuple(Credential(**{**row, "duties": tuple(row["duties"])}) for row in rows)


def _with_duty(signers: tuple[Signer, ...]) -> Iterator[Signer]:
    return (signer for signer in signers if signer.person.duties)


def _create(
    session: Session, person: Person, places: Places, password_hash: str, *, by: int | None, at: datetime
) -> Staff:
    unit = places.units[person.unit] if person.unit else None
    staff = create_staff(
        session,
        name=f"{person.name} {person.surname}",
        surname=person.surname,
        email=person.email,
        password_hash=password_hash,
        locale=person.locale,
        company_id=unit.company_id if unit else places.companies["operator"].id,
        unit_id=unit.id if unit else None,
        heads_unit=person.heads_unit,
        by=by,
        at=at,
    )
    for duty, slug in person.duties:
        grant_duty(session, staff=staff, site_id=places.sites[slug].id if slug else None, duty=duty, by=by, at=at)
    return staff


def _credential(person: Person, password: str, secret: str) -> Credential:
    sites = {slug for _, slug in person.duties if slug}
    return Credential(
        name=f"{person.name} {person.surname}",
        email=person.email,
        password=password,
        totp_secret=secret,
        duties=tuple(dict.fromkeys(duty.value for duty, _ in person.duties)),
        site=sites.pop() if len(sites) == 1 else "",
    )
