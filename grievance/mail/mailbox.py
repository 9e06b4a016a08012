"""The demo's mailbox: everybody's mail in one file on this machine, so that nothing leaves it and all can be read."""

import json
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from grievance.core import clock
from grievance.messaging.mail_transport import Mail

SHOWN = 40
"""Mails that the page shows."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One mail in the mailbox."""

    address: str
    subject: str
    body: str
    locale: str
    at: datetime


class MailboxTransport:
    """The mail transport of the demo: takes every mail, at once."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "mailbox.jsonl"

    def send(self, mail: Mail) -> None:
        """Put a mail into the mailbox. One write of one line: two processes cannot mix theirs."""
        self.file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        record = {
            "to": mail.address,
            "subject": mail.subject,
            "body": mail.body,
            "locale": mail.locale,
            "at": clock.now().isoformat(),
        }
        descriptor = os.open(self.file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(descriptor, json.dumps(record).encode() + b"\n")
        finally:
            os.close(descriptor)

    def check(self) -> None:
        """Find nothing wrong: there is no server."""

    def latest(self) -> list[Kept]:
        """Return the newest mails, the newest first."""
        if not self.file.is_file():
            return []
        kept = [json.loads(row) for row in self.file.read_text().splitlines()[-SHOWN:]]
        return [
            Kept(item["to"], item["subject"], item["body"], item["locale"], datetime.fromisoformat(item["at"]))
            for item in reversed(kept)
        ]
