"""A whole installation on this machine: the program itself, its web and worker processes, and its invented staff."""

from __future__ import annotations

import json
import os
import re
import secrets
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from grievance.accounts.credentials import CODE_SECONDS, code_at
from grievance.core.config import Settings
from grievance.deadlines.calendars import chile_calendar
from grievance.deadlines.working_days import add_working_days
from grievance.sms.signature import HEADER, INBOUND, sign

ROOT = Path(__file__).parents[2]
SANTIAGO = ZoneInfo("America/Santiago")
STARTS_WITHIN_SECONDS = 90
STOPS_WITHIN_SECONDS = 60
MINE, PORT = "cerro-imaginario", "puerto-inventado"
MINE_LINE = "+56220000001"


@dataclass
class Installation:
    """A running installation with the demo loaded. Its clock may be put ahead; see `ahead/sitecustomize.py`."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = None
    last_codes: dict[str, int] = field(default_factory=dict)
    """Number of the thirty seconds whose code each person used last: no code works twice."""
    cookies: dict[str, Any] = field(default_factory=dict)
    """What the browser of each member of staff keeps, so that signing in does not wait for a new code each time."""

    @property
    def address(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def settings(self) -> Settings:
        """What it was started with."""
        return Settings.from_env(self.folder / "grievance.env")

    def start(self) -> None:
        """Start it as a visitor would, on the morning of the next working day."""
        self.folder.mkdir(parents=True)
        self._put_ahead(_next_working_morning() - datetime.now(UTC))
        with (self.folder / "run.log").open("wb") as log:
            arguments = ["run", "--folder", str(self.folder), "--port", str(self.port)]
            self.process = subprocess.Popen(
                [sys.executable, "-c", "from grievance.app import main; main()", *arguments],
                env=self._environment(),
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        end = time.monotonic() + STARTS_WITHIN_SECONDS
        while not self._answers():
            assert self.process.poll() is None, self.log()
            assert time.monotonic() < end, self.log()
            time.sleep(0.2)

    def stop(self) -> None:
        """Stop it as Ctrl-C would."""
        if self.process is not None:
            self.process.terminate()
            try:
                self.process.wait(STOPS_WITHIN_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                raise

    def log(self) -> str:
        """Return what it has said."""
        return (self.folder / "run.log").read_text()

    def later(self, **span: float) -> None:
        """Let time pass for every process at once, then let the worker do what has become due."""
        self._put_ahead(self._ahead() + timedelta(**span))
        self.run("worker", "--once")

    def run(self, *arguments: str) -> str:
        """Run a command of this installation; return what it says."""
        environment = self._environment() | _read_settings(self.folder / "grievance.env")
        command = [sys.executable, "-c", "from grievance.app import main; main()", *arguments]
        done = subprocess.run(command, env=environment, check=False, timeout=60, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def text(self, number: str, words: str, *, line: str = MINE_LINE, is_signed: bool = True) -> int:
        """Post a text as the provider does, with its signature; return the answer's status."""
        parameters = {
            "MessageSid": f"SM{secrets.token_hex(16)}",
            "AccountSid": "AC" + "0" * 32,
            "From": number,
            "To": line,
            "Body": words,
            "NumMedia": "0",
        }
        signature = (
            sign(self.settings, path=INBOUND, parameters=parameters) if is_signed else "bm90IHRoZSBzaWduYXR1cmU="
        )
        request = urllib.request.Request(
            self.address + INBOUND,
            data=urllib.parse.urlencode(parameters).encode(),
            headers={HEADER: signature, "Content-Type": "application/x-www-form-urlencoded"},
        )
        try:
            with urllib.request.urlopen(request, timeout=15) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as refused:
            return refused.code

    def person(self, name: str) -> dict[str, Any]:
        """Return how an invented member of staff signs in, by the first name."""
        people = json.loads((self.folder / "demo-credentials.json").read_text())
        return next(one for one in people if one["name"].split()[0].lower() == name)

    def code(self, name: str) -> str:
        """Return the second-factor code of a person that was not used yet, waiting for one if needed."""
        step = max(int(time.time()) // CODE_SECONDS, self.last_codes.get(name, 0) + 1)
        # The page takes the code of the next thirty seconds too: telephones and servers disagree by some seconds.
        time.sleep(max(0.0, (step - 1) * CODE_SECONDS - time.time()))
        self.last_codes[name] = step
        return code_at(self.person(name)["totp_secret"], datetime.fromtimestamp(step * CODE_SECONDS, UTC))

    def today(self) -> date:
        """Return the local date that the installation believes in."""
        return (datetime.now(SANTIAGO) + self._ahead()).date()

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/readyz", timeout=2):
                return re.search("Grievance is running", self.log()) is not None
        except (urllib.error.URLError, OSError):
            return False

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("GRIEVANCE_")}
        paths = f"{Path(__file__).parent / 'ahead'}{os.pathsep}{ROOT}"
        return kept | {"PYTHONPATH": paths, "JOURNEY_AHEAD": str(self.folder / "ahead"), "PYTHONUNBUFFERED": "1"}

    def _ahead(self) -> timedelta:
        return timedelta(seconds=float((self.folder / "ahead").read_text()))

    def _put_ahead(self, span: timedelta) -> None:
        beside = self.folder / "ahead.part"
        beside.write_text(str(span.total_seconds()))
        beside.rename(self.folder / "ahead")


def _next_working_morning() -> datetime:
    here = datetime.now(SANTIAGO)
    calendar = chile_calendar(range(here.year - 1, here.year + 2))
    on = add_working_days(here.date(), 1, calendar)
    return datetime(on.year, on.month, on.day, 11, 0, tzinfo=SANTIAGO).astimezone(UTC)


def _read_settings(path: Path) -> dict[str, str]:
    rows = (row.partition("=") for row in path.read_text().splitlines() if row and not row.startswith("#"))
    return {name: value for name, _, value in rows}
