"""The table of service standards and the due dates it gives."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grievance.deadlines.calendars import chile_calendar
from grievance.deadlines.standards import (
    INTERVALS,
    STANDARDS_VERSION,
    CaseType,
    ClockName,
    IntervalName,
    Span,
    Standard,
    StandardLocked,
    Unit,
    changed,
    due,
    due_after,
    is_locked,
    standard,
    standards_for,
)
from grievance.deadlines.working_days import Calendar, NaiveInstant, add_working_days

CHILE = chile_calendar(range(2024, 2032))

# The table as people read it: type, acknowledgement, first contact, resolution; b business days, c calendar days,
# h hours, m months.
PROMISES = [
    ("danger", "1h", "1b", "10b"),
    ("harassment", "0c", None, "30b"),
    ("retaliation", "1b", None, "20b"),
    ("human_rights", "24h", "1b", "60b"),
    ("integrity", "2b", "10b", "3m"),
    ("labour", "2b", "4b", "20b"),
    ("safety", "1b", "2b", "10b"),
    ("environment", "2b", "5b", "30b"),
    ("land_heritage", "2b", "10b", "30b"),
    ("supplier", "2b", "5b", "30b"),
    ("nuisance", "5b", "8b", "30b"),
    ("question", "5b", None, "10b"),
    ("unclassified", "2b", "4b", "20b"),
    ("data_rights", "1b", None, "30c"),
]
OTHER_CLOCKS = [
    ("danger", "acknowledge_in_writing", "24h"),
    ("danger", "stabilise", "24h"),
    ("harassment", "protect", "0c"),
    ("harassment", "refer_to_dt", "3b"),
    ("retaliation", "protect", "2b"),
    ("human_rights", "plan", "10b"),
    ("human_rights", "feedback", "3m"),
    ("land_heritage", "review", "90c"),
    ("data_rights", "block", "2b"),
]


def short(row: Standard | None) -> str | None:
    return f"{row.amount}{row.unit.value[0]}" if row else None


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(("name", "acknowledge", "first_contact", "resolve"), PROMISES)
def test_each_type_makes_its_three_promises(
    name: str, acknowledge: str, first_contact: str | None, resolve: str
) -> None:
    case_type = CaseType(name)

    assert short(standard(case_type, ClockName.ACKNOWLEDGE)) == acknowledge
    assert short(standard(case_type, ClockName.FIRST_CONTACT)) == first_contact
    assert short(standard(case_type, ClockName.RESOLVE)) == resolve


@pytest.mark.parametrize(("name", "clock", "expected"), OTHER_CLOCKS)
def test_some_types_make_more_promises(name: str, clock: str, expected: str) -> None:
    assert short(standard(CaseType(name), ClockName(clock))) == expected


def test_no_promise_is_missing_from_the_two_tables_above() -> None:
    promised = sum(1 + (row[2] is not None) + 1 for row in PROMISES) + len(OTHER_CLOCKS)

    assert {row[0] for row in PROMISES} == {case_type.value for case_type in CaseType}
    assert sum(len(standards_for(case_type)) for case_type in CaseType) == promised


def test_every_number_says_where_it_comes_from() -> None:
    rows = [row for case_type in CaseType for row in standards_for(case_type)]

    assert all(row.source for row in rows)
    assert all(row.type is case_type for case_type in CaseType for row in standards_for(case_type))


def test_only_harassment_and_data_rights_are_law_and_await_counsel() -> None:
    locked = {case_type for case_type in CaseType if is_locked(case_type)}

    assert locked == {CaseType.HARASSMENT, CaseType.DATA_RIGHTS}
    assert all(row.locked and row.to_confirm for case_type in locked for row in standards_for(case_type))


def test_a_site_may_change_a_default_but_not_the_law() -> None:
    default = standard(CaseType.ENVIRONMENT, ClockName.RESOLVE)
    law = standard(CaseType.HARASSMENT, ClockName.RESOLVE)
    assert default is not None
    assert law is not None

    own = changed(default, 20, source="Agreement with the neighbours' board", version="1/7")

    assert (own.amount, own.clock, own.source) == (20, ClockName.RESOLVE, "Agreement with the neighbours' board")
    with pytest.raises(StandardLocked):
        changed(law, 60, source="A wish", version="1/8")


@pytest.mark.parametrize(
    ("span", "started", "due_at", "due_on"),
    [
        # Tuesday; Friday 18 and Saturday 19 September are holidays.
        (Span(3, Unit.BUSINESS_DAYS), "2026-09-15T10:00:00-03:00", "2026-09-21T23:59:59-03:00", "2026-09-21"),
        # Past midnight in UTC, still Tuesday in Chile.
        (Span(3, Unit.BUSINESS_DAYS), "2026-09-16T02:30:00+00:00", "2026-09-21T23:59:59-03:00", "2026-09-21"),
        (Span(0, Unit.CALENDAR_DAYS), "2026-09-19T08:00:00-03:00", "2026-09-19T23:59:59-03:00", "2026-09-19"),
        (Span(30, Unit.CALENDAR_DAYS), "2026-12-15T10:00:00-03:00", "2027-01-14T23:59:59-03:00", "2027-01-14"),
        (Span(3, Unit.MONTHS), "2026-11-30T10:00:00-03:00", "2027-02-28T23:59:59-03:00", "2027-02-28"),
        (Span(24, Unit.HOURS), "2026-09-18T22:15:30-03:00", "2026-09-19T22:15:30-03:00", "2026-09-19"),
        # 24 hours across the change of clocks are 24 hours: 22:00 becomes 23:00.
        (Span(24, Unit.HOURS), "2026-09-05T22:00:00-04:00", "2026-09-06T23:00:00-03:00", "2026-09-06"),
        # A term that ends on the long Saturday of April ends with the second 23:59:59.
        (Span(1, Unit.CALENDAR_DAYS), "2026-04-03T12:00:00-03:00", "2026-04-04T23:59:59-04:00", "2026-04-04"),
    ],
)
def test_a_span_ends_when_its_last_local_day_or_hour_does(span: Span, started: str, due_at: str, due_on: str) -> None:
    found = due_after(span, at(started), CHILE)

    assert found.due_at == at(due_at)
    assert found.due_on == date.fromisoformat(due_on)


def test_hours_from_an_instant_given_in_local_time_are_elapsed_hours() -> None:
    found = due_after(Span(24, Unit.HOURS), datetime.fromisoformat("2026-09-05T22:00:00-04:00"), CHILE)

    assert found.due_at == at("2026-09-07T02:00:00Z")


def test_a_due_date_carries_the_versions_that_produced_it() -> None:
    row = standard(CaseType.SAFETY, ClockName.ACKNOWLEDGE)
    assert row is not None

    found = due(row, at("2026-09-15T10:00:00-03:00"), CHILE)

    assert (found.calendar_version, found.standards_version) == (CHILE.version, STANDARDS_VERSION)
    assert found.due_on == date(2026, 9, 16)


@pytest.mark.parametrize("unit", list(Unit))
def test_a_naive_start_is_refused_whatever_the_unit(unit: Unit) -> None:
    with pytest.raises(NaiveInstant):
        due_after(Span(1, unit), datetime(2026, 9, 15, 10), CHILE)  # noqa: DTZ001 - the very thing refused


@given(st.datetimes(datetime(2024, 2, 1), datetime(2030, 12, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - bounds
def test_no_promise_is_due_before_it_starts(started_at: datetime) -> None:
    rows = [row for case_type in CaseType for row in standards_for(case_type)]

    assert all(due(row, started_at, CHILE).due_at >= started_at for row in rows)


def test_two_business_days_never_exceed_the_seven_calendar_days_of_the_directive() -> None:
    starts = [date(2024, 1, 1) + timedelta(days=day) for day in range(7 * 365)]

    assert max((add_working_days(start, 2, CHILE) - start).days for start in starts) == 7


def test_every_interval_that_does_not_depend_on_the_type_is_stated() -> None:
    assert set(INTERVALS) == set(IntervalName)
    assert INTERVALS[IntervalName.PROPOSAL_ANSWER] == Span(10, Unit.BUSINESS_DAYS)
    assert INTERVALS[IntervalName.APPEAL_WINDOW] == Span(30, Unit.CALENDAR_DAYS)


def test_a_calendar_without_holidays_serves_as_well() -> None:
    found = due_after(Span(1, Unit.BUSINESS_DAYS), at("2026-09-17T10:00:00-03:00"), Calendar("UTC", "plain"))

    assert found.due_on == date(2026, 9, 18)
