"""Open pages as finished answers: built once, answered from memory for some seconds, before the framework wakes up.

They are the same for everybody, hold no form and set no cookie, so that nothing in them is a secret. After
LASTS_SECONDS a page is built anew from the database, so that a correction shows in every process without anybody
telling the others.

This stands around the application, not in it: finding the route, opening a session and asking the limits cost six
times what the answer itself does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Any

from flask import Response
from werkzeug.wrappers import Response as BaseResponse

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LASTS_SECONDS = 10
"""How long another process may still show what a correction replaced."""
BROWSER_SECONDS = 60
MOST_BYTES = 16 * 1024 * 1024
"""A bound on memory: some four hundred summaries, each plain and compressed. Beyond it everything is built anew."""

MARK = "X-Kept"
"""Header by which a view says that its answer may be kept. It never leaves the house."""
MAY_BE_KEPT, REPLACES = "1", "replaces"
"""Its values: this answer may be kept; what this answer is about replaced what is kept."""

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

    now: Callable[[], float] = monotonic
    most_bytes: int = MOST_BYTES
    answers: dict[tuple[str, bool], Answer] = field(default_factory=dict)
    size: int = 0
    """Bytes of all bodies together."""
    forgotten: int = 0
    """How often everything was forgotten: what was begun before is not kept after."""
    lock: Lock = field(default_factory=Lock)
    """Held for the few lines that change the above; reading needs none."""

    def around(self, inner: WSGIApplication) -> WSGIApplication:
        """Return the application with the kept answers before it."""

        def outer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            method = environ["REQUEST_METHOD"]
            if method not in {"GET", "HEAD"} or environ.get("QUERY_STRING"):
                return _ask(inner, environ, start_response, keep=None, forget=self.forget)
            key = (environ.get("PATH_INFO", ""), _takes_gzip(environ))
            kept = self.answers.get(key)
            if kept is not None and kept.until > self.now():
                return _answer(kept, environ, start_response)
            if method == "HEAD":
                # Its answer has no body to keep.
                return _ask(inner, environ, start_response, keep=None, forget=self.forget)
            begun = self._begin(key)
            return _ask(
                inner, environ, start_response, keep=lambda *made: self._keep(key, begun, *made), forget=self.forget
            )

        return outer

    def forget(self) -> None:
        """Build every page anew when it is next asked for: something was published here."""
        with self.lock:
            self._clear()

    def _begin(self, key: tuple[str, bool]) -> int:
        """Take it on to build an answer anew; others give the old one meanwhile, instead of all building at once."""
        with self.lock:
            old = self.answers.get(key)
            if old is not None:
                self.answers[key] = replace(old, until=self.now() + LASTS_SECONDS)
            return self.forgotten

    def _keep(self, key: tuple[str, bool], begun: int, headers: Headers, body: bytes | None) -> Answer:
        """Keep what was built; without a body nothing may be kept at this address any more."""
        kept = Answer(headers, body or b"", _etag(headers), self.now() + LASTS_SECONDS)
        with self.lock:
            if begun != self.forgotten:
                return kept
            before = self.answers.pop(key, None)
            self.size -= len(before.body) if before else 0
            if body is not None:
                if self.size + len(body) > self.most_bytes:
                    self._clear()
                self.answers[key] = kept
                self.size += len(body)
        return kept

    def _clear(self) -> None:
        self.forgotten += 1
        self.answers.clear()
        self.size = 0


def may_be_kept(response: Response) -> Response:
    """Let this process and everybody's browser keep an answer that is the same for everybody."""
    response.headers["Cache-Control"] = f"public, max-age={BROWSER_SECONDS}"
    response.headers[MARK] = MAY_BE_KEPT
    # Weak: the compressed and the plain answer are the same page in other bytes.
    response.add_etag(weak=True)
    return response


def replaces_kept(response: BaseResponse) -> BaseResponse:
    """Let this process forget every kept page once this answer is finished, its unit of work committed by then.

    For the answer to what publishes something. Other processes follow within LASTS_SECONDS.
    """
    response.headers[MARK] = REPLACES
    return response


def _ask(
    inner: WSGIApplication,
    environ: WSGIEnvironment,
    start_response: StartResponse,
    *,
    keep: Callable[[Headers, bytes | None], Answer] | None,
    forget: Callable[[], None],
) -> Iterable[bytes]:
    """Pass a request on. A marked answer is taken whole and kept; any other goes through as it comes."""
    marked: list[Headers] = []

    def start(status: str, headers: Headers, exc_info: Any = None) -> Callable[[bytes], object]:  # noqa: ANN401  # WSGI
        mark = next((value for name, value in headers if name == MARK), "")
        shown = [(name, value) for name, value in headers if name != MARK]
        if mark == REPLACES:
            forget()
        if mark != MAY_BE_KEPT or not status.startswith("200"):
            return start_response(status, shown, exc_info)
        marked.append(shown)
        return _no_write

    body = inner(environ, start)
    if not marked:
        if keep is not None:
            keep([], None)
        return body
    whole = b"".join(body)
    if hasattr(body, "close"):
        body.close()
    if not _is_for_everybody(marked[0]):
        start_response("200 OK", marked[0])
        return [whole]
    made = keep(marked[0], whole) if keep else Answer(marked[0], whole, _etag(marked[0]), 0)
    return _answer(made, environ, start_response)


def _answer(kept: Answer, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    if kept.etag and _is_known(kept.etag, environ.get("HTTP_IF_NONE_MATCH", "")):
        start_response("304 NOT MODIFIED", [row for row in kept.headers if row[0].lower() not in NOT_IN_304])
        return [b""]
    start_response("200 OK", [*kept.headers])
    return [b""] if environ["REQUEST_METHOD"] == "HEAD" else [kept.body]


def _etag(headers: Headers) -> str:
    return next((value for name, value in headers if name.lower() == "etag"), "")


def _is_known(etag: str, asked: str) -> bool:
    """Tell whether a reader has this answer, by weak comparison: a proxy may have weakened a tag.

    Source: RFC 9110, 8.8.3.2 and 13.1.2.
    """
    if asked.strip() == "*":
        return True
    return etag.removeprefix("W/") in {tag.strip().removeprefix("W/") for tag in asked.split(",")}


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
