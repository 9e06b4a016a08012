"""The stage on which the stories of the demo are played: the session, who is who, and what is remembered of a story.

Nothing here writes a row: every act calls the operation that a page, a text or the worker would call, with the
permission that the page would ask for, at a past instant.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from grievance.accounts.permissions import Viewer
from grievance.accounts.queries import viewer
from grievance.cases.files import StoredFile
from grievance.cases.handling import mark_read
from grievance.cases.models import Case, Complainant
from grievance.cases.queries import for_change
from grievance.cases.states import Actor, staff_actor
from grievance.cases.telling import note_sent
from grievance.cases.transitions import load_for_change
from grievance.cases.visibility import CaseAction
from grievance.cli.demo.days import Days, Start, When
from grievance.cli.demo.places import LINES, MINE, Places
from grievance.core.i18n import SPANISH, Locale
from grievance.messaging import outbox
from grievance.messaging.transport import Arrived, SendResult, TransportError
from grievance.sites.models import Site

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

WORKER = "demo"


class Act(Protocol):
    """Something that somebody does in a story."""

    def play(self, stage: Stage, part: Part, at: datetime) -> None:
        """Do it, at a past instant."""
        ...


@dataclass(frozen=True, slots=True)
class Story:
    """What becomes of one grievance: steps in the order of time, each an act at its instant."""

    name: str
    start: Start
    steps: tuple[tuple[When, Act], ...]
    site: str = MINE
    locale: Locale = SPANISH
    phone: str = ""
    """Last four digits of the person's number, in stories that begin with a text."""
    line: str = ""
    """Number of ours that is texted, where it is not the site's own."""

    @property
    def number(self) -> str:
        """The person's number, of a range that is not in use in Chile: it belongs to nobody."""
        return f"+5690000{self.phone}"

    @property
    def our_line(self) -> str:
        """Our number in this story."""
        return self.line or next(number for number, served in LINES.items() if served == (self.site,))


@dataclass(frozen=True, slots=True)
class Said:
    """A text between a person of a story and one of our lines."""

    line: str
    number: str
    body: str
    is_from_person: bool
    at: datetime


@runtime_checkable
class Phone(Protocol):
    """A transport with a phone on which past texts can be shown: the demo's handset."""

    def remember(self, *, line: str, number: str, body: str, is_from_person: bool, at: datetime) -> None:
        """Put a text of the past on the phone."""
        ...


class Delivered:
    """A transport by which every text of a story arrives at once. Nothing leaves the machine, whatever is set."""

    provider = "twilio"

    def __init__(self) -> None:
        self.said: list[Said] = []
        self.at: datetime | None = None
        """The instant of the story; a transport is told none."""

    def send(self, *, line: str, number: str, body: str, callback_url: str) -> SendResult:
        """Deliver."""
        del callback_url
        if self.at is not None:
            self.said.append(Said(line, number, body, is_from_person=False, at=self.at))
        return SendResult(f"demo-{len(self.said)}", "delivered")

    def find_sent(
        self, *, line: str, number: str, body: str, since: datetime, besides: Collection[str] = ()
    ) -> SendResult | None:
        """Find nothing: no sending is ever cut off."""
        del line, number, body, since, besides
        return None

    def list_inbound(self, *, since: datetime) -> Sequence[Arrived]:
        """Return nothing."""
        del since
        return ()

    def redact(self, provider_message_id: str) -> None:
        """Forget nothing: there is no provider."""
        del provider_message_id

    def fetch_media(self, url: str) -> bytes:
        """Refuse: these people send words only."""
        del url
        raise TransportError("no_media", permanent=True)


@dataclass(slots=True)
class Part:
    """What is remembered while a story is played."""

    story: Story
    case_id: int | None = None
    complainant_id: int | None = None
    reference: str = ""
    texts: int = 0
    actions: list[str] = field(default_factory=list)
    """Public ids of the corrective actions that are not done."""


@dataclass(slots=True)
class Stage:
    """Where the stories are played."""

    session: Session
    days: Days
    places: Places
    staff: Mapping[str, int]
    """Staff ids by first name in small letters."""
    files: Mapping[str, StoredFile]
    """Files that were stored before the unit of work began, by what they show; each is used once."""
    parts: dict[str, Part] = field(default_factory=dict)
    releases: dict[str, str] = field(default_factory=dict)
    """Public ids of releases, by the name of the try."""
    tokens: dict[str, str] = field(default_factory=dict)
    """Secrets of the rounds in which people read a summary, by the name of the try."""
    viewers: dict[str, Viewer] = field(default_factory=dict)
    transport: Delivered = field(default_factory=Delivered)

    def viewer(self, who: str) -> Viewer:
        """Return a member of staff as the viewer that queries take."""
        if who not in self.viewers:
            self.viewers[who] = viewer(self.session, self.staff[who])
        return self.viewers[who]

    def actor(self, who: str) -> Actor:
        """Return a member of staff as the one who acts."""
        return staff_actor(self.staff[who])

    def site(self, part: Part) -> Site:
        """Return the site of a story."""
        return self.places.sites[part.story.site]

    def case(self, part: Part) -> Case:
        """Return the case of a story, locked."""
        if part.case_id is None:
            raise LookupError(part.story.name)
        return load_for_change(self.session, part.case_id)

    def case_for(self, who: str, part: Part, action: CaseAction, *, at: datetime) -> Case:
        """Return the case of a story as a page gives it to a member of staff who may do this with it."""
        if not part.reference:
            part.reference = self.case(part).reference
        case = for_change(self.session, self.viewer(who), part.reference, action)
        if case.unread_count:
            mark_read(self.session, case, by=self.actor(who), at=at)
        return case

    def complainant(self, part: Part) -> Complainant:
        """Return the person whose story it is."""
        return self.session.get_one(Complainant, part.complainant_id)

    def deliver(self, at: datetime) -> None:
        """Do the worker's part: send what waits."""
        self.transport.at = at
        while claimed := outbox.claim_next(self.session, worker=WORKER, at=at):
            for item in claimed:
                attempt = outbox.send(item, self.transport, callback_url="")
                row = outbox.record(self.session, item, attempt, at=at)
                if row is not None:
                    note_sent(self.session, row, at=at)
