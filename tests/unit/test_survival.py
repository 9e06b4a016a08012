"""Curves, medians and intervals against numbers from independent libraries."""

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grievance.metrics.survival import (
    Curve,
    DayCount,
    Interval,
    NoSuchProportion,
    aalen_johansen,
    bounds_if_silent,
    confidence_at,
    day_counts,
    incidence_at,
    kaplan_meier,
    median,
    poisson_exact,
    quantile,
    survival_at,
    wilson,
)

FIXTURES = Path(__file__).parents[1] / "fixtures"
CURVES: dict[str, Any] = json.loads((FIXTURES / "kaplan_meier.json").read_text(encoding="utf-8"))  # rows of JSON
INTERVALS = json.loads((FIXTURES / "intervals_95.json").read_text(encoding="utf-8"))
INDEPENDENT: dict[str, Any] = json.loads((FIXTURES / "independent_statistics.json").read_text(encoding="utf-8"))
NAMES = sorted(CURVES.keys() - {"origin"})

rows = st.builds(DayCount, st.integers(0, 60), st.integers(0, 4), st.integers(0, 4), st.integers(0, 4))
histograms = st.lists(rows, max_size=25)


def curve_of(name: str) -> Curve:
    return kaplan_meier(day_counts((days, bool(resolved)) for days, resolved in CURVES[name]["observations"]))


@pytest.mark.parametrize("name", NAMES)
def test_curves_match_those_worked_by_hand(name: str) -> None:
    curve = curve_of(name)

    for day, survival in CURVES[name].get("survival", {}).items():
        assert survival_at(curve, int(day)) == pytest.approx(survival, abs=1e-6)


@pytest.mark.parametrize("name", NAMES)
def test_medians_and_quartiles_match_those_worked_by_hand(name: str) -> None:
    curve = curve_of(name)
    expected = CURVES[name]

    assert median(curve) == expected["median"]
    if "p25" in expected:
        assert quantile(curve, 0.25) == expected["p25"]
    if "p75" in expected:
        assert quantile(curve, 0.75) == expected["p75"]


@pytest.mark.parametrize("name", [name for name in NAMES if "intervals" in CURVES[name]])
def test_intervals_of_a_curve_match_those_of_lifelines(name: str) -> None:
    for day, ends in CURVES[name]["intervals"].items():
        assert confidence_at(curve_of(name), int(day)) == pytest.approx(ends, abs=1e-6)


def test_the_median_of_closed_cases_alone_forgets_the_slow_ones() -> None:
    closed_only = sorted(days for days, resolved in CURVES["A"]["observations"] if resolved)

    assert closed_only[len(closed_only) // 2] == CURVES["A"]["naive_closed_median"] == 7
    assert median(curve_of("A")) == 14


def test_a_half_that_is_a_hair_above_a_half_by_rounding_is_reached() -> None:
    """Twelve of 24, one a day, are a half; in floating point the product is 0.5000000000000001."""
    curve = kaplan_meier([*(DayCount(day, events=1) for day in range(1, 13)), DayCount(30, censored=12)])

    assert survival_at(curve, 12) > 0.5
    assert median(curve) == 12


def test_a_case_left_open_on_a_day_was_still_at_risk_that_day() -> None:
    curve = kaplan_meier([DayCount(5, events=1, censored=1)])

    assert survival_at(curve, 5) == 0.5


def test_no_cases_make_a_flat_curve_without_median() -> None:
    curve = kaplan_meier([])

    assert (curve.n, curve.events, curve.points) == (0, 0, ())
    assert survival_at(curve, 30) == 1
    assert median(curve) is None
    assert confidence_at(curve, 30) is None


def test_there_is_no_interval_before_the_first_or_after_the_last_resolution() -> None:
    curve = kaplan_meier([DayCount(3, events=1), DayCount(9, events=1)])

    assert confidence_at(curve, 2) is None
    assert confidence_at(curve, 9) is None
    assert confidence_at(curve, 3) is not None


@given(histograms)
def test_without_open_cases_the_curve_is_the_share_left(days: list[DayCount]) -> None:
    events = [DayCount(row.day, row.events) for row in days]
    total = sum(row.events for row in events)
    curve = kaplan_meier(events)

    for point in curve.points:
        left = sum(row.events for row in events if row.day > point.day)
        assert point.survival == pytest.approx(float(Fraction(left, total)), abs=1e-9)


@given(histograms)
def test_the_curve_only_falls_and_counts_every_case(days: list[DayCount]) -> None:
    curve = kaplan_meier(days)
    heights = [1.0, *(point.survival for point in curve.points)]

    assert heights == sorted(heights, reverse=True)
    assert curve.n == sum(row.events + row.censored + row.competing for row in days)
    assert curve.events == sum(row.events for row in days)


@given(histograms)
def test_the_order_of_the_counts_does_not_matter(days: list[DayCount]) -> None:
    assert kaplan_meier(days) == kaplan_meier(list(reversed(days)))


@given(histograms)
def test_an_interval_holds_its_estimate(days: list[DayCount]) -> None:
    curve = kaplan_meier(days)

    for point in curve.points:
        interval = confidence_at(curve, point.day)
        assert interval is None or 0 <= interval.low <= point.survival <= interval.high <= 1


def test_cumulative_incidence_matches_a_case_worked_by_hand() -> None:
    """Of 4: one resolved on day 1 (1/4); of 3 one withdrawn on day 2 (3/4 · 1/3); of 2 one resolved on day 3."""
    points = aalen_johansen([DayCount(1, events=1), DayCount(2, competing=1), DayCount(3, events=1, censored=1)])

    assert [point.day for point in points] == [1, 2, 3]
    assert [point.incidence for point in points] == pytest.approx([1 / 4, 1 / 4, 1 / 2])
    assert [point.competing_incidence for point in points] == pytest.approx([0, 1 / 4, 1 / 4])
    assert incidence_at(points, 0) == 0
    assert incidence_at(points, 2) == pytest.approx(1 / 4)
    assert incidence_at(points, 400) == pytest.approx(1 / 2)


@given(histograms)
def test_without_other_ways_of_leaving_incidence_is_one_minus_kaplan_meier(days: list[DayCount]) -> None:
    plain = [row._replace(competing=0) for row in days]
    curve = kaplan_meier(plain)

    for point in aalen_johansen(plain):
        assert point.incidence == pytest.approx(1 - survival_at(curve, point.day), abs=1e-9)


@given(histograms)
def test_one_minus_kaplan_meier_never_says_less_than_the_incidence(days: list[DayCount]) -> None:
    curve = kaplan_meier(days)

    for point in aalen_johansen(days):
        assert 1 - survival_at(curve, point.day) >= point.incidence - 1e-9
        assert point.incidence + point.competing_incidence <= 1 + 1e-9


@pytest.mark.parametrize(("successes", "n", "low", "high"), INTERVALS["wilson"])
def test_wilson_intervals_match_those_of_statsmodels(successes: int, n: int, low: float, high: float) -> None:
    assert wilson(successes, n) == pytest.approx((low, high), abs=1e-6)


def test_nobody_of_twenty_is_between_none_and_sixteen_percent() -> None:
    interval = wilson(0, 20)

    assert interval is not None
    assert interval.low == 0
    assert round(interval.high * 100) == 16


def test_where_nobody_was_asked_there_is_no_interval() -> None:
    assert wilson(0, 0) is None
    assert bounds_if_silent(0, 0, 0) is None


@given(st.integers(0, 500), st.integers(0, 500))
def test_a_wilson_interval_holds_its_share_and_mirrors(successes: int, failures: int) -> None:
    n = successes + failures
    interval, mirrored = wilson(successes, n), wilson(failures, n)
    if interval is None or mirrored is None:
        assert n == 0
        return

    assert 0 <= interval.low <= successes / n <= interval.high <= 1
    assert interval.low == pytest.approx(1 - mirrored.high, abs=1e-12)


@pytest.mark.parametrize(("count", "low", "high"), INTERVALS["poisson"])
def test_exact_poisson_intervals_match_those_of_scipy(count: int, low: float, high: float) -> None:
    assert poisson_exact(count) == pytest.approx((low, high), abs=2e-6)


@given(st.integers(0, 20_000))
def test_a_poisson_interval_holds_its_count(count: int) -> None:
    interval = poisson_exact(count)

    assert interval.low <= count <= interval.high
    assert interval.low < poisson_exact(count + 1).low


def test_silence_is_bounded_by_all_unhappy_and_all_happy() -> None:
    assert bounds_if_silent(successes=18, answered=24, delivered=60) == Interval(0.3, 0.9)


@pytest.mark.parametrize("numbers", [(5, 4), (-1, 4)])
def test_an_impossible_proportion_is_refused(numbers: tuple[int, int]) -> None:
    with pytest.raises(NoSuchProportion):
        wilson(*numbers)


def test_impossible_counts_are_refused() -> None:
    with pytest.raises(NoSuchProportion):
        poisson_exact(-1)
    with pytest.raises(NoSuchProportion):
        bounds_if_silent(successes=10, answered=24, delivered=20)


@pytest.mark.parametrize("expected", INDEPENDENT["kaplan_meier"], ids=lambda row: f"{len(row['histogram'])} days")
def test_curves_of_many_cases_match_lifelines(expected: dict[str, Any]) -> None:
    curve = kaplan_meier(DayCount(*row) for row in expected["histogram"])

    assert median(curve) == expected["median"]
    for day, survival in expected["survival"].items():
        between = confidence_at(curve, int(day))
        assert survival_at(curve, int(day)) == pytest.approx(survival, abs=1e-8)
        assert between == pytest.approx((expected["low"][day], expected["high"][day]), abs=1e-8)


@pytest.mark.parametrize("expected", INDEPENDENT["aalen_johansen"], ids=lambda row: f"{len(row['histogram'])} cases")
def test_incidences_match_lifelines(expected: dict[str, Any]) -> None:
    points = aalen_johansen(DayCount(*row) for row in expected["histogram"])

    for day, incidence in expected["incidence"].items():
        assert incidence_at(points, int(day)) == pytest.approx(incidence, abs=1e-8)


def test_more_intervals_match_statsmodels_and_scipy() -> None:
    for successes, n, low, high in INDEPENDENT["wilson"]:
        assert wilson(successes, n) == pytest.approx((low, high), abs=1e-8)
    for count, low, high in INDEPENDENT["poisson"]:
        assert poisson_exact(count) == pytest.approx((low, high), abs=1e-7)
