"""Taking back what was just done: who works a case, who is named on it, whether it is spam.

Nothing is erased: taking back is one more event. What told somebody something cannot be taken back, and is not here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from grievance.accounts.permissions import Viewer
from grievance.cases import triage
from grievance.cases.models import Case, Investigator
from grievance.cases.states import Actor
from grievance.cases.transitions import CaseChanged
from grievance.cases.visibility import CaseAction
from grievance.desk.bulk import Picked, Refusals, Result, each
from grievance.desk.models import UndoStep

UNDOABLE = frozenset(
    {
        CaseAction.ASSIGN,
        CaseAction.NAME_INVESTIGATOR,
        CaseAction.REMOVE_INVESTIGATOR,
        CaseAction.MARK_SPAM,
        CaseAction.UNMARK_SPAM,
    }
)
"""Actions that leave nothing behind outside the desk."""

OPEN_FOR = timedelta(minutes=30)
"""How long something can be taken back: as long as a session may stand idle."""


class NothingToUndo(LookupError):
    """It was taken back already, is too long ago, or was somebody else's."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What of a case can be put back."""

    handler_id: int | None
    investigators: frozenset[int]
    is_spam: bool


def standing_of(session: Session, case: Case) -> Standing:
    """Return how a case stands; to be taken before something is done with it."""
    named = select(Investigator.staff_id).where(Investigator.case_id == case.id, Investigator.removed_at.is_(None))
    return Standing(case.handler_id, frozenset(session.scalars(named)), case.is_spam)


def remember(
    session: Session, staff_id: int, done: Sequence[tuple[Case, Standing]], *, action: CaseAction, at: datetime
) -> str:
    """Keep how cases stood before an action, and return what takes it back; "" when nothing changed."""
    session.flush()
    steps = [_step(case, before) for case, before in done if standing_of(session, case) != before]
    session.execute(delete(UndoStep).where(UndoStep.staff_id == staff_id, UndoStep.made_at < at - OPEN_FOR))
    if not steps:
        return ""
    row = UndoStep(staff_id=staff_id, steps=[{"action": action.value, **step} for step in steps], made_at=at)
    session.add(row)
    session.flush()
    return row.public_id


def undo(
    session: Session, viewer: Viewer, public_id: str, *, by: Actor, at: datetime, refusals: Refusals
) -> list[Result]:
    """Put cases back to how they stood before; what has changed since stays as it is, with its reason.

    Raises:
        NothingToUndo: it was taken back already, is too long ago, or was somebody else's.
    """
    steps = _claim(session, viewer.staff_id, public_id, at=at)
    results: list[Result] = []
    for step in steps:
        case = session.scalars(select(Case).where(Case.public_id == step["case"])).one()

        def put_back(locked: Case, step: dict[str, Any] = step) -> None:
            if locked.changed_seq != step.get("changed"):
                raise CaseChanged(locked.public_id)
            _put_back(session, locked, step, by=by, at=at)

        picked = [Picked(case.reference, case.changed_seq)]
        results += each(session, viewer, picked, _INVERSE[CaseAction(step["action"])], put_back, refusals=refusals)
    return results


_INVERSE = {
    CaseAction.ASSIGN: CaseAction.ASSIGN,
    CaseAction.NAME_INVESTIGATOR: CaseAction.REMOVE_INVESTIGATOR,
    CaseAction.REMOVE_INVESTIGATOR: CaseAction.NAME_INVESTIGATOR,
    CaseAction.MARK_SPAM: CaseAction.UNMARK_SPAM,
    CaseAction.UNMARK_SPAM: CaseAction.MARK_SPAM,
}
"""What somebody must be allowed to do now in order to take an action back."""


def _step(case: Case, before: Standing) -> dict[str, Any]:
    return {
        "case": case.public_id,
        "changed": case.changed_seq,
        "handler": before.handler_id,
        "investigators": sorted(before.investigators),
        "spam": before.is_spam,
    }


def _claim(session: Session, staff_id: int, public_id: str, *, at: datetime) -> list[dict[str, Any]]:
    """Take the steps once: of two clicks, the second finds nothing."""
    found: list[dict[str, Any]] | None = session.execute(
        update(UndoStep)
        .where(
            UndoStep.public_id == public_id,
            UndoStep.staff_id == staff_id,
            UndoStep.used_at.is_(None),
            UndoStep.made_at >= at - OPEN_FOR,
        )
        .values(used_at=at)
        .returning(UndoStep.steps)
    ).scalar_one_or_none()
    if found is None:
        raise NothingToUndo
    return found


def _put_back(session: Session, case: Case, step: dict[str, Any], *, by: Actor, at: datetime) -> None:
    now = standing_of(session, case)
    if now.is_spam != step["spam"]:
        turn = triage.mark_spam if step["spam"] else triage.unmark_spam
        turn(session, case, by=by, at=at)
    named = frozenset(step["investigators"])
    for staff_id in sorted(named - now.investigators):
        triage.name_investigator(session, case, staff_id, by=by, at=at)
    for staff_id in sorted(now.investigators - named):
        triage.remove_investigator(session, case, staff_id, by=by, at=at)
    triage.assign(session, case, step["handler"], by=by, at=at)
