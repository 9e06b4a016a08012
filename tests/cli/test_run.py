"""`grievance run` as a newcomer uses it: one command, a page that answers, Ctrl-C, and everything still there."""

from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.server import free_port

START = [sys.executable, "-c", "from grievance.app import main; main()"]
ROOT = Path(__file__).resolve().parents[2]


def clean_environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GRIEVANCE_")}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}


@contextmanager
def running(folder: Path, port: int, *options: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [*START, "run", "--folder", "instance", "--port", str(port), *options],
        cwd=folder,
        env=clean_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            process.wait(30)
        assert process.stdout is not None
        process.stdout.close()


def wait_for(process: subprocess.Popen[str], words: str, seconds: float = 60) -> str:
    assert process.stdout is not None
    said, end = "", time.monotonic() + seconds
    while time.monotonic() < end:
        line = process.stdout.readline()
        if not line:
            break
        said += line
        if words in line:
            return said
    pytest.fail(f"never said {words!r}; it said:\n{said}")


def fetch(port: int, path: str) -> tuple[int, str]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
        return answer.status, answer.read().decode()


def test_the_first_run_sets_up_and_the_second_keeps_the_data(tmp_path: Path) -> None:
    port = free_port()
    with running(tmp_path, port) as process:
        said = wait_for(process, "Ctrl-C")
        assert "/en/demo/phone" in said
        assert "your data stay in instance." in said
        assert fetch(port, "/healthz") == (200, "alive\n")
        assert fetch(port, "/readyz")[0] == 200
        assert "grievance_cases_open" in fetch(port, "/metrics")[1]
        assert fetch(port, "/es/")[0] == 200
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
    made = tmp_path / "instance"
    assert stat.S_IMODE(made.stat().st_mode) == 0o700
    assert stat.S_IMODE((made / "grievance.env").stat().st_mode) == 0o600
    settings = (made / "grievance.env").read_text()

    begun = time.monotonic()
    with running(tmp_path, port) as process:
        wait_for(process, "Ctrl-C")
        assert time.monotonic() - begun < 15, "a second start does not load the demo again"
        assert (made / "grievance.env").read_text() == settings
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0


def test_nothing_of_it_is_left_running_after_it_stops(tmp_path: Path) -> None:
    port = free_port()
    with running(tmp_path, port, "--empty") as process:
        wait_for(process, "Ctrl-C")
        process.send_signal(signal.SIGINT)
        process.wait(30)

    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


def test_a_port_in_use_is_said_with_the_fix(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        done = subprocess.run(
            [*START, "run", "--folder", "instance", "--port", str(port), "--empty"],
            cwd=tmp_path,
            env=clean_environment(),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    assert done.returncode == 1
    assert f"Port {port} is in use" in done.stderr
    assert f"--port {port + 1}" in done.stderr
