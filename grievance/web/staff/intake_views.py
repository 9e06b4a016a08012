"""Assisted intake: the form, reading the words back, and the slip that the person takes along."""

from __future__ import annotations

import secrets

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _
from markupsafe import Markup

from grievance.accounts.permissions import Action
from grievance.cases.identity import CodeExpired, CodeWrong
from grievance.cases.intake import FormKeyReused, NotYetHappened
from grievance.cases.states import staff_actor
from grievance.complainants import assisted
from grievance.complainants.slips import SlipNotFound
from grievance.core.i18n import Locale, formats
from grievance.web.flash import say
from grievance.web.lang import current_lang, localized
from grievance.web.staff.access import at_site, duty, me, sites_for
from grievance.web.staff.forms_base import text_of
from grievance.web.staff.forms_intake import DigitsForm, IntakeForm
from grievance.web.staff.intake_pages import filing_of, fill, phone_of, read_back_view, site_of, slip_view
from grievance.web.staff.pages_base import staff_page, today_at
from grievance.web.unit import current

READ_BACK = ("confirmed", "not_possible", "asked")


@duty(Action.RECORD_INTAKE)
def intake() -> ResponseReturnValue:
    """Show the empty form."""
    form = IntakeForm(form_key=secrets.token_urlsafe(16))
    fill(form, sites_for(Action.RECORD_INTAKE), current())
    return _show(form)


@duty(Action.RECORD_INTAKE)
def record_intake() -> ResponseReturnValue:
    """Check the form, have it read back, then record it."""
    form = IntakeForm()
    fill(form, sites_for(Action.RECORD_INTAKE), current())
    if not form.validate():
        return _show(form, status=422)
    if request.form.get("change"):
        return _show(form)
    answer = request.form.get("read_back", "")
    if answer not in READ_BACK or (answer == "asked" and form.phone_number is None):
        return _read_back(form)
    return _record(form, answer)


@duty(Action.RECORD_INTAKE)
def slip(form_key: str) -> ResponseReturnValue:
    """Show the slip to print, and what is still to be done while the person is there."""
    return _show_slip(form_key, DigitsForm())


@duty(Action.RECORD_INTAKE)
def confirm_digits(form_key: str) -> ResponseReturnValue:
    """Confirm the phone with the digits that arrived on it."""
    form, unit = DigitsForm(), current()
    if not form.validate():
        return _show_slip(form_key, form, status=422)
    try:
        assisted.confirm_digits(unit.session, form_key, text_of(form.digits), staff_id=me().staff_id, at=unit.now)
    except SlipNotFound:
        abort(404)
    except CodeWrong:
        form.digits.errors = [_("These are not the digits that were sent. Look again.")]
        return _show_slip(form_key, form, status=422)
    except CodeExpired:
        form.digits.errors = [
            _("These digits are no longer valid. The person can confirm the phone on the follow-up page.")
        ]
        return _show_slip(form_key, form, status=422)
    say(_("The phone is confirmed. Notices go to it from now on."))
    return redirect(url_for("staff.slip", form_key=form_key), code=303)


@duty(Action.RECORD_INTAKE)
def hand_over_slip(form_key: str) -> ResponseReturnValue:
    """Forget the one-time code: the person has the slip."""
    unit = current()
    try:
        assisted.handed_over(unit.session, form_key, staff_id=me().staff_id)
    except SlipNotFound:
        abort(404)
    say(_("Recorded. The person has the slip; nobody can show its code again."))
    return redirect(url_for("staff.intake"), code=303)


def add_routes(bp: Blueprint) -> None:
    """Route assisted intake."""
    localized(bp, "intake", intake, es="/equipo/registrar", en="/staff/record")
    localized(bp, "record_intake", record_intake, es="/equipo/registrar", en="/staff/record", methods=("POST",))
    es, en = "/equipo/registrar/comprobante/<form_key>", "/staff/record/slip/<form_key>"
    localized(bp, "slip", slip, es=es, en=en)
    localized(bp, "confirm_digits", confirm_digits, es=es, en=en, methods=("POST",))
    localized(bp, "hand_over_slip", hand_over_slip, es=f"{es}/entregado", en=f"{en}/handed-over", methods=("POST",))


def _show(form: IntakeForm, *, status: int = 200) -> ResponseReturnValue:
    page = staff_page(current="intake", narrow=True)
    return render_template("staff/intake.html", page=page, form=form, today=page.today), status


def _read_back(form: IntakeForm) -> ResponseReturnValue:
    kept = [(name, value) for name, value in request.form.items(multi=True) if name not in {"csrf_token", "read_back"}]
    view = read_back_view(form, current(), current_lang())
    return render_template(
        "staff/intake-read-back.html",
        page=staff_page(current="intake", narrow=True),
        said=view,
        kept=kept,
        has_phone=form.phone_number is not None,
    )


def _record(form: IntakeForm, answer: str) -> ResponseReturnValue:
    unit = current()
    site = site_of(at_site(Action.RECORD_INTAKE, form.site.data), unit)
    try:
        assisted.record_intake(
            unit.session,
            site,
            filing_of(form, recorded_by_id=me().staff_id, read_back=answer),
            phone=phone_of(form, site, unit),
            email=form.email_address,
            by=staff_actor(me().staff_id),
            at=unit.now,
            happened_at=form.told_at(site.time_zone, now=unit.now),
        )
    except FormKeyReused:
        unit.undo()
    except NotYetHappened:
        unit.undo()
        form.told_time.errors = [_("This time has not come yet. Check the day and the time.")]
        return _show(form, status=422)
    return redirect(url_for("staff.slip", form_key=form.form_key.data), code=303)


def _show_slip(form_key: str, form: DigitsForm, *, status: int = 200) -> ResponseReturnValue:
    unit = current()
    try:
        found = assisted.slip(unit.session, form_key, staff_id=me().staff_id, at=unit.now)
    except SlipNotFound:
        abort(404)
    lang, today = Locale(found.locale), today_at(found.time_zone)
    with force_locale(formats(lang)):
        # The paper is the person's: it speaks their language, whatever that of the desk.
        view = slip_view(found, lang, public_url=unit.runtime.settings.public_url, today=today)
        paper = Markup(render_template("staff/slip-paper.html", slip=view))  # noqa: S704  # our own template, escaped
    page = staff_page(current="intake", site_name=found.site_name, narrow=True)
    body = render_template("staff/slip.html", page=page, slip=found, paper=paper, form=form, form_key=form_key)
    return body, status
