"""Case references and access codes."""

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grievance.crypto.codes import (
    ALPHABET,
    AccessCode,
    CaseReference,
    RandomBits,
    looks_like_reference,
    new_access_code,
    new_reference,
    normalise_access_code,
    normalise_reference,
)

seeds = st.integers(0, 2**64)
places = st.integers(0, 7)


def reference_from(seed: int) -> CaseReference:
    return new_reference(random.Random(seed).getrandbits)


def access_code_from(seed: int) -> AccessCode:
    return new_access_code(random.Random(seed).getrandbits)


@given(seeds)
def test_a_new_reference_reads_back_as_itself(seed: int) -> None:
    reference = reference_from(seed)

    assert normalise_reference(reference) == reference
    assert looks_like_reference(reference)
    assert len(reference) == 9
    assert reference[4] == "-"
    assert set(reference) - {"-"} <= set(ALPHABET)


@given(seeds)
def test_a_reference_always_has_a_digit_and_a_letter(seed: int) -> None:
    reference = reference_from(seed)

    assert any(symbol.isdigit() for symbol in reference)
    assert any(symbol.isalpha() for symbol in reference)


@given(seeds)
def test_every_single_wrong_symbol_is_noticed(seed: int) -> None:
    symbols = reference_from(seed).replace("-", "")

    for place, wrong in itertools.product(range(8), ALPHABET):
        mistyped = symbols[:place] + wrong + symbols[place + 1 :]
        assert (normalise_reference(mistyped) is None) or mistyped == symbols


@given(seeds)
def test_every_exchange_of_two_symbols_is_noticed(seed: int) -> None:
    symbols = reference_from(seed).replace("-", "")

    for first, second in itertools.combinations(range(8), 2):
        mistyped = list(symbols)
        mistyped[first], mistyped[second] = mistyped[second], mistyped[first]
        assert "".join(mistyped) == symbols or normalise_reference("".join(mistyped)) is None


def test_all_pairs_of_neighbouring_symbols_are_told_from_their_exchange() -> None:
    """Every pair at every place, in the company of the same other symbols: 7 × 1,024 pairs."""
    for place, one, other in itertools.product(range(7), ALPHABET, ALPHABET):
        rest = "7K3Q9F"
        accepted = []
        for first, second in ((one, other), (other, one)):
            symbols = f"{rest[:place]}{first}{second}{rest[place:]}"
            accepted.append(normalise_reference(symbols) is not None)
        assert one == other or not all(accepted)


def test_one_in_32_of_all_symbols_is_the_check_symbol() -> None:
    fitting = [symbol for symbol in ALPHABET if normalise_reference("7K3Q9F2" + symbol)]

    assert fitting == ["M"]


@pytest.mark.parametrize(
    "written",
    [
        "7K3Q-9F2M",
        "7k3q-9f2m",
        " 7K3Q 9F2M ",
        "7K3Q9F2M",
        "7 k 3 q 9 f 2 m",
        "7K3Q–9F2M",
        "7K3Q.9F2M",
        "7K3Q\u00a09F2M",
    ],
)
def test_a_reference_is_read_as_people_write_it(written: str) -> None:
    assert normalise_reference(written) == "7K3Q-9F2M"


@given(seeds)
def test_look_alike_letters_are_read_as_the_digits_they_look_like(seed: int) -> None:
    reference = reference_from(seed)

    assert normalise_reference(reference.replace("0", "O").replace("1", "I")) == reference
    assert normalise_reference(reference.replace("0", "o").replace("1", "l")) == reference


@pytest.mark.parametrize(
    "written",
    [
        "",
        "7K3Q-9F2",
        "7K3Q-9F2MM",
        "7K3Q-9F2N",
        "7K3U-9F2M",
        "0000-0000",
        "7K3Q+9F2M",
        "12345678",
        "٧K3Q-9F2M",
    ],
)
def test_anything_else_is_no_reference(written: str) -> None:
    assert normalise_reference(written) is None


def test_a_mistyped_reference_still_looks_like_one_and_a_word_does_not() -> None:
    assert looks_like_reference("7K3Q-9F2N")
    assert not looks_like_reference("TRABAJAR")
    assert not looks_like_reference("98765432")
    assert not looks_like_reference("7K3Q-9F2U")


def test_a_reference_takes_35_random_bits_and_draws_again_when_it_has_no_letter() -> None:
    asked: list[int] = []
    draws = iter([0x0, 0x7_FFFF_FFFF, 0b10101])

    def randbits(bits: int) -> int:
        asked.append(bits)
        return next(draws)

    reference = new_reference(randbits)

    assert set(asked) == {35}
    assert normalise_reference(reference) == reference


@given(seeds)
def test_an_access_code_has_four_groups_of_four_and_reads_back(seed: int) -> None:
    code = access_code_from(seed)

    assert [len(group) for group in code.reveal().split("-")] == [4, 4, 4, 4]
    assert normalise_access_code(code.reveal()) == code
    assert normalise_access_code(code.reveal().lower().replace("-", " ")) == code
    assert normalise_access_code(code.symbols.replace("0", "O").replace("1", "L")) == code


def test_an_access_code_uses_each_of_its_80_bits() -> None:
    def one_bit(place: int) -> RandomBits:
        return lambda bits: 1 << place if bits == 80 else 0

    codes = {new_access_code(one_bit(place)) for place in range(80)}

    assert len(codes) == 80


def test_an_access_code_hides_itself_wherever_it_is_printed() -> None:
    code = access_code_from(7)

    for shown in (repr(code), str(code), f"{code}", repr([code])):
        assert code.symbols not in shown
        assert code.reveal() not in shown


def test_access_codes_are_equal_when_their_symbols_are() -> None:
    code = access_code_from(7)

    assert code == AccessCode(code.symbols)
    assert hash(code) == hash(AccessCode(code.symbols))
    assert code != access_code_from(8)
    assert code != code.symbols


@pytest.mark.parametrize("written", ["", "7K3Q-9F2M", "7K3Q-9F2M-7K3Q-9F2U", "7K3Q-9F2M-7K3Q-9F2MM"])
def test_anything_else_is_no_access_code(written: str) -> None:
    assert normalise_access_code(written) is None
