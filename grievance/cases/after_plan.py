"""When the person is asked again, weeks after the outcome was told. Not for: asking and answering (`after_checks`)."""

from datetime import datetime

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from grievance.cases.models import Case, Complainant
from grievance.cases.queries import calendar_of, site_of
from grievance.cases.rights_record import AfterCheck
from grievance.cases.side_tracks import Check
from grievance.cases.states import COUNTED_APART
from grievance.cases.ways import ids_of, is_asked_nothing
from grievance.crypto.fields import new_public_id
from grievance.deadlines.standards import INTERVALS, IntervalName, due_after
from grievance.deadlines.working_days import local_date, next_sending_instant, start_of_day

_WHEN = {
    Check.HELD: IntervalName.HELD_ASK,
    Check.RETALIATION_FIRST: IntervalName.RETALIATION_FIRST,
    Check.RETALIATION_SECOND: IntervalName.RETALIATION_SECOND,
}


def plan(session: Session, case: Case, *, told_at: datetime) -> None:
    """Plan the checks of an outcome that has just been told; those of an earlier one are not asked any more."""
    if case.type in COUNTED_APART or is_asked_nothing(session, case):
        return
    cancel(session, case)
    site = site_of(session, case)
    calendar = calendar_of(session, site, year=local_date(told_at, site.time_zone).year)
    rounds = select(func.coalesce(func.max(AfterCheck.round), 0)).where(AfterCheck.case_id == case.id)
    number = session.execute(rounds).scalar_one() + 1
    for kind, interval in _WHEN.items():
        asked_on = due_after(INTERVALS[interval], told_at, calendar).due_on
        ask_at = next_sending_instant(start_of_day(asked_on, site.time_zone), site.time_zone)
        closes_at = due_after(INTERVALS[IntervalName.SATISFACTION_CLOSE], ask_at, calendar).due_at
        session.add(
            AfterCheck(
                public_id=new_public_id(),
                case_id=case.id,
                kind=kind.value,
                round=number,
                ask_at=ask_at,
                closes_at=closes_at,
            )
        )


def cancel_questions(session: Session, case: Case) -> None:
    """Ask nothing more about a case, whatever the question: everybody in it objected."""
    _call_off(session, AfterCheck.case_id == case.id)


def cancel_questions_of(session: Session, case: Case, person: Complainant) -> None:
    """Ask one person nothing more, whatever the question. The others are asked all the same, about reprisals too."""
    _call_off(session, AfterCheck.complainant_id.in_(ids_of(session, case, person)))


def cancel(session: Session, case: Case) -> None:
    """Ask no more whether an earlier outcome held: it was replaced. Reprisals are asked about all the same."""
    _call_off(session, AfterCheck.case_id == case.id, AfterCheck.kind == Check.HELD.value)


def _call_off(session: Session, *which: ColumnElement[bool]) -> None:
    session.execute(
        update(AfterCheck)
        .where(*which, AfterCheck.asked_at.is_(None))
        .values(asked_at=AfterCheck.ask_at, closes_at=AfterCheck.ask_at)
    )
