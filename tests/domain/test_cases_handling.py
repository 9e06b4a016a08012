"""Day by day: acknowledging, telling by every way, messages both ways, notes, files, clocks."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.accounts.permissions import Duty
from grievance.cases import clocks, handling, telling
from grievance.cases.files import MAX_FILES, StoredFile
from grievance.cases.models import CaseMessage, HiddenFrom
from grievance.cases.queries import open_cases_of_thread
from grievance.cases.record import CaseEvent, Clock, Notice, Task
from grievance.cases.states import (
    COMPLAINANT,
    Channel,
    Group,
    MessageKind,
    Reach,
    TransitionNotAllowed,
)
from grievance.cases.ways import preview_text
from grievance.core.i18n import ENGLISH
from grievance.crypto.fields import unseal
from grievance.deadlines.standards import ClockName
from grievance.messaging import threads
from grievance.messaging.models import Thread
from tests.support.casework import (
    NEXT_WEEK,
    THURSDAY,
    Room,
    by,
    close,
    file_text,
    hear_from,
    last_row,
    messages_to,
    propose,
    send_texts,
    sort,
    sorted_case,
    texts_to,
)
from tests.support.people import make_staff
from tests.support.places import WEDNESDAY, file_case, make_site


def _clock(session: Session, case_id: int, name: ClockName) -> Clock:
    return next(clock for clock in clocks.of(session, case_id) if clock.name == name and clock.cancelled_at is None)


def test_whoever_left_no_contact_is_told_on_the_page_at_once(session: Session, room: Room) -> None:
    filed = sorted_case(session, room)

    handling.acknowledge(session, filed.case, words="La leyó una persona.", by=by(room.handler), at=THURSDAY)

    message = messages_to(session, filed)[0]
    assert (message.told, message.told_at) == ("posted", THURSDAY)
    assert filed.case.acknowledged_at == THURSDAY
    assert _clock(session, filed.case.id, ClockName.ACKNOWLEDGE).met_at == THURSDAY
    assert last_row(session, filed.case).acknowledged_told == "posted"


def test_a_text_counts_as_told_once_delivered_not_once_sent(session: Session, room: Room) -> None:
    filed, thread = file_text(session, room.site)
    sort(session, room, filed.case)
    handling.acknowledge(session, filed.case, words="La leyó una persona.", by=by(room.handler), at=THURSDAY)

    send_texts(session, at=THURSDAY, status=None)
    assert messages_to(session, filed)[0].told == "sent"
    assert filed.case.acknowledged_at is None
    assert filed.case.next_due_clock == "acknowledge"

    send_texts(session, at=THURSDAY)
    assert texts_to(session, thread) == ["acknowledgement"]


def test_delivery_meets_the_clock_when_it_happened(session: Session, room: Room) -> None:
    filed, _ = file_text(session, room.site)
    sort(session, room, filed.case)
    handling.acknowledge(session, filed.case, words="La leyó una persona.", by=by(room.handler), at=THURSDAY)

    later = THURSDAY + timedelta(minutes=3)
    send_texts(session, at=later)

    assert messages_to(session, filed)[0].told == "delivered"
    assert filed.case.acknowledged_at == later
    assert last_row(session, filed.case).acknowledged_at == later


def test_a_text_that_cannot_be_delivered_asks_the_handler_to_reach_the_person(session: Session, room: Room) -> None:
    filed, _ = file_text(session, room.site)
    sort(session, room, filed.case)
    handling.acknowledge(session, filed.case, words="La leyó una persona.", by=by(room.handler), at=THURSDAY)

    send_texts(session, at=THURSDAY, status="undelivered", error_code="30005")

    message = messages_to(session, filed)[0]
    assert message.told == "failed"
    task = session.scalars(select(Task)).one()
    assert (task.kind, task.case_id, task.assigned_to_id) == (
        "reach_person",
        filed.case.id,
        room.handler.staff_id,
    )
    handed_at = THURSDAY + timedelta(hours=4)
    telling.hand_over(session, filed.case, message.public_id, by=by(room.handler), at=handed_at)
    assert (message.told, filed.case.acknowledged_at) == ("handed_over", handed_at)
    session.refresh(task)
    assert task.done_at == handed_at


def test_whoever_stopped_texts_finds_it_on_the_page(session: Session, room: Room) -> None:
    filed, thread = file_text(session, room.site)
    sort(session, room, filed.case)
    threads.stop(session, thread, by="person", at=THURSDAY)
    telling.note_unreachable(session, thread, at=THURSDAY)
    telling.note_unreachable(session, thread, at=THURSDAY)

    handling.acknowledge(session, filed.case, words="La leyó una persona.", by=by(room.handler), at=THURSDAY)

    assert messages_to(session, filed)[0].told == "posted"
    kinds = session.scalars(select(CaseEvent.kind).where(CaseEvent.case_id == filed.case.id)).all()
    assert kinds.count("unreachable_by_text") == 1
    telling.note_reachable(session, thread, at=THURSDAY)
    assert session.scalars(select(CaseEvent.kind).order_by(CaseEvent.id.desc())).first() == "reachable_by_text"


def test_whoever_is_told_in_person_waits_for_a_visit(session: Session, room: Room) -> None:
    filed = sorted_case(session, room, channel=Channel.WALK_IN, reach=Reach.IN_PERSON)

    handling.acknowledge(session, filed.case, words="La leyó una persona.", by=by(room.handler), at=THURSDAY)

    assert messages_to(session, filed)[0].told is None
    assert session.scalars(select(Task.kind)).all() == ["reach_person"]


def test_a_number_that_nobody_confirmed_gets_no_text(session: Session, room: Room) -> None:
    _, thread = file_text(session, room.site)
    filed = sorted_case(session, room, reach=Reach.NOTICES, thread_id=thread.id)

    handling.acknowledge(session, filed.case, words="La leyó una persona.", by=by(room.handler), at=THURSDAY)

    assert texts_to(session, thread) == []
    assert messages_to(session, filed)[0].told == "posted"
    assert filed.case not in open_cases_of_thread(session, thread.id)


def test_one_pointer_until_the_person_looks(session: Session, room: Room) -> None:
    _, thread = file_text(session, room.site)
    filed = sorted_case(session, room, reach=Reach.NOTICES, thread_id=thread.id)
    filed.complainant.verified_at = WEDNESDAY

    for minute in range(3):
        at = THURSDAY + timedelta(minutes=minute)
        handling.send_message(session, filed.case, words="¿Qué noche es peor?", by=by(room.handler), at=at)
    assert texts_to(session, thread) == ["notice_message"]

    seen_at = THURSDAY + timedelta(hours=1)
    telling.note_seen(session, filed.case, filed.complainant, at=seen_at)
    handling.send_message(session, filed.case, words="Gracias.", by=by(room.handler), at=seen_at)

    assert texts_to(session, thread) == ["notice_message", "notice_message"]
    assert [message.told for message in messages_to(session, filed)] == ["seen", "seen", "seen", None]


def test_what_is_surely_told_stays_so(session: Session, room: Room) -> None:
    filed, _ = file_text(session, room.site)
    sort(session, room, filed.case)
    handling.acknowledge(session, filed.case, words="La leyó una persona.", by=by(room.handler), at=THURSDAY)
    send_texts(session, at=THURSDAY)

    telling.note_seen(session, filed.case, filed.complainant, at=NEXT_WEEK)

    message = messages_to(session, filed)[0]
    assert (message.told, message.told_at) == ("delivered", THURSDAY)


def test_first_contact_is_a_message_that_reached_the_person(session: Session, room: Room) -> None:
    filed = sorted_case(session, room)
    handling.acknowledge(session, filed.case, words="La leyó una persona.", by=by(room.handler), at=THURSDAY)
    assert filed.case.first_contact_at is None

    handling.send_message(session, filed.case, words="¿Qué noche es peor?", by=by(room.handler), at=NEXT_WEEK)

    assert filed.case.first_contact_at == NEXT_WEEK
    assert filed.case.next_due_clock == "resolve"


def test_acknowledging_twice_is_refused(session: Session, room: Room) -> None:
    case = sorted_case(session, room).case
    handling.acknowledge(session, case, words="Recibido.", by=by(room.handler), at=THURSDAY)

    with pytest.raises(TransitionNotAllowed):
        handling.acknowledge(session, case, words="Recibido.", by=by(room.handler), at=THURSDAY)


def test_a_message_of_the_person_is_kept_counted_and_told_to_the_handler(session: Session, room: Room) -> None:
    filed = sorted_case(session, room)
    handling.mark_read(session, filed.case, by=by(room.handler), at=THURSDAY)

    message = handling.receive_message(
        session,
        filed.case,
        words="También hay ruido 😀",
        complainant_id=filed.complainant.id,
        channel=Channel.WEB,
        locale="es",
        at=THURSDAY,
    )

    assert unseal(session, message, "words") == "También hay ruido 😀"
    assert filed.case.unread_count == 1
    notice = session.scalars(select(Notice).where(Notice.kind == "message_from_person")).one()
    assert notice.staff_id == room.handler.staff_id
    handling.mark_read(session, filed.case, by=by(room.handler), at=NEXT_WEEK)
    session.refresh(message)
    assert (filed.case.unread_count, message.read_by_staff_at) == (0, NEXT_WEEK)


def test_a_message_after_the_end_asks_somebody_to_look(session: Session, room: Room) -> None:
    filed = sorted_case(session, room)
    close(session, room, filed.case)
    after = NEXT_WEEK + timedelta(days=3)

    hear_from(session, filed, "Sigue igual", at=after)

    assert filed.case.status == "closed"
    assert session.scalars(select(Task.kind)).all() == ["look_at_reopening"]


def test_a_name_in_a_later_message_hides_an_unsorted_case(session: Session, room: Room) -> None:
    filed = file_case(session, room.site)
    duties = {Duty.AUDITOR: room.site}
    named = make_staff(session, name="Nadia Quilapán", duties=duties, with_second_factor=False)

    hear_from(session, filed, "fue QUILAPAN", at=THURSDAY)

    assert named.staff_id in session.scalars(select(HiddenFrom.staff_id)).all()


def test_doing_what_a_clock_asks_for_meets_it_with_a_note(session: Session, room: Room) -> None:
    case = sorted_case(session, room).case

    handling.meet_clock(
        session,
        case,
        ClockName.FIRST_CONTACT,
        words="La visitamos en su casa.",
        by=by(room.handler),
        at=THURSDAY,
    )

    assert _clock(session, case.id, ClockName.FIRST_CONTACT).met_at == THURSDAY
    for name in (ClockName.RESOLVE, ClockName.PROTECT, ClockName.FIRST_CONTACT):
        with pytest.raises(handling.CannotMeet):
            handling.meet_clock(session, case, name, words="x", by=by(room.handler), at=THURSDAY)


def test_files_are_counted_by_what_they_came_with(session: Session, room: Room) -> None:
    filed = sorted_case(session, room)

    def attach(number: int, internal: bool = False) -> None:
        stored = StoredFile(f"key-{number}", "foto.jpg", "image/jpeg", 1000)
        handling.attach(
            session,
            filed.case,
            stored,
            internal=internal,
            by=COMPLAINANT,
            at=THURSDAY,
            submission=None if internal else filed.submission,
        )

    for number in range(MAX_FILES):
        attach(number)
    attach(100, internal=True)

    with pytest.raises(handling.TooManyFiles):
        attach(99)


def test_saying_another_site_moves_the_case_while_nobody_has_sorted_it(session: Session, room: Room) -> None:
    port = make_site(session, slug="puerto-imaginario", line=None)
    unsorted, already = file_case(session, room.site), sorted_case(session, room)

    for filed in (unsorted, already):
        handling.describe_person(
            session,
            filed.case,
            filed.complainant,
            said_group=Group.NEIGHBOUR,
            site=port,
            locale=ENGLISH,
            at=THURSDAY,
        )

    assert unsorted.case.site_id == port.id
    assert already.case.site_id == room.site.id
    assert (already.complainant.said_group, already.case.locale) == ("neighbour", "en")
    assert last_row(session, unsorted.case).site_id == port.id


def test_the_text_is_shown_as_it_will_go(session: Session, room: Room) -> None:
    filed, thread = file_text(session, room.site)
    page = file_case(session, room.site)
    sort(session, room, filed.case)

    shown = preview_text(session, filed.case, kind=MessageKind.RESPONSE, words="Vamos a regar el camino.", at=THURSDAY)
    nothing = preview_text(session, page.case, kind=MessageKind.MESSAGE, words="Hola", at=THURSDAY)
    propose(session, room, filed.case, at=THURSDAY)

    assert shown[0].body is not None
    assert filed.case.reference in shown[0].body
    assert shown[0].segments is not None
    assert nothing[0].body is None
    assert session.get_one(Thread, thread.id).pending is None
    send_texts(session, at=THURSDAY)
    assert session.get_one(Thread, thread.id).pending == "response"


def test_notes_stay_inside(session: Session, room: Room) -> None:
    filed = sorted_case(session, room)

    handling.add_note(session, filed.case, words="Solo para nosotros", by=by(room.handler), at=THURSDAY)

    assert session.scalars(select(CaseMessage)).all() == []
