"""The file of a SQLite database, on a machine that others use too."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from sqlalchemy import text

from grievance.core.db import Database
from tests.support.keys import make_ring


def test_no_other_account_of_the_machine_can_read_the_database(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        database = Database(f"sqlite:///{tmp_path / 'new.sqlite'}", keys=make_ring())
        with database.begin() as session:
            session.execute(text("CREATE TABLE t (x)"))
            open_to = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
        database.dispose()
    finally:
        os.umask(before)

    assert set(open_to) >= {"new.sqlite", "new.sqlite-wal", "new.sqlite-shm"}
    assert set(open_to.values()) == {0o600}
