"""The timeline that a person reads: what happened to the case, and what is still to come, with its dates."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from grievance.cases.models import Case, Remedy
from grievance.cases.record import CaseEvent, Clock, IdentityOpening, Survey
from grievance.cases.rights_record import Appeal
from grievance.cases.states import EventKind, Status
from grievance.deadlines.standards import ClockName
from grievance.deadlines.working_days import local_date

_STEPS = frozenset(
    {
        EventKind.RECEIVED,
        EventKind.ACKNOWLEDGED,
        EventKind.REVIEW_STARTED,
        EventKind.RESPONSE_PROPOSED,
        EventKind.RESPONSE_ACCEPTED,
        EventKind.RESPONSE_REJECTED,
        EventKind.RESPONSE_UNANSWERED,
        EventKind.REMEDY_DONE,
        EventKind.REMEDY_VERIFIED,
        EventKind.CLOSED,
        EventKind.REOPENED,
        EventKind.REFERRED,
        EventKind.WITHDRAWN,
        EventKind.OUT_OF_SCOPE,
        EventKind.MERGED,
        EventKind.RATED,
        EventKind.APPEALED,
        EventKind.APPEAL_DECIDED,
        EventKind.CHECK_ASKED,
        EventKind.INTERIM_NOTICE_GIVEN,
        EventKind.EXTENSION_GRANTED,
        EventKind.PAUSED,
        EventKind.RESUMED,
        EventKind.IDENTITY_OPENED,
        EventKind.IDENTITY_GIVEN,
        EventKind.MEASURE_ADDED,
        EventKind.CONTACT_ADDED,
        EventKind.CONTACT_DELETED,
        EventKind.ERASED,
    }
)
"""Events that the person reads as steps. Messages stand in the thread; sorting and assigning are our own concern."""

_PROMISED = {EventKind.ACKNOWLEDGED: ClockName.ACKNOWLEDGE, EventKind.RESPONSE_PROPOSED: ClockName.RESOLVE}
"""Steps that were promised by a date, with the clock that has it."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the timeline. `code` is an EventKind, or for what comes a clock name, "remedy" or "survey_asked"."""

    code: str
    state: str
    at: datetime | None
    due_on: date | None


def steps_of(
    session: Session,
    case: Case,
    *,
    person_id: int,
    filed_as_id: int,
    since: datetime,
    time_zone: str,
    running: Sequence[Clock],
    remedies: Sequence[Remedy],
    surveys: Sequence[Survey],
) -> tuple[Step, ...]:
    """Return the steps of a case as one person sees it, the oldest first, what is to come last.

    `filed_as_id` is the case that the person's filing opened; of another that it was merged into, only what happened
    from `since` on is the person's to read. Whose identity was opened or given, who appealed and who gave an opinion,
    only that person learns: `surveys` are the questions put to him or her.
    """
    of_another = select(IdentityOpening.public_id).where(
        IdentityOpening.case_id.in_([case.id, filed_as_id]), IdentityOpening.complainant_id != person_id
    )
    happened: Sequence[CaseEvent] = session.scalars(
        select(CaseEvent)
        .where(
            CaseEvent.kind.in_([kind.value for kind in _STEPS]),
            or_(CaseEvent.words_public_id.is_(None), CaseEvent.words_public_id.not_in(of_another)),
            or_(
                CaseEvent.case_id == filed_as_id,
                and_(CaseEvent.case_id == case.id, CaseEvent.happened_at >= since),
            ),
        )
        .order_by(CaseEvent.happened_at, CaseEvent.id)
    ).all()
    appeals = set(session.scalars(select(Appeal.public_id).where(Appeal.complainant_id == person_id)))
    happened = [event for event in happened if event.codes.get("appeal") in {None, *appeals}]
    rated = {None, *(one.public_id for one in surveys)}
    happened = [event for event in happened if event.kind != EventKind.RATED or event.codes.get("survey") in rated]
    promised = {clock.name: clock.due_on for clock in running if clock.cancelled_at is None}
    done = [Step(event.kind, "done", event.happened_at, _due_on(event.kind, promised)) for event in happened]
    done += _asked(surveys)
    done.sort(key=lambda step: step.at or since)
    if done:
        last = done[-1]
        done[-1] = Step(last.code, "now", last.at, last.due_on)
    return (*done, *_coming(case, running, remedies, surveys, time_zone))


def _asked(surveys: Sequence[Survey]) -> Iterator[Step]:
    """Yield when the person was asked: the history says once that a case was, each at an hour of his or her own."""
    for one in surveys:
        if one.asked_at is not None and (one.answered_at is None or one.asked_at < one.answered_at):
            yield Step(EventKind.SURVEY_ASKED.value, "done", one.asked_at, None)


def _due_on(kind: str, promised: dict[str, date]) -> date | None:
    clock = _PROMISED.get(EventKind(kind))
    return promised.get(clock.value) if clock is not None else None


def _coming(
    case: Case, running: Sequence[Clock], remedies: Sequence[Remedy], surveys: Sequence[Survey], time_zone: str
) -> list[Step]:
    """Return what is still to come, the next first."""
    open_clocks = [clock for clock in running if clock.met_at is None and clock.cancelled_at is None]
    if case.status in {Status.RESPONSE_PROPOSED, Status.REMEDY_UNDERWAY}:
        # The answer has been given: what its clock still waits for is the closing.
        open_clocks = [clock for clock in open_clocks if clock.name != ClockName.RESOLVE]
    coming = [Step(clock.name, "next", None, clock.due_on) for clock in open_clocks]
    if case.is_open:
        coming += [Step("remedy", "next", None, row.due_on) for row in remedies if row.verified_at is None]
    planned = next((one for one in reversed(surveys) if one.case_id == case.id and one.asked_at is None), None)
    if planned is not None and not case.is_open and case.erased_at is None and planned.closes_at > planned.ask_at:
        coming.append(Step(EventKind.SURVEY_ASKED.value, "next", None, local_date(planned.ask_at, time_zone)))
    return sorted(coming, key=lambda step: step.due_on or date.max)
