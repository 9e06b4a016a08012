"""The fixtures keep their promises: real engines, nothing left behind, nobody reached outside."""

from __future__ import annotations

import socket

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from grievance.core.db import Database
from tests.support.network import ReachedOutside

ROW = text("CREATE TABLE left_behind (id INTEGER)")


def test_session_runs_on_the_engine_it_is_named_for(session: Session, engine_name: str) -> None:
    assert session.get_bind().dialect.name == engine_name


@pytest.mark.parametrize("turn", ["first", "second"])
def test_what_a_session_commits_is_gone_in_the_next_test(session: Session, turn: str) -> None:
    session.execute(ROW)
    session.commit()

    session.execute(text("INSERT INTO left_behind VALUES (1)"))
    session.rollback()

    assert session.execute(text("SELECT count(*) FROM left_behind")).scalar_one() == 0


@pytest.mark.parametrize("turn", ["first", "second"])
def test_database_really_commits_and_is_new_each_time(database: Database, turn: str) -> None:
    with database.begin() as unit:
        unit.execute(ROW)

    with database.read() as later:
        assert later.execute(text("SELECT count(*) FROM left_behind")).scalar_one() == 0


def test_two_connections_see_each_others_commits(database: Database) -> None:
    with database.begin() as unit:
        unit.execute(ROW)
    with database.begin() as first:
        first.execute(text("INSERT INTO left_behind VALUES (1)"))
        with database.read() as meanwhile:
            assert meanwhile.execute(text("SELECT count(*) FROM left_behind")).scalar_one() == 0

    with database.read() as after:
        assert after.execute(text("SELECT count(*) FROM left_behind")).scalar_one() == 1


def test_a_socket_to_another_machine_is_refused() -> None:
    with socket.socket() as outside, pytest.raises(ReachedOutside):
        outside.connect(("192.0.2.1", 80))


def test_a_foreign_name_is_not_even_looked_up() -> None:
    with pytest.raises(ReachedOutside):
        socket.create_connection(("example.com", 80), timeout=1)


def test_a_socket_to_this_machine_is_allowed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as near:
        assert near.getpeername()[0] == "127.0.0.1"


@pytest.mark.parametrize("turn", ["first", "second"])
def test_rows_of_one_test_are_gone_in_the_next(database: Database, turn: str) -> None:
    with database.begin() as unit:
        count = unit.execute(text("SELECT count(*) FROM operator")).scalar_one()
        columns = {"public_id": "'op'", "name": "'Molino Ficticio'"}
        unit.execute(text(f"INSERT INTO operator ({', '.join(columns)}) VALUES ({', '.join(columns.values())})"))

    assert count == 0
