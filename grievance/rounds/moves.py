"""The conflict wall follows the organisation: somebody belongs elsewhere, or heads a unit, since a case was sorted.

Walls are raised here, never lowered: that takes a reason, by somebody without a conflict (`triage.lift_hiding`).
"""

from datetime import datetime

from sqlalchemy.orm import Session

from grievance.cases.conflicts import Accused, conflicted
from grievance.cases.newcomers import hide_from_newcomer
from grievance.cases.states import Actor
from grievance.cases.wall import organisation
from grievance.rounds.leavers import Why, let_go


def follow_move(session: Session, staff_id: int, *, by: Actor, at: datetime) -> int:
    """Hide what is about somebody near, from who was moved and from those above and below; return how many are new.

    What any of them held of it goes to whoever gives cases away.
    """
    session.flush()
    # Those in conflict with a case about this person are the person and whoever is above and below.
    near = conflicted(Accused(frozenset({staff_id})), organisation(session))
    done = 0
    for one in sorted(near):
        hidden = hide_from_newcomer(session, one, by=by, at=at)
        if hidden:
            session.flush()
            let_go(session, one, why=Why.CONFLICT, by=by, at=at)
        done += hidden
    return done
