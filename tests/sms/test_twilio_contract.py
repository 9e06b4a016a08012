"""What our client asks is valid by Twilio's own description of its API: Prism serves it and refuses what is not.

Its answers are canned, so behaviour is tested elsewhere (test_twilio.py). Of the description only the paths for
messages are served, which starts in two seconds instead of eight.
"""

from __future__ import annotations

import json
import re
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from grievance.messaging.transport import TransportError
from grievance.sms.twilio import TwilioTransport
from tests.support.outside import node_tool, twilio_api
from tests.support.places import LINE
from tests.support.server import free_port
from tests.support.web_app import make_settings

pytestmark = pytest.mark.slow

ACCOUNT = "AC" + "a" * 32
SID = "SM" + "a" * 32
STARTS_WITHIN_SECONDS = 60
REFERENCE = re.compile(r'"\$ref": "#/components/schemas/([^"]+)"')


@pytest.fixture(scope="module")
def prism(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run Prism on the part of the description that is about messages."""
    document = tmp_path_factory.mktemp("twilio") / "messages.json"
    tool, api = node_tool("prism"), twilio_api()
    document.write_text(json.dumps(about_messages(json.loads(Path(api).read_text()))))
    port = free_port()
    # Started directly: npx leaves a child behind when it is stopped.
    command = [tool, "mock", "--host", "127.0.0.1", "--port", str(port), str(document)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(f"http://127.0.0.1:{port}/", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=20)


@pytest.fixture
def transport(prism: str, tmp_path: Path) -> TwilioTransport:
    """Return the transport, asking Prism."""
    settings = make_settings(
        "sqlite:////nowhere", tmp_path, twilio_account_sid=ACCOUNT, twilio_auth_token="token", twilio_api_base=prism
    )
    return TwilioTransport(settings, timeout_seconds=20)


def test_sending_is_valid(transport: TwilioTransport) -> None:
    result = transport.send(
        line=LINE, number="+56911111111", body="¿Qué pasó? 😀", callback_url="https://quejas.example/sms/status"
    )

    assert result.provider_message_id


def test_callback_that_is_no_address_is_refused_by_the_description(transport: TwilioTransport) -> None:
    with pytest.raises(TransportError):
        transport.send(line=LINE, number="+56911111111", body="hola", callback_url="not an address")


def test_looking_for_a_sent_text_is_valid(transport: TwilioTransport) -> None:
    found = transport.find_sent(
        line=LINE, number="+56911111111", body="nothing says this", since=datetime(2026, 9, 2, tzinfo=UTC)
    )

    assert found is None


def test_emptying_a_body_is_valid(transport: TwilioTransport) -> None:
    transport.redact(SID)


def test_id_of_another_shape_is_refused_by_the_description(transport: TwilioTransport) -> None:
    with pytest.raises(TransportError):
        transport.redact("no-such-id")


def about_messages(api: dict[str, Any]) -> dict[str, Any]:
    """Keep the paths for messages and the schemas that they refer to."""
    paths = {path: content for path, content in api["paths"].items() if "/Messages" in path}
    every = api["components"]["schemas"]
    wanted: set[str] = set()
    queue = REFERENCE.findall(json.dumps(paths))
    while queue:
        name = queue.pop()
        if name not in wanted:
            wanted.add(name)
            queue += REFERENCE.findall(json.dumps(every[name]))
    schemas = {name: every[name] for name in sorted(wanted)}
    return {**api, "paths": paths, "components": {**api["components"], "schemas": schemas}}


def wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + STARTS_WITHIN_SECONDS
    while time.monotonic() < end:
        assert process.poll() is None, "Prism stopped"
        try:
            urllib.request.urlopen(address, timeout=2)
        except urllib.error.HTTPError as answer:
            answer.close()
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("Prism did not start")
