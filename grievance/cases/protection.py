"""Protective measures: so that nothing worse happens to the person while a case is looked into. For every kind of case.

Each has somebody who answers for it, a date, and what shows that it was taken, and counts once somebody else has
verified it. Not for: remedies, which are promised to the person, nor for reminders (`rounds.reminders`).
"""

from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from grievance.accounts.holding import holders_of
from grievance.accounts.models import Staff
from grievance.accounts.permissions import Duty
from grievance.cases import clocks
from grievance.cases.law_bars import standing_type
from grievance.cases.models import Case, HiddenFrom, Investigator
from grievance.cases.outside import is_outside
from grievance.cases.queries import calendar_of, site_of
from grievance.cases.remedies import mark_done, mark_verified, settle_owners
from grievance.cases.states import NEVER_OUT_OF_SCOPE, Actor, EventKind
from grievance.cases.tasks import TaskKind, open_task, settle_keys
from grievance.cases.track_record import ProtectiveMeasure
from grievance.cases.track_states import MeasureKind
from grievance.cases.transitions import record
from grievance.cases.waiver import refuse_waivers
from grievance.cases.wall import ConflictOfInterest, is_hidden_from
from grievance.crypto.fields import new_public_id, seal
from grievance.deadlines.standards import CaseType, ClockName
from grievance.deadlines.working_days import add_working_days, local_date

MEASURE_WORKING_DAYS = 1
"""Latest day of a measure in a case of harassment, from the day on which it is noted: what is put off longer protects
nobody. Source: Ley 21.643, Código del Trabajo art. 211-B bis, and DS 21/2024: protective measures at once. That the
next business day is at once is a reading of this project, to be confirmed by counsel."""


class MayNotKnow(Exception):
    """Whoever would answer for a measure may not know of the case."""


class NotAtOnce(ValueError):
    """The measure is put off longer than the law's "at once" allows."""


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
    """Note a measure, who answers for it and by when; one that comes in time meets the date for protecting the person.

    Raises:
        WaiverOfRights: the measure is offered for the giving up of a right.
        ConflictOfInterest: the case is hidden from who would answer for it.
        MayNotKnow: who would answer for it may not know of the case.
        NotAtOnce: it is harassment, and the measure would come later than the next business day.
    """
    refuse_waivers(words)
    if is_hidden_from(session, case, owner_id):
        raise ConflictOfInterest(owner_id)
    if not may_answer_for(session, case, owner_id):
        raise MayNotKnow(owner_id)
    is_at_once = _require_at_once(session, case, due_on, at=at)
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
    clock = clocks.running(session, case, ClockName.PROTECT)
    if clock is not None and (is_at_once or due_on <= clock.due_on):
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
    settle_owners(session, case, by=by, at=at)
    clocks.meet(session, case, ClockName.PROTECT, at=at)
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


def is_covered(session: Session, case: Case) -> bool:
    """Return whether a measure was taken, or somebody who may know of the case answers for one that is noted."""
    found = select(ProtectiveMeasure.id).where(
        ProtectiveMeasure.case_id == case.id,
        or_(ProtectiveMeasure.done_at.is_not(None), ProtectiveMeasure.owner_id.in_(_who_may_answer(case))),
    )
    return session.scalars(found.limit(1)).one_or_none() is not None


def may_answer_for(session: Session, case: Case, staff_id: int) -> bool:
    """Return whether somebody may know enough of a case to answer for a measure of it."""
    return session.scalars(_who_may_answer(case).where(Staff.id == staff_id)).one_or_none() is not None


def _who_may_answer(case: Case) -> Select[int]:
    """Select the ids of staff who may answer for a measure of a case, in one statement for the page of a case.

    Triagers always, and the outside reviewer of what is with him or her; of what is restricted besides only who is
    named on it, of what nobody sorted nobody else.
    """

    def holds(*duties: Duty) -> ColumnElement[bool]:
        return Staff.id.in_(holders_of(case.site_id, *duties))

    hidden = select(HiddenFrom.staff_id).where(HiddenFrom.case_id == case.id, HiddenFrom.lifted_at.is_(None))
    named = select(Investigator.staff_id).where(Investigator.case_id == case.id, Investigator.removed_at.is_(None))
    outside = select(Case.id).where(Case.id == case.id, is_outside()).exists()
    first = or_(holds(Duty.TRIAGER), and_(holds(Duty.OUTSIDE_REVIEWER), outside))
    works = [and_(Staff.id.in_(named), holds(Duty.INVESTIGATOR))] if case.classified_at is not None else []
    if case.type == CaseType.DATA_RIGHTS:
        works.append(holds(Duty.DATA_PROTECTION))
    elif case.classified_at is not None and not case.is_restricted:
        works.append(holds(Duty.HANDLER, Duty.COORDINATOR))
    return select(Staff.id).where(Staff.active.is_(True), Staff.id.not_in(hidden), or_(first, *works))


def is_measure_taken(session: Session, case_id: int) -> bool:
    """Return whether any measure of a case was taken."""
    taken = select(ProtectiveMeasure.id).where(
        ProtectiveMeasure.case_id == case_id, ProtectiveMeasure.done_at.is_not(None)
    )
    return session.scalars(taken.limit(1)).one_or_none() is not None


def _require_at_once(session: Session, case: Case, due_on: date, *, at: datetime) -> bool:
    """Return whether a case is such that its measures are due at once by law; refuse a day that is later."""
    if standing_type(session, case) not in NEVER_OUT_OF_SCOPE:
        return False
    site = site_of(session, case)
    today = local_date(at, site.time_zone)
    calendar = calendar_of(session, site, year=today.year)
    if due_on > add_working_days(today, MEASURE_WORKING_DAYS, calendar):
        raise NotAtOnce(due_on)
    return True


def _measure(session: Session, case: Case, public_id: str) -> ProtectiveMeasure:
    measure = session.scalars(
        select(ProtectiveMeasure).where(ProtectiveMeasure.case_id == case.id, ProtectiveMeasure.public_id == public_id)
    ).one_or_none()
    if measure is None:
        raise MeasureNotFound
    return measure
