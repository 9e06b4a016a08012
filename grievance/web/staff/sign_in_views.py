"""Pages on which a staff member signs in, sets up an account, and signs out."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, abort, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from grievance.accounts.credentials import hash_password
from grievance.web.access import public
from grievance.web.flash import say
from grievance.web.lang import localized
from grievance.web.qr import qr_svg
from grievance.web.staff import signing
from grievance.web.staff.access import me, own_path, signed_in, someone
from grievance.web.staff.forms_sign_in import CodeForm, RecoveryForm, SetUpForm, SignInForm, refuse
from grievance.web.staff.limits import by_network
from grievance.web.staff.pages_base import first_page, staff_page
from grievance.web.unit import current

WRONG = _l(
    "The e-mail, the password or the code is not right, or there were several wrong tries: then wait one minute, or "
    "write the code of your authenticator too. Nothing here tells which, so that nobody learns who has an account."
)
WRONG_CODE = _l(
    "This code is not right, was used before, or comes too soon after wrong ones. Wait for the next code, or one "
    "minute, and write it again."
)
WRONG_RECOVERY = _l(
    "This recovery code is not right, was used before, or comes too soon after wrong ones. Check it letter by letter; "
    "after several tries wait one minute."
)


def add_routes(bp: Blueprint, app: Flask) -> None:
    """Add the pages of signing in; those that take a try share a limit by network."""
    both = ("GET", "POST")
    localized(bp, "home", home, es="/equipo", en="/staff")
    localized(bp, "sign_in", by_network(app, enter), es="/equipo/entrar", en="/staff/sign-in", methods=both)
    localized(bp, "code", by_network(app, code), es="/equipo/codigo", en="/staff/code", methods=both)
    localized(
        bp,
        "recovery",
        by_network(app, recovery),
        es="/equipo/codigo-de-respaldo",
        en="/staff/recovery-code",
        methods=both,
    )
    localized(bp, "set_up", by_network(app, set_up), es="/equipo/preparar", en="/staff/set-up", methods=both)
    localized(bp, "sign_out", leave, es="/equipo/salir", en="/staff/sign-out", methods=("POST",))


@signed_in
def home() -> ResponseReturnValue:
    """Lead to the first page that the duties open."""
    return redirect(first_page(me()), code=303)


@public
def enter() -> ResponseReturnValue:
    """Ask for e-mail and password."""
    if request.method == "GET" and someone() is not None:
        return redirect(url_for("staff.home"), code=303)
    form = SignInForm(next=own_path(request.args.get("next", "")))
    if form.validate_on_submit() and form.digits:
        if signing.try_both(form.email.data or "", form.password.data or "", form.digits) is not None:
            return redirect(own_path(form.next.data or "") or url_for("staff.home"), code=303)
        refuse(form, WRONG)
    elif form.validate_on_submit():
        waiting = signing.try_password(form.email.data or "", form.password.data or "", wanted=form.next.data or "")
        if waiting is not None:
            return redirect(url_for("staff.set_up" if waiting.secret else "staff.code"), code=303)
        refuse(form, WRONG)
    return _answer("staff/sign-in.html", form)


@public
def code() -> ResponseReturnValue:
    """Ask for the code of the authenticator."""
    waiting = signing.pending()
    if waiting is None or waiting.secret:
        return _begin_again()
    form = CodeForm()
    if form.validate_on_submit():
        if signing.try_code(waiting, form.digits) is not None:
            return redirect(waiting.next or url_for("staff.home"), code=303)
        refuse(form, WRONG_CODE)
    return _answer("staff/code.html", form)


@public
def recovery() -> ResponseReturnValue:
    """Ask for a recovery code from somebody without the authenticator."""
    waiting = signing.pending()
    if waiting is None or waiting.secret:
        return _begin_again()
    form = RecoveryForm()
    if form.validate_on_submit():
        left = signing.try_recovery_code(waiting, form.code.data or "")
        if left is not None:
            say(
                ngettext(
                    "That code is used up. You have %(num)s recovery code left: make new ones soon.",
                    "That code is used up. You have %(num)s recovery codes left.",
                    left,
                )
            )
            return redirect(url_for("staff.account"), code=303)
        refuse(form, WRONG_RECOVERY)
    return _answer("staff/recovery.html", form)


@public
def set_up() -> ResponseReturnValue:
    """At the first sign-in: choose a password, connect an authenticator, keep the recovery codes."""
    waiting = signing.pending()
    if waiting is None or not waiting.secret:
        return _begin_again()
    form = SetUpForm()
    form.email = waiting.email
    if form.validate_on_submit():
        hashed = hash_password(form.new_password.data or "", salt=_salt())
        codes = signing.set_up(waiting, password_hash=hashed, code=form.digits)
        if codes is not None:
            return show_recovery_codes(codes)
        refuse(form, WRONG_CODE)
    key, uri = signing.key_of(waiting)
    return _answer("staff/set-up.html", form, key=key, qr=qr_svg(uri, _("QR code for your authenticator")))


@signed_in
def leave() -> ResponseReturnValue:
    """Sign out on this device."""
    signing.leave(me())
    return redirect(url_for("staff.sign_in"), code=303)


def show_recovery_codes(codes: list[str]) -> Response:
    """Show new recovery codes, once: nothing of them is kept that could be shown again."""
    return make_response(
        render_template("staff/recovery-codes.html", page=staff_page(current="account", narrow=True), codes=codes)
    )


def _answer(template: str, form: SignInForm | CodeForm | RecoveryForm, **more: object) -> Response:
    page = staff_page(narrow=True)
    return make_response(render_template(template, page=page, form=form, **more), 422 if form.errors else 200)


def _begin_again() -> ResponseReturnValue:
    if request.method == "POST" and someone() is not None:
        abort(403)
    return redirect(url_for("staff.sign_in"), code=303)


def _salt() -> str:
    return current().runtime.settings.password_salt.get_secret_value()
