"""Plain words of the publisher's pages: blocks, what is missing and who mends it, what keeps a release in the house."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_babel.speaklater import LazyString

from grievance.core.i18n import SPANISH, Locale, text_in
from grievance.publishing.drafting import SECTION_NAMES, Section
from grievance.publishing.editing import NOTES, REASON
from grievance.publishing.missing import Missing, MissingKind
from grievance.publishing.models import ReleaseState
from grievance.publishing.release_checks import Problem, ProblemKind
from grievance.web.formats import lang_name
from grievance.web.lang import current_lang


@dataclass(frozen=True, slots=True)
class MissingLine:
    """Something missing: what, what it does to the figures, and who can mend it."""

    what: str
    effect: str
    who: str


@dataclass(frozen=True, slots=True)
class ProblemLine:
    """What keeps a release in the house, the words concerned, and where it is mended."""

    what: str
    found: tuple[str, ...]
    lang: str
    """Language of the words concerned, where they are somebody's; "" where they are ours."""
    url: str
    link: str


EFFECTS: Final[Mapping[MissingKind, tuple[LazyString, LazyString]]] = {
    MissingKind.UNCLASSIFIED: (
        _l("Each counts as a grievance, with the dates of any. A question or a test among them would not count."),
        _l("The triagers of the site."),
    ),
    MissingKind.UNCONFIRMED: (
        _l("Each counts as late, until its arrival is confirmed."),
        _l("Whoever handles the case: tell the person by another way and record it."),
    ),
    MissingKind.TEXTS_WAITING: (
        _l("What they confirm or answer is not told yet, and counts as late if its date passes."),
        _l("Whoever runs this installation: the worker sends them."),
    ),
    MissingKind.TEXTS_UNSORTED: (
        _l("Each may be a grievance of this quarter. Made a case later, it shows as recorded late."),
        _l("The triagers of the site, in their tray."),
    ),
    MissingKind.QUESTIONS_OPEN: (
        _l("Their answers count in the quarter in which the 30 days end. Nothing is lost."),
        _l("Nobody: it takes time."),
    ),
    MissingKind.IMPORT_OPEN: (
        _l("Its cases are not in these figures. Imported later, they show as recorded late and move nothing."),
        _l("The triagers of the site."),
    ),
    MissingKind.HEADCOUNT: (
        _l("The rates by 100 workers and by hours are not shown."),
        _l("You, the coordinator or an administrator."),
    ),
    MissingKind.RECORDED_LATE: (
        _l("They are in the account now. It therefore begins elsewhere than the last published one ended; it says so."),
        _l("Nobody: it is said on the page."),
    ),
    MissingKind.DIFFERENT: (
        _l("A corrected version would print them as they are now. The version that is out stays where it is."),
        _l("You decide whether that deserves a correction."),
    ),
}
"""By kind: what it does to the figures, and who can mend it."""

KINDS: Final[Mapping[ProblemKind, LazyString]] = {
    ProblemKind.LANGUAGE_MISSING: _l("%(block)s: nothing is written in %(language)s."),
    ProblemKind.NOTHING_SAID: _l("%(block)s: nothing is written. If there is nothing to say, say so."),
    ProblemKind.PROMPT_LEFT: _l("%(block)s, in %(language)s: something in brackets still waits to be written."),
    ProblemKind.TOO_HARD: _l("%(block)s, in %(language)s: too hard to read. Shorten these sentences."),
    ProblemKind.NUMBER_OUT_OF_PLACE: _l("%(block)s, in %(language)s: numbers that are none of the figures."),
    ProblemKind.TOO_LONG: _l("%(block)s, in %(language)s: too long."),
    ProblemKind.NOT_READ_ALOUD: _l("Nobody has read it aloud to anybody in %(language)s."),
    ProblemKind.ROUND_OPEN: _l("People who were asked to read it may still be writing. Wait, or close the round."),
    ProblemKind.COMMENT_UNANSWERED: _l("Comments of people who read it have no answer yet."),
    ProblemKind.RECOGNISABLE: _l(
        "Together with what was published before, somebody could be recognised in these tables. Set the figures aside "
        "and tell whoever runs this installation."
    ),
    ProblemKind.NOT_ALLOWED: _l("The figures hold something that nobody decided to publish. Set them aside."),
}

READINGS = frozenset({ProblemKind.NOT_READ_ALOUD})
ROUNDS = frozenset({ProblemKind.ROUND_OPEN, ProblemKind.COMMENT_UNANSWERED})

STATES: Final[Mapping[str, LazyString]] = {
    ReleaseState.FROZEN.value: _l("On its way"),
    ReleaseState.RELEASED.value: _l("Published"),
    ReleaseState.DISCARDED.value: _l("Set aside"),
    ReleaseState.REFUSED.value: _l("Refused"),
}


def block_name(block: str, lang: Locale | None = None) -> str:
    """Return what a block is called; "" is the whole summary."""
    wanted = lang or current_lang()
    if block == NOTES:
        return _("To understand these numbers")
    if block == REASON:
        return _("What is corrected, and why")
    if not block:
        return _("The whole summary")
    return text_in(wanted, SECTION_NAMES[Section(block)])


def missing_line(found: Missing) -> MissingLine:
    """Return something missing in words."""
    effect, who = EFFECTS[found.kind]
    return MissingLine(_counted(found), str(effect), str(who))


def problem_line(problem: Problem, url_of: Callable[..., str]) -> ProblemLine:
    """Return a problem in words. `url_of` gives the address of a page of the release, by endpoint."""
    language = language_name(problem.locale) if problem.locale else ""
    what = str(KINDS[problem.kind]) % {"block": block_name(problem.section), "language": language}
    url, link = _mended_at(problem, url_of)
    lang = "" if problem.kind == ProblemKind.TOO_LONG else problem.locale
    return ProblemLine(what, _found(problem), lang, url, link)


def language_name(lang: str) -> str:
    """Return the name of a language inside a sentence: "español", "Spanish"."""
    name = lang_name(lang, current_lang())
    return name.lower() if current_lang() == SPANISH else name


def _mended_at(problem: Problem, url_of: Callable[..., str]) -> tuple[str, str]:
    """Return where a problem is mended and what the link says; empty where no page mends it."""
    if problem.kind in READINGS:
        return url_of("figures_readings"), _("Readings aloud")
    if problem.kind in ROUNDS:
        return url_of("figures_rounds"), _("People concerned")
    if problem.kind in {ProblemKind.RECOGNISABLE, ProblemKind.NOT_ALLOWED}:
        return "", ""
    if problem.section:
        label = _("Write “%(block)s”", block=block_name(problem.section))
        return url_of("figures_text", block=problem.section), label
    return url_of("figures_texts"), _("Words of the summary")


def _found(problem: Problem) -> tuple[str, ...]:
    if problem.kind == ProblemKind.TOO_LONG:
        length, most = problem.found
        return (_("%(length)s characters; at most %(most)s fit.", length=length, most=most),)
    if problem.kind in ROUNDS:
        return ()
    return problem.found


def _counted(found: Missing) -> str:
    number = found.count
    match found.kind:
        case MissingKind.UNCLASSIFIED:
            return ngettext("%(num)s case that nobody has sorted", "%(num)s cases that nobody has sorted", number)
        case MissingKind.UNCONFIRMED:
            return ngettext(
                "%(num)s confirmation sent, and not known to have arrived",
                "%(num)s confirmations sent, and not known to have arrived",
                number,
            )
        case MissingKind.TEXTS_WAITING:
            return ngettext("%(num)s text that has not gone out", "%(num)s texts that have not gone out", number)
        case MissingKind.TEXTS_UNSORTED:
            return ngettext(
                "%(num)s text received that belongs to no case yet",
                "%(num)s texts received that belong to no case yet",
                number,
            )
        case MissingKind.QUESTIONS_OPEN:
            return ngettext(
                "%(num)s question whose 30 days are not over",
                "%(num)s questions whose 30 days are not over",
                number,
            )
        case _:
            return _counted_of_records(found)


def _counted_of_records(found: Missing) -> str:
    number = found.count
    match found.kind:
        case MissingKind.IMPORT_OPEN:
            return ngettext(
                "%(num)s old register begun and not taken over",
                "%(num)s old registers begun and not taken over",
                number,
            )
        case MissingKind.HEADCOUNT:
            return _("How many people work at the site in this quarter")
        case MissingKind.RECORDED_LATE:
            return ngettext(
                "%(num)s case of earlier quarters recorded since",
                "%(num)s cases of earlier quarters recorded since",
                number,
            )
        case _:
            return ngettext(
                "%(num)s figure that differs from the version that is out",
                "%(num)s figures that differ from the version that is out",
                number,
            )
