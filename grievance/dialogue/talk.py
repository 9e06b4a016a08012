"""What every part of the dialogue needs about the text it answers, and the ways to answer it."""

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from grievance.cases.models import Case
from grievance.cases.queries import case_by_reference_in_thread, own_reference, went_into
from grievance.cases.transitions import lock_case
from grievance.core.i18n import Locale, offered
from grievance.crypto.codes import CaseReference
from grievance.dialogue.grammar import detect_language, find_access_codes, redact_access_codes
from grievance.dialogue.queries import Own, cases_of
from grievance.messaging import inbox, outbox, threads
from grievance.messaging.models import InboundMessage, OutboundMessage, Thread
from grievance.messaging.text_names import Leads
from grievance.messaging.texts import EMERGENCY_CHILE, TextName, Value, site_link
from grievance.messaging.threads import Asking, Question
from grievance.messaging.wording import TEXTS
from grievance.sites.models import Site

SILENCE = timedelta(days=365)
"""After so long without a text the number may be somebody else's: what it could see before takes a reference."""

ANSWERED_PER_HOUR = 10
"""Texts of one number that are answered within an hour. Further ones are kept; one text says so."""

ALWAYS_SAID = frozenset({TextName.RECEIPT, TextName.JOIN_DONE, TextName.REPRISAL_OPENED})
"""What goes out all the same: whoever opens a case needs its reference."""

WAITS = {
    Question.WHO: timedelta(hours=24),
    Question.SITE: timedelta(hours=24),
    Question.LANGUAGE: timedelta(hours=24),
    Question.WITHDRAW: timedelta(hours=24),
    Question.NEW: timedelta(hours=24),
    Question.DATA_RIGHT: timedelta(hours=24),
    Question.CONSENT_NAME: timedelta(days=7),
    Question.REOPEN: timedelta(days=7),  # somebody without credit answers when there is some
}
"""How long a question of ours waits for its answer. The others last as long as what they ask about."""

ERASED = "[****]"
"""What stands in a stored text where an access code was."""

_FOLLOWED = frozenset({Question.HELD, Question.REPRISAL})
_ENGLISH_COMMAND = re.compile(r"\W*(help|status|new|language|withdraw|code|appeal|data|join)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Talk:
    """One text in its thread. `cases` are those that whoever writes may hear of, the latest active first."""

    session: Session
    inbound: InboundMessage
    thread: Thread
    site: Site
    sites: tuple[Site, ...]
    at: datetime
    words: str
    """As stored: verbatim, but for an access code, which is erased."""
    had_code: bool
    cases: tuple[Own, ...]
    hidden: tuple[Own, ...]
    """Cases of this number from before a long silence; nothing of them is said until one is named."""
    is_quiet: bool
    answers: list[OutboundMessage]
    """What is said, stored together at the end."""

    @property
    def locale(self) -> Locale:
        """Language in which the person is answered."""
        return Locale(self.thread.locale)

    @property
    def open_cases(self) -> tuple[Own, ...]:
        """The cases that have not ended, the latest active first."""
        return tuple(own for own in self.cases if own.case.is_open)


@dataclass(frozen=True, slots=True)
class Done:
    """The text has been dealt with; `subject` is the public id of the case it went to, if any."""

    subject: str | None = None


def open_talk(session: Session, inbound: InboundMessage, sites: tuple[Site, ...], *, at: datetime) -> Talk:
    """Find the thread of a text and lock it: two texts of one number are answered one after the other."""
    body = inbox.body_of(session, inbound)
    had_code = bool(find_access_codes(body))
    words = redact_access_codes(body, mark=ERASED)
    if had_code:
        inbox.erase_codes(session, inbound, words)
    thread, is_new = _thread(session, inbound, sites, words, at=at)
    known = [] if is_new else cases_of(session, thread.id)
    if not is_new:
        _note_holder(thread, known, at=at)
        _learn_language(thread, words)
        _count(thread, at=at)
        threads.note_looked(thread)
    return Talk(
        session,
        inbound,
        thread,
        site=next((site for site in sites if site.id == thread.site_id), sites[0]),
        sites=sites,
        at=at,
        words=words,
        had_code=had_code,
        cases=tuple(own for own in known if _is_known_since(thread, own)),
        hidden=tuple(own for own in known if not _is_known_since(thread, own)),
        is_quiet=thread.window_count > ANSWERED_PER_HOUR,
        answers=[],
    )


def say(
    talk: Talk,
    name: TextName,
    *,
    case: Case | None = None,
    wipe_when_sent: bool = False,
    asks: Question | None = None,
    until: datetime | None = None,
    **values: Value,
) -> None:
    """Answer with a text. To a number that sends more than we answer only receipts go: a case without one is lost.

    What it asks is waited for until `until`, or as long as such a question waits.
    """
    if talk.is_quiet and name not in ALWAYS_SAID:
        return
    asking = Asking(asks, until or talk.at + WAITS[asks]) if asks else None
    values = _as_own(talk, case, values)
    talk.answers.append(_written(talk, name, case, values, wipe_when_sent=wipe_when_sent, asks=asking))


def say_at_last(talk: Talk) -> None:
    """Store what was said. The text that goes over the limit of the hour is told so; none after it is."""
    if talk.thread.window_count == ANSWERED_PER_HOUR + 1:
        talk.answers.append(_written(talk, TextName.TOO_MANY, None, {"site": talk.site.sms_name}))
    outbox.store(talk.session, talk.answers)


def _written(
    talk: Talk,
    name: TextName,
    case: Case | None,
    values: dict[str, Value],
    *,
    wipe_when_sent: bool = False,
    asks: Asking | None = None,
) -> OutboundMessage:
    if TEXTS[name].leads is Leads.SITE:
        values["link"] = site_link(talk.session.info.get("address", ""), talk.site.slug)
    return outbox.prepare(
        talk.session,
        talk.thread,
        name,
        values=values,
        subject=case.public_id if case else None,
        at=talk.at,
        is_asked_for=True,
        time_zone=talk.site.time_zone,
        locale=talk.locale,
        wipe_when_sent=wipe_when_sent,
        asks=asks,
    )


def expect_new(talk: Talk) -> None:
    """Let the thread wait for the grievance that follows NUEVO, which need not wait for our answer to that word."""
    threads.ask(talk.thread, Question.NEW, subject=None, until=talk.at + WAITS[Question.NEW], at=talk.at)


def lock(talk: Talk, own: Own) -> Case:
    """Return the case of a person, locked, as it stands now."""
    return lock_case(talk.session, own.case.id)


def named(talk: Talk, reference: CaseReference) -> Own | None:
    """Return the case that a reference names, if it is one that this person may hear of."""
    own = next((own for own in talk.cases if own.case.reference == reference), None)
    if own is not None or not talk.cases:
        return own
    # The reference of a case that was merged leads to what it went into.
    case = case_by_reference_in_thread(talk.session, talk.thread.id, reference)
    return next((own for own in talk.cases if case is not None and own.case.id == case.id), None)


def asked_about(talk: Talk) -> Own | None:
    """Return the case that the waiting question is about."""
    return about(talk, talk.thread.pending, talk.thread.pending_subject)


def about(talk: Talk, question: str | None, subject: str | None) -> Own | None:
    """Return the case of the person that a question is about.

    What is asked weeks later goes with the person into the case that this one was merged into: its answer must not
    be read there by those who work it.
    """
    found = next((own for own in talk.cases if own.case.public_id == subject), None)
    if found is None and subject is not None and question in _FOLLOWED:
        into = went_into(talk.session, subject)
        found = next((own for own in talk.cases if own.case.id in into), None)
    return found


def unlocked(talk: Talk, reference: CaseReference) -> Talk:
    """Return the talk with the cases from before a silence, if the reference is one of theirs: it proves the person."""
    if not any(own.case.reference == reference for own in talk.hidden):
        return talk
    every = (*talk.cases, *talk.hidden)
    talk.thread.verified_at = min(own.proven_at for own in every)
    return replace(talk, cases=every, hidden=())


def emergency(site: Site) -> str:
    """Return the number to call in danger, without the spaces that a text has no room for."""
    return site.emergency_phone.replace(" ", "") or EMERGENCY_CHILE


def _as_own(talk: Talk, case: Case | None, values: dict[str, Value]) -> dict[str, Value]:
    """Return the values with the reference that the person was given: nobody reads that of somebody else."""
    own = next((own for own in talk.cases if case is not None and own.case.id == case.id), None)
    if own is None or "reference" not in values:
        return values
    return values | {"reference": own_reference(talk.session, own.person)}


def _thread(
    session: Session, inbound: InboundMessage, sites: tuple[Site, ...], words: str, *, at: datetime
) -> tuple[Thread, bool]:
    number = inbox.number_of(session, inbound)
    found = threads.find(session, line=inbound.line, number=number, lock=True)
    if found is not None:
        return found, False
    only = sites[0].id if len(sites) == 1 else None
    locale = offered(_clear_language(words)) or Locale(sites[0].default_locale)
    made = threads.make(session, line=inbound.line, number=number, site_id=only, locale=locale, texted_at=at)
    if made is not None:
        return made, True
    # Another text of the same number came in between; its thread has been waited for.
    return threads.open_thread(session, line=inbound.line, number=number, site_id=only, locale=locale), False


def _note_holder(thread: Thread, known: list[Own], *, at: datetime) -> None:
    """Keep since when the number is known to be one person's."""
    if thread.verified_at is None:
        recent = [own.proven_at for own in known if at - own.proven_at <= SILENCE]
        thread.verified_at = min([at, *recent])
    elif thread.last_inbound_at is not None and at - thread.last_inbound_at > SILENCE:
        thread.verified_at = at
    thread.last_inbound_at = at


def _is_known_since(thread: Thread, own: Own) -> bool:
    return thread.verified_at is not None and own.proven_at >= thread.verified_at


def _learn_language(thread: Thread, words: str) -> None:
    if not thread.locale_is_chosen:
        thread.locale = offered(_clear_language(words)) or thread.locale


def _clear_language(words: str) -> str | None:
    # An English command is a clear word too; the Spanish ones are the default's.
    return "en" if _ENGLISH_COMMAND.fullmatch(words.strip(" .!¡")) else detect_language(words)


def _count(thread: Thread, *, at: datetime) -> None:
    """Count the text among those of the hour."""
    if thread.window_started_at is None or at - thread.window_started_at >= timedelta(hours=1):
        thread.window_started_at, thread.window_count = at, 0
    thread.window_count += 1
