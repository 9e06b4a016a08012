"""Flask-Security behind our own pages: it keeps the session, checks passwords and codes; see decision 0003.

Its views and templates are off. What of it would run on pages of complainants is taken off the application.
"""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask_login.utils import _user_context_processor
from flask_security import RoleMixin, Security, UserDatastore, UserMixin
from flask_security.totp import Totp

from grievance.accounts.credentials import ISSUER, wallet_secrets
from grievance.accounts.queries import Member
from grievance.runtime import Runtime
from grievance.web.staff.access import member_of_session
from grievance.web.unit import current


class SignedIn(UserMixin):
    """A staff member as the sign-in library sees one."""

    # Name of the person in the cookie; it changes when they sign out everywhere. Set here too, since the library looks
    # for it on the class.
    fs_uniquifier: str = ""

    def __init__(self, member: Member) -> None:
        self.member = member
        self.fs_uniquifier = member.uniquifier
        # Inactive people are not found in the first place; the library's roles are not used: duties are held per site.
        self.active = True
        self.roles = []


class StaffDatastore(UserDatastore):
    """What the library reads and writes, on the request's unit of work: its commit becomes a flush.

    A session of its own would wait for itself beside the unit's BEGIN IMMEDIATE.
    """

    def __init__(self) -> None:
        super().__init__(SignedIn, RoleMixin)

    def find_user(self, case_insensitive: bool = False, **wanted: Any) -> SignedIn | None:  # noqa: ANN401  # the library's signature
        """Return whose session the cookie carries; the library asks for nothing else here."""
        del case_insensitive
        member = member_of_session(str(wanted.get("fs_uniquifier", "")))
        return None if member is None else SignedIn(member)

    def put(self, model: Any) -> Any:  # noqa: ANN401  # the library's signature
        """Keep a changed row: it belongs to the unit's session already."""
        return model

    def commit(self) -> None:
        """Flush. The unit commits once, when the answer is ready."""
        current().session.flush()


class SafeTotp(Totp):
    """Refuses a code that was accepted before: the library accepts it again within its window."""

    def get_last_counter(self, user: Any) -> int | None:  # noqa: ANN401  # a Staff row, which is no UserMixin
        """Return the half minute of the last code accepted."""
        counter: int | None = user.tf_last_counter
        return counter

    def set_last_counter(self, user: Any, tmatch: Any) -> None:  # noqa: ANN401  # as above, and passlib's match
        """Keep the half minute of the code just accepted."""
        user.tf_last_counter = tmatch.counter


def register_sign_in(app: Flask, runtime: Runtime) -> None:
    """Set the library up. CSRF protection must have been set up before."""
    app.config.update(
        SECURITY_PASSWORD_HASH="argon2",  # noqa: S106  # the name of a function
        SECURITY_PASSWORD_SCHEMES=["argon2"],
        SECURITY_DEPRECATED_PASSWORD_SCHEMES=[],
        SECURITY_PASSWORD_SALT=runtime.settings.password_salt.get_secret_value(),
        SECURITY_TWO_FACTOR=True,
        SECURITY_TWO_FACTOR_REQUIRED=True,
        SECURITY_TWO_FACTOR_ENABLED_METHODS=["authenticator"],
        SECURITY_TOTP_SECRETS=wallet_secrets(runtime.keys),
        SECURITY_TOTP_ISSUER=ISSUER,
        SECURITY_USE_REGISTER_V2=True,
        SECURITY_DEFAULT_REMEMBER_ME=False,
        SECURITY_CLI_USERS_NAME=None,
        SECURITY_CLI_ROLES_NAME=None,
        # A phone changes its address on the way to work; the session row and its limits do this job better.
        SESSION_PROTECTION=None,
    )
    # Given to init_app instead, the class is dropped without a word and a used code works again.
    security = Security(app, StaffDatastore(), register_blueprint=False, totp_cls=SafeTotp)
    _stay_on_staff_pages(app, security)


def _stay_on_staff_pages(app: Flask, security: Any) -> None:  # noqa: ANN401  # flask_security has no types
    """Take the library's hooks off the application: they read the session on every request, of complainants too.

    A page that read the session varies by cookie and is kept by no cache, and a token in an address would sign
    someone in. `access.someone` asks the library itself, on staff pages alone. A release that renames a hook fails
    here, at the start.
    """
    app.before_request_funcs[None].remove(security.principal._on_before_request)  # noqa: SLF001  # see above
    app.after_request_funcs[None].remove(security.login_manager._update_remember_cookie)  # noqa: SLF001  # see above
    app.template_context_processors[None].remove(_user_context_processor)
    security.login_manager._request_callback = None  # noqa: SLF001  # tokens in headers and addresses: not here
