"""The key ring: what is sealed opens only in its place, and only whole."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grievance.core.config import NamedKey
from grievance.crypto.keyring import CannotOpen, KeyRing, key_id_of
from tests.support.keys import CHAIN_KEY, CODE_KEY, CURRENT, RETIRED, make_ring


@given(st.binary(max_size=300), st.text(max_size=40))
def test_what_is_sealed_opens_in_its_place(plain: bytes, context: str) -> None:
    ring = make_ring()

    assert ring.open(context, ring.seal(context, plain)) == plain


def test_a_value_moved_to_another_row_does_not_open() -> None:
    ring = make_ring()
    sealed = ring.seal("submission.words:one", b"dust")

    with pytest.raises(CannotOpen):
        ring.open("submission.words:two", sealed)


@pytest.mark.parametrize("position", [0, 1, 2, 5, 20, -1])
def test_a_changed_byte_is_noticed(position: int) -> None:
    ring = make_ring()
    sealed = bytearray(ring.seal("here", b"dust on the washing"))
    sealed[position] ^= 1

    with pytest.raises(CannotOpen):
        ring.open("here", bytes(sealed))


@pytest.mark.parametrize("junk", [b"", b"\x01", b"\x01\xff", b"plain text that was never sealed by anybody"])
def test_what_was_never_sealed_is_refused(junk: bytes) -> None:
    with pytest.raises(CannotOpen):
        make_ring().open("here", junk)


def test_a_retired_key_still_opens_and_the_current_one_seals() -> None:
    old = KeyRing.from_keys([RETIRED], CHAIN_KEY, CODE_KEY)
    sealed = old.seal("here", b"dust")

    assert make_ring().open("here", sealed) == b"dust"
    assert key_id_of(make_ring().seal("here", b"dust")) == CURRENT.key_id


def test_digests_of_every_key_are_offered_for_looking_up() -> None:
    old = KeyRing.from_keys([RETIRED], CHAIN_KEY, CODE_KEY)

    assert old.digest("phone", "+56987654321") in make_ring().digests("phone", "+56987654321")
    assert make_ring().digest("phone", "1") != make_ring().digest("word", "1")


@pytest.mark.parametrize(
    ("keys", "chain", "code"),
    [
        pytest.param([], CHAIN_KEY, CODE_KEY, id="no key"),
        pytest.param([NamedKey("a", b"short")], CHAIN_KEY, CODE_KEY, id="short key"),
        pytest.param([CURRENT], CURRENT.secret, CODE_KEY, id="chain key equals a sealing key"),
        pytest.param([CURRENT], CHAIN_KEY, CHAIN_KEY, id="two keys equal"),
    ],
)
def test_unsafe_keys_are_refused(keys: list[NamedKey], chain: bytes, code: bytes) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        KeyRing.from_keys(keys, chain, code)


def test_a_key_does_not_show_itself() -> None:
    assert "AAEC" not in repr(CURRENT)
    assert str(CURRENT.secret) not in f"{make_ring()!r} {CURRENT!r}"
