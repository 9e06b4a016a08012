"""What a person sees of a text while writing it: how long, how hard sentence by sentence, what is out of place in it.

The same looks as at the gate (`release_checks`), but for one block as it is being typed; nothing is kept.
"""

from dataclasses import dataclass

from grievance.core.i18n import Locale
from grievance.publishing.bulletin import Bulletin
from grievance.publishing.drafting import Section, difference, numbers_out_of_place, unfinished
from grievance.publishing.editing import NOTES, REASON, longest
from grievance.publishing.jargon import plainer
from grievance.publishing.readability import GATES, Assessment, assess


@dataclass(frozen=True, slots=True)
class Plainer:
    """A word of officialese, as it stands in the text, and what people say instead."""

    found: str
    instead: str


@dataclass(frozen=True, slots=True)
class TextCheck:
    """A text in one language as it is being written."""

    length: int
    longest: int
    assessment: Assessment
    bound: float
    """The score that the whole summary must reach, on its easier side."""
    jargon: tuple[Plainer, ...]
    numbers: tuple[str, ...]
    """Numbers that are none of the figures."""
    unfinished: tuple[str, ...]
    changes: tuple[tuple[str, str], ...]
    """Pieces of the draft and of the text, as (kind, words): kind is "same", "gone" or "new"; empty without a draft."""

    @property
    def hard(self) -> tuple[str, ...]:
        """Return the sentences that are hard to read."""
        return tuple(sentence.text for sentence in self.assessment.sentences if sentence.is_hard)

    @property
    def is_too_long(self) -> bool:
        """Return whether it is longer than it may be."""
        return self.length > self.longest


def check_text(block: str, text: str, locale: Locale, *, draft: str, found: Bulletin) -> TextCheck:
    """Return what there is to say of a text for a block of the summary."""
    assessment = assess(text, locale)
    words = dict.fromkeys(word for sentence in assessment.sentences for word in sentence.jargon)
    is_section = block not in {NOTES, REASON}
    return TextCheck(
        length=len(text),
        longest=longest(block),
        assessment=assessment,
        bound=GATES[locale].bound,
        jargon=tuple(Plainer(word, plainer(word, locale)) for word in words),
        numbers=_numbers(Section(block), text, locale, draft, found) if is_section else (),
        unfinished=tuple(unfinished(text)) if is_section else (),
        changes=_changes(draft, text) if draft and draft != text else (),
    )


def _numbers(section: Section, text: str, locale: Locale, draft: str, found: Bulletin) -> tuple[str, ...]:
    return tuple(one.text for one in numbers_out_of_place(section, text, found, locale, known=draft))


def _changes(draft: str, text: str) -> tuple[tuple[str, str], ...]:
    return tuple((piece.kind.value, piece.words) for piece in difference(draft, text))
