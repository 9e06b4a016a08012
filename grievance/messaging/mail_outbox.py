"""Mails to be sent: like `outbox`, with what differs. A server that took a mail says nothing of it afterwards.

Nothing can be looked up at a mail server, so a mail whose sending nobody knows the end of is sent once more under the
same message id, flagged, and given up if that end is unknown too. Address and words are erased as soon as nothing
more is to be done with them. Not for: who is written to and when (see `cases.mailing`, `rounds.staff_mail`).
"""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from grievance.core.email import EmailAddress
from grievance.core.i18n import Locale
from grievance.crypto.fields import new_public_id, seal, unseal
from grievance.messaging import claims
from grievance.messaging.claims import UNKNOWN_AFTER, Before
from grievance.messaging.mail_models import OutboundMail
from grievance.messaging.mail_transport import Mail, MailServerFails, MailTransport
from grievance.messaging.mail_wording import MailName, render_mail, subject_of
from grievance.messaging.models import OutboundState
from grievance.messaging.retries import BACKOFF, count_try
from grievance.messaging.transport import TransportError, TransportUnknown


@dataclass(frozen=True, slots=True)
class ClaimedMail:
    """A mail that one worker has to send: plain values, no session behind them."""

    row_id: int
    worker: str
    mail: Mail = field(repr=False)
    was_repeat: bool = False
    """Its end is unknown for the second time: it is not sent a third time."""


@dataclass(frozen=True, slots=True)
class MailAttempt:
    """What came of sending: taken, refused, or neither, which leaves it unknown."""

    was_taken: bool = False
    refusal: TransportError | None = None

    @property
    def server_fails(self) -> bool:
        """Whether the next mail would fare no better just now."""
        return isinstance(self.refusal, MailServerFails) or not (self.was_taken or self.refusal)


def enqueue(
    session: Session,
    name: MailName,
    *,
    recipient: str,
    address: EmailAddress,
    locale: Locale,
    values: dict[str, str | int],
    at: datetime,
    not_before: datetime,
) -> OutboundMail:
    """Write a mail into the outbox, as part of the caller's unit of work.

    Raises:
        MissingValue: see `mail_wording.render_mail`.
    """
    row = OutboundMail(
        public_id=new_public_id(),
        recipient=recipient,
        mail_name=name.value,
        locale=locale,
        created_at=at,
        not_before=not_before,
        state=OutboundState.QUEUED.value,
        tries=0,
        is_repeat=False,
    )
    seal(session, row, "address", address)
    seal(session, row, "body", render_mail(name, locale, **values).body)
    session.add(row)
    session.flush()
    return row


def claim_next(session: Session, *, worker: str, at: datetime) -> ClaimedMail | None:
    """Claim the mail that waits longest and may go now; None when there is none, or another worker was quicker.

    One at a time: a server that answers slowly must not let a whole batch look abandoned.
    """
    candidates = session.scalars(
        select(OutboundMail.id)
        .where(OutboundMail.state == OutboundState.QUEUED.value, OutboundMail.not_before <= at)
        .order_by(OutboundMail.not_before, OutboundMail.id)
        .limit(1)
    ).all()
    mine = claims.take(session, OutboundMail, candidates, worker=worker, at=at)
    return _claimed(session, mine[0], worker) if mine else None


def claim_unknown(session: Session, *, worker: str, at: datetime) -> ClaimedMail | None:
    """Take over a mail whose sending nobody knows the end of; None when there is none."""
    for row_id, before in claims.take_over(session, OutboundMail, worker=worker, at=at, limit=1).items():
        return _claimed(session, row_id, worker, before=before)
    return None


def send(claimed: ClaimedMail, transport: MailTransport) -> MailAttempt:
    """Hand a mail to the server, with no transaction open. Two is the most that a person may get of one."""
    if claimed.was_repeat:
        return MailAttempt(refusal=TransportError("unknown_twice", permanent=True))
    try:
        transport.send(claimed.mail)
    except TransportUnknown:
        return MailAttempt()
    except TransportError as refusal:
        return MailAttempt(refusal=refusal)
    return MailAttempt(was_taken=True)


def record(session: Session, claimed: ClaimedMail, attempt: MailAttempt, *, at: datetime) -> OutboundMail | None:
    """Write down what came of sending, and return the row.

    None when the row is another worker's by now, or when the outcome stays unknown: the claim then stands and is taken
    up again after 15 minutes.
    """
    row = claims.still_mine(session, OutboundMail, claimed.row_id, worker=claimed.worker)
    if row is None or not (attempt.was_taken or attempt.refusal):
        return None
    if attempt.refusal is None:
        row.state, row.sent_at, row.error_code = OutboundState.SENT.value, at, None
        _erase(row)
        return row
    row.error_code = attempt.refusal.code
    row.claimed_at, row.claimed_by = None, None
    # Without an address it was called back meanwhile.
    if count_try(row, is_last=attempt.refusal.permanent or row.address_sealed is None):
        row.not_before = at + BACKOFF[row.tries - 1]
    else:
        _erase(row)
    return row


def call_back(session: Session, recipient: str) -> None:
    """Send nothing more of what waits for a recipient, and erase the address in it: it was deleted or changed.

    What a worker is sending at this instant goes out; its address is erased all the same.
    """
    session.flush()
    waiting = session.scalars(
        select(OutboundMail)
        .where(OutboundMail.recipient == recipient, OutboundMail.address_sealed.is_not(None))
        .order_by(OutboundMail.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    for row in waiting:
        _erase(row)
        if row.state == OutboundState.QUEUED.value:
            row.state = OutboundState.HELD.value
    session.flush()


def has_work(session: Session, *, at: datetime) -> bool:
    """Return whether a mail may go now, or waits for somebody to find out what became of it."""
    queued = and_(OutboundMail.state == OutboundState.QUEUED.value, OutboundMail.not_before <= at)
    unknown = and_(OutboundMail.state == OutboundState.CLAIMED.value, OutboundMail.claimed_at <= at - UNKNOWN_AFTER)
    return session.scalars(select(OutboundMail.id).where(or_(queued, unknown)).limit(1)).one_or_none() is not None


def oldest_due(session: Session, *, at: datetime) -> datetime | None:
    """Return since when the longest-waiting mail that may go has been allowed to go; None when none may."""
    return claims.oldest_due(session, OutboundMail, at=at)


def _claimed(session: Session, row_id: int, worker: str, *, before: Before | None = None) -> ClaimedMail | None:
    row = session.get_one(OutboundMail, row_id, populate_existing=True)
    address, body = unseal(session, row, "address"), unseal(session, row, "body")
    if address is None or body is None:
        row.state = OutboundState.HELD.value
        return None
    locale = Locale(row.locale)
    mail = Mail(row.public_id, EmailAddress(address), subject_of(MailName(row.mail_name), locale), body, locale)
    return ClaimedMail(row.id, worker, mail, was_repeat=before is not None and before.was_repeat)


def _erase(row: OutboundMail) -> None:
    row.address_sealed = row.body_sealed = None
