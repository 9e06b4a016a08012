"""What a text message says: one of a few whole-message commands, or the person's own words. Pure.

Only a message that is nothing but a command is one: "NO ME DEN DE BAJA" and "please stop the trucks" are grievances.
Every reading carries the words as they came, so that a command which does not fit where the thread stands can be kept
as a message. Not for what is done about it: that is `respond`.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple

from grievance.crypto.codes import (
    AccessCode,
    CaseReference,
    JoinCode,
    looks_like_reference,
    normalise_access_code,
    normalise_join_code,
    normalise_reference,
)


class Kind(StrEnum):
    """What a whole message asks for."""

    HELP = "help"
    STATUS = "status"
    NEW = "new"  # alone: the grievance follows
    LANGUAGE = "language"
    OPT_OUT = "opt_out"
    OPT_IN = "opt_in"
    CARRIER_YES = "carrier_yes"  # "YES": lifts a carrier's stop, so never an answer of ours
    WITHDRAW = "withdraw"
    CODE = "code"
    APPEAL = "appeal"
    DATA = "data"  # what is kept about the person
    JOIN = "join"  # others' grievance, with a join code and, if the person likes, words
    REFERENCE = "reference"  # nothing but a reference
    DIGITS = "digits"
    YES = "yes"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Command:
    """A message that is nothing but a command; `said` is the message as it came.

    `reference` may come with STATUS, APPEAL, WITHDRAW, CODE and REFERENCE; `mistyped_reference` tells that something
    of its shape came instead. `language` comes with LANGUAGE (None: ask which), `digits` (one to three) with DIGITS.
    `join_code` comes with JOIN when its check fits, and `rest` is what the person wrote after it.
    `carrier_answered`: the provider has already answered, so nothing is to be sent.
    """

    kind: Kind
    said: str
    reference: CaseReference | None = None
    mistyped_reference: bool = False
    language: str | None = None
    digits: tuple[int, ...] = ()
    carrier_answered: bool = False
    join_code: JoinCode | None = None
    rest: str = ""


@dataclass(frozen=True, slots=True)
class FreeText:
    """A person's own words; `said` is the message as it came, even empty.

    `reference_named` is the first case reference in it. `starts_with` is NEW or APPEAL when the first word is that
    command, and `rest` then is what follows it; `said` remains what is stored.
    """

    said: str
    reference_named: CaseReference | None = None
    starts_with: Kind | None = None
    rest: str = ""

    @property
    def starts_new(self) -> bool:
        """Tell whether the person wants it to be a case of its own."""
        return self.starts_with is Kind.NEW


Reading = Command | FreeText


class CodeSpan(NamedTuple):
    """Where in a text an access code stands (end not included), and which."""

    start: int
    end: int
    code: AccessCode


def read(text: str, *, opt_out_type: str | None = None) -> Reading:
    """Read a message. `opt_out_type` is what the provider has already answered (STOP, START, HELP), if anything."""
    acted = _DONE_BY_CARRIER.get((opt_out_type or "").strip().upper())
    if acted is not None:
        return Command(acted, text, carrier_answered=True)
    words = _plain(text)
    kind = _WORDS.get(words)
    if kind is Kind.LANGUAGE:
        return Command(kind, text, language=_language_in(words))
    if kind is not None:
        return Command(kind, text)
    return _read_join(text) or _read_with_reference(text, words) or _read_digits(text) or _read_free(text)


def detect_language(text: str) -> str | None:
    """Return "es" or "en" when the text is clearly written in it, else None.

    Counts small words that only one of them has, and letters that only Spanish has; clear means at least two, and
    more than twice those of the other.
    """
    words = re.findall(r"[^\W\d_]+", unicodedata.normalize("NFC", text).casefold())
    spanish = sum(word in _SPANISH or not _SPANISH_LETTERS.isdisjoint(word) for word in words) + len(
        _SPANISH_SIGNS.findall(text)
    )
    english = sum(word in _ENGLISH for word in words)
    if spanish >= 2 and spanish > 2 * english:
        return "es"
    if english >= 2 and english > 2 * spanish:
        return "en"
    return None


def find_reference(text: str) -> CaseReference | None:
    """Return the first correct case reference named in running text. It may still be the reference of no case."""
    # Half of an access code is no reference, and a reference in one piece comes before two words that look like one.
    searched = redact_access_codes(text)
    for pattern in (_REFERENCE, _REFERENCE_SPACED):
        for part in _PART.finditer(searched):
            match = pattern.match(searched, part.start())
            reference = normalise_reference(match[0]) if match and _has_digit(match[0]) else None
            if reference is not None:
                return reference
    return None


def find_access_codes(text: str) -> tuple[CodeSpan, ...]:
    """Return the access codes in running text, in order.

    Four words of four letters have the shape of one too. Unless the groups are joined by dashes, one of them must mix
    letters and digits: 4 random codes in 1,000 typed with spaces are missed, and no sentence is blacked out.
    """
    spans: list[CodeSpan] = []
    place = 0
    while part := _PART.search(text, place):
        span = _access_code_at(text, part.start())
        after_reference = span and _place_after_reference(text, span)
        if after_reference:
            place = after_reference
        elif span:
            spans.append(span)
            place = span.end
        else:
            place = part.end()
    return tuple(spans)


def redact_access_codes(text: str, *, mark: str = "[****]") -> str:
    """Return the text with every access code replaced by the mark and nothing else changed."""
    kept, end = [], 0
    for span in find_access_codes(text):
        kept += [text[end : span.start], mark]
        end = span.end
    return "".join(kept) + text[end:]


def _read_with_reference(text: str, words: str) -> Command | None:
    """Read a reference alone, or after one of the commands that may name a case."""
    first, _, rest = words.partition(" ")
    kind, named = (_WORDS[first], rest) if _WORDS.get(first) in _MAY_NAME_A_CASE else (Kind.REFERENCE, words)
    reference = normalise_reference(named)
    if kind is Kind.REFERENCE and not (_has_digit(named) and _REFERENCE_SPACED.fullmatch(named)):
        return None
    if reference is not None:
        return Command(kind, text, reference=reference)
    if kind is not Kind.REFERENCE and _has_digit(named) and looks_like_reference(named):
        return Command(kind, text, mistyped_reference=True)
    return None


def _read_join(text: str) -> Command | None:
    """Read "JOIN T5R-8WN-2Q", with words after it or without. "Join us at the gate" is no such command.

    One word with a digit is a code that lacks a letter: whoever wrote it is told how a code looks.
    """
    start = _FIRST_WORD.match(text)
    if start is None or _WORDS.get(_plain(start[1])) is not Kind.JOIN:
        return None
    match = _JOIN_CODE.match(text, start.end())
    if match is None or not looks_like_reference(match[0]):
        rest = text[start.end() :].strip()
        return Command(Kind.JOIN, text) if _MISTYPED_JOIN_CODE.fullmatch(rest) else None
    return Command(Kind.JOIN, text, join_code=normalise_join_code(match[0]), rest=text[match.end() :].strip(" .,;:-"))


def _read_digits(text: str) -> Command | None:
    """Read survey answers: "4", "4 5", "45", "4/5". NFKC turns keycap and full-width digits into plain ones."""
    plain = unicodedata.normalize("NFKC", text).replace("\ufe0f", "").replace("\u20e3", " ").strip()
    if not _DIGITS.fullmatch(plain):
        return None
    return Command(Kind.DIGITS, text, digits=tuple(int(symbol) for symbol in plain if symbol.isdigit()))


def _read_free(text: str) -> FreeText:
    start = _FIRST_WORD.match(text)
    word = _WORDS.get(_plain(start[1])) if start else None
    reference = find_reference(text)
    if start is not None and word in _MAY_START_A_TEXT:
        return FreeText(text, reference, word, text[start.end() :])
    return FreeText(text, reference)


def _plain(text: str) -> str:
    """Return upper-case words without accents, joined by single spaces; everything but letters and digits is space."""
    bare = "".join(symbol for symbol in unicodedata.normalize("NFKD", text) if not unicodedata.combining(symbol))
    return " ".join(_WORD.findall(bare.upper()))


def _language_in(words: str) -> str | None:
    return next((_LANGUAGES[word] for word in words.split() if word in _LANGUAGES), None)


def _has_digit(text: str) -> bool:
    return any(symbol in "0123456789" for symbol in text)


def _access_code_at(text: str, place: int) -> CodeSpan | None:
    match = _ACCESS_CODE.match(text, place)
    if match is None:
        return None
    groups = match.group(1, 3, 4, 5)
    if all(group.isdigit() for group in groups):
        return None
    if match[2] not in _DASHES and not any(_has_digit(group) and not group.isdigit() for group in groups):
        return None
    # Two references side by side.
    if match[2].isspace() and normalise_reference("".join(groups[:2])) and normalise_reference("".join(groups[2:])):
        return None
    code = normalise_access_code("".join(groups))
    return CodeSpan(match.start(), match.end(), code) if code else None


def _place_after_reference(text: str, span: CodeSpan) -> int | None:
    """Return where the code really begins when what was found is a reference and the first half of a code."""
    match = _ACCESS_CODE.match(text, span.start)
    if match and normalise_reference(match[1] + match[3]) and _access_code_at(text, match.start(4)):
        return match.start(4)
    return None


def _word_set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_WORD: Final = re.compile(r"[^\W_]+")
_FIRST_WORD: Final = re.compile(r"[\W_]*([^\W_]+)(?:[\W_]+|$)")
_DIGITS: Final = re.compile(
    r"[(]?(?:[0-9]{1,3}|[0-9](?:(?:[\s.,;/&+-]|\by\b|\band\b)+[0-9]){1,2})[.,!)]*", re.IGNORECASE
)

# Where a reference or code may begin: not in the middle of a longer word or number.
_PART: Final = re.compile(r"(?<![^\W_])[0-9A-Za-z]")
_GROUP: Final = "[0-9A-TV-Za-tv-z]{4}"
_DASHES: Final = frozenset("-\u2010\u2011\u2012\u2013\u2014")
_DASH: Final = "[\u2010\u2011\u2012\u2013\u2014-]"
_REFERENCE: Final = re.compile(rf"{_GROUP}{_DASH}?{_GROUP}(?![^\W_])")
_REFERENCE_SPACED: Final = re.compile(rf"{_GROUP}(?:\s{{0,2}}|[._]|\s?{_DASH}\s?){_GROUP}(?![^\W_])")
# Three, three and two as it is given out, or in one piece; in other groups it would be the words of a sentence.
_SYMBOL: Final = "[0-9A-TV-Za-tv-z]"
_BETWEEN: Final = rf"(?:\s{{1,2}}|[._]|\s?{_DASH}\s?)"
_JOIN_CODE: Final = re.compile(
    rf"(?:{_SYMBOL}{{3}}{_BETWEEN}{_SYMBOL}{{3}}{_BETWEEN}{_SYMBOL}{{2}}|{_SYMBOL}{{8}})(?![^\W_])"
)
_MISTYPED_JOIN_CODE: Final = re.compile(r"(?=\D*\d)[0-9A-Za-z.-]{3,12}")
# All groups are joined in the same way, so that two references side by side are not taken for a code.
_ACCESS_CODE: Final = re.compile(rf"({_GROUP})(\s{{1,2}}|[._]|{_DASH}|)({_GROUP})\2({_GROUP})\2({_GROUP})(?![^\W_])")

# Twilio's OptOutType: it has recognised the word, acted on it and answered.
_DONE_BY_CARRIER: Final = MappingProxyType({"STOP": Kind.OPT_OUT, "START": Kind.OPT_IN, "HELP": Kind.HELP})

_LANGUAGES: Final = MappingProxyType(
    dict.fromkeys(("ESPANOL", "CASTELLANO", "SPANISH", "ES"), "es") | dict.fromkeys(("INGLES", "ENGLISH", "EN"), "en")
)

# Whole messages, in both languages, as `_plain` writes them.
_PHRASES: Final = MappingProxyType(
    {
        Kind.HELP: ("AYUDA", "HELP", "INFO"),
        Kind.STATUS: ("ESTADO", "STATUS", "ESTADO DE MI CASO", "ESTADO DEL CASO", "CASE STATUS", "STATUS OF MY CASE"),
        Kind.NEW: ("NUEVO", "NEW", "NUEVO CASO", "NUEVO RECLAMO", "NEW CASE", "NEW GRIEVANCE"),
        # Two-letter codes count only after the word: "ES" alone may be anything.
        Kind.LANGUAGE: (
            "IDIOMA",
            "LANGUAGE",
            *(name for name in _LANGUAGES if len(name) > 2),
            *(f"{word} {name}" for word in ("IDIOMA", "LANGUAGE") for name in _LANGUAGES),
        ),
        # BAJA, ALTO, PARAR are ours. The provider acts on the English ones by itself: no menu may ever offer them.
        # Source: Twilio documentation, "Support for opt-out keywords (SMS STOP filtering)".
        Kind.OPT_OUT: (
            *("BAJA", "ALTO", "PARAR"),
            *("STOP", "STOPALL", "STOP ALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT", "OPT OUT"),
        ),
        Kind.OPT_IN: ("ALTA", "START", "UNSTOP"),
        Kind.CARRIER_YES: ("YES",),
        Kind.WITHDRAW: ("RETIRAR", "WITHDRAW"),
        Kind.CODE: ("CODIGO", "CODE"),
        Kind.APPEAL: ("APELAR", "APPEAL"),
        Kind.DATA: ("DATOS", "DATA", "MIS DATOS", "MY DATA"),
        Kind.JOIN: ("UNIRME", "UNIRSE", "JOIN"),
        Kind.YES: ("SI", "S"),
        Kind.NO: ("NO", "N"),
    }
)
_WORDS: Final = MappingProxyType({phrase: kind for kind, phrases in _PHRASES.items() for phrase in phrases})

_MAY_NAME_A_CASE: Final = frozenset({Kind.STATUS, Kind.APPEAL, Kind.WITHDRAW, Kind.CODE})
_MAY_START_A_TEXT: Final = frozenset({Kind.NEW, Kind.APPEAL})

_SPANISH_LETTERS: Final = frozenset("ñáíóú")
_SPANISH_SIGNS: Final = re.compile("[¿¡]")
# Frequent small words and words of this field that the other language does not have.
_SPANISH: Final = _word_set("""
    el la los las un una unos unas de del al que en y con por para pero como mi mis su sus se nos lo le les es son
    esta este esto estos estas hay muy mas ya cuando donde porque sin sobre desde hasta hace tiene tengo somos estoy
    estan polvo ruido agua camion camiones casa jefe turno sueldo pago pagan empresa mina faena reclamo queja
    hola gracias ayuda favor quiero nadie todos todo tambien noche dia dias semana mes
""")
_ENGLISH: Final = _word_set("""
    the of and to is are was were be been have has had with for from this that these those it its my our your their
    they we you he she his her at on by not but because when where there what who which will would can could should
    dust noise water truck trucks house boss shift wage wages pay paid company mine complaint hello thanks please
    want nobody everyone everything also night day days week month years i am an
""")
