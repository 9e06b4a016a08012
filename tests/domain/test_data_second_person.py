"""A document shown to one member of staff proves nothing about a restricted case: a second one has to see it too."""

from __future__ import annotations

import json

import pytest
from sqlalchemy.orm import Session

from grievance.accounts.permissions import Duty
from grievance.cases.intake import Filed
from grievance.cases.states import Confidentiality
from grievance.cases.verify import verify_cases
from grievance.deadlines.standards import CaseType
from grievance.privacy import answers
from grievance.privacy.request_kinds import DataRight
from grievance.privacy.request_queries import request_page
from grievance.privacy.request_record import DataRequest
from grievance.privacy.requests import prove_by_document
from tests.support.casework import Room, by, sort, sorted_case, viewer_of
from tests.support.data_requests import LATER, ask_later
from tests.support.people import Person, make_staff
from tests.support.places import file_case


def second_officer(session: Session, room: Room) -> Person:
    return make_staff(
        session, name="Elvira Inventada", duties={Duty.DATA_PROTECTION: room.site}, with_second_factor=False
    )


def shows_document(session: Session, filed: Filed, request: DataRequest, about: Filed, seen_by: Person) -> bool:
    return prove_by_document(
        session,
        filed.case,
        request,
        reference=about.case.reference,
        name="Ximena Árbol",
        by=by(seen_by),
        at=LATER,
    )


def restricted_with_name(session: Session, room: Room) -> Filed:
    about = file_case(session, room.site, words="Me acosa", name="Ximena Árbol", confidentiality=Confidentiality.NAMED)
    sort(session, room, about.case, type=CaseType.HARASSMENT)
    assert about.case.is_restricted
    return about


def test_one_officer_alone_reads_no_restricted_case_with_a_known_name(
    session: Session, room: Room, officer: Person
) -> None:
    about = restricted_with_name(session, room)
    filed, request = ask_later(session, room, recorded_by_id=officer.staff_id)

    for _again in range(2):
        assert shows_document(session, filed, request, about, officer)

    with pytest.raises(answers.SecondPersonMissing):
        answers.preview(session, filed.case, request, now=LATER)
    with pytest.raises(answers.SecondPersonMissing):
        answers.release(session, filed.case, request, seen_digest="", by=by(officer), at=LATER)
    assert request_page(session, viewer_of(session, officer), filed.case.reference, now=LATER).waits_for_second


def test_one_officer_alone_changes_no_restricted_case_with_a_known_name(
    session: Session, room: Room, officer: Person
) -> None:
    about = restricted_with_name(session, room)
    erasure, correction, objection = (
        ask_later(session, room, right=right)
        for right in (DataRight.ERASURE, DataRight.RECTIFICATION, DataRight.OBJECTION)
    )
    for filed, request in (erasure, correction, objection):
        shows_document(session, filed, request, about, officer)

    with pytest.raises(answers.SecondPersonMissing):
        answers.erase(session, erasure[0].case, erasure[1], by=by(officer), at=LATER)
    with pytest.raises(answers.SecondPersonMissing):
        answers.correct(session, correction[0].case, correction[1], value="Otra", by=by(officer), at=LATER)
    with pytest.raises(answers.SecondPersonMissing):
        answers.stop_asking(session, objection[0].case, objection[1], by=by(officer), at=LATER)


def test_a_second_officer_who_sees_the_document_opens_the_copy(session: Session, room: Room, officer: Person) -> None:
    about = restricted_with_name(session, room)
    filed, request = ask_later(session, room)
    shows_document(session, filed, request, about, officer)

    assert shows_document(session, filed, request, about, second_officer(session, room))

    content, _digest = answers.preview(session, filed.case, request, now=LATER)
    assert "Me acosa" in json.dumps(content)
    assert not request_page(session, viewer_of(session, officer), filed.case.reference, now=LATER).waits_for_second
    assert list(verify_cases(session)) == []


def test_an_ordinary_case_or_a_code_takes_no_second_person(session: Session, room: Room, officer: Person) -> None:
    ordinary = sorted_case(session, room, name="Ximena Árbol", confidentiality=Confidentiality.NAMED)
    filed, request = ask_later(session, room)
    assert shows_document(session, filed, request, ordinary, officer)
    by_code, coded = ask_later(session, room, restricted_with_name(session, room))

    for one, what in ((filed, request), (by_code, coded)):
        answers.preview(session, one.case, what, now=LATER)
