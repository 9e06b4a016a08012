"""The conflict wall follows the organisation: somebody belongs elsewhere, or heads a unit, since a case was sorted.

Walls are raised here, never lowered: that takes a reason, by somebody without a conflict (`triage.lift_hiding`).
Whoever said where somebody belongs is an administrator, who may know of no case: nothing of what happens here comes
back as an answer, and what takes long (giving away what the person held) is left to the next round (`leavers.mend`).
"""

from datetime import datetime

from sqlalchemy.orm import Session

from grievance.accounts.permissions import Duty
from grievance.cases.appeals import waiting
from grievance.cases.conflicts import Accused, conflicted
from grievance.cases.models import Case
from grievance.cases.newcomers import hide_from_newcomer
from grievance.cases.queries import calendar_of, site_of
from grievance.cases.side_tracks import URGENT_TYPES
from grievance.cases.states import Actor
from grievance.cases.tasks import NoticeKind, holders, notify
from grievance.cases.wall import organisation
from grievance.deadlines.working_days import local_date, next_working_instant


def follow_move(session: Session, staff_id: int, *, by: Actor, at: datetime) -> None:
    """Hide what is about somebody near, from who was moved and from those above and below; those who triage are told.

    What any of them held of it goes to whoever gives cases away, within minutes.
    """
    session.flush()
    # Those in conflict with a case about this person are the person and whoever is above and below.
    for one in sorted(conflicted(Accused(frozenset({staff_id})), organisation(session))):
        for case in hide_from_newcomer(session, one, by=by, at=at):
            _tell(session, case, by=by, at=at)
        session.flush()


def _tell(session: Session, case: Case, *, by: Actor, at: datetime) -> None:
    """Tell the triagers, and who is to decide an appeal, that one person less sees a case; not whoever moved people."""
    appeal = waiting(session, case)
    told = {*holders(session, case, Duty.TRIAGER), *([appeal.reviewer_id] if appeal and appeal.reviewer_id else [])}
    site = site_of(session, case)
    calendar = calendar_of(session, site, year=local_date(at, site.time_zone).year)
    notify(
        session,
        told - {by.staff_id},
        key=f"walled:{case.public_id}:{case.event_count}",
        kind=NoticeKind.WALLED_OFF,
        case=case,
        show_from=at if case.type in URGENT_TYPES else next_working_instant(at, calendar),
        at=at,
    )
