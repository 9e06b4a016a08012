"""What stands in the files: every module says what it is for, no loose ends, nothing of one machine."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.architecture.sources import TOP, python_sources, repository_files

# Parts are joined here so that this file is not its own finding.
MACHINE = re.compile(
    "|".join(
        [
            r"(?<![\w.])/" + r"(root|home/\w+|work|tmp/brief|tmp/po)/",
            r"(py" + r"thonhosted|pypi\." + r"org|registry\.npm" + r"js|npmjs\.(com|org)|deb\." + r"debian)",
            r"--(extra-)?index" + "-url",
            r"\.\./sha" + r"red\b",
        ]
    )
)

BINARY = {".png", ".jpg", ".jpeg", ".gif", ".ico", ".woff", ".woff2", ".mo", ".pdf", ".xlsx", ".gz", ".zip"}

LOOSE_END = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b")
NUMBERED = re.compile(r"\bTO" + r"DO\(?\s*#\d+")


def _texts() -> dict[str, str]:
    return {
        path.relative_to(TOP).as_posix(): path.read_text(encoding="utf-8")
        for path in repository_files()
        if path.suffix not in BINARY
    }


def test_every_module_says_what_it_is_for() -> None:
    silent = [source.name for source in python_sources() if not ast.get_docstring(source.tree)]

    assert silent == []


def test_no_loose_end_without_its_issue() -> None:
    found = [
        f"{source.name}:{number}"
        for source in python_sources()
        for number, line in enumerate(source.text.splitlines(), 1)
        if LOOSE_END.search(line) and not NUMBERED.search(line)
    ]

    assert found == []


def test_no_file_names_a_machine_or_a_registry() -> None:
    found = [
        f"{name}:{number}: {hit.group()}"
        for name, text in _texts().items()
        for number, line in enumerate(text.splitlines(), 1)
        if (hit := MACHINE.search(line))
    ]

    assert found == []


def test_every_text_file_is_utf8_and_ends_with_a_line() -> None:
    unfinished = [name for name, text in _texts().items() if text and not text.endswith("\n")]

    assert unfinished == []


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_every_locked_package_has_its_hash(lock: str) -> None:
    blocks = re.split(r"\n(?=\S)", (TOP / lock).read_text(encoding="utf-8").strip())
    packages = [block for block in blocks if not block.startswith("#")]

    bare = [block.split()[0] for block in packages if "--hash=sha256:" not in block]

    assert packages
    assert bare == []


def test_the_locks_agree_on_versions() -> None:
    served, developed = (_versions(TOP / lock) for lock in ("requirements.lock", "requirements-dev.lock"))

    # Tests prove nothing about a server that runs other versions.
    assert {name: version for name, version in served.items() if developed.get(name) != version} == {}


def _versions(lock: Path) -> dict[str, str]:
    return dict(re.findall(r"^([\w.-]+)==([\w.]+)", lock.read_text(encoding="utf-8"), re.MULTILINE))
