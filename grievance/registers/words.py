"""What is wrong with an old register, in plain words of each language: where, what, and what to write instead.

The same words on the page, in the file of problems and on the command line.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from grievance.core.i18n import SPANISH, Locale, mark, text_in
from grievance.registers.columns import NAMES, Column
from grievance.registers.files import MAX_FILE_BYTES, MOST_ROWS
from grievance.registers.problems import PLACE_MARK, Code, Problem
from grievance.registers.values import OFFERED

_PLAIN: Final[Mapping[Code, str]] = MappingProxyType(
    {
        Code.EMPTY_FILE: mark("There is nothing in this file."),
        Code.FILE_TOO_LARGE: mark(
            "The file weighs more than %(megabytes)s MB. Split the register and bring it in parts."
        ),
        Code.UNKNOWN_KIND: mark(
            "This is neither a CSV file nor an Excel workbook (.xlsx). Open it in the program that made it, and save it"
            " as one of these."
        ),
        Code.DAMAGED: mark("The workbook is damaged and cannot be opened. Save it again, and bring that file."),
        Code.UNPACKS_TOO_LARGE: mark(
            "The workbook holds much more than a register. Copy the rows into a new workbook, and bring that file."
        ),
        Code.TOO_MANY_CELLS: mark(
            "The workbook has more cells than a register of %(rows)s rows. Delete sheets and columns that do not belong"
            " to it, and bring it again."
        ),
        Code.PASSWORD: mark("The workbook is locked with a password. Save it without one."),
        Code.WRONG_ENCODING: mark(
            "The letters of this file cannot be read. Save it as “CSV UTF-8”, or as an Excel workbook (.xlsx)."
        ),
        Code.BAD_CSV: mark(
            "The file cannot be read from about here on: a quotation mark is opened and not closed, or a cell is far"
            " too long."
        ),
        Code.TOO_MANY_ROWS: mark("There are more than %(rows)s rows. Split the register and bring it in parts."),
        Code.NO_ROWS: mark("There are headers and no row below them."),
        Code.MISSING_COLUMN: mark("The column “%(said)s” is missing. Without it nothing can be imported."),
        Code.REPEATED_COLUMN: mark(
            "Another column holds “%(said)s” already. Delete or rename one of the two, or say which is which."
        ),
        Code.CONTACT_COLUMN: mark(
            "Delete this column. Phones, e-mails, addresses and identity numbers are not taken over: nobody will be"
            " written to because of an import, and what is not here cannot leak."
        ),
        Code.UNKNOWN_COLUMN: mark("This column is not known, so nothing of it is imported. The rest is."),
        Code.MISSING: mark("This cell is empty, and it is needed."),
        Code.TOO_LONG: mark("This is too long: at most %(said)s characters."),
        Code.FORMULA: mark("This cell holds a formula. Copy it and paste it as a value."),
        Code.ERROR_CELL: mark("This cell shows an error of the spreadsheet. Write the value, or empty it."),
        Code.BAD_NUMBER: mark(
            "This cannot be a register number. It has digits, and at most 60 letters, digits, spaces and . / - _ in"
            " all. It must hold nobody's name."
        ),
        Code.REPEATED_NUMBER: mark("The row %(said)s has the same register number. Each grievance has its own."),
        Code.NOT_A_DATE: mark("This is no date. Write it like 2024-02-28."),
        Code.DATE_AS_NUMBER: mark("This is a number and no date. Write it like 2024-02-28."),
        Code.DATE_SHORT_YEAR: mark("The year has only two digits. Write it like 2024-02-28."),
        Code.DATE_MONTH_FIRST: mark("Here the month comes first. Write it like 2024-02-28."),
        Code.DATE_DAY_FIRST: mark("Here the day comes first, not the month. Write it like 2024-02-28."),
        Code.DATE_AMBIGUOUS: mark(
            "This date has two readings, since in others of this column the month comes first. Write it like"
            " 2024-02-28."
        ),
        Code.TOO_LONG_AGO: mark("This lies before 1990. Check the year."),
        Code.IN_FUTURE: mark("This day has not come yet. Check the date."),
        Code.UNKNOWN_VALUE: mark("This is not on the list of this column."),
        Code.NOT_A_COUNT: mark("Write how many people as a number from 1 to 10,000."),
        Code.BEFORE_RECEIVED: mark("This lies before the day on which it was received."),
        Code.AFTER_ENDED: mark("This lies after the day on which it was closed."),
        Code.BEFORE_ACKNOWLEDGED: mark("This lies before the acknowledgement."),
        Code.ENDED_MISSING: mark("It says that this ended, so the day on which it ended is needed."),
        Code.OPEN_BUT_ENDED: mark("It says that this is open, and there is a day on which it was closed."),
        Code.OPEN_BUT_ANSWERED: mark(
            "This is open, and has an outcome. Give the day on which it was closed; or leave outcome and day of the"
            " outcome empty, and propose the response here."
        ),
        Code.OUTCOME_MISSING: mark("The person was told the outcome: say which."),
        Code.OUTCOME_CONTRADICTS: mark("The outcome says something else than the status."),
        Code.NOT_THIS_WAY: mark(
            "Harassment at work is never out of scope, nor does referring it end it (Ley 21.643). Write how it ended."
        ),
        Code.SOURCE_MISSING: mark(
            "Staff cannot say for the person how satisfied he or she is. Say how the person said it: signed on paper,"
            " or read back before a witness. Otherwise leave the opinion empty."
        ),
        Code.VERDICT_MISSING: mark("It says how the person gave an opinion, but not which."),
        Code.VERDICT_TOO_EARLY: mark("The opinion of the person belongs to a grievance that has ended."),
    }
)
"""What is said when nothing of the cell may be repeated."""

_QUOTING: Final[Mapping[Code, str]] = MappingProxyType(
    {
        Code.NOT_A_DATE: mark("“%(said)s” is no date. Write it like 2024-02-28."),
        Code.DATE_SHORT_YEAR: mark("“%(said)s” has a year of two digits. Write it like 2024-02-28."),
        Code.DATE_MONTH_FIRST: mark("In “%(said)s” the month comes first. Write it like 2024-02-28."),
        Code.DATE_DAY_FIRST: mark("In “%(said)s” the day comes first, not the month. Write it like 2024-02-28."),
        Code.DATE_AMBIGUOUS: mark(
            "“%(said)s” has two readings, since in other dates of this column the month comes first. Write it like"
            " 2024-02-28."
        ),
        Code.TOO_LONG_AGO: mark("“%(said)s” lies before 1990. Check the year."),
        Code.IN_FUTURE: mark("“%(said)s” has not come yet. Check the date."),
        Code.NOT_A_COUNT: mark("“%(said)s” is no number of people. Write a number from 1 to 10,000."),
        Code.BEFORE_RECEIVED: mark("“%(said)s” lies before the day on which it was received."),
        Code.AFTER_ENDED: mark("“%(said)s” lies after the day on which it was closed."),
        Code.BEFORE_ACKNOWLEDGED: mark("“%(said)s” lies before the acknowledgement."),
    }
)
"""What is said instead where the cell may be repeated."""

_MEANT: Final = mark("%(what)s Did it mean “%(hint)s”?")
_ONE_OF: Final = mark("%(what)s It may say: %(values)s.")


def where(problem: Problem, locale: Locale) -> str:
    """Say the place of a problem: "Row 12, received on"."""
    name = column_name(problem.column, locale)
    if problem.row and name:
        return text_in(locale, "Row %(row)s, %(column)s", row=problem.row, column=name)
    if problem.row:
        return text_in(locale, "Row %(row)s", row=problem.row)
    return text_in(locale, "The whole file")


def what(problem: Problem, locale: Locale) -> str:
    """Say what is wrong, and what to do about it."""
    has_quote = bool(problem.detail) and problem.code in _QUOTING
    text = text_in(
        locale,
        _QUOTING[problem.code] if has_quote else _PLAIN[problem.code],
        said=problem.detail,
        megabytes=MAX_FILE_BYTES // 1024 // 1024,
        rows=f"{MOST_ROWS:,}".replace(",", "." if locale == SPANISH else ","),
    )
    if problem.hint:
        return text_in(locale, _MEANT, what=text, hint=problem.hint)
    values = _values(problem, locale)
    return text_in(locale, _ONE_OF, what=text, values=values) if values else text


def column_name(column: str, locale: Locale) -> str:
    """Return what a column is called: ours by its name in the template, any other by where it stands."""
    if column.startswith(PLACE_MARK):
        return text_in(locale, "column %(letters)s", letters=column.removeprefix(PLACE_MARK))
    if column not in set(Column):
        return ""
    names = NAMES[Column(column)]
    return names.es if locale == SPANISH else names.en


def _values(problem: Problem, locale: Locale) -> str:
    if problem.code is not Code.UNKNOWN_VALUE or Column(problem.column) not in OFFERED:
        return ""
    return "; ".join(es if locale == SPANISH else en for es, en in OFFERED[Column(problem.column)])
