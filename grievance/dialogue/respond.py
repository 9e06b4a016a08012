"""Understanding one stored text: thread and words give one operation on a case, and the texts that answer.

Runs in a unit of work of its own, after the text has been stored; what it raises rolls everything back but the text,
which is then tried again. Not for: storing the text (`messaging.inbox`), reading its words (`grammar`).
"""

from datetime import datetime

from sqlalchemy.orm import Session

from grievance.cases.tasks import TaskKind, open_task
from grievance.dialogue.answers import answer
from grievance.dialogue.commands import obey
from grievance.dialogue.filing import take_in
from grievance.dialogue.grammar import Command, read
from grievance.dialogue.reprisals import answer_in_words
from grievance.dialogue.talk import Done, Talk, open_talk, say, say_at_last, unlocked
from grievance.dialogue.waiting import waiting, waits_for_reprisals
from grievance.messaging import inbox
from grievance.messaging.models import InboundMessage, InboundState
from grievance.messaging.texts import TextName
from grievance.sites.queries import sites, sites_of_line


def handle(session: Session, inbound_id: int, *, at: datetime) -> bool:
    """Understand a stored text and answer it. False when that was done before.

    Whatever goes wrong is raised: roll back, and call `note_trouble` in a new unit of work.
    """
    inbound = session.get(InboundMessage, inbound_id, with_for_update=True)
    if inbound is None or inbound.state != InboundState.RECEIVED:
        return False
    served = tuple(sites_of_line(session, inbound.line))
    if not served:
        inbox.settle(inbound, InboundState.UNROUTED, subject=None, at=at)
        return True
    talk = open_talk(session, inbound, served, at=at)
    if talk.had_code:
        say(talk, TextName.DO_NOT_SEND_CODE)
    done = _understand(talk)
    say_at_last(talk)
    inbox.settle(inbound, InboundState.HANDLED, subject=done.subject, at=at)
    return True


def note_trouble(session: Session, inbound_id: int, *, at: datetime) -> None:
    """Put off a text that could not be understood; when the tries are used up, ask a person to read it."""
    inbound = inbox.note_trouble(session, inbound_id, at=at)
    if inbound.state != InboundState.STUCK:
        return
    served = sites_of_line(session, inbound.line) or sites(session)
    for site in served[:1]:
        key = f"stuck:{inbound.public_id}"
        open_task(session, key=key, site_id=site.id, kind=TaskKind.STUCK_MESSAGE, at=at)


def _understand(talk: Talk) -> Done:
    reading = read(talk.words, opt_out_type=talk.inbound.opt_out_type)
    reference = reading.reference if isinstance(reading, Command) else reading.reference_named
    if reference is not None and talk.hidden:
        talk = unlocked(talk, reference)
    question = waiting(talk)
    done = answer(talk, question, reading) if question is not None else None
    if done is None and isinstance(reading, Command):
        done = obey(talk, reading)
    if done is None and question is not None and waits_for_reprisals(talk):
        done = answer_in_words(talk, reading)
    return done or take_in(talk, reading)
