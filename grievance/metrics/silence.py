"""Where people work and nobody has raised a grievance. For coordinators, to act on; never published, never praised.

Silence is a signal, not a success: people may not know the mechanism, not trust it, or be afraid. The report is made of
nothing but cases that any coordinator of the site can open anyway: sorted, and not restricted. A restricted case would
otherwise show here as a company that is not silent and has no case on the desk. So a place may be listed although
somebody spoke in confidence, and the page says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from grievance.accounts.permissions import Duty, Viewer
from grievance.cases.models import Case, Complainant
from grievance.cases.queries import visible
from grievance.deadlines.standards import CaseType
from grievance.metrics.periods import Period, Quarter
from grievance.sites import headcount
from grievance.sites.headcount import Part, Stratum
from grievance.sites.models import Site

SHOWN_FROM: Final = 5
"""Smallest count that is said as a number; below it the page says "a few". The k of the public figures."""

APART: Final = (CaseType.QUESTION, CaseType.DATA_RIGHTS)
"""No grievances: they are counted apart everywhere."""


class Heard(StrEnum):
    """How much was heard from somewhere."""

    NOTHING = "nothing"
    A_FEW = "a_few"
    SOME = "some"


@dataclass(frozen=True, slots=True)
class Place:
    """A company, an area or a shift. `count` and `per_hundred` are None unless enough was heard to say a number.

    `key` is the id of the company or the area, or the code of the shift; `names` its name per language, {} for a shift.
    `people` is None where no headcount is recorded.
    """

    key: int | str
    names: Mapping[str, str]
    people: int | None
    heard: Heard
    count: int | None
    per_hundred: float | None


@dataclass(frozen=True, slots=True)
class Division:
    """The places of one kind, those with the most silent people first; `unstaffed` was heard from, without headcount.

    `said` tells how many grievances name such a place at all: None for fewer than SHOWN_FROM.
    """

    part: Part
    silent: tuple[Place, ...]
    heard: tuple[Place, ...]
    unstaffed: tuple[Place, ...]
    said: int | None


@dataclass(frozen=True, slots=True)
class Silence:
    """The report of a site. `staffed` is the quarter of the headcounts, None when there are none: then no divisions."""

    staffed: str | None
    grievances: int | None
    """None for fewer than SHOWN_FROM."""
    divisions: tuple[Division, ...]


def silence(session: Session, viewer: Viewer, site: Site, period: Period, *, until: Quarter) -> Silence:
    """Return where nothing was heard from in a period; headcounts are the latest ones up to the quarter `until`."""
    staffed = headcount.last_quarter(session, site.id, until=until.key)
    received = _received(viewer, site, period.starts_at, period.ends_at)
    total = _shown(session.scalars(select(func.count()).select_from(received.subquery())).one())
    if staffed is None:
        return Silence(None, total, ())
    rows = headcount.counts(session, site.id, staffed)
    return Silence(
        staffed,
        total,
        tuple(_division(session, part, headcount.people_of(rows, part), received) for part in Part),
    )


def _received(viewer: Viewer, site: Site, starts_at: datetime, ends_at: datetime) -> Select[int]:
    # As a coordinator who holds no other duty, whoever is asking: the page is printed and handed round.
    plain = Viewer(viewer.staff_id, {site.id: frozenset({Duty.COORDINATOR})})
    return select(Case.id).where(
        visible(plain),
        Case.site_id == site.id,
        Case.received_at >= starts_at,
        Case.received_at < ends_at,
        Case.is_test.is_(False),
        Case.type.not_in([kind.value for kind in APART]),
    )


_PLACES: Final[Mapping[Part, Any]] = {
    Part.COMPANY: func.coalesce(Complainant.employer_id, Case.employer_id),
    Part.AREA: Case.area_id,
    Part.SHIFT: Complainant.shift,
}
"""Where a grievance comes from: what the person said of himself or herself first, then what the handler noted."""


def _division(session: Session, part: Part, people: Mapping[int | str, int], received: Select[int]) -> Division:
    counts = _counts(session, _PLACES[part], received)
    said = select(func.count(Case.id.distinct())).join(Complainant, Complainant.case_id == Case.id)
    names = _names(session, part, {*people, *counts})
    places = [_place(key, names, people.get(key), counts.get(key, 0)) for key in {*people, *counts}]
    places.sort(key=lambda place: (-(place.people or 0), str(place.key)))
    staffed = [place for place in places if place.people]
    return Division(
        part=part,
        silent=tuple(place for place in staffed if place.heard is Heard.NOTHING),
        heard=tuple(place for place in staffed if place.heard is not Heard.NOTHING),
        unstaffed=tuple(place for place in places if not place.people and place.heard is not Heard.NOTHING),
        said=_shown(session.scalars(said.where(Case.id.in_(received), _PLACES[part].is_not(None))).one()),
    )


def _counts(session: Session, place: ColumnElement[Any], received: Select[int]) -> dict[int | str, int]:
    """Return how many cases name each place; a case that several people joined counts once for each place they name."""
    rows = session.execute(
        select(place, func.count(Case.id.distinct()))
        .join(Complainant, Complainant.case_id == Case.id)
        .where(Case.id.in_(received), place.is_not(None))
        .group_by(place)
    ).all()
    return {row[0]: row[1] for row in rows}


def _names(session: Session, part: Part, keys: set[int | str]) -> Mapping[int | str, Mapping[str, str]]:
    if part is Part.COMPANY:
        companies, _ = headcount.part_names(session, [Stratum(company_id=int(key)) for key in keys])
        return {key: {"es": name, "en": name} for key, name in companies.items()}
    if part is Part.AREA:
        _, areas = headcount.part_names(session, [Stratum(area_id=int(key)) for key in keys])
        return {key: labels for key, labels in areas.items()}  # noqa: C416  # wider keys than `dict` would give
    return {}


def _place(key: int | str, names: Mapping[int | str, Mapping[str, str]], people: int | None, count: int) -> Place:
    heard = Heard.NOTHING if not count else Heard.A_FEW if count < SHOWN_FROM else Heard.SOME
    shown = _shown(count)
    rate = shown * 100 / people if shown is not None and people else None
    return Place(key, names.get(key, {}), people, heard, shown, rate)


def _shown(count: int) -> int | None:
    return count if count >= SHOWN_FROM else None
