"""What a stranger can work out from the tables about people that were printed: run before each release. Pure.

It starts from the printed form alone: totals, states, cells, and sums printed elsewhere. Candidates are built from
integer constraints, and one counts only if `disclose`, which the stranger can run too, prints exactly these tables of
it. Two versions of a quarter are taken as two views of the same counts: somebody who sees one cell in either knows it.
A cell is weak unless enough values were *seen* to be possible, so a search cut short errs towards stopping a release.
Not for deciding what to hide: that is `disclosure`, which this module must be able to contradict.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice, product
from typing import Final, NamedTuple

from grievance.metrics.disclosure import POSSIBLE_VALUES, SMALLEST_SHOWN, Disclosed, TableState, disclose

# Vectors tried before the search gives up on a table: about a second. Honest tables need a few dozen.
VECTORS_TRIED: Final = 20_000


@dataclass(frozen=True, slots=True)
class PublishedTable:
    """One table of one released version of a quarter, with what other figures of the site say about its cells.

    `known`: sums of cells that are printed elsewhere (M12 prints the cases of both kinds of workers together).
    `at_least`: sums below which the cells cannot lie (receipts sent by text are no more than the cases by text).
    """

    id: str
    quarter: str
    version: int
    disclosed: Disclosed
    known: Mapping[frozenset[str], int] = field(default_factory=dict)
    at_least: Mapping[frozenset[str], int] = field(default_factory=dict)


class WeakCell(NamedTuple):
    """A cell that can have only so many values. 0: the program prints such tables of no counts at all."""

    table: str
    quarter: str
    version: int
    code: str
    values: int


class _Sum(NamedTuple):
    """Some cells add up to a number between two, both included."""

    codes: frozenset[str]
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class _Puzzle:
    """What is left to guess: `groups` are cells that no sum tells apart; `low` and `high` bound each hidden cell."""

    tables: tuple[Disclosed, ...]
    shown: Mapping[str, int]
    groups: tuple[tuple[str, ...], ...]
    sums: tuple[_Sum, ...]
    low: Mapping[str, int]
    high: Mapping[str, int]


def weak_cells(tables: Sequence[PublishedTable]) -> list[WeakCell]:
    """Return the cells of one site's tables that can be worked out or nearly so, by table, quarter and code.

    `tables`: everything released, and what is about to be. The version named is the last one that says anything. A
    version that differs from the one before is weak where it differs: the difference is what a few people did.
    """
    versions: defaultdict[tuple[str, str], list[PublishedTable]] = defaultdict(list)
    for table in sorted(tables, key=lambda table: table.version):
        versions[table.id, table.quarter].append(table)
    return [weak for key in sorted(versions) for weak in _weak_in_quarter(versions[key])]


def possible_values(
    *tables: Disclosed,
    known: Mapping[frozenset[str], int] | None = None,
    at_least: Mapping[frozenset[str], int] | None = None,
) -> dict[str, int]:
    """Return how many values, counted up to four, each hidden cell can have if these tables print the same counts.

    A cell that one table hides and another shows has one. All have 0 when no counts would be printed like this.
    """
    return _solve(tables, (*_known(known or {}), *_at_least(at_least or {})))


def _known(sums: Mapping[frozenset[str], int]) -> Iterator[_Sum]:
    return (_Sum(codes, total, total) for codes, total in sums.items())


def _at_least(sums: Mapping[frozenset[str], int]) -> Iterator[_Sum]:
    # No table has so many people; the total bounds the cells from above anyway.
    return (_Sum(codes, low, 10**9) for codes, low in sums.items())


def _weak_in_quarter(versions: Sequence[PublishedTable]) -> list[WeakCell]:
    """Return the weak cells of one table of one quarter, given its versions in order."""
    # A later version that says nothing leaves what was said; withheld alone, its total is all there is.
    speaking = [table for table in versions if not _is_silent(table.disclosed)] or list(versions[:1])
    # A table carried over unchanged is one table.
    printed = [
        table.disclosed
        for place, table in enumerate(speaking)
        if all(table.disclosed != earlier.disclosed for earlier in speaking[:place])
    ]
    sums = [fact for table in versions for fact in (*_known(table.known), *_at_least(table.at_least))]
    values = _solve(printed, sums)
    needed = _needed(printed[0])
    weak = {code: found for code, found in values.items() if found < needed}
    for other in [table.disclosed for table in versions[: versions.index(speaking[0])]] + printed[1:]:
        for code in _differences(other, printed[0]):
            weak[code] = min(values.get(code, 1), 1)
    for code in {*_contradicted(printed[0], sums), *_bare(printed)}:
        weak.setdefault(code, 1)
    last = speaking[-1]
    return [WeakCell(last.id, last.quarter, last.version, code, weak[code]) for code in sorted(weak)]


def _is_silent(table: Disclosed) -> bool:
    return table.state is TableState.WITHHELD and all(cell is None for cell in table.cells.values())


def _bare(printed: Iterable[Disclosed]) -> set[str]:
    """Return the codes that tables without a hidden cell should have hidden."""
    return {
        code
        for table in printed
        for counts in [{code: cell for code, cell in table.cells.items() if cell is not None}]
        if counts.keys() == table.cells.keys()
        for code, cell in disclose(counts).cells.items()
        if cell is None or sum(counts.values()) != table.total
    }


def _needed(table: Disclosed) -> int:
    """Return how many values a hidden cell must keep: four, or as many as the total alone leaves if it says nothing."""
    if not _is_silent(table):
        return POSSIBLE_VALUES
    return 1 if len(table.cells) == 1 else min(POSSIBLE_VALUES, table.total + 1)


def _differences(one: Disclosed, other: Disclosed) -> set[str]:
    """Return the codes whose cells two versions print differently. A total that moved concerns every cell."""
    moved = one.total != other.total and not _is_silent(one) and not _is_silent(other)
    return {
        code
        for code in {*one.cells, *other.cells}
        if moved or code not in one.cells or code not in other.cells or one.cells[code] != other.cells[code]
    }


def _contradicted(table: Disclosed, sums: Iterable[_Sum]) -> set[str]:
    """Return the codes of a printed sum that is not that of the cells shown: it tells what was counted in between."""
    contradicted: set[str] = set()
    for codes, low, high in sums:
        cells = [table.cells.get(code, 0) for code in codes]
        shown = sum(cell for cell in cells if cell is not None)
        if low == high and None not in cells and shown != low:
            contradicted |= codes & table.cells.keys()
    return contradicted


def _solve(tables: Sequence[Disclosed], sums: Sequence[_Sum]) -> dict[str, int]:
    """Return the number of values found possible for each cell that some table hides."""
    hidden = {code for table in tables for code, cell in table.cells.items() if cell is None}
    puzzle = _puzzle(tables, sums)
    if puzzle is None:
        return dict.fromkeys(sorted(hidden), 0)
    found: dict[str, set[int]] = {code: set() for group in puzzle.groups for code in group}
    tried = 0
    for parts, are_alike in _candidates(puzzle):
        tried += 1
        for vector in _arrangements(puzzle, parts, found):
            tried += 1
            if all(_prints({**puzzle.shown, **vector}, table) for table in puzzle.tables):
                for code, value in vector.items():
                    found[code].add(value)
            elif are_alike:
                break
        if tried > VECTORS_TRIED or all(len(values) >= POSSIBLE_VALUES for values in found.values()):
            break
    return {code: min(len(found[code]), POSSIBLE_VALUES) if code in found else 1 for code in sorted(hidden)}


def _prints(counts: Mapping[str, int], table: Disclosed) -> bool:
    """Whether the program prints this table of these counts. A table that is silent is printed of anything."""
    made = disclose(counts)
    return _is_silent(table) or (made.state is table.state and dict(made.cells) == dict(table.cells))


def _puzzle(tables: Sequence[Disclosed], sums: Sequence[_Sum]) -> _Puzzle | None:
    """Return what is left to guess, or None if the tables cannot be views of the same counts."""
    codes, total = tables[0].cells.keys(), tables[0].total
    if any(table.cells.keys() != codes or table.total != total for table in tables):
        return None
    shown: dict[str, int] = {}
    low, high = dict.fromkeys(codes, 0), dict.fromkeys(codes, total)
    for table in tables:
        least = min((cell for cell in table.cells.values() if cell), default=total)
        for code, cell in table.cells.items():
            if cell is not None and shown.setdefault(code, cell) != cell:
                return None
            if cell is None and table.state is TableState.PART:  # zeros are shown, and the smallest are hidden
                low[code], high[code] = 1, min(high[code], least)
    free = sorted(codes - shown.keys())
    left = [_without_shown(fact, shown, free) for fact in (_Sum(frozenset(codes), total, total), *sums)]
    facts = tuple(fact for fact in left if fact.codes)
    if left[0].low < 0 or (not free and left[0].low):
        return None
    groups: defaultdict[tuple[bool, ...], list[str]] = defaultdict(list)
    for code in free:
        groups[tuple(code in fact.codes for fact in facts)].append(code)
    return _Puzzle(tuple(tables), shown, tuple(tuple(group) for group in groups.values()), facts, low, high)


def _without_shown(fact: _Sum, shown: Mapping[str, int], free: Sequence[str]) -> _Sum:
    taken = sum(shown.get(code, 0) for code in fact.codes)
    return _Sum(fact.codes.intersection(free), fact.low - taken, fact.high - taken)


def _candidates(puzzle: _Puzzle) -> Iterator[tuple[tuple[tuple[int, ...], ...], bool]]:
    """Yield the ways of filling each group, parts in ascending order, and whether all arrangements print alike.

    They do when every hidden part is smaller than every figure shown; where one equals it, the codes decide.
    """
    clear = {code: high - 1 if high < puzzle.tables[0].total else high for code, high in puzzle.high.items()}
    for below in (replace(puzzle, high=clear), puzzle):
        yield from ((parts, below is not puzzle) for parts in _from_both_ends(below))


def _from_both_ends(puzzle: _Puzzle) -> Iterator[tuple[tuple[int, ...], ...]]:
    """Yield fillings in turn from all sums of the groups, and from both ends of each.

    The vectors that print a table lie at either end: nearly equal parts, or ones beside one large part.
    """
    # Something below 5 is among the hidden cells of a table shown in part, or it would be whole.
    lone = len(puzzle.groups) == 1 and any(table.state is TableState.PART for table in puzzle.tables)
    start_below = SMALLEST_SHOWN if lone else puzzle.tables[0].total + 1
    running = [
        _fillings(puzzle, totals, start)
        for totals in islice(_group_totals(puzzle, ()), VECTORS_TRIED)
        for start in ((start_below, 1), (start_below, -1))
    ]
    while running:
        still = []
        for filling in running:
            parts = next(filling, None)
            if parts is not None:
                still.append(filling)
                yield parts
        running = still


def _fillings(
    puzzle: _Puzzle, totals: tuple[int, ...], start: tuple[int, int], chosen: tuple[tuple[int, ...], ...] = ()
) -> Iterator[tuple[tuple[int, ...], ...]]:
    """Yield the parts of every group, each adding up to its total. `product` would make all of them first."""
    if len(chosen) == len(totals):
        yield chosen
        return
    group, total = puzzle.groups[len(chosen)], totals[len(chosen)]
    low, high = puzzle.low[group[0]], min(puzzle.high[code] for code in group)
    for filling in _partitions(total, len(group), low, high, start):
        yield from _fillings(puzzle, totals, start, (*chosen, filling))


def _group_totals(puzzle: _Puzzle, chosen: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """Yield the sums of the groups that satisfy every known sum, in ascending order."""
    if len(chosen) == len(puzzle.groups):
        yield chosen
        return
    bounds = [(total, total) for total in chosen]
    bounds += [
        (sum(puzzle.low[code] for code in group), sum(puzzle.high[code] for code in group))
        for group in puzzle.groups[len(chosen) :]
    ]
    this = puzzle.groups[len(chosen)]
    low, high = bounds[len(chosen)]
    for fact in puzzle.sums:
        if this[0] in fact.codes:
            others = [
                bound
                for bound, group in zip(bounds, puzzle.groups, strict=True)
                if group is not this and group[0] in fact.codes
            ]
            low = max(low, fact.low - sum(most for _, most in others))
            high = min(high, fact.high - sum(least for least, _ in others))
    for total in range(low, high + 1):
        yield from _group_totals(puzzle, (*chosen, total))


def _partitions(total: int, parts: int, low: int, high: int, start: tuple[int, int]) -> Iterator[tuple[int, ...]]:
    """Yield ascending parts between `low` and `high` with this total.

    `start`: what the smallest part lies below, and 1 to begin with the smallest possible, -1 with the largest.
    """

    def choices(rest: int, left: int, least: int, below: int) -> Iterator[int]:
        possible = range(max(least, rest - high * (left - 1)), min(rest // left, high, below - 1) + 1)
        return iter(possible[:: start[1]])

    chosen: list[int] = []
    rest = total
    open_choices = [choices(total, parts, low, start[0])]
    while open_choices:
        part = next(open_choices[-1], None)
        if part is None:
            open_choices.pop()
            rest += chosen.pop() if chosen else 0
        elif len(chosen) == parts - 1:
            yield (*chosen, part)
        else:
            chosen.append(part)
            rest -= part
            open_choices.append(choices(rest, parts - len(chosen), part, total + 1))


def _arrangements(
    puzzle: _Puzzle, parts: tuple[tuple[int, ...], ...], found: Mapping[str, set[int]]
) -> Iterator[dict[str, int]]:
    """Yield placements of the parts that would give some cell a value not seen in it yet."""
    usual = {
        code: part
        for group, filling in zip(puzzle.groups, parts, strict=True)
        for code, part in zip(group, filling, strict=True)
    }
    for group, filling in zip(puzzle.groups, parts, strict=True):
        for code, value in product(group, sorted(set(filling))):
            if value not in found[code] and len(found[code]) < POSSIBLE_VALUES:
                others = list(filling)
                others.remove(value)
                rest = zip((other for other in group if other != code), others, strict=True)
                yield {**usual, **dict(rest), code: value}
