"""Taking a whole import back within a day: as if the file had never been brought, but for what was worked since.

Nothing is cut out of a chain. Each case that goes gets one more event, which takes it from every list and every figure
that is still to be frozen; its words, and whoever it was about, are erased. Its number is free again, so that the file,
put right, can be brought anew. Not for: single cases (they are marked as no grievance, on their page).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, delete, exists, func, or_, select, true, update
from sqlalchemy.orm import Session

from grievance.accounts.audit import AuditAction
from grievance.accounts.holding import holders_of
from grievance.accounts.models import Staff
from grievance.accounts.permissions import Duty, Viewer
from grievance.cases.held import held_cases
from grievance.cases.history import Change, advance, row_values, state_of
from grievance.cases.models import Case, Complainant, Submission
from grievance.cases.queries import visible
from grievance.cases.record import (
    CaseEvent,
    CaseHistory,
    Clock,
    Notice,
    RegisterEntry,
    RegisterImport,
    Task,
    WordDigest,
)
from grievance.cases.rights_record import CaseLink
from grievance.cases.side_tracks import ImportState
from grievance.cases.states import SYSTEM, Actor, ActorKind, EventKind, staff_actor
from grievance.cases.tasks import NoticeKind
from grievance.cases.transitions import next_link
from grievance.core.db import insert_many
from grievance.registers.importing import ImportMoved, forget_file
from grievance.registers.telling import notify_of, record_of

OPEN_FOR = timedelta(days=1)
"""Long enough to see that the wrong file was brought, and too short for figures to have gone far with it."""

BATCH = 10
"""Cases of one unit of work, as in an import."""

MOST_LISTED = 200
"""Cases that stay, listed by reference."""

_TAKEN = frozenset({ImportState.IMPORTING, ImportState.DONE, ImportState.FAILED})
"""States from which an import can be taken back. One that is still running stops at its next batch."""


class TooLateToUndo(Exception):
    """A day has passed since the import ended."""


@dataclass(frozen=True, slots=True)
class UndoPlan:
    """What taking an import back would do now."""

    goes: int
    stays: int
    references: tuple[str, ...]
    """Of those that stay and that the viewer may see, at most MOST_LISTED."""


def may_undo(taken: RegisterImport, *, at: datetime) -> bool:
    """Tell whether an import can be taken back now."""
    in_time = taken.undo_asked_at is not None or undo_until(taken) > at
    return taken.state in _TAKEN and taken.approved_at is not None and taken.opened_count > 0 and in_time


def undo_until(taken: RegisterImport) -> datetime:
    """Return until when an import can be taken back: a day after it ended, or was begun if it never did."""
    return (taken.finished_at or taken.approved_at or taken.created_at) + OPEN_FOR


def until_when(taken: RegisterImport) -> datetime | None:
    """Return until when an import can be taken back; None where there is nothing to take back, or it was already."""
    is_possible = taken.state in _TAKEN and taken.approved_at is not None and taken.opened_count > 0
    return undo_until(taken) if is_possible else None


def plan(session: Session, import_id: int, viewer: Viewer | None = None) -> UndoPlan:
    """Return what goes and what stays; without a viewer, for the command line, every reference is listed."""
    counted = select(func.count()).select_from(RegisterEntry).where(RegisterEntry.import_id == import_id)
    stays = session.scalars(counted.where(_was_worked())).one()
    seen = true() if viewer is None else visible(viewer)
    listed = session.scalars(
        select(Case.reference)
        .join(RegisterEntry, RegisterEntry.case_id == Case.id)
        .where(RegisterEntry.import_id == import_id, _was_worked(), seen)
        .order_by(Case.reference)
        .limit(MOST_LISTED)
    )
    return UndoPlan(session.scalars(counted).one() - stays, stays, tuple(listed))


def ask_undo(session: Session, taken: RegisterImport, *, by: int | None, at: datetime) -> str | None:
    """Ask for an import to be taken back; return the key of its stored file, if it has one, to delete after the commit.

    Raises:
        ImportMoved: nothing of it was imported, or it is being taken back already.
        TooLateToUndo: a day has passed.
    """
    if taken.state not in _TAKEN or taken.approved_at is None or not taken.opened_count:
        raise ImportMoved(taken.state)
    if not may_undo(taken, at=at):
        raise TooLateToUndo
    taken.state = ImportState.UNDOING.value
    taken.undo_asked_at, taken.undo_by_id = at, by
    session.flush()
    record_of(session, taken, AuditAction.REGISTER_UNDONE, by=by, at=at, codes={"step": "asked"})
    return forget_file(session, taken)


def undo_batch(session: Session, taken: RegisterImport, *, at: datetime, limit: int = BATCH) -> int:
    """Take some cases back; return how many, 0 when only those are left that were worked.

    Raises:
        ImportMoved: it is not being taken back.
    """
    if taken.state != ImportState.UNDOING:
        raise ImportMoved(taken.state)
    cases = _taken_in_hand(session, taken, limit)
    if cases:
        by = staff_actor(taken.undo_by_id) if taken.undo_by_id is not None else SYSTEM
        _end_chains(session, cases, by=by, at=at)
        _erase(session, [case.id for case in cases], at=at)
        taken.undone_count += len(cases)
        session.flush()
    return len(cases)


def finish_undo(session: Session, taken: RegisterImport, *, at: datetime) -> None:
    """Say that all is taken back that can be, and tell whoever was told of the import."""
    if taken.state != ImportState.UNDOING:
        raise ImportMoved(taken.state)
    taken.state = ImportState.UNDONE.value
    taken.finished_at = at
    session.flush()
    told = session.scalars(
        select(Staff.id).where(
            Staff.active.is_(True), Staff.id.in_(holders_of(taken.site_id, Duty.TRIAGER, Duty.COORDINATOR))
        )
    ).all()
    notify_of(session, taken, told, NoticeKind.REGISTER_UNDONE, at=at)
    codes: dict[str, str | int | bool] = {
        "step": "done",
        "undone": taken.undone_count,
        "kept": taken.opened_count - taken.undone_count,
    }
    record_of(session, taken, AuditAction.REGISTER_UNDONE, by=taken.undo_by_id, at=at, codes=codes)


def _was_worked() -> ColumnElement[bool]:
    """Return whether the case of an entry has a life of its own: somebody did something, it is linked, or held.

    What the clock did by itself is no life.
    """
    case_id = RegisterEntry.case_id
    by_a_person = exists().where(CaseEvent.case_id == case_id, CaseEvent.actor_kind != ActorKind.SYSTEM.value)
    linked = exists().where(or_(CaseLink.case_id == case_id, CaseLink.from_case_id == case_id))
    return or_(by_a_person, linked, case_id.in_(held_cases()))


def _taken_in_hand(session: Session, taken: RegisterImport, limit: int) -> list[Case]:
    """Return the next cases, locked, and still nobody's: whoever worked one while its lock was waited for wins.

    PostgreSQL looks at a row again once it has the lock, but not at the events of it that were added meanwhile.
    """
    while cases := session.scalars(_next_cases(taken, limit)).all():
        ids = [case.id for case in cases]
        worked = set(
            session.scalars(select(RegisterEntry.case_id).where(RegisterEntry.case_id.in_(ids), _was_worked()))
        )
        if left := [case for case in cases if case.id not in worked]:
            return left
    return []


def _next_cases(taken: RegisterImport, limit: int) -> Select[Case]:
    return (
        select(Case)
        .join(RegisterEntry, RegisterEntry.case_id == Case.id)
        .where(RegisterEntry.import_id == taken.id, ~_was_worked())
        .order_by(RegisterEntry.id)
        .limit(limit)
        .with_for_update(of=Case)
        .execution_options(populate_existing=True)
    )


def _end_chains(session: Session, cases: Sequence[Case], *, by: Actor, at: datetime) -> None:
    """Add the last event of each case, and its row of the projection."""
    ids = [case.id for case in cases]
    newest = select(func.max(CaseHistory.id)).where(CaseHistory.case_id.in_(ids)).group_by(CaseHistory.case_id)
    last = {row.case_id: row for row in session.scalars(select(CaseHistory).where(CaseHistory.id.in_(newest)))}
    events, history = [], []
    for case in cases:
        before = last[case.id]
        # Two processes may differ by a little about now.
        happened_at = max(at, before.happened_at)
        event = next_link(session, case, EventKind.IMPORT_UNDONE, by=by, at=at, happened_at=happened_at)
        change = Change(EventKind.IMPORT_UNDONE, happened_at, event["codes"])
        state = advance(state_of(before), change)
        events.append(event | {"case_id": case.id})
        history.append(row_values(state, case_id=case.id, seq=event["seq"], change=change, recorded_at=at))
        case.undone_at, case.is_spam, case.words_indexed_at = at, True, at
        case.title_sealed = case.summary_sealed = case.place_sealed = None
    session.flush()
    insert_many(session, CaseEvent, events)
    insert_many(session, CaseHistory, history)


def _erase(session: Session, case_ids: Sequence[int], *, at: datetime) -> None:
    """Erase words and people, stop clocks, and free the register numbers."""
    words = {"words_sealed": None, "receipt_code_sealed": None}
    person = {"name_sealed": None, "email_sealed": None, "code_sealed": None, "contact_deleted_at": at}
    running = (Clock.met_at.is_(None), Clock.cancelled_at.is_(None))
    for statement in (
        update(Submission).where(Submission.case_id.in_(case_ids)).values(words),
        update(Complainant).where(Complainant.case_id.in_(case_ids)).values(person),
        update(Clock).where(Clock.case_id.in_(case_ids), *running).values(cancelled_at=at),
        update(Task).where(Task.case_id.in_(case_ids), Task.done_at.is_(None)).values(done_at=at),
        delete(Notice).where(Notice.case_id.in_(case_ids)),
        delete(WordDigest).where(WordDigest.case_id.in_(case_ids)),
        delete(RegisterEntry).where(RegisterEntry.case_id.in_(case_ids)),
    ):
        session.execute(statement.execution_options(synchronize_session=False))
