"""Erasing words and identity while the count stays: the anonymous row, its events, codes and instants are left.

The HMAC key of each commitment lies with the words, so it goes with them and the chain holds. Idempotent: what is
already empty is left alone, and what has come since is taken too. Stored files are only let go of here: the sweep of
storage (`rounds.orphans`) removes what no row names. Not for: when something is due (`sweep`) nor who may ask.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.orm import Session

from grievance.accounts import audit
from grievance.accounts.audit import AuditAction
from grievance.cases.filing_record import RespondentName
from grievance.cases.held import HeldByLaw, held_cases, inbound_is_held, is_held
from grievance.cases.identity import clear_contact
from grievance.cases.models import Attachment, Case, CaseMessage, Complainant, Respondent, Submission
from grievance.cases.queries import joined_cases
from grievance.cases.record import OneUseCode, Survey, Task, WordDigest
from grievance.cases.rights_record import AfterCheck, Appeal
from grievance.cases.states import Actor, EventKind
from grievance.cases.transitions import load_for_change, record
from grievance.core.db import rows_changed
from grievance.messaging.mail_models import OutboundMail
from grievance.messaging.models import InboundMessage, InboundState, OutboundMessage, OutboundState, Thread
from grievance.privacy.emptied import OF_ITS_ROW, OF_TEXTS, OF_THE_CASE, OF_THE_PERSON
from grievance.privacy.request_record import DataPackage, DataRequestPerson

NUMBER_DIGEST_BYTES = 16


class Basis(StrEnum):
    """Why something is erased."""

    RETENTION = "retention"
    """Its time is over."""
    REQUEST = "request"
    """The person asked for it."""
    RESTORED = "restored"
    """It had been erased, and a backup brought it back."""


class StillOpen(Exception):
    """The case is worked on, or an appeal of it waits: its words are still needed."""


@dataclass(frozen=True, slots=True)
class Erased:
    """What was erased: how many rows lost something, by table. Empty when there was nothing left to erase."""

    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """Return how many rows lost something."""
        return sum(self.counts.values())


@dataclass(slots=True)
class _Tally:
    counts: dict[str, int] = field(default_factory=dict)

    def add(self, model: type[Any], rows: int) -> None:
        if rows:
            name = str(model.__tablename__)
            self.counts[name] = self.counts.get(name, 0) + rows


def erase_case_words(session: Session, case: Case, *, basis: Basis, by: Actor, at: datetime) -> Erased:
    """Erase all words of a case and of those merged into it, and who everybody in it is.

    Raises:
        HeldByLaw: a legal hold keeps it, or one that was merged into it.
        StillOpen: it is worked on, or an appeal waits for its decision.
    """
    cases = _locked(session, case)
    _refuse_held(session, cases)
    if any(one.is_open and not one.is_spam for one in cases) or any(one.has_appeal for one in cases):
        raise StillOpen(case.public_id)
    ids, tally = [one.id for one in cases], _Tally()
    people = _people(session, ids)
    astray = _astray(people, ids)
    texts = _texts_of(session, cases, astray)
    for person in people:
        _erase_identity(session, person, tally, at=at)
    _erase_copies(session, people, tally)
    for model, columns in OF_THE_CASE.items():
        tally.add(model, _empty(session, model, columns, model.case_id.in_(ids)))
    for one in cases:
        tally.add(Case, _empty_row(one, OF_ITS_ROW))
    files_astray = Attachment.message_id.in_(select(CaseMessage.id).where(astray))
    _let_go_of_files(session, or_(Attachment.case_id.in_(ids), files_astray), tally)
    index_again = (
        update(Case).where(Case.id.in_(select(CaseMessage.case_id).where(astray))).values(words_indexed_at=None)
    )
    session.execute(index_again.execution_options(synchronize_session="fetch"))
    tally.add(CaseMessage, _empty(session, CaseMessage, OF_THE_CASE[CaseMessage], astray))
    _erase_texts(session, texts, tally)
    _forget_traces(session, ids, at=at)
    for one in cases:
        if tally.counts or one.erased_at is None:
            one.erased_at = one.erased_at or at
            record(session, one, EventKind.ERASED, by=by, at=at, codes={"basis": basis.value, "scope": "case"})
    if tally.counts:
        _note(session, AuditAction.CASE_ERASED, case, case.public_id, tally, basis=basis, by=by, at=at)
    return Erased(tally.counts)


def erase_person(session: Session, complainant: Complainant, *, basis: Basis, by: Actor, at: datetime) -> Erased:
    """Erase what one person of a case said, was told and is. Where nobody else filed it, the whole case is erased.

    Where others did, what staff wrote about the case stays: it is about their grievance too.

    Raises:
        HeldByLaw: a legal hold keeps the case, or one that was merged into it.
        StillOpen: the case is worked on, or an appeal waits for its decision.
    """
    case = load_for_change(session, complainant.case_id)
    if not _others(session, case, complainant):
        return erase_case_words(session, case, basis=basis, by=by, at=at)
    _refuse_held(session, _locked(session, case))
    if case.is_open or case.has_appeal:
        raise StillOpen(case.public_id)
    tally = _Tally()
    texts = _texts_of_person(session, case, complainant)
    filings, messages = Submission.complainant_id == complainant.id, CaseMessage.complainant_id == complainant.id
    _let_go_of_files(
        session,
        or_(
            Attachment.submission_id.in_(select(Submission.id).where(filings)),
            Attachment.message_id.in_(select(CaseMessage.id).where(messages)),
        ),
        tally,
    )
    _erase_identity(session, complainant, tally, at=at)
    _erase_copies(session, [complainant], tally)
    tally.add(Submission, _empty(session, Submission, OF_THE_CASE[Submission], filings))
    tally.add(CaseMessage, _empty(session, CaseMessage, OF_THE_CASE[CaseMessage], messages))
    tally.add(Appeal, _empty(session, Appeal, OF_THE_CASE[Appeal], Appeal.complainant_id == complainant.id))
    _erase_texts(session, texts, tally)
    _erase_own_filing(session, case, complainant, tally)
    if tally.counts:
        case.words_indexed_at = None
        codes = {"basis": basis.value, "scope": "person", "person": complainant.public_id}
        record(session, case, EventKind.ERASED, by=by, at=at, codes=codes)
        _note(session, AuditAction.PERSON_ERASED, case, complainant.public_id, tally, basis=basis, by=by, at=at)
    return Erased(tally.counts)


def _locked(session: Session, case: Case) -> list[Case]:
    """Return a case and those merged into it, locked in the order of their ids."""
    ids = sorted({case.id, *session.scalars(joined_cases(case.id))})
    return [load_for_change(session, case_id) for case_id in ids]


def _refuse_held(session: Session, cases: Sequence[Case]) -> None:
    held = next((one for one in cases if is_held(session, one.id)), None)
    if held is not None:
        raise HeldByLaw(held.public_id)


def _astray(people: Sequence[Complainant], ids: Sequence[int]) -> ColumnElement[bool]:
    """Return the condition on messages to and from people in a case from which their filing was taken out again."""
    theirs = CaseMessage.complainant_id.in_([person.id for person in people])
    return theirs & CaseMessage.case_id.not_in(ids) & CaseMessage.case_id.not_in(held_cases())


def _people(session: Session, case_ids: Sequence[int]) -> Sequence[Complainant]:
    filed = select(Submission.complainant_id).where(Submission.case_id.in_(case_ids))
    return session.scalars(
        select(Complainant)
        .where(or_(Complainant.case_id.in_(case_ids), Complainant.id.in_(filed)))
        .order_by(Complainant.id)
    ).all()


def _others(session: Session, case: Case, complainant: Complainant) -> bool:
    """Return whether somebody else is left in the case: who was erased before needs its words no more."""
    others = select(Complainant.id).where(
        Complainant.case_id == case.id, Complainant.id != complainant.id, Complainant.erased_at.is_(None)
    )
    return session.scalars(others.limit(1)).one_or_none() is not None


def _erase_identity(session: Session, person: Complainant, tally: _Tally, *, at: datetime) -> None:
    """Empty who a person is. The number goes with the last case that needs it, and its texts of no case with it."""
    was_deleted_at, thread_id = person.contact_deleted_at, person.thread_id
    had = any(getattr(person, name) is not None for name in OF_THE_PERSON)
    clear_contact(session, person, at=at)
    if not had:
        person.contact_deleted_at = was_deleted_at
    _empty_row(person, OF_THE_PERSON)
    person.erased_at = person.erased_at or at
    tally.add(Complainant, int(had))
    tally.add(OutboundMail, _erase_mails(session, person))
    session.flush()
    thread = session.get_one(Thread, thread_id) if thread_id is not None else None
    if thread is not None and thread.number_sealed is None:
        tally.add(Thread, 1)
        _erase_texts_of_thread(session, thread, tally)


def _erase_copies(session: Session, people: Sequence[Complainant], tally: _Tally) -> None:
    """Empty the copies that were released of what these people told: each lies with the case of its own request."""
    speaks = select(DataRequestPerson.request_id).where(
        DataRequestPerson.complainant_id.in_([person.id for person in people])
    )
    tally.add(DataPackage, _empty(session, DataPackage, OF_THE_CASE[DataPackage], DataPackage.request_id.in_(speaks)))


def _erase_mails(session: Session, person: Complainant) -> int:
    """Empty mails to a person; one that waits is held for good."""
    to_person, waiting = OutboundMail.recipient == person.public_id, (OutboundState.QUEUED, OutboundState.CLAIMED)
    session.execute(
        update(OutboundMail)
        .where(to_person, OutboundMail.state.in_([state.value for state in waiting]))
        .values(state=OutboundState.HELD.value)
        .execution_options(synchronize_session="fetch")
    )
    return _empty(session, OutboundMail, OF_TEXTS[OutboundMail], to_person)


def _empty(session: Session, model: type[Any], columns: Sequence[str], where: ColumnElement[bool]) -> int:
    """Empty columns of the rows that have something in them; return how many had."""
    full = or_(*(getattr(model, name).is_not(None) for name in columns))
    changed = session.execute(
        update(model).where(where, full).values(dict.fromkeys(columns)).execution_options(synchronize_session="fetch")
    )
    return rows_changed(changed)


def _empty_row(row: Any, columns: Sequence[str]) -> int:  # noqa: ANN401  # any model
    """Empty columns of a row at hand, by its mapper: the row of a case counts its versions."""
    full = [name for name in columns if getattr(row, name) is not None]
    for name in full:
        setattr(row, name, None)
    return int(bool(full))


def _let_go_of_files(session: Session, where: ColumnElement[bool], tally: _Tally) -> None:
    session.flush()
    removed = session.execute(delete(Attachment).where(where).execution_options(synchronize_session="fetch"))
    tally.add(Attachment, rows_changed(removed))


@dataclass(frozen=True, slots=True)
class _Texts:
    inbound: tuple[int, ...]
    outbound: tuple[int, ...]


def _texts_of(session: Session, cases: Sequence[Case], astray: ColumnElement[bool]) -> _Texts:
    """Return the texts of cases: those that name them, and those from which a filing or a message was made."""
    ids, subjects = [one.id for one in cases], [one.public_id for one in cases]
    filed = select(Submission.inbound_message_id).where(
        or_(Submission.case_id.in_(ids), Submission.filed_as_case_id.in_(ids)),
        Submission.inbound_message_id.is_not(None),
    )
    said, sent = _ids_of_messages(or_(CaseMessage.case_id.in_(ids), astray))
    asked = [
        select(model.outbound_message_id).where(model.case_id.in_(ids), model.outbound_message_id.is_not(None))
        for model in (Survey, AfterCheck)
    ]
    inbound = or_(InboundMessage.subject.in_(subjects), *(InboundMessage.id.in_(one) for one in (filed, said)))
    outbound = or_(OutboundMessage.subject.in_(subjects), *(OutboundMessage.id.in_(one) for one in (sent, *asked)))
    return _found(session, inbound, outbound)


def _texts_of_person(session: Session, case: Case, person: Complainant) -> _Texts:
    filed = select(Submission.inbound_message_id).where(
        Submission.complainant_id == person.id, Submission.inbound_message_id.is_not(None)
    )
    said, sent = _ids_of_messages(CaseMessage.complainant_id == person.id)
    subjects = select(Case.public_id).where(or_(Case.id == case.id, Case.id.in_(joined_cases(case.id))))
    on_thread = (OutboundMessage.thread_id == person.thread_id) & OutboundMessage.subject.in_(subjects)
    inbound = or_(InboundMessage.id.in_(filed), InboundMessage.id.in_(said))
    return _found(session, inbound, or_(OutboundMessage.id.in_(sent), on_thread))


def _ids_of_messages(where: ColumnElement[bool]) -> tuple[Any, Any]:
    """Return the subqueries of the incoming and of the outgoing texts of messages."""
    return (
        select(CaseMessage.inbound_message_id).where(where, CaseMessage.inbound_message_id.is_not(None)),
        select(CaseMessage.outbound_message_id).where(where, CaseMessage.outbound_message_id.is_not(None)),
    )


def _found(session: Session, inbound: ColumnElement[bool], outbound: ColumnElement[bool]) -> _Texts:
    return _Texts(
        tuple(session.scalars(select(InboundMessage.id).where(inbound))),
        tuple(session.scalars(select(OutboundMessage.id).where(outbound))),
    )


def _erase_texts(session: Session, texts: _Texts, tally: _Tally) -> None:
    """Empty the bodies of texts, and cut what came in loose from its number. What waits to go out is held for good."""
    for inbound_id in texts.inbound:
        row = session.get_one(InboundMessage, inbound_id)
        had = row.body_sealed or row.number_sealed or row.media_sealed
        tally.add(InboundMessage, int(had is not None))
        if had is None:
            continue
        row.body_sealed = row.number_sealed = row.media_sealed = None
        row.number_digest = os.urandom(NUMBER_DIGEST_BYTES)
        row.media_state = "failed" if row.media_state == "waiting" else row.media_state
    session.flush()
    for_these = OutboundMessage.id.in_(texts.outbound)
    tally.add(OutboundMessage, _empty(session, OutboundMessage, OF_TEXTS[OutboundMessage], for_these))
    _hold(session, for_these)


def _erase_texts_of_thread(session: Session, thread: Thread, tally: _Tally) -> None:
    """Empty what was said on a thread outside any case: words that ask for help, and their answers."""
    came = (InboundMessage.line == thread.line) & (InboundMessage.number_digest == thread.number_digest)
    free = (InboundMessage.state != InboundState.RECEIVED.value) & ~inbound_is_held()
    tally.add(InboundMessage, _empty(session, InboundMessage, ("body_sealed", "media_sealed"), came & free))
    went = (OutboundMessage.thread_id == thread.id) & OutboundMessage.subject.is_(None)
    tally.add(OutboundMessage, _empty(session, OutboundMessage, OF_TEXTS[OutboundMessage], went))


def _hold(session: Session, where: ColumnElement[bool]) -> None:
    waiting = (OutboundState.QUEUED.value, OutboundState.CLAIMED.value)
    session.execute(
        update(OutboundMessage)
        .where(where, OutboundMessage.state.in_(waiting))
        .values(state=OutboundState.HELD.value)
        .execution_options(synchronize_session="fetch")
    )


def _forget_traces(session: Session, ids: Sequence[int], *, at: datetime) -> None:
    """Remove what leads to the words or waits for somebody: digests of words, one-use codes, open tasks, questions."""
    session.execute(delete(WordDigest).where(WordDigest.case_id.in_(ids)))
    session.execute(delete(OneUseCode).where(OneUseCode.case_id.in_(ids)))
    of_these = select(Respondent.id).where(Respondent.case_id.in_(ids))
    session.execute(delete(RespondentName).where(RespondentName.respondent_id.in_(of_these)))
    session.execute(
        update(Task)
        .where(Task.case_id.in_(ids), Task.done_at.is_(None))
        .values(done_at=at)
        .execution_options(synchronize_session="fetch")
    )
    subjects = select(Case.public_id).where(Case.id.in_(ids))
    session.execute(
        update(Thread)
        .where(Thread.pending_subject.in_(subjects))
        .values(pending=None, pending_subject=None, pending_until=None)
        .execution_options(synchronize_session="fetch")
    )


def _erase_own_filing(session: Session, case: Case, person: Complainant, tally: _Tally) -> None:
    """Empty title and place of the cases that only this person filed, before they were merged."""
    filed_as = select(Submission.filed_as_case_id).where(
        Submission.complainant_id == person.id, Submission.filed_as_case_id != case.id
    )
    of_others = select(func.count()).where(
        Submission.filed_as_case_id == Case.id, Submission.complainant_id != person.id
    )
    for own in session.scalars(select(Case).where(Case.id.in_(filed_as), of_others.scalar_subquery() == 0)):
        tally.add(Case, _empty_row(own, OF_ITS_ROW))


def _note(  # a line of the trail has this many facts
    session: Session,
    action: AuditAction,
    case: Case,
    subject: str,
    tally: _Tally,
    *,
    basis: Basis,
    by: Actor,
    at: datetime,
) -> None:
    """Write down what was erased, by public id and in numbers: after a restore this is what has to be erased again."""
    audit.record(
        session,
        actor_id=by.staff_id,
        action=action,
        subject_kind="case" if action is AuditAction.CASE_ERASED else "complainant",
        subject=subject,
        site_id=case.site_id,
        codes={"basis": basis.value, **tally.counts},
        at=at,
    )
