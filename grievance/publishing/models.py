"""Tables of what was frozen and released. Nothing released changes; a correction is a new version."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Integer, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from grievance.core.db import Base, one_of, short_text
from grievance.crypto.fields import Sealing, new_public_id


class ReleaseState(StrEnum):
    """Where a quarter's figures stand on their way out."""

    FROZEN = "frozen"
    """Figures computed and fixed; texts may still be written."""
    RELEASED = "released"
    DISCARDED = "discarded"
    """Frozen and never released; kept, so that nobody can quietly try again until a number pleases."""
    REFUSED = "refused"
    """The second person said no, with a reason; kept like a discarded one."""


class Release(Base):
    """The figures of one site and quarter, frozen, with what they were computed from."""

    __tablename__ = "release"
    __table_args__ = (UniqueConstraint("site_id", "quarter", "version"), one_of("state", ReleaseState))

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(22), unique=True, default=new_public_id)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id", ondelete="RESTRICT"))
    quarter: Mapped[str] = mapped_column(short_text(8))
    """"2026Q3"."""
    version: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(short_text(), default=ReleaseState.FROZEN)
    as_of: Mapped[datetime]
    """End of the quarter in the site's time zone; what happened before it counts."""
    known_at: Mapped[datetime]
    """Instant of freezing; what was recorded up to it counts."""
    figures: Mapped[str] = mapped_column(Text)
    """Canonical JSON: sorted keys, no spaces."""
    input_set: Mapped[str] = mapped_column(Text)
    """Canonical JSON of the identity-free rows that the figures come from."""
    digest: Mapped[str] = mapped_column(String(64))
    """SHA-256, hex, over figures and input set."""
    chain_root: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    """Latest daily root over all case chains at freezing, printed with the release."""
    chain_root_on: Mapped[date | None]
    """Day of that root."""
    notes: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """Context note per language, written by the publisher; both or none. Before the summary had sections."""
    texts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """The summary: {"told": {"es": "…", "en": "…"}, …} by section and language, as it stands."""
    drafts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """The same shape: what was drafted from the figures, before anybody wrote a word."""
    reason: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """Per language: what a correction corrects, and why. Empty for a first version."""
    frozen_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="RESTRICT"))
    frozen_at: Mapped[datetime]
    edited_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="RESTRICT"))
    authors: Mapped[list[int]] = mapped_column(JSON, default=list)
    """Ids of everybody who froze, wrote or submitted it: none of them may approve."""
    revision: Mapped[int] = mapped_column(Integer, default=0)
    """Counts changes of the notes and of the state, so that of two people at work the second is told."""
    release_at: Mapped[datetime | None]
    """When it goes out once it is approved; null is at once."""
    refused_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="RESTRICT"))
    refused_at: Mapped[datetime | None]
    refused_reason: Mapped[str] = mapped_column(Text, default="")
    submitted_at: Mapped[datetime | None]
    """When the author asked for a second person."""
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="RESTRICT"))
    approved_at: Mapped[datetime | None]
    released_at: Mapped[datetime | None]


class ReaderTest(Base):
    """A summary read aloud to a few people before it went out: the score is a smoke test, people are the proof."""

    __tablename__ = "reader_test"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(22), unique=True, default=new_public_id)
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id", ondelete="RESTRICT"), index=True)
    locale: Mapped[str] = mapped_column(String(8))
    read_on: Mapped[date]
    read_to: Mapped[str] = mapped_column(String(200))
    """Who listened, by role: "three drivers of the night shift". No names."""
    readers: Mapped[int] = mapped_column(Integer)
    """How many people listened."""
    understood: Mapped[int] = mapped_column(Integer)
    """How many of them could say in their own words what it says."""
    stumbled: Mapped[str] = mapped_column(Text, default="")
    """What they stumbled over."""
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="RESTRICT"))
    recorded_at: Mapped[datetime]


class MemberCheck(Base):
    """A round in which people concerned read the summary before it goes out, behind an address that nobody guesses."""

    __tablename__ = "member_check"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(22), unique=True, default=new_public_id)
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id", ondelete="RESTRICT"), index=True)
    token_digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    """Keyed digest of the secret in the address."""
    asked: Mapped[str] = mapped_column(String(200))
    """Who was asked, by role: "committee of the camp, two neighbours' councils"."""
    opened_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="RESTRICT"))
    opened_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    """When it was closed before its time."""

    @property
    def last_minute(self) -> datetime:
        """The last minute in which it takes comments: midnight would name a day on which nobody can write."""
        return self.closes_at - timedelta(minutes=1)


class MemberComment(Sealing):
    """What somebody who read the summary in a round said of it, and what was done with it."""

    __tablename__ = "member_comment"
    __sealed__ = ("words",)

    id: Mapped[int] = mapped_column(primary_key=True)
    check_id: Mapped[int] = mapped_column(ForeignKey("member_check.id", ondelete="RESTRICT"), index=True)
    section: Mapped[str] = mapped_column(short_text())
    """A `Section` of publishing.drafting, or "" for the whole."""
    locale: Mapped[str] = mapped_column(String(8))
    words_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    received_at: Mapped[datetime]
    answer: Mapped[str] = mapped_column(Text, default="")
    """What the publisher did with it, in one sentence."""
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="RESTRICT"))
    answered_at: Mapped[datetime | None]
