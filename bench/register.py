"""An old register of 50,000 grievances, from the bytes of its file to the last case: against bare rows in two tables.

The floor writes as many rows as the register has lines, and nothing else, with one executemany in one commit: a case
and its words, unread, unsealed and without history. What the product adds is reading and checking the file, sealing,
the chain and the projection (some seven events a case), clocks, and a commit every few cases, so that nobody waits.
"""

import csv
import io
import random
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from statistics import quantiles

from sqlalchemy import Column, Integer, LargeBinary, MetaData, String, Table, func, insert, select

from bench.databases import Place
from bench.report import Row
from bench.servers import environment, settings_of
from grievance.cases.models import Case
from grievance.cases.side_tracks import ImportState
from grievance.cases.verify import verify_cases
from grievance.cli.register_work import OpenRegister, end_import, import_some, open_table
from grievance.core.clock import now
from grievance.core.db import Database
from grievance.core.schema import upgrade
from grievance.crypto.keyring import KeyRing
from grievance.messaging.transport import NoTransport
from grievance.registers.importing import Tally, approve, note_checked, start
from grievance.registers.tables import read_table
from grievance.runtime import Runtime
from grievance.sites.models import Site
from grievance.storage.files import open_storage
from tests.support.places import make_site

LINES = 50_000
_WORDS = "Desde hace tres semanas pasan camiones de noche por el camino de atrás y no se puede dormir. " * 3
_HEADER = (
    *("Número de registro", "Recibido el", "Lo que dijo la persona", "Título", "Canal", "Categoría", "Quién reclama"),
    *("Área", "Turno", "Acuse de recibo el", "Resultado avisado el", "Resultado", "Estado", "Cerrado el"),
)
_CATEGORIES = ("Polvo y aire", "Ruido, vibraciones, tronaduras", "Sueldo y contrato", "Agua", "Otra cosa")


def measure(place: Place, folder: Path) -> Iterator[Row]:
    """Yield the whole import against the floor, and how long one batch holds the write lock."""
    url = place.fresh()
    settings = settings_of(environment(folder, url))
    keys = KeyRing.of(settings)
    database = Database(url, keys=keys)
    upgrade(url)
    runtime = Runtime(settings, database, keys, open_storage(settings.storage_url, keys), NoTransport())
    with database.begin() as session:
        site_id = make_site(session).id
    content = register(LINES)
    floor = _floor(database)
    begun, worked = time.perf_counter(), time.process_time()
    held = _imported(runtime, site_id, content)
    product, worked = time.perf_counter() - begun, time.process_time() - worked
    wrong = _wrong(database)
    database.dispose()
    where = f"{place.name}, {LINES:,} lines"
    row = Row.plain(
        "register imported", where, f"{product:.1f} s, {worked:.1f} s at work", f"{floor:.2f} s", product / floor
    )
    yield replace(row, wrong=wrong)
    held_ms = quantiles(held, n=20)[-1] * 1000
    yield Row.plain("one batch, p95, against 50 ms", where, f"{held_ms:.0f} ms", "50 ms", held_ms / 50)


def register(lines: int) -> bytes:
    """Return a register of so many invented lines, the same every time."""
    source = random.Random(7)
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerow(_HEADER)
    writer.writerows(_line(source, number) for number in range(lines))
    return out.getvalue().encode()


def _line(source: random.Random, number: int) -> list[str]:
    received = date(2021, 1, 4) + timedelta(days=source.randrange(1_800))
    acknowledged = received + timedelta(days=source.randrange(5))
    told = acknowledged + timedelta(days=source.randrange(1, 40))
    start = [
        f"R-{number:06}",
        received.isoformat(),
        _WORDS,
        "Camiones de noche",
        source.choice(("Carta", "Llamada", "")),
    ]
    about = [source.choice(_CATEGORIES), source.choice(("Vecina", "Contratista", "")), source.choice(("Planta", ""))]
    if source.random() < 0.05:
        return [*start, *about, "Noche", acknowledged.strftime("%d-%m-%Y"), "", "", "Abierto", ""]
    closed = told + timedelta(days=source.randrange(5))
    outcome = source.choice(("Acogido", "No acogido"))
    ends = [told.strftime("%d/%m/%Y"), outcome, "Cerrado", closed.isoformat()]
    return [*start, *about, "Noche", acknowledged.strftime("%d-%m-%Y"), *ends]


def _imported(runtime: Runtime, site_id: int, content: bytes) -> list[float]:
    """Check and import a file as the command does; return how long each batch held its unit of work, in seconds."""
    table = read_table(content)
    tally = Tally(list(table.problems))
    for looked in open_table(runtime, table, site_id=site_id, at=now()):
        tally.add(looked)
    with runtime.database.begin() as session:
        site = session.get_one(Site, site_id)
        taken = start(session, site, filename="bench.csv", file_digest="0" * 64, storage_key=None, by=None, at=now())
        note_checked(session, taken, tally, at=now())
        approve(session, taken, without_wrong=False, by=None, at=now())
        import_id = taken.id
    lines = open_table(runtime, table, site_id=site_id, at=now())
    at_hand = OpenRegister(import_id, ImportState.IMPORTING, lines, len(table.lines), tally)
    held: list[float] = []
    begun = time.perf_counter()
    while import_some(runtime, at_hand):
        held.append(time.perf_counter() - begun)
        begun = time.perf_counter()
    end_import(runtime, at_hand)
    return held


def _wrong(database: Database) -> int:
    """Return how many lines did not become cases, and how many cases do not hold."""
    with database.read() as session:
        missing = LINES - session.execute(select(func.count()).select_from(Case)).scalar_one()
        return missing + sum(1 for _ in verify_cases(session))


def _floor(database: Database) -> float:
    metadata = MetaData()
    case = Table(
        "floor_case",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("reference", String(9), unique=True),
        Column("received_on", String(10)),
        Column("status", String(40)),
    )
    words = Table(
        "floor_words",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("case_id", Integer),
        Column("words", LargeBinary),
    )
    metadata.create_all(database.engine)
    begun = time.perf_counter()
    with database.begin() as session:
        rows = [
            {"id": n, "reference": f"{n:09}", "received_on": "2026-01-01", "status": "closed"} for n in range(LINES)
        ]
        session.connection().execute(insert(case), rows)
        body = _WORDS.encode()
        session.connection().execute(insert(words), [{"case_id": n, "words": body} for n in range(LINES)])
    return time.perf_counter() - begun
