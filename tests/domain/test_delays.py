"""Dates that cannot be kept: told, granted by somebody else, or waiting for the person; figures go by the first date."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.cases import clocks, delays, pauses
from grievance.cases.delay_record import Extension
from grievance.cases.facts import facts_of
from grievance.cases.handling import receive_message
from grievance.cases.models import Case, CaseMessage, Complainant
from grievance.cases.record import CaseEvent, Clock, Notice, Task
from grievance.cases.side_tracks import DelayReason
from grievance.cases.states import Channel
from grievance.cases.tasks import TaskKind, open_task
from grievance.cases.triage import assign
from grievance.cases.verify import verify_cases
from grievance.cases.visibility import CaseAction, allowed_actions
from grievance.deadlines.standards import CaseType, ClockName
from grievance.desk.tasks import tasks
from grievance.rounds.timers import sweep
from tests.support.casework import Room, by, last_row, local, sort, sorted_case, viewer_of
from tests.support.places import file_case

NEW_DATE = date(2026, 10, 15)
"""Labour, received Wednesday 2 September 2026: the answer is promised for Thursday 1 October."""
PROMISED = date(2026, 10, 1)
WORDS = "Falta el informe del laboratorio."
LAST_NIGHT = datetime.fromisoformat("2026-10-01T22:00:00-03:00")
MORNING_AFTER = datetime.fromisoformat("2026-10-02T09:00:00-03:00")


@pytest.fixture
def case(session: Session, room: Room) -> Case:
    return sorted_case(session, room).case


def told(session: Session, room: Room, case: Case, *, at: datetime, new: date = NEW_DATE) -> None:
    delays.give_notice(
        session,
        case,
        ClockName.RESOLVE,
        reason=DelayReason.WAITING_FOR_OTHERS,
        new_due_on=new,
        words=WORDS,
        by=by(room.handler),
        at=at,
    )


def asked(session: Session, room: Room, case: Case, *, at: datetime) -> Extension:
    return delays.ask_extension(
        session,
        case,
        ClockName.RESOLVE,
        reason=DelayReason.MORE_TO_FIND_OUT,
        new_due_on=NEW_DATE,
        words=WORDS,
        by=by(room.handler),
        at=at,
    )


def breaches(session: Session, name: str = "resolve") -> list[dict[str, object]]:
    session.flush()
    found = session.scalars(select(CaseEvent.codes).where(CaseEvent.kind == "clock_breached").order_by(CaseEvent.id))
    return [codes for codes in found if codes["clock"] == name]


def asked_to_tell(session: Session, room: Room) -> int:
    return [row.kind for row in tasks(session, viewer_of(session, room.handler))].count("tell_delay")


def runs(clock: Clock) -> bool:
    return clock.met_at is None and clock.cancelled_at is None


def target(session: Session, case: Case) -> date:
    last = last_row(session, case)
    assert last.resolve_due_at is not None
    return last.resolve_due_at.astimezone(LAST_NIGHT.tzinfo).date()


def test_a_notice_before_the_date_tells_the_person_and_starts_the_new_date(
    session: Session, room: Room, case: Case
) -> None:
    told(session, room, case, at=LAST_NIGHT)

    message = session.scalars(select(CaseMessage).where(CaseMessage.kind == "delay")).one()
    assert message.told == "posted"
    assert [clock.due_on for clock in clocks.of(session, case.id) if clock.name == "resolve"] == [PROMISED, NEW_DATE]
    assert target(session, case) == PROMISED


def test_the_first_date_is_missed_all_the_same_and_the_breach_says_that_the_person_knew(
    session: Session, room: Room, case: Case
) -> None:
    told(session, room, case, at=LAST_NIGHT)

    sweep(session, at=MORNING_AFTER, limit=100)

    assert [codes["notice"] for codes in breaches(session)] == [True]


def test_a_breach_without_a_notice_shows_that_it_is_missing(session: Session, room: Room, case: Case) -> None:
    del room
    sweep(session, at=MORNING_AFTER, limit=100)

    assert [codes["notice"] for codes in breaches(session)] == [False]


def test_a_notice_after_the_date_does_not_make_the_breach_a_told_one(session: Session, room: Room, case: Case) -> None:
    told(session, room, case, at=MORNING_AFTER)

    sweep(session, at=MORNING_AFTER, limit=100)

    assert [codes["notice"] for codes in breaches(session)] == [False]


def test_the_new_date_is_missed_in_its_turn(session: Session, room: Room, case: Case) -> None:
    told(session, room, case, at=LAST_NIGHT)

    sweep(session, at=MORNING_AFTER, limit=100)
    sweep(session, at=local(16, 9) + timedelta(days=30), limit=100)

    assert [codes["due_on"] for codes in breaches(session)] == ["2026-10-01", "2026-10-15"]


def test_what_meets_the_first_date_meets_the_new_one(session: Session, room: Room, case: Case) -> None:
    told(session, room, case, at=LAST_NIGHT)

    clocks.meet(session, case, ClockName.RESOLVE, at=LAST_NIGHT)

    assert all(clock.met_at for clock in clocks.of(session, case.id) if clock.name == "resolve")


@pytest.mark.parametrize("new", [PROMISED, date(2026, 9, 30)])
def test_a_new_date_is_later_than_the_one_promised(session: Session, room: Room, case: Case, new: date) -> None:
    with pytest.raises(delays.NotLater):
        told(session, room, case, at=LAST_NIGHT, new=new)


def test_a_new_date_lies_ahead(session: Session, room: Room, case: Case) -> None:
    with pytest.raises(delays.NotLater):
        told(session, room, case, at=local(20, 9) + timedelta(days=60), new=date(2026, 10, 5))


def test_what_a_date_hangs_on_stands_before_what_has_waited_longer(session: Session, room: Room, case: Case) -> None:
    older = LAST_NIGHT - timedelta(days=300)
    open_task(session, key="old", site_id=case.site_id, kind=TaskKind.VERIFY_ACTION, case=case, at=older)
    asked(session, room, case, at=LAST_NIGHT)

    kinds = [row.kind for row in tasks(session, viewer_of(session, room.coordinator))]

    assert kinds == ["decide_extension", "verify_action"]


def test_an_extension_waits_for_somebody_else(session: Session, room: Room, case: Case) -> None:
    extension = asked(session, room, case, at=LAST_NIGHT)

    assert [row.kind for row in tasks(session, viewer_of(session, room.coordinator))] == ["decide_extension"]
    with pytest.raises(delays.CannotGrantToSelf):
        delays.grant_extension(session, case, extension.public_id, by=by(room.handler), at=LAST_NIGHT)
    assert CaseAction.DECIDE_EXTENSION in allowed_actions(viewer_of(session, room.coordinator), facts_of(session, case))
    assert CaseAction.DECIDE_EXTENSION not in allowed_actions(viewer_of(session, room.handler), facts_of(session, case))


def test_a_granted_extension_is_told_and_the_first_date_is_not_missed_but_counted(
    session: Session, room: Room, case: Case
) -> None:
    extension = asked(session, room, case, at=LAST_NIGHT)

    delays.grant_extension(session, case, extension.public_id, by=by(room.coordinator), at=LAST_NIGHT)
    sweep(session, at=MORNING_AFTER, limit=100)

    assert breaches(session) == []
    assert case.next_due_at is not None
    assert (
        clocks.due_at(session, case, ClockName.RESOLVE)
        == session.scalars(select(Clock.due_at).where(Clock.name == "resolve").order_by(Clock.id).limit(1)).one()
    )
    assert target(session, case) == PROMISED
    assert session.scalars(select(CaseMessage).where(CaseMessage.kind == "delay")).one().author_id == (
        room.coordinator.staff_id
    )
    assert tasks(session, viewer_of(session, room.coordinator)) == ()


def test_a_date_that_had_gone_by_when_a_later_one_is_granted_stays_missed(
    session: Session, room: Room, case: Case
) -> None:
    extension = asked(session, room, case, at=LAST_NIGHT)
    after_midnight = datetime.fromisoformat("2026-10-02T00:05:00-03:00")

    delays.grant_extension(session, case, extension.public_id, by=by(room.coordinator), at=after_midnight)
    sweep(session, at=MORNING_AFTER, limit=100)

    assert [(codes["due_on"], codes["notice"]) for codes in breaches(session)] == [("2026-10-01", False)]


def test_a_granted_date_takes_the_place_of_one_told(session: Session, room: Room, case: Case) -> None:
    extension = asked(session, room, case, at=local(10, 9))
    told(session, room, case, at=local(11, 9), new=date(2026, 10, 9))

    delays.grant_extension(session, case, extension.public_id, by=by(room.coordinator), at=local(14, 9))
    sweep(session, at=MORNING_AFTER + timedelta(days=11), limit=100)

    assert breaches(session) == []
    assert target(session, case) == PROMISED


def test_what_was_asked_before_a_wait_is_granted_after_it(session: Session, room: Room, case: Case) -> None:
    extension = asked(session, room, case, at=local(24, 9))
    pauses.pause(session, case, words="¿Qué turno era?", by=by(room.handler), at=local(25, 9))
    pauses.resume(session, case, by=by(room.handler), at=local(28, 9))

    delays.grant_extension(session, case, extension.public_id, by=by(room.coordinator), at=local(29, 9))

    assert [clock.due_on for clock in clocks.of(session, case.id) if clock.name == "resolve" and runs(clock)] == [
        NEW_DATE
    ]


def test_of_two_requests_for_one_thing_the_other_closes_and_whoever_asked_hears_it(
    session: Session, room: Room, case: Case
) -> None:
    first, second = (asked(session, room, case, at=local(10, hour)) for hour in (9, 10))

    delays.grant_extension(session, case, second.public_id, by=by(room.coordinator), at=local(11, 9))

    assert delays.extensions_asked(session, case.id) == ()
    assert tasks(session, viewer_of(session, room.coordinator)) == ()
    key = select(Notice.staff_id).where(Notice.kind == "extension_refused", Notice.key.contains(first.public_id))
    assert session.scalars(key).all() == [room.handler.staff_id]


def test_what_turns_out_to_be_law_leaves_nothing_to_grant(session: Session, room: Room, case: Case) -> None:
    extension = asked(session, room, case, at=local(3, 9))

    sort(session, room, case, type=CaseType.HARASSMENT, at=local(4, 9))

    assert delays.extensions_asked(session, case.id) == ()
    with pytest.raises(delays.ExtensionNotFound):
        delays.grant_extension(session, case, extension.public_id, by=by(room.triager), at=local(4, 10))


@pytest.mark.parametrize("new", [date(2026, 10, 10), date(2026, 10, 12)])
def test_a_new_date_is_a_business_day(session: Session, room: Room, case: Case, new: date) -> None:
    with pytest.raises(delays.DayOfRest):
        told(session, room, case, at=LAST_NIGHT, new=new)


def test_a_new_date_lies_within_a_year(session: Session, room: Room, case: Case) -> None:
    with pytest.raises(delays.TooFar):
        told(session, room, case, at=LAST_NIGHT, new=date(2027, 10, 4))


def test_a_refused_extension_leaves_the_date_and_tells_who_asked(session: Session, room: Room, case: Case) -> None:
    extension = asked(session, room, case, at=LAST_NIGHT)

    delays.refuse_extension(session, case, extension.public_id, by=by(room.coordinator), at=LAST_NIGHT)

    assert clocks.running(session, case, ClockName.RESOLVE).due_on == PROMISED  # type: ignore[union-attr]  # it runs
    with pytest.raises(delays.ExtensionNotFound):
        delays.grant_extension(session, case, extension.public_id, by=by(room.coordinator), at=LAST_NIGHT)


def test_nobody_extends_the_dates_of_the_law(session: Session, room: Room) -> None:
    case = file_case(session, room.site).case
    sort(session, room, case, type=CaseType.HARASSMENT)

    with pytest.raises(delays.DateLocked):
        asked(session, room, case, at=local(3, 9))
    with pytest.raises(pauses.NeverPaused):
        pauses.pause(session, case, words=WORDS, by=by(room.investigator), at=local(3, 9))


def test_no_date_is_missed_while_a_case_waits_for_the_person(session: Session, room: Room, case: Case) -> None:
    pauses.pause(session, case, words="¿Qué turno era?", by=by(room.handler), at=LAST_NIGHT)

    sweep(session, at=MORNING_AFTER, limit=100)

    assert breaches(session) == []
    assert case.next_due_clock == "pause"


def test_going_on_moves_the_dates_by_the_days_waited_and_never_to_the_same_day(
    session: Session, room: Room, case: Case
) -> None:
    pauses.pause(session, case, words="¿Qué turno era?", by=by(room.handler), at=LAST_NIGHT)
    later = datetime.fromisoformat("2026-10-06T09:00:00-03:00")

    pauses.resume(session, case, by=by(room.handler), at=later)
    sweep(session, at=later, limit=100)

    # Three business days waited: Friday 2, Monday 5, Tuesday 6.
    assert clocks.running(session, case, ClockName.RESOLVE).due_on == date(2026, 10, 6) + timedelta(days=1)  # type: ignore[union-attr]  # it runs
    assert breaches(session) == []
    assert target(session, case) == PROMISED


def test_the_person_writing_ends_the_wait(session: Session, room: Room, case: Case) -> None:
    person = session.scalars(select(Complainant.id).where(Complainant.case_id == case.id)).one()
    pauses.pause(session, case, words="¿Qué turno era?", by=by(room.handler), at=LAST_NIGHT)

    receive_message(
        session, case, words="De noche.", complainant_id=person, channel=Channel.WEB, locale="es", at=MORNING_AFTER
    )

    assert case.paused_until is None


def test_a_wait_ends_by_itself_and_comes_once(session: Session, room: Room, case: Case) -> None:
    found = pauses.pause(session, case, words="¿Qué turno era?", by=by(room.handler), at=LAST_NIGHT)

    sweep(session, at=found.ends_at + timedelta(seconds=1), limit=100)

    assert case.paused_until is None
    assert breaches(session) == []
    with pytest.raises(pauses.PausedBefore):
        pauses.pause(session, case, words="¿Y el bus?", by=by(room.handler), at=found.ends_at + timedelta(days=1))


@pytest.mark.parametrize("kind", [CaseType.DANGER, CaseType.RETALIATION, CaseType.HUMAN_RIGHTS, CaseType.HARASSMENT])
def test_where_somebody_may_be_in_danger_nothing_waits(session: Session, room: Room, kind: CaseType) -> None:
    case = file_case(session, room.site).case
    sort(session, room, case, type=kind)

    with pytest.raises(pauses.NeverPaused):
        pauses.pause(session, case, words=WORDS, by=by(room.triager), at=local(2, 13))
    for person in (room.handler, room.investigator, room.triager):
        assert CaseAction.PAUSE not in allowed_actions(viewer_of(session, person), facts_of(session, case))


def test_a_wait_ends_where_it_turns_out_that_somebody_may_be_in_danger(
    session: Session, room: Room, case: Case
) -> None:
    pauses.pause(session, case, words="¿Qué turno era?", by=by(room.handler), at=local(3, 9))

    sort(session, room, case, type=CaseType.DANGER, at=local(3, 10))

    assert case.paused_until is None


def test_a_wait_is_offered_once(session: Session, room: Room, case: Case) -> None:
    viewer = viewer_of(session, room.handler)
    before = allowed_actions(viewer, facts_of(session, case))
    pauses.pause(session, case, words="¿Qué turno era?", by=by(room.handler), at=local(3, 9))
    meanwhile = allowed_actions(viewer, facts_of(session, case))
    pauses.resume(session, case, by=by(room.handler), at=local(4, 9))
    after = allowed_actions(viewer, facts_of(session, case))

    assert [CaseAction.PAUSE in each for each in (before, meanwhile, after)] == [True, False, False]
    assert [CaseAction.TELL_DELAY in each for each in (before, meanwhile, after)] == [True, False, True]
    assert [CaseAction.ASK_EXTENSION in each for each in (before, meanwhile, after)] == [True, False, True]


def test_no_date_is_put_off_while_dates_stand_still(session: Session, room: Room, case: Case) -> None:
    pauses.pause(session, case, words="¿Qué turno era?", by=by(room.handler), at=local(25, 9))

    with pytest.raises(delays.DatesStandStill):
        told(session, room, case, at=local(28, 9))
    with pytest.raises(delays.DatesStandStill):
        asked(session, room, case, at=local(28, 9))


def test_a_date_granted_within_a_wait_is_not_missed_when_it_ends(session: Session, room: Room, case: Case) -> None:
    extension = asked(session, room, case, at=local(24, 9))
    found = pauses.pause(session, case, words="¿Qué turno era?", by=by(room.handler), at=LAST_NIGHT)
    delays.grant_extension(session, case, extension.public_id, by=by(room.coordinator), at=MORNING_AFTER)
    after = found.ends_at + timedelta(seconds=1)

    sweep(session, at=after, limit=100)
    sweep(session, at=after + timedelta(minutes=1), limit=100)

    assert (breaches(session), found.ends_at.date() >= NEW_DATE) == ([], True)


def test_before_a_date_its_handler_is_asked_to_tell_the_person_until_that_is_done(
    session: Session, room: Room, case: Case
) -> None:
    sweep(session, at=local(30, 9), limit=100)
    before = asked_to_tell(session, room)

    told(session, room, case, at=local(30, 10))

    assert (before, asked_to_tell(session, room)) == (1, 0)


def test_nobody_is_asked_any_more_once_the_date_was_kept(session: Session, room: Room, case: Case) -> None:
    sweep(session, at=local(30, 9), limit=100)
    before = asked_to_tell(session, room)
    clocks.meet(session, case, ClockName.RESOLVE, at=local(30, 10))

    sweep(session, at=local(30, 11), limit=100)

    assert (before, asked_to_tell(session, room)) == (1, 0)


def test_nobody_is_asked_to_tell_what_was_told(session: Session, room: Room, case: Case) -> None:
    told(session, room, case, at=local(10, 9))
    clocks.meet(session, case, ClockName.FIRST_CONTACT, at=local(10, 9))

    sweep(session, at=local(30, 11), limit=100)

    assert asked_to_tell(session, room) == 0


def test_the_chain_holds_after_all_of_it(session: Session, room: Room, case: Case) -> None:
    told(session, room, case, at=LAST_NIGHT)
    pauses.pause(session, case, words="¿Qué turno era?", by=by(room.handler), at=LAST_NIGHT)
    pauses.resume(session, case, by=by(room.handler), at=MORNING_AFTER)
    session.flush()

    assert list(verify_cases(session)) == []


def test_what_the_handler_was_asked_goes_with_the_case(session: Session, room: Room, case: Case) -> None:
    sweep(session, at=local(30, 9), limit=100)
    assert asked_to_tell(session, room) == 1

    assign(session, case, room.second_handler.staff_id, by=by(room.coordinator), at=local(30, 10))
    theirs = {row.kind for row in tasks(session, viewer_of(session, room.second_handler))}
    assert (asked_to_tell(session, room), "tell_delay" in theirs) == (0, True)

    assign(session, case, None, by=by(room.coordinator), at=local(30, 10))
    assert "tell_delay" in {row.kind for row in tasks(session, viewer_of(session, room.coordinator))}


def test_what_somebody_promised_stays_with_him_or_her(session: Session, room: Room, case: Case) -> None:
    open_task(
        session,
        key="action:x:soon",
        site_id=case.site_id,
        kind=TaskKind.DO_ACTION,
        case=case,
        assigned_to_id=room.handler.staff_id,
        at=local(30, 10),
    )

    assign(session, case, room.second_handler.staff_id, by=by(room.coordinator), at=local(30, 10))

    session.flush()
    promised = select(Task.assigned_to_id).where(Task.kind == "do_action")
    assert session.scalars(promised).all() == [room.handler.staff_id]
