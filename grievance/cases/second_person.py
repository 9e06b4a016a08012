"""Who is a second person where a case is ended or its people are asked about it: what the duty alone does not show.

Not for: the duty itself, which is `visibility.closes_serious`.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from grievance.cases.facts import duties_on, gravest_merged
from grievance.cases.law_bars import standing_type
from grievance.cases.models import Case, Investigator, ProposedResponse
from grievance.cases.queries import joined_cases
from grievance.cases.record import CaseEvent, CaseHistory
from grievance.cases.side_tracks import NEVER_ENDED_ALONE
from grievance.cases.states import Actor, EventKind
from grievance.cases.visibility import SERIOUS, closes_serious


class NeedsSecondPerson(Exception):
    """A serious case is ended by somebody who is charged with that and had no part."""


class MadeOtherKind(Exception):
    """Whoever said that a case is not of a kind that is restricted or urgent would end it without an answer, too."""


def may_close_as_second(session: Session, case: Case, by: Actor) -> bool:
    """Return whether somebody may close a case: from severity 3 on, only who had no part in what is being closed.

    Its handler had; so had whoever wrote the answer, who may have given the case away since, or is a triager where
    nobody is handler. Finding a case less serious is no way around: who did that does not close it. Nor is a merge.
    """
    if (gravest(session, case) or 0) < SERIOUS:
        return by.staff_id is None or by.staff_id not in _made_less_serious_by(session, case)
    duties = duties_on(session, by.staff, case)
    is_charged = closes_serious(by.staff, duties, handler_id=case.handler_id, is_restricted=case.is_restricted)
    return is_charged and by.staff != _author_of_answer(session, case)


def require_second_person(session: Session, case: Case, by: Actor) -> None:
    """Raise NeedsSecondPerson for whoever may not close a case: no other door that ends it is wider.

    What the person does alone is nobody's to look at.
    """
    if by.staff_id is not None and not may_close_as_second(session, case, by):
        raise NeedsSecondPerson


def require_not_sorter(session: Session, case: Case, by: Actor) -> None:
    """Raise NeedsSecondPerson for whoever sorted a case about those who handle complaints, and would set it aside too.

    Nobody is told of that, and its words are gone in a month.
    """
    sorter = _turned_by(session, case, lambda _was, row, _codes: row.event == EventKind.CLASSIFIED)
    if case.concerns_handlers and by.staff_id == sorter:
        raise NeedsSecondPerson


def gravest(session: Session, case: Case) -> int | None:
    """Return how serious a case is: as serious as what was merged into it."""
    session.flush()
    found = session.scalar(gravest_merged(case.id))
    return max((one for one in (case.severity, found) if one is not None), default=None)


def handled_ever(session: Session, case: Case) -> set[int]:
    """Return everybody who ever handled or investigated a case, or one merged into it, or wrote an answer to it.

    Where nobody is handler, as in a restricted case, a triager writes that.
    """
    session.flush()
    ids = [case.id, *session.scalars(joined_cases(case.id))]
    investigators = session.scalars(select(Investigator.staff_id).where(Investigator.case_id.in_(ids)))
    now = session.scalars(select(Case.handler_id).where(Case.id.in_(ids)))
    given = session.scalars(
        select(CaseEvent.codes).where(CaseEvent.case_id.in_(ids), CaseEvent.kind == EventKind.ASSIGNED.value)
    )
    authors = session.scalars(select(ProposedResponse.author_id).where(ProposedResponse.case_id.in_(ids)))
    found = {*now, *investigators, *authors} | {codes.get("handler") for codes in given}
    return {one for one in found if isinstance(one, int)}


def _author_of_answer(session: Session, case: Case) -> int | None:
    newest = select(ProposedResponse.author_id).where(ProposedResponse.case_id == case.id)
    return session.scalar(newest.order_by(ProposedResponse.id.desc()).limit(1))


def _made_less_serious_by(session: Session, case: Case) -> set[int | None]:
    """Return who brought a case, or one merged into it, below the severity that takes a second person, the last time.

    Before anybody sorted it, it is as serious as its category usually is: the person chose that.
    """

    def less(was: CaseHistory, row: CaseHistory, codes: Mapping[str, Any]) -> bool:
        before = was.severity or codes.get("usual_severity", 0)
        return before >= SERIOUS > (row.severity or before)

    return {_turned_by(session, one, less) for one in _held(session, case)}


def _held(session: Session, case: Case) -> Sequence[Case]:
    """Return a case and those merged into it."""
    session.flush()
    ids = {case.id, *session.scalars(joined_cases(case.id))}
    return session.scalars(select(Case).where(Case.id.in_(ids))).all()


def require_somebody_else(session: Session, case: Case, by: Actor) -> None:
    """Raise MadeOtherKind for whoever took a case, or one merged into it, off a kind that is restricted or urgent.

    What counts is what it was ever sorted or filed as, whatever it was called in between: a retaliation that became a
    question first and a nuisance then is still one that somebody made disappear.
    """
    session.flush()
    held = _held(session, case)
    merged = {one.public_id for one in held if standing_type(session, one) in NEVER_ENDED_ALONE}

    def left(was: CaseHistory, row: CaseHistory, codes: Mapping[str, Any]) -> bool:
        origin = codes.get("from")
        if row.event == EventKind.CLASSIFIED and origin in NEVER_ENDED_ALONE:
            return True  # It may only have been filed as that, which no history shows.
        was_kept = was.type in NEVER_ENDED_ALONE or (row.event == EventKind.SUBMISSION_ADDED and origin in merged)
        return was_kept and row.type not in NEVER_ENDED_ALONE

    if by.staff_id is not None and by.staff_id in {_turned_by(session, one, left) for one in held}:
        raise MadeOtherKind


def _turned_by(
    session: Session, case: Case, turned: Callable[[CaseHistory, CaseHistory, Mapping[str, Any]], bool]
) -> int | None:
    """Return who of the staff made the last change of a case that is such a turn from the state before it."""
    session.flush()
    rows = session.execute(
        select(CaseHistory, CaseEvent.actor_id, CaseEvent.codes)
        .join(CaseEvent, and_(CaseEvent.case_id == CaseHistory.case_id, CaseEvent.seq == CaseHistory.seq))
        .where(CaseHistory.case_id == case.id)
        .order_by(CaseHistory.seq)
    ).all()
    turns = [by for (was, *_), (row, by, codes) in pairwise(rows) if by is not None and turned(was, row, codes)]
    return turns[-1] if turns else None
