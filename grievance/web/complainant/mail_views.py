"""Views around the e-mail that a person leaves: writing it, taking it back, and the link by which it is confirmed."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from grievance.cases import mailing
from grievance.cases.held import HeldByLaw
from grievance.complainants import door
from grievance.web.access import public
from grievance.web.complainant import pages, visit
from grievance.web.complainant.forms import EmailForm
from grievance.web.complainant.showing import REFUSED, UNPROCESSABLE, Sent, back, frame, lapsed, refused, show_case
from grievance.web.lang import localized
from grievance.web.unit import current
from grievance.web.validators import read_email

NOT_FOUND = 404


def add_routes(bp: Blueprint) -> None:
    """Add the addresses of these views, below the follow-up page."""
    es, en, post = "/seguimiento/correo", "/follow-up/mail", ("POST",)
    localized(bp, "add_email", add_email, es=es, en=en, methods=post)
    localized(bp, "delete_email", delete_email, es=f"{es}/borrar", en=f"{en}/delete", methods=post)
    localized(bp, "ask_confirm_email", ask_confirm_email, es=f"{es}/<token>", en=f"{en}/<token>")
    localized(bp, "confirm_email", confirm_email, es=f"{es}/<token>", en=f"{en}/<token>", methods=post)


@public
def add_email() -> ResponseReturnValue:
    """Take an address and send it a link; it gets notices once the button behind the link was pressed."""
    unit, form = current(), EmailForm(request.form)
    here = visit.present(unit.runtime.keys, at=unit.now)
    if here is None:
        return lapsed()
    if not unit.runtime.offers_mail:
        abort(NOT_FOUND)
    if not form.validate():
        return show_case(here, UNPROCESSABLE, sent=Sent("email", form))
    case, person = door.enter(unit.session, here.case_id, here.complainant_id)
    try:
        mailing.add_address(unit.session, case, person, read_email(form.email), at=unit.now)
    except REFUSED as refusal:
        return refused(here, Sent("email", form), refusal)
    return back(_("We have written to your e-mail. Open the link in that message to finish."))


@public
def delete_email() -> ResponseReturnValue:
    """Erase the address. The case, the name and the phone stay."""
    unit = current()
    here = visit.present(unit.runtime.keys, at=unit.now)
    if here is None:
        return lapsed()
    case, person = door.enter(unit.session, here.case_id, here.complainant_id)
    try:
        mailing.delete_address(unit.session, case, person, at=unit.now)
    except HeldByLaw:
        return back(_("Your e-mail was not deleted: the law makes us keep this whole case as it is for now."))
    return back(_("Your e-mail has been deleted. Nothing more is sent there."))


@public
def ask_confirm_email(token: str) -> ResponseReturnValue:
    """Ask for the press of a button: programs that open every link in a mail confirm nothing."""
    return _page(token, is_good=mailing.link_is_good(current().session, token, at=current().now))


@public
def confirm_email(token: str) -> ResponseReturnValue:
    """Confirm the address. Which case it belongs to is not said: whoever reads the mail may be somebody else."""
    try:
        mailing.confirm_address(current().session, token, at=current().now)
    except mailing.LinkGone:
        current().undo()
        return _page(token, is_good=False)
    return back(_("Your e-mail is confirmed. From now on we will let you know there is something to read."))


def _page(token: str, *, is_good: bool) -> ResponseReturnValue:
    page = frame(pages.house_name(current().session))
    body = render_template("complainant/confirm_email.html", page=page, token=token, is_good=is_good)
    return body, 200 if is_good else NOT_FOUND
