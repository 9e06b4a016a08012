"""The cases of one person go to another with a note: each by its own rules, one notice for all."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.accounts import operations
from grievance.accounts.models import Staff
from grievance.accounts.permissions import Duty
from grievance.cases import protection, remedies, triage
from grievance.cases.models import Case, CaseNote
from grievance.cases.queries import CaseNotFound, visible
from grievance.cases.record import CaseEvent
from grievance.cases.tasks import TaskKind, notices, open_task
from grievance.cases.track_record import ProtectiveMeasure
from grievance.cases.wall import ConflictOfInterest
from grievance.crypto.fields import unseal
from grievance.deadlines.standards import CaseType
from grievance.desk.bulk import Picked, Result
from grievance.desk.handover import Handed, SameHandler, cases_of, givers, hand_over
from grievance.desk.tasks import NotDoneByTicking, TaskRow, finish, tasks
from grievance.desk.undo import undo
from grievance.rounds.leavers import Why, let_go
from tests.support.casework import NEXT_WEEK, THURSDAY, Room, accuse, by, put_in_charge, sort, sorted_case, viewer_of
from tests.support.people import Person, make_staff
from tests.support.places import file_case

NOTE = "Falta la respuesta de la cocina."


def give_all(
    session: Session,
    room: Room,
    cases: Sequence[Case],
    to: Person,
    *,
    giver: Person | None = None,
    who: Person | None = None,
) -> Handed:
    session.flush()
    return hand_over(
        session,
        viewer_of(session, who or room.coordinator),
        [Picked(case.reference, case.changed_seq) for case in cases],
        from_id=(giver or room.handler).staff_id,
        to_id=to.staff_id,
        words=NOTE,
        by=by(who or room.coordinator),
        at=NEXT_WEEK,
        refusals=(CaseNotFound,),
    )


def test_all_cases_of_a_person_go_over_with_the_note_and_one_notice(session: Session, room: Room) -> None:
    cases = [sorted_case(session, room).case for _each in range(3)]

    handed = give_all(session, room, cases, room.second_handler)

    assert handed.done == 3
    assert {case.handler_id for case in cases} == {room.second_handler.staff_id}
    for case in cases:
        last = session.scalars(select(CaseEvent).where(CaseEvent.case_id == case.id).order_by(CaseEvent.seq)).all()[-1]
        note = session.scalars(select(CaseNote).where(CaseNote.case_id == case.id)).one()
        assert (last.kind, last.codes["why"]) == ("assigned", "handed_over")
        assert last.words_public_id == note.public_id
        assert unseal(session, note, "words") == NOTE
    told = notices(session, viewer_of(session, room.second_handler), now=NEXT_WEEK.replace(day=30))
    assert [(row.kind, row.reference) for row in told] == [("handed_over", None)]


def test_the_page_lists_what_is_in_hand_and_what_was_left(session: Session, room: Room) -> None:
    mine, left = sorted_case(session, room).case, sorted_case(session, room).case
    triage.give(session, left, None, by=by(room.coordinator), at=THURSDAY)
    open_task(
        session,
        key="take:x",
        site_id=left.site_id,
        kind=TaskKind.TAKE_OVER,
        case=left,
        left_by_id=room.handler.staff_id,
        at=THURSDAY,
    )

    found = cases_of(session, viewer_of(session, room.coordinator), room.handler.staff_id)

    assert {(row.reference, row.is_left) for row in found} == {(mine.reference, False), (left.reference, True)}
    assert [(row.name, row.cases) for row in givers(session, viewer_of(session, room.coordinator))] == [
        (room.handler.name, 2)
    ]


def test_a_case_about_the_new_handler_stays_and_nobody_is_told_why(session: Session, room: Room) -> None:
    free, about = sorted_case(session, room).case, sorted_case(session, room).case
    accuse(session, room, about, room.second_handler)

    handed = give_all(session, room, [free, about], room.second_handler)

    assert handed.done == 1
    assert [(one.reference, type(one.error)) for one in handed.results if one.error] == [
        (about.reference, ConflictOfInterest)
    ]
    assert about.handler_id == room.handler.staff_id
    assert session.scalars(select(CaseNote).where(CaseNote.case_id == about.id)).all() == []
    seen = session.scalars(select(Case.id).where(visible(viewer_of(session, room.second_handler)))).all()
    assert list(seen) == [free.id]


def test_a_coordinator_hands_over_no_restricted_case(session: Session, room: Room) -> None:
    case = file_case(session, room.site).case
    sort(session, room, case, type=CaseType.HARASSMENT, at=THURSDAY)
    other = make_staff(session, name="Iván Otro", duties={Duty.INVESTIGATOR: room.site}, with_second_factor=False)

    refused = give_all(session, room, [case], other, giver=room.investigator)
    listed = cases_of(session, viewer_of(session, room.coordinator), room.investigator.staff_id)
    done = give_all(session, room, [case], other, giver=room.investigator, who=room.triager)

    assert isinstance(refused.results[0].error, CaseNotFound)
    assert listed == ()
    assert done.done == 1
    assert case.handler_id == other.staff_id
    assert list(session.scalars(select(Case.id).where(visible(viewer_of(session, room.investigator))))) == []


def test_measures_go_along(session: Session, room: Room) -> None:
    case = sorted_case(session, room).case
    put_in_charge(session, room, case, room.handler)

    handed = give_all(session, room, [case], room.second_handler)

    assert session.scalars(select(ProtectiveMeasure.owner_id)).all() == [room.second_handler.staff_id]
    assert handed.undo == ""


def test_it_can_be_taken_back(session: Session, room: Room) -> None:
    cases = [sorted_case(session, room).case for _each in range(2)]
    handed = give_all(session, room, cases, room.second_handler)

    viewer = viewer_of(session, room.coordinator)
    results = undo(session, viewer, handed.undo, by=by(room.coordinator), at=NEXT_WEEK, refusals=())

    assert results == [Result(case.reference) for case in cases]
    assert {case.handler_id for case in cases} == {room.handler.staff_id}


def test_nobody_hands_cases_to_whom_they_come_from(session: Session, room: Room) -> None:
    case = sorted_case(session, room).case

    with pytest.raises(SameHandler):
        give_all(session, room, [case], room.handler)


def test_what_is_somebody_elses_stays(session: Session, room: Room) -> None:
    case = sorted_case(session, room).case
    triage.assign(session, case, room.second_handler.staff_id, by=by(room.coordinator), at=THURSDAY)
    third = make_staff(session, name="Hernán Tercero", duties={Duty.HANDLER: room.site}, with_second_factor=False)

    handed = give_all(session, room, [case], third)

    assert handed.done == 0
    assert case.handler_id == room.second_handler.staff_id


def owner_asked(session: Session, room: Room) -> TaskRow | None:
    """Return the task of the coordinator to name somebody in the place of who answered for something."""
    session.flush()
    found = [row for row in tasks(session, viewer_of(session, room.coordinator)) if row.kind == "name_owner"]
    return found[0] if found else None


def left_by_its_owner(session: Session, room: Room) -> Case:
    """Return a case whose protective measure is answered for by somebody who has left."""
    case = sorted_case(session, room).case
    put_in_charge(session, room, case, room.second_handler)
    staff = session.get_one(Staff, room.second_handler.staff_id)
    operations.deactivate(session, staff=staff, by=room.administrator.staff_id, at=THURSDAY)
    let_go(session, staff.id, why=Why.LEFT, by=by(room.administrator), at=THURSDAY)
    return case


def test_somebody_in_the_place_of_another_is_found_by_naming_one_and_not_by_ticking(
    session: Session, room: Room
) -> None:
    case = left_by_its_owner(session, room)
    task = owner_asked(session, room)
    assert task is not None
    assert not task.is_ticked

    with pytest.raises(NotDoneByTicking):
        finish(session, viewer_of(session, room.coordinator), task.public_id, at=NEXT_WEEK)
    assert owner_asked(session, room) is not None

    assert give_all(session, room, [case], room.handler, giver=room.second_handler).done == 1
    assert owner_asked(session, room) is None


def test_nobody_is_looked_for_once_all_of_it_was_done(session: Session, room: Room) -> None:
    case = sorted_case(session, room).case
    action = remedies.add_corrective_action(
        session,
        case,
        kind=remedies.CorrectiveKind.CORRECTIVE,
        words="Cambiar el turno",
        owner_id=room.second_handler.staff_id,
        due_on=NEXT_WEEK.date(),
        by=by(room.handler),
        at=THURSDAY,
    )
    put_in_charge(session, room, case, room.second_handler)
    measure = session.scalars(select(ProtectiveMeasure).where(ProtectiveMeasure.case_id == case.id)).one()
    staff = session.get_one(Staff, room.second_handler.staff_id)
    operations.deactivate(session, staff=staff, by=room.administrator.staff_id, at=THURSDAY)
    let_go(session, staff.id, why=Why.LEFT, by=by(room.administrator), at=THURSDAY)

    actor = by(room.handler)
    remedies.complete_corrective_action(session, case, action.public_id, evidence="Visto", by=actor, at=NEXT_WEEK)
    assert owner_asked(session, room) is not None
    protection.record_measure_done(session, case, measure.public_id, evidence="Visto", by=actor, at=NEXT_WEEK)

    assert owner_asked(session, room) is None
