"""Open pages as finished answers: built once, answered from memory for some seconds, before the framework wakes up.

They are the same for everybody, hold no form and set no cookie, so that nothing in them is a secret. After
LASTS_SECONDS a page is built anew from the database, so that a correction shows in every process without anybody
telling the others.

This stands around the application, not in it: finding the route, opening a session and asking the limits cost six
times what the answer itself does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING, Any

from flask import Response

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LASTS_SECONDS = 10
"""How long another process may still show what a correction replaced."""
BROWSER_SECONDS = 60
MOST_ANSWERS = 500
"""A bound on memory, at some 10 kB an answer; sites and quarters hardly reach it."""

MARK = "X-Kept"
"""Header by which a view says that its answer may be kept. It never leaves the house."""

NOT_IN_304 = frozenset({"content-length", "content-type", "content-encoding", "content-disposition"})

Headers = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer with all its headers, in one encoding."""

    headers: Headers
    body: bytes
    etag: str
    until: float


@dataclass(slots=True)
class KeptPages:
    """The answers that this process keeps, by address and by whether they are compressed."""

    answers: dict[tuple[str, bool], Answer] = field(default_factory=dict)

    def around(self, inner: WSGIApplication) -> WSGIApplication:
        """Return the application with the kept answers before it."""

        def outer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            method = environ["REQUEST_METHOD"]
            if method not in {"GET", "HEAD"} or environ.get("QUERY_STRING"):
                return _ask(inner, environ, start_response, keep=None)
            key = (environ.get("PATH_INFO", ""), _takes_gzip(environ))
            kept = self.answers.get(key)
            if kept is not None and kept.until > monotonic():
                return _answer(kept, environ, start_response)
            return _ask(
                inner, environ, start_response, keep=(lambda *made: self._keep(key, *made)) if method == "GET" else None
            )

        return outer

    def forget(self) -> None:
        """Build every page anew when it is next asked for: something was published here."""
        self.answers.clear()

    def _keep(self, key: tuple[str, bool], headers: Headers, body: bytes) -> Answer:
        if len(self.answers) >= MOST_ANSWERS:
            self.answers.clear()
        etag = next((value for name, value in headers if name.lower() == "etag"), "")
        kept = Answer(headers, body, etag, monotonic() + LASTS_SECONDS)
        self.answers[key] = kept
        return kept


def may_be_kept(response: Response) -> Response:
    """Let this process and everybody's browser keep an answer that is the same for everybody."""
    response.headers["Cache-Control"] = f"public, max-age={BROWSER_SECONDS}"
    response.headers[MARK] = "1"
    response.add_etag(weak=True)
    return response


def _ask(
    inner: WSGIApplication,
    environ: WSGIEnvironment,
    start_response: StartResponse,
    *,
    keep: Callable[[Headers, bytes], Answer] | None,
) -> Iterable[bytes]:
    """Pass a request on. A marked answer is taken whole and kept; any other goes through as it comes."""
    marked: list[Headers] = []

    def start(status: str, headers: Headers, exc_info: Any = None) -> Callable[[bytes], object]:  # noqa: ANN401  # WSGI
        shown = [(name, value) for name, value in headers if name != MARK]
        if len(shown) == len(headers) or not status.startswith("200"):
            return start_response(status, shown, exc_info)
        marked.append(shown)
        return _no_write

    body = inner(environ, start)
    if not marked:
        return body
    whole = b"".join(body)
    if hasattr(body, "close"):
        body.close()
    if keep is None or not _is_for_everybody(marked[0]):
        start_response("200 OK", marked[0])
        return [whole]
    return _answer(keep(marked[0], whole), environ, start_response)


def _answer(kept: Answer, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    asked = environ.get("HTTP_IF_NONE_MATCH", "")
    if asked and kept.etag and kept.etag in {tag.strip() for tag in asked.split(",")}:
        start_response("304 NOT MODIFIED", [row for row in kept.headers if row[0].lower() not in NOT_IN_304])
        return [b""]
    start_response("200 OK", [*kept.headers])
    return [b""] if environ["REQUEST_METHOD"] == "HEAD" else [kept.body]


def _is_for_everybody(headers: Headers) -> bool:
    """Return whether an answer stayed public on its way out: a cookie or a form token makes it one person's."""
    names = {name.lower(): value for name, value in headers}
    return "set-cookie" not in names and names.get("cache-control", "").startswith("public")


def _takes_gzip(environ: WSGIEnvironment) -> bool:
    """Return whether a browser takes gzip. A refusal is written `gzip;q=0`, which nearly nobody sends."""
    wanted = environ.get("HTTP_ACCEPT_ENCODING", "")
    return "gzip" in wanted and "gzip;q=0" not in wanted.replace(" ", "")


def _no_write(_data: bytes) -> None:
    """Stand in for WSGI's old way of writing, which nothing here uses."""
