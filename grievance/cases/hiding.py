"""Hiding a new case from staff whose surname or unit stands in its words, until a triager has looked.

Not for: conflicts of interest once respondents are known (see `conflicts`).
"""

import re
import unicodedata
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.accounts.models import DutyGrant, Staff
from grievance.cases.models import Case, HiddenFrom
from grievance.sites.models import Unit

NAMED_IN_WORDS = "named_in_words"

HANDLED_ORIGIN = "handled_origin"
"""The case is about reprisals for another one, which this person handled."""

DATA_ORIGIN = "data_origin"
"""It is a request about personal data in a case that this person works, or may not see."""

SHORTEST_NAME = 3
"""Surnames and unit names shorter than this many letters are not looked for: they occur in any text."""


def hide_from_named(session: Session, case: Case, words: str, *, at: datetime) -> int:
    """Hide a stored case from every staff member of its site who is named in `words`; return how many were added."""
    already = set(session.scalars(select(HiddenFrom.staff_id).where(HiddenFrom.case_id == case.id)))
    return _hide(session, case.id, named_in(session, case.site_id, words) - already, at=at)


def named_in(session: Session, site_id: int, words: str) -> set[int]:
    """Return the ids of staff with a duty at a site whose surname, or whose unit's name, stands in `words`."""
    return named_among(names_at(session, site_id), words)


def names_at(session: Session, site_id: int) -> list[tuple[int, str]]:
    """Return what is looked for in words at a site: (id, surname or unit, made plain) of staff with a duty there."""
    rows = session.execute(
        select(Staff.id, Staff.surname, Unit.name)
        .join(DutyGrant, DutyGrant.staff_id == Staff.id)
        .outerjoin(Unit, Unit.id == Staff.unit_id)
        .where(DutyGrant.revoked_at.is_(None), (DutyGrant.site_id == site_id) | DutyGrant.site_id.is_(None))
        .distinct()
    )
    return [
        (staff_id, name)
        for staff_id, surname, unit_name in rows
        for name in (plain(surname), plain(unit_name or ""))
        if len(name) >= SHORTEST_NAME
    ]


def named_among(names: list[tuple[int, str]], words: str) -> set[int]:
    """Return the ids of those whose name, as `names_at` gives it, stands in `words`."""
    text = f" {plain(words)} "
    return {staff_id for staff_id, name in names if f" {name} " in text}


def hide_new(session: Session, case_id: int, staff_ids: set[int], *, at: datetime) -> None:
    """Hide a case just stored from these staff members."""
    _hide(session, case_id, staff_ids, at=at)


def plain(text: str) -> str:
    """Return lower-case words without accents or punctuation, single spaces between."""
    letters = unicodedata.normalize("NFKD", text.lower())
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(re.findall(r"[a-z0-9]+", bare))


def _hide(session: Session, case_id: int, staff_ids: set[int], *, at: datetime) -> int:
    session.add_all(
        HiddenFrom(case_id=case_id, staff_id=staff_id, reason=NAMED_IN_WORDS, since_at=at)
        for staff_id in sorted(staff_ids)
    )
    return len(staff_ids)
