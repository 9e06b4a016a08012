"""How long cases take until they are resolved, open ones included. Pure."""

from typing import Final

from grievance.metrics.results import Basis, Hidden, Number, Result, rounded
from grievance.metrics.survival import (
    DayCount,
    aalen_johansen,
    confidence_at,
    incidence_at,
    kaplan_meier,
    median,
    survival_at,
)

CURVE_DAYS: Final = (7, 15, 30, 60, 90)
"""The only days at which the curve is published: steps of a full curve would show single cases."""
LEAST_CASES: Final = 10
LEAST_EVENTS: Final = 5
COMPETING_SHARE: Final = 0.1
"""Above this share of cases that left in another way, Aalen-Johansen stands beside Kaplan-Meier."""


def time_to_resolution(basis: Basis) -> Result:
    """Follow the cases of twelve months until they are resolved for good: Kaplan-Meier, open ones included.

    Open and reopened cases are censored on the last day of the quarter, those that left in another way on their day.
    Shares are "of every hundred, resolved by day"; the median is the first day by which half were. `left_share` says
    how many left in another way, so that a reader knows why there is a second curve, or why there is none.
    """
    days = basis.counts.durations
    curve = kaplan_meier(days)
    competing = sum(row.competing for row in days)
    parts: dict[str, Number] = {"still_open": sum(row.censored for row in days), "left_otherwise": competing}
    is_enough = curve.n >= LEAST_CASES and curve.events >= LEAST_EVENTS
    if is_enough:
        parts |= {"left_share": rounded(competing / curve.n), **_curve(days)}
    if is_enough and competing > COMPETING_SHARE * curve.n:
        parts |= _incidence(days)
    return Result(curve.events, curve.n, {}, parts, None if is_enough else Hidden.TOO_FEW_CASES)


def _curve(days: tuple[DayCount, ...]) -> dict[str, Number]:
    curve = kaplan_meier(days)
    parts: dict[str, Number] = {"median_days": median(curve)}
    for day in CURVE_DAYS:
        unresolved = survival_at(curve, day) if _is_followed(days, day) else None
        between = confidence_at(curve, day) if unresolved is not None else None
        parts[f"day_{day}"] = rounded(None if unresolved is None else 1 - unresolved)
        parts[f"day_{day}_low"] = rounded(None if between is None else 1 - between.high)
        parts[f"day_{day}_high"] = rounded(None if between is None else 1 - between.low)
    return parts


def _incidence(days: tuple[DayCount, ...]) -> dict[str, Number]:
    points = aalen_johansen(days)
    return {
        f"incidence_day_{day}": rounded(incidence_at(points, day) if _is_followed(days, day) else None)
        for day in CURVE_DAYS
    }


def _is_followed(days: tuple[DayCount, ...], day: int) -> bool:
    """Tell whether the curve says anything at a day: some case was followed so long, or every one was resolved."""
    longest = max((row for row in days), key=lambda row: row.day, default=None)
    if longest is None:
        return False
    return longest.day >= day or not (longest.censored or longest.competing)
