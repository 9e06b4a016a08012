"""A module is one idea, a function one thought: what grows past the limit is split, or listed here with a reason."""

from __future__ import annotations

import ast

from tests.architecture.sources import Source, package_sources

MODULE_LINES = 400
FUNCTION_LINES = 40

LONG_MODULES: dict[str, str] = {
    "grievance/publishing/recompute.py": "one file that strangers download, read and run by itself",
}
"""Path to the reason why it stays whole."""

LONG_FUNCTIONS: dict[str, str] = {}
"""`path:qualified name` to the reason why it stays whole."""


def test_modules_stay_readable() -> None:
    found = {source.name: len(source.text.splitlines()) for source in package_sources()}
    too_long = {name: lines for name, lines in found.items() if lines > MODULE_LINES}

    assert too_long.keys() - LONG_MODULES.keys() == set(), too_long


def test_functions_stay_readable() -> None:
    too_long = {place: lines for place, lines in _function_lines().items() if lines > FUNCTION_LINES}

    assert too_long.keys() - LONG_FUNCTIONS.keys() == set(), too_long


def test_no_exception_outlives_its_reason() -> None:
    modules = {source.name: len(source.text.splitlines()) for source in package_sources()}
    functions = _function_lines()

    stale = [name for name in LONG_MODULES if modules.get(name, 0) <= MODULE_LINES]
    stale += [name for name in LONG_FUNCTIONS if functions.get(name, 0) <= FUNCTION_LINES]

    assert stale == []


def _function_lines() -> dict[str, int]:
    return {f"{source.name}:{name}": lines for source in package_sources() for name, lines in _measured(source)}


def _measured(source: Source) -> list[tuple[str, int]]:
    found: list[tuple[str, int]] = []

    def visit(node: ast.AST, outer: str) -> None:
        for child in ast.iter_child_nodes(node):
            name = outer
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                name = f"{outer}.{child.name}".lstrip(".")
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
                found.append((name, _lines_of_code(child)))
            visit(child, name)

    visit(source.tree, "")
    return found


def _lines_of_code(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count from `def` to the end, without the docstring: explaining more must not cost room."""
    lines = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        lines -= (first.end_lineno or first.lineno) - first.lineno + 1
    return lines
