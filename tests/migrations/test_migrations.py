"""The migrations make exactly what the models say, and can be taken back."""

from __future__ import annotations

import ast
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import column, create_engine, inspect, select, table

from grievance.cases.models import Case, Complainant
from grievance.core.db import Database, UTCDateTime
from grievance.core.schema import upgrade
from grievance.crypto.fields import COVER
from grievance.registry import metadata
from tests.support.places import WEDNESDAY, file_case, make_site
from tests.support.schema import migrate, revision_files, unmigrate


def test_the_models_are_what_the_migrations_make(database_url: str) -> None:
    engine = create_engine(database_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})

        differences = compare_metadata(context, metadata)

    engine.dispose()
    assert differences == [], "write a migration for it"


def test_down_and_up_again_leaves_the_same_schema(empty_database_url: str) -> None:
    migrate(empty_database_url)
    before = described(empty_database_url)

    unmigrate(empty_database_url)
    emptied = described(empty_database_url)
    migrate(empty_database_url)

    assert emptied.keys() == {"alembic_version"}
    assert described(empty_database_url) == before


def test_upgrading_twice_changes_nothing(database_url: str) -> None:
    before = described(database_url)

    upgrade(database_url)

    assert described(database_url) == before


def test_whose_words_were_covered_is_blocked_as_a_person(database: Database, database_url: str) -> None:
    with database.begin() as session:
        site = make_site(session)
        blocked, other = file_case(session, site), file_case(session, site)
        blocked.submission.words_sealed = COVER + (blocked.submission.words_sealed or b"")
        blocked.case.blocked_at = other.case.blocked_at = WEDNESDAY
        ids = [blocked.complainant.id, other.complainant.id]

    unmigrate(database_url, "0004")
    upgrade(database_url)

    with database.read() as session:
        rows = select(Complainant.blocked_at, Case.blocked_at).join(Case, Case.id == Complainant.case_id)
        found = [tuple(session.execute(rows.where(Complainant.id == one)).one()) for one in ids]
    assert found == [(WEDNESDAY, WEDNESDAY), (None, None)]


def test_whoever_objected_to_being_asked_has_done_so_as_a_person(database: Database, database_url: str) -> None:
    with database.begin() as session:
        site = make_site(session)
        filed = [file_case(session, site) for _ in range(2)]
        ids, objected = [one.complainant.id for one in filed], filed[0].case.id
    unmigrate(database_url, "0004")
    with database.engine.begin() as connection:
        cases = table("cases", column("id"), column("asked_no_more_at", UTCDateTime()))
        connection.execute(cases.update().where(cases.c.id == objected).values(asked_no_more_at=WEDNESDAY))
    upgrade(database_url)

    with database.read() as session:
        found = [session.get_one(Complainant, one).asked_no_more_at for one in ids]
    assert found == [WEDNESDAY, None]


def test_migrations_are_numbered_without_a_gap() -> None:
    numbers = [int(path.name.split("_")[0]) for path in revision_files()]

    assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize("path", revision_files(), ids=lambda path: path.stem)
def test_each_migration_follows_the_one_before_and_says_why(path: Any) -> None:
    number = int(path.name.split("_")[0])
    tree = ast.parse(path.read_text(encoding="utf-8"))
    values = {
        name: ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None
        for name in named(node)
        if name in {"revision", "down_revision"}
    }

    assert ast.get_docstring(tree)
    assert values["revision"] == f"{number:04}"
    assert values["down_revision"] == (f"{number - 1:04}" if number > 1 else None)


def named(node: ast.Assign | ast.AnnAssign) -> list[str]:
    """Return the plain names that a statement gives a value to."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return [target.id for target in targets if isinstance(target, ast.Name)]


def described(url: str) -> dict[str, Any]:
    """Describe every table: its columns with type, default and nullability, its keys, checks and indexes."""
    engine = create_engine(url)
    seen = inspect(engine)
    found = {
        table: {
            "columns": {
                column["name"]: (str(column["type"]), column["nullable"], column["default"])
                for column in seen.get_columns(table)
            },
            "primary key": seen.get_pk_constraint(table)["constrained_columns"],
            "foreign keys": sorted(str(sorted(key.items(), key=str)) for key in seen.get_foreign_keys(table)),
            "unique": sorted(str(rule["column_names"]) for rule in seen.get_unique_constraints(table)),
            "checks": sorted(str(rule["sqltext"]) for rule in seen.get_check_constraints(table)),
            "indexes": sorted(str(index["column_names"]) for index in seen.get_indexes(table)),
        }
        for table in seen.get_table_names()
    }
    engine.dispose()
    return found
