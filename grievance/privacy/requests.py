"""Requests about personal data: opened as cases of their own, proven, and extended once. See `answers` for the rest.

A request is a case of the type `data_rights`: its clocks, messages, chain and follow-up page are those of every case.
It is restricted to whoever answers such requests, and hidden from whoever handles the case that it concerns.
Source of the days: Ley 21.719, in force on 1 December 2026, coded in `deadlines.standards`; to be confirmed by counsel.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.accounts.permissions import Duty
from grievance.cases import clocks, delays
from grievance.cases.hiding import plain
from grievance.cases.intake import Filed, Filing, open_case
from grievance.cases.models import Case, Complainant, Submission
from grievance.cases.record import Clock
from grievance.cases.side_tracks import DelayReason
from grievance.cases.states import SYSTEM, Actor, Channel, Confidentiality, EventKind, Reach
from grievance.cases.tasks import NoticeKind, holders, notify
from grievance.cases.transitions import record
from grievance.cases.triage import classify
from grievance.complainants import slips
from grievance.core.i18n import Locale
from grievance.crypto.codes import normalise_reference
from grievance.crypto.fields import new_public_id, reading_blocked, seal, unseal
from grievance.deadlines.standards import INTERVALS, CaseType, ClockName, IntervalName
from grievance.deadlines.working_days import add_calendar_days
from grievance.privacy.apart import keep_apart
from grievance.privacy.request_kinds import MAY_BLOCK_MEANWHILE, DataRight, DataStep, Field, Proof
from grievance.privacy.request_record import DataPackage, DataRequest, DataRequestPerson
from grievance.sites.models import Category, Site

SEVERITY = 2
"""Of every request: nobody but whoever answers it has to close it."""

CATEGORY = "data_rights"


class NotARequest(LookupError):
    """The case is no request about personal data, or it is not known yet which right it is about."""


class AlreadyRegistered(Exception):
    """It was said before which right the request is about."""


class AlreadyExtended(Exception):
    """The law gives thirty days more once."""


class TooLateToExtend(Exception):
    """The days are over, or the request was answered: nobody can be told in time that it takes longer."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asks for, and how he or she can be reached."""

    right: DataRight
    words: str = field(repr=False)
    locale: Locale
    channel: Channel
    reach: Reach = Reach.PAGE
    asks_blocking: bool = False
    corrects: Field | None = None
    wanted: str | None = field(default=None, repr=False)
    name: str | None = field(default=None, repr=False)
    thread_id: int | None = None
    form_key: str | None = field(default=None, repr=False)
    recorded_by_id: int | None = None
    wants_code: bool = True


def open_request(
    session: Session,
    site: Site,
    asked: Asked,
    *,
    people: Iterable[tuple[Complainant, Proof]] = (),
    by: Actor,
    at: datetime,
) -> Filed:
    """Open a request. `people` are those of cases for whom it is proven to speak; often there are none yet.

    Raises:
        FormKeyReused: the same form was sent before; nothing is added.
    """
    filing = Filing(
        words=asked.words,
        locale=asked.locale,
        channel=asked.channel,
        confidentiality=Confidentiality.CONFIDENTIAL if asked.thread_id else Confidentiality.ANONYMOUS,
        reach=asked.reach,
        category_id=_category_id(session, site),
        name=asked.name,
        thread_id=asked.thread_id,
        form_key=asked.form_key,
        recorded_by_id=asked.recorded_by_id,
        wants_code=asked.wants_code and asked.recorded_by_id is None,
        type=CaseType.DATA_RIGHTS,
    )
    filed = open_case(session, site, filing, by=by, at=at)
    if asked.recorded_by_id is not None and asked.form_key is not None:
        code = slips.make(session, filed.case, site, page_key=asked.form_key, by_id=asked.recorded_by_id, at=at)
        filed = replace(filed, code=code)
    category_id = filed.case.category_id
    classify(
        session, filed.case, type=CaseType.DATA_RIGHTS, category_id=category_id, severity=SEVERITY, by=SYSTEM, at=at
    )
    request = register(session, filed.case, asked, by=by, at=at)
    for person, proof in people:
        add_person(session, filed.case, request, person, proof=proof, by=by, at=at)
    return filed


def register(session: Session, case: Case, asked: Asked, *, by: Actor, at: datetime) -> DataRequest:
    """Say which right a case of the type is about: at once, or once somebody has read what was filed like a grievance.

    Raises:
        NotARequest: the case is of another type.
        AlreadyRegistered: it was said before.
    """
    if case.type != CaseType.DATA_RIGHTS:
        raise NotARequest
    if request_of(session, case) is not None:
        raise AlreadyRegistered
    asks_blocking = asked.right in MAY_BLOCK_MEANWHILE and (asked.asks_blocking or asked.right is DataRight.BLOCKING)
    is_wrong = asked.right is DataRight.RECTIFICATION
    request = DataRequest(
        public_id=new_public_id(),
        case_id=case.id,
        right=asked.right.value,
        asks_blocking=asks_blocking,
        corrects=(asked.corrects or Field.WORDS).value if is_wrong else None,
        opened_at=at,
    )
    seal(session, request, "wanted", (asked.wanted or asked.words) if is_wrong else None)
    session.add(request)
    session.flush()
    codes = {"step": DataStep.ASKED.value, "right": asked.right.value}
    record(session, case, EventKind.DATA_STEP, by=by, at=at, codes=codes)
    if not asks_blocking:
        # Two business days are for whoever asks that nobody reads the words; nobody is late with what was not asked.
        clocks.cancel(session, case, ClockName.BLOCK, at=at)
    told = holders(session, case, Duty.DATA_PROTECTION) or holders(session, case, Duty.TRIAGER)
    key = f"data:{case.public_id}"
    notify(session, told, key=key, kind=NoticeKind.DATA_REQUEST, case=case, show_from=at, at=at)
    return request


def request_of(session: Session, case: Case) -> DataRequest | None:
    """Return the row of a request, or None while it is not known which right it is about."""
    return session.scalars(select(DataRequest).where(DataRequest.case_id == case.id)).one_or_none()


def package_of(session: Session, request: DataRequest) -> DataPackage | None:
    """Return the copy that was released for a request, or None."""
    return session.scalars(select(DataPackage).where(DataPackage.request_id == request.id)).one_or_none()


def add_person(
    session: Session,
    case: Case,
    request: DataRequest,
    person: Complainant,
    *,
    proof: Proof,
    by: Actor,
    at: datetime,
) -> None:
    """Note that the request speaks for a person, and keep it from whoever works or must not see that person's case."""
    known = select(DataRequestPerson.id).where(
        DataRequestPerson.request_id == request.id, DataRequestPerson.complainant_id == person.id
    )
    if session.scalars(known).one_or_none() is not None or person.case_id == case.id:
        return
    session.add(
        DataRequestPerson(
            request_id=request.id,
            complainant_id=person.id,
            proof=proof.value,
            proven_at=at,
            proven_by_id=by.staff_id,
        )
    )
    session.flush()
    codes = {"step": DataStep.PROVEN.value, "how": proof.value}
    record(session, case, EventKind.DATA_STEP, by=by, at=at, codes=codes)
    keep_apart(session, case, session.get_one(Case, person.case_id), at=at)


def prove_by_document(
    session: Session,
    case: Case,
    request: DataRequest,
    *,
    reference: str,
    name: str,
    by: Actor,
    at: datetime,
) -> bool:
    """Compare the name on a document that somebody showed with the one left in a case; return whether they are one.

    The name in the case is shown to nobody, and a case without a name cannot be proven in this way. Unknown and wrong
    look the same. Whoever knows a name could file a request himself and say that he saw the document: where the case is
    restricted, a second person compares it too (see `waits_for_second`).
    """
    shown = plain(name)
    rows = session.scalars(
        select(Complainant)
        .join(Submission, Submission.complainant_id == Complainant.id)
        .join(Case, Case.id == Submission.filed_as_case_id)
        .where(Case.reference == (normalise_reference(reference) or ""), Case.site_id == case.site_id)
        .order_by(Complainant.id)
    ).all()
    with reading_blocked(session):
        # Compared, never shown: whoever had it blocked can still prove who he or she is.
        found = next((row for row in rows if shown and plain(unseal(session, row, "name") or "") == shown), None)
    if found is None:
        return False
    add_person(session, case, request, found, proof=Proof.DOCUMENT, by=by, at=at)
    _second(session, case, request, found, by=by, at=at)
    return True


def waits_for_second(session: Session, request: DataRequest) -> bool:
    """Return whether somebody of a restricted case is proven only by a document that one member of staff saw."""
    waiting = (
        select(DataRequestPerson.id)
        .join(Complainant, Complainant.id == DataRequestPerson.complainant_id)
        .join(Case, Case.id == Complainant.case_id)
        .where(
            DataRequestPerson.request_id == request.id,
            DataRequestPerson.proof == Proof.DOCUMENT.value,
            DataRequestPerson.seconded_at.is_(None),
            Case.is_restricted.is_(True),
        )
    )
    return session.scalars(waiting.limit(1)).one_or_none() is not None


def extend(
    session: Session, case: Case, request: DataRequest, *, reason: DelayReason, words: str, by: Actor, at: datetime
) -> date:
    """Take thirty calendar days more, once, telling the person why before the first are over; return the new day.

    Raises:
        AlreadyExtended: it was done before.
        TooLateToExtend: the days are over, or the request was answered.
        WaiverOfRights: the words ask for the giving up of a right.
    """
    if request.extended_at is not None:
        raise AlreadyExtended
    clock = clocks.running(session, case, ClockName.RESOLVE)
    if clock is None or at > clock.due_at or request.decided_at is not None:
        raise TooLateToExtend
    first = _first_promised(session, clock)
    new_due_on = add_calendar_days(first.due_on, INTERVALS[IntervalName.DATA_RIGHTS_EXTENSION].amount)
    delays.give_notice(
        session, case, ClockName.RESOLVE, reason=reason, new_due_on=new_due_on, words=words, by=by, at=at
    )
    # Unlike a delay that is only told, this one the law grants: the first date is not missed.
    for promised in {first, clock}:
        promised.cancelled_at = at
    session.flush()
    clocks.refresh(session, case)
    request.extended_at = at
    codes = {"step": DataStep.EXTENDED.value, "new_due_on": new_due_on.isoformat(), "reason": reason.value}
    record(session, case, EventKind.DATA_STEP, by=by, at=at, codes=codes)
    return new_due_on


def people_of(session: Session, request: DataRequest) -> list[Complainant]:
    """Return the people for whom a request is proven to speak, in the order in which that was proven."""
    return list(
        session.scalars(
            select(Complainant)
            .join(DataRequestPerson, DataRequestPerson.complainant_id == Complainant.id)
            .where(DataRequestPerson.request_id == request.id)
            .order_by(DataRequestPerson.id)
        )
    )


def _second(
    session: Session, case: Case, request: DataRequest, person: Complainant, *, by: Actor, at: datetime
) -> None:
    """Note that somebody else than the first saw the document too."""
    row = session.scalars(
        select(DataRequestPerson).where(
            DataRequestPerson.request_id == request.id, DataRequestPerson.complainant_id == person.id
        )
    ).one_or_none()
    if row is None or row.proof != Proof.DOCUMENT or row.seconded_at is not None or row.proven_by_id == by.staff:
        return
    row.seconded_at, row.seconded_by_id = at, by.staff
    record(session, case, EventKind.DATA_STEP, by=by, at=at, codes={"step": DataStep.SECONDED.value})


def _category_id(session: Session, site: Site) -> int | None:
    return session.scalars(
        select(Category.id).where(Category.operator_id == site.operator_id, Category.code == CATEGORY)
    ).one_or_none()


def _first_promised(session: Session, clock: Clock) -> Clock:
    """Return the clock of the date that the law gave, from which a later one that was only told follows."""
    while clock.follows_id is not None:
        clock = session.get_one(Clock, clock.follows_id)
    return clock
