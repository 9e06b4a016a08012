"""Tables of requests about personal data. A request is a case of its own kind; these rows stand beside it."""

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from grievance.core.db import Base, one_of, short_text
from grievance.crypto.fields import Sealing
from grievance.privacy.request_kinds import DataRight, Decision, Field, Ground, Proof


class DataRequest(Sealing):
    """What a request about personal data asks for, and what came of it. Words, dates and messages are its case's."""

    __tablename__ = "data_request"
    __table_args__ = (
        one_of("right_asked", DataRight),
        one_of("corrects", Field, nullable=True),
        one_of("decision", Decision, nullable=True),
        one_of("ground", Ground, nullable=True),
    )
    __sealed__ = ("wanted",)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="RESTRICT"), unique=True)
    # PostgreSQL keeps the word RIGHT for itself, and a check does not quote.
    right: Mapped[str] = mapped_column("right_asked", short_text())
    """What is asked for."""
    asks_blocking: Mapped[bool] = mapped_column(Boolean, default=False)
    """Whether nobody is to read the words until it is answered."""
    corrects: Mapped[str | None] = mapped_column(short_text())
    """What is to be corrected."""
    wanted_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """What it should say instead."""
    opened_at: Mapped[datetime]
    """When it was known which right it is about."""
    extended_at: Mapped[datetime | None]
    """When the person was told that it takes longer: once."""
    done_at: Mapped[datetime | None]
    """When what was asked for was done, before it is answered."""
    decision: Mapped[str | None] = mapped_column(short_text())
    """What came of it."""
    ground: Mapped[str | None] = mapped_column(short_text())
    """Why it was refused, wholly or in part."""
    decided_at: Mapped[datetime | None]
    """When it was answered."""
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="RESTRICT"))


class DataRequestPerson(Base):
    """A person of a case for whom a request was proven to speak: only theirs is given out, corrected, erased."""

    __tablename__ = "data_request_person"
    __table_args__ = (UniqueConstraint("request_id", "complainant_id"), one_of("proof", Proof))

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("data_request.id", ondelete="RESTRICT"))
    complainant_id: Mapped[int] = mapped_column(ForeignKey("complainant.id", ondelete="RESTRICT"), index=True)
    proof: Mapped[str] = mapped_column(short_text())
    """How it was proven."""
    proven_at: Mapped[datetime]
    """When."""
    proven_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="RESTRICT"))
    """Who saw the document; null where nobody had to."""
    seconded_at: Mapped[datetime | None]
    """When a second person saw the document too; a restricted case needs that."""
    seconded_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="RESTRICT"))
    """Who that was: never whoever saw it first."""


class DataPackage(Sealing):
    """The copy for one request, as it was looked through and released; emptied when its days are over."""

    __tablename__ = "data_package"
    __sealed__ = ("content",)

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("data_request.id", ondelete="RESTRICT"), unique=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="RESTRICT"), index=True)
    """The case of the request, with whose words it is erased."""
    content_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The copy itself, as JSON."""
    digest: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the copy, hex: what was released is what is taken."""
    released_at: Mapped[datetime]
    """When somebody had looked it through and released it."""
    released_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="RESTRICT"))
    expires_at: Mapped[datetime]
    """Until when the person can take it."""
    taken_count: Mapped[int] = mapped_column(Integer, default=0)
    """How often the person took it."""
    taken_at: Mapped[datetime | None]
    """When it was taken last."""
