"""Somebody who complains on the web: files, keeps the receipt, comes back. Through the pages, as a person does."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from PIL import Image
from sqlalchemy.orm import Session

from grievance.core.db import Base, Database
from tests.support.clock import Clock
from tests.support.web import Browser, File, Seen

REPORT = "/en/cerro-imaginario/report"
FOLLOW_UP = "/en/follow-up"
WORDS = "Trucks pass all night behind the camp.\n\nNobody can sleep."
A_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Keys:
    """What the receipt gave."""

    reference: str
    code: str


def send_form(browser: Browser, clock: Clock, *, status: int = 200, path: str = REPORT, **fields: Any) -> Seen:
    """Open the form, take a minute to write, send it."""
    browser.open(path)
    clock.forward(A_MINUTE)
    return browser.submit(form="r", status=status, **{"words": WORDS, **fields})


def keys_on(receipt: Seen) -> Keys:
    """Read reference and code off a receipt."""
    reference, code = (node.text for node in receipt.all(".key"))
    return Keys(reference, "-".join((code[:9].strip(), code[-9:].strip())))


def file_and_save(browser: Browser, clock: Clock, **fields: Any) -> Keys:
    """File a grievance, note the keys and go on to the case."""
    keys = keys_on(send_form(browser, clock, **fields))
    browser.submit("Go on to my case", saved=True)
    return keys


def enter(browser: Browser, keys: Keys, *, status: int = 200) -> Seen:
    """Open the case with its keys."""
    browser.open(FOLLOW_UP)
    return browser.submit("See my case", status=status, reference=keys.reference, code=keys.code)


def photo(name: str = "camp.jpg") -> File:
    """Return a picture that carries a position and a name inside."""
    exif = Image.Exif()
    exif[0x9286] = "Nobody's telephone"
    exif.get_ifd(0x8825)[1] = "S"
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "orange").save(out, "JPEG", exif=exif)
    return out.getvalue(), name, "image/jpeg"


def rows(database: Database, table: str) -> list[Any]:
    """Return all rows of a table."""
    with database.read() as session:
        return list(session.execute(Base.metadata.tables[table].select()).mappings())


def everything(database: Database) -> str:
    """Return every value of every table as one text, to look for what must not be there."""
    with database.read() as session:
        return "\n".join(_dump(session))


def _dump(session: Session) -> Iterator[str]:
    for table in Base.metadata.sorted_tables:
        for row in session.execute(table.select()):
            yield repr(tuple(row))
