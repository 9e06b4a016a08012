"""A page read into a small tree, for tests that look for a form, a link or a heading. Not a validator: see html.py."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])


@dataclass
class Node:
    """An element: its tag, attributes and children (elements and texts, in order)."""

    tag: str
    attrs: dict[str, str] = field(default_factory=dict)
    children: list[Node | str] = field(default_factory=list)
    parent: Node | None = field(default=None, repr=False)

    def walk(self) -> Iterator[Node]:
        yield self
        for child in self.children:
            if isinstance(child, Node):
                yield from child.walk()

    def all(self, selector: str) -> list[Node]:
        """Find by "tag", "#id", ".class", "tag.class", "tag[name=value]", or several of these with spaces (inside)."""
        found = [self]
        for step in selector.split():
            found = [node for outer in found for node in outer.walk() if node is not outer and _fits(node, step)]
        return found

    def one(self, selector: str) -> Node:
        found = self.all(selector)
        assert len(found) == 1, f"{selector}: {len(found)} of them"
        return found[0]

    @property
    def text(self) -> str:
        """Everything written in it, with single spaces."""
        return " ".join("".join(self._texts()).split())

    def _texts(self) -> Iterator[str]:
        for child in self.children:
            if isinstance(child, str):
                yield child
            elif child.tag not in ("script", "style"):
                yield from child._texts()
                yield "" if child.tag in ("a", "b", "em", "strong", "small", "span", "abbr", "code") else " "

    def up(self, tag: str) -> Node | None:
        node = self.parent
        while node is not None and node.tag != tag:
            node = node.parent
        return node


def read(html: str) -> Node:
    """Read a page."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.top


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.top = Node("top")
        self.here = self.top

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs}, parent=self.here)
        self.here.children.append(node)
        if tag not in VOID:
            self.here = node

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.here.children.append(Node(tag, {name: value or "" for name, value in attrs}, parent=self.here))

    def handle_endtag(self, tag: str) -> None:
        node: Node | None = self.here
        while node is not None and node.tag != tag:
            node = node.parent
        if node is not None and node.parent is not None:
            self.here = node.parent

    def handle_data(self, data: str) -> None:
        self.here.children.append(data)


_STEP = re.compile(
    r"^(?P<tag>[\w-]+)?(?:#(?P<id>[\w-]+))?(?:\.(?P<cls>[\w-]+))?(?:\[(?P<name>[\w-]+)=(?P<value>[^\]]*)\])?$"
)


def _fits(node: Node, step: str) -> bool:
    match = _STEP.match(step)
    assert match, f"cannot read the selector {step!r}"
    wanted = match.groupdict()
    return (
        (wanted["tag"] is None or node.tag == wanted["tag"])
        and (wanted["id"] is None or node.attrs.get("id") == wanted["id"])
        and (wanted["cls"] is None or wanted["cls"] in node.attrs.get("class", "").split())
        and (wanted["name"] is None or node.attrs.get(wanted["name"]) == wanted["value"].strip("'\""))
    )
