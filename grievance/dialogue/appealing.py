"""Appealing by text: the word alone, or the word and why."""

from grievance.cases import clocks
from grievance.cases.appeals import DECIDE, NotAppealable, file_appeal
from grievance.cases.states import Source
from grievance.deadlines.working_days import local_date
from grievance.dialogue.queries import Own
from grievance.dialogue.talk import Done, Talk, lock, say
from grievance.messaging.texts import TextName


def appeal(talk: Talk, own: Own, *, words: str | None) -> Done:
    """File the appeal against what was answered in a case, or say why there is none. The words are kept either way."""
    case = lock(talk, own)
    try:
        file_appeal(talk.session, case, person=own.person, words=words, source=Source.SMS, at=talk.at)
    except NotAppealable:
        say(talk, TextName.NO_APPEAL, case=case, reference=case.reference)
        return Done(case.public_id)
    clock = clocks.running(talk.session, case, DECIDE)
    due_on = clock.due_on if clock else local_date(talk.at, talk.site.time_zone)
    say(talk, TextName.APPEALED, case=case, reference=case.reference, due_on=due_on)
    return Done(case.public_id)
