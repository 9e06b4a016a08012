"""The web door of a case: what the person does through it, each as one operation of one transaction.

Not for texts (see `dialogue`), nor for staff: nobody here is signed in; the form or the access code is the key.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from grievance.cases import handling, identity, mailing, telling
from grievance.cases.files import StoredFile
from grievance.cases.intake import Filed, Filing, confirm_saved, filed_with_key, open_case, receipt_code
from grievance.cases.models import Attachment, Case, CaseMessage, Complainant, Submission
from grievance.cases.states import COMPLAINANT, Channel
from grievance.cases.transitions import load_for_change
from grievance.complainants import collective, voices
from grievance.complainants.access import reopen_access
from grievance.complainants.follow_up import FollowUp, follow_up
from grievance.core.email import EmailAddress
from grievance.core.i18n import Locale
from grievance.core.phone import PhoneNumber
from grievance.crypto.codes import AccessCode
from grievance.crypto.fields import reading_blocked, unseal
from grievance.referrals import sending
from grievance.sites.models import Site
from grievance.sites.queries import line_of_site, site_by_id

REPEAT_WITHIN = timedelta(minutes=10)
"""The same message with as many files so soon after is one sent twice, by a lost answer or a double tap."""


class SaidSomethingElse(Exception):
    """The form was sent before, with other words. Neither may be lost: the person decides what the new ones are."""


class WordsErased(Exception):
    """What this person said was erased: the case can be looked at, and nothing is added to it."""


class NothingFiled(LookupError):
    """No form with this key was ever filed."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the person takes away. `code` is None once it was saved, or an hour after filing."""

    code: AccessCode | None
    shown: FollowUp
    case_id: int
    complainant_id: int


@dataclass(frozen=True, slots=True)
class Passing:
    """What whoever began a case passes on: the code if there is one, how many joined, where one joins."""

    opened: collective.OpenCode | None
    joined: int
    site_slug: str
    line: str | None


@dataclass(frozen=True, slots=True)
class Phone:
    """A number to send notices to, and the line of ours that will send them."""

    number: PhoneNumber
    line: str


def file_grievance(
    session: Session,
    site: Site,
    filing: Filing,
    *,
    files: Sequence[StoredFile],
    phone: Phone | None,
    email: EmailAddress | None = None,
    at: datetime,
) -> Filed:
    """Open a case with its files; a phone is sent a digit code, an e-mail a link; no notice goes there before.

    Raises:
        FormKeyReused: the same form was sent before.
    """
    filed = open_case(session, site, filing, by=COMPLAINANT, at=at)
    for stored in files:
        handling.attach(session, filed.case, stored, internal=False, by=COMPLAINANT, at=at, submission=filed.submission)
    if phone is not None:
        with suppress(identity.TooManyCodes, identity.OwnLine):  # no reason to refuse what the person says
            identity.add_phone(session, filed.case, filed.complainant, phone.number, line=phone.line, at=at)
    if email is not None:
        with suppress(mailing.TooManyLinks):
            mailing.add_address(session, filed.case, filed.complainant, email, at=at)
    return filed


def check_same_words(session: Session, form_key: str, words: str) -> None:
    """Make sure that a form sent again says what it said the first time.

    Raises:
        SaidSomethingElse: it had other words.
        NothingFiled: there was no first time.
    """
    if unseal(session, _filed(session, form_key), "words") != words:
        raise SaidSomethingElse


def receipt(session: Session, form_key: str, *, at: datetime) -> Receipt:
    """Return the receipt of a form that was filed.

    Raises:
        NothingFiled: none was, with this key.
    """
    submission = _filed(session, form_key)
    case, complainant = reopen_access(session, submission.case_id, submission.complainant_id)
    shown = _own(session, case, complainant, at=at)
    return Receipt(receipt_code(session, submission, at=at), shown, submission.case_id, submission.complainant_id)


def save_receipt(session: Session, form_key: str, *, at: datetime) -> None:
    """Forget the readable code: the person has it.

    Raises:
        NothingFiled: nothing was filed with this key.
    """
    confirm_saved(_filed(session, form_key), at=at)


def join_case(
    session: Session, invitation: collective.Invitation, filing: Filing, *, phone: Phone | None, at: datetime
) -> None:
    """Let a person join what somebody else began, with a receipt and a code of his or her own.

    Raises:
        CodeGone: nobody can join it any more.
        FormKeyReused: the same form was sent before.
    """
    joined = collective.join(session, invitation, filing, at=at)
    if phone is not None and joined.filed is not None:
        with suppress(identity.TooManyCodes, identity.OwnLine):  # no reason to keep anybody out
            identity.add_phone(
                session, joined.filed.case, joined.filed.complainant, phone.number, line=phone.line, at=at
            )


def enter(session: Session, case_id: int, complainant_id: int) -> tuple[Case, Complainant]:
    """Return the case of an open visit, locked, and the person who visits.

    Raises:
        AccessGone: this visit leads nowhere any more.
        WordsErased: what this person said was erased, and nothing is added to it.
    """
    case, complainant = reopen_access(session, case_id, complainant_id)
    if complainant.erased_at is not None:
        raise WordsErased
    return load_for_change(session, case.id), complainant


def show(session: Session, case_id: int, complainant_id: int, *, at: datetime) -> FollowUp:
    """Return what the person sees, recording nothing.

    Raises:
        AccessGone: this visit leads nowhere any more.
    """
    case, complainant = reopen_access(session, case_id, complainant_id)
    return _own(session, case, complainant, at=at)


def look(session: Session, case_id: int, complainant_id: int, *, at: datetime) -> FollowUp:
    """Return what the person sees, and record that the messages on it were seen.

    Raises:
        AccessGone: this visit leads nowhere any more.
    """
    case, complainant = enter(session, case_id, complainant_id)
    telling.note_seen(session, case, complainant, at=at)
    return _own(session, case, complainant, at=at)


def joining(session: Session, case_id: int, complainant_id: int) -> Passing | None:
    """Return what a person can pass on so that others join; None for who joined, and where nobody can.

    Raises:
        AccessGone: this visit leads nowhere any more.
    """
    case, complainant = reopen_access(session, case_id, complainant_id)
    if complainant.join_code_id is not None or not collective.can_be_joined(case):
        return None
    site = site_by_id(session, case.site_id)
    with reading_blocked(session):
        code = collective.code_of(session, case)
    count = len(collective.joined_filings(session, case.id))
    return Passing(code, count, site.slug, line_of_site(session, site.id))


def give_code(session: Session, case: Case, complainant: Complainant, *, line: str | None, at: datetime) -> None:
    """Make a code for others to join the case that a person began.

    Raises:
        NotJoinable: nobody may join it, or this person joined it.
        TooManyCodes: the case had all that it may have.
    """
    _require_began(complainant)
    collective.open_code(session, case, line=line, of=complainant, by=COMPLAINANT, at=at)


def close_code(session: Session, case: Case, complainant: Complainant, *, at: datetime) -> None:
    """Let nobody join any more the case that a person began.

    Raises:
        NotJoinable: this person joined it.
        NoOpenCode: it has no code.
    """
    _require_began(complainant)
    collective.close_code(session, case, by=COMPLAINANT, at=at)


def _require_began(complainant: Complainant) -> None:
    if complainant.join_code_id is not None:
        raise collective.NotJoinable


def write(
    session: Session,
    case: Case,
    complainant: Complainant,
    *,
    words: str,
    files: Sequence[StoredFile],
    locale: Locale,
    at: datetime,
) -> CaseMessage:
    """Add a message of the person, with its files. Kept whatever the status of the case; once if sent twice."""
    before = _sent_before(session, case, complainant, words=words, file_count=len(files), at=at)
    if before is not None:
        return before
    message = handling.receive_message(
        session, case, words=words, complainant_id=complainant.id, channel=Channel.WEB, locale=locale, at=at
    )
    sending.note_words(session, case, complainant, at=at)
    for stored in files:
        handling.attach(session, case, stored, internal=False, by=COMPLAINANT, at=at, message=message)
    return message


def _own(session: Session, case: Case, complainant: Complainant, *, at: datetime) -> FollowUp:
    """Return what the person sees: words that are blocked for staff are still his or her own."""
    with reading_blocked(session):
        return voices.as_own(session, follow_up(session, case, complainant, now=at), complainant)


def _filed(session: Session, form_key: str) -> Submission:
    submission = filed_with_key(session, form_key)
    if submission is None:
        raise NothingFiled
    return submission


def _sent_before(
    session: Session, case: Case, complainant: Complainant, *, words: str, file_count: int, at: datetime
) -> CaseMessage | None:
    recent = session.scalars(
        select(CaseMessage)
        .where(
            CaseMessage.case_id == case.id,
            CaseMessage.complainant_id == complainant.id,
            CaseMessage.is_from_person,
            CaseMessage.sent_at > at - REPEAT_WITHIN,
        )
        .order_by(CaseMessage.sent_at.desc(), CaseMessage.id.desc())
        .limit(5)
    ).all()
    for message in recent:
        files = session.scalar(select(func.count()).where(Attachment.message_id == message.id))
        with reading_blocked(session):
            said = unseal(session, message, "words")
        if files == file_count and said == words:
            return message
    return None
