"""Keys of the tests: fixed and worthless, so that nothing has to be made per test."""

from __future__ import annotations

import base64

from grievance.core.config import NamedKey
from grievance.crypto.keyring import KeyRing

CURRENT = NamedKey("t2", bytes(range(32)))
RETIRED = NamedKey("t1", bytes(range(32, 64)))
CHAIN_KEY = bytes(range(64, 96))
CODE_KEY = bytes(range(96, 128))
PASSWORD_SALT = "salt-for-tests-9876543210-lkjihgfedcba"


def make_ring() -> KeyRing:
    """Build the key ring of the tests: a current key and a retired one."""
    return KeyRing.from_keys([CURRENT, RETIRED], CHAIN_KEY, CODE_KEY)


def environment(database_url: str, folder: str) -> dict[str, str]:
    """Return the environment of a demo installation that keeps its files in `folder` (absolute)."""
    return {
        "GRIEVANCE_MODE": "demo",
        "GRIEVANCE_PUBLIC_URL": "http://localhost",
        "GRIEVANCE_DATABASE_URL": database_url,
        "GRIEVANCE_STORAGE_URL": f"file://{folder}/files",
        "GRIEVANCE_INSTANCE_PATH": folder,
        "GRIEVANCE_SECRET_KEY": "made-for-tests-0123456789-abcdefghijkl",
        "GRIEVANCE_PASSWORD_SALT": PASSWORD_SALT,
        "GRIEVANCE_ENCRYPTION_KEYS": ",".join(
            f"{key.key_id}:{base64.b64encode(key.secret).decode()}" for key in (CURRENT, RETIRED)
        ),
        "GRIEVANCE_CHAIN_KEY": base64.b64encode(CHAIN_KEY).decode(),
        "GRIEVANCE_CODE_KEY": base64.b64encode(CODE_KEY).decode(),
    }
