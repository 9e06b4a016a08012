"""How long cases take, counting those still open, and how sure a proportion or a rate is. Pure.

The median of closed cases forgets the slow ones that are still open: with a true median of 31 days it may show 13.
Kaplan-Meier keeps them. Durations are calendar days between local dates.
"""

import math
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple

Z: Final = 1.959963984540054  # the 0.975 quantile of the standard normal distribution: 95 % intervals
TAIL: Final = 0.025
# 0.9 × 0.8 × … rarely gives 0.5 exactly; within this a curve counts as having reached it.
TOLERANCE: Final = 1e-12
CONVERGED: Final = 1e-15


class NoSuchProportion(ValueError):
    """A numerator is negative or exceeds its denominator."""


class DayCount(NamedTuple):
    """What happened to how many cases at an age of so many days.

    `events`: resolved; `censored`: still open when last seen; `competing`: left in another way (withdrawn, referred,
    out of scope), so that they can no longer be resolved.
    """

    day: int
    events: int = 0
    censored: int = 0
    competing: int = 0


class Interval(NamedTuple):
    """The two ends of a 95 % interval, or of what is possible."""

    low: float
    high: float


class CurvePoint(NamedTuple):
    """A step of the curve: `survival` is the share still unresolved after the day; `greenwood` its sum of variance."""

    day: int
    at_risk: int
    events: int
    survival: float
    greenwood: float


@dataclass(frozen=True, slots=True)
class Curve:
    """A Kaplan-Meier curve: its steps by day (event days only), the cases behind it, and how many were resolved."""

    points: tuple[CurvePoint, ...]
    n: int
    events: int


class IncidencePoint(NamedTuple):
    """Share resolved, and share that left in another way, by the end of the day."""

    day: int
    incidence: float
    competing_incidence: float


def day_counts(observations: Iterable[tuple[int, bool]]) -> tuple[DayCount, ...]:
    """Gather observations (days, resolved?) into counts by day, in order of days."""
    gathered: defaultdict[int, list[int]] = defaultdict(lambda: [0, 0])
    for days, resolved in observations:
        gathered[days][0 if resolved else 1] += 1
    return tuple(DayCount(day, events, censored) for day, (events, censored) in sorted(gathered.items()))


def kaplan_meier(days: Iterable[DayCount]) -> Curve:
    """Return the product-limit curve. Other ways of leaving count as censored; days may repeat and come in any order.

    Numerator and denominator of each step: not resolved that day / at risk that day. At ties resolutions come before
    censorings, so that a case censored on a day was at risk on it.

    >>> resolved = [DayCount(day, events=1) for day in (3, 5, 7, 10, 14)]
    >>> still_open = [DayCount(day, censored=1) for day in (12, 20, 30, 45, 60)]
    >>> curve = kaplan_meier(resolved + still_open)
    >>> median(curve), round(1 - survival_at(curve, 30), 2)     # the median of the closed ones would be 7
    (14, 0.52)

    Source: E. L. Kaplan, P. Meier (1958), J. Am. Stat. Assoc. 53; variance: M. Greenwood (1926).
    """
    counts = _by_day(days)
    at_risk = n = sum(row.events + row.censored + row.competing for row in counts)
    survival, greenwood = 1.0, 0.0
    points = []
    for row in counts:
        if row.events:
            left = at_risk - row.events
            survival *= left / at_risk
            greenwood += row.events / (at_risk * left) if left else math.inf
            points.append(CurvePoint(row.day, at_risk, row.events, survival, greenwood))
        at_risk -= row.events + row.censored + row.competing
    return Curve(tuple(points), n, sum(row.events for row in counts))


def survival_at(curve: Curve, day: int) -> float:
    """Return the share still unresolved at the end of the day; 1 before the first resolution."""
    point = _point_at(curve, day)
    return point.survival if point else 1.0


def quantile(curve: Curve, fraction: float) -> int | None:
    """Return the smallest day by which this fraction was resolved. None: not reached."""
    return next((point.day for point in curve.points if point.survival <= 1 - fraction + TOLERANCE), None)


def median(curve: Curve) -> int | None:
    """Return the smallest day with half of the cases resolved. None: not reached."""
    return quantile(curve, 0.5)


def confidence_at(curve: Curve, day: int) -> Interval | None:
    """Return the 95 % interval of the share unresolved at the end of the day, by the log-log transformation.

    None where it is not defined: before the first resolution, and once everything is resolved.

    Source: J. D. Kalbfleisch, R. L. Prentice, The Statistical Analysis of Failure Time Data (1980), section 1.4.
    """
    point = _point_at(curve, day)
    if point is None or point.survival <= 0:
        return None
    stretch = math.exp(Z * math.sqrt(point.greenwood) / abs(math.log(point.survival)))
    return Interval(point.survival**stretch, point.survival ** (1 / stretch))


def aalen_johansen(days: Iterable[DayCount]) -> tuple[IncidencePoint, ...]:
    """Return the cumulative incidence of resolution beside that of leaving in another way, by day, in order of days.

    Unlike one minus Kaplan-Meier it does not pretend that the withdrawn would have been resolved one day.

    >>> aalen_johansen([DayCount(1, events=1), DayCount(2, competing=1), DayCount(3, events=1, censored=1)])[-1]
    IncidencePoint(day=3, incidence=0.5, competing_incidence=0.25)

    Source: O. Aalen, S. Johansen (1978), Scand. J. Statist. 5.
    """
    counts = _by_day(days)
    at_risk = sum(row.events + row.censored + row.competing for row in counts)
    remaining, incidence, competing_incidence = 1.0, 0.0, 0.0
    points = []
    for row in counts:
        if row.events or row.competing:
            incidence += remaining * row.events / at_risk
            competing_incidence += remaining * row.competing / at_risk
            remaining *= (at_risk - row.events - row.competing) / at_risk
            points.append(IncidencePoint(row.day, incidence, competing_incidence))
        at_risk -= row.events + row.censored + row.competing
    return tuple(points)


def incidence_at(points: tuple[IncidencePoint, ...], day: int) -> float:
    """Return the share resolved by the end of the day; 0 before the first resolution."""
    place = bisect_right(points, day, key=lambda point: point.day)
    return points[place - 1].incidence if place else 0.0


def wilson(successes: int, n: int) -> Interval | None:
    """Return the 95 % Wilson score interval of successes / n. None when n is 0: nothing was asked.

    >>> wilson(0, 20)           # "nobody of 20" is "between 0 and 16 %"
    Interval(low=0.0, high=0.1611...)

    Source: E. B. Wilson (1927), J. Am. Stat. Assoc. 22.

    Raises: NoSuchProportion when successes are not between 0 and n.
    """
    if not 0 <= successes <= n:
        raise NoSuchProportion(successes, n)
    if n == 0:
        return None
    share = successes / n
    centre = share + Z**2 / (2 * n)
    half = Z * math.sqrt(share * (1 - share) / n + Z**2 / (4 * n**2))
    scale = 1 + Z**2 / n
    # At both ends the formula gives 0 and 1 but for rounding.
    low = 0.0 if successes == 0 else (centre - half) / scale
    high = 1.0 if successes == n else (centre + half) / scale
    return Interval(low, high)


def poisson_exact(count: int) -> Interval:
    """Return the exact 95 % interval of the mean of which `count` was seen. A rate divides both ends by the exposure.

    >>> poisson_exact(0)
    Interval(low=0.0, high=3.688...)

    Source: F. Garwood (1936), Biometrika 28.

    Raises: NoSuchProportion when the count is negative.
    """
    if count < 0:
        raise NoSuchProportion(count)
    ceiling = count + 10 * math.sqrt(count + 1) + 10  # beyond 0.975 of every such distribution
    # P(X >= count | mean) grows with the mean and P(X <= count | mean) falls; each end is where its tail holds 2.5 %.
    low = _crossing(lambda mean: _gamma_below(count, mean) - TAIL, ceiling) if count else 0.0
    high = _crossing(lambda mean: _gamma_below(count + 1, mean) - (1 - TAIL), ceiling)
    return Interval(low, high)


def bounds_if_silent(successes: int, answered: int, delivered: int) -> Interval | None:
    """Return the share if everyone who did not answer were unhappy, and if all were happy. None: nothing delivered.

    >>> bounds_if_silent(successes=18, answered=24, delivered=60)
    Interval(low=0.3, high=0.9)

    Raises: NoSuchProportion when successes exceed answers or answers exceed deliveries.
    """
    if not 0 <= successes <= answered <= delivered:
        raise NoSuchProportion(successes, answered, delivered)
    if delivered == 0:
        return None
    return Interval(successes / delivered, (successes + delivered - answered) / delivered)


def _by_day(days: Iterable[DayCount]) -> list[DayCount]:
    gathered: dict[int, DayCount] = {}
    for row in days:
        seen = gathered.get(row.day, DayCount(row.day))
        gathered[row.day] = DayCount(
            row.day, seen.events + row.events, seen.censored + row.censored, seen.competing + row.competing
        )
    return [gathered[day] for day in sorted(gathered)]


def _point_at(curve: Curve, day: int) -> CurvePoint | None:
    place = bisect_right(curve.points, day, key=lambda point: point.day)
    return curve.points[place - 1] if place else None


def _crossing(rising: Callable[[float], float], ceiling: float) -> float:
    """Return where a rising function crosses zero between 0 and the ceiling, to the last bit that halving can give."""
    low, high = 0.0, ceiling
    while True:
        middle = (low + high) / 2
        if middle in {low, high}:
            return middle
        if rising(middle) < 0:
            low = middle
        else:
            high = middle


def _gamma_below(shape: int, x: float) -> float:
    """Return the regularised lower incomplete gamma function P(shape, x), the chance of `shape` or more at mean x.

    Source: Abramowitz and Stegun, 6.5.29 (series) below the mean and 6.5.31 (continued fraction, by Lentz) above.
    """
    scale = math.exp(shape * math.log(x) - x - math.lgamma(shape))
    if x < shape + 1:
        term = total = 1 / shape
        place = shape
        while term > total * CONVERGED:
            place += 1
            term *= x / place
            total += term
        return total * scale
    return 1 - scale * _gamma_fraction(shape, x)


def _gamma_fraction(shape: int, x: float) -> float:
    b = x + 1 - shape
    c, d = math.inf, 1 / b
    fraction = d
    step, place = 0.0, 0
    while abs(step - 1) > CONVERGED * 10:
        place += 1
        a = -place * (place - shape)
        b += 2
        d = 1 / (a * d + b)
        c = b + a / c
        step = c * d
        fraction *= step
    return fraction
