"""Reading the parts of the case page. Whoever calls these has made sure that the viewer may see the case."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Row, and_, select
from sqlalchemy.orm import Session, aliased

from grievance.accounts.models import Staff
from grievance.cases.clocks import WAITING_FOR_PERSON, of
from grievance.cases.days_left import days_left
from grievance.cases.models import (
    Attachment,
    CaseMessage,
    CaseNote,
    Complainant,
    CorrectiveAction,
    HiddenFrom,
    Investigator,
    ProposedResponse,
    Remedy,
    Respondent,
    Submission,
)
from grievance.cases.page import (
    ClockPart,
    ComplainantPart,
    Delivery,
    FilePart,
    HiddenPart,
    MessagePart,
    NotePart,
    PersonRef,
    RemedyPart,
    RespondentPart,
    ResponsePart,
    SubmissionPart,
    SurveyPart,
    UndertakingPart,
)
from grievance.cases.queries import attachments_of, joined_cases
from grievance.cases.record import Survey
from grievance.cases.states import Reach
from grievance.cases.track_record import ProtectiveMeasure
from grievance.complainants import slips
from grievance.complainants.models import SlipCode
from grievance.crypto.fields import BLOCKED, unseal
from grievance.deadlines.working_days import Calendar
from grievance.messaging.models import OutboundMessage, Thread
from grievance.sites.models import Company, Unit

MESSAGES_SHOWN = 500

_Undertaking = TypeVar("_Undertaking", CorrectiveAction, ProtectiveMeasure)
_MessageRow = Row[CaseMessage, Complainant | None, OutboundMessage | None, str | None]


def submissions(session: Session, case_id: int) -> tuple[SubmissionPart, ...]:
    """Return what was filed, the first first."""
    rows = session.execute(
        select(Submission, Staff.name, SlipCode.exchanged_at, SlipCode.expires_at)
        .select_from(Submission)
        .outerjoin(SlipCode, and_(SlipCode.case_id == Submission.filed_as_case_id, slips.is_current()))
        .outerjoin(Staff, Staff.id == Submission.recorded_by_id)
        .where(Submission.case_id == case_id)
        .order_by(Submission.filed_at, Submission.id)
    )
    return tuple(
        SubmissionPart(
            row.public_id,
            unseal(session, row, "words"),
            row.locale,
            row.channel,
            row.filed_at,
            row.recorded_at,
            recorded_by,
            row.read_back,
            exchanged_at is not None,
            until,
        )
        for row, recorded_by, exchanged_at, until in rows
    )


def complainants(session: Session, case_id: int) -> tuple[ComplainantPart, ...]:
    """Return the people behind a case, without who they are."""
    rows = session.execute(
        select(Complainant, Company.name, Thread)
        .outerjoin(Company, Company.id == Complainant.employer_id)
        .outerjoin(Thread, Thread.id == Complainant.thread_id)
        .where(Complainant.case_id == case_id)
        .order_by(Complainant.id)
    )
    return tuple(_complainant(person, employer, thread) for person, employer, thread in rows)


def thread(session: Session, case_id: int, files: Sequence[FilePart]) -> tuple[MessagePart, ...]:
    """Return the messages between the people of a case and staff, the oldest first; the latest MESSAGES_SHOWN.

    What was written once to several people is one message with several deliveries.
    """
    rows = session.execute(
        select(CaseMessage, Complainant, OutboundMessage, Staff.name)
        .outerjoin(Complainant, Complainant.id == CaseMessage.complainant_id)
        .outerjoin(OutboundMessage, OutboundMessage.id == CaseMessage.outbound_message_id)
        .outerjoin(Staff, Staff.id == CaseMessage.author_id)
        .where(CaseMessage.case_id.in_(joined_cases(case_id)))
        .order_by(CaseMessage.sent_at.desc(), CaseMessage.id.desc())
        .limit(MESSAGES_SHOWN)
    )
    together: dict[int | tuple[object, ...], list[_MessageRow]] = {}
    for row in reversed(rows.all()):
        message = row[0]
        sent = (message.case_id, message.author_id, message.kind, message.sent_at)
        key = message.id if message.is_from_person else sent
        together.setdefault(key, []).append(row)
    return tuple(_message(session, group, files) for group in together.values())


def notes(session: Session, case_id: int) -> tuple[NotePart, ...]:
    """Return the internal notes, the oldest first."""
    rows = session.execute(
        select(CaseNote, Staff.name)
        .join(Staff, Staff.id == CaseNote.author_id)
        .where(CaseNote.case_id == case_id)
        .order_by(CaseNote.written_at, CaseNote.id)
    )
    return tuple(NotePart(row.public_id, name, unseal(session, row, "words"), row.written_at) for row, name in rows)


def files(session: Session, case_id: int) -> tuple[FilePart, ...]:
    """Return the files of a case, the oldest first."""
    rows = session.execute(
        select(Attachment, Submission.public_id, CaseMessage.public_id)
        .outerjoin(Submission, Submission.id == Attachment.submission_id)
        .outerjoin(CaseMessage, CaseMessage.id == Attachment.message_id)
        .where(attachments_of(case_id))
        .order_by(Attachment.added_at, Attachment.id)
    )
    return tuple(
        FilePart(
            row.public_id,
            unseal(session, row, "filename"),
            row.media_type,
            row.size_bytes,
            row.added_at,
            row.is_internal,
            row.statement_of,
            submission_id,
            message_id,
        )
        for row, submission_id, message_id in rows
    )


def clocks(session: Session, case_id: int, calendar: Calendar, *, now: datetime) -> tuple[ClockPart, ...]:
    """Return the clocks of a case, the earliest due first."""
    found = []
    for row in of(session, case_id):
        is_running = row.met_at is None and row.cancelled_at is None
        _, left = days_left(row.due_at, calendar, now=now)
        found.append(
            ClockPart(
                row.name,
                row.standard_type,
                row.amount,
                row.unit,
                row.started_at,
                row.due_at,
                row.due_on,
                row.met_at,
                row.cancelled_at,
                row.breached_at,
                is_running=is_running,
                is_late=is_running and row.due_at < now and row.name not in WAITING_FOR_PERSON,
                working_days_left=left if is_running else None,
                standards_version=row.standards_version,
                calendar_version=row.calendar_version,
            )
        )
    return tuple(found)


def responses(session: Session, case_id: int) -> tuple[ResponsePart, ...]:
    """Return the proposed responses, the newest first, each with its promises."""
    rows = session.execute(
        select(ProposedResponse, Staff.name)
        .join(Staff, Staff.id == ProposedResponse.author_id)
        .where(ProposedResponse.case_id == case_id)
        .order_by(ProposedResponse.id.desc())
    )
    promised = _remedies(session, case_id)
    return tuple(
        ResponsePart(
            row.public_id,
            row.outcome,
            unseal(session, row, "words"),
            row.locale,
            name,
            row.proposed_at,
            row.answer_until,
            row.answer,
            row.answer_source,
            row.answered_at,
            unseal(session, row, "reason"),
            tuple(part for response_id, part in promised if response_id == row.id),
        )
        for row, name in rows
    )


def undertakings(session: Session, kind: type[_Undertaking], case_id: int) -> tuple[UndertakingPart, ...]:
    """Return the corrective actions or the protective measures of a case, in the order they were noted."""
    owner, doer, verifier = aliased(Staff), aliased(Staff), aliased(Staff)
    rows = session.execute(
        select(kind, owner.name, doer.name, verifier.name)
        .join(owner, owner.id == kind.owner_id)
        .outerjoin(doer, doer.id == kind.done_by_id)
        .outerjoin(verifier, verifier.id == kind.verified_by_id)
        .where(kind.case_id == case_id)
        .order_by(kind.id)
    )
    return tuple(
        UndertakingPart(
            row.public_id,
            row.kind,
            unseal(session, row, "words"),
            owner_name,
            row.due_on,
            row.done_at,
            done_by,
            unseal(session, row, "evidence"),
            row.verified_at,
            verified_by,
        )
        for row, owner_name, done_by, verified_by in rows
    )


def respondents(session: Session, case_id: int) -> tuple[RespondentPart, ...]:
    """Return whom a case is about."""
    rows = session.execute(
        select(Respondent, Staff.name, Unit.name, Company.name)
        .outerjoin(Staff, Staff.id == Respondent.staff_id)
        .outerjoin(Unit, Unit.id == Respondent.unit_id)
        .outerjoin(Company, Company.id == Respondent.company_id)
        .where(Respondent.case_id == case_id)
        .order_by(Respondent.id)
    )
    return tuple(
        RespondentPart(row.public_id, staff, unit, company, unseal(session, row, "description"))
        for row, staff, unit, company in rows
    )


def investigators(session: Session, case_id: int) -> tuple[PersonRef, ...]:
    """Return the investigators named on a case, by name."""
    rows = session.execute(
        select(Staff.id, Staff.public_id, Staff.name)
        .join(Investigator, Investigator.staff_id == Staff.id)
        .where(Investigator.case_id == case_id, Investigator.removed_at.is_(None))
        .order_by(Staff.name, Staff.id)
    )
    return tuple(PersonRef(*row) for row in rows)


def hidden_from(session: Session, case_id: int) -> tuple[HiddenPart, ...]:
    """Return from whom a case is hidden and why, by name."""
    rows = session.execute(
        select(Staff.id, Staff.public_id, Staff.name, HiddenFrom.reason, HiddenFrom.since_at)
        .join(HiddenFrom, HiddenFrom.staff_id == Staff.id)
        .where(HiddenFrom.case_id == case_id, HiddenFrom.lifted_at.is_(None))
        .order_by(Staff.name, Staff.id)
    )
    return tuple(HiddenPart(*row) for row in rows)


def survey(session: Session, case_id: int) -> SurveyPart | None:
    """Return the question about the last ending of a case; None where several were asked: what each said is theirs."""
    rows = session.scalars(
        select(Survey).where(Survey.case_id == case_id).order_by(Survey.round.desc(), Survey.id).limit(2)
    ).all()
    if not rows or (len(rows) > 1 and rows[0].round == rows[1].round):
        return None
    return SurveyPart(**{name: getattr(rows[0], name) for name in SurveyPart.__slots__})


def _complainant(person: Complainant, employer: str | None, texting: Thread | None) -> ComplainantPart:
    return ComplainantPart(
        public_id=person.public_id,
        said_group=person.said_group,
        people_count=person.people_count,
        shift=person.shift,
        gender=person.gender,
        age_band=person.age_band,
        on_behalf_of=person.on_behalf_of,
        employer_name=employer,
        reach=person.reach,
        has_name=person.name_sealed is not None,
        has_phone=texting is not None and texting.number_sealed is not None,
        has_email=person.email_sealed is not None,
        is_phone_verified=person.verified_at is not None or person.reach == Reach.TEXTS,
        is_opted_out=texting is not None and texting.opted_out_at is not None,
        contact_deleted_at=person.contact_deleted_at,
    )


def _message(
    session: Session,
    group: Sequence[_MessageRow],
    files: Iterable[FilePart],
) -> MessagePart:
    message, _, _, author_name = group[0]
    ids = {row[0].public_id for row in group}
    return MessagePart(
        message.public_id,
        message.is_from_person,
        message.kind,
        message.channel,
        author_name,
        _read(session, [row[0] for row in group]),
        message.locale,
        message.sent_at,
        deliveries=() if message.is_from_person else tuple(_delivery(*row[:3]) for row in group),
        files=tuple(part for part in files if part.message_public_id in ids),
        is_read=not message.is_from_person or message.read_by_staff_at is not None,
    )


def _read(session: Session, messages: Sequence[CaseMessage]) -> str | None:
    """Return the words of what was written to several people: read where somebody did not have it blocked."""
    words = [unseal(session, message, "words") for message in messages]
    return next((one for one in words if one != BLOCKED), words[0])


def _delivery(message: CaseMessage, person: Complainant | None, text: OutboundMessage | None) -> Delivery:
    return Delivery(
        message.public_id,
        person.public_id if person else None,
        person.reach if person else None,
        message.told,
        message.told_at,
        (text.delivery or text.state) if text else None,
    )


def _remedies(session: Session, case_id: int) -> list[tuple[int, RemedyPart]]:
    doer, verifier = aliased(Staff), aliased(Staff)
    rows = session.execute(
        select(Remedy, doer.name, verifier.name)
        .outerjoin(doer, doer.id == Remedy.done_by_id)
        .outerjoin(verifier, verifier.id == Remedy.verified_by_id)
        .where(Remedy.case_id == case_id)
        .order_by(Remedy.id)
    )
    return [
        (
            row.response_id,
            RemedyPart(
                row.public_id,
                unseal(session, row, "words"),
                row.due_on,
                row.done_at,
                done_by,
                unseal(session, row, "evidence"),
                row.verified_at,
                verified_by,
                row.cancelled_at,
            ),
        )
        for row, done_by, verified_by in rows
    ]
