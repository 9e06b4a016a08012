"""What nobody does with harassment, whatever type the case has by now: set it aside, end it by another door.

Of other kinds that endanger whoever speaks, what nobody does at once; what nobody does alone is in `second_person`.

Ley 21.643 and DS 21/2024 leave no filter of admissibility; to be confirmed by counsel. Not for: the steps of its way
(`harassment_track`), nor for taking a case off that way (`leaving_track`).
"""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from grievance.cases.models import Case
from grievance.cases.record import CaseEvent, CaseHistory
from grievance.cases.side_tracks import NEVER_ENDED_ALONE
from grievance.cases.states import NEVER_OUT_OF_SCOPE, EventKind, TransitionNotAllowed
from grievance.sites.models import Category


class BarredByLaw(TransitionNotAllowed):
    """The law leaves nobody this way with a case of this kind, whatever duty he or she holds."""

    def __init__(self, what: str) -> None:
        Exception.__init__(self, what)


class ClassifyFirst(Exception):
    """Cases of this kind are not set aside: somebody says first that it is another kind."""


class TrackWouldEnd(Exception):
    """Harassment would become part of a case whose dates are not the law's, or count from later."""


def usual_type(session: Session, case: Case) -> str:
    """Return the type that the category of a case usually is; "" where it has none."""
    if case.category_id is None:
        return ""
    return session.scalars(select(Category.default_type).where(Category.id == case.category_id)).one()


def usual_severity(session: Session, case: Case) -> Mapping[str, int]:
    """Return as a code of an event how serious the category of a case usually is; nothing where it has none."""
    if case.category_id is None:
        return {}
    query = select(Category.default_severity).where(Category.id == case.category_id)
    return {"usual_severity": session.scalars(query).one()}


def standing_type(session: Session, case: Case) -> str:
    """Return what a case counts as: its type; before anybody sorted it, what its category usually is."""
    return case.type if case.classified_at is not None else usual_type(session, case) or case.type


def was_ever_barred() -> ColumnElement[bool]:
    """Return the condition on `Case` that it was ever classified as harassment, or taken off its way unsorted."""
    was = select(CaseHistory.id).where(CaseHistory.case_id == Case.id, CaseHistory.type.in_(NEVER_OUT_OF_SCOPE))
    left = select(CaseEvent.id).where(CaseEvent.case_id == Case.id, has_left())
    return or_(was.correlate(Case).exists(), left.correlate(Case).exists())


def has_left() -> ColumnElement[bool]:
    """Return the condition on `CaseEvent` that it took a case off the way of harassment (`leaving_track.leave`).

    Filed under harassment and never sorted as such, the case has no such type in its history.
    """
    from_type = CaseEvent.codes["from"].as_string()
    return and_(CaseEvent.kind == EventKind.CLASSIFIED.value, from_type.in_(sorted(NEVER_OUT_OF_SCOPE)))


def require_way_out(session: Session, case: Case) -> None:
    """Raise BarredByLaw for what is or is filed under harassment: neither out of scope nor ended by a referral."""
    if {case.type, usual_type(session, case)} & NEVER_OUT_OF_SCOPE:
        raise BarredByLaw(case.public_id)


def require_no_grievance(session: Session, case: Case) -> None:
    """Refuse to set aside what is, is filed under, or ever was harassment, or is restricted by its kind or urgent.

    Raises:
        BarredByLaw: it is harassment.
        ClassifyFirst: it is of another kind that endangers whoever speaks, or about those who handle complaints, and
            nobody has sorted it.
    """
    was = session.scalars(select(Case.id).where(Case.id == case.id, was_ever_barred())).one_or_none()
    if was is not None or {case.type, usual_type(session, case)} & NEVER_OUT_OF_SCOPE:
        raise BarredByLaw(case.public_id)
    is_about_us = case.concerns_handlers and case.classified_at is None
    if is_about_us or standing_type(session, case) in NEVER_ENDED_ALONE:
        raise ClassifyFirst(case.public_id)


def require_same_way(session: Session, case: Case, into: Case) -> None:
    """Refuse to join harassment to anything but harassment that was received before it.

    Raises:
        TrackWouldEnd: the way of the law would end there, or its dates would come later.
    """
    if standing_type(session, case) not in NEVER_OUT_OF_SCOPE:
        return
    if into.type not in NEVER_OUT_OF_SCOPE or into.received_at > case.received_at:
        raise TrackWouldEnd(case.public_id)
