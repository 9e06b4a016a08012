"""Answering: the response, the person's answer, remedies, closing by the right person, reopening."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.cases import appeals, clocks, handling, remedies, resolution, telling, triage
from grievance.cases.models import Case, ProposedResponse, Remedy
from grievance.cases.record import CaseEvent, Clock, Notice, Survey, Task
from grievance.cases.resolution import Answer, Promise
from grievance.cases.second_person import NeedsSecondPerson
from grievance.cases.states import COMPLAINANT, Outcome, Source, TransitionNotAllowed
from grievance.cases.tasks import TaskKind, open_task
from grievance.crypto.fields import unseal
from grievance.deadlines.standards import CaseType
from grievance.desk.tasks import NotDoneByTicking, finish
from grievance.messaging.models import OutboundMessage
from tests.support.casework import (
    NEXT_WEEK,
    THURSDAY,
    Room,
    accept,
    accuse,
    by,
    close,
    file_text,
    last_row,
    local,
    messages_to,
    propose,
    send_texts,
    sort,
    sorted_case,
    texts_to,
    viewer_of,
)
from tests.support.people import Person
from tests.support.places import file_case

SEAL_DOORS = Promise("Sellar puertas y ventanas", date(2026, 9, 18))
LATER = NEXT_WEEK + timedelta(days=2)


def _remedy(session: Session) -> Remedy:
    session.flush()
    return session.scalars(select(Remedy).order_by(Remedy.id.desc())).first() or pytest.fail("no remedy")


def _do(session: Session, room: Room, filed_case: Case, *, done_by: Person, verified_by: Person) -> None:
    remedy = _remedy(session)
    remedies.record_remedy_done(
        session,
        filed_case,
        remedy.public_id,
        evidence="Foto de la puerta",
        by=by(done_by),
        at=LATER,
    )
    remedies.verify_remedy(session, filed_case, remedy.public_id, by=by(verified_by), at=LATER)


def test_a_response_states_the_finding_and_gives_ten_business_days(session: Session, room: Room) -> None:
    filed = sorted_case(session, room)

    propose(session, room, filed.case, remedies=[SEAL_DOORS])

    response = session.scalars(select(ProposedResponse)).one()
    assert unseal(session, response, "words") == "Esto haremos."
    assert (filed.case.status, filed.case.outcome) == ("response_proposed", "upheld")
    # Wednesday 9 September +10: 10, 11, 14-17, (18 holiday), 21-24. Ends at 23:59:59, UTC-3.
    assert response.answer_until == local(24, 23) + timedelta(minutes=59, seconds=59)
    assert filed.case.outcome_told_at == NEXT_WEEK
    assert last_row(session, filed.case).remedies_open == 1


def test_a_text_carries_what_is_promised_and_by_when(session: Session, room: Room) -> None:
    filed, thread = file_text(session, room.site)
    sort(session, room, filed.case)

    propose(session, room, filed.case, remedies=[SEAL_DOORS, Promise("Revisar la reja.")])

    row = session.scalars(
        select(OutboundMessage).where(OutboundMessage.thread_id == thread.id).order_by(OutboundMessage.id.desc())
    ).first()
    assert row is not None
    text = unseal(session, row, "body") or ""
    assert "Nos comprometemos a: Sellar puertas y ventanas. Plazo: 18-09-2026.\nNos" in text
    assert "Nos comprometemos a: Revisar la reja.\n" in text
    assert [message.kind for message in messages_to(session, filed)][-1] == "response"


def test_the_closing_text_says_how_and_until_when_to_appeal(session: Session, room: Room) -> None:
    filed, thread = file_text(session, room.site)
    sort(session, room, filed.case)
    close(session, room, filed.case)

    last = select(OutboundMessage).where(OutboundMessage.thread_id == thread.id).order_by(OutboundMessage.id.desc())
    row = session.scalars(last).first() or pytest.fail("no text")
    until = appeals.appeal_until(session, filed.case, filed.complainant)
    assert row.text_name == "closure_appeal"
    assert until is not None
    assert f"responda APELAR hasta el {until:%d-%m-%Y}" in (unseal(session, row, "body") or "")


def test_nothing_is_answered_before_it_is_sorted(session: Session, room: Room) -> None:
    case = file_case(session, room.site).case
    handling.acknowledge(session, case, words="Recibido", by=by(room.triager), at=THURSDAY)

    with pytest.raises(resolution.NotClassified):
        resolution.propose_response(session, case, outcome=Outcome.UPHELD, words="x", by=by(room.triager), at=NEXT_WEEK)


@pytest.mark.parametrize("outcome", ["referred", "withdrawn", "out_of_scope", "duplicate"])
def test_an_outcome_that_follows_from_leaving_is_no_finding(session: Session, room: Room, outcome: str) -> None:
    case = sorted_case(session, room).case

    with pytest.raises(resolution.NotAFinding):
        propose(session, room, case, outcome=Outcome(outcome))


def test_days_to_answer_count_from_the_day_the_person_was_told(session: Session, room: Room) -> None:
    filed, _ = file_text(session, room.site)
    sort(session, room, filed.case)
    propose(session, room, filed.case)
    promised = session.scalars(select(ProposedResponse.answer_until)).one()

    send_texts(session, at=NEXT_WEEK + timedelta(days=1))

    response = session.scalars(select(ProposedResponse)).one()
    assert response.answer_until == local(25, 23) + timedelta(minutes=59, seconds=59)
    assert response.answer_until > promised
    running = [clock for clock in clocks.of(session, filed.case.id) if clock.cancelled_at is None]
    assert [clock.due_at for clock in running if clock.name == "answer_from_person"] == [response.answer_until]


def test_accepting_starts_the_remedies_and_never_sets_a_verdict(session: Session, room: Room) -> None:
    filed = sorted_case(session, room)
    propose(session, room, filed.case)

    accept(session, filed.case)

    assert filed.case.status == "remedy_underway"
    assert filed.case.verdict is None
    kinds = session.scalars(select(Notice.kind).where(Notice.staff_id == room.handler.staff_id)).all()
    assert "response_accepted" in kinds


def test_rejecting_goes_back_under_review_and_a_new_response_takes_old_promises_back(
    session: Session, room: Room
) -> None:
    filed = sorted_case(session, room)
    propose(session, room, filed.case, remedies=[SEAL_DOORS])

    resolution.answer_response(
        session,
        filed.case,
        answer=Answer.REJECTED,
        source=Source.WEB_CODE,
        reason="No alcanza",
        by=COMPLAINANT,
        at=LATER,
    )
    assert filed.case.status == "under_review"
    propose(session, room, filed.case, at=LATER, remedies=[SEAL_DOORS, Promise("Regar el camino")])

    found = session.scalars(select(Remedy).order_by(Remedy.id)).all()
    assert [remedy.cancelled_at for remedy in found] == [LATER, None, None]
    assert last_row(session, filed.case).remedies_open == 2


@pytest.mark.parametrize("source", [Source.SMS, Source.WEB_CODE, Source.SILENCE])
def test_staff_never_answer_for_the_person_without_paper_or_witness(
    session: Session, room: Room, source: Source
) -> None:
    filed = sorted_case(session, room)
    propose(session, room, filed.case)

    with pytest.raises(resolution.SourceMissing):
        resolution.answer_response(
            session, filed.case, answer=Answer.ACCEPTED, source=source, by=by(room.handler), at=LATER
        )


@pytest.mark.parametrize("source", [Source.SIGNED_PAPER, Source.WITNESSED])
def test_staff_record_what_the_person_said(session: Session, room: Room, source: Source) -> None:
    filed = sorted_case(session, room)
    propose(session, room, filed.case)

    resolution.answer_response(
        session, filed.case, answer=Answer.ACCEPTED, source=source, by=by(room.handler), at=LATER
    )

    assert session.scalars(select(ProposedResponse.answer_source)).one() == source.value


def test_a_response_is_answered_once(session: Session, room: Room) -> None:
    filed = sorted_case(session, room)
    propose(session, room, filed.case)
    accept(session, filed.case)

    with pytest.raises(resolution.NoResponseWaiting):
        accept(session, filed.case)


def test_whoever_answers_has_seen_the_response(session: Session, room: Room) -> None:
    filed, _ = file_text(session, room.site)
    sort(session, room, filed.case)
    propose(session, room, filed.case)
    assert filed.case.outcome_told_at is None

    resolution.answer_response(
        session, filed.case, answer=Answer.ACCEPTED, source=Source.SMS, by=COMPLAINANT, at=NEXT_WEEK
    )

    assert filed.case.outcome_told_at == NEXT_WEEK
    assert messages_to(session, filed)[-1].told == "seen"


def test_a_case_closes_resolved_once_told_and_verified_by_another(session: Session, room: Room) -> None:
    filed = sorted_case(session, room)
    propose(session, room, filed.case, remedies=[SEAL_DOORS])
    accept(session, filed.case)
    with pytest.raises(resolution.RemediesUnverified) as refused:
        resolution.close(session, filed.case, words="Cerramos.", by=by(room.handler), at=LATER)
    assert refused.value.public_ids == (_remedy(session).public_id,)

    _do(session, room, filed.case, done_by=room.handler, verified_by=room.coordinator)
    resolution.close(session, filed.case, words="Cerramos.", by=by(room.handler), at=LATER)

    last = last_row(session, filed.case)
    assert (last.status, last.resolved_at, last.remedies_open) == ("closed", LATER, 0)
    assert filed.case.next_due_at is None
    resolve = session.scalars(select(Clock).where(Clock.name == "resolve", Clock.cancelled_at.is_(None))).one()
    assert resolve.met_at == LATER
    assert session.scalars(select(Task.done_at).where(Task.kind == "verify_remedy")).all() == [LATER]


def test_whoever_did_it_cannot_verify_it(session: Session, room: Room) -> None:
    filed = sorted_case(session, room)
    propose(session, room, filed.case, remedies=[SEAL_DOORS])
    accept(session, filed.case)

    with pytest.raises(remedies.NotDone):
        remedies.verify_remedy(session, filed.case, _remedy(session).public_id, by=by(room.coordinator), at=LATER)
    with pytest.raises(remedies.SamePerson):
        _do(session, room, filed.case, done_by=room.handler, verified_by=room.handler)


def test_closing_waits_until_the_outcome_reached_the_person(session: Session, room: Room) -> None:
    filed, _ = file_text(session, room.site)
    sort(session, room, filed.case)
    propose(session, room, filed.case)
    accept_by_paper(session, room, filed.case)
    filed.case.outcome_told_at = None

    with pytest.raises(resolution.OutcomeNotTold):
        resolution.close(session, filed.case, words="Cerramos.", by=by(room.handler), at=LATER)


def accept_by_paper(session: Session, room: Room, case: Case) -> None:
    resolution.answer_response(
        session,
        case,
        answer=Answer.ACCEPTED,
        source=Source.SIGNED_PAPER,
        by=by(room.handler),
        at=NEXT_WEEK,
    )


CLOSERS = {
    "severity 2, its handler": (CaseType.LABOUR, 2, "handler", True),
    "severity 3, its handler": (CaseType.LABOUR, 3, "handler", False),
    "severity 3, the coordinator": (CaseType.LABOUR, 3, "coordinator", True),
    "severity 3, a triager": (CaseType.LABOUR, 3, "triager", False),
    "severity 3, another handler": (CaseType.LABOUR, 3, "second_handler", False),
    "severity 4 restricted, its investigator": (CaseType.HARASSMENT, 4, "investigator", False),
    "severity 4 restricted, a triager": (CaseType.HARASSMENT, 4, "triager", True),
    "severity 4 restricted, the coordinator": (CaseType.HARASSMENT, 4, "coordinator", False),
}


@pytest.mark.parametrize(("type_", "severity", "who", "may"), CLOSERS.values(), ids=CLOSERS.keys())
def test_serious_cases_need_a_second_person(
    session: Session, room: Room, type_: CaseType, severity: int, who: str, may: bool
) -> None:
    filed = file_case(session, room.site)
    sort(session, room, filed.case, type=type_, severity=severity)
    propose(session, room, filed.case)
    accept(session, filed.case)
    closer = by(getattr(room, who))

    if may:
        resolution.close(session, filed.case, words="Cerramos.", by=closer, at=LATER)
        assert filed.case.status == "closed"
    else:
        with pytest.raises(NeedsSecondPerson):
            resolution.close(session, filed.case, words="Cerramos.", by=closer, at=LATER)
        assert filed.case.status == "remedy_underway"


def test_asking_a_second_person_leaves_a_task_that_closing_settles(session: Session, room: Room) -> None:
    filed = file_case(session, room.site)
    sort(session, room, filed.case, severity=3)
    propose(session, room, filed.case)
    accept(session, filed.case)

    resolution.ask_to_close(session, filed.case, at=LATER)
    resolution.ask_to_close(session, filed.case, at=LATER)
    assert session.scalars(select(Task.done_at)).all() == [None]
    resolution.close(session, filed.case, words="Cerramos.", by=by(room.coordinator), at=LATER)

    assert session.scalars(select(Task.done_at)).all() == [LATER]


def test_closing_before_the_answer_is_refused_and_writes_nothing(session: Session, room: Room) -> None:
    filed, thread = file_text(session, room.site)
    sort(session, room, filed.case)
    before = texts_to(session, thread)

    with pytest.raises(TransitionNotAllowed):
        resolution.close(session, filed.case, words="Cerramos.", by=by(room.handler), at=LATER)

    assert texts_to(session, thread) == before


def test_reopening_takes_the_result_back_and_promises_a_new_date(session: Session, room: Room) -> None:
    filed = sorted_case(session, room)
    close(session, room, filed.case)
    assert last_row(session, filed.case).resolved_at is not None
    reopened_at = local(30)

    resolution.reopen(
        session,
        filed.case,
        reason="Volvió el polvo",
        by=COMPLAINANT,
        at=reopened_at,
        complainant_id=filed.complainant.id,
    )

    last = last_row(session, filed.case)
    assert (last.status, last.resolved_at, last.outcome, last.reopened_count) == ("under_review", None, None, 1)
    assert filed.case.outcome_told_at is None
    # Labour: 20 business days from Wednesday 30 September: 1, 2, 5-9, (12 holiday), 13-16, 19-23, 26-29.
    assert filed.case.next_due_clock == "resolve"
    assert clocks.of(session, filed.case.id)[-1].due_on == date(2026, 10, 29)
    assert session.scalars(select(Survey.closes_at)).all() == [reopened_at]
    assert filed.case.unread_count == 2


@pytest.mark.parametrize(("days", "may"), [(90, True), (91, False)], ids=["on the ninetieth day", "on the day after"])
def test_the_person_may_reopen_for_ninety_days(session: Session, room: Room, days: int, may: bool) -> None:
    filed = sorted_case(session, room)
    close(session, room, filed.case, at=local(10))
    at = local(10) + timedelta(days=days)

    if may:
        resolution.reopen(session, filed.case, reason=None, by=COMPLAINANT, at=at)
        assert filed.case.is_open
    else:
        with pytest.raises(resolution.TooLateToReopen):
            resolution.reopen(session, filed.case, reason=None, by=COMPLAINANT, at=at)
        resolution.reopen(session, filed.case, reason=None, by=by(room.handler), at=at)
        assert filed.case.is_open


def test_a_late_delivery_of_the_response_after_the_close_changes_no_status(session: Session, room: Room) -> None:
    filed, _ = file_text(session, room.site)
    sort(session, room, filed.case)
    propose(session, room, filed.case)
    accept_by_paper(session, room, filed.case)
    resolution.close(session, filed.case, words="Cerramos.", by=by(room.handler), at=LATER)

    send_texts(session, at=LATER + timedelta(hours=1))
    telling.note_seen(session, filed.case, filed.complainant, at=LATER + timedelta(hours=2))

    assert filed.case.status == "closed"
    assert {message.told for message in messages_to(session, filed)} <= {"delivered", "seen"}


def test_corrective_actions_have_owner_date_and_evidence(session: Session, room: Room) -> None:
    case = sorted_case(session, room).case

    action = remedies.add_corrective_action(
        session,
        case,
        kind=remedies.CorrectiveKind.TRANSFORMATIVE,
        words="Camino norte para siempre",
        owner_id=room.coordinator.staff_id,
        due_on=date(2026, 10, 5),
        by=by(room.handler),
        at=THURSDAY,
    )
    remedies.complete_corrective_action(
        session, case, action.public_id, evidence="Orden 12", by=by(room.handler), at=LATER
    )

    assert (action.done_at, unseal(session, action, "evidence")) == (LATER, "Orden 12")
    with pytest.raises(remedies.AlreadyDone):
        remedies.complete_corrective_action(
            session, case, action.public_id, evidence="x", by=by(room.handler), at=LATER
        )
    kinds = session.scalars(select(CaseEvent.kind).where(CaseEvent.case_id == case.id)).all()
    assert "corrective_action_done" in kinds


def test_a_case_hidden_from_its_handler_is_answered_by_another(session: Session, room: Room) -> None:
    case = sorted_case(session, room).case
    accuse(session, room, case, room.handler)
    triage.assign(session, case, room.second_handler.staff_id, by=by(room.coordinator), at=THURSDAY)

    propose(session, room, case)

    assert session.scalars(select(ProposedResponse.author_id)).one() == room.second_handler.staff_id


@pytest.mark.parametrize("kind", ["verify_remedy", "verify_measure", "verify_action", "look_at_join", "look_at_name"])
def test_what_somebody_must_see_is_not_done_by_ticking(session: Session, room: Room, kind: str) -> None:
    case = sorted_case(session, room).case
    task = open_task(session, key=kind, site_id=room.site.id, kind=TaskKind(kind), case=case, at=THURSDAY)
    viewer = viewer_of(session, room.coordinator)

    with pytest.raises(NotDoneByTicking):
        finish(session, viewer, task.public_id, at=THURSDAY)


def test_a_remedy_taken_back_asks_nobody_to_verify_it(session: Session, room: Room) -> None:
    case = sorted_case(session, room).case
    propose(session, room, case, remedies=[Promise("Cambiar el turno", date(2026, 10, 1))])
    accept(session, case)
    remedies.record_remedy_done(
        session, case, _remedy(session).public_id, evidence="Hecho", by=by(room.handler), at=LATER
    )
    assert session.scalars(select(Task.done_at).where(Task.kind == "verify_remedy")).all() == [None]

    remedies.cancel_remedies(session, case, by=by(room.handler), at=LATER)

    assert session.scalars(select(Task.done_at).where(Task.kind == "verify_remedy")).all() == [LATER]
