"""One's own account: sessions, password, recovery codes, language."""

from __future__ import annotations

from flask import Blueprint, abort, make_response, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from grievance.accounts import absences, operations, queries, sign_in
from grievance.accounts.credentials import hash_password
from grievance.accounts.models import Staff
from grievance.accounts.permissions import Action
from grievance.cases.mail_record import MailChoice
from grievance.rounds import staff_mail
from grievance.web.flash import say
from grievance.web.lang import localized
from grievance.web.staff import signing
from grievance.web.staff.absence_views import absence_words
from grievance.web.staff.access import SESSION, me, signed_in
from grievance.web.staff.account_words import duty_name
from grievance.web.staff.forms_sign_in import ConfirmForm, LanguageForm, MailForm, PasswordForm, refuse
from grievance.web.staff.pages_base import TIME_ZONE, staff_page
from grievance.web.staff.sign_in_views import show_recovery_codes
from grievance.web.unit import current

WRONG_PASSWORD = _l("This is not your password, or it comes too soon after wrong ones. Wait one minute and try again.")


def add_routes(bp: Blueprint) -> None:
    """Add the pages of the own account."""
    post, both = ("POST",), ("GET", "POST")
    localized(bp, "account", account, es="/equipo/cuenta", en="/staff/account")
    localized(bp, "password", password, es="/equipo/cuenta/clave", en="/staff/account/password", methods=both)
    localized(
        bp,
        "recovery_codes",
        recovery_codes,
        es="/equipo/cuenta/codigos",
        en="/staff/account/recovery-codes",
        methods=both,
    )
    localized(bp, "language", language, es="/equipo/cuenta/idioma", en="/staff/account/language", methods=post)
    localized(bp, "mail_choice", mail_choice, es="/equipo/cuenta/correo", en="/staff/account/mail", methods=post)
    localized(
        bp,
        "end_session",
        end_session,
        es="/equipo/cuenta/sesiones/<public_id>",
        en="/staff/account/sessions/<public_id>",
        methods=post,
    )
    localized(
        bp,
        "sign_out_everywhere",
        sign_out_everywhere,
        es="/equipo/cuenta/salir-en-todas-partes",
        en="/staff/account/sign-out-everywhere",
        methods=post,
    )


@signed_in
def account() -> ResponseReturnValue:
    """Show who one is here, what one is charged with, and where one is signed in."""
    member = me()
    unit = current()
    held = queries.staff_line(unit.session, member.public_id).duties
    return render_template(
        "staff/account.html",
        page=staff_page(current="account"),
        member=member,
        duties=[(duty_name(each.duty), each.site_name or _("every site")) for each in held],
        sessions=sign_in.open_sessions(unit.session, member.staff_id, now=unit.now),
        absences=[absence_words(row) for row in absences.listed(unit.session, at=unit.now, staff_id=member.staff_id)],
        may_be_away=member.viewer.may_anywhere(Action.NAME_STAND_IN),
        this_session=session.get(SESSION),
        tz=member.sites[0].time_zone if member.sites else TIME_ZONE,
        language=LanguageForm(locale=member.locale),
        mail=MailForm(choice=staff_mail.choice_of(unit.session, member.staff_id)) if unit.runtime.offers_mail else None,
    )


@signed_in
def password() -> ResponseReturnValue:
    """Change the password; every other device is signed out."""
    form = PasswordForm()
    form.email = me().email
    if form.validate_on_submit():
        unit = current()
        hashed = hash_password(
            form.new_password.data or "", salt=unit.runtime.settings.password_salt.get_secret_value()
        )
        staff = _own_row()
        if signing.password_is_right(staff, form.present.data or ""):
            sign_in.set_password(unit.session, staff, password_hash=hashed, at=unit.now)
            sign_in.end_all_sessions(unit.session, staff, at=unit.now)
            signing.enter(staff)
            say(_("Your password is changed. Every other device was signed out."))
            return redirect(url_for("staff.account"), code=303)
        refuse(form, WRONG_PASSWORD)
    page = staff_page(current="account", narrow=True)
    return make_response(render_template("staff/password.html", page=page, form=form), 422 if form.errors else 200)


@signed_in
def recovery_codes() -> ResponseReturnValue:
    """Make new recovery codes, after the password was given once more."""
    form = ConfirmForm()
    if form.validate_on_submit():
        unit = current()
        staff = _own_row()
        if signing.password_is_right(staff, form.password.data or ""):
            return show_recovery_codes(sign_in.new_recovery_codes(unit.session, staff, at=unit.now))
        refuse(form, WRONG_PASSWORD)
    page = staff_page(current="account", narrow=True)
    answer = render_template("staff/new-recovery-codes.html", page=page, form=form)
    return make_response(answer, 422 if form.errors else 200)


@signed_in
def language() -> ResponseReturnValue:
    """Keep the language of one's notices."""
    form = LanguageForm()
    if not form.validate_on_submit():
        abort(400)
    operations.choose_locale(current().session, staff=_own_row(), locale=form.locale.data)
    say(_("Your language is kept."))
    return redirect(url_for("staff.account"), code=303)


@signed_in
def mail_choice() -> ResponseReturnValue:
    """Keep when one's notices come by e-mail."""
    form = MailForm()
    if not form.validate_on_submit():
        abort(400)
    staff_mail.choose(current().session, me().staff_id, MailChoice(form.choice.data))
    say(_("Your choice is kept."))
    return redirect(url_for("staff.account"), code=303)


@signed_in
def end_session(public_id: str) -> ResponseReturnValue:
    """Sign one device out."""
    unit = current()
    sign_in.end_session(unit.session, me().staff_id, public_id, at=unit.now)
    if public_id == session.get(SESSION):
        signing.forget()
        return redirect(url_for("staff.sign_in"), code=303)
    say(_("That device is signed out."))
    return redirect(url_for("staff.account"), code=303)


@signed_in
def sign_out_everywhere() -> ResponseReturnValue:
    """Sign out on every device, this one too."""
    sign_in.end_all_sessions(current().session, _own_row(), at=current().now)
    signing.forget()
    return redirect(url_for("staff.sign_in"), code=303)


def _own_row() -> Staff:
    return sign_in.lock_staff(current().session, me().staff_id)
