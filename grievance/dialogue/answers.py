"""Answers to the one question that a thread waits for. One that does not fit is a message to the case, not an error."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from grievance.cases.after_checks import ABOUT_REPRISALS, NothingAsked, answer_check, open_check
from grievance.cases.endings import OthersFiledToo, withdraw
from grievance.cases.feedback import NothingToRate, RatingOutOfRange, open_survey
from grievance.cases.handling import describe_person
from grievance.cases.models import Case
from grievance.cases.resolution import Answer, NoResponseWaiting, TooLateToReopen, reopen
from grievance.cases.states import COMPLAINANT, Channel, Group, Source, Status
from grievance.complainants import voices
from grievance.complainants.assisted import NothingToReadBack, answer_read_back
from grievance.deadlines.standards import ClockName
from grievance.deadlines.working_days import local_date
from grievance.dialogue.commands import set_language
from grievance.dialogue.filing import ask_who, open_new
from grievance.dialogue.grammar import Command, FreeText, Kind, Reading
from grievance.dialogue.own_data import RIGHTS, request_by_text
from grievance.dialogue.queries import Own
from grievance.dialogue.talk import Done, Talk, asked_about, emergency, lock, say
from grievance.messaging import threads
from grievance.messaging.texts import TextName
from grievance.messaging.threads import Question
from grievance.referrals import sending
from grievance.referrals.kinds import Consent

GROUPS = (Group.DIRECT_WORKER, Group.CONTRACTOR_WORKER, Group.NEIGHBOUR, Group.NOT_SAID)
"""What the digits 1 to 4 of "who are you" mean."""

ANSWERS = (Answer.ACCEPTED, Answer.PARTLY, Answer.REJECTED)
"""What the digits 1 to 3 mean after a proposed response."""

CONSENTS = (Consent.WITHOUT_NAME, Consent.WITH_NAME, Consent.NO)
"""What the digits 1 to 3 mean when asked whether a case may be sent elsewhere."""

_IN_WORDS: Mapping[Kind | None, Answer] = MappingProxyType({Kind.YES: Answer.ACCEPTED, Kind.NO: Answer.REJECTED})

LANGUAGES = ("es", "en")
"""What the digits of "which language" mean."""


def answer(talk: Talk, question: Question, reading: Reading) -> Done | None:
    """Take a text as the answer to the waiting question; None when it is something else."""
    return _TAKES[question](talk, reading)


def answer_after_all(talk: Talk, reading: Reading) -> Done | None:
    """Take digits that fit no waiting question as the answer to one that another question has pushed aside."""
    if _kind(reading) is not Kind.DIGITS:
        return None
    for own in talk.cases:
        if own.case.status == Status.RESPONSE_PROPOSED:
            return answer_to_response(talk, own, reading)
        check = open_check(talk.session, own.case, own.person, at=talk.at)
        if check is not None and _choice(reading, 2):
            question = Question.REPRISAL if check.kind in ABOUT_REPRISALS else Question.HELD
            threads.ask(talk.thread, question, subject=own.case.public_id, until=check.closes_at)
            return _TAKES[question](talk, reading)
        survey = open_survey(talk.session, own.case, at=talk.at)
        said = voices.own_survey(talk.session, own.case, own.person, at=talk.at)
        if survey is not None and survey.asked_at is not None and said is not None:
            given = (said.process_rating, said.outcome_rating, said.verdict)
            asked = tuple(name for name, value in zip(_RATINGS, given, strict=True) if value is None)
            threads.ask(talk.thread, Question.RATE_PROCESS, subject=own.case.public_id, until=survey.closes_at)
            return _rate(talk, reading, asked)
    return None


def answer_to_response(talk: Talk, own: Own, reading: Reading) -> Done | None:
    """Take a text as the answer to a proposed response."""
    number = _choice(reading, len(ANSWERS))
    said = ANSWERS[number - 1] if number else _IN_WORDS.get(_kind(reading))
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
    name = name if voices.decides(own.person) else TextName.JOIN_ANSWER_NOTED
    say(talk, name, case=case, reference=case.reference)
    return Done(case.public_id)


def _who(talk: Talk, reading: Reading) -> Done | None:
    own, number = asked_about(talk), _choice(reading, len(GROUPS))
    if own is None or number is None:
        return None
    case = lock(talk, own)
    describe_person(talk.session, case, own.person, said_group=GROUPS[number - 1], at=talk.at)
    threads.settle(talk.thread)
    return _noted(talk, case)


def _site(talk: Talk, reading: Reading) -> Done | None:
    own, number = asked_about(talk), _choice(reading, len(talk.sites))
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
    number = _choice(reading, len(LANGUAGES))
    if number is None:
        return None
    threads.settle(talk.thread)
    return set_language(talk, LANGUAGES[number - 1])


def _withdraw(talk: Talk, reading: Reading) -> Done | None:
    own = asked_about(talk)
    if own is None or not own.case.is_open:
        return None
    threads.settle(talk.thread)
    if _is_yes(reading):
        case = lock(talk, own)
        try:
            withdraw(talk.session, case, source=Source.SMS, by=COMPLAINANT, at=talk.at)
        except OthersFiledToo:
            say(talk, TextName.SHARED_CASE, case=case, reference=case.reference)
            return Done(case.public_id)
        say(talk, TextName.WITHDRAWN, case=case, reference=case.reference)
        return Done(case.public_id)
    if _kind(reading) in {Kind.DIGITS, Kind.NO}:
        say(talk, TextName.KEPT, case=own.case, reference=own.case.reference)
        return Done(own.case.public_id)
    return None


def _reopen(talk: Talk, reading: Reading) -> Done | None:
    own = asked_about(talk)
    if own is None or own.case.is_open or not _is_yes(reading):
        return None
    case = lock(talk, own)
    try:
        # What the person wrote is kept already: it is what made us ask.
        reopen(talk.session, case, reason=None, by=COMPLAINANT, at=talk.at)
    except TooLateToReopen:
        return None
    threads.settle(talk.thread)
    say(talk, TextName.REOPENED, case=case, reference=case.reference)
    return Done(case.public_id)


def _response(talk: Talk, reading: Reading) -> Done | None:
    own = asked_about(talk)
    if own is None or own.case.status != Status.RESPONSE_PROPOSED:
        return None
    return answer_to_response(talk, own, reading)


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
        voices.rate(
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
    threads.ask(talk.thread, question, subject=case.public_id, until=until)
    say(talk, name, case=case)


def _read_back(talk: Talk, reading: Reading) -> Done | None:
    """Take one digit for whether what staff wrote down is right. Anything else is a message, and the question stays."""
    own, number = asked_about(talk), _choice(reading, 2)
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


def _held(talk: Talk, reading: Reading) -> Done | None:
    return _check(talk, reading, yes=1)


def _reprisal(talk: Talk, reading: Reading) -> Done | None:
    return _check(talk, reading, yes=2)


def _check(talk: Talk, reading: Reading, *, yes: int) -> Done | None:
    """Take one digit, or yes and no in words, for the question asked weeks after the outcome."""
    own = asked_about(talk)
    in_words = {Kind.YES: yes, Kind.NO: 3 - yes}.get(_kind(reading) or Kind.DIGITS)
    number = _choice(reading, 2) or in_words
    if own is None or number is None:
        return None
    case = lock(talk, own)
    try:
        filed = answer_check(
            talk.session,
            case,
            own.person,
            said_yes=number == yes,
            source=Source.SMS,
            channel=Channel.SMS,
            at=talk.at,
        )
    except NothingAsked:
        return None
    threads.settle(talk.thread)
    if filed is None:
        say(talk, TextName.CHECK_THANKS, case=case, reference=case.reference)
        return Done(case.public_id)
    say(
        talk,
        TextName.REPRISAL_OPENED,
        case=filed.case,
        reference=filed.case.reference,
        due_on=filed.due_on(ClockName.ACKNOWLEDGE) or local_date(talk.at, talk.site.time_zone),
        emergency=emergency(talk.site),
    )
    return Done(filed.case.public_id)


def _data_right(talk: Talk, reading: Reading) -> Done | None:
    number = _choice(reading, len(RIGHTS))
    return request_by_text(talk, number) if number else None


def _consent(talk: Talk, reading: Reading) -> Done | None:
    """Take one digit, or a no in words; a bare "yes" leaves out the name, which nobody gave."""
    own = asked_about(talk)
    in_words = {Kind.YES: 1, Kind.NO: 3}.get(_kind(reading) or Kind.DIGITS)
    number = _choice(reading, len(CONSENTS)) or in_words
    if own is None or number is None:
        return None
    case = lock(talk, own)
    try:
        consent = CONSENTS[number - 1]
        sending.answer(talk.session, case, own.person, consent=consent, source=Source.SMS, at=talk.at)
    except sending.NotAsked:
        return None
    threads.settle(talk.thread)
    say(talk, TextName.CONSENT_NOTED, case=case, reference=case.reference)
    return Done(case.public_id)


def _noted(talk: Talk, case: Case) -> Done:
    say(talk, TextName.NOTED, case=case, reference=case.reference)
    return Done(case.public_id)


def _kind(reading: Reading) -> Kind | None:
    return reading.kind if isinstance(reading, Command) else None


def _choice(reading: Reading, highest: int) -> int | None:
    """Return the one digit of a text, if it is one of those offered."""
    if not isinstance(reading, Command) or len(reading.digits) != 1:
        return None
    return reading.digits[0] if 1 <= reading.digits[0] <= highest else None


def _is_yes(reading: Reading) -> bool:
    return _kind(reading) is Kind.YES or _choice(reading, 1) == 1


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
        Question.HELD: _held,
        Question.REPRISAL: _reprisal,
        Question.DATA_RIGHT: _data_right,
        Question.CONSENT: _consent,
    }
)
