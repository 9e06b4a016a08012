"""Mails on their way out: a provider that answers as it is told, and a runtime that speaks to a real server."""

from __future__ import annotations

from pathlib import Path

from grievance.core.db import Database
from grievance.mail.register import mail_transport_for
from grievance.messaging.mail_transport import Mail
from grievance.runtime import Runtime
from tests.support.mail_server import MailServer
from tests.support.web_app import make_runtime

FROM = "avisos@reclamos.example"


class MailProvider:
    """Answers each sending with what it was told to; remembers what it took."""

    def __init__(self, *answers: Exception | None) -> None:
        self.answers = list(answers)
        self.taken: list[Mail] = []
        self.asked = 0

    def send(self, mail: Mail) -> None:
        self.asked += 1
        answer = self.answers.pop(0) if self.answers else None
        if answer is not None:
            raise answer
        self.taken.append(mail)

    def check(self) -> None:
        return None


def smtp_runtime(database: Database, folder: Path, server: MailServer) -> Runtime:
    """Return a runtime whose mails go to a server of the test's own."""
    made = make_runtime(database, folder, transport=None, mode="demo", **server_settings(server))
    return Runtime(
        made.settings, made.database, made.keys, made.storage, made.transport, mail_transport_for(made.settings)
    )


def server_settings(server: MailServer) -> dict[str, str]:
    """Return the settings that lead to a server."""
    return {
        "mail_host": "localhost",
        "mail_port": str(server.port),
        "mail_security": server.security,
        "mail_from": FROM,
        "mail_ca_file": str(server.ca_file),
    }
