"""What somebody else did to a case while a form was being filled in, for whoever comes second."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _

from grievance.cases.page import CasePage
from grievance.cases.states import EventKind
from grievance.core.i18n import Locale
from grievance.web import words
from grievance.web.staff.case_pages import Pair
from grievance.web.staff.history_pages import history_rows
from grievance.web.staff.thread_pages import Said, thread

SPOKEN = frozenset(
    {
        EventKind.ACKNOWLEDGED,
        EventKind.MESSAGE_TO_PERSON,
        EventKind.MESSAGE_FROM_PERSON,
        EventKind.NOTE_ADDED,
        EventKind.RESPONSE_PROPOSED,
        EventKind.CLOSED,
        EventKind.REFERRED,
        EventKind.OUT_OF_SCOPE,
    }
)
"""Events that have words in the conversation."""


@dataclass(frozen=True, slots=True)
class Changes:
    """The other change: what was done by whom, the words of it, and how the case stands now."""

    rows: list[list[str]]
    said: list[Said]
    now: list[Pair]


def last_event(page: CasePage) -> int:
    """Return the number of the last event on a page, 0 without any."""
    return max((part.seq for part in page.events), default=0)


def changes_since(since: str | None, page: CasePage, me: str, lang: Locale) -> Changes | None:
    """Return what happened after the event with the number `since`; None where the form does not say, or nothing did.

    A case can change without an event: its search words were built anew, for example.
    """
    if not (since or "").isdecimal():
        return None
    events = [part for part in page.events if part.seq > int(since or 0)]
    if not events:
        return None
    first = min(part.happened_at for part in events)
    spoken = sum(part.kind in SPOKEN for part in events)
    said = [one for one in thread(page, me, lang) if one.at >= first]
    handler = page.handler.name if page.handler else _("Nobody yet")
    return Changes(
        rows=[[row.when, row.what, row.who] for row in history_rows(events, page, me, lang)],
        said=said[-spoken:] if spoken else [],
        now=[(_("Status now"), words.status(page.status)), (_("Handler now"), handler)],
    )
