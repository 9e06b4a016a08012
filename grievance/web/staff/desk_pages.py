"""The desk as plain values: cases by what is due next, the tabs with their counts, and what else waits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from grievance.accounts.permissions import Action
from grievance.cases.tasks import NoticeKind, NoticeRow
from grievance.core.i18n import Locale
from grievance.deadlines.working_days import local_date
from grievance.desk.queries import Count, DeskCounts, DeskFilter, DeskPage, DeskRow, Show
from grievance.desk.saved_views import View
from grievance.desk.tasks import TaskRow
from grievance.web import clock_words, formats, words
from grievance.web.page import Link
from grievance.web.staff.access import me
from grievance.web.staff.case_pages import capital_first
from grievance.web.staff.choices import in_language
from grievance.web.staff.pages_base import today_at

_OF_REGISTERS = frozenset(
    kind.value for kind in (NoticeKind.REGISTER_CHECKED, NoticeKind.REGISTER_IMPORTED, NoticeKind.REGISTER_UNDONE)
)

KEPT = ("q", "type", "whose", "handler", "site")
"""Parts of the filter that stay in the address from one tab or page to the next."""


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab with its count."""

    label: str
    url: str
    count: str
    current: bool
    hot: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of the list: words with a small line, or a clock."""

    text: str = ""
    small: str = ""
    clock: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A case in the list."""

    url: str
    title: str
    reference: str
    value: str
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Todo:
    """A task or a notice: what, about which case, since when."""

    words: str
    reference: str
    url: str
    when: str
    done_url: str = ""
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class Empty:
    """What an empty list says: nothing here, and what will appear."""

    title: str
    teaches: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskView:
    """The desk."""

    title: str
    now: str
    tabs: list[Tab]
    caption: str
    rows: list[Row]
    empty: Empty
    page_words: str
    next_url: str
    previous_url: str
    replies: list[Row]
    tasks: list[Todo]
    more_tasks: str
    """How many there are beside those shown; empty where these are all."""
    notices: list[Todo]
    views: list[Link]
    query: str
    """The filter as it stands, for the forms that lead back to it."""


def desk_view(
    *,
    chosen: DeskFilter,
    args: Mapping[str, str],
    found: DeskPage,
    counts: DeskCounts,
    replies: Sequence[DeskRow],
    tasks: Sequence[TaskRow],
    task_count: int,
    notices: Sequence[NoticeRow],
    views: Sequence[View],
    now: datetime,
    time_zone: str,
    lang: Locale,
) -> DeskView:
    """Return the desk. `args` is the filter as it stands in the address, without the cursor."""
    kept = {name: args[name] for name in KEPT if args.get(name)}
    query = filter_of(args)
    show = {**kept, "show": chosen.show.value} if chosen.show is not Show.OPEN else kept
    return DeskView(
        title=_titles()[chosen.whose.value],
        now=capital_first(formats.moment(now, lang, tz=time_zone)),
        tabs=_tabs(chosen, counts, kept),
        caption=_("Cases, the earliest due date first"),
        rows=[list_row(row, chosen, now, lang) for row in found.rows],
        empty=_nothing_matches() if _is_filtered(chosen) else _empty(chosen.show),
        page_words=_page_words(chosen, counts, len(found.rows)) if found.rows else "",
        next_url=_address({**show, "after": found.next_cursor}) if found.next_cursor else "",
        previous_url=_address({**show, "after": found.previous_cursor}) if found.previous_cursor else "",
        replies=[list_row(row, chosen, now, lang) for row in replies],
        tasks=[task_line(row, time_zone, lang) for row in tasks],
        more_tasks=_more_tasks(task_count, len(tasks)),
        notices=[notice_line(row, time_zone, lang) for row in notices if row.read_at is None],
        views=[Link(label=view.name, url=desk_address(view.query), current=view.query == query) for view in views],
        query=query,
    )


def filter_of(args: Mapping[str, str]) -> str:
    """Return the filter out of an address or a form, in one order; whatever else is in it is left out."""
    return urlencode([(name, args[name]) for name in ("show", *KEPT) if args.get(name)])


def desk_address(query: str) -> str:
    """Return the address of the desk with a filter."""
    return f"{url_for('staff.cases')}?{query}" if query else url_for("staff.cases")


def notice_line(row: NoticeRow, time_zone: str, lang: Locale) -> Todo:
    """Return a notice: what kind, which clock, which case, and never a word of it."""
    said = words.notice(row.kind)
    if row.clock_name:
        said = f"{said}: {clock_words.clock(row.clock_name)}"
    when = formats.moment_short(row.created_at, lang, tz=time_zone, today=today_at(time_zone))
    if row.kind in _OF_REGISTERS:
        # About no case, but about a whole list; whoever may not bring one has its cases on the desk.
        may_bring = me().viewer.may_anywhere(Action.IMPORT_REGISTER)
        what, url = (_("Old registers"), "staff.registers") if may_bring else (_("My cases"), "staff.cases")
        return Todo(said, what, url_for(url), when, is_new=row.read_at is None)
    if row.kind == NoticeKind.RECORD_BROKEN:
        return Todo(said, _("Audit trail"), url_for("staff.audit"), when, is_new=row.read_at is None)
    if row.kind == NoticeKind.HANDED_OVER:
        return Todo(said, _("My cases"), url_for("staff.cases"), when, is_new=row.read_at is None)
    if row.kind == NoticeKind.URGENT_WAITS and row.reference is None:
        return Todo(said, _("[Restricted]"), "", when, is_new=row.read_at is None)
    if row.kind == NoticeKind.LEFT_BEHIND:
        return Todo(said, _("Hand over cases"), url_for("staff.handovers"), when, is_new=row.read_at is None)
    return Todo(said, row.reference or "", _case_url(row.reference), when, is_new=row.read_at is None)


def count_words(count: Count) -> str:
    """Return "14", or "1000+" where counting stopped."""
    return f"{count.value}+" if count.is_capped else str(count.value)


def due_cell(row: DeskRow, now: datetime) -> Cell:
    """Return the badge of what is due next."""
    if row.next_due_at is None or row.next_due_clock is None:
        return Cell(text=_("Nothing is due"))
    if row.next_due_clock in clock_words.WAITS_FOR_PERSON and now > row.next_due_at:
        return Cell(clock=_("The days to answer are over"))
    badge = clock_words.due_in(row.next_due_at, row.working_days_left or 0, now=now, time_zone=row.time_zone)
    return Cell(clock=badge.words, kind=badge.kind)


def list_row(row: DeskRow, chosen: DeskFilter, now: datetime, lang: Locale) -> Row:
    """Return a case as it stands in a list."""
    what = clock_words.clock(row.next_due_clock) if row.next_due_clock else _("Nothing is due")
    today = local_date(now, row.time_zone)
    small = formats.day_short(row.due_on, lang, today=today, weekday=True) if row.due_on else ""
    return Row(
        url=_case_url(row.reference),
        title=row.title or _untitled(row),
        reference=row.reference,
        value=f"{row.reference}.{row.version}",
        cells=[Cell(text=what, small=small), due_cell(row, now), Cell(text=_status(row), small=_origin(row, chosen))],
    )


def _untitled(row: DeskRow) -> str:
    what = in_language(row.category_labels) if row.category_labels else words.case_type(row.type)
    return _("%(what)s, no title yet", what=what)


def _status(row: DeskRow) -> str:
    unread = ""
    if row.unread_count:
        unread = ngettext("%(num)s message not read", "%(num)s messages not read", row.unread_count)
    restricted = _("restricted") if row.is_restricted else ""
    return ", ".join(part for part in (words.status(row.status), restricted, unread) if part)


def _origin(row: DeskRow, chosen: DeskFilter) -> str:
    who = row.handler_name or _("nobody yet")
    handler = "" if chosen.whose.value == "mine" else _("Handler: %(name)s", name=who)
    return ", ".join(part for part in (words.group(row.said_group), words.channel(row.channel), handler) if part)


def _tabs(chosen: DeskFilter, counts: DeskCounts, kept: Mapping[str, str]) -> list[Tab]:
    labels = {
        Show.OPEN: (_("Open"), counts.open),
        Show.LATE: (_("Late"), counts.late),
        Show.WEEK: (_("Due this week"), counts.week),
        Show.WAITING: (_("Waiting for the person"), counts.waiting),
        Show.NEW: (_("New"), counts.new),
        Show.UNREAD: (_("Not read"), counts.unread),
        Show.CLOSED: (_("Ended"), counts.closed),
    }
    return [
        Tab(
            label=label,
            url=_address(kept if show is Show.OPEN else {**kept, "show": show.value}),
            count=count_words(count),
            current=show is chosen.show,
            hot=show is Show.LATE and count.value > 0,
        )
        for show, (label, count) in labels.items()
    ]


def _address(query: Mapping[str, str]) -> str:
    # The query is the visitor's: handed to url_for, a name such as "_anchor" would be its own.
    return desk_address(urlencode(query))


def _titles() -> dict[str, str]:
    return {
        "mine": _("My cases, by what is due next"),
        "site": _("Cases of the whole site, by what is due next"),
        "unassigned": _("Cases that nobody works yet, by what is due next"),
    }


def _is_filtered(chosen: DeskFilter) -> bool:
    return bool(chosen.q or chosen.type or chosen.handler or chosen.category)


def _page_words(chosen: DeskFilter, counts: DeskCounts, shown: int) -> str:
    total = getattr(counts, chosen.show.value, None)
    if _is_filtered(chosen) or not isinstance(total, Count):
        return ngettext("%(num)s case on this page", "%(num)s cases on this page", shown)
    return _("%(shown)s of %(total)s cases", shown=shown, total=count_words(total))


def _nothing_matches() -> Empty:
    return Empty(
        _("No case matches."),
        _(
            "Whole words are looked for, whatever their capitals and accents. "
            "Take a filter away, or look at the whole site."
        ),
    )


def _empty(show: Show) -> Empty:
    match show:
        case Show.LATE:
            return Empty(
                _("Nothing is late."), _("A case appears here when a date was missed. It stays until the step is done.")
            )
        case Show.WEEK:
            return Empty(_("Nothing is due this week."), _("Cases appear here when a date falls within this week."))
        case Show.WAITING:
            return Empty(
                _("Nobody has to answer."),
                _("After you propose a response, the case waits here for the person, 10 business days at most."),
            )
        case Show.NEW:
            return Empty(_("Nothing new."), _("A case assigned to you appears here until it is acknowledged."))
        case Show.UNREAD:
            return Empty(
                _("Everything is read."), _("When a person writes, the case appears here until you have read it.")
            )
        case Show.CLOSED:
            return Empty(
                _("No ended cases."), _("Closed, referred and withdrawn cases stay here, and can be opened again.")
            )
        case _:
            return Empty(
                _("No open cases."),
                _("A triager looks at each new grievance first. When one is assigned to you, it appears here."),
            )


def _more_tasks(count: int, shown: int) -> str:
    return _("All %(num)s tasks", num=count) if count > shown else ""


def task_line(row: TaskRow, time_zone: str, lang: Locale) -> Todo:
    """Return a task: what is to be done, for which case, since when, and where it is ticked off."""
    when = formats.moment_short(row.created_at, lang, tz=time_zone, today=today_at(time_zone))
    # What only doing it settles has no tick.
    done_url = url_for("staff.finish_task", public_id=row.public_id) if row.is_ticked else ""
    return Todo(words.task(row.kind), row.reference or "", _case_url(row.reference), when, done_url)


def _case_url(reference: str | None) -> str:
    return url_for("staff.case", reference=reference) if reference else ""
