"""The register of breaches of personal data: append-only. A correction is a further entry; what stood before stays."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from grievance.core.db import one_of, short_text
from grievance.crypto.fields import Sealing
from grievance.privacy.breach_kinds import Risk, WasTold


class BreachEntry(Sealing):
    """What is known of a breach at one moment. The entry with the highest number of a breach counts."""

    __tablename__ = "breach_entry"
    __table_args__ = (
        UniqueConstraint("breach", "number"),
        one_of("risk", Risk),
        one_of("agency", WasTold),
        one_of("people", WasTold),
    )
    __sealed__ = ("happened", "measures")

    id: Mapped[int] = mapped_column(primary_key=True)
    breach: Mapped[str] = mapped_column(String(22), index=True)
    """What its entries have in common: the public id of the first."""
    number: Mapped[int] = mapped_column(Integer)
    """Counts from 1 within a breach."""
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id", ondelete="RESTRICT"))
    known_on: Mapped[date]
    """When somebody of the operator knew of it."""
    happened_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """What happened, without the names of anybody whose data it was."""
    categories: Mapped[list[Any]] = mapped_column(JSON)
    """Kinds of data concerned, as codes."""
    people_count: Mapped[int | None] = mapped_column(Integer)
    """About how many people; null while nobody knows."""
    risk: Mapped[str] = mapped_column(short_text())
    """How much harm it may do them."""
    measures_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """What was done about it."""
    agency: Mapped[str] = mapped_column(short_text())
    """Whether the data protection agency was told."""
    agency_on: Mapped[date | None]
    """When."""
    people: Mapped[str] = mapped_column(short_text())
    """Whether the people concerned were told."""
    people_on: Mapped[date | None]
    """When they were."""
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="RESTRICT"))
