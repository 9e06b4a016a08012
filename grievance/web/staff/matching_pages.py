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
from grievance.registers.problems import PLACE_MARK, Problem, at_place
from grievance.registers.words import column_name, what, where
from grievance.web import formats, words
from grievance.web.staff.forms_matching import Ground, MatchingFields


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnLine:
    """A column of the file. `field` is None for one that has to be deleted first."""

    place: str
    header: str
    holds: str
    field: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class WordGroup:
    """The words of one column that are asked for."""

    title: str
    fields: list[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchingView:
    """The page."""

    columns: list[ColumnLine]
    groups: list[WordGroup]
    has_dates: bool
    preview: list[list[str]]
    is_file: bool


def view(ground: Ground, fields: MatchingFields, looked: Sequence[Looked], time_zone: str) -> MatchingView:
    """Return the page; `looked` is what would come of the first rows, nothing where there is no file."""
    is_file = bool(ground.found.rows)
    columns = [
        ColumnLine(
            place=at_place(one.place).removeprefix(PLACE_MARK),
            header=one.header,
            holds=_holds(one, ground.lang) if is_file else "",
            field=fields.form[fields.columns[one.key]] if one.key in fields.columns else None,
        )
        for one in ground.found.columns
    ]
    groups = [
        WordGroup(title=column_name(column.value, ground.lang), fields=[fields.form[name] for _word, name in listed])
        for column, listed in fields.words.items()
    ]
    return MatchingView(
        columns=columns,
        groups=groups,
        has_dates=any(one.dates for one in ground.found.columns) or not is_file,
        preview=[row(one, ground.lang, time_zone) for one in looked],
        is_file=is_file,
    )


def row(looked: Looked, lang: Locale, time_zone: str) -> list[str]:
    """Return a row as it would be imported: codes and days, and of what was said no more than its length."""
    entry = looked.entry
    if entry is None:
        return [str(looked.row), _problems(looked.problems, lang) or _("Here already"), "", "", "", ""]
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


def _problems(problems: Sequence[Problem], lang: Locale) -> str:
    return " ".join(f"{where(problem, lang)}: {what(problem, lang)}" for problem in problems)


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
