"""The record of receipt of a harassment case, with the date and the hour: a page to print, and a PDF.

The PDF is in the language of the person, to whom a copy is due. It holds what was written and nobody's name.
"""

from __future__ import annotations

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _

from grievance.accounts.permissions import Action
from grievance.cases.page import CasePage
from grievance.core.i18n import Locale, formats, html_lang
from grievance.web.lang import current_lang, localized
from grievance.web.print.press import pdf_response, press
from grievance.web.print.typesetting import typeset
from grievance.web.staff.access import duty
from grievance.web.staff.case_reading import read_case
from grievance.web.staff.pages_base import staff_page, today_at
from grievance.web.staff.track_pages import record

POINTS = 10.0


@duty(Action.SEE_CASES)
def record_page(reference: str) -> ResponseReturnValue:
    """Show the record, to be printed."""
    page = _harassment(reference)
    frame = staff_page(current="cases", site_name=page.site_name, today=today_at(page.time_zone))
    return render_template("staff/karin-record.html", page=frame, record=record(page, current_lang()))


@duty(Action.SEE_CASES)
def record_pdf(reference: str) -> ResponseReturnValue:
    """Hand out the record on paper; nothing of it is kept."""
    page = _harassment(reference)
    lang = Locale(page.locale)
    with force_locale(formats(lang)):
        html = render_template(
            "print/karin-record.html", lang=html_lang(lang), unit_points=POINTS, record=record(page, lang)
        )
    response = pdf_response(press().printed_once(lambda: typeset(html)), _("record.pdf"))
    response.headers["Cache-Control"] = "no-store"
    return response


def add_routes(bp: Blueprint) -> None:
    """Route the record; what cannot be printed here is said by the words that the slip registers."""
    es, en = "/equipo/casos/<reference>/constancia", "/staff/cases/<reference>/record"
    localized(bp, "karin_record", record_page, es=es, en=en)
    localized(bp, "karin_record_pdf", record_pdf, es=f"{es}.pdf", en=f"{en}.pdf")


def _harassment(reference: str) -> CasePage:
    page = read_case(reference)
    if page.track is None:
        abort(404)
    return page
