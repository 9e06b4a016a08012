"""A check of the whole record that the worker does every week, or when an auditor asks, in steps that lock nothing.

A step reads and compares (`look`), then writes down how far it came (`keep`): only if nobody else did the same step
meanwhile, so that several workers do no harm. What it compares is `verify` and `accounts.audit`; what it found names
rows, never words. At the first place that does not hold, whoever reads the audit trail is told.

Also what the lines of the audit trail are about, for somebody who may see some cases and not others.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from sqlalchemy import ColumnElement, Subquery, func, select, update
from sqlalchemy.orm import Session

from grievance.accounts import audit
from grievance.accounts.audit import AuditAction
from grievance.accounts.holding import holders_anywhere
from grievance.accounts.models import AuditEntry, Staff
from grievance.accounts.permissions import PERMITTED, Action, Viewer
from grievance.cases.check_record import RecordCheck
from grievance.cases.models import Case
from grievance.cases.queries import visible
from grievance.cases.side_tracks import CheckStage
from grievance.cases.tasks import NoticeKind, notify
from grievance.cases.verify import Finding, trail_end_fault, verify_cases_after, verify_roots_after
from grievance.core.db import Unreadable, insert_if_new, read_apart, rows_changed
from grievance.crypto.codes import normalise_reference
from grievance.crypto.fields import new_public_id

STEP_LINES = 2000
STEP_CASES = 50
"""A step takes some tenths of a second: the worker sends texts in between."""

CHECKED_EVERY = timedelta(days=7)
"""A check begins by itself when none was begun for that long: nobody has to think of it. Our choice: long enough that
the walk costs nothing, short enough that a backup from before is still kept."""

OVERDUE_AFTER = CHECKED_EVERY + timedelta(days=1)
"""A record not checked whole for that long: no worker runs, or the check stands still."""

FAULTS_KEPT = 50
NEWEST_LINES = 500
"""Lines of the audit trail that every visit of its page compares: some milliseconds."""

LINE_CHANGED, LINE_MISSING = "line_changed", "line_missing"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a check, done but not written down."""

    check_id: int
    stage_before: str
    place_before: str
    stage: CheckStage
    place: str
    lines: int
    cases: int
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class CheckPart:
    """A check as a page shows it. `faults` are the first of `fault_count`."""

    asked_at: datetime
    asked_by: str | None
    finished_at: datetime | None
    line_count: int
    lines_done: int
    case_count: int
    cases_done: int
    fault_count: int
    faults: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """How the record stands: what a visit compares at once, the check that runs, and the last one that ended."""

    newest: tuple[Finding, ...]
    newest_count: int
    running: CheckPart | None
    last: CheckPart | None


def standing(session: Session) -> Standing:
    """Compare the newest lines of the trail, and its end with the daily root; report on the whole checks."""
    faults = [_of_line(fault) for fault in audit.verify_newest(session, limit=NEWEST_LINES)]
    cut = trail_end_fault(session)
    ended = RecordCheck.finished_at.is_not(None)
    return Standing(
        newest=(*faults, *([cut] if cut else [])),
        newest_count=min(audit.head(session)[0], NEWEST_LINES),
        running=_part(session, RecordCheck.running == 1),
        last=_part(session, ended),
    )


@dataclass(frozen=True, slots=True)
class Health:
    """Whether the record stands, in numbers for whoever runs the machine."""

    fault_count: int
    """Places that do not hold, by the check that runs or the last one that ended, whichever found more."""
    checked_at: datetime | None
    """When a whole check ended last."""
    is_overdue: bool


def health(session: Session, *, at: datetime) -> Health:
    """Return how the record stands, out of what the checks wrote down: nothing is compared now."""
    ended = RecordCheck.finished_at.is_not(None)
    last = session.scalars(select(RecordCheck).where(ended).order_by(RecordCheck.id.desc()).limit(1)).one_or_none()
    running = session.scalars(select(RecordCheck.fault_count).where(RecordCheck.running == 1)).one_or_none()
    checked_at = last.finished_at if last else None
    # What was never checked is overdue only once there was something to check for long enough.
    since: datetime | None = checked_at or session.execute(select(func.min(AuditEntry.at))).scalar_one()
    return Health(
        fault_count=max(last.fault_count if last else 0, running or 0),
        checked_at=checked_at,
        is_overdue=since is not None and since < at - OVERDUE_AFTER,
    )


def begin_when_due(session: Session, *, at: datetime) -> bool:
    """Begin a check if none was begun for a week; return whether one began now."""
    recent = select(RecordCheck.id).where(RecordCheck.asked_at > at - CHECKED_EVERY).limit(1)
    return session.scalars(recent).one_or_none() is None and _begin(session, by=None, at=at)


def ask(session: Session, *, by: int, at: datetime) -> None:
    """Begin a check of the whole record; while one runs, it is the one that was asked for."""
    _begin(session, by=by, at=at)


def _begin(session: Session, *, by: int | None, at: datetime) -> bool:
    lines, _ = audit.head(session)
    cases = session.execute(select(func.count()).select_from(Case)).scalar_one()
    made = session.scalars(
        insert_if_new(session, RecordCheck)
        .values(
            public_id=new_public_id(),
            running=1,
            asked_by_id=by,
            asked_at=at,
            stage=CheckStage.TRAIL.value,
            place="",
            line_count=lines,
            case_count=cases,
            lines_done=0,
            cases_done=0,
            fault_count=0,
            faults=[],
        )
        .returning(RecordCheck.public_id)
    ).one_or_none()
    if made is not None:
        audit.record(
            session,
            actor_id=by,
            action=AuditAction.RECORD_CHECK_ASKED,
            subject_kind="audit",
            subject=made,
            at=at,
        )
    return made is not None


def look(session: Session) -> Step | None:
    """Do the next step of the check that runs, reading only; None when none runs."""
    check = session.scalars(select(RecordCheck).where(RecordCheck.running == 1)).one_or_none()
    if check is None:
        return None
    check_id, stage, place = check.id, CheckStage(check.stage), check.place
    try:
        return read_apart(session, partial(_look, session, check_id, stage, place))
    except Unreadable:
        # Not even which rows come next can be read: nothing after here holds, and the check goes on with what is left.
        return _step(check_id, stage, place, None, (Finding("unreadable", ""),))


def _look(session: Session, check_id: int, stage: CheckStage, place: str) -> Step:
    if stage is CheckStage.TRAIL:
        after = int(place or 0)
        faults, last = audit.verify_after(session, after, limit=STEP_LINES)
        found, here = tuple(_of_line(fault) for fault in faults), None if last is None else str(last)
        return _step(check_id, stage, place, here, found, lines=0 if last is None else last - after)
    if stage is CheckStage.CASES:
        after = int(place or 0)
        count = session.execute(select(func.count()).select_from(_next_cases(after))).scalar_one()
        findings, last = verify_cases_after(session, after, limit=STEP_CASES)
        return _step(check_id, stage, place, None if last is None else str(last), tuple(findings), cases=count)
    since = date.fromisoformat(place) if place else date.min
    findings, last_on = verify_roots_after(session, since)
    return _step(check_id, stage, place, last_on.isoformat() if last_on else None, tuple(findings))


def keep(session: Session, step: Step, *, at: datetime) -> bool:
    """Write a step down; False when another worker was faster, and nothing is written."""
    kept = session.scalars(select(RecordCheck.faults).where(RecordCheck.id == step.check_id)).one()
    faults = [*kept, *([each.check, each.subject, each.seq] for each in step.findings)][:FAULTS_KEPT]
    is_done = step.stage is CheckStage.DONE
    changed = session.execute(
        update(RecordCheck)
        .where(
            RecordCheck.id == step.check_id,
            RecordCheck.stage == step.stage_before,
            RecordCheck.place == step.place_before,
        )
        .values(
            stage=step.stage.value,
            place=step.place,
            lines_done=RecordCheck.lines_done + step.lines,
            cases_done=RecordCheck.cases_done + step.cases,
            fault_count=RecordCheck.fault_count + len(step.findings),
            faults=faults,
            running=None if is_done else 1,
            finished_at=at if is_done else None,
        )
    )
    if rows_changed(changed) != 1:
        return False
    if step.findings:
        _tell(session, step.check_id, at=at)
    return True


def _tell(session: Session, check_id: int, *, at: datetime) -> None:
    """Tell whoever reads the audit trail at any site, once a check; never of which case."""
    readers = session.scalars(
        select(Staff.id).where(Staff.active.is_(True), Staff.id.in_(holders_anywhere(*PERMITTED[Action.SEE_AUDIT])))
    ).all()
    notify(session, readers, key=f"record:{check_id}", kind=NoticeKind.RECORD_BROKEN, show_from=at, at=at)


def references_of(session: Session, viewer: Viewer, public_ids: Iterable[str]) -> dict[str, str]:
    """Return the references of those cases that the viewer may see, by public id; the others are left out."""
    wanted = sorted(set(public_ids))
    if not wanted:
        return {}
    rows = session.execute(
        select(Case.public_id, Case.reference).where(Case.public_id.in_(wanted), visible(viewer))
    ).all()
    return {public_id: reference for public_id, reference in rows}  # noqa: C416  # a row is no pair to mypy


def subject_of_reference(session: Session, viewer: Viewer, reference: str) -> str | None:
    """Return under which id the trail speaks of a case; None for one that the viewer may not see, or none at all."""
    wanted = normalise_reference(reference) or ""
    return session.scalars(select(Case.public_id).where(Case.reference == wanted, visible(viewer))).one_or_none()


def _next_cases(after: int) -> Subquery:
    return select(Case.id).where(Case.id > after).order_by(Case.id).limit(STEP_CASES).subquery()


def _step(
    check_id: int,
    stage: CheckStage,
    place: str,
    here: str | None,
    findings: tuple[Finding, ...],
    *,
    lines: int = 0,
    cases: int = 0,
) -> Step:
    following = {CheckStage.TRAIL: CheckStage.CASES, CheckStage.CASES: CheckStage.ROOTS}
    after = (stage, here) if here is not None else (following.get(stage, CheckStage.DONE), "")
    return Step(check_id, stage.value, place, *after, lines, cases, findings)


def _of_line(fault: audit.AuditFault) -> Finding:
    return Finding(LINE_MISSING if fault.kind == "missing" else LINE_CHANGED, "", fault.seq)


def _part(session: Session, condition: ColumnElement[bool]) -> CheckPart | None:
    row = session.execute(
        select(RecordCheck, Staff.name)
        .outerjoin(Staff, Staff.id == RecordCheck.asked_by_id)
        .where(condition)
        .order_by(RecordCheck.id.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    check, name = row
    return CheckPart(
        asked_at=check.asked_at,
        asked_by=name,
        finished_at=check.finished_at,
        line_count=check.line_count,
        lines_done=check.lines_done,
        case_count=check.case_count,
        cases_done=check.cases_done,
        fault_count=check.fault_count,
        faults=tuple(Finding(*each) for each in check.faults),
    )
