"""The attack run before each release: it finds what can be worked out, and lets honest tables pass.

The tables it must find are made by a naive publisher, or by tampering with printed ones. What it says is held against
an attack of a few lines that tries everything.
"""

import json
from collections.abc import Iterator, Mapping
from itertools import product

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from grievance.metrics.disclosure import Disclosed, TableState, disclose
from grievance.metrics.disclosure_attack import PublishedTable, WeakCell, possible_values, weak_cells

QUARTER = "2026-Q3"


def named(counts: list[int]) -> dict[str, int]:
    return {f"c{place:03}": count for place, count in enumerate(counts)}


def published(table: Disclosed, version: int = 1, **said: Mapping[frozenset[str], int]) -> PublishedTable:
    return PublishedTable("people.group", QUARTER, version, table, **said)


def part(cells: dict[str, int | None], total: int) -> Disclosed:
    return Disclosed(TableState.PART, total, cells)


def codes_of(weak: list[WeakCell]) -> dict[str, int]:
    return {cell.code: cell.values for cell in weak}


def tried_by_hand(
    table: Disclosed, known: Mapping[frozenset[str], int], at_least: Mapping[frozenset[str], int]
) -> dict[str, int]:
    """Try every vector of the total, looking at nothing but what is printed."""
    found: dict[str, set[int]] = {code: set() for code, cell in table.cells.items() if cell is None}
    ranges = [range(table.total + 1) if cell is None else (cell,) for cell in table.cells.values()]
    for vector in product(*ranges):
        counts = dict(zip(table.cells, vector, strict=True))
        if (
            sum(vector) == table.total
            and all(sum(counts[code] for code in codes) == number for codes, number in known.items())
            and all(sum(counts[code] for code in codes) >= number for codes, number in at_least.items())
            and disclose(counts) == table
        ):
            for code, values in found.items():
                values.add(counts[code])
    return {code: min(4, len(values)) for code, values in found.items()}


@st.composite
def linked(draw: st.DrawFn) -> tuple[dict[str, int], frozenset[str], frozenset[str]]:
    counts = named(draw(st.lists(st.integers(0, 7), min_size=2, max_size=4)))
    some = st.sets(st.sampled_from(sorted(counts)), min_size=1).map(frozenset)
    return counts, draw(some), draw(some)


@settings(max_examples=60)
@given(linked())
@example((named([5, 6, 1, 3]), frozenset({"c001", "c002"}), frozenset({"c000"})))
def test_it_finds_as_many_values_as_trying_everything(
    case: tuple[dict[str, int], frozenset[str], frozenset[str]],
) -> None:
    counts, summed, bounded = case
    known = {summed: sum(counts[code] for code in summed)}
    at_least = {bounded: sum(counts[code] for code in bounded) - 1}
    table = disclose(counts)

    assert possible_values(table) == tried_by_hand(table, {}, {})
    assert possible_values(table, known=known) == tried_by_hand(table, known, {})
    assert possible_values(table, known=known, at_least=at_least) == tried_by_hand(table, known, at_least)


@settings(max_examples=150)
@given(st.lists(st.one_of(st.integers(0, 9), st.integers(0, 2000)), min_size=1, max_size=30))
@example([0] * 6 + [1] * 16)
@example([1] * 22)
@example([4] * 25 + [5, 5, 5, 5, 5, 6, 6, 7, 8, 9])
@example([4, *[188] * 6, *[189] * 12, *[190] * 6, 191, 191])
# Equal counts on both sides of the boundary: most arrangements of a candidate print another table.
@example(
    [
        188,
        190,
        190,
        190,
        188,
        188,
        189,
        189,
        189,
        189,
        191,
        190,
        189,
        188,
        189,
        189,
        190,
        4,
        188,
        191,
        189,
        190,
        189,
        188,
        189,
        189,
        189,
    ]
)
@example([1, 1, 3, *[555] * 10, *[556] * 4, 557, 560])
@example([876, 1, 879, 876, 877, 3])
@example([487, 487, 486, 4, 485, 485, 485, 486, 502, 485, 485, 487])
@example([2, 0, 0])
@example([3])
def test_what_the_gate_prints_passes(counts: list[int]) -> None:
    assert weak_cells([published(disclose(named(counts)))]) == []


@pytest.mark.parametrize(
    "name, table",
    [
        ("five ones", part({"a": None, "b": None, "c": None, "d": None, "e": None, "f": 30}, 35)),
        ("three fours", part({"a": None, "b": None, "c": None, "d": 5}, 17)),
        ("a total of its own", part({"a": None}, 3)),
        ("the rest of the total", part({"a": None, "b": 20, "c": 9}, 31)),
        ("two that sum to 2", part({"a": None, "b": None, "c": 12}, 14)),
        ("too few to hide among", part({"a": None, "b": None, "c": None}, 5)),
        ("hides more than it can", part({"a": None, "b": 9}, 5)),
    ],
)
def test_a_publisher_who_stops_at_the_first_guess_is_found(name: str, table: Disclosed) -> None:
    hidden = {code for code, cell in table.cells.items() if cell is None}

    assert codes_of(weak_cells([published(table)])).keys() == hidden, name


def test_a_small_cell_printed_by_mistake_is_found() -> None:
    assert codes_of(weak_cells([published(part({"a": None, "b": None, "c": 3, "d": 30}, 43))])) == {"a": 0, "b": 0}


@pytest.mark.parametrize("state", [TableState.WHOLE, TableState.PART, TableState.TOTAL_ONLY, TableState.WITHHELD])
@pytest.mark.parametrize("cells", [{"a": 1, "b": 0}, {"a": 3, "b": 30}, {"a": 2, "b": 4, "c": 30}])
def test_small_cells_printed_in_full_are_found_whatever_the_table_calls_itself(
    state: TableState, cells: dict[str, int | None]
) -> None:
    total = sum(cell or 0 for cell in cells.values())

    assert codes_of(weak_cells([published(Disclosed(state, total, cells))])).items() >= {"a": 1}.items()


def test_cells_that_do_not_add_up_to_the_total_are_found() -> None:
    assert codes_of(weak_cells([published(Disclosed(TableState.WHOLE, 31, {"a": 10, "b": 20}))])) == {"a": 1, "b": 1}


def shown_too(table: Disclosed, counts: Mapping[str, int]) -> Iterator[Disclosed]:
    """Yield the table with one more cell shown, for each hidden cell."""
    for code, cell in table.cells.items():
        if cell is None:
            yield Disclosed(table.state, table.total, {**table.cells, code: counts[code]})


@settings(max_examples=100)
@given(st.lists(st.integers(0, 30), min_size=2, max_size=6))
def test_a_second_version_that_shows_one_cell_more_is_found(counts: list[int]) -> None:
    first = disclose(named(counts))

    for finer in shown_too(first, named(counts)):
        weak = weak_cells([published(first), published(finer, version=2)])

        assert weak != []
        assert {cell.version for cell in weak} == {2}


def test_a_table_carried_over_unchanged_passes_after_a_round_through_sorted_json() -> None:
    first = disclose({"zinc": 3, "camp": 7, "mine": 23, "plant": 7})
    stored = json.loads(json.dumps({"total": first.total, "cells": first.cells}, sort_keys=True))
    again = Disclosed(TableState(first.state.value), stored["total"], stored["cells"])

    assert weak_cells([published(first), published(again, version=2), published(again, version=3)]) == []


@pytest.mark.parametrize(
    "name, corrected, weak",
    [
        # The totals differ, so that both are views of no counts; shown cells are known anyway.
        ("one case more in a hidden cell", [23, 11, 4, 7], {"c000": 1, "c001": 1, "c002": 0, "c003": 0}),
        ("one case moved between shown cells", [22, 12, 3, 7], {"c000": 1, "c001": 1, "c002": 0, "c003": 0}),
        # 5 and 5 are no longer hidden: they were between 1 and 9 before.
        ("one case moved within the hidden", [23, 11, 5, 5], {"c002": 1, "c003": 1}),
    ],
)
def test_a_second_cut_of_the_same_people_is_found(name: str, corrected: list[int], weak: dict[str, int]) -> None:
    first, second = disclose(named([23, 11, 3, 7])), disclose(named(corrected))

    found = codes_of(weak_cells([published(first), published(second, version=2)]))

    assert {code: found.get(code) for code in weak} == weak, name


def test_a_whole_table_that_moves_by_one_case_is_found() -> None:
    first, second = disclose({"a": 10, "b": 20}), disclose({"a": 11, "b": 20})

    assert codes_of(weak_cells([published(first), published(second, version=2)])) != {}


def test_a_correction_may_fall_silent() -> None:
    first = disclose(named([23, 11, 3, 7]))
    silent = Disclosed(TableState.WITHHELD, 45, dict.fromkeys(first.cells))

    assert weak_cells([published(first), published(silent, version=2)]) == []


def test_a_correction_may_not_speak_where_the_release_was_silent() -> None:
    silent, second = disclose(named([1, 1, 0])), disclose(named([1, 12, 0]))

    weak = weak_cells([published(silent), published(second, version=2)])

    assert codes_of(weak)["c002"] <= 1
    assert disclose(named([1, 12, 0])).cells["c002"] == 0


def test_a_correction_may_say_its_total_where_the_release_was_silent() -> None:
    silent, second = disclose(named([1, 1, 0])), disclose(named([1, 2, 0]))

    assert second.state is TableState.TOTAL_ONLY
    assert weak_cells([published(silent), published(second, version=2)]) == []


def test_silent_versions_alone_pass() -> None:
    silent = Disclosed(TableState.WITHHELD, 2, {"a": None, "b": None})

    assert weak_cells([published(silent), published(silent, version=2)]) == []


def test_other_quarters_and_other_tables_are_other_counts() -> None:
    one, other = disclose(named([23, 11, 3, 7])), disclose(named([22, 12, 4, 7]))
    tables = [
        PublishedTable("people.group", "2026-Q2", 1, one),
        PublishedTable("people.group", "2026-Q3", 1, other),
        PublishedTable("people.area", "2026-Q3", 1, one),
    ]

    assert weak_cells(tables) == []


def test_a_sum_of_hidden_cells_printed_elsewhere_is_found() -> None:
    # Hidden: 1, 2, 3 and 7, of 13. With the workers' 3 printed too, each of the two is 1 or 2.
    table = disclose({"direct": 1, "contractor": 2, "community": 3, "other": 7, "not_said": 40})
    workers = frozenset({"direct", "contractor"})

    assert weak_cells([published(table)]) == []
    assert (
        codes_of(weak_cells([published(table, known={workers: 3})])).items() >= {"direct": 2, "contractor": 2}.items()
    )


def test_a_sum_of_one_hidden_and_one_shown_cell_is_found() -> None:
    table = disclose({"direct": 3, "contractor": 20, "community": 7, "not_said": 40})
    workers = frozenset({"direct", "contractor"})

    assert codes_of(weak_cells([published(table, known={workers: 23})])) == {"direct": 1, "community": 1}


def test_a_sum_of_shown_cells_tells_nothing_new() -> None:
    table = disclose({"direct": 30, "contractor": 20, "community": 3, "not_said": 7})

    assert weak_cells([published(table, known={frozenset({"direct", "contractor"}): 50})]) == []


def test_a_sum_that_is_not_that_of_the_cells_shown_is_found() -> None:
    table = disclose({"direct": 30, "contractor": 20, "community": 3, "not_said": 7})

    weak = weak_cells([published(table, known={frozenset({"direct", "contractor", "gone"}): 51})])

    assert codes_of(weak) == {"direct": 1, "contractor": 1}


@pytest.mark.parametrize("receipts, weak", [(1, {}), (4, {}), (8, {"sms": 2, "web": 2})])
def test_receipts_that_bound_a_hidden_channel_are_found(receipts: int, weak: dict[str, int]) -> None:
    # 10 people in two hidden channels, both below 11: nine values each, until eight or nine of them got a text.
    table = disclose({"sms": 8, "web": 2, "box": 11, "visit": 40})

    assert codes_of(weak_cells([published(table, at_least={frozenset({"sms"}): receipts})])) == weak


@pytest.mark.parametrize(
    "state, total, cells, known, weak",
    [
        # Six vectors print the total alone; that two cells hold everything leaves them five values each.
        (TableState.TOTAL_ONLY, 4, "abc", {frozenset("ab"): 4}, {"c": 1}),
        (TableState.WITHHELD, 2, "abc", {frozenset("a"): 2}, {"a": 1, "b": 1, "c": 1}),
        (TableState.WITHHELD, 2, "abc", {}, {}),
        (TableState.WITHHELD, 3, "a", {}, {}),
        (TableState.WITHHELD, 12, "abc", {}, {}),
    ],
)
def test_sums_say_something_of_tables_that_say_nothing(
    state: TableState, total: int, cells: str, known: dict[frozenset[str], int], weak: dict[str, int]
) -> None:
    table = Disclosed(state, total, dict.fromkeys(cells))

    assert codes_of(weak_cells([published(table, known=known)])) == weak


def test_versions_with_other_cells_are_found() -> None:
    first, second = disclose({"a": 10, "b": 20}), disclose({"a": 10, "b": 20, "c": 0})

    assert codes_of(weak_cells([published(first), published(second, version=2)])) == {"c": 1}


def test_two_views_that_hide_different_cells_leave_none_hidden() -> None:
    one = part({"a": None, "b": None, "c": 12, "d": 30}, 50)
    other = part({"a": 2, "b": 6, "c": None, "d": 30}, 50)

    assert possible_values(one, other) == {"a": 1, "b": 1, "c": 1}


def test_views_that_contradict_each_other_are_of_no_counts() -> None:
    one = part({"a": None, "b": None, "c": 12}, 20)
    other = part({"a": None, "b": None, "c": 13}, 20)

    assert possible_values(one, other) == {"a": 0, "b": 0}
