"""How numbers, signs, letters and abbreviations are read aloud in Spanish and English. Pure.

Only good for counting words and syllables: "21 reclamos" is read "veintiuno", as many syllables as "veintiún" has
letters to argue about.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from grievance.core.i18n import ENGLISH, SPANISH, Locale


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_SPANISH_SMALL: Final = _words(
    "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete "
    "dieciocho diecinueve veinte veintiuno veintidós veintitrés veinticuatro veinticinco veintiséis veintisiete "
    "veintiocho veintinueve"
)
_SPANISH_TENS: Final = _words("_ _ veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa")
_SPANISH_HUNDREDS: Final = _words(
    "_ ciento doscientos trescientos cuatrocientos quinientos seiscientos setecientos ochocientos novecientos"
)
_ENGLISH_SMALL: Final = _words(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_ENGLISH_TENS: Final = _words("_ _ twenty thirty forty fifty sixty seventy eighty ninety")

SMALL_NUMBERS: Final[Mapping[Locale, tuple[str, ...]]] = MappingProxyType(
    {SPANISH: _SPANISH_SMALL[:11], ENGLISH: _ENGLISH_SMALL[:11]}
)
"""Zero to ten in words."""

_YEARS: Final = range(1100, 2100)
_LARGEST: Final = 999_999_999


def number_value(text: str, locale: Locale) -> tuple[float, int]:
    """Return the value of a written number and how many decimals it shows.

    Spanish writes 1.200,5 and English 1,200.5. A point or comma that parts no group of three is taken for a decimal
    sign in both: people write "3.5" in Spanish too.

    >>> number_value("1.200", SPANISH), number_value("1.200", ENGLISH)
    ((1200.0, 0), (1.2, 3))
    """
    grouping, decimal = (",", ".") if locale == ENGLISH else (".", ",")
    bare = re.sub(r"[\u00a0\u202f ]", "", text)
    if re.fullmatch(rf"\d{{1,3}}(?:\{grouping}\d{{3}})+(?:\{decimal}\d+)?", bare):
        bare = bare.replace(grouping, "")
    bare = bare.replace(",", ".")
    if bare.count(".") > 1:
        bare = bare.replace(".", "")
    decimals = len(bare.partition(".")[2])
    return float(bare), decimals


def number_words(text: str, locale: Locale) -> str:
    """Return a written number in words: "1.200" is "mil doscientos"."""
    value, decimals = number_value(text, locale)
    cardinal = spanish_number if locale == SPANISH else english_number
    if value > _LARGEST:
        return " ".join(cardinal(int(digit)) for digit in text if digit.isdigit())
    if locale == ENGLISH and text.isdigit() and int(text) in _YEARS:
        return english_year(int(text))
    words = cardinal(int(value))
    if decimals:
        after = f"{value:.{decimals}f}".partition(".")[2]
        comma = "coma" if locale == SPANISH else "point"
        words = " ".join([words, comma, *(cardinal(int(digit)) for digit in after)])
    return words


def spanish_number(value: int) -> str:
    """Return a whole number below a thousand millions in Spanish words.

    >>> spanish_number(2026)
    'dos mil veintiséis'
    """
    if value < len(_SPANISH_SMALL):
        return _SPANISH_SMALL[value]
    if value < 100:
        tens, rest = divmod(value, 10)
        return _SPANISH_TENS[tens] + (f" y {_SPANISH_SMALL[rest]}" if rest else "")
    if value == 100:
        return "cien"
    if value < 1000:
        hundreds, rest = divmod(value, 100)
        return _SPANISH_HUNDREDS[hundreds] + (f" {spanish_number(rest)}" if rest else "")
    if value < 1_000_000:
        thousands, rest = divmod(value, 1000)
        head = "mil" if thousands == 1 else f"{spanish_number(thousands)} mil"
        return head + (f" {spanish_number(rest)}" if rest else "")
    millions, rest = divmod(value, 1_000_000)
    head = "un millón" if millions == 1 else f"{spanish_number(millions)} millones"
    return head + (f" {spanish_number(rest)}" if rest else "")


def english_number(value: int) -> str:
    """Return a whole number below a thousand millions in British English words.

    >>> english_number(1066)
    'one thousand and sixty-six'
    """
    if value < len(_ENGLISH_SMALL):
        return _ENGLISH_SMALL[value]
    if value < 100:
        tens, rest = divmod(value, 10)
        return _ENGLISH_TENS[tens] + (f"-{_ENGLISH_SMALL[rest]}" if rest else "")
    for size, name in ((1_000_000, "million"), (1000, "thousand"), (100, "hundred")):
        if value >= size:
            head, rest = divmod(value, size)
            joint = " and " if rest < 100 else " "
            return f"{english_number(head)} {name}" + (f"{joint}{english_number(rest)}" if rest else "")
    raise AssertionError(value)


def english_year(value: int) -> str:
    """Return a year as it is said: "twenty twenty-six", "two thousand and six", "nineteen hundred".

    >>> english_year(2026)
    'twenty twenty-six'
    """
    century, rest = divmod(value, 100)
    if century % 10 == 0 and rest < 10:
        return english_number(value)
    if rest == 0:
        return f"{english_number(century)} hundred"
    return f"{english_number(century)} {'oh ' if rest < 10 else ''}{english_number(rest)}"


SIGNS: Final[Mapping[Locale, Mapping[str, str]]] = MappingProxyType(
    {
        SPANISH: {"%": "por ciento", "$": "pesos", "€": "euros", "&": "y", "+": "más", "°": "grados"},
        ENGLISH: {"%": "per cent", "$": "dollars", "€": "euros", "&": "and", "+": "plus", "°": "degrees"},
    }
)

LETTERS: Final[Mapping[Locale, Mapping[str, str]]] = MappingProxyType(
    {
        SPANISH: dict(
            zip(
                "abcdefghijklmnñopqrstuvwxyz",
                _words(
                    "a be ce de e efe ge hache i jota ca ele eme ene eñe o pe cu erre ese te u uve uvedoble equis ye "
                    "zeta"
                ),
                strict=True,
            )
        ),
        ENGLISH: {letter: "double you" if letter == "w" else "bee" for letter in "abcdefghijklmnopqrstuvwxyz"},
    }
)
"""Names of letters. In English each has one syllable but w, so any word of one syllable will do."""

ABBREVIATIONS: Final[Mapping[Locale, Mapping[str, str]]] = MappingProxyType(
    {
        SPANISH: {
            "art.": "artículo", "arts.": "artículos", "n.º": "número", "n.°": "número", "nº": "número",
            "n°": "número", "núm.": "número", "sr.": "señor", "sra.": "señora", "srta.": "señorita",
            "sres.": "señores", "dr.": "doctor", "dra.": "doctora", "ud.": "usted", "uds.": "ustedes",
            "etc.": "etcétera", "etc": "etcétera", "p. ej.": "por ejemplo", "p.ej.": "por ejemplo",
            "a. m.": "a eme", "a.m.": "a eme", "p. m.": "pe eme", "p.m.": "pe eme", "hrs.": "horas", "hrs": "horas",
            "h": "horas", "min": "minutos", "km": "kilómetros", "km/h": "kilómetros por hora", "m²": "metros cuadrados",
            "m³": "metros cúbicos", "aprox.": "aproximadamente", "pág.": "página", "av.": "avenida",
            "avda.": "avenida", "tel.": "teléfono", "ee. uu.": "estados unidos", "ee.uu.": "estados unidos",
            "s. a.": "ese a", "s.a.": "ese a", "ltda.": "limitada", "vs.": "versus", "cap.": "capítulo",
        },
        ENGLISH: {
            "e.g.": "for example", "i.e.": "that is", "etc.": "etcetera", "etc": "etcetera", "mr.": "mister",
            "mrs.": "missis", "ms.": "miz", "dr.": "doctor", "no.": "number", "nos.": "numbers", "st.": "saint",
            "approx.": "about", "a.m.": "bee bee", "p.m.": "bee bee", "hrs": "hours", "hrs.": "hours",
            "km": "kilometres", "km/h": "kilometres an hour", "art.": "article", "arts.": "articles",
            "ltd.": "limited", "inc.": "incorporated", "vs.": "versus", "vs": "versus", "fig.": "figure",
            "tel.": "telephone", "m²": "square metres", "m³": "cubic metres", "min.": "minutes",
        },
    }
)  # fmt: skip
"""What is read for what is written."""

BEFORE_A_NUMBER: Final = frozenset({"no.", "nos.", "min.", "fig.", "arts.", "cap."})
"""Abbreviations only where a number follows: "They said no." has none."""
