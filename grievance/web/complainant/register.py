"""The blueprint of the person who complains: addresses in both languages, limits, and what each refusal is called.

Why the filing form carries no session token, unlike every other form: a token needs a cookie, and filing must not. A
forged filing would gain nothing: it is open to anyone, anonymously, in nobody's name, and the answer (the receipt)
goes to the browser that sent it. Instead the form carries a sealed one-time key of ours, and posts that a browser
says come from another site are refused (`web.security`). Everything that opens or changes a case has its token.
"""

from __future__ import annotations

from flask import Blueprint, Flask, request
from flask_babel import lazy_gettext as _l

from grievance.complainants.access import AccessGone
from grievance.complainants.door import WordsErased
from grievance.runtime import Runtime
from grievance.sites.queries import SiteNotFound
from grievance.web import errors
from grievance.web.complainant import (
    acting,
    data_requests,
    filing,
    following,
    information,
    joining,
    letters,
    mail_views,
    own_code,
    proofs,
    uploads,
)
from grievance.web.complainant.throttle import Throttle
from grievance.web.errors import ErrorWords
from grievance.web.lang import localized
from grievance.web.letter_pages import KINDS
from grievance.web.print import press

VISIT_ENDED = ErrorWords(
    403,
    _l("Your visit has ended"),
    _l("The case was closed on this device, to protect you. Nothing was changed."),
    _l("Open “Follow up” and write your reference and your code again."),
)

WORDS_ERASED = ErrorWords(
    410,
    _l("What you wrote was erased"),
    _l("Nothing can be added to this case any more. Nothing was saved now."),
    _l("If something happens again, file a new grievance: it gets a new reference."),
)


def register_complainant(app: Flask, runtime: Runtime) -> None:
    """Add the complainant's pages to an app that already has its unit, languages, security and form tokens."""
    del runtime  # reached through the request's unit
    bp = Blueprint("complainant", __name__)
    bp.url_value_preprocessor(_limit_what_is_read)
    _filing_routes(bp)
    _follow_up_routes(bp)
    mail_views.add_routes(bp)
    own_code.add_routes(bp)
    _information_routes(bp)
    data_requests.add_routes(bp)
    _paper_routes(bp)
    errors.translate(bp, press.ERRORS)
    errors.translate(bp, {SiteNotFound: errors.NOT_FOUND, AccessGone: VISIT_ENDED, WordsErased: WORDS_ERASED})
    app.extensions["complainant_throttle"] = Throttle()
    app.extensions["proof_throttle"] = Throttle()
    app.extensions["csrf"].exempt(filing.file_grievance)
    # As open to all as filing, and on a page that sets no cookie either.
    app.extensions["csrf"].exempt(data_requests.file_request)
    app.extensions["csrf"].exempt(joining.join_case)
    app.register_blueprint(bp)


def _limit_what_is_read(_endpoint: str | None, _values: dict[str, object] | None) -> None:
    # Before the check of the token, which already reads the form.
    uploads.limit(request)


def _filing_routes(bp: Blueprint) -> None:
    es, en = "/<site>/reclamo", "/<site>/report"
    localized(bp, "report", filing.report, es=es, en=en)
    localized(bp, "file_grievance", filing.file_grievance, es=es, en=en, methods=("POST",))
    es, en = "/<site>/unirse", "/<site>/join"
    localized(bp, "join", joining.join, es=es, en=en)
    localized(bp, "join_case", joining.join_case, es=es, en=en, methods=("POST",))
    es, en = "/recibo", "/receipt"
    localized(bp, "receipt", filing.receipt, es=es, en=en)
    localized(bp, "save_receipt", filing.save_receipt, es=es, en=en, methods=("POST",))


def _follow_up_routes(bp: Blueprint) -> None:
    es, en = "/seguimiento", "/follow-up"
    localized(bp, "follow_up", following.follow_up, es=es, en=en)
    localized(bp, "enter", following.enter, es=es, en=en, methods=("POST",))
    for endpoint, view, spanish, english in (
        ("leave", following.leave, "salir", "leave"),
        ("answer", acting.answer, "respuesta", "response"),
        ("message", acting.message, "mensaje", "message"),
        ("rate", acting.rate, "opinion", "opinion"),
        ("check", acting.check, "consulta", "check"),
        ("consent", acting.consent, "envio", "sending"),
        ("appeal", acting.appeal, "apelacion", "appeal"),
        ("reopen", acting.reopen, "reabrir", "reopen"),
        ("withdraw", acting.withdraw, "retirar", "withdraw"),
        ("delete_contact", acting.delete_contact, "borrar-contacto", "delete-contact"),
        ("add_phone", acting.add_phone, "telefono", "phone"),
        ("pass_on", joining.pass_on, "codigo-para-sumarse", "join-code"),
        ("stop_passing_on", joining.stop_passing_on, "codigo-para-sumarse/cerrar", "join-code/close"),
        ("confirm_phone", acting.confirm_phone, "telefono/numero", "phone/number"),
    ):
        localized(bp, endpoint, view, es=f"{es}/{spanish}", en=f"{en}/{english}", methods=("POST",))
    localized(bp, "ask_withdraw", following.ask_withdraw, es=f"{es}/retirar", en=f"{en}/withdraw")
    localized(
        bp, "ask_delete_contact", following.ask_delete_contact, es=f"{es}/borrar-contacto", en=f"{en}/delete-contact"
    )
    localized(bp, "download", following.download, es=f"{es}/archivos/<file>", en=f"{en}/files/<file>")


def _paper_routes(bp: Blueprint) -> None:
    es, en = "/seguimiento/constancia", "/follow-up/proof"
    localized(bp, "proof", proofs.show_proof, es=es, en=en)
    localized(bp, "proof_pdf", proofs.pdf_of_proof, es=f"{es}.pdf", en=f"{en}.pdf")
    localized(bp, "proof_words", proofs.words_of_proof, es=f"{es}.txt", en=f"{en}.txt")
    localized(bp, "letters", letters.letters, es="/seguimiento/cartas", en="/follow-up/letters")
    kind = f"<any({', '.join(KINDS)}):kind>"
    es, en = f"/seguimiento/cartas/{kind}", f"/follow-up/letters/{kind}"
    localized(bp, "letter", letters.letter, es=es, en=en)
    localized(bp, "letter_pdf", letters.pdf_of_letter, es=f"{es}.pdf", en=f"{en}.pdf")
    localized(bp, "verify_proof", proofs.verify_proof, es="/comprobar", en="/verify")


def _information_routes(bp: Blueprint) -> None:
    localized(bp, "other_routes", information.other_routes, es="/otras-vias", en="/other-routes")
    localized(bp, "privacy", information.privacy, es="/datos", en="/privacy")
    localized(bp, "accessibility", information.accessibility, es="/accesibilidad", en="/accessibility")
