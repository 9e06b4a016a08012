"""The figures, each with the function that computes it, and the canonical text of all of them. Pure.

What each means in words stands in `definitions`, in both languages through the catalogue. A change of what a function
counts or prints is a new version of its figure: published numbers keep the version they were computed with, and an
input set of the first schema still gives the first versions, byte for byte.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final

from grievance.metrics.durations import CURVE_DAYS, time_to_resolution
from grievance.metrics.handling import (
    AccountDoesNotBalance,
    acknowledged_on_time,
    appealed,
    appeals_upheld,
    backlog_age,
    corrective_actions,
    reopened_after_resolution,
    resolution_rate,
    resolved_within_target,
    volume,
)
from grievance.metrics.inputs import BEFORE_APPEALS, BEFORE_REPRISALS, FIRST_SCHEMA, InputSet, People, canonical
from grievance.metrics.opinions import satisfied_with_outcome, satisfied_with_process, treated_worse, verdicts
from grievance.metrics.people import published
from grievance.metrics.results import Basis, Hidden, Indicator, Ladder, Level, Result, Window
from grievance.metrics.use_rates import workers_grievances

__all__ = [
    "CURVE_DAYS",
    "FIRST_INDICATORS",
    "INDICATORS",
    "AccountDoesNotBalance",
    "Hidden",
    "basis_of",
    "figures",
    "indicators_of",
]

_OUTPUT = (Level.OUTPUT, Ladder.ATTRIBUTION)
_OUTCOME = (Level.OUTCOME, Ladder.CONTRIBUTION)
_USE = (Level.OUTPUT, Ladder.CONTRIBUTION)

INDICATORS: Final[Mapping[str, Indicator]] = MappingProxyType(
    {
        row.id: row
        for row in (
            Indicator("M1", 2, *_OUTPUT, Window.QUARTER, acknowledged_on_time),
            Indicator("M2", 2, *_OUTPUT, Window.QUARTER, volume),
            Indicator("M3", 1, *_OUTPUT, Window.QUARTER, resolved_within_target),
            Indicator("M4", 1, *_OUTPUT, Window.TWELVE_MONTHS, resolution_rate),
            Indicator("M5", 2, *_OUTPUT, Window.TWELVE_MONTHS, time_to_resolution),
            Indicator("M6", 1, *_OUTPUT, Window.TWELVE_MONTHS, reopened_after_resolution),
            Indicator("M6.appealed", 1, *_OUTPUT, Window.TWELVE_MONTHS, appealed),
            Indicator("M6.upheld", 1, *_OUTPUT, Window.TWELVE_MONTHS, appeals_upheld),
            Indicator("M6b", 1, *_OUTPUT, Window.QUARTER, backlog_age),
            Indicator("M8.process", 3, *_OUTCOME, Window.QUARTER, satisfied_with_process),
            Indicator("M8.outcome", 3, *_OUTCOME, Window.QUARTER, satisfied_with_outcome),
            Indicator("M8.verdict", 3, *_OUTCOME, Window.QUARTER, verdicts),
            Indicator("M12", 1, *_USE, Window.QUARTER, workers_grievances),
            Indicator("M13", 1, *_OUTCOME, Window.QUARTER, treated_worse),
            Indicator("M14.actions", 1, *_OUTPUT, Window.QUARTER, corrective_actions),
        )
    }
)

_CERTAINTY = frozenset({"response", "low", "high", "worst", "best", "trend_allowed"})
_ADDED_SINCE_FIRST: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "M1": frozenset(),
        "M2": frozenset({"people_behind"}),
        "M3": frozenset(),
        "M5": frozenset({"left_share"}),
        "M8.process": _CERTAINTY,
        "M8.outcome": _CERTAINTY,
        "M8.verdict": _CERTAINTY,
    }
)
"""The figures of an input set of the first schema, with the parts that they did not have yet."""


def _without(compute: Callable[[Basis], Result], added: frozenset[str]) -> Callable[[Basis], Result]:
    def computed(basis: Basis) -> Result:
        found = compute(basis)
        return replace(found, parts={name: value for name, value in found.parts.items() if name not in added})

    return computed


FIRST_INDICATORS: Final[Mapping[str, Indicator]] = MappingProxyType(
    {
        id_: replace(INDICATORS[id_], version=1, compute=_without(INDICATORS[id_].compute, added))
        for id_, added in _ADDED_SINCE_FIRST.items()
    }
)


_ADDED_AFTER: Final[Mapping[str, int]] = MappingProxyType(
    {"M6.appealed": BEFORE_APPEALS, "M6.upheld": BEFORE_APPEALS, "M13": BEFORE_REPRISALS}
)
"""The last schema without a figure, of those that came after the second one."""


_OF_OPINIONS: Final = frozenset({"M8.process", "M8.outcome", "M8.verdict"})
"""Version 2, until `BEFORE_REPRISALS`: one person of a case counts. Since then each who is asked."""


def indicators_of(schema: int) -> Mapping[str, Indicator]:
    """Return the figures that an input set of a schema gives, by id, in the order printed."""
    if schema == FIRST_SCHEMA:
        return FIRST_INDICATORS
    found = {id_: row for id_, row in INDICATORS.items() if schema > _ADDED_AFTER.get(id_, FIRST_SCHEMA)}
    if schema <= BEFORE_REPRISALS:
        found |= {id_: replace(found[id_], version=2) for id_ in _OF_OPINIONS} | {"M2": FIRST_INDICATORS["M2"]}
    return found


def figures(inputs: InputSet) -> str:
    """Return all figures of an input set as canonical JSON: the bytes that are frozen and published.

    Raises:
        AccountDoesNotBalance: the counts contradict each other.
    """
    scope = inputs.scope
    period = scope.period
    basis = basis_of(inputs)
    text: dict[str, Any] = {
        "site": scope.site,
        "quarter": scope.quarter.key,
        "time_zone": scope.time_zone,
        "first_on": period.first_on.isoformat(),
        "last_on": period.last_on.isoformat(),
        "as_of": scope.as_of.isoformat(),
        "known_at": scope.known_at.isoformat(),
        "before": scope.before and {"version": scope.before.version, "closing": scope.before.closing},
        "figures": [_written(row, row.compute(basis)) for row in indicators_of(inputs.schema).values()],
    }
    if inputs.schema > FIRST_SCHEMA:
        text["tables"] = list(basis.tables.values())
    return canonical(text)


def basis_of(inputs: InputSet) -> Basis:
    """Return what the figures are computed from: of the people only what may be published."""
    tables = {row["id"]: row for row in published(inputs.people)}
    people = inputs.people or People()
    return Basis(inputs.counts, tables, people.workforce, people.behind)


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
