"""Messages that are nothing but a command. One that asks for nothing here is a message to the case."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from grievance.cases import clocks
from grievance.cases.endings import others_filed_too
from grievance.cases.handling import describe_person
from grievance.cases.models import Case
from grievance.cases.queries import own_reference
from grievance.cases.states import Status
from grievance.cases.telling import note_reachable, note_unreachable
from grievance.complainants.access import issue_one_use_code
from grievance.core.i18n import Locale, mark, text_in
from grievance.deadlines.standards import ClockName
from grievance.deadlines.working_days import local_date
from grievance.dialogue.appealing import appeal
from grievance.dialogue.grammar import Command, Kind
from grievance.dialogue.joining import join_by_text
from grievance.dialogue.own_data import which_right
from grievance.dialogue.queries import Own
from grievance.dialogue.talk import Done, Talk, emergency, expect_new, lock, named, say
from grievance.messaging import threads
from grievance.messaging.texts import TextName
from grievance.messaging.threads import Question

LISTED = 5
"""Cases that fit into one list; further ones are asked for by their reference."""

OUR_STOP_WORDS = frozenset({"BAJA", "ALTO", "PARAR"})
"""Stop words that only we act on. On the others the carrier has acted too, and only START lifts that."""

OUR_START_WORD = "ALTA"

STATUS_WORDS: Mapping[Status, str] = MappingProxyType(
    {
        # SMS: a few words after "Case 7K3Q-9F2M:". Write Spanish without á í ó ú here.
        Status.RECEIVED: mark("we have received it"),
        # SMS: a few words after "Case 7K3Q-9F2M:".
        Status.ACKNOWLEDGED: mark("a person has taken it up"),
        # SMS: a few words after "Case 7K3Q-9F2M:".
        Status.UNDER_REVIEW: mark("we are looking into it"),
        # SMS: a few words after "Case 7K3Q-9F2M:".
        Status.RESPONSE_PROPOSED: mark("we answered and wait for your word"),
        # SMS: a few words after "Case 7K3Q-9F2M:".
        Status.REMEDY_UNDERWAY: mark("we answered; it is still open"),
        # SMS: a few words after "Case 7K3Q-9F2M:".
        Status.CLOSED: mark("we have closed it"),
        # SMS: a few words after "Case 7K3Q-9F2M:".
        Status.REFERRED: mark("we passed it on to others"),
        # SMS: a few words after "Case 7K3Q-9F2M:".
        Status.WITHDRAWN: mark("it was withdrawn"),
        # SMS: a few words after "Case 7K3Q-9F2M:".
        Status.OUT_OF_SCOPE: mark("it is not for this channel"),
        # SMS: a few words after "Case 7K3Q-9F2M:".
        Status.MERGED: mark("it is part of another case"),
    }
)


def obey(talk: Talk, command: Command) -> Done | None:
    """Do what a command asks; None when it is to be kept as a message."""
    does = _DOES.get(command.kind)
    return does(talk, command) if does else None


def set_language(talk: Talk, language: str) -> Done:
    """Write to the person in a language from now on, on the case page too."""
    talk.thread.locale, talk.thread.locale_is_chosen = language, True
    for own in talk.open_cases:
        describe_person(talk.session, lock(talk, own), own.person, locale=Locale(language), at=talk.at)
    say(talk, TextName.LANGUAGE_SET)
    return Done()


def status_words(status: Status, locale: Locale) -> str:
    """Return how a text names a status."""
    return text_in(locale, STATUS_WORDS[status])


def _help(talk: Talk, command: Command) -> Done:
    if not command.carrier_answered:
        say(talk, TextName.HELP, site=talk.site.sms_name, emergency=emergency(talk.site))
    return Done()


def _status(talk: Talk, command: Command) -> Done:
    if command.mistyped_reference:
        say(talk, TextName.MISTYPED_REFERENCE)
        return Done()
    if command.reference is not None:
        own = named(talk, command.reference)
        return _say_status(talk, own) if own else _not_here(talk)
    several = talk.open_cases or talk.cases[:1]
    if len(several) == 1:
        return _say_status(talk, several[0])
    if not several:
        return _none(talk)
    shown = (f"{own_reference(talk.session, own.person)} {_in_words(talk, own.case)}" for own in several[:LISTED])
    say(talk, TextName.STATUS_SEVERAL, cases="; ".join(shown))
    return Done()


def _say_status(talk: Talk, own: Own) -> Done:
    case = own.case
    # Once the site has answered, the date of its answer says nothing more.
    is_awaited = Status(case.status) in {Status.RECEIVED, Status.ACKNOWLEDGED, Status.UNDER_REVIEW}
    due_at = clocks.due_at(talk.session, case, ClockName.RESOLVE) if is_awaited else None
    words = _in_words(talk, case)
    if due_at is None:
        say(talk, TextName.STATUS_ENDED, case=case, reference=case.reference, status=words)
    else:
        due_on = local_date(due_at, talk.site.time_zone)
        say(talk, TextName.STATUS_ONE, case=case, reference=case.reference, status=words, due_on=due_on)
    return Done(case.public_id)


def _new(talk: Talk, _command: Command) -> Done:
    expect_new(talk)
    say(talk, TextName.WRITE_NEW)
    return Done()


def _language(talk: Talk, command: Command) -> Done:
    if command.language is not None:
        return set_language(talk, command.language)
    say(talk, TextName.LANGUAGE_ASK, asks=Question.LANGUAGE)
    return Done()


def _opt_out(talk: Talk, command: Command) -> Done:
    is_ours = not command.carrier_answered and _word(command) in OUR_STOP_WORDS
    threads.stop(talk.session, talk.thread, by="person" if is_ours else "carrier", at=talk.at)
    note_unreachable(talk.session, talk.thread, at=talk.at)
    if not command.carrier_answered:
        say(talk, TextName.OPTED_OUT, site=talk.site.sms_name)
    return Done()


def _opt_in(talk: Talk, command: Command) -> Done:
    if talk.thread.opted_out_by == "carrier" and _word(command) == OUR_START_WORD and not command.carrier_answered:
        say(talk, TextName.SAY_START, site=talk.site.sms_name)
        return Done()
    if talk.thread.opted_out_at is not None:
        threads.resume(talk.session, talk.thread, at=talk.at)
        note_reachable(talk.session, talk.thread, at=talk.at)
    if not command.carrier_answered:
        say(talk, TextName.OPTED_IN, site=talk.site.sms_name)
    return Done()


def _carrier_yes(talk: Talk, command: Command) -> Done | None:
    return None if talk.thread.opted_out_at is None else _opt_in(talk, command)


def _withdraw(talk: Talk, command: Command) -> Done:
    own = _meant(talk, command)
    if own is None and len(talk.open_cases) > 1 and command.reference is None and not command.mistyped_reference:
        references = ", ".join(own_reference(talk.session, own.person) for own in talk.open_cases[:LISTED])
        say(talk, TextName.WITHDRAW_WHICH, cases=references)
        return Done()
    if own is None:
        return _unclear(talk, command)
    if not own.case.is_open:
        return _say_status(talk, own)
    if others_filed_too(talk.session, own.case):
        say(talk, TextName.SHARED_CASE, case=own.case, reference=own.case.reference)
        return Done(own.case.public_id)
    reference = own.case.reference
    say(talk, TextName.WITHDRAW_CONFIRM, case=own.case, asks=Question.WITHDRAW, reference=reference)
    return Done(own.case.public_id)


def _code(talk: Talk, command: Command) -> Done:
    own = _meant(talk, command) or (None if command.reference or command.mistyped_reference else _latest(talk))
    if own is None:
        return _unclear(talk, command)
    if talk.is_quiet or talk.thread.opted_out_at is not None:
        return Done(own.case.public_id)  # a code that would not be sent is better not made
    case = lock(talk, own)
    issued = issue_one_use_code(talk.session, case, complainant=own.person, at=talk.at)
    say(talk, TextName.CODE, case=case, wipe_when_sent=True, reference=issued.reference, code=issued.code.reveal())
    return Done(case.public_id)


def _data(talk: Talk, _command: Command) -> Done:
    return which_right(talk)


def _appeal(talk: Talk, command: Command) -> Done:
    own = named(talk, command.reference) if command.reference is not None else None
    if own is None and not (command.reference or command.mistyped_reference):
        # Against what was answered: the last case that has ended, not the one that is open beside it.
        own = next((one for one in talk.cases if not one.case.is_open), None) or _latest(talk)
    if own is None:
        return _unclear(talk, command)
    return appeal(talk, own, words=None)


def _meant(talk: Talk, command: Command) -> Own | None:
    """Return the case that a command names, or the only open one when it names none."""
    if command.reference is not None:
        return named(talk, command.reference)
    if command.mistyped_reference or len(talk.open_cases) != 1:
        return None
    return talk.open_cases[0]


def _latest(talk: Talk) -> Own | None:
    return talk.open_cases[0] if talk.open_cases else next(iter(talk.cases), None)


def _unclear(talk: Talk, command: Command) -> Done:
    if command.mistyped_reference:
        say(talk, TextName.MISTYPED_REFERENCE)
        return Done()
    return _not_here(talk) if command.reference is not None else _none(talk)


def _none(talk: Talk) -> Done:
    say(talk, TextName.ASK_REFERENCE if talk.hidden else TextName.STATUS_NONE)
    return Done()


def _not_here(talk: Talk) -> Done:
    # The same words for a case of somebody else and for none at all.
    say(talk, TextName.STATUS_NOT_HERE)
    return Done()


def _in_words(talk: Talk, case: Case) -> str:
    return status_words(Status(case.status), talk.locale)


def _word(command: Command) -> str:
    return "".join(letter for letter in command.said.upper() if letter.isalpha())


_DOES: Mapping[Kind, Callable[[Talk, Command], Done | None]] = MappingProxyType(
    {
        Kind.HELP: _help,
        Kind.STATUS: _status,
        Kind.REFERENCE: _status,
        Kind.NEW: _new,
        Kind.LANGUAGE: _language,
        Kind.OPT_OUT: _opt_out,
        Kind.OPT_IN: _opt_in,
        Kind.CARRIER_YES: _carrier_yes,
        Kind.WITHDRAW: _withdraw,
        Kind.CODE: _code,
        Kind.APPEAL: _appeal,
        Kind.DATA: _data,
        Kind.JOIN: join_by_text,
    }
)
