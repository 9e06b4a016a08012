"""Dates of an old register: read exactly, or told as a problem; never guessed."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grievance.registers.dates import DateProblem, Moment, looks_month_first, read_date

ZONE = "America/Santiago"


@pytest.mark.parametrize(
    ("cell", "on", "at"),
    [
        ("2024-02-28", date(2024, 2, 28), None),
        ("2024-2-8", date(2024, 2, 8), None),
        (" 28-02-2024 ", date(2024, 2, 28), None),
        ("28/02/2024", date(2024, 2, 28), None),
        ("8.2.2024", date(2024, 2, 8), None),
        ("29/02/2024", date(2024, 2, 29), None),
        # Summer time in Chile, three hours behind.
        ("2024-02-28 14:30", date(2024, 2, 28), datetime(2024, 2, 28, 17, 30, tzinfo=UTC)),
        ("2024-02-28T14:30:15", date(2024, 2, 28), datetime(2024, 2, 28, 17, 30, 15, tzinfo=UTC)),
        ("28-02-2024 23:30", date(2024, 2, 28), datetime(2024, 2, 29, 2, 30, tzinfo=UTC)),
        # With an offset of its own, on whatever day it is at the site.
        ("2024-02-28T01:00:00Z", date(2024, 2, 27), datetime(2024, 2, 28, 1, 0, tzinfo=UTC)),
        ("2024-02-28T14:30:00-0300", date(2024, 2, 28), datetime(2024, 2, 28, 17, 30, tzinfo=UTC)),
        (date(2024, 2, 28), date(2024, 2, 28), None),
        (datetime(2024, 2, 28), date(2024, 2, 28), None),  # noqa: DTZ001  # how a workbook gives a day
        (datetime(2024, 7, 1, 9, 15), date(2024, 7, 1), datetime(2024, 7, 1, 13, 15, tzinfo=UTC)),  # noqa: DTZ001
    ],
)
def test_a_date_is_read_in_the_zone_of_the_site(cell: object, on: date, at: datetime | None) -> None:
    assert read_date(cell, time_zone=ZONE) == Moment(on, at)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("31/02/2024", "not_a_date"),
        ("29-02-2023", "not_a_date"),
        ("2024-13-01", "not_a_date"),
        ("2024-02-28 25:00", "not_a_date"),
        ("28/02-2024", "not_a_date"),
        ("28 de febrero de 2024", "not_a_date"),
        ("2024", "not_a_date"),
        ("", "not_a_date"),
        ("02/28/2024", "date_month_first"),
        ("03/04/24", "date_short_year"),
        ("3-4-24 10:00", "date_short_year"),
        (45350, "date_as_number"),
        (45350.5, "date_as_number"),
        ("0202-03-01", "too_long_ago"),
        ("28/02/1989", "too_long_ago"),
        (datetime(1, 1, 1), "too_long_ago"),  # noqa: DTZ001
        ("9999-12-31 23:59", "not_a_date"),
    ],
)
def test_what_is_no_date_is_told_why(cell: object, code: str) -> None:
    with pytest.raises(DateProblem) as problem:
        read_date(cell, time_zone=ZONE)

    assert problem.value.code == code


def test_one_date_with_the_month_first_makes_others_of_its_column_ambiguous() -> None:
    column = ["03/04/2024", "02/28/2024", "13/04/2024", "05/05/2024", "2024-04-03"]

    assert looks_month_first(column)
    with pytest.raises(DateProblem) as problem:
        read_date(column[0], time_zone=ZONE, month_first=True)
    assert problem.value.code == "date_ambiguous"
    # What has one reading only stays readable.
    assert [read_date(cell, time_zone=ZONE, month_first=True).on for cell in column[2:]] == [
        date(2024, 4, 13),
        date(2024, 5, 5),
        date(2024, 4, 3),
    ]


def test_a_column_of_days_first_is_not_suspected() -> None:
    assert not looks_month_first(["03/04/2024", "28/02/2024", "no", 4, date(2024, 1, 1)])


def test_a_day_without_a_time_begins_with_it_or_follows_what_stands_before() -> None:
    day = Moment(date(2024, 7, 1), None)
    begins = datetime(2024, 7, 1, 4, 0, tzinfo=UTC)
    same_day = datetime(2024, 7, 1, 20, 0, tzinfo=UTC)

    assert day.instant(ZONE) == begins
    assert day.instant(ZONE, not_before=same_day) == same_day
    assert day.instant(ZONE, not_before=datetime(2024, 7, 2, 20, 0, tzinfo=UTC)) == begins
    assert day.instant(ZONE, not_before=datetime(2024, 6, 1, 20, 0, tzinfo=UTC)) == begins


def test_a_day_that_begins_at_one_o_clock_is_read() -> None:
    # In September 2024 the clocks in Chile went from 24:00 to 01:00.
    assert Moment(date(2024, 9, 8), None).instant(ZONE) == datetime(2024, 9, 8, 4, 0, tzinfo=UTC)


@given(st.dates(min_value=date(1990, 1, 1), max_value=date(2100, 1, 1)))
def test_every_day_is_read_alike_however_it_is_written(day: date) -> None:
    written = [day.isoformat(), f"{day:%d-%m-%Y}", f"{day:%d/%m/%Y}", f"{day.day}.{day.month}.{day.year}"]

    assert {read_date(text, time_zone=ZONE).on for text in written} == {day}


@given(st.text(max_size=40) | st.integers() | st.floats() | st.datetimes() | st.dates())
def test_any_cell_is_a_date_or_a_problem(cell: object) -> None:
    try:
        found = read_date(cell, time_zone=ZONE)
    except DateProblem:
        return
    assert found.at is None or found.at.tzinfo is UTC
