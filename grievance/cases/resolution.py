"""Answering a grievance: a proposed response with its remedies, the person's answer, closing, and reopening.

Staff state an outcome; only the person agrees, and the source of that is stored. Not for: leaving by another door
(`endings`), nor for what the person says of it afterwards (`feedback`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.cases import clocks
from grievance.cases.after_plan import cancel as cancel_checks
from grievance.cases.handling import receive_message, tell_keepers
from grievance.cases.law_dates import follow_law, restart
from grievance.cases.models import Case, CaseMessage, Complainant, ProposedResponse, Remedy
from grievance.cases.named_later import look_for_names
from grievance.cases.queries import calendar_of, messages_with, site_of
from grievance.cases.remedies import cancel_remedies, open_remedies
from grievance.cases.second_person import require_second_person
from grievance.cases.states import (
    FINDINGS,
    Actor,
    ActorKind,
    Channel,
    EventKind,
    MessageKind,
    Move,
    Outcome,
    Source,
    Status,
    Told,
    transition,
)
from grievance.cases.surveys import end_surveys, schedule_survey
from grievance.cases.tasks import NoticeKind, TaskKind, open_task, settle
from grievance.cases.telling import mark_told, tell
from grievance.cases.track_reading import require_protection, track_of, waits_for_labour_office
from grievance.cases.transitions import move, record
from grievance.cases.ways import Telling, appeal_day
from grievance.crypto.fields import new_public_id, seal
from grievance.deadlines.site_standards import standard_at
from grievance.deadlines.standards import INTERVALS, CaseType, ClockName, IntervalName, is_locked
from grievance.deadlines.working_days import add_calendar_days, end_of_day, local_date
from grievance.sites.models import Site

SAID_BY_PERSON = frozenset({Source.SMS, Source.WEB_CODE})
"""Sources by which the person's own word reaches us without staff."""

RECORDED_BY_STAFF = frozenset({Source.SIGNED_PAPER, Source.WITNESSED})
"""Sources that staff may record for the person."""


class Answer(StrEnum):
    """What the person answers to a proposed response."""

    ACCEPTED = "accepted"
    PARTLY = "partly"
    REJECTED = "rejected"


class NotClassified(Exception):
    """The case has not been sorted yet."""


class NotAFinding(ValueError):
    """The outcome is not one that staff state."""


class NoResponseWaiting(Exception):
    """There is no proposed response that waits for an answer."""


class SourceMissing(Exception):
    """The person's word needs a source that fits whoever records it."""


class OutcomeNotTold(Exception):
    """The person has not been told the outcome yet."""


class RemediesUnverified(Exception):
    """Remedies promised to the person are not verified; `public_ids` names them."""

    def __init__(self, public_ids: Sequence[str]) -> None:
        super().__init__(len(public_ids))
        self.public_ids = tuple(public_ids)


class TooLateToReopen(Exception):
    """The days in which the person can have a case reopened have passed."""


@dataclass(frozen=True, slots=True)
class Promise:
    """A remedy that is offered, and by when."""

    words: str
    due_on: date | None = None


def propose_response(
    session: Session,
    case: Case,
    *,
    outcome: Outcome,
    words: str,
    remedies: Sequence[Promise] = (),
    by: Actor,
    at: datetime,
) -> ProposedResponse:
    """Tell the person the finding and what is offered; the days to answer begin.

    The promises of an earlier response that were not verified are taken back with this.

    Raises:
        NotClassified: nobody has sorted the case.
        NotAFinding: that outcome follows from leaving, not from looking into it.
        TransitionNotAllowed: it is not the time for a response.
        MeasuresFirst: it is harassment, and nobody has noted how the person is protected.
        WaiverOfRights: the words or a promise ask for the giving up of a right.
    """
    _require_classified(case)
    if outcome not in FINDINGS:
        raise NotAFinding(outcome)
    _require_open(case, Move.PROPOSE_RESPONSE, by)
    require_protection(session, case)
    response = _new_response(session, case, outcome, words, by=by, proposed_at=at)
    cancelled = cancel_remedies(session, case, by=by, at=response.proposed_at)
    case.outcome_told_at = None
    tell(
        session,
        case,
        Telling(
            MessageKind.RESPONSE,
            words,
            until=response.answer_until,
            promised=tuple((promise.words, promise.due_on) for promise in remedies),
        ),
        by=by,
        at=at,
        step=Move.PROPOSE_RESPONSE,
        codes={"response": response.public_id, "cancelled_remedies": cancelled},
        outcome=outcome,
    )
    for promise in remedies:
        _promise(session, case, response, promise, by=by, at=at)
    return response


def answer_response(
    session: Session,
    case: Case,
    *,
    answer: Answer,
    source: Source,
    reason: str | None = None,
    person: Complainant | None = None,
    by: Actor,
    at: datetime,
) -> None:
    """Record what the person says to the proposed response. Rejected, it goes back under review; else it goes on.

    `person` is who of the people of the case says so, where it is known.

    Raises:
        NoResponseWaiting: nothing waits for an answer.
        SourceMissing: the source does not fit who records it.
    """
    require_source(source, by)
    response = waiting_response(session, case)
    if response is None or case.status != Status.RESPONSE_PROPOSED:
        raise NoResponseWaiting
    _note_response_seen(session, case, response, at=at)
    response.answer, response.answer_source = answer.value, source.value
    response.answered_at = at
    response.answered_by_id = person.id if person is not None else None
    seal(session, response, "reason", reason or None)
    look_for_names(session, case, reason or "", at=at)
    is_rejected = answer is Answer.REJECTED
    clocks.meet(session, case, clocks.ANSWER_FROM_PERSON, at=at)
    event = move(
        session,
        case,
        Move.REJECT_RESPONSE if is_rejected else Move.ACCEPT_RESPONSE,
        by=by,
        at=at,
        codes={"response": response.public_id, "answer": answer.value, "source": source.value},
        words=(response, "reason") if reason else None,
    )
    kind = NoticeKind.RESPONSE_REJECTED if is_rejected else NoticeKind.RESPONSE_ACCEPTED
    tell_keepers(session, case, kind, seq=event.seq, at=at)


def close(session: Session, case: Case, *, words: str, by: Actor, at: datetime) -> list[CaseMessage]:
    """Close a case: the outcome is told, every remedy is verified, and from severity 3 on a second person does it.

    Raises:
        NotClassified: nobody has sorted the case.
        TransitionNotAllowed: it is not the time to close.
        OutcomeNotTold: the response has not reached the person.
        RemediesUnverified: something promised is not verified.
        NeedsSecondPerson: its handler, who wrote the answer, or who is not charged with it closes a serious case.
    """
    _require_classified(case)
    _require_open(case, Move.CLOSE, by)
    if case.outcome_told_at is None:
        raise OutcomeNotTold
    unverified = open_remedies(session, case)
    if unverified:
        raise RemediesUnverified([remedy.public_id for remedy in unverified])
    require_second_person(session, case, by)
    telling = Telling(MessageKind.CLOSURE, words, appeal_by=appeal_day(site_of(session, case), case))
    messages = tell(session, case, telling, by=by, at=at, step=Move.CLOSE)
    clocks.meet(session, case, ClockName.RESOLVE, at=at)
    clocks.stop_all(session, case, at=at)
    settle(session, case, TaskKind.CLOSE_SERIOUS, by_id=by.staff_id, at=at)
    schedule_survey(session, case, at=at)
    return messages


def ask_to_close(session: Session, case: Case, *, at: datetime) -> None:
    """Ask a second person to look at a serious case and close it."""
    key = f"close:{case.public_id}:{case.event_count}"
    open_task(session, key=key, site_id=case.site_id, kind=TaskKind.CLOSE_SERIOUS, case=case, at=at)


def reopen(
    session: Session,
    case: Case,
    *,
    reason: str | None,
    by: Actor,
    at: datetime,
    complainant_id: int | None = None,
    channel: Channel = Channel.WEB,
) -> None:
    """Take an ended case up again, under review with a new date for the answer.

    The person may within 90 days of the end, staff at any time. The person's reason is kept as a message of his or
    hers, which needs `complainant_id`.

    Raises:
        TooLateToReopen: the person asks after the days have passed.
        TransitionNotAllowed: it has not ended, or was merged.
    """
    _require_open(case, Move.REOPEN, by)
    site = site_of(session, case)
    if by.kind is ActorKind.COMPLAINANT and not can_reopen(case, site.time_zone, now=at):
        raise TooLateToReopen
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
    event = move(session, case, Move.REOPEN, by=by, at=at)
    end_surveys(session, case, at=at)
    cancel_checks(session, case)
    settle(session, case, TaskKind.LOOK_AT_REOPENING, by_id=by.staff_id, at=at)
    _restart_clocks(session, case, site, by=by, at=at)
    tell_keepers(session, case, NoticeKind.REOPENED, seq=event.seq, at=at)


def can_reopen(case: Case, time_zone: str, *, now: datetime) -> bool:
    """Return whether the person may still have an ended case reopened."""
    last = reopen_until(case, time_zone)
    return last is not None and now <= end_of_day(last, time_zone)


def reopen_until(case: Case, time_zone: str) -> date | None:
    """Return the last day on which the person may have an ended case reopened; None where there is none."""
    if case.ended_at is None or case.status == Status.MERGED:
        return None
    days = INTERVALS[IntervalName.REOPEN_WINDOW].amount
    return add_calendar_days(local_date(case.ended_at, time_zone), days)


def waiting_response(session: Session, case: Case) -> ProposedResponse | None:
    """Return the newest response of a case if nobody has answered it."""
    newest = session.scalars(
        select(ProposedResponse)
        .where(ProposedResponse.case_id == case.id)
        .order_by(ProposedResponse.id.desc())
        .limit(1)
    ).one_or_none()
    return newest if newest is not None and newest.answer is None else None


def require_source(source: Source, by: Actor) -> None:
    """Raise SourceMissing unless whoever records the person's word may name that source."""
    fits = RECORDED_BY_STAFF if by.kind is ActorKind.STAFF else SAID_BY_PERSON
    if source not in fits:
        raise SourceMissing(source)


def _require_classified(case: Case) -> None:
    if case.classified_at is None:
        raise NotClassified


def _require_open(case: Case, step: Move, by: Actor) -> None:
    """Raise TransitionNotAllowed before anything is written that the move would refuse."""
    transition(step, status=Status(case.status), actor=by.kind, case_type=case.type)


def _new_response(
    session: Session, case: Case, outcome: Outcome, words: str, *, by: Actor, proposed_at: datetime
) -> ProposedResponse:
    """Store a response and start the clock of the days to answer it."""
    calendar = calendar_of(session, site_of(session, case), year=proposed_at.year)
    span = INTERVALS[IntervalName.PROPOSAL_ANSWER]
    clock = clocks.add(session, case, clocks.ANSWER_FROM_PERSON, span, started_at=proposed_at, calendar=calendar)
    response = ProposedResponse(
        public_id=new_public_id(),
        case_id=case.id,
        outcome=outcome.value,
        locale=case.locale,
        author_id=by.staff,
        proposed_at=proposed_at,
        answer_until=clock.due_at,
    )
    seal(session, response, "words", words)
    session.add(response)
    session.flush()
    return response


def _promise(
    session: Session, case: Case, response: ProposedResponse, promise: Promise, *, by: Actor, at: datetime
) -> None:
    remedy = Remedy(public_id=new_public_id(), case_id=case.id, response_id=response.id, due_on=promise.due_on)
    seal(session, remedy, "words", promise.words)
    session.add(remedy)
    codes = {
        "remedy": remedy.public_id,
        "response": response.public_id,
        "due_on": promise.due_on.isoformat() if promise.due_on else None,
    }
    record(session, case, EventKind.REMEDY_PROMISED, by=by, at=at, codes=codes, words=(remedy, "words"))


def _restart_clocks(session: Session, case: Case, site: Site, *, by: Actor, at: datetime) -> None:
    """Let the dates run again: those of the law from the receipt, an answer given before from the reopening."""
    if is_locked(CaseType(case.type)):
        follow_law(session, case, restart(session, case, at=at), by=by, at=at)
        track = track_of(session, case.id)
        is_elsewhere = track is not None and waits_for_labour_office(track)
        if is_elsewhere or clocks.running(session, case, ClockName.RESOLVE) is not None:
            return
    _restart_answer(session, case, site, at=at)


def _restart_answer(session: Session, case: Case, site: Site, *, at: datetime) -> None:
    """Promise a new date for the answer, counted from the reopening."""
    today = local_date(at, site.time_zone)
    row = standard_at(session, case.site_id, CaseType(case.type), ClockName.RESOLVE, on=today)
    calendar = calendar_of(session, site, year=today.year)
    if row is not None:
        clocks.add(session, case, ClockName.RESOLVE, row.span, started_at=at, calendar=calendar, version=row.version)


def _note_response_seen(session: Session, case: Case, response: ProposedResponse, *, at: datetime) -> None:
    """Whoever answers a response has seen it, whatever the provider said."""
    messages = messages_with(session, response)
    for message in messages[:1]:
        mark_told(session, case, message, Told.SEEN, at=at)
