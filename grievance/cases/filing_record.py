"""Tables of filing together: codes by which others join a case, what those who joined say, pairs found unlike."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from grievance.cases.states import Source
from grievance.core.db import Base, one_of, short_text
from grievance.crypto.fields import Sealing, new_public_id


class JoinCode(Sealing):
    """A code that the person who began a case passes on, so that others join it. One at a time is open."""

    __tablename__ = "join_code"
    __table_args__ = (
        Index(
            "uq_join_code_open",
            "case_id",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )
    __sealed__ = ("code", "line")

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="RESTRICT"), index=True)
    code_digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    """Keyed digest, bound to the site: a code is looked up where it was given out."""
    code_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The code itself, to be shown again to who began the case and to who works it; wiped when it is closed."""
    line_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The one public line that whoever has the code reads before joining, if there is one."""
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="RESTRICT"))
    """Null: the person who began the case."""
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class JoinedAnswer(Base):
    """What somebody who joined says of a response, or of how it went. It decides nothing for the others."""

    __tablename__ = "joined_answer"
    __table_args__ = (
        UniqueConstraint("complainant_id", "response_id"),
        UniqueConstraint("complainant_id", "survey_id"),
        one_of("source", Source),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(22), unique=True, default=new_public_id)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="RESTRICT"), index=True)
    complainant_id: Mapped[int] = mapped_column(ForeignKey("complainant.id", ondelete="RESTRICT"))
    response_id: Mapped[int | None] = mapped_column(ForeignKey("proposed_response.id", ondelete="RESTRICT"))
    survey_id: Mapped[int | None] = mapped_column(ForeignKey("survey.id", ondelete="RESTRICT"))
    answer: Mapped[str | None] = mapped_column(short_text())
    """To a response: accepted, partly or rejected."""
    process_rating: Mapped[int | None] = mapped_column(Integer)
    """1-5: how we treated you. Empty again once `unlinked_at`."""
    outcome_rating: Mapped[int | None] = mapped_column(Integer)
    """1-5: what came of it. Empty again once `unlinked_at`."""
    verdict: Mapped[int | None] = mapped_column(Integer)
    """1-3: solved, partly, not."""
    source: Mapped[str] = mapped_column(short_text())
    answered_at: Mapped[datetime]
    unlinked_at: Mapped[datetime | None]
    """Since when the ratings are gone. They are in no figure, so nothing counts them."""


class NotTheSame(Base):
    """Two cases that looked alike, and of which somebody who saw both said that they are not the same."""

    __tablename__ = "not_the_same"
    __table_args__ = (UniqueConstraint("case_id", "other_case_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="RESTRICT"))
    """The older of the two."""
    other_case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="RESTRICT"), index=True)
    said_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="RESTRICT"))
    said_at: Mapped[datetime]


class RespondentName(Base):
    """Keyed digest of what a case calls somebody complained about: tells that two cases say the same, and not what."""

    __tablename__ = "respondent_name"

    id: Mapped[int] = mapped_column(primary_key=True)
    respondent_id: Mapped[int] = mapped_column(ForeignKey("respondent.id", ondelete="CASCADE"), unique=True)
    name_digest: Mapped[bytes] = mapped_column(LargeBinary(32), index=True)
    """Of the description as plain words, without accents."""
