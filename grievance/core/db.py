"""The database: base class, naming of constraints, the instant column, and `Database`, which owns the unit of work.

Not for: queries (each package has its own `queries`), nor for deciding when to commit (adapters open the unit).
"""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol, TypeVar, cast

from sqlalchemy import (
    CheckConstraint,
    DateTime,
    Dialect,
    Engine,
    Insert,
    MetaData,
    String,
    Table,
    create_engine,
    event,
    insert,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class NaiveInstant(ValueError):
    """An instant without a time zone was about to be stored."""


_T = TypeVar("_T")


class UTCDateTime(TypeDecorator[datetime]):
    """An aware instant, kept in UTC.

    SQLite stores the wall time and drops the offset, so 12:00-03:00 would come back as a naive 12:00:
    this type converts before storing, refuses naive values, and marks what it reads as UTC.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Convert to UTC on the way in."""
        del dialect
        if value is None:
            return None
        if value.tzinfo is None:
            raise NaiveInstant(repr(value))
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Mark as UTC on the way out."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Base of every model."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: UTCDateTime}  # noqa: RUF012  # read once by SQLAlchemy


def one_of(column: str, values: type[Any], *, nullable: bool = False) -> CheckConstraint:
    """Return the check that keeps an enum column to the values of `values`, a StrEnum."""
    allowed = ", ".join(f"'{value.value}'" for value in values)
    rule = f"{column} IN ({allowed})"
    return CheckConstraint(f"{column} IS NULL OR {rule}" if nullable else rule, name=f"{column}_known")


def short_text(length: int = 40) -> String:
    """Return the column type of a short code."""
    return String(length)


class SessionKeys(Protocol):
    """What a session carries for sealing columns; the key ring of `grievance.crypto` fulfils it."""

    def seal(self, context: str, plain: bytes) -> bytes:
        """Encrypt bound to a context."""
        ...


class Database:
    """One database with its pool. `begin()` is the unit of work: it commits once at the end, or rolls back."""

    def __init__(
        self, url: str, *, keys: SessionKeys, pool_size: int = 5, address: str = "", any_hour: bool = False
    ) -> None:
        self.url = make_url(url)
        self.keys = keys
        # What every session carries. The address is for links in texts only; `any_hour` lets a demo text at night.
        self._carried = {"keys": keys, "address": address, "any_hour": any_hour}
        if self.url.drivername == "postgresql":
            self.url = self.url.set(drivername="postgresql+psycopg")
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _sqlite_engine(self.url, pool_size) if self.is_sqlite else _postgres_engine(self.url, pool_size)
        # The same pool, but BEGIN instead of BEGIN IMMEDIATE: readers neither queue nor block.
        self._reading = self.engine.execution_options(read_only=True)
        # SQLite reads from a snapshot in any case; PostgreSQL would show each statement what was committed by then.
        self._frozen = self._reading
        if not self.is_sqlite:
            self._frozen = self._reading.execution_options(isolation_level="REPEATABLE READ")

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """Open a writing unit of work; commit when the block ends well, roll back when it raises."""
        session = self.writing_session()
        try:
            yield session
            session.commit()
        finally:
            session.close()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open a session that only reads; nothing it does is kept."""
        session = self.reading_session()
        try:
            yield session
        finally:
            session.close()

    @contextmanager
    def snapshot(self) -> Iterator[Session]:
        """Open a session that only reads, and in every statement what stood at the first: for comparing rows."""
        session = Session(self._frozen, expire_on_commit=False, autoflush=False, info=dict(self._carried))
        try:
            yield session
        finally:
            session.close()

    def writing_session(self) -> Session:
        """Return a session whose transaction may write. The caller commits and closes."""
        return Session(self.engine, expire_on_commit=False, info=dict(self._carried))

    def reading_session(self) -> Session:
        """Return a session that only reads. The caller closes."""
        return Session(self._reading, expire_on_commit=False, autoflush=False, info=dict(self._carried))

    def answers(self) -> bool:
        """Return whether the database answers a trivial question."""
        with self._reading.connect() as connection:
            return bool(connection.execute(text("SELECT 1")).scalar_one())

    def dispose(self) -> None:
        """Close all pooled connections."""
        self.engine.dispose()


def lock_row(session: Session, model: type[Any], **where: Any) -> None:  # noqa: ANN401  # any column value
    """Take the row lock that serialises work on one row until the unit ends.

    On SQLite the writing transaction is already alone (BEGIN IMMEDIATE), so this is one cheap read.
    """
    session.execute(select(model.id).filter_by(**where).with_for_update()).all()


def _sqlite_engine(url: Any, pool_size: int) -> Engine:  # noqa: ANN401  # sqlalchemy.URL
    engine = create_engine(url, pool_size=pool_size, max_overflow=20, connect_args={"timeout": 30})
    lock_path = Path(f"{url.database}.writer")

    event.listen(engine, "do_connect", lambda *_: _make_private(url.database))

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, record: Any) -> None:  # noqa: ANN401  # DBAPI objects have no common type
        # The driver must not open transactions by itself: a plain BEGIN that later writes fails with
        # "database is locked" at once, without waiting, when another writer came in between.
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
            connection.execute(f"PRAGMA {pragma}")
        record.info["writer"] = os.open(lock_path, os.O_RDWR | os.O_CREAT, 0o600)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if connection.get_execution_options().get("read_only"):
            connection.exec_driver_sql("BEGIN")
            return
        # Writers queue on a blocking file lock. SQLite's own busy handler sleeps and retries, which
        # doubles the 95th percentile at eight writers; a queue wakes the next one at once.
        fcntl.flock(connection.connection.info["writer"], fcntl.LOCK_EX)
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    @event.listens_for(engine, "checkin")
    def release(connection: Any, record: Any) -> None:  # noqa: ANN401  # DBAPI objects have no common type
        del connection
        if "writer" in record.info:
            fcntl.flock(record.info["writer"], fcntl.LOCK_UN)

    @event.listens_for(engine, "close")
    def close(connection: Any, record: Any) -> None:  # noqa: ANN401  # DBAPI objects have no common type
        del connection
        descriptor = record.info.pop("writer", None)
        if descriptor is not None:
            os.close(descriptor)

    return engine


def _make_private(path: str | None) -> None:
    # SQLite would make the file readable by every account of the machine; what it keeps beside follows the file.
    if path and path != ":memory:":
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def _postgres_engine(url: Any, pool_size: int) -> Engine:  # noqa: ANN401  # sqlalchemy.URL
    return create_engine(url, pool_size=pool_size, max_overflow=20, pool_pre_ping=True)


def insert_if_new(session: Session, model: type[Any]) -> Any:  # noqa: ANN401  # the two engines' types have no base
    """Return an INSERT of one row that does nothing when a unique column already holds its value.

    Add `.values(…)` and `.returning(…)`: an empty result means that somebody came before. The database decides, and
    unlike a caught error this needs no savepoint.
    """
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    return (sqlite.insert(model) if is_sqlite else postgresql.insert(model)).on_conflict_do_nothing()


def insert_once(session: Session, model: type[Any], values: dict[str, Any]) -> int | None:
    """Insert one row and return its id, or None when a unique column already holds its value.

    Below the mapper: nothing pending is flushed first, and the row is not in the session. It is for the texts, of which
    many come at once, and takes a third of the time of the same insert through the mapper.
    """
    statement = _insert_once(session.get_bind().dialect.name, model.__table__)
    return cast("int | None", session.connection().execute(statement, values).scalar_one_or_none())


def insert_many(session: Session, model: type[Any], rows: list[dict[str, Any]]) -> None:
    """Insert rows in their order, in one statement, below the mapper like `insert_once`."""
    session.connection().execute(_insert_many(model.__table__), rows)


def insert_for_ids(session: Session, model: type[Any], rows: list[dict[str, Any]]) -> list[int]:
    """Insert rows like `insert_many` and return their ids in the order of the rows."""
    return list(session.connection().execute(_insert_for_ids(model.__table__), rows).scalars())


def values_of(row: Base) -> dict[str, Any]:
    """Return what the mapper would insert for a row that is in no session: every column but `id`, defaults filled in.

    All rows of a model have the same keys, as `insert_many` needs them.
    """
    given = vars(row)
    return {name: given.get(name, default) for name, default in _defaults(type(row))}


@lru_cache(maxsize=64)
def _insert_once(dialect_name: str, table: Table) -> Any:  # noqa: ANN401  # as insert_if_new
    dialect = sqlite if dialect_name == "sqlite" else postgresql
    return dialect.insert(table).on_conflict_do_nothing().returning(table.c.id)


@lru_cache(maxsize=64)
def _insert_many(table: Table) -> Insert:
    return insert(table)


@lru_cache(maxsize=64)
def _insert_for_ids(table: Table) -> Any:  # noqa: ANN401  # a statement that returns has a type of its own
    return insert(table).returning(table.c.id, sort_by_parameter_order=True)


@lru_cache(maxsize=64)
def _defaults(model: type[Base]) -> tuple[tuple[str, Any], ...]:
    """Return (column, default) of a model; a default that is made anew for each row has to be given."""
    columns = [column for column in model.__table__.columns if column.name != "id"]
    return tuple(
        (column.name, column.default.arg if column.default is not None and column.default.is_scalar else None)
        for column in columns
    )


class Unreadable(Exception):
    """Something stored cannot be read, or not compared, though the database answers: somebody wrote it otherwise."""


def read_apart(session: Session, read: Callable[[], _T]) -> _T:
    """Return what a reading of stored rows returns, for whoever goes on with the next where one cannot be read.

    In a savepoint, since PostgreSQL refuses every statement after one that failed. What was loaded before is forgotten.

    Raises:
        Unreadable: the reading failed, whatever the error, and the database answers all the same.
    """
    try:
        with session.begin_nested():
            return read()
    except Exception as error:
        session.expunge_all()
        if isinstance(error, DBAPIError):
            # Text that is no text is an error of the driver like a lost connection: this raises for the latter.
            session.execute(select(1))
        raise Unreadable from error


def rows_changed(result: Any) -> int:  # noqa: ANN401  # Result of an UPDATE or DELETE
    """Return how many rows an UPDATE or DELETE touched: a claim is won when this is one."""
    return cast("int", result.rowcount)
