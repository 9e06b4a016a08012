"""Blacking out other people: whatever the case, the accents and what stands between the words of a name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grievance.privacy.answer_redaction import Others, capitalised, folded, parts_of, redact

MARK = "[···]"
NAMES = ("Juan Pérez", "María José Ñuñoa", "Ó Céilin", "Rosa Mamani Quispe", "Li Wei")
OTHERS = Others.of({part for name in NAMES for part in parts_of(name)}, ["Ana Soto", "+56 9 1234 5678"])

ROWS = {
    "a whole name": ("Me grita Juan Pérez todos los días", f"Me grita {MARK} todos los días"),
    "in capitals without accents": ("ME GRITA JUAN PEREZ", f"ME GRITA {MARK}"),
    "a surname alone": ("el señor pérez sabe", f"el señor {MARK} sabe"),
    "over a line": ("Juan\nPérez", MARK),
    "with a dash": ("Juan-Pérez vino", f"{MARK} vino"),
    "part of another word stays": ("los perezosos juanetes", "los perezosos juanetes"),
    "short parts of a name are not looked for alone": ("Li no", "Li no"),
    "a short name as a whole": ("vino li wei", f"vino {MARK}"),
    "an e-mail": ("escriba a jefe@mina.example por favor", f"escriba a {MARK} por favor"),
    "a telephone": ("llame al +56 9 8765 4321 hoy", f"llame al {MARK} hoy"),
    "an ID number": ("su RUT es 12.345.678-K.", f"su RUT es {MARK}."),
    "one's own number stays": ("mi número es +56 9 1234 5678", "mi número es +56 9 1234 5678"),
    "a date is no telephone": ("el 12-09-2026 a las 10:30", "el 12-09-2026 a las 10:30"),
    "nobody": ("Entra polvo a la casa", "Entra polvo a la casa"),
}


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS.keys())
def test_others_are_blacked_out_and_nothing_else(row: tuple[str, str]) -> None:
    text, expected = row

    assert redact(text, OTHERS, mark=MARK) == expected


def test_ones_own_name_stays_although_somebody_else_has_it() -> None:
    others = Others.of(parts_of("Rosa Mamani"), ["Rosa Mamani"])

    assert redact("Soy Rosa Mamani", others, mark=MARK) == "Soy Rosa Mamani"


def test_nothing_and_erased_words_stay_as_they_are() -> None:
    assert redact(None, OTHERS, mark=MARK) is None
    assert redact("", OTHERS, mark=MARK) == ""


def test_a_description_gives_the_words_that_are_written_like_names() -> None:
    assert capitalised("el jefe Juan Pérez del turno B") == {"Juan", "Pérez"}


@given(
    pieces=st.lists(st.tuples(st.sampled_from(NAMES), st.text(max_size=12)), min_size=1, max_size=5),
    change=st.sampled_from([str.upper, str.lower, str.title, str]),
    between=st.sampled_from([" ", "  ", "\n", ", ", "-", " · "]),
)
def test_no_name_is_ever_left(pieces: list[tuple[str, str]], change: type[str], between: str) -> None:
    text = " ".join(f"{change(name).replace(' ', between)} {said}" for name, said in pieces)

    left = f" {folded(redact(text, OTHERS, mark=MARK) or '')} "

    assert [name for name in NAMES if f" {folded(name)} " in left] == []
