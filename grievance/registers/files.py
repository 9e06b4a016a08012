"""The file of an old register as rows of cells: CSV or XLSX, judged by content, and never more than it may hold. Pure.

What unpacks to more than it may is refused before it is unpacked: a small file may claim terabytes. Not for: what the
cells mean (`tables`).
"""

import csv
import io
import re
import warnings
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import islice
from typing import Any, Final

from grievance.core.optional import open_workbook
from grievance.registers.columns import column_of
from grievance.registers.problems import Code, Problem, RegisterUnreadable

MAX_FILE_BYTES: Final = 30 * 1024 * 1024
"""A hundred thousand grievances of a page each, as a spreadsheet keeps them."""

MAX_UNPACKED_BYTES: Final = 300 * 1024 * 1024
"""All parts of a workbook together, unpacked; sheets shrink to a tenth in it."""

MAX_PARTS: Final = 1_000
MAX_SHEETS: Final = 20
MOST_ROWS: Final = 100_000
"""Of a register. More than one file may be brought, one after the other."""

MOST_COLUMNS: Final = 100
MOST_TAGS: Final = 20_000_000
"""Of all parts of a workbook together: a hundred thousand rows of all our columns have some thirteen million. A few
bytes each fill gigabytes once they are texts and cells."""

LAST_ROW: Final = 1_048_576
"""The last row that Excel has: a file that names a later one is made to keep its reader busy."""

HEADER_WITHIN: Final = 20
"""The headers stand in one of the first rows: registers like to begin with a title and a logo."""

_AT_ONCE = 1024 * 1024
_XLSX_MARK = "xl/workbook.xml"
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_NOT_TEXT = (b"%PDF-", b"\xff\xd8\xff", b"\x89PNG", b"{\\rtf", b"<html", b"<?xml", b"<!DOC")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_DELIMITERS = (",", ";", "\t")

_XLSX_COMPLAINTS = (
    *(zipfile.BadZipFile, zlib.error, EOFError, OSError, SyntaxError, LookupError, ValueError, TypeError),
    *(AttributeError, AssertionError, ArithmeticError, RuntimeError),
)
"""openpyxl answers damage with any of these, by where it lies; SyntaxError is that of its XML parser."""


class Mark(StrEnum):
    """Stands for a cell whose value cannot be relied on."""

    FORMULA = "\0formula"
    ERROR = "\0error"


Cell = str | int | float | date | datetime | Mark
"""A cell; an empty one is the empty text."""

Row = tuple[int, Sequence[Cell]]
"""The number of a row as the spreadsheet counts it, from 1, and its cells."""


def sheets_of(content: bytes) -> Iterator[Iterator[Row]]:
    """Yield the sheets of a file, each as its rows in order; a CSV is one sheet. Take the rows of one before the next.

    Raises:
        RegisterUnreadable: the file cannot be read; also while rows are taken.
    """
    judge(content)
    if content.startswith(_ZIP):
        _check_tags(content)
        yield from _workbook(content)
    else:
        yield _csv_rows(_text(content))


def judge(content: bytes) -> None:
    """Refuse what cannot be a register, by its size and its first bytes, before anything of it is kept or unpacked.

    Raises:
        RegisterUnreadable: it is too large, or neither CSV nor XLSX.
    """
    if not content.strip():
        raise _unreadable(Code.EMPTY_FILE)
    if len(content) > MAX_FILE_BYTES:
        raise _unreadable(Code.FILE_TOO_LARGE)
    if content.startswith(_OLE):
        raise _unreadable(Code.PASSWORD if _ENCRYPTED in content else Code.UNKNOWN_KIND)
    if content.startswith(_ZIP):
        _check_parts(content)
    else:
        _text(content)


def _workbook(content: bytes) -> Iterator[Iterator[Row]]:
    try:
        with warnings.catch_warnings():
            # It complains of looks and of features that are not read here.
            warnings.simplefilter("ignore")
            book = open_workbook(io.BytesIO(content))
            for sheet in book.worksheets[:MAX_SHEETS]:
                yield _sheet_rows(sheet)
            book.close()
    except _XLSX_COMPLAINTS as error:
        raise _unreadable(Code.DAMAGED) from error


def _check_parts(content: bytes) -> None:
    """Refuse what is no workbook, or claims to be larger than may be unpacked. Readers stop at the size claimed."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, zlib.error) as error:
        raise _unreadable(Code.DAMAGED) from error
    if _XLSX_MARK not in {part.filename for part in parts}:
        raise _unreadable(Code.UNKNOWN_KIND)
    if any(part.flag_bits & 1 for part in parts):
        raise _unreadable(Code.PASSWORD)
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES:
        raise _unreadable(Code.UNPACKS_TOO_LARGE)


def _check_tags(content: bytes) -> None:
    """Refuse more elements than a register has, counted as they stream by, in whatever part they stand."""
    counted = 0
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            for name in packed.namelist():
                with packed.open(name) as part:
                    while counted <= MOST_TAGS and (read := part.read(_AT_ONCE)):
                        counted += read.count(b"<")
    except (*_XLSX_COMPLAINTS, NotImplementedError) as error:
        raise _unreadable(Code.DAMAGED) from error
    if counted > MOST_TAGS:
        raise _unreadable(Code.TOO_MANY_CELLS)


def _sheet_rows(sheet: Any) -> Iterator[Row]:  # noqa: ANN401  # a sheet of openpyxl or a chart, which has no rows
    sheet.reset_dimensions()  # what a file claims of its own size is not to be relied on
    empty: object = None
    try:
        for number, row in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS), start=1):
            if number > LAST_ROW:
                raise _unreadable(Code.TOO_MANY_ROWS)
            if row is empty:
                # One and the same stands for every row of a gap, which may be a million rows long.
                continue
            cells = [_cell_of(cell) for cell in row]
            if not any(cell != "" for cell in cells):
                empty = row
            yield number, cells
    except _XLSX_COMPLAINTS as error:
        raise _unreadable(Code.DAMAGED) from error


def _cell_of(cell: Any) -> Cell:  # noqa: ANN401  # a cell of openpyxl, or its stand-in for an empty one
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        return Mark.FORMULA
    if cell.data_type == "e":
        return Mark.ERROR
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, str | int | float | datetime | date):
        return value
    if isinstance(value, time | timedelta):
        return str(value)
    return Mark.FORMULA  # a table formula, which openpyxl gives as an object


def _text(content: bytes) -> str:
    if content.startswith(_UTF_16):
        raise _unreadable(Code.WRONG_ENCODING)
    if content.startswith(_NOT_TEXT) or b"\0" in content:
        raise _unreadable(Code.UNKNOWN_KIND)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError as error:
        raise _unreadable(Code.WRONG_ENCODING) from error


def _csv_rows(text: str) -> Iterator[Row]:
    # Tidied once, so that a cell ends its lines in one way whatever wrote the file.
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    reader = csv.reader(io.StringIO(lines, newline=""), delimiter=_delimiter(lines), strict=True)
    number = 0
    try:
        for number, row in enumerate(reader, start=1):
            yield number, [Mark.FORMULA if _is_formula(cell) else cell for cell in row[:MOST_COLUMNS]]
    except csv.Error as error:
        raise RegisterUnreadable(Problem(number + 1, "", Code.BAD_CSV)) from error


def _is_formula(cell: str) -> bool:
    """Tell whether a spreadsheet would run the text of a cell. A dash or plus begins many an honest sentence."""
    return re.match(r"\s*=[^\s=]", cell) is not None


def _delimiter(lines: str) -> str:
    """Return what stands between cells: that with which the first rows hold most of the names we know."""

    def fitness(delimiter: str) -> tuple[int, int, int]:
        reader = csv.reader(io.StringIO(lines, newline=""), delimiter=delimiter)
        try:
            rows = list(islice(reader, HEADER_WITHIN))
        except csv.Error:
            return 0, 0, 0
        # Where no name is known: the most rows of one width, and of those the widest. Prose has commas, but not as many
        # in each row.
        usual = Counter(len(row) for row in rows if len(row) > 1).most_common(1)
        width, alike = usual[0] if usual else (0, 0)
        return max((known_headers(row) for row in rows), default=0), alike, width

    return max(_DELIMITERS, key=fitness)


def known_headers(cells: Iterable[Cell]) -> int:
    """Return how many of the cells name a column that can be taken over."""
    return sum(isinstance(cell, str) and column_of(cell) is not None for cell in cells)


def _unreadable(code: Code) -> RegisterUnreadable:
    return RegisterUnreadable(Problem(0, "", code))
