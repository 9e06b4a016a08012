"""Reading the history of a case. Whoever calls this has made sure that the viewer may see the case."""

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from grievance.accounts.models import Staff
from grievance.cases.page import EventPart
from grievance.cases.record import CaseEvent

EVENTS_SHOWN = 200

HANDED_OVER = "handed_over"
"""Code of an event: the case went to another with a note, with others of the same person (`handover`)."""


def events(session: Session, case_id: int) -> tuple[EventPart, ...]:
    """Return the history of a case, the newest first; the last EVENTS_SHOWN."""
    actor = aliased(Staff)
    rows = session.execute(
        select(CaseEvent, actor.name)
        .outerjoin(actor, actor.id == CaseEvent.actor_id)
        .where(CaseEvent.case_id == case_id)
        .order_by(CaseEvent.seq.desc())
        .limit(EVENTS_SHOWN)
    ).all()
    handed = {row.seq: (row.codes["from"], row.codes["handler"]) for row, _name in rows if _is_hand_over(row)}
    names = _names(session, {one for pair in handed.values() for one in pair})
    return tuple(
        EventPart(
            row.seq,
            row.kind,
            row.happened_at,
            row.recorded_at,
            row.actor_kind,
            name,
            row.codes,
            (names[handed[row.seq][0]], names[handed[row.seq][1]]) if row.seq in handed else None,
        )
        for row, name in rows
    )


def _is_hand_over(row: CaseEvent) -> bool:
    return row.codes.get("why") == HANDED_OVER and {"from", "handler"} <= row.codes.keys()


def _names(session: Session, staff_ids: set[int]) -> dict[int, str]:
    if not staff_ids:
        return {}
    rows = session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(staff_ids))).all()
    return {staff_id: name for staff_id, name in rows}  # noqa: C416  # a row is no pair to mypy
