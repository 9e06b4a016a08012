"""Keeping the register of breaches of personal data. No case content enters it; nothing in it is ever changed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from grievance.accounts import audit
from grievance.accounts.audit import AuditAction
from grievance.accounts.models import Staff
from grievance.accounts.permissions import Action, Viewer
from grievance.cases.tasks import TaskKind, open_task, settle_keys
from grievance.crypto.fields import new_public_id, seal, unseal
from grievance.privacy.breach_kinds import Category, Risk, WasTold
from grievance.privacy.breach_record import BreachEntry
from grievance.sites.models import Site


class BreachNotFound(LookupError):
    """There is no such breach, or it is of a site where the viewer keeps none."""


class ToldWithoutDay(ValueError):
    """Whoever was told was told on a day."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a breach now."""

    known_on: date
    happened: str = field(repr=False)
    categories: Sequence[Category]
    people_count: int | None
    risk: Risk
    measures: str = field(repr=False)
    agency: WasTold
    agency_on: date | None
    people: WasTold
    people_on: date | None

    @property
    def is_decided(self) -> bool:
        """Whether it is settled for both whether they are told."""
        return WasTold.UNDECIDED not in {self.agency, self.people}


@dataclass(frozen=True, slots=True)
class EntryPart:
    """An entry as it is shown."""

    breach: str
    number: int
    site_name: str
    known: Known
    recorded_at: datetime
    recorded_by: str


def record_breach(
    session: Session, viewer: Viewer, site_id: int, known: Known, *, breach: str | None = None, at: datetime
) -> BreachEntry:
    """Write down a breach, or with `breach` what is known of it by now; the entries before stay.

    Until it is decided whether the agency and the people are told, whoever wrote it down has a task.

    Raises:
        NotPermitted: the viewer keeps no such register at the site.
        BreachNotFound: there is none to correct.
        ToldWithoutDay: somebody was told, and no day is given.
    """
    viewer.require(Action.KEEP_BREACHES, site_id)
    _require_days(known)
    public_id = new_public_id()
    last = _last_number(session, site_id, breach) if breach is not None else 0
    entry = BreachEntry(
        public_id=public_id,
        breach=breach or public_id,
        number=last + 1,
        site_id=site_id,
        known_on=known.known_on,
        categories=[one.value for one in known.categories],
        people_count=known.people_count,
        risk=known.risk.value,
        agency=known.agency.value,
        agency_on=known.agency_on,
        people=known.people.value,
        people_on=known.people_on,
        recorded_at=at,
        recorded_by_id=viewer.staff_id,
    )
    seal(session, entry, "happened", known.happened)
    seal(session, entry, "measures", known.measures or None)
    session.add(entry)
    session.flush()
    _remind(session, entry, is_decided=known.is_decided, at=at)
    audit.record(
        session,
        actor_id=viewer.staff_id,
        action=AuditAction.BREACH_RECORDED,
        subject_kind="breach",
        subject=entry.breach,
        site_id=site_id,
        codes={"number": entry.number, "risk": entry.risk, "agency": entry.agency, "people": entry.people},
        at=at,
    )
    return entry


def entries(session: Session, viewer: Viewer) -> tuple[EntryPart, ...]:
    """Return all entries of the sites where the viewer keeps the register, the latest first."""
    rows = session.execute(
        select(BreachEntry, Site.name, Staff.name)
        .join(Site, Site.id == BreachEntry.site_id)
        .join(Staff, Staff.id == BreachEntry.recorded_by_id)
        .order_by(BreachEntry.id.desc())
    )
    return tuple(
        EntryPart(row.breach, row.number, site_name, _known(session, row), row.recorded_at, name)
        for row, site_name, name in rows
        if viewer.may(Action.KEEP_BREACHES, row.site_id)
    )


def _require_days(known: Known) -> None:
    for told, on in ((known.agency, known.agency_on), (known.people, known.people_on)):
        if (told is WasTold.TOLD) != (on is not None):
            raise ToldWithoutDay


def _remind(session: Session, entry: BreachEntry, *, is_decided: bool, at: datetime) -> None:
    """Give whoever wrote it down a task until it is decided who is told."""
    key, staff_id = f"breach:{entry.breach}", entry.recorded_by_id
    if is_decided:
        settle_keys(session, [key], by_id=staff_id, at=at)
        return
    open_task(session, key=key, site_id=entry.site_id, kind=TaskKind.DECIDE_BREACH, assigned_to_id=staff_id, at=at)


def _known(session: Session, row: BreachEntry) -> Known:
    return Known(
        row.known_on,
        unseal(session, row, "happened") or "",
        [Category(code) for code in row.categories],
        row.people_count,
        Risk(row.risk),
        unseal(session, row, "measures") or "",
        WasTold(row.agency),
        row.agency_on,
        WasTold(row.people),
        row.people_on,
    )


def _last_number(session: Session, site_id: int, breach: str) -> int:
    last = session.scalars(
        select(func.max(BreachEntry.number)).where(BreachEntry.breach == breach, BreachEntry.site_id == site_id)
    ).one_or_none()
    if last is None:
        raise BreachNotFound
    return last
