"""Protective measures and the way of Ley Karin as plain values, for the case page and for the record on paper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from grievance.cases.page import CasePage, ClockPart, TrackPart
from grievance.cases.track_states import TrackStep
from grievance.core.i18n import Locale
from grievance.deadlines.standards import CaseType, ClockName
from grievance.deadlines.working_days import Calendar, OutsideCalendar, is_working_day
from grievance.web import clock_words, formats, words
from grievance.web.staff.response_pages import done_words, verified_words

_PROMINENT = frozenset({CaseType.HARASSMENT, CaseType.RETALIATION, CaseType.DANGER})
"""Kinds of case of which the page says above everything else that nobody is protected yet."""

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class ProtectionView:
    """The measures of a case; `missing` says above everything that there is none, `none_needed` why there need not."""

    measures: list[list[str]]
    missing: str
    none_needed: str


@dataclass(frozen=True, slots=True)
class TrackView:
    """How far a harassment case is: the facts, the steps taken with their days, and what comes next."""

    facts: list[Pair]
    steps: list[Pair]
    notice: str


@dataclass(frozen=True, slots=True)
class RecordView:
    """The record of receipt: what goes on paper, in the language of whoever reads it."""

    reference: str
    site_name: str
    facts: list[Pair]
    filings: list[tuple[str, str, str]]
    """When, in which language, and the words."""
    dates: list[Pair]
    is_preliminary: bool


def protection(page: CasePage, lang: Locale) -> ProtectionView:
    """Return the protective measures of a case."""
    none_needed = (page.track.none_needed or "") if page.track else ""
    bare = page.is_open and not page.measures and not none_needed and page.is_classified
    missing = _("Nobody has noted how the person is protected") if bare and page.type in _PROMINENT else ""
    rows = [
        [
            words.measure(part.kind) + f". {part.words or ''}",
            part.owner_name,
            formats.day_short(part.due_on, lang),
            done_words(part.done_at, page.time_zone, part.evidence, lang, part.done_by),
            verified_words(part.verified_at, part.verified_by, page.time_zone, lang),
        ]
        for part in page.measures
    ]
    return ProtectionView(rows, missing, none_needed)


def track(page: CasePage, lang: Locale) -> TrackView | None:
    """Return how far a harassment case is; None for any other."""
    part = page.track
    if part is None:
        return None
    invited, identified = (
        formats.day(at, lang, tz=page.time_zone) if at else "" for at in (part.invited_at, part.identified_at)
    )
    facts = [
        (_("What it is"), _("A preliminary record") if part.is_preliminary else _("A complaint")),
        (_("Asked who they are"), invited),
        (_("Said who they are"), identified),
        (_("About a manager (art. 4)"), _yes_no(part.about_manager)),
        (_("People of different companies"), _yes_no(part.companies_differ)),
        *_companies(part, lang),
    ]
    steps = [(words.track_step(step), formats.day(on, lang)) for step, on in sorted(part.done, key=lambda one: one[1])]
    return TrackView([(term, value) for term, value in facts if value], steps, _notice(part))


def record(page: CasePage, lang: Locale) -> RecordView:
    """Return the record of receipt of a case, with the date and the hour."""
    tz = page.time_zone
    facts = [
        (_("Received"), formats.moment(page.received_at, lang, tz=tz)),
        (_("Time zone"), tz),
        (_("Recorded in the system"), formats.moment(page.recorded_at, lang, tz=tz)),
        (_("Channel"), words.channel(page.submissions[0].channel) if page.submissions else ""),
        (_("Site"), page.site_name),
        (_("Kind"), words.case_type(page.type)),
        *(_companies(page.track, lang) if page.track else ()),
    ]
    dates = [
        (clock_words.rule_words(part.name, part.amount, part.unit, lang), formats.day(part.due_on, lang))
        for part in page.clocks
        if part.name in {ClockName.REFER_TO_DT, ClockName.INVESTIGATE} and part.cancelled_at is None
    ]
    filings = [(formats.moment(part.filed_at, lang, tz=tz), part.locale, part.words or "") for part in page.submissions]
    return RecordView(
        reference=page.reference,
        site_name=page.site_name,
        facts=[(term, value) for term, value in facts if value],
        filings=filings,
        dates=dates,
        is_preliminary=page.track is not None and page.track.is_preliminary,
    )


def day_of_rest(part: ClockPart, calendar: Calendar) -> str:
    """Return the warning about a term of calendar days that ends on a day of rest, "" where it does not."""
    if part.name != ClockName.SANCTIONS or not part.is_running or _works(part.due_on, calendar):
        return ""
    return _("It ends on a day of rest and does not move: act on the business day before.")


def _notice(part: TrackPart) -> str:
    if not part.is_protected:
        return _("Protective measures come before any other step. Add one, or say that none is needed now.")
    if part.about_manager or part.names_manager:
        return _("A manager is complained about: only the Dirección del Trabajo may investigate.")
    return ""


def _companies(part: TrackPart, lang: Locale) -> list[Pair]:
    """Return which company is the principal and which the contractor, and which told the other on which day."""
    principal, contractor = part.principal_name or "", part.contractor_name or ""
    informed_on = dict(part.done).get(TrackStep.INFORMED)
    told = ""
    if part.informed_by and informed_on:
        who = words.informed(part.informed_by, principal, contractor, lang)
        told = _("%(who)s on %(day)s", who=who, day=formats.day(informed_on, lang))
    return [
        (_("Principal company"), principal),
        (_("Contractor"), contractor),
        (_("Which company told the other"), told),
    ]


def _yes_no(fact: bool | None) -> str:
    return "" if fact is None else _("Yes") if fact else _("No")


def _works(on: date, calendar: Calendar) -> bool:
    try:
        return is_working_day(on, calendar)
    except OutsideCalendar:
        return True
