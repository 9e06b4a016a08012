"""The unit of work of a request: committed once, before the answer leaves, and only when nothing failed."""

from __future__ import annotations

from datetime import UTC

import pytest
from flask import Flask, Response, abort
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from grievance.core.db import Database
from grievance.runtime import Runtime
from grievance.sites import operations as sites
from grievance.sites.models import Operator, Site
from grievance.web.errors import ErrorWords, translate
from grievance.web.unit import current
from tests.support.web import HOST
from tests.support.web_app import make_bare_app


class CaseClosed(Exception):
    """A domain error with a page of its own."""


def names(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.scalars(select(Operator.name).order_by(Operator.id)))


def send(app: Flask, path: str, method: str = "POST") -> int:
    return app.test_client().open(path, method=method, base_url=HOST).status_code


@pytest.fixture
def own_app(runtime: Runtime) -> Flask:
    """An app with a few views of this test's, one for each way a request can go."""
    app = make_bare_app(runtime)
    app.config["WTF_CSRF_ENABLED"] = False
    app.testing = False
    translate(app, {CaseClosed: ErrorWords(409, "Closed", "Closed", "Closed")})

    def view(path: str) -> ResponseReturnValue:
        unit = current()
        session = unit.write() if path == "audited" else unit.session
        sites.create_operator(session, name=path)
        if path == "aborted":
            abort(404)
        if path == "refused":
            raise CaseClosed
        if path == "broken":
            raise RuntimeError
        if path == "undone":
            unit.undo()
        return path, 422 if path == "form" else 200

    app.add_url_rule("/<path>", "view", view, methods=["GET", "POST"])
    return app


@pytest.mark.parametrize(
    ("path", "status", "is_kept"),
    [
        ("fine", 200, True),
        ("form", 422, True),
        ("undone", 200, False),
        ("aborted", 404, False),
        ("refused", 409, False),
        ("broken", 500, False),
    ],
)
def test_what_is_kept_of_a_request(own_app: Flask, database: Database, path: str, status: int, is_kept: bool) -> None:
    assert send(own_app, f"/{path}") == status
    assert names(database) == ([path] if is_kept else [])


def test_a_reading_request_keeps_nothing(own_app: Flask, database: Database) -> None:
    send(own_app, "/fine", "GET")

    assert names(database) == []


def test_an_audited_read_keeps_its_line(own_app: Flask, database: Database) -> None:
    assert send(own_app, "/audited", "GET") == 200
    assert names(database) == ["audited"]


def test_the_answer_leaves_after_the_commit(own_app: Flask, database: Database) -> None:
    seen: list[list[str]] = []

    def look(response: Response) -> Response:
        seen.append(names(database))
        return response

    own_app.after_request_funcs[None].insert(0, look)

    send(own_app, "/fine")

    # Functions run in reverse: this one comes last, when the answer is about to leave.
    assert seen == [["fine"]]


def test_no_connection_stays_out_after_any_request(own_app: Flask, database: Database) -> None:
    for path in ("fine", "undone", "aborted", "refused", "broken"):
        send(own_app, f"/{path}")
        send(own_app, f"/{path}", "GET")

    assert database.engine.pool.checkedout() == 0  # type: ignore[attr-defined]  # of the pools we use


def test_a_request_that_asks_for_nothing_opens_nothing(runtime: Runtime, database: Database) -> None:
    app = make_bare_app(runtime)
    app.add_url_rule("/idle", "idle", lambda: str(current().now.tzinfo))

    before = database.engine.pool.checkedin()  # type: ignore[attr-defined]  # of the pools we use
    assert app.test_client().get("/idle").text == str(UTC)
    assert database.engine.pool.checkedin() == before  # type: ignore[attr-defined]  # of the pools we use


def test_now_is_one_instant_for_the_whole_request(runtime: Runtime) -> None:
    app = make_bare_app(runtime)
    app.add_url_rule("/now", "now", lambda: str(current().now == current().now))

    assert app.test_client().get("/now").text == "True"


def test_a_commit_that_the_database_refuses_is_an_error_page(runtime: Runtime, database: Database) -> None:
    app = make_bare_app(runtime)
    app.config["WTF_CSRF_ENABLED"] = False
    app.testing = False

    def view() -> str:
        # Flushed only by the commit: the operator named does not exist.
        current().session.add(Site(operator_id=7, slug="x", name="x", sms_name="x"))
        return "done"

    app.add_url_rule("/lost", "lost", view, methods=["POST"])

    assert send(app, "/lost") == 500
    with database.read() as session:
        assert session.scalars(select(Site)).all() == []
