"""Columns and words of a company's own list as plain values for the page that asks what they mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from grievance.core.i18n import Locale
from grievance.registers.checking import Entry, Looked
from grievance.registers.finding import FoundColumn
from grievance.registers.problems import PLACE_MARK, Code, Problem, at_place
from grievance.registers.words import column_name, what, where
from grievance.web import formats, words
from grievance.web.page import Link
from grievance.web.staff.forms_matching import Ground, MatchingFields


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnLine:
    """A column of the file. `field` is None for one that has to be deleted first."""

    place: str
    id: str
    means: str
    """Where problems of what it means lead; empty for one that is left out."""
    header: str
    holds: str
    field: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class WordGroup:
    """The words of one column that are asked for."""

    id: str
    title: str
    fields: list[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchingView:
    """The page."""

    columns: list[ColumnLine]
    groups: list[WordGroup]
    has_dates: bool
    preview: list[list[str | Link]]
    is_file: bool


def view(ground: Ground, fields: MatchingFields, looked: Sequence[Looked], time_zone: str) -> MatchingView:
    """Return the page; `looked` is what would come of the first rows, nothing where there is no file."""
    is_file = bool(ground.found.rows)
    # Of two columns that are said to mean the same, the first is led to.
    first = {column: key for key, column in reversed(fields.chosen().items())}
    columns = [
        ColumnLine(
            place=at_place(one.place).removeprefix(PLACE_MARK),
            id=column_id(at_place(one.place)),
            means=next((column_id(column) for column, key in first.items() if key == one.key), ""),
            header=one.header,
            holds=_holds(one, ground.lang) if is_file else "",
            field=fields.form[fields.columns[one.key]] if one.key in fields.columns else None,
        )
        for one in ground.found.columns
    ]
    groups = [
        WordGroup(
            id=_words_id(column),
            title=column_name(column.value, ground.lang),
            fields=[fields.form[name] for _word, name in listed],
        )
        for column, listed in fields.words.items()
    ]
    return MatchingView(
        columns=columns,
        groups=groups,
        has_dates=any(one.dates for one in ground.found.columns) or not is_file,
        preview=[_row(one, fields, ground.lang, time_zone) for one in looked],
        is_file=is_file,
    )


def column_id(column: str) -> str:
    """Return where on this page a problem of a column leads: one of ours, or where in the sheet it stands."""
    return f"at-{column.removeprefix(PLACE_MARK)}" if column.startswith(PLACE_MARK) else f"holds-{column}"


def _words_id(column: str) -> str:
    return f"words-{column}"


def _row(looked: Looked, fields: MatchingFields, lang: Locale, time_zone: str) -> list[str | Link]:
    """Return a row as it would be imported: codes and days, and of what was said no more than its length."""
    entry = looked.entry
    if entry is None:
        said = _problems(looked.problems, fields, lang) if looked.problems else _("Here already")
        return [str(looked.row), said, "", "", "", ""]
    kind = words.case_type(entry.type, lang)
    return [
        str(looked.row),
        entry.number,
        formats.day(entry.received_at, lang, tz=time_zone),
        ngettext("%(count)s character", "%(count)s characters", len(entry.words), count=len(entry.words)),
        f"{entry.category.label} ({kind})" if entry.category else kind,
        _course(entry, lang, time_zone),
    ]


def _course(entry: Entry, lang: Locale, time_zone: str) -> str:
    if entry.ended_as is None or entry.ended_at is None:
        return _("Still open")
    ended = formats.day(entry.ended_at, lang, tz=time_zone)
    said = words.status(entry.ended_as, lang)
    if entry.outcome is None:
        return _("%(status)s, %(day)s", status=said, day=ended)
    return _("%(status)s, %(day)s. %(outcome)s", status=said, day=ended, outcome=words.outcome(entry.outcome, lang))


def _problems(problems: Sequence[Problem], fields: MatchingFields, lang: Locale) -> str | Link:
    """Say what is wrong with a row, leading to what the first problem is about, where that is on the page."""
    said = " ".join(f"{where(problem, lang)}: {what(problem, lang)}" for problem in problems)
    column = problems[0].column
    if problems[0].code is Code.UNKNOWN_VALUE and column in fields.words:
        return Link(label=said, url=f"#{_words_id(column)}")
    return Link(label=said, url=f"#{column_id(column)}") if column in fields.chosen().values() else said


def _holds(one: FoundColumn, lang: Locale) -> str:
    """Say what is in a column without repeating it."""
    if not one.filled:
        return _("It is empty.")
    filled = formats.number(one.filled, lang)
    if one.dates * 2 > one.filled:
        return ngettext("%(filled)s row, mostly dates.", "%(filled)s rows, mostly dates.", one.filled, filled=filled)
    if one.words:
        return _(
            "Rows that say something: %(filled)s. Different words: %(count)s.",
            filled=filled,
            count=formats.number(len(one.words), lang),
        )
    return _(
        "Rows that say something: %(filled)s. The longest has %(longest)s characters.",
        filled=filled,
        longest=formats.number(one.longest, lang),
    )


def head() -> list[str]:
    """Return the titles of the preview."""
    return [_("Row"), _("Number"), _("Received"), _("What was said"), _("Kind"), _("Where it stands")]
