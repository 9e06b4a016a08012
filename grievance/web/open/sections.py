"""The summary of a quarter in its sections: paragraphs, lists, what people said, and the drawings beside them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from grievance.core.i18n import Locale, text_in
from grievance.publishing.bulletin import Bulletin
from grievance.publishing.drafting_sections import SECTION_NAMES, Section
from grievance.publishing.drawings import Drawing

DRAWINGS: Final[Mapping[Section, tuple[str, ...]]] = MappingProxyType(
    {
        Section.TOLD: ("categories", "quarters", "open"),
        Section.DID: ("on_time", "time", "bands"),
        Section.LATE: ("ages",),
        Section.SAID: ("opinions", "sureness"),
        Section.CHANGED: ("actions",),
    }
)
"""By name (publishing.quarter_drawings): which drawings belong to which section."""

_GAP = re.compile(r"\n\s*\n")
_ITEM = re.compile(r"\s*[-•–]\s+")
_QUOTED = re.compile(r"[“«\"].*[”»\"]\.?", re.DOTALL)


class BlockKind(StrEnum):
    """How some words of a section are shown."""

    WORDS = "words"
    VOICE = "voice"
    """What somebody said, in quotation marks: the one thing that stands in serif."""
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, or the lines of a list."""

    kind: BlockKind
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One section: its heading, its words, and the drawings that belong to it, those without a picture too."""

    code: str
    name: str
    blocks: Sequence[Block]
    drawings: Sequence[Drawing]


def parts_of(found: Bulletin, drawn: Mapping[str, Drawing], lang: Locale) -> list[Part]:
    """Return the sections of a release that has words for them, in their order; empty where it has none at all."""
    parts = []
    for section in Section:
        words = found.texts.get(section.value, {}).get(lang, "").strip()
        if words:
            beside = [drawn[name] for name in DRAWINGS.get(section, ()) if name in drawn]
            parts.append(Part(section.value, text_in(lang, SECTION_NAMES[section]), blocks(words), beside))
    return parts


def blocks(words: str) -> list[Block]:
    """Return the paragraphs of a text: parted by a blank line, lists by their dashes, quotations by their marks."""
    return [_block(chunk) for chunk in _GAP.split(words.replace("\r\n", "\n").strip()) if chunk.strip()]


def _block(chunk: str) -> Block:
    lines = [line for line in chunk.split("\n") if line.strip()]
    if all(_ITEM.match(line) for line in lines):
        return Block(BlockKind.LIST, tuple(_ITEM.sub("", line, count=1).strip() for line in lines))
    kind = BlockKind.VOICE if _QUOTED.fullmatch(chunk.strip()) else BlockKind.WORDS
    return Block(kind, (chunk.strip(),))
