"""Which cases and people were erased, by public id: kept apart from backups, it rids a restored one of them again."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.accounts.audit import AuditAction
from grievance.accounts.models import AuditEntry
from grievance.cases.held import HeldByLaw
from grievance.cases.models import Case, Complainant
from grievance.cases.states import SYSTEM
from grievance.cases.transitions import load_for_change
from grievance.privacy.erasure import Basis, StillOpen, erase_case_words, erase_person

_ERASURES = (AuditAction.CASE_ERASED.value, AuditAction.PERSON_ERASED.value, AuditAction.TEXTS_ERASED.value)


@dataclass(frozen=True, slots=True)
class LoggedErasure:
    """One erasure: of a case or of a person ("complainant"), and when."""

    kind: str
    public_id: str
    at: datetime


class Again(StrEnum):
    """What came of erasing something again."""

    ERASED = "erased"
    NOTHING_LEFT = "nothing_left"
    UNKNOWN = "unknown"
    """The backup is older than the case."""
    STILL_OPEN = "still_open"
    """The backup is older than the end of the case: it is worked on again, and erased once it has ended."""
    HELD = "held"


def logged_erasures(session: Session, *, since: datetime | None = None) -> Iterator[LoggedErasure]:
    """Yield every erasure in the audit trail, the oldest first; `since` is inclusive."""
    wanted = select(AuditEntry.subject_kind, AuditEntry.subject, AuditEntry.at).where(
        AuditEntry.action.in_((AuditAction.CASE_ERASED.value, AuditAction.PERSON_ERASED.value))
    )
    if since is not None:
        wanted = wanted.where(AuditEntry.at >= since)
    for row in session.execute(wanted.order_by(AuditEntry.seq)):
        yield LoggedErasure(*row)


def erased_since(
    session: Session, site_ids: Sequence[int], *, days: Sequence[int], at: datetime
) -> list[tuple[int, tuple[int, int, int]]]:
    """Return, for each number of days, how many cases and people were erased at these sites, and texts anywhere."""
    found = []
    for span in days:
        lines = session.execute(
            select(AuditEntry.action, AuditEntry.site_id, AuditEntry.codes).where(
                AuditEntry.action.in_(_ERASURES), AuditEntry.at > at - timedelta(days=span)
            )
        ).all()
        cases, people = (
            sum(line.action == action and line.site_id in site_ids for line in lines)
            for action in (AuditAction.CASE_ERASED, AuditAction.PERSON_ERASED)
        )
        texts = sum(sum(line.codes.values()) for line in lines if line.action == AuditAction.TEXTS_ERASED)
        found.append((span, (cases, people, texts)))
    return found


def erase_again(session: Session, kind: str, public_id: str, *, at: datetime) -> Again:
    """Erase what had been erased before a backup brought it back."""
    person = session.scalars(select(Complainant).where(Complainant.public_id == public_id)).one_or_none()
    case_id = session.scalars(select(Case.id).where(Case.public_id == public_id)).one_or_none()
    try:
        if kind == "case" and case_id is not None:
            case = load_for_change(session, case_id)
            erased = erase_case_words(session, case, basis=Basis.RESTORED, by=SYSTEM, at=at)
        elif kind != "case" and person is not None:
            erased = erase_person(session, person, basis=Basis.RESTORED, by=SYSTEM, at=at)
        else:
            return Again.UNKNOWN
    except StillOpen:
        return Again.STILL_OPEN
    except HeldByLaw:
        return Again.HELD
    return Again.ERASED if erased.rows else Again.NOTHING_LEFT
