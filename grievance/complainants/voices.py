"""What each person of a case says of it. Who began it decides for the case; who joined is heard, and decides nothing.

Where cases were put together several people began one: a no of any of them is a no, a yes needs all who were told.

A join code can come into anybody's hands: if whoever holds it could accept a response, a company could have its own
answer accepted. The answers of those who joined are kept each by itself, shown to them and counted beside the case.
Not for: what they say of how it went, which everybody is asked alike (`cases.feedback`).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from grievance.cases import resolution
from grievance.cases.feedback import decides
from grievance.cases.filing_record import JoinedAnswer
from grievance.cases.handling import receive_message
from grievance.cases.models import Case, Complainant, ProposedResponse
from grievance.cases.page import JoiningPart
from grievance.cases.queries import messages_with
from grievance.cases.record import Survey
from grievance.cases.resolution import Answer, NoResponseWaiting, waiting_response
from grievance.cases.states import COMPLAINANT, Channel, EventKind, Source, Status, Verdict
from grievance.cases.transitions import record
from grievance.complainants.collective import code_of, joined_filings
from grievance.complainants.follow_up import FollowUp, PersonResponse
from grievance.complainants.timeline import Step
from grievance.core.i18n import Locale

_OF_SOMEBODY = frozenset({EventKind.CONTACT_ADDED.value, EventKind.CONTACT_DELETED.value})
"""Steps that any of several people may have made, and of which the history does not say who."""

_OF_WHO_BEGAN = frozenset(
    {
        EventKind.RESPONSE_ACCEPTED.value,
        EventKind.RESPONSE_REJECTED.value,
        EventKind.MEASURE_ADDED.value,
    }
)
"""What whoever began the case said or agreed: nothing of it is told to those who joined."""

_CHANNELS = {Source.SMS: Channel.SMS}


@dataclass(frozen=True, slots=True)
class Voices:
    """How those who joined a case answered: the last response by `Answer`, how it ended by verdict 1 to 3.

    `began` are the verdicts of those who began it, where they are several.
    """

    answers: Mapping[str, int]
    verdicts: Mapping[int, int]
    began: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class _Said:
    """An answer, and the public id of the response that it is about."""

    row: JoinedAnswer
    about: str


def answer_response(
    session: Session,
    case: Case,
    person: Complainant,
    *,
    answer: Answer,
    source: Source,
    reason: str | None = None,
    locale: Locale,
    at: datetime,
) -> None:
    """Take what a person says of the proposed response.

    Raises:
        NoResponseWaiting: nothing waits for an answer.
    """
    response = waiting_response(session, case)
    if response is None or case.status != Status.RESPONSE_PROPOSED:
        raise NoResponseWaiting
    together = _together(session, response) if decides(person) else None
    if together is None or together.asked - {_phone_of(person)}:
        row = _row(session, case, person, JoinedAnswer.response_id == response.id)
        row.response_id, row.answer = response.id, answer.value
        _note(session, case, row, source, at=at)
    if together is not None and (
        answer is Answer.REJECTED or together.asked <= together.answered | {_phone_of(person)}
    ):
        settled = answer if answer is not Answer.ACCEPTED or not together.is_partly else Answer.PARTLY
        resolution.answer_response(
            session, case, answer=settled, source=source, reason=reason, person=person, by=COMPLAINANT, at=at
        )
        return
    if reason:
        receive_message(
            session,
            case,
            words=reason,
            complainant_id=person.id,
            channel=_CHANNELS.get(source, Channel.WEB),
            locale=locale,
            at=at,
        )


def as_own(session: Session, shown: FollowUp, person: Complainant) -> FollowUp:
    """Return the page of a person with the opinions that are his or her own, not those of who began the case."""
    said = _said(session, person)
    if decides(person):
        return _as_one_of_several(session, shown, person, said) if case_has_others(session, person) else shown
    return replace(
        shown,
        steps=_steps(shown.steps, _OF_SOMEBODY | _OF_WHO_BEGAN),
        response=_response(shown.response, said),
    )


def joining_of(session: Session, case: Case) -> JoiningPart | None:
    """Return what the page of a case shows of joining it; None where nobody can and nobody has."""
    opened, filings = code_of(session, case), joined_filings(session, case.id)
    response = waiting_response(session, case) if case.status == Status.RESPONSE_PROPOSED else None
    together = _together(session, response) if response is not None else _NOBODY
    said = voices_of(session, case)
    if opened is None and not filings and len(together.asked) < 2 and not said.began:
        return None
    return JoiningPart(
        code=opened.code if opened else None,
        line=opened.line if opened else None,
        filings=filings,
        answers=said.answers,
        verdicts=said.verdicts,
        began=said.began,
        asked=len(together.asked),
        answered=len(together.answered & together.asked),
    )


def case_has_others(session: Session, person: Complainant) -> bool:
    """Return whether somebody else is part of the case of a person."""
    other = select(Complainant.id).where(Complainant.case_id == person.case_id, Complainant.id != person.id).limit(1)
    return session.scalars(other).one_or_none() is not None


def voices_of(session: Session, case: Case) -> Voices:
    """Return how those who joined answered the last response, and what everybody says of how the case ended."""
    rows = session.execute(
        select(JoinedAnswer.response_id, JoinedAnswer.answer)
        .join(Complainant, Complainant.id == JoinedAnswer.complainant_id)
        .where(
            Complainant.case_id == case.id,
            Complainant.join_code_id.is_not(None),
            JoinedAnswer.response_id.is_not(None),
        )
    ).all()
    last = max((response_id for response_id, _ in rows if response_id), default=0)
    answers = Counter(answer for response_id, answer in rows if response_id == last and answer)
    rounds = select(func.max(Survey.round)).where(Survey.case_id == case.id).scalar_subquery()
    said = session.execute(
        select(Complainant.join_code_id.is_not(None), Survey.verdict, func.count())
        .join(Complainant, Complainant.id == Survey.complainant_id)
        .where(Survey.case_id == case.id, Survey.round == rounds)
        .group_by(Complainant.join_code_id.is_not(None), Survey.verdict)
    ).all()
    verdicts = {verdict: number for has_joined, verdict, number in said if has_joined and verdict}
    of_began = {verdict: number for has_joined, verdict, number in said if not has_joined}
    # Of one who began it alone, it is the verdict of the case.
    began = {verdict: number for verdict, number in of_began.items() if verdict and sum(of_began.values()) > 1}
    return Voices(dict(answers), verdicts, began)


@dataclass(frozen=True, slots=True)
class _Together:
    """Who of those who began a case was told a response, who has answered it, and whether anybody in part."""

    asked: frozenset[tuple[str, int]]
    answered: frozenset[tuple[str, int]]
    is_partly: bool


_NOBODY = _Together(frozenset(), frozenset(), is_partly=False)


def _together(session: Session, response: ProposedResponse) -> _Together:
    told = {message.complainant_id for message in messages_with(session, response)}
    began = session.scalars(
        select(Complainant).where(
            Complainant.case_id == response.case_id, Complainant.join_code_id.is_(None), Complainant.erased_at.is_(None)
        )
    ).all()
    rows = session.scalars(select(JoinedAnswer).where(JoinedAnswer.response_id == response.id)).all()
    said = {row.complainant_id: row.answer for row in rows}
    return _Together(
        frozenset(_phone_of(person) for person in began if person.id in told),
        frozenset(_phone_of(person) for person in began if person.id in said),
        is_partly=any(said.get(person.id) == Answer.PARTLY for person in began),
    )


def _phone_of(person: Complainant) -> tuple[str, int]:
    """Return what is one for one person: who filed twice from one phone answers once."""
    return ("thread", person.thread_id) if person.thread_id is not None else ("person", person.id)


def _as_one_of_several(session: Session, shown: FollowUp, person: Complainant, said: list[_Said]) -> FollowUp:
    """Return the page of somebody who began the case with others: what they answered is not told as if it were own."""
    response, steps = shown.response, _OF_SOMEBODY
    if response is None:
        return replace(shown, steps=_steps(shown.steps, steps))
    by = select(ProposedResponse.answered_by_id).where(ProposedResponse.public_id == response.public_id)
    is_mine = session.scalars(by).one() == person.id
    mine = next((one.row.answer for one in said if one.about == response.public_id), None)
    mine = mine or (response.answer if is_mine or response.answer == Verdict.NO_ANSWER else None)
    if mine is None or mine == Answer.REJECTED:
        steps |= {EventKind.RESPONSE_ACCEPTED.value}
    if mine != Answer.REJECTED:
        steps |= {EventKind.RESPONSE_REJECTED.value}
    can_answer = response.can_answer and mine is None
    return replace(
        shown, steps=_steps(shown.steps, steps), response=replace(response, answer=mine, can_answer=can_answer)
    )


def _row(session: Session, case: Case, person: Complainant, about: ColumnElement[bool]) -> JoinedAnswer:
    """Return what a person said of the same before, or a new row that is not added yet."""
    found = session.scalars(select(JoinedAnswer).where(JoinedAnswer.complainant_id == person.id, about)).one_or_none()
    return found or JoinedAnswer(case_id=case.id, complainant_id=person.id)


def _note(session: Session, case: Case, row: JoinedAnswer, source: Source, *, at: datetime) -> None:
    row.source, row.answered_at = source.value, at
    session.add(row)
    session.flush()
    record(session, case, EventKind.JOINED_ANSWERED, by=COMPLAINANT, at=at, codes={"answer": row.public_id})


def _said(session: Session, person: Complainant) -> list[_Said]:
    rows = session.execute(
        select(JoinedAnswer, ProposedResponse.public_id)
        .join(ProposedResponse, ProposedResponse.id == JoinedAnswer.response_id)
        .where(JoinedAnswer.complainant_id == person.id)
        .order_by(JoinedAnswer.id)
    )
    return [_Said(row, about) for row, about in rows]


def _steps(steps: Sequence[Step], left_out: frozenset[str]) -> tuple[Step, ...]:
    """Return the steps without those that would say "you" of somebody else; the last that is done is the present."""
    kept = [step for step in steps if step.code not in left_out]
    done = [place for place, step in enumerate(kept) if step.state != "next"]
    if done:
        kept[done[-1]] = replace(kept[done[-1]], state="now")
    return tuple(kept)


def _response(shown: PersonResponse | None, said: list[_Said]) -> PersonResponse | None:
    if shown is None:
        return None
    mine = next((one.row.answer for one in said if one.about == shown.public_id), None)
    return replace(shown, answer=mine, reason=None, can_answer=shown.can_answer and mine is None)
