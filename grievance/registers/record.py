"""What somebody said the columns and words of an operator's lists mean, to be used again."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from grievance.crypto.fields import Sealing


class RegisterMatching(Sealing):
    """What the columns and words of one kind of list mean. Sealed, since headers and words are those of a file."""

    __tablename__ = "register_matching"
    __sealed__ = ("name", "rules")

    id: Mapped[int] = mapped_column(primary_key=True)
    operator_id: Mapped[int] = mapped_column(ForeignKey("operator.id", ondelete="RESTRICT"), index=True)
    """Whose sites it is for: a company keeps its lists alike everywhere."""
    name_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Under which it is found again, also on the command line."""
    rules_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Headers, what each means, the order of dates, and what words stand for."""
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="RESTRICT"))
    """Null on the command line."""
    changed_at: Mapped[datetime]
    """When it was last kept."""
