"""What is still missing before the figures of a quarter are frozen: numbers only, never cases. Nothing of it forbids.

Each kind does something certain to the figures and can be mended by somebody certain; the pages say both. Not for:
what keeps a frozen release in the house (`release_checks`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from grievance.cases.models import Case
from grievance.cases.record import RegisterImport, Survey
from grievance.cases.side_tracks import ImportState
from grievance.deadlines.standards import CaseType
from grievance.messaging.models import InboundMessage, InboundState, OutboundMessage, OutboundState, Thread
from grievance.metrics.indicators import figures
from grievance.metrics.inputs import InputSet
from grievance.publishing.bulletin import figures_of
from grievance.publishing.models import Release, ReleaseState
from grievance.sites.models import Headcount, PhoneLine, PhoneLineSite, Site


class MissingKind(StrEnum):
    """What is missing."""

    UNCLASSIFIED = "unclassified"
    """Cases that nobody has sorted: they count as grievances, with the dates of any."""
    UNCONFIRMED = "unconfirmed"
    """Confirmations that were sent, of which nobody knows whether they arrived: they count as late."""
    TEXTS_WAITING = "texts_waiting"
    """Texts that should have gone out and have not."""
    TEXTS_UNSORTED = "texts_unsorted"
    """Texts that came in and belong to no case yet: each may be a grievance of the quarter."""
    QUESTIONS_OPEN = "questions_open"
    """Questions whose thirty days are not over: their answers count in the quarter in which they end."""
    IMPORT_OPEN = "import_open"
    """Old registers that were begun and not taken over: their cases would be recorded late."""
    HEADCOUNT = "headcount"
    """How many people work at the site is not known: no rate by workers."""
    RECORDED_LATE = "recorded_late"
    """Cases of earlier quarters that came in since: the account begins elsewhere than the last one ended."""
    DIFFERENT = "different"
    """Figures that differ from the version that is out: what a correction would change."""


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that is missing, and how many. For HEADCOUNT the number says nothing."""

    kind: MissingKind
    count: int


UNFINISHED_IMPORTS = (ImportState.CHECKING, ImportState.CHECKED, ImportState.IMPORTING, ImportState.FAILED)


def missing(session: Session, site: Site, inputs: InputSet, *, at: datetime) -> list[Missing]:
    """Return what is missing from the figures of a quarter as they would be frozen now, in the order of MissingKind."""
    found = dict(_counted(session, site, inputs, at=at))
    return [Missing(kind, found[kind]) for kind in MissingKind if found.get(kind)]


def _counted(session: Session, site: Site, inputs: InputSet, *, at: datetime) -> Iterator[tuple[MissingKind, int]]:
    scope, counts = inputs.scope, inputs.counts
    yield MissingKind.UNCLASSIFIED, _unclassified(session, site, scope.as_of)
    yield MissingKind.UNCONFIRMED, counts.acknowledgement["sent_unconfirmed"]
    yield MissingKind.TEXTS_WAITING, _texts_waiting(session, site, at)
    yield MissingKind.TEXTS_UNSORTED, _texts_unsorted(session, site, scope.as_of)
    yield MissingKind.QUESTIONS_OPEN, _questions_open(session, site, scope.as_of)
    yield (
        MissingKind.IMPORT_OPEN,
        _number(
            session,
            RegisterImport.site_id == site.id,
            RegisterImport.state.in_([state.value for state in UNFINISHED_IMPORTS]),
        ),
    )
    known = _number(session, Headcount.site_id == site.id, Headcount.quarter == scope.quarter.key)
    yield MissingKind.HEADCOUNT, 0 if known else 1
    yield MissingKind.RECORDED_LATE, counts.account["recorded_late"]
    yield MissingKind.DIFFERENT, _different(session, site, inputs)


def _number(session: Session, *conditions: ColumnElement[bool]) -> int:
    return int(session.execute(select(func.count()).where(*conditions)).scalar_one())


def _unclassified(session: Session, site: Site, as_of: datetime) -> int:
    return _number(
        session,
        Case.site_id == site.id,
        Case.type == CaseType.UNCLASSIFIED.value,
        Case.classified_at.is_(None),
        Case.merged_into_id.is_(None),
        Case.is_spam.is_(False),
        Case.is_test.is_(False),
        Case.received_at < as_of,
    )


def _texts_waiting(session: Session, site: Site, at: datetime) -> int:
    return _number(
        session,
        OutboundMessage.thread_id == Thread.id,
        Thread.site_id == site.id,
        OutboundMessage.state.in_((OutboundState.QUEUED.value, OutboundState.CLAIMED.value)),
        OutboundMessage.not_before <= at,
    )


def _texts_unsorted(session: Session, site: Site, as_of: datetime) -> int:
    """Count texts that are not understood, at the site's numbers; those of no site's number concern every site."""
    lines = (
        select(PhoneLine.number)
        .join(PhoneLineSite, PhoneLineSite.line_id == PhoneLine.id)
        .where(PhoneLineSite.site_id == site.id)
    )
    here = InboundMessage.state.in_((InboundState.RECEIVED.value, InboundState.STUCK.value))
    return _number(
        session,
        or_(
            InboundMessage.state == InboundState.UNROUTED.value,
            here & InboundMessage.line.in_(lines),
        ),
        InboundMessage.received_at < as_of,
    )


def _questions_open(session: Session, site: Site, as_of: datetime) -> int:
    return _number(
        session,
        Survey.case_id == Case.id,
        Case.site_id == site.id,
        Survey.kind == "satisfaction",
        Survey.asked_at < as_of,
        Survey.closes_at >= as_of,
    )


def _different(session: Session, site: Site, inputs: InputSet) -> int:
    """Count the figures that would be others than those of the version that is out; 0 where none is out."""
    out = session.scalars(
        select(Release.figures)
        .where(
            Release.site_id == site.id,
            Release.quarter == inputs.scope.quarter.key,
            Release.state == ReleaseState.RELEASED.value,
        )
        .order_by(Release.version.desc())
        .limit(1)
    ).one_or_none()
    if out is None:
        return 0
    before, now = figures_of(out), figures_of(figures(inputs))
    return sum(before.get(name) != now.get(name) for name in {*before, *now})
