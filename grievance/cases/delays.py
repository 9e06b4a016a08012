"""When a date cannot be kept: telling the person why and the new one, and asking somebody else for a later date.

Figures go by the date first promised, whatever is told or granted later. Not for: waiting for the person (`pauses`).
"""

from datetime import date, datetime

from sqlalchemy import ColumnElement, String, and_, cast, literal, or_, select
from sqlalchemy.orm import Session

from grievance.accounts.models import Staff
from grievance.cases import clocks
from grievance.cases.delay_record import Extension, InterimNotice
from grievance.cases.models import Case, CaseMessage
from grievance.cases.page import ExtensionPart
from grievance.cases.queries import calendar_of, site_of
from grievance.cases.record import Clock, Task
from grievance.cases.side_tracks import DelayReason
from grievance.cases.states import Actor, EventKind, MessageKind
from grievance.cases.tasks import NoticeKind, TaskKind, notify, open_task, settle, settle_keys
from grievance.cases.telling import tell
from grievance.cases.transitions import record
from grievance.cases.ways import Telling
from grievance.crypto.fields import new_public_id, seal, unseal
from grievance.deadlines.standards import CaseType, ClockName, Unit, is_locked
from grievance.deadlines.working_days import add_months, is_working_day, local_date, next_working_instant

LONGEST_DELAY_MONTHS = 12
"""No new date lies further ahead than this, whoever gives it."""

PROMISED = frozenset({ClockName.FIRST_CONTACT, ClockName.PLAN, ClockName.RESOLVE, ClockName.FEEDBACK, ClockName.REVIEW})
"""What the person waits for: the handler is asked to tell of a delay before its date. The rest is done within days, or
is the law's, of which nobody gives a new date."""

_ASKED = "delay:"


class NothingRuns(Exception):
    """No such date runs on the case, or it waits for the person."""


class DatesStandStill(Exception):
    """The case waits for the person: no date runs out meanwhile, and there is none to put off."""


class NotLater(Exception):
    """The new date does not come after the one promised, or has gone by."""


class TooFar(Exception):
    """The new date lies more than LONGEST_DELAY_MONTHS ahead."""


class DayOfRest(Exception):
    """The new date is no business day, where days are counted in those."""


class DateLocked(Exception):
    """The date is law: nobody can grant a later one."""


class ExtensionNotFound(LookupError):
    """Nobody asks for a later date any more."""


class CannotGrantToSelf(Exception):
    """Whoever asked for a later date cannot be the one who grants it."""


def give_notice(
    session: Session,
    case: Case,
    name: str,
    *,
    reason: DelayReason,
    new_due_on: date,
    words: str,
    by: Actor,
    at: datetime,
) -> list[CaseMessage]:
    """Tell the person that a date will not be kept, why, and the new one; the new one runs from now on.

    The date first promised is missed all the same when it comes: a notice hides no breach.

    Raises:
        NothingRuns: no such date runs.
        DatesStandStill: the case waits for the person.
        NotLater, TooFar, DayOfRest: the new date is none that can be promised.
    """
    if case.paused_until is not None:
        raise DatesStandStill
    clock = _running(session, case, name)
    _require_later(session, case, clock, new_due_on, at=at)
    messages = _tell_and_follow(session, case, clock, reason=reason, new_due_on=new_due_on, words=words, by=by, at=at)
    record(session, case, EventKind.INTERIM_NOTICE_GIVEN, by=by, at=at, codes=_codes(clock, new_due_on, reason))
    return messages


def ask_extension(
    session: Session,
    case: Case,
    name: str,
    *,
    reason: DelayReason,
    new_due_on: date,
    words: str,
    by: Actor,
    at: datetime,
) -> Extension:
    """Ask for a later date. `words` are what the person will read once it is granted.

    Raises:
        NothingRuns: no such date runs.
        DatesStandStill: the case waits for the person.
        NotLater, TooFar, DayOfRest: the new date is none that can be promised.
        DateLocked: the date is law.
    """
    if is_locked(CaseType(case.type)):
        raise DateLocked(case.type)
    if case.paused_until is not None:
        raise DatesStandStill
    clock = _running(session, case, name)
    _require_later(session, case, clock, new_due_on, at=at)
    extension = Extension(
        public_id=new_public_id(),
        case_id=case.id,
        clock_id=clock.id,
        reason=reason.value,
        new_due_on=new_due_on,
        asked_by_id=by.staff,
        asked_at=at,
    )
    seal(session, extension, "words", words)
    session.add(extension)
    codes = _codes(clock, new_due_on, reason)
    record(session, case, EventKind.EXTENSION_ASKED, by=by, at=at, codes=codes, words=(extension, "words"))
    key = f"extension:{extension.public_id}"
    open_task(session, key=key, site_id=case.site_id, kind=TaskKind.DECIDE_EXTENSION, case=case, at=at)
    return extension


def grant_extension(session: Session, case: Case, public_id: str, *, by: Actor, at: datetime) -> None:
    """Grant a later date: the person is told, and it takes the place of every date that still runs for the same thing.

    One that had gone by stays missed. Other requests for the same thing are closed, and whoever asked is told.

    Raises:
        ExtensionNotFound: it was decided, or what it is for was done or no longer runs.
        CannotGrantToSelf: `by` asked for it.
        NotLater: the new date has gone by while nobody decided.
    """
    extension = _waiting(session, case, public_id)
    if extension.asked_by_id == by.staff:
        raise CannotGrantToSelf
    name = session.get_one(Clock, extension.clock_id).name
    clock = clocks.running(session, case, name)
    if clock is None:
        raise ExtensionNotFound
    _require_later(session, case, clock, extension.new_due_on, at=at)
    reason = DelayReason(extension.reason)
    words = unseal(session, extension, "words") or ""
    new_due_on = extension.new_due_on
    clocks.cancel(session, case, name, at=at)
    _tell_and_follow(session, case, clock, reason=reason, new_due_on=new_due_on, words=words, by=by, at=at)
    codes = _codes(clock, new_due_on, reason)
    _decide(session, case, extension, EventKind.EXTENSION_GRANTED, codes, granted=True, by=by, at=at)
    close_extensions(session, case, Clock.name == name, by=by, at=at)


def refuse_extension(session: Session, case: Case, public_id: str, *, by: Actor, at: datetime) -> None:
    """Refuse a later date; whoever asked is told.

    Raises:
        ExtensionNotFound: it was decided already.
        CannotGrantToSelf: `by` asked for it.
    """
    extension = _waiting(session, case, public_id)
    if extension.asked_by_id == by.staff:
        raise CannotGrantToSelf
    clock = session.get_one(Clock, extension.clock_id)
    codes = _codes(clock, extension.new_due_on, DelayReason(extension.reason))
    _decide(session, case, extension, EventKind.EXTENSION_REFUSED, codes, granted=False, by=by, at=at)


def close_extensions(session: Session, case: Case, *of: ColumnElement[bool], by: Actor, at: datetime) -> None:
    """Close what nobody has to decide any more, of some clocks or of all; whoever asked is told."""
    waiting = (
        select(Extension, Clock)
        .join(Clock, Clock.id == Extension.clock_id)
        .where(Extension.case_id == case.id, Extension.granted.is_(None), *of)
        .order_by(Extension.id)
    )
    for extension, clock in session.execute(waiting).all():
        codes = _codes(clock, extension.new_due_on, DelayReason(extension.reason))
        _decide(session, case, extension, EventKind.EXTENSION_REFUSED, codes, granted=False, by=by, at=at)


def extensions_asked(session: Session, case_id: int) -> tuple[ExtensionPart, ...]:
    """Return the later dates asked for and not decided, the oldest first."""
    rows = session.execute(
        select(Extension, Clock.name, Clock.due_on, Staff.name)
        .join(Clock, Clock.id == Extension.clock_id)
        .join(Staff, Staff.id == Extension.asked_by_id)
        .where(Extension.case_id == case_id, Extension.granted.is_(None))
        .order_by(Extension.id)
    )
    return tuple(
        ExtensionPart(
            row.public_id,
            clock_name,
            row.reason,
            due_on,
            row.new_due_on,
            unseal(session, row, "words"),
            asked_by,
            row.asked_by_id,
            row.asked_at,
        )
        for row, clock_name, due_on, asked_by in rows
    )


def ask_to_tell(session: Session, case: Case, clock: Clock, *, at: datetime) -> None:
    """Ask the handler to tell the person, should a promised date that is near not be kept; once for each date."""
    if clock.name not in PROMISED or case.handler_id is None or not case.is_open or was_told(session, clock):
        return
    handler, kind = case.handler_id, TaskKind.TELL_DELAY
    open_task(
        session, key=f"{_ASKED}{clock.id}", site_id=case.site_id, kind=kind, case=case, assigned_to_id=handler, at=at
    )


def stop_asking(session: Session, *, at: datetime) -> None:
    """Take back what `ask_to_tell` asked of dates that were kept or no longer run."""
    over = (
        select(Task.key)
        .join(Clock, and_(Clock.case_id == Task.case_id, Task.key == literal(_ASKED) + cast(Clock.id, String)))
        .where(
            Task.kind == TaskKind.TELL_DELAY.value,
            Task.done_at.is_(None),
            or_(Clock.met_at.is_not(None), Clock.cancelled_at.is_not(None)),
        )
    )
    settle_keys(session, session.scalars(over).all(), by_id=None, at=at)


def was_told(session: Session, clock: Clock) -> bool:
    """Return whether the person was told before a date that it would not be kept."""
    return (
        session.scalars(
            select(InterimNotice.id)
            .where(InterimNotice.clock_id == clock.id, InterimNotice.given_at <= clock.due_at)
            .limit(1)
        ).one_or_none()
        is not None
    )


def _running(session: Session, case: Case, name: str) -> Clock:
    clock = clocks.running(session, case, name)
    if clock is None or name in clocks.WAITING_FOR_PERSON:
        raise NothingRuns(name)
    return clock


def _require_later(session: Session, case: Case, clock: Clock, new_due_on: date, *, at: datetime) -> None:
    site = site_of(session, case)
    today = local_date(at, site.time_zone)
    if new_due_on <= clock.due_on or new_due_on <= today:
        raise NotLater(new_due_on)
    if new_due_on > add_months(today, LONGEST_DELAY_MONTHS):
        raise TooFar(new_due_on)
    # Days that the law counts without leaving any out end on whatever day they end.
    if clock.unit != Unit.CALENDAR_DAYS and not is_working_day(
        new_due_on, calendar_of(session, site, year=new_due_on.year)
    ):
        raise DayOfRest(new_due_on)


def _tell_and_follow(
    session: Session,
    case: Case,
    clock: Clock,
    *,
    reason: DelayReason,
    new_due_on: date,
    words: str,
    by: Actor,
    at: datetime,
) -> list[CaseMessage]:
    site = site_of(session, case)
    messages = tell(session, case, Telling(MessageKind.DELAY, words), by=by, at=at)
    notice = InterimNotice(
        case_id=case.id,
        clock_id=clock.id,
        reason=reason.value,
        old_due_on=clock.due_on,
        new_due_on=new_due_on,
        given_at=at,
        given_by_id=by.staff,
    )
    session.add(notice)
    named = [f"{_ASKED}{row.id}" for row in clocks.of(session, case.id) if row.name == clock.name]
    settle_keys(session, named, by_id=by.staff_id, at=at)
    calendar = calendar_of(session, site, year=new_due_on.year)
    clocks.follow(session, case, clock, due_on=new_due_on, calendar=calendar, at=at)
    return messages


def _waiting(session: Session, case: Case, public_id: str) -> Extension:
    found = session.scalars(
        select(Extension).where(
            Extension.case_id == case.id, Extension.public_id == public_id, Extension.granted.is_(None)
        )
    ).one_or_none()
    if found is None:
        raise ExtensionNotFound
    return found


def _decide(
    session: Session,
    case: Case,
    extension: Extension,
    kind: EventKind,
    codes: dict[str, str],
    *,
    granted: bool,
    by: Actor,
    at: datetime,
) -> None:
    extension.granted, extension.decided_by_id, extension.decided_at = granted, by.staff, at
    record(session, case, kind, by=by, at=at, codes=codes)
    waiting = select(Extension.id).where(Extension.case_id == case.id, Extension.granted.is_(None)).limit(1)
    if session.scalars(waiting).one_or_none() is None:
        settle(session, case, TaskKind.DECIDE_EXTENSION, by_id=by.staff_id, at=at)
    site = site_of(session, case)
    calendar = calendar_of(session, site, year=local_date(at, site.time_zone).year)
    notify(
        session,
        [extension.asked_by_id],
        key=f"extension:{extension.public_id}",
        kind=NoticeKind.EXTENSION_GRANTED if granted else NoticeKind.EXTENSION_REFUSED,
        case=case,
        show_from=next_working_instant(at, calendar),
        at=at,
    )


def _codes(clock: Clock, new_due_on: date, reason: DelayReason) -> dict[str, str]:
    return {
        "clock": clock.name,
        "old_due_on": clock.due_on.isoformat(),
        "new_due_on": new_due_on.isoformat(),
        "reason": reason.value,
    }
