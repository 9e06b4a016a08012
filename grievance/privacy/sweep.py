"""What goes when its time is over: found by reading, erased one case at a time, and counted beforehand.

One case is one small unit of work, so that no lock is held long; what a stop leaves undone is found again. Never
erased: what is open, appealed, asked about, held by law, or linked to a case that is open. Not for: how long that is
(`schedules`).
"""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from grievance.accounts import audit
from grievance.accounts.audit import AuditAction
from grievance.accounts.models import StaffSession
from grievance.cases.filing_record import JoinedAnswer
from grievance.cases.held import held_cases, inbound_is_held, outbound_is_held
from grievance.cases.law_bars import was_ever_barred
from grievance.cases.models import Case, Complainant
from grievance.cases.record import CaseEvent, Survey
from grievance.cases.rights_record import AfterCheck, CaseLink
from grievance.cases.states import SYSTEM, EventKind
from grievance.cases.transitions import load_for_change
from grievance.core.db import rows_changed
from grievance.deadlines.working_days import local_date, start_of_day
from grievance.messaging.models import InboundMessage, InboundState, OutboundMessage, OutboundState
from grievance.privacy.erasure import NUMBER_DIGEST_BYTES, Basis, erase_case_words
from grievance.privacy.request_record import DataRequest, DataRequestPerson
from grievance.privacy.schedules import CASE_KINDS, DEFAULTS, GRACE, Matter, Period, periods_at
from grievance.sites.models import Site

TEXTS_AT_ONCE = 100
"""Texts emptied in one unit of work: some milliseconds."""

_GONE = (OutboundState.SENT.value, OutboundState.GIVEN_UP.value, OutboundState.HELD.value)


@dataclass(frozen=True, slots=True)
class Due:
    """How much of one thing at a site has had its time, by when: now, in 30 and in 90 days (each with those before)."""

    site_id: int | None
    """None for what belongs to no single site."""
    what: str
    now: int
    in_30_days: int
    in_90_days: int


def due_cases(session: Session, *, at: datetime, limit: int) -> list[int]:
    """Return the ids of cases whose words have had their time and that nothing keeps, at most `limit`."""
    found: list[int] = []
    for site in _sites(session):
        for condition in _conditions(session, site, at=at):
            room = limit - len(found)
            if room > 0:
                found += session.scalars(select(Case.id).where(condition, _is_free(at)).order_by(Case.id).limit(room))
    return found


def erase_due(session: Session, case_id: int, *, at: datetime) -> int:
    """Erase a case that `due_cases` named, if that still holds under the lock; return how many were erased."""
    case = load_for_change(session, case_id)
    site = session.get_one(Site, case.site_id)
    still = or_(*_conditions(session, site, at=at))
    if session.scalars(select(Case.id).where(Case.id == case.id, still, _is_free(at))).one_or_none() is None:
        return 0
    erase_case_words(session, case, basis=Basis.RETENTION, by=SYSTEM, at=at)
    return 1


def erase_texts(session: Session, *, at: datetime, limit: int = TEXTS_AT_ONCE) -> int:
    """Empty texts as they came and went whose time is over, at most `limit` each way; return how many."""
    until = _texts_until(session, at=at)
    came = session.scalars(_old_inbound(until).order_by(InboundMessage.id).limit(limit)).all()
    for row in came:
        row.body_sealed = row.number_sealed = row.media_sealed = None
        row.number_digest = os.urandom(NUMBER_DIGEST_BYTES)
    went = session.scalars(_old_outbound(until).order_by(OutboundMessage.id).limit(limit)).all()
    session.execute(
        update(OutboundMessage)
        .where(OutboundMessage.id.in_(went))
        .values(body_sealed=None)
        .execution_options(synchronize_session="fetch")
    )
    return _noted(session, {"inbound": len(came), "outbound": len(went)}, at=at)


def due_opinions(session: Session, *, at: datetime, limit: int) -> list[int]:
    """Return the ids of questions whose ratings have had their time with their case, at most `limit`."""
    found: list[int] = []
    for site in _sites(session):
        room = limit - len(found)
        if room > 0:
            due = _old_opinions(session, site, at=at).order_by(Survey.closes_at, Survey.id)
            found += session.scalars(due.limit(room))
    return found


def is_opinion_due(session: Session, survey_id: int, *, at: datetime) -> bool:
    """Return whether `due_opinions` would name a question."""
    due = (_old_opinions(session, site, at=at).where(Survey.id == survey_id) for site in _sites(session))
    return any(session.scalars(one).one_or_none() is not None for one in due)


def forget_sessions(session: Session, *, at: datetime, limit: int = TEXTS_AT_ONCE) -> int:
    """Remove sign-ins that ended so long ago, at most `limit`; return how many."""
    old = session.scalars(_old_sessions(session, at=at).limit(limit)).all()
    removed = session.execute(
        delete(StaffSession).where(StaffSession.id.in_(old)).execution_options(synchronize_session="fetch")
    )
    return _noted(session, {"sessions": rows_changed(removed)}, at=at)


def forecast(session: Session, *, at: datetime) -> list[Due]:
    """Return what has had its time, by site and kind, in the order of the sites; nothing where there is nothing."""
    horizons = [at, at + timedelta(days=30), at + timedelta(days=90)]
    found: list[Due] = []
    for site in _sites(session):
        by_kind = [_cases_by_kind(session, site, at=when) for when in horizons]
        for what in DEFAULTS:
            counts = [each.get(what, 0) for each in by_kind]
            found.append(Due(site.id, what, *counts))
        opinions = [_count(session, _old_opinions(session, site, at=when)) for when in horizons]
        found.append(Due(site.id, Matter.OPINIONS.value, *opinions))
    texts = [
        _count(session, _old_inbound(until)) + _count(session, _old_outbound(until))
        for until in (_texts_until(session, at=when) for when in horizons)
    ]
    found.append(Due(None, Matter.RAW_TEXTS.value, *texts))
    found.append(
        Due(None, Matter.SESSIONS.value, *(_count(session, _old_sessions(session, at=when)) for when in horizons))
    )
    return [line for line in found if line.in_90_days]


def site_slugs(session: Session) -> dict[int, str]:
    """Return the address name of every site by its id."""
    return {site.id: site.slug for site in _sites(session)}


def would_go(session: Session, site_id: int, what: str, amount: int, *, from_on: date) -> tuple[int, int]:
    """Return how many cases of a kind have had their time on a day: under what is decided by now, and under `amount`.

    What is not counted by cases gives (0, 0).
    """
    if what not in {*CASE_KINDS, Matter.SPAM.value}:
        return 0, 0
    site = session.get_one(Site, site_id)
    at = datetime.combine(from_on, time(12), ZoneInfo(site.time_zone))
    period = periods_at(session, site_id, on=from_on)[what]
    before, after = (
        _count(session, select(Case.id).where(_of_period(site, one, at=at), _is_free(at)))
        for one in (period, period.with_amount(amount))
    )
    return before, after


def kept_back(session: Session, site_ids: Sequence[int], *, at: datetime) -> int:
    """Return how many ended cases have had their time at these sites and stay: held, asked about, or linked."""
    total = 0
    for site in _sites(session):
        if site.id in site_ids:
            due = or_(*_conditions(session, site, at=at))
            total += _count(session, select(Case.id).where(due)) - _count(
                session, select(Case.id).where(due, _is_free(at))
            )
    return total


def _sites(session: Session) -> Sequence[Site]:
    return session.scalars(select(Site).order_by(Site.id)).all()


def _conditions(session: Session, site: Site, *, at: datetime) -> Iterator[ColumnElement[bool]]:
    """Yield, for each length of time in use, the condition on `Case` that its time is over at a site."""
    periods = periods_at(session, site.id, on=local_date(at, site.time_zone))
    months: dict[int, list[str]] = {}
    for kind in sorted(CASE_KINDS):
        months.setdefault(periods[kind].months, []).append(kind)
    for kinds in months.values():
        yield and_(Case.type.in_(kinds), _of_period(site, periods[kinds[0]], at=at, any_kind=True))
    yield _of_period(site, periods[Matter.SPAM.value], at=at)


def _of_period(site: Site, period: Period, *, at: datetime, any_kind: bool = False) -> ColumnElement[bool]:
    """Return the condition on `Case` that the time of a period is over, whatever keeps it."""
    until = _until(period, site.time_zone, at=at)
    if period.what == Matter.SPAM:
        marked = (
            select(func.max(CaseEvent.recorded_at))
            .where(CaseEvent.case_id == Case.id, CaseEvent.kind == EventKind.MARKED_SPAM.value)
            .correlate(Case)
            .scalar_subquery()
        )
        return and_(
            Case.site_id == site.id,
            Case.is_spam.is_(True),
            Case.erased_at.is_(None),
            marked < until,
            # What anybody ever took for harassment is not gone in thirty days because somebody set it aside.
            ~was_ever_barred(),
        )
    ended = and_(
        Case.site_id == site.id,
        Case.ended_at < until,
        # An old register brings cases whose time was over years ago: somebody may look at them first.
        Case.recorded_at < at - GRACE,
        or_(Case.last_message_at.is_(None), Case.last_message_at < until),
        Case.is_spam.is_(False),
        Case.is_open.is_(False),
        Case.erased_at.is_(None),
        Case.merged_into_id.is_(None),
    )
    return ended if any_kind else and_(ended, Case.type == period.what)


def _is_free(at: datetime) -> ColumnElement[bool]:
    """Return the condition on `Case` that nothing keeps its words: no appeal, hold, question, request or open case."""
    check = select(AfterCheck.id).where(
        AfterCheck.case_id == Case.id, AfterCheck.answered_at.is_(None), AfterCheck.closes_at > at
    )
    survey = select(Survey.id).where(Survey.case_id == Case.id, Survey.answered_at.is_(None), Survey.closes_at > at)
    other = aliased(Case)
    linked = (
        select(CaseLink.id)
        .join(
            other,
            or_(
                and_(CaseLink.from_case_id == Case.id, other.id == CaseLink.case_id),
                and_(CaseLink.case_id == Case.id, other.id == CaseLink.from_case_id),
            ),
        )
        .where(other.is_open.is_(True), other.is_spam.is_(False))
        .correlate(Case)
    )
    return and_(
        Case.has_appeal.is_(False),
        _is_unclaimed(),
        *(~exists(one) for one in (check.correlate(Case), survey.correlate(Case), linked)),
    )


def _is_unclaimed() -> ColumnElement[bool]:
    """Return the condition on `Case` that no legal hold keeps it, and nobody waits to be told what is kept."""
    asked = (
        select(DataRequestPerson.id)
        .join(DataRequest, DataRequest.id == DataRequestPerson.request_id)
        .join(Complainant, Complainant.id == DataRequestPerson.complainant_id)
        .where(Complainant.case_id == Case.id, DataRequest.decided_at.is_(None))
        .correlate(Case)
    )
    return and_(Case.id.not_in(held_cases()), ~exists(asked))


def _cases_by_kind(session: Session, site: Site, *, at: datetime) -> dict[str, int]:
    found: dict[str, int] = {}
    *by_end, spam = _conditions(session, site, at=at)
    for condition in by_end:
        rows = session.execute(select(Case.type, func.count()).where(condition, _is_free(at)).group_by(Case.type))
        found |= {str(kind): int(number) for kind, number in rows}
    found[Matter.SPAM.value] = _count(session, select(Case.id).where(spam, _is_free(at)))
    return found


def _until(period: Period, time_zone: str, *, at: datetime) -> datetime:
    """Return the instant before which something began whose time is over: the end of a local day."""
    day = period.latest_start(local_date(at, time_zone)) + timedelta(days=1)
    return datetime.combine(day, time(), ZoneInfo(time_zone)).astimezone(UTC)


def longest(session: Session, what: Matter, *, at: datetime) -> tuple[Period, str]:
    """Return the longest period of all sites: a line or a member of staff may belong to several."""
    of_sites = [
        (periods_at(session, site.id, on=local_date(at, site.time_zone))[what.value], site.time_zone)
        for site in _sites(session)
    ]
    return max(of_sites, key=lambda one: one[0].amount, default=(DEFAULTS[what.value], "UTC"))


def _texts_until(session: Session, *, at: datetime) -> datetime:
    period, time_zone = longest(session, Matter.RAW_TEXTS, at=at)
    return _until(period, time_zone, at=at)


def _old_inbound(until: datetime) -> Select[InboundMessage]:
    """Return texts that came before an instant and were understood; one that nobody understood yet is never emptied."""
    return select(InboundMessage).where(
        InboundMessage.state == InboundState.HANDLED.value,
        InboundMessage.received_at < until,
        InboundMessage.body_sealed.is_not(None) | InboundMessage.number_sealed.is_not(None),
        or_(InboundMessage.media_state.is_(None), InboundMessage.media_state != "waiting"),
        ~inbound_is_held(),
    )


def _old_outbound(until: datetime) -> Select[int]:
    return select(OutboundMessage.id).where(
        OutboundMessage.state.in_(_GONE),
        OutboundMessage.created_at < until,
        OutboundMessage.body_sealed.is_not(None),
        ~outbound_is_held(),
    )


def _old_opinions(session: Session, site: Site, *, at: datetime) -> Select[int]:
    """Return the questions of a site that closed so long ago, and of which ratings are still with the case.

    Not before their quarter is over: until then it is not settled whether and where a case is counted.
    """
    today = local_date(at, site.time_zone)
    until = _until(periods_at(session, site.id, on=today)[Matter.OPINIONS.value], site.time_zone, at=at)
    quarter_began = today.replace(month=today.month - (today.month - 1) % 3, day=1)
    joined = select(JoinedAnswer.survey_id).where(JoinedAnswer.survey_id.is_not(None), _has_ratings(JoinedAnswer))
    return (
        select(Survey.id)
        .join(Case, Case.id == Survey.case_id)
        .where(
            Case.site_id == site.id,
            Survey.closes_at < min(until, start_of_day(quarter_began, site.time_zone)),
            or_(_has_ratings(Survey), Survey.id.in_(joined)),
            _is_unclaimed(),
        )
    )


def _has_ratings(row: type[Survey] | type[JoinedAnswer]) -> ColumnElement[bool]:
    return or_(row.process_rating.is_not(None), row.outcome_rating.is_not(None))


def _old_sessions(session: Session, *, at: datetime) -> Select[int]:
    period, time_zone = longest(session, Matter.SESSIONS, at=at)
    until = _until(period, time_zone, at=at)
    return select(StaffSession.id).where(StaffSession.ended_at < until).order_by(StaffSession.id)


def _count(session: Session, rows: Select[InboundMessage] | Select[int]) -> int:
    return int(session.scalar(select(func.count()).select_from(rows.order_by(None).subquery())) or 0)


def _noted(session: Session, counts: dict[str, int], *, at: datetime) -> int:
    total = sum(counts.values())
    if total:
        audit.record(
            session,
            actor_id=None,
            action=AuditAction.TEXTS_ERASED,
            subject_kind="retention",
            subject=at.date().isoformat(),
            codes=counts,
            at=at,
        )
    return total
