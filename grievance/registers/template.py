"""The empty register to fill in: headers, one invented example, and what each column may say, in either language."""

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

import xlsxwriter

from grievance.core.i18n import SPANISH, Locale, text_in
from grievance.registers.columns import DATES, NAMES, REQUIRED, Column
from grievance.registers.lists import ListNames
from grievance.registers.values import OFFERED

_EXAMPLE: Final[dict[Column, tuple[str, str]]] = {
    Column.NUMBER: ("EJEMPLO-001", "EXAMPLE-001"),
    Column.RECEIVED: ("2024-02-28", "2024-02-28"),
    Column.WORDS: (
        "Ejemplo inventado: entra polvo a la casa cuando pasan los camiones. Borre esta fila.",
        "Invented example: dust comes into the house when the trucks pass. Delete this row.",
    ),
    Column.TITLE: ("Polvo en las casas", "Dust in the houses"),
    Column.PEOPLE: ("4", "4"),
    Column.ACKNOWLEDGED: ("2024-03-01", "2024-03-01"),
    Column.TOLD: ("2024-03-20", "2024-03-20"),
    Column.ENDED: ("2024-03-22", "2024-03-22"),
}
_EXAMPLE_CODES: Final = {
    Column.CHANNEL: 4,
    Column.TYPE: 7,
    Column.SEVERITY: 1,
    Column.GROUP: 3,
    Column.OUTCOME: 0,
    Column.STATUS: 1,
}
"""Which of the offered values the example shows, by its place."""

_MADE_AT = datetime(2024, 1, 1, tzinfo=UTC)
"""Stands in the workbook instead of the clock: the same template every time."""


def csv_template(locale: Locale) -> bytes:
    """Return the template as CSV with a semicolon between cells, which a spreadsheet in Chile opens as columns."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerows(_rows(locale))
    return out.getvalue().encode("utf-8-sig")


def xlsx_template(locale: Locale, lists: ListNames) -> bytes:
    """Return the template as a workbook, with a second sheet of what each column may say at the site."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": _MADE_AT.replace(tzinfo=None)})
    bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet(text_in(locale, "Register"))
    header, example = _rows(locale)
    sheet.write_row(0, 0, header, bold)
    for place, column in enumerate(Column):
        if column in DATES:
            sheet.write_datetime(1, place, datetime.fromisoformat(example[place]), day)
        else:
            sheet.write_string(1, place, example[place])
        sheet.set_column(place, place, 40 if column is Column.WORDS else max(12, len(header[place]) + 2))
    sheet.freeze_panes(1, 0)
    values = book.add_worksheet(text_in(locale, "What each may say"))
    for place, (name, allowed) in enumerate(_allowed(locale, lists)):
        values.write_string(0, place, name, bold)
        values.write_column(1, place, allowed)
        values.set_column(place, place, max(14, *(len(text) for text in (name, *allowed))))
    book.close()
    return out.getvalue()


def _rows(locale: Locale) -> tuple[list[str], list[str]]:
    at = 0 if locale == SPANISH else 1
    example = [
        OFFERED[column][_EXAMPLE_CODES[column]][at] if column in _EXAMPLE_CODES else _EXAMPLE.get(column, ("", ""))[at]
        for column in Column
    ]
    return [_name(column, locale) for column in Column], example


def _allowed(locale: Locale, lists: ListNames) -> Iterator[tuple[str, Sequence[str]]]:
    at = 0 if locale == SPANISH else 1
    needed, free = text_in(locale, "Needed"), text_in(locale, "May be empty")
    for column in Column:
        allowed: list[str] = []
        if column in OFFERED:
            allowed = [pair[at] for pair in OFFERED[column]]
        elif column in lists:
            allowed = [row.get(locale, "") for row in lists[column]]
        elif column in DATES:
            allowed = ["2024-02-28", "2024-02-28 14:30", "28-02-2024", "28/02/2024"]
        yield _name(column, locale), [needed if column in REQUIRED else free, *allowed]


def _name(column: Column, locale: Locale) -> str:
    return NAMES[column].es if locale == SPANISH else NAMES[column].en
