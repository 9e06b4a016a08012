"""Who may read which case, in SQL, and how a case is found. The pages have their queries in modules of their own.

Every read of staff goes through `visible`: unknown and not visible answer alike. What takes no viewer serves the
complainant's own doors and the worker only.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from grievance.accounts import audit
from grievance.accounts.audit import AuditAction
from grievance.accounts.holding import holders_of
from grievance.accounts.models import Staff
from grievance.accounts.permissions import Action, Duty, NotPermitted, Viewer
from grievance.cases.covering import came_from_blocked
from grievance.cases.facts import facts_of
from grievance.cases.law_bars import BarredByLaw
from grievance.cases.models import (
    Attachment,
    Case,
    CaseMessage,
    Complainant,
    HiddenFrom,
    Investigator,
    ProposedResponse,
    Submission,
)
from grievance.cases.outside import is_outside
from grievance.cases.rights_record import Appeal
from grievance.cases.side_tracks import Rung
from grievance.cases.states import MessageKind, Reach
from grievance.cases.transitions import load_for_change
from grievance.cases.visibility import DANGER, CaseAction, barred_by_law, may_do, may_see
from grievance.crypto.codes import normalise_reference
from grievance.crypto.fields import BLOCKED, reads_blocked, unseal
from grievance.deadlines.queries import site_calendar
from grievance.deadlines.standards import CaseType
from grievance.deadlines.working_days import Calendar
from grievance.sites.models import Site


class CaseNotFound(LookupError):
    """There is no such case, or the viewer may not see it: nobody can tell which."""


@dataclass(frozen=True, slots=True)
class StaffChoice:
    """A staff member whom a case may be given to, with the open cases in hand now."""

    id: int
    public_id: str
    name: str
    open_cases: int


@dataclass(frozen=True, slots=True)
class StoredAttachment:
    """What is needed to hand out a file of a case."""

    storage_key: str
    filename: str | None
    media_type: str
    size_bytes: int


def visible(viewer: Viewer) -> ColumnElement[bool]:
    """Return the condition on `Case` that every read of staff carries. The rule in words: visibility.may_see."""
    # Asked of each case that is read, by its index: a list of all that is hidden would be made for every statement.
    # The offset is what keeps PostgreSQL from making that list after all, as a join.
    hidden = exists(
        select(HiddenFrom.id)
        .where(HiddenFrom.case_id == Case.id, HiddenFrom.staff_id == viewer.staff_id, HiddenFrom.lifted_at.is_(None))
        .offset(0)
    )
    named = and_(_at(viewer, Duty.INVESTIGATOR), Case.id.in_(named_on(viewer.staff_id)))
    reviews = and_(Case.has_appeal.is_(True), Case.id.in_(reviewed_by(viewer.staff_id)), _at(viewer, Duty.REVIEWER))
    protects = and_(Case.type == CaseType.DATA_RIGHTS.value, _at(viewer, Duty.DATA_PROTECTION))
    unrestricted = and_(
        Case.is_restricted.is_(False),
        Case.classified_at.is_not(None),
        or_(
            named,
            _at(viewer, Duty.COORDINATOR, Duty.AUDITOR),
            and_(Case.handler_id == viewer.staff_id, _at(viewer, Duty.HANDLER)),
            *stood_in_for(viewer),
            and_(Case.type == DANGER, _at(viewer, Duty.ON_CALL)),
            and_(Case.rung >= Rung.MANAGER, _at(viewer, Duty.MANAGER)),
        ),
    )
    restricted = and_(Case.is_restricted.is_(True), named)
    others = and_(Case.is_spam.is_(False), or_(restricted, unrestricted, reviews, protects))
    seen = [_at(viewer, Duty.TRIAGER), others]
    if viewer.everywhere & {Duty.OUTSIDE_REVIEWER} or viewer.sites_with(Duty.OUTSIDE_REVIEWER):
        seen.append(and_(_at(viewer, Duty.OUTSIDE_REVIEWER), is_outside()))
    # What an undone import brought is not there for anybody.
    return and_(Case.undone_at.is_(None), ~hidden, or_(*seen))


def stood_in_for(viewer: Viewer) -> list[ColumnElement[bool]]:
    """Return the conditions on `Case`, a site each, that it is an absent handler's for whom the viewer stands in."""
    return [
        and_(Case.site_id == site_id, Case.handler_id.in_(sorted(absent)))
        for site_id, absent in sorted(viewer.stands_in.items())
        if viewer.holds(site_id, Duty.HANDLER)
    ]


def named_on(staff_id: int) -> Select[int]:
    """Return the subquery of the ids of the cases on which a staff member is a named investigator."""
    return select(Investigator.case_id).where(Investigator.staff_id == staff_id, Investigator.removed_at.is_(None))


def reviewed_by(staff_id: int) -> Select[int]:
    """Return the subquery of the ids of the cases of which a staff member is to decide an appeal."""
    return select(Appeal.case_id).where(Appeal.reviewer_id == staff_id, Appeal.decided_at.is_(None))


def for_change(session: Session, viewer: Viewer, reference: str, action: CaseAction) -> Case:
    """Return the case of a reference, locked, for an action of a staff member.

    Raises:
        CaseNotFound: unknown, or not visible to the viewer.
        NotPermitted: visible, but not the viewer's to act on in this way.
        BarredByLaw: nobody acts on it in this way.
    """
    case_id = session.scalars(
        select(Case.id).where(Case.reference == (normalise_reference(reference) or ""), visible(viewer))
    ).one_or_none()
    if case_id is None:
        raise CaseNotFound
    case = load_for_change(session, case_id)
    if case.undone_at is not None:
        raise CaseNotFound
    facts = facts_of(session, case)
    # Once more under the lock: somebody may have restricted it in between.
    if not may_see(viewer, facts):
        raise CaseNotFound
    if not may_do(viewer, facts, action):
        raise NotPermitted(_DUTY_ACTIONS.get(action, Action.WORK_CASE))
    if barred_by_law(facts, action):
        raise BarredByLaw(action)
    return case


def case_by_public_id(session: Session, public_id: str) -> Case | None:
    """Return a case by its public id, or None."""
    return session.scalars(select(Case).where(Case.public_id == public_id)).one_or_none()


def open_cases_of_thread(session: Session, thread_id: int) -> Sequence[Case]:
    """Return the open cases of whoever texts on a thread, the latest active first; spam is left out."""
    return session.scalars(_cases_of_thread(thread_id).where(Case.is_open.is_(True))).all()


def case_by_reference_in_thread(session: Session, thread_id: int, reference: str) -> Case | None:
    """Return the case that a person on a thread names by its reference, merged or not; None when it is not theirs."""
    filed_as = aliased(Case)
    return session.scalars(
        _cases_of_thread(thread_id)
        .join(Submission, and_(Submission.case_id == Case.id, Submission.complainant_id == Complainant.id))
        .join(filed_as, filed_as.id == Submission.filed_as_case_id)
        .where(
            or_(
                filed_as.reference == (normalise_reference(reference) or ""),
                Case.reference == (normalise_reference(reference) or ""),
            )
        )
    ).first()


def complainant_of_thread(session: Session, case_id: int, thread_id: int) -> Complainant | None:
    """Return the person of a case who texts on a thread, or None."""
    return session.scalars(
        select(Complainant)
        .where(Complainant.case_id == case_id, Complainant.thread_id == thread_id, is_proven())
        .order_by(Complainant.id)
    ).first()


def own_reference(session: Session, complainant: Complainant) -> str:
    """Return the reference that a person was given, which stays his or hers after a merge."""
    return session.scalars(
        select(Case.reference)
        .join(Submission, Submission.filed_as_case_id == Case.id)
        .where(Submission.case_id == complainant.case_id, Submission.complainant_id == complainant.id)
        .order_by(Submission.id)
        .limit(1)
    ).one()


def is_proven() -> ColumnElement[bool]:
    """Return the condition on `Complainant` that the thread is known to be the person's own.

    A number typed on a web page or at a desk may be anybody's until its code came back.
    """
    return or_(Complainant.reach == Reach.TEXTS.value, Complainant.verified_at.is_not(None))


def staff_choices(
    session: Session, viewer: Viewer, site_id: int, duty: Duty, *, case: Case | None = None
) -> list[StaffChoice]:
    """Return the active staff who hold a duty at a site, by name; for a case, without those it is hidden from.

    The number of cases in hand counts those that the viewer may see: a restricted one is not even a number.
    """
    in_hand = (
        select(func.count())
        .select_from(Case)
        .where(Case.handler_id == Staff.id, Case.is_open.is_(True), visible(viewer))
        .correlate(Staff)
        .scalar_subquery()
    )
    holders = (
        select(Staff.id, Staff.public_id, Staff.name, in_hand)
        .where(Staff.active.is_(True), Staff.id.in_(holders_of(site_id, duty)))
        .order_by(Staff.name, Staff.id)
    )
    if case is not None:
        holders = holders.where(
            Staff.id.not_in(
                select(HiddenFrom.staff_id).where(HiddenFrom.case_id == case.id, HiddenFrom.lifted_at.is_(None))
            )
        )
    return [StaffChoice(*row) for row in session.execute(holders)]


def attachment_for(
    session: Session,
    viewer: Viewer,
    reference: str,
    attachment_public_id: str,
    *,
    now: datetime,
    writing: Callable[[], Session],
) -> StoredAttachment:
    """Return a file of a case that the viewer may see; from a restricted case, with a line in the audit trail.

    Raises:
        CaseNotFound: no such case, not visible, or no such file in it.
    """
    case = session.scalars(
        select(Case).where(Case.reference == (normalise_reference(reference) or ""), visible(viewer))
    ).one_or_none()
    if case is None or case.blocked_at is not None:
        raise CaseNotFound
    file = select(Attachment).where(attachments_of(case.id), Attachment.public_id == attachment_public_id)
    stored = _stored(session, file)
    if case.is_restricted:
        note_viewed(writing(), viewer, case, at=now, file=attachment_public_id)
    return stored


def note_viewed(session: Session, viewer: Viewer, case: Case, *, at: datetime, file: str | None = None) -> None:
    """Write down that a staff member read a restricted case, or a file of it. The last thing that a unit does."""
    audit.record(
        session,
        actor_id=viewer.staff_id,
        action=AuditAction.CASE_VIEWED,
        subject_kind="case",
        subject=case.public_id,
        site_id=case.site_id,
        codes={"file": file} if file else None,
        at=at,
    )


def attachment_of_person(
    session: Session, case: Case, complainant: Complainant, attachment_public_id: str
) -> StoredAttachment:
    """Return a file that a person may open: his or her own, or one that staff sent along.

    Raises:
        CaseNotFound: there is none.
    """
    return _stored(
        session,
        select(Attachment).where(
            attachments_of_person(case.id, complainant.id), Attachment.public_id == attachment_public_id
        ),
    )


def joined_cases(case_id: int) -> Select[int]:
    """Return the subquery of the ids of a case and of those merged into it: its filings know where each was filed.

    Messages and files stay with the case to which they came, and are found through this by an index.
    """
    return select(Submission.filed_as_case_id).where(Submission.case_id == case_id)


def went_into(session: Session, public_id: str) -> Sequence[int]:
    """Return the ids of the cases that hold what was filed as a case: another one, after a merge."""
    held = select(Submission.case_id).join(Case, Case.id == Submission.filed_as_case_id)
    return session.scalars(held.where(Case.public_id == public_id)).all()


def attachments_of(case_id: int) -> ColumnElement[bool]:
    """Return the condition on `Attachment` for the files of a case, those of merged ones too."""
    return Attachment.case_id.in_(joined_cases(case_id))


def attachments_of_person(case_id: int, complainant_id: int) -> ColumnElement[bool]:
    """Return the condition on `Attachment` for what one person of a case may open."""
    filed = select(Submission.id).where(Submission.case_id == case_id, Submission.complainant_id == complainant_id)
    said = select(CaseMessage.id).where(*messages_of_person(case_id, complainant_id))
    unbound = and_(
        Attachment.case_id == case_id,
        Attachment.submission_id.is_(None),
        Attachment.message_id.is_(None),
        Attachment.added_by_id.is_not(None),
    )
    return and_(
        attachments_of(case_id),
        Attachment.is_internal.is_(False),
        or_(Attachment.submission_id.in_(filed), Attachment.message_id.in_(said), unbound),
    )


def messages_of_person(case_id: int, complainant_id: int) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions on `CaseMessage` for what was written from and to one person of a case."""
    return (CaseMessage.case_id.in_(joined_cases(case_id)), CaseMessage.complainant_id == complainant_id)


def messages_with(session: Session, response: ProposedResponse) -> Sequence[CaseMessage]:
    """Return the messages that brought a response, one for each person who filed, in the order they were told."""
    return session.scalars(
        select(CaseMessage)
        .where(
            CaseMessage.case_id == response.case_id,
            CaseMessage.kind == MessageKind.RESPONSE.value,
            CaseMessage.sent_at == response.proposed_at,
        )
        .order_by(CaseMessage.id)
    ).all()


def site_of(session: Session, case: Case) -> Site:
    """Return the site of a case."""
    return session.get_one(Site, case.site_id)


def calendar_of(session: Session, site: Site, *, year: int) -> Calendar:
    """Return the calendar of a site around a year."""
    return site_calendar(session, site.id, time_zone=site.time_zone, year=year)


_DUTY_ACTIONS = {
    CaseAction.CLASSIFY: Action.TRIAGE,
    CaseAction.RESTRICT: Action.TRIAGE,
    CaseAction.UNRESTRICT: Action.TRIAGE,
    CaseAction.NAME_INVESTIGATOR: Action.TRIAGE,
    CaseAction.REMOVE_INVESTIGATOR: Action.TRIAGE,
    CaseAction.LIFT_HIDING: Action.TRIAGE,
    CaseAction.MARK_SPAM: Action.TRIAGE,
    CaseAction.UNMARK_SPAM: Action.TRIAGE,
    CaseAction.ASSIGN: Action.ASSIGN,
    CaseAction.CLOSE: Action.CLOSE_SERIOUS,
    CaseAction.OPEN_IDENTITY: Action.OPEN_IDENTITY,
}
"""Which row of the duty table a refusal names; the rest is working the case."""


def _at(viewer: Viewer, *duties: Duty) -> ColumnElement[bool]:
    """Return the condition that a case lies at a site where the viewer holds one of these duties."""
    if viewer.everywhere & frozenset(duties):
        return true()
    sites = viewer.sites_with(*duties)
    if not sites:
        return false()
    return Case.site_id == sites[0] if len(sites) == 1 else Case.site_id.in_(sites)


def _cases_of_thread(thread_id: int) -> Select[Case]:
    return (
        select(Case)
        .join(Complainant, Complainant.case_id == Case.id)
        .where(Complainant.thread_id == thread_id, is_proven(), Case.is_spam.is_(False))
        .order_by(Case.last_message_at.desc(), Case.id.desc())
        .distinct()
    )


def _stored(session: Session, rows: Select[Attachment]) -> StoredAttachment:
    row = session.scalars(rows).one_or_none()
    name = unseal(session, row, "filename") if row is not None else None
    if row is None or name == BLOCKED or (not reads_blocked(session) and came_from_blocked(session, row)):
        raise CaseNotFound
    return StoredAttachment(row.storage_key, name, row.media_type, row.size_bytes)
