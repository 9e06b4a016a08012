"""Plain values of a quarter's page: what is said, drawn and listed. All of it comes from a bulletin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from babel.numbers import format_decimal
from flask_babel import gettext as _

from grievance.core.i18n import Locale, formats, mark, text_in
from grievance.metrics.definitions import DEFINITIONS
from grievance.metrics.inputs import LEFT
from grievance.publishing import wording
from grievance.publishing.bulletin import Bulletin, Figure, Volume
from grievance.publishing.drafting_reprisals import treated_worse
from grievance.publishing.drawings import Drawing, Listed
from grievance.publishing.drawings_people import people_tables
from grievance.publishing.exports import LADDERS, LEVELS, WINDOWS
from grievance.publishing.quarter_drawings import of_quarter
from grievance.web.formats import clock_time
from grievance.web.open.sections import Part, parts_of

SATISFIED = ("satisfied", "partly", "not_satisfied")


@dataclass(frozen=True, slots=True)
class Stat:
    """A big number with what it is out of."""

    value: str
    of: str
    words: str


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a figure means, for whoever wants to check it."""

    id: str
    name: str
    facts: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class QuarterPage:
    """One quarter in words, drawings and tables."""

    quarter: str
    lead: str
    stats: Sequence[Stat]
    parts: Sequence[Part]
    """The summary in its sections, with the drawings that belong to them; empty in older releases."""
    notes: Sequence[str]
    drawings: Sequence[Drawing]
    """Drawings that stand in no section."""
    plain: Sequence[Drawing]
    """Findings of which nothing can be drawn, and that stand in no section."""
    account: Listed
    beside: Sequence[str]
    people: Sequence[Listed]
    """Who complained, a table a dimension."""
    decided: Listed
    said: Listed
    said_words: str
    meanings: Sequence[Meaning]
    as_of: str
    known_at: str
    published_on: str
    version: int
    digest: str
    file_digest: str
    chain_root: str
    chain_root_on: str
    reason: str
    """What a correction corrects, and why; empty where it is none, or of before reasons were given."""


def quarter_page(found: Bulletin, earlier: Sequence[Volume], lang: Locale) -> QuarterPage:
    """Return the page of a quarter in a language."""
    figures, verdict = found.figures, found.figures["M8.verdict"]
    drawn = of_quarter(found, earlier, lang)
    parts = parts_of(found, drawn, lang)
    placed = {drawing.id for part in parts for drawing in part.drawings}
    rest = [drawing for drawing in drawn.values() if drawing.id not in placed]
    return QuarterPage(
        quarter=wording.quarter_name(found, lang),
        lead=wording.lead(found, lang),
        stats=stats(found, lang),
        notes=[part for part in found.notes.get(lang, "").split("\n\n") if part.strip()],
        parts=parts,
        drawings=[drawing for drawing in rest if drawing.svg],
        plain=[drawing for drawing in rest if not drawing.svg],
        account=account(found, lang),
        beside=beside(found, lang),
        people=people_tables(found, lang),
        decided=decided(verdict, lang),
        said=said(verdict, lang),
        said_words=wording.few_and_alike(verdict, lang) if verdict.hidden else "",
        meanings=[meaning(figure, lang) for figure in figures.values()],
        as_of=wording.day(found.last_on, lang),
        known_at=_moment(found, lang),
        published_on=_published_on(found, lang),
        version=found.version,
        digest=found.digest,
        file_digest=found.file_digest,
        chain_root=found.chain_root,
        chain_root_on=wording.day(found.chain_root_on, lang) if found.chain_root_on else "",
        reason=found.reason.get(lang, ""),
    )


def beside(found: Bulletin, lang: Locale) -> list[str]:
    """Return the sentences that belong to the charts and have none."""
    figures = found.figures
    sentences = [
        wording.receipts(figures["M1"], lang),
        wording.open_past_target(figures["M3"], lang),
        _("How we treated people: %(answers)s", answers=wording.answers(figures["M8.process"], lang)),
        use_rate(figures.get("M12"), lang),
        treated_worse(figures.get("M13"), lang),
    ]
    return [sentence for sentence in sentences if sentence]


def use_rate(figure: Figure | None, lang: Locale) -> str:
    """Return how much workers use the mechanism; nothing where that is hidden, not known, or not in the release."""
    rate = figure.parts.get("per_100_workers") if figure else None
    if figure is None or figure.numerator is None or rate is None:
        return ""
    return _(
        "Workers sent %(number)s grievances; %(people)s people work here: %(rate)s for every 100, in the quarter. "
        "More grievances may mean more trust.",
        number=wording.whole(figure.numerator, lang),
        people=wording.whole(figure.denominator, lang),
        rate=decimal(float(rate), lang),
    )


def decimal(value: float, lang: Locale) -> str:
    """Return a number with at most one decimal, as the language writes it: "3,4", "3.4"."""
    return str(format_decimal(value, "#,##0.#", locale=formats(lang)))


def stats(found: Bulletin, lang: Locale) -> list[Stat]:
    """Return the four numbers that the page begins with."""
    volume, figures = found.figures["M2"], found.figures
    return [
        Stat(
            wording.whole(volume.denominator, lang),
            "",
            wording.received_and_open(volume, lang),
        ),
        _rate(figures["M1"], wording.acknowledged(figures["M1"], lang), lang),
        _rate(figures["M3"], wording.resolved(figures["M3"], lang), lang),
        _rate(figures["M8.outcome"], wording.satisfied(figures["M8.outcome"], lang), lang),
    ]


def account(found: Bulletin, lang: Locale) -> Listed:
    """Return the account of the quarter, which balances."""
    figure = found.figures["M2"]
    names = ["received", "reopened", *(status.value for status in LEFT)]
    rows = [(wording.part_name("opening", lang), wording.whole(figure.part("opening"), lang))]
    for name in names:
        sign = "+" if name in {"received", "reopened"} else "−"
        rows.append((wording.part_name(name, lang), f"{sign} {wording.whole(figure.part(name), lang)}"))
    return Listed(
        title=_("The account balances"),
        head=(_("Grievances"), _("Number")),
        rows=rows,
        foot=(wording.part_name("closing", lang), wording.whole(figure.part("closing"), lang)),
        note=" ".join(filter(None, [wording.opening_differs(found, lang), _source(figure)])),
    )


def decided(figure: Figure, lang: Locale) -> Listed:
    """Return what the site decided of the cases about which people were asked; ways that did not occur are left out."""
    names = [name for name in figure.parts if name.startswith("found_")]
    shown = [name for name in names if figure.part(name) or name in _UNDER_THEIR_HEADING]
    return Listed(
        title=_("What the site decided"),
        head=(_("What the site decided"), _("Cases")),
        rows=[(_row_name(name, lang), wording.whole(figure.part(name), lang)) for name in shown],
        foot=(_("Cases asked about"), wording.whole(figure.part("asked"), lang)),
    )


def said(figure: Figure, lang: Locale) -> Listed:
    """Return what the same people say; where answers are hidden, how many said something."""
    verdicts = [f"verdict_{name}" for name in SATISFIED]
    if figure.hidden:
        rows = [(_("They said something; not shown"), wording.whole(figure.denominator, lang))]
    else:
        rows = [(_row_name(name, lang), wording.whole(figure.part(name), lang)) for name in verdicts]
    rows += [
        (_row_name(name, lang), wording.whole(figure.part(name), lang))
        for name in ("verdict_no_answer", "verdict_unreachable")
    ]
    return Listed(
        title=_("What whoever complained says"),
        head=(_("What whoever complained says"), _("People")),
        rows=rows,
        foot=(wording.part_name("asked", lang), wording.whole(figure.part("asked"), lang)),
    )


def meaning(figure: Figure, lang: Locale) -> Meaning:
    """Return the definition of a figure with its numbers and what was left out of them."""
    words = DEFINITIONS[figure.id]
    numerator = _("not shown") if figure.numerator is None else wording.whole(figure.numerator, lang)
    left_out = [
        f"{wording.part_name(name, lang)}: {wording.whole(number, lang)}" for name, number in figure.exclusions.items()
    ]
    facts = [
        (_("What it says"), text_in(lang, words.says)),
        (_("Counted: %(number)s", number=numerator), text_in(lang, words.numerator)),
        (_("Out of: %(number)s", number=wording.whole(figure.denominator, lang)), text_in(lang, words.denominator)),
        (_("Left out, or beside it"), text_in(lang, words.leaves_out)),
    ]
    if left_out:
        facts.append((_("How many were left out"), ". ".join(left_out)))
    facts += [
        (_("Period"), text_in(lang, WINDOWS[figure.window])),
        (_("Kind of figure"), f"{text_in(lang, LEVELS[figure.level])}. {text_in(lang, LADDERS[figure.ladder])}."),
        (_("Version of the definition"), str(figure.version)),
    ]
    return Meaning(figure.id, text_in(lang, words.name), facts)


_UNDER_THEIR_HEADING = {
    "found_upheld": mark("They were right"),
    "found_partly_upheld": mark("They were right in part"),
    "found_not_upheld": mark("They were not right"),
    "found_not_established": mark("It could not be known"),
    "verdict_satisfied": mark("It was solved"),
    "verdict_partly": mark("It was solved in part"),
    "verdict_not_satisfied": mark("It was not solved"),
}
"""Shorter names for tables whose heading already says who speaks; files need the whole name."""


def _row_name(code: str, lang: Locale) -> str:
    short = _UNDER_THEIR_HEADING.get(code)
    return text_in(lang, short) if short else wording.part_name(code, lang)


def _source(figure: Figure) -> str:
    return _("Figure %(id)s, version %(version)s.", id=figure.id, version=figure.version)


def _rate(figure: Figure, words: str, lang: Locale) -> Stat:
    if figure.denominator == 0 or figure.numerator is None:
        return Stat("–", "", words)
    of = _("of %(number)s", number=wording.whole(figure.denominator, lang))
    return Stat(wording.whole(figure.numerator, lang), of, words)


def _moment(found: Bulletin, lang: Locale) -> str:
    local = found.known_at.astimezone(ZoneInfo(found.time_zone))
    values: dict[str, Any] = {
        "day": wording.day(local.date(), lang),
        "time": clock_time(found.known_at, lang, tz=found.time_zone),
    }
    return _("%(day)s, %(time)s", **values)


def _published_on(found: Bulletin, lang: Locale) -> str:
    if found.released_at is None:
        return ""
    return wording.day(found.released_at.astimezone(ZoneInfo(found.time_zone)).date(), lang)
