"""Words of protective measures and of the way that the law lays down for harassment ("Ley Karin"). Pure.

Which step may follow which is here, in one table; the dates that follow from the steps are in `deadlines.standards`.
Source: Ley 21.643 and DS 21/2024 arts. 1, 12-19, read in secondary sources on 20 November 2026: to be confirmed by
counsel.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class MeasureKind(StrEnum):
    """What is done to protect the person, as counted; the words say it (Código del Trabajo art. 211-B bis)."""

    SEPARATE_SPACES = "separate_spaces"
    OTHER_SHIFT = "other_shift"
    OTHER_BOSS = "other_boss"
    REMOTE_WORK = "remote_work"
    PAID_LEAVE = "paid_leave"
    SUPPORT = "support"
    TRANSPORT = "transport"
    NO_CONTACT = "no_contact"
    SAFE_PLACE = "safe_place"
    WATCH = "watch"
    OTHER = "other"


class Route(StrEnum):
    """Who investigates harassment."""

    INTERNAL = "internal"
    LABOUR_OFFICE = "labour_office"
    """The Dirección del Trabajo. It is a step of the case and never its end: measures and sanctions go on."""


class TrackStep(StrEnum):
    """What has happened on the way."""

    INVITED = "invited"
    IDENTIFIED = "identified"
    NONE_NEEDED = "none_needed"
    UNPROTECTED = "unprotected"
    UNCOVERED = "uncovered"
    """Nobody who may know of the case answers for a protective measure any more."""
    INTERNAL = "internal"
    LABOUR_OFFICE = "labour_office"
    INFORMED = "informed"
    CONCLUDED = "concluded"
    REPORTED = "reported"
    DT_SPOKE = "dt_spoke"
    DT_SILENT = "dt_silent"
    SANCTIONED = "sanctioned"


class StatementOf(StrEnum):
    """Which part in the case whoever signed a statement on paper has; never a name."""

    COMPLAINANT = "complainant"
    RESPONDENT = "respondent"
    WITNESS = "witness"
    COMPANION = "companion"
    OTHER = "other"


class Basis(StrEnum):
    """Why an identity may be given to a company."""

    CONSENT = "consent"
    TRACK = "track"
    """People of different companies: the principal company and the contractor inform each other."""


class Informant(StrEnum):
    """Which of two companies told the other, where their people are concerned."""

    PRINCIPAL = "principal"
    CONTRACTOR = "contractor"


@dataclass(frozen=True, slots=True)
class Way:
    """How far a case is on the way: the local days on which its steps happened, None for those that have not."""

    route: Route | None = None
    about_manager: bool | None = None
    companies_differ: bool | None = None
    informed_on: date | None = None
    concluded_on: date | None = None
    reported_on: date | None = None
    dt_spoke_on: date | None = None
    dt_silent_on: date | None = None
    sanctioned_on: date | None = None


STAFF_STEPS = (TrackStep.INFORMED, TrackStep.CONCLUDED, TrackStep.REPORTED, TrackStep.DT_SPOKE, TrackStep.SANCTIONED)
"""Steps that staff record with a day and a note. The others follow from an operation of their own, or from a date."""

DATED_STEPS = (*STAFF_STEPS[:-1], TrackStep.DT_SILENT, STAFF_STEPS[-1])
"""Steps whose day is kept in the column of their name, in their order."""


def open_steps(way: Way) -> tuple[TrackStep, ...]:
    """Return the steps that staff may record now, in their order."""
    is_internal = way.route is Route.INTERNAL
    referred = way.route is Route.LABOUR_OFFICE
    spoken = way.dt_spoke_on or way.dt_silent_on
    is_open = {
        TrackStep.INFORMED: bool(way.companies_differ) and way.informed_on is None,
        TrackStep.CONCLUDED: is_internal and way.concluded_on is None,
        TrackStep.REPORTED: is_internal and way.concluded_on is not None and way.reported_on is None,
        # Its word may reach us after the days have passed although it was given within them.
        TrackStep.DT_SPOKE: (referred or way.reported_on is not None)
        and way.dt_spoke_on is None
        and way.sanctioned_on is None,
        TrackStep.SANCTIONED: spoken is not None and way.sanctioned_on is None,
    }
    return tuple(step for step in STAFF_STEPS if is_open[step])


def open_routes(way: Way) -> tuple[Route, ...]:
    """Return the routes that can be chosen now: both at first; from an investigation here still the referral.

    That stays open until sanctions, for a manager who is found out late.
    """
    if way.route is None:
        return tuple(Route)
    if way.route is Route.INTERNAL and way.sanctioned_on is None:
        return (Route.LABOUR_OFFICE,)
    return ()
