"""Texts to be sent: written in the transaction of what caused them, sent with none open, at most once plus a flag.

1. `enqueue` writes a row in the caller's unit of work.
2. `claim_next` takes rows by conditional update, one per thread, so that the order per number holds across workers.
3. `send` calls the provider. It takes no session: no transaction is open.
4. `record` writes what came of it, unless another worker has taken the row over meanwhile.

A claim without a result is *unknown*, not failed: after 15 minutes `claim_unknown` takes it over, `send` looks it up at
the provider, and only if it is not there sends it once more, flagged. Not for: what should be sent (see `texts`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from grievance.core.db import insert_many
from grievance.core.i18n import Locale
from grievance.crypto.fields import new_public_id, seal, unseal_value
from grievance.messaging import claims
from grievance.messaging.claims import UNKNOWN_AFTER, Before
from grievance.messaging.delivery import apply_waiting, known_state
from grievance.messaging.hours import may_go_at
from grievance.messaging.models import DeliveryState, OutboundMessage, OutboundState, Thread
from grievance.messaging.retries import note_failure
from grievance.messaging.segments import count
from grievance.messaging.text_names import Leads, TextName
from grievance.messaging.texts import Value, follow_up_link, render
from grievance.messaging.threads import Asking
from grievance.messaging.transport import SendResult, Transport, TransportError, TransportUnknown
from grievance.messaging.wording import TEXTS

CLOCKS_DIFFER = timedelta(minutes=2)
"""How much earlier than the claim a text is looked for at the provider: its clock is not ours."""

NEVER_CLAIMED = Before(since=None, was_repeat=False)

NO_VALUES: Mapping[str, Value] = MappingProxyType({})

ANY_HOUR = "any_hour"
"""Under this name the sessions of a demo carry True: whoever tries it out at night would wait for the morning."""

_COLUMNS = tuple(column.key for column in OutboundMessage.__table__.columns if column.key != "id")

_ANSWERS_A_STOP = frozenset({TextName.OPTED_OUT, TextName.SAY_START})
"""The last word after a stop, and the way back: the only texts that go to a number which asked for none."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A text that one worker has to send: plain values, no session behind them."""

    outbound_id: int
    worker: str
    line: str
    number: str = field(repr=False)
    body: str = field(repr=False)
    text_name: str
    is_asked_for: bool
    is_repeat: bool = False
    unknown_since: datetime | None = None
    """When it was first claimed, if what became of it is unknown."""
    known_ids: frozenset[str] = frozenset()
    """Of an unknown one: the provider's ids of the other texts of its thread, which may have the same words."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of sending: a result, a refusal, or neither, which leaves it unknown."""

    result: SendResult | None = None
    refusal: TransportError | None = None
    was_found: bool = False
    """It had been sent before; nothing was sent now."""
    was_not_sent: bool = False
    """It could not even be looked up; nothing was sent now."""


def enqueue(
    session: Session,
    thread: Thread,
    name: TextName,
    *,
    values: Mapping[str, Value] = NO_VALUES,
    subject: str | None,
    at: datetime,
    is_asked_for: bool,
    time_zone: str,
    locale: Locale | None = None,
    wipe_when_sent: bool = False,
    asks: Asking | None = None,
) -> OutboundMessage:
    """Write a text into the outbox, as part of the caller's unit of work.

    `subject` is the public id of the case. What the text asks is waited for from when it is sent. The row comes back
    `held` when the number takes no texts: the person cannot be reached this way.

    Raises:
        MissingValue, TextTooLong: see `texts.render`.
    """
    row = prepare(
        session,
        thread,
        name,
        values=values,
        subject=subject,
        at=at,
        is_asked_for=is_asked_for,
        time_zone=time_zone,
        locale=locale,
        wipe_when_sent=wipe_when_sent,
        asks=asks,
    )
    session.add(row)
    session.flush()
    return row


def prepare(
    session: Session,
    thread: Thread,
    name: TextName,
    *,
    values: Mapping[str, Value] = NO_VALUES,
    subject: str | None,
    at: datetime,
    is_asked_for: bool,
    time_zone: str,
    locale: Locale | None = None,
    wipe_when_sent: bool = False,
    asks: Asking | None = None,
) -> OutboundMessage:
    """Like `enqueue`, but only make the row: `store` writes several answers to one text in one statement."""
    spoken = locale or Locale(thread.locale)
    body = render(name, spoken, **_with_link(session, name, spoken, values))
    row = OutboundMessage(
        public_id=new_public_id(),
        thread_id=thread.id,
        subject=subject,
        text_name=name.value,
        locale=spoken,
        segments=count(body).parts,
        is_asked_for=is_asked_for,
        wipe_when_sent=wipe_when_sent,
        asks=asks.question.value if asks else None,
        asks_until=asks.until if asks else None,
        created_at=at,
        not_before=at if is_asked_for or session.info.get(ANY_HOUR) else may_go_at(at, time_zone),
        state=(OutboundState.QUEUED if _takes_texts(thread, name) else OutboundState.HELD).value,
        tries=0,
        is_repeat=False,
        is_redacted_there=False,
    )
    seal(session, row, "body", body)
    return row


def store(session: Session, rows: Sequence[OutboundMessage]) -> None:
    """Write rows made by `prepare`, in their order, as part of the caller's unit of work."""
    if rows:
        insert_many(session, OutboundMessage, [{name: getattr(row, name) for name in _COLUMNS} for row in rows])


def claim_next(session: Session, *, worker: str, at: datetime, limit: int = 20) -> list[Claimed]:
    """Claim texts that may go now: of each thread the oldest only, and none that an older one still holds back."""
    earlier = aliased(OutboundMessage)
    # An older text holds the later ones back while it is being sent, is due, or waits for its next try. One that
    # merely waits for nine in the morning does not: an answer at night need not wait for it.
    holds_back = exists().where(
        earlier.thread_id == OutboundMessage.thread_id,
        earlier.id < OutboundMessage.id,
        or_(
            earlier.state == OutboundState.CLAIMED.value,
            and_(earlier.state == OutboundState.QUEUED.value, or_(earlier.tries > 0, earlier.not_before <= at)),
        ),
    )
    candidates = session.scalars(
        select(OutboundMessage.id)
        .where(OutboundMessage.state == OutboundState.QUEUED.value, OutboundMessage.not_before <= at, ~holds_back)
        .order_by(OutboundMessage.not_before, OutboundMessage.id)
        .limit(limit)
    ).all()
    mine = claims.take(session, OutboundMessage, candidates, worker=worker, at=at)
    return [claimed for row, thread in _rows(session, mine) if (claimed := _claimed(session, row, thread, worker))]


def claim_unknown(session: Session, *, worker: str, at: datetime, limit: int = 20) -> list[Claimed]:
    """Take over texts whose sending nobody knows the end of. The flag is set before anything is sent a second time."""
    before = claims.take_over(session, OutboundMessage, worker=worker, at=at, limit=limit)
    return [
        claimed
        for row, thread in _rows(session, list(before))
        if (claimed := _claimed(session, row, thread, worker, before=before[row.id]))
    ]


def send(claimed: Claimed, transport: Transport, *, callback_url: str) -> Attempt:
    """Hand a text to the provider, with no transaction open. An unknown one is looked up there first.

    A text that was sent twice already and is not at the provider is refused here: two is the most a person may get.
    """
    if claimed.unknown_since is not None:
        try:
            found = transport.find_sent(
                line=claimed.line,
                number=claimed.number,
                body=claimed.body,
                since=claimed.unknown_since - CLOCKS_DIFFER,
                besides=claimed.known_ids,
            )
        except (TransportError, TransportUnknown):
            return Attempt(was_not_sent=True)
        if found is not None:
            return Attempt(result=found, was_found=True)
        if claimed.is_repeat:
            return Attempt(refusal=TransportError("unknown_twice", permanent=True), was_not_sent=True)
    try:
        result = transport.send(line=claimed.line, number=claimed.number, body=claimed.body, callback_url=callback_url)
    except TransportUnknown:
        return Attempt()
    except TransportError as refusal:
        return Attempt(refusal=refusal)
    return Attempt(result=result)


def record(session: Session, claimed: Claimed, attempt: Attempt, *, at: datetime) -> OutboundMessage | None:
    """Write down what came of sending, and return the row.

    None when the row is another worker's by now, or when the outcome stays unknown: the claim then stands and is taken
    up again after 15 minutes.
    """
    row = claims.still_mine(session, OutboundMessage, claimed.outbound_id, worker=claimed.worker)
    if row is None:
        return None
    if claimed.unknown_since is not None and not claimed.is_repeat and (attempt.was_found or attempt.was_not_sent):
        row.is_repeat = False
    if attempt.refusal is not None:
        note_failure(session, row, code=attempt.refusal.code, permanent=attempt.refusal.permanent, at=at)
        return row
    if attempt.result is None or (attempt.was_found and _is_known(session, attempt.result)):
        # Two unknown texts with the same words were looked up together, and this one found the other: next time.
        return None
    _mark_sent(session, row, attempt.result, at=at)
    return row


def waiting_count(session: Session) -> int:
    """Return how many texts wait to be sent or are being sent."""
    return claims.count_in(session, OutboundMessage, OutboundState.QUEUED, OutboundState.CLAIMED)


def oldest_due(session: Session, *, at: datetime) -> datetime | None:
    """Return since when the longest-waiting text that may go has been allowed to go; None when none may."""
    return claims.oldest_due(session, OutboundMessage, at=at)


def given_up_count(session: Session) -> int:
    """Return how many texts were given up."""
    return claims.count_in(session, OutboundMessage, OutboundState.GIVEN_UP)


def _with_link(session: Session, name: TextName, locale: Locale, values: Mapping[str, Value]) -> dict[str, Value]:
    if TEXTS[name].leads is not Leads.FOLLOW_UP:
        return dict(values)
    return {"link": follow_up_link(session.info.get("address", ""), locale), **values}


def _takes_texts(thread: Thread, name: TextName) -> bool:
    return thread.number_sealed is not None and (thread.opted_out_at is None or name in _ANSWERS_A_STOP)


def _rows(session: Session, ids: Sequence[int]) -> Sequence[tuple[OutboundMessage, Thread]]:
    if not ids:
        return []
    rows = session.execute(
        select(OutboundMessage, Thread)
        .join(Thread, Thread.id == OutboundMessage.thread_id)
        .where(OutboundMessage.id.in_(ids))
        .order_by(OutboundMessage.not_before, OutboundMessage.id)
        .execution_options(populate_existing=True)
    )
    return [(row, thread) for row, thread in rows]


def _claimed(
    session: Session,
    row: OutboundMessage,
    thread: Thread,
    worker: str,
    *,
    before: Before = NEVER_CLAIMED,
) -> Claimed | None:
    number = unseal_value(session, "thread", "number", thread.public_id, thread.number_sealed)
    body = unseal_value(session, "outbound_message", "body", row.public_id, row.body_sealed)
    if number is None or body is None:
        # Erased since: there is nowhere to send it, or nothing to send.
        row.state = OutboundState.HELD.value
        return None
    return Claimed(
        row.id,
        worker,
        thread.line,
        number,
        body,
        row.text_name,
        row.is_asked_for,
        is_repeat=before.was_repeat,
        unknown_since=before.since,
        known_ids=_known_ids(session, row, since=before.since) if before.since is not None else frozenset(),
    )


def _is_known(session: Session, result: SendResult) -> bool:
    known = select(OutboundMessage.id).where(OutboundMessage.provider_message_id == result.provider_message_id)
    return session.scalars(known.limit(1)).one_or_none() is not None


def _known_ids(session: Session, row: OutboundMessage, *, since: datetime) -> frozenset[str]:
    known = session.scalars(
        select(OutboundMessage.provider_message_id).where(
            OutboundMessage.thread_id == row.thread_id,
            OutboundMessage.provider_message_id.is_not(None),
            OutboundMessage.sent_at >= since - CLOCKS_DIFFER - UNKNOWN_AFTER,
        )
    )
    return frozenset(provider_id for provider_id in known if provider_id is not None)


def _mark_sent(session: Session, row: OutboundMessage, result: SendResult, *, at: datetime) -> None:
    row.state = OutboundState.SENT.value
    row.provider_message_id = result.provider_message_id
    row.sent_at = at
    row.error_code = None
    row.delivery = (known_state(result.status) or DeliveryState.ACCEPTED).value
    row.delivery_at = at
    if row.wipe_when_sent:
        row.body_sealed = None
    session.flush()
    apply_waiting(session, row, at=at)
