"""What becomes of a text that did not get through: tried again, held, or given up where people see it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.messaging.hours import may_go_at
from grievance.messaging.mail_models import OutboundMail
from grievance.messaging.models import OutboundMessage, OutboundState, Thread
from grievance.messaging.threads import stop
from grievance.sites.models import Site

BACKOFF = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=4),
    timedelta(hours=12),
)
"""Waits between tries to send a text or a mail. After the last it is given up: a person has then waited 17 hours."""


class Next(StrEnum):
    """What follows from a provider's code."""

    LATER = "later"
    STOPPED = "stopped"
    NEVER = "never"


# Source: Twilio, "Error and Warning Dictionary". What is not listed is judged by the answer that carried it.
BY_CODE: Mapping[str, Next] = MappingProxyType(
    {
        "21610": Next.STOPPED,  # the person sent STOP: only a START of theirs, sent to the carrier, lifts it
        "20429": Next.LATER,  # too many requests
        "14107": Next.LATER,  # rate limit of messages exceeded
        "21611": Next.LATER,  # the queue of this line is full
        "30001": Next.LATER,  # queue overflow at the provider
        "30003": Next.LATER,  # handset off or out of reach; comes only in a callback
        "30008": Next.LATER,  # unknown error at the carrier; often passes
        "30017": Next.LATER,  # the carrier's network is congested
        "30022": Next.LATER,  # rate limit at the carrier
        "21211": Next.NEVER,  # not a number
        "21408": Next.NEVER,  # the account may not send to that country
        "21612": Next.NEVER,  # this line cannot reach that number
        "21614": Next.NEVER,  # not a mobile number
        "21617": Next.NEVER,  # too long
        "30002": Next.NEVER,  # account suspended
        "30004": Next.NEVER,  # blocked by the person or the carrier
        "30005": Next.NEVER,  # unknown handset
        "30006": Next.NEVER,  # a landline
        "30007": Next.NEVER,  # filtered as spam by the carrier: the same words would be filtered again
        "30034": Next.NEVER,  # the line is not registered for this use
    }
)


def next_step(code: str, *, permanent: bool) -> Next:
    """Return what follows from a failure; `permanent` decides about codes that no row names."""
    return BY_CODE.get(code, Next.NEVER if permanent else Next.LATER)


def note_failure(session: Session, row: OutboundMessage, *, code: str, permanent: bool, at: datetime) -> None:
    """Put off, hold or give up a text that did not get through. The caller holds its row."""
    row.error_code = code or None
    row.claimed_at, row.claimed_by = None, None
    step = next_step(code, permanent=permanent)
    if step is Next.STOPPED:
        row.state = OutboundState.HELD.value
        stop(session, session.get_one(Thread, row.thread_id), by="carrier", at=at)
        return
    # A body that was wiped once sent cannot be sent again: the person asks for another code.
    if count_try(row, is_last=step is Next.NEVER or row.body_sealed is None):
        row.not_before = _again_at(session, row, at + BACKOFF[row.tries - 1])


def count_try(row: OutboundMessage | OutboundMail, *, is_last: bool) -> bool:
    """Count a failed try; return whether there is to be another, after the wait that BACKOFF says."""
    row.tries += 1
    may_try = not is_last and row.tries <= len(BACKOFF)
    row.state = (OutboundState.QUEUED if may_try else OutboundState.GIVEN_UP).value
    return may_try


def _again_at(session: Session, row: OutboundMessage, instant: datetime) -> datetime:
    if row.is_asked_for:
        return instant
    zone = session.scalars(
        select(Site.time_zone).join(Thread, Thread.site_id == Site.id).where(Thread.id == row.thread_id)
    ).one_or_none()
    return may_go_at(instant, zone) if zone else instant
