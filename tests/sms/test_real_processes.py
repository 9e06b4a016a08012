"""Real processes, killed in the middle: what was accepted is stored once, handled once, and answered once.

Eight senders post signed texts, each of them twice or more, to a running web server beside two workers; all of them are
killed with SIGKILL while texts are under way, and started again. A text whose sending was cut off may be repeated, and
is then flagged.
"""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from grievance.app import build_runtime
from grievance.cases.models import Case, Submission
from grievance.cases.telling import note_sent
from grievance.core.clock import now
from grievance.core.config import Settings
from grievance.dialogue import respond
from grievance.messaging import inbox, outbox
from grievance.messaging.models import InboundMessage, OutboundMessage
from grievance.runtime import Runtime
from tests.support.keys import environment
from tests.support.places import LINE, make_site
from tests.support.twilio_stand_in import ACCOUNT, TOKEN, StandIn, post_signed, stand_in

SENDERS = 8
TEXTS_EACH = 6
ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 120


class Processes:
    """The web server and the workers of an installation, to be killed and started again."""

    def __init__(self, settings: dict[str, str], port: int) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("GRIEVANCE_")}
        self._environment = {**kept, **settings, "PYTHONPATH": str(ROOT)}
        self._port = port
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str) -> None:
        command = "serve" if name == "serve" else "worker"
        self._running[name] = subprocess.Popen(
            [sys.executable, "-c", "from grievance.app import main; main()", command],
            env=self._environment,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        if name == "serve":
            self._wait()

    def kill(self, name: str) -> None:
        """Kill a part with all its children, without a word of warning."""
        process = self._running.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def kill_all(self) -> None:
        for name in list(self._running):
            self.kill(name)

    def _wait(self) -> None:
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self._port)) == 0:
                    return
            time.sleep(0.05)
        pytest.fail("the web server did not start")


@pytest.fixture
def provider() -> Iterator[StandIn]:
    with stand_in() as standing:
        yield standing


@contextmanager
def installation(database_url: str, folder: Path, provider: StandIn) -> Iterator[tuple[Processes, Runtime, str]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    settings = environment(database_url, str(folder)) | {
        "GRIEVANCE_PUBLIC_URL": address,
        "GRIEVANCE_PORT": str(port),
        "GRIEVANCE_TWILIO_ACCOUNT_SID": ACCOUNT,
        "GRIEVANCE_TWILIO_AUTH_TOKEN": TOKEN,
        "GRIEVANCE_TWILIO_API_BASE": provider.address,
        "GRIEVANCE_TWILIO_REDACT_BODIES": "false",
    }
    named = {name.removeprefix("GRIEVANCE_").lower(): value for name, value in settings.items()}
    runtime = build_runtime(Settings.model_validate(named))
    with runtime.database.begin() as session:
        make_site(session)
    processes = Processes(settings, port)
    try:
        yield processes, runtime, address
    finally:
        processes.kill_all()
        runtime.database.dispose()


def send(address: str, number: str, sid: str, body: str) -> None:
    """Post one text until it is accepted, as the provider does with its fallback address."""
    parameters = {"MessageSid": sid, "From": number, "To": LINE, "Body": body, "NumMedia": "0"}
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        try:
            if post_signed(f"{address}/sms/inbound", TOKEN, f"{address}/sms/inbound", parameters) == 200:
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    pytest.fail("a text was never accepted")


def sender(address: str, number: str, accepted: Counter[str], lock: threading.Lock) -> None:
    for order in range(TEXTS_EACH):
        sid = f"SM{secrets.token_hex(16)}"
        with ThreadPoolExecutor(2) as twice:
            list(twice.map(lambda _, sid=sid, order=order: send(address, number, sid, f"polvo {order}"), range(2)))
        with lock:
            accepted[sid] += 1


def settle(runtime: Runtime) -> None:
    """Do what a worker does an hour later: handle what is left, look up what was cut off, send it once more."""
    for hours in range(1, 20):
        later = now() + timedelta(hours=hours)
        with runtime.database.read() as session:
            waiting = inbox.due(session, at=later, limit=100)
        for inbound_id in waiting:
            with runtime.database.begin() as session:
                respond.handle(session, inbound_id, at=now())
        with runtime.database.begin() as session:
            claimed = outbox.claim_unknown(session, worker="t", at=later, limit=100)
            claimed += outbox.claim_next(session, worker="t", at=later, limit=100)
        for item in claimed:
            attempt = outbox.send(item, runtime.transport, callback_url="http://127.0.0.1:1/sms/status")
            with runtime.database.begin() as session:
                row = outbox.record(session, item, attempt, at=later)
                if row is not None:
                    note_sent(session, row, at=later)
        if not waiting and not claimed:
            return
    pytest.fail("work was left over")


@pytest.mark.timeout(300)
def test_nothing_is_lost_and_nothing_is_answered_twice_unflagged(
    database_url: str, tmp_path: Path, provider: StandIn
) -> None:
    with installation(database_url, tmp_path, provider) as (processes, runtime, address):
        for name in ("serve", "worker one", "worker two"):
            processes.start(name)
        accepted: Counter[str] = Counter()
        lock = threading.Lock()
        numbers = [f"+5698000{number:04d}" for number in range(SENDERS)]
        with ThreadPoolExecutor(SENDERS) as pool:
            under_way = [pool.submit(sender, address, number, accepted, lock) for number in numbers]
            for name in ("worker one", "serve", "worker two", "serve"):
                time.sleep(0.7)
                processes.kill(name)
                processes.start(name)
            for one in under_way:
                one.result()
        processes.kill_all()
        settle(runtime)

        assert len(accepted) == SENDERS * TEXTS_EACH
        with runtime.database.read() as session:
            stored = session.scalars(select(InboundMessage.provider_message_id)).all()
            assert Counter(stored) == accepted, "every accepted text is stored exactly once"
            states = set(session.scalars(select(InboundMessage.state)))
            assert states == {"handled"}
            assert session.scalar(select(func.count()).select_from(Case)) == SENDERS, "one case for each number"
            assert session.scalar(select(func.count()).select_from(Submission)) == SENDERS
            rows = session.scalars(select(OutboundMessage)).all()
        sent = Counter((message["to"], message["body"]) for message in provider.sent())
        flagged = sum(1 for row in rows if row.is_repeat)
        assert {row.state for row in rows} == {"sent"}
        surplus = sum(sent.values()) - len(rows)
        assert 0 <= surplus <= flagged, "whatever went twice is flagged"
        receipts = [row for row in rows if row.text_name == "receipt"]
        assert len(receipts) == SENDERS, "each number has one receipt"
