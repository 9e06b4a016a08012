"""Fetching the pictures and recordings that came with texts: checked, sealed, then named by a row."""

from grievance.cases.files import FileRefused, StoredFile, keep
from grievance.cases.handling import attach
from grievance.cases.queries import case_by_public_id
from grievance.cases.states import COMPLAINANT
from grievance.cases.transitions import load_for_change
from grievance.core.clock import now
from grievance.core.log import logger
from grievance.messaging import inbox
from grievance.messaging.inbox import MediaDue
from grievance.messaging.transport import TransportError, TransportUnknown
from grievance.runtime import Runtime

BATCH = 5


def fetch_media(runtime: Runtime) -> int:
    """Fetch what waits; return how many texts were looked at."""
    with runtime.database.read() as session:
        waiting = inbox.media_due(session, at=now(), limit=BATCH)
    for item in waiting:
        _fetch_one(runtime, item)
    return len(waiting)


def _fetch_one(runtime: Runtime, item: MediaDue) -> None:
    stored: list[StoredFile] = []
    refused = 0
    try:
        for number, media in enumerate(item.items, start=1):
            content = runtime.transport.fetch_media(media.url)
            try:
                stored.append(keep(runtime.storage, content, f"{number}"))
            except FileRefused:
                refused += 1
    except TransportError as error:
        _note(runtime, item, "failed" if error.permanent else "waiting")
        return
    except TransportUnknown:
        _note(runtime, item, "waiting")
        return
    _keep(runtime, item, stored)
    if refused:
        logger().warning("media_refused", count=refused)


def _keep(runtime: Runtime, item: MediaDue, stored: list[StoredFile]) -> None:
    at = now()
    with runtime.database.begin() as session:
        inbox.record_media(session, item.inbound_id, state="fetched", at=at)
        found = case_by_public_id(session, item.subject)
        if found is None:
            return
        case = load_for_change(session, found.id)
        for file in stored:
            attach(session, case, file, internal=False, by=COMPLAINANT, at=at)


def _note(runtime: Runtime, item: MediaDue, state: str) -> None:
    with runtime.database.begin() as session:
        inbox.record_media(session, item.inbound_id, state=state, at=now())
