"""What every mail transport keeps to, against a real server: what is taken, what is refused for good, what is unknown."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest

from grievance.core.config import Settings
from grievance.core.email import EmailAddress, EmailRefused, parse_email
from grievance.core.i18n import OFFERED, SPANISH, Locale
from grievance.mail import smtp
from grievance.mail.mailbox import MailboxTransport
from grievance.mail.smtp import SmtpTransport, written
from grievance.messaging.mail_transport import Mail, MailServerFails, MailTransport, NoMailTransport
from grievance.messaging.mail_wording import MAILS, MailName, render_mail
from grievance.messaging.transport import TransportError, TransportUnknown
from tests.support.mail_server import PASSWORD, USER, MailServer, mail_server
from tests.support.mailing import FROM as SENDER
from tests.support.mailing import server_settings
from tests.support.places import WEDNESDAY
from tests.support.web_app import make_settings

ADDRESS = parse_email("ana@correo.example")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[MailServer]:
    """Run a mail server that offers STARTTLS."""
    with mail_server(tmp_path / "server") as running:
        yield running


def settings_for(server: MailServer, folder: Path, **more: str) -> Settings:
    return make_settings("sqlite:////srv/x.sqlite", folder, **(server_settings(server) | more))


def transport_to(server: MailServer, folder: Path, **more: str) -> SmtpTransport:
    return SmtpTransport(settings_for(server, folder, **more))


def a_mail(name: MailName = MailName.TEST, locale: Locale = SPANISH, **values: str | int) -> Mail:
    words = render_mail(name, locale, **values)
    return Mail("an-id-of-a-row-22-long", ADDRESS, words.subject, words.body, locale)


def refusal_of(transport: MailTransport) -> TransportError:
    with pytest.raises(TransportError) as refused:
        transport.send(a_mail())
    return refused.value


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_mail_goes_encrypted_to_one_address(tmp_path: Path, security: str) -> None:
    with mail_server(tmp_path / "s", "tls" if security == "tls" else "starttls") as server:
        transport_to(server, tmp_path).send(a_mail())

    (taken,) = server.taken
    assert taken.was_encrypted
    assert (taken.sender, taken.recipients) == (SENDER, (ADDRESS,))


def test_server_without_encryption_on_this_machine_may_be_used(tmp_path: Path) -> None:
    with mail_server(tmp_path / "s", "none") as server:
        transport_to(server, tmp_path, mail_ca_file="").send(a_mail())

    assert not server.taken[0].was_encrypted


@pytest.mark.parametrize("locale", OFFERED)
@pytest.mark.parametrize("name", MailName)
def test_every_mail_is_one_plain_part_that_reports_nothing_back(
    server: MailServer, tmp_path: Path, name: MailName, locale: Locale
) -> None:
    values: dict[str, str | int] = {"reference": "7K3Q-9F2M", "link": "https://reclamos.example/ñ", "count": 3}
    mail = a_mail(name, locale, **{need: values[need] for need in MAILS[name].needs})

    transport_to(server, tmp_path).send(mail)

    message = server.taken[0].message
    assert (message.get_content_type(), message.get_content_charset()) == ("text/plain", "utf-8")
    assert not message.is_multipart()
    assert message.get_content().replace("\r\n", "\n") == mail.body
    assert message["Subject"] == mail.subject
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"] == "<an-id-of-a-row-22-long@reclamos.example>"
    assert parsedate_to_datetime(message["Date"]).tzinfo is not None
    assert "<img" not in server.taken[0].everything
    assert {"Disposition-Notification-To", "Return-Receipt-To", "Reply-To", "Cc", "Bcc"}.isdisjoint(message.keys())


def test_undeliverable_mail_comes_back_where_it_was_said(server: MailServer, tmp_path: Path) -> None:
    transport_to(server, tmp_path, mail_bounces_to="devueltos@reclamos.example").send(a_mail())

    assert server.taken[0].sender == "devueltos@reclamos.example"
    assert server.taken[0].message["From"] == SENDER


def test_account_signs_in_only_over_the_encrypted_way(server: MailServer, tmp_path: Path) -> None:
    server.wants_login = True

    transport_to(server, tmp_path, mail_user=USER, mail_password=PASSWORD).send(a_mail())

    verbs = [line.split(" ")[0] for line in server.heard]
    assert verbs.index("STARTTLS") < verbs.index("AUTH")
    assert len(server.taken) == 1


def test_the_machines_own_name_is_told_to_nobody(server: MailServer, tmp_path: Path) -> None:
    transport_to(server, tmp_path).send(a_mail())

    said = " ".join(server.heard) + server.taken[0].everything
    assert socket.gethostname() not in said
    assert "ehlo reclamos.example" in said


@pytest.mark.parametrize(
    ("host", "trusted", "code"),
    [("localhost", False, "certificate"), ("mail.example", True, "certificate")],
    ids=["unknown authority", "another name"],
)
def test_server_that_cannot_prove_its_name_gets_nothing(tmp_path: Path, host: str, trusted: bool, code: str) -> None:
    with mail_server(tmp_path / "s", host=host) as server:
        more = {} if trusted else {"mail_ca_file": ""}
        refusal = refusal_of(transport_to(server, tmp_path, **more))

    assert (refusal.code, refusal.permanent) == (code, False)
    assert not any(line.startswith(("MAIL", "mail", "RCPT", "rcpt")) for line in server.heard)


def test_server_whose_encryption_was_taken_away_gets_nothing(server: MailServer, tmp_path: Path) -> None:
    server.offers_starttls = False

    refusal = refusal_of(transport_to(server, tmp_path, mail_user=USER, mail_password=PASSWORD))

    assert isinstance(refusal, MailServerFails)
    assert [line.split(" ")[0].upper() for line in server.heard] == ["EHLO", "QUIT"]


@pytest.mark.parametrize(
    ("at", "said", "permanent"),
    [
        ("RCPT", "550 5.1.1 no such user", True),
        ("RCPT", "553 not allowed here", True),
        ("RCPT", "450 4.2.0 greylisted", False),
        ("RCPT", "452 4.2.2 mailbox full", False),
        ("RCPT", "550 5.7.1 relaying denied", False),
        ("DATA", "451 4.3.0 later", False),
        ("DOT", "554 5.6.0 no", True),
        ("DOT", "554 5.7.1 looks like spam", False),
        ("DOT", "451 4.7.0 later", False),
    ],
)
def test_what_the_server_says_of_the_address_decides(
    server: MailServer, tmp_path: Path, at: str, said: str, permanent: bool
) -> None:
    server.replies[at] = said

    refusal = refusal_of(transport_to(server, tmp_path))

    assert (refusal.code, refusal.permanent) == (said[:3], permanent)
    assert not isinstance(refusal, MailServerFails)
    assert not server.taken


@pytest.mark.parametrize(
    ("at", "said", "code"),
    [("MAIL", "550 5.1.8 sender unknown", "sender_550"), ("MAIL", "421 4.3.2 busy", "sender_421")],
)
def test_what_the_server_says_of_us_is_no_fault_of_the_address(
    server: MailServer, tmp_path: Path, at: str, said: str, code: str
) -> None:
    server.replies[at] = said

    refusal = refusal_of(transport_to(server, tmp_path))

    assert isinstance(refusal, MailServerFails)
    assert (refusal.code, refusal.permanent) == (code, False)


def test_wrong_account_is_no_fault_of_the_address(server: MailServer, tmp_path: Path) -> None:
    server.wants_login = True

    refusal = refusal_of(transport_to(server, tmp_path, mail_user=USER, mail_password="another-one"))

    assert isinstance(refusal, MailServerFails)
    assert refusal.code == "login"


@pytest.mark.parametrize("at", ["EHLO", "MAIL", "RCPT"])
def test_connection_lost_before_the_mail_means_not_sent(server: MailServer, tmp_path: Path, at: str) -> None:
    server.drops_at = at

    refusal = refusal_of(transport_to(server, tmp_path))

    assert isinstance(refusal, MailServerFails)


@pytest.mark.parametrize("at", ["DATA", "DOT"])
def test_connection_lost_with_the_mail_on_the_way_means_unknown(server: MailServer, tmp_path: Path, at: str) -> None:
    server.drops_at = at

    with pytest.raises(TransportUnknown):
        transport_to(server, tmp_path).send(a_mail())


def test_nobody_listening_means_not_sent(server: MailServer, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]

    assert refusal_of(transport_to(server, tmp_path, mail_port=str(port))).code == "unreachable"


def test_server_that_says_nothing_is_left(server: MailServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "TIMEOUT_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        refusal = refusal_of(transport_to(server, tmp_path, mail_port=str(silent.getsockname()[1])))

    assert refusal.code == "unreachable"


def test_check_goes_as_far_as_the_sender_and_sends_nothing(server: MailServer, tmp_path: Path) -> None:
    transport_to(server, tmp_path).check()

    assert not server.taken
    assert not any(line.lower().startswith("rcpt") for line in server.heard)


@pytest.mark.parametrize(
    "text",
    [
        "ana@correo.example\r\nBcc: otra@correo.example",
        "ana@correo.example\nSubject: x",
        "ana@correo.example, otra@correo.example",
        "Ana <ana@correo.example>",
        "ana@correo.example>\r\nRCPT TO:<otra@correo.example",
        '"ana\r\n"@correo.example',
        "ana@correo.example\0",
        "ana@[127.0.0.1]",
        "ana\u2028@correo.example",
        "",
    ],
)
def test_nothing_but_one_address_is_read_as_an_address(text: str) -> None:
    with pytest.raises(EmailRefused) as refused:
        parse_email(text)

    assert str(refused.value) == "EmailRefused"
    assert refused.value.__cause__ is None


@pytest.mark.parametrize("field", ["subject", "address", "mail_id"])
def test_header_cannot_be_smuggled_in_even_past_the_form(field: str) -> None:
    parts = {"mail_id": "x", "address": ADDRESS, "subject": "s", "body": "b\r\n", "locale": SPANISH}
    mail = Mail(**(parts | {field: f"{parts[field]}\r\nBcc: otra@correo.example"}))  # type: ignore[arg-type]  # on purpose

    with pytest.raises(ValueError, match=r"newline|CR or LF|linefeed|[Ii]nvalid|CR"):
        written(mail, EmailAddress(SENDER), at=WEDNESDAY).as_bytes()


def test_lone_dot_in_the_words_ends_nothing(server: MailServer, tmp_path: Path) -> None:
    mail = Mail("x", ADDRESS, "s", "uno\n.\nMAIL FROM:<otra@correo.example>\n", SPANISH)

    transport_to(server, tmp_path).send(mail)

    (taken,) = server.taken
    assert taken.message.get_content().replace("\r\n", "\n") == mail.body


@pytest.mark.parametrize("make", [MailboxTransport, lambda _folder: NoMailTransport()], ids=["mailbox", "none"])
def test_transports_without_a_server_keep_to_the_port(tmp_path: Path, make: Callable[[Path], MailTransport]) -> None:
    transport = make(tmp_path)

    if isinstance(transport, MailboxTransport):
        transport.check()
        transport.send(a_mail())
        assert transport.latest()[0].address == ADDRESS
    else:
        assert refusal_of(transport).code == "no_server"
