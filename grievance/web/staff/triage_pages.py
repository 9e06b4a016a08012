"""The triage queue and the tray of texts as plain values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _

from grievance.core.i18n import Locale
from grievance.desk.queries import UntriagedRow
from grievance.dialogue.tray import TrayRow
from grievance.web import clock_words, formats, words
from grievance.web.staff.choices import in_language


@dataclass(frozen=True, slots=True)
class Waiting:
    """A grievance that nobody has looked at."""

    reference: str
    url: str
    about: str
    words: str
    lang: str
    came: str
    due: str
    clock: str
    kind: str
    marks: list[str]


@dataclass(frozen=True, slots=True)
class Text:
    """A text that belongs nowhere yet."""

    public_id: str
    words: str
    when: str
    why: str


def waiting(rows: Sequence[UntriagedRow], now: datetime, lang: Locale) -> list[Waiting]:
    """Return the queue, the one due first at the top."""
    return [_waiting(row, now, lang) for row in rows]


def tray_texts(rows: Sequence[TrayRow], time_zone: str, lang: Locale) -> list[Text]:
    """Return the tray, the newest first."""
    return [
        Text(row.public_id, row.words, formats.moment_short(row.received_at, lang, tz=time_zone), _why(row))
        for row in rows
    ]


def _waiting(row: UntriagedRow, now: datetime, lang: Locale) -> Waiting:
    came = formats.moment_short(row.received_at, lang, tz=row.time_zone)
    parts = (words.group(row.said_group), words.channel(row.channel), row.site_name, came)
    marks = [_("It concerns those who handle complaints")] if row.concerns_handlers else []
    if row.is_spam:
        marks.append(_("Marked as not a grievance"))
    badge = None
    if row.acknowledge_due_at is not None:
        badge = clock_words.due_in(row.acknowledge_due_at, row.working_days_left or 0, now=now, time_zone=row.time_zone)
    return Waiting(
        reference=row.reference,
        url=url_for("staff.case_classify", reference=row.reference),
        about=in_language(row.category_labels) if row.category_labels else _("Nobody has said what it is about"),
        words=row.words_start,
        lang=row.locale,
        came=", ".join(parts),
        due=clock_words.clock("acknowledge"),
        clock=badge.words if badge else "",
        kind=badge.kind if badge else "",
        marks=marks,
    )


def _why(row: TrayRow) -> str:
    if row.is_stuck:
        return _("It could not be understood in five tries.")
    return _("It came to a number that no site owns.")
