"""Old registers for tests: written as companies write them, and imported the way the worker does it."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import openpyxl
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from sqlalchemy.orm import Session

from grievance.cases.record import RegisterImport
from grievance.cli.register_work import Kept, work_on_registers
from grievance.registers.checking import Looked, look
from grievance.registers.importing import (
    BATCH,
    Tally,
    approve,
    finish,
    import_batch,
    load_for_change,
    note_checked,
    start,
)
from grievance.registers.lists import lists_of, numbers_of
from grievance.registers.tables import read_table
from grievance.runtime import Runtime
from grievance.sites.models import Site

NOW = datetime(2026, 10, 20, 15, 0, tzinfo=UTC)
"""A Tuesday noon in Antofagasta."""

LINE = {
    "Número de registro": "12/2026",
    "Recibido el": "2026-08-03",
    "Lo que dijo la persona": "Entra polvo a la casa cuando pasan los camiones",
}
"""The least that a register says."""


def line(**more: str) -> dict[str, str]:
    """Return a line with more columns, by their names in the template."""
    return {**LINE, **more}


def as_csv(lines: Sequence[Mapping[str, Any]], *, delimiter: str = ";", encoding: str = "utf-8") -> bytes:
    """Return lines as a CSV file, the columns in the order in which they first come."""
    header = list(dict.fromkeys(name for one in lines for name in one))
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerow(header)
    writer.writerows([one.get(name, "") for name in header] for one in lines)
    return out.getvalue().encode(encoding)


def as_xlsx(rows: Sequence[Sequence[Any]], *, title: str = "Hoja1", epoch_1904: bool = False) -> bytes:
    """Return rows as a workbook, just as they are."""
    book = openpyxl.Workbook()
    if epoch_1904:
        book.epoch = CALENDAR_MAC_1904
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def looked_at(session: Session, site: Site, content: bytes, *, now: datetime = NOW) -> tuple[Tally, list[Looked]]:
    """Check a file and return what was found."""
    table = read_table(content)
    tally = Tally(list(table.problems))
    found = list(look(table, lists_of(session, site), here=numbers_of(session, site.id), now=now))
    for one in found:
        tally.add(one)
    return tally, found


def taken_over(
    session: Session, site: Site, lines: Sequence[Mapping[str, Any]], *, at: datetime = NOW, by: int | None = None
) -> RegisterImport:
    """Check lines, approve them and import them, all that is good."""
    tally, found = looked_at(session, site, as_csv(lines), now=at)
    taken = start(session, site, filename="registro.csv", file_digest="0" * 64, storage_key=None, by=by, at=at)
    note_checked(session, taken, tally, at=at)
    approve(session, taken, without_wrong=True, by=by, at=at)
    rest = iter(found)
    while batch := list(islice(rest, BATCH)):
        import_batch(session, load_for_change(session, taken.id), batch, position=taken.done_count, at=at)
    finish(session, taken, at=at)
    session.flush()
    return taken


def worked(runtime: Runtime, kept: Kept | None = None) -> None:
    """Let the worker look at and import whatever waits."""
    kept = kept or Kept()
    while work_on_registers(runtime, kept):
        pass
