"""Views around a filing: start page, form, receipt."""

from __future__ import annotations

from dataclasses import replace

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from grievance.cases.intake import Filing, FormKeyReused
from grievance.cases.states import Channel, Confidentiality, Group
from grievance.complainants import door
from grievance.complainants.door import NothingFiled, Phone, SaidSomethingElse
from grievance.deadlines.working_days import local_date
from grievance.sites.queries import site_by_slug
from grievance.web.access import public
from grievance.web.complainant import pages, uploads, visit
from grievance.web.complainant.form_key import FormKey, new_form_key, read_form_key
from grievance.web.complainant.forms import ReportForm, SavedForm
from grievance.web.complainant.pages import Desk
from grievance.web.complainant.throttle import Throttle
from grievance.web.complainant.uploads import Uploads
from grievance.web.lang import current_lang
from grievance.web.page import Page
from grievance.web.unit import current

UNPROCESSABLE = 422


@public
def report(site: str) -> ResponseReturnValue:
    """Show the empty form. No cookie is set: the hidden key does what a session would."""
    unit = current()
    desk = pages.desk(unit.session, site, at=unit.now, has_mail=unit.runtime.offers_mail)
    form = ReportForm(None, desk.choices, category=request.args.get("about", ""))
    return _show(desk, form, new_form_key(unit.runtime.keys, at=unit.now), Uploads())


@public
def file_grievance(site: str) -> ResponseReturnValue:
    """Take a grievance, once. This form carries no session token, on purpose: see `register`."""
    unit = current()
    _throttle().slow_down(request.remote_addr or "", at=unit.now)
    with unit.glance() as session:
        desk = pages.desk(session, site, at=unit.now, has_mail=unit.runtime.offers_mail)
    form = ReportForm(request.form, desk.choices)
    sent_key = read_form_key(unit.runtime.keys, request.form.get("form_key", ""))
    key = sent_key or new_form_key(unit.runtime.keys, at=unit.now)
    files = _files(key)
    if not _is_ready(form, files, sent_key):
        return _show(desk, form, key, files, status=UNPROCESSABLE)
    return _file(desk, form, key, files)


@public
def receipt() -> ResponseReturnValue:
    """Show the receipt of what was just filed in this browser."""
    return _receipt(SavedForm())


@public
def save_receipt() -> ResponseReturnValue:
    """Take "I have saved both": the code is shown no more, and the case opens."""
    unit = current()
    form, key = SavedForm(request.form), visit.kept_receipt(unit.runtime.keys, at=unit.now)
    if key is None or not form.validate():
        return _receipt(form)
    shown = door.receipt(unit.session, key, at=unit.now)
    if shown.code is not None:
        # Only while the code itself could be read here: afterwards the form key opens nothing, the code does.
        door.save_receipt(unit.session, key, at=unit.now)
        visit.start(unit.runtime.keys, shown.case_id, shown.complainant_id, at=unit.now)
    return redirect(url_for(".follow_up"), 303)


def _files(key: FormKey) -> Uploads:
    return uploads.take(
        request.files.getlist("files"),
        request.form.getlist("kept"),
        runtime=current().runtime,
        form_key=key.value,
        lang=current_lang(),
        at=current().now,
    )


def _is_ready(form: ReportForm, files: Uploads, key: FormKey | None) -> bool:
    """Whether the form may be filed. Where not, it goes back with everything in it and says what to do."""
    valid = form.validate()
    form.files.errors = list(files.problems)
    if not valid or files.problems:
        return False
    if form.website.data or key is None or key.is_too_quick(current().now):
        # Looks like a program. A person is asked to press once more; nothing that was written is in danger.
        form.website.process_data("")
        form.form_errors.append(
            _("Please press “Send grievance” once more. That tells us that a person is sending it.")
        )
        return False
    return True


def _file(desk: Desk, form: ReportForm, key: FormKey, files: Uploads) -> ResponseReturnValue:
    unit = current()
    number = form.phone_number
    phone = Phone(number, desk.line) if number and desk.line else None
    try:
        site = site_by_slug(unit.session, desk.slug)
        door.file_grievance(
            unit.session,
            site,
            _filing(desk, form, key),
            files=files.stored,
            phone=phone,
            email=form.email_address,
            at=unit.now,
        )
    except FormKeyReused:
        unit.undo()
        try:
            door.check_same_words(unit.session, key.value, form.words.data or "")
        except SaidSomethingElse:
            return _show_again(desk, form, key)
    visit.keep_receipt(unit.runtime.keys, key.value, at=unit.now)
    return redirect(url_for(".receipt"), 303)


def _filing(desk: Desk, form: ReportForm, key: FormKey) -> Filing:
    filing = Filing(
        words=form.words.data or "",
        locale=current_lang(),
        channel=Channel.WEB,
        said_group=Group(form.group.data) if form.group.data in set(Group) else Group.NOT_SAID,
        concerns_handlers=form.concerns_handlers.data,
        category_id=desk.category_ids.get(form.category.data),
        area_id=desk.area_ids.get(form.area.data),
        place=form.place.data or None,
        occurred_on=form.occurred_on.data,
        employer_id=desk.employer_ids.get(form.employer.data),
        name=form.given_name,
        form_key=key.value,
    )
    if form.phone_number or form.email_address:
        filing = replace(filing, confidentiality=Confidentiality.CONFIDENTIAL)
    return replace(filing, confidentiality=Confidentiality.NAMED) if form.given_name else filing


def _show(
    desk: Desk, form: ReportForm, key: FormKey, files: Uploads, *, status: int = 200, was_sent: bool = False
) -> ResponseReturnValue:
    body = render_template(
        "complainant/report.html",
        page=_frame(desk.site_name, desk),
        desk=desk,
        form=form,
        form_key=key.field_value,
        kept=files.choices(current_lang()),
        accept=uploads.ACCEPT,
        was_sent=was_sent,
    )
    return body, status


def _show_again(desk: Desk, form: ReportForm, used: FormKey) -> ResponseReturnValue:
    """Other words under a key that was used: they go back into a fresh form, and the first receipt stays reachable."""
    unit = current()
    fresh = ReportForm(None, desk.choices, **(form.data | {"files": None}))
    visit.keep_receipt(unit.runtime.keys, used.value, at=unit.now)
    key = new_form_key(unit.runtime.keys, at=unit.now)
    return _show(desk, fresh, key, Uploads(), status=409, was_sent=True)


def _receipt(form: SavedForm) -> ResponseReturnValue:
    unit = current()
    key = visit.kept_receipt(unit.runtime.keys, at=unit.now)
    try:
        if key is None:
            raise NothingFiled
        found = door.receipt(unit.session, key, at=unit.now)
    except NothingFiled:
        return render_template("complainant/no_receipt.html", page=_frame(pages.house_name(unit.session))), 404
    today = local_date(unit.now, found.shown.time_zone)
    values = pages.receipt_page(unit.session, found, today=today, public_url=unit.runtime.settings.public_url)
    script = "leave.js" if values.code else ""
    page = pages.frame(found.shown.site_name, in_demo=unit.runtime.settings.in_demo, today=today, script=script)
    body = render_template("complainant/receipt.html", page=page, receipt=values, form=form)
    return body, UNPROCESSABLE if form.errors else 200


def _frame(name: str, desk: Desk | None = None) -> Page:
    return pages.frame(name, in_demo=current().runtime.settings.in_demo, today=desk.today if desk else None)


def _throttle() -> Throttle:
    throttle: Throttle = current_app.extensions["complainant_throttle"]
    return throttle
