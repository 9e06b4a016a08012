"""Protective measures: so that nothing worse happens to the person while a case is looked into. For every kind of case.

Each has somebody who answers for it, a date, and what shows that it was taken, and counts once somebody else has
verified it. Not for: remedies, which are promised to the person, nor for reminders (`rounds.reminders`).
"""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.cases import clocks
from grievance.cases.models import Case
from grievance.cases.remedies import mark_done, mark_verified
from grievance.cases.states import Actor, EventKind
from grievance.cases.tasks import TaskKind, open_task, settle_keys
from grievance.cases.track_record import ProtectiveMeasure
from grievance.cases.track_states import MeasureKind
from grievance.cases.transitions import record
from grievance.cases.waiver import refuse_waivers
from grievance.cases.wall import ConflictOfInterest, is_hidden_from
from grievance.crypto.fields import new_public_id, seal
from grievance.deadlines.standards import ClockName


class MeasureNotFound(LookupError):
    """The case has no such measure."""


def add_measure(
    session: Session,
    case: Case,
    *,
    kind: MeasureKind,
    words: str,
    owner_id: int,
    due_on: date,
    by: Actor,
    at: datetime,
) -> ProtectiveMeasure:
    """Note a measure, who answers for it and by when; the first one meets the date for protecting the person.

    Raises:
        WaiverOfRights: the measure is offered for the giving up of a right.
        ConflictOfInterest: the case is hidden from who would answer for it.
    """
    refuse_waivers(words)
    if is_hidden_from(session, case, owner_id):
        raise ConflictOfInterest(owner_id)
    measure = ProtectiveMeasure(
        public_id=new_public_id(),
        case_id=case.id,
        kind=kind.value,
        owner_id=owner_id,
        due_on=due_on,
        added_at=at,
        added_by_id=by.staff,
    )
    seal(session, measure, "words", words)
    session.add(measure)
    codes = {"measure": measure.public_id, "kind": kind.value, "owner": owner_id, "due_on": due_on.isoformat()}
    record(session, case, EventKind.MEASURE_ADDED, by=by, at=at, codes=codes, words=(measure, "words"))
    clocks.meet(session, case, ClockName.PROTECT, at=at)
    return measure


def record_measure_done(
    session: Session, case: Case, public_id: str, *, evidence: str, by: Actor, at: datetime
) -> None:
    """Record that a measure was taken, with what shows it; somebody else is asked to verify.

    Raises:
        MeasureNotFound: the case has none of that id.
        AlreadyDone: see `remedies.mark_done`.
    """
    measure = _measure(session, case, public_id)
    mark_done(session, measure, evidence=evidence, by=by, at=at)
    codes = {"measure": measure.public_id}
    record(session, case, EventKind.MEASURE_DONE, by=by, at=at, codes=codes, words=(measure, "evidence"))
    settle_keys(session, [f"measure:{public_id}:soon", f"measure:{public_id}:late"], by_id=by.staff, at=at)
    key = f"measure:{public_id}:verify"
    open_task(session, key=key, site_id=case.site_id, kind=TaskKind.VERIFY_MEASURE, case=case, at=at)


def verify_measure(session: Session, case: Case, public_id: str, *, by: Actor, at: datetime) -> None:
    """Record that somebody else has seen that a measure was taken.

    Raises:
        MeasureNotFound: the case has none of that id.
        NotDone, SamePerson, AlreadyDone: see `remedies.mark_verified`.
    """
    measure = _measure(session, case, public_id)
    mark_verified(measure, owner_id=measure.owner_id, by=by, at=at)
    record(session, case, EventKind.MEASURE_VERIFIED, by=by, at=at, codes={"measure": measure.public_id})
    settle_keys(session, [f"measure:{public_id}:verify"], by_id=by.staff, at=at)


def has_measure(session: Session, case_id: int) -> bool:
    """Return whether any measure is noted on a case, taken or not."""
    found = select(ProtectiveMeasure.id).where(ProtectiveMeasure.case_id == case_id).limit(1)
    return session.scalars(found).one_or_none() is not None


def is_measure_taken(session: Session, case_id: int) -> bool:
    """Return whether any measure of a case was taken."""
    taken = select(ProtectiveMeasure.id).where(
        ProtectiveMeasure.case_id == case_id, ProtectiveMeasure.done_at.is_not(None)
    )
    return session.scalars(taken.limit(1)).one_or_none() is not None


def _measure(session: Session, case: Case, public_id: str) -> ProtectiveMeasure:
    measure = session.scalars(
        select(ProtectiveMeasure).where(ProtectiveMeasure.case_id == case.id, ProtectiveMeasure.public_id == public_id)
    ).one_or_none()
    if measure is None:
        raise MeasureNotFound
    return measure
