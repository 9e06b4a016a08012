"""Plain values of the pages on which a release is written: how each block stands, and the whole per language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from grievance.core.i18n import OFFERED, Locale
from grievance.publishing import editing
from grievance.publishing.bulletin import bulletin_of
from grievance.publishing.editing import NOTES
from grievance.publishing.models import Release
from grievance.publishing.readability import GATES, Assessment, assess
from grievance.publishing.text_checks import TextCheck, check_text
from grievance.web.staff.figures_base import Place
from grievance.web.staff.figures_words import block_name


@dataclass(frozen=True, slots=True)
class BlockLine:
    """A block in the list. `state` is done, empty, unfinished (a language or a prompt) or optional."""

    name: str
    url: str
    state: str
    words: dict[str, str]
    changed: bool
    """Whether it says something else than its draft."""
    doubts: int
    """How many numbers and words of officialese there are to look at."""


@dataclass(frozen=True, slots=True)
class WholeLine:
    """The whole summary in one language: its words and score, and the score that it must reach."""

    lang: str
    assessment: Assessment
    bound: float
    aim: float


@dataclass(frozen=True, slots=True)
class ChangedBlock:
    """A block beside its draft: its words, and by language the pieces that went, came and stayed (see TextCheck)."""

    name: str
    words: dict[str, str]
    pieces: Mapping[Locale, tuple[tuple[str, str], ...]]


def block_lines(place: Place, release: Release) -> list[BlockLine]:
    """Return the blocks of a release in their order."""
    found = bulletin_of(release, place.site)
    lines = []
    for block in editing.blocks(release):
        words, draft = editing.words_of(release, block), editing.draft_of(release, block)
        checks = [check_text(block, words[lang], lang, draft=draft[lang], found=found) for lang in OFFERED]
        lines.append(
            BlockLine(
                name=block_name(block),
                url=place.url_of("figures_text", release, block=block),
                state=_state(block, words, checks),
                words=words,
                changed=block in release.drafts and words != draft,
                doubts=sum(len(check.numbers) + len(check.jargon) for check in checks),
            )
        )
    return lines


def changed_blocks(place: Place, release: Release) -> list[ChangedBlock]:
    """Return the blocks that say something else than their drafts, in their order, with what changed per language."""
    found = bulletin_of(release, place.site)
    changed = []
    for block in editing.blocks(release):
        words, draft = editing.words_of(release, block), editing.draft_of(release, block)
        if words == draft:
            continue
        pieces = {
            lang: check_text(block, words[lang], lang, draft=draft[lang], found=found).changes for lang in OFFERED
        }
        changed.append(ChangedBlock(block_name(block), words, pieces))
    return changed


def whole_lines(release: Release) -> list[WholeLine]:
    """Return how hard the whole is to read, per language."""
    blocks = editing.blocks(release)
    return [
        WholeLine(
            lang,
            assess("\n\n".join(text for block in blocks if (text := editing.words_of(release, block)[lang])), lang),
            GATES[lang].bound,
            GATES[lang].aim,
        )
        for lang in OFFERED
    ]


def _state(block: str, words: dict[str, str], checks: list[TextCheck]) -> str:
    if not any(words.values()):
        return "optional" if block == NOTES else "empty"
    if not all(words.values()) or any(check.unfinished or check.is_too_long for check in checks):
        return "unfinished"
    return "done"
