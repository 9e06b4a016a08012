"""An appeal: the person wants a closed case looked at again, and somebody who never handled it decides.

The case stays closed meanwhile, in the register and in the figures; a decision for the person opens it again. Not for
the Ley Karin track, whose ways are the Dirección del Trabajo and the courts. Source of the spans: deadlines.standards.

Everybody behind a case may appeal each answer once: what one does closes nothing for another. Appeals that wait at the
same time are one review, with one reviewer and one decision, which is told to all.
"""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import distinct, func, select
from sqlalchemy.orm import Session

from grievance.accounts.holding import holders_of
from grievance.accounts.models import Staff
from grievance.accounts.permissions import Duty
from grievance.cases import clocks
from grievance.cases.models import Case, CaseNote, Complainant, Investigator
from grievance.cases.named_later import look_for_names
from grievance.cases.page import AppealPart
from grievance.cases.queries import calendar_of, joined_cases, site_of
from grievance.cases.record import CaseEvent
from grievance.cases.resolution import reopen, require_source
from grievance.cases.rights_record import Appeal
from grievance.cases.side_tracks import AppealResult
from grievance.cases.states import (
    COMPLAINANT,
    Actor,
    EventKind,
    MessageKind,
    Source,
    Status,
)
from grievance.cases.tasks import NoticeKind, TaskKind, notify, open_task, settle
from grievance.cases.telling import tell
from grievance.cases.transitions import record
from grievance.cases.triage import assign
from grievance.cases.wall import hidden_from
from grievance.cases.ways import Telling, appeal_day
from grievance.crypto.fields import new_public_id, seal, unseal
from grievance.deadlines.standards import INTERVALS, IntervalName
from grievance.deadlines.working_days import Calendar, end_of_day, local_date, next_working_instant

ACKNOWLEDGE = "appeal_acknowledge"
DECIDE = "appeal_decide"
"""Names of the clocks of an appeal."""


class NotAppealable(Exception):
    """The case has not been answered and closed, its days to appeal are over, or the law has other ways."""


class NotAReviewer(Exception):
    """The staff member does not review appeals at this site, or had a part in this case."""


class NoAppeal(LookupError):
    """No appeal of this case waits."""


def file_appeal(
    session: Session,
    case: Case,
    *,
    person: Complainant,
    words: str | None,
    source: Source,
    by: Actor = COMPLAINANT,
    at: datetime,
) -> Appeal:
    """Keep the appeal of a person: with one that waits, or with clocks and a reviewer who had no part in the case.

    Raises:
        NotAppealable: there is nothing to appeal against, not any more, not here, or the person has done so.
        SourceMissing: the source does not fit who records it.
    """
    require_source(source, by)
    if not can_appeal(session, case, person, now=at):
        raise NotAppealable(case.status)
    review = waiting(session, case)
    appeal = Appeal(
        public_id=new_public_id(), case_id=case.id, complainant_id=person.id, source=source.value, filed_at=at
    )
    seal(session, appeal, "words", words or None)
    session.add(appeal)
    look_for_names(session, case, words or "", at=at)
    session.flush()
    case.has_appeal = True
    codes = {"appeal": appeal.public_id, "source": source.value}
    said = (appeal, "words") if words else None
    event = record(session, case, EventKind.APPEALED, by=by, at=at, codes=codes, words=said)
    site = site_of(session, case)
    calendar = calendar_of(session, site, year=local_date(at, site.time_zone).year)
    for name, interval in ((ACKNOWLEDGE, IntervalName.APPEAL_ACKNOWLEDGE), (DECIDE, IntervalName.APPEAL_DECIDE)):
        if clocks.running(session, case, name) is None:
            clocks.add(session, case, name, INTERVALS[interval], started_at=at, calendar=calendar)
    if review is not None:
        appeal.reviewer_id = review.reviewer_id
        _tell_reviewer(session, case, review.reviewer_id, seq=event.seq, calendar=calendar, at=at)
    else:
        _find_reviewer(session, case, key=f"reviewer:{appeal.public_id}", by=by, at=at)
    return appeal


def can_appeal(session: Session, case: Case, person: Complainant, *, now: datetime) -> bool:
    """Return whether a person can appeal: closed on a finding that was told, in its days, once per answer."""
    last = appeal_until(session, case, person)
    return last is not None and now <= end_of_day(last, site_of(session, case).time_zone)


def appeal_until(session: Session, case: Case, person: Complainant) -> date | None:
    """Return a person's last day to appeal, counted from the day on which the outcome was told; None: there is none."""
    until = appeal_day(site_of(session, case), case) if case.status == Status.CLOSED else None
    if until is None:
        return None
    filed = select(Appeal.id).where(
        Appeal.case_id == case.id, Appeal.complainant_id == person.id, Appeal.filed_at >= case.outcome_told_at
    )
    return None if session.scalars(filed.limit(1)).one_or_none() is not None else until


def waiting(session: Session, case: Case) -> Appeal | None:
    """Return the first of the appeals of a case that wait for their decision."""
    return next(iter(_all_waiting(session, case)), None)


def waits_for(session: Session, person: Complainant) -> bool:
    """Return whether an appeal of this person waits for its decision."""
    mine = select(Appeal.id).where(
        Appeal.case_id == person.case_id, Appeal.complainant_id == person.id, Appeal.decided_at.is_(None)
    )
    return session.scalars(mine.limit(1)).one_or_none() is not None


def appeals_of(session: Session, case_id: int) -> tuple[AppealPart, ...]:
    """Return the appeals of a case, the latest first."""
    rows = session.execute(
        select(Appeal, Staff.name)
        .outerjoin(Staff, Staff.id == Appeal.reviewer_id)
        .where(Appeal.case_id == case_id)
        .order_by(Appeal.id.desc())
    )
    return tuple(
        AppealPart(
            row.filed_at,
            row.source,
            unseal(session, row, "words"),
            name,
            row.result,
            unseal(session, row, "decision"),
            row.decided_at,
        )
        for row, name in rows
    )


def eligible(session: Session, case: Case) -> list[int]:
    """Return the active reviewers of the site who had no part in a case and from whom it is not hidden.

    Those with the fewest appeals at hand first.
    """
    at_hand = (
        select(func.count(distinct(Appeal.case_id)))
        .select_from(Appeal)
        .where(Appeal.reviewer_id == Staff.id, Appeal.decided_at.is_(None))
        .correlate(Staff)
        .scalar_subquery()
    )
    reviewers = session.scalars(
        select(Staff.id)
        .where(Staff.active.is_(True), Staff.id.in_(holders_of(case.site_id, Duty.REVIEWER)))
        .order_by(at_hand, Staff.id)
    )
    barred = _had_a_part(session, case) | hidden_from(session, case)
    return [staff_id for staff_id in reviewers if staff_id not in barred]


def name_reviewer(session: Session, case: Case, staff_id: int, *, by: Actor, at: datetime) -> None:
    """Give the appeals that wait to a reviewer.

    Raises:
        NoAppeal: none waits.
        NotAReviewer: he or she had a part in the case, or does not review here.
    """
    found = _waiting(session, case)
    if staff_id not in eligible(session, case):
        raise NotAReviewer(staff_id)
    for appeal in found:
        appeal.reviewer_id = staff_id
    codes = {"appeal": found[0].public_id, "reviewer": staff_id}
    event = record(session, case, EventKind.REVIEWER_NAMED, by=by, at=at, codes=codes)
    settle(session, case, TaskKind.NAME_REVIEWER, by_id=by.staff_id, at=at)
    site = site_of(session, case)
    calendar = calendar_of(session, site, year=local_date(at, site.time_zone).year)
    _tell_reviewer(session, case, staff_id, seq=event.seq, calendar=calendar, at=at)


def pass_on(session: Session, case: Case, *, by: Actor, at: datetime) -> None:
    """Take the appeals from a reviewer who cannot decide them, and give them to another, or ask for one.

    Raises:
        NoAppeal: none waits.
    """
    found = _waiting(session, case)
    for appeal in found:
        appeal.reviewer_id = None
    session.flush()
    _find_reviewer(session, case, key=f"reviewer:{found[0].public_id}:{case.event_count}", by=by, at=at)


def acknowledge_appeal(session: Session, case: Case, *, words: str, by: Actor, at: datetime) -> None:
    """Tell everybody, as a person, that the appeal is being looked at.

    Raises:
        NoAppeal: none waits.
    """
    found = _waiting(session, case)
    tell(session, case, Telling(MessageKind.APPEAL, words), by=by, at=at)
    for appeal in found:
        appeal.acknowledged_at = appeal.acknowledged_at or at
    record(session, case, EventKind.APPEAL_ACKNOWLEDGED, by=by, at=at, codes={"appeal": found[0].public_id})
    clocks.meet(session, case, ACKNOWLEDGE, at=at)


def decide_appeal(session: Session, case: Case, *, result: AppealResult, words: str, by: Actor, at: datetime) -> None:
    """Decide what waits, tell everybody with where else to go, and open the case again where they were right.

    Each appeal is decided in the history, in the same words: figures count them. A case that was opened again
    meanwhile, for another reason, is open as it is.

    Raises:
        NoAppeal: none waits.
        NotAReviewer: `by` is not the reviewer of this appeal.
    """
    found = _waiting(session, case)
    if any(appeal.reviewer_id != by.staff for appeal in found):
        raise NotAReviewer(by.staff)
    tell(session, case, Telling(MessageKind.APPEAL, words), by=by, at=at)
    for appeal in found:
        seal(session, appeal, "decision", words)
        appeal.result, appeal.decided_at = result.value, at
        appeal.acknowledged_at = appeal.acknowledged_at or at
        codes = {"appeal": appeal.public_id, "result": result.value}
        record(session, case, EventKind.APPEAL_DECIDED, by=by, at=at, codes=codes, words=(appeal, "decision"))
    for name in (ACKNOWLEDGE, DECIDE):
        clocks.meet(session, case, name, at=at)
    case.has_appeal = False
    if result is not AppealResult.DISMISSED:
        if case.status == Status.CLOSED:
            reopen(session, case, reason=None, by=by, at=at)
        if case.handler_id is not None:
            # Whoever answered it does not answer it again: the coordinator gives it to somebody else.
            assign(session, case, None, by=by, at=at)


def _waiting(session: Session, case: Case) -> Sequence[Appeal]:
    found = _all_waiting(session, case)
    if not found:
        raise NoAppeal(case.public_id)
    return found


def _all_waiting(session: Session, case: Case) -> Sequence[Appeal]:
    return session.scalars(
        select(Appeal).where(Appeal.case_id == case.id, Appeal.decided_at.is_(None)).order_by(Appeal.id)
    ).all()


def _find_reviewer(session: Session, case: Case, *, key: str, by: Actor, at: datetime) -> None:
    free = eligible(session, case)
    if free:
        name_reviewer(session, case, free[0], by=by, at=at)
    else:
        open_task(session, key=key, site_id=case.site_id, kind=TaskKind.NAME_REVIEWER, case=case, at=at)


def _tell_reviewer(
    session: Session, case: Case, staff_id: int | None, *, seq: int, calendar: Calendar, at: datetime
) -> None:
    notify(
        session,
        [staff_id] if staff_id is not None else [],
        key=f"appeal:{case.public_id}:{seq}",
        kind=NoticeKind.APPEALED,
        case=case,
        show_from=next_working_instant(at, calendar),
        at=at,
    )


def _had_a_part(session: Session, case: Case) -> set[int]:
    """Return everybody who handled or investigated a case, or wrote anything in it, now or before; looking is no part.

    Those merged into it count: their filings are looked at too.
    """
    ids = select(Case.id).where((Case.id == case.id) | Case.id.in_(joined_cases(case.id)))
    events = session.execute(
        select(CaseEvent.kind, CaseEvent.actor_id, CaseEvent.codes).where(
            CaseEvent.case_id.in_(ids), CaseEvent.actor_id.is_not(None) | (CaseEvent.kind == EventKind.ASSIGNED.value)
        )
    ).all()
    given = {codes.get("handler") for kind, _actor, codes in events if kind == EventKind.ASSIGNED}
    acted = {actor_id for _kind, actor_id, _codes in events}
    noted = session.scalars(select(CaseNote.author_id).where(CaseNote.case_id.in_(ids)))
    named = session.scalars(select(Investigator.staff_id).where(Investigator.case_id.in_(ids)))
    return {one for one in (*given, *acted, *noted, *named, case.handler_id) if isinstance(one, int)}
