"""What is found in a text that somebody wrote over a draft: numbers of nowhere, prompts, and what was changed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grievance.core.i18n import ENGLISH, SPANISH, Locale
from grievance.publishing.drafting import PieceKind, Section, difference, draft, numbers_out_of_place, unfinished
from tests.support.bulletins import QUARTERS, WAYS_ES

USUAL = QUARTERS["usual"]


def strangers(text: str, locale: Locale = SPANISH, section: Section = Section.TOLD, known: str = "") -> list[str]:
    return [one.text for one in numbers_out_of_place(section, text, USUAL, locale, known=known)]


@pytest.mark.parametrize(
    ("locale", "text", "found"),
    [
        (SPANISH, "Recibimos 66 reclamos y cerramos 57.", []),
        (SPANISH, "Recibimos 67 reclamos y cerramos 57.", ["67"]),
        (SPANISH, "Aquí trabajan 1.200 personas.", []),
        (ENGLISH, "1,200 people work here.", []),
        (ENGLISH, "1.200 people work here.", ["1.200"]),
        (SPANISH, "Aquí trabajan 12.000 personas.", ["12.000"]),
        # 18 of 24: 75 of every hundred is no part of the figures by itself, but 55 and 88 are.
        (SPANISH, "Puede ir de 55 a 88 de cada 100.", []),
        (SPANISH, "Contestó el 40 %.", []),
        (SPANISH, "Contestó el 42 %.", ["42"]),
        (ENGLISH, "The oldest waits for 97 days.", []),
        (ENGLISH, "The oldest waits for 79 days.", ["79"]),
        (SPANISH, "Por cada 100 personas hubo 3,6 reclamos.", []),
        (SPANISH, "Por cada 100 personas hubo 3,7 reclamos.", ["3,7"]),
        # Words for numbers, where they can only be numbers.
        (SPANISH, "Una persona contó que un jefe la retó.", []),
        (SPANISH, "Tres los retiraron. Nueve los pasamos.", ["Nueve"]),
        (ENGLISH, "One told us. Nine were passed on.", ["Nine"]),
        # Days of the quarter, and its year.
        (SPANISH, "El 15 de agosto de 2026 llovió.", []),
        (SPANISH, "El 23 de noviembre de 2026 se revisa.", ["23"]),
        (ENGLISH, "It rained on 15 August 2026, and on September 3rd.", []),
        (ENGLISH, "We look again on November 23.", ["23"]),
        (SPANISH, "Eso fue en 2019.", ["2019"]),
        # Names are no numbers.
        (SPANISH, "La Ley 21.643 lo dice, y el art. 12 también.", []),
        (ENGLISH, "Law 21.643 says so.", []),
        (SPANISH, "Vea https://reclamos.example/es/cerro/2019-t3.", []),
        (SPANISH, "Vea la medida M8.", []),
    ],
)
def test_numbers_that_are_none_of_the_release_are_found(locale: Locale, text: str, found: list[str]) -> None:
    assert strangers(text, locale) == found


def test_a_number_is_named_with_its_sentence() -> None:
    found = numbers_out_of_place(Section.DID, "Cerramos 57. Fueron 999 en total.", USUAL, SPANISH)

    assert [(one.text, one.sentence, one.blocks) for one in found] == [("999", "Fueron 999 en total.", True)]


@pytest.mark.parametrize("section", Section)
def test_deeds_and_promises_may_have_numbers_of_their_own(section: Section) -> None:
    found = numbers_out_of_place(section, "Sellamos 4.321 piezas.", USUAL, SPANISH)

    assert [one.text for one in found] == ["4.321"]
    assert found[0].blocks == (section not in {Section.CHANGED, Section.PROMISED, Section.UNKNOWN})


def test_a_telephone_number_must_be_one_of_the_site() -> None:
    known = draft(USUAL, WAYS_ES, SPANISH)[Section.HOW]

    assert strangers("Escriba al +56 2 2000 0001.", section=Section.HOW, known=known) == []
    assert strangers("Escriba al +56 2 2000 0010.", section=Section.HOW, known=known) == ["+56 2 2000 0010"]
    assert strangers("Escriba al 220000010.", section=Section.HOW, known=known) == ["220000010"]


def test_parts_of_a_known_telephone_number_are_no_numbers() -> None:
    known = draft(USUAL, WAYS_ES, SPANISH)[Section.HOW]

    assert strangers("Venga de 9 a 17 horas.", section=Section.HOW, known=known) == []
    assert strangers("Son 2000 personas.", section=Section.HOW, known=known) == ["2000"]


def test_a_hidden_number_is_out_of_place_like_any_other() -> None:
    """Five grievances of neighbours are hidden, and 5 is no other figure: writing it is found."""
    hidden = QUARTERS["all hidden"]
    assert hidden.tables["people.group"].cells["neighbour"] is None

    assert [one.text for one in numbers_out_of_place(Section.TOLD, "Vecinos: 5.", hidden, SPANISH)] == ["5"]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Regamos el camino.", ()),
        ("Regamos. [Escriba aquí qué cambió.] Y más.", ("[Escriba aquí qué cambió.]",)),
        ("[uno] y [dos]", ("[uno]", "[dos]")),
        ("Regamos [sin cerrar", ("[sin cerrar",)),
        ("Regamos sin abrir]", ("abrir]",)),
    ],
)
def test_a_bracket_left_is_unfinished(text: str, left: tuple[str, ...]) -> None:
    assert unfinished(text) == left


def test_what_was_changed_is_shown_word_by_word() -> None:
    pieces = difference("Recibimos 66 reclamos. Nadie contestó.", "Recibimos 66 reclamos graves. Alguien contestó.")

    assert [(piece.kind.value, piece.words) for piece in pieces] == [
        ("same", "Recibimos 66 "),
        ("gone", "reclamos. Nadie "),
        ("new", "reclamos graves. Alguien "),
        ("same", "contestó."),
    ]


def test_a_line_break_is_no_change_of_a_word() -> None:
    assert [piece.kind for piece in difference("Uno.\n\nDos.", "Uno. Dos.")] == [PieceKind.SAME]


def test_what_nobody_touched_is_the_same() -> None:
    text = draft(USUAL, WAYS_ES, SPANISH)[Section.DID]

    assert [(piece.kind, piece.words) for piece in difference(text, text)] == [(PieceKind.SAME, text)]
    assert difference("", "") == ()


@given(st.text(max_size=120), st.text(max_size=120))
def test_the_pieces_put_together_are_both_texts(before: str, after: str) -> None:
    pieces = difference(before, after)

    assert "".join(piece.words for piece in pieces if piece.kind != PieceKind.GONE).split() == after.split()
    assert "".join(piece.words for piece in pieces if piece.kind != PieceKind.NEW).split() == before.split()
