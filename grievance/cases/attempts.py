"""Counts of what may be done only so often: wrong tries at references and join codes, codes sent to one number.

They lie in the database, so that they hold in every process, under keyed digests, so that a copy of it names nobody.
Not for: signing in (`accounts.slowdown`) nor addresses of the network, which are never stored.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from grievance.cases.record import AccessAttempt
from grievance.core.db import insert_if_new
from grievance.crypto.fields import keys_of

FORGOTTEN_AFTER = timedelta(hours=24)


class Counted(StrEnum):
    """What is counted; the word under which its digests are made."""

    WRONG_TRIES = "access.attempt"
    CODES_SENT = "access.code_sent"
    WRONG_JOINS = "join.attempt"
    LINKS_SENT = "mail.link_sent"


def counter(session: Session, counted: Counted, value: str, *, at: datetime) -> AccessAttempt:
    """Return the row that counts for a value, known to us or not, locked; at zero after a day without another."""
    digest = keys_of(session).digest(counted.value, value)
    session.execute(
        insert_if_new(session, AccessAttempt).values(reference_digest=digest, failures=0, last_failed_at=at)
    )
    row = session.scalars(
        select(AccessAttempt)
        .where(AccessAttempt.reference_digest == digest)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if at - row.last_failed_at > FORGOTTEN_AFTER:
        row.failures = 0
    return row


def add_one(row: AccessAttempt, *, at: datetime) -> None:
    """Count one more."""
    row.failures += 1
    row.last_failed_at = at


def forget_attempts(session: Session, *, at: datetime, limit: int) -> int:
    """Delete counts that are over: anybody can make rows here, by typing references that do not exist."""
    old = session.scalars(
        select(AccessAttempt.id).where(AccessAttempt.last_failed_at < at - FORGOTTEN_AFTER).limit(limit)
    ).all()
    session.execute(delete(AccessAttempt).where(AccessAttempt.id.in_(old)))
    return len(old)
