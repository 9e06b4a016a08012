"""Which cells of a table about people may be printed: one total, broken down over one dimension. Pure.

A table passes only if every hidden cell keeps at least four possible values for a reader who knows the total, every
figure shown, every zero, the number of cells, and this very program. The usual rules (hide 1 to 4, hide a second cell,
hide until the hidden sum to 5) do not give that: {1, 1, 1, 1, 1, 30} and {4, 4, 4, 5} obey them and reveal every cell.
They are only where the search below begins. Not for rates of answers, nor for tables over two dimensions.

The hidden cells are always the `h` smallest that are not zero, equal ones in the alphabetical order of their codes.
`h` grows until the table has a *certificate*: four values found in vectors whose hidden parts add up to the same sum,
are all smaller than the smallest figure shown, and at which the same program stops at the same `h`. Every arrangement
of such parts over the hidden cells prints exactly this table, so each hidden cell may hold each of those values. What
the program does on other vectors is asked of the program itself, always for fewer cells, so the definition is sound.
Proved by exhaustion in tests/unit/test_disclosure.py; reasons and limits in docs/decisions/0010-disclosure-gate.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

# Counts of people from 1 to 4 are not printed (k = 5).
SMALLEST_SHOWN: Final = 5
# A hidden cell keeps at least so many possible values.
POSSIBLE_VALUES: Final = 4
# Beyond so many hidden cells, and so many tries for the largest of them, the search for a certificate gives up and one
# more cell is hidden. Without these, dozens of nearly equal cells take minutes; with them the work does not grow with
# the total. Giving up depends on nothing but the numbers asked about: a reader's program gives up at the same places.
# Of 4,200 made-up tables of 20 to 1,000 cases, 3 hide one cell more for it.
LARGEST_SEARCHED: Final = 12
VALUES_TRIED: Final = 8

_ENOUGH: Final = frozenset(range(1, POSSIBLE_VALUES + 1))


class NotACount(ValueError):
    """A cell holds less than nothing."""


class TableState(StrEnum):
    """How much of a table is printed."""

    WHOLE = "whole"  # every cell
    PART = "part"  # some cells hidden, the zeros shown
    TOTAL_ONLY = "total_only"  # every cell hidden, the zeros too
    WITHHELD = "withheld"  # nothing is said of the cells, whatever they hold: decided by total and number of cells


@dataclass(frozen=True, slots=True)
class Disclosed:
    """A table as it is printed: `cells` by code in the order they were given; None is hidden."""

    state: TableState
    total: int
    cells: Mapping[str, int | None]


def disclose(counts: Mapping[str, int]) -> Disclosed:
    """Return the table that may be printed of these counts by code, the zeros among them.

    The order of `counts` is kept but decides nothing, so that a table read back from sorted JSON is the same table.

    >>> disclose({"mine": 23, "plant": 11, "port": 3, "camp": 7}).cells
    {'mine': 23, 'plant': 11, 'port': None, 'camp': None}
    >>> disclose({"a": 4, "b": 4, "c": 4, "d": 5, "e": 0}).cells
    {'a': None, 'b': None, 'c': None, 'd': None, 'e': 0}
    >>> disclose({"a": 3, "b": 0}).state
    <TableState.TOTAL_ONLY: 'total_only'>

    Raises:
        NotACount: a cell is negative.
    """
    if any(count < 0 for count in counts.values()):
        raise NotACount
    total = sum(counts.values())
    nothing: dict[str, int | None] = dict.fromkeys(counts)
    if is_withheld(len(counts), total):
        return Disclosed(TableState.WITHHELD, total, nothing)
    ranked = sorted((count, code) for code, count in counts.items() if count)
    hidden = _hidden_cells(tuple(count for count, _ in ranked))
    if not hidden:
        return Disclosed(TableState.WHOLE, total, dict(counts))
    if hidden == len(ranked) and hidden in _total_only(len(counts), total):
        return Disclosed(TableState.TOTAL_ONLY, total, nothing)
    unseen = {code for _, code in ranked[:hidden]}
    return Disclosed(
        TableState.PART, total, {code: None if code in unseen else count for code, count in counts.items()}
    )


def is_withheld(cells: int, total: int) -> bool:
    """Whether a table of so many cells and this total says nothing of its cells, whatever they hold.

    Totals of 1 and 2 leave a cell fewer than four values to begin with, and a single cell is its own total. Both
    numbers are public (the total is the volume of the quarter, M2), so that withholding tells nothing.
    """
    exposed = _exposed(cells, total)
    return bool(exposed) and _spare(cells, total) is None and len(_exposed_values(cells, total)) < POSSIBLE_VALUES


@lru_cache(maxsize=4096)
def _total_only(cells: int, total: int) -> frozenset[int]:
    """Return the numbers of cells that are not zero at which, when all of those are hidden, the zeros are hidden too.

    Where the tables that cannot be printed are too few to hide among one another ({1, 1, 3} and {1, 2, 2} are all there
    are with three cells and a total of 5), those with the most cells that could be printed join them.
    """
    exposed = _exposed(cells, total)
    if not exposed or len(_exposed_values(cells, total)) >= POSSIBLE_VALUES:
        return exposed
    spare = _spare(cells, total)
    return exposed if spare is None else exposed | {spare}


def _exposed(cells: int, total: int) -> frozenset[int]:
    """Return the numbers of cells not zero for which hiding all of them, with the zeros shown, leaves too few values.

    With `n` cells of 1 or more, `total - n` is left to spread. 3 or more give 1, 2, `total - n` and `total - n + 1` by
    {1, …, 1, rest} and {1, …, 1, 2, rest - 1}, which both hide everything. Less gives only 1 to `total - n + 1`.
    """
    return frozenset(
        filled
        for filled in range(1, min(cells, total) + 1)
        if (total < SMALLEST_SHOWN if filled == 1 else total - filled < POSSIBLE_VALUES - 1)
    )


def _exposed_values(cells: int, total: int) -> frozenset[int]:
    """Return the values that occur in the tables of `_exposed`."""
    values: set[int] = set()
    for filled in _exposed(cells, total):
        values |= {total} if filled == 1 else set(range(1, total - filled + 2))
        if filled < cells:
            values.add(0)
    return frozenset(values)


def _spare(cells: int, total: int) -> int | None:
    """Return the largest number of cells not zero that could be printed with every one of them hidden."""
    exposed = _exposed(cells, total)
    return max((filled for filled in range(2, min(cells, total) + 1) if filled not in exposed), default=None)


def _hidden_cells(ascending: tuple[int, ...]) -> int:
    """Return how many of the cells that are not zero are hidden, given their counts in ascending order."""
    if not ascending or ascending[0] >= SMALLEST_SHOWN:
        return 0
    hidden_sum = ascending[0]
    for hidden in range(2, len(ascending)):
        hidden_sum += ascending[hidden - 1]
        if _may_stop(hidden, hidden_sum, ascending[hidden]):
            return hidden
    return len(ascending)


def _may_stop(hidden: int, hidden_sum: int, smallest_shown: int) -> bool:
    """Whether the walk may stop here: the first guess holds, and there is a certificate for more than the first guess.

    The first guess: nothing of 1 to 4 is shown, two cells at least are hidden, and they sum to 5 at least.
    """
    if hidden < 2 or hidden_sum < SMALLEST_SHOWN or smallest_shown < SMALLEST_SHOWN:
        return False
    return len(_certified(hidden, hidden_sum, smallest_shown - 1)) >= POSSIBLE_VALUES


def _certified(hidden: int, hidden_sum: int, largest: int) -> frozenset[int]:
    """Return values, at least four if there are, of hidden parts up to `largest` at which the walk comes to `hidden`.

    `largest` is 4 or more, except for a single cell, where it is the cell before the next.
    """
    spread = hidden_sum - hidden
    if hidden == 1:
        return frozenset({hidden_sum} if hidden_sum < SMALLEST_SHOWN and hidden_sum <= largest else ())
    if spread < POSSIBLE_VALUES - 1:  # nothing but 1, 2 and 3: all are small, so the walk comes here at once
        return frozenset(range(1, spread + 2))
    # Either parts of 1 to 4 alone give all four values, or the largest is free: see `_exposed`.
    if hidden_sum <= (SMALLEST_SHOWN - 1) * hidden - 3 or largest > spread:
        return _ENOUGH
    return _searched(hidden, hidden_sum, largest)


@lru_cache(maxsize=65536)
def _searched(hidden: int, hidden_sum: int, largest: int) -> frozenset[int]:
    """Search by the largest part, from above; what lies below it is the same question with one cell fewer."""
    found: frozenset[int] = frozenset()
    if hidden > LARGEST_SEARCHED:
        return found
    # The smallest part is 4 at most, or nothing would be hidden.
    least = max(-(-hidden_sum // hidden), -(-(hidden_sum - SMALLEST_SHOWN + 1) // (hidden - 1)))
    for part in range(largest, max(least, largest - VALUES_TRIED + 1) - 1, -1):
        rest = hidden_sum - part
        below = _certified(hidden - 1, rest, part)
        if below and not _may_stop(hidden - 1, rest, part):
            found |= below | {part}
            if len(found) >= POSSIBLE_VALUES:
                break
    return found
