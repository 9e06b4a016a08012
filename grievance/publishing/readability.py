"""How hard a text is to read, sentence by sentence, and whether it may go out. Pure.

A score is a smoke test: it counts syllables and words and understands nothing. Whether people understand is found out
by reading aloud to them (publishing.models.ReaderTest).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from grievance.core.i18n import ENGLISH, SPANISH, Locale
from grievance.publishing.jargon import jargon_in
from grievance.publishing.sentences import sentences, word_syllables

MIN_WORDS: Final = 100
"""Shorter texts are scored, but neither pass nor fail: a handful of words says nothing about a style."""
LONGEST: Final = 25
"""Words. A longer sentence is hard whatever its words are.

Source: GOV.UK, Content design: check sentences of more than 25 words.
"""
_LEAST_ALONE: Final = 15
"""Words from which a sentence is judged by its own score: three long words in a row are not hard."""


@dataclass(frozen=True, slots=True)
class Gate:
    """The score that a text of MIN_WORDS or more must reach, and the one to aim for."""

    bound: float
    aim: float
    alone: float
    """The score from which one sentence of some length is hard by itself, however easy those around it are."""
    more_is_easier: bool

    def passes(self, score: float) -> bool:
        """Tell whether a score is at the bound or on its easier side."""
        return score >= self.bound if self.more_is_easier else score <= self.bound

    def is_hard(self, score: float) -> bool:
        """Tell whether the score of a single sentence is on the harder side of `alone`."""
        return score < self.alone if self.more_is_easier else score > self.alone


GATES: Final[Mapping[Locale, Gate]] = MappingProxyType(
    {
        # INFLESZ: "normal" from 55, "rather easy" from 65, "very hard" below 40.
        SPANISH: Gate(bound=55.0, aim=65.0, alone=40.0, more_is_easier=True),
        # Flesch-Kincaid, years of school: more than 12 is beyond school.
        ENGLISH: Gate(bound=8.0, aim=7.0, alone=12.0, more_is_easier=False),
    }
)
"""INFLESZ for Spanish, Flesch-Kincaid grade for English."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as written, with its own score and the officialese in it."""

    text: str
    words: int
    syllables: int
    score: float
    jargon: tuple[str, ...]
    is_hard: bool
    """Longer than LONGEST, very hard by itself, or one of the few without which the rest would pass the gate."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """A text and its scores. `passes` is None below MIN_WORDS. A text without words scores 0."""

    words: int
    sentences: tuple[Sentence, ...]
    score: float
    """INFLESZ, or Flesch-Kincaid grade: the one that has a gate."""
    second_score: float
    """Fernández-Huerta, or Flesch reading ease."""
    passes: bool | None


def assess(text: str, locale: Locale) -> Assessment:
    """Return how hard a text is to read.

    >>> found = assess("Respondimos su reclamo en cinco días hábiles.", SPANISH)
    >>> (found.words, round(found.score, 3), round(found.second_score, 4))
    (7, 57.435, 62.5571)
    """
    parts = [(written, word_syllables(written, locale)) for written in sentences(text, locale)]
    counts = [(len(spoken), sum(spoken)) for _, spoken in parts]
    hard = _dragging(counts, locale)
    found = tuple(
        Sentence(
            text=written,
            words=words,
            syllables=syllables,
            score=score(words, syllables, 1, locale),
            jargon=jargon_in(written, locale),
            is_hard=place in hard or _is_hard_alone(words, syllables, locale),
        )
        for place, ((written, _), (words, syllables)) in enumerate(zip(parts, counts, strict=True))
    )
    words, syllables = sum(row[0] for row in counts), sum(row[1] for row in counts)
    first = score(words, syllables, len(found), locale)
    return Assessment(
        words=words,
        sentences=found,
        score=first,
        second_score=second_score(words, syllables, len(found), locale),
        passes=GATES[locale].passes(first) if words >= MIN_WORDS else None,
    )


def score(words: int, syllables: int, sentence_count: int, locale: Locale) -> float:
    """Return the score that has a gate; 0 where there are no words."""
    return (inflesz if locale == SPANISH else flesch_kincaid)(words, syllables, sentence_count)


def second_score(words: int, syllables: int, sentence_count: int, locale: Locale) -> float:
    """Return the other score of the language; 0 where there are no words."""
    return (fernandez_huerta if locale == SPANISH else flesch)(words, syllables, sentence_count)


def inflesz(words: int, syllables: int, sentence_count: int) -> float:
    """Return the INFLESZ score: 40 to 55 somewhat hard, 55 to 65 normal, 65 to 80 rather easy.

    Source: Barrio-Cantalejo et al., "Validación de la Escala INFLESZ", An. Sist. Sanit. Navar. 31(2), 2008, with the
    formula of Szigriszt Pazos, 1993.
    """
    return 206.835 - 62.3 * syllables / words - words / sentence_count if words else 0.0


def fernandez_huerta(words: int, syllables: int, sentence_count: int) -> float:
    """Return the Fernández-Huerta score.

    Source: Fernández Huerta, "Medidas sencillas de lecturabilidad", Consigna 214, 1959. Its second term is words a
    sentence; the form with sentences per 100 words that is copied everywhere is an error (Law, 2011).
    """
    return 206.84 - 60 * syllables / words - 1.02 * words / sentence_count if words else 0.0


def flesch_kincaid(words: int, syllables: int, sentence_count: int) -> float:
    """Return the Flesch-Kincaid grade: years of school in the United States.

    Source: Kincaid et al., Derivation of New Readability Formulas for Navy Enlisted Personnel, 1975.
    """
    return 0.39 * words / sentence_count + 11.8 * syllables / words - 15.59 if words else 0.0


def flesch(words: int, syllables: int, sentence_count: int) -> float:
    """Return the Flesch reading ease: 60 to 70 plain English.

    Source: Flesch, "A new readability yardstick", J. Appl. Psychol. 32(3), 1948.
    """
    return 206.835 - 1.015 * words / sentence_count - 84.6 * syllables / words if words else 0.0


def _is_hard_alone(words: int, syllables: int, locale: Locale) -> bool:
    if words > LONGEST:
        return True
    return words >= _LEAST_ALONE and GATES[locale].is_hard(score(words, syllables, 1, locale))


def _dragging(counts: Sequence[tuple[int, int]], locale: Locale) -> frozenset[int]:
    """Return the places of the sentences that drag a text under the gate: the worst ones, until the rest passes."""
    left = dict(enumerate(counts))
    words, syllables = sum(row[0] for row in counts), sum(row[1] for row in counts)
    gate = GATES[locale]
    taken: set[int] = set()
    while left and not gate.passes(score(words, syllables, len(left), locale)):
        worst = _worst(left, words, syllables, locale)
        words, syllables = words - left[worst][0], syllables - left[worst][1]
        del left[worst]
        taken.add(worst)
    return frozenset(taken)


def _worst(left: Mapping[int, tuple[int, int]], words: int, syllables: int, locale: Locale) -> int:
    """Return the sentence without which the others score best; of equal ones the first."""
    sign = -1 if GATES[locale].more_is_easier else 1

    def without(place: int) -> float:
        less_words, less_syllables = left[place]
        return sign * score(words - less_words, syllables - less_syllables, len(left) - 1, locale)

    return min(left, key=lambda place: (without(place), place)) if len(left) > 1 else next(iter(left))
