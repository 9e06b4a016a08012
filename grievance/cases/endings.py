"""Leaving by another door than an answer: out of scope, withdrawn, merged; and what each way of leaving has in common.

Each tells the person why and where else to go, and each but a merge can be reopened. Not for: closing (`resolution`),
nor ending a case that an outside body goes on with (`referrals.steps`).
"""

from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from grievance.cases import clocks
from grievance.cases.corroboration import remember_name
from grievance.cases.covering import stand
from grievance.cases.handling import receive_message
from grievance.cases.law_bars import require_same_way, require_way_out
from grievance.cases.models import Case, Complainant, HiddenFrom, Respondent, Submission
from grievance.cases.resolution import NotClassified, require_source
from grievance.cases.second_person import require_second_person, require_somebody_else
from grievance.cases.states import (
    NEVER_OUT_OF_SCOPE,
    Actor,
    ActorKind,
    Channel,
    EventKind,
    MessageKind,
    Move,
    Source,
    Status,
    transition,
)
from grievance.cases.surveys import schedule_survey
from grievance.cases.tasks import TaskKind, settle
from grievance.cases.telling import tell
from grievance.cases.transitions import move, record
from grievance.cases.ways import Telling
from grievance.crypto.fields import new_public_id, seal, unseal
from grievance.deadlines.standards import ClockName


class SameCase(Exception):
    """A case cannot be merged into itself."""


class NotMergeable(Exception):
    """The other case has left, lies at another site, or would show words to people who may not see them."""


class DateWouldMove(Exception):
    """Who filed the duplicate was promised an answer earlier than the other case is to have one."""


_NEEDS_TYPE = frozenset({Move.DECLARE_OUT_OF_SCOPE, Move.REFER})


class OthersFiledToo(Exception):
    """The case holds filings of several people: one cannot withdraw it for all."""


def declare_out_of_scope(
    session: Session,
    case: Case,
    *,
    reason: str,
    elsewhere: str,
    by: Actor,
    at: datetime,
) -> None:
    """End a case that is not for this mechanism; tell the person why, and where else to go.

    Raises:
        BarredByLaw: it is harassment, or filed under it.
        NotClassified: nobody has sorted it.
        MadeOtherKind: it was of a kind that is restricted or urgent until this person said otherwise.
        NeedsSecondPerson: it is serious, and this person could not close it either.
        TransitionNotAllowed: it has left.
    """
    step = Move.DECLARE_OUT_OF_SCOPE
    leave(session, case, step, joined(reason, elsewhere), by=by, at=at)
    schedule_survey(session, case, at=at)


def withdraw(
    session: Session,
    case: Case,
    *,
    source: Source,
    reason: str | None = None,
    by: Actor,
    at: datetime,
    complainant_id: int | None = None,
    channel: Channel = Channel.WEB,
) -> None:
    """End a case because the person wants so. Staff record it from signed paper or before a witness.

    The person's reason is kept as a message, which needs `complainant_id`. Recorded by staff, it is confirmed to the
    person in writing, so that nobody withdraws for somebody else unseen.

    Raises:
        SourceMissing: the source does not fit who records it.
        OthersFiledToo: other people filed the same, and nobody withdraws for them.
        MadeOtherKind, NeedsSecondPerson: staff record it who could not end it otherwise either.
        TransitionNotAllowed: it has left.
    """
    require_source(source, by)
    if others_filed_too(session, case):
        raise OthersFiledToo
    codes = {"source": source.value}
    if by.kind is ActorKind.STAFF:
        require_somebody_else(session, case, by)
        require_second_person(session, case, by)
        leave(session, case, Move.WITHDRAW, reason or "", by=by, at=at, codes=codes)
        return
    transition(Move.WITHDRAW, status=Status(case.status), actor=by.kind, case_type=case.type)
    if reason and complainant_id is not None:
        receive_message(
            session,
            case,
            words=reason,
            complainant_id=complainant_id,
            channel=channel,
            locale=case.locale,
            at=at,
        )
    move(session, case, Move.WITHDRAW, by=by, at=at, codes=codes)
    clocks.stop_all(session, case, at=at)


def merge(
    session: Session,
    case: Case,
    into: Case,
    *,
    reason: str,
    by: Actor,
    at: datetime,
) -> None:
    """Make a duplicate a submission of the case it repeats; everybody who filed it is told.

    References and codes given out keep working and lead to the remaining case. Both cases must be locked.

    Raises:
        SameCase: both are one.
        NotMergeable: the other has left or lies elsewhere, the duplicate is restricted and the other is not, or an
            appeal of the duplicate waits for its decision.
        TrackWouldEnd: the duplicate is harassment, and the other is not or came later.
        DateWouldMove: the answer promised for the duplicate would come later, unasked and untold.
        TransitionNotAllowed: the duplicate has left.
    """
    if case.id == into.id:
        raise SameCase
    if not into.is_open or into.site_id != case.site_id or (case.is_restricted and not into.is_restricted):
        raise NotMergeable
    require_same_way(session, case, into)
    if case.has_appeal:
        # Opened again while an appeal waits: its reviewer would find nothing to decide on.
        raise NotMergeable
    _require_no_later_date(session, case, into)
    telling = Telling(MessageKind.REASON, reason, left_as=Status.MERGED)
    codes = {"into": into.public_id}
    case.merged_into_id = into.id
    tell(session, case, telling, by=by, at=at, step=Move.MERGE, codes=codes)
    clocks.stop_all(session, case, at=at)
    take_over(session, case, into, at=at)
    record(
        session,
        into,
        EventKind.SUBMISSION_ADDED,
        by=by,
        at=at,
        codes={"submissions": into.submission_count, "from": case.public_id},
    )


def _require_no_later_date(session: Session, case: Case, into: Case) -> None:
    """Raise DateWouldMove where joining would move a promise and the other way round would not.

    What few may see, and harassment, only ever take in what others may see: there is no other way round.
    """
    if (into.is_restricted and not case.is_restricted) or into.type in NEVER_OUT_OF_SCOPE:
        return
    promised, other = (clocks.running(session, one, ClockName.RESOLVE) for one in (case, into))
    if promised is not None and other is not None and promised.due_at < other.due_at:
        raise DateWouldMove


def others_filed_too(session: Session, case: Case) -> bool:
    """Return whether several people filed what is one case now."""
    people = select(func.count()).select_from(Complainant).where(Complainant.case_id == case.id)
    return session.execute(people).scalar_one() > 1


def leave(
    session: Session,
    case: Case,
    step: Move,
    words: str,
    *,
    by: Actor,
    at: datetime,
    codes: dict[str, str] | None = None,
) -> None:
    """Take the step, tell the person why in the same breath, and stop the clocks."""
    if step in _NEEDS_TYPE:
        _require_way_out(session, case, by)
    if step is Move.DECLARE_OUT_OF_SCOPE:
        # What is sent on goes with a yes of the person, or one of a second person.
        require_second_person(session, case, by)
    row = transition(step, status=Status(case.status), actor=by.kind, case_type=case.type)
    telling = Telling(MessageKind.REASON, words, left_as=row.to_status)
    tell(session, case, telling, by=by, at=at, step=step, codes=codes)
    clocks.stop_all(session, case, at=at)
    settle(session, case, TaskKind.CLOSE_SERIOUS, by_id=by.staff_id, at=at)


def _require_way_out(session: Session, case: Case, by: Actor) -> None:
    require_way_out(session, case)
    if case.classified_at is None:
        raise NotClassified
    require_somebody_else(session, case, by)


def take_over(session: Session, case: Case, into: Case, *, at: datetime) -> None:
    """Move the filings and the people of a merged case; from whom either is hidden, both are.

    For `complainants.collective` too.
    """
    session.flush()
    for model in (Submission, Complainant):
        session.execute(
            update(model)
            .where(model.case_id == case.id)
            .values(case_id=into.id)
            .execution_options(synchronize_session="fetch")
        )
    filings = select(func.count()).select_from(Submission).where(Submission.case_id == into.id)
    into.submission_count = session.execute(filings).scalar_one()
    into.unread_count += case.unread_count
    into.concerns_handlers = into.concerns_handlers or case.concerns_handlers
    into.words_indexed_at = None
    stand(session, into)
    _add_respondents(session, case, into, at=at)
    _hide_alike(session, case, into, at=at)
    _hide_alike(session, into, case, at=at)


def _add_respondents(session: Session, case: Case, into: Case, *, at: datetime) -> None:
    """Let the remaining case be about everybody: sorted again, it would otherwise be shown to those the other named."""
    rows = session.scalars(
        select(Respondent).where(Respondent.case_id.in_([into.id, case.id])).order_by(Respondent.id)
    ).all()
    there = {_said(session, row) for row in rows if row.case_id == into.id}
    for row in rows:
        said = _said(session, row)
        if said in there:
            continue
        there.add(said)
        copy = Respondent(
            public_id=new_public_id(),
            case_id=into.id,
            staff_id=row.staff_id,
            unit_id=row.unit_id,
            company_id=row.company_id,
            added_at=at,
        )
        seal(session, copy, "description", said[-1])
        session.add(copy)
        remember_name(session, copy, said[-1])


def _said(session: Session, row: Respondent) -> tuple[int | None, int | None, int | None, str | None]:
    return row.staff_id, row.unit_id, row.company_id, unseal(session, row, "description")


def _hide_alike(session: Session, case: Case, other: Case, *, at: datetime) -> None:
    """Hide another case from everybody from whom a case is hidden."""
    there = {row.staff_id: row for row in session.scalars(select(HiddenFrom).where(HiddenFrom.case_id == other.id))}
    hidden = select(HiddenFrom).where(HiddenFrom.case_id == case.id, HiddenFrom.lifted_at.is_(None))
    for row in session.scalars(hidden).all():
        if row.staff_id in there:
            there[row.staff_id].lifted_at = None
        else:
            session.add(HiddenFrom(case_id=other.id, staff_id=row.staff_id, reason=row.reason, since_at=at))


def joined(reason: str, elsewhere: str) -> str:
    """Return the reason and where else to go, as one text."""
    return f"{reason}\n\n{elsewhere}" if elsewhere else reason
