"""Telling the person: writing a message to everybody who filed, by the way each can be reached, and what became of it.

Told means delivered, shown on the follow-up page, handed over, or posted there where nothing could be sent; merely
sent is not yet told (states.COUNTS_AS_TOLD). Not for: the wording of texts (messaging.texts), nor for answers that
the dialogue gives at once.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from grievance.cases import clocks, mailing
from grievance.cases.after_plan import plan
from grievance.cases.covering import cover_if_blocked
from grievance.cases.mail_record import MailedMessage
from grievance.cases.models import Case, CaseMessage, Complainant, ProposedResponse
from grievance.cases.queries import calendar_of, messages_of_person, open_cases_of_thread, own_reference, site_of
from grievance.cases.record import CaseEvent, Survey
from grievance.cases.states import (
    COMPLAINANT,
    COUNTS_AS_TOLD,
    SYSTEM,
    Actor,
    Channel,
    EventKind,
    MessageKind,
    Move,
    Outcome,
    Reach,
    Told,
)
from grievance.cases.tasks import TaskKind, open_task, settle
from grievance.cases.transitions import load_for_change, move, record
from grievance.cases.waiver import refuse_waivers
from grievance.cases.ways import Telling, people, text_name, text_values, way_to
from grievance.core.i18n import Locale
from grievance.crypto.fields import new_public_id, seal
from grievance.deadlines.standards import INTERVALS, ClockName, IntervalName, due_after
from grievance.deadlines.working_days import local_date
from grievance.messaging import outbox, threads
from grievance.messaging.delivery import is_delivered
from grievance.messaging.models import OutboundMessage, OutboundState, Thread
from grievance.messaging.texts import TextName
from grievance.sites.models import Site


class MessageNotFound(LookupError):
    """The case has no such message."""


_SURENESS = (None, Told.SENT, Told.FAILED, Told.POSTED, Told.DELIVERED, Told.SEEN, Told.HANDED_OVER)
"""How surely a message reached the person, rising: what is known is only ever replaced by something surer."""

_ACKNOWLEDGES = (ClockName.ACKNOWLEDGE, ClockName.ACKNOWLEDGE_IN_WRITING)
_NO_CONTACT = frozenset({MessageKind.DELAY, MessageKind.APPEAL, MessageKind.NOTICE, MessageKind.STATUS})
_TELLS_OUTCOME = frozenset({MessageKind.RESPONSE, MessageKind.REASON, MessageKind.CLOSURE})


def tell(
    session: Session,
    case: Case,
    telling: Telling,
    *,
    by: Actor,
    at: datetime,
    step: Move | None = None,
    codes: Mapping[str, Any] | None = None,
    outcome: Outcome | None = None,
) -> list[CaseMessage]:
    """Write to everybody who filed a case, and record it; `step` is the change of status that the message announces.

    Raises:
        TransitionNotAllowed: the step is not open; what was written goes with the unit of work.
        WaiverOfRights: the words ask for the giving up of a right.
    """
    refuse_waivers(telling.words, *(what for what, _ in telling.promised))
    site = site_of(session, case)
    written: list[tuple[CaseMessage, Reach, Reach]] = []
    texted: dict[int, OutboundMessage] = {}
    for person, thread in people(session, case):
        message = _message(session, case, telling, person, by=by, at=at)
        way = way_to(person, thread)
        if thread is not None and way in {Reach.TEXTS, Reach.NOTICES}:
            reference = own_reference(session, person)
            way = _text(session, case, site, telling, message, thread, way, texted, reference=reference, at=at)
        if way is Reach.MAIL:
            way = _mail(session, case, message, person, at=at)
        written.append((message, way, Reach(person.reach)))
    messages = [message for message, *_ in written]
    words = (messages[0], "words")
    if step is None:
        kind = EventKind.STATUS_MESSAGE if telling.kind is MessageKind.STATUS else EventKind.MESSAGE_TO_PERSON
        facts = {"kind": telling.kind.value, **(codes or {})}
        record(session, case, kind, by=by, at=at, codes=facts, words=words)
    else:
        move(session, case, step, by=by, at=at, codes=codes, words=words, outcome=outcome)
    case.words_indexed_at = None
    if by.staff_id is not None:
        settle(session, case, TaskKind.WRITE_TO_PERSON, by_id=by.staff_id, at=at)
    return _settle_ways(session, case, written, at=at)


def note_sent(session: Session, outbound: OutboundMessage, *, at: datetime) -> None:
    """Record what came of handing a text to the provider: who is told, and that its thread waits for what it asks.

    In this order: the first locks the threads of everybody in the case, and whoever held one of them before that could
    wait for somebody who waits for it.
    """
    note_delivery(session, outbound, at=at)
    if outbound.state == OutboundState.SENT:
        threads.note_put(session, outbound, at=at)


def note_delivery(session: Session, outbound: OutboundMessage, *, at: datetime) -> None:
    """Record what became of a text: whether the person is told, and a task where it cannot be delivered."""
    if is_delivered(outbound):
        session.execute(
            update(Survey)
            .where(Survey.outbound_message_id == outbound.id, Survey.delivered_at.is_(None))
            .values(delivered_at=at)
        )
    told = _told_by(outbound)
    if told is None:
        return
    waiting = session.scalars(
        select(CaseMessage).where(CaseMessage.outbound_message_id == outbound.id).order_by(CaseMessage.id)
    ).all()
    for message in waiting:
        mark_told(session, load_for_change(session, message.case_id), message, told, at=at)
    if outbound.state == OutboundState.HELD:
        note_unreachable(session, session.get_one(Thread, outbound.thread_id), at=at)
    if told is Told.FAILED and outbound.subject is not None:
        case = session.scalars(select(Case).where(Case.public_id == outbound.subject)).one_or_none()
        if case is not None:
            _ask_to_reach(session, case, f"reach:{outbound.public_id}", at=at)


def note_seen(session: Session, case: Case, person: Complainant, *, at: datetime) -> None:
    """Record that a person has the follow-up page before his or her eyes, with every message on it."""
    unseen = session.scalars(select(CaseMessage).where(*is_unseen(person)).order_by(CaseMessage.id)).all()
    for message in unseen:
        mark_told(session, load_for_change(session, message.case_id), message, Told.SEEN, at=at)
    session.execute(
        update(Survey)
        .where(
            Survey.case_id == case.id,
            or_(Survey.complainant_id.is_(None), Survey.complainant_id == person.id),
            Survey.asked_at.is_not(None),
            Survey.delivered_at.is_(None),
        )
        .values(delivered_at=at)
    )
    mailing.note_looked(session, person)
    if person.thread_id is not None:
        threads.note_looked(session.get_one(Thread, person.thread_id))


def is_unseen(person: Complainant) -> tuple[Any, ...]:
    """Return the conditions on `CaseMessage` that it is for this person and not known to have reached him or her."""
    return (
        *messages_of_person(person.case_id, person.id),
        CaseMessage.is_from_person.is_(False),
        CaseMessage.told.is_(None) | CaseMessage.told.in_([Told.SENT.value, Told.FAILED.value, Told.POSTED.value]),
    )


def hand_over(session: Session, case: Case, message_public_id: str, *, by: Actor, at: datetime) -> None:
    """Record that a staff member told the person by hand: read aloud, or given on paper.

    Raises:
        MessageNotFound: the case has no such message to the person.
    """
    message = session.scalars(
        select(CaseMessage)
        .join(Complainant, Complainant.id == CaseMessage.complainant_id)
        .where(
            CaseMessage.public_id == message_public_id,
            CaseMessage.is_from_person.is_(False),
            Complainant.case_id == case.id,
        )
    ).one_or_none()
    if message is None:
        raise MessageNotFound
    # A merged case keeps its messages, so the event belongs to the chain of the message's own case.
    mark_told(session, load_for_change(session, message.case_id), message, Told.HANDED_OVER, by=by, at=at)
    settle(session, case, TaskKind.REACH_PERSON, by_id=by.staff_id, at=at)


def mark_told(
    session: Session, case: Case, message: CaseMessage, told: Told, *, at: datetime, by: Actor = SYSTEM
) -> None:
    """Record how surely a message reached the person; what is already known to be surer stays."""
    had = Told(message.told) if message.told else None
    if _SURENESS.index(told) <= _SURENESS.index(had) or (had in COUNTS_AS_TOLD and had is not Told.POSTED):
        return
    message.told, message.told_at = told.value, at
    kind = MessageKind(message.kind)
    codes = {"what": _what(kind), "how": told.value, "kind": kind.value, "message": message.public_id}
    event = record(session, case, EventKind.TOLD, by=by, at=at, codes=codes)
    if told in COUNTS_AS_TOLD:
        _take_effect(session, case, message, kind, at=event.happened_at)


def note_unreachable(session: Session, thread: Thread, *, at: datetime) -> None:
    """Show on the open cases of a thread that the person cannot be reached by text any more."""
    by = SYSTEM if thread.opted_out_by == "carrier" else COMPLAINANT
    _note_reach(session, thread, EventKind.UNREACHABLE_BY_TEXT, by=by, at=at)


def note_reachable(session: Session, thread: Thread, *, at: datetime) -> None:
    """Show on the open cases of a thread that the person takes texts again."""
    _note_reach(session, thread, EventKind.REACHABLE_BY_TEXT, by=COMPLAINANT, at=at)


def _message(
    session: Session, case: Case, telling: Telling, person: Complainant, *, by: Actor, at: datetime
) -> CaseMessage:
    message = CaseMessage(
        public_id=new_public_id(),
        case_id=case.id,
        is_from_person=False,
        kind=telling.kind.value,
        channel=Channel.SMS.value if person.reach == Reach.TEXTS else Channel.WEB.value,
        author_id=by.staff_id,
        complainant_id=person.id,
        locale=case.locale,
        sent_at=at,
    )
    seal(session, message, "words", telling.words)
    cover_if_blocked(session, case, message, "words")
    session.add(message)
    return message


def _text(
    session: Session,
    case: Case,
    site: Site,
    telling: Telling,
    message: CaseMessage,
    thread: Thread,
    way: Reach,
    texted: dict[int, OutboundMessage],
    *,
    reference: str,
    at: datetime,
) -> Reach:
    """Put the text of a message into the outbox, once per thread; return the way that is left."""
    name = text_name(telling, way)
    if name is TextName.NOTICE_MESSAGE:
        if not threads.may_point(thread):
            return way
        threads.note_pointed(thread, at=at)
    is_asked = name is TextName.RESPONSE and telling.until is not None
    asks = threads.Asking(threads.Question.RESPONSE, telling.until) if is_asked and telling.until else None
    if thread.id not in texted:
        texted[thread.id] = outbox.enqueue(
            session,
            thread,
            name,
            values=text_values(site, telling, name, reference=reference, locale=Locale(thread.locale)),
            subject=case.public_id,
            at=at,
            is_asked_for=False,
            time_zone=site.time_zone,
            asks=asks,
        )
    outbound = texted[thread.id]
    message.outbound_message_id = outbound.id
    return Reach.PAGE if outbound.state == OutboundState.HELD else way


def _mail(session: Session, case: Case, message: CaseMessage, person: Complainant, *, at: datetime) -> Reach:
    """Let the notice that is under way to a person stand for this message too, or send one; return the way left."""
    notice = mailing.notify_person(session, case, person, at=at)
    if notice is None:
        return Reach.PAGE
    session.flush()
    session.add(MailedMessage(message_id=message.id, mail_id=notice.id))
    return Reach.MAIL


def _settle_ways(
    session: Session, case: Case, written: Sequence[tuple[CaseMessage, Reach, Reach]], *, at: datetime
) -> list[CaseMessage]:
    """Count as posted what has no other way, and ask for what has to be told by hand.

    Whoever has taken texts and takes none any more is somebody to reach, too: one task for all of them.
    """
    session.flush()
    silent = False
    for message, way, wanted in written:
        if way is Reach.PAGE:
            mark_told(session, case, message, Told.POSTED, at=at)
            if wanted in {Reach.TEXTS, Reach.NOTICES} and not silent:
                silent = True
                _ask_to_reach(session, case, f"silent:{message.public_id}", at=at)
        elif way is Reach.IN_PERSON:
            _ask_to_reach(session, case, f"hand:{message.public_id}", at=at)
        elif way is Reach.MAIL and mailing.is_out(session, message):
            mark_told(session, case, message, Told.SENT, at=at)
    return [message for message, *_ in written]


def _ask_to_reach(session: Session, case: Case, key: str, *, at: datetime) -> None:
    open_task(
        session,
        key=key,
        site_id=case.site_id,
        kind=TaskKind.REACH_PERSON,
        case=case,
        assigned_to_id=case.handler_id,
        at=at,
    )


def _told_by(outbound: OutboundMessage) -> Told | None:
    if is_delivered(outbound):
        return Told.DELIVERED
    by_state = {
        OutboundState.SENT: Told.SENT,
        OutboundState.GIVEN_UP: Told.FAILED,
        # No text may go to this number any more: it stands on the follow-up page.
        OutboundState.HELD: Told.POSTED,
    }
    return by_state.get(OutboundState(outbound.state))


def _what(kind: MessageKind) -> str:
    """Return what a message counts as in figures."""
    if kind is MessageKind.ACKNOWLEDGEMENT:
        return "acknowledgement"
    return "outcome" if kind in _TELLS_OUTCOME else "message"


def _take_effect(session: Session, case: Case, message: CaseMessage, kind: MessageKind, *, at: datetime) -> None:
    """Meet the clocks that waited for the person to be told."""
    if kind in _NO_CONTACT:
        return
    if kind is MessageKind.ACKNOWLEDGEMENT:
        case.acknowledged_at = case.acknowledged_at or at
        for name in _ACKNOWLEDGES:
            clocks.meet(session, case, name, at=at)
        return
    if case.first_contact_at is None:
        case.first_contact_at = at
        clocks.meet(session, case, ClockName.FIRST_CONTACT, at=at)
    if kind is MessageKind.RESPONSE and case.outcome_told_at is None:
        plan(session, case, told_at=at)
    if kind in _TELLS_OUTCOME:
        case.outcome_told_at = case.outcome_told_at or at
        clocks.meet(session, case, ClockName.FEEDBACK, at=at)
    if kind is MessageKind.RESPONSE:
        _count_days_from_told(session, case, message, at=at)


def _count_days_from_told(session: Session, case: Case, message: CaseMessage, *, at: datetime) -> None:
    """Give the person the full days to answer, from the day on which the response really reached him or her."""
    site = site_of(session, case)
    if local_date(at, site.time_zone) <= local_date(message.sent_at, site.time_zone):
        return
    response = session.scalars(
        select(ProposedResponse)
        .where(ProposedResponse.case_id == case.id, ProposedResponse.answer.is_(None))
        .order_by(ProposedResponse.id.desc())
        .limit(1)
    ).one_or_none()
    if response is None or response.proposed_at != message.sent_at:
        return
    calendar = calendar_of(session, site, year=local_date(at, site.time_zone).year)
    span = INTERVALS[IntervalName.PROPOSAL_ANSWER]
    response.answer_until = due_after(span, at, calendar).due_at
    clocks.cancel(session, case, clocks.ANSWER_FROM_PERSON, at=at)
    clocks.add(session, case, clocks.ANSWER_FROM_PERSON, span, started_at=at, calendar=calendar)


def _note_reach(session: Session, thread: Thread, kind: EventKind, *, by: Actor, at: datetime) -> None:
    both = [EventKind.UNREACHABLE_BY_TEXT.value, EventKind.REACHABLE_BY_TEXT.value]
    for found in open_cases_of_thread(session, thread.id):
        case = load_for_change(session, found.id)
        last = session.scalars(
            select(CaseEvent.kind)
            .where(CaseEvent.case_id == case.id, CaseEvent.kind.in_(both))
            .order_by(CaseEvent.seq.desc())
            .limit(1)
        ).one_or_none()
        if last != kind:
            record(session, case, kind, by=by, at=at)
