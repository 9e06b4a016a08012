"""Who is a second person where a case is ended: what the duty alone does not show.

Not for: the duty itself, which is `visibility.closes_serious`.
"""

from collections.abc import Callable
from itertools import pairwise

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from grievance.cases.facts import duties_on
from grievance.cases.law_bars import has_left
from grievance.cases.models import Case, ProposedResponse
from grievance.cases.record import CaseEvent, CaseHistory
from grievance.cases.states import Actor
from grievance.cases.visibility import SERIOUS, closes_serious


class MadeOtherKind(Exception):
    """Whoever said that a case is no harassment after all would end it without an answer, too."""


def may_close_as_second(session: Session, case: Case, by: Actor) -> bool:
    """Return whether somebody may close a case: from severity 3 on, only who had no part in what is being closed.

    Its handler had; so had whoever wrote the answer, who may have given the case away since, or is a triager where
    nobody is handler. Finding a case less serious is no way around: who did that does not close it.
    """
    if case.severity is None or case.severity < SERIOUS:
        return by.staff_id is None or by.staff_id != _made_less_serious_by(session, case)
    duties = duties_on(session, by.staff, case)
    is_charged = closes_serious(by.staff, duties, handler_id=case.handler_id, is_restricted=case.is_restricted)
    return is_charged and by.staff != _author_of_answer(session, case)


def _author_of_answer(session: Session, case: Case) -> int | None:
    newest = select(ProposedResponse.author_id).where(ProposedResponse.case_id == case.id)
    return session.scalar(newest.order_by(ProposedResponse.id.desc()).limit(1))


def _made_less_serious_by(session: Session, case: Case) -> int | None:
    """Return who brought a case below the severity that takes a second person, the last time; None: nobody did."""
    return _turned_by(session, case, lambda was, row: (was.severity or 0) >= SERIOUS > (row.severity or 0))


def made_other_kind_by(session: Session, case: Case) -> int | None:
    """Return who took a case off the way that the law lays down for harassment, the last time; None: nobody did."""
    session.flush()
    left = select(CaseEvent.actor_id).where(CaseEvent.case_id == case.id, has_left())
    return session.scalars(left.order_by(CaseEvent.seq.desc()).limit(1)).first()


def _turned_by(session: Session, case: Case, turned: Callable[[CaseHistory, CaseHistory], bool]) -> int | None:
    """Return who made the last change of a case that is such a turn from the state before it."""
    session.flush()
    rows = session.execute(
        select(CaseHistory, CaseEvent.actor_id)
        .join(CaseEvent, and_(CaseEvent.case_id == CaseHistory.case_id, CaseEvent.seq == CaseHistory.seq))
        .where(CaseHistory.case_id == case.id)
        .order_by(CaseHistory.seq)
    ).all()
    turns = [by for (was, _), (row, by) in pairwise(rows) if turned(was, row)]
    return turns[-1] if turns else None
