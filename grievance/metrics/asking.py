"""Whose answers stand in a figure, of the people of a case who were asked something."""

from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, exists, or_

from grievance.cases.models import Complainant
from grievance.cases.record import Survey
from grievance.cases.rights_record import AfterCheck
from grievance.messaging.models import DeliveryState, OutboundMessage

_ARRIVED: Final = (DeliveryState.DELIVERED.value, DeliveryState.READ.value)


def is_counted(asked: type[Survey | AfterCheck], *, known_at: datetime) -> ColumnElement[bool]:
    """Return whether a question to a person counts: to whoever began the case; to who joined, if it went to a phone.

    A code for joining can be used on the web as often as one likes, by a company too: nobody could tell one
    person from twenty who praise. A phone joins a case once (docs/decisions/0014).
    """
    has_joined = exists().where(Complainant.id == asked.complainant_id, Complainant.join_code_id.is_not(None))
    went_out = exists().where(OutboundMessage.id == asked.outbound_message_id, OutboundMessage.sent_at <= known_at)
    return or_(~has_joined, went_out)


def has_arrived(asked: type[Survey | AfterCheck], *, known_at: datetime) -> ColumnElement[bool]:
    """Return whether the carrier confirmed the text of a question, by `known_at`."""
    return exists().where(
        OutboundMessage.id == asked.outbound_message_id,
        OutboundMessage.delivery.in_(_ARRIVED),
        OutboundMessage.delivery_at <= known_at,
    )
