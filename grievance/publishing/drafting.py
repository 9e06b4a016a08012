"""What a summary says before anybody wrote a word: whole sentences from the frozen figures, in each language its own.

No figure is typed by hand: each number is one of the Bulletin's. Where nothing can be computed, a prompt in square
brackets asks for it, and a text that still has brackets stays in the house (`unfinished`). Nothing is called "none"
that is merely not known. Not for: figures as they stand beside a chart (`wording`).
"""

from grievance.core.i18n import Locale
from grievance.publishing.bulletin import Bulletin
from grievance.publishing.drafting_changes import Piece, PieceKind, difference, unfinished
from grievance.publishing.drafting_deeds import changed, did, late, promised
from grievance.publishing.drafting_numbers import NumberFound, numbers_out_of_place
from grievance.publishing.drafting_paragraphs import paragraphs
from grievance.publishing.drafting_reprisals import treated_worse
from grievance.publishing.drafting_sections import SECTION_NAMES, Section, WaysText
from grievance.publishing.drafting_voices import how, said, told, unknown

__all__ = [
    "SECTION_NAMES",
    "NumberFound",
    "Piece",
    "PieceKind",
    "Section",
    "WaysText",
    "difference",
    "draft",
    "numbers_out_of_place",
    "unfinished",
]


def draft(found: Bulletin, ways: WaysText, locale: Locale) -> dict[Section, str]:
    """Return every section drafted in one language, in the order of the page; paragraphs are parted by a blank line."""
    return {
        Section.TOLD: told(found, locale),
        Section.DID: did(found, locale),
        Section.LATE: late(found, locale),
        Section.SAID: paragraphs(said(found, locale), treated_worse(found.figures.get("M13"), locale)),
        Section.CHANGED: changed(found, locale),
        Section.PROMISED: promised(found, locale),
        Section.UNKNOWN: unknown(found, locale),
        Section.HOW: how(ways, locale),
    }
