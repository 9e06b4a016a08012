"""The rooms of the house stand in one order; import-linter reads it from `.importlinter`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.architecture.sources import TOP


def test_no_package_imports_what_stands_above_or_beside_it() -> None:
    command = Path(sys.executable).with_name("lint-imports")

    checked = subprocess.run([command, "--no-cache"], cwd=TOP, capture_output=True, text=True, check=False)

    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_the_package_root_imports_nothing() -> None:
    root = (TOP / "grievance" / "__init__.py").read_text(encoding="utf-8")

    # Whatever the root imported would be loaded before everything: a cycle could start here.
    assert "import " not in "\n".join(line for line in root.splitlines() if line.startswith(("import", "from")))
