"""Filters of the desk that a staff member keeps under a name of his or her own. Nobody else sees them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.accounts.models import Staff
from grievance.core.db import lock_row
from grievance.crypto.fields import new_public_id, seal, unseal
from grievance.desk.models import SavedView

MOST_VIEWS = 20
"""More than fit on the desk at a glance would have to be looked for themselves."""


class TooManyViews(Exception):
    """The staff member keeps as many views as may be kept."""


class NameTaken(Exception):
    """Another view of the staff member has this name."""


class ViewNotFound(LookupError):
    """The staff member keeps no such view."""


@dataclass(frozen=True, slots=True)
class View:
    """A kept filter: the part of the desk's address after the question mark."""

    public_id: str
    name: str
    query: str


def saved_views(session: Session, staff_id: int) -> tuple[View, ...]:
    """Return the views that a staff member keeps, by name."""
    rows = session.scalars(select(SavedView).where(SavedView.staff_id == staff_id).order_by(SavedView.id))
    views = [_view(session, row) for row in rows]
    return tuple(sorted(views, key=lambda view: view.name.casefold()))


def save_view(session: Session, staff_id: int, *, name: str, query: str, at: datetime) -> None:
    """Keep a filter under a name; a view that has this name already leads there from now on.

    Raises:
        TooManyViews: there are MOST_VIEWS already.
    """
    rows = _rows(session, staff_id)
    row = next((one for one in rows if _same(unseal(session, one, "name"), name)), None)
    if row is None:
        if len(rows) >= MOST_VIEWS:
            raise TooManyViews
        row = SavedView(public_id=new_public_id(), staff_id=staff_id, created_at=at)
        session.add(row)
    seal(session, row, "name", name)
    seal(session, row, "query", query)


def rename_view(session: Session, staff_id: int, public_id: str, *, name: str) -> None:
    """Give a view another name.

    Raises:
        NameTaken: another view has it.
        ViewNotFound: the staff member keeps no such view.
    """
    rows = _rows(session, staff_id)
    row = _named(rows, public_id)
    if any(other is not row and _same(unseal(session, other, "name"), name) for other in rows):
        raise NameTaken
    seal(session, row, "name", name)


def remove_view(session: Session, staff_id: int, public_id: str) -> None:
    """Forget a view.

    Raises:
        ViewNotFound: the staff member keeps no such view.
    """
    session.delete(_named(_rows(session, staff_id), public_id))


def _rows(session: Session, staff_id: int) -> Sequence[SavedView]:
    """Return the views of somebody, whose row is locked: their number is counted before one is added."""
    lock_row(session, Staff, id=staff_id)
    return session.scalars(select(SavedView).where(SavedView.staff_id == staff_id).order_by(SavedView.id)).all()


def _named(rows: Sequence[SavedView], public_id: str) -> SavedView:
    row = next((one for one in rows if one.public_id == public_id), None)
    if row is None:
        raise ViewNotFound
    return row


def _same(name: str | None, other: str) -> bool:
    return name is not None and name.casefold() == other.casefold()


def _view(session: Session, row: SavedView) -> View:
    return View(row.public_id, unseal(session, row, "name") or "", unseal(session, row, "query") or "")
