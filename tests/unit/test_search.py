"""Words as they are indexed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grievance.desk.search import normalise_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Camión en la NOCHE", {"camion", "noche"}),
        ("ñandú, Ñandú; ÑANDÚ", {"nandu"}),
        ("a de yo", set()),
        ("turno 12x2: 2026", {"turno", "12x2", "2026"}),
        ("", set()),
    ],
    ids=["accents and case", "one word three times", "short words", "figures", "nothing"],
)
def test_words_are_normalised(text: str, words: set[str]) -> None:
    assert normalise_words(text) == words


@given(st.text(max_size=200))
def test_normalising_again_changes_nothing(text: str) -> None:
    words = normalise_words(text)

    assert normalise_words(" ".join(words)) == words
