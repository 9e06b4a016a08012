"""The proof of filing as plain values, for the person's page, for the paper, and for the desk that prints it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import Response, render_template
from flask_babel import force_locale
from flask_babel import gettext as _

from grievance.complainants.proof import Proof
from grievance.core.i18n import Locale, formats, html_lang
from grievance.web import clock_words
from grievance.web.formats import day, moment
from grievance.web.lang import url_for_lang
from grievance.web.print.press import pdf_response, press
from grievance.web.print.typesetting import drawn, typeset
from grievance.web.qr import qr_svg

POINTS = 10.0

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class ProofView:
    """What stands on the paper, in the language of whoever reads it."""

    reference: str
    operator_name: str
    site_name: str
    filed: str
    zone: str
    recorded: str
    """Empty where it was entered in the minute in which it was said."""
    minute: str
    digest: str
    control: str
    dates: list[Pair]
    routes: list[Pair]
    """What it is, and its address."""
    verify_url: str
    """Where the three of them can be typed in."""
    scanned_url: str
    """The same with all of them filled in."""
    salt: str
    words: str
    lang: str


def proof_view(proof: Proof, lang: Locale, *, public_url: str, for_person: bool) -> ProofView:
    """Return the paper in words. Salt and words stand in it for the person alone."""
    tz = proof.time_zone
    verify_url = public_url + url_for_lang("complainant.verify_proof", lang)
    scanned = {"r": proof.reference, "t": proof.minute, "d": proof.digest, "c": proof.control}
    recorded = proof.recorded_at
    return ProofView(
        reference=proof.reference,
        operator_name=proof.operator_name,
        site_name=proof.site_name,
        filed=_capital(moment(proof.filed_at, lang, tz=tz)),
        zone=zone_words(proof.filed_at, tz),
        recorded=_capital(moment(recorded, lang, tz=tz)) if _differs(proof) else "",
        minute=proof.minute,
        digest=" ".join(proof.digest[start : start + 8] for start in range(0, len(proof.digest), 8)),
        control=proof.control,
        dates=[(clock_words.clock(name, lang), _capital(day(due_on, lang))) for name, due_on in proof.promised],
        routes=[(_named(route.names, route.notes, lang), route.url) for route in proof.routes],
        verify_url=verify_url,
        scanned_url=f"{verify_url}?{urlencode(scanned)}",
        salt=proof.salt if for_person else "",
        words=proof.words if for_person else "",
        lang=html_lang(Locale(proof.locale)),
    )


def zone_words(at: datetime, time_zone: str) -> str:
    """Return the zone of an instant so that nobody has to know its name: "UTC-04:00 (America/Santiago)"."""
    offset = at.astimezone(ZoneInfo(time_zone)).isoformat()[-6:]
    return f"UTC{offset} ({time_zone})"


def proof_pdf(proof: Proof, *, public_url: str, for_person: bool) -> Response:
    """Return the paper as a PDF in the language of the person; nothing of it is kept.

    Raises:
        ExtraMissing, LibraryMissing, PressIsBusy: see `press`.
    """
    lang = Locale(proof.locale)
    with force_locale(formats(lang)):
        view = proof_view(proof, lang, public_url=public_url, for_person=for_person)
        code = drawn(qr_svg(view.scanned_url, ""), words=view.verify_url)
        html = render_template("print/proof.html", lang=html_lang(lang), unit_points=POINTS, proof=view, code=code)
        name = _("proof.pdf")
    response = pdf_response(press().printed_once(lambda: typeset(html)), name)
    response.headers["Cache-Control"] = "no-store"
    return response


def _differs(proof: Proof) -> bool:
    return abs((proof.recorded_at - proof.filed_at).total_seconds()) >= 60  # a minute


def _named(names: dict[str, str], notes: dict[str, str], lang: Locale) -> str:
    note = notes.get(lang, "")
    return f"{names.get(lang, '')}{': ' + note if note else ''}"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
