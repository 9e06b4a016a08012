"""Answers weeks later: did it hold, and was the person treated worse for complaining?

What is said to the second never goes into the case that it is about, where the people in charge of it would read it:
they were said not to. A plain no is a no. A digit that was not offered is asked about once more. Anything else is a
yes, and opens a case of its own with the words in it. Only a text that begins with NUEVO is a new grievance. One that
begins with APELAR is an appeal as well, without its words: those are for the new case.
"""

from grievance.cases.after_checks import ABOUT_REPRISALS, NothingAsked, answer_check
from grievance.cases.appeals import can_appeal
from grievance.cases.side_tracks import Check
from grievance.cases.states import Channel, Source
from grievance.core.i18n import text_in
from grievance.deadlines.standards import ClockName
from grievance.deadlines.working_days import local_date
from grievance.dialogue.appealing import appeal
from grievance.dialogue.digits import choice, kind_of
from grievance.dialogue.grammar import FreeText, Kind, Reading
from grievance.dialogue.talk import Done, Talk, asked_about, emergency, lock, say
from grievance.dialogue.waiting import waiting
from grievance.messaging import threads
from grievance.messaging.asking_wording import CHOICES
from grievance.messaging.texts import TextName

_HELD = frozenset({Check.HELD})
_YES_NO = (True, False)
_NO_YES = (False, True)
_IN_WORDS = {Kind.YES: True, Kind.CARRIER_YES: True, Kind.NO: False}
_SHORT = frozenset({Kind.DIGITS, *_IN_WORDS})
"""Answers that could be meant for another question as well."""


def held(talk: Talk, reading: Reading) -> Done | None:
    """Take one digit, or yes and no in words, for whether what was agreed holds."""
    said = _said(talk, reading, _YES_NO)
    return _answer(talk, _HELD, said_yes=said) if said is not None else None


def reprisal(talk: Talk, reading: Reading) -> Done | None:
    """Take one digit, or yes and no in words, for whether the person was treated worse; none while it is unclear."""
    said = _said(talk, reading, _NO_YES)
    if said is None:
        return None
    if talk.thread.pending_offer == threads.UNCLEAR:
        return _ask_again(talk)
    return _answer(talk, ABOUT_REPRISALS, said_yes=said)


def answer_in_words(talk: Talk, reading: Reading) -> Done | None:
    """Keep what is no plain answer away from the case that it is about; None for what begins with NUEVO."""
    if isinstance(reading, FreeText) and reading.starts_new:
        return None
    is_said = any(letter.isalnum() for letter in talk.words) or talk.inbound.media_state is not None
    is_slip = not is_said or kind_of(reading) in _SHORT
    if is_slip and talk.thread.pending_offer != threads.AGAIN:
        return _ask_again(talk)
    if not is_said:
        return None
    own = asked_about(talk)
    appeals = isinstance(reading, FreeText) and reading.starts_with is Kind.APPEAL
    if own is not None and appeals and can_appeal(talk.session, own.case, own.person, now=talk.at):
        appeal(talk, own, words=None)
    return _answer(talk, ABOUT_REPRISALS, said_yes=True, words=talk.words)


def _said(talk: Talk, reading: Reading, digits: tuple[bool, bool]) -> bool | None:
    number, kind = choice(reading, len(digits)), kind_of(reading)
    if kind is Kind.CARRIER_YES and talk.thread.opted_out_at is not None:
        return None
    return digits[number - 1] if number else _IN_WORDS.get(kind) if kind else None


def _ask_again(talk: Talk) -> Done | None:
    """Put the question once more; it counts as asked again from when that text has gone out, not before."""
    own = asked_about(talk)
    if own is None:
        return None
    say(
        talk,
        TextName.CHECK_REPRISAL_AGAIN,
        case=own.case,
        asks=threads.Question.REPRISAL,
        until=talk.thread.pending_until,
        reference=own.case.reference,
    )
    return Done()


def _answer(talk: Talk, kinds: frozenset[Check], *, said_yes: bool, words: str | None = None) -> Done | None:
    own = asked_about(talk)
    if own is None:
        return None
    case = lock(talk, own)
    try:
        filed = answer_check(
            talk.session,
            case,
            own.person,
            kinds=kinds,
            said_yes=said_yes,
            source=Source.SMS,
            channel=Channel.SMS,
            at=talk.at,
            words=words,
            inbound_message_id=talk.inbound.id if words is not None else None,
        )
    except NothingAsked:
        return None
    threads.settle(talk.thread)
    if filed is None:
        say(talk, TextName.CHECK_THANKS, case=case, reference=case.reference)
    else:
        say(
            talk,
            TextName.REPRISAL_OPENED,
            case=filed.case,
            reference=filed.case.reference,
            due_on=filed.due_on(ClockName.ACKNOWLEDGE) or local_date(talk.at, talk.site.time_zone),
            emergency=emergency(talk.site),
        )
    if kinds == ABOUT_REPRISALS:
        _say_what_waits(talk)
    return Done((filed.case if filed else case).public_id)


def _say_what_waits(talk: Talk) -> None:
    """Put again what could not be answered while this waited."""
    question, own = waiting(talk), asked_about(talk)
    if question in {threads.Question.RESPONSE, threads.Question.READ_BACK} and own is not None:
        choices = text_in(talk.locale, CHOICES[question])
        say(talk, TextName.STILL_ASKED, case=own.case, reference=own.case.reference, choices=choices)
