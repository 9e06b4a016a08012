"""An open case is never silent: a task to write, and after 15 business days a message that goes by itself."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.cases import handling, pauses, transitions, triage
from grievance.cases.models import Case, CaseMessage, Complainant
from grievance.cases.record import CaseEvent, Clock, Task
from grievance.cases.states import COMPLAINANT, Channel, Move
from grievance.cases.verify import verify_cases
from grievance.core.i18n import OFFERED, Locale, text_in
from grievance.crypto.fields import unseal
from grievance.deadlines.calendars import chile_calendar
from grievance.deadlines.standards import CaseType
from grievance.deadlines.working_days import end_of_day, start_of_day
from grievance.messaging.models import OutboundMessage
from grievance.messaging.segments import Encoding, count
from grievance.messaging.texts import TextName, render
from grievance.metrics.counting import count as count_figures
from grievance.metrics.counting_people import count_people
from grievance.metrics.inputs import InputSet, Scope, written
from grievance.metrics.periods import Quarter
from grievance.rounds.status_messages import WHO, silent_since, tell_standing
from tests.support.casework import Room, by, close, file_text, local, send_texts, sort, sorted_case
from tests.support.places import WEDNESDAY, file_case

ZONE = "America/Santiago"
CHILE = chile_calendar(range(2025, 2029), time_zone=ZONE)

TASK_DAY = local(22)
"""Filed on Wednesday 2 September 2026; 18 September is a holiday, so the 15th business day is Thursday the 24th."""
DUE_DAY = local(24)
DAY_AFTER = local(25)


def run(session: Session, at: datetime) -> int:
    session.flush()
    done = tell_standing(session, at=at, limit=20)
    session.flush()
    return done


def sent(session: Session, case: Case) -> list[CaseMessage]:
    found = select(CaseMessage).where(CaseMessage.case_id == case.id, CaseMessage.kind == "status")
    return list(session.scalars(found.order_by(CaseMessage.id)))


def asked(session: Session, case: Case) -> list[Task]:
    found = select(Task).where(Task.case_id == case.id, Task.kind == "write_to_person")
    return list(session.scalars(found.order_by(Task.id)))


@pytest.mark.parametrize(
    ("told_on", "due_on"),
    [
        (date(2026, 10, 13), date(2026, 11, 3)),  # nothing but weekends between
        (date(2026, 9, 2), date(2026, 9, 24)),  # Friday 18 September does not count
        (date(2026, 9, 5), date(2026, 9, 28)),  # a Saturday is day 0 like any other day
        (date(2026, 9, 6), date(2026, 9, 28)),  # and so is a Sunday
        (date(2026, 9, 18), date(2026, 10, 9)),  # and a holiday
        (date(2026, 12, 7), date(2026, 12, 30)),  # the Immaculate Conception and Christmas between
        (date(2026, 12, 18), date(2027, 1, 12)),  # Christmas and New Year between
    ],
)
def test_day_is_the_fifteenth_business_day_after_the_last_word(told_on: date, due_on: date) -> None:
    last, first = end_of_day(told_on, ZONE), start_of_day(told_on, ZONE)

    assert last < silent_since(due_on, CHILE)
    assert not first < silent_since(due_on - timedelta(days=1), CHILE)


def test_handler_is_asked_to_write_three_business_days_before_and_once(session: Session, room: Room) -> None:
    case = sorted_case(session, room).case
    # Three business days before Thursday the 24th is Monday the 21st.
    assert run(session, local(20)) == 0

    for at in (local(21), local(21, 15), TASK_DAY, DUE_DAY):
        run(session, at)

    assert [(task.assigned_to_id, task.done_at) for task in asked(session, case)] == [(room.handler.staff_id, None)]
    assert sent(session, case) == []


def test_when_the_day_has_passed_the_person_is_told_once(session: Session, room: Room) -> None:
    case = sorted_case(session, room).case
    run(session, DUE_DAY)
    changed = case.changed_seq

    for at in (DAY_AFTER, DAY_AFTER + timedelta(hours=3), local(28)):
        run(session, at)

    (message,) = sent(session, case)
    assert message.author_id is None
    assert message.told == "posted"
    words = unseal(session, message, "words") or ""
    assert "la persona encargada" in words
    assert "automático" in words
    assert "No cumplimos la fecha del" in words, "the acknowledgement was due long ago and never came"
    kinds = [event.kind for event in session.scalars(select(CaseEvent).where(CaseEvent.case_id == case.id))]
    assert kinds.count("status_message") == 1
    assert case.changed_seq == changed, "nobody's form is refused for it"
    assert list(verify_cases(session)) == []


def test_it_goes_again_after_as_many_days_and_the_task_stays_one(session: Session, room: Room) -> None:
    case = sorted_case(session, room).case
    for day in range(20, 31):
        run(session, local(day))
    for day in range(1, 31):
        run(session, local(day, month=10))

    # From Friday 25 September, with Monday 12 October a holiday: due on Monday the 19th, so it goes on the 20th.
    assert [message.sent_at.date() for message in sent(session, case)] == [date(2026, 9, 25), date(2026, 10, 20)]
    assert len(asked(session, case)) == 1


def test_word_of_a_person_settles_the_task_and_begins_the_days_anew(session: Session, room: Room) -> None:
    case = sorted_case(session, room).case
    run(session, TASK_DAY)

    handling.send_message(session, case, words="Seguimos.", by=by(room.handler), at=TASK_DAY)
    run(session, local(30))

    (task,) = asked(session, case)
    assert task.done_by_id == room.handler.staff_id
    assert sent(session, case) == []


def test_words_that_never_reached_the_person_do_not_count(session: Session, room: Room) -> None:
    filed, _ = file_text(session, room.site)
    sort(session, room, filed.case)
    handling.send_message(session, filed.case, words="Seguimos.", by=by(room.handler), at=local(10))
    send_texts(session, at=local(10), status="undelivered", error_code="30005")

    run(session, DAY_AFTER)

    assert len(sent(session, filed.case)) == 1


@pytest.mark.parametrize("hour", [8, 20, 23])
def test_nothing_goes_at_night(session: Session, room: Room, hour: int) -> None:
    case = sorted_case(session, room).case

    run(session, local(25, hour))

    assert sent(session, case) == []


def test_who_texts_reads_it_in_a_text_that_says_who_has_the_case(session: Session, room: Room) -> None:
    filed, thread = file_text(session, room.site)
    sort(session, room, filed.case)

    run(session, DAY_AFTER)
    send_texts(session, at=DAY_AFTER)

    outbound = session.scalars(
        select(OutboundMessage).where(
            OutboundMessage.thread_id == thread.id, OutboundMessage.text_name.like("standing%")
        )
    ).one()
    body = unseal(session, outbound, "body") or ""
    assert filed.case.reference in body
    assert "la persona encargada" in body
    assert (count(body).encoding, count(body).parts) == (Encoding.GSM_7, 1)
    assert (filed.case.acknowledged_at, filed.case.first_contact_at) == (None, None)
    met = select(Clock.name).where(Clock.case_id == filed.case.id, Clock.met_at.is_not(None))
    assert session.scalars(met).all() == []


def test_who_opted_out_finds_it_on_the_page_and_somebody_has_a_task(session: Session, room: Room) -> None:
    filed, thread = file_text(session, room.site)
    sort(session, room, filed.case)
    thread.opted_out_at, thread.opted_out_by = local(3), "person"

    run(session, DAY_AFTER)

    (message,) = sent(session, filed.case)
    assert (message.told, message.outbound_message_id is None or message.told == "posted") == ("posted", True)
    kinds = session.scalars(select(Task.kind).where(Task.case_id == filed.case.id)).all()
    assert "reach_person" in kinds
    assert send_texts(session, at=DAY_AFTER) == 0


def test_everybody_who_filed_is_told(session: Session, room: Room) -> None:
    case = sorted_case(session, room).case
    first = session.scalars(select(Complainant).where(Complainant.case_id == case.id)).one()
    second = Complainant(case_id=case.id, public_id="second-of-the-case-002", reach="page", created_at=WEDNESDAY)
    session.add(second)

    run(session, DAY_AFTER)

    assert {message.complainant_id for message in sent(session, case)} == {first.id, second.id}


def _spam(session: Session, room: Room, case: Case) -> None:
    triage.mark_spam(session, case, by=by(room.triager), at=local(3))


def _paused(session: Session, room: Room, case: Case) -> None:
    pauses.pause(session, case, words="Necesitamos su liquidación.", by=by(room.handler), at=local(24))


def _ended(session: Session, room: Room, case: Case) -> None:
    close(session, room, case)


def _blocked(session: Session, room: Room, case: Case) -> None:
    case.blocked_at = local(3)


def _erased(session: Session, room: Room, case: Case) -> None:
    case.erased_at = local(3)


def _undone(session: Session, room: Room, case: Case) -> None:
    case.undone_at = local(3)


def _merged(session: Session, room: Room, case: Case) -> None:
    case.merged_into_id = file_case(session, room.site, at=local(20)).case.id


def _about_data(session: Session, room: Room, case: Case) -> None:
    case.type = CaseType.DATA_RIGHTS.value


@pytest.mark.parametrize("leave", [_spam, _paused, _ended, _blocked, _erased, _undone, _merged, _about_data])
def test_what_is_not_at_work_says_nothing(session: Session, room: Room, leave: object) -> None:
    case = sorted_case(session, room).case
    leave(session, room, case)  # type: ignore[operator]  # one of the above

    run(session, DAY_AFTER)

    assert sent(session, case) == []


def test_task_goes_with_the_case(session: Session, room: Room) -> None:
    case = file_case(session, room.site).case
    run(session, TASK_DAY)
    _ended_by_person(session, case)

    run(session, DUE_DAY)

    (task,) = asked(session, case)
    assert task.done_at == DUE_DAY


def _ended_by_person(session: Session, case: Case) -> None:
    transitions.move(session, case, Move.WITHDRAW, by=COMPLAINANT, at=TASK_DAY)


def test_what_comes_from_the_person_is_no_word_of_ours(session: Session, room: Room) -> None:
    case = sorted_case(session, room).case
    person = session.scalars(select(Complainant).where(Complainant.case_id == case.id)).one()
    handling.receive_message(
        session,
        case,
        words="¿Y mi caso?",
        complainant_id=person.id,
        channel=Channel.WEB,
        locale=Locale("es"),
        at=local(23),
    )

    run(session, DAY_AFTER)

    assert len(sent(session, case)) == 1


def test_no_figure_moves(session: Session, room: Room) -> None:
    sorted_case(session, room)
    filed, _ = file_text(session, room.site)
    sort(session, room, filed.case)
    scope = Scope(room.site.slug, Quarter(2026, 3), room.site.time_zone, local(3, month=10))

    def figures() -> str:
        session.flush()
        counted = count_figures(session, room.site.id, scope), count_people(session, room.site.id, scope)
        return written(InputSet(scope, *counted))

    before = figures()
    run(session, DAY_AFTER)
    send_texts(session, at=DAY_AFTER)

    assert session.scalars(select(CaseMessage.id).where(CaseMessage.kind == "status")).all() != []
    assert figures() == before


@pytest.mark.parametrize("locale", OFFERED)
@pytest.mark.parametrize("who", WHO)
def test_each_function_fits_into_one_part(locale: Locale, who: str) -> None:
    said = text_in(locale, who)

    body = render(
        TextName.STANDING_LATE, locale, site="M" * 24, reference="7K3Q-9F2M", who=said, due_on=date(2026, 9, 23)
    )

    cost = count(body)

    assert (cost.encoding, cost.parts) == (Encoding.GSM_7, 1)
