"""The same step on several cases: each by the rules of one, with a result of its own, and none of it half done.

Not for: choosing the cases, which whoever looks at the desk does.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from grievance.accounts.permissions import NotPermitted, Viewer
from grievance.cases.models import Case, Complainant
from grievance.cases.queries import CaseNotFound, for_change, visible
from grievance.cases.transitions import check_version
from grievance.cases.visibility import CaseAction
from grievance.crypto.fields import unseal
from grievance.messaging.models import Thread

MOST_AT_ONCE = 25
"""Cases in one step: as many as a page of the desk shows."""


@dataclass(frozen=True, slots=True)
class Picked:
    """A case as it stood on the list: its reference, as written in the database, and the version that was shown."""

    reference: str
    version: int


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one case; no error: it is done."""

    reference: str
    error: Exception | None = None


@dataclass(frozen=True, slots=True)
class PickedCase:
    """A picked case as far as a list shows it."""

    reference: str
    version: int
    title: str | None
    type: str
    locale: str


Refusals = tuple[type[Exception], ...]
"""Errors of the domain that refuse one case and leave the others alone. Any other is a bug, and stops everything."""


def picked_cases(session: Session, viewer: Viewer, picked: Sequence[Picked]) -> tuple[PickedCase, ...]:
    """Return the picked cases that the viewer can see, in the order picked; `version` is the one that was shown."""
    rows = {row.reference: row for row in session.scalars(select(Case).where(_among(picked), visible(viewer)))}
    return tuple(
        PickedCase(one.reference, one.version, unseal(session, row, "title"), row.type, row.locale)
        for one in picked
        if (row := rows.get(one.reference)) is not None
    )


def each(
    session: Session,
    viewer: Viewer,
    picked: Sequence[Picked],
    action: CaseAction,
    do: Callable[[Case], None],
    *,
    refusals: Refusals,
) -> list[Result]:
    """Do something with each picked case, by the rules of that one case, and return what became of each in order.

    What a refused case had begun is taken back; the others stay done.
    """
    lock(session, picked)
    results: dict[str, Result] = {}
    refused: Refusals = (CaseNotFound, NotPermitted, *refusals)
    for one in picked:
        try:
            with session.begin_nested():
                case = for_change(session, viewer, one.reference, action)
                check_version(case, one.version)
                do(case)
                session.flush()
        except refused as error:
            results[one.reference] = Result(one.reference, error)
        else:
            results[one.reference] = Result(one.reference)
    return list(results.values())


def lock(session: Session, picked: Sequence[Picked]) -> None:
    """Lock the threads of everybody in the picked cases, then the cases, each in one order.

    Two people who pick the same cases then never hold one that the other waits for; nor does a text that comes in,
    which locks its thread before its case.
    """
    of_these = select(Complainant.thread_id).join(Case, Case.id == Complainant.case_id).where(_among(picked))
    session.execute(select(Thread.id).where(Thread.id.in_(of_these)).order_by(Thread.id).with_for_update()).all()
    session.execute(select(Case.id).where(_among(picked)).order_by(Case.id).with_for_update()).all()


def _among(picked: Sequence[Picked]) -> ColumnElement[bool]:
    return Case.reference.in_([one.reference for one in picked])
