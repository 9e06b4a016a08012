"""Slips that nobody has used yet, and printing another for a person who comes back without."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from flask import Blueprint, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from grievance.accounts.permissions import Action
from grievance.complainants import slips
from grievance.complainants.slips import SLIP_DAYS, OpenSlip, SlipNotFound, SlipUsed
from grievance.web.flash import say
from grievance.web.formats import day
from grievance.web.lang import current_lang, localized
from grievance.web.staff.access import duty, viewer
from grievance.web.staff.pages_base import staff_page
from grievance.web.unit import current

CONFLICT = 409


@dataclass(frozen=True, slots=True)
class SlipRow:
    """A slip in words."""

    public_id: str
    reference: str
    site_name: str
    made: str
    until: str


@duty(Action.RECORD_INTAKE)
def slips_not_used() -> ResponseReturnValue:
    """List the slips of what the viewer recorded, as long as nobody has used them."""
    rows = [_row(each) for each in slips.not_used(current().session, viewer())]
    return render_template("staff/slips.html", page=staff_page(current="intake", narrow=True), slips=rows)


@duty(Action.RECORD_INTAKE)
def print_slip_again(public_id: str) -> ResponseReturnValue:
    """Say what printing another slip means, and ask."""
    try:
        found = slips.open_slip(current().session, viewer(), public_id)
    except SlipNotFound:
        abort(404)
    except SlipUsed:
        return _used()
    return render_template(
        "staff/slip-again.html", page=staff_page(current="intake", narrow=True), slip=_row(found), days=SLIP_DAYS
    )


@duty(Action.RECORD_INTAKE)
def make_slip_again(public_id: str) -> ResponseReturnValue:
    """Print another slip; the one before opens nothing any more."""
    unit, page_key = current(), secrets.token_urlsafe(16)
    try:
        slips.print_again(unit.session, viewer(), public_id, page_key=page_key, at=unit.now)
    except SlipNotFound:
        abort(404)
    except SlipUsed:
        unit.undo()
        return _used()
    say(_("Here is the new slip. The one before opens nothing any more."))
    return redirect(url_for("staff.slip", form_key=page_key), code=303)


def add_routes(bp: Blueprint) -> None:
    """Route the list and the question."""
    es, en = "/equipo/registrar/comprobantes", "/staff/record/slips"
    localized(bp, "slips", slips_not_used, es=es, en=en)
    one = {"es": f"{es}/<public_id>", "en": f"{en}/<public_id>"}
    localized(bp, "print_slip_again", print_slip_again, **one)
    localized(bp, "make_slip_again", make_slip_again, **one, methods=("POST",))


def _used() -> ResponseReturnValue:
    return render_template("staff/slip-used.html", page=staff_page(current="intake", narrow=True)), CONFLICT


def _row(each: OpenSlip) -> SlipRow:
    lang, tz = current_lang(), each.time_zone
    made, until = day(each.made_at, lang, tz=tz), day(each.expires_at, lang, tz=tz)
    return SlipRow(each.submission, each.reference, each.site_name, made, until)
