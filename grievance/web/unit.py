"""The unit of work of a request: one session, opened when first asked for, committed once before the answer leaves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, cast

from flask import Flask, Response, g, request
from flask import current_app as flask_app

from grievance.core import clock
from grievance.runtime import Runtime

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

READING_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class Unit:
    """What a view works with. `now` is the one instant of this request, aware, in UTC."""

    def __init__(self, runtime: Runtime, *, now: datetime, is_writing: bool) -> None:
        self.runtime = runtime
        self.now = now
        self._is_writing = is_writing
        self._session: Session | None = None

    @property
    def session(self) -> Session:
        """Return the session: one that only reads on GET and HEAD, one that writes otherwise."""
        if self._session is None:
            database = self.runtime.database
            self._session = database.writing_session() if self._is_writing else database.reading_session()
        return self._session

    def write(self) -> Session:
        """Return the writing session, also on GET: for reads that leave a line in the audit trail.

        Call it before anything is loaded: rows that came through the reading session belong to no session afterwards.
        """
        if not self._is_writing:
            self.close()
            self._is_writing = True
        return self.session

    @contextmanager
    def glance(self) -> Iterator[Session]:
        """Give a reading session of its own, closed at the end of the block: no transaction stays open behind it."""
        with self.runtime.database.read() as session:
            yield session

    def undo(self) -> None:
        """Forget everything done in this unit so far, for a view that answers a refusal with its form.

        Without it, what an operation had flushed before it refused would be committed with the answer.
        """
        self.close()

    def finish(self) -> None:
        """Commit what was written. Whatever happens, nothing of this unit stays open."""
        try:
            if self._session is not None and self._is_writing:
                self._session.commit()
        finally:
            self.close()

    def close(self) -> None:
        """Roll back what was not committed and give the connection back."""
        if self._session is not None:
            self._session.close()
            self._session = None


def register_unit(app: Flask, runtime: Runtime) -> None:
    """Give every request of an app its unit of work."""
    app.extensions["grievance"] = runtime
    app.after_request(_finish)
    app.teardown_request(_close)


def current() -> Unit:
    """Return the unit of work of this request."""
    if "unit" not in g:
        g.unit = Unit(current_runtime(), now=clock.now(), is_writing=request.method not in READING_METHODS)
    return cast("Unit", g.unit)


def current_runtime() -> Runtime:
    """Return what this app runs on."""
    return cast("Runtime", flask_app.extensions["grievance"])


def _finish(response: Response) -> Response:
    unit: Unit | None = g.get("unit")
    if unit is None:
        return response
    if g.get("failed"):
        # An error page looks like success to Flask; errors.py leaves this mark.
        unit.close()
    else:
        unit.finish()
    return response


def _close(_error: BaseException | None) -> None:
    unit: Unit | None = g.get("unit")
    if unit is not None:
        unit.close()
