"""Bars that lie: one number a line, a number in its parts, and a share with how sure it is. All begin at zero."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from grievance.publishing.charts import COPPER, EDGE, INK_2, PATINA, RULE, Titles, drawing, hatching, label

LONGEST = 78.0
"""Percent of the width of the longest bar: its number stands beside it."""
THICK = 20
GAP = 16
"""Pixels between a bar and the label of the next."""
LONGEST_SPLIT = 64.0
"""The same of a bar in parts, beside which stands "61 of 64"."""
SCALE = 90.0
"""Percent of the width that stands for a hundred of every hundred."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One line: its name, its number, how the number is written; hatched where it is not one thing but several."""

    name: str
    number: float
    said: str
    is_hatched: bool = False


@dataclass(frozen=True, slots=True)
class Split:
    """A number in up to three parts (full, lighter, hatched), with what stands at its end."""

    name: str
    numbers: tuple[int, ...]
    said: str


@dataclass(frozen=True, slots=True)
class Sureness:
    """A share with its interval and what it could be if everybody who was silent were of one mind."""

    name: str
    share: float
    low: float
    high: float
    worst: float
    best: float


def bars_chart(bars: Sequence[Bar], titles: Titles) -> Markup:
    """Draw a bar a line, in the order given."""
    most = max([bar.number for bar in bars if bar.number > 0], default=1)
    parts, top = [hatching(titles.id) if any(bar.is_hatched for bar in bars) else ""], 0
    for bar in bars:
        words, top = label(bar.name, top)
        end = LONGEST * bar.number / most
        parts += [words, _piece(0.0, end, top, 2 if bar.is_hatched else 0, titles.id), _end(end, top, bar.said)]
        top += THICK + GAP
    return _lying(titles, parts, top - GAP)


def split_chart(rows: Sequence[Split], titles: Titles) -> Markup:
    """Draw numbers in their parts, one a line; all lines have one scale."""
    most = max([sum(row.numbers) for row in rows if any(row.numbers)], default=1)
    parts, top = [hatching(titles.id)], 0
    for row in rows:
        words, top = label(row.name, top)
        parts.append(words)
        end = 0.0
        for kind, number in enumerate(row.numbers):
            width = LONGEST_SPLIT * number / most
            parts.append(_piece(end, width, top, kind, titles.id) if number else "")
            end += width
        parts.append(_end(end, top, row.said))
        top += THICK + GAP
    return _lying(titles, parts, top - GAP)


def sureness_chart(rows: Sequence[Sureness], titles: Titles, *, nobody: str, everybody: str) -> Markup:
    """Draw each share on a line from none to all: thin what is possible, thick what is likely, a dot for the share."""
    parts, top = [], 0
    for row in rows:
        words, top = label(row.name, top)
        parts += [words, _sureness(row, top + 14)]
        top += 28 + GAP
    parts.append(
        f'<text class="t2" x="0" y="{top + 6}" font-size="14" fill="{INK_2}">{escape(nobody)}</text>'
        f'<text class="t2" x="{SCALE}%" y="{top + 6}" text-anchor="end" font-size="14" fill="{INK_2}">'
        f"{escape(everybody)}</text>"
    )
    return drawing(titles, f'width="100%" height="{top + 12}" font-size="16"', parts)


def _piece(begins: float, width: float, top: int, kind: int, id_: str) -> str:
    place = f'x="{begins:.2f}%" y="{top + 4}" width="{width:.2f}%" height="{THICK}"'
    if kind == 0:
        return f'<rect class="c1" {place} fill="{COPPER}"/>'
    if kind == 1:
        return f'<rect class="c2" {place} fill="{PATINA}"/>'
    return f'<rect class="s3" {place} fill="url(#{id_}-h)" stroke="{EDGE}"/>'


def _end(end: float, top: int, said: str) -> str:
    """Return the number at the end of a bar, and the line from which all bars begin."""
    return (
        f'<text x="{end:.2f}%" dx="8" y="{top + 20}" font-weight="700">{escape(said)}</text>'
        f'<line x1="1" y1="{top + 2}" x2="1" y2="{top + THICK + 6}" stroke="currentColor" stroke-width="2"/>'
    )


def _sureness(row: Sureness, y: int) -> str:
    worst, best, low, high, share = (
        f"{SCALE * value:.2f}%" for value in (row.worst, row.best, row.low, row.high, row.share)
    )
    return (
        f'<line class="sl" x1="0" y1="{y}" x2="{SCALE}%" y2="{y}" stroke="{RULE}"/>'
        f'<line x1="0" y1="{y - 8}" x2="0" y2="{y + 8}" stroke="currentColor" stroke-width="2"/>'
        f'<line class="s3" x1="{worst}" y1="{y}" x2="{best}" y2="{y}" stroke="{EDGE}" stroke-width="3"/>'
        f'<line class="s1" x1="{low}" y1="{y}" x2="{high}" y2="{y}" stroke="{COPPER}" stroke-width="10"/>'
        f'<circle class="c0" cx="{share}" cy="{y}" r="7" fill="#ffffff" stroke="currentColor" stroke-width="3"/>'
    )


def _lying(titles: Titles, parts: Sequence[str], height: int) -> Markup:
    return drawing(titles, f'width="100%" height="{height + 10}" font-size="16"', parts)
