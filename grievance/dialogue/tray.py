"""Texts that belong nowhere yet: sent to a number that no site owns, or not understood in the stated tries.

A triager makes a case of one, or sets it aside; either way it stays stored as it came. Not for: texts that the
dialogue can still understand by itself (see `respond`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.accounts import audit
from grievance.accounts.audit import AuditAction
from grievance.accounts.permissions import Action, Viewer
from grievance.cases.intake import Filing, open_case
from grievance.cases.states import Actor, Channel, Confidentiality, Reach
from grievance.core.i18n import Locale, offered
from grievance.dialogue.grammar import detect_language
from grievance.messaging import inbox, threads
from grievance.messaging.models import InboundMessage, InboundState
from grievance.sites.models import Site
from grievance.sites.queries import line_of_site, site_by_id, sites_of_line

IN_TRAY = (InboundState.UNROUTED, InboundState.STUCK)


class TextNotFound(LookupError):
    """No such text in the tray, or not the viewer's to sort."""


@dataclass(frozen=True, slots=True)
class TrayRow:
    """A text of the tray. The number stays where it is: nobody needs it to sort the words."""

    public_id: str
    words: str = field(repr=False)
    received_at: datetime
    is_stuck: bool


def texts(session: Session, viewer: Viewer, *, limit: int) -> tuple[TrayRow, ...]:
    """Return the texts that a viewer may sort, the newest first: those of no site, and those of the viewer's sites."""
    rows = [*inbox.stuck(session, limit=limit), *inbox.unrouted(session, limit=limit)]
    mine = sorted(_mine(session, viewer, rows), key=lambda row: row.id, reverse=True)
    return tuple(
        TrayRow(row.public_id, inbox.body_of(session, row), row.received_at, row.state == InboundState.STUCK)
        for row in mine[:limit]
    )


def make_case(session: Session, viewer: Viewer, public_id: str, *, site_id: int, by: Actor, at: datetime) -> str:
    """Open a case at a site for a text, received when the text was, and return its reference.

    The person is not answered by this: whoever works the case acknowledges it.

    Raises:
        TextNotFound: it is not in the tray, or not the viewer's to sort.
    """
    row, site = _take(session, viewer, public_id), site_by_id(session, site_id)
    viewer.require(Action.ROUTE_MESSAGES, site.id)
    words = inbox.body_of(session, row)
    locale = Locale(offered(detect_language(words)) or site.default_locale)
    thread = threads.open_thread(
        session,
        line=_line(session, row, site),
        number=inbox.number_of(session, row),
        site_id=site.id,
        locale=locale,
    )
    # Whoever texts us holds the number.
    thread.verified_at = thread.verified_at or row.received_at
    filing = Filing(
        words=words,
        locale=locale,
        channel=Channel.SMS,
        confidentiality=Confidentiality.CONFIDENTIAL,
        reach=Reach.TEXTS,
        thread_id=thread.id,
        inbound_message_id=row.id,
        wants_code=False,
    )
    filed = open_case(session, site, filing, by=by, at=at, happened_at=row.received_at)
    inbox.settle(row, InboundState.HANDLED, subject=filed.case.public_id, at=at)
    return filed.case.reference


def set_aside(session: Session, viewer: Viewer, public_id: str, *, by: Actor, at: datetime) -> None:
    """Take a text out of the tray without a case: advertising, a wrong number. It stays stored; this is audited.

    Raises:
        TextNotFound: it is not in the tray, or not the viewer's to sort.
    """
    row = _take(session, viewer, public_id)
    inbox.settle(row, InboundState.HANDLED, subject=None, at=at)
    audit.record(
        session,
        actor_id=by.staff_id,
        action=AuditAction.TEXT_SET_ASIDE,
        subject_kind="inbound_message",
        subject=row.public_id,
        at=at,
    )


def _take(session: Session, viewer: Viewer, public_id: str) -> InboundMessage:
    row = session.scalars(
        select(InboundMessage)
        .where(InboundMessage.public_id == public_id, InboundMessage.state.in_([state.value for state in IN_TRAY]))
        .with_for_update()
    ).one_or_none()
    if row is None or not list(_mine(session, viewer, [row])):
        raise TextNotFound
    return row


def _mine(session: Session, viewer: Viewer, rows: Iterable[InboundMessage]) -> Iterable[InboundMessage]:
    """Yield what a viewer may sort. A text to a line of ours is for the triagers of its sites only."""
    by_line: dict[str, bool] = {}
    for row in rows:
        if row.line not in by_line:
            sites = sites_of_line(session, row.line)
            by_line[row.line] = not sites or any(viewer.may(Action.ROUTE_MESSAGES, site.id) for site in sites)
        if by_line[row.line]:
            yield row


def _line(session: Session, row: InboundMessage, site: Site) -> str:
    """Return the line on which the person will be answered: the one written to, where it is ours."""
    if any(found.id == site.id for found in sites_of_line(session, row.line)):
        return row.line
    return line_of_site(session, site.id) or row.line
