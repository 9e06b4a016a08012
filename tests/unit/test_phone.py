"""Telephone numbers as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grievance.core.phone import (
    PhoneNumber,
    PhoneNumberNotValid,
    PhoneNumberRefused,
    PhoneNumberTooLong,
    PhoneNumberTooShort,
    PhoneNumberUnreadable,
    parse_phone,
    shown_phone,
)


@pytest.mark.parametrize(
    "written",
    ["+56987654321", "9 8765 4321", "+56 9 8765 4321", "0056 9 8765-4321", "(9) 8765 4321", "tel:+56-9-8765-4321"],
)
def test_a_chilean_mobile_is_read_in_any_writing(written: str) -> None:
    assert parse_phone(written) == "+56987654321"


def test_a_number_of_another_country_needs_its_code_or_region() -> None:
    assert parse_phone("+1 415 867 5309") == "+14158675309"
    assert parse_phone("415 867 5309", region="US") == "+14158675309"


@pytest.mark.parametrize(
    ("written", "refusal"),
    [
        ("", PhoneNumberUnreadable),
        ("mi numero", PhoneNumberUnreadable),
        ("+999 123456", PhoneNumberUnreadable),
        ("9 8765", PhoneNumberTooShort),
        ("1", PhoneNumberUnreadable),
        ("+56 9 8765 4321 5678", PhoneNumberTooLong),
        ("9876543219876543219", PhoneNumberTooLong),
        ("+56 1 1111 1111", PhoneNumberNotValid),
        ("+56 9 8765 4321 ext. 5", PhoneNumberNotValid),
    ],
)
def test_what_is_no_number_is_refused_by_name(written: str, refusal: type[PhoneNumberRefused]) -> None:
    with pytest.raises(PhoneNumberRefused) as found:
        parse_phone(written)

    assert type(found.value) is refusal


def test_a_refusal_does_not_carry_the_number_into_a_log() -> None:
    with pytest.raises(PhoneNumberRefused) as found:
        parse_phone("+56 9 8765 4321 5678")

    assert "8765" not in str(found.value)
    assert found.value.__cause__ is None


@given(st.integers(87_000_000, 87_999_999))
def test_what_is_shown_reads_back(subscriber: int) -> None:
    number = PhoneNumber(f"+569{subscriber}")

    assert parse_phone(shown_phone(number)) == number


@given(st.text(max_size=40))
def test_any_text_is_a_number_or_refused(text: str) -> None:
    try:
        number = parse_phone(text)
    except PhoneNumberRefused:
        return

    assert number.startswith("+")
    assert number[1:].isdigit()
