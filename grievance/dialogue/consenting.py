"""Answers about sending a case to an outside body: one digit, which can be changed until it is sent.

A name and a phone never go with one digit alone: a second text asks for another. Not for: words after a yes, which
somebody reads before anything is sent (`referrals.words_since`).
"""

from grievance.cases.states import Source
from grievance.core.i18n import Locale
from grievance.dialogue.digits import choice, is_yes, kind_of
from grievance.dialogue.grammar import Kind, Reading
from grievance.dialogue.queries import Own
from grievance.dialogue.talk import Done, Talk, asked_about, lock, say
from grievance.messaging import threads
from grievance.messaging.texts import TextName
from grievance.messaging.threads import Question
from grievance.referrals import sending
from grievance.referrals.contents import body_words
from grievance.referrals.kinds import Consent

CONSENTS = (Consent.WITHOUT_NAME, Consent.WITH_NAME, Consent.NO)
"""What the digits 1 to 3 mean when asked whether a case may be sent elsewhere."""


def consent(talk: Talk, reading: Reading) -> Done | None:
    """Take one digit, or a no in words; a bare "yes" leaves out the name, which nobody gave."""
    own = asked_about(talk)
    in_words = {Kind.YES: 1, Kind.NO: 3}.get(kind_of(reading) or Kind.DIGITS)
    number = choice(reading, len(CONSENTS)) or in_words
    if own is None or number is None:
        return None
    said = CONSENTS[number - 1]
    return _ask_about_name(talk, own) if said is Consent.WITH_NAME else _answer(talk, own, said)


def consent_with_name(talk: Talk, reading: Reading) -> Done | None:
    """Take the second digit, without which the name and the phone do not go."""
    own = asked_about(talk)
    if own is None:
        return None
    if is_yes(reading):
        return _answer(talk, own, Consent.WITH_NAME)
    is_no = kind_of(reading) is Kind.NO or choice(reading, len(CONSENTS)) == len(CONSENTS)
    return _answer(talk, own, Consent.NO) if is_no else None


def _ask_about_name(talk: Talk, own: Own) -> Done | None:
    referral = sending.asked_of_person(talk.session, own.case, own.person)
    if referral is None:
        return None
    say(
        talk,
        TextName.CONSENT_NAME,
        case=own.case,
        asks=Question.CONSENT_NAME,
        reference=own.case.reference,
        body=body_words(talk.session, referral, Locale(talk.locale), is_short=True),
    )
    return Done(own.case.public_id)


def _answer(talk: Talk, own: Own, said: Consent) -> Done | None:
    case = lock(talk, own)
    try:
        sending.answer(talk.session, case, own.person, consent=said, source=Source.SMS, at=talk.at)
    except sending.NotAsked:
        return None
    threads.settle(talk.thread)
    say(talk, TextName.CONSENT_NOTED, case=case, reference=case.reference)
    return Done(case.public_id)
