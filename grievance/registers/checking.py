"""Checking the lines of an old register: each becomes an entry that can be imported, or a list of problems. Pure.

A line says what it says: nothing is guessed, and what is missing stays missing. Not for: writing (`importing`).
"""

import difflib
import re
import unicodedata
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from grievance.cases.states import NEVER_OUT_OF_SCOPE, RESTRICTED_TYPES, Channel, Group, Outcome, Status
from grievance.deadlines.standards import CaseType
from grievance.deadlines.working_days import local_date
from grievance.registers.columns import CHARACTERS, LONGEST_CODE, REQUIRED, Column, fold
from grievance.registers.dates import QUOTABLE, DateProblem, Moment, read_date
from grievance.registers.files import Cell, Mark
from grievance.registers.problems import Code, Problem
from grievance.registers.tables import Line, Table
from grievance.registers.values import FOUND, LEFT, NO_VERDICT, OFFERED, OPEN, VALUES

MOST_PEOPLE: Final = 10_000

_NUMBER = re.compile(r"[\w./ -]{1,60}\Z")
_COUNT = re.compile(r"\d{1,5}(?:[.,]\d{1,2})?\Z", re.ASCII)
"""Of a cell that should be a count, only what is too short for a telephone or an identity number is repeated."""
_LINES = (Column.WORDS, Column.SUMMARY)
"""Columns whose cells may have several lines."""
_UNKEPT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Listed:
    """A row of a list of the database: its id and name; of a category also what it proposes."""

    id: int
    label: str
    code: str = ""
    default_type: str = ""
    default_severity: int | None = None


@dataclass(frozen=True, slots=True)
class Site:
    """What the lines are held against: where the site is, and its lists by folded name."""

    time_zone: str
    locale: str
    lists: Mapping[Column, Mapping[str, Listed]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line that can be imported. Instants are in UTC and follow each other."""

    row: int
    number: str
    received_at: datetime
    words: str = field(repr=False)
    title: str | None = field(repr=False)
    summary: str | None = field(repr=False)
    name: str | None = field(repr=False)
    channel: Channel
    category: Listed | None
    type: CaseType
    severity: int | None
    group: Group
    employer_id: int | None
    area_id: int | None
    shift: str | None
    people_count: int
    locale: str
    acknowledged_at: datetime | None
    told_at: datetime | None
    outcome: Outcome | None
    ended_as: Status | None
    """None while it is open."""
    ended_at: datetime | None
    verdict: str | None
    verdict_source: str | None

    @property
    def is_classified(self) -> bool:
        """Whether the register says what kind of case it is; else a triager does."""
        return self.type is not CaseType.UNCLASSIFIED

    @property
    def is_restricted(self) -> bool:
        """Whether few may see it, by its type or by what its category stands for."""
        return bool({self.type.value, self.category.default_type if self.category else ""} & RESTRICTED_TYPES)


@dataclass(frozen=True, slots=True)
class Looked:
    """What came of a line: an entry, or problems, or neither when its number is here already."""

    row: int
    entry: Entry | None
    problems: tuple[Problem, ...] = ()


def look(table: Table, site: Site, *, here: AbstractSet[str], now: datetime) -> Iterator[Looked]:
    """Yield what came of each line, in order. `here` are the register numbers that the site has already."""
    seen: dict[str, int] = {}
    for line in table.lines:
        reader = _Reader(line, site, table, now)
        number = reader.number()
        if number in here:
            yield Looked(line[0], None)
            continue
        if number and number in seen:
            reader.say(Column.NUMBER, Code.REPEATED_NUMBER, detail=str(seen[number]))
        seen.setdefault(number, line[0])
        entry = _entry(reader, number)
        problems = tuple(reader.problems)
        yield Looked(line[0], None if problems else entry, problems)


def _entry(reader: "_Reader", number: str) -> Entry | None:
    category = reader.listed(Column.CATEGORY)
    given = reader.code(Column.TYPE)
    case_type = CaseType(given or (category.default_type if category else "") or CaseType.UNCLASSIFIED)
    severity = reader.code(Column.SEVERITY)
    employer, area = reader.listed(Column.EMPLOYER), reader.listed(Column.AREA)
    facts = {
        "words": reader.text(Column.WORDS),
        "title": reader.text(Column.TITLE) or None,
        "summary": reader.text(Column.SUMMARY) or None,
        "name": reader.text(Column.NAME) or None,
        "channel": Channel(reader.code(Column.CHANNEL) or Channel.NOT_SAID),
        "group": Group(reader.code(Column.GROUP) or Group.NOT_SAID),
        "shift": reader.code(Column.SHIFT),
        "people_count": reader.people(),
        "locale": reader.code(Column.LANGUAGE) or reader.site.locale,
    }
    course = _course(reader, case_type)
    if course is None:
        return None
    return Entry(
        row=reader.row,
        number=number,
        category=category,
        type=case_type,
        severity=int(severity) if severity else (category.default_severity if category else None),
        employer_id=employer.id if employer else None,
        area_id=area.id if area else None,
        **facts,  # type: ignore[arg-type]  # each is read as its field is typed
        **course,  # type: ignore[arg-type]
    )


def _course(reader: "_Reader", case_type: CaseType) -> dict[str, object] | None:
    """Return what became of the grievance and when; None when it does not hold together, or has no beginning."""
    ended_as, outcome = _ending(reader, case_type)
    verdict, source = _verdict(reader, ended_as)
    received = reader.moment(Column.RECEIVED)
    acknowledged, told, ended = (reader.moment(column) for column in (Column.ACKNOWLEDGED, Column.TOLD, Column.ENDED))
    if received is None:
        return None
    zone = reader.site.time_zone
    received_at = received.instant(zone)
    acknowledged_at = acknowledged.instant(zone, not_before=received_at) if acknowledged else None
    told_at = told.instant(zone, not_before=acknowledged_at or received_at) if told else None
    before = (received_at, acknowledged_at, told_at)
    ended_at = ended.instant(zone, not_before=_latest_on(ended, zone, *before)) if ended else None
    for column, at in ((Column.ACKNOWLEDGED, acknowledged_at), (Column.TOLD, told_at), (Column.ENDED, ended_at)):
        if at is not None and at < received_at:
            reader.say_date(column, Code.BEFORE_RECEIVED)
    if acknowledged_at and told_at and received_at <= told_at < acknowledged_at:
        reader.say_date(Column.TOLD, Code.BEFORE_ACKNOWLEDGED)
    if acknowledged_at and ended_at and received_at <= ended_at < acknowledged_at:
        reader.say_date(Column.ACKNOWLEDGED, Code.AFTER_ENDED)
    return {
        "received_at": received_at,
        "acknowledged_at": acknowledged_at,
        "told_at": told_at,
        "ended_at": ended_at,
        "ended_as": ended_as,
        "outcome": outcome,
        "verdict": verdict,
        "verdict_source": source,
    }


def _latest_on(ended: Moment, zone: str, *instants: datetime | None) -> datetime | None:
    """Return the last of the instants that lies on the day of the end, where only the day is known."""
    return max((at for at in instants if at is not None and local_date(at, zone) == ended.on), default=None)


def _ending(reader: "_Reader", case_type: CaseType) -> tuple[Status | None, Outcome | None]:
    """Return how the grievance ended and what was found, from what the columns say together."""
    status, outcome = reader.code(Column.STATUS), reader.code(Column.OUTCOME)
    has_end, has_told = reader.has(Column.ENDED), reader.has(Column.TOLD)
    if status is None or (status == Status.CLOSED and outcome in LEFT):
        # "Closed" with an outcome that is a way of leaving says the same as that way.
        status = outcome if outcome in LEFT else (Status.CLOSED.value if has_end else OPEN)
    if status == OPEN:
        if has_end:
            reader.say(Column.STATUS, Code.OPEN_BUT_ENDED)
        if outcome or has_told:
            reader.say(Column.OUTCOME if outcome else Column.TOLD, Code.OPEN_BUT_ANSWERED)
        return None, None
    if not has_end:
        reader.say(Column.ENDED, Code.ENDED_MISSING)
    if status in LEFT:
        if outcome not in {None, status}:
            reader.say(Column.OUTCOME, Code.OUTCOME_CONTRADICTS)
        if case_type in NEVER_OUT_OF_SCOPE and status != Status.WITHDRAWN:
            reader.say(Column.STATUS, Code.NOT_THIS_WAY)
        return Status(status), None
    if has_told and not reader.has(Column.OUTCOME):
        reader.say(Column.OUTCOME, Code.OUTCOME_MISSING)
    return Status(status), Outcome(outcome) if outcome in FOUND else None


def _verdict(reader: "_Reader", ended_as: Status | None) -> tuple[str | None, str | None]:
    if fold(reader.text(Column.VERDICT)) in NO_VERDICT:
        return None, None
    verdict, source = reader.code(Column.VERDICT), reader.code(Column.VERDICT_SOURCE)
    if verdict and not reader.has(Column.VERDICT_SOURCE):
        reader.say(Column.VERDICT_SOURCE, Code.SOURCE_MISSING)
    if reader.has(Column.VERDICT_SOURCE) and not reader.has(Column.VERDICT):
        reader.say(Column.VERDICT, Code.VERDICT_MISSING)
    if verdict and ended_as is None and not reader.problems:
        reader.say(Column.VERDICT, Code.VERDICT_TOO_EARLY)
    return verdict, source


class _Reader:
    """The cells of one line, and the problems met while reading them."""

    def __init__(self, line: Line, site: Site, table: Table, now: datetime) -> None:
        self.row, self.cells = line
        self.site = site
        self.table = table
        self.now = now
        self.problems: list[Problem] = []

    def say(self, column: Column, code: Code, *, detail: str = "", hint: str = "") -> None:
        """Add a problem."""
        self.problems.append(Problem(self.row, column.value, code, detail, hint))

    def say_date(self, column: Column, code: Code) -> None:
        """Add a problem with a date, quoted if it looks like one."""
        said = _as_text(self.cells.get(column, ""))
        self.say(column, code, detail=said if QUOTABLE.match(said) else "")

    def has(self, column: Column) -> bool:
        """Return whether a cell says anything, right or wrong."""
        cell = self.cells.get(column, "")
        return not isinstance(cell, str) or bool(cell.strip())

    def number(self) -> str:
        """Return the register number, empty when it is missing or cannot be one."""
        text = self.text(Column.NUMBER)
        if text and not (_NUMBER.match(text) and any(sign.isdigit() for sign in text)):
            # Not quoted: whatever it is, it may be a name.
            self.say(Column.NUMBER, Code.BAD_NUMBER)
            return ""
        return text

    def text(self, column: Column) -> str:
        """Return the words of a cell, cleaned; empty when there are none or they cannot be relied on."""
        cell = self.cells.get(column, "")
        if isinstance(cell, Mark):
            self.say_once(column, Code.FORMULA if cell is Mark.FORMULA else Code.ERROR_CELL)
            return ""
        text = _as_text(cell)
        if column not in _LINES:
            text = " ".join(text.split())
        most = CHARACTERS.get(column, LONGEST_CODE)
        if len(text) > most:
            self.say_once(column, Code.TOO_LONG, detail=str(most))
            return ""
        if not text and column in REQUIRED:
            self.say_once(column, Code.MISSING)
        return text

    def say_once(self, column: Column, code: Code, *, detail: str = "") -> None:
        """Add a problem unless it has been said: a cell may be read twice."""
        problem = Problem(self.row, column.value, code, detail)
        if problem not in self.problems:
            self.problems.append(problem)

    def code(self, column: Column) -> str | None:
        """Return the code of a cell of a fixed list."""
        text = self.text(column)
        if not text:
            return None
        table = VALUES[column]
        code = table.get(fold(text))
        if code is None:
            near = difflib.get_close_matches(fold(text), table, n=1, cutoff=0.75)
            # Not quoted, however short: a surname in the wrong column is one word too, and may be near to a value.
            self.say(column, Code.UNKNOWN_VALUE, hint=_shown(column, table[near[0]]) if near else "")
        return code

    def listed(self, column: Column) -> Listed | None:
        """Return the row of the database that a cell names."""
        text = self.text(column)
        if not text:
            return None
        table = self.site.lists[column]
        found = table.get(fold(text))
        if found is None:
            near = difflib.get_close_matches(fold(text), table, n=1, cutoff=0.6)
            self.say(column, Code.UNKNOWN_VALUE, hint=table[near[0]].label if near else "")
        return found

    def people(self) -> int:
        """Return how many people it is about; one when the register does not say."""
        text = self.text(Column.PEOPLE)
        if not text:
            return 1
        if not (text.isdecimal() and text.isascii() and len(text) < 6 and 1 <= int(text) <= MOST_PEOPLE):
            self.say(Column.PEOPLE, Code.NOT_A_COUNT, detail=text if _COUNT.match(text) else "")
            return 1
        return int(text)

    def moment(self, column: Column) -> Moment | None:
        """Return what a cell says of a date; one that has not come yet is a problem."""
        cell = self.cells.get(column, "")
        if isinstance(cell, Mark) or not self.has(column):
            self.text(column)
            return None
        zone = self.site.time_zone
        try:
            is_mixed = column in self.table.month_first
            found = read_date(cell, time_zone=zone, month_first=is_mixed, order=self.table.order)
        except DateProblem as problem:
            self.say_date(column, problem.code)
            return None
        if found.on > local_date(self.now, zone) or (found.at is not None and found.at > self.now):
            self.say_date(column, Code.IN_FUTURE)
            return None
        return found


def _as_text(cell: Cell) -> str:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)  # how a spreadsheet keeps any number
    if isinstance(cell, datetime | date):
        return cell.isoformat(sep=" ") if isinstance(cell, datetime) else cell.isoformat()
    text = str(cell).replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _UNKEPT.sub("", text)).strip()


def _shown(column: Column, code: str) -> str:
    """Return the value in both languages, as the template offers it."""
    codes = list(dict.fromkeys(VALUES[column].values()))
    return " / ".join(dict.fromkeys(OFFERED[column][codes.index(code)]))
