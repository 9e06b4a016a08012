"""The desk: cases by what is due next, with filters, counts and pages; and the tray of what nobody has sorted.

A page takes at most six statements, however many rows and cases there are. Pages go by key, not by offset: the place
of the last row shown, so that the hundredth page costs what the first does.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, Row, and_, literal_column, select, true
from sqlalchemy.orm import Session

from grievance.accounts.models import Staff
from grievance.accounts.permissions import Duty, Viewer
from grievance.cases.days_left import calendars_of, days_left
from grievance.cases.models import Case, Complainant, HiddenFrom, Submission
from grievance.cases.queries import named_on, reviewed_by, stood_in_for, visible
from grievance.cases.states import Status
from grievance.crypto.codes import normalise_reference
from grievance.crypto.fields import unseal
from grievance.deadlines.working_days import Calendar
from grievance.desk.paging import Arm, BadCursor, count_of, page_of
from grievance.desk.search import Sought, sought
from grievance.desk.shown import (
    Count,
    DeskCounts,
    DeskFilter,
    DeskPage,
    DeskRow,
    Show,
    UntriagedPage,
    UntriagedRow,
    Whose,
)
from grievance.sites.models import Category, Site

__all__ = [
    "BadCursor",
    "Count",
    "DeskCounts",
    "DeskFilter",
    "DeskPage",
    "DeskRow",
    "Show",
    "UntriagedPage",
    "UntriagedRow",
    "Whose",
    "desk",
    "desk_counts",
    "untriaged",
]

COUNTED_TO = 1000
"""Counts stop here: "1000+" says as much, and the hundred-thousandth case need not be read for it."""

WORDS_SHOWN = 160
"""Characters of the words of an unsorted case on the list."""


def desk(
    session: Session,
    viewer: Viewer,
    wanted: DeskFilter,
    *,
    now: datetime,
    after: str | None = None,
    limit: int = 25,
) -> DeskPage:
    """Return a page of the cases that a viewer may see, by what is due next; without a due date they come last.

    Raises:
        BadCursor: `after` is no cursor of this list.
    """
    page = page_of(session, _arms(session, viewer, wanted, now=now), after=after, limit=limit)
    found, origins = _rows(session, page.ids), _origins(session, page.ids)
    calendars = calendars_of(session, [row.Site for row in found], now=now)
    rows = tuple(_desk_row(session, row, origins, calendars, now=now) for row in found)
    return DeskPage(rows, page.next_cursor, page.previous_cursor)


def desk_counts(
    session: Session, viewer: Viewer, *, whose: Whose = Whose.MINE, site_id: int | None = None, now: datetime
) -> DeskCounts:
    """Return how many cases each view has, in one statement."""
    views = [Show.OPEN, Show.LATE, Show.WEEK, Show.WAITING, Show.NEW, Show.UNREAD, Show.CLOSED]
    arms = [_arms(session, viewer, DeskFilter(show=view, whose=whose, site_id=site_id), now=now) for view in views]
    arms.append(_tray(viewer, site_id))
    values = session.execute(select(*(count_of(one, up_to=COUNTED_TO + 1) for one in arms))).one()
    return DeskCounts(*(Count(min(value, COUNTED_TO), value > COUNTED_TO) for value in values))


def untriaged(
    session: Session,
    viewer: Viewer,
    *,
    now: datetime,
    after: str | None = None,
    limit: int = 25,
) -> UntriagedPage:
    """Return a page of the open cases that nobody has sorted, for triagers, by what is due next.

    Raises:
        BadCursor: `after` is no cursor of this list.
    """
    page = page_of(session, _tray(viewer, None), after=after, limit=limit)
    found, origins = _rows(session, page.ids), _origins(session, page.ids)
    calendars = calendars_of(session, [row.Site for row in found], now=now)
    rows = tuple(_untriaged_row(session, row, origins, calendars, now=now) for row in found)
    return UntriagedPage(rows, page.next_cursor, page.previous_cursor)


def _arms(session: Session, viewer: Viewer, wanted: DeskFilter, *, now: datetime) -> list[Arm]:
    """Return the arms of a desk: where its cases come from, each cut to what is visible and wanted."""
    conditions = [visible(viewer), Case.is_spam.is_(False)]
    if wanted.site_id is not None:
        conditions.append(Case.site_id == wanted.site_id)
    if wanted.type:
        conditions.append(Case.type == wanted.type)
    if wanted.category:
        conditions.append(Case.category_id.in_(select(Category.id).where(Category.code == wanted.category)))
    if wanted.handler:
        conditions.append(Case.handler_id.in_(select(Staff.id).where(Staff.public_id == wanted.handler)))
    is_small = wanted.show is Show.UNREAD
    if wanted.q.strip():
        reference = normalise_reference(wanted.q)
        words = Sought(Case.reference == reference, is_rare=True) if reference else sought(session, wanted.q)
        conditions.append(words.condition)
        is_small = is_small or words.is_rare
    shown, sources = _shown(wanted.show, now=now), _sources(viewer, wanted)
    arms = [Arm([source, *conditions, *shown], is_small) for source in sources]
    if wanted.show is Show.WAITING:
        # Paused cases have any open status, and an index of their own: they are few.
        arms += [Arm([source, *conditions, *_PAUSED], is_small=True) for source in sources]
    # Whoever only reviews starts on "the whole site", and has nothing else there.
    if wanted.show in _WORK and wanted.whose is not Whose.UNASSIGNED and viewer.sites_with(Duty.REVIEWER):
        _is_open, *due = _shown(wanted.show, now=now)
        arms.append(Arm([Case.id.in_(reviewed_by(viewer.staff_id)), visible(viewer), *due], is_small=True))
    return arms


_PAUSED = (Case.paused_until.is_not(None), Case.is_open.is_(True))

_WORK = frozenset({Show.OPEN, Show.LATE, Show.WEEK})
"""Views of what is to be done: appeals stand there for their reviewers, although the cases are closed."""


def _tray(viewer: Viewer, site_id: int | None) -> list[Arm]:
    """Return the tray as an arm: what nobody has sorted at the sites where the viewer triages."""
    conditions = [_triaged_by(viewer), visible(viewer), Case.ended_at.is_(None), Case.classified_at.is_(None)]
    if site_id is not None:
        conditions.append(Case.site_id == site_id)
    return [Arm(conditions, is_small=True)]


def _sources(viewer: Viewer, wanted: DeskFilter) -> list[ColumnElement[bool]]:
    """Return where the cases of a desk come from, each served by an index; they may overlap."""
    # Unread cases are few: the sum keeps SQLite from reading all of a handler's cases instead.
    handler_id = Case.handler_id + 0 if wanted.show is Show.UNREAD else Case.handler_id
    handled = handler_id == viewer.staff_id
    if wanted.show in {Show.WAITING, Show.NEW}:
        # Follows from the status, and leads into the index of a handler's open cases.
        handled = and_(handled, Case.is_open.is_(True))
    mine: list[ColumnElement[bool]] = [handled]
    if viewer.everywhere & {Duty.INVESTIGATOR} or viewer.sites_with(Duty.INVESTIGATOR):
        mine.append(Case.id.in_(named_on(viewer.staff_id)))
    mine += stood_in_for(viewer)
    if viewer.everywhere & {Duty.MANAGER} or viewer.sites_with(Duty.MANAGER):
        # Written out, not bound: SQLite uses a partial index only where it sees the value.
        mine.append(Case.rung >= literal_column("2"))
    if viewer.everywhere & {Duty.DATA_PROTECTION} or viewer.sites_with(Duty.DATA_PROTECTION):
        # Written out as above.
        mine.append(Case.type == literal_column("'data_rights'"))
    if viewer.everywhere & {Duty.OUTSIDE_REVIEWER} or viewer.sites_with(Duty.OUTSIDE_REVIEWER):
        # What is hidden from anybody is little, and all that can be hers.
        mine.append(Case.id.in_(select(HiddenFrom.case_id).where(HiddenFrom.lifted_at.is_(None))))
    wide = frozenset({Duty.TRIAGER, Duty.COORDINATOR, Duty.AUDITOR, Duty.ON_CALL})
    match wanted.whose:
        case Whose.MINE:
            return mine
        case Whose.UNASSIGNED:
            return [Case.handler_id.is_(None)]
        case Whose.SITE:
            # Whoever sees whole sites walks the order of all cases; anybody else would walk it for nothing.
            return [true()] if viewer.everywhere & wide or viewer.sites_with(*wide) else mine


def _triaged_by(viewer: Viewer) -> ColumnElement[bool]:
    """Return the condition on `Case` of the tray; what the outside reviewer sees unsorted is hers to sort."""
    triages = (Duty.TRIAGER, Duty.OUTSIDE_REVIEWER)
    if viewer.everywhere & frozenset(triages):
        return true()
    # Unsorted cases are few and have an index: the sum keeps SQLite from reading all of a site's cases instead.
    return (Case.site_id + 0).in_(viewer.sites_with(*triages))


def _shown(show: Show, *, now: datetime) -> list[ColumnElement[bool]]:
    """Return what a view asks for, in the columns of the index that serves it."""
    is_open, due = Case.is_open.is_(True), Case.desk_order_at
    shown: dict[Show, list[ColumnElement[bool]]] = {
        Show.OPEN: [is_open],
        Show.LATE: [is_open, due < now],
        Show.WEEK: [is_open, due >= now, due < now + timedelta(days=7)],
        # Both are open statuses, and have an index of their own.
        Show.WAITING: [Case.status == Status.RESPONSE_PROPOSED.value],
        Show.NEW: [Case.status == Status.RECEIVED.value],
        # Written out, not bound: SQLite uses a partial index only where it sees the value.
        Show.UNREAD: [Case.unread_count > literal_column("0")],
        Show.CLOSED: [Case.is_open.is_(False)],
        Show.ALL: [],
    }
    return shown[show]


def _rows(session: Session, ids: Sequence[int]) -> list[Row[Any]]:
    """Return the rows of these cases in their order."""
    found = session.execute(
        select(Case, Site, Category.labels, Staff.name.label("handler_name"))
        .join(Site, Site.id == Case.site_id)
        .outerjoin(Category, Category.id == Case.category_id)
        .outerjoin(Staff, Staff.id == Case.handler_id)
        .where(Case.id.in_(ids))
    )
    by_id = {row.Case.id: row for row in found}
    return [by_id[case_id] for case_id in ids]


def _origins(session: Session, case_ids: Sequence[int]) -> dict[int, tuple[Submission, Complainant]]:
    """Return the first filing of each case, which gave it its channel and its words."""
    found = session.execute(
        select(Submission, Complainant)
        .join(Complainant, Complainant.id == Submission.complainant_id)
        .where(Submission.filed_as_case_id.in_(case_ids))
        .order_by(Submission.id.desc())
    )
    return {submission.filed_as_case_id: (submission, person) for submission, person in found}


def _desk_row(
    session: Session,
    row: Row[Any],
    origins: Mapping[int, tuple[Submission, Complainant]],
    calendars: Mapping[int, Calendar],
    *,
    now: datetime,
) -> DeskRow:
    case, site = cast("Case", row.Case), cast("Site", row.Site)
    submission, person = origins[case.id]
    due_on, left = days_left(case.next_due_at, calendars[site.id], now=now)
    return DeskRow(
        reference=case.reference,
        title=unseal(session, case, "title"),
        status=case.status,
        type=case.type,
        category_labels=row.labels,
        severity=case.severity,
        site_name=site.name,
        site_id=site.id,
        time_zone=site.time_zone,
        channel=submission.channel,
        said_group=person.said_group,
        handler_name=row.handler_name,
        is_restricted=case.is_restricted,
        unread_count=case.unread_count,
        next_due_clock=case.next_due_clock,
        next_due_at=case.next_due_at,
        due_on=due_on,
        working_days_left=left,
        is_late=case.next_due_at is not None and case.next_due_at < now,
        received_at=case.received_at,
        submission_count=case.submission_count,
        version=case.changed_seq,
    )


def _untriaged_row(
    session: Session,
    row: Row[Any],
    origins: Mapping[int, tuple[Submission, Complainant]],
    calendars: Mapping[int, Calendar],
    *,
    now: datetime,
) -> UntriagedRow:
    case, site = cast("Case", row.Case), cast("Site", row.Site)
    submission, person = origins[case.id]
    _, left = days_left(case.next_due_at, calendars[site.id], now=now)
    return UntriagedRow(
        reference=case.reference,
        site_name=site.name,
        site_id=site.id,
        time_zone=site.time_zone,
        received_at=case.received_at,
        channel=submission.channel,
        said_group=person.said_group,
        locale=submission.locale,
        category_labels=row.labels,
        concerns_handlers=case.concerns_handlers,
        is_spam=case.is_spam,
        words_start=(unseal(session, submission, "words") or "")[:WORDS_SHOWN],
        acknowledge_due_at=case.next_due_at,
        working_days_left=left,
        is_late=case.next_due_at is not None and case.next_due_at < now,
    )
