"""Sentences put together: empty ones fall away, and so do paragraphs of which nothing is left."""

from grievance.core.i18n import Locale, plural_in
from grievance.publishing.wording import whole


def paragraph(*sentences: str) -> str:
    """Return sentences in a row, without the empty ones."""
    return " ".join(sentence for sentence in sentences if sentence)


def paragraphs(*parts: str) -> str:
    """Return paragraphs parted by a blank line, without the empty ones."""
    return "\n\n".join(part for part in parts if part)


def listed(*lines: str) -> str:
    """Return lines as a list, without the empty ones; pages show lines that begin with a dash as one."""
    return "\n".join(f"- {line}" for line in lines if line)


def if_any(locale: Locale, one: str, many: str, number: int, **values: object) -> str:
    """Return the form of a sentence that fits a number, which fills %(number)s as the language writes it.

    Nothing when the number is 0: what did not happen has a sentence of its own or none.
    """
    if number == 0:
        return ""
    return plural_in(locale, one, many, number, number=whole(number, locale), **values)
