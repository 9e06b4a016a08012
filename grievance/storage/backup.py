"""One encrypted file with everything: all rows of all tables and all stored files.

The form is the same for every database, so that a backup of SQLite can be restored into PostgreSQL. It is a sequence of
sealed chunks, each bound to its place, ended by a mark: a file cut short, reordered or put together from two does not
restore. Inside a chunk is gzip over one JSON value. The keys are not in it; without them it is noise.
"""

import base64
import gzip
import itertools
import json
import os
import secrets
import struct
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import Connection, MetaData, Table, insert, select, text
from sqlalchemy.orm import Session

from grievance.crypto.keyring import CannotOpen, KeyRing
from grievance.storage.files import Storage

MAGIC = b"GRIEVANCE-BACKUP-1\n"
ROWS_PER_CHUNK = 500
_LENGTH = struct.Struct(">Q")


class NotABackup(Exception):
    """The file is not a backup, is cut short, was changed, or belongs to other keys."""


class TargetNotEmpty(Exception):
    """The database to restore into already holds rows; `table` names the first found."""

    def __init__(self, table: str) -> None:
        super().__init__(table)
        self.table = table


class WrongSchema(Exception):
    """The backup was made by a version with another schema."""

    def __init__(self, found: str) -> None:
        super().__init__(found)
        self.found = found


Progress = Callable[[str, int], None]
"""Told the name of a table, or "files", and how many were done."""


def write_backup(
    session: Session,
    storage: Storage,
    metadata: MetaData,
    path: Path,
    *,
    keys: KeyRing,
    schema: str,
    progress: Progress,
) -> None:
    """Write a consistent backup while everything runs.

    `session` reads and has not been used yet. All tables are read in one transaction: SQLite's read snapshot,
    PostgreSQL's REPEATABLE READ. Files are only ever added before the row that names them, and are read after the rows,
    so every named file is there.
    """
    beside = path.with_name(path.name + ".part")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as handle:
        writer = _Writer(handle, keys)
        writer.add({"schema": schema})
        _freeze_view(session)
        for table in metadata.sorted_tables:
            for rows in _chunks(session.connection(), table):
                writer.add({"table": table.name, "rows": rows})
                progress(table.name, len(rows))
        for key, _ in storage.stored():
            writer.add({"file": key, "bytes": base64.b64encode(storage.get(key)).decode()})
            progress("files", 1)
        writer.add({"end": True})
        handle.flush()
        os.fsync(handle.fileno())
    beside.rename(path)


def read_backup(
    session: Session,
    storage: Storage,
    metadata: MetaData,
    path: Path,
    *,
    keys: KeyRing,
    schema: str,
    progress: Progress,
) -> None:
    """Restore a backup into an empty database of the same schema, in the caller's unit: all of it or nothing.

    Raises:
        NotABackup, TargetNotEmpty, WrongSchema: nothing was changed.
    """
    with path.open("rb") as handle:
        connection = session.connection()
        _refuse_rows(connection, metadata)
        chunks = _read(handle, keys)
        head = next(chunks)
        if head.get("schema") != schema:
            raise WrongSchema(str(head.get("schema")))
        deferred: list[tuple[Table, dict[str, Any]]] = []
        for chunk in chunks:
            if "table" in chunk:
                table = metadata.tables[chunk["table"]]
                _insert(connection, table, chunk["rows"], deferred)
                progress(table.name, len(chunk["rows"]))
            elif "file" in chunk:
                storage.put_under(chunk["file"], base64.b64decode(chunk["bytes"]))
                progress("files", 1)
        for table, row in deferred:
            connection.execute(table.update().where(table.c.id == row["id"]).values(row))
        if connection.dialect.name == "postgresql":
            _set_sequences(connection, metadata)


def _freeze_view(session: Session) -> None:
    if session.get_bind().dialect.name == "postgresql":
        session.connection().execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"))


def _chunks(connection: Connection, table: Table) -> Iterator[list[dict[str, Any]]]:
    order = list(table.primary_key.columns)
    result = connection.execution_options(yield_per=ROWS_PER_CHUNK).execute(select(table).order_by(*order))
    for rows in result.mappings().partitions(ROWS_PER_CHUNK):
        yield [{name: _as_json(value) for name, value in row.items()} for row in rows]


def _insert(
    connection: Connection, table: Table, rows: Sequence[dict[str, Any]], deferred: list[tuple[Table, dict[str, Any]]]
) -> None:
    """Insert rows; columns that point into the same table are filled afterwards, when their target is there."""
    own = [
        column.name for column in table.columns if any(foreign.column.table is table for foreign in column.foreign_keys)
    ]
    values = []
    for row in rows:
        value = {name: _from_json(item) for name, item in row.items()}
        pointing = {name: value[name] for name in own if value[name] is not None}
        if pointing:
            deferred.append((table, {"id": value["id"], **pointing}))
            value.update(dict.fromkeys(pointing))
        values.append(value)
    connection.execute(insert(table), values)


def _refuse_rows(connection: Connection, metadata: MetaData) -> None:
    for table in metadata.sorted_tables:
        if connection.execute(select(table).limit(1)).first() is not None:
            raise TargetNotEmpty(table.name)


def _set_sequences(connection: Connection, metadata: MetaData) -> None:
    """Rows came with their ids; the next one that PostgreSQL gives must come after them."""
    for table in metadata.sorted_tables:
        if "id" in table.columns and table.columns["id"].autoincrement:
            connection.execute(
                text(
                    f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), "  # noqa: S608  # our own names
                    f"COALESCE((SELECT MAX(id) FROM {table.name}), 0) + 1, false)"
                )
            )


def _as_json(value: Any) -> Any:  # noqa: ANN401  # any column value
    if isinstance(value, bytes | memoryview):
        return {"$bytes": base64.b64encode(bytes(value)).decode()}
    if isinstance(value, datetime):
        return {"$at": value.isoformat()}
    if isinstance(value, date):
        return {"$on": value.isoformat()}
    return {"$json": value} if isinstance(value, dict | list) else value


def _from_json(value: Any) -> Any:  # noqa: ANN401  # any column value
    if not isinstance(value, dict):
        return value
    ((kind, inner),) = value.items()
    readers: dict[str, Callable[[Any], Any]] = {
        "$bytes": base64.b64decode,
        "$at": datetime.fromisoformat,
        "$on": date.fromisoformat,
        "$json": lambda item: item,
    }
    return readers[kind](inner)


class _Writer:
    """Seals chunk after chunk; a chunk is bound to this file's random id and to its number."""

    def __init__(self, handle: BinaryIO, keys: KeyRing) -> None:
        self._handle = handle
        self._keys = keys
        self._id = secrets.token_hex(16)
        self._number = 0
        handle.write(MAGIC + self._id.encode() + b"\n")

    def add(self, value: dict[str, Any]) -> None:
        """Seal one value and write it."""
        plain = gzip.compress(json.dumps(value, separators=(",", ":")).encode(), compresslevel=5)
        sealed = self._keys.seal(f"backup:{self._id}:{self._number}", plain)
        self._handle.write(_LENGTH.pack(len(sealed)) + sealed)
        self._number += 1


def _read(handle: BinaryIO, keys: KeyRing) -> Iterator[dict[str, Any]]:
    if handle.readline() != MAGIC:
        raise NotABackup("does not begin like one")
    file_id = handle.readline().strip().decode(errors="replace")
    for number in itertools.count():
        head = handle.read(_LENGTH.size)
        if len(head) != _LENGTH.size:
            raise NotABackup("cut short")
        try:
            plain = keys.open(f"backup:{file_id}:{number}", handle.read(_LENGTH.unpack(head)[0]))
        except CannotOpen as error:
            raise NotABackup("changed, or sealed with other keys") from error
        value: dict[str, Any] = json.loads(gzip.decompress(plain))
        if value.get("end"):
            return
        yield value
