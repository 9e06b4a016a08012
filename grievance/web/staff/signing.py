"""The way of a sign-in: password, then second factor, then a session. What lies between waits in the signed cookie.

Passwords and codes are checked here, by Flask-Security; counting tries and keeping sessions is the domain's.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from flask import current_app, g, request, session
from flask_security import login_user, logout_user, verify_password

from grievance.accounts import credentials, queries, sign_in
from grievance.accounts.models import Staff
from grievance.accounts.queries import Member
from grievance.web.staff.access import KEPT, SEEN, SESSION, STARTED, own_path
from grievance.web.staff.devices import known_device
from grievance.web.staff.limits import device_may_skip_waiting
from grievance.web.staff.security_setup import SignedIn
from grievance.web.unit import current

PENDING = "signing_in"
PENDING_SECONDS_MAX = 10 * 60
"""Time to find the telephone with the authenticator, or to install one."""

CODE_WINDOW_SECONDS = 30
"""One step to either side: telephones and servers disagree by some seconds (RFC 6238, 5.2, 2011)."""


@dataclass(frozen=True, slots=True)
class Pending:
    """Somebody whose password was right. `secret` is the new second factor while one is being set up."""

    staff_id: int
    uniquifier: str
    next: str
    secret: str | None
    email: str


def try_password(email: str, password: str, *, wanted: str) -> Pending | None:
    """Check the first factor; on success remember it in the cookie for ten minutes.

    An unknown address takes as long and answers the same as a wrong password.
    """
    unit = current()
    plain = credentials.normalise(password[: credentials.PASSWORD_CHARACTERS_MAX])
    with unit.glance() as glance:
        found = queries.password_of(glance, email)
    # Hashing takes its tenth of a second before anything is locked.
    is_right = verify_password(plain, found.password_hash if found else _nobody())
    if found is None:
        sign_in.record_failure(unit.session, None, at=unit.now)
        return None
    staff = sign_in.lock_staff(unit.session, found.staff_id)
    is_right = is_right and staff.password == found.password_hash
    if not sign_in.note_try(unit.session, staff, is_right=is_right, is_known_device=_knows(staff), at=unit.now):
        return None
    return _remember(staff, own_path(wanted))


def try_both(email: str, password: str, code: str) -> Member | None:
    """Check both factors at once; on success open the session. Nothing tells which of them was wrong.

    Wrong passwords of others cost no wait here, since a code has to fit too. So whoever keeps trying somebody's e-mail
    address does not keep that person out, on a new device either.
    """
    unit = current()
    plain = credentials.normalise(password[: credentials.PASSWORD_CHARACTERS_MAX])
    with unit.glance() as glance:
        found = queries.password_of(glance, email)
    is_right = verify_password(plain, found.password_hash if found else _nobody())
    if found is None:
        sign_in.record_failure(unit.session, None, at=unit.now)
        return None
    staff = sign_in.lock_staff(unit.session, found.staff_id)
    is_known = _knows(staff)
    if not is_right or staff.password != found.password_hash:
        sign_in.note_wrong_password(unit.session, staff, is_known_device=is_known, at=unit.now)
        return None
    waiting = Pending(staff.id, staff.fs_uniquifier, "", None, staff.email)
    return _enter_with(staff, waiting, code, is_known=is_known)


def pending() -> Pending | None:
    """Return who gave the right password within the last ten minutes, or None."""
    kept: dict[str, Any] = session.get(PENDING, {})
    if not kept or current().now.timestamp() - kept["at"] > PENDING_SECONDS_MAX:
        return None
    return Pending(kept["id"], kept["name"], kept["next"], kept["secret"], kept["email"])


def try_code(waiting: Pending, code: str) -> Member | None:
    """Check the second factor; on success open the session."""
    unit = current()
    staff = sign_in.lock_staff(unit.session, waiting.staff_id)
    return _enter_with(staff, waiting, code, is_known=_knows(staff))


def try_recovery_code(waiting: Pending, code: str) -> int | None:
    """Check a recovery code; on success open the session and return how many codes are left."""
    unit = current()
    staff = sign_in.lock_staff(unit.session, waiting.staff_id)
    is_right = staff.fs_uniquifier == waiting.uniquifier and sign_in.holds_recovery_code(unit.session, staff, code)
    if not sign_in.note_code(unit.session, staff, is_right=is_right, is_known_device=_knows(staff), at=unit.now):
        return None
    left = sign_in.use_recovery_code(unit.session, staff, code, at=unit.now)
    enter(staff)
    return left


def set_up(waiting: Pending, *, password_hash: str, code: str) -> list[str] | None:
    """Keep the password and the second factor that a person chose at the first sign-in; open the session.

    Returns the recovery codes, to be shown once; None when the code does not fit.
    """
    unit = current()
    staff = sign_in.lock_staff(unit.session, waiting.staff_id)
    if staff.tf_totp_secret is not None or staff.fs_uniquifier != waiting.uniquifier or waiting.secret is None:
        return None
    if not _totp().verify_totp(code, waiting.secret, staff, window=CODE_WINDOW_SECONDS):
        return None
    accepted = staff.tf_last_counter
    sign_in.set_second_factor(unit.session, staff, totp_secret=waiting.secret, at=unit.now)
    staff.tf_last_counter = accepted
    sign_in.set_password(unit.session, staff, password_hash=password_hash, at=unit.now)
    codes = sign_in.new_recovery_codes(unit.session, staff, at=unit.now)
    enter(staff)
    return codes


def password_is_right(staff: Staff, password: str) -> bool:
    """Ask a person who is signed in for the password again, under the same slow-down."""
    unit = current()
    plain = credentials.normalise(password[: credentials.PASSWORD_CHARACTERS_MAX])
    is_right = verify_password(plain, staff.password or _nobody())
    return sign_in.note_try(unit.session, staff, is_right=is_right, is_known_device=_knows(staff), at=unit.now)


def enter(staff: Staff) -> Member:
    """Open a session on this device. Everything the cookie held before is dropped: nothing can be planted in it."""
    unit = current()
    opened = sign_in.begin_session(unit.session, staff, device=device_words(request.user_agent.string), at=unit.now)
    member = queries.member(unit.session, staff.id)
    _forget_cookie()
    login_user(SignedIn(member), remember=False, authn_via=["password", "authenticator"])
    moment = int(unit.now.timestamp())
    session[SESSION], session[STARTED], session[SEEN], session[KEPT] = opened.public_id, moment, moment, moment
    g.member = member
    g.known_device = staff.public_id
    return member


def leave(member: Member) -> None:
    """Close the session of this device, here and in the database."""
    sign_in.end_session(current().session, member.staff_id, session.get(SESSION, ""), at=current().now)
    forget()


def forget() -> None:
    """Drop the session from the cookie."""
    logout_user()
    _forget_cookie()
    g.member = None


def new_secret() -> str:
    """Return a new second factor as it is stored: encrypted, so that the cookie may carry it."""
    return credentials.new_totp_secret(credentials.totp_wallet(current().runtime.keys))


def key_of(waiting: Pending) -> tuple[str, str]:
    """Return the key of the second factor being set up, as typed by hand, and the address that the QR code holds."""
    return _totp().get_totp_pretty_key(waiting.secret), _totp().get_totp_uri(waiting.email, waiting.secret)


def device_words(agent: str) -> str:
    """Return browser and system in two words, so that a person recognises a session: "Firefox, Android"."""
    browsers = ("Firefox", "Edg", "OPR", "SamsungBrowser", "Chrome", "Safari")
    systems = ("Android", "iPhone", "iPad", "Windows", "Macintosh", "CrOS", "Linux")
    names = {
        "Edg": "Edge",
        "OPR": "Opera",
        "SamsungBrowser": "Samsung Internet",
        "Macintosh": "Mac",
        "CrOS": "ChromeOS",
    }
    found = [next((name for name in known if name in agent), "") for known in (browsers, systems)]
    return ", ".join(names.get(name, name) for name in found if name)


def _enter_with(staff: Staff, waiting: Pending, code: str, *, is_known: bool) -> Member | None:
    unit = current()
    # A code that comes too soon is not looked at: looking uses it up.
    too_soon = sign_in.code_waits(staff, is_known_device=is_known, at=unit.now)
    is_right = not too_soon and _code_fits(staff, waiting, code)
    if not sign_in.note_code(unit.session, staff, is_right=is_right, is_known_device=is_known, at=unit.now):
        return None
    return enter(staff)


def _remember(staff: Staff, wanted: str) -> Pending:
    secret = None if staff.tf_totp_secret else new_secret()
    _forget_cookie()
    session[PENDING] = {
        "id": staff.id,
        "name": staff.fs_uniquifier,
        "next": wanted,
        "secret": secret,
        "email": staff.email,
        "at": int(current().now.timestamp()),
    }
    return Pending(staff.id, staff.fs_uniquifier, wanted, secret, staff.email)


def _code_fits(staff: Staff, waiting: Pending, code: str) -> bool:
    if staff.fs_uniquifier != waiting.uniquifier or staff.tf_totp_secret is None:
        return False
    return bool(_totp().verify_totp(code, staff.tf_totp_secret, staff, window=CODE_WINDOW_SECONDS))


def _knows(staff: Staff) -> bool:
    device = known_device()
    return device is not None and device.owner == staff.public_id and device_may_skip_waiting(device.cookie)


def _forget_cookie() -> None:
    session.clear()
    # Flask-WTF keeps the token of this request beside the session; the next form needs a new one.
    g.pop("csrf_token", None)


def _totp() -> Any:  # noqa: ANN401  # flask_security has no types
    return current_app.extensions["security"].totp_factory


@cache
def _nobody() -> str:
    """Return a hash that no password fits, so that an unknown address costs the same time as a known one."""
    return credentials.hash_password(credentials.new_password(), salt=credentials.new_password())
