"""What runs by itself on the way of harassment: the alert after a day without measures, and days that pass in silence.

Also the half-yearly reminder to say by which ways harassment can be reported. Not for: steps that somebody records
(`cases.harassment_track`).
"""

from datetime import datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from grievance.accounts.permissions import Duty
from grievance.cases import clocks
from grievance.cases.alerts import call_out
from grievance.cases.harassment_track import note_silence
from grievance.cases.models import Case
from grievance.cases.protection import is_covered, is_measure_taken
from grievance.cases.record import Clock, Task
from grievance.cases.states import OPEN, SYSTEM, EventKind
from grievance.cases.tasks import NoticeKind, TaskKind, holders, keepers, notify, open_task
from grievance.cases.track_reading import track_of
from grievance.cases.track_record import HarassmentTrack, ProtectiveMeasure
from grievance.cases.track_states import TrackStep
from grievance.cases.transitions import load_for_change, record
from grievance.cases.wall import hidden_from
from grievance.deadlines.standards import CaseType, ClockName
from grievance.deadlines.working_days import local_date
from grievance.sites.models import Site

WITHOUT_MEASURES = timedelta(hours=24)
"""After this a missing measure is told to triagers and investigators, at any hour. The law says "at once"."""

MONTHS_OF_HALF = 6
"""Ley 21.643, Código del Trabajo art. 211-A: workers are told every half-year how to report."""


def alert_unprotected(session: Session, *, at: datetime, limit: int) -> int:
    """Tell triagers and investigators of harassment cases a day old without a measure that was taken; return how many.

    Once a case, at any hour of any day; once more where nobody answers for its measures any more.
    """
    due = session.scalars(
        select(Case.id)
        .outerjoin(HarassmentTrack, HarassmentTrack.case_id == Case.id)
        .where(
            Case.type == CaseType.HARASSMENT.value,
            Case.is_open.is_(True),
            Case.is_spam.is_(False),
            Case.received_at <= at - WITHOUT_MEASURES,
            HarassmentTrack.id.is_not(None),
            HarassmentTrack.alerted_at.is_(None),
            HarassmentTrack.none_needed_at.is_(None),
            Case.id.not_in(_taken()),
        )
        .order_by(Case.id)
        .limit(limit)
    ).all()
    return sum(_alert(session, case_id, at=at) for case_id in due)


def follow_owners(session: Session, *, at: datetime, limit: int) -> int:
    """Let the date for protecting run on where nobody who may know of the case answers for a measure; return how many.

    It is met again once somebody does. Whoever answers may since have become part of what is complained about, or have
    lost the duty; only cases are looked at of which no measure was taken.
    """
    rows = session.execute(
        select(Case.id, Clock.met_at)
        .join(Clock, Clock.case_id == Case.id)
        .join(HarassmentTrack, HarassmentTrack.case_id == Case.id)
        .where(
            Case.type == CaseType.HARASSMENT.value,
            Case.is_open.is_(True),
            Case.is_spam.is_(False),
            Clock.name == ClockName.PROTECT.value,
            Clock.cancelled_at.is_(None),
            HarassmentTrack.none_needed_at.is_(None),
            Case.id.in_(select(ProtectiveMeasure.case_id)),
            Case.id.not_in(_taken()),
        )
        .order_by(Case.id)
    ).all()
    changed = 0
    for case_id, met_at in rows:
        if changed < limit:
            changed += _follow_owner(session, case_id, was_met=met_at is not None, at=at)
    return changed


def pass_in_silence(session: Session, *, at: datetime, limit: int) -> int:
    """Go on with cases for which the days of the Dirección del Trabajo ended without its word; return how many."""
    due = session.execute(
        select(Clock.case_id, Clock.due_on)
        .join(Case, Case.id == Clock.case_id)
        .where(
            Clock.name == ClockName.DT_SPEAKS.value,
            Clock.due_at < at,
            Clock.met_at.is_(None),
            Clock.cancelled_at.is_(None),
            Case.type == CaseType.HARASSMENT.value,
            Case.status.in_([status.value for status in OPEN]),
        )
        .order_by(Clock.id)
        .limit(limit)
    ).all()
    for case_id, due_on in due:
        note_silence(session, load_for_change(session, case_id), on=due_on, at=at)
    return len(due)


def remind_of_channels(session: Session, *, at: datetime, limit: int) -> int:
    """Open the task of this half-year, at sites that have none yet, to say how harassment can be reported."""
    sites = session.scalars(select(Site).where(Site.is_active.is_(True)).order_by(Site.id)).all()
    keys = {_half_year_key(site, at): site for site in sites}
    had = set(session.scalars(select(Task.key).where(Task.key.in_(keys))))
    due = [(key, site) for key, site in keys.items() if key not in had][:limit]
    for key, site in due:
        open_task(session, key=key, site_id=site.id, kind=TaskKind.PUBLICISE_CHANNELS, at=at)
    return len(due)


def _half_year_key(site: Site, at: datetime) -> str:
    today = local_date(at, site.time_zone)
    return f"channels:{site.public_id}:{today.year}-{1 if today.month <= MONTHS_OF_HALF else 2}"


def _alert(session: Session, case_id: int, *, at: datetime) -> int:
    case = load_for_change(session, case_id)
    track = track_of(session, case_id)
    if track is None or track.alerted_at is not None or track.none_needed_at is not None:
        return 0
    if is_measure_taken(session, case_id):
        return 0
    track.alerted_at = at
    record(session, case, EventKind.TRACK_STEP, by=SYSTEM, at=at, codes={"step": TrackStep.UNPROTECTED.value})
    concerned = {*keepers(session, case), *holders(session, case, Duty.TRIAGER)} - hidden_from(session, case)
    key = f"unprotected:{case.public_id}:{case.event_count}"
    call_out(session, case, key=f"urgent:{key}", at=at)
    return notify(session, concerned, key=key, kind=NoticeKind.UNPROTECTED, case=case, show_from=at, at=at)


def _follow_owner(session: Session, case_id: int, *, was_met: bool, at: datetime) -> int:
    # Looked at first without a lock: nearly always nothing has changed, and somebody may be at work on the case.
    if is_covered(session, session.get_one(Case, case_id)) == was_met:
        return 0
    case = load_for_change(session, case_id)
    track = track_of(session, case_id)
    if track is None or is_covered(session, case) == was_met:
        return 0
    if not was_met:
        clocks.meet(session, case, ClockName.PROTECT, at=at)
        return 1
    clocks.unmeet(session, case, ClockName.PROTECT)
    track.alerted_at = None
    record(session, case, EventKind.TRACK_STEP, by=SYSTEM, at=at, codes={"step": TrackStep.UNCOVERED.value})
    return 1


def _taken() -> Select[int]:
    """Return the subquery of the ids of cases of which a measure was taken."""
    return select(ProtectiveMeasure.case_id).where(ProtectiveMeasure.done_at.is_not(None))
