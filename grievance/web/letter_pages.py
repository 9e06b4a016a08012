"""Draft letters to authorities as plain values: the letter in Spanish, the sheet before it in the person's language.

A draft, for the person to complete, sign and hand in. What we do not know is an empty line, and what is asked for is
the person's to tick. What a letter needs, from secondary sources, to be confirmed by counsel: for the SMA, Ley Orgánica
de la Superintendencia del Medio Ambiente (Ley 20.417, art. segundo), art. 47: place and date, who complains in full,
signature, the facts with place and date and, if possible, who did it; for the Dirección del Trabajo, what its form for
asking for an inspection asks: worker, employer, place of work, facts (both read 2026).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from flask import Response, render_template
from flask_babel import force_locale
from flask_babel import gettext as _
from markupsafe import Markup

from grievance.complainants.letter import LetterFacts
from grievance.core.i18n import SPANISH, Locale, formats, html_lang
from grievance.web.formats import day, lang_name
from grievance.web.print.press import pdf_response, press
from grievance.web.print.typesetting import typeset

POINTS = 10.5

ENVIRONMENT: Final = "sma"
LABOUR: Final = "dt"
KINDS: Final = (ENVIRONMENT, LABOUR)

ADDRESSES: Final = {ENVIRONMENT: "https://portal.sma.gob.cl/", LABOUR: "https://www.dt.gob.cl/"}
"""Where each takes complaints: portals of the two authorities, read 2026."""

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Part:
    """A numbered part of the letter: lines with a label, an empty value being a line to write on."""

    heading: str
    lines: list[Pair]
    ticks: list[str]


@dataclass(frozen=True, slots=True)
class LetterView:
    """The letter, in Spanish."""

    title: str
    addressee: str
    before: list[Part]
    """Who, whom it is about, and when and where."""
    words: str
    words_lang: str
    words_note: str
    after: list[Part]
    """What goes with it and what is asked for."""


@dataclass(frozen=True, slots=True)
class CoverView:
    """The sheet before it, in the person's language."""

    title: str
    what: str
    steps: list[str]
    address: str


def cover(kind: str) -> CoverView:
    """Return what the person should know before using the letter."""
    if kind == ENVIRONMENT:
        title = _("Draft of a complaint to the Superintendencia del Medio Ambiente (SMA)")
        what = _("The SMA inspects whether companies keep to their environmental permits and rules.")
    else:
        title = _("Draft of a complaint to the Dirección del Trabajo")
        what = _("The Dirección del Trabajo inspects whether employers keep to the rules of work.")
    return CoverView(
        title=title,
        what=what,
        steps=[
            _("It is a draft, made only of what you told us. It is in Spanish, because the authority reads Spanish."),
            _("Read it. Strike out what is wrong or what you do not want to say. Nobody has to use it."),
            _(
                "Fill in the empty lines that you can, and tick what you ask for. We leave your name out even if "
                "we know it."
            ),
            _("Sign it, and hand it in yourself or on their page. Ask for a copy with their stamp, and keep it."),
            _("We never send it, and we are not told whether you do. Your case here goes on either way."),
        ],
        address=ADDRESSES[kind],
    )


def letter(facts: LetterFacts, kind: str) -> LetterView:
    """Return the letter. Must be called with Spanish in force."""
    who = [_("Full name"), _("RUT or identity number"), _("Address"), _("E-mail or phone for notices")]
    about = _about_offender(facts) if kind == ENVIRONMENT else _about_employer(facts)
    secret = [_("I ask that my identity be kept secret."), _("I do not mind that my identity is known.")]
    asks = [_("That it is inspected."), _("That I am told what came of it."), _("Something else:")]
    titles = {
        ENVIRONMENT: (_("Complaint"), _("Superintendencia del Medio Ambiente")),
        LABOUR: (_("Complaint or request for an inspection"), _("Dirección del Trabajo")),
    }
    title, addressee = titles[kind]
    return LetterView(
        title=title,
        addressee=addressee,
        before=[
            Part(_("Place and date of this letter"), [(_("Place"), ""), (_("Date"), "")], []),
            Part(_("Who complains"), [(label, "") for label in who], secret if kind == LABOUR else []),
            about,
            Part(
                _("When and where it happened"),
                [
                    (_("When"), day(facts.occurred_on, SPANISH) if facts.occurred_on else ""),
                    (_("Where"), facts.place or ""),
                ],
                [],
            ),
        ],
        words=facts.words,
        words_lang=html_lang(Locale(facts.locale)),
        words_note=_note(facts),
        after=[
            Part(_("What goes with it"), [("", name) for name in facts.file_names] + [("", "")], []),
            Part(_("What I ask for"), [], asks),
        ],
    )


def letter_body(facts: LetterFacts, kind: str) -> Markup:
    """Return the letter as a piece of a page, in Spanish whatever the language of the page."""
    with force_locale(formats(SPANISH)):
        body = render_template("components/letter-body.html", letter=letter(facts, kind))
    return Markup(body)  # noqa: S704  # our own template, in which every text is escaped


def letter_pdf(facts: LetterFacts, kind: str, lang: Locale) -> Response:
    """Return cover and letter as a PDF; nothing of it is kept.

    Raises:
        ExtraMissing, LibraryMissing, PressIsBusy: see `press`.
    """
    body = letter_body(facts, kind)
    with force_locale(formats(lang)):
        html = render_template(
            "print/letter.html", lang=html_lang(lang), unit_points=POINTS, cover=cover(kind), letter=body
        )
        name = _("letter.pdf")
    response = pdf_response(press().printed_once(lambda: typeset(html)), name)
    response.headers["Cache-Control"] = "no-store"
    return response


def _about_offender(facts: LetterFacts) -> Part:
    return Part(
        _("Whom it is about"),
        [
            (_("Site, as in the grievance"), facts.site_name),
            (_("Company or person responsible, if known"), ""),
            (_("Its address, if known"), ""),
        ],
        [],
    )


def _about_employer(facts: LetterFacts) -> Part:
    return Part(
        _("Employer"),
        [
            (_("Name of the company"), facts.employer_name or ""),
            (_("RUT of the company"), ""),
            (_("Address of the company"), ""),
            (_("Place of work, as in the grievance"), facts.site_name),
        ],
        [],
    )


def _note(facts: LetterFacts) -> str:
    filed = day(facts.filed_at, SPANISH, tz=facts.time_zone)
    note = _(
        "Word for word as I told it on %(day)s to the grievance channel of %(operator)s (reference %(reference)s).",
        day=filed,
        operator=facts.operator_name,
        reference=facts.reference,
    )
    if facts.locale == SPANISH:
        return note
    return f"{note} " + _("In %(language)s, as it was told.", language=lang_name(facts.locale, SPANISH).lower())
