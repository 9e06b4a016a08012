"""Words of the register of breaches. Pure.

Source: Ley 21.719 (duty to tell the agency "sin dilaciones indebidas", and the people where the risk is high or the
data sensitive); read in secondary sources on 20 November 2026, to be confirmed by counsel.
"""

from enum import StrEnum


class Risk(StrEnum):
    """How much harm a breach may do to the people whose data it was."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class WasTold(StrEnum):
    """Whether somebody was told of it."""

    UNDECIDED = "undecided"
    TOLD = "told"
    NOT_NEEDED = "not_needed"


class Category(StrEnum):
    """Kinds of data."""

    IDENTITY = "identity"
    CONTACT = "contact"
    WORDS = "words"
    HEALTH_OR_UNION = "health_or_union"
    """Sensitive data of any kind."""
    STAFF = "staff"
