"""The conflict wall for whoever comes later: an account or a duty made after a case was sorted or filed.

`wall` looks at everybody there is when a case is sorted, and `hiding` when it is filed. Called when a duty is granted
or an account opened again, before the person can look.
"""

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import Session

from grievance.accounts.queries import viewer as viewer_of
from grievance.cases.conflicts import Accused, conflicted
from grievance.cases.hiding import NAMED_IN_WORDS, named_among, names_at
from grievance.cases.models import Case, CaseMessage, HiddenFrom, Respondent, Submission
from grievance.cases.states import SYSTEM, Actor, EventKind
from grievance.cases.transitions import load_for_change, record
from grievance.cases.wall import accused_of, organisation
from grievance.crypto.fields import reading_blocked, unseal


def hide_from_newcomer(session: Session, staff_id: int, *, by: Actor = SYSTEM, at: datetime) -> list[Case]:
    """Hide from somebody the cases of his or her sites that are about them; return those that are new, locked.

    What a triager lifted by hand stays lifted while its reason is the same.
    """
    at_sites = _at_sites(session, staff_id)
    had = {row.case_id: row for row in session.scalars(select(HiddenFrom).where(HiddenFrom.staff_id == staff_id))}
    done = list[Case]()
    for case_id, reason in sorted(_wanted(session, staff_id, at_sites).items()):
        row = had.get(case_id)
        if row is not None and (row.lifted_at is None or row.reason == reason):
            continue
        case = load_for_change(session, case_id)
        if row is None:
            session.add(HiddenFrom(case_id=case_id, staff_id=staff_id, reason=reason, since_at=at))
        else:
            row.reason, row.since_at, row.lifted_at = reason, at, None
        record(session, case, EventKind.HIDDEN_FROM, by=by, at=at, codes={"staff": staff_id})
        done.append(case)
    return done


def _wanted(session: Session, staff_id: int, at_sites: ColumnElement[bool]) -> dict[int, str]:
    """Return the cases that are about somebody, as case id to the reason; a known respondent before a name in words."""
    found = dict(_named_in_unsorted(session, staff_id, at_sites))
    structure, known = organisation(session), dict[Accused, str | None]()
    for case_id, accused in _accused(session, at_sites):
        if accused not in known:
            reason = conflicted(accused, structure).get(staff_id)
            known[accused] = reason.value if reason else None
        if (why := known[accused]) is not None:
            found[case_id] = why
    return found


def _accused(session: Session, at_sites: ColumnElement[bool]) -> Iterator[tuple[int, Accused]]:
    """Yield whom each sorted case is about."""
    rows = session.execute(
        select(Case.site_id, Respondent).join(Case, Case.id == Respondent.case_id).where(at_sites).order_by(Case.id)
    )
    names: dict[int, list[tuple[int, str]]] = {}
    for case_id, said in groupby(rows.all(), key=lambda row: row.Respondent.case_id):
        of_case = list(said)
        site_id = of_case[0].site_id
        if site_id not in names:
            names[site_id] = names_at(session, site_id)
        yield case_id, accused_of(session, [row.Respondent for row in of_case], names[site_id])


def _named_in_unsorted(session: Session, staff_id: int, at_sites: ColumnElement[bool]) -> Iterator[tuple[int, str]]:
    """Yield the cases that nobody has sorted in whose words the surname or the unit of somebody stands."""
    unsorted = select(Case.id, Case.site_id).where(at_sites, Case.classified_at.is_(None), Case.ended_at.is_(None))
    names: dict[int, list[tuple[int, str]]] = {}
    for case_id, site_id in session.execute(unsorted).all():
        if site_id not in names:
            names[site_id] = [one for one in names_at(session, site_id) if one[0] == staff_id]
        if named_among(names[site_id], _words(session, case_id)):
            yield case_id, NAMED_IN_WORDS


def _words(session: Session, case_id: int) -> str:
    filed = session.scalars(select(Submission).where(Submission.case_id == case_id))
    said = session.scalars(
        select(CaseMessage).where(CaseMessage.case_id == case_id, CaseMessage.is_from_person.is_(True))
    )
    # What is blocked for the time being names people all the same.
    with reading_blocked(session):
        return " ".join(unseal(session, row, "words") or "" for row in (*filed, *said))


def _at_sites(session: Session, staff_id: int) -> ColumnElement[bool]:
    """Return the condition on `Case` that it lies where somebody holds a duty."""
    who = viewer_of(session, staff_id)
    return true() if who.everywhere else Case.site_id.in_(sorted(who.at_site))
