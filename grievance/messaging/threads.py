"""Conversations between one number and one of our lines: finding them, the one pending question, stopping and resuming.

The number is the credential of whoever texts: it is kept sealed, found by keyed digest, and shown to no staff member.

A thread waits for one question, the one that was put last. It is put by a text, and only once that text was handed to
the provider: nobody answers what has not been read, and what was asked before stays answerable until then. What another
question has pushed aside is found again by `put_to`. The question about reprisals is pushed aside by nothing but what
the person begins: an answer to it must never be taken for something else, nor be read by whom it is about.
Not for: what is said in a thread (see `texts`) and what it leads to (see `dialogue`).
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session, make_transient_to_detached

from grievance.core.db import insert_once
from grievance.core.i18n import Locale
from grievance.core.phone import PhoneNumberRefused, parse_phone
from grievance.crypto.fields import keys_of, new_public_id, seal, unseal
from grievance.messaging.models import InboundMessage, InboundState, OutboundMessage, OutboundState, Thread
from grievance.messaging.text_names import TextName

NUMBER_PURPOSE = "phone.number"
"""Under which a number is digested, here and on inbound texts."""

WHATSAPP = "whatsapp:"
"""Prefix of a line, and of numbers that write to it, on that channel."""


class Question(StrEnum):
    """What a thread may wait for an answer to; one at a time."""

    WHO = "who"
    SITE = "site"
    LANGUAGE = "language"
    WITHDRAW = "withdraw"
    RATE_PROCESS = "rate_process"
    RATE_OUTCOME = "rate_outcome"
    VERDICT = "verdict"
    REOPEN = "reopen"
    RESPONSE = "response"
    HELD = "held"
    REPRISAL = "reprisal"
    DATA_RIGHT = "data_right"
    """What is to be done with the person's data."""
    READ_BACK = "read_back"
    """Whether what a staff member wrote down is right."""
    CONSENT = "consent"
    """Whether a case may be sent to an outside body."""
    CONSENT_NAME = "consent_name"
    """Whether the name and the phone really go with it."""
    NEW = "new"
    """The grievance that follows the word NUEVO."""


OPTIONAL = frozenset({Question.WHO, Question.SITE})
"""Questions that silence answers: they never take the place of one that waits for something."""

OFFERS = OPTIONAL | {Question.REOPEN}
"""Those, and what is offered besides: the question about reprisals does not wait for them."""

BEGUN_BY_PERSON = frozenset(
    {Question.WITHDRAW, Question.LANGUAGE, Question.DATA_RIGHT, Question.NEW, Question.CONSENT_NAME}
)
"""Questions that answer what the person has just sent: these come first."""

AGAIN, UNCLEAR = "again", "unclear"
"""Values of `Thread.pending_offer`."""

TIME_TO_ANSWER = timedelta(days=1)
"""For how long after a question was put a digit may be its answer, although another has been put meanwhile."""

PUT_BEFORE = 30
"""Questions put to a thread that are looked back at."""

_ASKS_AGAIN = frozenset({TextName.CHECK_REPRISAL_AGAIN.value})
"""Texts that put a question which waits already."""

_ON_THE_WAY = (OutboundState.QUEUED.value, OutboundState.CLAIMED.value)
_COLUMNS = tuple(column.key for column in Thread.__table__.columns if column.key != "id")


@dataclass(frozen=True, slots=True)
class Asking:
    """A question that a text puts, and until when an answer is taken."""

    question: Question
    until: datetime


@dataclass(frozen=True, slots=True)
class Put:
    """A question that was put to a thread; `subject` is the public id of the case."""

    question: Question
    subject: str | None
    until: datetime


@dataclass(frozen=True, slots=True)
class LastPut:
    """When the last text that puts a question was written, and when it was handed to the provider."""

    written_at: datetime
    sent_at: datetime


StoppedBy = Literal["person", "carrier"]


def bare_number(address: str) -> str:
    """Return the number of an address that a provider names: without the channel, E.164 where it is a number.

    Short codes and sender names ("ENTEL") are no numbers that can be written to; they are kept as they came.
    """
    text = address.strip().removeprefix(WHATSAPP).strip()
    try:
        return parse_phone(text)
    except PhoneNumberRefused:
        return text


def find(session: Session, *, line: str, number: str, lock: bool = False) -> Thread | None:
    """Return the thread of a number with a line, under whichever key of the ring it is stored; None when there is none.

    With `lock` the row stays locked until the unit ends: two texts of one number are then handled one after the other.
    """
    digests = keys_of(session).digests(NUMBER_PURPOSE, number)
    query = select(Thread).where(Thread.line == line, Thread.number_digest.in_(digests)).order_by(Thread.id).limit(1)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.scalars(query).one_or_none()


def make(
    session: Session, *, line: str, number: str, site_id: int | None, locale: Locale, texted_at: datetime | None = None
) -> Thread | None:
    """Make the thread of a number with a line; None when there is one, or somebody else has just made it.

    `texted_at` is when the number wrote to us, which proves who holds it; without it the number is anybody's claim.
    """
    # Every column is given, the empty ones too: what is not would be read back from the database.
    facts = dict.fromkeys(_COLUMNS) | {
        "public_id": new_public_id(),
        "line": line,
        "number_digest": keys_of(session).digest(NUMBER_PURPOSE, number),
        "site_id": site_id,
        "locale": locale,
        "locale_is_chosen": False,
        "verified_at": texted_at,
        "last_inbound_at": texted_at,
        "window_started_at": texted_at,
        "window_count": 0 if texted_at is None else 1,
    }
    row = Thread(**facts)
    seal(session, row, "number", number)
    made = insert_once(session, Thread, {name: getattr(row, name) for name in _COLUMNS})
    if made is None:
        return None
    row.id = made
    make_transient_to_detached(row)
    session.add(row)
    return row


def open_thread(session: Session, *, line: str, number: str, site_id: int | None, locale: Locale) -> Thread:
    """Return the thread of a number with a line, made if there is none, locked until the unit ends."""
    found = find(session, line=line, number=number, lock=True) or make(
        session, line=line, number=number, site_id=site_id, locale=locale
    )
    # Somebody may make it between the two: the insert waits for them, and then it is there.
    found = found or find(session, line=line, number=number, lock=True)
    if found is None:
        raise RuntimeError("a thread was neither found nor made")
    return found


def number_of(session: Session, thread: Thread) -> str | None:
    """Return the number of a thread, or None once it was deleted."""
    return unseal(session, thread, "number")


def ask(thread: Thread, question: Question, *, subject: str | None, until: datetime, at: datetime) -> None:
    """Let a thread wait for an answer. An optional question does not take the place of one that matters.

    Nothing that staff or time bring takes the place of the one about reprisals; digits are then unclear until it has
    been put again.
    """
    waits = waiting_for(thread, at=at)
    if until <= at:
        return
    if waits is Question.REPRISAL and question is not waits and question not in BEGUN_BY_PERSON:
        thread.pending_offer = UNCLEAR
        return
    if question in OPTIONAL and waits is not None and waits not in OPTIONAL:
        return
    thread.pending, thread.pending_subject, thread.pending_until = question.value, subject, until
    thread.pending_offer = None


def note_put(session: Session, row: OutboundMessage, *, at: datetime) -> None:
    """Let the thread of a text that has just been sent wait for the answer to what it asks.

    What is asked again takes no place that something else has by now. Digits right after the question about reprisals
    took the place of another may still be for that one.
    """
    if row.asks is None or row.asks_until is None:
        return
    session.flush()
    thread = session.get_one(Thread, row.thread_id, with_for_update=True, populate_existing=True)
    question, waits = Question(row.asks), waiting_for(thread, at=at)
    is_again = row.text_name in _ASKS_AGAIN
    if is_again and waits is not question:
        return
    ask(thread, question, subject=row.subject, until=row.asks_until, at=at)
    if is_again:
        thread.pending_offer = AGAIN
    elif question is Question.REPRISAL and waits is not None and waits is not question:
        before = last_put(session, thread, waits)
        if before is not None and before.sent_at > at - TIME_TO_ANSWER:
            thread.pending_offer = UNCLEAR


def put_to(session: Session, thread: Thread, *, at: datetime) -> Sequence[Put]:
    """Return what a thread was asked and may still answer, the last first; one that is on its way again is left out.

    Whether it was answered by now, or on another way, is not known here. One about consent has no last day.
    """
    rows = session.execute(
        select(
            OutboundMessage.asks,
            OutboundMessage.subject,
            OutboundMessage.asks_until,
            OutboundMessage.state,
            OutboundMessage.sent_at,
        )
        .where(
            OutboundMessage.thread_id == thread.id,
            OutboundMessage.state.in_((*_ON_THE_WAY, OutboundState.SENT.value)),
            OutboundMessage.asks.is_not(None),
            or_(OutboundMessage.asks_until > at, OutboundMessage.asks == Question.CONSENT.value),
        )
        .order_by(OutboundMessage.id.desc())
        .limit(PUT_BEFORE)
    )
    last: dict[tuple[str | None, str | None], tuple[datetime | None, str, datetime | None]] = {}
    for asks, subject, until, state, sent_at in rows:
        last.setdefault((asks, subject), (until, state, sent_at))
    put = [
        (gone_at, Put(Question(asks), subject, open_until))
        for (asks, subject), (open_until, state, gone_at) in last.items()
        if asks and open_until and gone_at and state == OutboundState.SENT
    ]
    # One that was written at night goes out after what the person was answered meanwhile.
    return [one for _, one in sorted(put, key=lambda each: each[0], reverse=True)]


def engaged(session: Session, thread: Thread, *, at: datetime) -> frozenset[Question]:
    """Return what a thread waits for, with the questions whose texts are still on their way."""
    session.flush()
    coming = session.scalars(
        select(OutboundMessage.asks).where(
            OutboundMessage.thread_id == thread.id,
            OutboundMessage.state.in_(_ON_THE_WAY),
            OutboundMessage.asks.is_not(None),
            OutboundMessage.asks_until > at,
        )
    )
    waits = waiting_for(thread, at=at)
    return frozenset({Question(one) for one in coming if one} | ({waits} if waits else set()))


def last_put(session: Session, thread: Thread, question: Question, *, subject: str | None = None) -> LastPut | None:
    """Return when the last text that puts a question, of a subject where one is given, was sent to a thread."""
    of_subject = [OutboundMessage.subject == subject] if subject is not None else []
    row = session.execute(
        select(OutboundMessage.created_at, OutboundMessage.sent_at)
        .where(
            OutboundMessage.thread_id == thread.id,
            OutboundMessage.state == OutboundState.SENT.value,
            OutboundMessage.asks == question.value,
            *of_subject,
        )
        .order_by(OutboundMessage.id.desc())
        .limit(1)
    ).one_or_none()
    return LastPut(row.created_at, row.sent_at or row.created_at) if row is not None else None


def settle(thread: Thread) -> None:
    """Let a thread wait for nothing."""
    thread.pending, thread.pending_subject, thread.pending_until, thread.pending_offer = None, None, None, None


def ask_nothing(session: Session, thread: Thread) -> None:
    """Let a thread wait for nothing, not for what its texts on the way ask either."""
    settle(thread)
    session.flush()
    session.execute(
        update(OutboundMessage)
        .where(OutboundMessage.thread_id == thread.id, OutboundMessage.asks.is_not(None))
        .values(asks=None, asks_until=None)
        .execution_options(synchronize_session="fetch")
    )


def waiting_for(thread: Thread, *, at: datetime) -> Question | None:
    """Return the question that still waits at an instant, or None."""
    if thread.pending is None or thread.pending_until is None or thread.pending_until <= at:
        return None
    return Question(thread.pending)


def stop(session: Session, thread: Thread, *, by: StoppedBy, at: datetime) -> None:
    """Send nothing more to a number. What waits is kept and shown, not sent. Its cases stay as they are."""
    if thread.opted_out_at is None:
        thread.opted_out_at = at
        thread.opted_out_by = by
    elif by == "carrier":
        # Only the person's START, sent to the carrier, lifts this one.
        thread.opted_out_by = by
    _move(session, thread, OutboundState.QUEUED, OutboundState.HELD)


def resume(session: Session, thread: Thread, *, at: datetime) -> None:
    """Send to a number again. What was held goes out now, save mere answers: they would come out of the blue."""
    thread.opted_out_at, thread.opted_out_by = None, None
    session.flush()
    session.execute(
        update(OutboundMessage)
        .where(
            OutboundMessage.thread_id == thread.id,
            OutboundMessage.state == OutboundState.HELD.value,
            OutboundMessage.is_asked_for.is_(False),
            OutboundMessage.body_sealed.is_not(None),
        )
        .values(state=OutboundState.QUEUED.value, not_before=at, tries=0)
        .execution_options(synchronize_session="fetch")
    )


def forget_number(session: Session, thread: Thread) -> None:
    """Erase the number of a thread: a later text of it opens a new one. What waits is held and has nowhere to go.

    The texts that came from it lose it too, save one that is not yet understood: its answer needs it.
    """
    number, thread.number_sealed = number_of(session, thread), None
    thread.number_digest = os.urandom(16)
    if number is not None:
        session.execute(
            update(InboundMessage)
            .where(
                InboundMessage.line == thread.line,
                InboundMessage.number_digest.in_(keys_of(session).digests(NUMBER_PURPOSE, number)),
                InboundMessage.state != InboundState.RECEIVED.value,
            )
            .values(number_sealed=None, number_digest=thread.number_digest)
            .execution_options(synchronize_session="fetch")
        )
    settle(thread)
    _move(session, thread, OutboundState.QUEUED, OutboundState.HELD)


def may_point(thread: Thread) -> bool:
    """Return whether another "look at the page" may be sent: one at most until the person looks or answers."""
    return thread.pointed_at is None


def note_pointed(thread: Thread, *, at: datetime) -> None:
    """Remember that the person was asked to look at the page."""
    thread.pointed_at = at


def note_looked(thread: Thread) -> None:
    """Remember that the person looked, or wrote to us."""
    thread.pointed_at = None


def _move(session: Session, thread: Thread, old: OutboundState, new: OutboundState) -> None:
    session.flush()
    session.execute(
        update(OutboundMessage)
        .where(OutboundMessage.thread_id == thread.id, OutboundMessage.state == old.value)
        .values(state=new.value)
        .execution_options(synchronize_session="fetch")
    )
