"""Texts on their way out: a thread, a text in it, a worker's steps, and a provider that answers as it is told."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.core.i18n import SPANISH
from grievance.messaging import outbox, threads
from grievance.messaging.models import OutboundMessage, Thread
from grievance.messaging.text_names import TextName
from grievance.messaging.transport import Arrived, SendResult
from tests.support.places import LINE, WEDNESDAY, make_site

NUMBER = "+56911111111"
ZONE = "America/Santiago"
A_MINUTE = timedelta(minutes=1)


class Provider:
    """Answers each sending with what it was told to; remembers what it took."""

    provider = "fake"

    def __init__(self, *answers: Exception | None) -> None:
        self.answers = list(answers)
        self.taken: list[str] = []
        self.knows: list[str] = []

    def send(self, *, line: str, number: str, body: str, callback_url: str) -> SendResult:
        answer = self.answers.pop(0) if self.answers else None
        if answer is not None:
            raise answer
        self.taken.append(body)
        return SendResult(f"SM{secrets.token_hex(16)}", "queued")

    def find_sent(
        self, *, line: str, number: str, body: str, since: datetime, besides: Collection[str] = ()
    ) -> SendResult | None:
        return SendResult(f"SM{secrets.token_hex(16)}", "sent") if body in self.knows else None

    def list_inbound(self, *, since: datetime) -> Sequence[Arrived]:
        return ()

    def redact(self, provider_message_id: str) -> None:
        return None

    def fetch_media(self, url: str) -> bytes:
        return b""


def thread_of(session: Session, number: str) -> Thread:
    site = session.scalars(select(Thread.site_id)).first() or make_site(session).id
    return threads.open_thread(session, line=LINE, number=number, site_id=site, locale=SPANISH)


def write(
    session: Session, thread: Thread, *, at: datetime = WEDNESDAY, is_asked_for: bool = True, said: str = "hola"
) -> OutboundMessage:
    return outbox.enqueue(
        session,
        thread,
        TextName.MESSAGE,
        values={"site": "Mina", "reference": "7K3Q-9F2M", "words": said},
        subject=None,
        at=at,
        is_asked_for=is_asked_for,
        time_zone=ZONE,
    )


def claim(session: Session, *, at: datetime = WEDNESDAY, worker: str = "one") -> list[outbox.Claimed]:
    return outbox.claim_next(session, worker=worker, at=at)


def send_one(
    session: Session, provider: Provider, claimed: outbox.Claimed, *, at: datetime = WEDNESDAY
) -> OutboundMessage | None:
    return outbox.record(session, claimed, outbox.send(claimed, provider, callback_url="http://x/sms/status"), at=at)
