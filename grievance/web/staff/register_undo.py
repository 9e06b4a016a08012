"""Taking an import back: a page that says what goes and what stays, and the button. The worker does it."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from grievance.accounts.permissions import Action
from grievance.registers.importing import load_for_change
from grievance.registers.queries import import_of
from grievance.registers.undoing import TooLateToUndo, ask_undo, plan
from grievance.web.errors import ErrorWords, translate
from grievance.web.flash import say
from grievance.web.lang import current_lang, localized
from grievance.web.page import Link
from grievance.web.staff.access import duty, me, viewer
from grievance.web.staff.forms_register import RegisterStepForm
from grievance.web.staff.pages_base import staff_page
from grievance.web.staff.register_pages import crumbs, name_of, undo_view
from grievance.web.unit import current

TOO_LATE = ErrorWords(
    409,
    _l("This import can no longer be taken back"),
    _l("More than a day has passed since it ended. Nothing was changed."),
    _l(
        "Mark what is no grievance as such on its page, or several at once on the page of the first look. Put right"
        " what a row says on the page of its case."
    ),
)


def add_routes(bp: Blueprint) -> None:
    """Add the page and its button, at one address."""
    es, en = "/equipo/registros/<public_id>/deshacer", "/staff/registers/<public_id>/undo"
    localized(bp, "register_undo", register_undo, es=es, en=en)
    localized(bp, "register_take_back", register_take_back, es=es, en=en, methods=("POST",))
    translate(bp, {TooLateToUndo: TOO_LATE})


@duty(Action.IMPORT_REGISTER)
def register_undo(public_id: str) -> ResponseReturnValue:
    """Say what goes and what stays."""
    unit = current()
    row = import_of(unit.session, viewer(), public_id)
    if row.undo_until is None:
        abort(404)
    if row.undo_until <= unit.now:
        raise TooLateToUndo
    shown = undo_view(row, plan(unit.session, row.id, viewer()), current_lang())
    up = [*crumbs(), Link(label=name_of(row), url=url_for("staff.register_import", public_id=public_id))]
    page = staff_page(current="registers", site_name=row.site_name)
    return render_template("staff/register_undo.html", page=page, shown=shown, crumbs=up)


@duty(Action.IMPORT_REGISTER)
def register_take_back(public_id: str) -> ResponseReturnValue:
    """Ask for it."""
    if not RegisterStepForm().validate_on_submit():
        abort(400)
    unit = current()
    row = import_of(unit.session, viewer(), public_id)
    taken = load_for_change(unit.session, row.id)
    key = ask_undo(unit.session, taken, by=me().staff_id, at=unit.now)
    unit.finish()
    if key is not None:
        unit.runtime.storage.delete(key)
    say(_("It is being taken back. You can leave this page: it goes on by itself."))
    return redirect(url_for("staff.register_import", public_id=public_id), code=303)
