"""The way that Ley 21.643 ("Ley Karin") and DS 21/2024 lay down for harassment and violence at work, step by step.

Protective measures come before anything else. The investigation is ours or the Dirección del Trabajo's, which a case
never leaves: measures and sanctions go on. Dates are law: none is paused or granted later. Readings from secondary
sources, to be confirmed by counsel. Not for: what runs by itself (`rounds.track_rounds`), nor measures (`protection`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.cases import clocks
from grievance.cases.covering import cover_if_blocked
from grievance.cases.handling import add_note
from grievance.cases.models import Case, Complainant
from grievance.cases.page import TrackPart
from grievance.cases.protection import has_measure
from grievance.cases.queries import calendar_of, site_of
from grievance.cases.states import SYSTEM, Actor, Confidentiality, EventKind, Source
from grievance.cases.track_record import HarassmentTrack
from grievance.cases.track_states import STAFF_STEPS, Route, TrackStep, Way, open_routes, open_steps
from grievance.cases.transitions import record
from grievance.core.i18n import Locale, text_in
from grievance.crypto.fields import new_public_id, seal, unseal
from grievance.deadlines.standards import CaseType, ClockName, standard
from grievance.deadlines.working_days import end_of_day, local_date


class NotOnThisTrack(Exception):
    """The case is no harassment, or has ended."""


class MeasuresFirst(Exception):
    """Nobody has noted a protective measure, nor that none is needed and the person was asked."""


class MustBeReferred(Exception):
    """The person complained about represents the employer: only the Dirección del Trabajo may investigate."""


class StepNotOpen(Exception):
    """This step is recorded already, or another comes before it."""


class DayOutOfRange(ValueError):
    """The day lies ahead, or before what it follows."""


class NotAnonymous(Exception):
    """The person is known: there is nothing to become a complaint."""


@dataclass(frozen=True, slots=True)
class _Effect:
    """What a step does to the clocks."""

    meets: tuple[ClockName, ...]
    starts: ClockName | None
    day: str
    """Column with the day on which it happened."""


_EFFECTS: Mapping[TrackStep, _Effect] = {
    TrackStep.INFORMED: _Effect((ClockName.INFORM_PRINCIPAL,), None, "informed_on"),
    # The law's thirty days are for the investigation; telling the person and closing come after it.
    TrackStep.CONCLUDED: _Effect((ClockName.INVESTIGATE, ClockName.RESOLVE), ClockName.REPORT_TO_DT, "concluded_on"),
    TrackStep.REPORTED: _Effect((ClockName.REPORT_TO_DT,), ClockName.DT_SPEAKS, "reported_on"),
    # Where the Dirección del Trabajo investigates, its word is the end of the investigation as well.
    TrackStep.DT_SPOKE: _Effect(
        (ClockName.DT_SPEAKS, ClockName.INVESTIGATE, ClockName.RESOLVE), ClockName.SANCTIONS, "dt_spoke_on"
    ),
    TrackStep.DT_SILENT: _Effect((ClockName.DT_SPEAKS,), ClockName.SANCTIONS, "dt_silent_on"),
    TrackStep.SANCTIONED: _Effect((ClockName.SANCTIONS,), None, "sanctioned_on"),
}


def follow_classification(session: Session, case: Case, *, at: datetime) -> str:
    """Begin the way for a case that has become harassment, or set its clocks right after it was classified again.

    Return what the person is to be told with it, "" for nothing.

    Clocks count from the receipt, however late it was classified. Only the three days of an anonymous report wait:
    it is a preliminary record until the person says who he or she is, and he or she is asked to.
    """
    if case.type != CaseType.HARASSMENT or not case.is_open:
        return ""
    invitation = ""
    track = _track(session, case)
    if not any(clock.name == ClockName.INVESTIGATE for clock in clocks.of(session, case.id)):
        _start(session, case, ClockName.INVESTIGATE, started_at=case.received_at)
    if is_preliminary(case, track):
        clocks.cancel(session, case, ClockName.REFER_TO_DT, at=at)
        if track.invited_at is None:
            invitation = _invite(session, case, track, at=at)
    elif track.route is None and track.identified_at is not None:
        _count_from_identification(session, case, track, at=at)
    if track.route is not None:
        clocks.meet(session, case, ClockName.REFER_TO_DT, at=at)
    if is_protected(session, case, track):
        clocks.meet(session, case, ClockName.PROTECT, at=at)
    return invitation


def require_protection(session: Session, case: Case) -> None:
    """Raise MeasuresFirst on harassment where nobody has noted how the person is protected."""
    if case.type == CaseType.HARASSMENT and not is_protected(session, case, track_of(session, case.id)):
        raise MeasuresFirst(case.public_id)


def say_none_needed(session: Session, case: Case, *, words: str, by: Actor, at: datetime) -> None:
    """Record why no protective measure is needed now, the person having been asked.

    Raises:
        NotOnThisTrack: it is no open harassment case.
    """
    track = _open_track(session, case)
    track.none_needed_at = at
    seal(session, track, "none_needed", words)
    codes = {"step": TrackStep.NONE_NEEDED.value}
    record(session, case, EventKind.TRACK_STEP, by=by, at=at, codes=codes, words=(track, "none_needed"))
    clocks.meet(session, case, ClockName.PROTECT, at=at)


def choose_route(
    session: Session,
    case: Case,
    *,
    route: Route,
    about_manager: bool,
    companies_differ: bool,
    words: str,
    on: date,
    by: Actor,
    at: datetime,
) -> None:
    """Record who investigates, and that the Dirección del Trabajo was notified or has the case.

    People of different companies: the principal company investigates, and each informs the other in three days.

    Raises:
        NotOnThisTrack: it is no open harassment case.
        MeasuresFirst: nobody has noted how the person is protected.
        MustBeReferred: a manager is complained about.
        StepNotOpen: it was chosen before, and cannot be changed to this.
        DayOutOfRange: the day lies ahead, or before the receipt.
    """
    track = _open_track(session, case)
    require_protection(session, case)
    if about_manager and route is Route.INTERNAL:
        raise MustBeReferred
    if route not in open_routes(way_of(track)):
        raise StepNotOpen(route)
    _require_day(session, case, on, after=None, at=at)
    track.route, track.routed_on = route.value, on
    track.about_manager, track.companies_differ = about_manager, companies_differ
    facts = {"about_manager": about_manager, "companies_differ": companies_differ}
    _note(session, case, TrackStep(route.value), on, words, by=by, at=at, facts=facts)
    clocks.meet(session, case, ClockName.REFER_TO_DT, at=_instant(session, case, on, at=at))
    for name in (ClockName.REPORT_TO_DT, ClockName.DT_SPEAKS) if route is Route.LABOUR_OFFICE else ():
        clocks.cancel(session, case, name, at=at)
    if companies_differ and track.informed_on is None:
        if clocks.running(session, case, ClockName.INFORM_PRINCIPAL) is None:
            _start(session, case, ClockName.INFORM_PRINCIPAL, started_at=track.identified_at or case.received_at)
    else:
        clocks.cancel(session, case, ClockName.INFORM_PRINCIPAL, at=at)


def note_step(session: Session, case: Case, step: TrackStep, *, words: str, on: date, by: Actor, at: datetime) -> None:
    """Record a step that happened on a day; the next clock counts from it.

    Raises:
        NotOnThisTrack: it is no open harassment case.
        MeasuresFirst: nobody has noted how the person is protected.
        StepNotOpen: it is recorded already, or another comes before it.
        DayOutOfRange: the day lies ahead, or before the step that it follows.
    """
    track = _open_track(session, case)
    require_protection(session, case)
    way = way_of(track)
    if step not in STAFF_STEPS or step not in open_steps(way):
        raise StepNotOpen(step)
    _require_day(session, case, on, after=_before(way, step), at=at)
    if step is TrackStep.DT_SPOKE and way.dt_silent_on is not None:
        if on > way.dt_silent_on:
            # Its days had passed: our report stands, and sanctions count from then.
            raise StepNotOpen(step)
        clocks.cancel(session, case, ClockName.SANCTIONS, at=at)
        track.dt_silent_on = None
    _take(session, case, track, step, on, at=at)
    _note(session, case, step, on, words, by=by, at=at)


def note_silence(session: Session, case: Case, *, on: date, at: datetime) -> None:
    """Record that the days of the Dirección del Trabajo ended on a day without its word: sanctions count from it."""
    track = _open_track(session, case)
    _take(session, case, track, TrackStep.DT_SILENT, on, at=at)
    codes = {"step": TrackStep.DT_SILENT.value, "on": on.isoformat()}
    record(session, case, EventKind.TRACK_STEP, by=SYSTEM, at=at, codes=codes)


def note_identified(
    session: Session,
    case: Case,
    complainant: Complainant,
    *,
    name: str,
    source: Source,
    on: date,
    by: Actor,
    at: datetime,
) -> None:
    """Record that a person who reported anonymously said who he or she is: a complaint, whose three days begin.

    Raises:
        NotOnThisTrack: it is no open harassment case.
        NotAnonymous: the person is known already.
        DayOutOfRange: the day lies ahead, or before the receipt.
    """
    track = _open_track(session, case)
    if not is_preliminary(case, track):
        raise NotAnonymous
    _require_day(session, case, on, after=None, at=at)
    seal(session, complainant, "name", name)
    cover_if_blocked(session, case, complainant, "name")
    case.confidentiality = Confidentiality.NAMED.value
    track.identified_at = _instant(session, case, on, at=at)
    codes = {"step": TrackStep.IDENTIFIED.value, "on": on.isoformat(), "source": source.value}
    record(session, case, EventKind.TRACK_STEP, by=by, at=at, codes=codes)
    if track.route is None:
        _count_from_identification(session, case, track, at=at)


def is_preliminary(case: Case, track: HarassmentTrack | None) -> bool:
    """Return whether a report is anonymous still."""
    is_anonymous = case.confidentiality == Confidentiality.ANONYMOUS
    return is_anonymous and (track is None or track.identified_at is None)


def is_protected(session: Session, case: Case, track: HarassmentTrack | None) -> bool:
    """Return whether a measure is noted, or that none is needed now."""
    return (track is not None and track.none_needed_at is not None) or has_measure(session, case.id)


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
    days += [(step, getattr(track, effect.day)) for step, effect in _EFFECTS.items()]
    return TrackPart(
        is_preliminary=is_preliminary(case, track),
        invited_at=track.invited_at,
        identified_at=track.identified_at,
        is_protected=is_protected(session, case, track),
        none_needed=unseal(session, track, "none_needed"),
        about_manager=track.about_manager,
        companies_differ=track.companies_differ,
        route=track.route,
        done=tuple((step.value, on) for step, on in days if on is not None),
        steps=tuple(step.value for step in open_steps(way)),
        routes=tuple(route.value for route in open_routes(way)),
    )


def _track(session: Session, case: Case) -> HarassmentTrack:
    track = track_of(session, case.id)
    if track is None:
        # The case is locked, so nobody else begins it meanwhile.
        track = HarassmentTrack(public_id=new_public_id(), case_id=case.id)
        session.add(track)
        session.flush()
    return track


def _open_track(session: Session, case: Case) -> HarassmentTrack:
    if case.type != CaseType.HARASSMENT or not case.is_open:
        raise NotOnThisTrack(case.type)
    return _track(session, case)


def _invite(session: Session, case: Case, track: HarassmentTrack, *, at: datetime) -> str:
    """Return what asks an anonymous person who he or she is; nobody has to say."""
    track.invited_at = at
    record(session, case, EventKind.TRACK_STEP, by=SYSTEM, at=at, codes={"step": TrackStep.INVITED.value})
    return text_in(
        Locale(case.locale),
        "We protect you and look into it without your name too. For this to become a formal complaint under Ley Karin, "
        "with its dates, the law asks who you are. You can tell us by answering here; you do not have to.",
    )


def _count_from_identification(session: Session, case: Case, track: HarassmentTrack, *, at: datetime) -> None:
    if track.identified_at is None:
        return
    clocks.cancel(session, case, ClockName.REFER_TO_DT, at=at)
    _start(session, case, ClockName.REFER_TO_DT, started_at=track.identified_at)


def _take(session: Session, case: Case, track: HarassmentTrack, step: TrackStep, on: date, *, at: datetime) -> None:
    effect = _EFFECTS[step]
    setattr(track, effect.day, on)
    happened = _instant(session, case, on, at=at)
    for name in effect.meets:
        clocks.meet(session, case, name, at=happened)
    if effect.starts is not None:
        _start(session, case, effect.starts, started_at=happened)


def _start(session: Session, case: Case, name: ClockName, *, started_at: datetime) -> None:
    row = standard(CaseType.HARASSMENT, name)
    if row is None:
        raise LookupError(name)
    site = site_of(session, case)
    calendar = calendar_of(session, site, year=local_date(started_at, site.time_zone).year)
    clocks.add(session, case, name, row.span, started_at=started_at, calendar=calendar, version=row.version)


def _note(
    session: Session,
    case: Case,
    step: TrackStep,
    on: date,
    words: str,
    *,
    by: Actor,
    at: datetime,
    facts: Mapping[str, Any] | None = None,
) -> None:
    codes = {"step": step.value, "on": on.isoformat(), **(facts or {})}
    note = add_note(session, case, words=words, by=by, at=at, codes={"step": step.value})
    record(session, case, EventKind.TRACK_STEP, by=by, at=at, codes=codes, words=(note, "words"))


def _before(way: Way, step: TrackStep) -> date | None:
    """Return the day of the step that this one follows."""
    match step:
        case TrackStep.REPORTED:
            return way.concluded_on
        case TrackStep.DT_SPOKE:
            return way.reported_on
        case TrackStep.SANCTIONED:
            return way.dt_spoke_on or way.dt_silent_on
    return None


def _require_day(session: Session, case: Case, on: date, *, after: date | None, at: datetime) -> None:
    zone = site_of(session, case).time_zone
    first = max(filter(None, (after, local_date(case.received_at, zone))))
    if not first <= on <= local_date(at, zone):
        raise DayOutOfRange(on)


def _instant(session: Session, case: Case, on: date, *, at: datetime) -> datetime:
    """Return the instant that stands for a day: its end, or now if it is not over. A day's work is done on that day."""
    return min(at, end_of_day(on, site_of(session, case).time_zone))
