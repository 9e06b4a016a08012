"""Blocking: for the time being nobody of the staff reads what a person told and was told, on no page and in no file.

The sealed bytes themselves are covered, so that no page has to think of it: what reads them finds that they are
blocked. The person still reads his or her own, and keys are still rotated. Where others filed the same case, theirs
stays readable, and what staff wrote about the case too, until everybody in it has asked. Source: Ley 21.719 (temporary
blocking, 2 business days), to be confirmed by counsel. Not for: erasing, nor what comes later (`cases.covering`).
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, or_, select, update
from sqlalchemy.orm import Session

from grievance.cases import clocks
from grievance.cases.covering import stand
from grievance.cases.filing_record import JoinCode
from grievance.cases.models import Attachment, Case, CaseMessage, Complainant, ProposedResponse, Submission
from grievance.cases.queries import joined_cases
from grievance.cases.record import WordDigest
from grievance.cases.rights_record import Appeal
from grievance.cases.states import Actor, EventKind
from grievance.cases.transitions import load_for_change, record
from grievance.crypto.fields import Sealing, cover, sealed_models, uncover
from grievance.deadlines.standards import ClockName
from grievance.privacy.answers import NotProven
from grievance.privacy.request_kinds import DataStep
from grievance.privacy.request_record import DataRequest
from grievance.privacy.requests import people_of

KEPT_READABLE = frozenset(
    {("complainant", "email"), ("complainant", "code"), ("submission", "receipt_code"), ("slip_code", "code")}
)
"""Sealed columns that are no words: where notices go, and codes used up within the hour. No page shows them."""


class NotAskedToBlock(Exception):
    """Nobody asked that these words be blocked."""


def block(session: Session, case: Case, request: DataRequest, *, by: Actor, at: datetime) -> int:
    """Block the words of everybody for whom a request speaks; return in how many cases.

    Raises:
        NotProven: it is not proven whose words they are.
        NotAskedToBlock: the request does not ask for it.
    """
    if not request.asks_blocking:
        raise NotAskedToBlock
    people = people_of(session, request)
    if not people:
        raise NotProven
    for person in people:
        about = load_for_change(session, person.case_id)
        person.blocked_at = person.blocked_at or at
        stand(session, about)
        session.execute(delete(WordDigest).where(WordDigest.case_id.in_(joined_cases(about.id))))
        _index_again(session, about)
        codes = {"step": DataStep.BLOCKED.value}
        record(session, about, EventKind.DATA_STEP, by=by, at=at, codes=codes)
        session.flush()
        whole = about.blocked_at is not None
        for row, name in _columns(_of_case(session, about)) if whole else _of_person(session, about, person):
            cover(row, name)
    clocks.meet(session, case, ClockName.BLOCK, at=at)
    record(session, case, EventKind.DATA_STEP, by=by, at=at, codes={"step": DataStep.BLOCKED.value})
    return len(people)


def unblock(session: Session, case: Case, request: DataRequest, *, by: Actor, at: datetime) -> int:
    """Let the words be read again; return in how many cases.

    Raises:
        NotProven: the request speaks for nobody.
    """
    people = people_of(session, request)
    if not people:
        raise NotProven
    for person in people:
        about = load_for_change(session, person.case_id)
        person.blocked_at = None
        stand(session, about)
        _index_again(session, about)
        # What staff wrote while everybody in the case was blocked waits until nobody is.
        free = not _somebody_blocked(session, about)
        for row, name in _columns(_of_case(session, about)) if free else _of_person(session, about, person):
            uncover(row, name)
        codes = {"step": DataStep.UNBLOCKED.value}
        record(session, about, EventKind.DATA_STEP, by=by, at=at, codes=codes)
    record(session, case, EventKind.DATA_STEP, by=by, at=at, codes={"step": DataStep.UNBLOCKED.value})
    return len(people)


def _somebody_blocked(session: Session, case: Case) -> bool:
    blocked = select(Complainant.id).where(Complainant.case_id == case.id, Complainant.blocked_at.is_not(None))
    return session.scalars(blocked.limit(1)).one_or_none() is not None


def _index_again(session: Session, case: Case) -> None:
    """Let the worker build the digests of what may be found now, of merged cases too."""
    case.words_indexed_at = None
    session.execute(
        update(Case)
        .where(Case.id.in_(joined_cases(case.id)))
        .values(words_indexed_at=None)
        .execution_options(synchronize_session="fetch")
    )


def _columns(rows: Iterable[Any]) -> Iterator[tuple[Sealing, str]]:
    for row in rows:
        for name in row.__sealed__:
            if (row.__tablename__, name) not in KEPT_READABLE:
                yield row, name


def _of_case(session: Session, case: Case) -> Iterator[Any]:
    ids = [*session.scalars(joined_cases(case.id))]
    yield from session.scalars(select(Case).where(Case.id.in_(ids)))
    for model in sealed_models():
        if hasattr(model, "case_id") and model is not DataRequest:
            yield from session.scalars(select(model).where(model.case_id.in_(ids)))


def _of_person(session: Session, case: Case, person: Complainant) -> Iterator[tuple[Sealing, str]]:
    """Yield every sealed column that holds what one person of several told or was told."""
    filings, messages = Submission.complainant_id == person.id, CaseMessage.complainant_id == person.id
    yield person, "name"
    # The place is what whoever filed a case said; what staff wrote of one that was merged is of that person alone.
    filed = select(Submission.filed_as_case_id).where(filings)
    theirs = select(Submission.filed_as_case_id).where(Submission.case_id == case.id, ~filings)
    for own in session.scalars(select(Case).where(Case.id.in_(filed), Case.id.not_in(theirs))):
        yield from _columns([own]) if own.id != case.id else [(own, "place")]
    files = or_(
        Attachment.submission_id.in_(select(Submission.id).where(filings)),
        Attachment.message_id.in_(select(CaseMessage.id).where(messages)),
    )
    named: tuple[tuple[type[Any], ColumnElement[bool], str], ...] = (
        (Submission, filings, "words"),
        (CaseMessage, messages, "words"),
        (Attachment, files, "filename"),
        (Appeal, Appeal.complainant_id == person.id, "words"),
        (ProposedResponse, ProposedResponse.answered_by_id == person.id, "reason"),
        (JoinCode, _lines_of(person), "line"),
    )
    for model, where, name in named:
        for row in session.scalars(select(model).where(where)):
            yield row, name


def _lines_of(person: Complainant) -> ColumnElement[bool]:
    """Return the condition on `JoinCode` for lines that a person may have written to pass on with a code.

    Only that no member of staff wrote it is kept: of several who began a case, the line is blocked with any of them.
    """
    began = (
        select(Submission.filed_as_case_id)
        .join(Complainant, Complainant.id == Submission.complainant_id)
        .where(Complainant.id == person.id, Complainant.join_code_id.is_(None))
    )
    return and_(JoinCode.opened_by_id.is_(None), JoinCode.case_id.in_(began))
