"""Sealed columns: how a row keeps text that neither the database nor its backup can show.

A model that has sealed columns names them in `__sealed__`; each column `<name>_sealed` holds bytes whose context is
"table.name:public id". `seal` and `unseal` are the only way in and out, so that every value is bound to its row.
"""

import hmac
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import Any, ClassVar, Final, cast

from sqlalchemy import String
from sqlalchemy.orm import Mapped, Session, mapped_column

from grievance.core.db import Base
from grievance.crypto.keyring import KeyRing

SALT_BYTES = 16
"""Random bytes stored inside each sealed value. They key the commitment that an event makes to the words, so that
erasing the words erases the key too, and a short text cannot be guessed from its commitment."""


BLOCKED: Final = "[Bloqueado/Blocked]"
"""What is read in place of covered words. Adapters put it into the language of the page."""

COVER: Final = b"\x00blocked\x00"
"""Stands before sealed bytes that are not to be read for the time being. Sealed bytes begin with a version, never 0."""

_READS_BLOCKED = "reads_blocked"


def new_public_id() -> str:
    """Return a new unguessable id of 22 characters (128 random bits)."""
    return secrets.token_urlsafe(16)


class Sealing(Base):
    """Base of the models that have sealed columns, to which `seal` and `unseal` apply."""

    __abstract__ = True
    __sealed__: ClassVar[tuple[str, ...]] = ()

    public_id: Mapped[str] = mapped_column(String(22), unique=True, default=new_public_id)
    """Unguessable, and the place to which the row's sealed values are bound: set it before sealing."""


def keys_of(session: Session) -> KeyRing:
    """Return the key ring that a session carries."""
    return cast("KeyRing", session.info["keys"])


def seal(session: Session, row: Sealing, name: str, text: str | None) -> bytes | None:
    """Put `text` into the sealed column `name` of `row` and return the commitment to it, 32 bytes.

    The row needs its public id; it need not be in the session. None empties the column. What is written over blocked
    words is blocked as they were.
    """
    if text is None:
        setattr(row, f"{name}_sealed", None)
        return None
    salt = os.urandom(SALT_BYTES)
    sealed = keys_of(session).seal(context(row.__tablename__, name, row.public_id), salt + text.encode())
    before = getattr(row, f"{name}_sealed")
    is_blocked = before is not None and before.startswith(COVER)
    setattr(row, f"{name}_sealed", COVER + sealed if is_blocked else sealed)
    return commitment(salt, text)


def unseal(session: Session, row: Sealing, name: str) -> str | None:
    """Return the text of the sealed column `name` of `row`, or None when it is empty or erased."""
    return unseal_value(session, row.__tablename__, name, row.public_id, getattr(row, f"{name}_sealed"))


def unseal_value(session: Session, table: str, name: str, public_id: str, sealed: bytes | None) -> str | None:
    """Return the text of sealed bytes that a query read as a bare column."""
    if sealed is None:
        return None
    if is_covered(session, sealed):
        return BLOCKED
    return keys_of(session).open(context(table, name, public_id), bare(sealed))[SALT_BYTES:].decode()


def is_covered(session: Session, sealed: bytes | None) -> bool:
    """Return whether sealed bytes are blocked for whoever reads with this session."""
    return sealed is not None and sealed.startswith(COVER) and not reads_blocked(session)


def reads_blocked(session: Session) -> bool:
    """Return whether whoever reads with this session is the person whose words they are."""
    return bool(session.info.get(_READS_BLOCKED, False))


def cover(row: Sealing, name: str) -> None:
    """Let nobody read the sealed column `name` of `row` for the time being; what is empty stays empty."""
    sealed = getattr(row, f"{name}_sealed")
    if sealed is not None and not sealed.startswith(COVER):
        setattr(row, f"{name}_sealed", COVER + sealed)


def uncover(row: Sealing, name: str) -> None:
    """Let a covered column be read again."""
    sealed = getattr(row, f"{name}_sealed")
    if sealed is not None:
        setattr(row, f"{name}_sealed", bare(sealed))


def bare(sealed: bytes) -> bytes:
    """Return sealed bytes without their cover, if they have one."""
    return sealed.removeprefix(COVER)


@contextmanager
def reading_blocked(session: Session) -> Iterator[None]:
    """Read covered words within this block: for the person whose words they are, never for staff."""
    before = session.info.get(_READS_BLOCKED, False)
    session.info[_READS_BLOCKED] = True
    try:
        yield
    finally:
        session.info[_READS_BLOCKED] = before


def commitment_of(session: Session, row: Sealing, name: str) -> bytes | None:
    """Return the commitment that the present words of a row give, or None when they were erased."""
    sealed = getattr(row, f"{name}_sealed")
    if sealed is None:
        return None
    plain = keys_of(session).open(context(row.__tablename__, name, row.public_id), bare(sealed))
    return commitment(plain[:SALT_BYTES], plain[SALT_BYTES:].decode())


def commitment(salt: bytes, text: str) -> bytes:
    """Return the HMAC-SHA256 of words under the salt stored with them."""
    return hmac.digest(salt, text.encode(), sha256)


def context(table: str, name: str, public_id: str) -> str:
    """Return the place to which a sealed value is bound."""
    return f"{table}.{name}:{public_id}"


def sealed_models() -> Iterator[type[Any]]:
    """Yield every model that has sealed columns, in the order of their tables' names."""
    models = [mapper.class_ for mapper in Base.registry.mappers if getattr(mapper.class_, "__sealed__", ())]
    yield from sorted(models, key=lambda model: str(model.__tablename__))
