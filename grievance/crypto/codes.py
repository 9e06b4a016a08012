"""Case references, join codes and access codes: made from random bits, read back as people write them. Pure.

A reference names a case and is no secret. An access code opens one and is. Neither is looked up here.
"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NewType

# Douglas Crockford's base 32: no I, L, O (look like 1 and 0) and no U (heard as V, and it spells words).
ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
REFERENCE_SYMBOLS: Final = 8
ACCESS_CODE_SYMBOLS: Final = 16
GROUP_SYMBOLS: Final = 4
BITS_PER_SYMBOL: Final = 5

_VALUES: Final = {symbol: value for value, symbol in enumerate(ALPHABET)}
_LOOK_ALIKES: Final = str.maketrans({"O": "0", "I": "1", "L": "1"})
# What people put between groups: spaces, hyphens and dashes of any width, dots, underscores.
_BETWEEN_GROUPS: Final = str.maketrans("", "", " \t\r\n\u00a0\u202f-\u2010\u2011\u2012\u2013\u2014\u2212._")

# x^5 + x^2 + 1 is primitive over GF(2): its root generates all 31 non-zero elements of GF(32).
_FIELD_POLYNOMIAL: Final = 0b100101
_FIELD_SIZE: Final = 32
# Any constant keeps the check as strong; this one makes the reference printed in the guides, 7K3Q-9F2M, a correct one,
# and keeps 0000-0000 from being one.
_SYNDROME: Final = 26
# Another constant, so that no join code is a correct reference, and no reference a correct join code.
_JOIN_SYNDROME: Final = 9
_JOIN_GROUPS: Final = (3, 3, 2)

CaseReference = NewType("CaseReference", str)
JoinCode = NewType("JoinCode", str)
RandomBits = Callable[[int], int]


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class AccessCode:
    """Sixteen symbols that open a case: 80 random bits. Hides itself in logs and messages of errors."""

    symbols: str

    def reveal(self) -> str:
        """Return the code in groups of four, to be shown once to the person whom it belongs to."""
        return _grouped(self.symbols)

    def __repr__(self) -> str:
        return "AccessCode(…)"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AccessCode) and hmac.compare_digest(self.symbols, other.symbols)

    def __hash__(self) -> int:
        return hash(self.symbols)


def new_reference(randbits: RandomBits) -> CaseReference:
    """Return a new reference such as 7K3Q-9F2M: seven random symbols and a check symbol.

    It always holds a digit and a letter, so that no word and no telephone number can be taken for one. Uniqueness is
    the database's to decide: draw again when it refuses.
    """
    while True:
        symbols = _draw(randbits, REFERENCE_SYMBOLS - 1)
        symbols += _check_symbol(symbols)
        if _is_mixed(symbols):
            return CaseReference(_grouped(symbols))


def normalise_reference(text: str) -> CaseReference | None:
    """Read a reference in any case, with or without spaces and dashes, O for 0 and I or L for 1.

    None when it is not eight symbols or the check symbol does not fit. The check catches every single wrong symbol
    and every exchange of two symbols, next to each other or not.
    """
    symbols = _symbols(text)
    if len(symbols) != REFERENCE_SYMBOLS or not _is_mixed(symbols) or not _in_alphabet(symbols):
        return None
    if _syndrome(symbols) != _SYNDROME:
        return None
    return CaseReference(_grouped(symbols))


def looks_like_reference(text: str) -> bool:
    """Tell whether the text has the shape of a reference, mistyped or not."""
    symbols = _symbols(text)
    return len(symbols) == REFERENCE_SYMBOLS and _in_alphabet(symbols) and _is_mixed(symbols)


def new_join_code(randbits: RandomBits) -> JoinCode:
    """Return a new join code such as T5R-8WN-2Q: seven random symbols and a check symbol, digits and letters mixed.

    35 random bits: where fifty codes of a site are open, one guess in seven hundred million finds one. It is written
    in other groups than a reference, with another check, so that neither is ever taken for the other.
    """
    while True:
        symbols = _draw(randbits, REFERENCE_SYMBOLS - 1)
        symbols += _check_symbol(symbols, _JOIN_SYNDROME)
        if _is_mixed(symbols):
            return _join_code(symbols)


def normalise_join_code(text: str) -> JoinCode | None:
    """Read a join code as tolerantly as a reference. None when it has not its shape or the check does not fit."""
    symbols = _symbols(text)
    if not looks_like_reference(text) or _syndrome(symbols) != _JOIN_SYNDROME:
        return None
    return _join_code(symbols)


def new_access_code(randbits: RandomBits) -> AccessCode:
    """Return a new access code of 80 random bits."""
    return AccessCode(_draw(randbits, ACCESS_CODE_SYMBOLS))


def normalise_access_code(text: str) -> AccessCode | None:
    """Read an access code as tolerantly as a reference. None when it is not sixteen symbols of the alphabet."""
    symbols = _symbols(text)
    if len(symbols) != ACCESS_CODE_SYMBOLS or not _in_alphabet(symbols):
        return None
    return AccessCode(symbols)


def _draw(randbits: RandomBits, count: int) -> str:
    bits = randbits(count * BITS_PER_SYMBOL)
    return "".join(ALPHABET[bits >> (place * BITS_PER_SYMBOL) & (_FIELD_SIZE - 1)] for place in range(count))


def _check_symbol(symbols: str, syndrome: int = _SYNDROME) -> str:
    return ALPHABET[_times_generator(_syndrome(symbols)) ^ syndrome]


def _join_code(symbols: str) -> JoinCode:
    groups, place = [], 0
    for length in _JOIN_GROUPS:
        groups.append(symbols[place : place + length])
        place += length
    return JoinCode("-".join(groups))


def _syndrome(symbols: str) -> int:
    """Return the sum of symbol × generator^place in GF(32), by Horner's rule.

    The weights are all different and none is zero. A wrong symbol therefore changes the sum by (difference × weight),
    an exchange of two by (difference of symbols × difference of weights), and neither product can be zero in a field.
    Source: J. Verhoeff, Error Detecting Decimal Codes (1969), for the two kinds of error that people make most.
    """
    total = 0
    for symbol in symbols:
        total = _times_generator(total) ^ _VALUES[symbol]
    return total


def _times_generator(element: int) -> int:
    doubled = element << 1
    return doubled ^ _FIELD_POLYNOMIAL if doubled & _FIELD_SIZE else doubled


def _symbols(text: str) -> str:
    return text.translate(_BETWEEN_GROUPS).upper().translate(_LOOK_ALIKES)


def _in_alphabet(symbols: str) -> bool:
    return all(symbol in _VALUES for symbol in symbols)


def _is_mixed(symbols: str) -> bool:
    return not symbols.isdigit() and not symbols.isalpha()


def _grouped(symbols: str) -> str:
    return "-".join(symbols[start : start + GROUP_SYMBOLS] for start in range(0, len(symbols), GROUP_SYMBOLS))
