"""Who is a second person where a serious case is closed: what the duty alone does not show.

Not for: the duty itself, which is `visibility.closes_serious`.
"""

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from grievance.cases.facts import duties_on
from grievance.cases.models import Case, ProposedResponse
from grievance.cases.record import CaseEvent, CaseHistory
from grievance.cases.states import Actor
from grievance.cases.visibility import SERIOUS, closes_serious


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
    session.flush()
    rows = session.execute(
        select(CaseHistory.severity, CaseEvent.actor_id)
        .join(CaseEvent, and_(CaseEvent.case_id == CaseHistory.case_id, CaseEvent.seq == CaseHistory.seq))
        .where(CaseHistory.case_id == case.id)
        .order_by(CaseHistory.seq)
    )
    found, before = None, 0
    for severity, actor_id in rows:
        if before >= SERIOUS > (severity or 0):
            found = actor_id
        before = severity or 0
    return found
