"""Sealing rows again under the current key, in batches that can stop and go on anywhere.

Knows nothing of what the columns mean: it walks every model that names sealed columns. Not for: keyed digests, which
the packages that own them rebuild (`messaging.rekey`, `desk.search`).
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, func, select, update
from sqlalchemy.orm import Session

from grievance.crypto.fields import COVER, bare, context, keys_of, sealed_models
from grievance.crypto.keyring import KeyRing


@dataclass(frozen=True, slots=True)
class Place:
    """One sealed column."""

    model: type[Any]
    name: str

    @property
    def column(self) -> Any:  # noqa: ANN401  # an attribute of a model known only at run time
        """The column itself."""
        return getattr(self.model, f"{self.name}_sealed")


def places() -> list[Place]:
    """Return every sealed column, by table and name."""
    return [Place(model, name) for model in sealed_models() for name in model.__sealed__]


def left_to_seal(session: Session) -> int:
    """Return how many values are not sealed under the current key."""
    return sum(
        session.execute(select(func.count()).select_from(place.model).where(_is_old(session, place))).scalar_one()
        for place in places()
    )


def seal_batch(session: Session, place: Place, *, limit: int) -> int:
    """Seal up to `limit` values of a column again; return how many. Zero means that the column is done."""
    keys = keys_of(session)
    rows = session.execute(
        select(place.model.id, place.model.public_id, place.column)
        .where(_is_old(session, place))
        .order_by(place.model.id)
        .limit(limit)
        .with_for_update()
    ).all()
    for row_id, public_id, sealed in rows:
        where = context(place.model.__tablename__, place.name, public_id)
        session.execute(
            update(place.model)
            .where(place.model.id == row_id)
            .values({f"{place.name}_sealed": _sealed_again(keys, where, sealed)})
            .execution_options(synchronize_session=False)
        )
    return len(rows)


def _is_old(session: Session, place: Place) -> Any:  # noqa: ANN401  # a SQL condition
    """Sealed bytes begin with version, length of the key id and the key id: rows of other keys start differently."""
    key_id = keys_of(session).current_id.encode()
    prefix = bytes((1, len(key_id))) + key_id
    begins = [func.substr(place.column, 1, len(start)) != start for start in (prefix, COVER + prefix)]
    return and_(place.column.is_not(None), *begins)


def _sealed_again(keys: KeyRing, where: str, sealed: bytes) -> bytes:
    """Seal a value under the current key; a cover over it stays."""
    again = keys.seal(where, keys.open(where, bare(sealed)))
    return COVER + again if sealed.startswith(COVER) else again
