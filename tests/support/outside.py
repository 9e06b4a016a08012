"""Programs that some tests need beside Python. Where one is absent the test is skipped, saying what is missing.

`make test` installs them where it may. In CI an absent program is a failure: a green run must not hide it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from grievance.web.print.typesetting import what_is_missing

NODE_MODULES = Path(__file__).resolve().parents[1] / "node" / "node_modules"
TWILIO_API = NODE_MODULES / "@twilio" / "cli-core" / "src" / "services" / "twilio-api" / "twilio_api_v2010.json"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def browser_path() -> str:
    """Find Chromium, or skip the test."""
    for name in BROWSERS:
        if found := shutil.which(name):
            return found
    return _absent("Chromium (Debian: apt install chromium)")


def node_tool(name: str) -> str:
    """Find a tool of tests/node, such as `prism` or `html-validate`, or skip the test."""
    tool = NODE_MODULES / ".bin" / name
    return str(tool) if tool.is_file() else _absent(f"{name} (npm ci in tests/node)")


def assert_valid_html(validate: str, folder: Path) -> None:
    """Let `html-validate` judge every page in a folder."""
    config = str(NODE_MODULES.parent / "html-validate.json")
    command = [validate, "--config", config, "--formatter", "text", str(folder)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout


def twilio_api() -> Path:
    """Find Twilio's own description of its API, or skip the test."""
    return TWILIO_API if TWILIO_API.is_file() else Path(_absent("Twilio's API description (npm ci in tests/node)"))


def pango() -> None:
    """Find Pango, with which PDFs are set, or skip the test."""
    if what_is_missing() is not None:
        _absent("Pango (Debian: apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0)")


def _absent(what: str) -> str:
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI needs {what}")
    pytest.skip(f"needs {what}")
