"""The press of a web process: one PDF at a time, and the last ones kept, so that nobody waits twice for the same.

Setting two pages takes about a second of one core. A waiting request holds a thread that somebody who complains may
need, so that no more than half of them ever stand at the press; whoever comes then is asked to come back.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from threading import BoundedSemaphore, Lock
from typing import cast

from flask import Flask, Response
from flask import current_app as flask_app
from flask_babel import lazy_gettext as _l

from grievance.core.optional import ExtraMissing, LibraryMissing, has_weasyprint
from grievance.web.errors import ErrorWords

WAIT_SECONDS = 4
"""Longer than one printing takes, shorter than anybody's patience."""
AT_ONCE = 2
"""Requests at the press, the one that prints among them: half of the threads that a web process has by default."""
MOST_KEPT = 40
"""PDFs, of 30 to 120 kB each."""


class PressIsBusy(Exception):
    """Something else is being printed and takes too long to wait for, or somebody waits already."""


NOT_INSTALLED = ErrorWords(
    501,
    _l("This installation makes no PDFs"),
    _l("The program that sets pages on paper is not installed here. What the PDF would say also stands on the page."),
    _l("Whoever runs this installation can add it: pip install 'grievance[pdf]', then restart."),
)
PANGO_MISSING = ErrorWords(
    501,
    _l("This installation makes no PDFs"),
    _l("A library that draws letters is missing here. What the PDF would say also stands on the page."),
    _l(
        "Whoever runs this installation can add it: apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 "
        "fonts-liberation (on macOS: brew install pango), then restart."
    ),
)
BUSY = ErrorWords(
    503,
    _l("Something else is being printed"),
    _l("Only one PDF is made at a time, so that whoever writes to us never waits for it."),
    _l("Try again in a moment."),
    retry_after_seconds=5,
)
ERRORS: dict[type[Exception], ErrorWords] = {
    ExtraMissing: NOT_INSTALLED,
    LibraryMissing: PANGO_MISSING,
    PressIsBusy: BUSY,
}
"""For `errors.translate`, on every blueprint that prints."""


@dataclass
class Press:
    """What prints, one at a time, with the PDFs that it keeps by a digest of their page."""

    _places: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(AT_ONCE))
    _turn: Lock = field(default_factory=Lock)
    _kept: OrderedDict[str, bytes] = field(default_factory=OrderedDict)

    @cached_property
    def is_ready(self) -> bool:
        """Whether links to PDFs may be shown. Asked once: what is installed later counts from the next start."""
        return has_weasyprint()

    def printed(self, page: str, make: Callable[[], bytes]) -> bytes:
        """Return the PDF of a page, from memory where it was printed before.

        A page is known by its fullest form, which holds everything that any form shows: another word, another PDF.
        """
        key = hashlib.sha256(page.encode()).hexdigest()
        return self._kept.get(key) or self._in_turn(lambda: self._keep(key, make))

    def printed_once(self, make: Callable[[], bytes]) -> bytes:
        """Return a PDF and keep nothing: it holds what only one person may read."""
        return self._in_turn(make)

    def _keep(self, key: str, make: Callable[[], bytes]) -> bytes:
        if key not in self._kept:  # another thread may have printed it while this one waited
            self._kept[key] = make()
            if len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return self._kept[key]

    def _in_turn(self, work: Callable[[], bytes]) -> bytes:
        if not self._places.acquire(blocking=False):
            raise PressIsBusy
        try:
            if not self._turn.acquire(timeout=WAIT_SECONDS):
                raise PressIsBusy
            try:
                return work()
            finally:
                self._turn.release()
        finally:
            self._places.release()


def register_press(app: Flask) -> None:
    """Give an app its press, and its templates the question whether it can print."""
    app.extensions["press"] = Press()
    app.jinja_env.globals["can_print"] = lambda: press().is_ready


def press() -> Press:
    """Return the press of this app."""
    return cast("Press", flask_app.extensions["press"])


def pdf_response(pdf: bytes, name: str) -> Response:
    """Return a PDF to look at, with a name under which to keep it."""
    response = Response(pdf, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response
