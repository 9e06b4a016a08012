"""Answers to the one question that a thread waits for. One that does not fit is a message to the case, not an error."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from grievance.cases.endings import OthersFiledToo, withdraw
from grievance.cases.feedback import NothingToRate, RatingOutOfRange, decides, rate
from grievance.cases.handling import describe_person
from grievance.cases.models import Case
from grievance.cases.resolution import Answer, NoResponseWaiting, TooLateToReopen, reopen
from grievance.cases.states import COMPLAINANT, Group, Source, Status
from grievance.complainants import voices
from grievance.complainants.assisted import NothingToReadBack, answer_read_back
from grievance.dialogue import consenting, reprisals
from grievance.dialogue.commands import set_language
from grievance.dialogue.digits import choice, is_yes, kind_of
from grievance.dialogue.filing import ask_who, open_new
from grievance.dialogue.grammar import Command, FreeText, Kind, Reading
from grievance.dialogue.own_data import RIGHTS, request_by_text
from grievance.dialogue.talk import Done, Talk, asked_about, lock, say
from grievance.dialogue.waiting import bring_back_besides_offer
from grievance.messaging import threads
from grievance.messaging.texts import TextName
from grievance.messaging.threads import Question

GROUPS = (Group.DIRECT_WORKER, Group.CONTRACTOR_WORKER, Group.NEIGHBOUR, Group.NOT_SAID)
"""What the digits 1 to 4 of "who are you" mean."""

ANSWERS = (Answer.ACCEPTED, Answer.PARTLY, Answer.REJECTED)
"""What the digits 1 to 3 mean after a proposed response."""

_IN_WORDS: Mapping[Kind | None, Answer] = MappingProxyType({Kind.YES: Answer.ACCEPTED, Kind.NO: Answer.REJECTED})

LANGUAGES = ("es", "en")
"""What the digits of "which language" mean."""


def answer(talk: Talk, question: Question, reading: Reading) -> Done | None:
    """Take a text as the answer to the waiting question; None when it is something else."""
    return _TAKES[question](talk, reading)


def _who(talk: Talk, reading: Reading) -> Done | None:
    own, number = asked_about(talk), choice(reading, len(GROUPS))
    if own is None or number is None:
        return None
    case = lock(talk, own)
    describe_person(talk.session, case, own.person, said_group=GROUPS[number - 1], at=talk.at)
    threads.settle(talk.thread)
    return _noted(talk, case)


def _site(talk: Talk, reading: Reading) -> Done | None:
    own, number = asked_about(talk), choice(reading, len(talk.sites))
    if own is None or number is None:
        return None
    case, site = lock(talk, own), talk.sites[number - 1]
    describe_person(talk.session, case, own.person, site=site, at=talk.at)
    talk.thread.site_id = site.id
    threads.settle(talk.thread)
    done = _noted(talk, case)
    if own.person.said_group == Group.NOT_SAID:
        ask_who(talk, case)
    return done


def _language(talk: Talk, reading: Reading) -> Done | None:
    number = choice(reading, len(LANGUAGES))
    if number is None:
        return None
    threads.settle(talk.thread)
    return set_language(talk, LANGUAGES[number - 1])


def _withdraw(talk: Talk, reading: Reading) -> Done | None:
    own = asked_about(talk)
    if own is None or not own.case.is_open:
        return None
    threads.settle(talk.thread)
    if is_yes(reading):
        case = lock(talk, own)
        try:
            withdraw(talk.session, case, source=Source.SMS, by=COMPLAINANT, at=talk.at)
        except OthersFiledToo:
            say(talk, TextName.SHARED_CASE, case=case, reference=case.reference)
            return Done(case.public_id)
        say(talk, TextName.WITHDRAWN, case=case, reference=case.reference)
        return Done(case.public_id)
    if kind_of(reading) in {Kind.DIGITS, Kind.NO}:
        say(talk, TextName.KEPT, case=own.case, reference=own.case.reference)
        return Done(own.case.public_id)
    return None


def _reopen(talk: Talk, reading: Reading) -> Done | None:
    own = asked_about(talk)
    if own is None or own.case.is_open:
        return None
    if not is_yes(reading):
        return _besides_offer(talk, reading)
    case = lock(talk, own)
    try:
        # What the person wrote is kept already: it is what made us ask.
        reopen(talk.session, case, reason=None, by=COMPLAINANT, at=talk.at)
    except TooLateToReopen:
        return None
    threads.settle(talk.thread)
    say(talk, TextName.REOPENED, case=case, reference=case.reference)
    return Done(case.public_id)


def _besides_offer(talk: Talk, reading: Reading) -> Done | None:
    """Take other digits for the question that an offer to reopen has come before: the offer itself is no question."""
    asked = bring_back_besides_offer(talk) if kind_of(reading) is Kind.DIGITS else None
    return _TAKES[asked](talk, reading) if asked is not None else None


def _response(talk: Talk, reading: Reading) -> Done | None:
    own = asked_about(talk)
    if own is None or own.case.status != Status.RESPONSE_PROPOSED:
        return None
    number = choice(reading, len(ANSWERS))
    said = ANSWERS[number - 1] if number else _IN_WORDS.get(kind_of(reading))
    if said is None:
        return None
    case = lock(talk, own)
    try:
        voices.answer_response(
            talk.session, case, own.person, answer=said, source=Source.SMS, locale=talk.locale, at=talk.at
        )
    except NoResponseWaiting:
        return None
    threads.settle(talk.thread)
    name = TextName.RESPONSE_NOTED if said is Answer.ACCEPTED else TextName.RESPONSE_NOTED_WHY
    name = name if decides(own.person) else TextName.JOIN_ANSWER_NOTED
    say(talk, name, case=case, reference=case.reference)
    return Done(case.public_id)


def _new(talk: Talk, reading: Reading) -> Done | None:
    if not isinstance(reading, FreeText) or not reading.said.strip():
        return None
    threads.settle(talk.thread)
    return open_new(talk)


def _rate_process(talk: Talk, reading: Reading) -> Done | None:
    return _rate(talk, reading, _RATINGS)


def _rate_outcome(talk: Talk, reading: Reading) -> Done | None:
    return _rate(talk, reading, _RATINGS[1:])


def _verdict(talk: Talk, reading: Reading) -> Done | None:
    return _rate(talk, reading, _RATINGS[2:])


def _rate(talk: Talk, reading: Reading, asked: tuple[str, ...]) -> Done | None:
    """Take one digit for what was asked, or several for what would be asked next: "4", "4 5 1"."""
    own = asked_about(talk)
    if own is None or not isinstance(reading, Command) or not 0 < len(reading.digits) <= len(asked):
        return None
    said = dict(zip(asked, reading.digits, strict=False))
    case = lock(talk, own)
    try:
        rate(
            talk.session,
            case,
            own.person,
            process=said.get("process"),
            outcome=said.get("outcome"),
            verdict=said.get("verdict"),
            source=Source.SMS,
            at=talk.at,
        )
    except (NothingToRate, RatingOutOfRange):
        return None
    _ask_rest(talk, case, asked[len(said) :])
    return Done(case.public_id)


def _ask_rest(talk: Talk, case: Case, rest: tuple[str, ...]) -> None:
    until = talk.thread.pending_until
    if not rest or until is None:
        threads.settle(talk.thread)
        say(talk, TextName.SURVEY_THANKS, case=case, reference=case.reference)
        return
    question, name = _NEXT_RATING[rest[0]]
    threads.settle(talk.thread)
    say(talk, name, case=case, asks=question, until=until)


def _read_back(talk: Talk, reading: Reading) -> Done | None:
    """Take one digit for whether what staff wrote down is right. Anything else is a message, and the question stays."""
    own, number = asked_about(talk), choice(reading, 2)
    if own is None or number is None:
        return None
    case = lock(talk, own)
    try:
        answer_read_back(talk.session, case, own.person, is_right=number == 1, at=talk.at)
    except NothingToReadBack:
        return None
    threads.settle(talk.thread)
    name = TextName.READ_BACK_RIGHT if number == 1 else TextName.READ_BACK_WRONG
    say(talk, name, case=case, reference=case.reference)
    return Done(case.public_id)


def _data_right(talk: Talk, reading: Reading) -> Done | None:
    number = choice(reading, len(RIGHTS))
    return request_by_text(talk, number) if number else None


def _noted(talk: Talk, case: Case) -> Done:
    say(talk, TextName.NOTED, case=case, reference=case.reference)
    return Done(case.public_id)


_RATINGS = ("process", "outcome", "verdict")

_NEXT_RATING = MappingProxyType(
    {
        "outcome": (Question.RATE_OUTCOME, TextName.SURVEY_OUTCOME),
        "verdict": (Question.VERDICT, TextName.SURVEY_VERDICT),
    }
)

_TAKES: Mapping[Question, Callable[[Talk, Reading], Done | None]] = MappingProxyType(
    {
        Question.WHO: _who,
        Question.SITE: _site,
        Question.LANGUAGE: _language,
        Question.WITHDRAW: _withdraw,
        Question.REOPEN: _reopen,
        Question.RESPONSE: _response,
        Question.NEW: _new,
        Question.RATE_PROCESS: _rate_process,
        Question.RATE_OUTCOME: _rate_outcome,
        Question.VERDICT: _verdict,
        Question.READ_BACK: _read_back,
        Question.HELD: reprisals.held,
        Question.REPRISAL: reprisals.reprisal,
        Question.DATA_RIGHT: _data_right,
        Question.CONSENT: consenting.consent,
        Question.CONSENT_NAME: consenting.consent_with_name,
    }
)
