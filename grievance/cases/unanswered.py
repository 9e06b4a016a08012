"""A proposed response that nobody answered in the stated days: the case goes on, and silence is never agreement.

Not for: silence to the question how it went (`feedback`).
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.cases import clocks
from grievance.cases.feedback import give_verdict
from grievance.cases.models import Case, ProposedResponse
from grievance.cases.queries import messages_with
from grievance.cases.states import COUNTS_AS_TOLD, SYSTEM, Move, Source, Status, Told, Verdict
from grievance.cases.telling import mark_told
from grievance.cases.transitions import load_for_change, move


def proceed_unanswered(session: Session, *, at: datetime, limit: int) -> int:
    """Let cases go on whose proposed response nobody answered in the stated days; return how many."""
    waiting = session.execute(
        select(ProposedResponse.id, ProposedResponse.case_id)
        .join(Case, Case.id == ProposedResponse.case_id)
        .where(
            Case.status == Status.RESPONSE_PROPOSED.value,
            ProposedResponse.answer.is_(None),
            ProposedResponse.answer_until < at,
        )
        .order_by(ProposedResponse.answer_until, ProposedResponse.id)
        .limit(limit)
    )
    return sum(_proceed(session, response_id, case_id, at=at) for response_id, case_id in waiting.all())


def _proceed(session: Session, response_id: int, case_id: int, *, at: datetime) -> int:
    case = load_for_change(session, case_id)
    response = session.get_one(ProposedResponse, response_id, populate_existing=True)
    if case.status != Status.RESPONSE_PROPOSED or response.answer is not None or response.answer_until >= at:
        return 0
    response.answer, response.answer_source = Verdict.NO_ANSWER.value, Source.SILENCE.value
    response.answered_at = at
    codes = {"response": response.public_id, "source": Source.SILENCE.value}
    clocks.cancel(session, case, clocks.ANSWER_FROM_PERSON, at=at)
    case.verdict, case.verdict_source = Verdict.NO_ANSWER.value, Source.SILENCE.value
    move(session, case, Move.PROCEED_UNANSWERED, by=SYSTEM, at=at, codes=codes)
    if not _was_told(session, case, response, at=at):
        give_verdict(session, case, Verdict.UNREACHABLE, Source.SILENCE, by=SYSTEM, at=at)
    return 1


def _was_told(session: Session, case: Case, response: ProposedResponse, *, at: datetime) -> bool:
    """Return whether the response had reached the person; where it had not, it counts as posted from now on."""
    messages = messages_with(session, response)
    was_told = any(message.told in COUNTS_AS_TOLD for message in messages)
    for message in messages:
        if not was_told:
            mark_told(session, case, message, Told.POSTED, at=at)
    return was_told
