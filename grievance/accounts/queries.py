"""Reads of staff: who is signed in, who may look, who is there. Plain values out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from grievance.accounts.absences import stood_in_for
from grievance.accounts.models import DutyGrant, Staff, StaffSession
from grievance.accounts.operations import tidy_email
from grievance.accounts.permissions import Duty, Viewer, viewer_of
from grievance.sites.models import Company, Site, Unit


class StaffNotFound(Exception):
    """No staff member has that id."""


class GrantNotFound(Exception):
    """No live grant of that staff member has that id."""


@dataclass(frozen=True, slots=True)
class SiteName:
    """A site as the staff side lists it."""

    id: int
    slug: str
    name: str
    time_zone: str


@dataclass(frozen=True, slots=True)
class Member:
    """The staff member who is signed in. `sites` are those where any duty is held, by name."""

    staff_id: int
    public_id: str
    name: str
    email: str
    locale: str
    uniquifier: str
    viewer: Viewer
    sites: tuple[SiteName, ...]
    has_shortcuts: bool = True


@dataclass(frozen=True, slots=True)
class Colleague:
    """A staff member who may be named in a case."""

    staff_id: int
    public_id: str
    name: str


@dataclass(frozen=True, slots=True)
class PasswordOf:
    """What a sign-in needs to know about an account before anything is locked."""

    staff_id: int
    password_hash: str


@dataclass(frozen=True, slots=True)
class HeldDuty:
    """A live grant; `site_name` is None for every site."""

    grant_id: int
    duty: Duty
    site_id: int | None
    site_name: str | None
    granted_at: datetime
    granted_by: str | None


@dataclass(frozen=True, slots=True)
class StaffLine:
    """A staff member in a list."""

    staff_id: int
    public_id: str
    name: str
    email: str
    is_active: bool
    has_second_factor: bool
    last_signed_in_at: datetime | None
    duties: tuple[HeldDuty, ...]


@dataclass(frozen=True, slots=True)
class StaffPlace:
    """Where a staff member belongs, as public ids and names: None where nothing is noted."""

    unit: str | None
    unit_name: str | None
    company: str | None
    company_name: str | None
    heads_unit: bool


def viewer(session: Session, staff_id: int, *, at: datetime | None = None) -> Viewer:
    """Return who is looking, with the duties held now; somebody inactive or unknown holds none.

    With `at`, also for whom he or she stands in at that instant.
    """
    rows = session.execute(
        select(DutyGrant.site_id, DutyGrant.duty)
        .join(Staff, Staff.id == DutyGrant.staff_id)
        .where(DutyGrant.staff_id == staff_id, DutyGrant.revoked_at.is_(None), Staff.active)
    ).all()
    stands_in = stood_in_for(session, staff_id, at=at) if at is not None else None
    return viewer_of(staff_id, [(row.site_id, Duty(row.duty)) for row in rows], stands_in)


def member(session: Session, staff_id: int) -> Member:
    """Return a staff member as if signed in.

    Raises:
        StaffNotFound: unknown or inactive.
    """
    staff = session.scalars(select(Staff).where(Staff.id == staff_id, Staff.active)).one_or_none()
    if staff is None:
        raise StaffNotFound
    return _member(session, staff)


def signed_in(
    session: Session, *, uniquifier: str, session_public_id: str, at: datetime | None = None
) -> Member | None:
    """Return whose session this is, or None when it ended, was signed out everywhere, or the account was closed."""
    staff = session.scalars(
        select(Staff)
        .join(StaffSession, StaffSession.staff_id == Staff.id)
        .where(
            Staff.fs_uniquifier == uniquifier,
            Staff.active,
            StaffSession.public_id == session_public_id,
            StaffSession.ended_at.is_(None),
        )
    ).one_or_none()
    return None if staff is None else _member(session, staff, at=at)


def password_of(session: Session, email: str) -> PasswordOf | None:
    """Return what is needed to check a password, or None for an unknown address."""
    row = session.execute(
        select(Staff.id, Staff.password).where(Staff.email == tidy_email(email), Staff.password.is_not(None))
    ).one_or_none()
    return None if row is None else PasswordOf(row.id, row.password)


def staff_by_public_id(session: Session, public_id: str) -> Staff:
    """Return a staff row, active or not.

    Raises:
        StaffNotFound: there is none.
    """
    staff = session.scalars(select(Staff).where(Staff.public_id == public_id)).one_or_none()
    if staff is None:
        raise StaffNotFound
    return staff


def staff_by_email(session: Session, email: str) -> Staff | None:
    """Return a staff row by its address, active or not."""
    return session.scalars(select(Staff).where(Staff.email == tidy_email(email))).one_or_none()


def live_grant(session: Session, staff_id: int, grant_id: int) -> DutyGrant:
    """Return a live grant of a staff member.

    Raises:
        GrantNotFound: there is none.
    """
    grant = session.scalars(
        select(DutyGrant).where(
            DutyGrant.id == grant_id, DutyGrant.staff_id == staff_id, DutyGrant.revoked_at.is_(None)
        )
    ).one_or_none()
    if grant is None:
        raise GrantNotFound
    return grant


def staff_list(session: Session, *, limit: int = 500) -> list[StaffLine]:
    """Return everybody, active first, by name."""
    rows = session.scalars(select(Staff).order_by(Staff.active.desc(), Staff.name, Staff.id).limit(limit)).all()
    held = _duties_of(session, [row.id for row in rows])
    return [_line(row, held.get(row.id, ())) for row in rows]


def staff_line(session: Session, public_id: str) -> StaffLine:
    """Return one staff member with the duties held.

    Raises:
        StaffNotFound: there is none.
    """
    staff = staff_by_public_id(session, public_id)
    return _line(staff, _duties_of(session, [staff.id]).get(staff.id, ()))


def place_of(session: Session, staff_id: int) -> StaffPlace:
    """Return where a staff member belongs."""
    row = session.execute(
        select(
            Unit.public_id.label("unit"),
            Unit.name.label("unit_name"),
            Company.public_id.label("company"),
            Company.name.label("company_name"),
            Staff.heads_unit,
        )
        .select_from(Staff)
        .outerjoin(Unit, Unit.id == Staff.unit_id)
        .outerjoin(Company, Company.id == Staff.company_id)
        .where(Staff.id == staff_id)
    ).one()
    return StaffPlace(*row)


def names(session: Session, staff_ids: Iterable[int]) -> dict[int, str]:
    """Return the names of staff members by id; an unknown id is left out."""
    wanted = sorted(set(staff_ids))
    if not wanted:
        return {}
    return {row.id: row.name for row in session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(wanted)))}


def colleagues(session: Session, site_id: int) -> list[Colleague]:
    """Return the active staff of a site by name: those of its units, and those who hold a duty there."""
    at_site = or_(
        Staff.unit_id.in_(select(Unit.id).where(Unit.site_id == site_id)),
        Staff.id.in_(select(DutyGrant.staff_id).where(DutyGrant.site_id == site_id, DutyGrant.revoked_at.is_(None))),
    )
    rows = session.execute(
        select(Staff.id, Staff.public_id, Staff.name).where(Staff.active, at_site).order_by(Staff.name, Staff.id)
    )
    return [Colleague(*row) for row in rows]


def _member(session: Session, staff: Staff, *, at: datetime | None = None) -> Member:
    who = viewer(session, staff.id, at=at)
    return Member(
        staff_id=staff.id,
        public_id=staff.public_id,
        name=staff.name,
        email=staff.email,
        locale=staff.locale,
        uniquifier=staff.fs_uniquifier,
        viewer=who,
        sites=_sites(session, who),
        has_shortcuts=not staff.shortcuts_off,
    )


def _sites(session: Session, who: Viewer) -> tuple[SiteName, ...]:
    if not who.everywhere and not who.at_site:
        return ()
    query = select(Site).where(Site.is_active).order_by(Site.name)
    if not who.everywhere:
        query = query.where(Site.id.in_(who.at_site))
    return tuple(_site_name(site) for site in session.scalars(query))


def _site_name(site: Site) -> SiteName:
    return SiteName(site.id, site.slug, site.name, site.time_zone)


def _duties_of(session: Session, staff_ids: Sequence[int]) -> dict[int, tuple[HeldDuty, ...]]:
    rows = session.execute(
        select(DutyGrant, Site.name)
        .outerjoin(Site, Site.id == DutyGrant.site_id)
        .where(DutyGrant.staff_id.in_(staff_ids), DutyGrant.revoked_at.is_(None))
        .order_by(Site.name, DutyGrant.duty)
    ).all()
    givers = names(session, [grant.granted_by_id for grant, _ in rows if grant.granted_by_id is not None])
    held: dict[int, tuple[HeldDuty, ...]] = {}
    for grant, site_name in rows:
        duty = HeldDuty(
            grant_id=grant.id,
            duty=Duty(grant.duty),
            site_id=grant.site_id,
            site_name=site_name,
            granted_at=grant.granted_at,
            granted_by=givers.get(grant.granted_by_id or 0),
        )
        held[grant.staff_id] = (*held.get(grant.staff_id, ()), duty)
    return held


def _line(staff: Staff, duties: tuple[HeldDuty, ...]) -> StaffLine:
    return StaffLine(
        staff_id=staff.id,
        public_id=staff.public_id,
        name=staff.name,
        email=staff.email,
        is_active=staff.active,
        has_second_factor=staff.tf_totp_secret is not None,
        last_signed_in_at=staff.current_login_at,
        duties=duties,
    )
