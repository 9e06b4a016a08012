"""Do the frozen figures still follow from what they were computed from, and does the database still say the same?"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.metrics.counting import count
from grievance.metrics.indicators import AccountDoesNotBalance, figures
from grievance.metrics.inputs import InputSetUnreadable, read, written
from grievance.publishing.models import Release, ReleaseState
from grievance.publishing.summaries import digest


class Fault(StrEnum):
    """What does not hold."""

    DIGEST = "digest"
    """The stored figures or input set are not those that the digest was taken over."""
    FIGURES = "figures"
    """Computing from the stored input set gives other bytes."""
    DATABASE = "database"
    """Counting again from the history of cases, as of then and as known then, gives another input set."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A release that was checked, with what does not hold; empty when all does. `differs` names counts, never cases."""

    site_id: int
    quarter: str
    version: int
    state: str
    digest: str
    faults: tuple[Fault, ...]
    differs: tuple[str, ...] = ()


def check_releases(session: Session, *, site_id: int | None = None, quarter: str | None = None) -> Iterator[Checked]:
    """Check every release that was not discarded, by site, quarter and version."""
    wanted = select(Release.id).where(Release.state != ReleaseState.DISCARDED.value)
    if site_id is not None:
        wanted = wanted.where(Release.site_id == site_id)
    if quarter is not None:
        wanted = wanted.where(Release.quarter == quarter)
    ids = session.scalars(wanted.order_by(Release.site_id, Release.quarter, Release.version)).all()
    for release_id in ids:
        yield check(session, session.get_one(Release, release_id))


def check(session: Session, release: Release) -> Checked:
    """Recompute a release from its input set, and its input set from the database.

    Retention removes words and identity, never a row of the history, so the third check holds for old quarters too.
    It leaves out who complained: that was read from rows which people may have erased, and is not kept in versions.
    """
    faults: list[Fault] = []
    differs: tuple[str, ...] = ()
    if digest(release.figures, release.input_set) != release.digest:
        faults.append(Fault.DIGEST)
    try:
        inputs = read(release.input_set)
        if figures(inputs) != release.figures:
            faults.append(Fault.FIGURES)
    except (InputSetUnreadable, AccountDoesNotBalance):
        faults.append(Fault.FIGURES)
    else:
        again = replace(inputs, counts=count(session, release.site_id, inputs.scope))
        differs = _differences(release.input_set, written(again))
    if differs:
        faults.append(Fault.DATABASE)
    return Checked(
        release.site_id, release.quarter, release.version, release.state, release.digest, tuple(faults), differs
    )


def _differences(stored: str, counted: str) -> tuple[str, ...]:
    before, now = json.loads(stored), json.loads(counted)
    found = []
    for section, values in now.items():
        kept = before.get(section)
        if isinstance(values, dict) and isinstance(kept, dict):
            found += [
                f"{section}.{name}: {kept.get(name)} → {values[name]}"
                for name in values
                if kept.get(name) != values[name]
            ]
        elif kept != values:
            found.append(section)
    return tuple(found)
