"""Handing mails to a server by SMTP, encrypted, with its certificate checked. Called with no transaction open.

What the server says of the address is permanent or passes, as it says itself; what it says of us (the account, the
sender, a rule of its own) is for the operator to mend, and tried again. Once the mail itself was handed over a lost
connection means unknown: it may be on its way.
"""

import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from grievance.core import clock
from grievance.core.config import Settings
from grievance.core.email import EmailAddress, domain_of, parse_email
from grievance.messaging.mail_transport import Mail, MailServerFails
from grievance.messaging.transport import TransportError, TransportUnknown

TIMEOUT_SECONDS = 20.0
"""Longest wait for one answer of the server. RFC 5321 section 4.5.3.2 allows it minutes; a worker has others to serve,
and a mail that was not taken is tried again."""

REFUSED_FOR_NOW = 400
REFUSED_FOR_GOOD = 500

POLICY = b"5.7."
"""Start of the status of refusals by rule: relaying, spam, authentication. Source: RFC 3463 section 3.8. They may be
about us as well as about the address, so they are no proof that it takes no mail."""


class SmtpTransport:
    """A mail server, as the settings name it."""

    def __init__(self, settings: Settings) -> None:
        self._host, self._port = settings.mail_host, settings.mail_port
        self._security = settings.mail_security
        self._user, self._password = settings.mail_user, settings.mail_password
        self._sender = parse_email(settings.mail_from)
        self._bounces_to = parse_email(settings.mail_bounces_to or settings.mail_from)
        self._trust = settings.mail_ca_file or None

    def send(self, mail: Mail) -> None:
        """Hand over one mail."""
        content = written(mail, self._sender, at=clock.now()).as_bytes()
        with self._signed_in() as server:
            _step("sender", lambda: server.mail(self._bounces_to))
            _refuse_if_told(server.rcpt(mail.address))
            try:
                answer = server.data(content)
            except smtplib.SMTPDataError as refusal:
                answer = (refusal.smtp_code, _bytes(refusal.smtp_error))
            except (OSError, smtplib.SMTPException) as lost:
                raise TransportUnknown from lost
            _refuse_if_told(answer)

    def check(self) -> None:
        """Sign in, name the sender, and leave."""
        with self._signed_in() as server:
            _step("sender", lambda: server.mail(self._bounces_to))
            _step("sender", server.rset)

    @contextmanager
    def _signed_in(self) -> Iterator[smtplib.SMTP]:
        with _told_apart():
            server = self._connected()
        try:
            with _told_apart():
                if self._security == "starttls":
                    server.starttls(context=self._tls())
                if self._user:
                    server.login(self._user, self._password.get_secret_value())
                server.ehlo_or_helo_if_needed()
            yield server
        except OSError:  # the library's own errors are such, too
            raise MailServerFails("unreachable") from None
        finally:
            # Whatever it says to a farewell changes nothing about what it took.
            with suppress(OSError, smtplib.SMTPException):
                server.quit()
            server.close()

    def _connected(self) -> smtplib.SMTP:
        # The name that we give is the sender's domain: the machine's own would tell more of our house than is needed.
        own_name = domain_of(self._sender)
        if self._security == "tls":
            return smtplib.SMTP_SSL(
                self._host, self._port, local_hostname=own_name, timeout=TIMEOUT_SECONDS, context=self._tls()
            )
        return smtplib.SMTP(self._host, self._port, local_hostname=own_name, timeout=TIMEOUT_SECONDS)

    def _tls(self) -> ssl.SSLContext:
        # Checks the certificate and that it is this host's.
        return ssl.create_default_context(cafile=self._trust)


def written(mail: Mail, sender: EmailAddress, *, at: datetime) -> EmailMessage:
    """Write a mail as it goes over the wire: one plain part, UTF-8, nothing that reports back.

    Every header goes through the library's own policy, which refuses line ends in them.
    """
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(addr_spec=sender)
    message["To"] = Address(addr_spec=mail.address)
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{mail.mail_id}@{domain_of(sender)}>"
    message["Content-Language"] = mail.locale
    # No machine is to answer: RFC 3834 section 5, and what Exchange heeds instead.
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(mail.body, charset="utf-8", cte="quoted-printable")
    return message


@contextmanager
def _told_apart() -> Iterator[None]:
    """Name what went wrong before a mail was handed over: all of it is ours or the server's, and none is permanent."""
    try:
        yield
    except ssl.SSLError as failure:
        code = "certificate" if isinstance(failure, ssl.SSLCertVerificationError) else "tls"
        raise MailServerFails(code) from None
    except smtplib.SMTPNotSupportedError:
        raise MailServerFails("no_starttls_or_login") from None
    except smtplib.SMTPAuthenticationError:
        raise MailServerFails("login") from None
    except smtplib.SMTPResponseException as refusal:
        raise MailServerFails(str(refusal.smtp_code)) from None
    except (OSError, smtplib.SMTPException):
        # The library's messages may quote what was sent: only the code goes on.
        raise MailServerFails("unreachable") from None


def _step(name: str, command: Callable[[], tuple[int, bytes]]) -> None:
    """Go one step in which a refusal is about us."""
    with _told_apart():
        code, _said = command()
    if code >= REFUSED_FOR_NOW:
        raise MailServerFails(f"{name}_{code}")


def _refuse_if_told(answer: tuple[int, bytes]) -> None:
    code, said = answer
    if code >= REFUSED_FOR_NOW:
        raise TransportError(str(code), permanent=code >= REFUSED_FOR_GOOD and not said.startswith(POLICY))


def _bytes(said: bytes | str) -> bytes:
    return said if isinstance(said, bytes) else said.encode()
