"""Imports of old registers as plain values: where each stands, what is wrong, and what can be done next."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from grievance.cases.side_tracks import ImportState
from grievance.core.i18n import Locale
from grievance.publishing.exports import BYTE_ORDER_MARK, neutral
from grievance.registers.problems import Problem
from grievance.registers.queries import ImportRow
from grievance.registers.undoing import UndoPlan
from grievance.registers.words import what, where
from grievance.web import formats
from grievance.web.page import Link
from grievance.web.staff.matching_pages import column_id

PROBLEMS_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class ImportLine:
    """An import in the list of all."""

    url: str
    name: str
    site_name: str
    state: str
    when: str
    counts: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportView:
    """The page of one import."""

    public_id: str
    name: str
    site_name: str
    state: str
    state_words: str
    started: str
    is_working: bool
    progress: str
    share: int
    """Of a hundred, how much is done."""
    stats: list[dict[str, str]]
    problems: list[list[str | Link]]
    pages_words: str
    previous_url: str
    next_url: str
    left_out: str
    """How many problems are not shown at all; empty when all are."""
    good: int
    wrong: int
    may_import_all: bool
    may_import_good: bool
    can_go_on: bool
    can_be_set_aside: bool
    may_be_matched: bool
    matched_words: str
    """With what its columns were read; empty when they were read as they stand."""
    can_be_undone: bool
    undo_words: str
    """Until when it can be taken back, or that it cannot any more; empty where there is nothing to say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoView:
    """What taking an import back would do."""

    public_id: str
    started: str
    goes: str
    stays: str
    references: list[Link]
    more: str
    button: str


def lines(found: Sequence[ImportRow], lang: Locale) -> list[ImportLine]:
    """Return the list of imports."""
    return [
        ImportLine(
            url=url_for("staff.register_import", public_id=row.public_id),
            name=name_of(row),
            site_name=row.site_name,
            state=state_words(row),
            when=formats.moment_short(row.created_at, lang, tz=row.time_zone),
            counts=ngettext("%(num)s case", "%(num)s cases", row.opened) if row.opened else "",
        )
        for row in found
    ]


def view(row: ImportRow, lang: Locale, *, now: datetime) -> ImportView:
    """Return the page of one import, with the page of problems that the address asks for."""
    first = _first(row)
    shown = row.problems[first : first + PROBLEMS_A_PAGE]
    is_checked = row.state == ImportState.CHECKED and not row.is_blocked and row.good > 0
    return ImportView(
        public_id=row.public_id,
        name=name_of(row),
        site_name=row.site_name,
        state=row.state,
        state_words=state_words(row),
        started=_started(row, lang),
        is_working=row.state in {ImportState.CHECKING, ImportState.IMPORTING, ImportState.UNDOING},
        progress=_progress(row, lang),
        share=_share(row),
        stats=_stats(row, lang) if row.lines else [],
        problems=[[_place(problem, row, lang), what(problem, lang)] for problem in shown],
        pages_words=_page_words(row, first, len(shown), lang),
        previous_url=_address(row, first - PROBLEMS_A_PAGE) if first else "",
        next_url=_address(row, first + PROBLEMS_A_PAGE) if first + PROBLEMS_A_PAGE < len(row.problems) else "",
        left_out=_left_out(row, lang),
        good=row.good,
        wrong=row.wrong,
        may_import_all=is_checked and not row.problem_count,
        may_import_good=is_checked and row.problem_count > 0,
        can_go_on=row.can_go_on,
        can_be_set_aside=row.can_be_set_aside,
        may_be_matched=row.may_be_matched,
        matched_words=_matched_words(row),
        can_be_undone=row.undo_until is not None and row.undo_until > now,
        undo_words=_undo_words(row, lang, now),
    )


def undo_view(row: ImportRow, planned: UndoPlan, lang: Locale) -> UndoView:
    """Return the page that asks whether an import is to be taken back."""
    goes, unseen = formats.number(planned.goes, lang), planned.stays - len(planned.references)
    return UndoView(
        public_id=row.public_id,
        started=_started(row, lang),
        goes=ngettext("%(count)s case goes", "%(count)s cases go", planned.goes, count=goes),
        stays=ngettext(
            "%(count)s case stays",
            "%(count)s cases stay",
            planned.stays,
            count=formats.number(planned.stays, lang),
        ),
        references=[Link(label=one, url=url_for("staff.case", reference=one)) for one in planned.references],
        more=_("%(count)s more are not listed.", count=formats.number(unseen, lang)) if unseen else "",
        button=ngettext("Take %(count)s case back", "Take %(count)s cases back", planned.goes, count=goes),
    )


def name_of(row: ImportRow) -> str:
    """Return what an import is called: its file, or the day."""
    return row.filename or _("A register")


def state_words(row: ImportRow) -> str:
    """Return where an import stands."""
    match row.state:
        case ImportState.MATCHING:
            return _("It waits for you: what do its columns mean?")
        case ImportState.CHECKING:
            return _("Being checked")
        case ImportState.CHECKED:
            return _("Checked; nothing is imported yet")
        case ImportState.IMPORTING:
            return _("Being imported")
        case ImportState.DONE:
            return _("Imported")
        case ImportState.SET_ASIDE:
            return _("Set aside")
        case ImportState.UNDOING:
            return _("Being taken back")
        case ImportState.UNDONE:
            return _("Taken back")
        case _:
            return _("Broke off") if row.can_go_on or row.opened else _("Could not be read")


def problems_file(problems: Sequence[Problem], lang: Locale) -> bytes:
    """Return problems as a CSV file, no cell of which a spreadsheet would run."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([_("Row"), _("Where"), _("What is wrong")])
    for problem in problems:
        cells = (problem.row or "", where(problem, lang), what(problem, lang))
        writer.writerow([neutral(cell) for cell in cells])
    return (BYTE_ORDER_MARK + out.getvalue()).encode()


def crumbs() -> list[Link]:
    """Return the way back to the list."""
    return [Link(label=_("Old registers"), url=url_for("staff.registers"))]


def _place(problem: Problem, row: ImportRow, lang: Locale) -> str | Link:
    """Say where a problem is, leading to what was said of that column, while that can be changed."""
    said = where(problem, lang)
    if not (row.may_be_matched and problem.column):
        return said
    matching = url_for("staff.register_matching", public_id=row.public_id, _anchor=column_id(problem.column))
    return Link(label=said, url=matching)


def _started(row: ImportRow, lang: Locale) -> str:
    when = formats.moment(row.created_at, lang, tz=row.time_zone)
    if row.started_by:
        return _("%(site)s. Brought by %(name)s, %(when)s.", site=row.site_name, name=row.started_by, when=when)
    return _("%(site)s. Brought on the command line, %(when)s.", site=row.site_name, when=when)


def _matched_words(row: ImportRow) -> str:
    if row.matched_by is None:
        return ""
    if row.matched_by:
        return _("Its columns were read with what is kept as “%(name)s”.", name=row.matched_by)
    return _("Its columns were read as somebody said for this file.")


def _share(row: ImportRow) -> int:
    done, of = (row.undone, row.opened) if row.state == ImportState.UNDOING else (row.done, row.lines)
    return round(100 * done / of) if of else 0


def _undo_words(row: ImportRow, lang: Locale, now: datetime) -> str:
    if row.undo_until is None:
        return ""
    if row.undo_until <= now:
        return _(
            "A day has passed, so it can no longer be taken back as a whole. What is no grievance is marked as such on"
            " its page, or several at once on the page of the first look. What a row said wrong is put right on its"
            " case."
        )
    return _("It can be taken back until %(until)s.", until=formats.moment(row.undo_until, lang, tz=row.time_zone))


def _progress(row: ImportRow, lang: Locale) -> str:
    if row.state == ImportState.UNDOING:
        done, opened = formats.number(row.undone, lang), formats.number(row.opened, lang)
        return _("%(done)s of %(opened)s cases.", done=done, opened=opened)
    if not row.lines:
        return _("It waits for its turn.")
    return _("%(done)s of %(lines)s rows.", done=formats.number(row.done, lang), lines=formats.number(row.lines, lang))


def _stats(row: ImportRow, lang: Locale) -> list[dict[str, str]]:
    of = _("of %(count)s rows", count=formats.number(row.lines, lang))
    if row.state == ImportState.UNDONE:
        of = _("of %(count)s cases", count=formats.number(row.opened, lang))
        counted = [(row.undone, _("taken back")), (row.opened - row.undone, _("stay, since somebody worked on them"))]
        return [{"value": formats.number(count, lang), "of": of, "words": said} for count, said in counted]
    first = (row.opened, _("imported")) if row.was_approved else (row.good, _("can be imported"))
    counted = [first, (row.wrong, _("with problems")), (row.known, _("here already, left as they are"))]
    return [{"value": formats.number(count, lang), "of": of, "words": said} for count, said in counted]


def _first(row: ImportRow) -> int:
    text = request.args.get("from", "")
    wanted = int(text) - 1 if text.isascii() and text.isdigit() and len(text) < 7 else 0
    return wanted if 0 <= wanted < len(row.problems) else 0


def _page_words(row: ImportRow, first: int, count: int, lang: Locale) -> str:
    if not count:
        return ""
    return _(
        "Problems %(first)s to %(last)s of %(all)s",
        first=formats.number(first + 1, lang),
        last=formats.number(first + count, lang),
        all=formats.number(len(row.problems), lang),
    )


def _left_out(row: ImportRow, lang: Locale) -> str:
    obstacles = sum(not problem.is_warning for problem in row.problems)
    more = row.problem_count - obstacles
    if more <= 0:
        return ""
    return _("There are %(count)s more, which are not listed.", count=formats.number(more, lang))


def _address(row: ImportRow, first: int) -> str:
    values: dict[str, Any] = {"public_id": row.public_id, "from": max(0, first) + 1}
    return url_for("staff.register_import", **values)
