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
            _done(part.done_at, page.time_zone, part.evidence, lang),
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
    verified = _("Not verified yet")
    if part.verified_at is not None:
        when = formats.day_short(part.verified_at, lang, tz=page.time_zone)
        verified = _("Verified %(when)s by %(name)s", when=when, name=part.verified_by or "")
    return [part.words or "", due, _done(part.done_at, page.time_zone, part.evidence, lang, part.done_by), verified]


def _done(done_at: datetime | None, tz: str, evidence: str | None, lang: Locale, by: str | None = None) -> str:
    if done_at is None:
        return _("Not done yet")
    when = formats.day_short(done_at, lang, tz=tz)
    said = _("Done %(when)s by %(name)s", when=when, name=by) if by else _("Done %(when)s", when=when)
    return f"{said}. {evidence}" if evidence else said
