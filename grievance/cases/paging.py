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

from sqlalchemy import ColumnElement, Row, Select, and_, or_
from sqlalchemy.orm import Session

from grievance.cases.models import Case


class BadCursor(ValueError):
    """The place in the list cannot be read."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the order (next due date with none last, then id), and which way to go from it."""

    due_at: datetime | None
    case_id: int
    is_backward: bool

    def text(self) -> str:
        """Return the cursor."""
        due = self.due_at.isoformat() if self.due_at else None
        return base64.urlsafe_b64encode(json.dumps([due, self.case_id, self.is_backward]).encode()).decode()

    @staticmethod
    def read(text: str) -> "Place":
        """Read a cursor.

        Raises:
            BadCursor: it is none.
        """
        try:
            due, case_id, is_backward = json.loads(base64.urlsafe_b64decode(text.encode()))
            return Place(datetime.fromisoformat(due) if due else None, int(case_id), bool(is_backward))
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
    order = (
        (Case.next_due_at.desc().nulls_first(), Case.id.desc())
        if is_backward
        else (Case.next_due_at.asc().nulls_last(), Case.id.asc())
    )
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
    next_cursor = Place(last.next_due_at, last.id, is_backward=False).text() if has_next else None
    previous_cursor = Place(first.next_due_at, first.id, is_backward=True).text() if has_previous else None
    return rows, next_cursor, previous_cursor


def _beyond(place: Place) -> ColumnElement[bool]:
    if place.due_at is None:
        return and_(Case.next_due_at.is_(None), Case.id > place.case_id)
    return or_(
        Case.next_due_at > place.due_at,
        and_(Case.next_due_at == place.due_at, Case.id > place.case_id),
        Case.next_due_at.is_(None),
    )


def _before(place: Place) -> ColumnElement[bool]:
    if place.due_at is None:
        return or_(Case.next_due_at.is_not(None), and_(Case.next_due_at.is_(None), Case.id < place.case_id))
    return or_(
        Case.next_due_at < place.due_at, and_(Case.next_due_at == place.due_at, Case.id < place.case_id)
    )
