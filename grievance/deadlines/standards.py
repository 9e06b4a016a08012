"""The service standards: by case type, what is done by when, and where each number comes from. Pure.

Every clock of the table starts when the grievance is received, save those of `later_standards`, which start with
a step on the way that the law lays down for harassment. Numbers are defaults that a site may change, except
the locked ones, which are law. Rows marked `to_confirm` rest on a reading from secondary sources and are shown as "to
be confirmed by counsel". Not for counting days (`working_days`) nor for what a breach causes (`rounds.timers`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from grievance.deadlines.working_days import (
    Calendar,
    NaiveInstant,
    add_calendar_days,
    add_months,
    add_working_days,
    end_of_day,
    local_date,
)

# Changes with every change of a number below. Stored with each due date, so that a later change rewrites none.
STANDARDS_VERSION: Final = "1"


class StandardLocked(ValueError):
    """The number is law; no site may change it."""


class CaseType(StrEnum):
    """What kind of case it is: the choice of clocks, of who may read it, and of the track it follows."""

    DANGER = "danger"
    HARASSMENT = "harassment"
    RETALIATION = "retaliation"
    HUMAN_RIGHTS = "human_rights"
    INTEGRITY = "integrity"
    LABOUR = "labour"
    SAFETY = "safety"
    ENVIRONMENT = "environment"
    LAND_HERITAGE = "land_heritage"
    SUPPLIER = "supplier"
    NUISANCE = "nuisance"
    QUESTION = "question"
    UNCLASSIFIED = "unclassified"
    DATA_RIGHTS = "data_rights"


class ClockName(StrEnum):
    """What is to be done by the due date. Every type has ACKNOWLEDGE and RESOLVE.

    The last five start with a step of the way that the law lays down for harassment.
    """

    ACKNOWLEDGE = "acknowledge"
    ACKNOWLEDGE_IN_WRITING = "acknowledge_in_writing"
    FIRST_CONTACT = "first_contact"
    STABILISE = "stabilise"
    PROTECT = "protect"
    REFER_TO_DT = "refer_to_dt"
    PLAN = "plan"
    BLOCK = "block"
    RESOLVE = "resolve"
    FEEDBACK = "feedback"
    REVIEW = "review"
    INVESTIGATE = "investigate"
    INFORM_PRINCIPAL = "inform_principal"
    REPORT_TO_DT = "report_to_dt"
    DT_SPEAKS = "dt_speaks"
    SANCTIONS = "sanctions"


class Unit(StrEnum):
    """How an amount is counted. Hours run on the wall of time; the others end with a local day."""

    BUSINESS_DAYS = "business_days"
    CALENDAR_DAYS = "calendar_days"
    HOURS = "hours"
    MONTHS = "months"


@dataclass(frozen=True, slots=True)
class Span:
    """An amount of time. Zero days means "at once": by the end of the same local day."""

    amount: int
    unit: Unit


@dataclass(frozen=True, slots=True)
class Standard:
    """One promise: what is done by when for a type of case, whether a site may change it, and who says so."""

    type: CaseType
    clock: ClockName
    amount: int
    unit: Unit
    locked: bool
    source: str
    to_confirm: bool = False
    version: str = STANDARDS_VERSION
    """Edition of the number, stored with each due date."""

    @property
    def span(self) -> Span:
        """Return the amount with its unit."""
        return Span(self.amount, self.unit)


@dataclass(frozen=True, slots=True)
class Due:
    """A due date with what produced it: the instant at which it is missed, and the local date to tell people."""

    due_at: datetime
    due_on: date
    calendar_version: str
    standards_version: str


class IntervalName(StrEnum):
    """Spans that do not depend on the type of case and start with an event other than receipt."""

    STATUS_MESSAGE = "status_message"  # from the last message: an open case is never silent longer
    PROPOSAL_ANSWER = "proposal_answer"  # from the proposed response, told
    LONGEST_PAUSE = "longest_pause"  # "waiting for you": once, never for a locked type
    APPEAL_WINDOW = "appeal_window"  # from the outcome notice
    APPEAL_ACKNOWLEDGE = "appeal_acknowledge"  # from the appeal
    APPEAL_DECIDE = "appeal_decide"  # from the appeal
    SATISFACTION_ASK = "satisfaction_ask"  # from the outcome notice
    SATISFACTION_CLOSE = "satisfaction_close"  # from the question
    HELD_ASK = "held_ask"  # "did it hold?": from the outcome notice
    RETALIATION_FIRST = "retaliation_first"  # from the outcome notice
    RETALIATION_SECOND = "retaliation_second"  # from the outcome notice
    REOPEN_WINDOW = "reopen_window"  # from closure: a message asks for reopening; later it opens a linked case
    DATA_RIGHTS_EXTENSION = "data_rights_extension"  # once, from the first due date


def standards_for(type: CaseType) -> tuple[Standard, ...]:  # noqa: A002 - the field's own word
    """Return the standards of a type of case, in the order in which they fall due for most cases."""
    return _BY_TYPE[type]


def later_standards(type: CaseType) -> tuple[Standard, ...]:  # noqa: A002 - as above
    """Return the standards of clocks that start with a step of the case, in the order of those steps; often none."""
    return _LATER.get(type, ())


def standard(type: CaseType, clock: ClockName) -> Standard | None:  # noqa: A002 - as above
    """Return the standard of one clock. None: that type of case has no such clock."""
    return next((row for row in (*_BY_TYPE[type], *later_standards(type)) if row.clock is clock), None)


def longest(row: Standard) -> int:
    """Return the most that a site may promise, in the unit of the promise: the law's own bound, or a year."""
    return row.amount if _WHISTLEBLOWERS in row.source else _YEAR[row.unit]


def interval_source(name: IntervalName) -> str:
    """Return who says how long an interval is."""
    is_law = name is IntervalName.DATA_RIGHTS_EXTENSION
    return f"{_DATA}: may be extended once by 30 days" if is_law else "Default of this project; no outside source"


def is_locked(type: CaseType) -> bool:  # noqa: A002 - as above
    """Tell whether the clocks of the type are law. They are never changed, and never paused."""
    return any(row.locked for row in _BY_TYPE[type])


def changed(row: Standard, amount: int, *, source: str, version: str) -> Standard:
    """Return the standard with a site's own number, in the unit that it has.

    Raises: StandardLocked when the number is law.
    """
    if row.locked:
        raise StandardLocked(row.type, row.clock)
    return replace(row, amount=amount, source=source, version=version)


def due(row: Standard, started_at: datetime, calendar: Calendar) -> Due:
    """Return when the standard falls due for a clock started at the instant."""
    return replace(due_after(row.span, started_at, calendar), standards_version=row.version)


def due_after(span: Span, started_at: datetime, calendar: Calendar) -> Due:
    """Return when a span started at the instant ends.

    Hours end at the second; days and months at 23:59:59 of the last local day, the starting day being day 0.

    Raises: NaiveInstant when the instant has no offset; OutsideCalendar when the holidays that far are not known.
    """
    if span.unit is Unit.HOURS:
        if started_at.tzinfo is None:
            raise NaiveInstant(started_at.isoformat())
        # Through UTC: adding hours to a local time would count wall-clock hours and be off by one across a change.
        due_at = started_at.astimezone(UTC) + timedelta(hours=span.amount)
        due_on = local_date(due_at, calendar.time_zone)
    else:
        due_on = _last_day(span, local_date(started_at, calendar.time_zone), calendar)
        due_at = end_of_day(due_on, calendar.time_zone)
    return Due(due_at, due_on, calendar.version, STANDARDS_VERSION)


def _last_day(span: Span, day_zero: date, calendar: Calendar) -> date:
    if span.unit is Unit.BUSINESS_DAYS:
        return add_working_days(day_zero, span.amount, calendar)
    if span.unit is Unit.MONTHS:
        return add_months(day_zero, span.amount)
    return add_calendar_days(day_zero, span.amount)


_BUSINESS = Unit.BUSINESS_DAYS
_CALENDAR = Unit.CALENDAR_DAYS
_HOURS = Unit.HOURS
_MONTHS = Unit.MONTHS

_YEAR: Final[Mapping[Unit, int]] = MappingProxyType({_BUSINESS: 250, _CALENDAR: 365, _HOURS: 365 * 24, _MONTHS: 12})
"""Of business days, about as many as a year has in Chile."""

_DEFAULT: Final = "Default of this project, chosen between the neighbouring rows; no outside source"
_SOCIAL_WAY_MINOR: Final = "Anglo American Social Way toolkit, grievance level 1"
_SOCIAL_WAY_USUAL: Final = "Anglo American Social Way toolkit, grievance levels 2-3"
_SOCIAL_WAY_SEVERE: Final = "Anglo American Social Way toolkit, grievance levels 4-5"
_LABOUR: Final = f"{_SOCIAL_WAY_USUAL}; Ley 20.123 (contractor and principal company)"
_WHISTLEBLOWERS: Final = "Directive (EU) 2019/1937 art. 9(1)"
_LAND: Final = "ILO Convention 169 art. 6 (consultation in good faith); the number of days is a default of this project"
_KARIN: Final = "Ley 21.643 (Código del Trabajo, arts. 211-A and following); DS 21/2024 arts. 1, 12-19"
_DATA: Final = "Ley 21.719 art. 11 (in force on 1 December 2026)"

# Columns: amount, unit, source. A type's rows stand in the order of their promises.
_ROWS: Final[Mapping[CaseType, Mapping[ClockName, tuple[int, Unit, str]]]] = MappingProxyType(
    {
        # Imminent danger, spill, threat to life: someone telephones within the hour, whatever the hour.
        CaseType.DANGER: {
            ClockName.ACKNOWLEDGE: (1, _HOURS, f"{_SOCIAL_WAY_SEVERE}: by telephone"),
            ClockName.ACKNOWLEDGE_IN_WRITING: (24, _HOURS, _SOCIAL_WAY_SEVERE),
            ClockName.STABILISE: (24, _HOURS, _SOCIAL_WAY_SEVERE),
            ClockName.FIRST_CONTACT: (1, _BUSINESS, _SOCIAL_WAY_SEVERE),
            ClockName.RESOLVE: (10, _BUSINESS, _SOCIAL_WAY_SEVERE),
        },
        # "Ley Karin". The later clocks (report to the Dirección del Trabajo, its answer, sanctions) start with steps of
        # that track: see `_LATER`. First day of the count: to be confirmed by counsel.
        CaseType.HARASSMENT: {
            ClockName.ACKNOWLEDGE: (0, _CALENDAR, f"{_KARIN}: receipt given at once"),
            ClockName.PROTECT: (0, _CALENDAR, f"{_KARIN}: protective measures at once"),
            ClockName.REFER_TO_DT: (3, _BUSINESS, f"{_KARIN}: notified or referred within 3 days"),
            ClockName.RESOLVE: (30, _BUSINESS, f"{_KARIN}: investigation concluded within 30 days"),
        },
        CaseType.RETALIATION: {
            ClockName.ACKNOWLEDGE: (1, _BUSINESS, _DEFAULT),
            ClockName.PROTECT: (2, _BUSINESS, _DEFAULT),
            ClockName.RESOLVE: (20, _BUSINESS, f"{_DEFAULT}; by a handler who is independent"),
        },
        # The three months of the directive run from the acknowledgement. They are counted from receipt here, which
        # is never later, so that the bound holds whenever the acknowledgement goes out.
        CaseType.HUMAN_RIGHTS: {
            ClockName.ACKNOWLEDGE: (24, _HOURS, _SOCIAL_WAY_SEVERE),
            ClockName.FIRST_CONTACT: (1, _BUSINESS, _SOCIAL_WAY_SEVERE),
            ClockName.PLAN: (10, _BUSINESS, _SOCIAL_WAY_SEVERE),
            ClockName.RESOLVE: (60, _BUSINESS, _SOCIAL_WAY_SEVERE),
            ClockName.FEEDBACK: (3, _MONTHS, f"{_WHISTLEBLOWERS}(f)"),
        },
        # The directive's outer bound for the acknowledgement, 7 calendar days, needs no clock of its own: in the
        # Chilean calendar 2 business days are never more (checked over the years in the tests).
        CaseType.INTEGRITY: {
            ClockName.ACKNOWLEDGE: (2, _BUSINESS, f"{_DEFAULT}; outer bound 7 calendar days: {_WHISTLEBLOWERS}(b)"),
            ClockName.FIRST_CONTACT: (10, _BUSINESS, _DEFAULT),
            ClockName.RESOLVE: (3, _MONTHS, f"{_WHISTLEBLOWERS}(f), counted from receipt"),
        },
        CaseType.LABOUR: {
            ClockName.ACKNOWLEDGE: (2, _BUSINESS, _LABOUR),
            ClockName.FIRST_CONTACT: (4, _BUSINESS, _LABOUR),
            ClockName.RESOLVE: (20, _BUSINESS, _LABOUR),
        },
        CaseType.SAFETY: {
            ClockName.ACKNOWLEDGE: (1, _BUSINESS, _DEFAULT),
            ClockName.FIRST_CONTACT: (2, _BUSINESS, _DEFAULT),
            ClockName.RESOLVE: (10, _BUSINESS, _DEFAULT),
        },
        # Dust, noise, blasting, traffic, water.
        CaseType.ENVIRONMENT: {
            ClockName.ACKNOWLEDGE: (2, _BUSINESS, _SOCIAL_WAY_USUAL),
            ClockName.FIRST_CONTACT: (5, _BUSINESS, _SOCIAL_WAY_USUAL),
            ClockName.RESOLVE: (30, _BUSINESS, _SOCIAL_WAY_USUAL),
        },
        # The answer due is a timetable agreed with the representatives whom the people chose; reviewed at 90 days.
        CaseType.LAND_HERITAGE: {
            ClockName.ACKNOWLEDGE: (2, _BUSINESS, _LAND),
            ClockName.FIRST_CONTACT: (10, _BUSINESS, f"{_LAND}; with representatives of their own choice"),
            ClockName.RESOLVE: (30, _BUSINESS, f"{_LAND}; a timetable agreed with them"),
            ClockName.REVIEW: (90, _CALENDAR, _LAND),
        },
        CaseType.SUPPLIER: {
            ClockName.ACKNOWLEDGE: (2, _BUSINESS, _DEFAULT),
            ClockName.FIRST_CONTACT: (5, _BUSINESS, _DEFAULT),
            ClockName.RESOLVE: (30, _BUSINESS, _DEFAULT),
        },
        # Minor nuisance, local jobs, local purchasing.
        CaseType.NUISANCE: {
            ClockName.ACKNOWLEDGE: (5, _BUSINESS, _SOCIAL_WAY_MINOR),
            ClockName.FIRST_CONTACT: (8, _BUSINESS, _SOCIAL_WAY_MINOR),
            ClockName.RESOLVE: (30, _BUSINESS, _SOCIAL_WAY_MINOR),
        },
        # A question or suggestion is answered; there is no separate first contact.
        CaseType.QUESTION: {
            ClockName.ACKNOWLEDGE: (5, _BUSINESS, _DEFAULT),
            ClockName.RESOLVE: (10, _BUSINESS, _DEFAULT),
        },
        # Until someone has said what it is. Classifying counts anew from receipt; a later date needs an interim notice.
        CaseType.UNCLASSIFIED: {
            ClockName.ACKNOWLEDGE: (2, _BUSINESS, _DEFAULT),
            ClockName.FIRST_CONTACT: (4, _BUSINESS, _DEFAULT),
            ClockName.RESOLVE: (20, _BUSINESS, _DEFAULT),
        },
        CaseType.DATA_RIGHTS: {
            ClockName.ACKNOWLEDGE: (1, _BUSINESS, _DATA),
            ClockName.BLOCK: (2, _BUSINESS, f"{_DATA}: temporary blocking"),
            ClockName.RESOLVE: (30, _CALENDAR, f"{_DATA}: may be extended once by 30 days"),
        },
    }
)

# Law, so no site may change it; and read from secondary sources, so counsel is to confirm it.
_LOCKED: Final = frozenset({CaseType.HARASSMENT, CaseType.DATA_RIGHTS})

_BY_TYPE: Final[Mapping[CaseType, tuple[Standard, ...]]] = MappingProxyType(
    {
        case_type: tuple(
            Standard(case_type, clock, amount, unit, case_type in _LOCKED, source, to_confirm=case_type in _LOCKED)
            for clock, (amount, unit, source) in rows.items()
        )
        for case_type, rows in _ROWS.items()
    }
)

# Clocks of "Ley Karin" that start with a step of it. The investigation counts from the receipt and starts when somebody
# has said what the case is. It stands beside RESOLVE, which runs to the same day (docs/decisions/0007); where an
# earlier promise was missed by then, that date stays missed, and this one shows the law's. The report leaves when the
# investigation ends, the Dirección del Trabajo speaks after the report, and sanctions follow its word or its silence.
# They count calendar days, and do not move when they end on a day of rest. Read in secondary sources on 20 November
# 2026: to be confirmed by counsel.
_LATER: Final[Mapping[CaseType, tuple[Standard, ...]]] = MappingProxyType(
    {
        CaseType.HARASSMENT: tuple(
            Standard(CaseType.HARASSMENT, clock, amount, unit, locked=True, source=source, to_confirm=True)
            for clock, amount, unit, source in (
                (ClockName.INVESTIGATE, 30, _BUSINESS, f"{_KARIN}: investigation concluded within 30 days"),
                (
                    ClockName.INFORM_PRINCIPAL,
                    3,
                    _BUSINESS,
                    f"{_KARIN}: contractor and principal company inform each other within 3 days",
                ),
                (ClockName.REPORT_TO_DT, 2, _BUSINESS, f"{_KARIN}: report sent within 2 days"),
                (ClockName.DT_SPEAKS, 30, _BUSINESS, f"{_KARIN}: the Dirección del Trabajo speaks within 30 days"),
                (ClockName.SANCTIONS, 15, _CALENDAR, f"{_KARIN}: applied within 15 days, counted every day"),
            )
        )
    }
)

# Defaults of this project, save the extension, which is the law's own (Ley 21.719 art. 11, once).
INTERVALS: Final[Mapping[IntervalName, Span]] = MappingProxyType(
    {
        IntervalName.STATUS_MESSAGE: Span(15, _BUSINESS),
        IntervalName.PROPOSAL_ANSWER: Span(10, _BUSINESS),
        IntervalName.LONGEST_PAUSE: Span(10, _BUSINESS),
        IntervalName.APPEAL_WINDOW: Span(30, _CALENDAR),
        IntervalName.APPEAL_ACKNOWLEDGE: Span(2, _BUSINESS),
        IntervalName.APPEAL_DECIDE: Span(20, _BUSINESS),
        IntervalName.SATISFACTION_ASK: Span(5, _BUSINESS),
        IntervalName.SATISFACTION_CLOSE: Span(30, _CALENDAR),
        IntervalName.HELD_ASK: Span(28, _CALENDAR),
        IntervalName.RETALIATION_FIRST: Span(30, _CALENDAR),
        IntervalName.RETALIATION_SECOND: Span(90, _CALENDAR),
        IntervalName.REOPEN_WINDOW: Span(90, _CALENDAR),
        IntervalName.DATA_RIGHTS_EXTENSION: Span(30, _CALENDAR),
    }
)
