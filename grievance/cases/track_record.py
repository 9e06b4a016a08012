"""Tables of protective measures, and of the way that the law lays down for harassment."""

from datetime import date, datetime

from sqlalchemy import Boolean, ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from grievance.cases.track_states import Informant, MeasureKind, Route
from grievance.core.db import one_of, short_text
from grievance.crypto.fields import Sealing


class ProtectiveMeasure(Sealing):
    """What is done so that nothing worse happens to the person. It counts once somebody else has verified it."""

    __tablename__ = "protective_measure"
    __table_args__ = (
        one_of("kind", MeasureKind),
        Index("ix_protective_measure_to_do", "done_at", "due_on"),
    )
    __sealed__ = ("words", "evidence")

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="RESTRICT"), index=True)
    kind: Mapped[str] = mapped_column(short_text())
    words_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    owner_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="RESTRICT"))
    due_on: Mapped[date]
    added_at: Mapped[datetime]
    added_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="RESTRICT"))
    done_at: Mapped[datetime | None]
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="RESTRICT"))
    """Who recorded it as done."""
    evidence_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    verified_at: Mapped[datetime | None]
    verified_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="RESTRICT"))
    """Neither its owner nor who recorded it as done."""


class HarassmentTrack(Sealing):
    """How far a harassment case is on the way of the law: one row a case, its days local ones.

    The events of the case are the record; this is what the next step is decided from.
    """

    __tablename__ = "harassment_track"
    __table_args__ = (one_of("route", Route, nullable=True), one_of("informed_by", Informant, nullable=True))
    __sealed__ = ("none_needed",)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="RESTRICT"), unique=True)
    invited_at: Mapped[datetime | None]
    """When a person who reported anonymously was asked who he or she is."""
    identified_at: Mapped[datetime | None]
    """When he or she said so: the preliminary record became a complaint, and its three days began."""
    none_needed_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Why no protective measure is needed now, and that the person was asked."""
    none_needed_at: Mapped[datetime | None]
    alerted_at: Mapped[datetime | None]
    """When the alert went out that a day had passed without a measure."""
    about_manager: Mapped[bool | None] = mapped_column(Boolean)
    """The person complained about represents the employer (Código del Trabajo, art. 4): only the Dirección del Trabajo
    investigates."""
    companies_differ: Mapped[bool | None] = mapped_column(Boolean)
    """The people concerned work for different companies: the principal one investigates, and each informs the other."""
    principal_id: Mapped[int | None] = mapped_column(ForeignKey("company.id", ondelete="RESTRICT"))
    """Where companies differ: the principal company, which investigates (DS 21/2024)."""
    contractor_id: Mapped[int | None] = mapped_column(ForeignKey("company.id", ondelete="RESTRICT"))
    """Where companies differ: the contractor."""
    informed_by: Mapped[str | None] = mapped_column(short_text())
    """Which of the two informed the other, on the day in `informed_on`."""
    route: Mapped[str | None] = mapped_column(short_text())
    routed_on: Mapped[date | None]
    informed_on: Mapped[date | None]
    concluded_on: Mapped[date | None]
    reported_on: Mapped[date | None]
    dt_spoke_on: Mapped[date | None]
    dt_silent_on: Mapped[date | None]
    """The last of its days, where they passed without its word."""
    sanctioned_on: Mapped[date | None]
