"""Open pages as finished bytes: built once, compressed once, answered from memory for some seconds.

They are the same for everybody, hold no form and set no cookie, so that nothing in them is a secret. After
LASTS_SECONDS a page is built anew from the database, so that a correction shows in every process without anybody
telling the others.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic

from flask import Response, request

LASTS_SECONDS = 10
"""How long another process may still show what a correction replaced."""
BROWSER_SECONDS = 60
MOST_PAGES = 500
"""A bound on memory, at some 20 kB a page; sites and quarters hardly reach it."""

COMPRESS_LEVEL = 9  # once per page and ten seconds, not per request


@dataclass(frozen=True, slots=True)
class Kept:
    """One page as it is answered."""

    body: bytes
    compressed: bytes
    etag: str
    disposition: str
    content_type: str
    until: float


@dataclass(slots=True)
class KeptPages:
    """The pages that this process keeps, by their address."""

    pages: dict[str, Kept] = field(default_factory=dict)

    def answer(self, build: Callable[[], Response]) -> Response:
        """Return the page at the address asked for; what `build` answers with another status is not kept."""
        kept = self.pages.get(request.path)
        if kept is None or kept.until < monotonic():
            response = build()
            if response.status_code != 200:
                return response
            kept = _keep(response)
            if len(self.pages) >= MOST_PAGES:
                self.pages.clear()
            self.pages[request.path] = kept
        return _answer(kept)

    def forget(self) -> None:
        """Build every page anew when it is next asked for: something was published here."""
        self.pages.clear()


def _keep(response: Response) -> Kept:
    body = response.get_data()
    return Kept(
        body=body,
        compressed=gzip.compress(body, compresslevel=COMPRESS_LEVEL, mtime=0),
        etag=hashlib.sha256(body).hexdigest()[:24],
        disposition=response.headers.get("Content-Disposition", ""),
        content_type=response.headers["Content-Type"],
        until=monotonic() + LASTS_SECONDS,
    )


def _answer(kept: Kept) -> Response:
    takes_gzip = request.accept_encodings["gzip"] > 0
    response = Response(kept.compressed if takes_gzip else kept.body, content_type=kept.content_type)
    if takes_gzip:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = f"public, max-age={BROWSER_SECONDS}"
    if kept.disposition:
        response.headers["Content-Disposition"] = kept.disposition
    response.set_etag(kept.etag, weak=True)
    response.make_conditional(request)
    return response
