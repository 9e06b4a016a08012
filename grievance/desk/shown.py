"""What the desk shows, as plain values: filter, rows, pages, counts. Codes, not wording; `queries` reads them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Show(StrEnum):
    """Which cases stand on the desk."""

    OPEN = "open"
    LATE = "late"
    WEEK = "week"
    """Due within seven days, not late."""
    WAITING = "waiting"
    """A response is proposed and the person is to answer, or the case is paused until the person does."""
    NEW = "new"
    UNREAD = "unread"
    """The person has written, ended cases too."""
    CLOSED = "closed"
    ALL = "all"


class Whose(StrEnum):
    """Whose desk is looked at."""

    MINE = "mine"
    SITE = "site"
    UNASSIGNED = "unassigned"


@dataclass(frozen=True, slots=True)
class DeskFilter:
    """What the desk is narrowed to. `q` is a reference or words, all of which must occur."""

    show: Show = Show.OPEN
    whose: Whose = Whose.MINE
    type: str | None = None
    handler: str | None = None
    q: str = ""
    site_id: int | None = None
    category: str | None = None


@dataclass(frozen=True, slots=True)
class DeskRow:
    """One case on the desk. `working_days_left` is negative when late; dates are those of the site."""

    reference: str
    title: str | None
    status: str
    type: str
    category_labels: Mapping[str, str] | None
    severity: int | None
    site_name: str
    site_id: int
    time_zone: str
    channel: str
    said_group: str
    handler_name: str | None
    is_restricted: bool
    unread_count: int
    next_due_clock: str | None
    next_due_at: datetime | None
    due_on: date | None
    working_days_left: int | None
    is_late: bool
    received_at: datetime
    submission_count: int
    version: int


@dataclass(frozen=True, slots=True)
class DeskPage:
    """One page of the desk; a cursor is None where there is nothing further that way."""

    rows: tuple[DeskRow, ...]
    next_cursor: str | None
    previous_cursor: str | None


@dataclass(frozen=True, slots=True)
class Count:
    """A count up to COUNTED_TO; when capped there are more."""

    value: int
    is_capped: bool


@dataclass(frozen=True, slots=True)
class DeskCounts:
    """How many cases each view of the desk has."""

    open: Count
    late: Count
    week: Count
    waiting: Count
    new: Count
    unread: Count
    closed: Count
    untriaged: Count


@dataclass(frozen=True, slots=True)
class UntriagedRow:
    """One case that nobody has sorted, with the beginning of its words."""

    reference: str
    site_name: str
    site_id: int
    time_zone: str
    received_at: datetime
    channel: str
    said_group: str
    locale: str
    category_labels: Mapping[str, str] | None
    concerns_handlers: bool
    is_spam: bool
    words_start: str
    acknowledge_due_at: datetime | None
    working_days_left: int | None
    is_late: bool


@dataclass(frozen=True, slots=True)
class UntriagedPage:
    """One page of the tray."""

    rows: tuple[UntriagedRow, ...]
    next_cursor: str | None
    previous_cursor: str | None
