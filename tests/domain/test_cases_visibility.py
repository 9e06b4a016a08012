"""What the rule of visibility says in words, the queries say in SQL: every viewer, every kind of case."""

from __future__ import annotations

from itertools import product

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.accounts.models import AuditEntry
from grievance.accounts.permissions import Duty, NotPermitted
from grievance.cases import handling
from grievance.cases.facts import facts_of
from grievance.cases.files import StoredFile
from grievance.cases.models import Case, HiddenFrom, Investigator
from grievance.cases.queries import CaseNotFound, attachment_for, for_change, staff_choices, visible
from grievance.cases.states import COMPLAINANT
from grievance.cases.visibility import CaseAction, may_see
from grievance.core.db import Database
from grievance.deadlines.standards import CaseType
from grievance.desk.case_page import case_page
from tests.support.casework import accuse, make_room, sort, sorted_case, viewer_of
from tests.support.people import make_staff
from tests.support.places import WEDNESDAY, file_case


def test_the_query_sees_exactly_what_the_rule_says(session: Session) -> None:
    here, elsewhere = make_room(session), make_room(session, slug="puerto-imaginario", line=None)
    cases = []
    for room, facts in product((here, elsewhere), product((False, True), repeat=7)):
        restricted, classified, spam, handled, named, hidden, danger = facts
        case = file_case(session, room.site).case
        case.is_restricted, case.is_spam = restricted, spam
        case.classified_at = WEDNESDAY if classified else None
        case.type = "danger" if danger else "labour"
        case.handler_id = room.handler.staff_id if handled else None
        if named:
            session.add(
                Investigator(
                    case_id=case.id,
                    staff_id=room.investigator.staff_id,
                    named_by_id=room.triager.staff_id,
                    named_at=WEDNESDAY,
                )
            )
        if hidden and danger:
            session.add(
                HiddenFrom(
                    case_id=case.id, staff_id=room.second_triager.staff_id, reason="respondent", since_at=WEDNESDAY
                )
            )
        if hidden:
            session.add_all(
                HiddenFrom(case_id=case.id, staff_id=person.staff_id, reason="respondent", since_at=WEDNESDAY)
                for person in (room.triager, room.handler, room.coordinator)
            )
        cases.append(case)
    session.flush()

    outside = make_staff(session, name="Ofelia Afuera", duties={Duty.OUTSIDE_REVIEWER: None}, with_second_factor=False)
    also = make_staff(
        session,
        name="Omar Ambos",
        duties={Duty.OUTSIDE_REVIEWER: here.site, Duty.AUDITOR: here.site},
        with_second_factor=False,
    )
    for person in (*here.people, *elsewhere.people, outside, also):
        viewer = viewer_of(session, person)
        found = set(session.scalars(select(Case.id).where(visible(viewer))))
        expected = {case.id for case in cases if may_see(viewer, facts_of(session, case))}
        assert found == expected, person.name
    assert len(cases) == 256


def test_unknown_and_invisible_answer_alike(session: Session) -> None:
    room = make_room(session)
    case = file_case(session, room.site).case
    viewer = viewer_of(session, room.handler)

    for reference in (case.reference, "7K3Q-9F2M", "nonsense", ""):
        with pytest.raises(CaseNotFound):
            case_page(session, viewer, reference, now=WEDNESDAY, writing=lambda: session)
        with pytest.raises(CaseNotFound):
            for_change(session, viewer, reference, CaseAction.NOTE)


def test_a_visible_case_is_still_not_everybodys_to_act_on(session: Session) -> None:
    room = make_room(session)
    case = sorted_case(session, room).case

    with pytest.raises(NotPermitted):
        for_change(session, viewer_of(session, room.auditor), case.reference, CaseAction.NOTE)
    assert for_change(session, viewer_of(session, room.handler), case.reference.lower(), CaseAction.NOTE) is case


def test_reading_a_restricted_case_is_written_down(session: Session) -> None:
    room = make_room(session)
    restricted, plain = file_case(session, room.site).case, sorted_case(session, room).case
    sort(session, room, restricted, type=CaseType.HARASSMENT)
    viewer = viewer_of(session, room.triager)

    case_page(session, viewer, plain.reference, now=WEDNESDAY, writing=lambda: session)
    case_page(session, viewer, restricted.reference, now=WEDNESDAY, writing=lambda: session)

    session.flush()
    lines = session.scalars(select(AuditEntry).where(AuditEntry.action == "case_viewed")).all()
    assert [(line.subject, line.actor_id) for line in lines] == [(restricted.public_id, room.triager.staff_id)]


def test_choices_leave_out_whom_the_case_is_hidden_from(session: Session) -> None:
    room = make_room(session)
    case = sorted_case(session, room).case
    accuse(session, room, case, room.second_handler, at=WEDNESDAY)

    viewer = viewer_of(session, room.coordinator)
    everybody = staff_choices(session, viewer, room.site.id, Duty.HANDLER)
    for_this = staff_choices(session, viewer, room.site.id, Duty.HANDLER, case=case)

    assert {choice.id for choice in everybody} == {room.handler.staff_id, room.second_handler.staff_id}
    assert [(choice.id, choice.open_cases) for choice in for_this] == [(room.handler.staff_id, 1)]


def test_an_adapter_may_close_its_reading_session_to_open_the_writing_one(database: Database) -> None:
    with database.begin() as unit:
        room = make_room(unit)
        filed = file_case(unit, room.site)
        sort(unit, room, filed.case, type=CaseType.HARASSMENT)
        stored = StoredFile("key-1", "foto.jpg", "image/jpeg", 1000)
        file = handling.attach(unit, filed.case, stored, internal=False, by=COMPLAINANT, at=WEDNESDAY).public_id
        viewer = viewer_of(unit, room.triager)
        reference = filed.case.reference

    for read in (
        lambda reading, writing: case_page(reading, viewer, reference, now=WEDNESDAY, writing=writing),
        lambda reading, writing: attachment_for(reading, viewer, reference, file, now=WEDNESDAY, writing=writing),
    ):
        reading = database.reading_session()
        with database.begin() as unit:

            def writing(reading: Session = reading, unit: Session = unit) -> Session:
                reading.close()
                return unit

            read(reading, writing)
            assert not reading.in_transaction()

    with database.read() as later:
        codes = later.scalars(select(AuditEntry.codes).where(AuditEntry.action == "case_viewed")).all()
    assert codes == [{}, {"file": file}]
