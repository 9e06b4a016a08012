"""Rungs: each missed promise moves a case one rung up, to whoever answers for it from then on, and hides no breach.

Handler, coordinator, named manager; then the person is told where else to go. A restricted case stays among those who
may know of it: triagers answer for it on every rung. Not for: finding what is missed (`timers`).
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from grievance.accounts.permissions import Duty
from grievance.cases.delay_record import Escalation
from grievance.cases.models import Case
from grievance.cases.queries import site_of
from grievance.cases.record import Clock
from grievance.cases.side_tracks import Late, Rung
from grievance.cases.states import SYSTEM, EventKind, MessageKind
from grievance.cases.tasks import holders
from grievance.cases.telling import tell
from grievance.cases.transitions import record
from grievance.cases.ways import Telling
from grievance.core.i18n import Locale, text_in
from grievance.deadlines.standards import ClockName
from grievance.sites.queries import external_routes

_END_OF_INVESTIGATION = frozenset({ClockName.INVESTIGATE.value, ClockName.RESOLVE.value})
"""Under Ley Karin both run to the law's date: missing it is one missed date, and one rung."""

_ANSWERS: dict[Rung, Duty] = {Rung.COORDINATOR: Duty.COORDINATOR, Rung.MANAGER: Duty.MANAGER}


def climb(session: Session, case: Case, clock: Clock, *, at: datetime) -> Rung:
    """Move a case one rung up because a date was missed; return where it stands. A promise moves it once only.

    Nor does a date that had gone by before anybody could promise it.
    """
    if clock.late == Late.BORN or case.rung >= Rung.ELSEWHERE:
        return Rung(case.rung)
    done = session.scalars(select(Escalation.id).where(_is_same_promise(clock)).limit(1)).one_or_none()
    if done is not None:
        return Rung(case.rung)
    rung = Rung(case.rung + 1)
    case.rung = rung.value
    session.add(Escalation(case_id=case.id, clock_id=clock.id, rung=rung.value, escalated_at=at))
    record(session, case, EventKind.ESCALATED, by=SYSTEM, at=at, codes={"clock": clock.name, "rung": rung.value})
    if rung is Rung.ELSEWHERE:
        _offer_other_ways(session, case, at=at)
    return rung


def answering(session: Session, case: Case) -> Sequence[int]:
    """Return who answers for a case above its handler on the rung where it stands, and on those below."""
    if case.is_restricted or case.classified_at is None:
        return holders(session, case, Duty.TRIAGER)
    duties = [duty for rung, duty in _ANSWERS.items() if case.rung >= rung]
    return holders(session, case, *duties) if duties else []


def _is_same_promise(clock: Clock) -> ColumnElement[bool]:
    """Return the condition that an escalation was for this promise, dated again when the case was sorted.

    A later date that the person was told is a promise of its own. The two clocks of the same thirty days are one.
    """
    same = Clock.id == clock.id
    if clock.follows_id is None:
        same = or_(same, and_(Clock.name == clock.name, Clock.started_at == clock.started_at))
    if clock.name in _END_OF_INVESTIGATION:
        same = or_(same, and_(Clock.name.in_(_END_OF_INVESTIGATION), Clock.due_at == clock.due_at))
    return Escalation.clock_id.in_(select(Clock.id).where(Clock.case_id == clock.case_id, same))


def _offer_other_ways(session: Session, case: Case, *, at: datetime) -> None:
    """Tell the person where else to go: we have been late too often to ask for more patience."""
    locale = Locale(case.locale)
    routes = external_routes(session, site_of(session, case).operator_id)
    names = "; ".join(str(row.names.get(locale) or row.names.get("es") or "") for row in routes)
    late = text_in(locale, "We have missed our dates with you more than once, and your case goes on.")
    elsewhere = text_in(locale, "You can also go to: %(places)s.", places=names) if names else ""
    words = f"{late} {elsewhere}".strip()
    tell(session, case, Telling(MessageKind.DELAY, words), by=SYSTEM, at=at)
