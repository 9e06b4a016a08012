"""The facts of a case that the rules of visibility look at, read in a few statements. Not for: deciding anything."""

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from grievance.accounts.models import DutyGrant, Staff
from grievance.accounts.permissions import Duty
from grievance.cases.delay_record import Extension, Pause
from grievance.cases.filing_record import JoinCode
from grievance.cases.law_bars import was_ever_barred
from grievance.cases.models import Case, Complainant, HiddenFrom, Investigator, Submission
from grievance.cases.outside import goes_outside
from grievance.cases.rights_record import AfterCheck, Appeal
from grievance.cases.visibility import CaseFacts
from grievance.sites.models import Category


def facts_of(session: Session, case: Case) -> CaseFacts:
    """Return what the rules of visibility look at."""
    named = select(Investigator.staff_id).where(Investigator.case_id == case.id, Investigator.removed_at.is_(None))
    hidden = select(HiddenFrom.staff_id).where(HiddenFrom.case_id == case.id, HiddenFrom.lifted_at.is_(None))
    reviewer = select(Appeal.reviewer_id).where(Appeal.case_id == case.id, Appeal.decided_at.is_(None)).limit(1)
    hidden_from = frozenset(session.scalars(hidden))
    has_extension, has_check, has_code, has_joined, usual_type, merged_severity, was_barred, was_paused = (
        session.execute(_marks(case)).one()
    )
    return CaseFacts(
        site_id=case.site_id,
        status=case.status,
        type=case.type,
        severity=max((one for one in (case.severity, merged_severity) if one is not None), default=None),
        is_restricted=case.is_restricted,
        is_classified=case.classified_at is not None,
        is_spam=case.is_spam,
        handler_id=case.handler_id,
        investigator_ids=frozenset(session.scalars(named)),
        hidden_from=hidden_from,
        has_extension_asked=has_extension,
        has_check_open=has_check,
        is_paused=case.paused_until is not None,
        was_paused=was_paused,
        rung=case.rung,
        has_appeal=case.has_appeal,
        is_held=case.held_at is not None,
        usual_type=usual_type or "",
        was_barred=was_barred,
        is_erased=case.erased_at is not None,
        has_join_code=has_code,
        has_joined=has_joined,
        is_blocked=case.blocked_at is not None,
        reviewer_id=session.scalars(reviewer).one_or_none() if case.has_appeal else None,
        # Asked only where it can be: most cases are hidden from nobody.
        is_outside=bool(hidden_from) and goes_outside(session, case.id),
    )


def gravest_merged(case_id: int) -> Select[int | None]:
    """Return the query of how serious the gravest case is that was merged into one: unsorted, as its category is."""
    here = select(Submission.filed_as_case_id).where(Submission.case_id == case_id)
    severity = func.max(func.coalesce(Case.severity, Category.default_severity))
    merged = select(severity).outerjoin(Category, Category.id == Case.category_id)
    return merged.where(Case.id.in_(here), Case.id != case_id)


def _marks(case: Case) -> Select[bool, bool, bool, bool, str | None, int | None, bool, bool]:
    """Select what stands beside a case: a question or code that is open, and what it is or was filed and sorted as."""
    asked = select(Extension.id).where(Extension.case_id == case.id, Extension.granted.is_(None))
    filed_here = select(Submission.filed_as_case_id).where(Submission.case_id == case.id)
    waiting = select(AfterCheck.id).where(
        # A question follows the person into the case that this one was merged into.
        AfterCheck.case_id.in_(filed_here),
        AfterCheck.asked_at < AfterCheck.closes_at,
        AfterCheck.answered_at.is_(None),
    )
    open_codes = select(JoinCode.id).where(JoinCode.case_id == case.id, JoinCode.closed_at.is_(None))
    joined = select(Complainant.id).where(Complainant.case_id == case.id, Complainant.join_code_id.is_not(None))
    usual = select(Category.default_type).where(Category.id == case.category_id).scalar_subquery()
    barred = select(Case.id).where(Case.id == case.id, was_ever_barred())
    paused = select(Pause.id).where(Pause.case_id == case.id)
    beside = (asked.exists(), waiting.exists(), open_codes.exists(), joined.exists())
    merged = gravest_merged(case.id).scalar_subquery()
    return select(*beside, usual, merged, barred.exists(), paused.exists())


def duties_at(session: Session, staff_id: int, site_id: int) -> frozenset[Duty]:
    """Return the duties that a staff member who is active holds at a site."""
    rows = session.scalars(
        select(DutyGrant.duty)
        .join(Staff, Staff.id == DutyGrant.staff_id)
        .where(
            DutyGrant.staff_id == staff_id,
            Staff.active.is_(True),
            DutyGrant.revoked_at.is_(None),
            (DutyGrant.site_id == site_id) | DutyGrant.site_id.is_(None),
        )
    )
    return frozenset(Duty(row) for row in rows)


def duties_on(session: Session, staff_id: int, case: Case) -> frozenset[Duty]:
    """Return the duties that a staff member who is active holds in a case: `duties_at`, seen by visibility.acting."""
    duties = duties_at(session, staff_id, case.site_id)
    if Duty.OUTSIDE_REVIEWER not in duties:
        return duties
    more = {Duty.TRIAGER} if goes_outside(session, case.id) else frozenset[Duty]()
    return duties - {Duty.OUTSIDE_REVIEWER} | more
