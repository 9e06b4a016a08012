"""How many people work at the sites of the demo, quarter by quarter. One contractor and one area never say a word."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from types import MappingProxyType
from typing import Final

from grievance.cli.demo.days import FIRST_QUARTER, Since, Start, on
from grievance.cli.demo.places import MINE, PORT, SILENT_AREA, SILENT_COMPANY
from grievance.cli.demo.stage import Stage
from grievance.publishing import headcounts
from grievance.sites.headcount import Count, Stratum

RECORDER: Final = MappingProxyType({MINE: "karina", PORT: "lautaro"})

HOURS: Final = 486
"""That one person works in a quarter: 13 weeks of 42 hours, less holidays."""

COMPANIES: Final = MappingProxyType(
    {
        MINE: {"operator": 820, "kitchen": 112, "buses": 64, "drilling": 236, SILENT_COMPANY: 138},
        PORT: {"operator": 164, "stevedores": 96},
    }
)
AREAS: Final = MappingProxyType(
    {
        MINE: {"Mine": 548, "Plant": 386, "Camp": 148, "Offices": 126, "Road or transport": 74, SILENT_AREA[1]: 88},
        PORT: {"Port": 232, "Offices": 28},
    }
)
SHIFTS: Final = MappingProxyType({MINE: {"day": 610, "night": 348, "rotating": 412}, PORT: {"day": 168, "night": 92}})
"""The people of the first quarter. Later ones have a few more or fewer, in every row by the same share."""

GROWTH: Final = (100, 102, 105, 103, 104)
"""People of each quarter, out of a hundred in the first."""


def moments(stage: Stage) -> list[tuple[datetime, Callable[[], None]]]:
    """Return the recording of each quarter, on the first working day after it, before its figures are frozen."""
    found: list[tuple[datetime, Callable[[], None]]] = []
    for number in range(FIRST_QUARTER + 1):
        before = FIRST_QUARTER - number
        start = Start(Since.QUARTER, 1, quarters_before=before - 1)
        at = stage.days.instant(start, on(0, "09:10"), None)
        found += [(at, partial(_record, stage, slug, number, at)) for slug in (MINE, PORT)]
    return [moment for moment in found if moment[0] < stage.days.now]


def _record(stage: Stage, slug: str, number: int, at: datetime) -> None:
    places = stage.places
    rows = [
        *((Stratum(company_id=places.companies[key].id), people) for key, people in COMPANIES[slug].items()),
        *((Stratum(area_id=places.areas[slug, name]), people) for name, people in AREAS[slug].items()),
        *((Stratum(shift=shift), people) for shift, people in SHIFTS[slug].items()),
    ]
    counts = [_count(stratum, people * GROWTH[number] // 100) for stratum, people in rows]
    headcounts.save(
        stage.session,
        places.sites[slug],
        stage.days.before_last(FIRST_QUARTER - number),
        recorded=counts,
        by=stage.staff[RECORDER[slug]],
        at=at,
    )


def _count(stratum: Stratum, people: int) -> Count:
    # Hours are known by company only: contractors report them.
    return Count(stratum, people, people * HOURS if stratum.company_id is not None else None)
