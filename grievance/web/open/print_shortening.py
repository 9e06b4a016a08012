"""A section in fewer words: whole paragraphs, lines and sentences from its beginning, never half of one. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from grievance.web.open.sections import Block

_SENTENCE_ENDS = re.compile(r"(?<=[.!?…])\s+(?=[¿¡«“\"(A-ZÁÉÍÓÚÑ0-9])")


def shortened(blocks: Sequence[Block], most_words: int) -> list[Block]:
    """Return the beginning of a section in at most so many words, but its first sentence always."""
    return list(_kept(blocks, most_words))


def _kept(blocks: Sequence[Block], most_words: int) -> Iterator[Block]:
    left, is_first = most_words, True
    for block in blocks:
        lines: list[str] = []
        for line in block.lines:
            sentences = []
            for sentence in _SENTENCE_ENDS.split(line):
                left -= len(sentence.split())
                if left < 0 and not is_first:
                    break
                sentences.append(sentence)
                is_first = False
            if sentences:
                lines.append(" ".join(sentences))
            if left < 0:
                break
        if lines:
            yield replace(block, lines=tuple(lines))
        if left < 0:
            return
