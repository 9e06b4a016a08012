"""The code that the one-time code of a slip was exchanged for: shown until the person says that it is saved."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from grievance.complainants.access import OwnCodeGone, own_code_waits, save_own_code
from grievance.crypto.codes import AccessCode
from grievance.web.access import public
from grievance.web.complainant import pages, visit
from grievance.web.complainant.forms import SavedForm
from grievance.web.complainant.showing import CONFLICT, UNPROCESSABLE
from grievance.web.lang import localized
from grievance.web.unit import current


@public
def own_code() -> ResponseReturnValue:
    """Show the own code of whoever has just exchanged a slip in this browser."""
    unit = current()
    kept = visit.kept_own_code(unit.runtime.keys, at=unit.now)
    if kept is None:
        return redirect(url_for(".follow_up"), 302)
    if not own_code_waits(unit.session, *kept):
        return _gone()
    return _show(*kept, SavedForm())


@public
def keep_own_code() -> ResponseReturnValue:
    """Take "I have saved it": the slip opens nothing from now on, and the case opens."""
    unit, form = current(), SavedForm(request.form)
    kept = visit.kept_own_code(unit.runtime.keys, at=unit.now)
    if kept is None:
        return redirect(url_for(".follow_up"), 303)
    if not form.validate():
        return _show(*kept, form)
    try:
        granted = save_own_code(unit.session, *kept, at=unit.now)
    except OwnCodeGone:
        unit.undo()
        return _gone()
    visit.start(unit.runtime.keys, granted.case_id, granted.complainant_id, at=unit.now)
    return redirect(url_for(".follow_up"), 303)


def add_routes(bp: Blueprint) -> None:
    """Route the page and its button."""
    es, en = "/seguimiento/codigo-propio", "/follow-up/own-code"
    localized(bp, "own_code", own_code, es=es, en=en)
    localized(bp, "keep_own_code", keep_own_code, es=es, en=en, methods=("POST",))


def _show(reference: str, code: AccessCode, form: SavedForm) -> ResponseReturnValue:
    unit = current()
    address = unit.runtime.settings.public_url + url_for(".follow_up")
    page = pages.frame(pages.house_name(unit.session), in_demo=unit.runtime.settings.in_demo, script="leave.js")
    body = render_template(
        "complainant/own_code.html", page=page, form=form, reference=reference, code=code.reveal(), address=address
    )
    return body, UNPROCESSABLE if form.errors else 200


def _gone() -> ResponseReturnValue:
    """Say that the code shown here before is dead: it may be the person, on another device, or somebody else."""
    unit = current()
    visit.forget_own_code()
    page = pages.frame(pages.house_name(unit.session), in_demo=unit.runtime.settings.in_demo)
    return render_template("complainant/own_code_gone.html", page=page), CONFLICT
