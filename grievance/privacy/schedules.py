"""How long things are kept at a site: a default for each, and the site's own numbers as new versions from a date.

Keeping longer may begin today. Keeping less begins 30 days later at the earliest, so that nothing goes at once and
whoever sees the numbers in between can object. Not for: what stands against erasing (`sweep`, `holds`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from grievance.deadlines.standards import CaseType
from grievance.deadlines.working_days import add_months
from grievance.privacy.models import RetentionPeriod

GRACE = timedelta(days=30)
"""How long before a shorter period may begin."""

MOST_MONTHS, MOST_DAYS = 240, 365
LEAST_MONTHS_OF_A_CASE = 12
"""Reopening, appeal and the questions after 30 and 90 days are over by then, and its last figures are counted."""


class Matter(StrEnum):
    """What is kept besides the cases of each kind."""

    SPAM = "spam"
    """Cases set aside as no grievance at all, from the day they were."""
    RAW_TEXTS = "raw_texts"
    """Texts as they came and went. What they said stands in the case too, and stays with it."""
    OPINIONS = "opinions"
    """Ratings of 1 to 5 with the case they are about, from the day the question closed; then they are only counted."""
    SESSIONS = "sessions"
    """Sign-ins of staff that have ended: on which device, when. The audit trail is no part of it."""


@dataclass(frozen=True, slots=True)
class Period:
    """How long something is kept: so many months, or so many days."""

    what: str
    months: int = 0
    days: int = 0
    is_own: bool = False
    """Decided by the site."""

    @property
    def amount(self) -> int:
        """Return the number, in months or in days."""
        return self.months or self.days

    def with_amount(self, amount: int) -> "Period":
        """Return the same with the site's own number."""
        return replace(self, months=amount if self.months else 0, days=amount if self.days else 0, is_own=True)

    def ends_on(self, since_on: date) -> date:
        """Return the day on which its time is over."""
        return add_months(since_on, self.months) if self.months else since_on + timedelta(days=self.days)

    def latest_start(self, today: date) -> date:
        """Return the latest day whose time is over today: with short months there may be several."""
        if self.days:
            return today - timedelta(days=self.days)
        found = add_months(today, -self.months)
        while self.ends_on(found + timedelta(days=1)) <= today:
            found += timedelta(days=1)
        return found


_FIVE_YEARS = frozenset({CaseType.HARASSMENT, CaseType.SAFETY, CaseType.DANGER, CaseType.HUMAN_RIGHTS})
"""Of which somebody may still sue or be inspected after three years. Defaults of this project, to be confirmed by
counsel: no law read so far names a period for a grievance mechanism."""

DEFAULTS: Mapping[str, Period] = {
    **{kind.value: Period(kind.value, months=60 if kind in _FIVE_YEARS else 36) for kind in CaseType},
    Matter.SPAM.value: Period(Matter.SPAM.value, days=30),
    Matter.RAW_TEXTS.value: Period(Matter.RAW_TEXTS.value, months=12),
    Matter.OPINIONS.value: Period(Matter.OPINIONS.value, days=90),
    Matter.SESSIONS.value: Period(Matter.SESSIONS.value, months=24),
}
"""What everybody starts with. A case counts from the day it ended, or from the last message after that."""

CASE_KINDS = frozenset(kind.value for kind in CaseType)


class NoSuchPeriod(LookupError):
    """Nothing of that name is kept, or no change of it lies ahead."""


class PeriodOutOfRange(ValueError):
    """Too short for what a case still needs, or longer than twenty years."""


class GraceTooShort(ValueError):
    """A shorter period begins GRACE from now at the earliest; a longer one not before today."""


class WhyMissing(ValueError):
    """Whoever changes how long something is kept says why."""


@dataclass(frozen=True, slots=True)
class StandingPeriod:
    """A period as it stands at a site: the default, in force today, and what it becomes, if that is decided."""

    default: Period
    today: Period
    reason: str
    """Of the one in force; empty where it is the default."""
    next: Period | None
    next_from: date | None


def is_set(session: Session, site_id: int) -> bool:
    """Return whether anybody ever set how long something is kept at a site; otherwise the defaults hold unlooked at."""
    own = select(RetentionPeriod.id).where(RetentionPeriod.site_id == site_id).limit(1)
    return session.scalars(own).one_or_none() is not None


def periods_at(session: Session, site_id: int, *, on: date) -> dict[str, Period]:
    """Return every period of a site on a local date, by what is kept."""
    own = _latest(session, site_id, on=on)
    return {what: base.with_amount(own[what].amount) if what in own else base for what, base in DEFAULTS.items()}


def standing(session: Session, site_id: int, *, today: date) -> list[StandingPeriod]:
    """Return every period of a site as it stands, in the order of the defaults."""
    own = _latest(session, site_id, on=today)
    ahead = {
        row.what: row
        for row in session.scalars(
            select(RetentionPeriod)
            .where(RetentionPeriod.site_id == site_id, RetentionPeriod.valid_from > today)
            .order_by(RetentionPeriod.valid_from.desc())
        )
    }
    return [
        StandingPeriod(
            base,
            base.with_amount(own[what].amount) if what in own else base,
            own[what].reason if what in own else "",
            base.with_amount(ahead[what].amount) if what in ahead else None,
            ahead[what].valid_from if what in ahead else None,
        )
        for what, base in DEFAULTS.items()
    ]


def set_period(
    session: Session,
    site_id: int,
    what: str,
    amount: int,
    *,
    valid_from: date,
    reason: str,
    by: int,
    at: datetime,
    today: date,
) -> None:
    """Give a site its own number for how long something is kept, from a date on; the last word for a date counts.

    Raises:
        NoSuchPeriod: nothing of that name is kept.
        WhyMissing: no reason is given.
        PeriodOutOfRange: too short, or too long.
        GraceTooShort: it keeps less than today's or that day's, and begins in less than 30 days; or it begins earlier
            than today.
    """
    refuse_period(session, site_id, what, amount, valid_from=valid_from, today=today)
    if not reason.strip():
        raise WhyMissing
    mine = [RetentionPeriod.site_id == site_id, RetentionPeriod.what == what]
    found = session.scalars(
        select(RetentionPeriod).where(*mine, RetentionPeriod.valid_from == valid_from)
    ).one_or_none()
    if found is None:
        found = RetentionPeriod(site_id=site_id, what=what, valid_from=valid_from)
        session.add(found)
    found.amount, found.reason, found.set_at, found.set_by_id = amount, reason.strip(), at, by
    session.flush()


def refuse_period(session: Session, site_id: int, what: str, amount: int, *, valid_from: date, today: date) -> None:
    """Raise what `set_period` would raise for these numbers."""
    if what not in DEFAULTS:
        raise NoSuchPeriod(what)
    least, most = bounds_of(what)
    if not least <= amount <= most:
        raise PeriodOutOfRange(amount)
    in_force = [periods_at(session, site_id, on=day)[what].amount for day in {today, valid_from}]
    earliest = today + GRACE if amount < max(in_force) else today
    if valid_from < earliest:
        raise GraceTooShort(earliest)


def take_back(session: Session, site_id: int, what: str, *, today: date) -> None:
    """Take back changes that lie ahead; what is in force stays.

    Raises:
        NoSuchPeriod: none lies ahead.
    """
    ahead = [RetentionPeriod.site_id == site_id, RetentionPeriod.what == what, RetentionPeriod.valid_from > today]
    if session.scalars(select(RetentionPeriod.id).where(*ahead).limit(1)).one_or_none() is None:
        raise NoSuchPeriod(what)
    session.execute(delete(RetentionPeriod).where(*ahead))


def bounds_of(what: str) -> tuple[int, int]:
    """Return the least and the most that a period may be, in its own unit."""
    base = DEFAULTS[what]
    if base.days:
        return 7, MOST_DAYS
    return (LEAST_MONTHS_OF_A_CASE if what in CASE_KINDS else 1), MOST_MONTHS


def _latest(session: Session, site_id: int, *, on: date) -> dict[str, RetentionPeriod]:
    rows = session.scalars(
        select(RetentionPeriod)
        .where(RetentionPeriod.site_id == site_id, RetentionPeriod.valid_from <= on)
        .order_by(RetentionPeriod.valid_from)
    )
    return {row.what: row for row in rows}
