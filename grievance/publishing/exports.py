"""Figures as files: the released JSON itself, CSV for anybody, XLSX for reporting. The same release, the same bytes.

A cell that a spreadsheet would run as a formula is neutralised; numbers are numbers, dates are ISO 8601. What stands in
a file is what `bulletin` lets out, with the definitions beside it.
"""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

import xlsxwriter

from grievance.core.i18n import ENGLISH, SPANISH, Locale, mark, text_in
from grievance.metrics.definitions import DEFINITIONS
from grievance.metrics.disclosure import TableState
from grievance.metrics.results import Hidden
from grievance.metrics.table_definitions import CELLS, STATES, TABLES
from grievance.publishing import wording
from grievance.publishing.bulletin import Bulletin, Figure, Number, Table
from grievance.publishing.dictionary import CSV_FIELDS

FORMULA_SIGNS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
"""First signs that make a spreadsheet calculate. Source: OWASP, CSV Injection (read 2026)."""

BYTE_ORDER_MARK: Final = "\ufeff"
"""Without it a Spanish-language spreadsheet program reads the file as Windows-1252 and shows "Ã³" for "ó"."""

CSV_COLUMNS: Final = tuple(field.name for field in CSV_FIELDS)

EPOCH: Final = datetime(2000, 1, 1)  # noqa: DTZ001  # written into the file as it is
"""Date of making that every XLSX file carries: the real one would change its bytes."""

TOTAL: Final = "total"
AS_OF_VERSION: Final = "as_of_version"
_ABOUT_TABLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        TOTAL: mark("All grievances received in the quarter"),
        AS_OF_VERSION: mark("Version of the figures that this table is repeated from"),
    }
)

Cell = str | int | float | None


class Format(StrEnum):
    """A kind of file."""

    XLSX = "xlsx"
    CSV = "csv"
    JSON = "json"


MEDIA_TYPES: Final[Mapping[Format, str]] = MappingProxyType(
    {
        Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        Format.CSV: "text/csv; charset=utf-8",
        Format.JSON: "application/json",
    }
)


def exported(found: Bulletin, format_: Format, *, locale: Locale) -> bytes:
    """Return the file of a release. Only XLSX speaks one language: CSV has both, JSON has codes."""
    return _WRITERS[format_](found, locale)


def file_name(found: Bulletin, format_: Format) -> str:
    """Return the name under which a file is saved."""
    return f"{found.site_slug}-{found.quarter.key}-v{found.version}.{format_.value}"


def to_json(found: Bulletin) -> bytes:
    """Return the figures as they were frozen, byte for byte."""
    return found.text.encode()


def to_csv(found: Bulletin) -> bytes:
    """Return one line a number, with its names in both languages."""
    out = io.StringIO()
    out.write(BYTE_ORDER_MARK)
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(CSV_COLUMNS)
    about = (
        found.site_slug,
        found.quarter.key,
        found.version,
        found.as_of.isoformat(),
        found.known_at.isoformat(),
    )
    for figure in found.figures.values():
        for item, value, unit in items(figure):
            names = [item_name(figure, item, locale) for locale in (SPANISH, ENGLISH)]
            row: list[Cell] = [*about, figure.id, figure.version, item, value, unit, *names]
            row.append(figure.hidden if value is None else "")
            writer.writerow([neutral(cell) for cell in row])
    for table in found.tables.values():
        for item, value, unit in table_items(table):
            names = [cell_name(table, item, locale) for locale in (SPANISH, ENGLISH)]
            row = [*about, table.id, table.version, item, value, unit, *names]
            row.append(_hider(table) if value is None else "")
            writer.writerow([neutral(cell) for cell in row])
    return out.getvalue().encode()


def to_xlsx(found: Bulletin, locale: Locale) -> bytes:
    """Return a workbook with the figures, what they mean, and where they come from."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"created": EPOCH, "title": f"{found.site_name} {found.quarter.key}"})
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        sheets = (
            (text_in(locale, "Figures"), (10, 52, 14, 12, 14, 30), list(_figure_rows(found, locale))),
            (text_in(locale, "Who complained"), (16, 52, 14, 24, 52), list(_table_rows(found, locale))),
            (text_in(locale, "Definitions"), (10, 30, 50, 45, 45, 45, 10), list(_definition_rows(found, locale))),
            (text_in(locale, "Data dictionary"), (22, 12, 90), list(_dictionary_rows(locale))),
            (text_in(locale, "About"), (34, 80), list(_about_rows(found, locale))),
        )
        for name, widths, rows in sheets:
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            for column, width in enumerate(widths):
                sheet.set_column(column, column, width)
            for line, row in enumerate(rows):
                _write_row(sheet, line, row, bold if line == 0 else wrapped)
    return out.getvalue()


def items(figure: Figure) -> Iterator[tuple[str, Number, str]]:
    """Yield every number of a figure as (item, value, unit): numerator and denominator first."""
    yield "numerator", figure.numerator, "count"
    yield "denominator", figure.denominator, "count"
    for name, value in figure.parts.items():
        yield name, value, _unit(name)
    for name, value in figure.exclusions.items():
        yield f"excluded_{name}", value, "count"


def table_items(table: Table) -> Iterator[tuple[str, int | None, str]]:
    """Yield every number of a table as (item, value, unit): its total first, then its cells, hidden ones as None."""
    yield TOTAL, table.total, "count"
    if table.as_of_version is not None:
        yield AS_OF_VERSION, table.as_of_version, "version"
    for code, number in table.cells.items():
        yield code, number, "count"


def cell_name(table: Table, item: str, locale: Locale) -> str:
    """Return the name of one number of a table in a language."""
    if item in _ABOUT_TABLES:
        return text_in(locale, _ABOUT_TABLES[item])
    if item in table.names:
        return table.names[item].get(locale, item)
    return text_in(locale, CELLS[table.id][item])


def item_name(figure: Figure, item: str, locale: Locale) -> str:
    """Return the name of one number of a figure in a language."""
    definition = DEFINITIONS[figure.id]
    if item == "numerator":
        return text_in(locale, definition.numerator)
    if item == "denominator":
        return text_in(locale, definition.denominator)
    return wording.part_name(item.removeprefix("excluded_"), locale)


def neutral(cell: Cell) -> Cell:
    """Return a cell that no spreadsheet runs: an apostrophe goes before a text that begins like a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_SIGNS) else cell


LEVELS: Final[Mapping[str, str]] = MappingProxyType(
    {"output": mark("Output: what the site did"), "outcome": mark("Outcome: what came of it, as people say")}
)
LADDERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "attribution": mark("Attribution: the site alone brings it about"),
        "contribution": mark("Contribution: others bring it about as well"),
    }
)
WINDOWS: Final[Mapping[str, str]] = MappingProxyType(
    {"quarter": mark("The quarter"), "twelve_months": mark("The 12 months that end with the quarter")}
)


def _figure_rows(found: Bulletin, locale: Locale) -> Iterator[Sequence[Cell]]:
    yield [
        text_in(locale, "Figure"),
        text_in(locale, "What is counted"),
        text_in(locale, "Number"),
        text_in(locale, "Unit"),
        text_in(locale, "Code"),
        text_in(locale, "Not shown because"),
    ]
    for figure in found.figures.values():
        for item, value, unit in items(figure):
            why = _why_hidden(figure, value, locale)
            yield [figure.id, item_name(figure, item, locale), value, _unit_name(unit, locale), item, why]


def _table_rows(found: Bulletin, locale: Locale) -> Iterator[Sequence[Cell]]:
    yield [
        text_in(locale, "Table"),
        text_in(locale, "What is counted"),
        text_in(locale, "Number"),
        text_in(locale, "Code"),
        text_in(locale, "Not shown because"),
    ]
    for table in found.tables.values():
        for item, value, _ in table_items(table):
            why = "" if value is not None else text_in(locale, STATES[table.state])
            yield [table.id, cell_name(table, item, locale), value, item, why]


def _dictionary_rows(locale: Locale) -> Iterator[Sequence[Cell]]:
    yield [text_in(locale, "Column of the CSV file"), text_in(locale, "Kind"), text_in(locale, "What it is")]
    for field in CSV_FIELDS:
        yield [field.name, text_in(locale, field.kind), text_in(locale, field.says)]
    for code, name in (*_UNITS.items(), *_HIDDEN.items()):
        yield [code, text_in(locale, "code"), text_in(locale, name)]


def _definition_rows(found: Bulletin, locale: Locale) -> Iterator[Sequence[Cell]]:
    yield [
        text_in(locale, "Figure"),
        text_in(locale, "Name"),
        text_in(locale, "What it says"),
        text_in(locale, "Counted"),
        text_in(locale, "Out of"),
        text_in(locale, "Left out, or beside it"),
        text_in(locale, "Version"),
        text_in(locale, "Period"),
        text_in(locale, "Level"),
        text_in(locale, "Ladder"),
    ]
    for figure in found.figures.values():
        words = DEFINITIONS[figure.id]
        said = (words.name, words.says, words.numerator, words.denominator, words.leaves_out)
        kinds = (WINDOWS[figure.window], LEVELS[figure.level], LADDERS[figure.ladder])
        texts = [text_in(locale, text) for text in said]
        yield [figure.id, *texts, figure.version, *(text_in(locale, kind) for kind in kinds)]
    for table in found.tables.values():
        about = TABLES[table.id]
        said = (about.name, about.says, about.numerator, about.denominator, about.leaves_out)
        kinds = (WINDOWS[about.window], LEVELS[about.level], LADDERS[about.ladder])
        texts = [text_in(locale, text) for text in said]
        yield [table.id, *texts, table.version, *(text_in(locale, kind) for kind in kinds)]


def _about_rows(found: Bulletin, locale: Locale) -> Iterator[Sequence[Cell]]:
    yield [text_in(locale, "What"), text_in(locale, "Value")]
    yield [text_in(locale, "Site"), found.site_name]
    yield [text_in(locale, "Quarter"), wording.quarter_name(found, locale)]
    yield [text_in(locale, "Version"), found.version]
    state = found.released_at.isoformat() if found.released_at else text_in(locale, "Frozen, not published")
    yield [text_in(locale, "Published"), state]
    yield [text_in(locale, "What happened before"), found.as_of.isoformat()]
    yield [text_in(locale, "As far as recorded by"), found.known_at.isoformat()]
    yield [text_in(locale, "Time zone of the site"), found.time_zone]
    yield [text_in(locale, "SHA-256 over figures and input set"), found.digest]
    yield [text_in(locale, "SHA-256 of the JSON file"), found.file_digest]
    yield [text_in(locale, "Root over all case chains"), found.chain_root]
    yield [text_in(locale, "Day of that root"), found.chain_root_on.isoformat() if found.chain_root_on else ""]
    yield [text_in(locale, "Context"), found.notes.get(locale, "")]


def _write_row(sheet: xlsxwriter.worksheet.Worksheet, line: int, row: Sequence[Cell], look: object) -> None:
    for column, cell in enumerate(row):
        value = neutral(cell)
        if isinstance(value, str):
            sheet.write_string(line, column, value, look)
        elif value is not None:
            sheet.write_number(line, column, value, look)


_UNITS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "count": mark("number"),
        "days": mark("days"),
        "share": mark("share from 0 to 1"),
        "rate": mark("so many per what its name says"),
        "yes_no": mark("1: yes, 0: no"),
        "hours": mark("hours"),
        "version": mark("version"),
    }
)
_HIDDEN: Final[Mapping[str, str]] = MappingProxyType(
    {
        Hidden.FEW_AND_ALIKE.value: mark("So few answers, all alike"),
        Hidden.TOO_FEW_CASES.value: mark("Fewer than 10 cases, or fewer than 5 resolved"),
        Hidden.FEW_ANSWERS.value: mark("Fewer than 10 answers, or it would tell a number that is hidden"),
        Hidden.ONE_TO_FOUR.value: mark("From 1 to 4 people, or it would tell a number that is hidden"),
        Hidden.HIDDEN_CELL.value: mark("It would tell a number that is hidden"),
        Hidden.NOT_KNOWN.value: mark("Nobody entered what it is out of, or it is fewer than 10 people"),
        TableState.TOTAL_ONLY.value: STATES[TableState.TOTAL_ONLY.value],
        TableState.WITHHELD.value: STATES[TableState.WITHHELD.value],
    }
)
_SHARES: Final = frozenset({"response", "low", "high", "worst", "best", "left_share"})


def _unit(item: str) -> str:
    if item in {"trend_allowed", "hours"}:
        return {"trend_allowed": "yes_no", "hours": "hours"}[item]
    if item.endswith("_days"):
        return "days"
    if item.startswith("per_"):
        return "rate"
    return "share" if item in _SHARES or item.startswith(("day_", "incidence_day_", "rate_")) else "count"


def _unit_name(unit: str, locale: Locale) -> str:
    return text_in(locale, _UNITS[unit])


def _why_hidden(figure: Figure, value: Number, locale: Locale) -> str:
    if value is not None:
        return ""
    return text_in(locale, _HIDDEN[figure.hidden] if figure.hidden else "Not reached yet, or out of fewer than 10")


def _hider(table: Table) -> str:
    """Return the code of why a cell of a table is empty."""
    return Hidden.HIDDEN_CELL.value if table.state == TableState.PART else table.state


_WRITERS: Final[Mapping[Format, Callable[[Bulletin, Locale], bytes]]] = MappingProxyType(
    {
        Format.XLSX: to_xlsx,
        Format.CSV: lambda found, _: to_csv(found),
        Format.JSON: lambda found, _: to_json(found),
    }
)
