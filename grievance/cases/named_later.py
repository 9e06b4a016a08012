"""Names of staff in what a person says later: the case is hidden from them, and a triager asked to look.

Not for: the words with which a case was filed, which are `hiding`, nor whom it is known to be about, which is `wall`.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.cases.hiding import NAMED_IN_WORDS, hide_from_named
from grievance.cases.models import Case, HiddenFrom
from grievance.cases.states import Actor
from grievance.cases.tasks import TaskKind, open_task, settle


def look_for_names(session: Session, case: Case, words: str, *, at: datetime) -> None:
    """Hide a case from staff named in new words of the person. What a triager has looked at once stays as it was left.

    While nobody has sorted it, sorting is the look.
    """
    hidden = hide_from_named(session, case, words, at=at)
    if not hidden or case.classified_at is None:
        return
    session.flush()
    key = f"name:{case.public_id}:{case.event_count}"
    open_task(session, key=key, site_id=case.site_id, kind=TaskKind.LOOK_AT_NAME, case=case, at=at)


def looked_at_names(session: Session, case: Case, *, by: Actor, at: datetime) -> None:
    """Somebody looked at names in words: nobody is asked to do it while none of them is kept away for that alone."""
    session.flush()
    of_case = select(HiddenFrom.id).where(HiddenFrom.case_id == case.id, HiddenFrom.lifted_at.is_(None))
    if session.scalars(of_case.where(HiddenFrom.reason == NAMED_IN_WORDS).limit(1)).one_or_none() is None:
        for kind in (TaskKind.LOOK_AT_JOIN, TaskKind.LOOK_AT_NAME):
            settle(session, case, kind, by_id=by.staff_id, at=at)
