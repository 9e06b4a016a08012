"""Counting working days and placing local days on the time line."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grievance.deadlines.calendars import ExtraDay, chile_calendar, chile_holidays
from grievance.deadlines.working_days import (
    Calendar,
    NaiveInstant,
    OutsideCalendar,
    add_calendar_days,
    add_months,
    add_working_days,
    end_of_day,
    in_sending_hours,
    is_working_day,
    local_date,
    next_sending_instant,
    next_working_instant,
    start_of_day,
    working_days_between,
)

FIXTURE = json.loads((Path(__file__).parents[1] / "fixtures" / "working_days_chile.json").read_text(encoding="utf-8"))
SANTIAGO = "America/Santiago"
CHILE = chile_calendar(range(2024, 2032))
PLAIN = Calendar(SANTIAGO, "weekends only")

days = st.dates(date(2024, 3, 1), date(2030, 6, 30))
counts = st.integers(0, 90)
instants = st.datetimes(datetime(2024, 3, 1), datetime(2030, 6, 30), timezones=st.just(UTC))  # noqa: DTZ001 - bounds


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(("received", "working_days", "expected"), FIXTURE["due"])
def test_due_dates_match_those_worked_by_hand(received: str, working_days: int, expected: str) -> None:
    due_on = add_working_days(date.fromisoformat(received), working_days, CHILE)

    assert due_on == date.fromisoformat(expected)


@pytest.mark.parametrize("chain", FIXTURE["karin_chain"])
def test_a_ley_karin_chain_matches_the_one_worked_by_hand(chain: list[str]) -> None:
    received, referred, investigated, reported, spoken, sanctioned = map(date.fromisoformat, chain)

    assert add_working_days(received, 3, CHILE) == referred
    assert add_working_days(received, 30, CHILE) == investigated
    assert add_working_days(investigated, 2, CHILE) == reported
    assert add_working_days(reported, 30, CHILE) == spoken
    assert add_calendar_days(spoken, 15) == sanctioned


def test_counting_zero_days_stays_even_on_a_holiday() -> None:
    independence_day = date(2026, 9, 18)

    assert add_working_days(independence_day, 0, CHILE) == independence_day


def test_counting_backwards_skips_the_same_days() -> None:
    assert add_working_days(date(2026, 9, 21), -1, CHILE) == date(2026, 9, 17)


def test_the_year_end_and_a_leap_day_are_ordinary_days() -> None:
    assert add_working_days(date(2026, 12, 31), 1, CHILE) == date(2027, 1, 4)
    assert add_working_days(date(2028, 2, 28), 1, CHILE) == date(2028, 2, 29)


def test_a_date_beyond_the_known_holidays_is_refused_rather_than_guessed() -> None:
    with pytest.raises(OutsideCalendar) as refusal:
        add_working_days(date(2031, 12, 31), 1, CHILE)

    assert refusal.value.on == date(2032, 1, 1)
    with pytest.raises(OutsideCalendar):
        is_working_day(date(2023, 12, 31), CHILE)


@given(days, counts)
def test_the_day_reached_is_a_working_day_and_the_count_agrees(start_on: date, working_days: int) -> None:
    due_on = add_working_days(start_on, working_days, CHILE)

    assert working_days_between(start_on, due_on, CHILE) == working_days
    assert due_on == start_on or is_working_day(due_on, CHILE)


@given(days, counts, counts)
def test_counting_in_two_steps_reaches_the_same_day(start_on: date, first: int, second: int) -> None:
    in_two_steps = add_working_days(add_working_days(start_on, first, CHILE), second, CHILE)

    assert in_two_steps == add_working_days(start_on, first + second, CHILE)


@given(days, days)
def test_swapping_the_dates_only_changes_the_sign(one: date, other: date) -> None:
    assert working_days_between(one, other, CHILE) == -working_days_between(other, one, CHILE)


@given(days, counts)
def test_a_working_day_is_found_again_when_counting_back(start_on: date, working_days: int) -> None:
    monday_like = add_working_days(start_on, 1, CHILE)

    assert add_working_days(add_working_days(monday_like, working_days, CHILE), -working_days, CHILE) == monday_like


def test_the_saturday_after_a_friday_is_not_a_working_day_late() -> None:
    friday = date(2026, 10, 23)

    assert working_days_between(friday + timedelta(days=1), friday, CHILE) == 0
    assert working_days_between(friday + timedelta(days=3), friday, CHILE) == -1


def test_a_row_of_the_administrator_makes_a_day_count_or_not() -> None:
    election, worked_saturday, worked_holiday = date(2026, 11, 24), date(2026, 11, 28), date(2026, 12, 8)
    calendar = chile_calendar(
        [2026],
        [
            ExtraDay(election, False, "Elección de prueba"),
            ExtraDay(worked_saturday, True, "Sábado trabajado"),
            ExtraDay(worked_holiday, True, "Feriado trabajado"),
        ],
    )

    assert is_working_day(election, CHILE)
    assert not is_working_day(election, calendar)
    assert not is_working_day(worked_saturday, CHILE)
    assert is_working_day(worked_saturday, calendar)
    assert not is_working_day(worked_holiday, CHILE)
    assert is_working_day(worked_holiday, calendar)


def test_the_version_of_a_calendar_follows_its_rows_and_not_their_order_or_names() -> None:
    first, second = ExtraDay(date(2026, 11, 24), False, "A"), ExtraDay(date(2026, 11, 25), False, "B")
    version = chile_calendar([2026], [first, second]).version

    assert chile_calendar([2026], [second, first._replace(name="C")]).version == version
    assert chile_calendar([2026], [first]).version != version
    assert chile_calendar([2026], [first, second], subdivision="NB").version != version
    assert version.startswith("holidays-")


def test_a_calendar_covers_whole_years_between_those_asked_for() -> None:
    calendar = chile_calendar([2028, 2026])

    assert (calendar.first_on, calendar.last_on) == (date(2026, 1, 1), date(2028, 12, 31))
    assert not is_working_day(date(2027, 5, 21), calendar)


def test_holidays_have_names_in_the_language_asked_for() -> None:
    assert chile_holidays([2026])[date(2026, 1, 1)] == "Año Nuevo"
    assert chile_holidays([2026], language="en_US")[date(2026, 1, 1)] == "New Year's Day"


@pytest.mark.parametrize(
    ("start", "months", "expected"),
    [
        ("2026-11-30", 3, "2027-02-28"),
        ("2027-11-30", 3, "2028-02-29"),
        ("2026-12-31", 1, "2027-01-31"),
        ("2026-12-15", 12, "2027-12-15"),
        ("2028-02-29", 12, "2029-02-28"),
        ("2026-01-31", 0, "2026-01-31"),
    ],
)
def test_months_end_on_the_same_day_or_the_last_of_a_shorter_month(start: str, months: int, expected: str) -> None:
    assert add_months(date.fromisoformat(start), months) == date.fromisoformat(expected)


@pytest.mark.parametrize(
    ("on", "first", "last"),
    [
        ("2026-07-01", "2026-07-01T04:00:00Z", "2026-07-02T03:59:59Z"),
        ("2026-12-31", "2026-12-31T03:00:00Z", "2027-01-01T02:59:59Z"),
        # Clocks go back at midnight after 4 April 2026: that Saturday has 25 hours.
        ("2026-04-04", "2026-04-04T03:00:00Z", "2026-04-05T03:59:59Z"),
        ("2026-04-05", "2026-04-05T04:00:00Z", "2026-04-06T03:59:59Z"),
        # Clocks go forward at midnight after 5 September 2026: Sunday begins at 01:00 and has 23 hours.
        ("2026-09-05", "2026-09-05T04:00:00Z", "2026-09-06T03:59:59Z"),
        ("2026-09-06", "2026-09-06T04:00:00Z", "2026-09-07T02:59:59Z"),
    ],
)
def test_a_local_day_begins_and_ends_at_the_right_instants(on: str, first: str, last: str) -> None:
    assert start_of_day(date.fromisoformat(on), SANTIAGO) == at(first)
    assert end_of_day(date.fromisoformat(on), SANTIAGO) == at(last)


@given(days, st.sampled_from([SANTIAGO, "America/Punta_Arenas", "Pacific/Easter", "Atlantic/Azores", "UTC"]))
def test_the_last_second_of_a_day_is_still_that_day_and_the_next_is_not(on: date, time_zone: str) -> None:
    last = end_of_day(on, time_zone)

    assert local_date(last, time_zone) == on
    assert local_date(last + timedelta(seconds=1), time_zone) == on + timedelta(days=1)
    assert last.utcoffset() == timedelta(0)


def test_an_evening_in_chile_is_still_the_same_day_though_not_in_utc() -> None:
    assert local_date(at("2026-09-16T02:30:00Z"), SANTIAGO) == date(2026, 9, 15)


def test_an_instant_without_offset_is_refused() -> None:
    with pytest.raises(NaiveInstant):
        local_date(datetime(2026, 9, 15, 12), SANTIAGO)  # noqa: DTZ001 - the very thing refused


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-09-15T08:59:59-03:00", "2026-09-15T09:00:00-03:00"),
        ("2026-09-15T09:00:00-03:00", "2026-09-15T09:00:00-03:00"),
        ("2026-09-15T19:59:59-03:00", "2026-09-15T19:59:59-03:00"),
        ("2026-09-15T20:00:00-03:00", "2026-09-16T09:00:00-03:00"),
        ("2026-09-18T12:00:00-03:00", "2026-09-18T12:00:00-03:00"),  # a holiday: texts may go out
        ("2026-09-05T23:00:00-04:00", "2026-09-06T09:00:00-03:00"),  # clocks change in between
    ],
)
def test_texts_that_nobody_asked_for_wait_for_the_morning(now: str, expected: str) -> None:
    assert next_sending_instant(at(now), SANTIAGO) == at(expected)
    assert in_sending_hours(at(now), SANTIAGO) is (now == expected)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-09-17T12:00:00-03:00", "2026-09-17T12:00:00-03:00"),
        ("2026-09-17T21:00:00-03:00", "2026-09-21T09:00:00-03:00"),  # Friday 18, Saturday 19 holidays, Sunday
        ("2026-09-18T12:00:00-03:00", "2026-09-21T09:00:00-03:00"),
        ("2026-09-21T00:00:00-03:00", "2026-09-21T09:00:00-03:00"),
    ],
)
def test_nobody_is_alerted_at_midnight_or_on_a_holiday(now: str, expected: str) -> None:
    assert next_working_instant(at(now), CHILE) == at(expected)


@given(instants)
def test_an_alert_is_never_early_and_always_within_hours_of_a_working_day(now: datetime) -> None:
    alert_at = next_working_instant(now, CHILE)

    assert alert_at >= now
    assert in_sending_hours(alert_at, SANTIAGO)
    assert is_working_day(local_date(alert_at, SANTIAGO), CHILE)


def test_another_weekend_can_be_given() -> None:
    calendar = Calendar(SANTIAGO, "Sundays only", weekend=frozenset({6}))

    assert add_working_days(date(2026, 10, 30), 1, calendar) == date(2026, 10, 31)
    assert add_working_days(date(2026, 10, 30), 1, PLAIN) == date(2026, 11, 2)
