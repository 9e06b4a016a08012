"""Reads of the dialogue: the cases of whoever texts on a thread, each with what ties the person to it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.cases.models import Case, Complainant
from grievance.cases.queries import is_proven


@dataclass(frozen=True, slots=True)
class Own:
    """A case and the person on the thread who filed it."""

    case: Case
    person: Complainant

    @property
    def proven_at(self) -> datetime:
        """When the thread was last known to be this person's: by filing on it, or by the digit code."""
        return self.person.verified_at or self.person.created_at


def cases_of(session: Session, thread_id: int) -> list[Own]:
    """Return the cases tied to a thread, the latest active first, each once; spam is left out.

    A merged case appears as what it went into: its people moved there.
    """
    rows = session.execute(
        select(Case, Complainant)
        .join(Complainant, Complainant.case_id == Case.id)
        .where(Complainant.thread_id == thread_id, is_proven(), Case.is_spam.is_(False))
        .order_by(Case.last_message_at.desc(), Case.id.desc(), Complainant.id)
    )
    found: dict[int, Own] = {}
    for case, person in rows:
        found.setdefault(case.id, Own(case, person))
    return list(found.values())
