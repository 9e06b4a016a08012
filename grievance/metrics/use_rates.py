"""How much the people who work at a site use the mechanism. Pure.

More complaints may mean more trust: a rate that rises is no bad news by itself, and one of zero no good news.
"""

from typing import Final

from grievance.cases.states import Group
from grievance.metrics.people import GROUP_TABLE, shows
from grievance.metrics.results import LEAST_OF, Basis, Hidden, Number, Result, rounded
from grievance.metrics.survival import poisson_exact

WORKERS: Final = (Group.DIRECT_WORKER.value, Group.CONTRACTOR_WORKER.value)
PER_WORKERS: Final = 100
PER_HOURS: Final = 200_000
"""What 100 people work in a year of 40 hours a week and 50 weeks: the unit in which accidents are reported.

Source: 29 CFR 1904 (OSHA), incidence rates (read 2026)."""
_NO_RATES: Final[dict[str, Number]] = {
    "per_100_workers": None,
    "per_200000_hours": None,
    "per_200000_hours_low": None,
    "per_200000_hours_high": None,
}


def workers_grievances(basis: Basis) -> Result:
    """Count the grievances of workers, own and of contractors, of the people at work: in the quarter, not a year.

    Per 200,000 hours with the exact Poisson interval. Shown only where both cells of workers are: the sum would tell
    the one that is hidden.
    """
    force, groups = basis.workforce, basis.tables.get(GROUP_TABLE)
    people, hours = (force.people, force.hours) if force else (0, None)
    if groups is None or not shows(groups, *WORKERS):
        return Result(None, people, {}, {"hours": hours, **_NO_RATES}, Hidden.HIDDEN_CELL)
    cases = sum(groups["cells"][group] for group in WORKERS)
    if people < LEAST_OF:
        return Result(cases, people, {}, {"hours": hours, **_NO_RATES}, Hidden.NOT_KNOWN)
    rates: dict[str, Number] = {**_NO_RATES, "per_100_workers": rounded(cases * PER_WORKERS / people)}
    if hours:
        between = poisson_exact(cases)
        rates |= {
            "per_200000_hours": rounded(cases * PER_HOURS / hours),
            "per_200000_hours_low": rounded(between.low * PER_HOURS / hours),
            "per_200000_hours_high": rounded(between.high * PER_HOURS / hours),
        }
    return Result(cases, people, {}, {"hours": hours, **rates}, None if hours else Hidden.NOT_KNOWN)
