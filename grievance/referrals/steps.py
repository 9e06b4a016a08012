"""What becomes of a sending once it is agreed: sent, taken up or not, what came of it; and who is reminded to ask.

The person is told each step. The body does not write to us by itself: somebody has to ask, and is reminded to.
"""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.cases.days_left import calendars_of
from grievance.cases.endings import joined, leave
from grievance.cases.harassment_track import DayOutOfRange
from grievance.cases.models import Case
from grievance.cases.queries import calendar_of, site_of
from grievance.cases.states import Actor, MessageKind, Move, Status, transition
from grievance.cases.surveys import schedule_survey
from grievance.cases.tasks import TaskKind, open_task, settle
from grievance.cases.telling import tell
from grievance.cases.wall import hidden_from
from grievance.cases.ways import Telling
from grievance.core.i18n import Locale
from grievance.crypto.fields import seal
from grievance.deadlines.working_days import add_working_days, local_date
from grievance.referrals.contents import body_words
from grievance.referrals.kinds import ReferralStep, next_steps
from grievance.referrals.models import Referral
from grievance.referrals.previews import step_words
from grievance.referrals.sending import (
    NobodyAgreed,
    ReferralStepNotOpen,
    note,
    one_of_case,
    require_allowed,
)

ASK_AFTER_WORKING_DAYS = 10
"""Whoever works the case is reminded to ask the body this many business days after the last step. Our default."""


def note_step(
    session: Session,
    case: Case,
    referral_public_id: str,
    step: ReferralStep,
    *,
    on: date,
    words: str = "",
    by: Actor,
    at: datetime,
) -> None:
    """Record that it was sent, taken up or not, what came of it, or that it is dropped; the person is told each.

    Raises:
        ReferralNotFound: the case has no such sending.
        NobodyAgreed: it cannot have been sent: nobody agreed or decided.
        WordsUnread: somebody who agreed wrote since, and nobody has read it.
        ReferralStepNotOpen: another step comes first, or this one was recorded.
        DayOutOfRange: the day lies ahead, or before the step that it follows.
        WaiverOfRights: the words ask for the giving up of a right.
    """
    referral = one_of_case(session, case, referral_public_id)
    if step not in next_steps(
        is_sent=referral.sent_on is not None,
        is_dropped=referral.dropped_at is not None,
        is_accepted=referral.accepted,
        has_ended=referral.ended_on is not None,
    ):
        raise ReferralStepNotOpen(step)
    if step is ReferralStep.SENT:
        require_allowed(session, referral)
    site = site_of(session, case)
    today = local_date(at, site.time_zone)
    after = referral.answered_on or referral.sent_on or local_date(referral.asked_at, site.time_zone)
    if not after <= on <= today:
        raise DayOutOfRange(on)
    _take(referral, step, on, by=by, at=at)
    asks_again = step in {ReferralStep.SENT, ReferralStep.ACCEPTED}
    calendar = calendar_of(session, site, year=today.year)
    referral.ask_on = add_working_days(today, ASK_AFTER_WORKING_DAYS, calendar) if asks_again else None
    if step is ReferralStep.ENDED:
        seal(session, referral, "outcome", words)
    codes = {"body": referral.body, "on": on.isoformat()}
    sealed = "outcome" if step is ReferralStep.ENDED else ""
    note(session, case, referral, step, by=by, at=at, codes=codes, words=sealed)
    settle(session, case, TaskKind.ASK_BODY, by_id=by.staff_id, at=at)
    told = step_words(session, case, referral, step, on=on, words=words)
    tell(session, case, Telling(MessageKind.NOTICE, told), by=by, at=at)


def refer(
    session: Session,
    case: Case,
    *,
    referral_public_id: str,
    reason: str,
    by: Actor,
    at: datetime,
) -> None:
    """End a case that an outside body goes on with; it was sent there before, by a yes or a second person's decision.

    Raises:
        ReferralNotFound: the case was not sent anywhere by this id.
        NobodyAgreed: nothing was sent yet: nobody agreed, or nobody said that it went.
        TransitionNotAllowed: it has left, or its type has no such way out.
    """
    transition(Move.REFER, status=Status(case.status), actor=by.kind, case_type=case.type)
    sent = one_of_case(session, case, referral_public_id)
    if sent.sent_on is None or sent.accepted is False:
        raise NobodyAgreed(case.public_id)
    to = body_words(session, sent, Locale(case.locale))
    codes = {"referral": sent.public_id}
    words = joined(reason, to[:1].upper() + to[1:])
    leave(session, case, Move.REFER, words, by=by, at=at, codes=codes)
    schedule_survey(session, case, at=at)


def remind_to_ask(session: Session, *, at: datetime, limit: int) -> int:
    """Open a task for every body that has not said anything for ten business days; return how many were new."""
    rows = session.execute(
        select(Referral, Case)
        .join(Case, Case.id == Referral.case_id)
        .where(Referral.ask_on <= at.date(), Case.is_spam.is_(False), Case.erased_at.is_(None))
        .order_by(Referral.ask_on, Referral.id)
        .limit(limit)
    ).all()
    return sum(_remind(session, referral, case, at=at) for referral, case in rows)


def _remind(session: Session, referral: Referral, case: Case, *, at: datetime) -> int:
    site = site_of(session, case)
    calendar = calendars_of(session, [site], now=at)[site.id]
    today = local_date(at, site.time_zone)
    if referral.ask_on is None or referral.ask_on > today:
        return 0
    handler = None if case.handler_id in hidden_from(session, case) else case.handler_id
    open_task(
        session,
        key=f"body:{referral.public_id}:{referral.ask_on.isoformat()}",
        site_id=case.site_id,
        kind=TaskKind.ASK_BODY,
        case=case,
        assigned_to_id=handler,
        at=at,
    )
    referral.ask_on = add_working_days(today, ASK_AFTER_WORKING_DAYS, calendar)
    return 1


def _take(referral: Referral, step: ReferralStep, on: date, *, by: Actor, at: datetime) -> None:
    match step:
        case ReferralStep.SENT:
            referral.sent_on, referral.sent_by_id = on, by.staff
        case ReferralStep.ACCEPTED | ReferralStep.DECLINED:
            referral.accepted, referral.answered_on = step is ReferralStep.ACCEPTED, on
        case ReferralStep.ENDED:
            referral.ended_on = on
        case _:
            referral.dropped_at = at
