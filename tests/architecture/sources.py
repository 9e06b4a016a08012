"""What the architecture tests read: every source file of the repository, parsed once."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
PACKAGE = TOP / "grievance"


@dataclass(frozen=True)
class Source:
    """One Python file, named by its path from the top of the repository."""

    path: Path

    @property
    def name(self) -> str:
        """Path from the top of the repository, with slashes."""
        return self.path.relative_to(TOP).as_posix()

    @cached_property
    def text(self) -> str:
        """The whole file."""
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        """The file, parsed."""
        return ast.parse(self.text, self.name)

    def calls_of(self, *attributes: str) -> Iterator[ast.Call]:
        """Find calls of the form `something.<attribute>(…)`."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in attributes:
                yield node

    def at(self, node: ast.stmt | ast.expr) -> str:
        """Name a place the way an editor opens it."""
        return f"{self.name}:{node.lineno}"


def package_sources() -> list[Source]:
    """Read every module of the package."""
    return [Source(path) for path in sorted(PACKAGE.rglob("*.py"))]


def python_sources() -> list[Source]:
    """Read every Python file of the repository."""
    return [Source(path) for path in repository_files() if path.suffix == ".py"]


def repository_files() -> list[Path]:
    """List every file that is, or is about to be, in the repository: what git knows or does not ignore."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=TOP,
        check=True,
        capture_output=True,
    ).stdout.decode()
    return sorted(path for name in listed.split("\0") if name and (path := TOP / name).is_file())
