"""Which question a text may answer: the one put last, else one that it pushed aside and that still stands.

A digit is never taken as the answer to another question than the one put last; what was answered by now, on whatever
way, is not asked any more. Not for: taking the answer (`answers`).
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from types import MappingProxyType

from grievance.cases.after_checks import ABOUT_REPRISALS, open_check
from grievance.cases.resolution import waiting_response
from grievance.cases.side_tracks import Check
from grievance.cases.states import Status
from grievance.cases.surveys import open_survey
from grievance.complainants.assisted import waits_for_read_back
from grievance.core.i18n import text_in
from grievance.dialogue.queries import Own
from grievance.dialogue.talk import Talk, about, asked_about
from grievance.messaging import threads
from grievance.messaging.asking_wording import CHOICES
from grievance.messaging.threads import Put, Question
from grievance.referrals import sending

CHANGE_OF_MIND = timedelta(days=1)
"""How long, after a text of the person, digits about consent come before other questions that are due."""

RATINGS = (Question.RATE_PROCESS, Question.RATE_OUTCOME, Question.VERDICT)


def waiting(talk: Talk) -> Question | None:
    """Return the question that a text may answer, and let the thread wait for it."""
    question = threads.waiting_for(talk.thread, at=talk.at)
    if question is not None:
        own = asked_about(talk)
        if question not in _STANDS or (own is not None and _STANDS[question](talk, own)):
            return question
        threads.settle(talk.thread)
    return _bring_back(talk, _COMES_BACK)


def waits_for_reprisals(talk: Talk) -> bool:
    """Return whether the question about reprisals waits, before or behind another; it then is the one that waits."""
    is_first = threads.waiting_for(talk.thread, at=talk.at) is Question.REPRISAL
    return is_first or _bring_back(talk, frozenset({Question.REPRISAL})) is not None


def bring_back_besides_offer(talk: Talk) -> Question | None:
    """Let the thread wait for what an offer to reopen has pushed aside, how it went or whether it holds; return it."""
    return _bring_back(talk, frozenset({Question.HELD, *RATINGS}))


def how_to_answer(talk: Talk) -> str | None:
    """Return what may be answered to the question that waits, once per question; None when it has been said."""
    question = threads.waiting_for(talk.thread, at=talk.at)
    if question is None or question not in CHOICES or talk.thread.pending_offer == threads.AGAIN or talk.is_quiet:
        return None
    talk.thread.pending_offer = threads.AGAIN
    return text_in(talk.locale, CHOICES[question])


def _bring_back(talk: Talk, wanted: frozenset[Question]) -> Question | None:
    """Let the thread wait again for the last question that was put and stands; the one about reprisals comes first."""
    if not talk.cases:
        return None
    every = threads.put_to(talk.session, talk.thread, at=talk.at)
    put = [one for one in every if one.question in wanted]
    last = next((one for one in every if one.question is not Question.CONSENT_NAME), None)
    for one in sorted(put, key=lambda one: one.question is not Question.REPRISAL):
        own = about(talk, one.question, one.subject)
        if own is None or not _STANDS[one.question](talk, own):
            continue
        if (
            one.question is Question.CONSENT
            and one is not last
            and sending.has_answered(talk.session, own.case, own.person)
        ):
            # A digit that was meant for what was asked since would turn a no into a yes; words are read by somebody.
            continue
        return _wait_again(talk, own, one, is_last=one is last)
    return None


def _wait_again(talk: Talk, own: Own, put: Put, *, is_last: bool) -> Question:
    question = _next_rating(talk, own) if put.question in RATINGS else put.question
    until = talk.at + CHANGE_OF_MIND if question is Question.CONSENT else put.until
    thread, subject = talk.thread, own.case.public_id
    waits = threads.waiting_for(thread, at=talk.at)
    is_clear = waits is question or (waits is None and is_last)
    said = thread.pending_offer if (thread.pending, thread.pending_subject) == (question, subject) else None
    threads.settle(thread)
    threads.ask(thread, question, subject=subject, until=until, at=talk.at)
    thread.pending_offer = said if is_clear or question is not Question.REPRISAL else threads.UNCLEAR
    return question


def _response(talk: Talk, own: Own) -> bool:
    """Tell whether the response that waits is the one that was put: a later one is not accepted before it is read."""
    if own.case.status != Status.RESPONSE_PROPOSED:
        return False
    response = waiting_response(talk.session, own.case)
    put = threads.last_put(talk.session, talk.thread, Question.RESPONSE, subject=own.case.public_id)
    return response is not None and (put is None or put.written_at >= response.proposed_at)


def _held(talk: Talk, own: Own) -> bool:
    return open_check(talk.session, own.case, own.person, {Check.HELD}, at=talk.at) is not None


def _reprisal(talk: Talk, own: Own) -> bool:
    return open_check(talk.session, own.case, own.person, ABOUT_REPRISALS, at=talk.at) is not None


def _rating(talk: Talk, own: Own) -> bool:
    survey = open_survey(talk.session, own.case, own.person, at=talk.at)
    return survey is not None and survey.asked_at is not None and None in _given(talk, own)


def _given(talk: Talk, own: Own) -> tuple[int | None, ...]:
    said = open_survey(talk.session, own.case, own.person, at=talk.at)
    return (said.process_rating, said.outcome_rating, said.verdict) if said is not None else ()


def _next_rating(talk: Talk, own: Own) -> Question:
    return next(question for question, value in zip(RATINGS, _given(talk, own), strict=True) if value is None)


def _read_back(talk: Talk, own: Own) -> bool:
    return waits_for_read_back(talk.session, own.case, own.person)


def _consent(talk: Talk, own: Own) -> bool:
    """Tell whether the sending that is asked about is the one that was put: a digit for one goes to no later one."""
    referral = sending.asked_of_person(talk.session, own.case, own.person)
    put = threads.last_put(talk.session, talk.thread, Question.CONSENT, subject=own.case.public_id)
    return referral is not None and put is not None and put.written_at >= referral.asked_at


_STANDS: Mapping[Question, Callable[[Talk, Own], bool]] = MappingProxyType(
    {
        Question.RESPONSE: _response,
        Question.HELD: _held,
        Question.REPRISAL: _reprisal,
        **dict.fromkeys(RATINGS, _rating),
        Question.READ_BACK: _read_back,
        Question.CONSENT: _consent,
        Question.CONSENT_NAME: _consent,
    }
)
"""The questions that may have been settled on another way, each with how it is known that they stand."""

# The digit for the name is given once, right after it was asked for, and to nothing that comes out of the blue.
_COMES_BACK = frozenset(_STANDS) - {Question.CONSENT_NAME}
