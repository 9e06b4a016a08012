"""What was offered and what was done, as plain values: responses with their remedies, and corrective actions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from grievance.cases.page import CasePage, RemedyPart, ResponsePart
from grievance.core.i18n import Locale
from grievance.web import formats, words


@dataclass(frozen=True, slots=True)
class ResponseView:
    """A proposed response."""

    heading: str
    body: str
    lang: str
    answer: str
    reason: str
    remedies: list[list[str]]


def responses(page: CasePage, lang: Locale) -> list[ResponseView]:
    """Return the proposed responses, the newest first."""
    return [_response(page, part, lang) for part in page.responses]


def actions_of(page: CasePage, lang: Locale) -> list[list[str]]:
    """Return the rows of the table of corrective actions."""
    return [
        [
            part.words or "",
            words.action_kind(part.kind),
            part.owner_name or "",
            formats.day_short(part.due_on, lang),
            done_words(part.done_at, page.time_zone, part.evidence, lang, part.done_by),
            verified_words(part.verified_at, part.verified_by, page.time_zone, lang),
        ]
        for part in page.corrective_actions
    ]


def _response(page: CasePage, part: ResponsePart, lang: Locale) -> ResponseView:
    when = formats.moment_short(part.proposed_at, lang, tz=page.time_zone)
    heading = _(
        "%(outcome)s. Proposed by %(name)s, %(when)s",
        outcome=words.outcome(part.outcome),
        name=part.author_name,
        when=when,
    )
    return ResponseView(
        heading=heading,
        body=part.words or "",
        lang=part.locale,
        answer=_answer(page, part, lang),
        reason=part.reason or "",
        remedies=[_remedy(page, remedy, lang) for remedy in part.remedies],
    )


def _answer(page: CasePage, part: ResponsePart, lang: Locale) -> str:
    if part.answer is None:
        until = formats.day(part.answer_until, lang, tz=page.time_zone)
        return _("The person can answer until %(day)s.", day=until)
    source = f" {words.source(part.answer_source)}." if part.answer_source else ""
    return f"{words.answer(part.answer)}.{source}"


def _remedy(page: CasePage, part: RemedyPart, lang: Locale) -> list[str]:
    due = formats.day_short(part.due_on, lang) if part.due_on else _("No date")
    if part.cancelled_at is not None:
        return [part.words or "", due, _("No longer promised: the response was not accepted"), ""]
    verified = verified_words(part.verified_at, part.verified_by, page.time_zone, lang)
    done = done_words(part.done_at, page.time_zone, part.evidence, lang, part.done_by)
    return [part.words or "", due, done, verified]


def verified_words(verified_at: datetime | None, by: str | None, tz: str, lang: Locale) -> str:
    """Return whether somebody else verified it, and when."""
    if verified_at is None:
        return _("Not verified yet")
    return _("Verified %(when)s by %(name)s", when=formats.day_short(verified_at, lang, tz=tz), name=by or "")


def done_words(done_at: datetime | None, tz: str, evidence: str | None, lang: Locale, by: str | None = None) -> str:
    """Return whether something was done, when and by whom, with what shows it."""
    if done_at is None:
        return _("Not done yet")
    when = formats.day_short(done_at, lang, tz=tz)
    said = _("Done %(when)s by %(name)s", when=when, name=by) if by else _("Done %(when)s", when=when)
    return f"{said}. {evidence}" if evidence else said
