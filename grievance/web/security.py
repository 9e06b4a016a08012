"""Headers, cookies and caching: closed by default, opened by the page that needs it.

The server's own `Server` header is not set here: gunicorn drops the application's and writes its own name, without a
version. A proxy in front may remove it.
"""

from __future__ import annotations

from flask import Flask, Response, abort, current_app, g, request, session

POLICY: dict[str, tuple[str, ...]] = {
    "default-src": ("'none'",),
    "style-src": ("'self'",),
    "img-src": ("'self'",),
    "form-action": ("'self'",),
    "frame-ancestors": ("'none'",),
    "base-uri": ("'none'",),
}
"""Scripts are not in the list: the page that has one opens `script-src` for itself (see `script_url`)."""

HEADERS: dict[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",  # browsers from before frame-ancestors
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "accelerometer=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(), "
    "gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Permitted-Cross-Domain-Policies": "none",
}

HSTS = "max-age=31536000; includeSubDomains"
"""One year in seconds; without `preload`, which the operator of a domain could not take back for months."""

REQUEST_BYTES_MAX = 1024 * 1024
"""What is read of a form; pages that take files set a larger limit of their own. Nobody types a megabyte, and without a
limit a stranger could fill the disk with temporary files through the page of sign-in."""

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
OWN_REQUEST = frozenset({"same-origin", "none"})


def register_security(app: Flask, *, https: bool) -> None:
    """Set the cookie rules, refuse forms sent from other sites, and add the headers to every answer.

    `https` says how people reach the installation, not how its proxy does.
    """
    app.config.update(
        SESSION_COOKIE_NAME="__Host-session" if https else "session",  # __Host-: no other host or path can set it
        SESSION_COOKIE_SECURE=https,
        SESSION_COOKIE_HTTPONLY=True,
        # Not Strict: the link in a text message must find the person still signed in to their case.
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        SESSION_REFRESH_EACH_REQUEST=False,  # no cookie unless something was put into the session
        # A person may take longer than the default hour to write; the token lives as long as the session does.
        WTF_CSRF_TIME_LIMIT=None,
        # Our own no-referrer policy makes browsers send no Referer and the Origin "null", so that Flask-WTF's
        # Referer check over HTTPS would refuse every form. `_refuse_foreign_forms` does its work.
        WTF_CSRF_SSL_STRICT=False,
        MAX_CONTENT_LENGTH=REQUEST_BYTES_MAX,
    )
    app.before_request(_refuse_unwritable_paths)
    app.before_request(_refuse_foreign_forms)
    app.after_request(_add_headers)
    if https:
        app.after_request(_add_hsts)


def allow(directive: str, source: str) -> None:
    """Widen the content policy of this one answer, for example `allow("script-src", "'nonce-…'")`."""
    widened: dict[str, tuple[str, ...]] = g.setdefault("policy", {})
    if source not in widened.get(directive, ()):
        widened[directive] = (*widened.get(directive, ()), source)


def _refuse_unwritable_paths() -> None:
    # PostgreSQL holds no NUL in a text and fails on a query for one; no address of ours has it either.
    if "\x00" in request.path:
        abort(404)


def _refuse_foreign_forms() -> None:
    # Beside the token, not instead of it. Servers (a provider's webhook) and old browsers send no such header.
    if request.method not in SAFE_METHODS and request.headers.get("Sec-Fetch-Site", "none") not in OWN_REQUEST:
        abort(403)


def _add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Content-Security-Policy", _policy())
    # A page that turns out to hold a form token or to set a cookie is kept by nobody, whatever its view said.
    if "Cache-Control" not in response.headers or _is_personal():
        response.headers["Cache-Control"] = "no-store"
    return response


def _add_hsts(response: Response) -> Response:
    response.headers.setdefault("Strict-Transport-Security", HSTS)
    return response


def _is_personal() -> bool:
    # Flask-WTF leaves the token of the page under its field name in `g`.
    return session.modified or current_app.config.get("WTF_CSRF_FIELD_NAME", "csrf_token") in g


def _policy() -> str:
    widened: dict[str, tuple[str, ...]] = g.get("policy", {})
    directives = {name: (*POLICY.get(name, ()), *widened.get(name, ())) for name in (*POLICY, *widened)}
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in directives.items())
