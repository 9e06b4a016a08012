"""What staff have to do outside the normal course (tasks), and what they are told of in the application (notices).

Neither carries content: a kind, and the reference of a case for those who may see it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.orm import Session

from grievance.accounts.absences import stand_ins_of
from grievance.accounts.holding import holders_of
from grievance.accounts.models import Staff
from grievance.accounts.permissions import PERMITTED, Action, Duty, Viewer
from grievance.cases.models import Case, HiddenFrom, Investigator
from grievance.cases.queries import visible
from grievance.cases.record import Notice, Task
from grievance.core.db import insert_if_new, rows_changed
from grievance.crypto.fields import new_public_id
from grievance.deadlines.standards import CaseType


class TaskKind(StrEnum):
    """What is to be done; the words of each are the adapter's."""

    REACH_PERSON = "reach_person"
    SLIP_LAPSED = "slip_lapsed"
    """The slip of assisted intake ran out before the person said that a code of his or her own was saved."""
    LOOK_AT_REOPENING = "look_at_reopening"
    CLOSE_SERIOUS = "close_serious"
    VERIFY_REMEDY = "verify_remedy"
    NAME_REVIEWER = "name_reviewer"
    """An appeal came and nobody of the site may decide it: name somebody who can."""
    ASK_AGAIN = "ask_again"
    """Ask in person what the person takes no texts for; the answer is recorded by a triager."""
    DECIDE_EXTENSION = "decide_extension"
    TELL_DELAY = "tell_delay"
    """A promised date is near: keep it, or tell the person before it why not, and the new one."""
    DECIDE_OVERRIDE = "decide_override"
    """Somebody wants to send a case on without a yes of the person: a second person decides."""
    ASK_BODY = "ask_body"
    """An outside body that has a case has said nothing for a while: ask it."""
    READ_FIRST = "read_first"
    """The person agreed that the case is sent on, and has written since: nothing is sent before it is read."""
    STUCK_MESSAGE = "stuck_message"
    WRITE_TO_PERSON = "write_to_person"
    """Nobody has written to the person for long: write before a message goes by itself."""
    TAKE_OVER = "take_over"
    """Whoever worked it left, lost the duty, or may not see it any more: give it to somebody."""
    NAME_OWNER = "name_owner"
    """As above, for a protective measure or a corrective action."""
    CORRECT_WORDS = "correct_words"
    """The person answered by text that what somebody recorded is not right."""
    LOOK_AT_JOIN = "look_at_join"
    """Whoever joined names a staff member, from whom the case is hidden until a triager has looked."""
    LOOK_AT_NAME = "look_at_name"
    """As above, of what the person said after the case was sorted."""
    DO_MEASURE = "do_measure"
    MEASURE_LATE = "measure_late"
    VERIFY_MEASURE = "verify_measure"
    DO_ACTION = "do_action"
    ACTION_LATE = "action_late"
    VERIFY_ACTION = "verify_action"
    DECIDE_BREACH = "decide_breach"
    """A breach of personal data: whether the agency and the people are told."""
    PUBLICISE_CHANNELS = "publicise_channels"
    """Twice a year, as Ley 21.643 asks: the ways to report harassment, and to whom."""


ONE_PER_CASE = frozenset({TaskKind.REACH_PERSON, TaskKind.LOOK_AT_REOPENING, TaskKind.ASK_BODY})
"""What is done once for a case however often it was asked for: the second reminder is no second task."""


OF_HANDLER = frozenset(
    {
        TaskKind.REACH_PERSON,
        TaskKind.SLIP_LAPSED,
        TaskKind.LOOK_AT_REOPENING,
        TaskKind.TELL_DELAY,
        TaskKind.ASK_BODY,
        TaskKind.READ_FIRST,
        TaskKind.WRITE_TO_PERSON,
    }
)
"""What whoever works a case has to do. What somebody promised, or wrote down, stays with him or her."""


class NoticeKind(StrEnum):
    """What a staff member is told of."""

    CLOCK_SOON = "clock_soon"
    CLOCK_BREACHED = "clock_breached"
    ASSIGNED = "assigned"
    INVESTIGATOR_NAMED = "investigator_named"
    MESSAGE_FROM_PERSON = "message_from_person"
    RESPONSE_ACCEPTED = "response_accepted"
    RESPONSE_REJECTED = "response_rejected"
    REOPENED = "reopened"
    EXTENSION_GRANTED = "extension_granted"
    EXTENSION_REFUSED = "extension_refused"
    REFERRAL_MOVED = "referral_moved"
    RESUMED = "resumed"
    APPEALED = "appealed"
    DID_NOT_HOLD = "did_not_hold"
    REPRISAL = "reprisal"
    DANGER = "danger"
    UNPROTECTED = "unprotected"
    """Harassment, and a day has passed without a protective measure."""
    LEFT_TRACK = "left_track"
    """A case of harassment was classified as another kind."""
    HANDED_OVER = "handed_over"
    """One for all the cases that somebody handed over."""
    URGENT_WAITS = "urgent_waits"
    """Something urgent came or is late: whoever is on call reaches a triager, and learns no more."""
    SENT_OUTSIDE = "sent_outside"
    """Everybody who triages the site has a part in a case: it is the outside reviewer's."""
    LEFT_BEHIND = "left_behind"
    """One for all the cases of a site that somebody left behind."""
    WALLED_OFF = "walled_off"
    """Somebody belongs elsewhere in the organisation now, and does not see a case any more."""
    DATA_REQUEST = "data_request"
    """Somebody asks for something about his or her personal data."""
    REGISTER_CHECKED = "register_checked"
    REGISTER_IMPORTED = "register_imported"
    """One for a whole old register: what is late in it wakes nobody by itself."""
    REGISTER_UNDONE = "register_undone"
    RECORD_BROKEN = "record_broken"
    """About no case: a check of the whole record found something that does not hold."""


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A notice on a list. The reference is left out when the case is out of sight by now."""

    id: int
    kind: str
    reference: str | None
    clock_name: str | None
    created_at: datetime
    read_at: datetime | None


def open_task(
    session: Session,
    *,
    key: str,
    site_id: int,
    kind: TaskKind,
    case: Case | None = None,
    assigned_to_id: int | None = None,
    left_by_id: int | None = None,
    at: datetime,
) -> Task:
    """Open a task, or return the one that has this key; done ones stay done.

    Of the kinds of ONE_PER_CASE a case has one open at a time: a list of twenty alike would hide the others. It goes to
    nobody in particular when whom it is meant for has left, or may not know of the case.
    """
    if assigned_to_id is not None and case is not None and not knows(session, case, [assigned_to_id]):
        assigned_to_id = None
    if case is not None and kind in ONE_PER_CASE:
        waits = select(Task).where(Task.case_id == case.id, Task.kind == kind.value, Task.done_at.is_(None))
        if (waiting := session.scalars(waits.limit(1)).first()) is not None:
            return waiting
    made = session.scalars(
        insert_if_new(session, Task)
        .values(
            public_id=new_public_id(),
            key=key,
            site_id=site_id,
            case_id=case.id if case else None,
            kind=kind.value,
            assigned_to_id=assigned_to_id,
            left_by_id=left_by_id,
            created_at=at,
        )
        .returning(Task)
    ).one_or_none()
    return made or session.scalars(select(Task).where(Task.key == key)).one()


def settle(session: Session, case: Case, kind: TaskKind, *, by_id: int | None, at: datetime) -> None:
    """Mark the open tasks of one kind of a case as done: what they asked for has happened."""
    session.execute(
        update(Task)
        .where(Task.case_id == case.id, Task.kind == kind.value, Task.done_at.is_(None))
        .values(done_at=at, done_by_id=by_id)
    )


def settle_keys(session: Session, keys: Iterable[str], *, by_id: int | None, at: datetime) -> None:
    """Mark tasks as done by their keys: what they asked for has happened."""
    session.execute(
        update(Task).where(Task.key.in_(list(keys)), Task.done_at.is_(None)).values(done_at=at, done_by_id=by_id)
    )


def follow_handler(session: Session, case: Case) -> None:
    """Let the open tasks of whoever works a case go with it; while nobody does, they are nobody's in particular."""
    session.flush()
    session.execute(
        update(Task)
        .where(Task.case_id == case.id, Task.kind.in_([kind.value for kind in OF_HANDLER]), Task.done_at.is_(None))
        .values(assigned_to_id=case.handler_id)
    )


def notify(
    session: Session,
    staff_ids: Iterable[int],
    *,
    key: str,
    kind: NoticeKind,
    case: Case | None = None,
    clock_name: str | None = None,
    show_from: datetime,
    at: datetime,
) -> int:
    """Give a notice to each of these staff members once per key; return how many were new.

    Whoever stands in for the handler gets it too; nobody does from whom the case is hidden.
    """
    session.flush()
    wanted = sorted(set(staff_ids) if case is None else _concerned(session, case, set(staff_ids), at=at))
    had = set(session.scalars(select(Notice.staff_id).where(Notice.key == key, Notice.staff_id.in_(wanted))))
    new = [staff_id for staff_id in wanted if staff_id not in had]
    # The case is locked by the caller, so nobody else gives the same notice meanwhile.
    session.add_all(
        Notice(
            staff_id=staff_id,
            key=key,
            kind=kind.value,
            case_id=case.id if case else None,
            clock_name=clock_name,
            created_at=at,
            show_from=show_from,
        )
        for staff_id in new
    )
    return len(new)


def keepers(session: Session, case: Case) -> list[int]:
    """Return whom to tell of what happens to a case: its handler and named investigators, else the triagers.

    Of a request about personal data those who answer such requests, where there are any.
    """
    named = session.scalars(
        select(Investigator.staff_id).where(Investigator.case_id == case.id, Investigator.removed_at.is_(None))
    ).all()
    keeping = {*named, *([case.handler_id] if case.handler_id is not None else [])}
    if not keeping and case.type == CaseType.DATA_RIGHTS:
        keeping = set(holders(session, case, Duty.DATA_PROTECTION))
    return knows(session, case, keeping) or holders(session, case, Duty.TRIAGER)


def knows(session: Session, case: Case, staff_ids: Iterable[int]) -> list[int]:
    """Return those of them who are still active, hold a duty that opens cases at the site, and may know of this one."""
    wanted = set(staff_ids)
    if not wanted:
        return []
    wanted -= _hidden(session, case)
    return [one for one in holders(session, case, *_KNOWING) if one in wanted]


def holders(session: Session, case: Case, *duties: Duty) -> list[int]:
    """Return the active staff who hold any of these duties at the site of a case, in ascending order."""
    return list(
        session.scalars(
            select(Staff.id)
            .where(Staff.active.is_(True), Staff.id.in_(holders_of(case.site_id, *duties)))
            .order_by(Staff.id)
        )
    )


def notices(session: Session, viewer: Viewer, *, now: datetime, limit: int = 50) -> tuple[NoticeRow, ...]:
    """Return the notices of a staff member that may be shown by now, the newest first."""
    seen = select(Case.id, Case.reference).where(visible(viewer)).subquery()
    rows = session.execute(
        select(Notice.id, Notice.kind, seen.c.reference, Notice.clock_name, Notice.created_at, Notice.read_at)
        .outerjoin(seen, seen.c.id == Notice.case_id)
        .where(Notice.staff_id == viewer.staff_id, Notice.show_from <= now, not_hidden(viewer.staff_id))
        .order_by(Notice.show_from.desc(), Notice.id.desc())
        .limit(limit)
    )
    return tuple(NoticeRow(*row) for row in rows)


def unread_notices(session: Session, staff_id: int, *, now: datetime) -> int:
    """Return how many notices a staff member has not read."""
    return session.execute(
        select(func.count())
        .select_from(Notice)
        .where(Notice.staff_id == staff_id, Notice.read_at.is_(None), Notice.show_from <= now, not_hidden(staff_id))
    ).scalar_one()


def read_notices(session: Session, staff_id: int, *, at: datetime) -> int:
    """Mark the notices shown to a staff member as read; return how many were new."""
    return rows_changed(
        session.execute(
            update(Notice)
            .where(Notice.staff_id == staff_id, Notice.read_at.is_(None), Notice.show_from <= at)
            .values(read_at=at)
        )
    )


_KNOWING = tuple(duty for duty in Duty if duty in PERMITTED[Action.SEE_CASES])


def _concerned(session: Session, case: Case, staff_ids: set[int], *, at: datetime) -> set[int]:
    """Return who of them is told of a case, with those who stand in for its handler today."""
    if case.handler_id in staff_ids and not case.is_restricted:
        staff_ids |= stand_ins_of(session, [case.handler_id], case.site_id, at=at)
    return staff_ids - _hidden(session, case)


def _hidden(session: Session, case: Case) -> frozenset[int]:
    """Return from whom a case is hidden: nothing about it is told to them, not even that there is something."""
    return frozenset(
        session.scalars(
            select(HiddenFrom.staff_id).where(HiddenFrom.case_id == case.id, HiddenFrom.lifted_at.is_(None))
        )
    )


def not_hidden(staff_id: int) -> ColumnElement[bool]:
    """Return the condition on `Notice` that it is about no case that is hidden from its reader."""
    hidden = select(HiddenFrom.case_id).where(HiddenFrom.staff_id == staff_id, HiddenFrom.lifted_at.is_(None))
    return or_(Notice.case_id.is_(None), Notice.case_id.not_in(hidden))
