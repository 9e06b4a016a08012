"""People of one site and a case taken through its life by the real operations. Dates follow the worked September."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.accounts import queries as accounts
from grievance.accounts.permissions import Duty, Viewer
from grievance.cases import handling, harassment_track, protection, resolution, telling, triage
from grievance.cases.intake import Filed
from grievance.cases.models import Case, CaseMessage
from grievance.cases.record import CaseHistory
from grievance.cases.states import COMPLAINANT, Actor, Channel, Outcome, Reach, Source, staff_actor
from grievance.cases.track_states import MeasureKind
from grievance.core.i18n import SPANISH
from grievance.deadlines.standards import CaseType
from grievance.messaging import delivery, outbox, threads
from grievance.messaging.models import OutboundMessage, Thread
from grievance.messaging.transport import SendResult
from grievance.sites.models import Site
from tests.support.people import Person, make_staff
from tests.support.places import LINE, WEDNESDAY, file_case, make_site

THURSDAY = WEDNESDAY + timedelta(days=1)
NEXT_WEEK = WEDNESDAY + timedelta(days=7)
NUMBER = "+56987651234"


@dataclass(frozen=True)
class Room:
    """A site with one person for each duty, and two of those who need a second."""

    site: Site
    triager: Person
    second_triager: Person
    coordinator: Person
    handler: Person
    second_handler: Person
    investigator: Person
    auditor: Person
    on_call: Person
    administrator: Person
    publisher: Person

    @property
    def people(self) -> Sequence[Person]:
        """Everybody."""
        return [value for value in vars(self).values() if isinstance(value, Person)]


def make_room(
    session: Session, *, slug: str = "cerro-imaginario", line: str | None = LINE, with_second_factor: bool = False
) -> Room:
    """Make a site with its staff. Surnames occur in no test text."""
    site = make_site(session, slug=slug, line=line)

    def person(name: str, duty: Duty, *, anywhere: bool = False) -> Person:
        return make_staff(
            session,
            name=f"{name} {slug.title()}quez{secrets.token_hex(2)}",
            duties={duty: None if anywhere else site},
            with_second_factor=with_second_factor,
        )

    return Room(
        site=site,
        triager=person("Tamara", Duty.TRIAGER),
        second_triager=person("Tomás", Duty.TRIAGER),
        coordinator=person("Carla", Duty.COORDINATOR),
        handler=person("Hugo", Duty.HANDLER),
        second_handler=person("Hilda", Duty.HANDLER),
        investigator=person("Inés", Duty.INVESTIGATOR),
        auditor=person("Alba", Duty.AUDITOR),
        on_call=person("Óscar", Duty.ON_CALL),
        administrator=person("Ada", Duty.ADMINISTRATOR, anywhere=True),
        publisher=person("Paula", Duty.PUBLISHER),
    )


def viewer_of(session: Session, person: Person) -> Viewer:
    """Return the viewer that a person is."""
    session.flush()
    return accounts.viewer(session, person.staff_id)


def by(person: Person) -> Actor:
    """Return the actor that a person is."""
    return staff_actor(person.staff_id)


def sort(
    session: Session,
    room: Room,
    case: Case,
    *,
    type: CaseType = CaseType.LABOUR,  # noqa: A002  # the field's own word
    severity: int = 2,
    at: datetime = WEDNESDAY,
    handler: Person | None = None,
    **facts: Any,
) -> None:
    """Let the triager classify a case and, unless it is restricted, give it to the handler."""
    triage.classify(session, case, type=type, category_id=None, severity=severity, by=by(room.triager), at=at, **facts)
    keeper = handler or (room.investigator if case.is_restricted else room.handler)
    triage.assign(session, case, keeper.staff_id, by=by(room.triager), at=at)


def accuse(
    session: Session, room: Room, case: Case, *people: Person, who: Person | None = None, at: datetime = THURSDAY
) -> None:
    """Let the triager, or somebody else, note whom a case is about; its type stays what it was."""
    triage.classify(
        session,
        case,
        type=CaseType(case.type) if case.classified_at else CaseType.LABOUR,
        category_id=None,
        severity=2,
        respondents=[triage.RespondentSaid(staff_id=person.staff_id) for person in people],
        by=by(who or room.triager),
        at=at,
    )


def put_in_charge(
    session: Session,
    room: Room,
    case: Case,
    owner: Person,
    *,
    who: Person | None = None,
    due_on: date = date(2026, 9, 30),
) -> None:
    """Let the handler, or somebody else, give a person a protective measure to see to."""
    protection.add_measure(
        session,
        case,
        kind=MeasureKind.SEPARATE_SPACES,
        words="Otra cuadrilla",
        owner_id=owner.staff_id,
        due_on=due_on,
        by=by(who or room.handler),
        at=THURSDAY,
    )


def file_text(
    session: Session, site: Site, *, number: str = NUMBER, at: datetime = WEDNESDAY, **facts: Any
) -> tuple[Filed, Thread]:
    """Open a case as a first text does."""
    thread = threads.open_thread(session, line=LINE, number=number, site_id=site.id, locale=SPANISH)
    thread.verified_at = at
    filed = file_case(
        session,
        site,
        at=at,
        channel=Channel.SMS,
        reach=Reach.TEXTS,
        thread_id=thread.id,
        wants_code=False,
        **facts,
    )
    return filed, thread


def sorted_case(session: Session, room: Room, **facts: Any) -> Filed:
    """Return a web case that is sorted and assigned."""
    filed = file_case(session, room.site, **facts)
    sort(session, room, filed.case, at=filed.case.recorded_at)
    return filed


def hear_from(session: Session, filed: Filed, words: str, *, at: datetime) -> None:
    """Let a person write on the web."""
    handling.receive_message(
        session,
        filed.case,
        words=words,
        complainant_id=filed.complainant.id,
        channel=Channel.WEB,
        locale=SPANISH,
        at=at,
    )


def propose(
    session: Session,
    room: Room,
    case: Case,
    *,
    at: datetime = NEXT_WEEK,
    remedies: Sequence[resolution.Promise] = (),
    outcome: Outcome = Outcome.UPHELD,
) -> None:
    """Acknowledge a case and answer it."""
    keeper = staff_actor(case.handler_id or room.handler.staff_id)
    if case.status == "received":
        handling.acknowledge(session, case, words="La leyó una persona.", by=keeper, at=THURSDAY)
    if case.type == CaseType.HARASSMENT:
        harassment_track.say_none_needed(session, case, words="Se le preguntó.", by=keeper, at=at)
    resolution.propose_response(
        session, case, outcome=outcome, words="Esto haremos.", remedies=remedies, by=keeper, at=at
    )


def accept(session: Session, case: Case, *, at: datetime = NEXT_WEEK + timedelta(hours=2)) -> None:
    """Let the person accept the response on the web."""
    resolution.answer_response(
        session, case, answer=resolution.Answer.ACCEPTED, source=Source.WEB_CODE, by=COMPLAINANT, at=at
    )


def close(session: Session, room: Room, case: Case, *, at: datetime = NEXT_WEEK + timedelta(days=1)) -> None:
    """Take a sorted case without remedies to its end."""
    propose(session, room, case)
    accept(session, case)
    resolution.close(session, case, words="Cerramos.", by=by(room.handler), at=at)


class Provider:
    """A provider that takes every text."""

    provider = "fake"

    def send(self, *, line: str, number: str, body: str, callback_url: str) -> SendResult:
        return SendResult(f"SM{secrets.token_hex(16)}", "queued")

    def find_sent(
        self, *, line: str, number: str, body: str, since: datetime, besides: Collection[str] = ()
    ) -> SendResult | None:
        return None

    def list_inbound(self, *, since: datetime) -> list[Any]:
        return []

    def redact(self, provider_message_id: str) -> None:
        return None

    def fetch_media(self, url: str) -> bytes:
        return b""


def send_texts(session: Session, *, at: datetime, status: str | None = "delivered", error_code: str = "") -> int:
    """Send what waits in the outbox, as the worker does, and let the provider say what became of it."""
    sent = 0
    while claimed := outbox.claim_next(session, worker="test", at=at):
        for one in claimed:
            row = outbox.record(session, one, outbox.send(one, Provider(), callback_url=""), at=at)
            assert row is not None
            telling.note_sent(session, row, at=at)
            sent += 1
            if status and row.provider_message_id:
                told = delivery.apply_receipt(
                    session,
                    provider_message_id=row.provider_message_id,
                    status=status,
                    error_code=error_code,
                    at=at,
                )
                if told is not None:
                    telling.note_delivery(session, told, at=at)
    return sent


def last_row(session: Session, case: Case) -> CaseHistory:
    """Return what the figures know of a case now: its newest row."""
    session.flush()
    return session.scalars(
        select(CaseHistory).where(CaseHistory.case_id == case.id).order_by(CaseHistory.seq.desc()).limit(1)
    ).one()


def messages_to(session: Session, filed: Filed) -> Sequence[CaseMessage]:
    """Return what staff wrote to the person, the first first."""
    session.flush()
    return session.scalars(
        select(CaseMessage)
        .where(CaseMessage.complainant_id == filed.complainant.id, CaseMessage.is_from_person.is_(False))
        .order_by(CaseMessage.id)
    ).all()


def texts_to(session: Session, thread: Thread) -> list[str]:
    """Return the names of the texts to a thread, in order."""
    return list(
        session.scalars(
            select(OutboundMessage.text_name).where(OutboundMessage.thread_id == thread.id).order_by(OutboundMessage.id)
        )
    )


def local(day: int, hour: int = 12, month: int = 9) -> datetime:
    """Return an instant of 2026 given in Antofagasta's time: UTC-4 before 6 September, UTC-3 from then on."""
    offset = 4 if (month, day) < (9, 6) else 3
    return datetime(2026, month, day, hour, tzinfo=UTC) + timedelta(hours=offset)
