"""How far a case is on the way that the law lays down for harassment, and whether its person is protected.

Not for: taking a step (`harassment_track`), nor for which may follow which (`track_states`).
"""

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from grievance.accounts.holding import holders_anywhere
from grievance.accounts.models import Staff
from grievance.accounts.permissions import Duty
from grievance.cases.models import Case, Respondent
from grievance.cases.page import TrackPart
from grievance.cases.protection import is_covered
from grievance.cases.states import Confidentiality
from grievance.cases.track_record import HarassmentTrack
from grievance.cases.track_states import DATED_STEPS, Route, TrackStep, Way, open_routes, open_steps
from grievance.crypto.fields import unseal
from grievance.deadlines.standards import CaseType
from grievance.sites.models import Company


class MeasuresFirst(Exception):
    """Nobody has noted a protective measure, nor that none is needed and the person was asked."""


def require_protection(session: Session, case: Case) -> None:
    """Raise MeasuresFirst on harassment where nobody has noted how the person is protected."""
    if case.type == CaseType.HARASSMENT and not is_protected(session, case, track_of(session, case.id)):
        raise MeasuresFirst(case.public_id)


def waits_for_labour_office(track: HarassmentTrack) -> bool:
    """Return whether the Dirección del Trabajo investigates a case and has not spoken."""
    return track.route == Route.LABOUR_OFFICE and track.dt_spoke_on is None


def is_preliminary(case: Case, track: HarassmentTrack | None) -> bool:
    """Return whether a report is anonymous still."""
    is_anonymous = case.confidentiality == Confidentiality.ANONYMOUS
    return is_anonymous and (track is None or track.identified_at is None)


def is_protected(session: Session, case: Case, track: HarassmentTrack | None) -> bool:
    """Return whether somebody answers for a measure, one was taken, or it is noted that none is needed now."""
    return (track is not None and track.none_needed_at is not None) or is_covered(session, case)


def names_manager(session: Session, case: Case) -> bool:
    """Return whether somebody complained about heads a unit or is a named manager: art. 4 speaks of such people.

    To be confirmed by counsel: the law names those who represent the employer, whatever they are called here.
    """
    accused = select(Respondent.staff_id).where(Respondent.case_id == case.id, Respondent.staff_id.is_not(None))
    found = select(Staff.id).where(
        Staff.id.in_(accused), or_(Staff.heads_unit.is_(True), Staff.id.in_(holders_anywhere(Duty.MANAGER)))
    )
    return session.scalars(found.limit(1)).one_or_none() is not None


def track_of(session: Session, case_id: int) -> HarassmentTrack | None:
    """Return how far a case is on the way; None before it was classified as harassment."""
    return session.scalars(select(HarassmentTrack).where(HarassmentTrack.case_id == case_id)).one_or_none()


def way_of(track: HarassmentTrack) -> Way:
    """Return the facts from which the next step follows."""
    names = [name for name in Way.__slots__ if name != "route"]
    return Way(route=Route(track.route) if track.route else None, **{name: getattr(track, name) for name in names})


def track_part(session: Session, case: Case) -> TrackPart | None:
    """Return how far a case is, for its page; None for what is no harassment."""
    track = track_of(session, case.id)
    if case.type != CaseType.HARASSMENT or track is None:
        return None
    way = way_of(track)
    days = [(TrackStep(way.route.value), track.routed_on)] if way.route else []
    days += [(step, getattr(track, f"{step.value}_on")) for step in DATED_STEPS]
    both = select(Company.id, Company.name).where(Company.id.in_([track.principal_id, track.contractor_id]))
    names: dict[int | None, str] = {row.id: row.name for row in session.execute(both)} if track.principal_id else {}
    return TrackPart(
        is_preliminary=is_preliminary(case, track),
        invited_at=track.invited_at,
        identified_at=track.identified_at,
        is_protected=is_protected(session, case, track),
        none_needed=unseal(session, track, "none_needed"),
        about_manager=track.about_manager,
        names_manager=names_manager(session, case),
        companies_differ=track.companies_differ,
        principal_name=names.get(track.principal_id),
        contractor_name=names.get(track.contractor_id),
        principal_id=track.principal_id,
        contractor_id=track.contractor_id,
        informed_by=track.informed_by,
        route=track.route,
        done=tuple((step.value, on) for step, on in days if on is not None),
        steps=tuple(step.value for step in open_steps(way)),
        routes=tuple(route.value for route in open_routes(way)),
    )
