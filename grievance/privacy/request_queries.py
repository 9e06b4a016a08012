"""Reading requests about personal data: the list and the page of whoever answers them, and what the person sees."""

from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from grievance.accounts.models import Staff
from grievance.accounts.permissions import Action, Viewer
from grievance.cases import clocks
from grievance.cases.models import Case, Complainant, HiddenFrom, Submission
from grievance.cases.queries import CaseNotFound, joined_cases, note_viewed, visible
from grievance.cases.record import Clock
from grievance.cases.states import Status
from grievance.cases.transitions import load_for_change
from grievance.crypto.codes import normalise_reference
from grievance.crypto.fields import unseal
from grievance.deadlines.standards import CaseType, ClockName
from grievance.privacy.request_kinds import GIVES_COPY, DataRight
from grievance.privacy.request_record import DataRequest, DataRequestPerson
from grievance.privacy.requests import NotARequest, package_of, request_of, waits_for_second
from grievance.sites.models import Site

LISTED = 200

_ANSWERABLE = frozenset({Status.ACKNOWLEDGED, Status.UNDER_REVIEW})


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A request on the list. No right: nobody has said yet which it is about."""

    reference: str
    site_name: str
    time_zone: str
    right: str | None
    status: str
    is_open: bool
    received_at: datetime
    next_due_at: datetime | None
    next_clock: str | None
    decision: str | None


@dataclass(frozen=True, slots=True)
class ProvenPart:
    """A case for which a request is proven to speak."""

    public_id: str
    reference: str
    type: str
    is_open: bool
    proof: str
    proven_at: datetime
    proven_by: str | None
    is_visible: bool
    """Whether whoever looks may open that case."""


@dataclass(frozen=True, slots=True)
class RequestPage:
    """Everything on the page of a request."""

    case_id: int
    reference: str
    version: int
    site_name: str
    time_zone: str
    locale: str
    status: str
    is_open: bool
    right: str | None
    asks_blocking: bool
    corrects: str | None
    wanted: str | None = field(repr=False)
    words: str | None = field(repr=False)
    received_at: datetime
    extended_at: datetime | None
    done_at: datetime | None
    decision: str | None
    ground: str | None
    decided_at: datetime | None
    proven: tuple[ProvenPart, ...]
    waits_for_second: bool
    """Whether a second person must see the document before anything is given out or changed."""
    dates: tuple[tuple[str, date], ...]
    """Clocks that run, each with its day, the earliest first."""
    can_extend: bool
    can_answer: bool
    released_at: datetime | None
    expires_at: datetime | None
    taken_count: int

    @property
    def gives_copy(self) -> bool:
        """Whether it is answered with a copy."""
        return self.right is not None and DataRight(self.right) in GIVES_COPY


def requests_of(session: Session, viewer: Viewer) -> tuple[RequestRow, ...]:
    """Return the requests that a viewer answers: open ones by due date, then the latest ended; LISTED at most."""
    rows = session.execute(
        select(Case, Site, DataRequest.right, DataRequest.decision)
        .join(Site, Site.id == Case.site_id)
        .outerjoin(DataRequest, DataRequest.case_id == Case.id)
        .where(
            Case.type == CaseType.DATA_RIGHTS.value, Case.is_spam.is_(False), visible(viewer), ~_concerns_hidden(viewer)
        )
        .order_by(Case.is_open.desc(), Case.desk_order_at, Case.id.desc())
        .limit(LISTED)
    )
    return tuple(
        RequestRow(
            case.reference,
            site.name,
            site.time_zone,
            right,
            case.status,
            case.is_open,
            case.received_at,
            case.next_due_at,
            case.next_due_clock,
            decision,
        )
        for case, site, right, decision in rows
        if viewer.may(Action.WORK_DATA_RIGHTS, site.id)
    )


def request_page(session: Session, viewer: Viewer, reference: str, *, now: datetime) -> RequestPage:
    """Return the page of a request; that it was read is written down, so `session` is a writing one.

    Raises:
        CaseNotFound: unknown, no request, or not for this viewer.
    """
    case = _found(session, viewer, reference)
    note_viewed(session, viewer, case, at=now)
    site = session.get_one(Site, case.site_id)
    request = request_of(session, case)
    package = package_of(session, request) if request else None
    clock = clocks.running(session, case, ClockName.RESOLVE)
    words = session.scalars(select(Submission).where(Submission.case_id == case.id).order_by(Submission.id)).first()
    return RequestPage(
        case_id=case.id,
        reference=case.reference,
        version=case.version,
        site_name=site.name,
        time_zone=site.time_zone,
        locale=case.locale,
        status=case.status,
        is_open=case.is_open,
        right=request.right if request else None,
        asks_blocking=request is not None and request.asks_blocking,
        corrects=request.corrects if request else None,
        wanted=unseal(session, request, "wanted") if request else None,
        words=unseal(session, words, "words") if words else None,
        received_at=case.received_at,
        extended_at=request.extended_at if request else None,
        done_at=request.done_at if request else None,
        decision=request.decision if request else None,
        ground=request.ground if request else None,
        decided_at=request.decided_at if request else None,
        proven=_proven(session, viewer, request) if request else (),
        waits_for_second=request is not None and waits_for_second(session, request),
        dates=_dates(session, case),
        can_extend=request is not None and clock is not None and _can_extend(request, clock, now),
        can_answer=request is not None and request.decided_at is None and case.status in _ANSWERABLE,
        released_at=package.released_at if package else None,
        expires_at=package.expires_at if package else None,
        taken_count=package.taken_count if package else 0,
    )


def case_for_work(session: Session, viewer: Viewer, reference: str) -> Case:
    """Return the case of a request, locked, for whoever answers it.

    Raises:
        CaseNotFound: unknown, no request, or not for this viewer.
    """
    return load_for_change(session, _found(session, viewer, reference).id)


def for_work(session: Session, viewer: Viewer, reference: str) -> tuple[Case, DataRequest]:
    """Return a request with its case, locked, for whoever answers it.

    Raises:
        CaseNotFound: unknown, no request, or not for this viewer.
        NotARequest: nobody has said yet which right it is about.
    """
    case = case_for_work(session, viewer, reference)
    request = request_of(session, case)
    if request is None:
        raise NotARequest
    return case, request


def _found(session: Session, viewer: Viewer, reference: str) -> Case:
    case = session.scalars(
        select(Case).where(
            Case.reference == (normalise_reference(reference) or ""),
            Case.type == CaseType.DATA_RIGHTS.value,
            visible(viewer),
            ~_concerns_hidden(viewer),
        )
    ).one_or_none()
    if case is None or not viewer.may(Action.WORK_DATA_RIGHTS, case.site_id):
        raise CaseNotFound
    return case


def _concerns_hidden(viewer: Viewer) -> ColumnElement[bool]:
    """Return the condition on the case of a request that it speaks for somebody of a case hidden from the viewer now.

    Who is hidden when it is proven is hidden from the request too; whom a case is about may be known only later.
    """
    return Case.id.in_(
        select(DataRequest.case_id)
        .join(DataRequestPerson, DataRequestPerson.request_id == DataRequest.id)
        .join(Complainant, Complainant.id == DataRequestPerson.complainant_id)
        .join(HiddenFrom, HiddenFrom.case_id == Complainant.case_id)
        .where(HiddenFrom.staff_id == viewer.staff_id, HiddenFrom.lifted_at.is_(None))
    )


def _can_extend(request: DataRequest, clock: Clock, now: datetime) -> bool:
    return request.decided_at is None and request.extended_at is None and now <= clock.due_at


def _proven(session: Session, viewer: Viewer, request: DataRequest) -> tuple[ProvenPart, ...]:
    rows = session.execute(
        select(DataRequestPerson, Complainant, Case, Staff.name)
        .join(Complainant, Complainant.id == DataRequestPerson.complainant_id)
        .join(Case, Case.id == Complainant.case_id)
        .outerjoin(Staff, Staff.id == DataRequestPerson.proven_by_id)
        .where(DataRequestPerson.request_id == request.id)
        .order_by(DataRequestPerson.id)
    ).all()
    seen = set(
        session.scalars(select(Case.id).where(Case.id.in_([case.id for _, _, case, _ in rows]), visible(viewer)))
    )
    return tuple(
        ProvenPart(
            person.public_id,
            _filed_as(session, case, person),
            case.type,
            case.is_open,
            row.proof,
            row.proven_at,
            name,
            case.id in seen,
        )
        for row, person, case, name in rows
    )


def _filed_as(session: Session, case: Case, person: Complainant) -> str:
    return session.scalars(
        select(Case.reference)
        .join(Submission, Submission.filed_as_case_id == Case.id)
        .where(Submission.complainant_id == person.id, Submission.filed_as_case_id.in_(joined_cases(case.id)))
        .order_by(Submission.id)
        .limit(1)
    ).one()


def _dates(session: Session, case: Case) -> tuple[tuple[str, date], ...]:
    running: dict[str, Clock] = {}
    for clock in clocks.of(session, case.id):
        if clock.met_at is None and clock.cancelled_at is None and clock.name not in clocks.WAITING_FOR_PERSON:
            running[clock.name] = clock
    return tuple((clock.name, clock.due_on) for clock in running.values())
