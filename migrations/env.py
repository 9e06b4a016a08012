"""How migrations run: one transaction, a lock so that two starts do not migrate at once, and time limits.

A migration that waits for a lock makes every request behind it wait too; it gives up after a few seconds instead.
"""

from typing import Any

from alembic import context
from sqlalchemy import Connection, create_engine, event, pool, text

from grievance.registry import metadata

LOCK_TIMEOUT_SECONDS = 5
STATEMENT_TIMEOUT_SECONDS = 600
ADVISORY_LOCK = 7_203_114_900
"""Any number that nothing else in the database uses."""


def run() -> None:
    """Bring the database to the wanted revision."""
    url = context.config.get_main_option("sqlalchemy.url")
    if url is None:
        raise RuntimeError("sqlalchemy.url is not set")
    if url.startswith("postgresql://"):
        url = url.replace("postgresql://", "postgresql+psycopg://", 1)
    engine = create_engine(url, poolclass=pool.NullPool)
    is_sqlite = engine.dialect.name == "sqlite"
    if is_sqlite:
        # The driver's own transactions would leave half a migration behind: the transaction is opened by hand.
        event.listen(engine, "connect", _by_hand)
        event.listen(engine, "begin", _begin)
    with engine.connect() as connection:
        if is_sqlite:
            # Rebuilding a table drops it; with foreign keys on, ON DELETE CASCADE would empty its children.
            connection.connection.execute("PRAGMA foreign_keys=OFF")
        else:
            _limit(connection)
        context.configure(
            connection=connection,
            target_metadata=metadata,
            render_as_batch=is_sqlite,
            compare_type=True,
            compare_server_default=True,
        )
        with context.begin_transaction():
            context.run_migrations()
            if is_sqlite:
                _refuse_orphans(connection)
        connection.commit()
    engine.dispose()


def _by_hand(connection: Any, _record: object) -> None:  # noqa: ANN401  # DBAPI objects have no common type
    connection.isolation_level = None


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _limit(connection: Connection) -> None:
    connection.execute(text(f"SET lock_timeout = '{LOCK_TIMEOUT_SECONDS}s'"))
    connection.execute(text(f"SET statement_timeout = '{STATEMENT_TIMEOUT_SECONDS}s'"))
    connection.execute(text(f"SELECT pg_advisory_xact_lock({ADVISORY_LOCK})"))


def _refuse_orphans(connection: Connection) -> None:
    orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if orphans:
        raise RuntimeError(f"the migration would leave {len(orphans)} rows without their parent")


run()
