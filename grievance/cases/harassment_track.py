"""The way that Ley 21.643 ("Ley Karin") and DS 21/2024 lay down for harassment and violence at work, step by step.

Protective measures come before anything else. The investigation is ours or the Dirección del Trabajo's, which a case
never leaves: measures and sanctions go on. Dates are law: none is paused or granted later. Readings from secondary
sources, to be confirmed by counsel. Not for: what runs by itself (`rounds.track_rounds`), nor measures (`protection`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from grievance.cases import clocks
from grievance.cases.covering import cover_if_blocked
from grievance.cases.handling import add_note
from grievance.cases.models import Case, Complainant
from grievance.cases.queries import calendar_of, site_of
from grievance.cases.states import SYSTEM, Actor, Confidentiality, EventKind, Source
from grievance.cases.track_reading import (
    is_preliminary,
    is_protected,
    names_manager,
    require_protection,
    track_of,
    waits_for_labour_office,
    way_of,
)
from grievance.cases.track_record import HarassmentTrack
from grievance.cases.track_states import STAFF_STEPS, Route, TrackStep, Way, open_routes, open_steps
from grievance.cases.transitions import record
from grievance.core.i18n import Locale, text_in
from grievance.crypto.fields import new_public_id, seal
from grievance.deadlines.standards import CaseType, ClockName, standard
from grievance.deadlines.working_days import end_of_day, local_date


class NotOnThisTrack(Exception):
    """The case is no harassment, or has ended."""


class MustBeReferred(Exception):
    """The person complained about represents the employer: only the Dirección del Trabajo may investigate."""


class ManagerNamed(Exception):
    """It is said that nobody represents the employer, and whom the case is about heads a unit or is a named manager."""


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


_EFFECTS: Mapping[TrackStep, _Effect] = {
    TrackStep.INFORMED: _Effect((ClockName.INFORM_PRINCIPAL,), None),
    # The law's thirty days are for the investigation; telling the person and closing come after it.
    TrackStep.CONCLUDED: _Effect((ClockName.INVESTIGATE, ClockName.RESOLVE), ClockName.REPORT_TO_DT),
    TrackStep.REPORTED: _Effect((ClockName.REPORT_TO_DT,), ClockName.DT_SPEAKS),
    # Where the Dirección del Trabajo investigates, its word is the end of the investigation as well.
    TrackStep.DT_SPOKE: _Effect((ClockName.DT_SPEAKS, ClockName.INVESTIGATE, ClockName.RESOLVE), ClockName.SANCTIONS),
    TrackStep.DT_SILENT: _Effect((ClockName.DT_SPEAKS,), ClockName.SANCTIONS),
    TrackStep.SANCTIONED: _Effect((ClockName.SANCTIONS,), None),
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
    _start_what_runs(session, case, track, at=at)
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
    clocks.keep_marks(session, case)
    return invitation


def stop_for_labour_office(session: Session, case: Case, *, at: datetime) -> None:
    """Stop the thirty days where the Dirección del Trabajo investigates: they are its own, and no delay of the site."""
    track = track_of(session, case.id) if case.type == CaseType.HARASSMENT else None
    if track is not None and waits_for_labour_office(track):
        for name in (ClockName.INVESTIGATE, ClockName.RESOLVE):
            clocks.cancel(session, case, name, at=at)


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
        ManagerNamed: a manager is complained about, and it is said that none is.
        StepNotOpen: it was chosen before, and cannot be changed to this.
        DayOutOfRange: the day lies ahead, or before the receipt.
    """
    track = _open_track(session, case)
    require_protection(session, case)
    _require_route(session, case, way_of(track), route, about_manager=about_manager)
    _require_day(session, case, on, after=None, at=at)
    track.route, track.routed_on = route.value, on
    track.about_manager, track.companies_differ = about_manager, companies_differ
    facts: dict[str, Any] = {"about_manager": about_manager, "companies_differ": companies_differ}
    _meet(session, case, ClockName.REFER_TO_DT, _instant(session, case, on, at=at), at=at)
    if route is Route.LABOUR_OFFICE:
        facts |= _hand_on(session, case, track, at=at)
    _note(session, case, TrackStep(route.value), on, words, by=by, at=at, facts=facts)
    if companies_differ and track.informed_on is None:
        if clocks.running(session, case, ClockName.INFORM_PRINCIPAL) is None:
            _start(session, case, ClockName.INFORM_PRINCIPAL, started_at=track.identified_at or case.received_at)
    else:
        clocks.cancel(session, case, ClockName.INFORM_PRINCIPAL, at=at)


def _require_route(session: Session, case: Case, way: Way, route: Route, *, about_manager: bool) -> None:
    if not about_manager and names_manager(session, case):
        raise ManagerNamed
    if about_manager and route is Route.INTERNAL:
        raise MustBeReferred
    # Once the report is there, only a manager who is found out late takes the case to the Dirección del Trabajo.
    if route not in open_routes(way) or (way.reported_on is not None and not about_manager):
        raise StepNotOpen(route)


def _hand_on(session: Session, case: Case, track: HarassmentTrack, *, at: datetime) -> dict[str, Any]:
    """Stop the clocks of our own investigation; return what the event says: what was not late by then never is."""
    target = clocks.due_at(session, case, ClockName.RESOLVE)
    track.dt_spoke_on = track.dt_silent_on = None
    for name in (ClockName.REPORT_TO_DT, ClockName.DT_SPEAKS, ClockName.SANCTIONS):
        clocks.cancel(session, case, name, at=at)
    stop_for_labour_office(session, case, at=at)
    return {"resolve_due": None} if target is not None and at <= target else {}


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
    setattr(track, f"{step.value}_on", on)
    happened = _instant(session, case, on, at=at)
    for name in effect.meets:
        _meet(session, case, name, happened, at=at)
    if effect.starts is not None:
        _start(session, case, effect.starts, started_at=happened)


def _meet(session: Session, case: Case, name: ClockName, happened: datetime, *, at: datetime) -> None:
    """Meet a clock on the day that is given; one that was recorded as missed, only now: no day given later unmakes that."""
    clock = clocks.running(session, case, name)
    is_missed = clock is not None and clock.breached_at is not None
    clocks.meet(session, case, name, at=at if is_missed else happened)


def _start_what_runs(session: Session, case: Case, track: HarassmentTrack, *, at: datetime) -> None:
    """Start the clocks that follow from the steps taken: they were stopped when the case left or was another kind."""
    in_force = {clock.name for clock in clocks.of(session, case.id) if clock.cancelled_at is None}
    for name, since in _counted_from(way_of(track)):
        if name not in in_force:
            _start(session, case, name, started_at=_instant(session, case, since, at=at))
    if track.route != Route.LABOUR_OFFICE and ClockName.INVESTIGATE not in in_force:
        _start(session, case, ClockName.INVESTIGATE, started_at=case.received_at)
    if track.companies_differ and track.informed_on is None and ClockName.INFORM_PRINCIPAL not in in_force:
        _start(session, case, ClockName.INFORM_PRINCIPAL, started_at=track.identified_at or case.received_at)


def _counted_from(way: Way) -> Iterator[tuple[ClockName, date]]:
    """Yield the clocks that count from a step, where the next one is not taken, with the day of that step."""
    ours = way.route is Route.INTERNAL
    spoken = way.dt_spoke_on or way.dt_silent_on
    if ours and way.concluded_on is not None and way.reported_on is None:
        yield ClockName.REPORT_TO_DT, way.concluded_on
    if ours and way.reported_on is not None and spoken is None:
        yield ClockName.DT_SPEAKS, way.reported_on
    if spoken is not None and way.sanctioned_on is None:
        yield ClockName.SANCTIONS, spoken


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
