"""Texts that reached us: stored once, before anything is understood, and what still waits to be understood.

Uniqueness on (provider, message id) is the database's. Not for: understanding them (see `dialogue.respond`).
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from grievance.core.db import insert_once
from grievance.crypto.fields import keys_of, new_public_id, seal, unseal
from grievance.messaging.models import InboundMessage, InboundState
from grievance.messaging.threads import NUMBER_PURPOSE, bare_number
from grievance.messaging.transport import Media

FIRST_TRY = timedelta(seconds=30)
"""How long the webhook has to understand a text before the worker takes it up. The provider waits 15 s."""

BACKOFF = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1))
"""Waits between tries to understand a text; after the last one a person must look."""

WAITING = "waiting"
"""State of what came with a text until it is fetched or given up."""

MEDIA_TRIES = 6
"""Tries to fetch what came with a text, two minutes apart and doubling: about two hours."""


@dataclass(frozen=True, slots=True)
class MediaDue:
    """Files of one text that wait to be fetched; `subject` is the public id of the case."""

    inbound_id: int
    subject: str
    items: tuple[Media, ...]


def record(
    session: Session,
    *,
    provider: str,
    provider_message_id: str,
    line: str,
    number: str,
    body: str,
    media: Sequence[Media],
    opt_out_type: str | None,
    at: datetime,
) -> int | None:
    """Store a text exactly as it came and return its id; None when we had it already."""
    number = bare_number(number)
    row = InboundMessage(public_id=new_public_id())
    seal(session, row, "number", number)
    seal(session, row, "body", body)
    seal(session, row, "media", _as_json(media) if media else None)
    values = {
        "public_id": row.public_id,
        "provider": provider,
        "provider_message_id": provider_message_id,
        "line": line,
        "number_digest": keys_of(session).digest(NUMBER_PURPOSE, number),
        "number_sealed": row.number_sealed,
        "body_sealed": row.body_sealed,
        "media_sealed": row.media_sealed,
        "media_state": WAITING if media else None,
        "media_tries": 0,
        "opt_out_type": opt_out_type,
        "received_at": at,
        "recorded_at": at,
        "state": InboundState.RECEIVED.value,
        "tries": 0,
        "next_try_at": at + FIRST_TRY,
    }
    return insert_once(session, InboundMessage, values)


def due(session: Session, *, at: datetime, limit: int) -> list[int]:
    """Return the ids of stored texts that are not understood yet and may be tried now, the oldest first."""
    return list(
        session.scalars(
            select(InboundMessage.id)
            .where(InboundMessage.state == InboundState.RECEIVED.value, InboundMessage.next_try_at <= at)
            .order_by(InboundMessage.next_try_at, InboundMessage.id)
            .limit(limit)
        )
    )


def note_trouble(session: Session, inbound_id: int, *, at: datetime) -> InboundMessage:
    """Put off a text that could not be understood; after the last try it is stuck. Return its row."""
    row = session.get_one(InboundMessage, inbound_id, with_for_update=True)
    if row.state == InboundState.RECEIVED.value:
        row.tries += 1
        if row.tries > len(BACKOFF):
            row.state, row.next_try_at = InboundState.STUCK.value, None
        else:
            row.next_try_at = at + BACKOFF[row.tries - 1]
    return row


def settle(row: InboundMessage, state: InboundState, *, subject: str | None, at: datetime) -> None:
    """Mark a text as dealt with."""
    row.state, row.subject, row.handled_at = state.value, subject, at
    # What came with it is fetched from now on; the index on this column finds it.
    row.next_try_at = at if row.media_state == WAITING and state is InboundState.HANDLED else None


def number_of(session: Session, row: InboundMessage) -> str:
    """Return the number that a text came from."""
    return unseal(session, row, "number") or ""


def body_of(session: Session, row: InboundMessage) -> str:
    """Return the words of a text, as stored; "" once erased."""
    return unseal(session, row, "body") or ""


def erase_codes(session: Session, row: InboundMessage, redacted: str) -> None:
    """Store the words again without the access code that stood in them."""
    seal(session, row, "body", redacted)


def media_of(session: Session, row: InboundMessage) -> tuple[Media, ...]:
    """Return what came with a text."""
    stored = unseal(session, row, "media")
    return tuple(Media(item["url"], item["content_type"]) for item in json.loads(stored)) if stored else ()


def media_due(session: Session, *, at: datetime, limit: int) -> list[MediaDue]:
    """Return files that wait to be fetched for texts that have become part of a case, the oldest first."""
    rows = session.scalars(
        select(InboundMessage)
        .where(
            InboundMessage.state == InboundState.HANDLED.value,
            InboundMessage.next_try_at <= at,
            InboundMessage.media_state == WAITING,
            InboundMessage.subject.is_not(None),
        )
        .order_by(InboundMessage.next_try_at, InboundMessage.id)
        .limit(limit)
    )
    return [MediaDue(row.id, row.subject, media_of(session, row)) for row in rows if row.subject]


def record_media(session: Session, inbound_id: int, *, state: str, at: datetime) -> None:
    """Record what became of the files of a text: fetched, failed (for good), or waiting (try again later)."""
    row = session.get_one(InboundMessage, inbound_id)
    row.media_state, row.next_try_at = state, None
    if state == WAITING:
        row.media_tries += 1
        row.next_try_at = at + timedelta(minutes=2**row.media_tries)
        if row.media_tries >= MEDIA_TRIES:
            row.media_state, row.next_try_at = "failed", None


def unrouted(session: Session, *, limit: int) -> Sequence[InboundMessage]:
    """Return texts to numbers that no site owns, the newest first."""
    return _in_state(session, InboundState.UNROUTED, limit)


def stuck(session: Session, *, limit: int) -> Sequence[InboundMessage]:
    """Return texts that a person must look at, the newest first."""
    return _in_state(session, InboundState.STUCK, limit)


def waiting_count(session: Session) -> int:
    """Return how many stored texts are not understood yet."""
    waiting = select(func.count()).where(InboundMessage.state == InboundState.RECEIVED.value)
    return session.execute(waiting).scalar_one()


def _in_state(session: Session, state: InboundState, limit: int) -> Sequence[InboundMessage]:
    query = select(InboundMessage).where(InboundMessage.state == state.value)
    return session.scalars(query.order_by(InboundMessage.id.desc()).limit(limit)).all()


def _as_json(media: Iterable[Media]) -> str:
    return json.dumps([{"url": item.url, "content_type": item.content_type} for item in media])
