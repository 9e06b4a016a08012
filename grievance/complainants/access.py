"""The web key of a case: reference and access code, one-use codes (by text, on a slip), and the slow-down on guesses.

Unknown and wrong look the same and take the same work: every try looks up the reference, the codes and the failures.
The slow-down is for wrong tries alone. References are known to colleagues and staff: if the right code waited too, one
wrong try every quarter of an hour would shut a person out of the case. It costs nothing: the codes have 80 random bits.
Not for: what the person then sees (`follow_up`).
"""

import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from grievance.cases import attempts
from grievance.cases.handling import live_case
from grievance.cases.intake import access_digest
from grievance.cases.models import Case, Complainant, Submission
from grievance.cases.queries import own_reference
from grievance.cases.record import AccessAttempt, OneUseCode
from grievance.cases.states import COMPLAINANT, EventKind
from grievance.cases.transitions import load_for_change, record
from grievance.complainants import slips
from grievance.core.db import rows_changed
from grievance.crypto.codes import (
    ACCESS_CODE_SYMBOLS,
    AccessCode,
    CaseReference,
    new_access_code,
    normalise_access_code,
    normalise_reference,
)

FREE_TRIES = 5
"""Wrong tries at a reference before the next has to wait: enough for typing errors."""

FIRST_WAIT_SECONDS = 30
LONGEST_WAIT_SECONDS = 15 * 60
"""The wait doubles with every wrong try up to this: 96 guesses a day at a code of 80 random bits."""

ONE_USE_LIVES = timedelta(hours=24)

_NO_REFERENCE = CaseReference("0000-0000")
_NO_DIGEST = bytes(32)


class AccessGone(LookupError):
    """A visit that was let in before leads nowhere any more."""


class OwnCodeGone(LookupError):
    """This code for a slip opens nothing: the slip was exchanged again after it."""


@dataclass(frozen=True, slots=True)
class AccessGranted:
    """The code fits. `reference` is the person's own; after a merge `case` is the one it went into."""

    case_id: int
    complainant_id: int
    reference: str
    case: Case = field(repr=False)
    complainant: Complainant = field(repr=False)


@dataclass(frozen=True, slots=True)
class SlipExchanged:
    """The code was that of a slip: the person has a code of his or her own now, and comes in once it is saved."""

    reference: str
    code: AccessCode


@dataclass(frozen=True, slots=True)
class AccessRefused:
    """No such reference, or not its code: nobody can tell which."""


@dataclass(frozen=True, slots=True)
class AccessSlowed:
    """Wrong, after too many wrong tries at this reference; the next is counted after this many seconds."""

    seconds: int


@dataclass(frozen=True, slots=True)
class IssuedCode:
    """A one-use code with the reference that it opens."""

    code: AccessCode
    reference: str
    expires_at: datetime


def open_with_code(
    session: Session, reference_text: str, code_text: str, *, at: datetime
) -> AccessGranted | SlipExchanged | AccessRefused | AccessSlowed:
    """Compare a reference and a code, in any spelling. Returned, not raised: the unit must keep the failed try."""
    reference = normalise_reference(reference_text)
    code = normalise_access_code(code_text)
    typed = reference or reference_text.strip().upper()[:40]
    attempt = attempts.counter(session, attempts.Counted.WRONG_TRIES, typed, at=at)
    waits = _waits(attempt, at=at)
    filed_as = session.scalars(select(Case).where(Case.reference == (reference or _NO_REFERENCE))).one_or_none()
    tried = access_digest(session, reference or _NO_REFERENCE, code or _no_code())
    kept = filed_as.access_digest if filed_as is not None and filed_as.access_digest else _NO_DIGEST
    is_own = hmac.compare_digest(tried, kept) and code is not None
    fits = is_own or _use_once(session, filed_as, tried, at=at)
    is_slip = not fits and slips.take(session, filed_as.id if filed_as is not None else 0, tried, at=at)
    if filed_as is not None and (fits or is_slip):
        attempt.failures = 0
        if is_slip:
            return SlipExchanged(filed_as.reference, slips.exchange(session, filed_as, at=at))
        if is_own:
            slips.note_saved(session, filed_as.id, at=at)
        return _granted(session, filed_as)
    if waits > 0:
        return AccessSlowed(waits)
    attempts.add_one(attempt, at=at)
    return AccessRefused()


def save_own_code(session: Session, reference: str, code: AccessCode, *, at: datetime) -> AccessGranted:
    """Take "I have saved it" for the code that a slip was exchanged for: the slip opens nothing from now on.

    Raises:
        OwnCodeGone: the slip was exchanged again after it; undo the unit of work.
    """
    filed_as = session.scalars(select(Case).where(Case.reference == reference)).one_or_none()
    if filed_as is None:
        raise OwnCodeGone
    slips.note_saved(session, filed_as.id, at=at)
    # Looked at only now that the slip is locked: whoever exchanges it at this instant has come before, or is too late.
    if not _is_own(session, load_for_change(session, filed_as.id), code):
        raise OwnCodeGone
    return _granted(session, filed_as)


def own_code_waits(session: Session, reference: str, code: AccessCode) -> bool:
    """Return whether a code for a slip still opens the case, and the person has not said yet that it is saved."""
    filed_as = session.scalars(select(Case).where(Case.reference == reference)).one_or_none()
    return filed_as is not None and _is_own(session, filed_as, code) and slips.waits_for_saving(session, filed_as.id)


def reopen_access(session: Session, case_id: int, complainant_id: int) -> tuple[Case, Complainant]:
    """Return the case and the person of a visit that was let in before, following merges.

    Raises:
        AccessGone: they do not belong together.
    """
    case, complainant = session.get(Case, case_id), session.get(Complainant, complainant_id)
    if case is None or complainant is None:
        raise AccessGone
    case = _followed(session, case)
    if complainant.case_id != case.id:
        raise AccessGone
    return case, complainant


def issue_one_use_code(session: Session, case: Case, *, complainant: Complainant, at: datetime) -> IssuedCode:
    """Make a code for the web that a person asked for by text: one use, 24 hours."""
    reference = CaseReference(own_reference(session, complainant))
    code = new_access_code(secrets.randbits)
    opens = session.scalars(select(Case.id).where(Case.reference == reference)).one()
    expires_at = at + ONE_USE_LIVES
    session.add(OneUseCode(case_id=opens, code_digest=access_digest(session, reference, code), expires_at=expires_at))
    record(session, case, EventKind.CODE_ISSUED, by=COMPLAINANT, at=at)
    return IssuedCode(code, reference, expires_at)


def _is_own(session: Session, filed_as: Case, code: AccessCode) -> bool:
    tried = access_digest(session, CaseReference(filed_as.reference), code)
    return hmac.compare_digest(tried, filed_as.access_digest or _NO_DIGEST)


def _granted(session: Session, filed_as: Case) -> AccessGranted:
    complainant = session.scalars(
        select(Complainant)
        .join(Submission, Submission.complainant_id == Complainant.id)
        .where(Submission.filed_as_case_id == filed_as.id)
        .order_by(Submission.id)
        .limit(1)
    ).one()
    case = live_case(session, filed_as)
    return AccessGranted(case.id, complainant.id, filed_as.reference, case, complainant)


def _followed(session: Session, case: Case) -> Case:
    """Return what a case was merged into, without locking."""
    while case.merged_into_id is not None:
        case = session.get_one(Case, case.merged_into_id)
    return case


def _use_once(session: Session, filed_as: Case | None, tried: bytes, *, at: datetime) -> bool:
    """Use up a one-use code, which one try alone can win; return whether there was one."""
    claim = (
        update(OneUseCode)
        .where(
            OneUseCode.case_id == (filed_as.id if filed_as is not None else 0),
            OneUseCode.code_digest == tried,
            OneUseCode.used_at.is_(None),
            OneUseCode.expires_at >= at,
        )
        .values(used_at=at)
    )
    return rows_changed(session.execute(claim)) == 1


def _waits(attempt: AccessAttempt, *, at: datetime) -> int:
    """Return how many seconds the next try has to wait."""
    if attempt.failures < FREE_TRIES:
        return 0
    wait = min(FIRST_WAIT_SECONDS * 2 ** min(attempt.failures - FREE_TRIES, 10), LONGEST_WAIT_SECONDS)
    over_at = attempt.last_failed_at + timedelta(seconds=wait)
    return max(0, -int((at - over_at).total_seconds() // 1))


def _no_code() -> AccessCode:
    """Return a code that nobody has, so that an unreadable one costs the same work."""
    return AccessCode("0" * ACCESS_CODE_SYMBOLS)
