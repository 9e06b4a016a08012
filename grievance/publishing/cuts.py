"""Which cut of the people of a quarter its figures may hold: counted once, and repeated by every correction.

Two counts of the same people, a little apart in time, could be held against each other; so what left the house of a
quarter stands in all its later versions, also where it was withheld. A member check leaves the house too: whoever was
asked to read has the tables, whatever becomes of that version.
"""

import json

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from grievance.metrics.counting_people import behind, count_people, workforce
from grievance.metrics.inputs import People, Scope
from grievance.metrics.people import carried_over
from grievance.publishing.models import MemberCheck, Release, ReleaseState


def people_of(session: Session, site_id: int, scope: Scope) -> People:
    """Return the people of a quarter: as they were shown before, or counted now if nothing of them was shown yet."""
    before = session.execute(
        select(Release.version, Release.figures)
        .where(
            Release.site_id == site_id,
            Release.quarter == scope.quarter.key,
            was_shown_outside(),
        )
        .order_by(Release.version.desc())
        .limit(1)
    ).one_or_none()
    tables = json.loads(before.figures).get("tables", []) if before else []
    if before is None or not tables:
        return count_people(session, site_id, scope)
    return People(
        workforce=workforce(session, site_id, scope),
        behind=behind(session, site_id, scope),
        released=carried_over(tuple(tables), before.version),
    )


def was_shown_outside() -> ColumnElement[bool]:
    """Return the condition on a release that somebody outside saw it: it was released, or people were asked to read."""
    in_a_round = select(MemberCheck.id).where(MemberCheck.release_id == Release.id).exists()
    return or_(Release.state == ReleaseState.RELEASED.value, in_a_round)
