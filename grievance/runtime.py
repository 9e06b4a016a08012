"""What an adapter may reach: one frozen value, built by `app` and handed to web, sms and cli."""

from dataclasses import dataclass

from sqlalchemy import MetaData

from grievance.core.config import Settings
from grievance.core.db import Base, Database
from grievance.crypto.keyring import KeyRing
from grievance.messaging.transport import Transport
from grievance.storage.files import Storage


@dataclass(frozen=True, slots=True)
class Runtime:
    """The parts of a running installation."""

    settings: Settings
    database: Database
    keys: KeyRing
    storage: Storage
    transport: Transport


def schema_metadata() -> MetaData:
    """Return the tables of this version, every models module having been loaded by `app`."""
    return Base.metadata
