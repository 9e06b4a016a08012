"""Answering requests about personal data: the copy that is released and taken, corrections, what the person is told.

The answer itself is a proposed response of the request's case: told, answered and appealed like any other. Not for:
building the copy (`answer_package`) nor blocking (`answer_blocking`).
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.accounts import audit
from grievance.accounts.audit import AuditAction
from grievance.cases import clocks, handling, resolution
from grievance.cases.after_plan import cancel_questions, cancel_questions_of
from grievance.cases.covering import cover_if_blocked
from grievance.cases.endings import others_filed_too
from grievance.cases.models import Case, Complainant, Submission
from grievance.cases.queries import calendar_of, site_of
from grievance.cases.states import COMPLAINANT, Actor, Channel, EventKind, Outcome
from grievance.cases.surveys import end_surveys, end_surveys_of
from grievance.cases.transitions import load_for_change, record
from grievance.cases.ways import is_asked_nothing
from grievance.core.i18n import Locale, mark, text_in
from grievance.crypto.fields import new_public_id, seal, unseal
from grievance.deadlines.standards import CaseType, ClockName, Span, Unit, due_after
from grievance.deadlines.working_days import local_date
from grievance.privacy.answer_package import Content, as_text, build, digest_of
from grievance.privacy.erasure import Basis, erase_person
from grievance.privacy.request_kinds import GIVES_COPY, DataRight, DataStep, Decision, Field, Ground
from grievance.privacy.request_record import DataPackage, DataRequest
from grievance.privacy.requests import package_of, people_of, waits_for_second

COPY_LIVES = Span(30, Unit.CALENDAR_DAYS)
"""How long a copy can be taken. Default of this project: as long as the law gives to answer."""


class NotProven(Exception):
    """It is not proven whose data it is: nothing is given out, corrected or erased."""


class SecondPersonMissing(Exception):
    """One member of staff alone saw a document about a restricted case: another one has to see it first."""


class NothingDone(Exception):
    """It cannot be answered as granted before what was asked for is done."""


class GroundMissing(Exception):
    """A request is refused for a reason that the law knows."""


class AnsweredBefore(Exception):
    """The request was answered."""


class CopyChanged(Exception):
    """What would be released is not what was looked through; look again."""


class NotThisRight(Exception):
    """The request is about another right."""


class KeptByLaw(Exception):
    """The law has it kept, whatever anybody asks."""


class CopyGone(LookupError):
    """There is no copy for this person, or its days are over."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy that a person may take."""

    content: Content = field(repr=False)
    text: str = field(repr=False)
    released_at: datetime
    expires_at: datetime


def preview(
    session: Session, case: Case, request: DataRequest, *, phrases: Iterable[str] = (), now: datetime
) -> tuple[Content, str]:
    """Return the copy exactly as it would be released, with its digest.

    Raises:
        NotProven, NotThisRight, AnsweredBefore: there is nothing to release.
        SecondPersonMissing: only one person saw the document about a restricted case.
    """
    _require_open(request, *GIVES_COPY)
    _proven_people(session, request)
    content = build(session, case, request, phrases=phrases, now=now)
    return content, digest_of(content)


def release(
    session: Session,
    case: Case,
    request: DataRequest,
    *,
    phrases: Iterable[str] = (),
    seen_digest: str,
    by: Actor,
    at: datetime,
) -> DataPackage:
    """Make the copy ready to be taken on the follow-up page, for thirty days; one released before is replaced.

    Raises:
        NotProven, SecondPersonMissing, NotThisRight, AnsweredBefore: see `preview`.
        CopyChanged: it is not the copy that was looked through.
    """
    content, digest = preview(session, case, request, phrases=phrases, now=at)
    if digest != seen_digest:
        raise CopyChanged
    package = package_of(session, request)
    package = package or DataPackage(public_id=new_public_id(), request_id=request.id, case_id=case.id)
    site = site_of(session, case)
    calendar = calendar_of(session, site, year=local_date(at, site.time_zone).year)
    seal(session, package, "content", as_text(content))
    package.digest, package.released_at, package.released_by_id = digest, at, by.staff
    package.expires_at = due_after(COPY_LIVES, at, calendar).due_at
    package.taken_count, package.taken_at = 0, None
    session.add(package)
    request.done_at = at
    record(session, case, EventKind.DATA_STEP, by=by, at=at, codes={"step": DataStep.COPY_READY.value})
    _audit(session, case, AuditAction.DATA_COPY_RELEASED, by=by, at=at)
    return package


def note_looked(session: Session, case: Case, *, by: Actor, at: datetime) -> None:
    """Write down that somebody of the staff read the copy before it was released."""
    _audit(session, case, AuditAction.DATA_COPY_READ, by=by, at=at)


def take(session: Session, complainant: Complainant, *, at: datetime) -> Copy:
    """Hand out the copy to the person whose request it is, and write down that it was taken.

    Raises:
        CopyGone: none, of somebody else, or its days are over.
    """
    package, found = _for_person(session, complainant, now=at)
    case = load_for_change(session, found.id)
    package.taken_count, package.taken_at = package.taken_count + 1, at
    codes = {"step": DataStep.COPY_TAKEN.value}
    record(session, case, EventKind.DATA_STEP, by=COMPLAINANT, at=at, codes=codes)
    _audit(session, case, AuditAction.DATA_COPY_TAKEN, by=COMPLAINANT, at=at)
    return _opened(session, package)


def forget_copies(session: Session, *, at: datetime, limit: int) -> int:
    """Empty the copies whose days are over; return how many."""
    old = session.scalars(
        select(DataPackage)
        .where(DataPackage.content_sealed.is_not(None), DataPackage.expires_at < at)
        .order_by(DataPackage.id)
        .limit(limit)
    ).all()
    for package in old:
        package.content_sealed = None
    return len(old)


def correct(session: Session, case: Case, request: DataRequest, *, value: str, by: Actor, at: datetime) -> int:
    """Write the corrected value for everybody for whom the request speaks; return in how many cases.

    A name or a place is replaced and the old value is gone. What the person told stays as it was said, since
    others acted on it and the chain commits to it; the correction stands beside it, as a message of the person.

    Raises:
        NotProven, SecondPersonMissing, NotThisRight, AnsweredBefore: nothing may be corrected.
    """
    _require_open(request, DataRight.RECTIFICATION)
    people = _proven_people(session, request)
    what = Field(request.corrects or Field.WORDS)
    for person in people:
        about = load_for_change(session, person.case_id)
        _correct(session, about, person, what, value, at=at)
        codes = {"step": DataStep.CORRECTED.value, "what": what.value}
        record(session, about, EventKind.DATA_STEP, by=by, at=at, codes=codes)
    _done(session, case, request, DataStep.CORRECTED, by=by, at=at)
    return len(people)


def answer(
    session: Session,
    case: Case,
    request: DataRequest,
    *,
    decision: Decision,
    ground: Ground | None = None,
    words: str,
    by: Actor,
    at: datetime,
) -> None:
    """Tell the person what came of the request; where not all was granted, why, and where else to go.

    Raises:
        AnsweredBefore: it was answered.
        NotProven: it is granted, and nobody knows whose data it is.
        NothingDone: it is granted, and nothing was done yet.
        GroundMissing: it is refused without a reason of the law.
        TransitionNotAllowed: it has not been acknowledged yet, or has left.
        WaiverOfRights: the words ask for the giving up of a right.
    """
    if request.decided_at is not None:
        raise AnsweredBefore
    if decision is not Decision.REFUSED and not people_of(session, request):
        raise NotProven
    if decision is not Decision.REFUSED and request.done_at is None:
        raise NothingDone
    if decision is not Decision.GRANTED and ground is None:
        raise GroundMissing
    locale = Locale(case.locale)
    told = words if decision is Decision.GRANTED else f"{words} {text_in(locale, ELSEWHERE)}"
    resolution.propose_response(session, case, outcome=_OUTCOMES[decision], words=told, by=by, at=at)
    # The law asks for an answer within the days, not for the end of the case, which the person may still discuss.
    clocks.meet(session, case, ClockName.RESOLVE, at=at)
    if decision is Decision.REFUSED:
        clocks.cancel(session, case, ClockName.BLOCK, at=at)
    request.decision, request.decided_at, request.decided_by_id = decision.value, at, by.staff
    request.ground = ground.value if ground is not None and decision is not Decision.GRANTED else None
    codes = {"step": DataStep.ANSWERED.value, "decision": decision.value, "ground": request.ground}
    record(session, case, EventKind.DATA_STEP, by=by, at=at, codes=codes)


def stop_asking(session: Session, case: Case, request: DataRequest, *, by: Actor, at: datetime) -> int:
    """Put no more questions to the person about the cases; return about how many. What the law asks for goes on.

    Raises:
        NotProven, SecondPersonMissing, NotThisRight, AnsweredBefore: there is nothing to stop.
    """
    _require_open(request, DataRight.OBJECTION)
    people = _proven_people(session, request)
    for person in people:
        about = load_for_change(session, person.case_id)
        person.asked_no_more_at = at
        end_surveys_of(session, about, person, at=at)
        cancel_questions_of(session, about, person)
        if is_asked_nothing(session, about):
            end_surveys(session, about, at=at)
            cancel_questions(session, about)
        codes = {"step": DataStep.ASKED_NO_MORE.value}
        record(session, about, EventKind.DATA_STEP, by=by, at=at, codes=codes)
    _done(session, case, request, DataStep.ASKED_NO_MORE, by=by, at=at)
    return len(people)


def erase(session: Session, case: Case, request: DataRequest, *, by: Actor, at: datetime) -> int:
    """Erase everything of everybody for whom the request speaks; return how many rows lost something.

    Raises:
        NotProven, SecondPersonMissing, NotThisRight, AnsweredBefore: nothing may be erased.
        StillOpen: a case is worked on: it is withdrawn or ended first.
        HeldByLaw: a legal hold keeps it.
        KeptByLaw: it is harassment that the law has investigated.
    """
    _require_open(request, DataRight.ERASURE)
    people = _proven_people(session, request)
    rows = 0
    for person in people:
        about = load_for_change(session, person.case_id)
        if about.type == CaseType.DATA_RIGHTS and about.is_open:
            # Having asked for something else must not keep anybody from being forgotten: it goes when its time is over.
            continue
        refuse_kept_by_law(about)
        rows += erase_person(session, person, basis=Basis.REQUEST, by=by, at=at).rows
    _done(session, case, request, DataStep.ERASED, by=by, at=at)
    return rows


ELSEWHERE = mark(
    "If you do not agree, you can turn to the Agencia de Protección de Datos Personales, and to the courts."
)

_OUTCOMES = {
    Decision.GRANTED: Outcome.UPHELD,
    Decision.PARTLY: Outcome.PARTLY_UPHELD,
    Decision.REFUSED: Outcome.NOT_UPHELD,
}


def refuse_kept_by_law(case: Case) -> None:
    """Refuse to erase what the law has investigated.

    Raises:
        KeptByLaw: it is harassment (Ley 21.643), and the investigation has not ended. To be confirmed by counsel.
    """
    if case.type == CaseType.HARASSMENT and case.is_open:
        raise KeptByLaw


def _require_open(request: DataRequest, *rights: DataRight) -> None:
    if request.decided_at is not None:
        raise AnsweredBefore
    if DataRight(request.right) not in rights:
        raise NotThisRight


def _proven_people(session: Session, request: DataRequest) -> list[Complainant]:
    people = people_of(session, request)
    if not people:
        raise NotProven
    if waits_for_second(session, request):
        raise SecondPersonMissing
    return people


def _for_person(session: Session, complainant: Complainant, *, now: datetime) -> tuple[DataPackage, Case]:
    """Return the copy that waits for a person: of the request that this very person filed."""
    row = session.execute(
        select(DataPackage, Case)
        .join(DataRequest, DataRequest.id == DataPackage.request_id)
        .join(Case, Case.id == DataRequest.case_id)
        .join(Submission, Submission.filed_as_case_id == Case.id)
        .where(
            Submission.complainant_id == complainant.id,
            DataPackage.expires_at >= now,
            DataPackage.content_sealed.is_not(None),
        )
        .order_by(DataPackage.id.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        raise CopyGone
    return row[0], row[1]


def _opened(session: Session, package: DataPackage) -> Copy:
    text = unseal(session, package, "content") or "{}"
    return Copy(json.loads(text), text, package.released_at, package.expires_at)


def _correct(session: Session, case: Case, person: Complainant, what: Field, value: str, *, at: datetime) -> None:
    match what:
        case Field.NAME:
            seal(session, person, "name", value)
            cover_if_blocked(session, case, person, "name")
        case Field.PLACE if not others_filed_too(session, case):
            seal(session, case, "place", value)
            cover_if_blocked(session, case, case, "place")
            case.words_indexed_at = None
        case _:
            locale = Locale(case.locale)
            words = text_in(locale, "Correction: %(words)s", words=value)
            handling.receive_message(
                session, case, words=words, complainant_id=person.id, channel=Channel.WEB, locale=locale, at=at
            )


def _done(session: Session, case: Case, request: DataRequest, step: DataStep, *, by: Actor, at: datetime) -> None:
    request.done_at = at
    record(session, case, EventKind.DATA_STEP, by=by, at=at, codes={"step": step.value})


def _audit(session: Session, case: Case, action: AuditAction, *, by: Actor, at: datetime) -> None:
    audit.record(
        session,
        actor_id=by.staff_id,
        action=action,
        subject_kind="case",
        subject=case.public_id,
        site_id=case.site_id,
        at=at,
    )
