"""Draft letters to authorities at the desk: for a person who comes in to take one along. On paper they are audited."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, url_for
from flask.typing import ResponseReturnValue

from grievance.accounts.permissions import Action
from grievance.cases import queries as case_queries
from grievance.cases.page import CasePage
from grievance.cases.states import staff_actor
from grievance.complainants.letter import LetterFacts, letter_of_submission
from grievance.complainants.proof import ProofNotFound, WordsErased
from grievance.core.i18n import Locale
from grievance.referrals.handing import note_printed
from grievance.web.lang import localized
from grievance.web.letter_pages import KINDS, cover, letter_body, letter_pdf
from grievance.web.print.press import press
from grievance.web.staff.access import duty, me
from grievance.web.staff.case_reading import read_case
from grievance.web.staff.pages_base import staff_page, today_at
from grievance.web.unit import current


@duty(Action.SEE_CASES)
def case_letter(reference: str, public_id: str, kind: str) -> ResponseReturnValue:
    """Show a letter made of one filing, with the same sheet that the person reads."""
    page = read_case(reference)
    found = _facts(page, public_id)
    return render_template(
        "components/letter-page.html",
        page=staff_page(current="cases", site_name=page.site_name, today=today_at(page.time_zone)),
        cover=cover(kind),
        letter=letter_body(found, kind),
        back_url=url_for("staff.case", reference=page.reference),
        back_label=page.reference,
        pdf_url=url_for("staff.case_letter_pdf", reference=page.reference, public_id=public_id, kind=kind)
        if press().is_ready
        else "",
    )


@duty(Action.SEE_CASES)
def case_letter_pdf(reference: str, public_id: str, kind: str) -> ResponseReturnValue:
    """Hand out a letter on paper, its cover in the person's language; with a line in the audit trail."""
    unit = current()
    unit.write()
    page = read_case(reference)
    found = _facts(page, public_id)
    case = case_queries.case_by_public_id(unit.session, page.public_id)
    if case is None:
        abort(404)
    by = staff_actor(me().staff_id)
    note_printed(unit.session, case, f"letter_{kind}", subject=public_id, by=by, at=unit.now)
    # The line stands before the paper does, and setting it holds no transaction.
    unit.finish()
    return letter_pdf(found, kind, Locale(found.locale))


def add_routes(bp: Blueprint) -> None:
    """Route the letters; what cannot be printed here is said by the words that the slip registers."""
    kind = f"<any({', '.join(KINDS)}):kind>"
    es = f"/equipo/casos/<reference>/ingreso/<public_id>/carta-{kind}"
    en = f"/staff/cases/<reference>/filing/<public_id>/letter-{kind}"
    localized(bp, "case_letter", case_letter, es=es, en=en)
    localized(bp, "case_letter_pdf", case_letter_pdf, es=f"{es}.pdf", en=f"{en}.pdf")


def _facts(page: CasePage, public_id: str) -> LetterFacts:
    try:
        return letter_of_submission(current().session, page.case_id, public_id)
    except (ProofNotFound, WordsErased):
        abort(404)
