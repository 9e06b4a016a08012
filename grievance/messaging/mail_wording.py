"""The wording of every mail that we send. They say that there is something to read, never what it is about.

No name, no site, no type of case, no word of anybody: a mail is read on shared screens and kept by servers that are
not ours. Spanish is in the catalogue. Not for: texts to telephones (see `wording`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from grievance.core.i18n import Locale, mark, text_in
from grievance.messaging.texts import MissingValue


class MailName(StrEnum):
    """The mails."""

    CASE_NEWS = "case_news"
    CONFIRM_ADDRESS = "confirm_address"
    STAFF_NOTICES = "staff_notices"
    STAFF_URGENT = "staff_urgent"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class MailText:
    """One mail: its subject, its paragraphs and the values that they need."""

    subject: str
    paragraphs: tuple[str, ...]
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Words:
    """A mail in one language."""

    subject: str
    body: str


_NOBODY_READS = mark("A program sent this. Nobody reads what is answered to it.")

# Translators: mails. The subject shows on locked screens: it says nothing of complaints, cases or companies.
MAILS: Mapping[MailName, MailText] = MappingProxyType(
    {
        MailName.CASE_NEWS: MailText(
            mark("There is something new for you"),
            (
                mark("There is something new about your case %(reference)s. Read it with your access code here:"),
                "%(link)s",
                mark("It does not stand in this message. We send no other one until you have looked."),
                mark("If you want no more messages, delete your e-mail address there."),
                _NOBODY_READS,
            ),
            ("reference", "link"),
        ),
        MailName.CONFIRM_ADDRESS: MailText(
            mark("Confirm this e-mail address"),
            (
                mark("Somebody left this address so that we let them know when there is something to read."),
                mark("If it was you, open this page and press the button there:"),
                "%(link)s",
                mark("It is good for 3 days. If it was not you, do nothing, and you will not hear from us again."),
                _NOBODY_READS,
            ),
            ("link",),
        ),
        MailName.STAFF_NOTICES: MailText(
            mark("You have notices to read"),
            (
                mark("Notices that you have not read: %(count)s. Sign in to read them:"),
                "%(link)s",
                mark("No other message comes until you have opened them. Your account’s page says when they come."),
                _NOBODY_READS,
            ),
            ("count", "link"),
        ),
        MailName.STAFF_URGENT: MailText(
            mark("You have an urgent notice to read"),
            (
                mark("There is an urgent notice for you, at any hour. Sign in to read it:"),
                "%(link)s",
                mark("We send no other urgent message until you have opened it."),
                _NOBODY_READS,
            ),
            ("link",),
        ),
        MailName.TEST: MailText(
            mark("Test of the mail settings"),
            (mark("If you read this, mail leaves this installation and arrives."), _NOBODY_READS),
        ),
    }
)


def render_mail(name: MailName, locale: Locale, **values: str | int) -> Words:
    """Write a mail.

    Raises:
        MissingValue: a value is missing, or one was given that the mail does not have.
    """
    text = MAILS[name]
    if values.keys() != set(text.needs):
        raise MissingValue(", ".join(sorted(values.keys() ^ set(text.needs))))
    body = "\n\n".join(text_in(locale, paragraph) for paragraph in text.paragraphs)
    return Words(subject_of(name, locale), f"{body % values}\n")


def subject_of(name: MailName, locale: Locale) -> str:
    """Return the subject of a mail, which needs no values."""
    return text_in(locale, MAILS[name].subject)
