"""Tables of what comes after an answer: checks weeks later, appeals, and which case follows from which."""

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Index, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from grievance.cases.side_tracks import AppealResult, Check, LinkKind
from grievance.cases.states import Source
from grievance.core.db import Base, one_of, short_text
from grievance.crypto.fields import Sealing, new_public_id


class AfterCheck(Base):
    """A question weeks after the outcome was told: did it hold, and was anybody punished for complaining?

    Planned once for a case; when it is due it becomes a row of each person, with an answer of his or her own.
    The answer stands here and in no event: the history of a case is read by those whom it may be about.
    """

    __tablename__ = "after_check"
    __table_args__ = (
        UniqueConstraint("case_id", "kind", "round", "complainant_id"),
        one_of("kind", Check),
        one_of("source", Source, nullable=True),
        Index("ix_after_check_due", "asked_at", "ask_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(22), unique=True, default=new_public_id)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="RESTRICT"))
    complainant_id: Mapped[int | None] = mapped_column(ForeignKey("complainant.id", ondelete="RESTRICT"))
    """Who is asked; empty until it is due, and in rows from when only one person of a case was asked."""
    kind: Mapped[str] = mapped_column(short_text())
    round: Mapped[int] = mapped_column(Integer)
    """Counts the outcomes told: a reopened case is asked again."""
    ask_at: Mapped[datetime]
    asked_at: Mapped[datetime | None]
    closes_at: Mapped[datetime]
    outbound_message_id: Mapped[int | None] = mapped_column(
        ForeignKey("outbound_message.id", ondelete="RESTRICT"), index=True
    )
    said_yes: Mapped[bool | None] = mapped_column(Boolean)
    """To "did it hold", or to "were you treated worse"."""
    source: Mapped[str | None] = mapped_column(short_text())
    answered_at: Mapped[datetime | None]


class CaseLink(Base):
    """A case that follows from another. Shown only to whoever may see both."""

    __tablename__ = "case_link"
    __table_args__ = (UniqueConstraint("case_id", "from_case_id", "kind"), one_of("kind", LinkKind))

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="RESTRICT"))
    from_case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="RESTRICT"), index=True)
    kind: Mapped[str] = mapped_column(short_text())
    linked_at: Mapped[datetime]


class Appeal(Sealing):
    """A closed case looked at again, because the person asked for it, by somebody who never handled it.

    The case stays closed while the appeal is open, in the register and in the figures; only the decision may open it.
    """

    __tablename__ = "appeal"
    __table_args__ = (
        one_of("result", AppealResult, nullable=True),
        one_of("source", Source),
        Index("ix_appeal_reviewer", "reviewer_id", "decided_at"),
    )
    __sealed__ = ("words", "decision")

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="RESTRICT"), index=True)
    complainant_id: Mapped[int] = mapped_column(ForeignKey("complainant.id", ondelete="RESTRICT"))
    source: Mapped[str] = mapped_column(short_text())
    words_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Why, in the person's words; nobody has to say."""
    filed_at: Mapped[datetime]
    reviewer_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="RESTRICT"))
    acknowledged_at: Mapped[datetime | None]
    result: Mapped[str | None] = mapped_column(short_text())
    decision_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    decided_at: Mapped[datetime | None]
