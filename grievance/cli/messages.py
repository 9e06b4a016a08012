"""Texts and mails from the command line."""

from datetime import timedelta

import click

from grievance.cli.mail_trouble import mail_trouble
from grievance.cli.parts import Parts, open_runtime, pass_parts, stop
from grievance.core.clock import now
from grievance.core.email import EmailRefused, parse_email
from grievance.core.i18n import ENGLISH
from grievance.crypto.fields import new_public_id
from grievance.dialogue import respond
from grievance.messaging import inbox
from grievance.messaging.mail_transport import Mail, MailServerFails
from grievance.messaging.mail_wording import MailName, render_mail
from grievance.messaging.transport import TransportError, TransportUnknown

RECONCILED = timedelta(hours=48)
"""How far back the provider is asked; Twilio keeps messages longer, a day's outage is covered twice."""


@click.group()
def messages() -> None:
    """Texts in and out, and mails out."""


@messages.command("reconcile")
@pass_parts
def reconcile(parts: Parts) -> None:
    """Take in what the provider received for us in the last 48 hours and we do not have. Run it daily."""
    runtime = open_runtime(parts)
    transport = runtime.transport
    try:
        arrived = transport.list_inbound(since=now() - RECONCILED)
    except (TransportError, TransportUnknown):
        stop("The provider did not answer. Nothing was changed; try again later.")
    taken = 0
    for item in arrived:
        with runtime.database.begin() as session:
            inbound_id = inbox.record(
                session,
                provider=transport.provider,
                provider_message_id=item.provider_message_id,
                line=item.line,
                number=item.number,
                body=item.body,
                media=item.media,
                opt_out_type=None,
                at=item.arrived_at,
            )
        if inbound_id is not None:
            taken += 1
            _understand(parts, inbound_id)
    click.echo(
        f"The provider has {len(arrived)} texts of the last 48 hours; {taken} were missing here and are taken in."
    )


@messages.command("test-mail")
@click.argument("address")
@pass_parts
def test_mail(parts: Parts, address: str) -> None:
    """Send one mail to an address of your own, at once, to see that the settings are right."""
    runtime = open_runtime(parts)
    if not runtime.offers_mail:
        stop("GRIEVANCE_MAIL_HOST is not set: there is no server to send it through.")
    try:
        read = parse_email(address)
    except EmailRefused:
        stop("That is not one plain e-mail address, as in name@company.cl.")
    words = render_mail(MailName.TEST, ENGLISH)
    try:
        runtime.mail.send(Mail(new_public_id(), read, words.subject, words.body, ENGLISH))
    except MailServerFails as failure:
        stop(mail_trouble(failure.code))
    except TransportError as refusal:
        stop(f"The server does not take mail for that address (it said {refusal.code}).")
    except TransportUnknown:
        stop("The server did not say whether it took the mail. Look whether it came before you try again.")
    click.echo("The server took it. Whether it arrives you see in that mailbox; look into its spam folder, too.")


def _understand(parts: Parts, inbound_id: int) -> None:
    """Handle one text; the worker tries again later if that fails now."""
    with open_runtime(parts).database.begin() as session:
        respond.handle(session, inbound_id, at=now())
