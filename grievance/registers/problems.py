"""What can be wrong with an old register: codes, and where. The words for people are in `words`. Pure."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final


class Code(StrEnum):
    """One kind of problem."""

    # Of the whole file.
    EMPTY_FILE = "empty_file"
    FILE_TOO_LARGE = "file_too_large"
    UNKNOWN_KIND = "unknown_kind"
    """Neither CSV nor XLSX; an old .xls, a PDF, a photo."""
    DAMAGED = "damaged"
    UNPACKS_TOO_LARGE = "unpacks_too_large"
    TOO_MANY_CELLS = "too_many_cells"
    PASSWORD = "password"  # noqa: S105  # the name of a problem
    WRONG_ENCODING = "wrong_encoding"
    BAD_CSV = "bad_csv"
    """A quotation mark that is never closed, or a cell beyond all measure; the row says about where."""
    TOO_MANY_ROWS = "too_many_rows"
    NO_ROWS = "no_rows"
    MISSING_COLUMN = "missing_column"
    REPEATED_COLUMN = "repeated_column"
    CONTACT_COLUMN = "contact_column"
    UNKNOWN_COLUMN = "unknown_column"
    """No obstacle: said, so that nobody thinks it came along."""
    # Of a cell.
    MISSING = "missing"
    TOO_LONG = "too_long"
    FORMULA = "formula"
    ERROR_CELL = "error_cell"
    BAD_NUMBER = "bad_number"
    REPEATED_NUMBER = "repeated_number"
    NOT_A_DATE = "not_a_date"
    DATE_AS_NUMBER = "date_as_number"
    DATE_SHORT_YEAR = "date_short_year"
    DATE_MONTH_FIRST = "date_month_first"
    DATE_DAY_FIRST = "date_day_first"
    """Though it was said that the month comes first."""
    DATE_AMBIGUOUS = "date_ambiguous"
    TOO_LONG_AGO = "too_long_ago"
    IN_FUTURE = "in_future"
    UNKNOWN_VALUE = "unknown_value"
    NOT_A_COUNT = "not_a_count"
    # Of cells that do not fit together.
    BEFORE_RECEIVED = "before_received"
    AFTER_ENDED = "after_ended"
    BEFORE_ACKNOWLEDGED = "before_acknowledged"
    ENDED_MISSING = "ended_missing"
    OPEN_BUT_ENDED = "open_but_ended"
    OPEN_BUT_ANSWERED = "open_but_answered"
    OUTCOME_MISSING = "outcome_missing"
    OUTCOME_CONTRADICTS = "outcome_contradicts"
    NOT_THIS_WAY = "not_this_way"
    """Harassment is never out of scope, nor ended by referring it."""
    SOURCE_MISSING = "source_missing"
    VERDICT_MISSING = "verdict_missing"
    VERDICT_TOO_EARLY = "verdict_too_early"


WARNINGS: Final = frozenset({Code.UNKNOWN_COLUMN})
"""Said, but nothing to put right."""

OF_FILE: Final = frozenset(
    {
        *(Code.EMPTY_FILE, Code.FILE_TOO_LARGE, Code.UNKNOWN_KIND, Code.DAMAGED, Code.UNPACKS_TOO_LARGE, Code.PASSWORD),
        Code.TOO_MANY_CELLS,
        *(Code.WRONG_ENCODING, Code.BAD_CSV, Code.TOO_MANY_ROWS, Code.NO_ROWS, Code.MISSING_COLUMN),
        *(Code.REPEATED_COLUMN, Code.CONTACT_COLUMN),
    }
)
"""While one of these is there, nothing can be imported: leaving rows out does not help."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem: the row as the spreadsheet counts it (0: the whole file), the column, and what is wrong.

    `column` is one of ours, or where in the sheet it stands (`at_place`). `detail` quotes a cell only where it is
    written like a date or a count; never words, names or numbers that may be anybody's. `hint` is what was probably
    meant, from a list of ours.
    """

    row: int
    column: str
    code: Code
    detail: str = ""
    hint: str = ""

    @property
    def is_warning(self) -> bool:
        """Whether it stands in nobody's way."""
        return self.code in WARNINGS

    def kept(self) -> list[Any]:
        """Return it as it is stored."""
        return [self.row, self.column, self.code.value, self.detail, self.hint]


def from_kept(kept: list[Any]) -> Problem:
    """Return a problem that was stored."""
    row, column, code, detail, hint = kept
    return Problem(int(row), str(column), Code(code), str(detail), str(hint))


PLACE_MARK: Final = "@"
"""Begins the column of a problem that is not about one of our columns: what it is called may be anything."""


def at_place(place: int) -> str:
    """Return how a problem names a column that is none of ours, by its place from 0.

    >>> at_place(0), at_place(25), at_place(26)
    ('@A', '@Z', '@AA')
    """
    letters, rest = "", place + 1
    while rest:
        rest, sign = divmod(rest - 1, 26)
        letters = chr(ord("A") + sign) + letters
    return PLACE_MARK + letters


class RegisterUnreadable(Exception):
    """The file as a whole cannot be read; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code.value)
        self.problem = problem
