"""The gate of the tables about people: every hidden cell keeps four values for a reader who knows the program.

The proofs do not look at how the certificate is found. They run the program on every table of a size, put those that
print alike together, and look at what a hidden cell holds in them: that is all a reader can do.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import permutations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from grievance.metrics.disclosure import Disclosed, NotACount, TableState, disclose, is_withheld

# Number of cells and the largest total of which every table is tried: some 500,000 tables.
EXHAUSTED = [(1, 40), (2, 80), (3, 60), (4, 34), (5, 24), (6, 18), (7, 12), (8, 10)]

Printed = tuple[TableState, tuple[int | None, ...]]


def vectors(cells: int, total: int) -> Iterator[tuple[int, ...]]:
    if cells == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for rest in vectors(cells - 1, total - first):
            yield (first, *rest)


def named(vector: tuple[int, ...]) -> dict[str, int]:
    return {f"c{place:03}": count for place, count in enumerate(vector)}


def first_guess(counts: Mapping[str, int]) -> Disclosed:
    """Hide 1 to 4, a second cell, and until the hidden sum to 5: the rule that is not enough."""
    ranked = sorted((count, code) for code, count in counts.items() if count)
    hidden = sum(1 for count, _ in ranked if count < 5)
    while 0 < hidden < len(ranked) and (hidden == 1 or sum(count for count, _ in ranked[:hidden]) < 5):
        hidden += 1
    unseen = {code for _, code in ranked[:hidden]}
    return Disclosed(
        TableState.PART if unseen else TableState.WHOLE,
        sum(counts.values()),
        {code: None if code in unseen else count for code, count in counts.items()},
    )


def exposed(publisher: Callable[[Mapping[str, int]], Disclosed], cells: int, total: int) -> list[Printed]:
    """Return the tables that leave some hidden cell fewer than four values, found by printing every table there is."""
    alike: defaultdict[Printed, list[set[int]]] = defaultdict(lambda: [set() for _ in range(cells)])
    for vector in vectors(cells, total):
        printed = publisher(named(vector))
        for held, count in zip(alike[printed.state, tuple(printed.cells.values())], vector, strict=True):
            held.add(count)
    return [
        printed
        for printed, held in alike.items()
        if printed[0] is not TableState.WITHHELD
        and any(cell is None and len(values) < 4 for cell, values in zip(printed[1], held, strict=True))
    ]


@pytest.mark.parametrize("cells, largest", EXHAUSTED)
def test_every_hidden_cell_keeps_four_values_for_who_knows_the_program(cells: int, largest: int) -> None:
    found = {total: exposed(disclose, cells, total) for total in range(largest + 1)}

    assert {total: printed for total, printed in found.items() if printed} == {}


@pytest.mark.parametrize(
    "name, vector, table",
    [
        ("three fours beside a five", (4, 4, 4, 5), (None, None, None, 5)),
        ("ones beside one large cell", (1, 1, 1, 1, 1, 9), (None, None, None, None, None, 9)),
        ("alone", (3, 0), (None, 0)),
        ("all but one a one", (2, 1, 1, 1), (None, None, None, None)),
    ],
)
def test_the_first_guess_alone_is_broken_by_the_same_proof(
    name: str, vector: tuple[int, ...], table: tuple[int | None, ...]
) -> None:
    assert tuple(first_guess(named(vector)).cells.values()) == table
    assert (TableState.PART, table) in exposed(first_guess, len(vector), sum(vector)), name


@pytest.mark.parametrize("cells, largest", [(1, 40), (2, 30), (3, 20), (5, 12)])
def test_withholding_is_decided_by_total_and_number_of_cells_alone(cells: int, largest: int) -> None:
    for total in range(largest + 1):
        states = {disclose(named(vector)).state for vector in vectors(cells, total)}

        assert (TableState.WITHHELD in states) == (states == {TableState.WITHHELD}) == is_withheld(cells, total)


def test_only_totals_of_one_and_two_and_lone_cells_are_withheld() -> None:
    withheld = {(cells, total) for cells in range(40) for total in range(60) if is_withheld(cells, total)}

    assert withheld == {(1, 1), (1, 2), (1, 3), (1, 4)} | {(cells, total) for cells in range(2, 40) for total in (1, 2)}


@pytest.mark.parametrize(
    "counts, hidden",
    [
        ({"mina": 23, "planta": 11, "puerto": 3, "campamento": 7}, ["campamento", "puerto"]),
        ({"A": 1, "B": 4, "C": 12}, ["A", "B"]),
        ({"A": 0, "B": 6, "C": 9}, []),
    ],
)
def test_worked_tables_hide_what_they_should(counts: dict[str, int], hidden: list[str]) -> None:
    printed = disclose(counts)

    assert sorted(code for code, cell in printed.cells.items() if cell is None) == hidden
    assert all(cell in {None, counts[code]} for code, cell in printed.cells.items())


@pytest.mark.parametrize(
    "name, counts, state, cells",
    [
        ("five ones beside thirty", [1, 1, 1, 1, 1, 30], TableState.PART, [None] * 6),
        ("three fours beside a five", [4, 4, 4, 5], TableState.PART, [None] * 4),
        ("zeros show", [4, 4, 4, 5, 0], TableState.PART, [None, None, None, None, 0]),
        ("a three of its own", [3], TableState.WITHHELD, [None]),
        ("a three beside nothing", [3, 0, 0], TableState.TOTAL_ONLY, [None, None, None]),
        ("two cases", [2, 0, 0], TableState.WITHHELD, [None, None, None]),
        ("nobody", [0, 0], TableState.WHOLE, [0, 0]),
        ("no cells", [], TableState.WHOLE, []),
        ("all large", [30, 5, 0], TableState.WHOLE, [30, 5, 0]),
        ("one small between large", [3, 20, 35, 60], TableState.PART, [None, None, 35, 60]),
        ("too few to hide among", [1, 1, 3], TableState.TOTAL_ONLY, [None] * 3),
        ("joins those too few", [1, 4, 0], TableState.TOTAL_ONLY, [None] * 3),
        ("could have joined, shows", [5, 0, 0], TableState.WHOLE, [5, 0, 0]),
    ],
)
def test_named_tables(name: str, counts: list[int], state: TableState, cells: list[int | None]) -> None:
    printed = disclose(named(tuple(counts)))

    assert (printed.state, list(printed.cells.values()), printed.total) == (state, cells, sum(counts)), name


def test_equal_cells_are_hidden_in_the_order_of_their_codes_however_they_are_given() -> None:
    counts = {"d": 40, "c": 9, "b": 9, "a": 2, "e": 12}

    for order in permutations(counts):
        printed = disclose({code: counts[code] for code in order})

        assert list(printed.cells) == list(order)
        assert {code for code, cell in printed.cells.items() if cell is None} == {"a", "b"}


@settings(max_examples=200)
@given(st.lists(st.integers(0, 40), min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_exchanging_hidden_counts_prints_the_same(counts: list[int], random: object) -> None:
    original = named(tuple(counts))
    printed = disclose(original)
    hidden = [code for code, cell in printed.cells.items() if cell is None]
    least_shown = min((cell for cell in printed.cells.values() if cell), default=sum(counts) + 1)
    values = [original[code] for code in hidden]
    random.shuffle(values)  # type: ignore[attr-defined]  # Hypothesis gives a random.Random

    # Where a hidden count equals the smallest shown, the order of the codes decides which of the two is hidden.
    if all(value < least_shown for value in values):
        assert disclose({**original, **dict(zip(hidden, values, strict=True))}) == printed


@given(st.lists(st.integers(0, 2000), max_size=30))
@example([4] * 20 + [5] * 5)
@example([1] * 20 + [3])
def test_nothing_small_is_shown_and_nothing_is_hidden_without_need(counts: list[int]) -> None:
    printed = disclose(named(tuple(counts)))
    shown = [cell for cell in printed.cells.values() if cell is not None]

    assert printed.total == sum(counts)
    assert all(cell == 0 or cell >= 5 for cell in shown)
    assert (printed.state is TableState.WHOLE) == (not any(0 < count < 5 for count in counts))
    assert (len(shown) == len(counts)) == (printed.state is TableState.WHOLE)


# ------------------------------------------------------------------------------------------------------------------
# The rule as the decision words it, read literally: lists of parts instead of sums, no shortcuts, no limits.


def parts_of(total: int, parts: int, below: int, least: int = 1) -> Iterator[tuple[int, ...]]:
    if parts == 1:
        if least <= total < below:
            yield (total,)
        return
    for first in range(least, total // parts + 1):
        for rest in parts_of(total - first, parts - 1, below, first):
            yield (first, *rest)


@cache
def literally_passes(hidden: int, hidden_sum: int, smallest_shown: int | None) -> bool:
    below = hidden_sum + 1 if smallest_shown is None else smallest_shown
    after = () if smallest_shown is None else (smallest_shown,)
    values: set[int] = set()
    for parts in parts_of(hidden_sum, hidden, below):
        if literally_hidden(parts + after, at_most=hidden) == hidden:
            values |= set(parts)
    return len(values) >= 4


def literally_hidden(ascending: tuple[int, ...], at_most: int) -> int:
    """Return how many cells are hidden; `at_most` is where to stop asking, so that the question stays a smaller one."""
    hidden = sum(1 for count in ascending if count < 5)
    while 0 < hidden < len(ascending) and (hidden == 1 or sum(ascending[:hidden]) < 5):
        hidden += 1
    if not hidden:
        return 0
    while hidden < at_most and not literally_passes(
        hidden, sum(ascending[:hidden]), ascending[hidden] if hidden < len(ascending) else None
    ):
        hidden += 1
    return hidden


@settings(max_examples=400)
@given(st.lists(st.integers(1, 12), min_size=1, max_size=8))
@example([4, 4, 4, 5, 5, 6, 7])
@example([4, 7, 7, 9])
@example([3, 4, 4, 4, 5, 5, 6, 8])
def test_the_quick_search_hides_what_the_rule_read_literally_hides(counts: list[int]) -> None:
    ascending = tuple(sorted(counts))
    printed = disclose(named(ascending))

    if printed.state in {TableState.WHOLE, TableState.PART}:
        assert list(printed.cells.values()).count(None) == literally_hidden(ascending, at_most=len(ascending))


@pytest.mark.parametrize("cells", range(2, 8))
@pytest.mark.parametrize("total", range(3, 26))
def test_the_zeros_are_hidden_whenever_the_rule_read_literally_finds_no_values(cells: int, total: int) -> None:
    for filled in range(1, min(cells, total) + 1):
        for parts in parts_of(total, filled, total + 1):
            printed = disclose(named((*parts, *[0] * (cells - filled))))
            everything = literally_hidden(parts, at_most=filled) == filled

            if everything and not literally_passes(filled, total, None):
                assert printed.state is TableState.TOTAL_ONLY


@pytest.mark.parametrize(
    "counts",
    [
        [4] * 60 + [5] * 60,
        [4] * 1000,
        [4] + [1000] * 40,
        [4, *range(1000, 1040)],
        [1, 1, 3, *[555] * 10, *[556] * 4, *[557] * 4, *[558] * 3, 560, 564, 569, 575],
        [1, 3, *[777] * 10, *[778] * 6, 779, 779, 780, 782, 784, 787, 787, 790, 790, 796],
        [4, *[340] * 9, *[341] * 8, *[342] * 3, *[343] * 5],
        [0, 0, 1, 1, 1, 1, 2, 3, 3, *[4] * 7, *[5] * 9, 6, 6],
        [1] * 11 + [400 - 11 - 10 * 4] + [4] * 10,
        [4, *range(5, 5 + 200)],
    ],
    ids=len,
)
def test_no_table_takes_long(counts: list[int]) -> None:
    started = time.perf_counter()
    printed = disclose(named(tuple(counts)))

    # Thousandths of a second where it was written; the bound catches growth without limit, not a slow machine.
    assert time.perf_counter() - started < 2
    assert printed.state in {TableState.PART, TableState.WHOLE}


def test_less_than_nobody_is_refused() -> None:
    with pytest.raises(NotACount):
        disclose({"a": 5, "b": -1})
