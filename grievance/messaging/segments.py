"""How many parts a text message takes, and how to keep a text we write within the cheap alphabet. Pure.

Source: 3GPP TS 23.038 section 6.2.1 (GSM 7 bit default alphabet and its extension table) and 3GPP TS 23.040 section
9.2.3.24 (a part of several gives up 6 octets for its header). Not for text that people send us: that is kept as it is.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

GSM_BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
# Sent as an escape and a second symbol: two units each.
GSM_EXTENSION: Final = frozenset("\f^{}\\[~]|€")

HIGHEST_ONE_UNIT: Final = 0xFFFF


class Encoding(StrEnum):
    """The alphabet a text is sent in; one letter outside GSM-7 puts the whole text into UCS-2."""

    GSM_7 = "GSM-7"
    UCS_2 = "UCS-2"


@dataclass(frozen=True, slots=True)
class Segments:
    """What a text costs: its units (septets or UTF-16 code units) and parts, and the units that one part may hold."""

    encoding: Encoding
    units: int
    parts: int
    limit_one: int


@dataclass(frozen=True, slots=True)
class _Limits:
    one: int
    each: int


_LIMITS: Final = MappingProxyType({Encoding.GSM_7: _Limits(160, 153), Encoding.UCS_2: _Limits(70, 67)})


def count(text: str) -> Segments:
    """Count units and parts. An empty text has no part.

    A pair (escape and symbol, or the two halves of an emoji) is never split: the last unit of a part then stays empty,
    so that there may be more parts than units divided by the size of a part.

    >>> count("¿Que año?").parts, count("código " * 10).encoding.value
    (1, 'UCS-2')
    """
    encoding = Encoding.GSM_7 if set(text) <= GSM_BASIC | GSM_EXTENSION else Encoding.UCS_2
    limits = _LIMITS[encoding]
    sizes = [_units(symbol, encoding) for symbol in text]
    units = sum(sizes)
    if units <= limits.one:
        return Segments(encoding, units, min(units, 1), limits.one)
    return Segments(encoding, units, _parts(sizes, limits.each), limits.one)


def without_leaving_gsm(text: str) -> str:
    """Replace the letters that would put the text into UCS-2, and those only: é ñ ü ¿ ¡ stay as they are.

    For texts that we write. What has no plain form (an emoji, another script) stays too: count the parts afterwards.

    >>> without_leaving_gsm("Código: “mañana”, N° 5… ¿qué pasó?")
    'Codigo: "mañana", No 5... ¿qué paso?'
    """
    return "".join(_plain(symbol) for symbol in unicodedata.normalize("NFC", text))


def _units(symbol: str, encoding: Encoding) -> int:
    if encoding is Encoding.GSM_7:
        return 2 if symbol in GSM_EXTENSION else 1
    return 2 if ord(symbol) > HIGHEST_ONE_UNIT else 1


def _parts(sizes: Iterable[int], each: int) -> int:
    parts, used = 1, 0
    for size in sizes:
        if used + size > each:
            parts, used = parts + 1, 0
        used += size
    return parts


def _plain(symbol: str) -> str:
    if symbol in GSM_BASIC or symbol in GSM_EXTENSION:
        return symbol
    if symbol in _PLAIN_FORMS:
        return _PLAIN_FORMS[symbol]
    base = unicodedata.normalize("NFD", symbol)[0]
    return base if base in GSM_BASIC else symbol


_PLAIN_FORMS: Final = MappingProxyType(
    dict.fromkeys("“”„‟«»″", '"')
    | dict.fromkeys("‘’‚‛′´`‹›", "'")
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212•", "-")
    | dict.fromkeys("\u00a0\u2007\u2009\u202f\u2002\u2003\t", " ")
    | dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad", "")
    | {"…": "...", "°": "o", "º": "o", "ª": "a", "×": "x", "→": "->"}
)
