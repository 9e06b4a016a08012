"""What can be wrong with a page without looking at it: structure, names, languages. Eyes and axe see the rest."""

from __future__ import annotations

from html.parser import HTMLParser
from itertools import pairwise

VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])
SVG_SHAPES = frozenset(["rect", "circle", "line", "path", "polyline", "polygon", "ellipse", "use"])
LABELLED = frozenset({"input", "select", "textarea"})
UNLABELLED_TYPES = frozenset({"hidden", "submit", "button", "image", "reset"})
REFERENCES = ("aria-describedby", "aria-labelledby", "aria-controls", "for")


def faults(html: str) -> list[str]:
    """Return what is wrong with a whole page, in the order in which it was found; an empty list when nothing is."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return [*reader.found, *reader.unclosed(), *reader.whole_page()]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.open: list[str] = []
        self.ids: list[str] = []
        self.wanted: list[tuple[str, str]] = []
        self.label_targets: set[str] = set()
        self.controls: list[tuple[str, str]] = []
        self.headings: list[int] = []
        self.lang = ""
        self.title = ""
        self.doctype = ""

    def handle_decl(self, decl: str) -> None:
        self.doctype = decl.lower()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if len(values) != len(attrs):
            self.found.append(f"<{tag}> says an attribute twice")
        if tag not in VOID and tag not in SVG_SHAPES:
            self.open.append(tag)
        self._note(tag, values)
        self._judge(tag, values)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self._note(tag, values)
        self._judge(tag, values)

    def handle_endtag(self, tag: str) -> None:
        if tag in SVG_SHAPES:
            return
        if not self.open or self.open[-1] != tag:
            self.found.append(f"</{tag}> closes <{self.open[-1] if self.open else 'nothing'}>")
        if tag in self.open:
            while self.open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "title" and "svg" not in self.open:
            self.title += data

    def unclosed(self) -> list[str]:
        return [f"<{tag}> is never closed" for tag in self.open]

    def whole_page(self) -> list[str]:
        wrong = [] if self.doctype == "doctype html" else ["no doctype"]
        if not self.lang:
            wrong.append("no language on <html>")
        if len(self.title.strip()) < 3:
            wrong.append("no title")
        wrong += [f"id {name} is used twice" for name in sorted({i for i in self.ids if self.ids.count(i) > 1})]
        wrong += [f"{why} points to #{name}, which is not there" for why, name in self.wanted if name not in self.ids]
        wrong += [f"<{tag} id={name!r}> has no label" for tag, name in self.controls if name not in self.label_targets]
        return wrong + self._heading_faults()

    def _heading_faults(self) -> list[str]:
        wrong = [] if self.headings.count(1) == 1 else [f"{self.headings.count(1)} h1"]
        # What stands before the h1 (an error summary) is a landmark of its own.
        after = self.headings[self.headings.index(1) :] if 1 in self.headings else []
        wrong += [f"h{low} follows h{high}" for high, low in pairwise(after) if low > high + 1]
        return wrong

    def _note(self, tag: str, values: dict[str, str]) -> None:
        if values.get("id"):
            self.ids.append(values["id"])
        if tag == "html":
            self.lang = values.get("lang", "")
        if tag == "label" and values.get("for"):
            self.label_targets.add(values["for"])
        if len(tag) == 2 and tag[0] == "h" and tag[1].isdigit():
            self.headings.append(int(tag[1]))
        for name in REFERENCES:
            self.wanted += [(f"{name} of <{tag}>", target) for target in values.get(name, "").split()]
        if tag == "a" and values.get("href", "").startswith("#"):
            self.wanted.append(("a link", values["href"][1:]))
        if tag in LABELLED and values.get("type") not in UNLABELLED_TYPES and not values.get("aria-label"):
            self.controls.append((tag, values.get("id", "")))

    def _judge(self, tag: str, values: dict[str, str]) -> None:
        if "style" in values or tag == "style":
            self.found.append(f"<{tag}> has an inline style")
        if tag == "script" and not values.get("src"):
            self.found.append("inline script")
        self.found += [f"<{tag}> has {name}" for name in values if name.startswith("on")]
        if tag == "img" and "alt" not in values:
            self.found.append("<img> without alt")
        if tag == "th" and values.get("scope") not in ("col", "row"):
            self.found.append("<th> without scope")
        if tag == "form" and not values.get("action"):
            self.found.append("<form> without action")
        if tag == "label" and "label" in self.open[:-1]:
            self.found.append("<label> inside <label>")
