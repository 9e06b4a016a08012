"""What runs is documented: every setting, command, permission, status, text and figure; and documents hold together.

Generated parts are written by `python -m tests.architecture.reference` (see there).
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest

from grievance.accounts.permissions import Action, Duty
from grievance.cases.states import EventKind, Move, Outcome, Source, Status, Told, Verdict
from grievance.core.config import Settings
from grievance.deadlines.standards import CaseType, ClockName, IntervalName
from grievance.messaging.texts import TextName
from grievance.metrics.indicators import INDICATORS
from tests.architecture.meanings import ALSO
from tests.architecture.reference import BLOCKS, MARKED, brought_up_to_date, columns, documents, walk
from tests.architecture.sources import PACKAGE, TOP

DOCS = TOP / "docs"
DECISIONS = DOCS / "decisions"

LINK = re.compile(r"!?\[[^\]]*\]\((?P<target>[^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
HEADING = re.compile(r"^#+ +(?P<words>.+)$", re.MULTILINE)
TERM = re.compile(r"^\| \*\*(?P<en>[^*]+)\*\* \| \*\*(?P<es>[^*]+)\*\* \| .+ \|$", re.MULTILINE)


def _name(path: Path) -> str:
    return path.relative_to(TOP).as_posix()


@pytest.mark.parametrize("path", documents(), ids=_name)
def test_generated_parts_are_current(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert brought_up_to_date(text) == text, "run: make reference"


def test_every_generated_part_stands_somewhere() -> None:
    placed = [found["name"] for path in documents() for found in MARKED.finditer(path.read_text(encoding="utf-8"))]

    assert sorted(placed) == sorted(BLOCKS)


def test_every_setting_is_documented() -> None:
    text = (DOCS / "operators.md").read_text(encoding="utf-8")

    assert [name for name in Settings.model_fields if f"`GRIEVANCE_{name.upper()}`" not in text] == []


def test_every_setting_says_what_it_is() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_every_command_is_documented_and_says_what_it_does() -> None:
    text = (DOCS / "operators.md").read_text(encoding="utf-8")
    commands = dict(walk())

    assert commands
    assert [path for path in commands if f"`grievance {path}`" not in text] == []
    assert [path for path, command in commands.items() if not command.help] == []


def test_no_document_names_a_command_that_does_not_exist() -> None:
    commands = {path.split()[0] for path, _ in walk()}
    named = {
        (_name(path), found[1])
        for path in documents()
        for found in re.finditer(r"`(?:\.venv/bin/)?grievance ([a-z][a-z-]*)", path.read_text(encoding="utf-8"))
    }

    assert {(path, command) for path, command in named if command not in commands} == set()


@pytest.mark.parametrize("kind", [Action, Duty, Status, Move, Outcome, Verdict, Source, Told, EventKind])
def test_every_word_of_the_tables_is_documented(kind: type[Action]) -> None:
    text = (DOCS / "statuses.md").read_text(encoding="utf-8")

    assert [value for value in kind if f"`{value}`" not in text] == []


@pytest.mark.parametrize("kind", [CaseType, ClockName, IntervalName])
def test_every_clock_is_documented(kind: type[CaseType]) -> None:
    text = (DOCS / "clocks.md").read_text(encoding="utf-8")

    assert [value for value in kind if f"`{value}`" not in text] == []


def test_every_outgoing_text_is_documented() -> None:
    text = (DOCS / "texts.md").read_text(encoding="utf-8")

    assert [name for name in TextName if not re.search(rf"\b{name}\b", text, re.IGNORECASE)] == []


def test_every_indicator_is_documented() -> None:
    text = (DOCS / "indicators.md").read_text(encoding="utf-8")

    assert [name for name in INDICATORS if not re.search(rf"\b{name}\b", text)] == []


def test_every_package_is_on_the_map() -> None:
    text = (DOCS / "architecture.md").read_text(encoding="utf-8")
    packages = sorted(path.parent.name for path in PACKAGE.glob("*/__init__.py"))

    assert [name for name in packages if f"`{name}`" not in text] == []


def test_no_meaning_outlives_its_column() -> None:
    assert sorted(ALSO.keys() - set(columns())) == []


def test_the_glossary_has_every_term_once_in_both_languages() -> None:
    terms = [(found["en"], found["es"]) for found in TERM.finditer((DOCS / "glossary.md").read_text(encoding="utf-8"))]

    english, spanish = [en for en, _ in terms], [es for _, es in terms]

    assert len(terms) > 40
    assert english == sorted(english, key=str.casefold)
    assert len(set(english)) == len(english)
    assert len(set(spanish)) == len(spanish)


@pytest.mark.parametrize("path", documents(), ids=_name)
def test_every_link_leads_somewhere(path: Path) -> None:
    assert [target for target in _relative_links(path) if not _leads_somewhere(path, target)] == []


def test_every_document_can_be_found_from_the_readme() -> None:
    found: set[Path] = set()
    waiting = [TOP / "README.md"]
    while waiting:
        path = waiting.pop()
        if path in found or path.suffix != ".md" or not path.is_file():
            continue
        found.add(path)
        targets = (target.partition("#")[0] for target in _relative_links(path))
        waiting += [(path.parent / unquote(target)).resolve() for target in targets if target]

    assert [_name(path) for path in documents() if path not in found] == []


def test_decisions_are_numbered_and_say_what_they_cost() -> None:
    paths = sorted(DECISIONS.glob("*.md"))
    texts = {path.name: path.read_text(encoding="utf-8") for path in paths}
    parts = [r"^# {number}", r"^(## Status$|Status: )", r"^## Context$", r"^## Decision$", r"^## Costs$"]
    missing = [
        f"{name}: {part}"
        for name, text in texts.items()
        for part in parts
        if not re.search(part.format(number=name[:4]), text, re.MULTILINE)
    ]

    assert [name[:4] for name in texts] == [f"{number:04d}" for number in range(1, len(paths) + 1)]
    assert missing == []


def test_the_changelog_knows_this_version() -> None:
    version = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]

    assert re.search(rf"^## {re.escape(version)}\b", (TOP / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)


def _relative_links(path: Path) -> Iterator[str]:
    text = FENCE.sub("", path.read_text(encoding="utf-8"))
    for found in LINK.finditer(text):
        if not re.match(r"[a-z]+:", found["target"]):
            yield found["target"]


def _leads_somewhere(path: Path, target: str) -> bool:
    name, _, anchor = target.partition("#")
    there = (path.parent / unquote(name)).resolve() if name else path
    if not there.exists():
        return False
    return not anchor or anchor in _anchors(there)


def _anchors(path: Path) -> set[str]:
    """Return the anchors that the headings of a document get on code hosts."""
    headings = (found["words"] for found in HEADING.finditer(FENCE.sub("", path.read_text(encoding="utf-8"))))
    return {_anchor(words) for words in headings}


def _anchor(words: str) -> str:
    plain = "".join(symbol for symbol in words.lower() if symbol in " -_" or unicodedata.category(symbol)[0] in "LN")
    return plain.strip().replace(" ", "-")
