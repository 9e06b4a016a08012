"""The demo's mailbox shows what was sent, and is nowhere to be found where real mail goes out or real people write."""

from __future__ import annotations

from pathlib import Path

import pytest

from grievance.core.db import Database
from grievance.core.email import parse_email
from grievance.core.i18n import ENGLISH, SPANISH
from grievance.mail.mailbox import MailboxTransport
from grievance.messaging.mail_transport import Mail
from grievance.messaging.mail_wording import MailName, render_mail
from grievance.runtime import Runtime
from tests.support.web import Browser
from tests.support.web_app import make_app, make_runtime

LINK = "http://localhost/es/seguimiento"


def test_mailbox_shows_the_newest_first_with_links_to_follow(runtime: Runtime, browser: Browser) -> None:
    mailbox = MailboxTransport(runtime.settings.instance_path)
    for locale in (ENGLISH, SPANISH):
        words = render_mail(MailName.CASE_NEWS, locale, reference="7K3Q-9F2M", link=LINK)
        mailbox.send(Mail("x", parse_email("ana@correo.example"), words.subject, words.body, locale))

    seen = browser.open("/es/demo/correo")

    assert seen.has("ana@correo.example")
    assert seen.links[LINK] == LINK
    assert seen.html.index("Hay algo nuevo") < seen.html.index("There is something new")
    assert (mailbox.file.stat().st_mode & 0o077) == 0


def test_empty_mailbox_says_how_to_get_a_mail(browser: Browser) -> None:
    assert browser.open("/en/demo/mail").has("No mail yet.")


@pytest.mark.parametrize(
    ("mode", "host"),
    [("production", ""), ("demo", "mail.reclamos.example")],
    ids=["production", "a real server"],
)
def test_there_is_no_mailbox_where_mail_is_real(database: Database, tmp_path: Path, mode: str, host: str) -> None:
    app = make_app(make_runtime(database, tmp_path, mode=mode, mail_host=host, mail_from="avisos@reclamos.example"))

    assert app.test_client().get("/en/demo/mail").status_code == 404
