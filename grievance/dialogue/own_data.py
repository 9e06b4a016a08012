"""Asking by text about one's own personal data: the word alone, then one digit. The number is the proof."""

from datetime import datetime

from grievance.cases import clocks
from grievance.cases.models import Case
from grievance.cases.states import COMPLAINANT, Channel, Reach
from grievance.core.i18n import mark, text_in
from grievance.deadlines.standards import CaseType, ClockName
from grievance.deadlines.working_days import local_date
from grievance.dialogue.talk import Done, Talk, say
from grievance.messaging import threads
from grievance.messaging.texts import TextName
from grievance.messaging.threads import Question
from grievance.privacy.request_kinds import DataRight, Proof
from grievance.privacy.requests import Asked, open_request, request_of

RIGHTS = (
    DataRight.ACCESS,
    DataRight.RECTIFICATION,
    DataRight.ERASURE,
    DataRight.OBJECTION,
    DataRight.BLOCKING,
    DataRight.PORTABILITY,
)
"""What the digits 1 to 6 mean."""

_WORDS = {
    DataRight.ACCESS: mark("By SMS, the person asked for a copy of their data."),
    DataRight.RECTIFICATION: mark("By SMS, the person asked for a correction of their data."),
    DataRight.ERASURE: mark("By SMS, the person asked that their data be erased."),
    DataRight.OBJECTION: mark("By SMS, the person asked that their data no longer be used for something."),
    DataRight.BLOCKING: mark("By SMS, the person asked that their data be blocked."),
    DataRight.PORTABILITY: mark("By SMS, the person asked for their data in a file to take elsewhere."),
}


def which_right(talk: Talk) -> Done:
    """Ask what the person wants done with the data."""
    say(talk, TextName.DATA_ASK, asks=Question.DATA_RIGHT)
    return Done()


def request_by_text(talk: Talk, number: int) -> Done:
    """Open the request. It speaks for the cases that this number may hear of, and for no others."""
    threads.settle(talk.thread)
    right = RIGHTS[number - 1]
    if (open_already := _open_already(talk, right)) is not None:
        return _say_requested(talk, open_already, clocks.due_at(talk.session, open_already, ClockName.RESOLVE))
    asked = Asked(
        right=right,
        words=text_in(talk.locale, _WORDS[right]),
        locale=talk.locale,
        channel=Channel.SMS,
        reach=Reach.TEXTS,
        thread_id=talk.thread.id,
        wants_code=False,
    )
    people = [(own.person, Proof.PHONE) for own in talk.cases]
    filed = open_request(talk.session, talk.site, asked, people=people, by=COMPLAINANT, at=talk.at)
    return _say_requested(talk, filed.case, clocks.due_at(talk.session, filed.case, ClockName.RESOLVE))


def _open_already(talk: Talk, right: DataRight) -> Case | None:
    """Return the open request for the same: asking twice does not ask for two."""
    mine = [own.case for own in talk.open_cases if own.case.type == CaseType.DATA_RIGHTS]
    rights = {case.id: request.right for case in mine if (request := request_of(talk.session, case)) is not None}
    return next((case for case in mine if rights.get(case.id) == right), None)


def _say_requested(talk: Talk, case: Case, due_at: datetime | None) -> Done:
    say(
        talk,
        TextName.DATA_REQUESTED,
        case=case,
        site=talk.site.sms_name,
        reference=case.reference,
        due_on=local_date(due_at or talk.at, talk.site.time_zone),
    )
    return Done(case.public_id)
