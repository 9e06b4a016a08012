"""The figures: one function each, from the input set to numerator, denominator, what is left out and the parts. Pure.

What each means in words stands in `definitions`, in both languages through the catalogue. A change of what a function
counts is a new version of its figure: published numbers keep the version they were computed with.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from grievance.cases.states import FINDINGS, Verdict
from grievance.metrics.inputs import LEFT, RATINGS, REOPENED, TOLD_WAYS, VERDICTS, Counts, InputSet, canonical
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
LEAST_ANSWERS: Final = 10
"""Below this many answers, answers that are all alike are not shown: they would tell what each person said."""
CONTENT: Final = (4, 5)
"""Ratings that count as satisfied, of 1 to 5."""
DECIMALS: Final = 6
"""Shares are kept to a millionth, so that another machine's last digit does not change the bytes."""


class AccountDoesNotBalance(Exception):
    """What came and what left does not lead from the opening to the closing: the counts are wrong, nothing goes out."""


class Level(StrEnum):
    """What a figure speaks of."""

    OUTPUT = "output"
    OUTCOME = "outcome"


class Ladder(StrEnum):
    """Whether the site alone brings it about, or others too."""

    ATTRIBUTION = "attribution"
    CONTRIBUTION = "contribution"


class Window(StrEnum):
    """Which stretch of time a figure is about."""

    QUARTER = "quarter"
    TWELVE_MONTHS = "twelve_months"


class Hidden(StrEnum):
    """Why a number is not shown."""

    FEW_AND_ALIKE = "few_and_alike"
    TOO_FEW_CASES = "too_few_cases"


Number = int | float | None


@dataclass(frozen=True, slots=True)
class Result:
    """What a function of a figure returns. A numerator of None is hidden, and `hidden` says why."""

    numerator: int | None
    denominator: int
    exclusions: Mapping[str, int] = field(default_factory=dict)
    parts: Mapping[str, Number] = field(default_factory=dict)
    hidden: Hidden | None = None


@dataclass(frozen=True, slots=True)
class Indicator:
    """A figure: how it is computed, and what kind of statement it is."""

    id: str
    version: int
    level: Level
    ladder: Ladder
    window: Window
    compute: Callable[[Counts], Result]


def acknowledged_on_time(counts: Counts) -> Result:
    """Count the acknowledgements that a person gave and that were told by their date, of all that fell due.

    Left out: cases that had left before the date (their reason for leaving was the answer), and merged ones, whose
    acknowledgement is that of the case they became part of. Sent without confirmation is not told.
    """
    found = counts.acknowledgement
    by_way = {f"on_time_{way.value}": found[f"on_time_{way.value}"] for way in TOLD_WAYS}
    on_time = sum(by_way.values())
    not_in_time = {name: found[name] for name in ("late", "sent_unconfirmed", "not_told")}
    return Result(
        on_time,
        on_time + sum(not_in_time.values()),
        {name: found[name] for name in ("ended_before_due", "merged")},
        {**by_way, **not_in_time, **{name: found[name] for name in ("receipts_texted", "receipts_delivered")}},
    )


def volume(counts: Counts) -> Result:
    """Count what left of what came, with the whole account from opening to closing. May exceed one: clearance.

    Raises:
        AccountDoesNotBalance: opening, movements and closing do not agree.
    """
    account = counts.account
    left = sum(account[status.value] for status in LEFT)
    if account["opening"] + account["received"] + account["reopened"] - left != account["closing"]:
        raise AccountDoesNotBalance(dict(account))
    return Result(
        left,
        account["received"],
        {"spam_or_test": account["spam_or_test"], **dict(counts.apart)},
        {name: number for name, number in account.items() if name != "spam_or_test"},
    )


def resolved_within_target(counts: Counts) -> Result:
    """Count the cases durably resolved by their target, of all targets that fell in the quarter.

    Left out: withdrawn and out of scope, and merged ones. Whatever is open past its target, from whenever, stands
    beside it.
    """
    found = counts.resolution
    parts = {name: found[name] for name in ("within", "late", "unresolved_open", "unresolved_ended")}
    return Result(
        found["within"],
        sum(parts.values()),
        {name: found[name] for name in ("withdrawn", "out_of_scope", "merged")},
        {
            **{name: number for name, number in parts.items() if name != "within"},
            "open_past_target": found["open_past_target"],
        },
    )


def time_to_resolution(counts: Counts) -> Result:
    """Follow the cases of twelve months until they are resolved for good: Kaplan-Meier, open ones included.

    Open and reopened cases are censored on the last day of the quarter, those that left in another way on their day.
    Shares are "of every hundred, resolved by day"; the median is the first day by which half were.
    """
    days = counts.durations
    curve = kaplan_meier(days)
    competing = sum(row.competing for row in days)
    parts: dict[str, Number] = {"still_open": sum(row.censored for row in days), "left_otherwise": competing}
    is_enough = curve.n >= LEAST_CASES and curve.events >= LEAST_EVENTS
    parts |= _curve(days) if is_enough else {}
    if is_enough and competing > COMPETING_SHARE * curve.n:
        parts |= _incidence(days)
    return Result(curve.events, curve.n, {}, parts, None if is_enough else Hidden.TOO_FEW_CASES)


def satisfied_with_process(counts: Counts) -> Result:
    """Count the answers of 4 or 5 to "how did we treat you", of all answers."""
    return _rating(counts, "process")


def satisfied_with_outcome(counts: Counts) -> Result:
    """Count the answers of 4 or 5 to "what do you think of the result", of all answers."""
    return _rating(counts, "outcome")


def verdicts(counts: Counts) -> Result:
    """Count who said that it was solved, of those who said; beside it what the site had found of the same cases."""
    surveys = counts.surveys
    said = {f"verdict_{verdict.value}": surveys[f"verdict_{verdict.value}"] for verdict in VERDICTS.values()}
    answered = sum(said.values())
    found = {
        name: surveys[name]
        for name in (
            *(f"found_{outcome.value}" for outcome in FINDINGS),
            "found_referred",
            "found_withdrawn",
            "found_out_of_scope",
            f"found_{REOPENED}",
        )
    }
    alike = answered < LEAST_ANSWERS and answered in said.values() and answered > 0
    silent = {
        "verdict_no_answer": surveys["delivered"] - answered,
        "verdict_unreachable": surveys["asked"] - surveys["delivered"],
    }
    shown = dict.fromkeys(said) if alike else said
    return Result(
        None if alike else said[f"verdict_{Verdict.SATISFIED.value}"],
        answered,
        {},
        {"asked": surveys["asked"], "delivered": surveys["delivered"], **shown, **silent, **found},
        Hidden.FEW_AND_ALIKE if alike else None,
    )


_OUTPUT = (1, Level.OUTPUT, Ladder.ATTRIBUTION)
_OUTCOME = (1, Level.OUTCOME, Ladder.CONTRIBUTION)

INDICATORS: Final[Mapping[str, Indicator]] = MappingProxyType(
    {
        row.id: row
        for row in (
            Indicator("M1", *_OUTPUT, Window.QUARTER, acknowledged_on_time),
            Indicator("M2", *_OUTPUT, Window.QUARTER, volume),
            Indicator("M3", *_OUTPUT, Window.QUARTER, resolved_within_target),
            Indicator("M5", *_OUTPUT, Window.TWELVE_MONTHS, time_to_resolution),
            Indicator("M8.process", *_OUTCOME, Window.QUARTER, satisfied_with_process),
            Indicator("M8.outcome", *_OUTCOME, Window.QUARTER, satisfied_with_outcome),
            Indicator("M8.verdict", *_OUTCOME, Window.QUARTER, verdicts),
        )
    }
)


def figures(inputs: InputSet) -> str:
    """Return all figures of an input set as canonical JSON: the bytes that are frozen and published.

    Raises:
        AccountDoesNotBalance: the counts contradict each other.
    """
    scope = inputs.scope
    period = scope.period
    return canonical(
        {
            "site": scope.site,
            "quarter": scope.quarter.key,
            "time_zone": scope.time_zone,
            "first_on": period.first_on.isoformat(),
            "last_on": period.last_on.isoformat(),
            "as_of": scope.as_of.isoformat(),
            "known_at": scope.known_at.isoformat(),
            "before": scope.before and {"version": scope.before.version, "closing": scope.before.closing},
            "figures": [_written(row, row.compute(inputs.counts)) for row in INDICATORS.values()],
        }
    )


def _written(row: Indicator, result: Result) -> dict[str, Any]:
    return {
        "id": row.id,
        "version": row.version,
        "level": row.level.value,
        "ladder": row.ladder.value,
        "window": row.window.value,
        "numerator": result.numerator,
        "denominator": result.denominator,
        "exclusions": dict(result.exclusions),
        "parts": dict(result.parts),
        "hidden": result.hidden.value if result.hidden else None,
    }


def _rating(counts: Counts, question: str) -> Result:
    surveys = counts.surveys
    by_rating = {rating: surveys[f"{question}_{rating}"] for rating in RATINGS}
    answered = sum(by_rating.values())
    content = sum(by_rating[rating] for rating in CONTENT)
    alike = answered < LEAST_ANSWERS and content in {0, answered} and answered > 0
    return Result(
        None if alike else content,
        answered,
        {},
        {"asked": surveys["asked"], "delivered": surveys["delivered"], "no_answer": surveys["delivered"] - answered},
        Hidden.FEW_AND_ALIKE if alike else None,
    )


def _curve(days: tuple[DayCount, ...]) -> dict[str, Number]:
    curve = kaplan_meier(days)
    parts: dict[str, Number] = {"median_days": median(curve)}
    for day in CURVE_DAYS:
        unresolved = survival_at(curve, day) if _is_followed(days, day) else None
        between = confidence_at(curve, day) if unresolved is not None else None
        parts[f"day_{day}"] = _share(None if unresolved is None else 1 - unresolved)
        parts[f"day_{day}_low"] = _share(None if between is None else 1 - between.high)
        parts[f"day_{day}_high"] = _share(None if between is None else 1 - between.low)
    return parts


def _incidence(days: tuple[DayCount, ...]) -> dict[str, Number]:
    points = aalen_johansen(days)
    return {
        f"incidence_day_{day}": _share(incidence_at(points, day) if _is_followed(days, day) else None)
        for day in CURVE_DAYS
    }


def _is_followed(days: tuple[DayCount, ...], day: int) -> bool:
    """Tell whether the curve says anything at a day: some case was followed so long, or every one was resolved."""
    longest = max((row for row in days), key=lambda row: row.day, default=None)
    if longest is None:
        return False
    return longest.day >= day or not (longest.censored or longest.competing)


def _share(value: float | None) -> float | None:
    return None if value is None else round(value, DECIMALS)
