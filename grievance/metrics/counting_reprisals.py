"""Count what people said who were asked, weeks after the answer, whether anybody had treated them worse for it.

The answers stand in `after_check` for good: retention takes words and identities, and neither is in them.
"""

from sqlalchemy import ColumnElement, Table, and_, case, func, or_, select
from sqlalchemy.orm import Session

from grievance.cases.after_checks import ABOUT_REPRISALS
from grievance.cases.rights_record import AfterCheck
from grievance.deadlines.standards import CaseType
from grievance.metrics.asking import has_arrived, is_counted
from grievance.metrics.inputs import Scope
from grievance.metrics.placing import is_grievance, placed_last


def reprisals(session: Session, at: Table, site_id: int, scope: Scope) -> dict[str, int]:
    """Count the people whose question closed in the quarter, what they said, and the cases of reprisals received.

    Each counts once, whichever of the two questions closed and in however many merged cases; said yes is to either.
    """
    closed = (
        AfterCheck.kind.in_([kind.value for kind in ABOUT_REPRISALS]),
        AfterCheck.closes_at >= scope.period.starts_at,
        AfterCheck.closes_at < scope.as_of,
        # One that was called off has the instant at which it would have been asked, in both.
        AfterCheck.asked_at < AfterCheck.closes_at,
    )
    placed = placed_last(session, select(AfterCheck.case_id).where(*closed).distinct(), scope)
    answered = func.coalesce(AfterCheck.answered_at <= scope.known_at, False)  # SQL
    person = (
        select(
            _either(or_(answered, has_arrived(AfterCheck, known_at=scope.known_at))).label("delivered"),
            _either(answered).label("answered"),
            _either(and_(answered, AfterCheck.said_yes.is_(True))).label("said_yes"),
        )
        .select_from(placed.source.join(AfterCheck, AfterCheck.case_id == placed.last.case_id))
        .where(
            *closed,
            placed.last.site_id == site_id,
            is_grievance(placed.last),
            is_counted(AfterCheck, known_at=scope.known_at),
        )
        # Of before everybody was asked: one row of a case, which says not whose it is.
        .group_by(func.coalesce(AfterCheck.complainant_id, -AfterCheck.case_id))
        .subquery()
    )
    columns = [func.coalesce(func.sum(column), 0).label(column.name) for column in person.c]
    found = session.execute(select(func.count().label("asked"), *columns).select_from(person)).mappings().one()
    return {name: int(number) for name, number in found.items()} | {"cases": _cases(session, at)}


def _either(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """Return 1 where a condition holds for any question to a person, else 0."""
    return func.max(case((condition, 1), else_=0))


def _cases(session: Session, at: Table) -> int:
    received = (at.c.is_grievance, at.c.came, at.c.submissions > 0)
    query = select(func.count()).select_from(at).where(*received, at.c.type == CaseType.RETALIATION.value)
    return int(session.execute(query).scalar_one())
