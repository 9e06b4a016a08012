"""The way that Ley 21.643 ("Ley Karin") and DS 21/2024 lay down for harassment and violence at work, step by step.

Protective measures come before anything else. The investigation is ours or the Dirección del Trabajo's, which a case
never leaves: measures and sanctions go on. Dates are law: none is paused or granted later. Readings from secondary
sources, to be confirmed by counsel. Not for: what runs by itself (`rounds.track_rounds`), nor measures (`protection`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from grievance.cases import clocks
from grievance.cases.covering import cover_if_blocked
from grievance.cases.handling import add_note
from grievance.cases.models import Case, Complainant
from grievance.cases.queries import site_of
from grievance.cases.record import Clock
from grievance.cases.states import SYSTEM, Actor, Confidentiality, EventKind, MessageKind, Source
from grievance.cases.telling import tell
from grievance.cases.track_clocks import instant, meet, start, start_what_runs, stop_for_labour_office
from grievance.cases.track_reading import (
    is_preliminary,
    is_protected,
    names_manager,
    require_protection,
    track_of,
    way_of,
)
from grievance.cases.track_record import HarassmentTrack
from grievance.cases.track_states import STAFF_STEPS, Informant, Route, TrackStep, Way, open_routes, open_steps
from grievance.cases.transitions import record
from grievance.cases.ways import LawDate, Telling
from grievance.core.i18n import Locale, text_in
from grievance.crypto.fields import new_public_id, seal
from grievance.deadlines.standards import CaseType, ClockName
from grievance.deadlines.working_days import local_date
from grievance.messaging.texts import TextName, shown_date


class NotOnThisTrack(Exception):
    """The case is no harassment, or has ended."""


class MustBeReferred(Exception):
    """The person complained about represents the employer: only the Dirección del Trabajo may investigate."""


class ManagerNamed(Exception):
    """It is said that nobody represents the employer, and whom the case is about heads a unit or is a named manager."""


class CompaniesMissing(ValueError):
    """People of different companies, and not which is the principal, which the contractor, or which told the other."""


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
    start_what_runs(session, case, track, at=at)
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
    companies: tuple[int, int] | None = None,
    words: str,
    on: date,
    by: Actor,
    at: datetime,
) -> None:
    """Record who investigates, and that the Dirección del Trabajo was notified, or has the case and the person is told.

    People of different companies: the principal company investigates, and each informs the other in three days.
    `companies` are then the ids of the principal company and of the contractor.

    Raises:
        NotOnThisTrack: it is no open harassment case.
        MeasuresFirst: nobody has noted how the person is protected.
        MustBeReferred: a manager is complained about.
        ManagerNamed: a manager is complained about, and it is said that none is.
        CompaniesMissing: people of different companies, and not which.
        StepNotOpen: it was chosen before, and cannot be changed to this.
        DayOutOfRange: the day lies ahead, or before the receipt.
    """
    track = _open_track(session, case)
    require_protection(session, case)
    _require_route(session, case, way_of(track), route, about_manager=about_manager)
    _require_day(session, case, on, after=None, at=at)
    ours = clocks.running(session, case, ClockName.RESOLVE)
    facts: dict[str, Any] = {"about_manager": about_manager, "companies_differ": companies_differ}
    facts |= _note_companies(track, companies if companies_differ else None, differ=companies_differ)
    track.route, track.routed_on = route.value, on
    track.about_manager, track.companies_differ = about_manager, companies_differ
    meet(session, case, ClockName.REFER_TO_DT, instant(session, case, on, at=at), at=at)
    if route is Route.LABOUR_OFFICE:
        facts |= _hand_on(session, case, track, at=at)
    _note(session, case, TrackStep(route.value), on, words, by=by, at=at, facts=facts)
    if route is Route.LABOUR_OFFICE:
        _tell_handed_on(session, case, ours, at=at)
    if companies_differ and track.informed_on is None:
        if clocks.running(session, case, ClockName.INFORM_PRINCIPAL) is None:
            start(session, case, ClockName.INFORM_PRINCIPAL, started_at=track.identified_at or case.received_at)
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


def _note_companies(track: HarassmentTrack, companies: tuple[int, int] | None, *, differ: bool) -> dict[str, Any]:
    """Note the principal company and the contractor; return what the event says of them."""
    if differ and (companies is None or companies[0] == companies[1]):
        raise CompaniesMissing
    track.principal_id, track.contractor_id = companies or (None, None)
    return {"principal": track.principal_id, "contractor": track.contractor_id} if differ else {}


def _hand_on(session: Session, case: Case, track: HarassmentTrack, *, at: datetime) -> dict[str, Any]:
    """Stop the clocks of our own investigation; return what the event says: what was not late by then never is."""
    target = clocks.due_at(session, case, ClockName.RESOLVE)
    track.dt_spoke_on = track.dt_silent_on = None
    for name in (ClockName.REPORT_TO_DT, ClockName.DT_SPEAKS, ClockName.SANCTIONS):
        clocks.cancel(session, case, name, at=at)
    stop_for_labour_office(session, case, at=at)
    return {"resolve_due": None} if target is not None and at <= target else {}


def _tell_handed_on(session: Session, case: Case, ours: Clock | None, *, at: datetime) -> None:
    """Tell the person who goes on with the investigation, and what became of the date that we had given."""
    locale = Locale(case.locale)
    words = [text_in(locale, "The Dirección del Trabajo now investigates your case, and takes its own days for it.")]
    if ours is not None:
        day = shown_date(ours.due_on, locale)
        if ours.due_at < at:
            words.append(
                text_in(locale, "We had promised you an answer by %(day)s and missed it. We are sorry.", day=day)
            )
        words.append(text_in(locale, "Our own date, %(day)s, has stopped.", day=day))
    words.append(text_in(locale, "Your case stays open here: we go on protecting you."))
    law_date = LawDate(TextName.LAW_DATE_STOPPED)
    tell(session, case, Telling(MessageKind.NOTICE, " ".join(words), law_date=law_date), by=SYSTEM, at=at)


def note_step(
    session: Session,
    case: Case,
    step: TrackStep,
    *,
    words: str,
    on: date,
    informed_by: Informant | None = None,
    by: Actor,
    at: datetime,
) -> None:
    """Record a step that happened on a day; the next clock counts from it. `informed_by` goes with one company's word.

    Raises:
        NotOnThisTrack: it is no open harassment case.
        MeasuresFirst: nobody has noted how the person is protected.
        StepNotOpen: it is recorded already, or another comes before it.
        CompaniesMissing: one company told the other, and not which.
        DayOutOfRange: the day lies ahead, or before the step that it follows.
    """
    track = _open_track(session, case)
    require_protection(session, case)
    way = way_of(track)
    if step not in STAFF_STEPS or step not in open_steps(way):
        raise StepNotOpen(step)
    facts: dict[str, Any] = {}
    if step is TrackStep.INFORMED:
        if informed_by is None:
            raise CompaniesMissing
        track.informed_by = facts["informed_by"] = informed_by.value
    _require_day(session, case, on, after=_before(way, step), at=at)
    if step is TrackStep.DT_SPOKE and way.dt_silent_on is not None:
        if on > way.dt_silent_on:
            # Its days had passed: our report stands, and sanctions count from then.
            raise StepNotOpen(step)
        clocks.cancel(session, case, ClockName.SANCTIONS, at=at)
        track.dt_silent_on = None
    _take(session, case, track, step, on, at=at)
    _note(session, case, step, on, words, by=by, at=at, facts=facts)


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
    track.identified_at = instant(session, case, on, at=at)
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
    start(session, case, ClockName.REFER_TO_DT, started_at=track.identified_at)


def _take(session: Session, case: Case, track: HarassmentTrack, step: TrackStep, on: date, *, at: datetime) -> None:
    effect = _EFFECTS[step]
    setattr(track, f"{step.value}_on", on)
    happened = instant(session, case, on, at=at)
    for name in effect.meets:
        meet(session, case, name, happened, at=at)
    if effect.starts is not None:
        start(session, case, effect.starts, started_at=happened)


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
