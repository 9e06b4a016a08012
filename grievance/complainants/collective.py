"""Grievances of several people: one case, a code to pass on, and everybody who joins with a filing of his or her own.

A person who joins gets a reference, a page and an opinion of his or her own, reads only what is written from then on,
and learns nothing of the others. What joining leaves behind is a case that was merged at once: it has the reference,
and the figures count it as a submission alone. Only unrestricted, sorted, open cases can be joined: whoever holds a
code could be anybody (docs/decisions/0014). Not for: what those who joined think of the answer (`voices`).
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from grievance.cases import attempts, clocks
from grievance.cases.covering import stand
from grievance.cases.endings import take_over
from grievance.cases.filing_record import JoinCode
from grievance.cases.handling import add_note, tell_keepers
from grievance.cases.intake import Filed, Filing, open_case
from grievance.cases.models import Case, Complainant, HiddenFrom, Submission
from grievance.cases.page import JoinedFiling
from grievance.cases.queries import complainant_of_thread, own_reference, site_of
from grievance.cases.states import COMPLAINANT, COUNTED_APART, RESTRICTED_TYPES, SYSTEM, Actor, EventKind, Move
from grievance.cases.surveys import go_with
from grievance.cases.tasks import NoticeKind, TaskKind, open_task
from grievance.cases.transitions import lock_case, move, record
from grievance.cases.waiver import refuse_waivers
from grievance.crypto import codes
from grievance.crypto.fields import cover, is_covered, keys_of, new_public_id, seal, unseal

LINE_CHARACTERS = 120
"""Longest public line: it is read aloud, and stands on a poster beside the code."""

MOST_CODES = 50
"""Codes that one case may ever have: renewing is for codes that came into wrong hands, not a way to fill the disk."""

FREE_TRIES = 5
"""Wrong codes from one number, or at one site on the web, before the next has to wait: typing errors."""

FREE_TRIES_ON_WEB = 30
FIRST_WAIT_SECONDS = 60
LONGEST_WAIT_SECONDS = 60 * 60

_DRAWS = 4
_NO_CODE = codes.JoinCode("000-000-00")


class NotJoinable(Exception):
    """The case is restricted, not sorted, or not open: nobody can join it."""


class TooManyCodes(Exception):
    """The case had all the codes that it may have."""


class NoOpenCode(LookupError):
    """The case has no code that is open."""


class CodeGone(LookupError):
    """The code was closed in the meantime, or its case can no longer be joined. To be shown like an unknown one."""


class JoinNotFound(LookupError):
    """Nobody joined the case with this filing."""


@dataclass(frozen=True, slots=True)
class OpenCode:
    """The code of a case as it is passed on."""

    code: str
    line: str | None
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class Invitation:
    """A code that fits. `line` is all that is ever shown of the case."""

    join_code_id: int
    site_id: int
    line: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class NoSuchCode:
    """Unknown, closed, or of a case that cannot be joined: nobody can tell which."""


@dataclass(frozen=True, slots=True)
class Slowed:
    """Too many wrong codes; the next is looked at after this many seconds."""

    seconds: int


@dataclass(frozen=True, slots=True)
class Joined:
    """Who joined has this reference. `filed` is None for somebody who was part of the case already."""

    reference: str
    filed: Filed | None


def can_be_joined(case: Case) -> bool:
    """Return whether others may join a case."""
    is_delicate = case.is_restricted or case.concerns_handlers or case.type in RESTRICTED_TYPES
    is_grievance = case.type not in COUNTED_APART and not case.is_spam
    return case.is_open and case.classified_at is not None and is_grievance and not is_delicate


def open_code(
    session: Session, case: Case, *, line: str | None, of: Complainant | None = None, by: Actor, at: datetime
) -> str:
    """Give a case a code to pass on; one that was open is closed. Return it as it is written.

    `of` is the person who does it, whose line is blocked with everything else that he or she wrote.

    Raises:
        NotJoinable: nobody may join it.
        TooManyCodes: it had MOST_CODES.
        WaiverOfRights: a line of staff asks for the giving up of a right.
    """
    if not can_be_joined(case):
        raise NotJoinable
    had = session.execute(select(func.count()).where(JoinCode.case_id == case.id)).scalar_one()
    if had >= MOST_CODES:
        raise TooManyCodes
    _shut(session, case, at=at)
    if by.staff_id is not None:
        # The person may quote what was asked of them; we may ask nothing.
        refuse_waivers(line)
    row, code = _drawn(session, case, line, by=by, at=at)
    facts = {"code": row.public_id, "step": "opened", "renewed": had > 0}
    words = (row, "line") if line else None
    record(session, case, EventKind.JOIN_CODE, by=by, at=at, codes=facts, words=words)
    if of is not None and of.blocked_at is not None:
        cover(row, "line")
    return code


def close_code(session: Session, case: Case, *, by: Actor, at: datetime) -> None:
    """Let nobody join any more with the code of a case; who joined stays.

    Raises:
        NoOpenCode: it has none.
    """
    row = _shut(session, case, at=at)
    if row is None:
        raise NoOpenCode
    record(session, case, EventKind.JOIN_CODE, by=by, at=at, codes={"code": row.public_id, "step": "closed"})


def code_of(session: Session, case: Case) -> OpenCode | None:
    """Return the code of a case that is open, for who began the case and for who works it."""
    row = _open_row(session, case)
    code = unseal(session, row, "code") if row is not None else None
    if row is None or code is None:
        return None
    return OpenCode(code, unseal(session, row, "line"), row.opened_at)


def look_up_by_text(
    session: Session, site_ids: Sequence[int], text: str, *, thread_id: int, at: datetime
) -> Invitation | NoSuchCode | Slowed:
    """Compare a code that came by text. After several wrong ones the number waits, with right ones too.

    Returned, not raised: the unit must keep the failed try.
    """
    tries = attempts.counter(session, attempts.Counted.WRONG_JOINS, f"thread:{thread_id}", at=at)
    waits = _waits(tries.failures - FREE_TRIES, tries.last_failed_at, at=at)
    if waits > 0:
        return Slowed(waits)
    found = _invitation(session, site_ids, text)
    if found is not None:
        return found
    attempts.add_one(tries, at=at)
    return NoSuchCode()


def look_up_on_web(session: Session, site_id: int, text: str, *, at: datetime) -> Invitation | NoSuchCode | Slowed:
    """Compare a code that was typed in. After many wrong ones at a site a wrong one is told to wait; a right one never.

    If it had to, anybody could keep a whole camp from joining by typing wrong codes. It costs nothing: one guess in
    seven hundred million finds a code (`crypto.codes.new_join_code`), and finding one shows nothing but its line.
    """
    found = _invitation(session, [site_id], text)
    if found is not None:
        return found
    tries = attempts.counter(session, attempts.Counted.WRONG_JOINS, f"site:{site_id}", at=at)
    waits = _waits(tries.failures - FREE_TRIES_ON_WEB, tries.last_failed_at, at=at)
    if waits > 0:
        return Slowed(waits)
    attempts.add_one(tries, at=at)
    return NoSuchCode()


def join(session: Session, invitation: Invitation, filing: Filing, *, at: datetime) -> Joined:
    """Let a person join with a filing, whose words may be empty.

    Raises:
        CodeGone: it can no longer be joined.
        FormKeyReused: the same form was sent before; nothing is added.
    """
    code = session.get_one(JoinCode, invitation.join_code_id)
    case = lock_case(session, _followed(session, session.get_one(Case, code.case_id)).id)
    session.refresh(code)
    if code.closed_at is not None or not can_be_joined(case):
        raise CodeGone
    there = complainant_of_thread(session, case.id, filing.thread_id) if filing.thread_id is not None else None
    if there is not None:
        return Joined(own_reference(session, there), None)
    filed = open_case(session, site_of(session, case), replace(filing, joins=case.public_id), by=COMPLAINANT, at=at)
    filed.complainant.join_code_id = code.id
    codes_of_merge = {"into": case.public_id}
    filed.case.merged_into_id = case.id
    move(session, filed.case, Move.MERGE, by=SYSTEM, at=at, codes=codes_of_merge)
    clocks.stop_all(session, filed.case, at=at)
    hidden = _hidden_count(session, case)
    take_over(session, filed.case, case, at=at)
    if _hidden_count(session, case) > hidden:
        key = f"join:{filed.case.public_id}"
        open_task(session, key=key, site_id=case.site_id, kind=TaskKind.LOOK_AT_JOIN, case=case, at=at)
    facts = {"submissions": case.submission_count, "from": filed.case.public_id, "by_code": True}
    event = record(session, case, EventKind.SUBMISSION_ADDED, by=COMPLAINANT, at=at, codes=facts)
    case.last_message_at = at
    if filing.words:
        tell_keepers(session, case, NoticeKind.MESSAGE_FROM_PERSON, seq=event.seq, at=at)
    else:
        case.unread_count -= filed.case.unread_count
    return Joined(filed.case.reference, filed)


def joined_filings(session: Session, case_id: int) -> tuple[JoinedFiling, ...]:
    """Return what came in by a code, the latest first."""
    rows = session.scalars(
        select(Submission)
        .join(Complainant, Complainant.id == Submission.complainant_id)
        .where(Submission.case_id == case_id, Complainant.join_code_id.is_not(None))
        .order_by(Submission.id.desc())
    )
    return tuple(JoinedFiling(row.public_id, row.filed_at, row.channel, unseal(session, row, "words")) for row in rows)


def remove(session: Session, case: Case, public_ids: Sequence[str], *, reason: str, by: Actor, at: datetime) -> None:
    """Take filings that are no grievance out of a case again; the reason is kept as a note. Nothing is deleted.

    Each goes back to what it would have been by itself, as spam: neither counted nor shown, and never told anything.
    What was said of how the case went goes with it, out of the figures.

    Raises:
        JoinNotFound: the case has no such filing that came by a code.
    """
    rows = session.execute(
        select(Submission, Complainant)
        .join(Complainant, Complainant.id == Submission.complainant_id)
        .where(
            Submission.case_id == case.id,
            Submission.public_id.in_(list(public_ids)),
            Complainant.join_code_id.is_not(None),
        )
        .order_by(Submission.id)
    ).all()
    if not rows or len(rows) != len(set(public_ids)):
        raise JoinNotFound
    for submission, person in rows:
        alone = lock_case(session, submission.filed_as_case_id)
        submission.case_id = person.case_id = alone.id
        go_with(session, case, person, alone)
        alone.merged_into_id, alone.is_spam = None, True
        stand(session, alone)
        record(session, alone, EventKind.MARKED_SPAM, by=by, at=at)
        case.submission_count -= 1
        facts = {"submissions": case.submission_count, "from": alone.public_id}
        record(session, case, EventKind.SUBMISSION_REMOVED, by=by, at=at, codes=facts)
    case.words_indexed_at = None
    stand(session, case)
    add_note(session, case, words=reason, by=by, at=at)


def _drawn(session: Session, case: Case, line: str | None, *, by: Actor, at: datetime) -> tuple[JoinCode, str]:
    """Store a code that nobody has: the database decides, and a taken one is drawn again."""
    for _ in range(_DRAWS):
        code = codes.new_join_code(secrets.randbits)
        row = JoinCode(
            public_id=new_public_id(),
            case_id=case.id,
            code_digest=_digest(session, case.site_id, code),
            opened_by_id=by.staff_id,
            opened_at=at,
        )
        seal(session, row, "code", code)
        seal(session, row, "line", line or None)
        try:
            with session.begin_nested():
                session.add(row)
                session.flush()
        except IntegrityError as error:
            if "code_digest" not in str(error.orig):
                raise
            continue
        return row, code
    raise RuntimeError("no free join code in four draws")


def _digest(session: Session, site_id: int, code: codes.JoinCode) -> bytes:
    return keys_of(session).code_digest("join", f"{site_id}:{code}")


def _open_row(session: Session, case: Case) -> JoinCode | None:
    return session.scalars(
        select(JoinCode).where(JoinCode.case_id == case.id, JoinCode.closed_at.is_(None))
    ).one_or_none()


def _shut(session: Session, case: Case, *, at: datetime) -> JoinCode | None:
    row = _open_row(session, case)
    if row is not None:
        row.closed_at, row.code_sealed = at, None
        session.flush()
    return row


def _invitation(session: Session, site_ids: Sequence[int], text: str) -> Invitation | None:
    code = codes.normalise_join_code(text) or _NO_CODE
    digests = [_digest(session, site_id, code) for site_id in site_ids]
    row = session.scalars(
        select(JoinCode).where(JoinCode.code_digest.in_(digests), JoinCode.closed_at.is_(None)).limit(1)
    ).one_or_none()
    if row is None:
        return None
    case = _followed(session, session.get_one(Case, row.case_id))
    if not can_be_joined(case):
        return None
    # That words are blocked is for nobody who holds a code to learn.
    line = None if is_covered(session, row.line_sealed) else unseal(session, row, "line")
    return Invitation(row.id, case.site_id, line)


def _hidden_count(session: Session, case: Case) -> int:
    session.flush()
    hidden = select(func.count()).where(HiddenFrom.case_id == case.id, HiddenFrom.lifted_at.is_(None))
    return session.execute(hidden).scalar_one()


def _followed(session: Session, case: Case) -> Case:
    """Return what a case was merged into: a code that was given out keeps leading there."""
    while case.merged_into_id is not None:
        case = session.get_one(Case, case.merged_into_id)
    return case


def _waits(beyond: int, last_at: datetime, *, at: datetime) -> int:
    """Return how many seconds the next try has to wait, `beyond` being the wrong ones over those that are free."""
    if beyond < 0:
        return 0
    wait = min(FIRST_WAIT_SECONDS * 2 ** min(beyond, 10), LONGEST_WAIT_SECONDS)
    over_at = last_at + timedelta(seconds=wait)
    return max(0, -int((at - over_at).total_seconds() // 1))
