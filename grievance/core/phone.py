"""Read telephone numbers as people write them and keep them in one form, E.164.

Not for deciding who may see a number: staff normally see none.
"""

import re
from typing import Final, NewType

import phonenumbers

SHOWN_DIGITS: Final = 2

# Source: ITU-T E.164, at most 15 digits; none of the shortest country plans goes below 7 with its code.
_E164: Final = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)

PhoneNumber = NewType("PhoneNumber", str)


class PhoneNumberRefused(ValueError):
    """What was typed is no telephone number that we can write to. Carries no number, so that a log cannot."""

    def __init__(self) -> None:
        super().__init__(type(self).__name__)


class PhoneNumberUnreadable(PhoneNumberRefused):
    """There is no number in the text, or its country code does not exist."""


class PhoneNumberTooShort(PhoneNumberRefused):
    """Digits are missing."""


class PhoneNumberTooLong(PhoneNumberRefused):
    """There are too many digits."""


class PhoneNumberNotValid(PhoneNumberRefused):
    """The length is possible, but no such range is in use in that country."""


def parse_phone(text: str, *, region: str = "CL") -> PhoneNumber:
    """Return the number in E.164, such as "+56987654321". `region` is assumed when no country code is written.

    >>> parse_phone("9 8765 4321")
    '+56987654321'

    Raises: PhoneNumberUnreadable, PhoneNumberTooShort, PhoneNumberTooLong, PhoneNumberNotValid.
    """
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException as failure:
        refusal = _REFUSALS_OF_PARSING.get(failure.error_type, PhoneNumberUnreadable)
        # The library's message may quote the number: it must not follow into a log.
        raise refusal from None
    reason = phonenumbers.is_possible_number_with_reason(number)
    if reason == phonenumbers.ValidationResult.TOO_SHORT:
        raise PhoneNumberTooShort
    if reason == phonenumbers.ValidationResult.TOO_LONG:
        raise PhoneNumberTooLong
    if number.extension or not phonenumbers.is_valid_number(number):
        raise PhoneNumberNotValid
    return PhoneNumber(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def phone_from_provider(text: str) -> PhoneNumber:
    """Return a sender's number as the provider states it, in E.164 already.

    Looks at the shape only: a range that our copy of the numbering plans does not know yet is no reason to refuse what
    someone wrote to us.

    Raises: PhoneNumberUnreadable for a short code or the name of a sender, which nobody can answer.
    """
    if not _E164.fullmatch(text):
        raise PhoneNumberUnreadable
    return PhoneNumber(text)


def shown_phone(number: PhoneNumber) -> str:
    """Return the number grouped as its country groups it.

    >>> shown_phone(PhoneNumber("+56987654321"))
    '+56 9 8765 4321'
    """
    return phonenumbers.format_number(phonenumbers.parse(number, None), phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def masked_phone(number: PhoneNumber) -> str:
    """Return the number with all but its country code and last two digits hidden, for its owner to recognise.

    >>> masked_phone(PhoneNumber("+56987654321"))
    '+56 • •••• ••21'
    """
    country, space, national = shown_phone(number).partition(" ")
    digits_left = sum(symbol.isdigit() for symbol in national)
    masked = []
    for symbol in national:
        hidden = symbol.isdigit() and digits_left > SHOWN_DIGITS
        masked.append("•" if hidden else symbol)
        digits_left -= symbol.isdigit()
    return country + space + "".join(masked)


_REFUSALS_OF_PARSING: Final[dict[int, type[PhoneNumberRefused]]] = {
    phonenumbers.NumberParseException.TOO_SHORT_NSN: PhoneNumberTooShort,
    phonenumbers.NumberParseException.TOO_SHORT_AFTER_IDD: PhoneNumberTooShort,
    phonenumbers.NumberParseException.TOO_LONG: PhoneNumberTooLong,
}
