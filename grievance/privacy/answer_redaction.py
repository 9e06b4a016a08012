"""Blacking out other people in the words of one: names, telephone numbers, e-mail addresses, ID numbers. Pure.

Rather too much than too little: whoever releases a copy reads it first, and adds what no rule can find ("my aunt").
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

SHORTEST = 3
"""Single names shorter than this many letters are not looked for: they occur in any text."""

_EMAIL: Final = re.compile(r"[^\s@<>()\[\],;]+@[^\s@<>()\[\],;]+\.[^\W\d_]{2,}")
_PHONE: Final = re.compile(r"(?<![\w-])\+?\d(?:[\s().-]{0,2}\d){7,14}(?![\w-])")
# Chilean ID number: 7 or 8 digits, with or without points, a dash and a check digit.
_ID_NUMBER: Final = re.compile(r"(?<![\w-])\d{1,2}\.?\d{3}\.?\d{3}-[\dkK](?![\w-])")
_DATE: Final = re.compile(r"\d{1,4}[-/. ]\d{1,2}[-/. ]\d{2,4}")
_WORD: Final = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Others:
    """What is blacked out. `names` are names or phrases of others; `own` are words of whoever reads it, which stay."""

    names: frozenset[str]
    own: frozenset[str] = frozenset()

    @classmethod
    def of(cls, names: Iterable[str], own: Iterable[str | None] = ()) -> "Others":
        """Collect names, without empty ones."""
        return cls(frozenset(name for name in names if folded(name)), frozenset(said for said in own if said))


def redact(text: str | None, others: Others, *, mark: str) -> str | None:
    """Return the text with everything of others replaced by the mark; None stays None.

    Case, accents and what stands between the words of a name make no difference.
    """
    if not text:
        return text
    kept = {folded(part) for own in others.own for part in (own, *parts_of(own))}
    spans = [span for span in _patterns(text) if folded(text[slice(*span)]) not in kept]
    plain, places = _plain(text)
    for name in sorted(others.names, key=len, reverse=True):
        if folded(name) in kept:
            continue
        spans += [(places[found.start()], places[found.end() - 1] + 1) for found in _of(name).finditer(plain)]
    return _replaced(text, spans, mark)


def parts_of(name: str) -> frozenset[str]:
    """Return a name with each of its words that is long enough to be looked for alone."""
    return frozenset({name, *(word for word in _WORD.findall(name) if len(word) >= SHORTEST)})


def capitalised(text: str) -> frozenset[str]:
    """Return the words of a description that are written like names."""
    return frozenset(word for word in _WORD.findall(text) if len(word) >= SHORTEST and word[0].isupper())


def folded(text: str) -> str:
    """Return lower-case words without accents, single spaces between."""
    return " ".join(_WORD.findall(_plain(text)[0]))


def _patterns(text: str) -> list[tuple[int, int]]:
    found = [match for pattern in (_EMAIL, _ID_NUMBER, _PHONE) for match in pattern.finditer(text)]
    return [match.span() for match in found if not _DATE.fullmatch(match[0])]


def _plain(text: str) -> tuple[str, list[int]]:
    """Return the text in lower case without accents, and for each of its letters where it stands in the original."""
    letters: list[str] = []
    places: list[int] = []
    for place, symbol in enumerate(text):
        for letter in unicodedata.normalize("NFKD", symbol).casefold():
            if not unicodedata.combining(letter):
                letters.append(letter)
                places.append(place)
    return "".join(letters), places


def _of(name: str) -> re.Pattern[str]:
    words = [re.escape(word) for word in folded(name).split()]
    return re.compile(r"(?<![^\W_])" + r"[\W_]+".join(words) + r"(?![^\W_])")


def _replaced(text: str, spans: list[tuple[int, int]], mark: str) -> str:
    """Replace the spans, which may overlap or touch, each run of them by one mark."""
    kept: list[str] = []
    end = 0
    for start, stop in sorted(spans):
        if stop <= end:
            continue
        if start > end or not kept:
            kept += [text[end:start], mark]
        end = stop
    return "".join(kept) + text[end:]
