"""Views of grievances of several people: joining with a code, and passing a code on.

The form to join carries no session token, as the filing form does and for the same reasons (see `register`).
"""

from __future__ import annotations

from math import ceil

from flask import current_app, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from grievance.cases.intake import Filing, FormKeyReused
from grievance.cases.states import Channel, Confidentiality
from grievance.complainants import door
from grievance.complainants.collective import CodeGone, Invitation, NoSuchCode, Slowed, look_up_on_web
from grievance.complainants.door import Phone
from grievance.sites.models import Site
from grievance.sites.queries import line_of_site, site_by_slug
from grievance.web.access import public
from grievance.web.complainant import pages, visit
from grievance.web.complainant.form_key import FormKey, new_form_key, read_form_key
from grievance.web.complainant.join_forms import CodeForm, JoinForm, PassOnForm
from grievance.web.complainant.showing import REFUSED, TOO_MANY, UNPROCESSABLE, Sent, back, lapsed, refused, show_case
from grievance.web.complainant.throttle import Throttle
from grievance.web.lang import current_lang
from grievance.web.page import Page
from grievance.web.unit import current


@public
def join(site: str) -> ResponseReturnValue:
    """Ask for the code. One that stands in the address, as in a QR code, is written in but not yet tried."""
    return _ask_code(site_by_slug(current().session, site), CodeForm(None, data={"code": request.args.get("code", "")}))


@public
def join_case(site: str) -> ResponseReturnValue:
    """Try the code, show all that may be shown, and let the person join."""
    unit = current()
    throttle: Throttle = current_app.extensions["complainant_throttle"]
    throttle.slow_down(request.remote_addr or "", at=unit.now)
    found = site_by_slug(unit.session, site)
    form = CodeForm(request.form)
    if not form.validate():
        return _ask_code(found, form, UNPROCESSABLE)
    match look_up_on_web(unit.session, found.id, form.code.data or "", at=unit.now):
        case Invitation() as invitation:
            return _join(found, invitation, form)
        case Slowed(seconds=seconds):
            form.form_errors.append(_wait(seconds))
            response = make_response(_ask_code(found, form, TOO_MANY))
            response.headers["Retry-After"] = str(ceil(seconds))
            return response
        case NoSuchCode():
            return _unknown(found, form)


@public
def pass_on() -> ResponseReturnValue:
    """Make a code for others."""
    unit, form = current(), PassOnForm(request.form)
    here = visit.present(unit.runtime.keys, at=unit.now)
    if here is None:
        return lapsed()
    if not form.validate():
        return show_case(here, UNPROCESSABLE, sent=Sent("pass_on", form))
    case, person = door.enter(unit.session, here.case_id, here.complainant_id)
    try:
        door.give_code(unit.session, case, person, line=form.line.data or None, at=unit.now)
    except REFUSED as refusal:
        return refused(here, Sent("pass_on", form), refusal)
    return back(_("The code is ready. You find it below, with how to pass it on."))


@public
def stop_passing_on() -> ResponseReturnValue:
    """Close the code."""
    unit, form = current(), PassOnForm(None)
    here = visit.present(unit.runtime.keys, at=unit.now)
    if here is None:
        return lapsed()
    case, person = door.enter(unit.session, here.case_id, here.complainant_id)
    try:
        door.close_code(unit.session, case, person, at=unit.now)
    except REFUSED as refusal:
        return refused(here, Sent("pass_on", form), refusal)
    return back(_("The code is closed. Whoever joined stays in the case."))


def _join(site: Site, invitation: Invitation, code: CodeForm) -> ResponseReturnValue:
    unit = current()
    line = line_of_site(unit.session, site.id)
    if "joining" not in request.form:
        fresh = JoinForm(None, has_line=line is not None, code=code.code.data)
        return _show(site, invitation, fresh, new_form_key(unit.runtime.keys, at=unit.now))
    form = JoinForm(request.form, has_line=line is not None)
    sent_key = read_form_key(unit.runtime.keys, request.form.get("form_key", ""))
    key = sent_key or new_form_key(unit.runtime.keys, at=unit.now)
    if not form.validate():
        return _show(site, invitation, form, key, UNPROCESSABLE)
    if form.website.data or sent_key is None or key.is_too_quick(unit.now):
        form.website.process_data("")
        form.form_errors.append(_("Please press “Join” once more. That tells us that a person is sending it."))
        return _show(site, invitation, form, key, UNPROCESSABLE)
    number = form.phone_number
    phone = Phone(number, line) if number and line else None
    try:
        door.join_case(unit.session, invitation, _filing(form, key), phone=phone, at=unit.now)
    except FormKeyReused:
        unit.undo()
    except CodeGone:
        unit.undo()
        return _unknown(site, code)
    visit.keep_receipt(unit.runtime.keys, key.value, at=unit.now)
    return redirect(url_for(".receipt"), 303)


def _filing(form: JoinForm, key: FormKey) -> Filing:
    name, has_phone = form.given_name, form.phone_number is not None
    known = Confidentiality.CONFIDENTIAL if has_phone else Confidentiality.ANONYMOUS
    return Filing(
        words=form.words.data or "",
        locale=current_lang(),
        channel=Channel.WEB,
        confidentiality=Confidentiality.NAMED if name else known,
        name=name,
        form_key=key.value,
    )


def _unknown(site: Site, form: CodeForm) -> ResponseReturnValue:
    # The same for a code that never was, one that was closed, and one whose case nobody can join.
    form.code.errors = [_("Nobody can join with this code. Check it with whoever gave it to you.")]
    return _ask_code(site, form, UNPROCESSABLE)


def _ask_code(site: Site, form: CodeForm, status: int = 200) -> ResponseReturnValue:
    unit = current()
    key = new_form_key(unit.runtime.keys, at=unit.now).field_value
    page = _frame(site)
    return render_template("complainant/join-code.html", page=page, form=form, form_key=key, slug=site.slug), status


def _show(site: Site, invitation: Invitation, form: JoinForm, key: FormKey, status: int = 200) -> ResponseReturnValue:
    body = render_template(
        "complainant/join.html",
        page=_frame(site),
        form=form,
        form_key=key.field_value,
        line=invitation.line or "",
        slug=site.slug,
        has_line=len(form.reach.choices or ()) > 1,
    )
    return body, status


def _wait(seconds: int) -> str:
    minutes = ceil(seconds / 60)
    wait = ngettext("%(num)s minute", "%(num)s minutes", minutes)
    return _("There were too many wrong codes at this site. Wait %(wait)s, or join by SMS.", wait=wait)


def _frame(site: Site) -> Page:
    return pages.frame(site.name, in_demo=current().runtime.settings.in_demo)
