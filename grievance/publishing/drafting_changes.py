"""What a person changed of a drafted text, and what of the draft still waits to be written. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

_WORD = re.compile(r"\S+\s*")
_PROMPT = re.compile(r"\[[^\]]*\]?|[^\s\[]*\]")


class PieceKind(StrEnum):
    """What became of some words of the draft."""

    SAME = "same"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Piece:
    """Words in a row that stayed, went or came. Without the gone ones the pieces are the text."""

    kind: PieceKind
    words: str


def difference(draft: str, text: str) -> tuple[Piece, ...]:
    """Return what was changed, word by word. Of what was replaced, what is gone comes first.

    >>> [(piece.kind.value, piece.words) for piece in difference("Vino uno. ", "Vino nadie.")]
    [('same', 'Vino '), ('gone', 'uno. '), ('new', 'nadie.')]
    """
    before, after = _WORD.findall(draft.lstrip()), _WORD.findall(text.lstrip())
    return tuple(_pieces(before, after))


def unfinished(text: str) -> tuple[str, ...]:
    """Return the prompts in square brackets that are left in a text, and any bracket by itself; empty is finished."""
    return tuple(_PROMPT.findall(text))


def _pieces(before: list[str], after: list[str]) -> Iterator[Piece]:
    # Spaces and line breaks after a word are no change of the word.
    matcher = SequenceMatcher(None, [word.rstrip() for word in before], [word.rstrip() for word in after], False)
    for tag, start, end, first, last in matcher.get_opcodes():
        if tag == "equal":
            yield Piece(PieceKind.SAME, "".join(after[first:last]))
            continue
        if end > start:
            yield Piece(PieceKind.GONE, "".join(before[start:end]))
        if last > first:
            yield Piece(PieceKind.NEW, "".join(after[first:last]))
