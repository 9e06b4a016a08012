"""Reading aloud: to whom a summary was read, how many could say in their own words what it says, where they stumbled.

A score counts syllables; people understand or do not. Roles are recorded, never names.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.accounts.queries import names
from grievance.core.i18n import Locale
from grievance.publishing.models import ReaderTest, Release
from grievance.publishing.releases import require_open, touch

READERS_MOST = 200
"""More people in one reading is a slip of the finger."""

READ_TO_CHARACTERS = 200
STUMBLED_CHARACTERS = 1_000
RECOMMENDED_READERS = 3
"""Three to five people find most of what cannot be understood; fewer is said to the second person."""

OLDEST = timedelta(days=120)
"""A reading from before the figures existed was of another text."""


class ReadingRefused(Exception):
    """The record contradicts itself; `field` says where."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading: on which day, in which language, to whom by role, how many listened and could retell it."""

    locale: Locale
    read_on: date
    read_to: str
    readers: int
    understood: int
    stumbled: str = ""


@dataclass(frozen=True, slots=True)
class ReadingLine:
    """A reading as pages list it."""

    reading: Reading
    recorded_by: str
    recorded_at: datetime

    @property
    def is_small(self) -> bool:
        """Return whether fewer people listened than recommended."""
        return self.reading.readers < RECOMMENDED_READERS

    @property
    def is_doubtful(self) -> bool:
        """Return whether more than half of those who listened could not retell it."""
        return self.reading.understood * 2 < self.reading.readers


def record_reading(
    session: Session, release: Release, reading: Reading, *, today: date, by: int, at: datetime
) -> ReaderTest:
    """Record a reading. `today` is the day at the site.

    Raises:
        NotFrozen, AlreadyApproved: it is not open any more.
        ReadingRefused: the day lies ahead or far back, nobody listened, or more retold it than listened.
    """
    require_open(release)
    if not today - OLDEST <= reading.read_on <= today:
        raise ReadingRefused("read_on")
    if not 1 <= reading.readers <= READERS_MOST:
        raise ReadingRefused("readers")
    if not 0 <= reading.understood <= reading.readers:
        raise ReadingRefused("understood")
    if not reading.read_to.strip() or len(reading.read_to) > READ_TO_CHARACTERS:
        raise ReadingRefused("read_to")
    if len(reading.stumbled) > STUMBLED_CHARACTERS:
        raise ReadingRefused("stumbled")
    row = ReaderTest(
        release_id=release.id,
        locale=reading.locale,
        read_on=reading.read_on,
        read_to=reading.read_to.strip(),
        readers=reading.readers,
        understood=reading.understood,
        stumbled=reading.stumbled.strip(),
        recorded_by_id=by,
        recorded_at=at,
    )
    session.add(row)
    touch(release)
    session.flush()
    return row


def readings(session: Session, release_id: int) -> list[ReadingLine]:
    """Return the readings of a release, oldest first."""
    rows = session.scalars(select(ReaderTest).where(ReaderTest.release_id == release_id).order_by(ReaderTest.id)).all()
    people = names(session, {row.recorded_by_id for row in rows})
    return [
        ReadingLine(
            Reading(Locale(row.locale), row.read_on, row.read_to, row.readers, row.understood, row.stumbled),
            people.get(row.recorded_by_id, ""),
            row.recorded_at,
        )
        for row in rows
    ]
