"""What is done with a case day by day: acknowledging, writing both ways, notes, files, and clocks met by doing.

Not for: what kind of case it is (`triage`), nor for answering, closing and leaving (`resolution`, `endings`).
"""

from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from grievance.cases import clocks
from grievance.cases.files import MAX_FILES, StoredFile
from grievance.cases.hiding import hide_from_named
from grievance.cases.models import Attachment, Case, CaseMessage, CaseNote, Complainant, Submission
from grievance.cases.named_later import look_for_names
from grievance.cases.pauses import resume_if_paused
from grievance.cases.queries import calendar_of, joined_cases, site_of
from grievance.cases.states import (
    COMPLAINANT,
    Actor,
    Channel,
    EventKind,
    Group,
    MessageKind,
    Move,
    Status,
)
from grievance.cases.tasks import NoticeKind, TaskKind, keepers, notify, open_task, settle
from grievance.cases.telling import tell
from grievance.cases.track_reading import require_protection
from grievance.cases.track_states import StatementOf
from grievance.cases.transitions import load_for_change, move, record
from grievance.cases.ways import Telling
from grievance.core.i18n import Locale
from grievance.crypto.fields import new_public_id, reading_blocked, seal, unseal
from grievance.deadlines.standards import CaseType, ClockName, later_standards
from grievance.deadlines.working_days import local_date, next_working_instant
from grievance.sites.models import Site

MET_BY_DOING = frozenset(ClockName) - {ClockName.RESOLVE}
"""Clocks that a staff member may report as met; a case is resolved by closing it only."""

MET_ON_TRACK = frozenset({ClockName.PROTECT, ClockName.REFER_TO_DT})
"""Clocks of harassment that only a measure, or a step of the law's way, meets: a note is not enough."""


class TooManyFiles(Exception):
    """A submission or message has as many files as it may have."""


class CannotMeet(Exception):
    """No clock of that name runs on the case, or it is not met by saying so."""


def summarise(
    session: Session,
    case: Case,
    *,
    title: str,
    summary: str,
    by: Actor,
    at: datetime,
) -> None:
    """Give a case the title and summary that lists show; the handler writes them without names."""
    seal(session, case, "title", title)
    seal(session, case, "summary", summary or None)
    case.words_indexed_at = None
    record(session, case, EventKind.SUMMARISED, by=by, at=at, words=(case, "title"))


def acknowledge(session: Session, case: Case, *, words: str, by: Actor, at: datetime) -> list[CaseMessage]:
    """Tell the person, as a person, that the grievance is in hand. The clock is met when he or she is told.

    Raises:
        TransitionNotAllowed: it has been acknowledged, or has left.
    """
    telling = Telling(MessageKind.ACKNOWLEDGEMENT, words)
    return tell(session, case, telling, by=by, at=at, step=Move.ACKNOWLEDGE)


def start_review(session: Session, case: Case, *, by: Actor, at: datetime) -> None:
    """Begin to look into a case.

    Raises:
        TransitionNotAllowed: it has not been acknowledged, or is past that.
        MeasuresFirst: it is harassment, and nobody has noted how the person is protected.
    """
    require_protection(session, case)
    move(session, case, Move.START_REVIEW, by=by, at=at)


def send_message(session: Session, case: Case, *, words: str, by: Actor, at: datetime) -> list[CaseMessage]:
    """Write to the person without changing the status; after the end of a case too."""
    return tell(session, case, Telling(MessageKind.MESSAGE, words), by=by, at=at)


def add_note(
    session: Session,
    case: Case,
    *,
    words: str,
    by: Actor,
    at: datetime,
    codes: dict[str, str] | None = None,
) -> CaseNote:
    """Write an internal note, which the person never sees."""
    note = keep_note(session, case, words=words, by=by, at=at)
    record(
        session,
        case,
        EventKind.NOTE_ADDED,
        by=by,
        at=at,
        codes=codes,
        words=(note, "words"),
    )
    return note


def keep_note(session: Session, case: Case, *, words: str, by: Actor, at: datetime) -> CaseNote:
    """Keep the words of a note for the event of another step, which then commits to them."""
    note = CaseNote(public_id=new_public_id(), case_id=case.id, author_id=by.staff, written_at=at)
    seal(session, note, "words", words)
    session.add(note)
    return note


def meet_clock(
    session: Session,
    case: Case,
    name: ClockName,
    *,
    words: str,
    by: Actor,
    at: datetime,
) -> CaseNote:
    """Record, in a note, that what a clock asks for was done: a call, a visit, a protective measure, a referral.

    Raises:
        CannotMeet: no such clock runs, or it is met by closing the case.
    """
    runs = any(
        clock.name == name and clock.met_at is None and clock.cancelled_at is None
        for clock in clocks.of(session, case.id)
    )
    later = {row.clock for row in later_standards(CaseType(case.type))}
    on_track = case.type == CaseType.HARASSMENT and name in MET_ON_TRACK
    if name not in MET_BY_DOING or name in later or on_track or not runs:
        raise CannotMeet(name)
    note = add_note(session, case, words=words, by=by, at=at, codes={"clock": name.value})
    if name is ClockName.FIRST_CONTACT:
        case.first_contact_at = case.first_contact_at or at
    clocks.meet(session, case, name, at=at)
    return note


def mark_read(session: Session, case: Case, *, by: Actor, at: datetime) -> None:
    """Record that somebody who works the case has read what the person wrote."""
    settle(session, case, TaskKind.READ_FIRST, by_id=by.staff_id, at=at)
    session.execute(
        update(CaseMessage)
        .where(
            CaseMessage.case_id.in_(joined_cases(case.id)),
            CaseMessage.is_from_person.is_(True),
            CaseMessage.read_by_staff_at.is_(None),
        )
        .values(read_by_staff_at=at)
        .execution_options(synchronize_session=False)
    )
    case.unread_count = 0


def attach(
    session: Session,
    case: Case,
    stored: StoredFile,
    *,
    internal: bool,
    statement_of: StatementOf | None = None,
    by: Actor,
    at: datetime,
    submission: Submission | None = None,
    message: CaseMessage | None = None,
) -> Attachment:
    """Add a stored file to a case, to what was filed, or to a message. An internal one is never shown to the person.

    A statement signed on paper is always internal; of whoever signed only the part in the case is kept.

    Raises:
        TooManyFiles: what was filed, or the message, has MAX_FILES already.
    """
    session.flush()
    row = Attachment(
        public_id=new_public_id(),
        case_id=case.id,
        submission_id=submission.id if submission else None,
        message_id=message.id if message else None,
        is_internal=internal or statement_of is not None,
        statement_of=statement_of.value if statement_of else None,
        added_by_id=by.staff_id,
        media_type=stored.media_type,
        size_bytes=stored.size_bytes,
        storage_key=stored.storage_key,
        added_at=at,
    )
    if (submission or message) and _files_beside(session, row) >= MAX_FILES:
        raise TooManyFiles
    seal(session, row, "filename", stored.filename or None)
    session.add(row)
    codes = {"media_type": stored.media_type, "internal": row.is_internal, "file": row.public_id}
    if statement_of is not None:
        codes["statement_of"] = statement_of.value
    words = (row, "filename") if stored.filename else None
    record(session, case, EventKind.FILE_ADDED, by=by, at=at, codes=codes, words=words)
    return row


def receive_message(
    session: Session,
    case: Case,
    *,
    words: str,
    complainant_id: int,
    channel: Channel,
    locale: str,
    at: datetime,
    inbound_message_id: int | None = None,
) -> CaseMessage:
    """Add a message of the person, whatever the status: one to a merged case goes to what it went into.

    One to a case that has ended is kept and shown, and asks somebody to look whether to reopen.
    """
    case = live_case(session, case)
    message = CaseMessage(
        public_id=new_public_id(),
        case_id=case.id,
        is_from_person=True,
        kind=MessageKind.MESSAGE.value,
        channel=channel.value,
        complainant_id=complainant_id,
        locale=locale,
        sent_at=at,
        inbound_message_id=inbound_message_id,
    )
    seal(session, message, "words", words)
    session.add(message)
    case.unread_count += 1
    case.last_message_at = at
    case.words_indexed_at = None
    codes, kind = {"channel": channel.value}, EventKind.MESSAGE_FROM_PERSON
    event = record(session, case, kind, by=COMPLAINANT, at=at, codes=codes, words=(message, "words"))
    look_for_names(session, case, words, at=at)
    resume_if_paused(session, case, by=COMPLAINANT, at=at)
    if not case.is_open:
        _ask_to_look(session, case, seq=event.seq, at=at)
    tell_keepers(session, case, NoticeKind.MESSAGE_FROM_PERSON, seq=event.seq, at=at)
    return message


def describe_person(
    session: Session,
    case: Case,
    complainant: Complainant,
    *,
    said_group: Group | None = None,
    site: Site | None = None,
    locale: Locale | None = None,
    at: datetime,
) -> None:
    """Note what the person says of himself or herself: the group, which site it is about, the language.

    Once a triager has looked, the site stays: moving it would show the case to others.
    """
    codes: dict[str, int | str] = {}
    if said_group is not None:
        complainant.said_group = said_group.value
        codes["group"] = said_group.value
    if site is not None and case.classified_at is None:
        case.site_id = site.id
        codes["site"] = site.id
        _hide_at_new_site(session, case, at=at)
    if locale is not None:
        case.locale = locale
        codes["locale"] = locale
    record(session, case, EventKind.PERSON_DESCRIBED, by=COMPLAINANT, at=at, codes=codes)


def live_case(session: Session, case: Case) -> Case:
    """Return the case that a merged one went into, locked; any other case as it is."""
    while case.status == Status.MERGED and case.merged_into_id is not None:
        case = load_for_change(session, case.merged_into_id)
    return case


def tell_keepers(session: Session, case: Case, kind: NoticeKind, *, seq: int, at: datetime) -> None:
    """Give a notice about a case to whoever works it, in working hours."""
    site = site_of(session, case)
    calendar = calendar_of(session, site, year=local_date(at, site.time_zone).year)
    notify(
        session,
        keepers(session, case),
        key=f"{kind.value}:{case.public_id}:{seq}",
        kind=kind,
        case=case,
        show_from=next_working_instant(at, calendar),
        at=at,
    )


def _ask_to_look(session: Session, case: Case, *, seq: int, at: datetime) -> None:
    open_task(
        session,
        key=f"reopening:{case.public_id}:{seq}",
        site_id=case.site_id,
        kind=TaskKind.LOOK_AT_REOPENING,
        case=case,
        assigned_to_id=case.handler_id,
        at=at,
    )


def _hide_at_new_site(session: Session, case: Case, *, at: datetime) -> None:
    session.flush()
    for submission in session.scalars(select(Submission).where(Submission.case_id == case.id)):
        with reading_blocked(session):
            words = unseal(session, submission, "words") or ""
        hide_from_named(session, case, words, at=at)


def _files_beside(session: Session, row: Attachment) -> int:
    same = Attachment.submission_id == row.submission_id
    if row.message_id is not None:
        same = Attachment.message_id == row.message_id
    return session.execute(select(func.count()).select_from(Attachment).where(same)).scalar_one()
