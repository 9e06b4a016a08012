"""The first look: what kind of case it is, whom it is about, who may see it, and who works it.

Triagers do this; coordinators assign. Not for: what the handler does with it (`handling`, `resolution`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from grievance.accounts import audit
from grievance.accounts.audit import AuditAction
from grievance.accounts.permissions import Duty
from grievance.cases import clocks
from grievance.cases.alerts import call_out
from grievance.cases.corroboration import remember_name
from grievance.cases.facts import duties_at, duties_on
from grievance.cases.handling import keep_note
from grievance.cases.history import as_code
from grievance.cases.law_bars import require_no_grievance, usual_severity
from grievance.cases.law_dates import follow_law, restart
from grievance.cases.leaving_track import leave, tell_left
from grievance.cases.models import Case, HiddenFrom, Investigator, Respondent
from grievance.cases.named_later import looked_at_names
from grievance.cases.queries import calendar_of, site_of
from grievance.cases.record import CaseEvent
from grievance.cases.rights_record import Appeal
from grievance.cases.second_person import require_not_sorter, require_second_person, require_somebody_else
from grievance.cases.side_tracks import KEPT_CLOSE
from grievance.cases.states import Actor, EventKind
from grievance.cases.tasks import NoticeKind, TaskKind, follow_handler, notify, settle
from grievance.cases.transitions import record
from grievance.cases.wall import ConflictOfInterest, accused, is_hidden_from, raise_wall
from grievance.crypto.fields import Sealing, new_public_id, seal
from grievance.deadlines.standards import CaseType, ClockName
from grievance.deadlines.working_days import local_date, next_working_instant
from grievance.sites.models import Category

SEVERITIES = range(1, 6)


class RestrictedByType(Exception):
    """Cases of this type are restricted, whatever anybody would like."""


class NotAHandler(Exception):
    """The staff member does not handle cases at this site, or not restricted ones."""


class NotAnInvestigator(Exception):
    """The staff member does not investigate at this site, or is not named on this case."""


class SeverityOutOfRange(ValueError):
    """Severity is 1 to 5."""


class ReasonMissing(ValueError):
    """The conflict wall is lifted only with a reason."""


class NothingHidden(LookupError):
    """The case is not hidden from this staff member."""


@dataclass(frozen=True, slots=True)
class RespondentSaid:
    """Somebody or something complained about, as far as it is known: any of the four."""

    staff_id: int | None = None
    unit_id: int | None = None
    company_id: int | None = None
    description: str | None = field(default=None, repr=False)


def classify(
    session: Session,
    case: Case,
    *,
    type: CaseType,  # noqa: A002  # the field's own word
    category_id: int | None,
    severity: int,
    employer_id: int | None = None,
    area_id: int | None = None,
    respondents: Sequence[RespondentSaid] = (),
    restrict: bool | None = None,
    reason: str | None = None,
    by: Actor,
    at: datetime,
) -> None:
    """Say what kind of case it is and whom it is about; the clocks count anew from the receipt.

    The respondents replace those said before. `restrict` None leaves the restriction to the type and to what the
    person ticked; a type that is restricted stays so. Being named in the words alone hides the case from nobody now.

    Raises:
        SeverityOutOfRange: severity is not 1 to 5.
        WhyMissing, WayBegun: it would leave harassment; see `leaving_track`.
    """
    if severity not in SEVERITIES:
        raise SeverityOutOfRange(severity)
    left, why = leave(session, case, type, reason, by=by, at=at)
    usual = {} if case.severity is not None else usual_severity(session, case)
    case.type, case.category_id, case.severity = type.value, category_id, severity
    case.employer_id, case.area_id = employer_id, area_id
    case.classified_at = case.classified_at or at
    put_off = restart(session, case, at=at)
    codes = {**_classification(session, case), **left, **usual}
    record(session, case, EventKind.CLASSIFIED, by=by, at=at, codes=codes, words=why)
    follow_law(session, case, put_off, by=by, at=at)
    _set_restriction(session, case, _is_to_be_restricted(case, restrict), by=by, at=at)
    was = accused(session, case)
    _name_respondents(session, case, respondents, at=at)
    raise_wall(session, case, was, by=by, at=at)
    looked_at_names(session, case, by=by, at=at)
    _unassign_who_cannot_see(session, case, by=by, at=at)
    if why is not None:
        tell_left(session, case, by=by, at=at)
    if type is CaseType.DANGER:
        call_out(session, case, key=f"danger:{case.public_id}", at=at)


def restrict(session: Session, case: Case, *, by: Actor, at: datetime) -> None:
    """Show a case from now on only to triagers and the investigators they name."""
    _set_restriction(session, case, wanted=True, by=by, at=at)
    _unassign_who_cannot_see(session, case, by=by, at=at)


def unrestrict(session: Session, case: Case, *, by: Actor, at: datetime) -> None:
    """Lift the restriction of a case.

    Raises:
        RestrictedByType: its type is always restricted.
    """
    if case.type in KEPT_CLOSE:
        raise RestrictedByType
    _set_restriction(session, case, wanted=False, by=by, at=at)


def name_investigator(session: Session, case: Case, staff_id: int, *, by: Actor, at: datetime) -> None:
    """Let an investigator of the site see and work a case.

    Raises:
        NotAnInvestigator: he or she does not hold that duty here.
        ConflictOfInterest: the case is hidden from him or her.
    """
    if Duty.INVESTIGATOR not in duties_at(session, staff_id, case.site_id):
        raise NotAnInvestigator
    if is_hidden_from(session, case, staff_id):
        raise ConflictOfInterest(staff_id)
    event = _name(session, case, staff_id, by=by, at=at)
    if event is not None:
        _notify_working(session, case, staff_id, NoticeKind.INVESTIGATOR_NAMED, seq=event.seq, at=at)


def remove_investigator(session: Session, case: Case, staff_id: int, *, by: Actor, at: datetime) -> None:
    """Take a case out of an investigator's sight.

    Raises:
        NotAnInvestigator: he or she is not named on it.
    """
    row = _investigator(session, case, staff_id)
    if row is None or row.removed_at is not None:
        raise NotAnInvestigator
    row.removed_at = at
    codes = {"staff": staff_id}
    record(session, case, EventKind.INVESTIGATOR_REMOVED, by=by, at=at, codes=codes)
    _unassign_who_cannot_see(session, case, by=by, at=at)


def lift_hiding(
    session: Session,
    case: Case,
    staff_id: int,
    *,
    reason: str,
    by: Actor,
    at: datetime,
) -> None:
    """Show a case again to a staff member from whom it was hidden; audited, with the reason as an internal note.

    Raises:
        ReasonMissing: nobody said why.
        NothingHidden: it is not hidden from him or her.
        ConflictOfInterest: somebody would lift it for himself or herself.
    """
    if staff_id == by.staff_id:
        raise ConflictOfInterest(staff_id)
    row = session.scalars(
        select(HiddenFrom).where(
            HiddenFrom.case_id == case.id, HiddenFrom.staff_id == staff_id, HiddenFrom.lifted_at.is_(None)
        )
    ).one_or_none()
    if row is None:
        raise NothingHidden
    if is_hidden_from(session, case, by.staff):
        raise ConflictOfInterest(by.staff)
    if not reason.strip():
        raise ReasonMissing
    row.lifted_at = at
    looked_at_names(session, case, by=by, at=at)
    note = keep_note(session, case, words=reason, by=by, at=at)
    codes = {"staff": staff_id, "reason": row.reason}
    said = (note, "words")
    record(session, case, EventKind.SHOWN_TO, by=by, at=at, codes=codes, words=said)
    audit.record(
        session,
        actor_id=by.staff_id,
        action=AuditAction.HIDING_LIFTED,
        subject_kind="case",
        subject=case.public_id,
        site_id=case.site_id,
        codes=codes | {"note": note.public_id},
        at=at,
    )


def assign(
    session: Session,
    case: Case,
    handler_id: int | None,
    *,
    by: Actor,
    at: datetime,
) -> None:
    """Give a case to a handler, or take it from the present one with None.

    A restricted case goes to an investigator, who is named on it with this, or to a triager.

    Raises:
        NotAHandler: the staff member has no such duty here.
        ConflictOfInterest: the case is hidden from him or her.
    """
    event = give(session, case, handler_id, by=by, at=at)
    if event is not None and handler_id is not None:
        _notify_working(session, case, handler_id, NoticeKind.ASSIGNED, seq=event.seq, at=at)


def give(
    session: Session,
    case: Case,
    handler_id: int | None,
    *,
    by: Actor,
    at: datetime,
    codes: Mapping[str, Any] | None = None,
    words: tuple[Sealing, str] | None = None,
) -> CaseEvent | None:
    """Do what `assign` does without telling the new handler; None when nothing changed. For who tells of many at once.

    The tasks of whoever worked it go with the case.

    Raises:
        NotAHandler: the staff member has no such duty here, or is to decide an appeal of the case.
        ConflictOfInterest: the case is hidden from him or her.
    """
    if handler_id is not None:
        duties = duties_on(session, handler_id, case)
        charged = {Duty.INVESTIGATOR, Duty.TRIAGER} if case.is_restricted else {Duty.HANDLER}
        if not duties & charged or _is_to_decide(session, case, handler_id):
            raise NotAHandler
        if is_hidden_from(session, case, handler_id):
            raise ConflictOfInterest(handler_id)
        if case.is_restricted and Duty.INVESTIGATOR in duties:
            _name(session, case, handler_id, by=by, at=at)
        settle(session, case, TaskKind.TAKE_OVER, by_id=by.staff_id, at=at)
    if handler_id == case.handler_id:
        return None
    case.handler_id = handler_id
    follow_handler(session, case)
    facts = {"handler": handler_id, **(codes or {})}
    return record(session, case, EventKind.ASSIGNED, by=by, at=at, codes=facts, words=words)


def mark_spam(session: Session, case: Case, *, by: Actor, at: datetime) -> None:
    """Put a case aside as no grievance: only triagers see it, no figure, no clock. Some never are: `law_bars`.

    Raises:
        MadeOtherKind: it was of a kind that is restricted or urgent until this person said otherwise.
        NeedsSecondPerson: it was sorted as serious, and this person could not close it either.
    """
    if case.is_spam:
        return
    require_no_grievance(session, case)
    require_somebody_else(session, case, by)
    if case.classified_at is not None:
        require_second_person(session, case, by)
        require_not_sorter(session, case, by)
    case.is_spam = True
    record(session, case, EventKind.MARKED_SPAM, by=by, at=at)
    clocks.stop_all(session, case, at=at)


def unmark_spam(session: Session, case: Case, *, by: Actor, at: datetime) -> None:
    """Take a case back that was put aside by mistake; what is promised counts from its receipt, as ever."""
    if not case.is_spam:
        return
    case.is_spam = False
    record(session, case, EventKind.UNMARKED_SPAM, by=by, at=at)
    if case.is_open:
        follow_law(session, case, restart(session, case, at=at), by=by, at=at)


def _classification(session: Session, case: Case) -> dict[str, Any]:
    category = session.get_one(Category, case.category_id).code if case.category_id is not None else None
    return {
        "type": case.type,
        "category": category,
        "severity": case.severity,
        "acknowledge_due": as_code(clocks.due_at(session, case, ClockName.ACKNOWLEDGE)),
        "resolve_due": as_code(clocks.due_at(session, case, ClockName.RESOLVE)),
    }


def _is_to_be_restricted(case: Case, wish: bool | None) -> bool:
    if case.type in KEPT_CLOSE:
        return True
    if wish is not None:
        return wish
    return case.concerns_handlers


def _set_restriction(session: Session, case: Case, wanted: bool, *, by: Actor, at: datetime) -> None:
    if case.is_restricted == wanted:
        return
    case.is_restricted = wanted
    kind = EventKind.RESTRICTED if wanted else EventKind.UNRESTRICTED
    record(session, case, kind, by=by, at=at)


def _name_respondents(session: Session, case: Case, said: Sequence[RespondentSaid], *, at: datetime) -> None:
    session.execute(delete(Respondent).where(Respondent.case_id == case.id))
    for one in said:
        row = Respondent(
            public_id=new_public_id(),
            case_id=case.id,
            staff_id=one.staff_id,
            unit_id=one.unit_id,
            company_id=one.company_id,
            added_at=at,
        )
        seal(session, row, "description", one.description or None)
        session.add(row)
        remember_name(session, row, one.description)
    session.flush()


def _unassign_who_cannot_see(session: Session, case: Case, *, by: Actor, at: datetime) -> None:
    """Take the case from a handler who would no longer see it, so that it is not kept by nobody."""
    if case.handler_id is None:
        return
    duties = duties_on(session, case.handler_id, case)
    row = _investigator(session, case, case.handler_id)
    is_named = row is not None and row.removed_at is None and Duty.INVESTIGATOR in duties
    sees = Duty.TRIAGER in duties or is_named or (not case.is_restricted and Duty.HANDLER in duties)
    if not sees or is_hidden_from(session, case, case.handler_id):
        assign(session, case, None, by=by, at=at)


def _name(session: Session, case: Case, staff_id: int, *, by: Actor, at: datetime) -> CaseEvent | None:
    """Name somebody without telling; None when he or she is named already."""
    row = _investigator(session, case, staff_id)
    if row is not None and row.removed_at is None:
        return None
    if row is None:
        row = Investigator(case_id=case.id, staff_id=staff_id, named_by_id=by.staff, named_at=at)
        session.add(row)
    else:
        row.named_by_id, row.named_at, row.removed_at = by.staff, at, None
    settle(session, case, TaskKind.TAKE_OVER, by_id=by.staff_id, at=at)
    codes = {"staff": staff_id}
    return record(session, case, EventKind.INVESTIGATOR_NAMED, by=by, at=at, codes=codes)


def _is_to_decide(session: Session, case: Case, staff_id: int) -> bool:
    """Return whether somebody is to decide an appeal of the case: then he or she does not work it meanwhile."""
    reviewer = select(Appeal.reviewer_id).where(Appeal.case_id == case.id, Appeal.decided_at.is_(None))
    return case.has_appeal and staff_id in session.scalars(reviewer)


def _investigator(session: Session, case: Case, staff_id: int) -> Investigator | None:
    return session.scalars(
        select(Investigator).where(Investigator.case_id == case.id, Investigator.staff_id == staff_id)
    ).one_or_none()


def _notify_working(session: Session, case: Case, staff_id: int, kind: NoticeKind, *, seq: int, at: datetime) -> None:
    site = site_of(session, case)
    calendar = calendar_of(session, site, year=local_date(at, site.time_zone).year)
    show_from = next_working_instant(at, calendar)
    notify(session, [staff_id], key=f"{kind}:{case.public_id}:{seq}", kind=kind, case=case, show_from=show_from, at=at)
