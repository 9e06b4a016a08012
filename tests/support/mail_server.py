"""A mail server in the test's own process: real SMTP over real sockets, with TLS, that refuses or hangs as it is told.

Each connection has a thread of its own. What it took lies in `taken`, as it came over the wire.
"""

from __future__ import annotations

import base64
import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import BinaryIO, Literal, cast

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Security = Literal["starttls", "tls", "none"]
USER, PASSWORD = "avisos", "a-password-for-tests"


@dataclass(frozen=True, slots=True)
class Taken:
    """A mail that the server took."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes = field(repr=False)
    was_encrypted: bool

    @property
    def message(self) -> EmailMessage:
        """The mail as a mail program reads it."""
        return message_from_bytes(self.content, policy=default)

    @property
    def everything(self) -> str:
        """Headers as they came, and the words as they are read: what nothing of a case may stand in."""
        subject, words = self.message["Subject"], self.message.get_content()
        return f"{self.content.decode('ascii')}{subject}{words}"


@dataclass
class MailServer:
    """The server. `replies` changes what it answers to a command ("RCPT": "550 5.1.1 no such user")."""

    port: int
    ca_file: Path
    security: Security
    wants_login: bool = False
    offers_starttls: bool = True
    replies: dict[str, str] = field(default_factory=dict)
    drops_at: str = ""
    """The command at which it hangs up without a word; "DOT" is once it has the whole mail."""
    taken: list[Taken] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    """Every command, across connections, as it came."""


@contextmanager
def mail_server(folder: Path, security: Security = "starttls", *, host: str = "localhost") -> Iterator[MailServer]:
    """Run a server whose certificate is for `host`."""
    ca_file, context = _certificate(folder, host)
    listening = socket.create_server(("127.0.0.1", 0))
    listening.settimeout(0.05)
    server = MailServer(listening.getsockname()[1], ca_file, security)
    ended = threading.Event()
    thread = threading.Thread(target=_listen, args=(listening, server, context, ended), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        ended.set()
        thread.join(10)
        listening.close()


def _listen(listening: socket.socket, server: MailServer, context: ssl.SSLContext, ended: threading.Event) -> None:
    talks = []
    while not ended.is_set():
        with suppress(TimeoutError):
            connection, _address = listening.accept()
            connection.settimeout(10)
            talks.append(threading.Thread(target=_serve, args=(connection, server, context), daemon=True))
            talks[-1].start()
    for talk in talks:
        talk.join(5)


def _serve(connection: socket.socket, server: MailServer, context: ssl.SSLContext) -> None:
    talk = _Talk(connection, server, context)
    with suppress(OSError, _HungUp):
        if server.security == "tls":
            talk.encrypt()
        talk.hold()
    talk.close()


class _HungUp(Exception):
    """The talk is over."""


class _Talk:
    """One connection."""

    def __init__(self, connection: socket.socket, server: MailServer, context: ssl.SSLContext) -> None:
        self.connection, self.server, self.context = connection, server, context
        self.encrypted = False
        self.signed_in = False
        self.sender = ""
        self.recipients: list[str] = []
        self.file = self._file()

    def encrypt(self) -> None:
        self.file.close()
        self.connection = self.context.wrap_socket(self.connection, server_side=True)
        self.encrypted, self.file = True, self._file()

    def close(self) -> None:
        self.file.close()
        self.connection.close()

    def hold(self) -> None:
        self._say("220 mail.example ready")
        while True:
            line = self._hear()
            verb = line.split(" ")[0].upper()
            if self.server.drops_at == verb:
                raise _HungUp
            getattr(self, f"on_{verb.lower()}", self.on_unknown)(line)

    def on_ehlo(self, _line: str) -> None:
        offers = ["mail.example", "8BITMIME"]
        if self.server.security == "starttls" and self.server.offers_starttls and not self.encrypted:
            offers.append("STARTTLS")
        if self.server.wants_login:
            offers.append("AUTH PLAIN")
        self._say(*(f"250{'-' if each is not offers[-1] else ' '}{each}" for each in offers))

    def on_starttls(self, _line: str) -> None:
        self._say("220 go ahead")
        self.encrypt()

    def on_auth(self, line: str) -> None:
        given = base64.b64decode(line.split(" ")[2]).split(b"\0")[1:]
        self.signed_in = given == [USER.encode(), PASSWORD.encode()]
        self._say("235 welcome" if self.signed_in else "535 5.7.8 wrong")

    def on_mail(self, line: str) -> None:
        self.sender, self.recipients = line.split("<")[1].split(">", maxsplit=1)[0], []
        self._answer("MAIL", "530 5.7.0 sign in" if self.server.wants_login and not self.signed_in else "250 ok")

    def on_rcpt(self, line: str) -> None:
        self.recipients.append(line.split("<")[1].split(">", maxsplit=1)[0])
        self._answer("RCPT", "250 ok")

    def on_data(self, _line: str) -> None:
        self._answer("DATA", "354 go on")
        if "DATA" in self.server.replies:
            return
        content = b""
        while (row := self.file.readline()) != b".\r\n":
            if not row:
                raise _HungUp
            content += row.removeprefix(b".")
        if self.server.drops_at == "DOT":
            raise _HungUp
        if "DOT" not in self.server.replies:
            self.server.taken.append(Taken(self.sender, tuple(self.recipients), content, self.encrypted))
        self._answer("DOT", "250 2.0.0 queued")

    def on_rset(self, _line: str) -> None:
        self._say("250 ok")

    def on_quit(self, _line: str) -> None:
        self._say("221 bye")
        raise _HungUp

    def on_unknown(self, _line: str) -> None:
        self._say("500 what?")

    def _answer(self, verb: str, usual: str) -> None:
        self._say(self.server.replies.get(verb, usual))

    def _hear(self) -> str:
        row = self.file.readline()
        if not row:
            raise _HungUp
        line = row.decode("ascii", "replace").rstrip("\r\n")
        self.server.heard.append(line)
        return line

    def _say(self, *lines: str) -> None:
        self.connection.sendall("".join(f"{line}\r\n" for line in lines).encode())

    def _file(self) -> BinaryIO:
        return cast("BinaryIO", self.connection.makefile("rb"))


def _certificate(folder: Path, host: str) -> tuple[Path, ssl.SSLContext]:
    """Make a certificate for a name, signed by itself, and the file by which it is trusted."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    names: list[x509.GeneralName] = [x509.DNSName(host)]
    if host == "localhost":
        names.append(x509.IPAddress(ipaddress.ip_address("127.0.0.1")))
    # Wide: the clock of a test may stand still, that of the encryption library never does.
    today = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1000))
        .not_valid_after(today + timedelta(days=1000))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    folder.mkdir(parents=True, exist_ok=True)
    public, private = folder / "mail.pem", folder / "mail.key"
    public.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, private)
    return public, context
