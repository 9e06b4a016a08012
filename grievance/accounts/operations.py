"""Changes to staff and their duties. Signing in is in `sign_in`; what a duty opens is in `permissions`."""

import secrets
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from grievance.accounts.audit import AuditAction, record
from grievance.accounts.models import DutyGrant, Staff, StaffSession
from grievance.accounts.permissions import AT_EVERY_SITE, Duty
from grievance.core.db import lock_row
from grievance.crypto.fields import new_public_id
from grievance.sites.models import Unit


class EmailTaken(Exception):
    """Another staff member has that e-mail address."""


class CannotGrantToSelf(Exception):
    """Nobody grants a duty to himself or herself."""


class CannotRevokeOwn(Exception):
    """Nobody takes a duty from himself or herself: the last administrator would lock everyone out."""


class CannotDeactivateSelf(Exception):
    """Nobody closes his or her own account."""


class CannotMoveSelf(Exception):
    """Nobody says of himself or herself to which unit or company he or she belongs."""


class MoveReason(StrEnum):
    """Why somebody belongs elsewhere now: a code, because the audit trail has no words."""

    NEW_POST = "new_post"
    REORGANISED = "reorganised"
    WAS_WRONG = "was_wrong"


class CannotResetOwn(Exception):
    """Nobody resets his or her own second factor: whoever holds an open session could take the account."""


class GrantExists(Exception):
    """The duty is held at that site already."""


class DutyNeedsSite(Exception):
    """Only administrators and outside reviewers hold a duty at every site at once."""


class AlreadyRevoked(Exception):
    """The duty was taken away before."""


def create_staff(
    session: Session,
    *,
    name: str,
    surname: str = "",
    email: str,
    password_hash: str,
    locale: str = "es",
    company_id: int | None = None,
    unit_id: int | None = None,
    heads_unit: bool = False,
    by: int | None,
    at: datetime,
) -> Staff:
    """Add a staff member without any duty. The password is a first one: the person chooses another at first sign-in.

    Raises:
        EmailTaken: another staff member has that address, in whatever case it is written.
    """
    staff = Staff(
        public_id=new_public_id(),
        email=tidy_email(email),
        name=name.strip(),
        surname=surname.strip(),
        password=password_hash,
        fs_uniquifier=new_uniquifier(),
        locale=locale,
        company_id=company_id,
        unit_id=unit_id,
        heads_unit=heads_unit,
        active=True,
        failed_count=0,
        code_failed_count=0,
        created_at=at,
    )
    try:
        with session.begin_nested():
            session.add(staff)
    except IntegrityError as error:
        raise EmailTaken from error
    _note(session, staff, AuditAction.STAFF_CREATED, by=by, at=at)
    return staff


def grant_duty(
    session: Session, *, staff: Staff, site_id: int | None, duty: Duty, by: int | None, at: datetime
) -> DutyGrant:
    """Give a duty at a site. `by` is None on the command line only; `site_id` None is every site (AT_EVERY_SITE).

    Raises:
        CannotGrantToSelf: the giver is the receiver.
        DutyNeedsSite: no site, and the duty is none that is held everywhere.
        GrantExists: it is held already.
    """
    if by == staff.id:
        raise CannotGrantToSelf
    if site_id is None and duty not in AT_EVERY_SITE:
        raise DutyNeedsSite(duty)
    lock_row(session, Staff, id=staff.id)
    live = select(DutyGrant.id).where(
        DutyGrant.staff_id == staff.id, DutyGrant.duty == duty, DutyGrant.revoked_at.is_(None)
    )
    live = live.where(DutyGrant.site_id.is_(None) if site_id is None else DutyGrant.site_id == site_id)
    if session.scalars(live).first() is not None:
        raise GrantExists
    grant = DutyGrant(staff_id=staff.id, site_id=site_id, duty=duty, granted_by_id=by, granted_at=at)
    session.add(grant)
    session.flush()
    _note(session, staff, AuditAction.DUTY_GRANTED, by=by, at=at, site_id=site_id, duty=duty)
    return grant


def revoke_duty(session: Session, *, grant: DutyGrant, by: int | None, at: datetime) -> None:
    """Take a duty away. The person's open pages lose it with their next request.

    Raises:
        CannotRevokeOwn: the duty is held by whoever takes it away.
        AlreadyRevoked: somebody was faster.
    """
    if by == grant.staff_id:
        raise CannotRevokeOwn
    lock_row(session, DutyGrant, id=grant.id)
    session.refresh(grant)
    if grant.revoked_at is not None:
        raise AlreadyRevoked
    grant.revoked_at = at
    session.flush()
    staff = session.get_one(Staff, grant.staff_id)
    _note(session, staff, AuditAction.DUTY_REVOKED, by=by, at=at, site_id=grant.site_id, duty=grant.duty)


def deactivate(session: Session, *, staff: Staff, by: int | None, at: datetime) -> None:
    """Close an account: signed out everywhere at once, no sign-in after it. Duties stay on record.

    Raises:
        CannotDeactivateSelf: the account is one's own.
    """
    if by == staff.id:
        raise CannotDeactivateSelf
    staff.active = False
    end_every_session(session, staff, at=at)
    _note(session, staff, AuditAction.STAFF_DEACTIVATED, by=by, at=at)


def reactivate(session: Session, *, staff: Staff, by: int | None, at: datetime) -> None:
    """Open a closed account again, with the duties that were not taken away."""
    staff.active = True
    session.flush()
    _note(session, staff, AuditAction.STAFF_REACTIVATED, by=by, at=at)


def move_staff(
    session: Session,
    *,
    staff: Staff,
    unit: Unit | None,
    company_id: int | None,
    heads_unit: bool,
    reason: MoveReason,
    by: int | None,
    at: datetime,
) -> bool:
    """Say where a person belongs; a unit brings its company. Return whether it is new. Walls are the caller's to raise.

    Raises:
        CannotMoveSelf: whoever says so is the person.
    """
    if by == staff.id:
        raise CannotMoveSelf
    lock_row(session, Staff, id=staff.id)
    session.refresh(staff)
    before = (staff.unit_id, staff.company_id, staff.heads_unit)
    staff.unit_id = unit.id if unit else None
    staff.company_id = unit.company_id if unit and unit.company_id else company_id
    staff.heads_unit = heads_unit and unit is not None
    after = (staff.unit_id, staff.company_id, staff.heads_unit)
    if before == after:
        return False
    session.flush()
    unit_id, firm, heads = (f"{was}>{now}" for was, now in zip(before, after, strict=True))
    _note(
        session,
        staff,
        AuditAction.STAFF_MOVED,
        by=by,
        at=at,
        reason=reason.value,
        unit=unit_id,
        company=firm,
        heads=heads,
    )
    return True


def reset_second_factor(session: Session, *, staff: Staff, password_hash: str, by: int | None, at: datetime) -> None:
    """Let a person who lost the authenticator begin again: a new first password, no second factor, signed out.

    The password changes too: whoever knows the old one must not be the one to set the new second factor.

    Raises:
        CannotResetOwn: the account is one's own.
    """
    if by == staff.id:
        raise CannotResetOwn
    staff.password = password_hash
    staff.tf_totp_secret = None
    staff.tf_last_counter = None
    staff.mf_recovery_codes = None
    staff.failed_count = staff.code_failed_count = 0
    staff.last_failed_at = staff.code_last_failed_at = None
    end_every_session(session, staff, at=at)
    _note(session, staff, AuditAction.SECOND_FACTOR_RESET, by=by, at=at)


def choose_locale(session: Session, *, staff: Staff, locale: str) -> None:
    """Keep the language in which a person wants to work."""
    staff.locale = locale
    session.flush()


def use_shortcuts(session: Session, *, staff: Staff) -> None:
    """Let single keys do something for a person."""
    staff.shortcuts_off = False
    session.flush()


def leave_shortcuts(session: Session, *, staff: Staff) -> None:
    """Let single keys do nothing for a person."""
    staff.shortcuts_off = True
    session.flush()


def tidy_email(email: str) -> str:
    """Return an address as it is stored and looked up: without spaces around it, in small letters."""
    return email.strip().casefold()


def end_every_session(session: Session, staff: Staff, *, at: datetime) -> None:
    """End the sessions of an account on every device. The line in the audit trail is the caller's."""
    staff.fs_uniquifier = new_uniquifier()
    session.execute(
        update(StaffSession)
        .where(StaffSession.staff_id == staff.id, StaffSession.ended_at.is_(None))
        .values(ended_at=at)
    )
    session.flush()


def new_uniquifier() -> str:
    """Return a new value for `Staff.fs_uniquifier`: sessions that carry the old one end."""
    return secrets.token_hex(32)


def _note(
    session: Session,
    staff: Staff,
    action: AuditAction,
    *,
    by: int | None,
    at: datetime,
    site_id: int | None = None,
    **codes: str,
) -> None:
    record(
        session,
        actor_id=by,
        action=action,
        subject_kind="staff",
        subject=staff.public_id,
        site_id=site_id,
        codes=codes,
        at=at,
    )
