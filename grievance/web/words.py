"""Plain words for every code that a person may read: statuses, outcomes, verdicts, types, groups, events, tasks.

Each function takes the code as stored and answers in the language of the page, or in `lang` where one is given (a
preview, an export). An unknown code is a bug and raises UnknownCode: a code word must never reach a page. Clocks and
due dates have their words in `clock_words`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from grievance.core.i18n import Locale, text_in
from grievance.web import data_word_tables as data_tables
from grievance.web import referral_words, task_tables
from grievance.web import said_word_tables as said_tables
from grievance.web import word_tables as tables
from grievance.web.lang import current_lang


class UnknownCode(LookupError):
    """A code without words."""


def status(code: str, lang: Locale | None = None) -> str:
    """Return where a case stands."""
    return _say(tables.STATUS, code, lang)


def outcome(code: str, lang: Locale | None = None) -> str:
    """Return what the site found or did."""
    return _say(tables.OUTCOME, code, lang)


def verdict(code: str, lang: Locale | None = None) -> str:
    """Return what the person says of it."""
    return _say(tables.VERDICT, code, lang)


def source(code: str, lang: Locale | None = None) -> str:
    """Return by which way the person's own word reached us."""
    return _say(tables.SOURCE, code, lang)


def answer(code: str, lang: Locale | None = None) -> str:
    """Return what the person answered to a proposed response."""
    return _say(tables.ANSWER, code, lang)


def case_type(code: str, lang: Locale | None = None) -> str:
    """Return the kind of case."""
    return _say(tables.TYPE, code, lang)


def severity(number: int | None, lang: Locale | None = None) -> str:
    """Return "3, serious"; "not yet rated" for none."""
    return _say(tables.SEVERITY, "" if number is None else str(number), lang)


def group(code: str, lang: Locale | None = None) -> str:
    """Return who is speaking."""
    return _say(tables.GROUP, code, lang)


def channel(code: str, lang: Locale | None = None) -> str:
    """Return how it reached us."""
    return _say(tables.CHANNEL, code, lang)


def confidentiality(code: str, lang: Locale | None = None) -> str:
    """Return how far the person lets himself or herself be known."""
    return _say(tables.CONFIDENTIALITY, code, lang)


def reach(code: str, lang: Locale | None = None) -> str:
    """Return how the person hears from us."""
    return _say(tables.REACH, code, lang)


def told(code: str | None, lang: Locale | None = None) -> str:
    """Return how surely a message reached the person; none means that nothing is known yet."""
    return _say(tables.TOLD, code or "", lang)


def message_kind(code: str, lang: Locale | None = None) -> str:
    """Return what a message between staff and the person is."""
    return _say(tables.MESSAGE_KIND, code, lang)


def event(code: str, lang: Locale | None = None) -> str:
    """Return what happened, as a line of the history."""
    return _say(tables.EVENT, code, lang)


def actor(code: str, lang: Locale | None = None) -> str:
    """Return who did it, where it is not a named staff member."""
    return _say(tables.ACTOR, code, lang)


def task(code: str, lang: Locale | None = None) -> str:
    """Return what a task asks for. It says nothing of the case."""
    return _say(task_tables.TASK, code, lang)


def notice(code: str, lang: Locale | None = None) -> str:
    """Return what an in-app notice says. It says nothing of the case."""
    return _say(task_tables.NOTICE, code, lang)


def hidden_reason(code: str, lang: Locale | None = None) -> str:
    """Return why a case is hidden from a staff member."""
    return _say(tables.HIDDEN, code, lang)


def action_kind(code: str, lang: Locale | None = None) -> str:
    """Return the kind of a corrective action."""
    return _say(tables.ACTION_KIND, code, lang)


def appeal_result(code: str, lang: Locale | None = None) -> str:
    """Return what came of an appeal."""
    return _say(tables.APPEAL_RESULT, code, lang)


def delay_reason(code: str, lang: Locale | None = None) -> str:
    """Return why a date cannot be kept."""
    return _say(tables.DELAY, code, lang)


def measure(code: str, lang: Locale | None = None) -> str:
    """Return the kind of a protective measure."""
    return _say(tables.MEASURE, code, lang)


def route(code: str, lang: Locale | None = None) -> str:
    """Return who investigates harassment."""
    return _say(tables.ROUTE, code, lang)


def data_right(code: str, lang: Locale | None = None) -> str:
    """Return what somebody asks for about personal data, as the person would say it."""
    return _say(data_tables.DATA_RIGHT, code, lang)


def data_proof(code: str, lang: Locale | None = None) -> str:
    """Return how somebody proved to be the person of a case."""
    return _say(data_tables.DATA_PROOF, code, lang)


def data_decision(code: str, lang: Locale | None = None) -> str:
    """Return what came of a request about personal data."""
    return _say(data_tables.DATA_DECISION, code, lang)


def data_ground(code: str, lang: Locale | None = None) -> str:
    """Return why a request about personal data is refused."""
    return _say(data_tables.DATA_GROUND, code, lang)


def data_field(code: str, lang: Locale | None = None) -> str:
    """Return what can be corrected."""
    return _say(data_tables.DATA_FIELD, code, lang)


def data_step(code: str, lang: Locale | None = None) -> str:
    """Return what was done about personal data."""
    return _say(data_tables.DATA_STEP, code, lang)


def breach_risk(code: str, lang: Locale | None = None) -> str:
    """Return how much harm a breach may do."""
    return _say(data_tables.BREACH_RISK, code, lang)


def breach_category(code: str, lang: Locale | None = None) -> str:
    """Return a kind of data in a breach."""
    return _say(data_tables.BREACH_CATEGORY, code, lang)


def was_told(code: str, lang: Locale | None = None) -> str:
    """Return whether somebody was told of a breach."""
    return _say(data_tables.WAS_TOLD, code, lang)


def informed(who: str, principal: str, contractor: str, lang: Locale | None = None) -> str:
    """Return which of two companies told the other."""
    teller, told = (principal, contractor) if who == "principal" else (contractor, principal)
    return text_in(lang or current_lang(), "%(teller)s told %(told)s", teller=teller, told=told)


def track_step(code: str, lang: Locale | None = None) -> str:
    """Return a step of the way that the law lays down for harassment."""
    return _say(tables.TRACK_STEP, code, lang)


def slip_step(code: str, lang: Locale | None = None) -> str:
    """Return what became of the code of a slip."""
    return _say(tables.SLIP_STEP, code, lang)


def statement_of(code: str, lang: Locale | None = None) -> str:
    """Return which part in the case whoever signed a statement has."""
    return _say(tables.STATEMENT, code, lang)


def basis(code: str, lang: Locale | None = None) -> str:
    """Return why an identity may be given to a company."""
    return _say(tables.BASIS, code, lang)


def read_back(code: str, lang: Locale | None = None) -> str:
    """Return whether the words were read back to the person."""
    return _say(tables.READ_BACK, code, lang)


def shift(code: str, lang: Locale | None = None) -> str:
    """Return the shift worked."""
    return _say(said_tables.SHIFT, code, lang)


def gender(code: str, lang: Locale | None = None) -> str:
    """Return the gender said."""
    return _say(said_tables.GENDER, code, lang)


def age_band(code: str, lang: Locale | None = None) -> str:
    """Return the age band said."""
    return _say(said_tables.AGE_BAND, code, lang)


def has_words(table: str, code: str) -> bool:
    """Return whether a table ("event", "task", "notice" …) knows a code; for tests and for exports."""
    return code in tables.TABLES[table]


def _say(table: Mapping[str, str], code: str, lang: Locale | None) -> str:
    message = table.get(code)
    if message is None:
        raise UnknownCode(code)
    return text_in(lang or current_lang(), message)


STEPS: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {"track_step": track_step, "data_step": data_step, "referral_step": referral_words.step, "slip_code": slip_step}
)
"""Kinds of event whose code `step` says more, with its words."""
