"""Who is signed in, and the decorator that names the duty a view needs.

What of a site or a case may be seen is decided in the queries, which take the viewer; `at_site` is for pages of a
site, where an unknown site and one without the duty look the same.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Response, abort, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from grievance.accounts import queries, sign_in
from grievance.accounts.permissions import Action, Viewer
from grievance.accounts.queries import Member, SiteName
from grievance.accounts.sign_in import SESSION_HOURS_MAX
from grievance.web.unit import current

View = Callable[..., ResponseReturnValue]

IDLE_SECONDS_MAX = 30 * 60
"""NIST SP 800-63B-4 (2025), 2.2.3 allows an hour of inactivity at AAL2; a shared office computer gets half of it."""

SEEN_EVERY_SECONDS = 60
"""How often the cookie is written again to say that the person is still there."""

KEPT_EVERY_SECONDS = 5 * 60
"""How often the database is told, for the list of sessions: a write beside a read, so not often."""

SESSION = "staff_session"
STARTED = "signed_in_at"
SEEN = "seen_at"
KEPT = "kept_at"
"""Names in the signed cookie; the instants are whole seconds since 1970."""


def duty(action: Action) -> Callable[[View], View]:
    """Open a view to staff who hold a duty for `action` at some site."""

    def mark(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **values: Any) -> ResponseReturnValue:  # noqa: ANN401  # what the route carries
            member = someone()
            if member is None:
                return _ask_to_sign_in()
            if not member.viewer.may_anywhere(action):
                abort(403)
            return view(*args, **values)

        guarded.required_action = action  # type: ignore[attr-defined]  # read by the walk over all routes
        return guarded

    return mark


def signed_in(view: View) -> View:
    """Open a view to every staff member, whatever the duties: their own account, their notices."""

    @wraps(view)
    def guarded(*args: Any, **values: Any) -> ResponseReturnValue:  # noqa: ANN401  # what the route carries
        return view(*args, **values) if someone() is not None else _ask_to_sign_in()

    guarded.is_any_duty = True  # type: ignore[attr-defined]  # read by the walk over all routes
    return guarded


def someone() -> Member | None:
    """Return who is signed in, or None."""
    if "member" not in g:
        g.member = current_user.member if current_user.is_authenticated else None
        if g.member is not None:
            _stay_awake()
    found: Member | None = g.member
    return found


def me() -> Member:
    """Return who is signed in; only inside a view that `duty` or `signed_in` guards."""
    member = someone()
    if member is None:
        abort(403)
    return member


def viewer() -> Viewer:
    """Return who is looking, as every read takes it."""
    return me().viewer


def at_site(action: Action, slug: str) -> SiteName:
    """Return a site of the person's at which an action is open; anything else is not found."""
    for site in me().sites:
        if site.slug == slug and viewer().may(action, site.id):
            return site
    return abort(404)


def sites_for(action: Action) -> tuple[SiteName, ...]:
    """Return the sites at which an action is open to the person, by name."""
    return tuple(site for site in me().sites if viewer().may(action, site.id))


def member_of_session(uniquifier: str) -> Member | None:
    """Return whose session the cookie carries, or None when it is too old, idle, ended, or the account is closed."""
    now = int(current().now.timestamp())
    started, seen = session.get(STARTED, 0), session.get(SEEN, 0)
    if now - started > SESSION_HOURS_MAX * 3600 or now - seen > IDLE_SECONDS_MAX:
        return None
    with current().glance() as database:
        return queries.signed_in(
            database, uniquifier=uniquifier, session_public_id=session.get(SESSION, ""), at=current().now
        )


def own_path(path: str) -> str:
    """Return `path` when it is a page of the staff side, else nothing: a link must not lead elsewhere after sign-in."""
    return path if path.startswith(("/es/equipo/", "/en/staff/")) and "//" not in path and "\\" not in path else ""


def _stay_awake() -> None:
    now = int(current().now.timestamp())
    if now - session.get(SEEN, 0) >= SEEN_EVERY_SECONDS:
        session[SEEN] = now
    if now - session.get(KEPT, 0) >= KEPT_EVERY_SECONDS:
        session[KEPT] = now
        g.seen_session = session[SESSION]


def keep_seen(response: Response) -> Response:
    """Write down that a session is in use, after the view: what a view reads or stores must not wait for it."""
    if "seen_session" in g and not g.get("failed"):
        sign_in.note_seen(current().write(), g.seen_session, at=current().now)
    return response


def _ask_to_sign_in() -> ResponseReturnValue:
    if request.method not in ("GET", "HEAD"):
        abort(403)
    wanted = own_path(request.full_path.rstrip("?"))
    return redirect(url_for("staff.sign_in", next=wanted or None), code=303)
