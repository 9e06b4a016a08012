"""Lists with column names of their own: what is guessed, what is said of them, and what is read then."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grievance.core.i18n import SPANISH
from grievance.registers import finding, matching
from grievance.registers.asking import asked, options
from grievance.registers.checking import Listed, Site, look
from grievance.registers.columns import NAMES, Column
from grievance.registers.dates import DateProblem, read_date
from grievance.registers.files import Mark
from grievance.registers.finding import Finder, Found, preview
from grievance.registers.matching import DateOrder, Matching, guessed, keys_of
from grievance.registers.tables import Table, read_table
from tests.support.registers import NOW, as_csv, as_xlsx

ZONE = "America/Santiago"
DUST = Listed(7, "Polvo y aire / Dust and air", "dust", "environment", 2)
SITE = Site(ZONE, "es", {Column.CATEGORY: {"dust": DUST, "polvo y aire": DUST}, Column.EMPLOYER: {}, Column.AREA: {}})

HEADERS = ("Cod. Reclamo", "F. Ingreso", "Glosa", "Situación", "Materia", "Color")
COLUMNS = {
    "cod reclamo": Column.NUMBER,
    "f ingreso": Column.RECEIVED,
    "glosa": Column.WORDS,
    "situacion": Column.STATUS,
    "materia": Column.CATEGORY,
}
SAID = Matching(
    HEADERS,
    COLUMNS,
    DateOrder.DAY_FIRST,
    {Column.STATUS: {"Finiquitado": "open"}, Column.CATEGORY: {"Polvillo": "dust", "Varios": ""}},
)
ROWS = [
    ["R-1", "03/04/2026", "Polvo en la casa", "finiquitado", "POLVILLO", "rojo"],
    ["R-2", "28/02/2026", "Ruido de noche", "Abierto", "varios", "azul"],
]


def content() -> bytes:
    return as_csv([dict(zip(HEADERS, row, strict=True)) for row in ROWS])


def found_in(file: bytes) -> tuple[Table, Found]:
    finder = Finder()
    return read_table(file, watcher=finder), finder.found()


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("Número de Reclamo", Column.NUMBER),
        ("Cod. Reclamo", Column.NUMBER),
        ("Grievance ID", Column.NUMBER),
        ("FECHA RECEPCIÓN", Column.RECEIVED),
        ("Date of complaint", Column.RECEIVED),
        ("Descripcion del reclamo", Column.WORDS),
        ("Detalle de los hechos (descripción de los hechos)", Column.WORDS),
        ("Fecha de cierre (real)", Column.ENDED),
        ("Categoria", Column.CATEGORY),
        ("Prioridad", Column.SEVERITY),
        ("Estado del caso", Column.STATUS),
        ("Stakeholder group", Column.GROUP),
        ("¿Qué pasó?", Column.WORDS),
        ("Descripsion", Column.WORDS),
        ("Reclamante", Column.NAME),
        ("Color", None),
        ("Teléfono", None),
        ("Correo electrónico", None),
    ],
)
def test_names_that_lists_use_are_proposed_in_both_languages_without_accents(
    header: str, column: Column | None
) -> None:
    assert guessed([header]).get(keys_of([header])[0]) is column


def test_no_column_is_proposed_for_two_headers_and_our_own_name_comes_first() -> None:
    found = guessed(["Fecha", "Fecha de ingreso", "Estado", "Estado del caso"])

    assert found == {"fecha de ingreso": Column.RECEIVED, "estado": Column.STATUS}


@given(st.lists(st.text(min_size=1, max_size=20).filter(str.strip), max_size=12))
def test_whatever_the_headers_are_each_is_known_by_a_key_of_its_own(headers: list[str]) -> None:
    keys = keys_of(headers)

    assert len(set(keys)) == len(keys) == len(headers)
    assert set(guessed(headers)) <= set(keys)
    assert len(set(guessed(headers).values())) == len(guessed(headers))


def test_every_name_of_ours_is_proposed_for_itself() -> None:
    for column in Column:
        for name in (NAMES[column].es, NAMES[column].en):
            assert guessed([name]) == {keys_of([name])[0]: column}, name


def test_what_was_said_survives_being_kept() -> None:
    assert matching.read(matching.written(SAID)) == SAID
    assert "Glosa" not in repr(SAID)


@pytest.mark.parametrize(
    ("headers", "fits"),
    [
        (HEADERS, True),
        (tuple(reversed(HEADERS)), True),
        (tuple(header.upper() for header in HEADERS), True),
        (HEADERS[:-1], False),
        ((*HEADERS, "Otra"), False),
    ],
)
def test_the_same_headers_are_known_again_in_any_order(headers: tuple[str, ...], fits: bool) -> None:
    assert SAID.fits(headers) is fits


def test_a_list_is_read_as_somebody_said_and_nothing_is_told_of_what_was_left_out() -> None:
    table = read_table(content(), matching=SAID)

    assert table.problems == []
    first, second = list(look(table, SITE, here=frozenset(), now=NOW))
    assert first.entry is not None
    assert second.entry is not None
    assert (first.entry.number, first.entry.category, first.entry.ended_as) == ("R-1", DUST, None)
    assert first.entry.received_at == datetime(2026, 4, 3, 3, tzinfo=UTC)
    assert second.entry.category is None


def test_without_it_the_same_list_is_no_register() -> None:
    table, found = found_in(content())

    assert {one.code.value for one in table.problems} == {"missing_column"}
    assert found.headers == HEADERS
    assert found.rows == 2


def test_headers_below_a_title_are_found_by_what_was_said_of_them() -> None:
    file = as_xlsx([["Registro de reclamos"], ["2026", "uso interno", "x"], list(HEADERS), *ROWS])

    assert len(read_table(file, matching=SAID).lines) == 2


def test_headers_nobody_knows_are_looked_for_in_the_first_wide_row() -> None:
    _, found = found_in(as_xlsx([["Registro de reclamos"], [], list(HEADERS), *ROWS]))

    assert found.headers == HEADERS


@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        ("03/04/2024", DateOrder.DAY_FIRST, date(2024, 4, 3)),
        ("03/04/2024", DateOrder.MONTH_FIRST, date(2024, 3, 4)),
        ("02/28/2024", DateOrder.MONTH_FIRST, date(2024, 2, 28)),
        ("2024-04-03", DateOrder.MONTH_FIRST, date(2024, 4, 3)),
        ("28/02/2024", DateOrder.MONTH_FIRST, "date_day_first"),
        ("02/28/2024", DateOrder.DAY_FIRST, "date_month_first"),
        ("02/28/2024", None, "date_month_first"),
        ("31/31/2024", DateOrder.MONTH_FIRST, "not_a_date"),
    ],
)
def test_dates_are_read_in_the_order_that_was_said(text: str, order: DateOrder | None, expected: Any) -> None:
    try:
        found: Any = read_date(text, time_zone=ZONE, order=order).on
    except DateProblem as problem:
        found = problem.code.value

    assert found == expected


def test_once_the_order_is_said_no_date_has_two_readings() -> None:
    assert read_date("03/04/2024", time_zone=ZONE, month_first=True, order=DateOrder.DAY_FIRST).on == date(2024, 4, 3)
    with pytest.raises(DateProblem):
        read_date("03/04/2024", time_zone=ZONE, month_first=True)


def test_what_a_file_holds_survives_being_kept() -> None:
    moment = datetime(2026, 4, 3, 9, 30)  # noqa: DTZ001  # as a spreadsheet has it
    _, found = found_in(as_xlsx([list(HEADERS), ["R-1", moment, "x", 7, 2.5, "=1+1"]]))

    assert finding.read(finding.written(found)) == found
    assert found.sample[0][1][5] is Mark.FORMULA


def test_only_short_lists_of_short_words_are_kept_of_a_column() -> None:
    lines = [
        {"Folio": str(n), "Relato": "muy largo " * 10, "Estado": ("abierto", "Cerrado ")[n % 2]} for n in range(200)
    ]
    _, found = found_in(as_csv(lines))

    assert {one.header: one.words for one in found.columns} == {
        "Folio": (),
        "Relato": (),
        "Estado": ("abierto", "Cerrado"),
    }
    assert len(found.sample) == finding.SAMPLE_ROWS


def test_words_that_are_understood_are_not_asked_for_and_a_near_one_is_proposed() -> None:
    file = as_csv([{"Estado": word, "Tema": "Polvo y aires"} for word in ("Abierto", "Cerradoo", "Finiquitado")])
    _, found = found_in(file)
    columns = {"estado": Column.STATUS, "tema": Column.CATEGORY}

    questions = asked(found, columns, SITE, None)

    assert {column: dict(words) for column, words in questions.items()} == {
        Column.STATUS: {"Cerradoo": "closed", "Finiquitado": ""},
        Column.CATEGORY: {"Polvo y aires": "dust"},
    }
    names = {Column.CATEGORY: [{"es": "Polvo y aire", "en": "Dust and air"}]}
    assert options(Column.CATEGORY, SITE, names, SPANISH) == [("dust", "Polvo y aire")]
    assert ("closed", "Cerrado") in options(Column.STATUS, SITE, names, SPANISH)


def test_the_first_rows_are_shown_as_they_would_come_in() -> None:
    _, found = found_in(content())

    looked = preview(found, SAID, SITE, here=frozenset(), now=NOW)

    assert [one.entry is not None and one.entry.number for one in looked] == ["R-1", "R-2"]
    without = preview(found, Matching(HEADERS, {}), SITE, here=frozenset(), now=NOW)
    assert [{problem.code.value for problem in one.problems} for one in without] == [{"missing"}] * 2


@given(
    st.lists(st.lists(st.text(max_size=12), min_size=2, max_size=5), min_size=1, max_size=8),
    st.sampled_from(list(DateOrder)),
)
def test_any_list_with_anything_said_of_it_becomes_entries_or_problems(rows: list[list[str]], order: DateOrder) -> None:
    file = as_xlsx([["a", "b", "c", "d", "e"], *[[cell.replace("\0", "") for cell in row] for row in _clean(rows)]])
    said = Matching(
        ("a", "b", "c", "d", "e"),
        dict(zip("abcde", (Column.NUMBER, Column.RECEIVED, Column.WORDS, Column.STATUS, Column.CATEGORY), strict=True)),
        order,
        {Column.STATUS: {"x": "closed"}},
    )
    table = read_table(file, matching=said)

    for one in look(table, SITE, here=frozenset(), now=NOW):
        assert (one.entry is None) == bool(one.problems)


def _clean(rows: list[list[str]]) -> list[list[str]]:
    """Leave out what a workbook cannot hold."""
    return [["".join(sign for sign in cell if sign.isprintable() and sign != "=") for cell in row] for row in rows]
