"""Rounds that tell somebody of a case because of who can see it. Not for: dates (`timers`)."""

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from grievance.accounts import audit
from grievance.accounts.audit import AuditAction
from grievance.accounts.permissions import Duty
from grievance.cases.models import Case
from grievance.cases.outside import is_outside
from grievance.cases.queries import calendar_of, site_of
from grievance.cases.record import Notice
from grievance.cases.states import RESTRICTED_TYPES
from grievance.cases.tasks import NoticeKind, holders, notify
from grievance.cases.visibility import DANGER
from grievance.deadlines.working_days import local_date, next_working_instant

URGENT_TYPES = RESTRICTED_TYPES | {DANGER}
"""Types whose notices show at any hour."""


def tell_outside(session: Session, *, at: datetime, limit: int) -> int:
    """Tell the outside reviewers of cases that everybody who triages is conflicted with; return how many cases.

    A case may come there in many ways (filed, sorted, merged, a triager left), so it is looked for. With a line in the
    audit trail; once a case, however often it comes and goes.
    """
    told = select(Notice.case_id).where(Notice.kind == NoticeKind.SENT_OUTSIDE.value, Notice.case_id.is_not(None))
    cases = session.scalars(
        select(Case)
        .where(
            or_(Case.is_open.is_(True), Case.has_appeal.is_(True)),
            Case.is_spam.is_(False),
            is_outside(),
            Case.id.not_in(told),
        )
        .order_by(Case.id)
        .limit(limit)
    ).all()
    return sum(_tell_outside(session, case, at=at) for case in cases)


def shown_from(session: Session, case: Case, *, at: datetime) -> datetime:
    """Return from when a notice about a case shows: urgent types at any hour, others in working hours."""
    if case.type in URGENT_TYPES:
        return at
    site = site_of(session, case)
    return next_working_instant(at, calendar_of(session, site, year=local_date(at, site.time_zone).year))


def _tell_outside(session: Session, case: Case, *, at: datetime) -> int:
    key, kind = f"outside:{case.public_id}", NoticeKind.SENT_OUTSIDE
    reviewers = holders(session, case, Duty.OUTSIDE_REVIEWER)
    show_from = shown_from(session, case, at=at)
    if not notify(session, reviewers, key=key, kind=kind, case=case, show_from=show_from, at=at):
        return 0
    audit.record(
        session,
        actor_id=None,
        action=AuditAction.CASE_SENT_OUTSIDE,
        subject_kind="case",
        subject=case.public_id,
        site_id=case.site_id,
        at=at,
    )
    return 1
