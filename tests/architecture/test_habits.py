"""Habits that no linter knows: who commits, who changes a status, what is imported where, what is never faked."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from tests.architecture.sources import Source, package_sources, python_sources

MAY_OPEN_A_UNIT = re.compile(r"grievance/(core/db|web/unit|sms/webhooks)\.py|grievance/cli/.*\.py")
MAY_CHANGE_A_STATUS = "grievance/cases/transitions.py"
MAY_IMPORT_LATE = "grievance/core/optional.py"

# Names under which a case is held. Messages, reports and accounts have a status of their own.
CASE_NAMES = re.compile(r"case|.*_case|grievance|locked|appealed")

SYSTEM_CLOCK = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"), ("time", "time")}


def test_only_adapters_open_and_commit_a_unit_of_work() -> None:
    found = [
        source.at(call)
        for source in package_sources()
        if not MAY_OPEN_A_UNIT.fullmatch(source.name)
        for call in source.calls_of("commit", "begin")
    ]

    assert found == [], "the domain flushes at most; the adapter commits"


def test_only_transitions_changes_the_status_of_a_case() -> None:
    found = [
        place for source in package_sources() if source.name != MAY_CHANGE_A_STATUS for place in _status_changes(source)
    ]

    assert found == [], "call cases.transitions.move(): it writes the event and the due dates with the status"


def test_nothing_is_imported_inside_a_function() -> None:
    found = [
        source.at(inner)
        for source in package_sources()
        if source.name != MAY_IMPORT_LATE
        for function in ast.walk(source.tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(function)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]

    assert found == [], "extras are imported through core/optional.py; anything else at the top"


def test_our_own_code_is_never_patched() -> None:
    # Written apart, so that this file is not its own finding.
    forbidden = re.compile(r"""patch(\.object|\.dict)?\(\s*["']?""" + "grievance" + r"\.|" + "Magic" + "Mock")

    found = [source.name for source in python_sources() if forbidden.search(source.text)]

    assert found == [], "use the real thing, or a fake of a port that passes the port's contract test"


def test_only_the_clock_reads_the_clock() -> None:
    found = [
        source.at(call)
        for source in package_sources()
        if source.name != "grievance/core/clock.py"
        for call in source.calls_of("now", "utcnow", "today", "time")
        if isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Name)
        and (call.func.value.id, call.func.attr) in SYSTEM_CLOCK
    ]

    assert found == [], "take the instant as an argument; adapters get it from core.clock"


def test_only_settings_read_the_environment() -> None:
    allowed = re.compile(r"grievance/(core/config|core/log|app)\.py|grievance/cli/.*")
    found = [
        source.at(node)
        for source in package_sources()
        if not allowed.fullmatch(source.name)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Attribute)
        and node.attr in {"environ", "getenv"}
        and isinstance(node.value, ast.Name)
        and node.value.id == "os"
    ]

    assert found == [], "settings come from core.config, which checks them before anything starts"


def test_every_broad_except_is_at_an_edge() -> None:
    edge = re.compile(r"grievance/(sms|web|cli)/.*|grievance/app\.py")
    # Reading what somebody wrote into the database by hand can fail in any way, and gets one name there.
    named_there = ("grievance/core/db.py", "read_apart")
    found = [
        source.at(handler.type)
        for source in package_sources()
        if not edge.fullmatch(source.name)
        for place in source.tree.body
        if (source.name, getattr(place, "name", "")) != named_there
        for handler in ast.walk(place)
        if isinstance(handler, ast.ExceptHandler)
        and isinstance(handler.type, ast.Name)
        and handler.type.id in {"Exception", "BaseException"}
    ]

    assert found == [], "name what is anticipated; anything else is a bug and must be seen"


@pytest.mark.parametrize(
    ("code", "places"),
    [
        ("case.status = x", 1),
        ("self.case.status = x", 1),
        ("old_case.status: Status = x", 1),
        ("setattr(case, 'status', x)", 1),
        ("message.status = x", 0),
        ("read = case.status", 0),
    ],
    ids=["plain", "attribute", "annotated", "setattr", "a message's own status", "reading"],
)
def test_a_status_change_is_recognised(code: str, places: int) -> None:
    tree = ast.parse(code)

    assert len(list(_targets(tree))) == places


def _status_changes(source: Source) -> Iterator[str]:
    for target in _targets(source.tree):
        yield source.at(target)


def _targets(tree: ast.AST) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=targets):
                yield from (target for target in targets if _is_case_status(target))
            case ast.AnnAssign(target=target) | ast.AugAssign(target=target) if _is_case_status(target):
                yield target
            case ast.Call(func=ast.Name(id="setattr"), args=[holder, ast.Constant(value="status"), *_]) if _is_case(
                holder
            ):
                yield holder


def _is_case_status(target: ast.expr) -> bool:
    return isinstance(target, ast.Attribute) and target.attr == "status" and _is_case(target.value)


def _is_case(holder: ast.expr) -> bool:
    name = holder.id if isinstance(holder, ast.Name) else holder.attr if isinstance(holder, ast.Attribute) else ""
    return bool(CASE_NAMES.fullmatch(name))
