"""The list that the mine of the demo kept before: a file like any other, checked, approved and imported."""

import csv
import hashlib
import io
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final

from grievance.cli.demo.days import FIRST_QUARTER, TIME_ZONE, Since, Start, on
from grievance.cli.demo.places import MINE
from grievance.cli.demo.stage import Stage
from grievance.deadlines.working_days import add_working_days
from grievance.metrics.periods import quarter_period
from grievance.registers import importing
from grievance.registers.checking import look
from grievance.registers.columns import NAMES, Column
from grievance.registers.lists import lists_of, numbers_of
from grievance.registers.tables import read_table

FILE: Final = Path(__file__).with_name("old_register.csv")
NAME: Final = "libro de reclamos.csv"

TRIAGER: Final = "celia"
IMPORTED: Final = Start(Since.QUARTER, 44, quarters_before=FIRST_QUARTER)

COLUMNS: Final = {
    "number": Column.NUMBER,
    "received": Column.RECEIVED,
    "words": Column.WORDS,
    "title": Column.TITLE,
    "channel": Column.CHANNEL,
    "category": Column.CATEGORY,
    "group": Column.GROUP,
    "employer": Column.EMPLOYER,
    "area": Column.AREA,
    "acknowledged": Column.ACKNOWLEDGED,
    "told": Column.TOLD,
    "outcome": Column.OUTCOME,
    "closed": Column.ENDED,
    "verdict": Column.VERDICT,
}
"""Columns of our table, as the old list calls them. Days are counted: see `_day`."""


def moments(stage: Stage) -> list[tuple[datetime, Callable[[], None]]]:
    """Return the import, at its instant."""
    at = stage.days.instant(IMPORTED, on(0, "16:20"), None)
    return [(at, partial(_import, stage, at))]


def _import(stage: Stage, at: datetime) -> None:
    session, site, by = stage.session, stage.places.sites[MINE], stage.staff[TRIAGER]
    content = _content(stage)
    table = read_table(content)
    digest = hashlib.sha256(content).hexdigest()
    taken = importing.start(session, site, filename=NAME, file_digest=digest, storage_key=None, by=by, at=at)
    tally = importing.Tally(list(table.problems))
    looked = list(look(table, lists_of(session, site), here=numbers_of(session, site.id), now=at))
    for one in looked:
        tally.add(one)
    importing.note_checked(session, taken, tally, at=at + timedelta(minutes=1))
    at += timedelta(minutes=5)
    importing.approve(session, taken, without_wrong=False, by=by, at=at)
    importing.import_batch(session, taken, looked, position=0, at=at)
    importing.finish(session, taken, at=at + timedelta(minutes=1))


def _content(stage: Stage) -> bytes:
    """Return the old list as the file that somebody saved."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerow([*(NAMES[column].es for column in COLUMNS.values()), NAMES[Column.STATUS].es, _SOURCE])
    with FILE.open(encoding="utf-8", newline="") as file:
        writer.writerows(_line(stage, row) for row in csv.DictReader(file, delimiter=";"))
    return out.getvalue().encode("utf-8-sig")


_SOURCE: Final = NAMES[Column.VERDICT_SOURCE].es


def _line(stage: Stage, row: dict[str, str]) -> Iterator[str]:
    began = quarter_period(stage.days.before_last(FIRST_QUARTER), TIME_ZONE).first_on
    received = add_working_days(began, int(row["received"]), stage.days.calendar)
    for name in COLUMNS:
        if name == "received":
            yield received.isoformat()
        elif name in {"acknowledged", "told", "closed"}:
            yield _day(stage, received, row[name])
        else:
            yield row[name]
    yield "Cerrado"
    yield "Firmado en papel" if row["verdict"] else ""


def _day(stage: Stage, received: date, working_days: str) -> str:
    """Return the day so many working days after the grievance was received."""
    return add_working_days(received, int(working_days), stage.days.calendar).isoformat()
