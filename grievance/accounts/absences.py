"""Who stands in for whom between two days of a site. It begins and ends by the calendar; nobody switches it.

A stand-in is a handler of the same site, and works what the absent handler works there: never a case hidden from him
or her, nothing restricted, and not what the absent one stands in for. What that means for a case is in
cases.visibility. Not for: handing cases over for good (desk.handover).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session, aliased

from grievance.accounts.absence_models import StaffAbsence
from grievance.accounts.audit import AuditAction, record
from grievance.accounts.holding import holders_of
from grievance.accounts.models import DutyGrant, Staff
from grievance.accounts.permissions import Duty
from grievance.core.db import lock_row
from grievance.crypto.fields import new_public_id
from grievance.deadlines.working_days import local_date
from grievance.sites.models import Site

MOST_DAYS = 92
"""Longest absence with a stand-in: three months. Whoever is away for longer hands the cases over."""


class WrongDays(ValueError):
    """The last day is before the first, the first has gone by, or there are too many."""


class NotAHandlerHere(Exception):
    """Who is away, or who stands in, handles no cases at this site."""


class OwnStandIn(Exception):
    """Nobody stands in for himself or herself."""


class AlreadyAway(Exception):
    """Somebody stands in for this person on some of these days already."""


class AbsenceNotFound(LookupError):
    """There is no such absence, or it is over."""


@dataclass(frozen=True, slots=True)
class AbsenceRow:
    """An absence as it is listed. `is_now` on its days, by the site's own calendar."""

    public_id: str
    staff_id: int
    name: str
    stand_in_id: int
    stand_in: str
    site_id: int
    site_name: str
    from_on: date
    until_on: date
    is_now: bool


def name_stand_in(
    session: Session,
    *,
    staff_id: int,
    stand_in_id: int,
    site_id: int,
    from_on: date,
    until_on: date,
    by: int,
    at: datetime,
) -> StaffAbsence:
    """Name who works somebody's cases at a site from one day to another, both included.

    Raises:
        OwnStandIn: the two are one person.
        WrongDays: see there.
        NotAHandlerHere: either handles no cases at the site.
        AlreadyAway: an absence of this person at this site overlaps it.
    """
    if staff_id == stand_in_id:
        raise OwnStandIn
    site = session.get_one(Site, site_id)
    if not local_date(at, site.time_zone) <= from_on <= until_on < from_on + timedelta(days=MOST_DAYS):
        raise WrongDays
    if not _handle(session, {staff_id, stand_in_id}, site_id):
        raise NotAHandlerHere
    # Two who name a stand-in at once: the second finds what the first wrote.
    lock_row(session, Staff, id=staff_id)
    if session.scalars(_overlapping(staff_id, site_id, from_on, until_on)).first() is not None:
        raise AlreadyAway
    row = StaffAbsence(
        public_id=new_public_id(),
        staff_id=staff_id,
        stand_in_id=stand_in_id,
        site_id=site_id,
        from_on=from_on,
        until_on=until_on,
        named_by_id=by,
        named_at=at,
    )
    session.add(row)
    session.flush()
    _note(session, row, AuditAction.STAND_IN_NAMED, by=by, at=at)
    return row


def call_off(session: Session, row: StaffAbsence, *, by: int | None, at: datetime) -> None:
    """End an absence before its last day. Called off twice is called off once."""
    if row.ended_at is None:
        row.ended_at = at
        session.flush()
        _note(session, row, AuditAction.STAND_IN_ENDED, by=by, at=at)


def end_all_of(session: Session, staff_id: int, *, by: int | None, at: datetime) -> None:
    """End the absences of somebody who left, and those in which he or she stands in."""
    theirs = (StaffAbsence.staff_id == staff_id) | (StaffAbsence.stand_in_id == staff_id)
    for row in session.scalars(select(StaffAbsence).where(theirs, StaffAbsence.ended_at.is_(None))).all():
        call_off(session, row, by=by, at=at)


def absence(session: Session, public_id: str) -> StaffAbsence:
    """Return an absence that has not been called off.

    Raises:
        AbsenceNotFound: there is none.
    """
    row = session.scalars(
        select(StaffAbsence).where(StaffAbsence.public_id == public_id, StaffAbsence.ended_at.is_(None))
    ).one_or_none()
    if row is None:
        raise AbsenceNotFound
    return row


def stood_in_for(session: Session, staff_id: int, *, at: datetime) -> Mapping[int, frozenset[int]]:
    """Return for whom somebody stands in now: the id of the site to the ids of the absent handlers.

    The absent one must still handle cases there: what he or she may not see, nobody sees in his or her place.
    """
    found: dict[int, frozenset[int]] = {}
    rows = session.execute(_now(at).where(StaffAbsence.stand_in_id == staff_id))
    for row, time_zone in rows:
        if _is_on(row, local_date(at, time_zone)):
            found[row.site_id] = found.get(row.site_id, frozenset()) | {row.staff_id}
    return found


def stand_ins_of(session: Session, staff_ids: Iterable[int], site_id: int, *, at: datetime) -> frozenset[int]:
    """Return who stands in at a site now for any of these."""
    wanted = StaffAbsence.staff_id.in_(list(staff_ids))
    rows = session.execute(_now(at).where(wanted, StaffAbsence.site_id == site_id))
    return frozenset(row.stand_in_id for row, time_zone in rows if _is_on(row, local_date(at, time_zone)))


def listed(
    session: Session, *, at: datetime, site_ids: Sequence[int] = (), staff_id: int | None = None
) -> tuple[AbsenceRow, ...]:
    """Return the absences now and to come of some sites, and those in which somebody has a part, by first day."""
    away, stand_in = aliased(Staff), aliased(Staff)
    parts: ColumnElement[bool] = StaffAbsence.site_id.in_(list(site_ids))
    if staff_id is not None:
        parts |= (StaffAbsence.staff_id == staff_id) | (StaffAbsence.stand_in_id == staff_id)
    rows = session.execute(
        select(StaffAbsence, away.name, stand_in.name, Site)
        .join(away, away.id == StaffAbsence.staff_id)
        .join(stand_in, stand_in.id == StaffAbsence.stand_in_id)
        .join(Site, Site.id == StaffAbsence.site_id)
        .where(parts, StaffAbsence.ended_at.is_(None), StaffAbsence.until_on >= at.date() - timedelta(days=1))
        .order_by(StaffAbsence.from_on, StaffAbsence.id)
        .limit(200)
    )
    return tuple(
        AbsenceRow(
            row.public_id,
            row.staff_id,
            name,
            row.stand_in_id,
            other,
            site.id,
            site.name,
            row.from_on,
            row.until_on,
            is_now=_is_on(row, local_date(at, site.time_zone)),
        )
        for row, name, other, site in rows
        if row.until_on >= local_date(at, site.time_zone)
    )


def _now(at: datetime) -> Select[StaffAbsence, str]:
    """Return the query of the absences that may be on at an instant, wherever on earth, with the zone of their site.

    Local days are never more than one from the day in UTC.
    """
    absent, other = aliased(DutyGrant), aliased(DutyGrant)

    def handles(grant: type[DutyGrant], staff: object) -> ColumnElement[bool]:
        return (
            select(grant.id)
            .where(
                grant.staff_id == staff,
                grant.duty == Duty.HANDLER.value,
                grant.revoked_at.is_(None),
                (grant.site_id == StaffAbsence.site_id) | grant.site_id.is_(None),
            )
            .correlate(StaffAbsence)
            .exists()
        )

    return (
        select(StaffAbsence, Site.time_zone)
        .join(Site, Site.id == StaffAbsence.site_id)
        .join(Staff, Staff.id == StaffAbsence.staff_id)
        .where(
            Staff.active.is_(True),
            StaffAbsence.ended_at.is_(None),
            StaffAbsence.from_on <= at.date() + timedelta(days=1),
            StaffAbsence.until_on >= at.date() - timedelta(days=1),
            handles(absent, StaffAbsence.staff_id),
            handles(other, StaffAbsence.stand_in_id),
        )
    )


def _is_on(row: StaffAbsence, today: date) -> bool:
    return row.from_on <= today <= row.until_on


def _handle(session: Session, staff_ids: set[int], site_id: int) -> bool:
    found = session.scalars(
        select(Staff.id).where(
            Staff.id.in_(staff_ids), Staff.active.is_(True), Staff.id.in_(holders_of(site_id, Duty.HANDLER))
        )
    )
    return set(found) == staff_ids


def _overlapping(staff_id: int, site_id: int, from_on: date, until_on: date) -> Select[int]:
    return select(StaffAbsence.id).where(
        StaffAbsence.staff_id == staff_id,
        StaffAbsence.site_id == site_id,
        StaffAbsence.ended_at.is_(None),
        StaffAbsence.from_on <= until_on,
        StaffAbsence.until_on >= from_on,
    )


def _note(session: Session, row: StaffAbsence, action: AuditAction, *, by: int | None, at: datetime) -> None:
    people = {one.id: one.public_id for one in session.scalars(select(Staff).where(Staff.id.in_(_both(row))))}
    record(
        session,
        actor_id=by,
        action=action,
        subject_kind="staff",
        subject=people[row.staff_id],
        site_id=row.site_id,
        codes={
            "stand_in": people[row.stand_in_id],
            "from_on": row.from_on.isoformat(),
            "until_on": row.until_on.isoformat(),
        },
        at=at,
    )


def _both(row: StaffAbsence) -> tuple[int, int]:
    return row.staff_id, row.stand_in_id
