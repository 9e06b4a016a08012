"""Where a sentence ends, and which words it has when it is read aloud. Pure.

A full stop ends no sentence in "art. 12", "N.º 5", "3.5", "9.30" or "p. ej.". Numbers, signs, abbreviations and
acronyms count as they are said: "64 %" is five words in Spanish. Addresses, telephone numbers and references are
copied, not read: they count for nothing.
"""

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from grievance.core.i18n import ENGLISH, SPANISH, Locale
from grievance.publishing.spoken import ABBREVIATIONS, BEFORE_A_NUMBER, LETTERS, SIGNS, number_words
from grievance.publishing.syllables import syllables


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_BULLET = re.compile(r"^\s*(?:[-–—•*·▪]|\d{1,2}[.)]|[a-z]\))\s+")
_END = re.compile(r"(?P<stop>[.!?…]+)[\"»”’)\]]*(?=\s)")
_BEGINS = re.compile(r"\s+[\"«“‘(\[¿¡—–-]*(?P<first>[^\W_])")
_LAST_TOKEN = re.compile(r"[^\s(«“\"]+$")

_NEVER_LAST: Final[Mapping[Locale, frozenset[str]]] = MappingProxyType(
    {
        SPANISH: _set("sr sra sres srta dr dra d dña av avda pje p ej gral ing prof sto sta núm"),
        ENGLISH: _set("mr mrs ms dr st prof e.g i.e vs gen mt"),
    }
)
"""Abbreviations after which something always follows."""

_BEFORE_NUMBERS: Final[Mapping[Locale, frozenset[str]]] = MappingProxyType(
    {
        SPANISH: _set("art arts núm n no nº cap pág págs fig inc tel aprox"),
        ENGLISH: _set("art arts No Nos fig p pp sec tel approx"),
    }
)
"""Abbreviations that end no sentence where a number follows."""

_MAY_BE_LAST: Final = _set("etc m a.m p.m uu ee.uu s.a s ltda spa hrs hr h km min inc ltd co aprox approx")
"""Abbreviations that end one only where a capital letter follows."""

_ADDRESS = re.compile(
    r"""(?:https?://|www\.)\S+[^\s.,;:)\]»”]
    | [\w.+-]+@[\w-]+(?:\.[\w-]+)+
    | \b[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}/[^\s,;)\]»”]*[^\s.,;:)\]»”]
    | \b[\w-]+(?:\.[\w-]+)*\.(?:cl|com|org|net|example|gob|gov|test)\b(?!\.\w)
    | \+\d[\d\s().-]{5,}\d
    | \b\d{7,}\b
    | \b(?=[0-9A-Z]*\d)[0-9A-Z]{4}-[0-9A-Z]{4}\b""",
    re.VERBOSE,
)


def sentences(text: str, locale: Locale) -> tuple[str, ...]:
    """Return the sentences of a text, as written, in order. A line of a list is one, and so is a heading."""
    return tuple(
        sentence for line in _lines(text) for sentence in _of_line(line, locale) if word_syllables(sentence, locale)
    )


def without_addresses(text: str) -> str:
    """Return a text without web addresses, e-mail addresses, telephone numbers and references."""
    return _ADDRESS.sub(" ", text)


def word_syllables(text: str, locale: Locale) -> tuple[int, ...]:
    """Return the syllables of each word of a text as it is read aloud.

    >>> word_syllables("El art. 12 habla de SMS.", SPANISH)
    (1, 4, 2, 2, 1, 6)
    """
    return tuple(
        number for found in _WRITTEN[locale].finditer(without_addresses(text)) for number in _said(found, locale)
    )


def _lines(text: str) -> Iterator[str]:
    """Yield lines without bullets; a line that goes on in lower case belongs to the one before it."""
    held = ""
    for raw in text.splitlines():
        line = raw.strip()
        goes_on = bool(held) and line[:1].islower() and not _BULLET.match(raw)
        if goes_on:
            held = f"{held} {line}"
            continue
        if held:
            yield held
        held = _BULLET.sub("", raw).strip()
    if held:
        yield held


def _of_line(line: str, locale: Locale) -> Iterator[str]:
    start = 0
    for end in _END.finditer(line):
        if _is_end(line, end, locale):
            yield line[start : end.end()].strip()
            start = end.end()
    if line[start:].strip():
        yield line[start:].strip()


def _is_end(line: str, end: re.Match[str], locale: Locale) -> bool:
    following = _BEGINS.match(line, end.end())
    if following is None:
        return False
    first = following["first"]
    if not (first.isupper() or first.isdigit()):
        return False
    if end["stop"] != ".":
        return True
    token = _LAST_TOKEN.search(line[: end.start()])
    last = token.group() if token else ""
    if last.lower() in _NEVER_LAST[locale] or re.fullmatch(r"[A-ZÁÉÍÓÚÑ]", last):
        return False
    # "No." before a number is an abbreviation, "no." ends a sentence: case is kept.
    if first.isdigit() and (last in _BEFORE_NUMBERS[locale] or last.lower() in _BEFORE_NUMBERS[locale] - {"no"}):
        return False
    return not (last.lower() in _MAY_BE_LAST and not first.isupper())


def _written(locale: Locale) -> re.Pattern[str]:
    """Return what is read as one thing: an abbreviation, a number, a code such as M8, a word, a sign."""
    short = "|".join(
        re.escape(one) + (r"(?=\s*\d)" if one in BEFORE_A_NUMBER else "")
        for one in sorted(ABBREVIATIONS[locale], key=len, reverse=True)
    )
    return re.compile(
        rf"""(?P<short>(?<!\w)(?:{short})(?!\w))
        | (?P<code>\b[A-Za-z]{{1,3}}\d{{1,4}}\b)
        | (?P<number>\d+(?:[.,\u00a0\u202f]\d{{3}})+(?:[.,]\d+)?(?!\d)|\d+[.,]\d+|\d+)
          (?P<ordinal>\.?[ºª]|(?:st|nd|rd|th|er|ra|ro|do|da|to|ta|mo|vo)\b)?
        | (?P<word>[^\W\d_]+(?:[’'-][^\W\d_]+)*)
        | (?P<sign>[%$€&+°])""",
        re.VERBOSE | re.IGNORECASE,
    )


def _said(found: re.Match[str], locale: Locale) -> Iterator[int]:
    """Yield the syllables of each word that something written is read as."""
    text = found.group()
    kind = "number" if found["number"] else found.lastgroup
    match kind:
        case "short":
            yield from _each(ABBREVIATIONS[locale][text.lower()], locale)
        case "code":
            letters = text.rstrip("0123456789")
            yield sum(_letter(letter, locale) for letter in letters)
            yield from _each(number_words(text[len(letters) :], locale), locale)
        case "number":
            yield from _each(number_words(found["number"], locale), locale)
        case "sign":
            yield from _each(SIGNS[locale][text], locale)
        case _:
            yield _word(text, locale)


def _each(words: str, locale: Locale) -> Iterator[int]:
    return (_word(word, locale) for word in words.split())


def _word(word: str, locale: Locale) -> int:
    if _is_spelled(word, locale):
        return sum(_letter(letter, locale) for letter in word)
    return sum(syllables(part, locale) for part in word.split("-"))


def _letter(letter: str, locale: Locale) -> int:
    return sum(syllables(part, locale) for part in LETTERS[locale].get(letter.lower(), letter).split())


_SAYABLE: Final[Mapping[Locale, re.Pattern[str]]] = MappingProxyType(
    {
        SPANISH: re.compile(
            r"(?:(?:[bcdfgjlmnñprstvz]|[bcfgpt][lr]|dr|ll|ch|qu)?[aeiouáéíóú](?:[lnrsdz](?![aeiou]))?)+"
        ),
        ENGLISH: re.compile(
            r"(?:(?:[bcdfghjklmnprstvwyz]|[bcfgps][lr]|st|tr|dr|th|sh|ch)?[aeiou]+"
            r"(?:[bdfgklmnprstxz]|[lnr][dkpt]|ss|st)?)+"
        ),
    }
)
_SPELLED: Final = frozenset({"USA", "EU", "UN", "UK", "ILO", "IT", "AI"})
_SAID_AS_WORDS: Final = frozenset({"STOP"})


def _is_spelled(word: str, locale: Locale) -> bool:
    """Tell whether an acronym is read letter by letter: SMS and INDH are, ONU is a word."""
    if not 2 <= len(word) <= 5 or not word.isupper() or not word.isalpha() or word in _SAID_AS_WORDS:
        return False
    return (locale == ENGLISH and word in _SPELLED) or _SAYABLE[locale].fullmatch(word.lower()) is None


_WRITTEN: Final[Mapping[Locale, re.Pattern[str]]] = MappingProxyType(
    {locale: _written(locale) for locale in (SPANISH, ENGLISH)}
)
