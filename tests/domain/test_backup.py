"""Backup and restore: everything comes back, nothing is readable, and a broken file restores nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from grievance.cases.models import Submission
from grievance.core.config import NamedKey
from grievance.core.db import Database
from grievance.core.schema import head
from grievance.crypto.fields import unseal
from grievance.crypto.keyring import KeyRing
from grievance.registry import metadata
from grievance.storage.backup import NotABackup, TargetNotEmpty, WrongSchema, read_backup, write_backup
from grievance.storage.files import FileMissing, Storage, open_storage
from tests.support.engines import Engine
from tests.support.keys import CHAIN_KEY, CODE_KEY
from tests.support.places import file_case, make_site

WORDS = "palabras inconfundibles"


def quiet(_what: str, _done: int) -> None:
    """Take no note of progress."""


@pytest.fixture
def storage(tmp_path: Path, keys: KeyRing) -> Storage:
    return open_storage(f"file://{tmp_path}/files", keys)


@pytest.fixture
def backup(database: Database, storage: Storage, tmp_path: Path, keys: KeyRing) -> Path:
    with database.begin() as session:
        file_case(session, make_site(session), words=WORDS)
    storage.put(b"a picture")
    path = tmp_path / "backup.bin"
    with database.read() as session:
        write_backup(session, storage, metadata, path, keys=keys, schema=head() or "", progress=quiet)
    return path


def restore(path: Path, target: Database, storage: Storage, keys: KeyRing, schema: str | None = None) -> None:
    with target.begin() as session:
        read_backup(session, storage, metadata, path, keys=keys, schema=schema or head() or "", progress=quiet)


@pytest.fixture
def target(engine: Engine, keys: KeyRing) -> Iterator[Database]:
    url = engine.create()
    empty = Database(url, keys=keys)
    yield empty
    empty.dispose()
    engine.remove(url)


def test_words_and_files_come_back_and_new_rows_follow(
    backup: Path, target: Database, tmp_path: Path, keys: KeyRing
) -> None:
    elsewhere = open_storage(f"file://{tmp_path}/elsewhere", keys)

    restore(backup, target, elsewhere, keys)

    with target.begin() as session:
        submission = session.scalars(select(Submission)).one()
        assert unseal(session, submission, "words") == WORDS
        assert file_case(session, make_site(session, slug="otra", line=None)).submission.id > submission.id
    assert [elsewhere.get(key) for key, _ in elsewhere.stored()] == [b"a picture"]


def test_nothing_in_the_file_is_readable(backup: Path) -> None:
    content = backup.read_bytes()

    assert WORDS.encode() not in content
    assert b"submission" not in content
    assert backup.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("harm", ["cut", "changed", "not a backup", "other keys", "reordered"])
def test_a_broken_file_restores_nothing(
    backup: Path, target: Database, tmp_path: Path, keys: KeyRing, harm: str
) -> None:
    content = backup.read_bytes()
    broken = tmp_path / "broken.bin"
    broken.write_bytes(
        {
            "cut": content[:-40],
            "changed": content[:-20] + b"x" + content[-19:],
            "not a backup": b"hello\n" + content,
            "other keys": content,
            "reordered": content[:100] + content[100:][::-1],
        }[harm]
    )
    ring = (
        KeyRing.from_keys([NamedKey("t2", bytes(range(9, 41)))], CHAIN_KEY, CODE_KEY) if harm == "other keys" else keys
    )

    with pytest.raises(NotABackup):
        restore(broken, target, open_storage(f"file://{tmp_path}/x", ring), ring)

    with target.read() as session:
        assert session.scalars(select(Submission)).all() == []


def test_a_database_with_rows_is_never_overwritten(
    backup: Path, database: Database, storage: Storage, keys: KeyRing
) -> None:
    with pytest.raises(TargetNotEmpty):
        restore(backup, database, storage, keys)


def test_another_schema_is_told(backup: Path, target: Database, storage: Storage, keys: KeyRing) -> None:
    with pytest.raises(WrongSchema):
        restore(backup, target, storage, keys, schema="9999")


def test_a_file_that_is_not_there_is_told(storage: Storage) -> None:
    for key in ("nothing", "../../etc/passwd", ""):
        with pytest.raises(FileMissing):
            storage.get(key)
