"""Table of the slips of assisted intake, each with a code that is exchanged once for the person's own."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from grievance.core.db import one_of, short_text
from grievance.crypto.fields import Sealing


class SlipEnd(StrEnum):
    """How the code of a slip ended."""

    SAVED = "saved"
    """The person has saved the code that it was exchanged for."""
    REPLACED = "replaced"
    """Another slip was printed before anybody used this one."""
    LAPSED = "lapsed"


class SlipCode(Sealing):
    """The slip that somebody without an own device takes along: a code to exchange, and how far that went."""

    __tablename__ = "slip_code"
    __table_args__ = (
        one_of("ending", SlipEnd, nullable=True),
        Index(
            "uq_slip_code_open",
            "case_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        # The few codes that a page may still show, and the open ones by their last day.
        Index(
            "ix_slip_code_shown",
            "made_at",
            sqlite_where=text("code_sealed IS NOT NULL"),
            postgresql_where=text("code_sealed IS NOT NULL"),
        ),
        Index(
            "ix_slip_code_until",
            "expires_at",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )
    __sealed__ = ("code",)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="RESTRICT"), index=True)
    """The case that the filing opened: the code is bound to its reference, which a merge does not change."""
    page_key_digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    """Keyed digest of the key in the address of the page that shows it to whoever printed it."""
    code_digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    """Keyed digest of the one-time code."""
    code_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The one-time code, so that the slip can be printed: until it is handed over, an hour at most."""
    made_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="RESTRICT"))
    """Who printed it."""
    made_at: Mapped[datetime]
    """When it was printed."""
    expires_at: Mapped[datetime]
    """The end of its last day, at the site."""
    exchanged_at: Mapped[datetime | None]
    """When it was first exchanged for a code of the person's own; set means used."""
    ended_at: Mapped[datetime | None]
    """Since when it can be exchanged no more."""
    ending: Mapped[str | None] = mapped_column(short_text())
    """Why: saved, replaced or lapsed."""
