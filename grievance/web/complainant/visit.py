"""What the session cookie remembers of a person: receipt or own code just given, and case just opened. Nothing else.

All are sealed, so that neither the cookie nor whoever finds the phone learns an id from it. A visit ends by itself
after half an hour of silence, and after half a day whatever happens.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import session

from grievance.crypto.codes import AccessCode
from grievance.crypto.keyring import CannotOpen, KeyRing
from grievance.web.complainant.form_key import from_text, to_text

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
RECEIPT_KEPT = timedelta(hours=1)

_VISIT, _RECEIPT, _OWN_CODE = "visit", "receipt", "own_code"


@dataclass(frozen=True, slots=True)
class Visit:
    """A case that was opened with its code on this browser."""

    case_id: int
    complainant_id: int
    began_at: datetime


def start(keys: KeyRing, case_id: int, complainant_id: int, *, at: datetime) -> None:
    """Remember that the code was right. Form tokens from before are no longer good."""
    session.pop("csrf_token", None)
    session.pop(_RECEIPT, None)
    forget_own_code()
    _put(keys, Visit(case_id, complainant_id, at), at)


def is_remembered() -> bool:
    """Whether the cookie holds a visit, ended or not: somebody was here before on this browser."""
    return _VISIT in session


def present(keys: KeyRing, *, at: datetime) -> Visit | None:
    """Return the open visit and count this as its last sign of life; None when there is none or it has ended."""
    kept = _get(keys, _VISIT)
    if kept is None:
        return None
    visit = Visit(kept["case"], kept["person"], _instant(kept["began"]))
    if at - _instant(kept["seen"]) > IDLE or at - visit.began_at > LONGEST:
        session.pop(_VISIT)
        return None
    _put(keys, visit, at)
    return visit


def end() -> None:
    """Forget the visit, the receipt and the own code. What a signed-in staff member has in the same session stays."""
    for name in (_VISIT, _RECEIPT, _OWN_CODE):
        session.pop(name, None)
    if set(session) <= {"csrf_token", "_permanent", "_flashes"}:
        session.clear()


def keep_receipt(keys: KeyRing, form_key: str, *, at: datetime) -> None:
    """Remember which form was just filed, for the page after it."""
    session[_RECEIPT] = _seal(keys, _RECEIPT, {"key": form_key, "at": int(at.timestamp())})


def kept_receipt(keys: KeyRing, *, at: datetime) -> str | None:
    """Return the key of the form just filed, for an hour."""
    kept = _get(keys, _RECEIPT)
    if kept is None or at - _instant(kept["at"]) > RECEIPT_KEPT:
        return None
    return str(kept["key"])


def keep_own_code(keys: KeyRing, reference: str, code: AccessCode, *, at: datetime) -> None:
    """Remember the code that a slip was just exchanged for, for the page after it: nowhere else can it be read."""
    session.pop("csrf_token", None)
    values = {"reference": reference, "code": code.symbols, "at": int(at.timestamp())}
    session[_OWN_CODE] = _seal(keys, _OWN_CODE, values)


def kept_own_code(keys: KeyRing, *, at: datetime) -> tuple[str, AccessCode] | None:
    """Return reference and own code just given for a slip, for an hour."""
    kept = _get(keys, _OWN_CODE)
    if kept is None or at - _instant(kept["at"]) > RECEIPT_KEPT:
        return None
    return str(kept["reference"]), AccessCode(str(kept["code"]))


def forget_own_code() -> None:
    """Forget the own code: it was saved, or opens nothing any more."""
    session.pop(_OWN_CODE, None)


def _put(keys: KeyRing, visit: Visit, seen_at: datetime) -> None:
    session[_VISIT] = _seal(
        keys,
        _VISIT,
        {
            "case": visit.case_id,
            "person": visit.complainant_id,
            "began": int(visit.began_at.timestamp()),
            "seen": int(seen_at.timestamp()),
        },
    )


def _seal(keys: KeyRing, name: str, values: dict[str, Any]) -> str:
    return to_text(keys.seal(f"web.{name}", json.dumps(values).encode()))


def _get(keys: KeyRing, name: str) -> dict[str, Any] | None:
    sealed = session.get(name)
    if sealed is None:
        return None
    try:
        values: dict[str, Any] = json.loads(keys.open(f"web.{name}", from_text(sealed)))
    except CannotOpen:
        session.pop(name)
        return None
    return values


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
