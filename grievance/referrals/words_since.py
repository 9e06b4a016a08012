"""What a person wrote after a yes, and nobody has read: it may be the change of mind. Not for: the yes (`sending`)."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.cases.models import CaseMessage
from grievance.cases.queries import joined_cases
from grievance.cases.record import Task
from grievance.cases.tasks import TaskKind
from grievance.referrals.kinds import AGREES
from grievance.referrals.models import Referral, ReferralConsent


class WordsUnread(Exception):
    """A person who agreed has written since, and nobody of staff has read it."""


def require_read(session: Session, referral: Referral) -> None:
    """Return if somebody of staff has marked as read all that those who agreed wrote since.

    Raises:
        WordsUnread: there is some that nobody has.
    """
    unread = (
        select(CaseMessage.id)
        .join(ReferralConsent, ReferralConsent.complainant_id == CaseMessage.complainant_id)
        .where(
            ReferralConsent.referral_id == referral.id,
            ReferralConsent.answer.in_([one.value for one in AGREES]),
            CaseMessage.is_from_person.is_(True),
            CaseMessage.sent_at > ReferralConsent.answered_at,
            CaseMessage.read_by_staff_at.is_(None),
        )
    )
    # A task is open for words that came to another case of the same person, too.
    to_read = select(Task.id).where(
        Task.case_id.in_(joined_cases(referral.case_id)),
        Task.kind == TaskKind.READ_FIRST.value,
        Task.done_at.is_(None),
    )
    if any(session.scalars(one.limit(1)).one_or_none() is not None for one in (unread, to_read)):
        raise WordsUnread
