"""What every test may ask for. See also tests/support/, and tests/README.md for the rules.

`session` is a writing session inside a transaction that is never kept: fast, for operations and queries.
`database` is a database of its own with real commits: for claims, concurrency, adapters and commands.
Both run once per engine named in TEST_DATABASES.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy.orm import Session

from grievance.core.db import Database
from grievance.crypto.keyring import KeyRing
from tests.support import engines, network
from tests.support.keys import make_ring

# A slow shared machine is no fault of the code under test; pytest-timeout stops what hangs.
settings.register_profile("grievance", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("grievance")


def pytest_configure() -> None:
    """Keep the settings of whoever runs the tests, and other machines, out of them."""
    for name in [name for name in os.environ if name.startswith("GRIEVANCE_")]:
        del os.environ[name]
    network.guard()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run whatever needs a database once per engine."""
    if "engine_name" in metafunc.fixturenames:
        metafunc.parametrize("engine_name", engines.chosen_engines(), scope="session")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Leave nothing on a PostgreSQL server that was given; the controlling process ends last."""
    if not hasattr(session.config, "workerinput"):
        folder = session.config._tmp_path_factory.getbasetemp()  # type: ignore[attr-defined]  # no public way to it
        engines.forget_run(folder)


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """Return the folder that all processes of this run share."""
    base = tmp_path_factory.getbasetemp()
    return base if worker_id == "master" else base.parent


@pytest.fixture(scope="session")
def keys() -> KeyRing:
    """Return the key ring of the tests."""
    return make_ring()


@pytest.fixture(scope="session")
def engine(engine_name: str, shared_folder: Path) -> Iterator[engines.Engine]:
    """Give the maker of databases for the engine of this test."""
    maker = engines.engine_of(engine_name, shared_folder)
    yield maker
    maker.close()


@pytest.fixture(scope="session")
def _kept_database(engine: engines.Engine, keys: KeyRing) -> Iterator[Database]:
    """The database behind `session`: one per process and engine; nothing is ever committed to it."""
    url = engine.create()
    kept = Database(url, keys=keys)
    yield kept
    kept.dispose()
    engine.remove(url)


@pytest.fixture
def session(_kept_database: Database, keys: KeyRing) -> Iterator[Session]:
    """Give a writing session; whatever it commits ends in a savepoint and is rolled back after the test."""
    with _kept_database.engine.connect() as connection:
        outer = connection.begin()
        joined = Session(
            connection, join_transaction_mode="create_savepoint", expire_on_commit=False, info={"keys": keys}
        )
        yield joined
        joined.close()
        outer.rollback()


@pytest.fixture
def database_url(engine: engines.Engine) -> Iterator[str]:
    """Give the address of a database of this test's own, with the migrated schema and no rows."""
    url = engine.create()
    yield url
    engine.remove(url)


@pytest.fixture
def empty_database_url(engine: engines.Engine) -> Iterator[str]:
    """Give the address of a database without any table."""
    url = engine.create_empty()
    yield url
    engine.remove(url)


@pytest.fixture
def database(database_url: str, keys: KeyRing) -> Iterator[Database]:
    """Give a database of this test's own; units of work really commit."""
    own = Database(database_url, keys=keys)
    yield own
    own.dispose()
