"""Whom to tell of a case beside those who work it: whoever is on call, and the outside reviewer.

Not for: dates (`rounds.timers`), nor for who is on the rota (accounts.rota).
"""

from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from grievance.accounts import audit
from grievance.accounts.audit import AuditAction
from grievance.accounts.permissions import Duty
from grievance.accounts.rota import on_duty
from grievance.cases.models import Case
from grievance.cases.outside import is_outside
from grievance.cases.queries import calendar_of, site_of
from grievance.cases.record import Notice
from grievance.cases.side_tracks import URGENT_TYPES
from grievance.cases.tasks import NoticeKind, holders, notify
from grievance.cases.wall import hidden_from
from grievance.deadlines.standards import CaseType
from grievance.deadlines.working_days import local_date, next_working_instant
from grievance.sites.models import Category

NEWS = timedelta(days=2)
"""Whoever is on call is told of what came in within this time: an old register wakes nobody."""


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


def on_call(session: Session, case: Case, *, at: datetime) -> list[int]:
    """Return who is on call for a case now: whoever is on the rota, else everybody who holds the duty.

    Never somebody from whom the case is hidden; where that is all of those on the rota, all the others are called.
    """
    hidden = hidden_from(session, case)
    planned = [one for one in on_duty(session, case.site_id, at=at) if one not in hidden]
    return planned or [one for one in holders(session, case, Duty.ON_CALL) if one not in hidden]


def call_out(session: Session, case: Case, *, key: str, at: datetime) -> int:
    """Tell whoever is on call, at any hour, that something urgent waits; return how many were told for the first time.

    Of danger they see the case. Of the rest not even the reference: the notice asks them to reach a triager.
    """
    kind = NoticeKind.DANGER if case.type == CaseType.DANGER else NoticeKind.URGENT_WAITS
    return notify(session, on_call(session, case, at=at), key=key, kind=kind, case=case, show_from=at, at=at)


def call_for_urgent(session: Session, *, at: datetime, limit: int) -> int:
    """Tell triagers and whoever is on call of what came in and is urgent, or whose filer says so; return how many.

    Once a case. What is unsorted counts by the kind that its category usually is.
    """
    urgent = [kind.value for kind in URGENT_TYPES]
    usually = select(Category.id).where(Category.default_type.in_(urgent))
    told = select(Notice.case_id).where(
        Notice.kind.in_([NoticeKind.URGENT_WAITS.value, NoticeKind.DANGER.value]), Notice.case_id.is_not(None)
    )
    cases = session.scalars(
        select(Case)
        .where(
            Case.is_open.is_(True),
            Case.is_spam.is_(False),
            Case.recorded_at > at - NEWS,
            Case.received_at > at - NEWS,
            or_(Case.type.in_(urgent), and_(Case.classified_at.is_(None), Case.category_id.in_(usually))),
            Case.id.not_in(told),
        )
        .order_by(Case.id)
        .limit(limit)
    ).all()
    done = 0
    for case in cases:
        key = f"urgent:{case.public_id}"
        triagers, kind = holders(session, case, Duty.TRIAGER), NoticeKind.URGENT_WAITS
        first = notify(session, triagers, key=key, kind=kind, case=case, show_from=at, at=at)
        done += bool(first + call_out(session, case, key=key, at=at))
    return done


def unseen_count(session: Session) -> int:
    """Return how many cases that are worked on nobody can see: all who triage are conflicted, and there is no other."""
    rows = session.scalars(select(Case).where(or_(Case.is_open.is_(True), Case.has_appeal.is_(True)), is_outside()))
    return sum(
        not set(holders(session, case, Duty.OUTSIDE_REVIEWER)) - hidden_from(session, case)
        for case in rows
        if not case.is_spam
    )


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
