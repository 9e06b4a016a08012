"""An open case is never silent: after 15 business days without a word from a person, it says by itself how it stands.

Counted from the last message that somebody wrote and that was told, or from the receipt; whoever works the case has a
task three business days before. What goes by itself says that it does, and counts as no contact, acknowledgement or
answer. Not for: a date that will be missed (`cases.delays`), nor for what a person asks by text (dialogue).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, or_, select, update
from sqlalchemy.orm import Session

from grievance.cases import clocks
from grievance.cases.days_left import calendars_of
from grievance.cases.models import Case, CaseMessage, Investigator, Remedy
from grievance.cases.outside import goes_outside
from grievance.cases.queries import site_of
from grievance.cases.record import CaseEvent, RegisterEntry, Task
from grievance.cases.states import COUNTS_AS_TOLD, SYSTEM, EventKind, MessageKind
from grievance.cases.tasks import TaskKind, open_task
from grievance.cases.telling import tell
from grievance.cases.transitions import load_for_change
from grievance.cases.wall import hidden_from
from grievance.cases.ways import Standing, Telling
from grievance.core.i18n import Locale, mark, text_in
from grievance.deadlines.standards import INTERVALS, CaseType, IntervalName
from grievance.deadlines.working_days import (
    Calendar,
    add_working_days,
    in_sending_hours,
    local_date,
    start_of_day,
)
from grievance.messaging.texts import TextName, shown_date
from grievance.sites.models import Site

LEAD_WORKING_DAYS = 3
"""The task comes this many business days before the message would go by itself. Default of this project."""

SILENT_WORKING_DAYS = INTERVALS[IntervalName.STATUS_MESSAGE].amount

_ONE_DAY = timedelta(days=1)

# Who has the case, by function and never by name: it goes into "is still open, with ...". SMS: 20 characters at most,
# and without á í ó ú.
_HANDLER = mark("a case handler")
_INVESTIGATOR = mark("an investigator")
_TRIAGER = mark("the triagers")
_COORDINATOR = mark("a coordinator")
_OUTSIDE = mark("outside reviewers")

WHO = (_HANDLER, _INVESTIGATOR, _TRIAGER, _COORDINATOR, _OUTSIDE)


@dataclass(frozen=True, slots=True)
class _Dates:
    """What was promised: the next date that can still be kept, and the last one missed without a later one."""

    next_on: date | None
    missed_on: date | None


def tell_standing(session: Session, *, at: datetime, limit: int) -> int:
    """Ask for a message where one falls due soon, and let one go by itself where none came; return how many of both.

    Running it again does nothing new.
    """
    _drop_tasks_of_ended(session, at=at)
    sites = session.scalars(select(Site).order_by(Site.id)).all()
    done = 0
    for site_id, calendar in calendars_of(session, sites, now=at).items() if sites else ():
        today = local_date(at, calendar.time_zone)
        soon = silent_since(add_working_days(today, LEAD_WORKING_DAYS, calendar), calendar)
        done += _each(session, _to_ask(site_id, soon), _ask, at=at, limit=limit - done)
        if in_sending_hours(at, calendar.time_zone):
            late = silent_since(today - _ONE_DAY, calendar)
            done += _each(session, _silent(site_id, late), _speak, at=at, limit=limit - done)
    return done


def silent_since(due_on: date, calendar: Calendar) -> datetime:
    """Return the instant before which the last word lies of whatever falls due on a date, or fell due before it."""
    return start_of_day(add_working_days(due_on + _ONE_DAY, -SILENT_WORKING_DAYS, calendar), calendar.time_zone)


def _each(
    session: Session,
    wanted: Select[int],
    work: Callable[..., None],
    *,
    at: datetime,
    limit: int,
) -> int:
    """Do something with each case, locked, that is still wanted then: another worker may have been faster."""
    done = 0
    for case_id in session.scalars(wanted.order_by(Case.id).limit(max(0, limit))).all():
        case = load_for_change(session, case_id)
        if session.scalars(wanted.where(Case.id == case_id)).one_or_none() is not None:
            work(session, case, at=at)
            session.flush()
            done += 1
    return done


def _silent(site_id: int, since: datetime) -> Select[int]:
    """Select the open cases of a site of which nobody has told the person anything since an instant."""
    told = [told.value for told in COUNTS_AS_TOLD]
    written = select(CaseMessage.id).where(
        CaseMessage.case_id == Case.id,
        CaseMessage.sent_at >= since,
        CaseMessage.author_id.is_not(None),
        CaseMessage.told.in_(told),
    )
    # What went by itself counts as no word of a person, but is not said twice; a reopened case begins anew.
    kinds = [EventKind.STATUS_MESSAGE.value, EventKind.REOPENED.value]
    begun = select(CaseEvent.id).where(
        CaseEvent.case_id == Case.id, CaseEvent.recorded_at >= since, CaseEvent.kind.in_(kinds)
    )
    return select(Case.id).where(
        Case.site_id == site_id,
        *_is_at_work(),
        Case.received_at < since,
        # Whoever stands in an old register has waited for us only since it was brought.
        or_(Case.recorded_at < since, Case.id.not_in(select(RegisterEntry.case_id))),
        ~written.exists(),
        ~begun.exists(),
    )


def _is_at_work() -> tuple[ColumnElement[bool], ...]:
    return (
        Case.is_open.is_(True),
        Case.is_spam.is_(False),
        Case.type != CaseType.DATA_RIGHTS.value,
        Case.paused_until.is_(None),
        Case.blocked_at.is_(None),
        Case.erased_at.is_(None),
        Case.undone_at.is_(None),
        Case.merged_into_id.is_(None),
    )


def _to_ask(site_id: int, since: datetime) -> Select[int]:
    """Select those silent so long that a message falls due soon, and for which nobody was asked to write yet."""
    asked = select(Task.id).where(
        Task.case_id == Case.id,
        Task.kind == TaskKind.WRITE_TO_PERSON.value,
        or_(Task.done_at.is_(None), Task.created_at >= since),
    )
    return _silent(site_id, since).where(~asked.exists())


def _ask(session: Session, case: Case, *, at: datetime) -> None:
    owner = None if case.handler_id in hidden_from(session, case) else case.handler_id
    key = f"write:{case.public_id}:{case.event_count}"
    kind = TaskKind.WRITE_TO_PERSON
    open_task(session, key=key, site_id=case.site_id, kind=kind, case=case, assigned_to_id=owner, at=at)


def _speak(session: Session, case: Case, *, at: datetime) -> None:
    who = _who_has(session, case)
    dates = _dates(session, case, on=local_date(at, site_of(session, case).time_zone))
    if dates.missed_on is not None:
        standing = Standing(TextName.STANDING_LATE, who, dates.missed_on)
    elif dates.next_on is not None:
        standing = Standing(TextName.STANDING, who, dates.next_on)
    else:
        standing = Standing(TextName.STANDING_UNDATED, who, None)
    words = _words(Locale(case.locale), who, dates)
    tell(session, case, Telling(MessageKind.STATUS, words, standing=standing), by=SYSTEM, at=at)


def _who_has(session: Session, case: Case) -> str:
    """Return who works a case, as marked words."""
    if goes_outside(session, case.id):
        return _OUTSIDE
    named = select(Investigator.id).where(Investigator.case_id == case.id, Investigator.removed_at.is_(None)).limit(1)
    if case.is_restricted and session.scalars(named).one_or_none() is not None:
        return _INVESTIGATOR
    if case.is_restricted or case.classified_at is None:
        return _TRIAGER
    return _COORDINATOR if case.handler_id is None else _HANDLER


def _dates(session: Session, case: Case, *, on: date) -> _Dates:
    """Return the dates that the person was promised: those of the case, and of what was promised with an answer."""
    latest: dict[str, date] = {}
    for clock in clocks.of(session, case.id):
        if clock.met_at is None and clock.cancelled_at is None and clock.name not in clocks.WAITING_FOR_PERSON:
            latest[clock.name] = clock.due_on
    remedies = session.scalars(
        select(Remedy.due_on).where(
            Remedy.case_id == case.id,
            Remedy.verified_at.is_(None),
            Remedy.cancelled_at.is_(None),
            Remedy.due_on.is_not(None),
        )
    )
    promised = [*latest.values(), *(due_on for due_on in remedies if due_on is not None)]
    return _Dates(
        next_on=min((due_on for due_on in promised if due_on >= on), default=None),
        missed_on=max((due_on for due_on in promised if due_on < on), default=None),
    )


def _words(locale: Locale, who: str, dates: _Dates) -> str:
    """Write the message as it stands on the follow-up page."""
    said = [text_in(locale, "Your case is still open, with %(who)s.", who=text_in(locale, who))]
    if dates.missed_on is not None:
        missed = shown_date(dates.missed_on, locale)
        said.append(
            text_in(locale, "We missed the date of %(date)s and gave you no new one. We are sorry.", date=missed)
        )
    if dates.next_on is not None:
        coming = shown_date(dates.next_on, locale)
        said.append(text_in(locale, "The next date that we promised is %(date)s.", date=coming))
    elif dates.missed_on is None:
        said.append(text_in(locale, "No date is set now."))
    said.append(
        text_in(
            locale,
            "This message is automatic: for %(days)s business days no message of the team has reached you.",
            days=SILENT_WORKING_DAYS,
        )
    )
    return " ".join(said)


def _drop_tasks_of_ended(session: Session, *, at: datetime) -> None:
    ended = select(Case.id).where(Case.is_open.is_(False))
    session.execute(
        update(Task)
        .where(
            Task.kind == TaskKind.WRITE_TO_PERSON.value,
            Task.done_at.is_(None),
            Task.case_id.in_(ended),
        )
        .values(done_at=at)
        .execution_options(synchronize_session=False)
    )
