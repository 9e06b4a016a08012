"""How many syllables a word has, in Spanish and in English. Pure, and nobody else's: no word list is fetched.

Spanish is spelled as it is spoken, so its rules decide; English is not, so its rules are helped by a list of words.
One word in, letters only: numbers, signs and abbreviations are read aloud first (`spoken`).
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import lru_cache
from itertools import pairwise
from types import MappingProxyType
from typing import Final

from grievance.core.i18n import ENGLISH, SPANISH, Locale

_SPANISH_VOWELS = "aeiouáéíóúü"
_STRONG = frozenset("aeoáéó")
_STRESSED_WEAK = frozenset("íú")
_WEAK = frozenset("iuü")
_SILENT_U = re.compile(r"(?<=[qg])u(?=[eiéí])")
_VOWEL_RUN = re.compile(rf"[{_SPANISH_VOWELS}]+(?:h[{_SPANISH_VOWELS}]+)*")
_CONSONANT_Y = re.compile(rf"y(?=[{_SPANISH_VOWELS}])")
_FOREIGN = MappingProxyType(
    {"site": 1, "online": 2, "email": 2, "web": 1, "whatsapp": 2, "marketing": 3, "software": 2}
)


def syllables(word: str, locale: Locale) -> int:
    """Return the syllables of one word; at least 1."""
    return _COUNTERS[locale](unicodedata.normalize("NFC", word).lower())


@lru_cache(maxsize=4096)
def spanish_syllables(word: str) -> int:
    """Count Spanish syllables: one for each run of vowels that is said in one breath.

    Two strong vowels (a, e, o) are two syllables, a weak one (i, u) joins its neighbour unless an accent sets it
    apart: pue-blo, rí-o. An h between vowels changes nothing: prohi-bir, bú-ho.

    Source: Real Academia Española, Ortografía de la lengua española (2010), II.3.4, diphthongs and hiatus.

    >>> [spanish_syllables(word) for word in ("respondimos", "días", "ruido", "averigüe", "camión", "muy")]
    [4, 2, 2, 4, 2, 1]
    """
    if word in _FOREIGN:
        return _FOREIGN[word]
    letters = _SILENT_U.sub("", word)
    # A y before a vowel is a consonant (a-yu-da); elsewhere it is an i (muy, y).
    letters = _CONSONANT_Y.sub("j", letters).replace("y", "i")
    letters = "".join(_plain(letter) for letter in letters)
    return max(1, sum(_of_run(run.group().replace("h", "")) for run in _VOWEL_RUN.finditer(letters)))


def _plain(letter: str) -> str:
    """Return a letter without marks that Spanish does not use: "à" counts as "a"."""
    if letter in _SPANISH_VOWELS or letter == "ñ":
        return letter
    return unicodedata.normalize("NFD", letter)[0]


def _of_run(run: str) -> int:
    """Count the syllables of vowels that touch: each strong one is the heart of one, and so is an í or ú beside it."""
    hearts = 0
    for place, letter in enumerate(run):
        around = {*run[max(0, place - 1) : place], *run[place + 1 : place + 2]}
        # "construí", "casuística": a weak vowel beside a weak one makes no hiatus, accent or not.
        if letter in _STRONG or (letter in _STRESSED_WEAK and (around & _STRONG or not around)):
            hearts += 1
    # The same weak vowel twice is said twice: chi-i-ta, an-ti-in-cen-dios.
    doubled = sum(1 for one, two in pairwise(run) if one == two and one in _WEAK)
    return max(1, hearts) + (doubled if not hearts else 0)


_SUFFIXES: Final = (
    ("fully", 2), ("ments", 1), ("ment", 1), ("ness", 1), ("less", 1), ("ships", 1), ("ship", 1), ("hood", 1),
    ("ful", 1), ("ly", 1),
)  # fmt: skip
"""Endings counted by themselves, so that a silent e before them stays silent: state-ment, care-ful-ly."""

_FIRST_HALF: Final = re.compile(
    r"(some|every|there|where|here|home|time|fire|life|side|safe|fore|wide|whole|name|place|base|house|care|line|wire|pipe|"
    r"mine|shore|stone|lime|smoke|noise|else|guide|make|take|use|side|free|frame|file|wave|space|race)(?=[bcdfghjklmnpqstvwyz])"
)
"""First halves of joined words whose e is silent: some-thing, fire-man, mine-shaft."""

_MORE: Final = tuple(
    re.compile(pattern)
    for pattern in (
        r"[^cgstxaeio]i[ao](?!u)(?<![ln]io(?=n))",  # ra-di-o, me-di-a; not na-tion, so-cial, o-pin-ion
        r"[^cgstxq]iou",  # se-ri-ous
        r"[^cgstxaeio]ie(?:n[ct]|rs?$|st$)",  # ex-pe-ri-ence, hap-pi-er
        r"i[iu]",  # me-di-um
        r"(?<!u)iet",  # so-ci-e-ty
        r"[aeiou]ing",  # be-ing
        r"[^aeiou]ying",  # car-ry-ing
        r"[^gqaeio]u(?:al|at|ous|ity|ent|el|ar)",  # an-nu-al, flu-ent
        r"sms?$",  # en-thu-si-as-m
        r"^(?:(?:re|pre|de)(?:[iu]|a(?!d|ch|l|s(?!s)|r|m|p|t)|o(?!u)|e(?=[mnx]|st))|coop|coor|coin?c|coau)",  # re-o-pen
        r"crea(?:t|$)",
        r"eo(?![upy]|ver)",  # vi-de-o
        r"[aeou]y(?=[aeiou])",  # em-ploy-er: the run of vowels hides two
        r"[dsn]nt$",  # did-n't
        r"thm",
        r"poe[tm]|uie",
        r"^mc",
    )
)
"""What a run of vowels hides: one syllable more for each."""

_LISTED: Final[Mapping[str, int]] = MappingProxyType(
    {
        word: number
        for number, words in (
            (2, "ruin science wednesday business evening every hundred people proceed sacred safety premier brilliant"),
            (
                3,
                (
                    "anyone apache area chemical chilean company convenient counsellor etcetera finale gracias idea "
                    "increment influence media prometheus radio ratio simile twentieth theory posterior recipe museum "
                    "coercion parliament whoever scientist"
                ),
            ),
            (4, "reality scientific apostrophe influenza differentiate"),
            (5, "enthusiasm proprietary simultaneous"),
            (6, "responsibility"),
            (7, "confidentiality"),
        )
        for word in words.split()
    }
)
"""Words that the rules get wrong. Endings are put to them by rule."""

_POSSESSIVE: Final = re.compile(r"[’']s$")
_HISSING: Final = re.compile(r"(?:[sxz]|[cs]h|[cgsz]e)$")
"""After these an s is a syllable of its own: site's, but ser-vi-ce's."""


@lru_cache(maxsize=4096)
def english_syllables(word: str) -> int:
    """Count English syllables: runs of vowels, without a silent e, and with what such a run hides.

    >>> [english_syllables(word) for word in ("grievance", "quarter", "people", "published", "we")]
    [2, 2, 2, 2, 1]
    """
    owner = _POSSESSIVE.sub("", word)
    if owner != word:
        return english_syllables(owner) + (_HISSING.search(owner) is not None)
    letters = "".join(unicodedata.normalize("NFD", letter)[0] for letter in word if letter not in "’'")
    known = _known(letters)
    if known is not None:
        return known
    for suffix, own in _SUFFIXES:
        stem = letters.removesuffix(suffix)
        if stem != letters and len(stem) > 2 and re.search("[aeiouy]", stem):
            # "possibly" is not "possib" and "ly": the b had an e of its own.
            return english_syllables(stem) + own if stem[-1] not in "bp" or own != 1 else _by_rule(letters)
    half = _FIRST_HALF.match(letters)
    if half and len(letters) - half.end() > 2:
        return english_syllables(half.group()) + english_syllables(letters[half.end() :])
    return _by_rule(letters)


def _known(letters: str) -> int | None:
    """Return what the list says of a word, or of the word that an ending was put to; None when it says nothing."""
    if letters in _LISTED:
        return _LISTED[letters]
    for ending, own in (("s", 0), ("es", 0), ("ed", 0), ("ing", 1), ("er", 1), ("ers", 1)):
        stem = letters.removesuffix(ending)
        if stem == letters:
            continue
        for whole in (stem, f"{stem}e"):
            if whole in _LISTED:
                sounded = ending == "ed" and stem[-1:] in {"t", "d"}
                return _LISTED[whole] + own + sounded
    return None


def _by_rule(letters: str) -> int:
    body = letters
    if re.search(r"[aeiouy].*[^tdaeiouy]ed$|[aeiouy]{2}ed$|[aeiouy].*[ao]wed$", body):
        # moved, talked; of "handled" and "doubled" the l keeps its syllable.
        body = body[:-1] if re.search(r"[^aeiouylr]led$", body) else body[:-2]
    elif re.search(r"(?<![sxzcg])(?<!sh)(?<!ch)es$", body):
        body = body[:-1]
    if re.search(r"[^aeiouylr]le$", body):
        hidden = 0
    elif re.search(r"(?:[^e]e|[gq]ue)$", body) and len(body) > 2:
        body, hidden = re.sub(r"(?:(?<=[gq])u)?e$", "", body), 0
    else:
        hidden = 0
    hidden += sum(len(pattern.findall(body)) for pattern in _MORE)
    return max(1, len(re.findall("[aeiouy]+", body)) + hidden)


_COUNTERS: Final[Mapping[Locale, Callable[[str], int]]] = MappingProxyType(
    {SPANISH: spanish_syllables, ENGLISH: english_syllables}
)
