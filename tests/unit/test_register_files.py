"""Files of old registers: however they were saved, read as they are; and what is made to harm is refused in time."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grievance.core.i18n import ENGLISH
from grievance.registers import files
from grievance.registers.columns import Column
from grievance.registers.files import MAX_FILE_BYTES, MAX_UNPACKED_BYTES, MOST_ROWS, MOST_TAGS, Mark, judge
from grievance.registers.problems import RegisterUnreadable
from grievance.registers.tables import Table, read_table
from grievance.registers.words import where
from tests.support.registers import as_csv, as_xlsx, line

HEADER = ["Número de registro", "Recibido el", "Relato"]
ROW = ["1/2024", "2024-02-28", "Ñandú con tos"]


def refused(content: bytes) -> str:
    with pytest.raises(RegisterUnreadable) as refusal:
        read_table(content)
    return refusal.value.problem.code.value


def only(table: Table) -> dict[str, Any]:
    assert not table.problems
    ((_, cells),) = table.lines
    return {column.value: cell for column, cell in cells.items()}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_csv_is_read_however_a_spreadsheet_saved_it(encoding: str, delimiter: str) -> None:
    content = as_csv([dict(zip(HEADER, ROW, strict=True))], delimiter=delimiter, encoding=encoding)

    assert only(read_table(content)) == {"number": "1/2024", "received_on": "2024-02-28", "words": "Ñandú con tos"}


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_lines_end_in_any_way_also_inside_a_cell(end: str) -> None:
    content = f'Número;Recibido;Relato{end}1;2024-02-28;"uno{end}dos"{end}2;2024-02-28;tres{end}'.encode()

    table = read_table(content)

    assert [(row, cells[Column.WORDS]) for row, cells in table.lines] == [(2, "uno\ndos"), (3, "tres")]


def test_headers_may_stand_below_a_title_in_any_order_and_either_language() -> None:
    rows = [["Registro de reclamos 2024"], [], ["WORDS", "received_on", "  N°  "], ["hola", "2024-02-28", "7"]]

    table = read_table(as_xlsx(rows))

    assert only(table) == {"words": "hola", "received_on": "2024-02-28", "number": "7"}
    assert table.lines[0][0] == 4


def test_empty_rows_are_passed_over_and_rows_keep_their_numbers() -> None:
    table = read_table(as_xlsx([HEADER, [], ROW, ["", "  ", None], ["2", *ROW[1:]]]))

    assert [row for row, _ in table.lines] == [3, 5]


def test_the_sheet_with_the_register_is_found() -> None:
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx([["Portada"], ["Minera Imaginaria"]])))
    sheet = book.create_sheet("Datos")
    for row in (HEADER, ROW):
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)

    assert only(read_table(out.getvalue()))["number"] == "1/2024"


def test_cells_of_a_workbook_keep_their_kind() -> None:
    rows: list[list[Any]] = [
        [*HEADER, "Cerrado el", "Personas"],
        [12, dt.datetime(2024, 2, 28, 9, 30), True, dt.date(2024, 3, 1), 3.0],  # noqa: DTZ001
    ]

    found = only(read_table(as_xlsx(rows)))

    assert found["number"] == 12
    assert found["received_on"] == dt.datetime(2024, 2, 28, 9, 30)  # noqa: DTZ001
    assert found["words"] == "True"
    assert found["people"] == 3


@pytest.mark.parametrize("epoch_1904", [False, True], ids=["counted from 1900", "counted from 1904"])
def test_days_are_the_same_however_the_workbook_counts_them(epoch_1904: bool) -> None:
    rows: list[list[Any]] = [[*HEADER], ["1", dt.datetime(2024, 2, 28), "x"]]  # noqa: DTZ001

    assert only(read_table(as_xlsx(rows, epoch_1904=epoch_1904)))["received_on"] == dt.datetime(2024, 2, 28)  # noqa: DTZ001


def test_formulas_and_errors_are_marked_and_their_text_is_gone() -> None:
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx([HEADER, ["=A1", "=1/0", "#¡REF!"]])))
    sheet = book.active
    assert sheet is not None
    sheet["C2"].value, sheet["C2"].data_type = "#N/A", "e"
    out = io.BytesIO()
    book.save(out)

    found = only(read_table(out.getvalue()))

    assert found == {"number": Mark.FORMULA, "received_on": Mark.FORMULA, "words": Mark.ERROR}


@pytest.mark.parametrize(
    ("cell", "is_formula"),
    [("=HYPERLINK(1)", True), (" =1+1", True), ("- no contesta", False), ("+56 sin fono", False), ("= igual", False)],
)
def test_a_formula_in_a_csv_is_marked_and_a_dash_is_no_formula(cell: str, is_formula: bool) -> None:
    found = only(read_table(as_csv([{**dict(zip(HEADER, ROW, strict=True)), "Relato": cell}])))

    assert (found["words"] == Mark.FORMULA) is is_formula


def test_blank_headers_are_passed_over_and_repeated_ones_are_told() -> None:
    table = read_table(as_xlsx([[*HEADER, None, " ", "Descripción", "Color"], [*ROW, "a", "b", "c", "d"]]))

    assert [(one.code.value, one.column, one.detail) for one in table.problems] == [
        ("repeated_column", "@F", "Lo que dijo la persona / What the person said"),
        ("unknown_column", "@G", ""),
    ]
    assert table.lines[0][1][Column.WORDS] == "Ñandú con tos"


def test_columns_that_reach_people_are_named_and_nothing_of_them_is_read() -> None:
    table = read_table(as_csv([line(Teléfono="9 0000 0000", Correo="a@example.org", RUT="1-9")]))

    assert {one.column for one in table.problems if one.code == "contact_column"} == {"@D", "@E", "@F"}
    assert "0000" not in repr(table.lines)


def test_a_file_without_headers_is_not_quoted() -> None:
    table = read_table(as_csv([{"Zulema Inventada": "Pedro Inventado"}]))

    assert {one.code.value for one in table.problems} == {"missing_column"}
    assert "Invent" not in repr(table.problems)


def test_headers_without_rows_are_told() -> None:
    assert [one.code.value for one in read_table(as_xlsx([HEADER])).problems] == ["no_rows"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b" \n ", "empty_file"),
        (b"x" * (MAX_FILE_BYTES + 1), "file_too_large"),
        (b"%PDF-1.4 x", "unknown_kind"),
        (b"\x89PNG\r\n\x1a\n", "unknown_kind"),
        (b"<html><table>", "unknown_kind"),
        (b"a;b\x00c;d", "unknown_kind"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old Excel", "unknown_kind"),
        ("Número;x".encode("utf-16"), "wrong_encoding"),
        ("Número;".encode("cp1252") + b"\x81\x8d", "wrong_encoding"),
        (b"PK\x03\x04", "damaged"),
        (b'a;b\n"never closed', "bad_csv"),
    ],
)
def test_what_is_no_register_is_refused_with_the_reason(content: bytes, code: str) -> None:
    assert refused(content) == code


def test_a_cell_beyond_all_measure_is_told_with_about_its_row() -> None:
    content = as_csv([line(), line(**{"Lo que dijo la persona": "x" * 2_000_000})])

    with pytest.raises(RegisterUnreadable) as refusal:
        read_table(content)

    assert (refusal.value.problem.code, refusal.value.problem.row) == ("bad_csv", 3)


def test_a_workbook_cell_of_two_megabytes_is_read_and_left_to_the_check() -> None:
    found = only(read_table(as_xlsx([HEADER, ["1", "2024-01-01", "x" * 32_767]])))

    assert len(found["words"]) == 32_767


def packed(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), body)
    return out.getvalue()


def test_a_document_that_is_no_workbook_is_told_apart() -> None:
    assert refused(packed(word__document_xml=b"<x/>")) == "unknown_kind"


def test_a_small_file_that_unpacks_to_more_than_it_may_is_refused_before_it_is_unpacked() -> None:
    content = packed(xl__workbook_xml=b"<x/>", xl__worksheets__sheet1_xml=b"0" * (MAX_UNPACKED_BYTES + 1))
    assert len(content) < 1_000_000

    with pytest.raises(RegisterUnreadable) as refusal:
        judge(content)

    assert refusal.value.problem.code == "unpacks_too_large"


@pytest.mark.parametrize("tag", [b"<si/>", b"<x:c/>"])
def test_a_small_file_of_more_cells_than_a_register_has_is_refused_before_they_are_made(tag: bytes) -> None:
    content = packed(xl__workbook_xml=b"<x/>", xl__whatever_xml=tag * (MOST_TAGS + 1))
    assert len(content) < 1_000_000

    assert refused(content) == "too_many_cells"


def test_a_header_that_is_not_known_is_named_by_its_place_alone() -> None:
    table = read_table(as_csv([line(**{"Zulema Inventada": "x"})]))

    (problem,) = table.problems
    assert (problem.code.value, problem.column) == ("unknown_column", "@D")
    assert where(problem, ENGLISH) == "Row 1, column D"
    assert "Zulema" not in repr(table)


def test_a_file_that_hides_what_it_unpacks_to_is_refused() -> None:
    honest = as_xlsx([HEADER, *([*ROW] for _ in range(200))])
    with zipfile.ZipFile(io.BytesIO(honest)) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    lying = honest.replace(size.to_bytes(4, "little"), (100).to_bytes(4, "little"))
    assert lying != honest

    assert refused(lying) == "damaged"


ENTITIES = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    + b"".join(
        b'<!ENTITY %c "%s">' % (ord("c") + n, b"".join(b"&%c;" % (ord("b") + n) for _ in range(10))) for n in range(8)
    )
    + b'<!ENTITY out SYSTEM "file:///etc/hostname">]>'
)


@pytest.mark.parametrize("entity", [b"&j;", b"&out;"], ids=["a tenfold tenfold", "a file of this machine"])
def test_entities_neither_fill_the_memory_nor_read_a_file(entity: bytes) -> None:
    honest = as_xlsx([HEADER, ["1", "2024-01-01", "PLACE"]])
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(honest)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            body = old.read(name)
            if b"PLACE" in body:
                body = ENTITIES + body.partition(b"?>")[2] if body.startswith(b"<?xml") else ENTITIES + body
                body = body.replace(b"PLACE", entity)
            new.writestr(name, body)

    try:
        words = str(only(read_table(out.getvalue())).get("words", ""))
    except RegisterUnreadable:
        return
    assert len(words) < 10_000
    assert words == ""


def test_a_row_beyond_the_last_one_does_not_keep_the_reader_busy() -> None:
    honest = as_xlsx([HEADER, ROW])
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(honest)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            body = old.read(name)
            if name.endswith("sheet1.xml"):
                body = body.replace(b'r="2"', b'r="99999999999"').replace(b'2"', b'99999999999"')
            new.writestr(name, body)

    assert refused(out.getvalue()) in {"too_many_rows", "damaged"}


def test_more_rows_than_a_register_may_have_are_refused() -> None:
    content = as_csv([line()]) + b"x;y;z\r\n" * MOST_ROWS

    assert refused(content) == "too_many_rows"


def _cut(content: bytes, place: int, more: bytes) -> bytes:
    return content[: place % (len(content) + 1)]


def _changed(content: bytes, place: int, more: bytes) -> bytes:
    at = place % len(content)
    return content[:at] + more + content[at + len(more) :]


def _added(content: bytes, place: int, more: bytes) -> bytes:
    at = place % len(content)
    return content[:at] + more + content[at:]


WHOLE = (as_xlsx([HEADER, ROW, ROW]), as_csv([line(), line()]), as_csv([line()], encoding="cp1252"))


@settings(max_examples=300)
@given(
    content=st.sampled_from(WHOLE),
    change=st.sampled_from([_cut, _changed, _added]),
    place=st.integers(0, 20_000),
    more=st.binary(min_size=1, max_size=12),
)
def test_a_damaged_file_is_read_or_refused_and_nothing_else(
    content: bytes, change: Callable[[bytes, int, bytes], bytes], place: int, more: bytes
) -> None:
    try:
        table = read_table(change(content, place, more))
    except RegisterUnreadable:
        return
    assert len(table.lines) <= files.MOST_ROWS


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    try:
        read_table(content)
    except RegisterUnreadable:
        return
