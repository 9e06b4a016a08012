"""Signing in and out, as far as it is stored: tries, second factors, recovery codes, sessions.

Not for checking a password or a code: the web side does that with its library and hands in whether it was right.
"""

import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from grievance.accounts.audit import AuditAction, record
from grievance.accounts.models import Staff, StaffSession
from grievance.accounts.operations import end_every_session
from grievance.accounts.slowdown import failures_after, must_wait
from grievance.core.db import lock_row
from grievance.crypto.codes import ALPHABET
from grievance.crypto.fields import keys_of, new_public_id

RECOVERY_CODES = 10
RECOVERY_CODE_CHARACTERS = 10
"""Fifty random bits each; ten codes behind a slow-down of one try a minute."""

SESSION_HOURS_MAX = 12
"""NIST SP 800-63B-4 (2025), 2.2.3: at most 24 hours at AAL2; a working day is enough here."""


def lock_staff(session: Session, staff_id: int) -> Staff:
    """Return a staff row that nobody else changes until this unit ends."""
    lock_row(session, Staff, id=staff_id)
    return session.get_one(Staff, staff_id, populate_existing=True)


def code_waits(staff: Staff, *, is_known_device: bool, at: datetime) -> bool:
    """Return whether a code comes too soon after wrong ones that followed the right password."""
    return not is_known_device and must_wait(staff.code_failed_count, staff.code_last_failed_at, at)


def note_try(session: Session, staff: Staff, *, is_right: bool, is_known_device: bool, at: datetime) -> bool:
    """Count a try at the password of a locked row; return whether it may go on.

    A right try that comes too soon is refused like a wrong one, so that waiting cannot be skipped by trying many at
    once. Nobody can keep the owner out by failing on purpose: a device on which this person signed in before does not
    wait, nor does whoever gives the code along with the password (`note_code` alone), nor a first password, which is
    random and cannot be guessed.
    """
    is_exempt = is_known_device or staff.tf_totp_secret is None
    too_soon = not is_exempt and must_wait(staff.failed_count, staff.last_failed_at, at)
    if is_right and not too_soon and staff.active:
        return True
    if not too_soon:
        staff.failed_count = failures_after(staff.failed_count, staff.last_failed_at, at)
        staff.last_failed_at = at
        session.flush()
    record_failure(session, staff, at=at)
    return False


def note_code(session: Session, staff: Staff, *, is_right: bool, is_known_device: bool, at: datetime) -> bool:
    """Count a try at the second factor, after the right password, of a locked row; return whether it may go on."""
    too_soon = code_waits(staff, is_known_device=is_known_device, at=at)
    if is_right and not too_soon and staff.active:
        return True
    if not too_soon:
        staff.code_failed_count = failures_after(staff.code_failed_count, staff.code_last_failed_at, at)
        staff.code_last_failed_at = at
        session.flush()
    record_failure(session, staff, at=at)
    return False


def note_wrong_password(session: Session, staff: Staff, *, is_known_device: bool, at: datetime) -> None:
    """Count a password that was wrong whatever else came with it."""
    note_try(session, staff, is_right=False, is_known_device=is_known_device, at=at)


def record_failure(session: Session, staff: Staff | None, *, at: datetime) -> None:
    """Leave a line about a sign-in that failed; for an unknown address too, so that both take the same time."""
    record(
        session,
        actor_id=None,
        action=AuditAction.SIGN_IN_FAILED,
        subject_kind="staff",
        subject=staff.public_id if staff else "",
        at=at,
    )


def begin_session(session: Session, staff: Staff, *, device: str, at: datetime) -> StaffSession:
    """Open a session after password and second factor were right; earlier failures are forgotten."""
    staff.failed_count = staff.code_failed_count = 0
    staff.last_failed_at = staff.code_last_failed_at = None
    staff.current_login_at = at
    opened = StaffSession(public_id=new_public_id(), staff_id=staff.id, device=device, started_at=at, last_seen_at=at)
    session.add(opened)
    session.flush()
    _note(session, staff, AuditAction.SIGNED_IN, at=at)
    return opened


def end_session(session: Session, staff_id: int, session_public_id: str, *, at: datetime) -> None:
    """Sign one device out; a session that has ended is no error."""
    session.execute(
        update(StaffSession)
        .where(
            StaffSession.public_id == session_public_id,
            StaffSession.staff_id == staff_id,
            StaffSession.ended_at.is_(None),
        )
        .values(ended_at=at)
    )
    _note(session, session.get_one(Staff, staff_id), AuditAction.SIGNED_OUT, at=at)


def end_all_sessions(session: Session, staff: Staff, *, at: datetime) -> None:
    """Sign a person out on every device, at his or her own wish."""
    end_every_session(session, staff, at=at)
    _note(session, staff, AuditAction.SIGNED_OUT_EVERYWHERE, at=at)


def end_session_of(session: Session, staff: Staff, session_public_id: str, *, by: int, at: datetime) -> None:
    """Sign one device of somebody else out; a session that has ended is no error."""
    session.execute(
        update(StaffSession)
        .where(
            StaffSession.public_id == session_public_id,
            StaffSession.staff_id == staff.id,
            StaffSession.ended_at.is_(None),
        )
        .values(ended_at=at)
    )
    _note(session, staff, AuditAction.SESSION_ENDED, by=by, at=at)


def end_sessions_of(session: Session, staff: Staff, *, by: int, at: datetime) -> None:
    """Sign somebody else out on every device; signing in again stays possible while the account is open."""
    end_every_session(session, staff, at=at)
    _note(session, staff, AuditAction.SESSION_ENDED, by=by, at=at)


def note_seen(session: Session, session_public_id: str, *, at: datetime) -> None:
    """Keep when a session was last used."""
    session.execute(update(StaffSession).where(StaffSession.public_id == session_public_id).values(last_seen_at=at))


def open_sessions(session: Session, staff_id: int, *, now: datetime) -> Sequence[StaffSession]:
    """Return the sessions that may still be in use, latest first; at most 50."""
    return session.scalars(
        select(StaffSession)
        .where(
            StaffSession.staff_id == staff_id,
            StaffSession.ended_at.is_(None),
            StaffSession.started_at > now - timedelta(hours=SESSION_HOURS_MAX),
        )
        .order_by(StaffSession.started_at.desc(), StaffSession.id.desc())
        .limit(50)
    ).all()


def set_password(session: Session, staff: Staff, *, password_hash: str, at: datetime) -> None:
    """Keep a new password; every session ends, the caller opens a new one for this device."""
    staff.password = password_hash
    session.flush()
    _note(session, staff, AuditAction.PASSWORD_CHANGED, at=at)


def set_second_factor(session: Session, staff: Staff, *, totp_secret: str, at: datetime) -> None:
    """Keep a second factor that the person has shown to work."""
    staff.tf_totp_secret = totp_secret
    staff.tf_last_counter = None
    session.flush()
    _note(session, staff, AuditAction.SECOND_FACTOR_SET, at=at)


def new_recovery_codes(session: Session, staff: Staff, *, at: datetime) -> list[str]:
    """Make ten codes, each of which replaces the second factor once; earlier ones are void. Only digests are kept."""
    codes = [_new_code() for _ in range(RECOVERY_CODES)]
    staff.mf_recovery_codes = [_digest(session, staff, code) for code in codes]
    session.flush()
    _note(session, staff, AuditAction.RECOVERY_CODES_MADE, at=at)
    return codes


def holds_recovery_code(session: Session, staff: Staff, code: str) -> bool:
    """Return whether a code is one of those left."""
    digest = _digest(session, staff, code)
    return any(hmac.compare_digest(digest, kept) for kept in staff.mf_recovery_codes or [])


def use_recovery_code(session: Session, staff: Staff, code: str, *, at: datetime) -> int:
    """Strike out a code that was just accepted, on a locked row; return how many are left."""
    digest = _digest(session, staff, code)
    staff.mf_recovery_codes = [kept for kept in staff.mf_recovery_codes or [] if kept != digest]
    session.flush()
    _note(session, staff, AuditAction.RECOVERY_CODE_USED, at=at)
    return len(staff.mf_recovery_codes)


def _new_code() -> str:
    symbols = "".join(secrets.choice(ALPHABET) for _ in range(RECOVERY_CODE_CHARACTERS)).lower()
    half = RECOVERY_CODE_CHARACTERS // 2
    return f"{symbols[:half]}-{symbols[half:]}"


def _digest(session: Session, staff: Staff, code: str) -> str:
    plain = "".join(symbol for symbol in code.casefold() if symbol.isalnum())
    plain = plain.replace("o", "0").replace("i", "1").replace("l", "1")
    return keys_of(session).code_digest("recovery code", f"{staff.public_id}:{plain}").hex()


def _note(session: Session, staff: Staff, action: AuditAction, *, at: datetime, by: int | None = None) -> None:
    actor = staff.id if by is None else by
    record(session, actor_id=actor, action=action, subject_kind="staff", subject=staff.public_id, at=at)
