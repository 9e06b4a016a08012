"""The person's own words: a new case, a message to one that is open, or one to a case that has ended.

Nothing here may lose a text: whatever fits nowhere else becomes a case.
"""

import re

from grievance.cases.appeals import can_appeal, waits_for
from grievance.cases.handling import receive_message
from grievance.cases.intake import Filed, Filing, open_case
from grievance.cases.models import Case
from grievance.cases.queries import own_reference
from grievance.cases.resolution import can_reopen
from grievance.cases.states import COMPLAINANT, Channel, Confidentiality, EventKind, Group, Reach
from grievance.cases.transitions import record
from grievance.deadlines.standards import ClockName
from grievance.dialogue.appealing import appeal
from grievance.dialogue.grammar import Command, FreeText, Kind, Reading
from grievance.dialogue.queries import Own
from grievance.dialogue.talk import ERASED, Done, Talk, emergency, lock, named, say
from grievance.dialogue.waiting import how_to_answer
from grievance.messaging import threads
from grievance.messaging.texts import TextName
from grievance.messaging.threads import Question
from grievance.referrals import sending

_NOTHING_SAID = re.compile(rf"(?:{re.escape(ERASED)}|[\W_])*")


def take_in(talk: Talk, reading: Reading) -> Done:
    """Keep what a person says where it belongs, and say where that is."""
    free = reading if isinstance(reading, FreeText) else None
    if talk.inbound.media_state is None and _NOTHING_SAID.fullmatch(talk.words):
        return _nothing_said(talk)
    if free is not None and free.starts_new:
        return open_new(talk)
    own = named(talk, free.reference_named) if free and free.reference_named else None
    if free is not None and free.starts_with is Kind.APPEAL:
        against = _appealable(talk, own)
        if against is not None:
            return appeal(talk, against, words=free.said)
    if own is not None:
        return _add(talk, own, reading, is_named=True)
    if talk.open_cases:
        return _add(talk, talk.open_cases[0], reading, is_named=False)
    if talk.cases:
        return _after_end(talk, talk.cases[0], reading)
    return open_new(talk)


def open_new(talk: Talk, *, follows: Own | None = None) -> Done:
    """Open a case for the words of a text, and say its reference and date."""
    said_before = talk.cases[0].person.said_group if talk.cases else None
    filing = Filing(
        words=talk.words,
        locale=talk.locale,
        channel=Channel.SMS,
        confidentiality=Confidentiality.CONFIDENTIAL,
        reach=Reach.TEXTS,
        said_group=Group(said_before or Group.NOT_SAID),
        thread_id=talk.thread.id,
        inbound_message_id=talk.inbound.id,
        wants_code=False,
    )
    filed = open_case(talk.session, talk.site, filing, by=COMPLAINANT, at=talk.at, happened_at=talk.inbound.received_at)
    _say_receipt(talk, filed, follows)
    _ask_next(talk, filed)
    return Done(filed.case.public_id)


def _appealable(talk: Talk, named_one: Own | None) -> Own | None:
    """Return the case that an appeal is against: the one named, or the latest that can be appealed."""
    meant = [named_one] if named_one is not None else talk.cases
    return next((own for own in meant if can_appeal(talk.session, own.case, own.person, now=talk.at)), None)


def _nothing_said(talk: Talk) -> Done:
    # An access code alone has been answered by "do not send your code". An empty text asks for the way.
    if not talk.had_code:
        say(talk, TextName.HELP, site=talk.site.sms_name, emergency=emergency(talk.site))
    return Done()


def _add(talk: Talk, own: Own, reading: Reading, *, is_named: bool) -> Done:
    if not own.case.is_open:
        return _after_end(talk, own, reading)
    subject = _receive(talk, own)
    if isinstance(reading, FreeText) and reading.starts_with is Kind.APPEAL:
        say(talk, TextName.NO_APPEAL, case=own.case, reference=own.case.reference)
    else:
        name = TextName.JOINED_SEVERAL if len(talk.open_cases) > 1 and not is_named else TextName.JOINED
        _say_kept(talk, own, name)
    return Done(subject)


def _say_kept(talk: Talk, own: Own, name: TextName) -> None:
    """Say that a text was added, and once per question how to answer the one that it did not answer."""
    choices = how_to_answer(talk)
    if choices is None:
        say(talk, name, case=own.case, reference=own.case.reference)
    else:
        say(talk, TextName.NOTED_HOW, case=own.case, reference=own.case.reference, choices=choices)


def _after_end(talk: Talk, own: Own, reading: Reading) -> Done:
    """Keep what comes after the end: it asks for reopening, and after that time it opens a case that follows.

    While an appeal of this person waits it belongs to that: we asked for the reason, and a reviewer decides whether to
    reopen.
    """
    if waits_for(talk.session, own.person):
        subject = _receive(talk, own)
        _say_kept(talk, own, TextName.JOINED)
        return Done(subject)
    if not can_reopen(own.case, talk.site.time_zone, now=talk.at):
        return open_new(talk, follows=own)
    subject, reference = _receive(talk, own), own.case.reference
    # Digits that were not offered are a slip in answering, no wish to have it reopened.
    choices = how_to_answer(talk) if isinstance(reading, Command) else None
    if choices is None:
        say(talk, TextName.AFTER_CLOSURE, case=own.case, asks=Question.REOPEN, reference=reference)
    else:
        say(talk, TextName.NOTED_HOW, case=own.case, reference=reference, choices=choices)
    return Done(subject)


def _receive(talk: Talk, own: Own) -> str:
    case = lock(talk, own)
    receive_message(
        talk.session,
        case,
        words=talk.words,
        complainant_id=own.person.id,
        channel=Channel.SMS,
        locale=talk.locale,
        # Not the instant it was received: a text understood late would come before what has been recorded since.
        at=talk.at,
        inbound_message_id=talk.inbound.id,
    )
    # It may be about the sending of another case of this person; what is said in a restricted one is told in no other.
    for one in (own,) if case.is_restricted else talk.cases:
        sending.note_words(talk.session, one.case, one.person, at=talk.at)
    return case.public_id


def _say_receipt(talk: Talk, filed: Filed, follows: Own | None) -> None:
    due_on = filed.due_on(ClockName.RESOLVE)
    if due_on is None:
        raise LookupError(ClockName.RESOLVE)
    site, reference = talk.site.sms_name, filed.case.reference
    if follows is None:
        say(
            talk,
            TextName.RECEIPT,
            case=filed.case,
            site=site,
            reference=reference,
            due_on=due_on,
            emergency=emergency(talk.site),
        )
        return
    # Wordless, on the chain of the new case: which one it follows.
    codes = {"follows": follows.case.public_id}
    record(talk.session, filed.case, EventKind.PERSON_DESCRIBED, by=COMPLAINANT, at=talk.at, codes=codes)
    say(
        talk,
        TextName.LINKED_CASE,
        case=filed.case,
        site=site,
        reference=reference,
        earlier=own_reference(talk.session, follows.person),
        due_on=due_on,
    )


def _ask_next(talk: Talk, filed: Filed) -> None:
    """Ask one thing that is not required, once per person, and only when nothing that matters waits."""
    if talk.hidden:
        say(talk, TextName.ASK_REFERENCE)
        return
    waiting = threads.waiting_for(talk.thread, at=talk.at)
    if waiting is not None and waiting not in threads.OPTIONAL:
        return
    if talk.thread.site_id is None:
        ask_site(talk, filed.case)
    elif not talk.cases:
        ask_who(talk, filed.case)


def ask_site(talk: Talk, case: Case) -> None:
    """Ask which of the sites that this line serves it is about."""
    choices = ", ".join(f"{number} {site.sms_name}" for number, site in enumerate(talk.sites, start=1))
    say(talk, TextName.WHICH_SITE, case=case, asks=Question.SITE, choices=choices)


def ask_who(talk: Talk, case: Case) -> None:
    """Ask who is speaking."""
    say(talk, TextName.WHO_ARE_YOU, case=case, asks=Question.WHO)
