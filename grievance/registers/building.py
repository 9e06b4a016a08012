"""A case made of one entry of an old register: the same rows, links and clocks that intake and the transitions write.

The rows are built whole before they are stored, since fifty thousand cases through the mapper would take an hour; every
one of them comes from the functions that a living case goes through. Nothing is sent, asked or promised to anybody.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.cases.clocks import for_new_case, note_next_due
from grievance.cases.hiding import named_among, names_at
from grievance.cases.history import Change, State, advance, as_code, row_values
from grievance.cases.intake import Filing, case_of, complainant_of, receipt_event, submission_of
from grievance.cases.models import Case, Complainant, Submission
from grievance.cases.record import Clock
from grievance.cases.states import (
    SYSTEM,
    TRANSITIONS,
    Confidentiality,
    EventKind,
    Outcome,
    Reach,
    Status,
    Told,
)
from grievance.cases.transitions import next_link, stand_as, take_over
from grievance.core.db import values_of
from grievance.core.i18n import Locale
from grievance.crypto.codes import new_reference
from grievance.crypto.fields import Sealing, seal
from grievance.deadlines.models import SiteStandard
from grievance.deadlines.queries import site_calendar
from grievance.deadlines.site_standards import standards_at
from grievance.deadlines.standards import ClockName, Standard, standards_for
from grievance.deadlines.working_days import Calendar, local_date
from grievance.registers.checking import Entry
from grievance.sites.models import Site

IMPORTED = {"imported": True}
"""In the codes of every event that an import wrote: somebody else's list says so, not this system."""

_ACKNOWLEDGES = frozenset({ClockName.ACKNOWLEDGE.value, ClockName.ACKNOWLEDGE_IN_WRITING.value})

_ENDINGS: Mapping[Status, EventKind] = {
    Status.CLOSED: EventKind.CLOSED,
    Status.REFERRED: EventKind.REFERRED,
    Status.WITHDRAWN: EventKind.WITHDRAWN,
    Status.OUT_OF_SCOPE: EventKind.OUT_OF_SCOPE,
}


@dataclass(slots=True)
class Ground:
    """What many entries of one site are built on, read once per batch: calendars, promises, and the names of staff."""

    session: Session
    site: Site
    names: list[tuple[int, str]]
    has_own_standards: bool
    calendars: dict[int, Calendar] = field(default_factory=dict)

    @classmethod
    def of(cls, session: Session, site: Site) -> "Ground":
        """Read it."""
        own = session.scalars(select(SiteStandard.id).where(SiteStandard.site_id == site.id).limit(1)).first()
        return cls(session, site, names_at(session, site.id), own is not None)

    def calendar(self, at: datetime) -> Calendar:
        """Return the calendar around an instant."""
        year = local_date(at, self.site.time_zone).year
        if year not in self.calendars:
            self.calendars[year] = site_calendar(self.session, self.site.id, time_zone=self.site.time_zone, year=year)
        return self.calendars[year]

    def standards(self, entry: Entry) -> Sequence[Standard]:
        """Return what the site promises for such a case."""
        if not self.has_own_standards:
            return standards_for(entry.type)
        received_on = local_date(entry.received_at, self.site.time_zone)
        return standards_at(self.session, self.site.id, entry.type, on=received_on)


@dataclass(slots=True)
class Built:
    """A case with everything that is stored of it; ids of case and person are still to come."""

    number: str
    case: Case
    person: Complainant
    submission: Submission
    clocks: list[Clock]
    hidden_from: set[int]
    state: State
    """To which its events lead."""
    events: list[dict[str, Any]] = field(default_factory=list)
    history: list[dict[str, Any]] = field(default_factory=list)
    """Columns, not mapped rows: of these there are most, and each mapped one costs more than all else about it."""


def build(ground: Ground, entry: Entry, *, recorded_by_id: int | None, at: datetime) -> Built:
    """Return the case that an entry becomes; `at` is when it is recorded, all else happened when the register says."""
    session = ground.session
    filing = _filing(entry, recorded_by_id)
    case = _case(ground, entry, filing, at=at)
    clocks = for_new_case(case, calendar=ground.calendar(entry.received_at), standards=ground.standards(entry))
    hidden_from = named_among(ground.names, f"{entry.words} {entry.title or ''} {entry.summary or ''}")
    submission = submission_of(session, filing, None, received_at=entry.received_at, at=at)
    first = receipt_event(
        session,
        case,
        submission,
        clocks,
        filing,
        by=SYSTEM,
        at=at,
        received_at=entry.received_at,
        hidden=len(hidden_from),
        more=IMPORTED,
    )
    received = values_of(first)
    person, begun = complainant_of(session, case, filing, at=at), advance(None, _change(received))
    built = Built(entry.number, case, person, submission, clocks, hidden_from, begun)
    _append(built, received, begun)
    story = _Story(session, built, at)
    _sorted_out(story, entry)
    _course(story, entry)
    _settle_clocks(story, entry)
    stand_as(case, built.state)
    case.verdict_source = entry.verdict_source
    return built


def _case(ground: Ground, entry: Entry, filing: Filing, *, at: datetime) -> Case:
    case = case_of(
        ground.session, ground.site, filing, new_reference(secrets.randbits), received_at=entry.received_at, at=at
    )
    # Restricted, hidden and sorted from the first row on: nobody is to see in between what he or she may not.
    case.type, case.severity, case.is_restricted = entry.type.value, entry.severity, entry.is_restricted
    case.classified_at = entry.received_at if entry.is_classified else None
    case.unread_count, case.version = 0, 1
    seal(ground.session, case, "title", entry.title)
    seal(ground.session, case, "summary", entry.summary)
    return case


def _filing(entry: Entry, recorded_by_id: int | None) -> Filing:
    return Filing(
        words=entry.words,
        locale=Locale(entry.locale),
        channel=entry.channel,
        confidentiality=Confidentiality.CONFIDENTIAL if entry.name else Confidentiality.ANONYMOUS,
        # Nobody was given a code, and no number is kept: whoever writes to the person has to go there.
        reach=Reach.IN_PERSON,
        said_group=entry.group,
        category_id=entry.category.id if entry.category else None,
        area_id=entry.area_id,
        employer_id=entry.employer_id,
        people_count=entry.people_count,
        shift=entry.shift,
        name=entry.name,
        recorded_by_id=recorded_by_id,
        wants_code=False,
    )


@dataclass(slots=True)
class _Story:
    """Appends to the history of a case that is being built."""

    session: Session
    built: Built
    at: datetime

    def add(
        self,
        kind: EventKind,
        happened_at: datetime,
        codes: Mapping[str, Any] | None = None,
        words: tuple[Sealing, str] | None = None,
    ) -> None:
        take_over(self.built.case, self.built.state, kind)
        facts = {**(codes or {}), **IMPORTED}
        case = self.built.case
        event = next_link(
            self.session, case, kind, by=SYSTEM, at=self.at, happened_at=happened_at, codes=facts, words=words
        )
        _append(self.built, event, advance(self.built.state, _change(event)))

    def told(self, what: str, kind: str, happened_at: datetime) -> None:
        """Record that the person was told, outside this system and by people: nothing here delivered it."""
        self.add(EventKind.TOLD, happened_at, {"what": what, "how": Told.HANDED_OVER.value, "kind": kind})


def _change(event: Mapping[str, Any]) -> Change:
    return Change(EventKind(event["kind"]), event["happened_at"], event["codes"])


def _append(built: Built, event: dict[str, Any], state: State) -> None:
    built.state = state
    built.events.append(event)
    # The id of the case is not known yet; `importing` puts it in.
    row = row_values(state, case_id=0, seq=event["seq"], change=_change(event), recorded_at=event["recorded_at"])
    built.history.append(row)


def _sorted_out(story: _Story, entry: Entry) -> None:
    """Record what the register says of the kind of case, and the title and summary it has."""
    case = story.built.case
    if entry.is_classified:
        due = {clock.name: as_code(clock.due_at) for clock in story.built.clocks}
        codes = {
            "type": case.type,
            "category": entry.category.code if entry.category else None,
            "severity": case.severity,
            "acknowledge_due": due.get(ClockName.ACKNOWLEDGE.value),
            "resolve_due": due.get(ClockName.RESOLVE.value),
        }
        story.add(EventKind.CLASSIFIED, entry.received_at, codes)
    if entry.title or entry.summary:
        words = (case, "title" if entry.title else "summary")
        story.add(EventKind.SUMMARISED, entry.received_at, words=words)


def _course(story: _Story, entry: Entry) -> None:
    """Record what became of it, each at the instant that the register gives."""
    if entry.acknowledged_at is not None:
        story.add(EventKind.ACKNOWLEDGED, entry.acknowledged_at)
        story.told("acknowledgement", "acknowledgement", entry.acknowledged_at)
    if entry.ended_at is None or entry.ended_as is None:
        return
    told_first = entry.told_at is not None and entry.told_at <= entry.ended_at
    kind = "response" if entry.ended_as is Status.CLOSED else "reason"
    if entry.outcome is not None:
        found_at = entry.told_at if told_first and entry.told_at else entry.ended_at
        story.add(EventKind.RESPONSE_PROPOSED, found_at, {"outcome": entry.outcome.value})
    if told_first and entry.told_at:
        story.told("outcome", kind, entry.told_at)
    story.add(_ENDINGS[entry.ended_as], entry.ended_at, _outcome_of(entry.ended_as))
    if not told_first and entry.told_at:
        story.told("outcome", kind, entry.told_at)
    if entry.verdict is not None:
        codes = {"verdict": entry.verdict, "source": entry.verdict_source}
        story.add(EventKind.VERDICT_GIVEN, max(entry.ended_at, entry.told_at or entry.ended_at), codes)


def _outcome_of(ended_as: Status) -> dict[str, str]:
    """Return the outcome that a way of leaving decides by itself, as `cases.transitions.move` records it."""
    outcome: Outcome | None = next(
        (row.ends_with for row in TRANSITIONS.values() if row.to_status is ended_as and row.ends_with), None
    )
    return {"outcome": outcome.value} if outcome else {}


def _settle_clocks(story: _Story, entry: Entry) -> None:
    """Leave an ended case without clocks; of an open one, note what is late already, without waking anybody."""
    built = story.built
    if entry.ended_as is not None:
        built.clocks = []
    for clock in sorted(built.clocks, key=lambda one: one.due_at):
        if entry.acknowledged_at is not None and clock.name in _ACKNOWLEDGES:
            clock.met_at = entry.acknowledged_at
        elif clock.due_at < story.at:
            clock.breached_at = story.at
            codes = {"clock": clock.name, "due_on": clock.due_on.isoformat(), "notice": False}
            story.add(EventKind.CLOCK_BREACHED, story.at, codes)
    note_next_due(built.case, built.clocks)
