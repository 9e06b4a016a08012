"""What would be sent to an outside body, to be looked at first; and the package that leaves, audited each time."""

from __future__ import annotations

from flask import Blueprint, abort, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _
from markupsafe import Markup

from grievance.accounts.permissions import Action
from grievance.cases import queries as case_queries
from grievance.cases.page import CasePage
from grievance.cases.states import staff_actor
from grievance.cases.visibility import CaseAction
from grievance.core.i18n import SPANISH, formats, html_lang
from grievance.referrals import contents, handing
from grievance.referrals.handing import MayNotOpenIdentity
from grievance.referrals.sending import NobodyAgreed, ReferralNotFound, is_allowed, one_of_case
from grievance.referrals.words_since import WordsUnread
from grievance.web.lang import current_lang, localized
from grievance.web.print.press import pdf_response, press
from grievance.web.print.typesetting import typeset
from grievance.web.referral_pages import package_view
from grievance.web.staff.access import duty, me, viewer
from grievance.web.staff.action_refusals import refusal
from grievance.web.staff.case_pages import short_case
from grievance.web.staff.case_reading import read_case
from grievance.web.staff.pages_base import staff_page, today_at
from grievance.web.unit import current

POINTS = 10.0
PDF = "pdf"


@duty(Action.SEE_CASES)
def package_page(reference: str, public_id: str) -> ResponseReturnValue:
    """Show exactly what would go, without anybody's name: to whoever sees the case, before anybody decides."""
    return _show(read_case(reference), public_id)


@duty(Action.WORK_CASE)
def make_package(reference: str, public_id: str) -> ResponseReturnValue:
    """Make the package, as a PDF or a page to print; in Spanish, for whoever receives it. Nothing of it is kept."""
    unit = current()
    case = case_queries.for_change(unit.session, viewer(), reference, CaseAction.NOTE_REFERRAL)
    may_open = viewer().may(Action.OPEN_IDENTITY, case.site_id)
    by = staff_actor(me().staff_id)
    try:
        handed = handing.hand_out(unit.session, case, public_id, may_open_identity=may_open, by=by, at=unit.now)
    except ReferralNotFound:
        abort(404)
    except (NobodyAgreed, WordsUnread, MayNotOpenIdentity) as error:
        unit.undo()
        return _show(read_case(reference), public_id, problem=str(refusal(error)))
    # The line in the audit trail stands before the paper does, and setting it holds no transaction.
    unit.finish()
    with force_locale(formats(SPANISH)):
        view = package_view(handed.package, handed.to, SPANISH, identities=handed.identities)
        paper = {"package": view, "lang": html_lang(SPANISH), "unit_points": POINTS}
        is_pdf = request.form.get("form") == PDF
        html = render_template("print/package.html" if is_pdf else "staff/package-paper.html", **paper)
        name = _("package.pdf")
    if is_pdf:
        response = pdf_response(press().printed_once(lambda: typeset(html)), name)
    else:
        frame = staff_page(current="cases", site_name=handed.package.site_name)
        # Our own template, in which every text is escaped.
        whole = render_template("staff/package.html", page=frame, paper=Markup(html), reference=reference)  # noqa: S704
        response = make_response(whole)
    response.headers["Cache-Control"] = "no-store"
    return response


def add_routes(bp: Blueprint) -> None:
    """Route the look and the package; what cannot be printed here is said by the words that the slip registers."""
    es, en = "/equipo/casos/<reference>/envio/<public_id>", "/staff/cases/<reference>/sending/<public_id>"
    localized(bp, "package", package_page, es=es, en=en)
    localized(bp, "make_package", make_package, es=f"{es}/paquete", en=f"{en}/package", methods=("POST",))


def _show(page: CasePage, public_id: str, *, problem: str = "") -> ResponseReturnValue:
    unit, lang = current(), current_lang()
    case = case_queries.case_by_public_id(unit.session, page.public_id)
    if case is None:
        abort(404)
    try:
        referral = one_of_case(unit.session, case, public_id)
    except ReferralNotFound:
        abort(404)
    allowed = is_allowed(unit.session, referral)
    found = (contents.package if allowed else contents.preview)(unit.session, case, referral)
    to = contents.body_words(unit.session, referral, lang)
    body = render_template(
        "staff/referral.html",
        page=staff_page(current="cases", site_name=page.site_name, today=today_at(page.time_zone)),
        package=package_view(found, to, lang),
        reference=page.reference,
        title=short_case(page),
        public_id=public_id,
        is_allowed=allowed and referral.dropped_at is None,
        may_make=CaseAction.NOTE_REFERRAL in page.allowed,
        problem=problem,
    )
    return body, 422 if problem else 200
