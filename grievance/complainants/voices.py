"""What each person of a case says of it. Who began it decides for the case; who joined is heard, and decides nothing.

Where cases were put together several people began one: a no of any of them is a no, a yes needs all who were told.

A join code can come into anybody's hands: if whoever holds it could accept a response, a company could have its own
answer accepted. The opinions of those who joined are kept each by itself, shown to them and counted beside the case.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from grievance.cases import feedback, resolution
from grievance.cases.feedback import RATINGS, VERDICTS, NothingToRate, RatingOutOfRange
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
from grievance.complainants.follow_up import FollowUp, PersonResponse, PersonSurvey
from grievance.complainants.timeline import Step
from grievance.core.i18n import Locale

_OF_SOMEBODY = frozenset({EventKind.CONTACT_ADDED.value, EventKind.CONTACT_DELETED.value})
"""Steps that any of several people may have made, and of which the history does not say who."""

_OF_WHO_BEGAN = frozenset(
    {
        EventKind.RESPONSE_ACCEPTED.value,
        EventKind.RESPONSE_REJECTED.value,
        EventKind.RATED.value,
        EventKind.VERDICT_GIVEN.value,
        EventKind.SURVEY_ASKED.value,
        EventKind.MEASURE_ADDED.value,
    }
)
"""What whoever began the case said or agreed: nothing of it is told to those who joined."""

_CHANNELS = {Source.SMS: Channel.SMS}


@dataclass(frozen=True, slots=True)
class Voices:
    """How those who joined a case answered: the last response by `Answer`, how it ended by verdict 1 to 3."""

    joined: int
    answers: Mapping[str, int]
    verdicts: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class _Said:
    """An opinion, and the public id of the response or the question that it is about."""

    row: JoinedAnswer
    about: str


def decides(person: Complainant) -> bool:
    """Return whether what a person says counts for the case."""
    return person.join_code_id is None


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


def rate(
    session: Session,
    case: Case,
    person: Complainant,
    *,
    process: int | None = None,
    outcome: int | None = None,
    verdict: int | None = None,
    source: Source,
    at: datetime,
) -> None:
    """Take what a person says of how it went.

    Raises:
        RatingOutOfRange: a digit is none of those offered.
        NothingToRate: there is no question open.
    """
    if decides(person):
        feedback.rate(session, case, process=process, outcome=outcome, verdict=verdict, source=source, at=at)
        return
    given = [(process, RATINGS), (outcome, RATINGS), (verdict, VERDICTS)]
    if any(value is not None and value not in allowed for value, allowed in given):
        raise RatingOutOfRange
    survey = feedback.open_survey(session, case, at=at)
    if survey is None:
        raise NothingToRate
    row = _row(session, case, person, JoinedAnswer.survey_id == survey.id)
    row.survey_id = survey.id
    row.process_rating = process if process is not None else row.process_rating
    row.outcome_rating = outcome if outcome is not None else row.outcome_rating
    row.verdict = verdict if verdict is not None else row.verdict
    _note(session, case, row, source, at=at)


def own_survey(session: Session, case: Case, person: Complainant, *, at: datetime) -> Survey | JoinedAnswer | None:
    """Return what a person said so far to the question that is open, with the same three answers for everybody."""
    survey = feedback.open_survey(session, case, at=at)
    if survey is None or decides(person):
        return survey
    return _row(session, case, person, JoinedAnswer.survey_id == survey.id)


def as_own(session: Session, shown: FollowUp, person: Complainant) -> FollowUp:
    """Return the page of a person with the opinions that are his or her own, not those of who began the case."""
    said = _said(session, person)
    if decides(person):
        return _as_one_of_several(session, shown, person, said) if case_has_others(session, person) else shown
    return replace(
        shown,
        steps=_steps(shown.steps, _OF_SOMEBODY | _OF_WHO_BEGAN),
        verdict=_verdict(said),
        response=_response(shown.response, said),
        survey=_survey(shown.survey, said),
    )


def joining_of(session: Session, case: Case) -> JoiningPart | None:
    """Return what the page of a case shows of joining it; None where nobody can and nobody has."""
    opened, filings = code_of(session, case), joined_filings(session, case.id)
    response = waiting_response(session, case) if case.status == Status.RESPONSE_PROPOSED else None
    together = _together(session, response) if response is not None else _NOBODY
    if opened is None and not filings and len(together.asked) < 2:
        return None
    said = voices_of(session, case)
    return JoiningPart(
        code=opened.code if opened else None,
        line=opened.line if opened else None,
        filings=filings,
        answers=said.answers,
        verdicts=said.verdicts,
        asked=len(together.asked),
        answered=len(together.answered & together.asked),
    )


def case_has_others(session: Session, person: Complainant) -> bool:
    """Return whether somebody else is part of the case of a person."""
    other = select(Complainant.id).where(Complainant.case_id == person.case_id, Complainant.id != person.id).limit(1)
    return session.scalars(other).one_or_none() is not None


def voices_of(session: Session, case: Case) -> Voices:
    """Return how those who joined a case answered: to the last response, and to the last question how it ended."""
    people = session.scalars(
        select(Complainant.id).where(Complainant.case_id == case.id, Complainant.join_code_id.is_not(None))
    ).all()
    rows = session.scalars(
        select(JoinedAnswer).where(JoinedAnswer.complainant_id.in_(people)).order_by(JoinedAnswer.id)
    ).all()
    last_response = max((row.response_id for row in rows if row.response_id), default=0)
    last_survey = max((row.survey_id for row in rows if row.survey_id), default=0)
    answers = Counter(row.answer for row in rows if row.response_id == last_response and row.answer)
    verdicts = Counter(row.verdict for row in rows if row.survey_id == last_survey and row.verdict)
    return Voices(len(people), dict(answers), dict(verdicts))


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
        select(JoinedAnswer, ProposedResponse.public_id, Survey.public_id)
        .outerjoin(ProposedResponse, ProposedResponse.id == JoinedAnswer.response_id)
        .outerjoin(Survey, Survey.id == JoinedAnswer.survey_id)
        .where(JoinedAnswer.complainant_id == person.id)
        .order_by(JoinedAnswer.id)
    )
    return [_Said(row, about) for row, response, survey in rows for about in (response, survey) if about]


def _steps(steps: Sequence[Step], left_out: frozenset[str]) -> tuple[Step, ...]:
    """Return the steps without those that would say "you" of somebody else; the last that is done is the present."""
    kept = [step for step in steps if step.code not in left_out]
    done = [place for place, step in enumerate(kept) if step.state != "next"]
    if done:
        kept[done[-1]] = replace(kept[done[-1]], state="now")
    return tuple(kept)


def _verdict(said: list[_Said]) -> str | None:
    last = next((one.row.verdict for one in reversed(said) if one.row.verdict), None)
    return VERDICTS[last].value if last else None


def _response(shown: PersonResponse | None, said: list[_Said]) -> PersonResponse | None:
    if shown is None:
        return None
    mine = next((one.row.answer for one in said if one.about == shown.public_id), None)
    return replace(shown, answer=mine, reason=None, can_answer=shown.can_answer and mine is None)


def _survey(shown: PersonSurvey | None, said: list[_Said]) -> PersonSurvey | None:
    if shown is None:
        return None
    mine = next((one.row for one in said if one.about == shown.public_id), None)
    return replace(
        shown,
        process_rating=mine.process_rating if mine else None,
        outcome_rating=mine.outcome_rating if mine else None,
        verdict=mine.verdict if mine else None,
    )
