"""Headcounts as a CSV file: a table to fill in, and reading it back. All problems are listed; one stops everything.

Spreadsheet programs in Chile write semicolons, Windows-1252 and "1.200"; others write commas, UTF-8 and "1200". All of
it is read. A cell that would run as a formula is neutralised on the way out and never understood on the way in.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy.orm import Session

from grievance.metrics.periods import NotAQuarter, Quarter, parse_quarter
from grievance.publishing import headcounts
from grievance.publishing.exports import BYTE_ORDER_MARK, neutral
from grievance.sites.headcount import SHIFTS, Count, Refusal, Stratum, part_names, refused
from grievance.sites.models import Site
from grievance.sites.queries import areas, companies

COLUMNS: Final = ("quarter", "company", "area", "shift", "people", "hours")
EVERYBODY: Final = "all"

BYTES_MOST: Final = 1_000_000
LINES_MOST: Final = 5_000

_ALL: Final = frozenset({"", EVERYBODY, "todo", "todos", "toda", "todas"})
_SHIFT_WORDS: Final[Mapping[str, str]] = {
    **{shift: shift for shift in SHIFTS},
    "día": "day",
    "dia": "day",
    "noche": "night",
    "rotativo": "rotating",
    "otro": "other",
}

# Digits, alone or in groups of three: "1200", "1 200", "1.200", "1,200". A fraction is no headcount.
_WHOLE: Final = re.compile(r"[0-9]{1,9}|[0-9]{1,3}([.,\u0020\u00a0\u202f][0-9]{3}){1,2}")


class ProblemKind(StrEnum):
    """What is wrong with a file or a line of it."""

    UNREADABLE = "unreadable"
    TOO_LARGE = "too_large"
    COLUMNS_MISSING = "columns_missing"
    EMPTY = "empty"
    NO_QUARTER = "no_quarter"
    NOT_BEGUN = "not_begun"
    UNKNOWN_COMPANY = "unknown_company"
    UNKNOWN_AREA = "unknown_area"
    UNKNOWN_SHIFT = "unknown_shift"
    NOT_WHOLE = "not_whole"
    PEOPLE_MISSING = "people_missing"
    TWICE = "twice"
    PEOPLE_OUT_OF_BOUNDS = Refusal.PEOPLE_OUT_OF_BOUNDS.value
    HOURS_OUT_OF_BOUNDS = Refusal.HOURS_OUT_OF_BOUNDS.value
    HOURS_OF_NOBODY = Refusal.HOURS_OF_NOBODY.value


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, in which line (as a spreadsheet numbers them; 0: the whole file), and what stands there."""

    line: int
    kind: ProblemKind
    value: str = ""


class FileRefused(Exception):
    """Something in a file cannot be taken in, so nothing of it was."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(len(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Names:
    """How a file names the parts of a site; keys are casefolded."""

    companies: Mapping[str, int]
    areas: Mapping[str, int]


@dataclass(slots=True)
class Read:
    """What a file says: rows by quarter, and how many lines were left out because they had no number."""

    rows: dict[Quarter, list[Count]] = field(default_factory=dict)
    left_out: int = 0

    @property
    def count(self) -> int:
        """Return the number of rows."""
        return sum(len(rows) for rows in self.rows.values())


def names_of(session: Session, site: Site) -> Names:
    """Return the names that a file of a site may use. Areas go by their name in any language."""
    return Names(
        {company.name.casefold(): company.id for company in companies(session, site.operator_id)},
        {label.casefold(): area.id for area in areas(session, site.id) for label in area.labels.values()},
    )


def take_in(session: Session, site: Site, content: bytes, *, by: int | None, at: datetime) -> Read:
    """Read a file and record every row of it, or none.

    Raises:
        FileRefused: with all that is wrong.
    """
    found = read(session, site, content, at=at)
    for quarter, rows in found.rows.items():
        headcounts.save(session, site, quarter, recorded=rows, by=by, at=at)
    return found


def read(session: Session, site: Site, content: bytes, *, at: datetime) -> Read:
    """Read a file and change nothing.

    Raises:
        FileRefused: with all that is wrong, in the order of the lines.
    """
    names, found, problems = names_of(session, site), Read(), []
    seen: set[tuple[Quarter, Stratum]] = set()
    for line, cells in _lines(content):
        if not cells["people"] and not cells["hours"]:
            found.left_out += 1
            continue
        quarter, count, wrong = _row(cells, names)
        if quarter is not None and not headcounts.has_begun(quarter, site, at=at):
            wrong.append((ProblemKind.NOT_BEGUN, cells["quarter"]))
        if quarter is not None and count is not None and not wrong:
            if (quarter, count.stratum) in seen:
                wrong.append((ProblemKind.TWICE, ""))
            seen.add((quarter, count.stratum))
            found.rows.setdefault(quarter, []).append(count)
        problems += [Problem(line, kind, value[:60]) for kind, value in wrong]
    if not found.count and not problems:
        problems.append(Problem(0, ProblemKind.EMPTY))
    if problems:
        raise FileRefused(problems)
    return found


def template(session: Session, site: Site, quarter: Quarter, rows: Sequence[Count]) -> bytes:
    """Return the table of a quarter as a file to fill in: its rows, or, where it has none, a line for each part."""
    strata = [row.stratum for row in rows] or [
        Stratum(),
        *(Stratum(company_id=company.id) for company in companies(session, site.operator_id)),
        *(Stratum(area_id=area.id) for area in areas(session, site.id)),
    ]
    company_names, area_names = part_names(session, strata)
    numbers = {row.stratum: row for row in rows}
    out = io.StringIO()
    out.write(BYTE_ORDER_MARK)
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for stratum in strata:
        row = numbers.get(stratum)
        company = company_names.get(stratum.company_id or 0, EVERYBODY)
        area = area_names.get(stratum.area_id or 0, {}).get(site.default_locale, EVERYBODY)
        said = (quarter.key, company, area, stratum.shift or EVERYBODY)
        writer.writerow([*(neutral(cell) for cell in said), row.people if row else "", (row and row.hours) or ""])
    return out.getvalue().encode()


def whole_number(text: str) -> int | None:
    """Return the number that is written, in any way of grouping its digits; None when it is no whole number.

    >>> [whole_number(text) for text in ("1.200", "1 200", "12,5", "-3", "=1+1")]
    [1200, 1200, None, None, None]
    """
    return int(re.sub(r"\D", "", text)) if _WHOLE.fullmatch(text) else None


def _lines(content: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the number and the cells of every line that is not empty."""
    if len(content) > BYTES_MOST:
        raise FileRefused([Problem(0, ProblemKind.TOO_LARGE)])
    text = _decoded(content)
    head = text.split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";" if head.count(";") > head.count(",") else ",")
    try:
        found = [(reader.line_num, [cell.strip() for cell in row]) for row in reader]
    except csv.Error:
        raise FileRefused([Problem(0, ProblemKind.UNREADABLE)]) from None
    found = [(line, row) for line, row in found if any(row)]
    titles = [cell.casefold() for cell in found[0][1]] if found else []
    missing = [column for column in COLUMNS if column not in titles]
    if missing:
        raise FileRefused([Problem(0, ProblemKind.COLUMNS_MISSING, ", ".join(missing))])
    if len(found) > LINES_MOST:
        raise FileRefused([Problem(0, ProblemKind.TOO_LARGE)])
    for line, row in found[1:]:
        # Rows may be shorter than the head: programs leave out what is empty at the end.
        cells = dict(zip(titles, [*row, *[""] * len(titles)], strict=False))
        yield line, {column: cells[column] for column in COLUMNS}


def _decoded(content: bytes) -> str:
    if b"\0" in content:
        raise FileRefused([Problem(0, ProblemKind.UNREADABLE)])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # Windows-1252 leaves five bytes without a sign; Latin-1 reads all of them.
        return content.decode("latin-1")


def _row(cells: Mapping[str, str], names: Names) -> tuple[Quarter | None, Count | None, list[tuple[ProblemKind, str]]]:
    """Return what a line says, and what is wrong with it: pairs of what and the cell."""
    wrong: list[tuple[ProblemKind, str]] = []

    def named(column: str, known: Mapping[str, int | str], unknown: ProblemKind) -> int | str | None:
        # Our own files carry an apostrophe before what a spreadsheet would run.
        value = cells[column].removeprefix("'").casefold()
        if value not in _ALL and value not in known:
            wrong.append((unknown, cells[column]))
        return known.get(value)

    quarter = _quarter(cells["quarter"])
    if quarter is None:
        wrong.append((ProblemKind.NO_QUARTER, cells["quarter"]))
    company_id = named("company", names.companies, ProblemKind.UNKNOWN_COMPANY)
    area_id = named("area", names.areas, ProblemKind.UNKNOWN_AREA)
    shift = named("shift", _SHIFT_WORDS, ProblemKind.UNKNOWN_SHIFT)
    people, hours = whole_number(cells["people"]), whole_number(cells["hours"])
    if not cells["people"]:
        wrong.append((ProblemKind.PEOPLE_MISSING, ""))
    wrong += [
        (ProblemKind.NOT_WHOLE, cells[column])
        for column, number in (("people", people), ("hours", hours))
        if cells[column] and number is None
    ]
    if people is None:
        return quarter, None, wrong
    refusal = refused(people, hours)
    if refusal is not None:
        wrong.append((ProblemKind(refusal.value), cells["people"] if "people" in refusal else cells["hours"]))
    stratum = Stratum(company_id, area_id, shift)  # type: ignore[arg-type]  # the first two tables hold ids, the third codes
    return quarter, Count(stratum, people, hours), wrong


def _quarter(text: str) -> Quarter | None:
    try:
        return parse_quarter(text)
    except NotAQuarter:
        return None
