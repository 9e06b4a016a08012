"""Quarters in the time zone of the site."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grievance.metrics.periods import (
    NotAQuarter,
    Quarter,
    following,
    parse_quarter,
    previous,
    quarter_of,
    quarter_period,
    quarter_slug,
    trailing_year,
    year_to_date,
)

SANTIAGO = "America/Santiago"

quarters = st.builds(Quarter, st.integers(2000, 2100), st.integers(1, 4))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize("written", ["2026Q3", "2026-q3", "2026-t3", "2026T3", "2026-Q3", "2026q3"])
def test_a_quarter_is_read_in_both_languages(written: str) -> None:
    assert parse_quarter(written) == Quarter(2026, 3)


@pytest.mark.parametrize("written", ["", "2026", "2026Q0", "2026Q5", "26Q3", "2026 Q3", "2026-q3 ", "0026Q3", "٢٠٢٦Q3"])
def test_anything_else_is_no_quarter(written: str) -> None:
    with pytest.raises(NotAQuarter):
        parse_quarter(written)


@pytest.mark.parametrize("n", [0, 5])
def test_there_are_four_quarters_in_a_year(n: int) -> None:
    with pytest.raises(NotAQuarter):
        Quarter(2026, n)


@given(quarters, st.sampled_from(["es", "en"]))
def test_key_and_slug_read_back(quarter: Quarter, language: str) -> None:
    assert parse_quarter(quarter.key) == quarter
    assert parse_quarter(quarter_slug(quarter, language)) == quarter


def test_the_slug_is_in_the_language_of_the_address() -> None:
    assert quarter_slug(Quarter(2026, 3), "es") == "2026-t3"
    assert quarter_slug(Quarter(2026, 3), "en") == "2026-q3"


def test_the_third_quarter_spans_the_change_of_clocks() -> None:
    period = quarter_period(Quarter(2026, 3), SANTIAGO)

    assert period.starts_at == at("2026-07-01T00:00:00-04:00")
    assert period.ends_at == at("2026-10-01T00:00:00-03:00")
    assert (period.first_on, period.last_on) == (date(2026, 7, 1), date(2026, 9, 30))


def test_a_period_is_closed_on_the_left_and_open_on_the_right() -> None:
    period = quarter_period(Quarter(2026, 3), SANTIAGO)

    assert period.contains(period.starts_at)
    assert period.contains(period.ends_at - timedelta(microseconds=1))
    assert not period.contains(period.ends_at)
    assert not period.contains(period.starts_at - timedelta(microseconds=1))


def test_an_evening_of_30_september_in_chile_is_third_quarter_though_october_in_utc() -> None:
    assert quarter_of(at("2026-10-01T02:59:59Z"), SANTIAGO) == Quarter(2026, 3)
    assert quarter_of(at("2026-10-01T03:00:00Z"), SANTIAGO) == Quarter(2026, 4)


def test_the_trailing_year_is_twelve_months_ending_with_the_quarter() -> None:
    period = trailing_year(Quarter(2026, 3), SANTIAGO)

    assert (period.first_on, period.last_on) == (date(2025, 10, 1), date(2026, 9, 30))
    assert period.ends_at == quarter_period(Quarter(2026, 3), SANTIAGO).ends_at


def test_the_year_to_date_begins_in_january() -> None:
    period = year_to_date(Quarter(2026, 3), SANTIAGO)

    assert (period.first_on, period.last_on) == (date(2026, 1, 1), date(2026, 9, 30))


def test_years_join_at_their_ends() -> None:
    assert following(Quarter(2026, 4)) == Quarter(2027, 1)
    assert previous(Quarter(2027, 1)) == Quarter(2026, 4)


@given(quarters)
def test_quarters_follow_each_other_without_gap_and_in_order(quarter: Quarter) -> None:
    after = following(quarter)

    assert previous(after) == quarter
    assert quarter < after
    assert quarter_period(quarter, SANTIAGO).ends_at == quarter_period(after, SANTIAGO).starts_at


@given(st.datetimes(datetime(2000, 1, 2), datetime(2099, 12, 30), timezones=st.just(UTC)))  # noqa: DTZ001 - bounds
def test_every_instant_lies_in_the_quarter_it_is_said_to_be_of(instant: datetime) -> None:
    assert quarter_period(quarter_of(instant, SANTIAGO), SANTIAGO).contains(instant)
