"""The key ring: sealing bound to a place, keyed digests, and the keys that never rotate.

Sealed bytes are: version (1) · length of key id (1) · key id · nonce (12) · AES-256-GCM ciphertext with tag.
The additional data is a *context*, "table.column:public id", so that a value copied to another row or column
does not open there.
"""

import hmac
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from grievance.core.config import NamedKey, Settings

_VERSION = 1
_NONCE_BYTES = 12


class CannotOpen(Exception):
    """Sealed bytes do not open: an unknown key, another row's value, or damage."""


@dataclass(frozen=True, slots=True)
class _Derived:
    """The working keys of one master key; each use has its own, so that no value can serve in two roles."""

    key_id: str
    cipher: AESGCM
    lookup: bytes


@dataclass(frozen=True, slots=True, repr=False)
class KeyRing:
    """Current and retired keys. The first of `ring` seals; all of them open."""

    ring: Sequence[_Derived]
    chain_key: bytes
    code_key: bytes
    by_id: dict[str, _Derived] = field(default_factory=dict)

    @classmethod
    def of(cls, settings: Settings) -> "KeyRing":
        """Build the ring from the settings, which have already been checked."""
        return cls.from_keys(settings.encryption_ring(), settings.key("chain_key"), settings.key("code_key"))

    @classmethod
    def from_keys(cls, keys: Sequence[NamedKey], chain_key: bytes, code_key: bytes) -> "KeyRing":
        """Build the ring from keys, the current one first.

        Raises:
            ValueError: a key is short, or two are equal.
        """
        secrets = [named.secret for named in keys] + [chain_key, code_key]
        if not keys or any(len(secret) != 32 for secret in secrets) or len(set(secrets)) != len(secrets):
            raise ValueError("keys must be 32 bytes each and all different")
        ring = [_derive(named) for named in keys]
        return cls(ring, chain_key, code_key, {derived.key_id: derived for derived in ring})

    @property
    def current_id(self) -> str:
        """Id of the key that seals now."""
        return self.ring[0].key_id

    def seal(self, context: str, plain: bytes) -> bytes:
        """Encrypt `plain`, bound to `context`."""
        current = self.ring[0]
        key_id = current.key_id.encode()
        nonce = os.urandom(_NONCE_BYTES)
        sealed = current.cipher.encrypt(nonce, plain, context.encode())
        return bytes((_VERSION, len(key_id))) + key_id + nonce + sealed

    def open(self, context: str, sealed: bytes) -> bytes:
        """Decrypt what was sealed under the same context.

        Raises:
            CannotOpen: the key is not on the ring, the context differs, or the bytes are damaged.
        """
        derived = self.by_id.get(key_id_of(sealed))
        if derived is None:
            raise CannotOpen("unknown key")
        start = 2 + sealed[1]
        nonce, body = sealed[start : start + _NONCE_BYTES], sealed[start + _NONCE_BYTES :]
        try:
            return derived.cipher.decrypt(nonce, body, context.encode())
        except (InvalidTag, ValueError) as error:
            raise CannotOpen("wrong place or damaged") from error

    def digest(self, purpose: str, value: str) -> bytes:
        """Return the keyed digest under which `value` is stored, 16 bytes, for looking it up without reading it."""
        return _lookup(self.ring[0], purpose, value)

    def digests(self, purpose: str, value: str) -> list[bytes]:
        """Return the digests of `value` under every key, current first: rows not yet rotated are found too."""
        return [_lookup(derived, purpose, value) for derived in self.ring]

    def code_digest(self, purpose: str, value: str) -> bytes:
        """Return the digest of a secret code, 32 bytes, under the key that never rotates.

        A slow hash buys nothing: the codes have 80 random bits, or live minutes under a slow-down.
        """
        return hmac.digest(self.code_key, f"{purpose}\0{value}".encode(), sha256)

    def chain_mac(self, message: bytes) -> bytes:
        """Return the link of an event chain, 32 bytes, under the key that never rotates."""
        return hmac.digest(self.chain_key, message, sha256)


def key_id_of(sealed: bytes) -> str:
    """Return the id of the key that sealed these bytes.

    Raises:
        CannotOpen: these are not sealed bytes.
    """
    if len(sealed) < 2 + _NONCE_BYTES or sealed[0] != _VERSION:
        raise CannotOpen("not sealed bytes")
    return sealed[2 : 2 + sealed[1]].decode(errors="replace")


def _derive(named: NamedKey) -> _Derived:
    def part(info: bytes) -> bytes:
        return HKDFExpand(algorithm=SHA256(), length=32, info=info).derive(named.secret)

    return _Derived(named.key_id, AESGCM(part(b"grievance seal v1")), part(b"grievance lookup v1"))


def _lookup(derived: _Derived, purpose: str, value: str) -> bytes:
    return hmac.digest(derived.lookup, f"{purpose}\0{value}".encode(), sha256)[:16]
