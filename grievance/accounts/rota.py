"""Who is on call at a site, from when to when. What is urgent goes to them at any hour of any day.

While nobody is planned, everybody who holds the duty is on call: a gap is said, and leaves nobody without help. Not
for: what is urgent (cases.alerts).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from grievance.accounts.absence_models import OnCallTurn
from grievance.accounts.audit import AuditAction, record
from grievance.accounts.holding import holders_of
from grievance.accounts.models import DutyGrant, Staff
from grievance.accounts.permissions import Duty
from grievance.crypto.fields import new_public_id
from grievance.sites.models import Site

MOST_AHEAD = timedelta(days=366)
"""How far ahead turns are planned."""

WARNED_AHEAD = timedelta(days=14)
"""Gaps that begin within this span are warned about."""


class WrongTurn(ValueError):
    """It ends before it begins, has gone by, or lies too far ahead."""


class NotOnCallHere(Exception):
    """The staff member does not hold the duty at this site."""


class TurnNotFound(LookupError):
    """No such turn at this site."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn as it is listed."""

    public_id: str
    staff_id: int
    name: str
    from_at: datetime
    until_at: datetime


@dataclass(frozen=True, slots=True)
class Gap:
    """A span in which nobody is on the rota; the end is not included."""

    from_at: datetime
    until_at: datetime


@dataclass(frozen=True, slots=True)
class SiteGap:
    """The first gap of a site's rota that is near."""

    site_id: int
    site_slug: str
    site_name: str
    time_zone: str
    gap: Gap


def plan_turn(
    session: Session, *, site_id: int, staff_id: int, from_at: datetime, until_at: datetime, by: int, at: datetime
) -> OnCallTurn:
    """Put somebody on call from one instant to another.

    Raises:
        WrongTurn: see there.
        NotOnCallHere: he or she does not hold the duty.
    """
    if not (from_at < until_at and until_at > at and until_at <= at + MOST_AHEAD):
        raise WrongTurn
    if staff_id not in {one for one, _name in holders(session, site_id)}:
        raise NotOnCallHere
    row = OnCallTurn(
        public_id=new_public_id(),
        site_id=site_id,
        staff_id=staff_id,
        from_at=from_at,
        until_at=until_at,
        planned_by_id=by,
        planned_at=at,
    )
    session.add(row)
    session.flush()
    _note(session, row, AuditAction.TURN_PLANNED, by=by, at=at)
    return row


def remove_turn(session: Session, site_id: int, public_id: str, *, by: int, at: datetime) -> None:
    """Take a turn out of the rota.

    Raises:
        TurnNotFound: there is none at this site.
    """
    row = session.scalars(
        select(OnCallTurn).where(
            OnCallTurn.public_id == public_id, OnCallTurn.site_id == site_id, OnCallTurn.removed_at.is_(None)
        )
    ).one_or_none()
    if row is None:
        raise TurnNotFound
    row.removed_at = at
    session.flush()
    _note(session, row, AuditAction.TURN_REMOVED, by=by, at=at)


def drop_all_of(session: Session, staff_id: int, *, by: int | None, at: datetime) -> None:
    """Take the turns of somebody who left out of the rota, as far as they are not over."""
    rows = select(OnCallTurn).where(
        OnCallTurn.staff_id == staff_id, OnCallTurn.removed_at.is_(None), OnCallTurn.until_at > at
    )
    for row in session.scalars(rows).all():
        row.removed_at = at
        _note(session, row, AuditAction.TURN_REMOVED, by=by, at=at)


def on_duty(session: Session, site_id: int, *, at: datetime) -> list[int]:
    """Return who is on call at a site: those on the rota now, else everybody who holds the duty."""
    able = [staff_id for staff_id, _name in holders(session, site_id)]
    rows = session.scalars(
        select(OnCallTurn.staff_id).where(
            OnCallTurn.site_id == site_id,
            OnCallTurn.removed_at.is_(None),
            OnCallTurn.from_at <= at,
            OnCallTurn.until_at > at,
        )
    )
    planned = set(rows)
    return [one for one in able if one in planned] or able


def holders(session: Session, site_id: int) -> list[tuple[int, str]]:
    """Return (id, name) of the active staff who may be put on call at a site, by name."""
    rows = session.execute(_able(site_id).order_by(Staff.name, Staff.id))
    return [(row.id, row.name) for row in rows]


def turns(session: Session, site_id: int, *, at: datetime) -> tuple[Turn, ...]:
    """Return the turns of a site that are not over, by their beginning."""
    return tuple(_turns(session, [site_id], at=at).get(site_id, ()))


def gaps(planned: Sequence[Turn], *, from_at: datetime, until_at: datetime) -> list[Gap]:
    """Return the spans in which nobody is on call, in order."""
    found: list[Gap] = []
    covered_to = from_at
    for turn in sorted(planned, key=lambda one: one.from_at):
        if turn.until_at <= covered_to:
            continue
        if turn.from_at > covered_to:
            if turn.from_at >= until_at:
                break
            found.append(Gap(covered_to, turn.from_at))
        covered_to = turn.until_at
    if covered_to < until_at:
        found.append(Gap(covered_to, until_at))
    return found


def near_gaps(session: Session, site_ids: Sequence[int], *, at: datetime) -> list[SiteGap]:
    """Return the first gap of each of these sites that begins within two weeks, by name.

    A site that never planned a turn has no rota, and all its holders are on call: nothing is missing.
    """
    sites = session.scalars(
        select(Site)
        .where(
            Site.id.in_(list(site_ids)),
            Site.is_active.is_(True),
            Site.id.in_(select(OnCallTurn.site_id).where(OnCallTurn.removed_at.is_(None))),
        )
        .order_by(Site.name)
    ).all()
    if not sites:
        return []
    planned = _turns(session, [site.id for site in sites], at=at)
    found: list[SiteGap] = []
    for site in sites:
        near = gaps(planned.get(site.id, []), from_at=at, until_at=at + WARNED_AHEAD)
        found += [SiteGap(site.id, site.slug, site.name, site.time_zone, gap) for gap in near[:1]]
    return found


def weeks(people: Sequence[int], *, first: datetime, ends: Sequence[datetime]) -> list[tuple[int, datetime, datetime]]:
    """Return (who, from, until) of turns that follow each other, everybody in order and from the start again."""
    begins = [first, *ends]
    return [(people[index % len(people)], begins[index], end) for index, end in enumerate(ends)]


def week_days(first_on: date, count: int) -> list[date]:
    """Return the days on which turns of a week change hands, after the first."""
    return [first_on + timedelta(weeks=number + 1) for number in range(count)]


def _turns(session: Session, site_ids: Sequence[int], *, at: datetime) -> dict[int, list[Turn]]:
    rows = session.execute(
        select(OnCallTurn, Staff.name)
        .join(Staff, Staff.id == OnCallTurn.staff_id)
        .where(
            OnCallTurn.site_id.in_(list(site_ids)),
            OnCallTurn.removed_at.is_(None),
            OnCallTurn.until_at > at,
            Staff.active.is_(True),
            _still_able(),
        )
        .order_by(OnCallTurn.from_at, OnCallTurn.id)
    )
    found: dict[int, list[Turn]] = {}
    for row, name in rows:
        turn = Turn(row.public_id, row.staff_id, name, row.from_at, row.until_at)
        found.setdefault(row.site_id, []).append(turn)
    return found


def _still_able() -> ColumnElement[bool]:
    """Return the condition on `OnCallTurn` that its person still holds the duty there."""
    return (
        select(DutyGrant.id)
        .where(
            DutyGrant.staff_id == OnCallTurn.staff_id,
            DutyGrant.duty == Duty.ON_CALL.value,
            DutyGrant.revoked_at.is_(None),
            (DutyGrant.site_id == OnCallTurn.site_id) | DutyGrant.site_id.is_(None),
        )
        .correlate(OnCallTurn)
        .exists()
    )


def _able(site_id: int) -> Select[int, str]:
    held = holders_of(site_id, Duty.ON_CALL)
    return select(Staff.id, Staff.name).where(Staff.active.is_(True), Staff.id.in_(held))


def _note(session: Session, row: OnCallTurn, action: AuditAction, *, by: int | None, at: datetime) -> None:
    staff = session.get_one(Staff, row.staff_id)
    codes = {"from": row.from_at.isoformat(), "until": row.until_at.isoformat()}
    record(
        session,
        actor_id=by,
        action=action,
        subject_kind="staff",
        subject=staff.public_id,
        site_id=row.site_id,
        codes=codes,
        at=at,
    )
