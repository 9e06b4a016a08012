"""The proof of filing for the person, and the page on which anybody can check one.

Checking reads no case: what is not genuine is answered with one and the same page, whatever was given.
"""

from __future__ import annotations

from dataclasses import replace

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Form, StringField, TextAreaField

from grievance.complainants import door, proof
from grievance.complainants.access import reopen_access
from grievance.complainants.door import NothingFiled
from grievance.complainants.proof import Proof, WordsErased
from grievance.crypto.fields import reading_blocked
from grievance.deadlines.working_days import local_date
from grievance.web.access import public
from grievance.web.complainant import pages, visit
from grievance.web.complainant.following import as_attachment
from grievance.web.complainant.throttle import Throttle
from grievance.web.lang import current_lang, twins
from grievance.web.proof_pages import proof_pdf, proof_view
from grievance.web.qr import qr_svg
from grievance.web.unit import current
from grievance.web.validators import AtMost, Needed, clean_line

LONGEST = 200


class VerifyForm(Form):
    """The four things on the paper. They stand in the address, so that a code can be scanned; none is a secret."""

    r = StringField(
        _l("Reference"), [Needed(_l("Write the reference on the paper.")), AtMost(LONGEST)], filters=[clean_line]
    )
    t = StringField(
        _l("Date and hour for checking"),
        [Needed(_l("Write the date and the hour as they stand beside the control code.")), AtMost(LONGEST)],
        filters=[clean_line],
        description=_l("As on the paper, for example 2026-09-02 21:14."),
    )
    c = StringField(
        _l("Control code"), [Needed(_l("Write the control code on the paper.")), AtMost(LONGEST)], filters=[clean_line]
    )
    d = TextAreaField(
        _l("Digest of the words"),
        [Needed(_l("Write the digest on the paper.")), AtMost(LONGEST)],
        filters=[clean_line],
        description=_l("64 letters and digits, with or without spaces."),
    )


@public
def show_proof() -> ResponseReturnValue:
    """Show the proof to the person, to be printed; the salt stands here and on the person's own PDF only."""
    found = _own_proof()
    if isinstance(found, Proof):
        return _page("complainant/proof.html", found)
    return found


@public
def pdf_of_proof() -> ResponseReturnValue:
    """Hand out the proof on paper."""
    found = _own_proof()
    if isinstance(found, Proof):
        return proof_pdf(found, public_url=current().runtime.settings.public_url, for_person=True)
    return found


@public
def words_of_proof() -> ResponseReturnValue:
    """Hand out what the digest is made of, byte for byte."""
    found = _own_proof()
    if isinstance(found, Proof):
        content = f"{found.salt}\n{found.words}".encode()
        return as_attachment(content, _("words.txt"), "text/plain; charset=utf-8")
    return found


@public
def verify_proof() -> ResponseReturnValue:
    """Say whether a paper is genuine, and nothing else."""
    unit, form = current(), VerifyForm(request.args)
    page = pages.frame(pages.house_name(unit.session), in_demo=unit.runtime.settings.in_demo)
    # The other language begins with an empty form: an answer must not carry what was asked in its links.
    page = replace(page, twins=tuple(replace(twin, url=twin.url.partition("?")[0]) for twin in twins()))
    if not request.args:
        return render_template("complainant/verify.html", page=page, form=VerifyForm())
    _throttle().slow_down(request.remote_addr or "", at=unit.now)
    if not form.validate():
        return render_template("complainant/verify.html", page=page, form=form), 422
    is_genuine = proof.is_genuine(
        unit.runtime.keys,
        reference=form.r.data or "",
        minute=form.t.data or "",
        digest=form.d.data or "",
        control=form.c.data or "",
    )
    brought = form if is_genuine else None
    return render_template("complainant/verified.html", page=page, brought=brought)


def _own_proof() -> Proof | ResponseReturnValue:
    """Return the proof of whoever has the case open here, or has just filed and can still read the code."""
    unit = current()
    ids = _who()
    if ids is None:
        return redirect(url_for(".follow_up"), 302)
    case, person = reopen_access(unit.session, *ids)
    try:
        with reading_blocked(unit.session):
            return proof.proof_of_person(unit.session, case, person)
    except WordsErased:
        shown = door.show(unit.session, *ids, at=unit.now)
        page = pages.frame(shown.site_name, in_demo=unit.runtime.settings.in_demo)
        return render_template("complainant/proof_gone.html", page=page), 410


def _who() -> tuple[int, int] | None:
    """Return case and person of the open visit; else of the receipt, while it still shows its code.

    Afterwards the form key opens nothing: on a shared telephone somebody else may be looking.
    """
    unit = current()
    here = visit.present(unit.runtime.keys, at=unit.now)
    if here is not None:
        return here.case_id, here.complainant_id
    key = visit.kept_receipt(unit.runtime.keys, at=unit.now)
    if key is None:
        return None
    try:
        filed = door.receipt(unit.session, key, at=unit.now)
    except NothingFiled:
        return None
    return (filed.case_id, filed.complainant_id) if filed.code is not None else None


def _page(template: str, found: Proof) -> str:
    unit = current()
    view = proof_view(found, current_lang(), public_url=unit.runtime.settings.public_url, for_person=True)
    page = pages.frame(
        found.site_name, in_demo=unit.runtime.settings.in_demo, today=local_date(unit.now, found.time_zone)
    )
    return render_template(template, page=page, proof=view, code=qr_svg(view.scanned_url, _("Address for checking")))


def _throttle() -> Throttle:
    throttle: Throttle = current_app.extensions["proof_throttle"]
    return throttle
