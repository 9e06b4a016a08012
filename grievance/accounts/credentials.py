"""Passwords and second factors as they are stored, without a web framework: for commands, the demo and the operations.

The formats are those of the sign-in library (Flask-Security over passlib), so that it can check what is made here:
Argon2id over a keyed digest of the password; the secret of the second factor encrypted by a passlib wallet.
"""

import base64
import hmac
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha512
from typing import Any

from passlib.context import CryptContext
from passlib.totp import TOTP

from grievance.crypto.codes import ALPHABET
from grievance.crypto.keyring import KeyRing

PASSWORD_CHARACTERS_MIN = 12
"""NIST SP 800-63B-4 (2025), 3.1.1.2: eight where a second factor is required; twelve costs little more."""
PASSWORD_CHARACTERS_MAX = 128
"""Bounds the work of hashing what a stranger sends."""
DIFFERENT_CHARACTERS_MIN = 5

ISSUER = "Grievance"
"""Name under which an authenticator lists the account."""

CODE_SECONDS = 30

_GROUPS = 4
_GROUP_CHARACTERS = 4


@dataclass(frozen=True, slots=True, repr=False)
class Wallet:
    """Makes and reads second factors: passlib's TOTP class with our issuer and the key that encrypts secrets."""

    totp: Any  # passlib's class, made at run time; the library has no types


class PasswordRefused(Exception):
    """A new password is too weak; `reason` is short, long, uniform or personal."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def new_password() -> str:
    """Return a generated password in four groups: 80 random bits, no look-alike characters."""
    groups = ("".join(secrets.choice(ALPHABET) for _ in range(_GROUP_CHARACTERS)) for _ in range(_GROUPS))
    return "-".join(groups).lower()


def check_password(password: str, *, email: str) -> None:
    """Refuse a password that a guesser tries first.

    Raises:
        PasswordRefused: too short, too long, hardly any different characters, or made of the e-mail address.
    """
    plain = normalise(password)
    if len(plain) < PASSWORD_CHARACTERS_MIN:
        raise PasswordRefused("short")
    if len(plain) > PASSWORD_CHARACTERS_MAX:
        raise PasswordRefused("long")
    if len(set(plain)) < DIFFERENT_CHARACTERS_MIN:
        raise PasswordRefused("uniform")
    if email.partition("@")[0].casefold() in plain.casefold():
        raise PasswordRefused("personal")


def normalise(password: str) -> str:
    """Return the form that is hashed: an accent typed on one device is the same accent on another (NFKD)."""
    return unicodedata.normalize("NFKD", password)


def hash_password(password: str, *, salt: str) -> str:
    """Return what is stored for a password. `salt` is the installation's password salt and never changes."""
    keyed = hmac.new(salt.encode(), normalise(password).encode(), sha512).digest()
    hashed: str = CryptContext(schemes=["argon2"]).hash(base64.b64encode(keyed).decode())
    return hashed


def wallet_secrets(keys: KeyRing) -> dict[str, str]:
    """Return the keys, by their tag, under which second factors are encrypted; they come from a key that stays."""
    return {"1": keys.code_digest("second factor wallet", "1").hex()}


def totp_wallet(keys: KeyRing) -> Wallet:
    """Return the maker and reader of second factors."""
    return Wallet(TOTP.using(issuer=ISSUER, secrets=wallet_secrets(keys)))


def new_totp_secret(wallet: Wallet) -> str:
    """Return a new second factor as it is stored."""
    stored: str = wallet.totp.new().to_json(encrypt=True)
    return stored


def plain_secret(wallet: Wallet, stored: str) -> str:
    """Return a stored second factor as an authenticator takes it: base 32."""
    plain: str = wallet.totp.from_source(stored).base32_key
    return plain


def code_at(base32: str, at: datetime) -> str:
    """Return the six digits that an authenticator shows at an instant."""
    return str(TOTP(key=base32, format="base32").generate(at).token)
