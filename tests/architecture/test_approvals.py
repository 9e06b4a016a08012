"""Everything that needs a second person stands in the table that is tried with one person who holds every duty.

Found in the code, not remembered: a rule that forbids somebody what he or she did, or is, compares who acts with somebody.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final

from tests.architecture.sources import PACKAGE
from tests.domain.test_second_person import NEEDED

ROOMS: Final = (
    *("accounts", "cases", "complainants", "desk", "dialogue", "messaging", "metrics", "privacy", "publishing"),
    *("referrals", "registers", "rounds", "sites"),
)

ELSEWHERE: Final = {
    # Its table, with authors of every kind, is in tests/web/test_figures_approval.py.
    "publishing/approval._require_second_person",
    # Who stopped the texts, the person or the carrier: nobody of the staff.
    "messaging/threads.stop",
}


def compares_who_acts() -> Iterator[str]:
    """Yield each function of the domain that compares `by`, as room, module and name."""
    for room in ROOMS:
        for path in sorted((PACKAGE / room).rglob("*.py")):
            for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(function, ast.FunctionDef) and any(map(is_rule, ast.walk(function))):
                    yield f"{path.relative_to(PACKAGE).with_suffix('').as_posix()}.{function.name}"


def is_rule(node: ast.AST) -> bool:
    same = (ast.Eq, ast.NotEq, ast.In, ast.NotIn)
    if not isinstance(node, ast.Compare) or not any(isinstance(op, same) for op in node.ops):
        return False
    return any(is_who_acts(side) for side in (node.left, *node.comparators))


def is_who_acts(node: ast.expr) -> bool:
    """Return whether an expression is `by`, `by.staff` or `by.staff_id`."""
    if isinstance(node, ast.Attribute) and node.attr in {"staff", "staff_id"}:
        node = node.value
    return isinstance(node, ast.Name) and node.id == "by"


def test_every_rule_about_a_second_person_is_tried_with_somebody_who_holds_every_duty() -> None:
    assert set(compares_who_acts()) == {row.rule for row in NEEDED.values()} | ELSEWHERE
