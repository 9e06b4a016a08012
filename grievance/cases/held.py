"""What a legal hold covers: the case, all that was ever merged with it, what was taken out of it again, and its texts.

A hold may stand on any of several cases that became one: what it keeps is the whole. Whatever erases asks here first.
Not for: placing and lifting a hold (`privacy.holds`).
"""

from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select, union
from sqlalchemy.orm import Session

from grievance.cases.filing_record import JoinCode
from grievance.cases.models import Case, CaseMessage, Complainant, Submission
from grievance.cases.record import Survey
from grievance.cases.rights_record import AfterCheck
from grievance.messaging.models import InboundMessage, OutboundMessage


class HeldByLaw(Exception):
    """A legal hold is in force: nothing that it covers may be erased, whoever asks."""


def is_held(session: Session, case_id: int) -> bool:
    """Return whether a hold covers a case, wherever among what was merged with it the hold stands."""
    return (
        session.scalars(select(Case.id).where(Case.id == case_id, Case.id.in_(held_cases()))).one_or_none() is not None
    )


def held_cases() -> Select[int]:
    """Return the query of the ids of all cases that a hold covers."""
    placed = select(Case.id).where(Case.held_at.is_not(None))
    # The filings of a merged case lie with the case it became part of, however many merges there were.
    went_to = select(Submission.case_id).where(Submission.filed_as_case_id.in_(placed))
    whole = union(placed, went_to).subquery()
    came = select(Submission.filed_as_case_id).where(Submission.case_id.in_(select(whole.c[0])))
    together = union(select(whole.c[0]), came).subquery()
    # Whoever joined and was taken out as no grievance: nobody gets round a hold by that.
    taken_out = (
        select(Complainant.case_id)
        .join(JoinCode, JoinCode.id == Complainant.join_code_id)
        .where(JoinCode.case_id.in_(select(together.c[0])))
    )
    found = union(select(together.c[0]), taken_out).subquery()
    return select(found.c[0])


def inbound_is_held() -> ColumnElement[bool]:
    """Return the condition on `InboundMessage` that it belongs to a case that a hold covers."""
    filed = select(Submission.inbound_message_id).where(Submission.filed_as_case_id.in_(held_cases()))
    said = select(CaseMessage.inbound_message_id).where(CaseMessage.case_id.in_(held_cases()))
    return or_(_names_held(InboundMessage), *(_among(InboundMessage, one) for one in (filed, said)))


def outbound_is_held() -> ColumnElement[bool]:
    """Return the condition on `OutboundMessage` that it belongs to a case that a hold covers."""
    went = [
        select(model.outbound_message_id).where(model.case_id.in_(held_cases()))
        for model in (CaseMessage, Survey, AfterCheck)
    ]
    return or_(_names_held(OutboundMessage), *(_among(OutboundMessage, one) for one in went))


def _names_held(model: type[InboundMessage | OutboundMessage]) -> ColumnElement[bool]:
    subjects = select(Case.public_id).where(Case.id.in_(held_cases()))
    return model.subject.is_not(None) & model.subject.in_(subjects)


def _among(model: type[InboundMessage | OutboundMessage], ids: Select[Any]) -> ColumnElement[bool]:
    # Without nulls: "not in" a list with one in it is never true.
    return model.id.in_(ids.where(ids.selected_columns[0].is_not(None)))
