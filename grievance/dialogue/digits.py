"""What a text says in answer to a question that offers digits. Pure."""

from grievance.dialogue.grammar import Command, Kind, Reading


def kind_of(reading: Reading) -> Kind | None:
    """Return which command a text is, or None for words."""
    return reading.kind if isinstance(reading, Command) else None


def choice(reading: Reading, highest: int) -> int | None:
    """Return the one digit of a text, if it is one of those offered."""
    if not isinstance(reading, Command) or len(reading.digits) != 1:
        return None
    return reading.digits[0] if 1 <= reading.digits[0] <= highest else None


def is_yes(reading: Reading) -> bool:
    """Return whether a text is a yes, in words or by the first digit."""
    return kind_of(reading) is Kind.YES or choice(reading, 1) == 1
