"""The slip of assisted intake as a PDF: a quarter of a sheet of A4, or a strip for a till printer.

It holds a one-time code. Nothing of it is kept: not by the press, nor a browser's cache, in no log and no file name.
"""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, Response, abort, render_template
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _

from grievance.accounts.permissions import Action
from grievance.complainants import assisted
from grievance.complainants.slips import SlipNotFound
from grievance.core.i18n import Locale, formats, html_lang
from grievance.web.errors import translate
from grievance.web.lang import localized
from grievance.web.print.press import ERRORS, pdf_response, press
from grievance.web.print.typesetting import drawn, first_that_fits, typeset
from grievance.web.qr import qr_svg
from grievance.web.staff.access import duty, me
from grievance.web.staff.intake_pages import SlipView, slip_view
from grievance.web.staff.pages_base import today_at
from grievance.web.unit import current

SHEET, STRIP = "a6", "80mm"
SHEET_POINTS = (9.0, 8.5, 8.0, 7.5, 7.0, 6.5, 6.0)
"""Letters that are tried until the slip fits a quarter of the sheet."""
STRIP_MILLIMETRES = range(130, 420, 10)
"""Lengths that are tried: paper on a roll is cut where the page ends."""
STRIP_POINTS = 9.0


@duty(Action.RECORD_INTAKE)
def slip_pdf(form_key: str, size: str) -> ResponseReturnValue:
    """Hand out the slip to whoever recorded the case; with its code as long as the page shows it."""
    unit = current()
    try:
        found = assisted.slip(unit.session, form_key, staff_id=me().staff_id, at=unit.now)
    except SlipNotFound:
        abort(404)
    lang, today = Locale(found.locale), today_at(found.time_zone)
    with force_locale(formats(lang)):
        view = slip_view(found, lang, public_url=unit.runtime.settings.public_url, today=today)
        offered = list(_forms(view, lang, size))
    pdf = press().printed_once(lambda: typeset(offered[first_that_fits(1, offered)]))
    return _unkept(pdf_response(pdf, _("slip.pdf")))


def add_routes(bp: Blueprint) -> None:
    """Route the slips."""
    translate(bp, ERRORS)
    size = f"<any('{SHEET}', '{STRIP}'):size>"
    es, en = "/equipo/registrar/comprobante/<form_key>", "/staff/record/slip/<form_key>"
    localized(bp, "slip_pdf", slip_pdf, es=f"{es}/{size}.pdf", en=f"{en}/{size}.pdf")


def _forms(view: SlipView, lang: Locale, size: str) -> Iterator[str]:
    if size == SHEET:
        shapes = [(points, 0) for points in SHEET_POINTS]
    else:
        shapes = [(STRIP_POINTS, millimetres) for millimetres in STRIP_MILLIMETRES]
    code = drawn(qr_svg(view.follow_up_url, ""), words=view.follow_up_url)
    for points, millimetres in shapes:
        yield render_template(
            "print/slip.html",
            lang=html_lang(lang),
            unit_points=points,
            strip_millimetres=millimetres,
            slip=view,
            code=code,
        )


def _unkept(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
