"""Who may not see, handle or close a case because of whom it is about. Pure.

The wall: the respondent, whoever commands or reports to the respondent, and whoever belongs to the accused unit or
company. Commanding and reporting follow the tree of units with their heads.
See docs/glossary.md, "conflict of interest". Not for: enforcing (`queries.visible`) nor storing (`wall`).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Why a case is hidden from a staff member. The first that applies is kept."""

    RESPONDENT = "respondent"
    COMMANDS_RESPONDENT = "commands_respondent"
    REPORTS_TO_RESPONDENT = "reports_to_respondent"
    ACCUSED_UNIT = "accused_unit"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a staff member stands: the unit belonged to, whether as its head, and the company."""

    staff_id: int
    unit_id: int | None = None
    heads_unit: bool = False
    company_id: int | None = None


@dataclass(frozen=True, slots=True)
class Organisation:
    """The tree of units, as unit id to the id of the unit above it (None at the top), and everybody's place in it."""

    parents: Mapping[int, int | None]
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Accused:
    """Whom a case is about. Companies are those hired: naming the principal company accuses no single person."""

    staff_ids: frozenset[int] = frozenset()
    unit_ids: frozenset[int] = frozenset()
    company_ids: frozenset[int] = frozenset()


def conflicted(accused: Accused, organisation: Organisation) -> dict[int, Reason]:
    """Return the staff members from whom a case is hidden, each with the reason."""
    found: dict[int, Reason] = {}
    for staff_id, reason in _all(accused, organisation):
        found.setdefault(staff_id, reason)
    return found


def above(unit_id: int, parents: Mapping[int, int | None]) -> list[int]:
    """Return the units above a unit, nearest first. A loop in the tree ends where it closes."""
    found: list[int] = []
    current = parents.get(unit_id)
    while current is not None and current != unit_id and current not in found:
        found.append(current)
        current = parents.get(current)
    return found


def _all(accused: Accused, organisation: Organisation) -> Iterator[tuple[int, Reason]]:
    """Yield everybody concerned with every reason, the strongest reasons first."""
    named = [place for place in organisation.places if place.staff_id in accused.staff_ids]
    yield from ((staff_id, Reason.RESPONDENT) for staff_id in sorted(accused.staff_ids))
    for place in named:
        yield from ((head, Reason.COMMANDS_RESPONDENT) for head in _commanders(place, organisation))
    for unit_id in sorted(accused.unit_ids):
        chain = above(unit_id, organisation.parents)
        yield from ((head, Reason.COMMANDS_RESPONDENT) for head in _heads(chain, organisation))
    for place in named:
        if place.heads_unit and place.unit_id is not None:
            yield from ((one, Reason.REPORTS_TO_RESPONDENT) for one in _members(place.unit_id, organisation))
    for unit_id in sorted(accused.unit_ids):
        yield from ((one, Reason.ACCUSED_UNIT) for one in _members(unit_id, organisation))
    for place in organisation.places:
        if place.company_id in accused.company_ids:
            yield place.staff_id, Reason.ACCUSED_UNIT


def _commanders(place: Place, organisation: Organisation) -> Iterator[int]:
    if place.unit_id is None:
        return
    chain = above(place.unit_id, organisation.parents)
    own = [] if place.heads_unit else [place.unit_id]
    yield from _heads([*own, *chain], organisation)


def _heads(unit_ids: Iterable[int], organisation: Organisation) -> Iterator[int]:
    wanted = set(unit_ids)
    yield from (place.staff_id for place in organisation.places if place.heads_unit and place.unit_id in wanted)


def _members(unit_id: int, organisation: Organisation) -> Iterator[int]:
    """Yield everybody of a unit and of the units below it."""
    for place in organisation.places:
        if place.unit_id is not None and (
            place.unit_id == unit_id or unit_id in above(place.unit_id, organisation.parents)
        ):
            yield place.staff_id
