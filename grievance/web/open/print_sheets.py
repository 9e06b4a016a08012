"""What stands on the two sheets of a printed summary: the sections in two columns, the drawings in two or three.

Fullest first; what is tried after it says less. Heights are estimates, good enough to make columns even: whether a
sheet holds them is found out by setting it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from flask_babel import gettext as _

from grievance.publishing.drafting_sections import Section
from grievance.publishing.drawings import Drawing, Listed
from grievance.web.open.pages import QuarterPage
from grievance.web.open.print_shortening import shortened
from grievance.web.open.sections import Block, BlockKind, Part, blocks
from grievance.web.print.charts_on_paper import on_paper
from grievance.web.print.columns import balanced, lines, spread

FRONTS: tuple[tuple[float, int | None], ...] = (
    *((points, None) for points in (11.4, 10.9, 10.4, 9.9, 9.4, 8.9)),
    *((8.9, words) for words in (120, 95, 75, 60, 48, 38, 28, 18, 10)),
)
"""Points of a letter and most words of a section: whole in smaller letters first, then shortened."""
FEW_PANELS = 5


@dataclass(frozen=True, slots=True)
class Manner:
    """How the second sheet is set: points of a letter, columns, and the window in pixels that its charts fill."""

    points: float
    columns: int
    window_pixels: int


ROOMY, EVERYTHING, TIGHT = Manner(8.8, 2, 420), Manner(8.6, 3, 320), Manner(8.0, 3, 350)
"""Letters of charts come out at 9.3, 8 and 7.4 points."""

FAR_TOO_HIGH_POINTS = 750.0
"""A column of the first sheet has room for some 590; an estimate so far beyond is not worth setting."""
HOW_WORDS, REASON_WORDS = 150, 60
"""Most words of how to complain, and of why a version was corrected; the page has them all."""

LEAST_ASKED_FOR = ("bands-chart", "open-chart", "sureness-chart", "ages-chart", "said", "decided", "quarters-chart")
"""In this order panels stay away from a sheet that is too small for all; then from the end."""

FRONT_COLUMN_POINTS = 245.0
BACK_COLUMN_POINTS = {2: 245.0, 3: 161.0}
EMS_A_LETTER = 0.47
"""Width of a letter in letters as high, on average over a text."""

_DRAWN = re.compile(r'viewBox="0 0 (\d+) (\d+)"(?: width="(\d+)")?')


@dataclass(frozen=True, slots=True)
class Panel:
    """A drawing or a small table of the second sheet."""

    id: str
    drawing: Drawing | None = None
    listed: Listed | None = None


@dataclass(frozen=True, slots=True)
class Front:
    """The first sheet: columns of sections; one that goes on in the next column has no name there."""

    points: float
    columns: Sequence[Sequence[Part]]
    is_shortened: bool


@dataclass(frozen=True, slots=True)
class Back:
    """The second sheet: its panels in columns, and how many are on the page alone."""

    points: float
    columns: Sequence[Sequence[Panel]]
    left_out: int


def how(shown: QuarterPage) -> Sequence[Block]:
    """Return how to complain, as the release says it; empty where it has no such section."""
    return [block for part in shown.parts if part.code == Section.HOW for block in shortened(part.blocks, HOW_WORDS)]


def reason(shown: QuarterPage) -> str:
    """Return why a version was corrected."""
    return " ".join(line for block in shortened(blocks(shown.reason), REASON_WORDS) for line in block.lines)


def fronts(shown: QuarterPage) -> Iterator[Front]:
    """Yield the first sheet, fullest first. What by far does not fit is left out, but never the first or the last."""
    whole = [part for part in shown.parts if part.code != Section.HOW] or _without_sections(shown)
    for place, (points, most_words) in enumerate(FRONTS):
        parts = whole
        if most_words is not None:
            parts = [replace(part, blocks=shortened(part.blocks, most_words)) for part in whole]
        columns, height = _in_columns(parts, points)
        if place in {0, len(FRONTS) - 1} or height < FAR_TOO_HIGH_POINTS:
            yield Front(points, columns, [part.blocks for part in parts] != [part.blocks for part in whole])


def backs(shown: QuarterPage) -> Iterator[Back]:
    """Yield the second sheet with all panels, then with one less each time, down to none."""
    every = _panels(shown)
    kept = [panel.id for panel in every]
    yield _back(every, kept, ROOMY if len(kept) <= FEW_PANELS else EVERYTHING)
    while kept:
        yield _back(every, kept, ROOMY if len(kept) <= FEW_PANELS else TIGHT)
        kept.remove(next((id_ for id_ in LEAST_ASKED_FOR if id_ in kept), kept[-1]))
    yield Back(TIGHT.points, [], len(every))


def _back(every: Sequence[Panel], kept: Sequence[str], manner: Manner) -> Back:
    panels = [_at_width(panel, manner.window_pixels) for panel in every if panel.id in kept]
    heights = [_height(panel, BACK_COLUMN_POINTS[manner.columns], manner.points) for panel in panels]
    return Back(manner.points, spread(panels, heights, manner.columns), len(every) - len(kept))


def _without_sections(shown: QuarterPage) -> list[Part]:
    """Return what a release of before there were sections says in words."""
    findings = [f"{drawing.finding}. {drawing.counted}" for drawing in shown.plain]
    notes = [Block(BlockKind.WORDS, (words,)) for words in shown.notes]
    parts = [Part("short", _("In short"), [Block(BlockKind.LIST, (*shown.beside, *findings))], [])]
    return [*parts, Part("notes", _("To understand these numbers"), notes, [])] if notes else parts


def _in_columns(parts: Sequence[Part], points: float) -> tuple[list[list[Part]], float]:
    """Share out sections between two columns by their paragraphs, and say how high these are."""
    pieces = [
        replace(part, name=part.name if place == 0 else "", blocks=[block])
        for part in parts
        for place, block in enumerate(part.blocks)
    ]
    heights = [_text_height(piece.blocks[0], points) + (2.6 * points if piece.name else 0.0) for piece in pieces]
    return [_joined(column) for column in balanced(pieces, heights, 2)], sum(heights) / 2


def _joined(pieces: Sequence[Part]) -> list[Part]:
    joined: list[Part] = []
    for piece in pieces:
        if joined and not piece.name:
            joined[-1] = replace(joined[-1], blocks=[*joined[-1].blocks, *piece.blocks])
        else:
            joined.append(piece)
    return joined


def _text_height(block: Block, points: float) -> float:
    narrower = 0.93 if block.kind is not BlockKind.WORDS else 1.0
    letters = FRONT_COLUMN_POINTS * narrower / (EMS_A_LETTER * points)
    return sum(lines(line, letters) for line in block.lines) * 1.38 * points + 0.35 * points


def _panels(shown: QuarterPage) -> list[Panel]:
    beside_words = [drawing for part in shown.parts for drawing in part.drawings]
    drawings = [drawing for drawing in (*beside_words, *shown.drawings) if drawing.svg]
    account = Panel("account", listed=shown.account)
    tables = [Panel("decided", listed=shown.decided), Panel("said", listed=shown.said)]
    return [account, *(Panel(drawing.id, drawing=drawing) for drawing in drawings), *tables]


def _at_width(panel: Panel, width_pixels: int) -> Panel:
    return replace(panel, drawing=on_paper(panel.drawing, width_pixels=width_pixels)) if panel.drawing else panel


def _height(panel: Panel, width: float, points: float) -> float:
    letters = width / (EMS_A_LETTER * points)
    if panel.listed is not None:
        return 6.2 * points + 1.75 * points * len(panel.listed.rows) + 9.2 * lines(panel.listed.note, letters * 1.2)
    drawing = panel.drawing
    if drawing is None:
        return 0.0
    words = 1.38 * points * lines(drawing.finding, letters * 0.86) + 1.22 * points * lines(drawing.counted, letters)
    small = 9.2 * lines(drawing.source, letters * 1.2) + (
        11.0 * lines(" ".join(name for _, name in drawing.key), letters * 0.75)
    )
    return 30.0 + words + small + _drawn_height(str(drawing.svg), width)


def _drawn_height(svg: str, width: float) -> float:
    found = _DRAWN.search(svg)
    if found is None:
        return 0.0
    wide = min(width, int(found[3]) * 0.75) if found[3] else width
    return wide * int(found[2]) / int(found[1])
