"""From whom a request about personal data is kept: whoever must not see the case that it concerns, or works it.

Whom a case is about may be known long after the request was filed. The wall of a case lies below this room and knows
nothing of requests, so whoever moves it calls `follow_walls`, and the worker does within seconds for what was missed.
"""

from datetime import datetime

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session, aliased

from grievance.accounts.permissions import Duty
from grievance.cases.hiding import DATA_ORIGIN
from grievance.cases.models import Case, Complainant, HiddenFrom, Investigator
from grievance.cases.states import SYSTEM, EventKind
from grievance.cases.tasks import holders
from grievance.cases.transitions import load_for_change, record
from grievance.cases.triage import assign
from grievance.cases.wall import hidden_from
from grievance.privacy.request_record import DataRequest, DataRequestPerson

AT_ONCE = 1000
"""Staff times requests that one change of a wall moves at most; the worker does the rest."""


def keep_apart(session: Session, case: Case, about: Case, *, at: datetime) -> None:
    """Hide a request from whoever must not see the case that it concerns, and from whoever works that case.

    Where nobody would be left to answer it, whoever works the case may: the days of the law run.
    """
    conflicted = hidden_from(session, about)
    named = session.scalars(
        select(Investigator.staff_id).where(Investigator.case_id == about.id, Investigator.removed_at.is_(None))
    )
    working = {*named, *([about.handler_id] if about.handler_id is not None else [])}
    already = hidden_from(session, case)
    answering = set(holders(session, case, Duty.DATA_PROTECTION)) - conflicted - already
    hidden = conflicted | working if answering - working else conflicted
    for staff_id in sorted(hidden - already):
        _hide(session, case, staff_id, at=at)
    session.flush()


def follow_walls(session: Session, *, at: datetime, limit: int = AT_ONCE) -> int:
    """Hide requests from everybody from whom a case that they concern is hidden by now; return how many were new.

    What a triager shows again by hand stays shown, until the wall of that case rises anew. A hiding is never taken
    back here: that is decided by somebody.
    """
    session.flush()
    found = session.execute(_missing().limit(limit)).all()
    for case_id, staff_id in found:
        case = load_for_change(session, case_id)
        _hide(session, case, staff_id, at=at)
        session.flush()
        record(session, case, EventKind.HIDDEN_FROM, by=SYSTEM, at=at, codes={"staff": staff_id})
        if case.handler_id == staff_id:
            assign(session, case, None, by=SYSTEM, at=at)
    return len(found)


def _missing() -> Select[int, int]:
    """Return the query of (case of a request, staff) where only the case that the request concerns is hidden."""
    own = aliased(HiddenFrom)
    shown_again = and_(own.lifted_at.is_not(None), or_(own.reason != DATA_ORIGIN, own.lifted_at < HiddenFrom.since_at))
    return (
        select(DataRequest.case_id, HiddenFrom.staff_id)
        .join(DataRequestPerson, DataRequestPerson.request_id == DataRequest.id)
        .join(Complainant, Complainant.id == DataRequestPerson.complainant_id)
        .join(HiddenFrom, HiddenFrom.case_id == Complainant.case_id)
        .outerjoin(own, and_(own.case_id == DataRequest.case_id, own.staff_id == HiddenFrom.staff_id))
        .where(HiddenFrom.lifted_at.is_(None), or_(own.id.is_(None), shown_again))
        .distinct()
        .order_by(DataRequest.case_id, HiddenFrom.staff_id)
    )


def _hide(session: Session, case: Case, staff_id: int, *, at: datetime) -> None:
    """Hide a request; a name in its words may have hidden it before, until it was sorted."""
    row = session.scalars(
        select(HiddenFrom).where(HiddenFrom.case_id == case.id, HiddenFrom.staff_id == staff_id)
    ).one_or_none()
    if row is None:
        session.add(HiddenFrom(case_id=case.id, staff_id=staff_id, reason=DATA_ORIGIN, since_at=at))
    else:
        row.reason, row.since_at, row.lifted_at = DATA_ORIGIN, at, None
