"""Taking over an old register: bring the file, read what is wrong with it, import it, see how far it is.

The worker reads, checks and imports; these pages only ask for it and show it.
"""

from __future__ import annotations

import hashlib

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from grievance.accounts.permissions import Action
from grievance.cases.record import RegisterImport
from grievance.registers import importing, kept
from grievance.registers.files import MAX_FILE_BYTES, judge
from grievance.registers.importing import ImportMoved, NothingToImport, ProblemsLeft
from grievance.registers.lists import list_names
from grievance.registers.problems import RegisterUnreadable
from grievance.registers.queries import ImportNotFound, ImportRow, import_of, imports
from grievance.registers.template import csv_template, xlsx_template
from grievance.registers.words import what
from grievance.sites.queries import site_by_id
from grievance.web.complainant import uploads
from grievance.web.errors import NOT_FOUND, ErrorWords, translate
from grievance.web.flash import say
from grievance.web.lang import current_lang, localized
from grievance.web.page import Link
from grievance.web.security import allow
from grievance.web.staff.access import at_site, duty, me, sites_for, viewer
from grievance.web.staff.forms_register import ACCEPT, RegisterForm, RegisterStepForm
from grievance.web.staff.pages_base import staff_page
from grievance.web.staff.register_pages import crumbs, lines, problems_file, view
from grievance.web.unit import current

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

MOVED = ErrorWords(
    409,
    _l("This register is elsewhere by now"),
    _l("It was imported, set aside or taken up again since you opened the page. Nothing was changed."),
    _l("Go back to the page before this one and load it again to see where it stands."),
)
NOTHING = ErrorWords(
    409,
    _l("Nothing of this file can be imported"),
    _l("Every row has a problem or is here already, or a column is missing. Nothing was changed."),
    _l("Put the file right and bring it again."),
)
LEFT = ErrorWords(
    409,
    _l("Some rows have problems"),
    _l("You did not say that they are to be left out. Nothing was imported."),
    _l("Go back, and import the good rows only, or put the file right and bring it again."),
)


def add_routes(bp: Blueprint) -> None:
    """Add the pages of old registers."""
    post = ("POST",)
    es, en = "/equipo/registros", "/staff/registers"
    one_es, one_en = f"{es}/<public_id>", f"{en}/<public_id>"
    localized(bp, "registers", registers, es=es, en=en)
    localized(bp, "take_register", take_register, es=es, en=en, methods=post)
    kinds = "<site>.<any(csv, xlsx):kind>"
    localized(bp, "register_template", register_template, es=f"{es}/plantilla/{kinds}", en=f"{en}/template/{kinds}")
    localized(bp, "register_import", register_page, es=one_es, en=one_en)
    localized(bp, "register_problems", register_problems, es=f"{one_es}/problemas.csv", en=f"{one_en}/problems.csv")
    for endpoint, action, spanish, english in (
        ("register_approve", register_approve, "importar", "import"),
        ("register_go_on", register_go_on, "seguir", "go-on"),
        ("register_set_aside", register_set_aside, "apartar", "set-aside"),
    ):
        localized(bp, endpoint, action, es=f"{one_es}/{spanish}", en=f"{one_en}/{english}", methods=post)
    translate(bp, {ImportNotFound: NOT_FOUND, ImportMoved: MOVED, NothingToImport: NOTHING, ProblemsLeft: LEFT})
    bp.url_value_preprocessor(_limit_what_is_read)


@duty(Action.IMPORT_REGISTER)
def registers() -> ResponseReturnValue:
    """List the imports, with the form for another one."""
    return _list(_filled(RegisterForm()))


@duty(Action.IMPORT_REGISTER)
def take_register() -> ResponseReturnValue:
    """Take in a file to be checked; nothing of it is imported by this."""
    form = _filled(RegisterForm())
    content = _content(form) if form.validate() else None
    if content is None:
        return _list(form, status=422)
    # Before the unit opens: a slow disk must not hold the lock.
    key = current().runtime.storage.put(content)
    unit = current()
    site = site_by_id(unit.session, at_site(Action.IMPORT_REGISTER, form.site.data).id)
    taken = importing.start(
        unit.session,
        site,
        filename=form.file.data.filename or "",
        file_digest=hashlib.sha256(content).hexdigest(),
        storage_key=key,
        by=me().staff_id,
        at=unit.now,
    )
    return redirect(url_for("staff.register_import", public_id=taken.public_id), code=303)


@duty(Action.IMPORT_REGISTER)
def register_page(public_id: str) -> ResponseReturnValue:
    """Show where an import stands, what is wrong with the file, and what can be done."""
    row = import_of(current().session, viewer(), public_id)
    shown = view(row, current_lang(), now=current().now)
    script = "progress.js" if shown.is_working else ""
    if script:
        allow("connect-src", "'self'")
    page = staff_page(current="registers", site_name=row.site_name, script=script)
    return render_template("staff/register.html", page=page, shown=shown, crumbs=crumbs())


@duty(Action.IMPORT_REGISTER)
def register_problems(public_id: str) -> ResponseReturnValue:
    """Hand out what is wrong as a file."""
    row = import_of(current().session, viewer(), public_id)
    return _file(problems_file(row.problems, current_lang()), "text/csv; charset=utf-8", _("problems.csv"))


@duty(Action.IMPORT_REGISTER)
def register_template(site: str, kind: str) -> ResponseReturnValue:
    """Hand out the empty register to fill in, in the language of the page."""
    found, lang = at_site(Action.IMPORT_REGISTER, site), current_lang()
    if kind == "csv":
        return _file(csv_template(lang), "text/csv; charset=utf-8", _("register.csv"))
    session = current().session
    content = xlsx_template(lang, list_names(session, site_by_id(session, found.id)))
    return _file(content, XLSX, _("register.xlsx"))


@duty(Action.IMPORT_REGISTER)
def register_approve(public_id: str) -> ResponseReturnValue:
    """Ask for the import itself."""
    form, row = _step(public_id)
    unit = current()
    without_wrong = form.without_wrong.data == "yes"
    taken = _locked(row)
    importing.approve(unit.session, taken, without_wrong=without_wrong, by=me().staff_id, at=unit.now)
    say(_("The import has begun. You can leave this page: it goes on by itself."))
    return _back(row)


@duty(Action.IMPORT_REGISTER)
def register_go_on(public_id: str) -> ResponseReturnValue:
    """Let what broke off go on."""
    _form, row = _step(public_id)
    importing.go_on(current().session, _locked(row))
    say(_("It goes on where it broke off."))
    return _back(row)


@duty(Action.IMPORT_REGISTER)
def register_set_aside(public_id: str) -> ResponseReturnValue:
    """Give a file up. The sweep for files that no row names would take it too, a day later."""
    _form, row = _step(public_id)
    unit = current()
    key = importing.set_aside(unit.session, _locked(row), by=me().staff_id, at=unit.now)
    unit.finish()
    if key is not None:
        unit.runtime.storage.delete(key)
    say(_("Set aside. The file is deleted, and nothing of it was imported."))
    return redirect(url_for("staff.registers"), code=303)


def _limit_what_is_read(endpoint: str | None, _values: dict[str, object] | None) -> None:
    # Before the check of the token, which already reads the form.
    if endpoint == "staff.take_register":
        uploads.limit(request)


def _filled(form: RegisterForm) -> RegisterForm:
    form.site.choices = [(site.slug, site.name) for site in sites_for(Action.IMPORT_REGISTER)]
    return form


def _content(form: RegisterForm) -> bytes | None:
    """Return the bytes of a file that may be a register; None with the reason on the field."""
    content: bytes = form.file.data.stream.read(MAX_FILE_BYTES + 1)
    try:
        judge(content)
    except RegisterUnreadable as refusal:
        form.file.errors = [what(refusal.problem, current_lang())]
        return None
    return content


def _list(form: RegisterForm, *, status: int = 200) -> ResponseReturnValue:
    found = imports(current().session, viewer())
    body = render_template(
        "staff/registers.html",
        page=staff_page(current="registers"),
        form=form,
        accept=ACCEPT,
        lines=lines(found, current_lang()),
        sites=sites_for(Action.IMPORT_REGISTER),
        matchings=_kept_links(),
    )
    return body, status


def _kept_links() -> list[Link]:
    session = current().session
    operators = kept.operators_of(session, [site.id for site in sites_for(Action.IMPORT_REGISTER)])
    return [
        Link(label=matching.name, url=url_for("staff.kept_matching", public_id=row.public_id))
        for row, matching in kept.kept(session, operators)
    ]


def _step(public_id: str) -> tuple[RegisterStepForm, ImportRow]:
    form = RegisterStepForm()
    if not form.validate_on_submit():
        abort(400)
    return form, import_of(current().session, viewer(), public_id)


def _locked(row: ImportRow) -> RegisterImport:
    return importing.load_for_change(current().session, row.id)


def _back(row: ImportRow) -> ResponseReturnValue:
    return redirect(url_for("staff.register_import", public_id=row.public_id), code=303)


def _file(content: bytes, content_type: str, name: str) -> Response:
    response = Response(content, content_type=content_type)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
