"""E-mail to people who complain: leaving an address, confirming it, and the one notice that there is something to read.

A notice says nothing of what it is about, and no second one goes out before the person has looked at the follow-up
page. Nothing but the link to confirm goes to an address before its owner pressed the button behind it. Not for: what
became of a mail (`rounds.mail_results`), nor staff (`rounds.staff_mail`).
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.cases.attempts import Counted, add_one, counter
from grievance.cases.held import HeldByLaw, is_held
from grievance.cases.mail_record import MailedMessage, PersonMail
from grievance.cases.models import Case, CaseMessage, Complainant
from grievance.cases.queries import own_reference, site_of
from grievance.cases.states import COMPLAINANT, EventKind, Reach
from grievance.cases.transitions import load_for_change, record
from grievance.core.email import EmailAddress
from grievance.core.i18n import SPANISH, Locale
from grievance.crypto.fields import keys_of, seal, unseal
from grievance.messaging import mail_outbox
from grievance.messaging.hours import may_go_at
from grievance.messaging.mail_models import OutboundMail
from grievance.messaging.mail_wording import MailName
from grievance.messaging.models import OutboundState
from grievance.messaging.outbox import ANY_HOUR

LINK_LIVES = timedelta(days=3)
LINK_BYTES = 16
"""Random bytes in the link: it opens nothing, but whoever guessed it could confirm a stranger's address."""

AGAIN_AFTER = timedelta(minutes=1)
LINKS_PER_DAY = 5
"""Links that one address gets until it is left in peace for a day, whoever writes it, in however many cases: filing is
open to all, and we must not be made to write to a stranger without end."""


class AlreadyTexting(Exception):
    """The person files and is answered by text; that number stays the key of the case."""


class LinkJustSent(Exception):
    """A link was sent a moment ago."""


class TooManyLinks(Exception):
    """The address had its links of the day."""


class LinkGone(LookupError):
    """The link was used, is too old, was replaced, or never was."""


@dataclass(frozen=True, slots=True)
class MailStanding:
    """How things stand with the address of a person, for the person."""

    is_left: bool = False
    is_verified: bool = False
    has_failed: bool = False
    is_noticed: bool = False
    """A notice waits for the person to look."""


def standing(session: Session, complainant_id: int) -> MailStanding:
    """Return how things stand with the address of a person."""
    row = session.get(PersonMail, complainant_id)
    if row is None:
        return MailStanding()
    return MailStanding(
        is_left=True,
        is_verified=row.verified_at is not None,
        has_failed=row.failed_at is not None,
        is_noticed=row.notice_id is not None,
    )


def add_address(session: Session, case: Case, person: Complainant, address: EmailAddress, *, at: datetime) -> None:
    """Keep an address that a person wrote, in place of an earlier one, and send it the link that confirms it.

    Raises:
        AlreadyTexting: the person is reached by text.
        LinkJustSent: the last link is less than a minute old.
        TooManyLinks: the address had its links of the day.
    """
    if person.reach == Reach.TEXTS:
        raise AlreadyTexting
    row = session.get(PersonMail, person.id)
    if row is not None and at < row.added_at + AGAIN_AFTER:
        raise LinkJustSent
    _count_link(session, address, at=at)
    mail_outbox.call_back(session, person.public_id)
    if row is None:
        row = PersonMail(complainant_id=person.id)
        session.add(row)
    token = secrets.token_urlsafe(LINK_BYTES)
    row.added_at, row.verified_at, row.failed_at, row.notice_id = at, None, None, None
    row.link_digest, row.link_until = _digest(session, token), at + LINK_LIVES
    if person.reach == Reach.MAIL:
        person.reach = Reach.PAGE.value
    person.contact_deleted_at = None
    seal(session, person, "email", address)
    locale = Locale(case.locale)
    mail_outbox.enqueue(
        session,
        MailName.CONFIRM_ADDRESS,
        recipient=person.public_id,
        address=address,
        locale=locale,
        values={"link": f"{page_address(session, locale)}/{'correo' if locale == SPANISH else 'mail'}/{token}"},
        at=at,
        not_before=at,
    )


def link_is_good(session: Session, token: str, *, at: datetime) -> bool:
    """Return whether a link can still confirm an address, changing nothing."""
    return _of_link(session, token, at=at) is not None


def confirm_address(session: Session, token: str, *, at: datetime) -> None:
    """Take the press of the button behind a link; from then on notices go to the address.

    Raises:
        LinkGone: the link is not good any more.
    """
    row = _of_link(session, token, at=at)
    if row is None:
        raise LinkGone
    person = session.get_one(Complainant, row.complainant_id)
    case = load_for_change(session, person.case_id)
    session.refresh(row, with_for_update=True)
    if row.link_digest != _digest(session, token):
        raise LinkGone
    row.link_digest, row.link_until, row.verified_at, row.failed_at = None, None, at, None
    person.reach = Reach.MAIL.value
    record(session, case, EventKind.CONTACT_ADDED, by=COMPLAINANT, at=at)


def delete_address(session: Session, case: Case, person: Complainant, *, at: datetime) -> None:
    """Erase the address that a person left; a confirmed phone gets the notices again. Nothing happens without one.

    Raises:
        HeldByLaw: a hold covers the case, and with it who the people in it are.
    """
    if person.email_sealed is None:
        return
    if is_held(session, case.id):
        raise HeldByLaw(case.public_id)
    forget_address(session, person)
    if person.reach == Reach.MAIL:
        person.reach = (Reach.NOTICES if person.verified_at is not None else Reach.PAGE).value
    record(session, case, EventKind.CONTACT_DELETED, by=COMPLAINANT, at=at)


def forget_address(session: Session, person: Complainant) -> None:
    """Erase the address of a person and call back what waits for it. For whatever deletes what we know of a person."""
    person.email_sealed = None
    row = session.get(PersonMail, person.id)
    if row is not None:
        session.delete(row)
    mail_outbox.call_back(session, person.public_id)


def notify_person(session: Session, case: Case, person: Complainant, *, at: datetime) -> OutboundMail | None:
    """Let a person know that there is something to read; return the notice that says so, which may be an earlier one.

    None where the address is gone.
    """
    row = session.get(PersonMail, person.id, with_for_update=True)
    address = unseal(session, person, "email")
    if row is None or row.verified_at is None or address is None:
        return None
    if row.notice_id is not None:
        return session.get_one(OutboundMail, row.notice_id)
    locale, zone = Locale(case.locale), site_of(session, case).time_zone
    mail = mail_outbox.enqueue(
        session,
        MailName.CASE_NEWS,
        recipient=person.public_id,
        address=EmailAddress(address),
        locale=locale,
        values={"reference": own_reference(session, person), "link": page_address(session, locale)},
        at=at,
        not_before=at if session.info.get(ANY_HOUR) else may_go_at(at, zone),
    )
    row.notice_id = mail.id
    return mail


def is_out(session: Session, message: CaseMessage) -> bool:
    """Return whether a server took the notice that stands for a message."""
    state = (
        select(OutboundMail.state)
        .join(MailedMessage, MailedMessage.mail_id == OutboundMail.id)
        .where(MailedMessage.message_id == message.id)
    )
    return session.scalars(state).one_or_none() == OutboundState.SENT


def note_looked(session: Session, person: Complainant) -> None:
    """Remember that the person looked at the page: another notice may go out."""
    row = session.get(PersonMail, person.id)
    if row is not None:
        row.notice_id = None


def page_address(session: Session, locale: Locale) -> str:
    """Return the whole address of the follow-up page."""
    path = "/es/seguimiento" if locale == SPANISH else "/en/follow-up"
    return f"{session.info.get('address', '')}{path}"


def _of_link(session: Session, token: str, *, at: datetime) -> PersonMail | None:
    found = select(PersonMail).where(PersonMail.link_digest == _digest(session, token), PersonMail.link_until >= at)
    return session.scalars(found).one_or_none()


def _digest(session: Session, token: str) -> bytes:
    return keys_of(session).code_digest("mail.link", token)


def _count_link(session: Session, address: EmailAddress, *, at: datetime) -> None:
    """Count a link sent to an address, under a digest of its own: deleting the address does not begin anew."""
    sent = counter(session, Counted.LINKS_SENT, address.lower(), at=at)
    if sent.failures >= LINKS_PER_DAY:
        raise TooManyLinks
    add_one(sent, at=at)
