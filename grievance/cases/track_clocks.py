"""The clocks of the way that the law lays down for harassment: started, met, and stopped as its steps were taken.

Not for: the steps (`harassment_track`), nor for clocks of every kind of case (`clocks`).
"""

from collections.abc import Iterator
from datetime import date, datetime

from sqlalchemy.orm import Session

from grievance.cases import clocks
from grievance.cases.models import Case
from grievance.cases.queries import calendar_of, site_of
from grievance.cases.track_reading import track_of, waits_for_labour_office, way_of
from grievance.cases.track_record import HarassmentTrack
from grievance.cases.track_states import Route, Way
from grievance.deadlines.standards import CaseType, ClockName, standard
from grievance.deadlines.working_days import end_of_day, local_date


def stop_for_labour_office(session: Session, case: Case, *, at: datetime) -> None:
    """Stop the thirty days where the Dirección del Trabajo investigates: they are its own, and no delay of the site."""
    track = track_of(session, case.id) if case.type == CaseType.HARASSMENT else None
    if track is not None and waits_for_labour_office(track):
        for name in (ClockName.INVESTIGATE, ClockName.RESOLVE):
            clocks.cancel(session, case, name, at=at)


def start_what_runs(session: Session, case: Case, track: HarassmentTrack, *, at: datetime) -> None:
    """Start the clocks that follow from the steps taken: they were stopped when the case left or was another kind."""
    in_force = {clock.name for clock in clocks.of(session, case.id) if clock.cancelled_at is None}
    for name, since in _counted_from(way_of(track)):
        if name not in in_force:
            start(session, case, name, started_at=instant(session, case, since, at=at))
    if track.route != Route.LABOUR_OFFICE and ClockName.INVESTIGATE not in in_force:
        start(session, case, ClockName.INVESTIGATE, started_at=case.received_at)
    if track.companies_differ and track.informed_on is None and ClockName.INFORM_PRINCIPAL not in in_force:
        start(session, case, ClockName.INFORM_PRINCIPAL, started_at=track.identified_at or case.received_at)


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


def start(session: Session, case: Case, name: ClockName, *, started_at: datetime) -> None:
    """Start a clock of the law that counts from an instant."""
    row = standard(CaseType.HARASSMENT, name)
    if row is None:
        raise LookupError(name)
    site = site_of(session, case)
    calendar = calendar_of(session, site, year=local_date(started_at, site.time_zone).year)
    clocks.add(session, case, name, row.span, started_at=started_at, calendar=calendar, version=row.version)


def meet(session: Session, case: Case, name: ClockName, happened: datetime, *, at: datetime) -> None:
    """Meet a clock at an instant; one recorded as missed only now: no day that is given later unmakes that."""
    clock = clocks.running(session, case, name)
    is_missed = clock is not None and clock.breached_at is not None
    clocks.meet(session, case, name, at=at if is_missed else happened)


def instant(session: Session, case: Case, on: date, *, at: datetime) -> datetime:
    """Return the instant that stands for a day: its end, or now if it is not over. A day's work is done on that day."""
    return min(at, end_of_day(on, site_of(session, case).time_zone))
