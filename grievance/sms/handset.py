"""The demo's handset: a phone that exists only on this machine, outside of the system like any phone.

It keeps what it sent and what was delivered to it in a file of its own. The system's tables are not its memory: a text
that is wiped once sent (a web code) still stands on the phone, as it would in life.
"""

import json
import os
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from grievance.core import clock
from grievance.messaging.threads import bare_number
from grievance.messaging.transport import Arrived, SendResult, TransportError

SHOWN = 60
"""Texts of a conversation that the phone shows."""


@dataclass(frozen=True, slots=True)
class Bubble:
    """One text on the phone."""

    is_from_person: bool
    body: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Conversation:
    """A phone and the line that it writes to, with the last text between them."""

    line: str
    number: str
    last: Bubble


class HandsetTransport:
    """The transport of the demo: delivers to the handset, at once. Nothing leaves the machine."""

    provider = "twilio"

    def __init__(self, folder: Path) -> None:
        self._memory = Memory(folder)

    def send(self, *, line: str, number: str, body: str, callback_url: str) -> SendResult:
        """Put a text on the phone."""
        del callback_url
        self._memory.add(line, number, Bubble(is_from_person=False, body=body, at=clock.now()))
        return SendResult(new_message_id(), "delivered")

    def remember(self, *, line: str, number: str, body: str, is_from_person: bool, at: datetime) -> None:
        """Put a text of the past on the phone, for the stories with which the demo begins."""
        self._memory.add(line, number, Bubble(is_from_person, body, at))

    def find_sent(
        self, *, line: str, number: str, body: str, since: datetime, besides: Collection[str] = ()
    ) -> SendResult | None:
        """Look on the phone whether a text came."""
        del besides
        shown = self._memory.conversation(line, number)
        came = any(not bubble.is_from_person and bubble.body == body and bubble.at >= since for bubble in shown)
        return SendResult(new_message_id(), "delivered") if came else None

    def list_inbound(self, *, since: datetime) -> Sequence[Arrived]:
        """Return nothing: what the phone sends is posted at once."""
        del since
        return ()

    def redact(self, provider_message_id: str) -> None:
        """Forget nothing: there is no provider."""
        del provider_message_id

    def fetch_media(self, url: str) -> bytes:
        """Refuse: this phone sends words only."""
        del url
        raise TransportError("no_media", permanent=True)


class Memory:
    """What the phones of the demo show: one file per conversation, readable by this account only."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def add(self, line: str, number: str, bubble: Bubble) -> None:
        """Add a text. One write of one line: two processes cannot mix theirs."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        record = {"me": bubble.is_from_person, "body": bubble.body, "at": bubble.at.isoformat()}
        descriptor = os.open(self._path(line, number), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(descriptor, json.dumps(record).encode() + b"\n")
        finally:
            os.close(descriptor)

    def conversation(self, line: str, number: str) -> list[Bubble]:
        """Return the newest texts, the oldest of them first."""
        path = self._path(line, number)
        if not path.is_file():
            return []
        kept = [json.loads(row) for row in path.read_text().splitlines()[-SHOWN:]]
        return [Bubble(item["me"], item["body"], datetime.fromisoformat(item["at"])) for item in kept]

    def latest(self, limit: int) -> list[Conversation]:
        """Return the conversations in which something was said last, the newest first."""
        found = []
        for path in self._folder.glob("*.jsonl"):
            number, _, line = path.stem.partition("-")
            bubble = self.conversation(line, number)[-1]
            found.append(Conversation(f"+{line}", f"+{number}", bubble))
        return sorted(found, key=lambda one: one.last.at, reverse=True)[:limit]

    def _path(self, line: str, number: str) -> Path:
        digits = ("".join(symbol for symbol in bare_number(part) if symbol.isdigit()) for part in (number, line))
        return self._folder / f"{'-'.join(digits)}.jsonl"


def new_message_id() -> str:
    """Return an id of the shape that the provider gives a text."""
    return f"SM{secrets.token_hex(16)}"
