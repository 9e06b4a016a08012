"""What an adapter may reach: one frozen value, built by `app` and handed to web, sms and cli."""

from dataclasses import dataclass, field

from sqlalchemy import MetaData

from grievance.core.config import Settings
from grievance.core.db import Base, Database
from grievance.crypto.keyring import KeyRing
from grievance.messaging.mail_transport import MailTransport, NoMailTransport
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
    mail: MailTransport = field(default_factory=NoMailTransport)

    @property
    def offers_mail(self) -> bool:
        """Whether mails can leave: without a server nobody is asked for an address."""
        return not isinstance(self.mail, NoMailTransport)


def schema_metadata() -> MetaData:
    """Return the tables of this version, every models module having been loaded by `app`."""
    return Base.metadata
