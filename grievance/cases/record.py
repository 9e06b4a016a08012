"""Wordless tables of a case: events, clocks, the projection that figures read, and what the worker keeps track of."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Boolean, ForeignKey, Index, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from grievance.cases.side_tracks import ImportState
from grievance.cases.states import ActorKind, EventKind, Status
from grievance.core.db import Base, one_of, short_text
from grievance.crypto.fields import Sealing, new_public_id


class CaseEvent(Base):
    """One link of the chain of a case: codes, ids and instants, never words. Append-only.

    `words_mac` is an HMAC commitment to the words concerned, whose key lies inside the sealed words: erasing the
    words erases the key, and the chain stays valid.
    """

    __tablename__ = "case_event"
    __table_args__ = (
        UniqueConstraint("case_id", "seq"),
        one_of("kind", EventKind),
        one_of("actor_kind", ActorKind),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="RESTRICT"))
    seq: Mapped[int] = mapped_column(Integer)
    """Counts from 1 within the case."""
    kind: Mapped[str] = mapped_column(short_text())
    happened_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    actor_kind: Mapped[str] = mapped_column(short_text())
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="RESTRICT"))
    codes: Mapped[dict[str, Any]] = mapped_column(JSON)
    words_table: Mapped[str | None] = mapped_column(String(40))
    """"table.column" of the words committed to."""
    words_public_id: Mapped[str | None] = mapped_column(String(22))
    words_mac: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))


class Clock(Base):
    """A named clock of a case, with the versions of the rule and of the calendar that gave its due date."""

    __tablename__ = "clock"
    __table_args__ = (
        Index("ix_clock_running", "due_at", "met_at", "cancelled_at"),
        Index("ix_clock_case", "case_id", "name"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="RESTRICT"))
    name: Mapped[str] = mapped_column(short_text())
    """A `ClockName` of deadlines.standards, or or answer_from_person."""
    standard_type: Mapped[str] = mapped_column(short_text())
    amount: Mapped[int] = mapped_column(Integer)
    unit: Mapped[str] = mapped_column(short_text())
    started_at: Mapped[datetime]
    due_at: Mapped[datetime]
    due_on: Mapped[date]
    standards_version: Mapped[str] = mapped_column(short_text())
    calendar_version: Mapped[str] = mapped_column(short_text(64))
    met_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    """Superseded by a classification, or ended with the case before it was met."""
    follows_id: Mapped[int | None] = mapped_column(ForeignKey("clock.id", ondelete="RESTRICT"))
    """The clock whose date this later one stands for: told by an interim notice, granted, or moved by a pause."""
    reminded_at: Mapped[datetime | None]
    breached_at: Mapped[datetime | None]
    """When the sweep recorded the breach; once per clock."""
    late: Mapped[str | None] = mapped_column(short_text(), index=True)
    """A `Late` of cases.side_tracks; null for a date that runs and was promised, missed or not."""


class CaseHistory(Base):
    """The state of a case after each change, wordless: what figures are computed from.

    Kept by the same code that writes events, in the same transaction; `verify` proves that it equals a replay.
    """

    __tablename__ = "case_history"
    __table_args__ = (
        UniqueConstraint("case_id", "seq"),
        one_of("status", Status),
        # What was recorded since a quarter ended, and what of that had happened before it.
        Index("ix_case_history_recorded", "recorded_at", "happened_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="RESTRICT"))
    seq: Mapped[int] = mapped_column(Integer)
    """Of the event that led here."""
    event: Mapped[str] = mapped_column(short_text())
    happened_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id", ondelete="RESTRICT"))
    status: Mapped[str] = mapped_column(short_text())
    type: Mapped[str] = mapped_column(short_text())
    category: Mapped[str | None] = mapped_column(short_text())
    severity: Mapped[int | None] = mapped_column(Integer)
    is_restricted: Mapped[bool] = mapped_column(Boolean)
    is_counted: Mapped[bool] = mapped_column(Boolean)
    """False for spam and tests. Questions and data-rights requests are counted, apart, by `type`."""
    outcome: Mapped[str | None] = mapped_column(short_text())
    verdict: Mapped[str | None] = mapped_column(short_text())
    submissions: Mapped[int] = mapped_column(Integer)
    channel: Mapped[str] = mapped_column(short_text())
    received_at: Mapped[datetime]
    acknowledge_due_at: Mapped[datetime | None]
    acknowledged_at: Mapped[datetime | None]
    """When the acknowledgement by a person was told; see `acknowledged_told`."""
    acknowledged_told: Mapped[str | None] = mapped_column(short_text())
    resolve_due_at: Mapped[datetime | None]
    outcome_told_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    """When the status last became one that is not open; null while it is open."""
    remedies_open: Mapped[int] = mapped_column(Integer)
    resolved_at: Mapped[datetime | None]
    """Closed, outcome told and every remedy verified; emptied by a reopening."""
    reopened_count: Mapped[int] = mapped_column(Integer)
    merged_into: Mapped[str | None] = mapped_column(String(22))


class Survey(Sealing):
    """A question to a person about how the case was handled and how it ended.

    Planned once for a case; when it is due it becomes a row of each person, with an answer of his or her own.
    """

    __tablename__ = "survey"
    __table_args__ = (
        UniqueConstraint("case_id", "kind", "round", "complainant_id"),
        Index("ix_survey_due", "asked_at", "ask_at"),
        Index("ix_survey_closes", "closes_at"),
    )
    __sealed__ = ("ratings",)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="RESTRICT"))
    complainant_id: Mapped[int | None] = mapped_column(ForeignKey("complainant.id", ondelete="RESTRICT"), index=True)
    """Who is asked; empty until it is due, and in rows from when only one person of a case was asked."""
    kind: Mapped[str] = mapped_column(short_text(), default="satisfaction")
    round: Mapped[int] = mapped_column(Integer, default=1)
    """Counts endings of the case: a reopened case is asked again."""
    ask_at: Mapped[datetime]
    asked_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    closes_at: Mapped[datetime]
    outbound_message_id: Mapped[int | None] = mapped_column(
        ForeignKey("outbound_message.id", ondelete="RESTRICT"), index=True
    )
    process_rating: Mapped[int | None] = mapped_column(Integer)
    """1-5: how we treated you. Empty again once `unlinked_at`."""
    outcome_rating: Mapped[int | None] = mapped_column(Integer)
    """1-5: what came of it. Empty again once `unlinked_at`."""
    ratings_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Both ratings once more, with the key of the commitment that the event makes to them; emptied with them."""
    verdict: Mapped[int | None] = mapped_column(Integer)
    """1-3: solved, partly, not."""
    source: Mapped[str | None] = mapped_column(short_text())
    answered_at: Mapped[datetime | None]
    unlinked_at: Mapped[datetime | None]
    """Since when the ratings are counted in `opinion_tally` alone, and no longer kept here."""


class OpinionTally(Base):
    """How often a rating was given, of the questions that closed in one quarter at one site; of no case.

    The rows of a quarter are made together and written together, so that neither their order nor the moment of their
    last change tells which opinion came when.
    """

    __tablename__ = "opinion_tally"
    __table_args__ = (UniqueConstraint("site_id", "quarter", "question", "rating"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id", ondelete="RESTRICT"))
    quarter: Mapped[str] = mapped_column(String(6))
    """In which the question closed, by the clock of the site: 2026Q3."""
    question: Mapped[str] = mapped_column(short_text())
    """process: how we treated you. outcome: what came of it."""
    rating: Mapped[int] = mapped_column(Integer)
    """1-5."""
    count: Mapped[int] = mapped_column(Integer)
    """How many gave it."""


class IdentityOpening(Sealing):
    """Somebody looked at who the person is. Shown to the person with its reason."""

    __tablename__ = "identity_opening"
    __sealed__ = ("reason",)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="RESTRICT"), index=True)
    complainant_id: Mapped[int | None] = mapped_column(ForeignKey("complainant.id", ondelete="RESTRICT"))
    """Whose identity it was; null where it was that of everybody in the case."""
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="RESTRICT"))
    reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    opened_at: Mapped[datetime]


class Task(Base):
    """Something a staff member has to do outside the normal course. Its kind is its wording; it carries no content."""

    __tablename__ = "task"
    __table_args__ = (
        UniqueConstraint("key"),
        Index("ix_task_open", "site_id", "done_at", "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(22), unique=True, default=new_public_id)
    key: Mapped[str] = mapped_column(String(80))
    """What makes it one task and not two, for example "reach:<outbound public id>"."""
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id", ondelete="RESTRICT"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id", ondelete="RESTRICT"), index=True)
    kind: Mapped[str] = mapped_column(short_text())
    """A `TaskKind` of cases.tasks: reach_person, look_at_reopening, close_serious, verify_remedy or stuck_message."""
    assigned_to_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="RESTRICT"), index=True)
    left_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="RESTRICT"), index=True)
    """Whose it was, for what somebody left behind."""
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="RESTRICT"))


class Notice(Base):
    """An in-app notice to a staff member: what kind, about which case, no content."""

    __tablename__ = "notice"
    __table_args__ = (UniqueConstraint("staff_id", "key"), Index("ix_notice_unread", "staff_id", "read_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(short_text())
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id", ondelete="RESTRICT"))
    clock_name: Mapped[str | None] = mapped_column(short_text())
    created_at: Mapped[datetime]
    show_from: Mapped[datetime]
    read_at: Mapped[datetime | None]


class WordDigest(Base):
    """Keyed digest of a word that occurs in a case: search without readable text."""

    __tablename__ = "word_digest"

    digest: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True, index=True)
    is_only_ours: Mapped[bool] = mapped_column(default=False)
    """Nobody but staff or the system used it: found by a search, and no sign that two cases are about the same."""


class OneUseCode(Base):
    """A web code asked for by text: one use, 24 hours."""

    __tablename__ = "one_use_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    code_digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class AccessAttempt(Base):
    """Failed tries at a reference, known or not, so that guessing is slow in every process alike."""

    __tablename__ = "access_attempt"

    id: Mapped[int] = mapped_column(primary_key=True)
    reference_digest: Mapped[bytes] = mapped_column(LargeBinary(16), unique=True)
    failures: Mapped[int] = mapped_column(Integer, default=0)
    last_failed_at: Mapped[datetime]


class DailyRoot(Base):
    """Keyed digest over the heads of all chains at the end of a day, linked to the day before."""

    __tablename__ = "daily_root"

    id: Mapped[int] = mapped_column(primary_key=True)
    on: Mapped[date] = mapped_column(unique=True)
    made_at: Mapped[datetime]
    case_count: Mapped[int] = mapped_column(Integer)
    heads: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Number of events per case, by public id, for cases changed since the last root, and of lines of the audit trail:
    which cut would show."""
    root: Mapped[bytes] = mapped_column(LargeBinary(32))


class RegisterImport(Sealing):
    """A company's old register, taken over once: which file, by whom, how far, and what was wrong with it.

    The file lies sealed in storage until the import is done or set aside.
    """

    __tablename__ = "register_import"
    __table_args__ = (one_of("state", ImportState),)
    __sealed__ = ("filename", "found", "matching")

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id", ondelete="RESTRICT"), index=True)
    state: Mapped[str] = mapped_column(short_text(), default=ImportState.CHECKING)
    filename_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    storage_key: Mapped[str | None] = mapped_column(String(64))
    """Null once the file is no longer needed, or where it never was in storage (command line)."""
    file_digest: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the file, hex."""
    row_count: Mapped[int] = mapped_column(Integer, default=0)
    done_count: Mapped[int] = mapped_column(Integer, default=0)
    """Rows looked at so far: the progress."""
    opened_count: Mapped[int] = mapped_column(Integer, default=0)
    known_count: Mapped[int] = mapped_column(Integer, default=0)
    """Rows whose register number was here already, and were left as they are."""
    wrong_count: Mapped[int] = mapped_column(Integer, default=0)
    """Rows with something wrong: those are not imported."""
    problems: Mapped[list[Any]] = mapped_column(JSON, default=list)
    """(row, column, code, detail) of what is wrong, at most MOST_PROBLEMS of them; never the words of a row."""
    problem_count: Mapped[int] = mapped_column(Integer, default=0)
    started_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="RESTRICT"))
    """Null on the command line."""
    created_at: Mapped[datetime]
    approved_at: Mapped[datetime | None]
    """When somebody, having seen the dry run, asked for the import itself."""
    finished_at: Mapped[datetime | None]
    found_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Headers, words of short lists and the first rows, for the page that asks what they mean. Goes with the file."""
    matching_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """What its columns and words mean, where somebody said so. Goes with the file."""
    undo_asked_at: Mapped[datetime | None]
    undo_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="RESTRICT"))
    """Null on the command line."""
    undone_count: Mapped[int] = mapped_column(Integer, default=0)
    """Cases of it that were taken back; the others had been worked."""


class RegisterEntry(Base):
    """The case that a line of an old register became, under the number that it had there."""

    __tablename__ = "register_entry"
    __table_args__ = (UniqueConstraint("site_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id", ondelete="RESTRICT"))
    number: Mapped[str] = mapped_column(String(60))
    """As the old register wrote it: a number, never a name."""
    import_id: Mapped[int] = mapped_column(ForeignKey("register_import.id", ondelete="RESTRICT"), index=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="RESTRICT"), unique=True)
