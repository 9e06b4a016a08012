"""What a figure is made of: what it is computed from, what it says, and why a number may be missing. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from grievance.metrics.inputs import Counts, Workforce

LEAST_OF: Final = 10
"""No percentage is out of fewer people or cases than this."""
DECIMALS: Final = 6
"""Shares are kept to a millionth, so that another machine's last digit does not change the bytes."""


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
    FEW_ANSWERS = "few_answers"
    """Decided by how many answered alone, so that it tells nothing of what they said."""
    ONE_TO_FOUR = "one_to_four"
    HIDDEN_CELL = "hidden_cell"
    """It would tell a cell of a table about people that is hidden, or is such a cell."""
    NOT_KNOWN = "not_known"
    """Nobody entered what it is out of."""


Number = int | float | None


@dataclass(frozen=True, slots=True)
class Basis:
    """What figures are computed from: the counts, and of the people only what may be published."""

    counts: Counts
    tables: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Rows of `people.published` by id."""
    workforce: Workforce | None = None
    behind: int | None = None
    """People behind the cases received."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a function of a figure returns. A number of None is hidden, and `hidden` says why."""

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
    compute: Callable[[Basis], Result]


def rounded(value: float | None) -> float | None:
    """Return a share or a rate as it is kept."""
    return None if value is None else round(value, DECIMALS)


def share(part: int, whole: int) -> float | None:
    """Return a share of enough, or None."""
    return rounded(part / whole) if whole >= LEAST_OF else None
