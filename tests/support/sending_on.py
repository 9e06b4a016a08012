"""A case sent to an outside body by the real operations, as far as a test needs it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from grievance.cases.models import Case
from grievance.cases.queries import site_of
from grievance.cases.states import Actor, Source
from grievance.cases.ways import people
from grievance.deadlines.working_days import local_date
from grievance.messaging import threads
from grievance.referrals import sending, steps
from grievance.referrals.contents import sendable_filings
from grievance.referrals.kinds import Body, Consent, ReferralStep
from grievance.referrals.models import Referral


def asked(session: Session, case: Case, *, by: Actor, at: datetime, **facts: Any) -> Referral:
    """Ask the people of a case whether all their filings may be sent; no other question waits."""
    for _person, thread in people(session, case):
        if thread is not None:
            threads.ask_nothing(session, thread)
    filings = [row.public_id for row, _ in sendable_filings(session, case)]
    given = {"body": Body.ENVIRONMENT, "filings": filings, "reason": "Es quien fiscaliza.", **facts}
    return sending.ask(session, case, by=by, at=at, **given)


def agree(session: Session, case: Case, *, at: datetime, consent: Consent = Consent.WITHOUT_NAME) -> None:
    """Let everybody agree on the web."""
    for person, _thread in people(session, case):
        sending.answer(session, case, person, consent=consent, source=Source.WEB_CODE, at=at)


def sent(session: Session, case: Case, *, by: Actor, at: datetime, **facts: Any) -> Referral:
    """Ask, let everybody agree, and send."""
    found = asked(session, case, by=by, at=at, **facts)
    agree(session, case, at=at)
    on = local_date(at, site_of(session, case).time_zone)
    steps.note_step(session, case, found.public_id, ReferralStep.SENT, on=on, by=by, at=at)
    return found
