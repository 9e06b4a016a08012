"""An old register as a table: which of our columns stand where, and the rows that say something. Pure."""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from grievance.registers.columns import DATES, NAMES, REQUIRED, Column, column_of, is_contact
from grievance.registers.dates import looks_month_first
from grievance.registers.files import HEADER_WITHIN, MOST_ROWS, Cell, Mark, Row, known_headers, sheets_of
from grievance.registers.problems import Code, Problem, RegisterUnreadable, at_place

Line = tuple[int, Mapping[Column, Cell]]
"""A row by its number, with those of its cells that can be taken over and are not empty."""


@dataclass(frozen=True, slots=True)
class Table:
    """A register as far as it can be taken over. `problems` are those of its columns."""

    lines: Sequence[Line]
    problems: Sequence[Problem]
    month_first: frozenset[Column]
    """Columns with dates that only an American reading can make sense of."""


def read_table(content: bytes) -> Table:
    """Return the register that a file holds: its first sheet whose headers we know.

    Raises:
        RegisterUnreadable: the file cannot be read, or holds more rows than it may.
    """
    first: Table | None = None
    for rows in sheets_of(content):
        start = list(islice(rows, HEADER_WITHIN))
        at = next((place for place, (_, cells) in enumerate(start) if known_headers(cells) >= 2), None)
        if at is not None:
            return _table(start[at], chain(start[at + 1 :], rows))
        filled = next((row for row in start if _is_filled(row[1])), None)
        if first is None and filled is not None:
            first = Table((), _missing(filled[0], ()), frozenset())
    if first is None:
        raise RegisterUnreadable(Problem(0, "", Code.EMPTY_FILE))
    return first


def _table(header: Row, rows: Iterator[Row]) -> Table:
    places, problems = _columns(header)
    lines: list[Line] = []
    for number, cells in rows:
        line = {column: cells[place] for column, place in places.items() if place < len(cells) and cells[place] != ""}
        if not _is_filled(line.values()):
            continue
        if len(lines) >= MOST_ROWS:
            raise RegisterUnreadable(Problem(number, "", Code.TOO_MANY_ROWS))
        lines.append((number, line))
    if not lines and not problems:
        problems.append(Problem(header[0], "", Code.NO_ROWS))
    month_first = frozenset(
        column for column in DATES if column in places and looks_month_first(line.get(column, "") for _, line in lines)
    )
    return Table(lines, problems, month_first)


def _columns(header: Row) -> tuple[dict[Column, int], list[Problem]]:
    number, cells = header
    places: dict[Column, int] = {}
    problems: list[Problem] = []
    for place, cell in enumerate(cells):
        name = "" if isinstance(cell, Mark) else str(cell).strip()
        if not name:
            continue
        column = column_of(name)
        # By its place and never by its header, which in a list without headers is somebody's name.
        if is_contact(name):
            problems.append(Problem(number, at_place(place), Code.CONTACT_COLUMN))
        elif column is None:
            problems.append(Problem(number, at_place(place), Code.UNKNOWN_COLUMN))
        elif column in places:
            problems.append(Problem(number, at_place(place), Code.REPEATED_COLUMN, detail=_both(column)))
        else:
            places[column] = place
    return places, [*problems, *_missing(number, places)]


def _missing(number: int, places: Container[Column]) -> list[Problem]:
    """Return the problems of columns that are needed and not there. A row without headers is never quoted."""
    return [
        Problem(number, column.value, Code.MISSING_COLUMN, detail=_both(column))
        for column in REQUIRED
        if column not in places
    ]


def _both(column: Column) -> str:
    return f"{NAMES[column].es} / {NAMES[column].en}"


def _is_filled(cells: Iterable[Cell]) -> bool:
    return any(not isinstance(cell, str) or cell.strip() for cell in cells)
