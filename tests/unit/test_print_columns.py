"""Columns of about the same height, and sections in fewer words."""

from __future__ import annotations

from grievance.web.open.print_shortening import shortened
from grievance.web.open.sections import Block, BlockKind, blocks
from grievance.web.print.columns import balanced, lines, spread

WORDS = BlockKind.WORDS


def test_columns_keep_the_order_and_are_even() -> None:
    assert balanced("abcdefg", [1] * 7, 3) == [["a", "b", "c"], ["d", "e"], ["f", "g"]]
    assert balanced("abc", [1, 1, 5], 2) == [["a", "b"], ["c"]]


def test_there_are_as_many_columns_as_asked_for_also_with_less_to_put_in() -> None:
    assert balanced("a", [4], 3) == [["a"], [], []]
    assert balanced("", [], 2) == [[], []]


def test_what_stands_for_itself_goes_below_the_lowest_pile() -> None:
    assert spread("abcde", [5, 1, 3, 1, 4], 3) == [["a"], ["b", "d", "e"], ["c"]]


def test_lines_are_counted_by_letters() -> None:
    assert [lines(words, 10) for words in ("", "diez letra", "once letras", "a\nb")] == [0, 1, 2, 2]


def test_a_section_is_shortened_at_the_end_of_a_paragraph() -> None:
    """Half of "Sí: 6. En parte: 3. No: 1." would keep what speaks well of the site, and drop the rest."""
    found = [Block(WORDS, ("Uno dos tres.",)), Block(WORDS, ("Sí: 6. En parte: 3. No: 1.",)), Block(WORDS, ("Nueve.",))]

    assert shortened(found, 8) == found[:1]
    assert shortened(found, 10) == found[:2]
    assert shortened(found, 100) == found


def test_the_first_sentence_stays_however_long_it_is() -> None:
    assert shortened(blocks("Uno dos tres cuatro. Cinco."), 2) == [Block(WORDS, ("Uno dos tres cuatro.",))]


def test_lines_of_a_list_stay_whole() -> None:
    told = blocks("- uno dos\n- tres cuatro\n- cinco seis")

    assert shortened(told, 4) == [Block(BlockKind.LIST, ("uno dos", "tres cuatro"))]


def test_a_number_with_a_point_does_not_end_a_sentence() -> None:
    assert shortened(blocks("Son 1.200 casos en total. Fin de esto."), 5) == [
        Block(WORDS, ("Son 1.200 casos en total.",))
    ]
