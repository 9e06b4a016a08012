"""Blocking: for the time being nobody of the staff reads what a person told and was told, on no page and in no file.

The sealed bytes themselves are covered, so that no page has to think of it: what reads them finds that they are
blocked. The person still reads his or her own, and keys are still rotated. Where others filed the same case, theirs
stays readable, and what staff wrote about the case too. Source: Ley 21.719 (temporary blocking, 2 business days), to be
confirmed by counsel. Not for: erasing.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from grievance.cases import clocks
from grievance.cases.endings import others_filed_too
from grievance.cases.models import Attachment, Case, CaseMessage, Complainant, Submission
from grievance.cases.queries import joined_cases
from grievance.cases.record import WordDigest
from grievance.cases.states import Actor, EventKind
from grievance.cases.transitions import load_for_change, record
from grievance.crypto.fields import Sealing, cover, is_covered, sealed_models, uncover
from grievance.deadlines.standards import ClockName
from grievance.privacy.answers import NotProven
from grievance.privacy.request_kinds import DataStep
from grievance.privacy.request_record import DataRequest
from grievance.privacy.requests import people_of

KEPT_READABLE = frozenset({("complainant", "email"), ("complainant", "code"), ("submission", "receipt_code")})
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
        if not others_filed_too(session, about):
            about.blocked_at = about.blocked_at or at
            session.execute(delete(WordDigest).where(WordDigest.case_id.in_(joined_cases(about.id))))
            about.words_indexed_at = at
        else:
            about.words_indexed_at = None
        codes = {"step": DataStep.BLOCKED.value}
        record(session, about, EventKind.DATA_STEP, by=by, at=at, codes=codes)
        session.flush()
        for row, name in _words(session, about, person):
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
        # Others may have joined since: what was covered with the whole case is uncovered with it.
        rows = [*_of_person(session, about, person)]
        if about.blocked_at is not None:
            rows += _of_case_without(session, about, person)
        about.blocked_at = None
        about.words_indexed_at = None
        for row, name in _columns(rows):
            uncover(row, name)
        codes = {"step": DataStep.UNBLOCKED.value}
        record(session, about, EventKind.DATA_STEP, by=by, at=at, codes=codes)
    record(session, case, EventKind.DATA_STEP, by=by, at=at, codes={"step": DataStep.UNBLOCKED.value})
    return len(people)


def _words(session: Session, case: Case, person: Complainant) -> Iterator[tuple[Sealing, str]]:
    """Yield every sealed column that holds words of the person, or of the case where nobody else filed it."""
    session.flush()
    yield from _columns(
        _of_person(session, case, person) if others_filed_too(session, case) else _of_case(session, case)
    )


def _columns(rows: Iterable[Any]) -> Iterator[tuple[Sealing, str]]:
    for row in rows:
        for name in row.__sealed__:
            if (row.__tablename__, name) not in KEPT_READABLE:
                yield row, name


def _of_case(session: Session, case: Case) -> Iterable[Any]:
    ids = [*session.scalars(joined_cases(case.id))]
    yield from session.scalars(select(Case).where(Case.id.in_(ids)))
    for model in sealed_models():
        if hasattr(model, "case_id") and model is not DataRequest:
            yield from session.scalars(select(model).where(model.case_id.in_(ids)))


def _of_case_without(session: Session, case: Case, person: Complainant) -> Iterator[Any]:
    """Yield the rows of a case without those of other people who had theirs blocked by themselves."""
    others = select(Complainant, Submission.words_sealed).where(
        Submission.complainant_id == Complainant.id, Complainant.case_id == case.id, Complainant.id != person.id
    )
    by_themselves = [other for other, words in session.execute(others) if is_covered(session, words)]
    theirs = {row for other in by_themselves for row in _of_person(session, case, other)}
    yield from (row for row in _of_case(session, case) if row not in theirs)


def _of_person(session: Session, case: Case, person: Complainant) -> Iterable[Any]:
    filings = Submission.complainant_id == person.id
    messages = CaseMessage.complainant_id == person.id
    yield person
    # A case that only this person filed, before it was merged: its place is what the person said.
    theirs = select(Submission.filed_as_case_id).where(Submission.case_id == case.id, ~filings)
    alone = select(Submission.filed_as_case_id).where(filings, Submission.filed_as_case_id != case.id)
    yield from session.scalars(select(Case).where(Case.id.in_(alone), Case.id.not_in(theirs)))
    yield from session.scalars(select(Submission).where(filings))
    yield from session.scalars(select(CaseMessage).where(messages))
    yield from session.scalars(
        select(Attachment).where(
            Attachment.case_id.in_(joined_cases(case.id)),
            or_(
                Attachment.submission_id.in_(select(Submission.id).where(filings)),
                Attachment.message_id.in_(select(CaseMessage.id).where(messages)),
            ),
        )
    )
