"""Making the digests of numbers anew under the current key, so that a retired key can leave the ring."""

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from grievance.crypto.fields import keys_of, unseal_value
from grievance.messaging.models import InboundMessage, Thread
from grievance.messaging.threads import NUMBER_PURPOSE


def rebuild_number_digests(session: Session, *, after: int, limit: int) -> int | None:
    """Rebuild the digests of up to `limit` threads and inbound texts whose id is above `after`.

    Returns:
        The highest id seen, from which to go on; None when there is nothing above `after`.
    """
    seen = [_rebuild(session, model, after=after, limit=limit) for model in (Thread, InboundMessage)]
    ids = [last for last in seen if last is not None]
    return min(ids) if ids else None


def _rebuild(session: Session, model: type[Any], *, after: int, limit: int) -> int | None:
    rows = session.execute(
        select(model.id, model.public_id, model.number_sealed, model.number_digest)
        .where(model.id > after)
        .order_by(model.id)
        .limit(limit)
    ).all()
    for row_id, public_id, sealed, digest in rows:
        number = unseal_value(session, model.__tablename__, "number", public_id, sealed)
        if number is None:
            continue
        current = keys_of(session).digest(NUMBER_PURPOSE, number)
        if current != digest:
            session.execute(
                update(model)
                .where(model.id == row_id)
                .values(number_digest=current)
                .execution_options(synchronize_session=False)
            )
    return int(rows[-1].id) if rows else None
