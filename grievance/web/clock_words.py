"""Words for clocks: what is due, when, by which rule and whose rule that is.

A due date is said in business days, the unit in which staff plan, with the date beside it. Words come before colour:
`DueWords.kind` only picks the badge.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal, Protocol

from grievance.core.i18n import Locale, mark, plural_in, text_in
from grievance.deadlines.working_days import Calendar, local_date, working_days_between
from grievance.web import formats
from grievance.web.lang import current_lang
from grievance.web.words import UnknownCode

Kind = Literal["", "soon", "late", "paused", "met"]

SOON_WORKING_DAYS: Final = 1
"""A badge turns to "soon" on the last business day before the due date."""

WAITS_FOR_PERSON: Final = frozenset({"answer_from_person", "pause"})

_HOUR = timedelta(hours=1)


class Runs(Protocol):
    """What is needed of a clock."""

    @property
    def due_at(self) -> datetime:
        """The instant at which it is missed."""
        ...

    @property
    def due_on(self) -> date:
        """The local date to tell people."""
        ...

    @property
    def met_at(self) -> datetime | None:
        """When it was met."""
        ...

    @property
    def cancelled_at(self) -> datetime | None:
        """When it stopped without being met."""
        ...


@dataclass(frozen=True, slots=True)
class DueWords:
    """A badge: its kind and its sentence."""

    kind: Kind
    words: str


def clock(name: str, lang: Locale | None = None) -> str:
    """Return what a clock asks for: "Answer the grievance"."""
    message = _CLOCK.get(name)
    if message is None:
        raise UnknownCode(name)
    return text_in(lang or current_lang(), message)


def due_words(
    item: Runs, *, now: datetime, calendar: Calendar, unit: str = "", name: str = "", lang: Locale | None = None
) -> DueWords:
    """Return the badge of a clock: running, soon, late, met or stopped.

    `unit` "hours" counts hours near the end. The days that a person has to answer (`name`) are never late.
    """
    lang = lang or current_lang()
    if item.met_at is not None:
        return _met(item, calendar, lang)
    if item.cancelled_at is not None:
        return DueWords("", text_in(lang, "No longer runs"))
    if name in WAITS_FOR_PERSON and now > item.due_at:
        return DueWords("", text_in(lang, "The days to answer are over"))
    return due(item.due_at, now=now, calendar=calendar, unit=unit, lang=lang)


def due(due_at: datetime, *, now: datetime, calendar: Calendar, unit: str = "", lang: Locale | None = None) -> DueWords:
    """Return the badge of a date still to be met."""
    today, due_on = (local_date(instant, calendar.time_zone) for instant in (now, due_at))
    days = working_days_between(today, due_on, calendar)
    return due_in(due_at, days, now=now, time_zone=calendar.time_zone, unit=unit, lang=lang)


def due_in(
    due_at: datetime,
    working_days_left: int,
    *,
    now: datetime,
    time_zone: str,
    unit: str = "",
    lang: Locale | None = None,
) -> DueWords:
    """Return the badge of a date whose business days were counted by the query; negative when it has passed."""
    lang = lang or current_lang()
    today, due_on = local_date(now, time_zone), local_date(due_at, time_zone)
    if now > due_at:
        return DueWords("late", _late(due_at, now, due_on, today, -working_days_left, lang))
    if unit == "hours" and due_at - now < 24 * _HOUR:
        hours = (due_at - now) // _HOUR
        words = plural_in(lang, "Due in %(count)s hour", "Due in %(count)s hours", hours)
        return DueWords("soon", words if hours else text_in(lang, "Due within the hour"))
    if due_on == today:
        return DueWords("soon", text_in(lang, "Due today"))
    if not working_days_left:
        # A weekend or holiday lies between: a count of business days would say "0".
        return DueWords("soon", text_in(lang, "Due on %(day)s", day=formats.day(due_on, lang, today=today)))
    days = working_days_left
    words = plural_in(lang, "Due in %(count)s business day", "Due in %(count)s business days", days)
    return DueWords("soon" if days <= SOON_WORKING_DAYS else "", words)


def span_words(amount: int, unit: str, lang: Locale | None = None) -> str:
    """Return "within 2 business days"; "at once" for zero days."""
    lang = lang or current_lang()
    if amount == 0:
        return text_in(lang, "at once, the same day")
    match unit:
        case "business_days":
            return plural_in(lang, "within %(count)s business day", "within %(count)s business days", amount)
        case "calendar_days":
            return plural_in(lang, "within %(count)s calendar day", "within %(count)s calendar days", amount)
        case "hours":
            return plural_in(lang, "within %(count)s hour", "within %(count)s hours", amount)
        case "months":
            return plural_in(lang, "within %(count)s month", "within %(count)s months", amount)
    raise UnknownCode(unit)


def rule_words(name: str, amount: int, unit: str, lang: Locale | None = None) -> str:
    """Return the rule in one plain sentence: "Acknowledge: within 2 business days of receiving it."."""
    lang = lang or current_lang()
    words = {"what": clock(name, lang), "span": span_words(amount, unit, lang)}
    if amount == 0:
        return text_in(lang, "%(what)s: %(span)s.", **words)
    since = text_in(lang, _SINCE.get(name, _RECEIPT))
    return text_in(lang, "%(what)s: %(span)s %(since)s.", **words, since=since)


def interval_words(name: str, amount: int, unit: str) -> str:
    """Return how long an interval is, which begins with a step of the case: "Answer …, from …: 10 business days."."""
    lang = current_lang()
    message = _INTERVAL.get(name)
    if message is None:
        raise UnknownCode(name)
    if unit == "business_days":
        length = plural_in(lang, "%(count)s business day", "%(count)s business days", amount)
    else:
        length = plural_in(lang, "%(count)s calendar day", "%(count)s calendar days", amount)
    return text_in(lang, "%(what)s: %(length)s.", what=text_in(lang, message), length=length)


def source_words(source: str, lang: Locale | None = None) -> str:
    """Return whose rule it is. Names of laws and handbooks stay as they are; what we add about them is translated."""
    lang = lang or current_lang()
    for phrase in sorted(_SOURCE_PHRASES, key=len, reverse=True):
        source = source.replace(phrase, text_in(lang, phrase))
    return source


def _late(due_at: datetime, now: datetime, due_on: date, today: date, days: int, lang: Locale) -> str:
    if days:
        return plural_in(lang, "Late by %(count)s business day", "Late by %(count)s business days", days)
    if due_on != today:
        return text_in(lang, "Late since %(day)s", day=formats.day(due_on, lang, today=today))
    hours = max(1, (now - due_at) // _HOUR)
    return plural_in(lang, "Late by %(count)s hour", "Late by %(count)s hours", hours)


def _met(item: Runs, calendar: Calendar, lang: Locale) -> DueWords:
    if item.met_at is None:
        raise ValueError("not met")
    days = working_days_between(local_date(item.met_at, calendar.time_zone), item.due_on, calendar)
    if item.met_at <= item.due_at:
        early = plural_in(lang, "Met, %(count)s business day early", "Met, %(count)s business days early", days)
        return DueWords("met", early if days > 0 else text_in(lang, "Met on time"))
    late = plural_in(lang, "Met, %(count)s business day late", "Met, %(count)s business days late", -days)
    return DueWords("late", late if days < 0 else text_in(lang, "Met late, on the same day"))


_CLOCK: Final = {
    "acknowledge": mark("Acknowledge"),
    "acknowledge_in_writing": mark("Acknowledge in writing"),
    "first_contact": mark("First contact"),
    "stabilise": mark("Make it safe"),
    "protect": mark("Protect the person"),
    "refer_to_dt": mark("Notify the Dirección del Trabajo or refer to it"),
    "plan": mark("Agree a plan"),
    "block": mark("Block the data"),
    "resolve": mark("Answer the grievance"),
    "feedback": mark("Tell the person where it stands"),
    "review": mark("Look at it again"),
    "investigate": mark("Conclude the investigation"),
    "inform_principal": mark("Inform the other company"),
    "report_to_dt": mark("Send the report to the Dirección del Trabajo"),
    "dt_speaks": mark("The Dirección del Trabajo speaks"),
    "sanctions": mark("Apply measures and sanctions"),
    "answer_from_person": mark("Answer from the person"),
    "proposal_answer": mark("Answer from the person"),
    "status_message": mark("Status message"),
    "remedy": mark("Do the remedy"),
    "pause": mark("Waiting for the person"),
    "appeal_acknowledge": mark("Acknowledge the appeal"),
    "appeal_decide": mark("Decide the appeal"),
}

_RECEIPT: Final = mark("of receiving it")

_SINCE: Final = {
    "answer_from_person": mark("of telling the response"),
    "proposal_answer": mark("of telling the response"),
    "status_message": mark("of the last message"),
    "report_to_dt": mark("of the end of the investigation"),
    "dt_speaks": mark("of the report"),
    "sanctions": mark("of the word of the Dirección del Trabajo, or of the end of its days"),
    "appeal_acknowledge": mark("of the appeal"),
    "appeal_decide": mark("of the appeal"),
}

_INTERVAL: Final = {
    "status_message": mark("A message on how an open case stands, from the last message"),
    "proposal_answer": mark("The person's days to answer a response, from being told"),
    "longest_pause": mark("The longest wait for the person, from asking"),
    "appeal_window": mark("The days to appeal, from the notice of the outcome"),
    "appeal_acknowledge": mark("Acknowledging an appeal, from its arrival"),
    "appeal_decide": mark("Deciding an appeal, from its arrival"),
    "satisfaction_ask": mark("Asking how it went, from the notice of the outcome"),
    "satisfaction_close": mark("The days to answer how it went, from asking"),
    "held_ask": mark("Asking whether what was agreed holds, from the notice of the outcome"),
    "retaliation_first": mark("Asking about reprisals for the first time, from the notice of the outcome"),
    "retaliation_second": mark("Asking about reprisals for the second time, from the notice of the outcome"),
    "reopen_window": mark("The days in which a message asks to reopen a case, from its closure"),
    "data_rights_extension": mark("The one extension of a request about personal data, from its first date"),
}

_SOURCE_PHRASES: Final = (
    mark("Default of this project; no outside source"),
    mark("Decided by the site"),
    mark("Default of this project, chosen between the neighbouring rows; no outside source"),
    mark("Anglo American Social Way toolkit, grievance level 1"),
    mark("Anglo American Social Way toolkit, grievance levels 2-3"),
    mark("Anglo American Social Way toolkit, grievance levels 4-5"),
    mark("contractor and principal company"),
    mark("Directive (EU)"),
    mark("ILO Convention 169 art. 6 (consultation in good faith)"),
    mark("the number of days is a default of this project"),
    mark("arts. 211-A and following"),
    mark("in force on 1 December 2026"),
    mark("by telephone"),
    mark("receipt given at once"),
    mark("protective measures at once"),
    mark("notified or referred within 3 days"),
    mark("investigation concluded within 30 days"),
    mark("contractor and principal company inform each other within 3 days"),
    mark("report sent within 2 days"),
    mark("the Dirección del Trabajo speaks within 30 days"),
    mark("applied within 15 days, counted every day"),
    mark("by a handler who is independent"),
    mark("outer bound 7 calendar days"),
    mark("counted from receipt"),
    mark("with representatives of their own choice"),
    mark("a timetable agreed with them"),
    mark("temporary blocking"),
    mark("may be extended once by 30 days"),
)
