"""The keyed chain of a case's events: what is hashed, in which form. Pure but for the key it is handed.

digest(n) = HMAC-SHA256(chain key, digest(n-1) · canonical form of event n), digest(0) is empty. The key is not in the
database, so that someone who can rewrite rows cannot make a chain that verifies.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

Mac = Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True)
class Link:
    """What an event commits to. Instants are aware; codes hold only strings, numbers, booleans, null and lists."""

    case_public_id: str
    seq: int
    kind: str
    happened_at: datetime
    recorded_at: datetime
    actor_kind: str
    actor_id: int | None
    codes: Mapping[str, Any]
    words_table: str | None
    words_public_id: str | None
    words_mac: bytes | None


def digest(previous: bytes, link: Link, mac: Mac) -> bytes:
    """Return the digest of a link that follows `previous`, 32 bytes."""
    return mac(previous + canonical(link))


def canonical(link: Link) -> bytes:
    """Return the one byte form of a link: JSON with sorted keys, instants in UTC to the microsecond."""
    fields = {
        "actor_id": link.actor_id,
        "actor_kind": link.actor_kind,
        "case": link.case_public_id,
        "codes": link.codes,
        "happened_at": _instant(link.happened_at),
        "kind": link.kind,
        "recorded_at": _instant(link.recorded_at),
        "seq": link.seq,
        "words_mac": link.words_mac.hex() if link.words_mac else None,
        "words_public_id": link.words_public_id,
        "words_table": link.words_table,
    }
    return json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _instant(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="microseconds")
