"""Tables of the case itself. Columns and relations only.

Words live in the sealed columns of tables of their own (`cases.record` has the wordless ones). Internal notes and
messages to the complainant are different tables on purpose: visibility of old text never changes.
"""

from datetime import UTC, date, datetime

from sqlalchemy import Boolean, ForeignKey, Index, Integer, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from grievance.cases.states import (
    Channel,
    Confidentiality,
    Group,
    MessageKind,
    Outcome,
    Reach,
    Source,
    Status,
    Told,
    Verdict,
)
from grievance.core.db import Base, one_of, short_text
from grievance.crypto.fields import Sealing
from grievance.deadlines.standards import CaseType

NEVER_DUE = datetime(9000, 1, 1, tzinfo=UTC)
"""Stands for "no due date" in the order of the desk: after every date there is."""


def _partial(name: str, *columns: str, where: str) -> Index:
    """Return an index over the few rows that a condition holds for."""
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


class Case(Sealing):
    """Our record of a grievance. One case may hold several submissions."""

    __tablename__ = "cases"
    __table_args__ = (
        one_of("status", Status),
        one_of("type", CaseType),
        one_of("outcome", Outcome, nullable=True),
        one_of("verdict", Verdict, nullable=True),
        one_of("verdict_source", Source, nullable=True),
        one_of("confidentiality", Confidentiality),
        Index("ix_cases_handler_desk", "handler_id", "is_open", "desk_order_at", "id"),
        Index("ix_cases_desk", "is_open", "desk_order_at", "id"),
        Index("ix_cases_all", "desk_order_at", "id"),
        Index("ix_cases_status_desk", "status", "desk_order_at", "id"),
        Index("ix_cases_site_received", "site_id", "received_at", "id"),
        # Figures: what ended in the last twelve months, without reading the years before.
        Index("ix_cases_site_ended", "site_id", "ended_at"),
        _partial("ix_cases_unclassified", "desk_order_at", "id", where="classified_at IS NULL"),
        Index(
            "ix_cases_unread", "id", sqlite_where=text("unread_count > 0"), postgresql_where=text("unread_count > 0")
        ),
        Index("ix_cases_words_pending", "words_indexed_at"),
        # What waits for the person: few, and looked for by hand.
        _partial("ix_cases_paused", "desk_order_at", "id", where="paused_until IS NOT NULL"),
        # Imports that were undone: figures leave those cases out wherever they look.
        _partial("ix_cases_undone", "undone_at", where="undone_at IS NOT NULL"),
        # Requests about personal data, for whoever answers them.
        _partial("ix_cases_data_rights", "desk_order_at", "id", where="type = 'data_rights'"),
        # Legal holds: few, and asked about before anything is erased.
        _partial("ix_cases_held", "id", where="held_at IS NOT NULL"),
        # What came up to the named manager.
        _partial("ix_cases_escalated", "desk_order_at", "id", where="rung >= 2"),
    )
    __sealed__ = ("title", "summary", "place")

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(9), unique=True)
    """As shown, "7K3Q-9F2M". Not secret."""
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id", ondelete="RESTRICT"))
    status: Mapped[str] = mapped_column(short_text(), default=Status.RECEIVED)
    is_open: Mapped[bool] = mapped_column(Boolean, default=True)
    """Whether `status` is one of states.OPEN; kept beside it by the transitions, for the desk's index."""
    type: Mapped[str] = mapped_column(short_text(), default=CaseType.UNCLASSIFIED)
    category_id: Mapped[int | None] = mapped_column(ForeignKey("category.id", ondelete="RESTRICT"))
    severity: Mapped[int | None] = mapped_column(Integer)
    outcome: Mapped[str | None] = mapped_column(short_text())
    verdict: Mapped[str | None] = mapped_column(short_text())
    verdict_source: Mapped[str | None] = mapped_column(short_text())
    locale: Mapped[str] = mapped_column(String(8))
    confidentiality: Mapped[str] = mapped_column(short_text())
    is_restricted: Mapped[bool] = mapped_column(Boolean, default=False)
    concerns_handlers: Mapped[bool] = mapped_column(Boolean, default=False)
    """The person ticked "it concerns the people who handle complaints"."""
    is_spam: Mapped[bool] = mapped_column(Boolean, default=False)
    """Put aside as no grievance; true as well of a case whose import was undone, so that no sweep takes it up."""
    undone_at: Mapped[datetime | None]
    """When the import that it came with was undone: from then on nobody sees it, and figures pass it over."""
    is_test: Mapped[bool] = mapped_column(Boolean, default=False)
    employer_id: Mapped[int | None] = mapped_column(ForeignKey("company.id", ondelete="RESTRICT"))
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id", ondelete="RESTRICT"))
    occurred_on: Mapped[date | None]
    handler_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="RESTRICT"))
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id", ondelete="RESTRICT"))
    title_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Written by the handler, without names; shown in lists. Empty until then."""
    summary_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    place_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    received_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    classified_at: Mapped[datetime | None]
    acknowledged_at: Mapped[datetime | None]
    first_contact_at: Mapped[datetime | None]
    outcome_told_at: Mapped[datetime | None]
    """When the outcome reached the person (see states.COUNTS_AS_TOLD)."""
    ended_at: Mapped[datetime | None]
    """When the status last became one that is not open."""
    reopened_count: Mapped[int] = mapped_column(Integer, default=0)
    submission_count: Mapped[int] = mapped_column(Integer, default=1)
    unread_count: Mapped[int] = mapped_column(Integer, default=0)
    """Messages of the person that nobody who works the case has opened."""
    last_message_at: Mapped[datetime | None]
    next_due_at: Mapped[datetime | None]
    """Earliest due date among the running clocks; null when none runs."""
    desk_order_at: Mapped[datetime] = mapped_column(default=NEVER_DUE)
    """`next_due_at`, or NEVER_DUE where there is none: an order without nulls, which an index can serve."""
    next_due_clock: Mapped[str | None] = mapped_column(short_text())
    has_appeal: Mapped[bool] = mapped_column(Boolean, default=False)
    """Whether an appeal waits for its decision: it is worked on although it is closed."""
    rung: Mapped[int] = mapped_column(Integer, default=0)
    """How far missed dates have moved it up: see `rounds.escalation.Rung`."""
    paused_until: Mapped[datetime | None]
    """While the case waits for the person; no clock is missed meanwhile."""
    access_digest: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    """Keyed digest of the web access code; none where the thread is the key."""
    event_count: Mapped[int] = mapped_column(Integer, default=0)
    changed_seq: Mapped[int] = mapped_column(Integer, default=0)
    """Number of the last event that what somebody is about to do may hang on; every form carries it."""
    chain_head: Mapped[bytes] = mapped_column(LargeBinary(32), default=b"")
    erased_at: Mapped[datetime | None]
    blocked_at: Mapped[datetime | None]
    """Since when nobody of the staff reads any of its words, because everybody in it asked for that."""
    held_at: Mapped[datetime | None]
    words_indexed_at: Mapped[datetime | None]
    """Null while the worker has to build the word digests."""
    version: Mapped[int] = mapped_column(Integer)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  # read once by SQLAlchemy


class Complainant(Sealing):
    """A person behind a submission, as far as he or she said. Contact and name are sealed apart from the words."""

    __tablename__ = "complainant"
    __table_args__ = (one_of("said_group", Group), one_of("reach", Reach))
    __sealed__ = ("name", "email", "code")

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="RESTRICT"), index=True)
    said_group: Mapped[str] = mapped_column(short_text(), default=Group.NOT_SAID)
    employer_id: Mapped[int | None] = mapped_column(ForeignKey("company.id", ondelete="RESTRICT"))
    shift: Mapped[str | None] = mapped_column(short_text())
    gender: Mapped[str | None] = mapped_column(short_text())
    age_band: Mapped[str | None] = mapped_column(short_text())
    people_count: Mapped[int] = mapped_column(Integer, default=1)
    on_behalf_of: Mapped[str | None] = mapped_column(short_text())
    reach: Mapped[str] = mapped_column(short_text(), default=Reach.PAGE)
    thread_id: Mapped[int | None] = mapped_column(ForeignKey("thread.id", ondelete="RESTRICT"), index=True)
    name_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    email_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    code_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The digit code just sent to a phone added on the web, until it is confirmed."""
    code_until: Mapped[datetime | None]
    code_tries: Mapped[int] = mapped_column(Integer, default=0)
    verified_at: Mapped[datetime | None]
    blocked_at: Mapped[datetime | None]
    """Since when nobody of the staff reads what the person told and was told, before and after, because it was asked
    for."""
    asked_no_more_at: Mapped[datetime | None]
    """Since when the person is asked nothing about the case, having objected; the others in it are asked."""
    join_code_id: Mapped[int | None] = mapped_column(ForeignKey("join_code.id", ondelete="RESTRICT"), index=True)
    contact_deleted_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class Submission(Sealing):
    """One filing, verbatim. Duplicates are merged as submissions of one case."""

    __tablename__ = "submission"
    __table_args__ = (
        one_of("channel", Channel),
        # The few codes that a receipt may still show: they are forgotten without reading what everybody ever wrote.
        _partial("ix_submission_code_shown", "recorded_at", where="receipt_code_sealed IS NOT NULL"),
    )
    __sealed__ = ("words", "receipt_code")

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="RESTRICT"), index=True)
    filed_as_case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="RESTRICT"), index=True)
    """The case it opened; differs from `case_id` once merged. Its reference and code keep working."""
    complainant_id: Mapped[int] = mapped_column(ForeignKey("complainant.id", ondelete="RESTRICT"))
    channel: Mapped[str] = mapped_column(short_text())
    locale: Mapped[str] = mapped_column(String(8))
    words_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    filed_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="RESTRICT"))
    read_back: Mapped[str | None] = mapped_column(short_text())
    """Assisted intake: confirmed by the person, not_possible, or null."""
    form_key_digest: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)
    """Keyed digest of the form's one-time key: the same form sent twice finds the same receipt."""
    receipt_code_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The access code, so that it can be shown again until "I have saved it", an hour at most."""
    receipt_saved_at: Mapped[datetime | None]
    inbound_message_id: Mapped[int | None] = mapped_column(
        ForeignKey("inbound_message.id", ondelete="RESTRICT"), unique=True
    )


class CaseMessage(Sealing):
    """A message between the person and those who work the case; both read it."""

    __tablename__ = "case_message"
    __table_args__ = (
        one_of("kind", MessageKind),
        one_of("told", Told, nullable=True),
        Index("ix_case_message_case_sent", "case_id", "sent_at", "id"),
    )
    __sealed__ = ("words",)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="RESTRICT"))
    is_from_person: Mapped[bool] = mapped_column(Boolean)
    kind: Mapped[str] = mapped_column(short_text(), default=MessageKind.MESSAGE)
    channel: Mapped[str] = mapped_column(short_text())
    author_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="RESTRICT"))
    complainant_id: Mapped[int | None] = mapped_column(ForeignKey("complainant.id", ondelete="RESTRICT"))
    locale: Mapped[str] = mapped_column(String(8))
    words_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    sent_at: Mapped[datetime]
    inbound_message_id: Mapped[int | None] = mapped_column(
        ForeignKey("inbound_message.id", ondelete="RESTRICT"), unique=True
    )
    outbound_message_id: Mapped[int | None] = mapped_column(
        ForeignKey("outbound_message.id", ondelete="RESTRICT"), index=True
    )
    """The text, or the notice that there is something to read, that went with it."""
    told: Mapped[str | None] = mapped_column(short_text())
    told_at: Mapped[datetime | None]
    read_by_staff_at: Mapped[datetime | None]


class CaseNote(Sealing):
    """An internal note. Never shown to the person."""

    __tablename__ = "case_note"
    __sealed__ = ("words",)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="RESTRICT"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="RESTRICT"))
    words_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    written_at: Mapped[datetime]


class ProposedResponse(Sealing):
    """What is offered to the person, with its finding. The newest one counts."""

    __tablename__ = "proposed_response"
    __table_args__ = (one_of("outcome", Outcome), one_of("answer_source", Source, nullable=True))
    __sealed__ = ("words", "reason")

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="RESTRICT"), index=True)
    outcome: Mapped[str] = mapped_column(short_text())
    words_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    locale: Mapped[str] = mapped_column(String(8))
    author_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="RESTRICT"))
    proposed_at: Mapped[datetime]
    answer_until: Mapped[datetime]
    answer: Mapped[str | None] = mapped_column(short_text())
    """accepted, partly, rejected or no_answer."""
    answer_source: Mapped[str | None] = mapped_column(short_text())
    answered_at: Mapped[datetime | None]
    reason_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Why the person answered so, in his or her words."""
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("complainant.id", ondelete="RESTRICT"))
    """Who of the people of the case answered; null where staff recorded it, or nobody did."""


class Remedy(Sealing):
    """Something promised to the person. It counts once somebody else has verified it."""

    __tablename__ = "remedy"
    __sealed__ = ("words", "evidence")

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="RESTRICT"), index=True)
    response_id: Mapped[int] = mapped_column(ForeignKey("proposed_response.id", ondelete="RESTRICT"))
    words_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    due_on: Mapped[date | None]
    done_at: Mapped[datetime | None]
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="RESTRICT"))
    evidence_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    verified_at: Mapped[datetime | None]
    verified_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="RESTRICT"))
    cancelled_at: Mapped[datetime | None]


class CorrectiveAction(Sealing):
    """Something done so that it does not happen again."""

    __tablename__ = "corrective_action"
    __sealed__ = ("words", "evidence")

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="RESTRICT"), index=True)
    kind: Mapped[str] = mapped_column(short_text())
    """corrective, compensatory or transformative."""
    words_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    owner_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="RESTRICT"))
    due_on: Mapped[date]
    done_at: Mapped[datetime | None]
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="RESTRICT"))
    evidence_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    verified_at: Mapped[datetime | None]
    verified_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="RESTRICT"))
    """Neither its owner nor who recorded it as done."""


class Attachment(Sealing):
    """A file of a case. The bytes lie sealed in storage under `storage_key`."""

    __tablename__ = "attachment"
    __sealed__ = ("filename",)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="RESTRICT"), index=True)
    submission_id: Mapped[int | None] = mapped_column(ForeignKey("submission.id", ondelete="RESTRICT"))
    message_id: Mapped[int | None] = mapped_column(ForeignKey("case_message.id", ondelete="RESTRICT"))
    is_internal: Mapped[bool] = mapped_column(Boolean)
    """Added by staff for the file only; the person does not see it."""
    statement_of: Mapped[str | None] = mapped_column(short_text())
    """For a signed statement on paper, the part that whoever signed has in the case; never a name."""
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="RESTRICT"))
    filename_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    media_type: Mapped[str] = mapped_column(String(80))
    size_bytes: Mapped[int] = mapped_column(Integer)
    storage_key: Mapped[str] = mapped_column(String(64), unique=True)
    added_at: Mapped[datetime]


class Respondent(Sealing):
    """A person or organisation complained about, as far as it is known."""

    __tablename__ = "respondent"
    __sealed__ = ("description",)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="RESTRICT"), index=True)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="RESTRICT"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id", ondelete="RESTRICT"))
    company_id: Mapped[int | None] = mapped_column(ForeignKey("company.id", ondelete="RESTRICT"))
    description_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    added_at: Mapped[datetime]


class Investigator(Base):
    """A staff member named on a case by a triager; only then may he or she see it if it is restricted."""

    __tablename__ = "investigator"
    __table_args__ = (UniqueConstraint("case_id", "staff_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="RESTRICT"))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="RESTRICT"), index=True)
    named_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="RESTRICT"))
    named_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class HiddenFrom(Base):
    """A staff member from whom a case is hidden, whatever the duty."""

    __tablename__ = "hidden_from"
    __table_args__ = (UniqueConstraint("case_id", "staff_id"), Index("ix_hidden_from_staff", "staff_id", "lifted_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="RESTRICT"))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="RESTRICT"))
    reason: Mapped[str] = mapped_column(short_text())
    """Why: see `wall` and `hiding`."""
    since_at: Mapped[datetime]
    lifted_at: Mapped[datetime | None]
