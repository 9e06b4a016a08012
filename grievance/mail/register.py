"""What the rest of the program asks of this adapter: the transport that the settings name, and the demo's mailbox."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Flask, g, render_template

from grievance.core.config import Settings
from grievance.mail.mailbox import Kept, MailboxTransport
from grievance.mail.smtp import SmtpTransport
from grievance.messaging.mail_transport import MailTransport, NoMailTransport
from grievance.runtime import Runtime

TIME_ZONE = "America/Santiago"
"""Zone in which the mailbox shows when a mail came: the demo's sites are all in it."""

_LINK = re.compile(r"https?://\S+")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of a mail; `link` where it is an address to open."""

    text: str
    link: str


@dataclass(frozen=True, slots=True)
class ShownMail:
    """A mail as the page shows it."""

    address: str
    subject: str
    paragraphs: list[Paragraph]
    at: datetime
    lang: str | None
    """Language of the words, when it is not that of the page."""


def mail_transport_for(settings: Settings) -> MailTransport:
    """Return the transport of the settings: the server where there is one, else in a demo the mailbox."""
    if settings.mail_host:
        return SmtpTransport(settings)
    if settings.in_demo:
        return MailboxTransport(settings.instance_path)
    return NoMailTransport()


def register_mail(app: Flask, runtime: Runtime, *, page: Callable[[], object]) -> None:
    """Add the demo's mailbox, in both languages, where mails go there; `page` builds the frame around it."""
    settings = runtime.settings
    if not settings.in_demo or settings.mail_host:
        return
    mailbox = MailboxTransport(settings.instance_path)
    bp = Blueprint("demo_mail", __name__)

    def show() -> str:
        mails = [_shown(kept) for kept in mailbox.latest()]
        return render_template("demo/mail.html", page=page(), mails=mails, tz=TIME_ZONE)

    show.is_public = True  # type: ignore[attr-defined]  # the mark that the walk over all routes looks for
    for lang, address in (("es", "/es/demo/correo"), ("en", "/en/demo/mail")):
        bp.add_url_rule(address, "show", show, methods=["GET"], defaults={"lang": lang})
    app.register_blueprint(bp)


def _shown(kept: Kept) -> ShownMail:
    paragraphs = [Paragraph(text, text if _LINK.fullmatch(text) else "") for text in kept.body.strip().split("\n\n")]
    lang = kept.locale if kept.locale != g.get("lang") else None
    return ShownMail(kept.address, kept.subject, paragraphs, kept.at, lang)
