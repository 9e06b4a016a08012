"""Joining by text what somebody else began: the word, the code, and words of one's own for whoever has some."""

from grievance.cases.intake import Filing
from grievance.cases.states import Channel, Confidentiality, Group, Reach
from grievance.complainants.collective import CodeGone, Invitation, NoSuchCode, Slowed, join, look_up_by_text
from grievance.dialogue.grammar import Command
from grievance.dialogue.talk import Done, Talk, say
from grievance.messaging.texts import TextName


def join_by_text(talk: Talk, command: Command) -> Done | None:
    """Join, or say why not. Words that came with a code that does not fit are a grievance all the same."""
    if not command.rest and command.join_code is None and command.said.strip().isalpha():
        say(talk, TextName.JOIN_HOW)
        return Done()
    site_ids = [site.id for site in talk.sites]
    code = command.join_code or ""
    match look_up_by_text(talk.session, site_ids, code, thread_id=talk.thread.id, at=talk.at):
        case Slowed():
            say(talk, TextName.JOIN_WAIT)
        case NoSuchCode():
            say(talk, TextName.JOIN_UNKNOWN)
        case Invitation() as invitation:
            return _join(talk, invitation, command.rest)
    # Nothing is lost: with words of its own it is kept like any other text.
    return None if command.rest else Done()


def _join(talk: Talk, invitation: Invitation, words: str) -> Done | None:
    said_before = talk.cases[0].person.said_group if talk.cases else None
    filing = Filing(
        words=words,
        locale=talk.locale,
        channel=Channel.SMS,
        confidentiality=Confidentiality.CONFIDENTIAL,
        reach=Reach.TEXTS,
        said_group=Group(said_before or Group.NOT_SAID),
        thread_id=talk.thread.id,
        inbound_message_id=talk.inbound.id,
        wants_code=False,
    )
    try:
        joined = join(talk.session, invitation, filing, at=talk.at)
    except CodeGone:
        say(talk, TextName.JOIN_UNKNOWN)
        return None if words else Done()
    if joined.filed is None:
        say(talk, TextName.JOIN_ALREADY, reference=joined.reference)
        return None if words else Done()
    say(talk, TextName.JOIN_DONE, case=joined.filed.case, site=talk.site.sms_name, reference=joined.reference)
    return Done(joined.filed.case.public_id)
