"""Pages of a list of cases by key: due next first, those without a date last, ids deciding between equals.

The cursor is the place of a row in that order with the way to go from it. Not for: which cases stand on the list.
"""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, tuple_
from sqlalchemy.orm import Session

from grievance.cases.models import Case


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


def page_of(
    session: Session, query: Select[Any], *, after: str | None, limit: int
) -> tuple[Sequence[Row[Any]], str | None, str | None]:
    """Return one page of a query that selects `Case` first, with the cursors of the next and the previous page.

    One row more is read, which tells whether there is another page.

    Raises:
        BadCursor: `after` is none.
    """
    place = Place.read(after) if after else None
    is_backward = place is not None and place.is_backward
    if place is not None:
        query = query.where(_before(place) if is_backward else _beyond(place))
    order = (Case.desk_order_at.desc(), Case.id.desc()) if is_backward else (Case.desk_order_at, Case.id)
    found = session.execute(query.order_by(*order).limit(limit + 1)).all()
    has_more = len(found) > limit
    rows = list(found[:limit])
    if is_backward:
        rows.reverse()
    if not rows:
        return rows, None, None
    has_next = has_more if not is_backward else True
    has_previous = place is not None if not is_backward else has_more
    first, last = rows[0].Case, rows[-1].Case
    next_cursor = Place(last.desk_order_at, last.id, is_backward=False).text() if has_next else None
    previous_cursor = Place(first.desk_order_at, first.id, is_backward=True).text() if has_previous else None
    return rows, next_cursor, previous_cursor


def _beyond(place: Place) -> ColumnElement[bool]:
    return tuple_(Case.desk_order_at, Case.id) > (place.due_at, place.case_id)


def _before(place: Place) -> ColumnElement[bool]:
    return tuple_(Case.desk_order_at, Case.id) < (place.due_at, place.case_id)
