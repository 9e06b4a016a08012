"""Share things out between columns of about the same height, in reading order. Pure.

The columns of CSS would do it too, but are tried out at many heights: five seconds for a sheet of charts, a tenth of
one with the columns given.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, combinations_with_replacement, pairwise
from typing import TypeVar

T = TypeVar("T")


def balanced(things: Sequence[T], heights: Sequence[float], columns: int) -> list[list[T]]:
    """Return the things in so many columns, so that the highest is as low, and all are as even, as can be.

    For some dozen things: every way of cutting is looked at.
    """
    sums = [0.0, *accumulate(heights)]
    ends = range(len(things) + 1)

    def unevenness(cuts: tuple[int, ...]) -> tuple[float, float, tuple[int, ...]]:
        edges = (0, *cuts, len(things))
        reached = [sums[end] - sums[begin] for begin, end in pairwise(edges)]
        # Of equals, the one whose first columns are fuller.
        return round(max(reached), 3), round(sum(height * height for height in reached), 3), tuple(-cut for cut in cuts)

    best = min(combinations_with_replacement(ends, columns - 1), key=unevenness)
    edges = (0, *best, len(things))
    return [list(things[begin:end]) for begin, end in pairwise(edges)]


def spread(things: Sequence[T], heights: Sequence[float], columns: int) -> list[list[T]]:
    """Return things that stand for themselves in so many columns: each below the lowest pile, read across."""
    piles: list[list[T]] = [[] for _ in range(columns)]
    reached = [0.0] * columns
    for thing, height in zip(things, heights, strict=True):
        lowest = reached.index(min(reached))
        piles[lowest].append(thing)
        reached[lowest] += height
    return piles


def lines(words: str, letters_a_line: float) -> int:
    """Return about how many lines some words take."""
    return sum(max(1, -int(-len(line) // letters_a_line)) for line in words.split("\n")) if words else 0
