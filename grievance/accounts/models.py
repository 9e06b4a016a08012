"""Tables of staff, duties and the audit trail."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, ForeignKey, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from grievance.accounts.permissions import Duty
from grievance.core.db import Base, one_of, short_text
from grievance.crypto.fields import new_public_id


class Staff(Base):
    """A staff member. Columns that begin with fs_, tf_ and mf_ have the names that the sign-in library gives them."""

    __tablename__ = "staff"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(22), unique=True, default=new_public_id)
    email: Mapped[str] = mapped_column(String(255), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    surname: Mapped[str] = mapped_column(String(80), default="")
    """Looked for in the words of new cases, which are hidden from this person when it is found."""
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(Boolean, default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    """Changing it signs the person out everywhere."""
    tf_totp_secret: Mapped[str | None] = mapped_column(String(255))
    tf_last_counter: Mapped[int | None] = mapped_column(Integer)
    """Counter of the last code accepted: the same code is refused a second time."""
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(JSON)
    current_login_at: Mapped[datetime | None]
    last_failed_at: Mapped[datetime | None]
    failed_count: Mapped[int] = mapped_column(Integer, default=0)
    code_last_failed_at: Mapped[datetime | None]
    """When the last wrong code came after the right password; the wait for codes counts from here."""
    code_failed_count: Mapped[int] = mapped_column(Integer, default=0)
    """Wrong codes in a row after the right password. Apart from `failed_count`, which anybody who knows the e-mail
    address can drive up: these only somebody who knows the password."""
    locale: Mapped[str] = mapped_column(String(8), default="es")
    shortcuts_off: Mapped[bool] = mapped_column(Boolean, default=False)
    """Single keys do nothing. For whoever speaks to the computer. Source: WCAG 2.2, success criterion 2.1.4."""
    company_id: Mapped[int | None] = mapped_column(ForeignKey("company.id", ondelete="RESTRICT"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id", ondelete="RESTRICT"))
    heads_unit: Mapped[bool] = mapped_column(Boolean, default=False)
    created_at: Mapped[datetime]


class DutyGrant(Base):
    """A duty held by a staff member at a site; a null site is every site of the installation (administrators)."""

    __tablename__ = "duty_grant"
    __table_args__ = (one_of("duty", Duty), Index("ix_duty_grant_staff_live", "staff_id", "revoked_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="RESTRICT"))
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id", ondelete="RESTRICT"), index=True)
    duty: Mapped[str] = mapped_column(short_text())
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="RESTRICT"))
    """None only for the first administrator, made on the command line."""
    granted_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class StaffSession(Base):
    """One sign-in of a staff member on one device, so that it can be listed and ended from elsewhere.

    The cookie is signed but lives in the browser: without this row a copied cookie would outlive the sign-out.
    """

    __tablename__ = "staff_session"
    __table_args__ = (Index("ix_staff_session_staff_live", "staff_id", "ended_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(22), unique=True, default=new_public_id)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"))
    device: Mapped[str] = mapped_column(String(60), default="")
    """Browser and system in a few words ("Firefox, Linux"), so that a person recognises it. Never an address."""
    started_at: Mapped[datetime]
    last_seen_at: Mapped[datetime | None]
    """Of the last request, to within some minutes."""
    ended_at: Mapped[datetime | None]


class AuditEntry(Base):
    """One line of the audit trail: append-only, each carrying the keyed digest of the one before."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_subject", "subject_kind", "subject"),
        Index("ix_audit_entry_action", "action", "seq"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(Integer, unique=True)
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="RESTRICT"), index=True)
    """None for the system and the command line."""
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id", ondelete="RESTRICT"))
    action: Mapped[str] = mapped_column(short_text())
    subject_kind: Mapped[str] = mapped_column(short_text())
    subject: Mapped[str] = mapped_column(String(40))
    codes: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """Codes and ids only, never words."""
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
