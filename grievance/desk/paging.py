"""Pages of a list of cases by key: due next first, those without a date last, ids deciding between equals.

A list is a union of *arms*, each of which an index serves, so that a page costs the same whatever the number of cases.
The cursor is the place of a row in that order with the way to go from it. Not for: which cases stand on the list.
"""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, ScalarSelect, Select, func, literal, select, tuple_, union
from sqlalchemy.orm import Session

from grievance.cases.models import Case

MOST_SMALL = 100_000


class BadCursor(ValueError):
    """The place in the list cannot be read."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the order of the desk, and which way to go from it."""

    due_at: datetime
    case_id: int
    is_backward: bool

    def text(self) -> str:
        """Return the cursor."""
        place = [self.due_at.isoformat(), self.case_id, self.is_backward]
        return base64.urlsafe_b64encode(json.dumps(place).encode()).decode()

    @staticmethod
    def read(text: str) -> "Place":
        """Read a cursor.

        Raises:
            BadCursor: it is none.
        """
        try:
            due, case_id, is_backward = json.loads(base64.urlsafe_b64decode(text.encode()))
            due_at = datetime.fromisoformat(due)
            if due_at.tzinfo is None:
                raise BadCursor
            return Place(due_at, int(case_id), bool(is_backward))
        except (ValueError, TypeError, binascii.Error) as error:
            raise BadCursor from error


@dataclass(frozen=True, slots=True)
class Arm:
    """A part of a list: conditions on `Case` that all hold."""

    conditions: Sequence[ColumnElement[bool]]
    is_small: bool = False
    """Read whole, by whatever index finds it; of any other an index gives one page in the order of the list."""


@dataclass(frozen=True, slots=True)
class PageOfIds:
    """The cases of one page in their order; a cursor is None where there is nothing further that way."""

    ids: Sequence[int]
    next_cursor: str | None
    previous_cursor: str | None


def page_of(session: Session, arms: Sequence[Arm], *, after: str | None, limit: int) -> PageOfIds:
    """Return one page of the union of these arms, which may overlap.

    One row more is read, which tells whether there is another page.

    Raises:
        BadCursor: `after` is none.
    """
    place = Place.read(after) if after else None
    is_backward = place is not None and place.is_backward
    if not arms:
        return PageOfIds([], None, None)
    parts = [_part(arm, place, limit + 1).subquery() for arm in arms]
    together = union(*(select(part.c.id, part.c.desk_order_at) for part in parts)).subquery()
    due, case_id = together.c.desk_order_at, together.c.id
    order = (due.desc(), case_id.desc()) if is_backward else (due, case_id)
    found = session.execute(select(case_id, due).order_by(*order).limit(limit + 1)).all()
    rows = list(found[:limit])
    if is_backward:
        rows.reverse()
    if not rows:
        return PageOfIds([], None, None)
    has_more = len(found) > limit
    has_next, has_previous = (True, has_more) if is_backward else (has_more, place is not None)
    first, last = rows[0], rows[-1]
    return PageOfIds(
        [row.id for row in rows],
        Place(last.desk_order_at, last.id, is_backward=False).text() if has_next else None,
        Place(first.desk_order_at, first.id, is_backward=True).text() if has_previous else None,
    )


def count_of(arms: Sequence[Arm], *, up_to: int) -> ScalarSelect[int]:
    """Return the subquery that counts the union of these arms, no further than `up_to`."""
    parts = [select(Case.id).where(*arm.conditions).limit(up_to).subquery() for arm in arms]
    if not parts:
        return select(literal(0)).scalar_subquery()
    together = union(*(select(part.c.id) for part in parts)).subquery()
    return select(func.count()).select_from(select(together.c.id).limit(up_to).subquery()).scalar_subquery()


def _part(arm: Arm, place: Place | None, limit: int) -> Select[int, datetime]:
    rows = select(Case.id, Case.desk_order_at).where(*arm.conditions)
    is_backward = place is not None and place.is_backward
    if place is not None:
        key, here = tuple_(Case.desk_order_at, Case.id), (place.due_at, place.case_id)
        rows = rows.where(key < here if is_backward else key > here)
    if arm.is_small:
        # The limit is never reached. It keeps SQLite from folding this into the ordered whole, and then walking the
        # order of all cases to find these few.
        return rows.limit(MOST_SMALL)
    order = (Case.desk_order_at.desc(), Case.id.desc()) if is_backward else (Case.desk_order_at, Case.id)
    return rows.order_by(*order).limit(limit)
