"""The slip of assisted intake: a code that whoever prints it sees too, good for one exchange against the person's own.

While the person has not said that the own code is saved, the slip may be exchanged again, each time for another own
code, the one before dying: a line that breaks loses nothing. From then on the slip opens nothing, and nobody can make
another one. Every exchange is an event that the person reads on the follow-up page.

Each operation takes the row of the slip before that of the case, so that no two of them wait for each other.
Not for: comparing what is typed with it, which is `access`, beside all other codes.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, Update, and_, exists, func, literal, or_, select, update
from sqlalchemy.orm import Session, aliased

from grievance.accounts import audit
from grievance.accounts.audit import AuditAction
from grievance.accounts.permissions import PERMITTED, Action, Duty, Viewer
from grievance.cases.handling import live_case
from grievance.cases.intake import RECEIPT_SHOWN, access_digest
from grievance.cases.models import Case, Complainant, HiddenFrom, ProposedResponse, Submission
from grievance.cases.queries import named_on, visible
from grievance.cases.record import CaseEvent
from grievance.cases.states import COMPLAINANT, SYSTEM, Actor, EventKind, Reach, staff_actor
from grievance.cases.tasks import TaskKind, open_task, settle_keys
from grievance.cases.transitions import load_for_change, record
from grievance.cases.ways import way_to
from grievance.complainants.models import SlipCode, SlipEnd
from grievance.core.db import UTCDateTime, rows_changed
from grievance.crypto.codes import AccessCode, CaseReference, new_access_code, normalise_access_code
from grievance.crypto.fields import keys_of, new_public_id, seal, unseal
from grievance.deadlines.working_days import end_of_day, local_date
from grievance.messaging.models import Thread
from grievance.sites.models import Site

SLIP_DAYS = 30
"""Calendar days in which the code of a slip can be exchanged: enough to get to a screen from a camp without one."""

MOST_LISTED = 50


class SlipStep(StrEnum):
    """What became of the code of a slip: the code `step` of its events."""

    EXCHANGED = "exchanged"
    SAVED = "saved"
    PRINTED_AGAIN = "printed_again"
    LAPSED = "lapsed"


class SlipNotFound(LookupError):
    """There is no such slip, or it is not for this staff member."""


class SlipUsed(Exception):
    """The code was exchanged already: nobody prints another slip for this filing."""


@dataclass(frozen=True, slots=True)
class OpenSlip:
    """A slip that was printed and not used yet. `submission` is the public id of the filing."""

    submission: str
    reference: str
    site_name: str
    time_zone: str
    made_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class SlipLine:
    """Something that happened to the slip of a person."""

    step: SlipStep
    at: datetime


def make(session: Session, case: Case, site: Site, *, page_key: str, by_id: int, at: datetime) -> AccessCode:
    """Make the code of a slip for the filing that opened a case, and the page that shows it to who prints it."""
    code = new_access_code(secrets.randbits)
    last_on = local_date(at, site.time_zone) + timedelta(days=SLIP_DAYS)
    row = SlipCode(
        public_id=new_public_id(),
        case_id=case.id,
        page_key_digest=_page_digest(session, page_key),
        code_digest=access_digest(session, CaseReference(case.reference), code),
        made_by_id=by_id,
        made_at=at,
        expires_at=end_of_day(last_on, site.time_zone),
    )
    seal(session, row, "code", code.reveal())
    session.add(row)
    session.flush()
    return code


def printed(session: Session, page_key: str, *, by_id: int) -> SlipCode:
    """Return the slip that a staff member printed.

    Raises:
        SlipNotFound: there is none behind this key, or somebody else printed it.
    """
    row = session.scalars(
        select(SlipCode).where(SlipCode.page_key_digest == _page_digest(session, page_key))
    ).one_or_none()
    if row is None or row.made_by_id != by_id:
        raise SlipNotFound
    return row


def filing_of(session: Session, row: SlipCode) -> Submission:
    """Return the filing that a slip is for."""
    return session.scalars(
        select(Submission).where(Submission.filed_as_case_id == row.case_id).order_by(Submission.id).limit(1)
    ).one()


def shown_code(session: Session, row: SlipCode, *, at: datetime) -> AccessCode | None:
    """Return the code to print; None once the slip was handed over or used, or an hour has passed."""
    if row.ended_at is not None or row.exchanged_at is not None or at - row.made_at > RECEIPT_SHOWN:
        return None
    code = unseal(session, row, "code")
    return normalise_access_code(code) if code else None


def last_day(row: SlipCode, site: Site) -> date:
    """Return the last day on which the code can be exchanged."""
    return local_date(row.expires_at, site.time_zone)


def forget_slip_codes(session: Session, *, at: datetime, limit: int) -> int:
    """Forget the readable codes of slips printed more than an hour ago; return how many."""
    old = session.scalars(
        select(SlipCode.id).where(SlipCode.code_sealed.is_not(None), SlipCode.made_at < at - RECEIPT_SHOWN).limit(limit)
    ).all()
    session.execute(update(SlipCode).where(SlipCode.id.in_(old)).values(code_sealed=None))
    return len(old)


def take(session: Session, case_id: int, digest: bytes, *, at: datetime) -> bool:
    """Take note that the code of a slip is exchanged, if it is one and still good; return whether it is."""
    good = update(SlipCode).where(
        SlipCode.case_id == case_id,
        SlipCode.code_digest == digest,
        SlipCode.ended_at.is_(None),
        SlipCode.expires_at >= at,
    )
    first = func.coalesce(SlipCode.exchanged_at, literal(at, UTCDateTime))
    return rows_changed(session.execute(good.values(exchanged_at=first, code_sealed=None))) == 1


def exchange(session: Session, filed_as: Case, *, at: datetime) -> AccessCode:
    """Give the person a code of his or her own, in place of one made before. For `access`, once `take` said yes."""
    code = new_access_code(secrets.randbits)
    case = load_for_change(session, filed_as.id)
    case.access_digest = access_digest(session, CaseReference(case.reference), code)
    _record(session, case, SlipStep.EXCHANGED, by=COMPLAINANT, at=at)
    return code


def note_saved(session: Session, case_id: int, *, at: datetime) -> None:
    """End the slip of a filing whose own code is known to be in the person's hands; nothing where there is none."""
    used = update(SlipCode).where(
        SlipCode.case_id == case_id, SlipCode.ended_at.is_(None), SlipCode.exchanged_at.is_not(None)
    )
    if _ends(session, used, SlipEnd.SAVED, at=at):
        _record(session, load_for_change(session, case_id), SlipStep.SAVED, by=COMPLAINANT, at=at)


def waits_for_saving(session: Session, case_id: int) -> bool:
    """Return whether the code of a slip was exchanged, and the person has not said yet that the own one is saved."""
    waiting = select(SlipCode.id).where(
        SlipCode.case_id == case_id, SlipCode.ended_at.is_(None), SlipCode.exchanged_at.is_not(None)
    )
    return session.scalars(waiting).first() is not None


def happened(session: Session, case: Case, complainant: Complainant) -> tuple[SlipLine, ...]:
    """Return what became of the slip of a person, the first first; empty for who never had one."""
    filed_as = session.execute(
        select(Case.id, Case.public_id)
        .join(Submission, Submission.filed_as_case_id == Case.id)
        .where(Submission.case_id == case.id, Submission.complainant_id == complainant.id)
        .order_by(Submission.id)
        .limit(1)
    ).one()
    events = session.execute(
        select(CaseEvent.codes, CaseEvent.happened_at)
        .where(CaseEvent.case_id.in_({filed_as.id, case.id}), CaseEvent.kind == EventKind.SLIP_CODE.value)
        .order_by(CaseEvent.happened_at, CaseEvent.id)
    )
    # Of a case that several filed, each reads of the own slip only.
    return tuple(SlipLine(SlipStep(codes["step"]), at) for codes, at in events if codes["case"] == filed_as.public_id)


def not_used(session: Session, viewer: Viewer) -> Sequence[OpenSlip]:
    """Return the slips of filings that a staff member recorded and that nobody has used, the newest first."""
    rows = session.execute(
        select(Submission.public_id, Case.reference, Site.name, Site.time_zone, SlipCode.made_at, SlipCode.expires_at)
        .select_from(SlipCode)
        .join(Case, Case.id == SlipCode.case_id)
        .join(Submission, Submission.filed_as_case_id == Case.id)
        .join(Site, Site.id == Case.site_id)
        .where(*_is_unused(), Submission.recorded_by_id == viewer.staff_id, _may_print(viewer))
        .order_by(SlipCode.made_at.desc(), SlipCode.id.desc())
        .limit(MOST_LISTED)
    )
    return [OpenSlip(*row) for row in rows]


def open_slip(session: Session, viewer: Viewer, submission_public_id: str) -> OpenSlip:
    """Return the slip of a filing that was not used, for a staff member who may print it again.

    Raises:
        SlipNotFound: there is none, or not for this viewer.
        SlipUsed: somebody came in with it.
    """
    row = session.execute(
        select(Case.reference, Site.name, Site.time_zone, SlipCode)
        .select_from(SlipCode)
        .join(Case, Case.id == SlipCode.case_id)
        .join(Submission, Submission.filed_as_case_id == Case.id)
        .join(Site, Site.id == Case.site_id)
        .where(is_current(), Submission.public_id == submission_public_id, _may_print(viewer))
    ).one_or_none()
    if row is None:
        raise SlipNotFound
    reference, site_name, time_zone, slip = row
    if slip.exchanged_at is not None:
        raise SlipUsed
    return OpenSlip(submission_public_id, reference, site_name, time_zone, slip.made_at, slip.expires_at)


def print_again(
    session: Session, viewer: Viewer, submission_public_id: str, *, page_key: str, at: datetime
) -> AccessCode:
    """Make another slip for a person who has not used the first one, which dies.

    Raises:
        SlipNotFound: there is none, or not for this viewer.
        SlipUsed: somebody came in with it.
    """
    reference = open_slip(session, viewer, submission_public_id).reference
    case_id = session.scalars(select(Case.id).where(Case.reference == reference)).one()
    before = update(SlipCode).where(SlipCode.case_id == case_id, *_is_unused())
    if not _ends(session, before, SlipEnd.REPLACED, at=at):
        raise SlipUsed
    case = load_for_change(session, case_id)
    site = session.get_one(Site, case.site_id)
    code = make(session, case, site, page_key=page_key, by_id=viewer.staff_id, at=at)
    _record(session, case, SlipStep.PRINTED_AGAIN, by=staff_actor(viewer.staff_id), at=at)
    slips = session.scalars(select(SlipCode.public_id).where(SlipCode.case_id == case.id))
    settle_keys(session, [_task_key(each) for each in slips], by_id=viewer.staff_id, at=at)
    audit.record(
        session,
        actor_id=viewer.staff_id,
        action=AuditAction.SLIP_PRINTED,
        subject_kind="case",
        subject=case.public_id,
        site_id=case.site_id,
        at=at,
    )
    return code


def lapse(session: Session, *, at: datetime, limit: int) -> int:
    """End the slips whose days have passed, and have somebody reach who has no code of his or her own; return how many.

    A slip that was exchanged and never saved counts among them: perhaps the line broke before the code was seen.
    """
    over = session.execute(
        select(SlipCode.public_id, SlipCode.case_id)
        .where(SlipCode.ended_at.is_(None), SlipCode.expires_at < at)
        .order_by(SlipCode.id)
        .limit(limit)
    ).all()
    for public_id, case_id in over:
        row = update(SlipCode).where(SlipCode.public_id == public_id, SlipCode.ended_at.is_(None))
        if _ends(session, row, SlipEnd.LAPSED, at=at):
            filed_as = load_for_change(session, case_id)
            _record(session, filed_as, SlipStep.LAPSED, by=SYSTEM, at=at)
            _ask_to_reach(session, filed_as, _task_key(public_id), at=at)
    return len(over)


def _ask_to_reach(session: Session, filed_as: Case, key: str, *, at: datetime) -> None:
    """Give whoever works the case a task, unless notices reach the person or there is nothing left to tell."""
    case = live_case(session, filed_as)
    if case.is_spam or case.erased_at is not None or _is_reached(session, filed_as):
        return
    open_task(
        session,
        key=key,
        site_id=case.site_id,
        kind=TaskKind.SLIP_LAPSED,
        case=case,
        assigned_to_id=case.handler_id,
        at=at,
    )


def _is_reached(session: Session, filed_as: Case) -> bool:
    person, thread = session.execute(
        select(Complainant, Thread)
        .join(Submission, Submission.complainant_id == Complainant.id)
        .outerjoin(Thread, Thread.id == Complainant.thread_id)
        .where(Submission.filed_as_case_id == filed_as.id)
        .order_by(Submission.id)
        .limit(1)
    ).one()
    return way_to(person, thread) in {Reach.TEXTS, Reach.NOTICES, Reach.MAIL}


def _record(session: Session, filed_as: Case, step: SlipStep, *, by: Actor, at: datetime) -> None:
    """Write down what became of the slip of a filing, on the chain of the case that it belongs to now."""
    codes = {"step": step.value, "case": filed_as.public_id}
    record(session, live_case(session, filed_as), EventKind.SLIP_CODE, by=by, at=at, codes=codes)


def _ends(session: Session, which: Update, ending: SlipEnd, *, at: datetime) -> bool:
    """End a slip unless somebody else was quicker; return whether it was."""
    ended = which.values(ended_at=at, ending=ending.value, code_sealed=None)
    return rows_changed(session.execute(ended)) == 1


def is_current() -> ColumnElement[bool]:
    """Return the condition on `SlipCode` that it is the last one printed for its filing."""
    return or_(SlipCode.ending.is_(None), SlipCode.ending != SlipEnd.REPLACED.value)


def _is_unused() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return (is_current(), SlipCode.exchanged_at.is_(None))


def _may_print(viewer: Viewer) -> ColumnElement[bool]:
    """Return the condition on the `Submission` of a slip, and the `Case` it opened, that a viewer may print it again.

    The intake duty at the site; and either recorded it, which whoever sees no cases did too, or triages and sees it.
    Never who works the case, and could then answer for the person; nor a case that is hidden from the viewer, nor one
    whose words are gone.
    """
    sites = viewer.sites_with(*PERMITTED[Action.RECORD_INTAKE])
    live = aliased(Case)
    hidden = exists().where(
        HiddenFrom.case_id.in_([Submission.case_id, Submission.filed_as_case_id]),
        HiddenFrom.staff_id == viewer.staff_id,
        HiddenFrom.lifted_at.is_(None),
    )
    gone = exists().where(live.id == Submission.case_id, or_(live.erased_at.is_not(None), live.undone_at.is_not(None)))
    works = exists().where(live.id == Submission.case_id, live.handler_id == viewer.staff_id)
    named = Submission.case_id.in_(named_on(viewer.staff_id))
    # A restricted case has no handler: whoever wrote its answer works it.
    wrote = exists().where(
        ProposedResponse.case_id == Submission.case_id, ProposedResponse.author_id == viewer.staff_id
    )
    sees = Submission.case_id.in_(select(Case.id).where(visible(viewer)).correlate(None))
    mine = Submission.recorded_by_id == viewer.staff_id
    triages = Case.site_id.in_(viewer.sites_with(Duty.TRIAGER))
    return Case.site_id.in_(sites) & ~hidden & ~gone & ~works & ~named & ~wrote & or_(mine, and_(triages, sees))


def _task_key(public_id: str) -> str:
    return f"slip:{public_id}"


def _page_digest(session: Session, page_key: str) -> bytes:
    return keys_of(session).code_digest("slip", page_key)
