"""A section in fewer words: whole paragraphs and lines from its beginning. Pure.

A paragraph is never cut in the middle: what speaks well of a site often stands first and what speaks against it after
that ("Yes: 6. In part: 3. No: 1."), and half of it would be worse than nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from grievance.web.open.sections import Block

_SENTENCE_ENDS = re.compile(r"(?<=[.!?…])\s+(?=[¿¡«“\"(A-ZÁÉÍÓÚÑ0-9])")


def shortened(blocks: Sequence[Block], most_words: int) -> list[Block]:
    """Return the beginning of a section in at most so many words, but something always: at least its first sentence."""
    found = list(_kept(blocks, most_words))
    return found or [replace(block, lines=(_SENTENCE_ENDS.split(block.lines[0])[0],)) for block in blocks[:1]]


def _kept(blocks: Sequence[Block], most_words: int) -> Iterator[Block]:
    left = most_words
    for block in blocks:
        lines = []
        for line in block.lines:
            left -= len(line.split())
            if left < 0:
                break
            lines.append(line)
        if lines:
            yield replace(block, lines=tuple(lines))
        if left < 0:
            return
