"""Handing over what somebody works to somebody else, with a note: each case by its own rules, one notice for all.

The cases of one person, whether still in hand or left behind, as far as the viewer may give them away: a coordinator
those of the site, a triager the restricted ones too. Not for: one case (`triage.assign`) nor an absence, which ends by
itself (accounts.absences).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select, union, update
from sqlalchemy.orm import Session

from grievance.accounts.models import Staff
from grievance.accounts.permissions import PERMITTED, Action, Viewer
from grievance.cases.handling import keep_note
from grievance.cases.models import Case, CorrectiveAction, Investigator
from grievance.cases.queries import calendar_of, named_on, visible
from grievance.cases.record import Task
from grievance.cases.states import Actor, EventKind
from grievance.cases.tasks import NoticeKind, TaskKind, notify
from grievance.cases.track_record import ProtectiveMeasure
from grievance.cases.transitions import record
from grievance.cases.triage import NotAHandler, give, remove_investigator
from grievance.cases.visibility import CaseAction
from grievance.cases.wall import ConflictOfInterest, is_hidden_from
from grievance.crypto.fields import unseal
from grievance.deadlines.working_days import local_date, next_working_instant
from grievance.desk.bulk import Picked, Refusals, Result, each
from grievance.desk.history_parts import HANDED_OVER
from grievance.desk.undo import Standing, remember, standing_of
from grievance.sites.models import Site

MOST_LISTED = 100
"""Cases of one person on a page, the first due first; when they are handed over, the next ones follow."""


class NotTheirs(Exception):
    """The case is not, or no longer, with the person whose cases are handed over."""


class SameHandler(Exception):
    """The cases would go to whom they come from."""


@dataclass(frozen=True, slots=True)
class Giver:
    """Somebody whose cases can be handed over, with their number as far as the viewer may give them away."""

    public_id: str
    name: str
    is_active: bool
    cases: int


@dataclass(frozen=True, slots=True)
class HeldCase:
    """A case of somebody. `is_left` when it is with nobody since."""

    reference: str
    version: int
    title: str | None
    type: str
    site_name: str
    due_at: datetime | None
    time_zone: str
    is_left: bool


@dataclass(frozen=True, slots=True)
class Handed:
    """What became of a hand-over. `undo` takes it back, "" where that is not possible."""

    results: list[Result]
    undo: str

    @property
    def done(self) -> int:
        """How many cases were handed over."""
        return sum(result.error is None for result in self.results)


def givers(session: Session, viewer: Viewer) -> tuple[Giver, ...]:
    """Return everybody with cases that the viewer may give away, those who have left first, then by name."""
    to_give = _to_give(viewer)
    held = union(
        select(Case.id, Case.handler_id.label("staff_id")).where(Case.handler_id.is_not(None), to_give),
        select(Case.id, Investigator.staff_id)
        .join(Investigator, Investigator.case_id == Case.id)
        .where(Investigator.removed_at.is_(None), to_give),
        select(Case.id, Task.left_by_id).join(Task, Task.case_id == Case.id).where(_left_behind(), to_give),
    ).subquery()
    rows = session.execute(
        select(Staff.public_id, Staff.name, Staff.active, func.count())
        .join(held, held.c.staff_id == Staff.id)
        .group_by(Staff.id, Staff.public_id, Staff.name, Staff.active)
        .order_by(Staff.active, Staff.name, Staff.id)
    )
    return tuple(Giver(*row) for row in rows)


def cases_of(session: Session, viewer: Viewer, staff_id: int) -> tuple[HeldCase, ...]:
    """Return the open cases of somebody that the viewer may give away, the first due first."""
    rows = session.execute(
        select(Case, Site)
        .join(Site, Site.id == Case.site_id)
        .where(_with(staff_id), _to_give(viewer))
        .order_by(Case.desk_order_at, Case.id)
        .limit(MOST_LISTED)
    )
    return tuple(
        HeldCase(
            case.reference,
            case.changed_seq,
            unseal(session, case, "title"),
            case.type,
            site.name,
            case.next_due_at,
            site.time_zone,
            is_left=case.handler_id != staff_id,
        )
        for case, site in rows
    )


def hand_over(
    session: Session,
    viewer: Viewer,
    picked: Sequence[Picked],
    *,
    from_id: int,
    to_id: int,
    words: str,
    by: Actor,
    at: datetime,
    refusals: Refusals,
) -> Handed:
    """Give cases of one person to another, with the same note in each; what is refused stays as it was.

    Whoever hands over must be allowed to assign each case. Refused are also cases hidden from the new handler, which
    stand in the result like any other: why is for nobody to learn. Protective measures and corrective actions that
    are not done go along.

    On each case stay the separate facts that others are read from (who was named, who no longer is, who works it), all
    of the same instant; a history shows them as one hand-over.

    Raises:
        SameHandler: they would go to whom they come from.
    """
    if from_id == to_id:
        raise SameHandler
    done: list[tuple[Case, Standing]] = []
    sites: set[int] = set()

    def pass_on(case: Case) -> None:
        before = standing_of(session, case)
        moved = _pass_on(session, case, from_id, to_id, words=words, by=by, at=at)
        sites.add(case.site_id)
        if not moved:
            done.append((case, before))

    wrong: Refusals = (NotTheirs, NotAHandler, ConflictOfInterest, *refusals)
    results = each(session, viewer, picked, CaseAction.ASSIGN, pass_on, refusals=wrong)
    if sites:
        _tell(session, to_id, min(sites), by=by, at=at)
    return Handed(results, remember(session, by.staff, done, action=CaseAction.ASSIGN, at=at))


def _pass_on(session: Session, case: Case, from_id: int, to_id: int, *, words: str, by: Actor, at: datetime) -> bool:
    """Hand one case over; return whether measures or actions went along, which nobody can take back at once."""
    mine = select(Case.id).where(Case.id == case.id, _with(from_id))
    if session.scalars(mine).one_or_none() is None:
        raise NotTheirs(case.public_id)
    if is_hidden_from(session, case, to_id):
        raise ConflictOfInterest(to_id)
    note = keep_note(session, case, words=words, by=by, at=at)
    codes = {"from": from_id, "handler": to_id, "why": HANDED_OVER}
    if case.handler_id == to_id:
        # He or she works it already beside a named investigator, or it was left behind and taken up since.
        record(session, case, EventKind.NOTE_ADDED, by=by, at=at, codes=codes, words=(note, "words"))
    else:
        give(session, case, to_id, by=by, at=at, codes=codes, words=(note, "words"))
    named = select(Investigator.id).where(
        Investigator.case_id == case.id, Investigator.staff_id == from_id, Investigator.removed_at.is_(None)
    )
    if session.scalars(named).one_or_none() is not None:
        remove_investigator(session, case, from_id, by=by, at=at)
    return _pass_promises_on(session, case, from_id, to_id, by=by, at=at)


def _pass_promises_on(session: Session, case: Case, from_id: int, to_id: int, *, by: Actor, at: datetime) -> bool:
    ids: list[str] = []
    for table in (ProtectiveMeasure, CorrectiveAction):
        ids += session.scalars(
            update(table)
            .where(table.case_id == case.id, table.owner_id == from_id, table.done_at.is_(None))
            .values(owner_id=to_id)
            .returning(table.public_id)
        ).all()
    tasks = (Task.case_id == case.id, Task.done_at.is_(None))
    behind = update(Task).where(*tasks, Task.left_by_id == from_id, _left_behind())
    session.execute(behind.values(done_at=at, done_by_id=by.staff))
    theirs = or_(Task.assigned_to_id == from_id, Task.left_by_id == from_id)
    session.execute(update(Task).where(*tasks, theirs, Task.done_at.is_(None)).values(assigned_to_id=to_id))
    if ids:
        codes = {"from": from_id, "to": to_id, "promises": sorted(ids)}
        record(session, case, EventKind.OWNER_CHANGED, by=by, at=at, codes=codes)
    return bool(ids)


def _with(staff_id: int) -> ColumnElement[bool]:
    """Return the condition on `Case` that somebody works it, is named on it, or left it or a promise of it behind."""
    behind = select(Task.case_id).where(Task.left_by_id == staff_id, _left_behind())
    return or_(Case.handler_id == staff_id, Case.id.in_(named_on(staff_id)), Case.id.in_(behind))


def _left_behind() -> ColumnElement[bool]:
    """Return the condition on `Task` that it asks for somebody in the place of another."""
    kinds = [TaskKind.TAKE_OVER.value, TaskKind.NAME_OWNER.value]
    return and_(Task.kind.in_(kinds), Task.left_by_id.is_not(None), Task.done_at.is_(None))


def _to_give(viewer: Viewer) -> ColumnElement[bool]:
    """Return the condition on `Case` that it is open, sorted, and at a site where the viewer may give cases away."""
    sites = [site_id for site_id in viewer.at_site if viewer.may(Action.ASSIGN, site_id)]
    at_sites = Case.site_id.in_(sites)
    if viewer.everywhere & PERMITTED[Action.ASSIGN]:
        at_sites = Case.id.is_not(None)
    return (
        visible(viewer) & at_sites & Case.is_open.is_(True) & Case.is_spam.is_(False) & Case.classified_at.is_not(None)
    )


def _tell(session: Session, to_id: int, site_id: int, *, by: Actor, at: datetime) -> None:
    site = session.get_one(Site, site_id)
    calendar = calendar_of(session, site, year=local_date(at, site.time_zone).year)
    notify(
        session,
        [to_id],
        key=f"handed:{by.staff}:{at:%Y%m%dT%H%M%S%f}",
        kind=NoticeKind.HANDED_OVER,
        show_from=next_working_instant(at, calendar),
        at=at,
    )
