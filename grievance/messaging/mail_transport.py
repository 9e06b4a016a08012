"""The port through which mails leave. The adapter stands in `grievance.mail`; the worker knows only this."""

from dataclasses import dataclass, field
from typing import Protocol

from grievance.core.email import EmailAddress
from grievance.core.i18n import Locale
from grievance.messaging.transport import TransportError

NO_SERVER = "no_server"
"""Code of a refusal because no mail server is set."""


class MailServerFails(TransportError):
    """The server, or our account there, is the trouble, and not the address: it is tried again, a little later."""

    def __init__(self, code: str) -> None:
        super().__init__(code, permanent=False)


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail to hand over: plain text, to one address."""

    mail_id: str
    """The same at every try: a server that gets it twice can tell."""
    address: EmailAddress = field(repr=False)
    subject: str
    body: str = field(repr=False)
    locale: Locale


class MailTransport(Protocol):
    """A mail server. Call it with no transaction open."""

    def send(self, mail: Mail) -> None:
        """Hand over one mail.

        Raises:
            MailServerFails: it was not handed over, and no other would be just now.
            TransportError: the server refused it; permanent when the address takes no mail.
            TransportUnknown: no answer came after it was handed over; it may be on its way.
        """
        ...

    def check(self) -> None:
        """Go as far as a mail would, and send none.

        Raises:
            MailServerFails: what would keep a mail from being handed over.
        """
        ...


@dataclass(frozen=True, slots=True)
class NoMailTransport:
    """No mail server is set: nobody is offered mail."""

    def send(self, mail: Mail) -> None:
        """Refuse for now."""
        del mail
        raise MailServerFails(NO_SERVER)

    def check(self) -> None:
        """Refuse for now."""
        raise MailServerFails(NO_SERVER)
