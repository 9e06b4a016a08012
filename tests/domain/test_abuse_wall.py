"""Ways around the conflict wall: what the accused could see once cases are merged or sorted again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from grievance.accounts.models import Staff
from grievance.accounts.permissions import Duty
from grievance.cases import appeals, endings, handling, resolution, triage
from grievance.cases.hiding import hide_from_named
from grievance.cases.newcomers import hide_from_newcomer
from grievance.cases.queries import CaseNotFound
from grievance.cases.states import COMPLAINANT, Channel, Source
from grievance.cases.tasks import TaskKind, open_task
from grievance.cases.triage import RespondentSaid
from grievance.cases.wall import hide_conflicted, is_hidden_from
from grievance.deadlines.standards import CaseType
from grievance.desk.case_page import case_page
from grievance.desk.page_parts import respondents
from grievance.desk.tasks import tasks
from grievance.sites.models import CompanyKind
from grievance.sites.operations import add_company, add_unit
from grievance.sites.queries import the_operator
from tests.support.casework import NEXT_WEEK, THURSDAY, Room, by, close, propose, sort, viewer_of
from tests.support.people import make_staff
from tests.support.places import file_case


def test_sorting_a_merged_case_again_does_not_show_it_to_whom_the_other_filing_accuses(
    session: Session, room: Room
) -> None:
    accused = room.coordinator
    said = RespondentSaid(staff_id=accused.staff_id, description="El de la camioneta blanca")
    kept, duplicate = file_case(session, room.site), file_case(session, room.site)
    sort(session, room, kept.case, at=THURSDAY)
    sort(session, room, duplicate.case, at=THURSDAY, respondents=[said])
    endings.merge(session, duplicate.case, kept.case, reason="Lo mismo", by=by(room.triager), at=NEXT_WEEK)

    # Whoever sorts again finds the respondents of both filled in.
    shown = respondents(session, kept.case.id)
    hide_conflicted(session, kept.case, at=NEXT_WEEK)
    session.flush()

    assert [(one.staff_name, one.description) for one in shown] == [(accused.name, "El de la camioneta blanca")]
    assert is_hidden_from(session, kept.case, accused.staff_id)
    with pytest.raises(CaseNotFound):
        case_page(session, viewer_of(session, accused), kept.case.reference, now=NEXT_WEEK, writing=lambda: session)


def test_merging_hides_the_duplicate_too_from_whom_the_kept_case_accuses(session: Session, room: Room) -> None:
    accused = room.coordinator
    kept, duplicate = file_case(session, room.site), file_case(session, room.site)
    sort(session, room, kept.case, at=THURSDAY, respondents=[RespondentSaid(staff_id=accused.staff_id)])
    sort(session, room, duplicate.case, at=THURSDAY)

    endings.merge(session, duplicate.case, kept.case, reason="Lo mismo", by=by(room.triager), at=NEXT_WEEK)
    session.flush()

    assert is_hidden_from(session, duplicate.case, accused.staff_id)
    assert is_hidden_from(session, kept.case, accused.staff_id)


def test_a_name_said_in_both_filings_stands_there_once(session: Session, room: Room) -> None:
    said = RespondentSaid(staff_id=room.coordinator.staff_id)
    kept, duplicate = file_case(session, room.site), file_case(session, room.site)
    for filed in (kept, duplicate):
        triage.classify(
            session,
            filed.case,
            type=CaseType.LABOUR,
            category_id=None,
            severity=2,
            respondents=[said],
            by=by(room.triager),
            at=THURSDAY,
        )

    endings.merge(session, duplicate.case, kept.case, reason="Lo mismo", by=by(room.triager), at=NEXT_WEEK)

    assert len(respondents(session, kept.case.id)) == 1


LATER_WORDS = ("a message", "a rejection", "an appeal")


@pytest.mark.parametrize("way", LATER_WORDS)
def test_a_name_said_after_sorting_hides_the_case_and_asks_a_triager_to_look(
    session: Session, room: Room, way: str
) -> None:
    named = make_staff(session, name="Nadia Quilapán", duties={Duty.COORDINATOR: room.site}, with_second_factor=False)
    filed = file_case(session, room.site)
    sort(session, room, filed.case)
    words = "Fue la señora QUILAPAN"
    if way == "a message":
        handling.receive_message(
            session,
            filed.case,
            words=words,
            complainant_id=filed.complainant.id,
            channel=Channel.WEB,
            locale="es",
            at=THURSDAY,
        )
    elif way == "a rejection":
        propose(session, room, filed.case)
        resolution.answer_response(
            session,
            filed.case,
            answer=resolution.Answer.REJECTED,
            source=Source.WEB_CODE,
            reason=words,
            by=COMPLAINANT,
            at=NEXT_WEEK,
        )
    else:
        close(session, room, filed.case)
        session.flush()
        appeals.file_appeal(
            session,
            filed.case,
            person=filed.complainant,
            words=words,
            source=Source.WEB_CODE,
            at=NEXT_WEEK + timedelta(days=3),
        )
    session.flush()

    assert is_hidden_from(session, filed.case, named.staff_id)
    assert "look_at_name" in {row.kind for row in tasks(session, viewer_of(session, room.triager))}
    with pytest.raises(CaseNotFound):
        case_page(session, viewer_of(session, named), filed.case.reference, now=NEXT_WEEK, writing=lambda: session)


@pytest.mark.parametrize("look", ["sorted", "shown again"])
def test_the_look_settles_what_asked_for_it(session: Session, room: Room, look: str) -> None:
    named = make_staff(session, name="Nadia Quilapán", duties={Duty.COORDINATOR: room.site}, with_second_factor=False)
    filed = file_case(session, room.site)
    sort(session, room, filed.case)
    for kind in (TaskKind.LOOK_AT_JOIN, TaskKind.LOOK_AT_NAME):
        open_task(session, key=kind.value, site_id=room.site.id, kind=kind, case=filed.case, at=THURSDAY)
    hide_from_named(session, filed.case, "Quilapán", at=THURSDAY)
    session.flush()

    if look == "sorted":
        sort(session, room, filed.case, at=NEXT_WEEK)
    else:
        triage.lift_hiding(session, filed.case, named.staff_id, reason="Es testigo", by=by(room.triager), at=NEXT_WEEK)

    assert not {"look_at_join", "look_at_name"} & {row.kind for row in tasks(session, viewer_of(session, room.triager))}
    assert not is_hidden_from(session, filed.case, named.staff_id)


def test_somebody_described_and_not_chosen_is_accused_all_the_same(session: Session, room: Room) -> None:
    boss = make_staff(session, name="Jefe Cantillana", duties={Duty.COORDINATOR: room.site}, with_second_factor=False)
    case = file_case(session, room.site, words="reclamo por el jefe").case

    sort(session, room, case, respondents=(RespondentSaid(description="Don Cantillana, de la planta"),))

    assert is_hidden_from(session, case, boss.staff_id)
    # Whoever gets the name, or the duty, later is no exception.
    late = make_staff(session, name="Otra Cantillana", duties={Duty.AUDITOR: room.site}, with_second_factor=False)
    hide_from_newcomer(session, late.staff_id, at=NEXT_WEEK)
    session.flush()
    assert is_hidden_from(session, case, late.staff_id)
    # Sorted again without: it is about nobody near any more.
    sort(session, room, case, at=NEXT_WEEK)
    assert not is_hidden_from(session, case, boss.staff_id)


def test_a_change_in_the_organisation_opens_no_case_when_it_is_sorted_again(session: Session, room: Room) -> None:
    operator = the_operator(session)
    assert operator is not None
    company = add_company(session, operator, name="Minera Ficticia", kind=CompanyKind.PRINCIPAL)
    unit = add_unit(session, room.site, company, name="Planta Ficticia")
    staff = session.get_one(Staff, room.coordinator.staff_id)
    staff.unit_id = unit.id
    case = file_case(session, room.site).case
    said = (RespondentSaid(unit_id=unit.id),)
    sort(session, room, case, respondents=said)
    assert is_hidden_from(session, case, staff.id)

    staff.unit_id = None
    sort(session, room, case, at=NEXT_WEEK, respondents=said)

    assert is_hidden_from(session, case, staff.id)
