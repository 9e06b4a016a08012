"""Draft letters to authorities, made of the person's own words, for the person who has the case open."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from grievance.complainants.access import reopen_access
from grievance.complainants.letter import LetterFacts, letter_of_person
from grievance.complainants.proof import WordsErased
from grievance.crypto.fields import reading_blocked
from grievance.deadlines.working_days import local_date
from grievance.web.access import public
from grievance.web.complainant import pages, visit
from grievance.web.lang import current_lang
from grievance.web.letter_pages import KINDS, cover, letter_body, letter_pdf
from grievance.web.page import Page
from grievance.web.print.press import press
from grievance.web.unit import current


@public
def letters() -> ResponseReturnValue:
    """List the letters."""
    found = _own()
    if not isinstance(found, LetterFacts):
        return found
    return render_template(
        "complainant/letters.html", page=_frame(found), letters=[(kind, cover(kind)) for kind in KINDS]
    )


@public
def letter(kind: str) -> ResponseReturnValue:
    """Show a letter with what to know before using it."""
    found = _own()
    if not isinstance(found, LetterFacts):
        return found
    return render_template(
        "components/letter-page.html",
        page=_frame(found),
        cover=cover(kind),
        letter=letter_body(found, kind),
        back_url=url_for(".letters"),
        back_label=_("Draft letters to authorities"),
        pdf_url=url_for(".letter_pdf", kind=kind) if press().is_ready else "",
    )


@public
def pdf_of_letter(kind: str) -> ResponseReturnValue:
    """Hand out a letter on paper, with its cover in the language of the page."""
    found = _own()
    return letter_pdf(found, kind, current_lang()) if isinstance(found, LetterFacts) else found


def _own() -> LetterFacts | ResponseReturnValue:
    unit = current()
    here = visit.present(unit.runtime.keys, at=unit.now)
    if here is None:
        return redirect(url_for(".follow_up"), 302)
    case, person = reopen_access(unit.session, here.case_id, here.complainant_id)
    try:
        with reading_blocked(unit.session):
            return letter_of_person(unit.session, case, person)
    except WordsErased:
        page = pages.frame(pages.house_name(unit.session), in_demo=unit.runtime.settings.in_demo)
        return render_template("complainant/proof_gone.html", page=page), 410


def _frame(found: LetterFacts) -> Page:
    unit = current()
    today = local_date(unit.now, found.time_zone)
    return pages.frame(found.site_name, in_demo=unit.runtime.settings.in_demo, today=today)
