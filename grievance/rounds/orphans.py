"""Files in storage that no row names: uploads whose form was never sent, removed after a day."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.cases.models import Attachment
from grievance.cases.record import RegisterImport
from grievance.storage.files import Storage

KEPT_UNNAMED = timedelta(hours=24)
"""How long a stored file may wait for the form that names it."""

_BATCH = 500


def forget_orphans(storage: Storage, reading: Callable[[], AbstractContextManager[Session]], *, at: datetime) -> int:
    """Remove stored files older than a day that no attachment and no import of a register names; return how many.

    A file is older than a day before it is looked up, and a row only ever names a fresh one: nothing named is lost.
    """
    old = [key for key, stored_at in storage.stored() if at - stored_at > KEPT_UNNAMED]
    removed = 0
    for start in range(0, len(old), _BATCH):
        batch = old[start : start + _BATCH]
        with reading() as session:
            named = {
                key
                for column in (Attachment.storage_key, RegisterImport.storage_key)
                for key in session.scalars(select(column).where(column.in_(batch)))
            }
        for key in batch:
            if key not in named:
                storage.delete(key)
                removed += 1
    return removed
