"""How many people work where, quarter by quarter: what rates are out of, and where silence would show.

A row counts the people of a company, an area and a shift; each of the three may be "all". Quarters are written
"2026Q3". Who recorded what stands in the audit trail: see publishing.headcounts, which the adapters call.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from grievance.sites.models import Area, Company, Headcount, Site

PEOPLE_MOST: Final = 200_000
"""More people work at no mine of the world: a larger number is a slip of the keys."""

HOURS_PER_HEAD_MOST: Final = 800
"""In a quarter: 13 weeks of 60 hours and a bit. More is possible on paper only; it is asked about, not refused."""

HOURS_MOST: Final = PEOPLE_MOST * HOURS_PER_HEAD_MOST

SHIFTS: Final = ("day", "night", "rotating", "other")
"""As people say them when they file."""


class Refusal(StrEnum):
    """Why a number cannot be a headcount."""

    PEOPLE_OUT_OF_BOUNDS = "people_out_of_bounds"
    HOURS_OUT_OF_BOUNDS = "hours_out_of_bounds"
    HOURS_OF_NOBODY = "hours_of_nobody"


class HeadcountRefused(ValueError):
    """The numbers of a row cannot be right."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal


class StratumUnknown(LookupError):
    """The company, the area or the shift of a row does not belong to the site."""


class Part(StrEnum):
    """One of the three ways in which the people of a site are divided; the value is the field of `Stratum`."""

    COMPANY = "company_id"
    AREA = "area_id"
    SHIFT = "shift"


@dataclass(frozen=True, slots=True)
class Stratum:
    """Whom a row counts; None stands for all."""

    company_id: int | None = None
    area_id: int | None = None
    shift: str | None = None

    @property
    def key(self) -> str:
        """Return the three as one text, the same for the same people: "12|3|night", "||" for the whole site."""
        return f"{self.company_id or ''}|{self.area_id or ''}|{self.shift or ''}"

    @property
    def order(self) -> tuple[int, int, int]:
        """Return the place in a table: the whole site first, then companies, each followed by its parts."""
        return (self.company_id or 0, self.area_id or 0, SHIFTS.index(self.shift) + 1 if self.shift in SHIFTS else 0)


@dataclass(frozen=True, slots=True)
class Count:
    """People at work on average, and the hours they worked; `hours` is None where nobody knows."""

    stratum: Stratum
    people: int
    hours: int | None = None


@dataclass(frozen=True, slots=True)
class Totals:
    """What a rate of the whole site is out of. `hours` is None unless the hours of everybody counted are known."""

    people: int
    hours: int | None


@dataclass(frozen=True, slots=True)
class Doubt:
    """Two numbers that do not fit: `said` stands in the row of `about`, `added` is what its parts add up to.

    Nothing of it is forbidden: lists may be incomplete, and shifts may overlap. Without a `part`, `said` is the hours
    per head of the row and `added` the most that is plausible.
    """

    about: Stratum
    part: Part | None
    said: int
    added: int


def counts(session: Session, site_id: int, quarter: str) -> tuple[Count, ...]:
    """Return the rows of a site and a quarter: the whole site first, then companies with their parts."""
    rows = session.scalars(select(Headcount).where(Headcount.site_id == site_id, Headcount.quarter == quarter)).all()
    return tuple(sorted((_count(row) for row in rows), key=lambda one: one.stratum.order))


def totals(session: Session, site_id: int, quarter: str) -> Totals | None:
    """Return what rates of the whole site are out of; None when the headcounts recorded do not say it."""
    return totals_of(counts(session, site_id, quarter))


def totals_of(rows: Iterable[Count]) -> Totals | None:
    """Return the row of the whole site if there is one, else the sum of the rows of whole companies, else None.

    >>> totals_of([Count(Stratum(1), 120, 60_000), Count(Stratum(2), 80), Count(Stratum(2, 7), 30)])
    Totals(people=200, hours=None)
    """
    by_stratum = {row.stratum: row for row in rows}
    whole = by_stratum.get(Stratum())
    if whole is not None:
        return Totals(whole.people, whole.hours)
    companies = [row for stratum, row in by_stratum.items() if stratum == Stratum(stratum.company_id)]
    if not companies:
        return None
    hours = [row.hours for row in companies]
    known = [each for each in hours if each is not None]
    return Totals(sum(row.people for row in companies), sum(known) if len(known) == len(hours) else None)


def people_of(rows: Iterable[Count], part: Part) -> dict[int | str, int]:
    """Return the people of each company, area or shift that the rows name.

    The row of the part alone counts; where there is none its finer rows are added, those of one way of splitting
    only, the coarsest, so that nobody is counted twice.

    >>> people_of([Count(Stratum(1, None, "day"), 9), Count(Stratum(1, 7), 50), Count(Stratum(1, 8), 10)], Part.COMPANY)
    {1: 60}
    """
    found: dict[int | str, dict[tuple[int, tuple[bool, ...]], int]] = {}
    for row in rows:
        name: int | str | None = getattr(row.stratum, part)
        if name is not None:
            split = tuple(getattr(row.stratum, other) is not None for other in reversed(Part) if other is not part)
            by_way = found.setdefault(name, {})
            by_way[sum(split), split] = by_way.get((sum(split), split), 0) + row.people
    return {name: by_way[min(by_way)] for name, by_way in found.items()}


def doubts(rows: Sequence[Count]) -> tuple[Doubt, ...]:
    """Return what does not fit together in a table of one quarter, in the order of its rows."""
    found = []
    for row in rows:
        if row.hours is not None and row.hours > row.people * HOURS_PER_HEAD_MOST:
            per_head = -(-row.hours // row.people) if row.people else row.hours
            found.append(Doubt(row.stratum, None, per_head, HOURS_PER_HEAD_MOST))
        for part in Part:
            pieces = [one.people for one in rows if _is_piece(one.stratum, row.stratum, part)]
            if pieces and sum(pieces) != row.people:
                found.append(Doubt(row.stratum, part, row.people, sum(pieces)))
    return tuple(found)


def refused(people: int, hours: int | None) -> Refusal | None:
    """Return why these numbers cannot be a headcount, or None when they can."""
    if not 0 <= people <= PEOPLE_MOST:
        return Refusal.PEOPLE_OUT_OF_BOUNDS
    if hours is not None and not 0 <= hours <= HOURS_MOST:
        return Refusal.HOURS_OUT_OF_BOUNDS
    if hours and not people:
        return Refusal.HOURS_OF_NOBODY
    return None


def record(session: Session, site: Site, quarter: str, count: Count, *, at: datetime) -> bool:
    """Write the row of a stratum, new or changed; return whether anything is different now.

    Raises:
        HeadcountRefused: the numbers cannot be right.
        StratumUnknown: company, area or shift are not of this site.
    """
    refusal = refused(count.people, count.hours)
    if refusal is not None:
        raise HeadcountRefused(refusal)
    _check_stratum(session, site, count.stratum)
    row = _row(session, site.id, quarter, count.stratum)
    if row is None:
        stratum = count.stratum
        row = Headcount(site_id=site.id, quarter=quarter, stratum=stratum.key)
        row.company_id, row.area_id, row.shift = stratum.company_id, stratum.area_id, stratum.shift
        session.add(row)
    elif (row.people, row.hours) == (count.people, count.hours):
        return False
    row.people, row.hours, row.recorded_at = count.people, count.hours, at
    session.flush()
    return True


def remove(session: Session, site: Site, quarter: str, stratum: Stratum) -> bool:
    """Delete the row of a stratum; return whether there was one."""
    row = _row(session, site.id, quarter, stratum)
    if row is None:
        return False
    session.delete(row)
    session.flush()
    return True


def copy_quarter(session: Session, site: Site, *, source: str, target: str, at: datetime) -> int:
    """Write into `target` every row of `source` that it does not have yet; return how many were written."""
    present = {row.stratum for row in counts(session, site.id, target)}
    missing = [row for row in counts(session, site.id, source) if row.stratum not in present]
    session.add_all(
        Headcount(
            site_id=site.id,
            quarter=target,
            stratum=row.stratum.key,
            company_id=row.stratum.company_id,
            area_id=row.stratum.area_id,
            shift=row.stratum.shift,
            people=row.people,
            hours=row.hours,
            recorded_at=at,
        )
        for row in missing
    )
    session.flush()
    return len(missing)


def part_names(session: Session, strata: Iterable[Stratum]) -> tuple[dict[int, str], dict[int, dict[str, str]]]:
    """Return the names of the companies, and those of the areas per language, by id: also of those no longer in use."""
    wanted = list(strata)
    company_ids = {one.company_id for one in wanted if one.company_id is not None}
    area_ids = {one.area_id for one in wanted if one.area_id is not None}
    company_names = session.execute(select(Company.id, Company.name).where(Company.id.in_(company_ids))).all()
    area_labels = session.execute(select(Area.id, Area.labels).where(Area.id.in_(area_ids))).all()
    return {row.id: row.name for row in company_names}, {row.id: row.labels for row in area_labels}


def last_quarter(session: Session, site_id: int, *, until: str) -> str | None:
    """Return the latest quarter, `until` included, for which a site has headcounts; None when it has none."""
    # "2026Q3" sorts as text in the order of time.
    return session.scalars(
        select(func.max(Headcount.quarter)).where(Headcount.site_id == site_id, Headcount.quarter <= until)
    ).one()


def _count(row: Headcount) -> Count:
    return Count(Stratum(row.company_id, row.area_id, row.shift), row.people, row.hours)


def _row(session: Session, site_id: int, quarter: str, stratum: Stratum) -> Headcount | None:
    return session.scalars(
        select(Headcount).where(
            Headcount.site_id == site_id, Headcount.quarter == quarter, Headcount.stratum == stratum.key
        )
    ).one_or_none()


def _check_stratum(session: Session, site: Site, stratum: Stratum) -> None:
    company = session.get(Company, stratum.company_id) if stratum.company_id is not None else None
    area = session.get(Area, stratum.area_id) if stratum.area_id is not None else None
    if stratum.company_id is not None and (company is None or company.operator_id != site.operator_id):
        raise StratumUnknown("company")
    if stratum.area_id is not None and (area is None or area.site_id != site.id):
        raise StratumUnknown("area")
    if stratum.shift is not None and stratum.shift not in SHIFTS:
        raise StratumUnknown("shift")


def _is_piece(one: Stratum, whole: Stratum, part: Part) -> bool:
    """Tell whether `one` is `whole` split once more, and only, by company, area or shift."""
    is_split = getattr(whole, part) is None and getattr(one, part) is not None
    return is_split and all(getattr(one, other) == getattr(whole, other) for other in Part if other is not part)
