"""Read telephone numbers as people write them and keep them in one form, E.164.

Not for deciding who may see a number: staff normally see none.
"""

from typing import Final, NewType

import phonenumbers

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


def shown_phone(number: PhoneNumber) -> str:
    """Return the number grouped as its country groups it.

    >>> shown_phone(PhoneNumber("+56987654321"))
    '+56 9 8765 4321'
    """
    return phonenumbers.format_number(phonenumbers.parse(number, None), phonenumbers.PhoneNumberFormat.INTERNATIONAL)


_REFUSALS_OF_PARSING: Final[dict[int, type[PhoneNumberRefused]]] = {
    phonenumbers.NumberParseException.TOO_SHORT_NSN: PhoneNumberTooShort,
    phonenumbers.NumberParseException.TOO_SHORT_AFTER_IDD: PhoneNumberTooShort,
    phonenumbers.NumberParseException.TOO_LONG: PhoneNumberTooLong,
}
