"""What was promised to the person, done and verified; and what is done so that it does not happen again.

All of it counts once somebody other than who did it has verified it: `mark_done` and `mark_verified` are that rule, for
protective measures too. Not for: promising, which is `resolution`.
"""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from grievance.cases.models import Case, CorrectiveAction, Remedy
from grievance.cases.record import Task
from grievance.cases.states import Actor, EventKind
from grievance.cases.tasks import TaskKind, open_task, settle_keys
from grievance.cases.track_record import ProtectiveMeasure
from grievance.cases.transitions import record
from grievance.cases.waiver import refuse_waivers
from grievance.cases.wall import ConflictOfInterest, is_hidden_from
from grievance.crypto.fields import new_public_id, seal

Verifiable = Remedy | CorrectiveAction | ProtectiveMeasure


class CorrectiveKind(StrEnum):
    """What a corrective action does."""

    CORRECTIVE = "corrective"
    COMPENSATORY = "compensatory"
    TRANSFORMATIVE = "transformative"


class RemedyNotFound(LookupError):
    """The case has no such remedy, or it was taken back with its response."""


class CorrectiveActionNotFound(LookupError):
    """The case has no such corrective action."""


class AlreadyDone(Exception):
    """It is recorded as done, or verified, already."""


class NotDone(Exception):
    """It cannot be verified before it is done."""


class SamePerson(Exception):
    """Whoever did it, or answers for it, cannot verify it."""


def mark_done(session: Session, row: Verifiable, *, evidence: str, by: Actor, at: datetime) -> None:
    """Note on a row that it was done, with what shows it. The event and the task to verify are the caller's.

    Raises:
        AlreadyDone: it is recorded already.
    """
    if row.done_at is not None:
        raise AlreadyDone
    row.done_at, row.done_by_id = at, by.staff
    seal(session, row, "evidence", evidence)


def mark_verified(row: Verifiable, *, owner_id: int | None, by: Actor, at: datetime) -> None:
    """Note on a row that somebody else has seen it done; `owner_id` is who answers for it, if anybody does.

    Raises:
        NotDone: nobody has done it yet.
        SamePerson: the verifier did it, or answers for it.
        AlreadyDone: it is verified already.
    """
    if row.done_at is None:
        raise NotDone
    if by.staff in {row.done_by_id, owner_id}:
        raise SamePerson
    if row.verified_at is not None:
        raise AlreadyDone
    row.verified_at, row.verified_by_id = at, by.staff


def settle_owners(session: Session, case: Case, *, by: Actor, at: datetime) -> None:
    """Ask no more for somebody in the place of another who answers for nothing now: all of it was done without one."""
    session.flush()
    owed = [
        select(table.id).where(table.case_id == case.id, table.owner_id == Task.left_by_id, table.done_at.is_(None))
        for table in (ProtectiveMeasure, CorrectiveAction)
    ]
    session.execute(
        update(Task)
        .where(
            Task.case_id == case.id,
            Task.kind == TaskKind.NAME_OWNER.value,
            Task.done_at.is_(None),
            *(~rows.correlate(Task).exists() for rows in owed),
        )
        .values(done_at=at, done_by_id=by.staff)
    )


def record_remedy_done(
    session: Session,
    case: Case,
    remedy_public_id: str,
    *,
    evidence: str,
    by: Actor,
    at: datetime,
) -> None:
    """Record that a promised remedy was done, with what shows it; somebody else is asked to verify.

    Raises:
        RemedyNotFound: the case has none of that id.
        AlreadyDone: see `mark_done`.
    """
    remedy = _remedy(session, case, remedy_public_id)
    mark_done(session, remedy, evidence=evidence, by=by, at=at)
    codes = {"remedy": remedy.public_id}
    record(
        session,
        case,
        EventKind.REMEDY_DONE,
        by=by,
        at=at,
        codes=codes,
        words=(remedy, "evidence"),
    )
    key = _to_verify(remedy)
    open_task(session, key=key, site_id=case.site_id, kind=TaskKind.VERIFY_REMEDY, case=case, at=at)


def verify_remedy(
    session: Session,
    case: Case,
    remedy_public_id: str,
    *,
    by: Actor,
    at: datetime,
) -> None:
    """Record that somebody else has seen that a remedy was done.

    Raises:
        RemedyNotFound: the case has none of that id.
        NotDone, SamePerson, AlreadyDone: see `mark_verified`.
    """
    remedy = _remedy(session, case, remedy_public_id)
    mark_verified(remedy, owner_id=None, by=by, at=at)
    codes = {"remedy": remedy.public_id}
    record(session, case, EventKind.REMEDY_VERIFIED, by=by, at=at, codes=codes)
    settle_keys(session, [_to_verify(remedy)], by_id=by.staff, at=at)


def cancel_remedies(session: Session, case: Case, *, by: Actor, at: datetime) -> int:
    """Take back what was promised and is not verified: something else is offered. Return how many."""
    rows = open_remedies(session, case)
    for row in rows:
        row.cancelled_at = at
    settle_keys(session, [_to_verify(row) for row in rows], by_id=by.staff_id, at=at)
    return len(rows)


def open_remedies(session: Session, case: Case) -> Sequence[Remedy]:
    """Return the remedies promised in a case that are not verified, in the order of their promise."""
    session.flush()
    return session.scalars(
        select(Remedy)
        .where(Remedy.case_id == case.id, Remedy.verified_at.is_(None), Remedy.cancelled_at.is_(None))
        .order_by(Remedy.id)
    ).all()


def add_corrective_action(
    session: Session,
    case: Case,
    *,
    kind: CorrectiveKind,
    words: str,
    owner_id: int,
    due_on: date,
    by: Actor,
    at: datetime,
    happened_at: datetime | None = None,
) -> CorrectiveAction:
    """Note what will be done so that it does not happen again, by whom and by when.

    Raises:
        WaiverOfRights: it would be done for the giving up of a right.
        ConflictOfInterest: the case is hidden from who would answer for it.
    """
    refuse_waivers(words)
    if is_hidden_from(session, case, owner_id):
        raise ConflictOfInterest(owner_id)
    action = CorrectiveAction(
        public_id=new_public_id(), case_id=case.id, kind=kind.value, owner_id=owner_id, due_on=due_on
    )
    seal(session, action, "words", words)
    session.add(action)
    codes = {"action": action.public_id, "kind": kind.value, "owner": owner_id, "due_on": due_on.isoformat()}
    words_at = (action, "words")
    event_kind = EventKind.CORRECTIVE_ACTION_ADDED
    record(session, case, event_kind, by=by, at=at, happened_at=happened_at, codes=codes, words=words_at)
    return action


def complete_corrective_action(
    session: Session,
    case: Case,
    public_id: str,
    *,
    evidence: str,
    by: Actor,
    at: datetime,
    happened_at: datetime | None = None,
) -> None:
    """Record that a corrective action was done, with what shows it; somebody else is asked to verify.

    Raises:
        CorrectiveActionNotFound: the case has none of that id.
        AlreadyDone: see `mark_done`.
    """
    action = _action(session, case, public_id)
    mark_done(session, action, evidence=evidence, by=by, at=happened_at or at)
    codes = {"action": action.public_id}
    words_at = (action, "evidence")
    event_kind = EventKind.CORRECTIVE_ACTION_DONE
    record(session, case, event_kind, by=by, at=at, happened_at=happened_at, codes=codes, words=words_at)
    settle_keys(session, [f"action:{public_id}:soon", f"action:{public_id}:late"], by_id=by.staff, at=at)
    settle_owners(session, case, by=by, at=at)
    key = f"action:{public_id}:verify"
    open_task(session, key=key, site_id=case.site_id, kind=TaskKind.VERIFY_ACTION, case=case, at=at)


def verify_corrective_action(
    session: Session,
    case: Case,
    public_id: str,
    *,
    by: Actor,
    at: datetime,
) -> None:
    """Record that somebody else has seen that a corrective action was done.

    Raises:
        CorrectiveActionNotFound: the case has none of that id.
        NotDone, SamePerson, AlreadyDone: see `mark_verified`.
    """
    action = _action(session, case, public_id)
    mark_verified(action, owner_id=action.owner_id, by=by, at=at)
    codes = {"action": action.public_id}
    event_kind = EventKind.CORRECTIVE_ACTION_VERIFIED
    record(session, case, event_kind, by=by, at=at, codes=codes)
    settle_keys(session, [f"action:{public_id}:verify"], by_id=by.staff, at=at)


def _action(session: Session, case: Case, public_id: str) -> CorrectiveAction:
    action = session.scalars(
        select(CorrectiveAction).where(CorrectiveAction.case_id == case.id, CorrectiveAction.public_id == public_id)
    ).one_or_none()
    if action is None:
        raise CorrectiveActionNotFound
    return action


def _remedy(session: Session, case: Case, public_id: str) -> Remedy:
    remedy = session.scalars(
        select(Remedy).where(Remedy.case_id == case.id, Remedy.public_id == public_id, Remedy.cancelled_at.is_(None))
    ).one_or_none()
    if remedy is None:
        raise RemedyNotFound
    return remedy


def _to_verify(remedy: Remedy) -> str:
    """Return the key of the task to verify a remedy."""
    return f"verify:{remedy.public_id}"
