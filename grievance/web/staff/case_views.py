"""The case page, its files, and the two actions that carry more than words: attaching a file, opening an identity."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from grievance.accounts.permissions import Action
from grievance.cases import handling, identity
from grievance.cases import queries as case_queries
from grievance.cases.files import MAX_FILE_BYTES, FileRefused, FileTooLarge, StoredFile, keep
from grievance.cases.page import CasePage
from grievance.cases.states import staff_actor
from grievance.cases.track_states import StatementOf
from grievance.cases.visibility import CaseAction
from grievance.deadlines.standards import CaseType
from grievance.desk.tasks import tasks
from grievance.privacy import holds
from grievance.web.complainant import uploads
from grievance.web.flash import say
from grievance.web.lang import current_lang, localized
from grievance.web.page import Page
from grievance.web.referral_pages import referral_view
from grievance.web.staff.access import duty, me, viewer
from grievance.web.staff.action_pages import open_actions
from grievance.web.staff.alike_views import beside
from grievance.web.staff.case_pages import case_view, holds_identity, short_case
from grievance.web.staff.case_reading import calendar_for, read_case
from grievance.web.staff.choices import Choices
from grievance.web.staff.desk_pages import task_line
from grievance.web.staff.forms_base import text_of
from grievance.web.staff.forms_messages import AttachForm, IdentityForm
from grievance.web.staff.pages_base import staff_page, today_at
from grievance.web.staff.together_pages import joining
from grievance.web.unit import current


@duty(Action.SEE_CASES)
def case(reference: str) -> ResponseReturnValue:
    """Show a case."""
    page = read_case(reference)
    choices = Choices(current(), page)
    view = case_view(page, me=me().name, now=current().now, calendar=calendar_for(page), lang=current_lang())
    return render_template(
        "staff/case.html",
        page=_frame(page),
        case=view,
        joining=joining(page, current_lang()),
        beside=beside(page),
        actions=open_actions(page, choices),
        tasks=[
            task_line(row, page.time_zone, current_lang())
            for row in tasks(current().session, viewer(), case_id=page.case_id)
        ],
        referrals=[referral_view(part, current_lang(), page.time_zone) for part in choices.referrals],
        attach_form=_attach_form(page),
        hold=holds.reason_of(current().session, page.case_id) if page.held_at else None,
        may_open_identity=CaseAction.OPEN_IDENTITY in page.allowed and holds_identity(page),
    )


@duty(Action.SEE_CASES)
def attachment(reference: str, public_id: str) -> Response:
    """Hand out a file, to be saved and never shown in the browser."""
    unit = current()
    stored = case_queries.attachment_for(unit.session, viewer(), reference, public_id, now=unit.now, writing=unit.write)
    # Before the file is fetched: a slow disk must hold no transaction, and the audit trail has its line.
    unit.finish()
    response = make_response(unit.runtime.storage.get(stored.storage_key))
    response.headers["Content-Type"] = stored.media_type
    response.headers.set("Content-Disposition", "attachment", filename=stored.filename or public_id)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


@duty(Action.WORK_CASE)
def attach(reference: str) -> ResponseReturnValue:
    """Add a file to a case."""
    form = AttachForm(key="attach")
    stored = _kept(form) if form.validate() else None
    if stored is None:
        page = read_case(reference)
        form = form if page.track else form.without_statements()
        form.version.data = page.version
        return render_template("staff/attach.html", page=_frame(page), form=form, **_names(page)), 422
    unit = current()
    found = case_queries.for_change(unit.session, viewer(), reference, CaseAction.ATTACH)
    signed = form.statement_of.data if found.type == CaseType.HARASSMENT else ""
    statement_of = StatementOf(signed) if signed else None
    internal, by = form.audience.data == "internal", staff_actor(me().staff_id)
    handling.attach(unit.session, found, stored, internal=internal, statement_of=statement_of, by=by, at=unit.now)
    say(_("The file is kept with the case."))
    return redirect(url_for("staff.case", reference=reference), code=303)


@duty(Action.WORK_CASE)
def attach_page(reference: str) -> ResponseReturnValue:
    """Show the form for a file on its own page."""
    page = read_case(reference)
    form = _empty_attach(page)
    return render_template("staff/attach.html", page=_frame(page), form=form, **_names(page))


@duty(Action.OPEN_IDENTITY)
def identity_page(reference: str) -> ResponseReturnValue:
    """Ask for the reason."""
    page = read_case(reference)
    form = IdentityForm(key="identity")
    form.version.data = page.version
    return render_template("staff/identity.html", page=_frame(page), form=form, people=None, **_names(page))


@duty(Action.OPEN_IDENTITY)
def open_identity(reference: str) -> ResponseReturnValue:
    """Show who the person is, once."""
    page = read_case(reference)
    form = IdentityForm(key="identity")
    if not form.validate():
        return render_template("staff/identity.html", page=_frame(page), form=form, people=None, **_names(page)), 422
    unit = current()
    found = case_queries.for_change(unit.session, viewer(), reference, CaseAction.OPEN_IDENTITY)
    people = identity.open_identity(
        unit.session, found, reason=text_of(form.reason), by=staff_actor(me().staff_id), at=unit.now
    )
    return render_template("staff/identity.html", page=_frame(page), form=None, people=people, **_names(page))


def add_routes(bp: Blueprint) -> None:
    """Route the case page and what belongs to it."""
    es, en = "/equipo/casos/<reference>", "/staff/cases/<reference>"
    localized(bp, "case", case, es=es, en=en)
    localized(bp, "attachment", attachment, es=f"{es}/archivos/<public_id>", en=f"{en}/files/<public_id>")
    localized(bp, "attach_page", attach_page, es=f"{es}/adjuntar", en=f"{en}/attach")
    localized(bp, "attach", attach, es=f"{es}/adjuntar", en=f"{en}/attach", methods=("POST",))
    localized(bp, "identity_page", identity_page, es=f"{es}/identidad", en=f"{en}/identity")
    localized(bp, "open_identity", open_identity, es=f"{es}/identidad", en=f"{en}/identity", methods=("POST",))
    bp.url_value_preprocessor(_limit_what_is_read)


def _limit_what_is_read(endpoint: str | None, _values: dict[str, object] | None) -> None:
    # Before the check of the token, which already reads the form.
    if endpoint == "staff.attach":
        uploads.limit(request)


def _frame(page: CasePage) -> Page:
    return staff_page(current="cases", site_name=page.site_name, today=today_at(page.time_zone))


def _names(page: CasePage) -> dict[str, str]:
    return {"reference": page.reference, "title": short_case(page)}


def _attach_form(page: CasePage) -> AttachForm | None:
    if CaseAction.ATTACH not in page.allowed:
        return None
    return _empty_attach(page)


def _empty_attach(page: CasePage) -> AttachForm:
    """Return the form for a file; only harassment takes statements that are signed on paper."""
    form = AttachForm(key="attach")
    form.version.data = page.version
    return form if page.track else form.without_statements()


def _kept(form: AttachForm) -> StoredFile | None:
    """Store what was sent, before any transaction opens; None with the reason on the field."""
    upload = form.file.data
    try:
        content = upload.stream.read(MAX_FILE_BYTES + 1)
        if len(content) > MAX_FILE_BYTES:
            raise FileTooLarge(upload.filename, upload.stream.seek(0, 2))
        return keep(current().runtime.storage, content, upload.filename)
    except FileRefused as refused:
        form.file.errors = [uploads.in_words(refused, current_lang())]
        return None
