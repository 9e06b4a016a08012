"""The conversation of a case as plain values: what the person wrote, what was told and how surely, and the notes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from grievance.accounts.permissions import Action
from grievance.cases.page import CasePage, Delivery, FilePart, MessagePart, NotePart, SubmissionPart
from grievance.core.i18n import SPANISH, Locale
from grievance.web import formats, words
from grievance.web.page import Link
from grievance.web.print.press import press
from grievance.web.staff.access import viewer


@dataclass(frozen=True, slots=True)
class Said:
    """One message or note, for the thread macro."""

    by: str
    author: str
    when: str
    body: str
    at: datetime
    lang: str = ""
    footer: str = ""
    full: bool = False
    files: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """The words of a filing, for the words macro."""

    author: str
    when: str
    body: str
    lang: str
    small: str = ""
    files: tuple[Link, ...] = field(default=())
    papers: tuple[Link, ...] = field(default=())
    """What can be printed for the person."""


def filings(page: CasePage, lang: Locale) -> list[Told]:
    """Return what was filed, the first first."""
    return [_filing(page, part, lang) for part in page.submissions]


def thread(page: CasePage, me: str, lang: Locale) -> list[Said]:
    """Return messages and notes in the order in which they came. `me` is the name of whoever looks."""
    messages = [_message(page, part, me, lang) for part in page.thread]
    notes = [_note(page, part, me, lang) for part in page.notes]
    return sorted([*messages, *notes], key=lambda said: said.at)


def file_links(page: CasePage, parts: Iterable[FilePart], lang: Locale) -> tuple[Link, ...]:
    """Return the links to files, each with its size; a file is only ever downloaded."""
    return tuple(
        Link(
            label=_file_label(part, lang),
            url=url_for("staff.attachment", reference=page.reference, public_id=part.public_id),
        )
        for part in parts
    )


def delivery_words(delivery: Delivery, tz: str, lang: Locale) -> str:
    """Return how surely one person was told, and what became of the text."""
    if delivery.told is None and delivery.text_state in _TEXT_WAITS:
        return _text_words(delivery.text_state)
    if delivery.told is None:
        return _("Not told yet: the person comes back in person") if delivery.reach == "in_person" else words.told(None)
    when = f", {formats.moment_short(delivery.told_at, lang, tz=tz)}" if delivery.told_at else ""
    return words.told(delivery.told) + when


def language_in_text(code: str, lang: Locale) -> str:
    """Return the name of a language as it stands inside a sentence: small in Spanish, with its capital in English."""
    name = formats.lang_name(code, lang)
    return name.lower() if lang == SPANISH else name


_TEXT_WAITS = frozenset({"queued", "claimed", "held", "given_up"})


def _text_words(state: str | None) -> str:
    match state:
        case "held":
            return _("No text went out: the person asked for none")
        case "given_up":
            return _("The text could not be sent. Reach the person another way")
        case _:
            return _("The text waits to be sent, between 9:00 and 20:00")


def _filing(page: CasePage, part: SubmissionPart, lang: Locale) -> Told:
    language = language_in_text(part.locale, lang)
    author = _("As written, in %(language)s", language=language)
    if part.recorded_by:
        author = _("As told to %(name)s, in %(language)s", name=part.recorded_by, language=language)
    when = f"{words.channel(part.channel)}, {formats.moment_short(part.filed_at, lang, tz=page.time_zone)}"
    files = [found for found in page.files if found.submission_public_id == part.public_id]
    said = [words.read_back(part.read_back) + "." if part.read_back else "", _slip(page, part, lang)]
    small = " ".join(line for line in said if line)
    links = file_links(page, files, lang)
    body = part.words or _erased()
    if part.words == "":
        body = _("(Joined with a code, without words of their own.)")
    return Told(author, when, body, part.locale, small, links, _papers(page, part))


def _papers(page: CasePage, part: SubmissionPart) -> tuple[Link, ...]:
    """Return what can be printed for whoever filed; nothing once the words were erased."""
    if part.words is None:
        return ()
    where: dict[str, Any] = {"reference": page.reference, "public_id": part.public_id}  # values of an address
    proof = Link(label=_("Proof of filing (PDF)"), url=url_for("staff.case_proof", **where))
    letters = (
        Link(label=_("Draft letter: SMA"), url=url_for("staff.case_letter", kind="sma", **where)),
        Link(label=_("Draft letter: Dirección del Trabajo"), url=url_for("staff.case_letter", kind="dt", **where)),
    )
    slip = Link(label=_("A new slip"), url=url_for("staff.print_slip_again", public_id=part.public_id))
    is_unused = part.slip_until is not None and not part.slip_used
    may_print = is_unused and viewer().may(Action.RECORD_INTAKE, page.site_id)
    return (*([proof] if press().is_ready else []), *letters, *([slip] if may_print else []))


def _slip(page: CasePage, part: SubmissionPart, lang: Locale) -> str:
    """Say whether somebody came in with the slip; its codes are not ours to see."""
    if part.slip_until is None:
        return ""
    if part.slip_used:
        return _("The slip was used.")
    return _("The slip is good until %(day)s; not used yet.", day=formats.day(part.slip_until, lang, tz=page.time_zone))


def _message(page: CasePage, part: MessagePart, me: str, lang: Locale) -> Said:
    when = formats.moment_short(part.sent_at, lang, tz=page.time_zone)
    body = part.words or _erased()
    files = file_links(page, part.files, lang)
    if part.is_from_person:
        # The footer says that it is new: it must not be read out of a colour.
        came = words.channel(part.channel)
        footer = came if part.is_read else _("%(channel)s. Not read yet", channel=came)
        return Said("person", _("The person"), when, body, part.sent_at, part.locale, footer, files=files)
    name = part.author_name or words.actor("system")
    author = _("You, to the person") if name == me else _("%(name)s, to the person", name=name)
    told = "; ".join(delivery_words(delivery, page.time_zone, lang) for delivery in part.deliveries)
    footer = f"{words.message_kind(part.kind)}. {told}" if told else words.message_kind(part.kind)
    return Said("staff", author, when, body, part.sent_at, part.locale, footer, files=files)


def _note(page: CasePage, part: NotePart, me: str, lang: Locale) -> Said:
    author = _("Your internal note, never shown to the person")
    if part.author_name != me:
        author = _("Internal note of %(name)s, never shown to the person", name=part.author_name)
    when = formats.moment_short(part.written_at, lang, tz=page.time_zone)
    return Said("note", author, when, part.words or _erased(), part.written_at, full=True)


def _file_label(part: FilePart, lang: Locale) -> str:
    name = part.filename or _("File without a name")
    if part.statement_of:
        name = _("Signed statement (%(who)s): %(name)s", who=words.statement_of(part.statement_of), name=name)
    return _("%(name)s, %(size)s, download", name=name, size=formats.file_size(part.size_bytes, lang))


def _erased() -> str:
    return _("[These words were erased.]")
