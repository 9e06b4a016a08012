"""When something goes wrong on the web: calm words, what to do next, and never a detail of ours.

Blueprints add rows for the domain errors they can meet with `translate`; anything that nobody foresaw is logged once
with a random reference, which the person is shown.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from flask import Blueprint, Flask, Response, current_app, g, make_response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError

from grievance.core.log import logger
from grievance.web.page import Page

REFERENCE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no 0 O, 1 I L, U: read aloud over a bad line
REFERENCE_CHARACTERS = 8  # 39 bits: finds one line in the log, opens nothing

Words: TypeAlias = str | LazyString


@dataclass(frozen=True, slots=True)
class ErrorWords:
    """What a person is told: what happened, and what they can do next."""

    status: int
    title: Words
    what: Words
    next: Words
    retry_after_seconds: int | None = None


BAD_REQUEST = ErrorWords(
    400,
    _l("We could not read what was sent"),
    _l("Something in it arrived broken or incomplete. Nothing was saved."),
    _l("Go back to the page before this one. What you wrote should still be there. Send it again."),
)
CSRF_EXPIRED = ErrorWords(
    400,
    _l("This page was open for too long"),
    _l("To protect you, a form can only be sent from a page that we know is yours. Nothing was saved yet."),
    _l(
        "Go back to the page before this one and copy what you wrote. Load that page again, paste your words and send "
        "them. If it happens again, your browser may be blocking cookies: we use one, only to protect the form."
    ),
)
FORBIDDEN = ErrorWords(
    403,
    _l("You cannot open this page"),
    _l("It is only for certain people, or your session has ended."),
    _l("If you should be able to see it, sign in again. If that does not help, ask the person who gave you access."),
)
NOT_FOUND = ErrorWords(
    404,
    _l("There is no page here"),
    _l("The address may be mistyped, or the page may have been moved."),
    _l(
        "Check the address, or begin at the start page. If you are looking for your case, you need its reference "
        "and code."
    ),
)
METHOD_NOT_ALLOWED = ErrorWords(
    405,
    _l("This address only takes forms"),
    _l("It cannot be opened on its own. Nothing was changed."),
    _l("Go back to the page before this one and use the button there."),
)
GONE = ErrorWords(
    410,
    _l("This page no longer exists"),
    _l("It was here before and was removed on purpose, or its link has expired."),
    _l("Begin at the start page. If you followed a link in a message, ask for a new one."),
)
TOO_LARGE = ErrorWords(
    413,
    _l("What you sent is too big"),
    _l("A photo or document is larger than we can receive. Nothing was saved yet."),
    _l("Go back and send it with fewer or smaller files, or without any. You can add files later, one at a time."),
)
TOO_MANY = ErrorWords(
    429,
    _l("Please wait a minute"),
    _l("Many requests came from here in a short time, perhaps from other people on the same network."),
    _l("Nothing is lost. Go back, wait one minute and try again. What you wrote should still be there."),
    retry_after_seconds=60,
)
UNEXPECTED = ErrorWords(
    500,
    _l("Something failed on our side"),
    _l("It is not your fault. What you just sent was not saved."),
    _l("Go back and try once more in a few minutes. If it fails again, tell us this reference:"),
)
UNAVAILABLE = ErrorWords(
    503,
    _l("We are closed for a moment"),
    _l("The system is busy or being updated. What you just sent was not saved."),
    _l("Go back and try again in a few minutes. What you wrote should still be there."),
    retry_after_seconds=120,
)

BY_STATUS: Mapping[int, ErrorWords] = {
    words.status: words
    for words in (
        BAD_REQUEST,
        FORBIDDEN,
        NOT_FOUND,
        METHOD_NOT_ALLOWED,
        GONE,
        TOO_LARGE,
        TOO_MANY,
        UNEXPECTED,
        UNAVAILABLE,
    )
}
"""An HTTP error without a row speaks like its class: 4xx like 400, 5xx like 503; its own status is kept."""


def register_errors(app: Flask, page: Callable[[], Page]) -> None:
    """Answer every error with a page. `page` builds the frame around it and must not need the database."""
    app.extensions["error_frame"] = page
    # Flask would write the address and the error's message, which may quote a person, into the log beside our line.
    app.log_exception = _log_nothing  # type: ignore[method-assign]  # Flask offers no other switch
    app.register_error_handler(HTTPException, _on_http_error)
    app.register_error_handler(CSRFError, _answer_with(CSRF_EXPIRED))
    app.register_error_handler(Exception, _on_anything_else)


def translate(where: Flask | Blueprint, table: Mapping[type[Exception], ErrorWords]) -> None:
    """Give domain errors their page. A blueprint's row holds inside the blueprint and wins over the app's."""
    for error, words in table.items():
        where.register_error_handler(error, _answer_with(words))


def new_reference() -> str:
    """Return a reference that a person can read aloud, for example Q7FM-2KDX."""
    text = "".join(secrets.choice(REFERENCE_ALPHABET) for _ in range(REFERENCE_CHARACTERS))
    return f"{text[:4]}-{text[4:]}"


def show(words: ErrorWords, *, status: int | None = None, reference: str = "") -> Response:
    """Return the page of an error and mark the request as failed.

    An error that has been answered looks like success to Flask: its teardown gets no exception. The unit of work looks
    at the mark and rolls back.
    """
    g.failed = True
    page: Page = current_app.extensions["error_frame"]()
    body = render_template("errors/error.html", words=words, reference=reference, page=page)
    response = make_response(body, status or words.status)
    if words.retry_after_seconds is not None:
        response.headers["Retry-After"] = str(words.retry_after_seconds)
    return response


def _on_http_error(error: HTTPException) -> ResponseReturnValue:
    if isinstance(error, InternalServerError) and isinstance(error.original_exception, Exception):
        # Raised after the view had answered, for example by the commit.
        return _on_anything_else(error.original_exception)
    if error.response is not None or error.code is None or error.code < 400:
        return error  # a redirect, or an answer that a view made itself
    response = show(_words_for(error.code), status=error.code)
    for name, value in error.get_headers():
        if name.lower() not in ("content-type", "content-length"):
            response.headers[name] = value  # Allow, Retry-After, WWW-Authenticate
    return response


def _on_anything_else(error: Exception) -> ResponseReturnValue:
    if current_app.testing:
        raise error
    reference = new_reference()
    logger().error("request_failed", request_id=reference, exc_info=error)
    return show(UNEXPECTED, reference=reference)


def _answer_with(words: ErrorWords) -> Callable[[Exception], ResponseReturnValue]:
    def answer(_error: Exception) -> ResponseReturnValue:
        return show(words)

    return answer


def _log_nothing(exc_info: object) -> None:
    """Stand in for Flask's own log line; see register_errors."""


def _words_for(status: int) -> ErrorWords:
    return BY_STATUS.get(status) or (BAD_REQUEST if status < 500 else UNAVAILABLE)
