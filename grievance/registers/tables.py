"""An old register as a table: which of our columns stand where, and the rows that say something. Pure."""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Protocol

from grievance.registers.columns import DATES, NAMES, REQUIRED, Column, column_of, fold, is_contact
from grievance.registers.dates import looks_month_first
from grievance.registers.files import HEADER_WITHIN, MOST_ROWS, Cell, Mark, Row, known_headers, sheets_of
from grievance.registers.matching import DateOrder, Matching, keys_of
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
    order: DateOrder | None = None
    """How the list writes its dates, where somebody said so."""


class Watcher(Protocol):
    """Sees the sheet go by as it stands in the file."""

    def header(self, row: Row) -> None:
        """See the row of the headers."""
        ...

    def row(self, row: Row) -> None:
        """See a row below it."""
        ...


def read_table(content: bytes, *, matching: Matching | None = None, watcher: Watcher | None = None) -> Table:
    """Return the register that a file holds: its first sheet whose headers we know, by ourselves or by a matching.

    Raises:
        RegisterUnreadable: the file cannot be read, or holds more rows than it may.
    """
    first: Table | None = None
    for rows in sheets_of(content):
        start = list(islice(rows, HEADER_WITHIN))
        at = _header_place(start, matching)
        if at is not None:
            return _table(start[at], chain(start[at + 1 :], rows), matching, watcher)
        filled = next((row for row in start if _is_filled(row[1])), None)
        if first is None and filled is not None:
            first = Table((), _missing(filled[0], ()), frozenset())
            _watch_unknown(start, rows, watcher)
    if first is None:
        raise RegisterUnreadable(Problem(0, "", Code.EMPTY_FILE))
    return first


def headers_in(cells: Sequence[Cell]) -> list[tuple[int, str]]:
    """Return the headers of a row with their places; a cell without a name is none."""
    return [
        (place, name)
        for place, cell in enumerate(cells)
        if (name := "" if isinstance(cell, Mark) else str(cell).strip())
    ]


def _header_place(start: Sequence[Row], matching: Matching | None) -> int | None:
    """Return which of the first rows holds the headers."""
    if matching is not None:
        named = [{*keys_of(name for _, name in headers_in(cells))} & matching.columns.keys() for _, cells in start]
        most = max(range(len(start)), key=lambda at: len(named[at]), default=None)
        if most is not None and len(named[most]) >= min(2, len(matching.columns)) > 0:
            return most
    return next((place for place, (_, cells) in enumerate(start) if known_headers(cells) >= 2), None)


def _watch_unknown(start: Sequence[Row], rows: Iterable[Row], watcher: Watcher | None) -> None:
    """Show a sheet none of whose headers we know: they probably stand in the first row about as wide as the widest."""
    if watcher is None:
        return
    widths = [len(headers_in(cells)) if _are_words(cells) else 0 for _, cells in start]
    widest = max(widths, default=0)
    if widest < 2:  # a list has at least two columns
        return
    at = next(place for place, width in enumerate(widths) if width * 3 >= widest * 2)
    watcher.header(start[at])
    for row in islice(chain(start[at + 1 :], rows), MOST_ROWS):
        watcher.row(row)


def _are_words(cells: Sequence[Cell]) -> bool:
    return all(isinstance(cell, str) and not isinstance(cell, Mark) for cell in cells)


def _table(header: Row, rows: Iterator[Row], matching: Matching | None, watcher: Watcher | None) -> Table:
    places, problems = _columns(header, matching)
    means = {column: matching.means(column) for column in matching.words} if matching is not None else {}
    if watcher is not None:
        watcher.header(header)
    lines: list[Line] = []
    for number, cells in rows:
        if watcher is not None:
            watcher.row((number, cells))
        line = {column: cells[place] for column, place in places.items() if place < len(cells) and cells[place] != ""}
        if not _is_filled(line.values()):
            continue
        if len(lines) >= MOST_ROWS:
            raise RegisterUnreadable(Problem(number, "", Code.TOO_MANY_ROWS))
        lines.append((number, translated(line, means)))
    if not lines and not problems:
        problems.append(Problem(header[0], "", Code.NO_ROWS))
    month_first = frozenset(
        column for column in DATES if column in places and looks_month_first(line.get(column, "") for _, line in lines)
    )
    return Table(lines, problems, month_first, matching.order if matching else None)


def has_missing(table: Table) -> bool:
    """Tell whether a column that is needed is not there, by the headers or by what was said of them."""
    return any(problem.code is Code.MISSING_COLUMN for problem in table.problems)


def translated(line: Mapping[Column, Cell], means: Mapping[Column, Mapping[str, str]]) -> Mapping[Column, Cell]:
    """Return a line with our words instead of those that somebody said what they stand for."""
    said = dict(line)
    for column, words in means.items():
        cell = said.get(column, "")
        ours = None if isinstance(cell, Mark) else words.get(fold(_plain(cell)))
        if ours is not None:
            said[column] = ours
    return said


def _plain(cell: Cell) -> str:
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def _columns(header: Row, matching: Matching | None) -> tuple[dict[Column, int], list[Problem]]:
    number, cells = header
    places: dict[Column, int] = {}
    problems: list[Problem] = []
    named = headers_in(cells)
    said = set(keys_of(matching.headers)) if matching is not None else set()
    for (place, name), key in zip(named, keys_of(name for _, name in named), strict=True):
        is_said = key in said
        column = matching.columns.get(key) if matching is not None and is_said else column_of(name)
        # By its place and never by its header, which in a list without headers is somebody's name.
        if is_contact(name):
            problems.append(Problem(number, at_place(place), Code.CONTACT_COLUMN))
        elif column is None:
            # Left out on purpose, it is no news.
            problems += [] if is_said else [Problem(number, at_place(place), Code.UNKNOWN_COLUMN)]
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
