"""What a file holds, as far as somebody needs to see it to say what it means: headers, short lists of words, few rows.

Kept sealed beside the file and gone with it. Of long texts only the length is ever shown. Pure.
"""

import json
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from grievance.registers.checking import Looked, Site, look
from grievance.registers.columns import DATES, fold, is_contact
from grievance.registers.dates import QUOTABLE, looks_month_first
from grievance.registers.files import Cell, Mark, Row
from grievance.registers.matching import MOST_WORDS, WORD_CHARACTERS, Matching, keys_of
from grievance.registers.tables import Table, headers_in, translated

SAMPLE_ROWS: Final = 5


@dataclass(frozen=True, slots=True)
class FoundColumn:
    """A column of the file."""

    key: str
    header: str
    place: int
    filled: int
    """Rows in which it says something."""
    longest: int
    """Characters of its longest cell."""
    dates: int
    """Rows in which it holds a date of the spreadsheet, or what is written like one."""
    words: tuple[str, ...]
    """The different words in it, the most usual first; empty where they are too many or too long to be a list."""

    @property
    def is_contact(self) -> bool:
        """Whether it has to be deleted from the file first."""
        return is_contact(self.header)


@dataclass(frozen=True, slots=True)
class Found:
    """What a file holds."""

    columns: tuple[FoundColumn, ...] = field(repr=False)
    rows: int
    sample: tuple[tuple[int, tuple[Cell, ...]], ...] = field(repr=False)
    """The first rows that say something, whole."""

    @property
    def headers(self) -> tuple[str, ...]:
        """The headers, as the file writes them."""
        return tuple(column.header for column in self.columns)


class Finder:
    """Watches a sheet go by, and keeps of it what is needed."""

    def __init__(self) -> None:
        self._named: list[tuple[int, str]] = []
        self._tallies: list[_Tally] = []
        self._rows = 0
        self._sample: list[tuple[int, tuple[Cell, ...]]] = []

    def header(self, row: Row) -> None:
        """See the row of the headers."""
        self._named = headers_in(row[1])
        self._tallies = [_Tally() for _ in self._named]

    def row(self, row: Row) -> None:
        """See a row below it."""
        number, cells = row
        if not any(cell != "" for cell in cells):
            return
        self._rows += 1
        if len(self._sample) < SAMPLE_ROWS:
            self._sample.append((number, tuple(cells)))
        for (place, _), tally in zip(self._named, self._tallies, strict=True):
            if place < len(cells) and cells[place] != "":
                tally.add(cells[place])

    def found(self) -> Found:
        """Return what was seen."""
        keys = keys_of(name for _, name in self._named)
        columns = tuple(
            FoundColumn(key, name, place, tally.filled, tally.longest, tally.dates, tally.words())
            for (place, name), key, tally in zip(self._named, keys, self._tallies, strict=True)
        )
        return Found(columns, self._rows, tuple(self._sample))


class _Tally:
    def __init__(self) -> None:
        self.filled = self.longest = self.dates = 0
        self._counts: dict[str, int] | None = {}
        self._shown: dict[str, str] = {}

    def add(self, cell: Cell) -> None:
        self.filled += 1
        if isinstance(cell, datetime | date):
            self.dates += 1
            self._counts = None
            return
        text = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()
        self.longest = max(self.longest, len(text))
        self.dates += QUOTABLE.match(text) is not None
        if self._counts is None or isinstance(cell, Mark):
            return
        bare = fold(text)
        if len(text) > WORD_CHARACTERS or (bare not in self._counts and len(self._counts) >= MOST_WORDS):
            self._counts = None
            return
        self._counts[bare] = self._counts.get(bare, 0) + 1
        self._shown.setdefault(bare, text)

    def words(self) -> tuple[str, ...]:
        if self._counts is None:
            return ()
        return tuple(
            self._shown[bare] for bare in sorted(self._counts, key=lambda bare: (-self._counts_of(bare), bare))
        )

    def _counts_of(self, bare: str) -> int:
        return (self._counts or {})[bare]


def preview(found: Found, matching: Matching, site: Site, *, here: AbstractSet[str], now: datetime) -> Sequence[Looked]:
    """Return what would come of the first rows."""
    places = {matching.columns[column.key]: column.place for column in found.columns if column.key in matching.columns}
    means = {column: matching.means(column) for column in matching.words}
    lines = [
        (
            number,
            translated(
                {column: cells[place] for column, place in places.items() if place < len(cells) and cells[place] != ""},
                means,
            ),
        )
        for number, cells in found.sample
    ]
    month_first = frozenset(column for column in DATES if looks_month_first(line.get(column, "") for _, line in lines))
    return list(look(Table(lines, (), month_first, matching.order), site, here=here, now=now))


def written(found: Found) -> str:
    """Return it as it is kept."""
    facts = {
        "columns": [
            [one.key, one.header, one.place, one.filled, one.longest, one.dates, list(one.words)]
            for one in found.columns
        ],
        "rows": found.rows,
        "sample": [[number, [_kept(cell) for cell in cells]] for number, cells in found.sample],
    }
    return json.dumps(facts, ensure_ascii=False)


def read(text: str) -> Found:
    """Return what was kept."""
    facts: dict[str, Any] = json.loads(text)
    return Found(
        tuple(
            FoundColumn(key, header, place, filled, longest, dates, tuple(words))
            for key, header, place, filled, longest, dates, words in facts["columns"]
        ),
        facts["rows"],
        tuple((number, tuple(_cell(kind, value) for kind, value in cells)) for number, cells in facts["sample"]),
    )


def _kept(cell: Cell) -> list[Any]:
    if isinstance(cell, Mark):
        return ["mark", cell.value]
    if isinstance(cell, datetime):
        return ["moment", cell.isoformat()]
    if isinstance(cell, date):
        return ["day", cell.isoformat()]
    return ["plain", cell]


def _cell(kind: str, value: Any) -> Cell:  # noqa: ANN401  # as JSON has it
    match kind:
        case "mark":
            return Mark(value)
        case "moment":
            return datetime.fromisoformat(value)
        case "day":
            return date.fromisoformat(value)
        case _:
            plain: Cell = value
            return plain
