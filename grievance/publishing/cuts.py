"""Which cut of the people of a quarter its figures may hold: counted once, and repeated by every correction.

Two counts of the same people, a little apart in time, could be held against each other; so what was released of a
quarter stands in all its later versions, also where it was withheld.
"""

import json

from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.metrics.counting_people import count_people, workforce
from grievance.metrics.inputs import People, Scope
from grievance.metrics.people import carried_over
from grievance.publishing.models import Release, ReleaseState


def people_of(session: Session, site_id: int, scope: Scope) -> People:
    """Return the people of a quarter: as they were released, or counted now if nothing of them was released yet."""
    released = session.execute(
        select(Release.version, Release.figures)
        .where(
            Release.site_id == site_id,
            Release.quarter == scope.quarter.key,
            Release.state == ReleaseState.RELEASED.value,
        )
        .order_by(Release.version.desc())
        .limit(1)
    ).one_or_none()
    tables = json.loads(released.figures).get("tables", []) if released else []
    if released is None or not tables:
        return count_people(session, site_id, scope)
    return People(workforce=workforce(session, site_id, scope), released=carried_over(tuple(tables), released.version))
