"""Somebody with a cheap phone: texts reach the application as the provider posts them, answers leave by the outbox."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask
from sqlalchemy import select
from twilio.request_validator import RequestValidator
from werkzeug.test import TestResponse

from grievance.cases.models import Case
from grievance.cases.telling import note_sent
from grievance.core import clock
from grievance.core.db import Database
from grievance.messaging import outbox
from grievance.messaging.transport import SendResult
from grievance.runtime import Runtime
from grievance.sms.signature import auth_token
from tests.support.places import LINE
from tests.support.web_app import SilentTransport, make_app, make_runtime

NUMBER = "+56911111111"


def message_id() -> str:
    return f"SM{secrets.token_hex(16)}"


def make_sms_app(database: Database, folder: Path, *, mode: str = "demo", **settings: str) -> Flask:
    """Return an application that takes texts."""
    return make_app(make_runtime(database, folder, transport=None, mode=mode, **settings))


def parameters(body: str, *, number: str = NUMBER, line: str = LINE, **more: str) -> dict[str, str]:
    """Return what Twilio posts with a text, the place it guesses for the number included."""
    sid = more.pop("MessageSid", message_id())
    return {
        "ToCountry": "CL",
        "ToState": "",
        "SmsMessageSid": sid,
        "NumMedia": "0",
        "ToCity": "",
        "FromZip": "1240000",
        "SmsSid": sid,
        "FromState": "Antofagasta",
        "SmsStatus": "received",
        "FromCity": "Calama",
        "Body": body,
        "FromCountry": "CL",
        "To": line,
        "NumSegments": "1",
        "MessageSid": sid,
        "AccountSid": "AC" + "a" * 32,
        "From": number,
        "ApiVersion": "2010-04-01",
        **more,
    }


def signed(runtime: Runtime, path: str, values: Mapping[str, str], *, base: str | None = None) -> str:
    """Sign with Twilio's own code, not with ours."""
    validator = RequestValidator(auth_token(runtime.settings))
    signature: str = validator.compute_signature((base or runtime.settings.public_url) + path, dict(values))
    return signature


def post(app: Flask, path: str, values: Mapping[str, str], *, signature: str | None = None) -> TestResponse:
    """Post as Twilio does; signed unless another signature is given."""
    runtime: Runtime = app.extensions["grievance"]
    given = signed(runtime, path, values) if signature is None else signature
    headers = {"X-Twilio-Signature": given, "User-Agent": "TwilioProxy/1.1"} if given else {}
    return app.test_client().post(path, data=dict(values), headers=headers)


@dataclass
class Phone:
    """A phone and what it has received since it was last looked at."""

    app: Flask
    number: str = NUMBER
    line: str = LINE
    heard: list[str] = field(default_factory=list)

    @property
    def runtime(self) -> Runtime:
        runtime: Runtime = self.app.extensions["grievance"]
        return runtime

    @property
    def database(self) -> Database:
        return self.runtime.database

    def text(self, body: str, **more: str) -> list[str]:
        """Send a text and return what comes back."""
        answer = post(self.app, "/sms/inbound", parameters(body, number=self.number, line=self.line, **more))
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return self.receive()

    def receive(self) -> list[str]:
        """Let the worker send what waits, and return what reaches this phone."""
        sent = deliver(self.runtime)
        news = [body for line, number, body in sent if (line, number) == (self.line, self.number)]
        self.heard += news
        return news

    def cases(self) -> list[Case]:
        """Return all cases, in the order they were opened."""
        with self.database.read() as session:
            return list(session.scalars(select(Case).order_by(Case.id)))

    def case(self) -> Case:
        """Return the only case."""
        (case,) = self.cases()
        return case


def deliver(runtime: Runtime) -> list[tuple[str, str, str]]:
    """Send everything that may go now, as the worker does: claim, send, record, each in a unit of its own."""
    transport = Counting()
    for _ in range(50):
        with runtime.database.begin() as session:
            claimed = outbox.claim_next(session, worker="test", at=clock.now())
        if not claimed:
            return transport.sent
        for one in claimed:
            attempt = outbox.send(one, transport, callback_url="http://localhost/sms/status")
            with runtime.database.begin() as session:
                row = outbox.record(session, one, attempt, at=clock.now())
                if row is not None:
                    note_sent(session, row, at=clock.now())
    raise AssertionError("the outbox never empties")


class Counting(SilentTransport):
    """Takes every text, with ids of its own."""

    def send(self, *, line: str, number: str, body: str, callback_url: str) -> SendResult:
        result = super().send(line=line, number=number, body=body, callback_url=callback_url)
        return SendResult(message_id(), result.status)
