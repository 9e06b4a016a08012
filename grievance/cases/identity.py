"""Who the person is: opened with a reason that the person can read, deleted when he or she asks, confirmed by a code.

Names, numbers and addresses leave this module only through `open_identity`, which writes who looked and why.
"""

import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import or_, select, true
from sqlalchemy.orm import Session

from grievance.accounts import audit
from grievance.accounts.audit import AuditAction
from grievance.accounts.models import Staff
from grievance.cases import mailing
from grievance.cases.attempts import Counted, add_one, counter
from grievance.cases.held import HeldByLaw, is_held
from grievance.cases.models import Case, Complainant
from grievance.cases.queries import is_proven, own_reference, site_of
from grievance.cases.record import IdentityOpening
from grievance.cases.states import COMPLAINANT, Actor, EventKind, Reach
from grievance.cases.transitions import record
from grievance.cases.ways import people
from grievance.core.i18n import Locale
from grievance.core.phone import PhoneNumber, shown_phone
from grievance.crypto.fields import new_public_id, reads_blocked, seal, unseal
from grievance.messaging import outbox, threads
from grievance.messaging.models import Thread
from grievance.messaging.texts import TextName
from grievance.sites.queries import lines

CODE_DIGITS = 6
CODE_LIVES = timedelta(minutes=15)
CODE_TRIES = 5
"""Guesses of a six-digit code before it is worth nothing: five in a million."""

CODE_AGAIN_AFTER = timedelta(minutes=1)
"""A number is not flooded with codes by somebody who types it in again and again."""

CODES_PER_DAY = 5
"""Codes that one number gets until it is left in peace for a day, whoever types it in, in however many cases. Filing is
open to all: without this we could be made to text a stranger without end, and six digits could be guessed in time."""


class ReasonMissing(Exception):
    """Identity is opened for a reason that the person will read."""


class AlreadyTexting(Exception):
    """The person files and is answered by text; that number stays the key of the case."""


class CodeJustSent(Exception):
    """A code was sent a moment ago."""


class TooManyCodes(Exception):
    """The number had its codes of the day."""


class OwnLine(Exception):
    """The number is a line of ours: two lines that answer each other would never stop."""


class CodeWrong(Exception):
    """Not the code that was sent. The unit of work must be kept: it has counted the try."""


class CodeExpired(Exception):
    """Too old, tried too often, or none was sent: a new one is needed."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a person is, as far as he or she said."""

    complainant_public_id: str
    name: str | None = field(repr=False)
    phone: str | None = field(repr=False)
    email: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class OpeningPart:
    """Who opened the identity, when, and why."""

    opened_at: datetime
    staff_name: str
    reason: str | None = field(repr=False)


def open_identity(session: Session, case: Case, *, reason: str, by: Actor, at: datetime) -> tuple[Identity, ...]:
    """Return who the people behind a case are; written down, audited, and shown to them with the reason.

    Raises:
        ReasonMissing: no reason is given.
    """
    if not reason.strip():
        raise ReasonMissing
    opening = IdentityOpening(public_id=new_public_id(), case_id=case.id, staff_id=by.staff, opened_at=at)
    seal(session, opening, "reason", reason)
    session.add(opening)
    record(session, case, EventKind.IDENTITY_OPENED, by=by, at=at, words=(opening, "reason"))
    found = tuple(identity_of(session, person, thread) for person, thread in people(session, case))
    audit.record(
        session,
        actor_id=by.staff,
        action=AuditAction.IDENTITY_OPENED,
        subject_kind="case",
        subject=case.public_id,
        site_id=case.site_id,
        at=at,
    )
    return found


def openings(session: Session, case_id: int, *, of: int | None = None) -> tuple[OpeningPart, ...]:
    """Return who opened the identity behind a case, the latest first; with `of`, only what concerns that person."""
    theirs = or_(IdentityOpening.complainant_id.is_(None), IdentityOpening.complainant_id == of)
    rows = session.execute(
        select(IdentityOpening, Staff.name)
        .join(Staff, Staff.id == IdentityOpening.staff_id)
        .where(IdentityOpening.case_id == case_id, theirs if of is not None else true())
        .order_by(IdentityOpening.opened_at.desc(), IdentityOpening.id.desc())
    )
    return tuple(OpeningPart(row.opened_at, name, unseal(session, row, "reason")) for row, name in rows)


def delete_contact(session: Session, case: Case, complainant: Complainant, *, at: datetime) -> None:
    """Erase the name, e-mail and number that a person left. The case goes on, read with its code.

    Raises:
        HeldByLaw: a hold covers the case, and with it who the people in it are.

    A number on which the same person has other cases stays with those; otherwise it is forgotten everywhere. One that
    was typed in and never confirmed is forgotten only if it never wrote to us: it may be somebody else's, who asked
    for silence or whose text still waits.
    """
    if is_held(session, case.id):
        raise HeldByLaw(case.public_id)
    clear_contact(session, complainant, at=at)
    record(session, case, EventKind.CONTACT_DELETED, by=COMPLAINANT, at=at)


def clear_contact(session: Session, complainant: Complainant, *, at: datetime) -> None:
    """Empty the name, e-mail and number of a person, without an event: the operation that asks for it records its own.

    A number goes as `delete_contact` says.
    """
    was_proven = complainant.reach == Reach.TEXTS or complainant.verified_at is not None
    complainant.name_sealed = complainant.code_sealed = None
    mailing.forget_address(session, complainant)
    complainant.verified_at = complainant.code_until = None
    complainant.reach = Reach.PAGE.value
    complainant.contact_deleted_at = at
    thread_id, complainant.thread_id = complainant.thread_id, None
    session.flush()
    if thread_id is not None and not _others_on(session, thread_id, proven=was_proven):
        thread = session.get_one(Thread, thread_id)
        if was_proven or thread.last_inbound_at is None:
            threads.forget_number(session, thread)


def add_phone(
    session: Session, case: Case, complainant: Complainant, number: PhoneNumber, *, line: str, at: datetime
) -> None:
    """Send a code to a number that a person typed in; nothing else is sent there before it comes back.

    Raises:
        AlreadyTexting: the person is reached by text already.
        CodeJustSent: the last code is less than a minute old.
        TooManyCodes: the number had its codes of the day.
        OwnLine: it is a line of ours.
    """
    if complainant.reach == Reach.TEXTS:
        raise AlreadyTexting
    if complainant.code_until is not None and at < complainant.code_until - CODE_LIVES + CODE_AGAIN_AFTER:
        raise CodeJustSent
    _count_code(session, number, at=at)
    site = site_of(session, case)
    locale = Locale(case.locale)
    thread = threads.open_thread(session, line=line, number=number, site_id=case.site_id, locale=locale)
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
    complainant.thread_id = thread.id
    complainant.verified_at = None
    if complainant.reach != Reach.MAIL:
        complainant.reach = Reach.PAGE.value
    complainant.code_until, complainant.code_tries = at + CODE_LIVES, 0
    complainant.contact_deleted_at = None
    seal(session, complainant, "code", code)
    outbox.enqueue(
        session,
        thread,
        TextName.VERIFY_NUMBER,
        values={"site": site.sms_name, "code": code},
        subject=case.public_id,
        at=at,
        is_asked_for=True,
        time_zone=site.time_zone,
        locale=locale,
        wipe_when_sent=True,
    )


def confirm_phone(session: Session, case: Case, complainant: Complainant, code: str, *, at: datetime) -> None:
    """Compare the code that a person typed in; from then on notices go to the number.

    Raises:
        CodeWrong: it is another; the try is counted, so the unit of work must be kept.
        CodeExpired: there is none to compare with any more.
    """
    sent = unseal(session, complainant, "code")
    is_alive = complainant.code_until is not None and at <= complainant.code_until
    if sent is None or not is_alive or complainant.code_tries >= CODE_TRIES or complainant.thread_id is None:
        raise CodeExpired
    complainant.code_tries += 1
    digits = "".join(symbol for symbol in code if symbol in "0123456789")
    if not hmac.compare_digest(digits.encode(), sent.encode()):
        raise CodeWrong
    complainant.code_sealed, complainant.code_until = None, None
    complainant.verified_at, complainant.reach = at, Reach.NOTICES.value
    thread = session.get_one(Thread, complainant.thread_id)
    thread.verified_at = thread.verified_at or at
    site = site_of(session, case)
    record(session, case, EventKind.CONTACT_ADDED, by=COMPLAINANT, at=at)
    outbox.enqueue(
        session,
        thread,
        TextName.NUMBER_VERIFIED,
        values={"site": site.sms_name, "reference": own_reference(session, complainant)},
        subject=case.public_id,
        at=at,
        is_asked_for=True,
        time_zone=site.time_zone,
    )


def identity_of(session: Session, person: Complainant, thread: Thread | None) -> Identity:
    """Return who a person is. Only for those who write down, at once, that it was looked at and why.

    Of somebody whose words are blocked, neither number nor address is given: they have no cover of their own.
    """
    if person.blocked_at is not None and not reads_blocked(session):
        return Identity(person.public_id, unseal(session, person, "name"), None, None)
    # A number that was never confirmed may be anybody's: it is not this person's identity.
    is_own = thread is not None and (person.reach == Reach.TEXTS or person.verified_at is not None)
    number = threads.number_of(session, thread) if thread is not None and is_own else None
    return Identity(
        person.public_id,
        unseal(session, person, "name"),
        shown_phone(PhoneNumber(number)) if number else None,
        unseal(session, person, "email"),
    )


def _others_on(session: Session, thread_id: int, *, proven: bool) -> bool:
    """Return whether others use a number. Whoever only typed it in does not keep its owner from deleting it."""
    on_it = select(Complainant.id).where(Complainant.thread_id == thread_id).limit(1)
    return session.scalars(on_it.where(is_proven()) if proven else on_it).one_or_none() is not None


def _count_code(session: Session, number: PhoneNumber, *, at: datetime) -> None:
    """Count a code sent to a number, under a digest of its own: deleting the number does not begin anew."""
    if number in {threads.bare_number(line.number) for line in lines(session)}:
        raise OwnLine
    sent = counter(session, Counted.CODES_SENT, number, at=at)
    if sent.failures >= CODES_PER_DAY:
        raise TooManyCodes
    add_one(sent, at=at)
