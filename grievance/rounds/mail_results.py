"""What became of a mail to a person: sent without confirmation, or refused, which asks staff to reach them otherwise.

Not for: what is sent (`cases.mailing`).
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.cases.mail_record import MailedMessage, PersonMail
from grievance.cases.models import CaseMessage, Complainant
from grievance.cases.states import Reach, Told
from grievance.cases.tasks import TaskKind, open_task
from grievance.cases.telling import mark_told
from grievance.cases.transitions import load_for_change
from grievance.messaging.mail_models import OutboundMail
from grievance.messaging.mail_wording import MailName
from grievance.messaging.models import OutboundState


def note_mail(session: Session, mail: OutboundMail, *, at: datetime) -> None:
    """Record what became of a mail. One to a staff member, or one that is tried again, changes nothing here."""
    if mail.state == OutboundState.SENT:
        _tell_of(session, mail, Told.SENT, at=at)
    if mail.state != OutboundState.GIVEN_UP:
        return
    _tell_of(session, mail, Told.FAILED, at=at)
    person = session.scalars(select(Complainant).where(Complainant.public_id == mail.recipient)).one_or_none()
    row = session.get(PersonMail, person.id, with_for_update=True) if person is not None else None
    if person is None or row is None:
        return
    if mail.mail_name == MailName.CONFIRM_ADDRESS and row.verified_at is None:
        row.failed_at = at if _is_about_address(mail) else row.failed_at
    if row.notice_id == mail.id:
        _give_up_notice(session, mail, person, row, at=at)


def _give_up_notice(
    session: Session, mail: OutboundMail, person: Complainant, row: PersonMail, *, at: datetime
) -> None:
    """Ask staff to reach a person. An address that takes no mail is used no more; a server that failed is ours."""
    case = load_for_change(session, person.case_id)
    row.notice_id = None
    if _is_about_address(mail):
        row.failed_at, row.verified_at = at, None
        person.reach = Reach.PAGE.value
    open_task(
        session,
        key=f"mail:{mail.public_id}",
        site_id=case.site_id,
        kind=TaskKind.REACH_PERSON,
        case=case,
        assigned_to_id=case.handler_id,
        at=at,
    )


def _tell_of(session: Session, mail: OutboundMail, told: Told, *, at: datetime) -> None:
    waiting = session.scalars(
        select(CaseMessage)
        .join(MailedMessage, MailedMessage.message_id == CaseMessage.id)
        .where(MailedMessage.mail_id == mail.id)
        .order_by(CaseMessage.id)
    ).all()
    for message in waiting:
        mark_told(session, load_for_change(session, message.case_id), message, told, at=at)


def _is_about_address(mail: OutboundMail) -> bool:
    """Whether the server refused the address itself, for good: three figures that begin with a 5 (RFC 5321, 4.2.1)."""
    return (mail.error_code or "").startswith("5")
