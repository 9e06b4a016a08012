"""The first look: sorting, restricting, the wall, assigning."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.accounts.models import AuditEntry
from grievance.accounts.permissions import Duty
from grievance.cases import clocks, triage
from grievance.cases.models import HiddenFrom
from grievance.cases.record import CaseEvent, Notice
from grievance.cases.wall import ConflictOfInterest, hidden_from
from grievance.deadlines.standards import CaseType
from grievance.sites.models import CompanyKind
from grievance.sites.operations import add_company, add_unit
from grievance.sites.queries import the_operator
from tests.support.casework import THURSDAY, Room, accuse, by, sort, sorted_case
from tests.support.people import make_staff
from tests.support.places import WEDNESDAY, file_case


def _running(session: Session, case_id: int) -> dict[str, date]:
    return {clock.name: clock.due_on for clock in clocks.of(session, case_id) if clock.cancelled_at is None}


def test_sorting_counts_the_clocks_anew_from_receipt(session: Session, room: Room) -> None:
    case = file_case(session, room.site).case

    sort(session, room, case, type=CaseType.SAFETY, at=THURSDAY)

    # Received Wednesday 2 September: safety is 1, 2 and 10 business days; 4, 7-11 and 14-16 follow the 3rd.
    assert _running(session, case.id) == {
        "acknowledge": date(2026, 9, 3),
        "first_contact": date(2026, 9, 4),
        "resolve": date(2026, 9, 16),
    }
    assert case.next_due_clock == "acknowledge"


@pytest.mark.parametrize("type_", ["harassment", "retaliation", "integrity", "human_rights"])
def test_these_types_are_restricted_whatever_is_wished(session: Session, room: Room, type_: str) -> None:
    case = file_case(session, room.site).case

    sort(session, room, case, type=CaseType(type_), restrict=False)

    assert case.is_restricted
    with pytest.raises(triage.RestrictedByType):
        triage.unrestrict(session, case, by=by(room.triager), at=THURSDAY)


def test_what_concerns_the_handlers_stays_restricted_until_a_triager_says_otherwise(
    session: Session, room: Room
) -> None:
    ticked = file_case(session, room.site, concerns_handlers=True).case
    lifted = file_case(session, room.site, concerns_handlers=True).case

    sort(session, room, ticked)
    sort(session, room, lifted, restrict=False)

    assert ticked.is_restricted
    assert not lifted.is_restricted


def test_respondents_and_their_chain_of_command_are_kept_out(session: Session, room: Room) -> None:
    operator = the_operator(session)
    assert operator is not None
    company = add_company(session, operator, name="Contratista Inventada", kind=CompanyKind.CONTRACTOR)
    mine = add_unit(session, room.site, company, name="Extracción")
    plant = add_unit(session, room.site, company, name="Chancado", parent=mine)
    manager = make_staff(session, name="Mara Mandamás", unit_id=mine.id, heads_unit=True, with_second_factor=False)
    boss = make_staff(session, name="Beto Jefazo", unit_id=plant.id, heads_unit=True, with_second_factor=False)
    worker = make_staff(session, name="Wanda Obrera", unit_id=plant.id, with_second_factor=False)
    case = file_case(session, room.site).case

    said = [triage.RespondentSaid(staff_id=boss.staff_id, description="el jefe de turno")]
    sort(session, room, case, respondents=said)

    rows = {row.staff_id: row.reason for row in session.scalars(select(HiddenFrom))}
    assert rows == {
        boss.staff_id: "respondent",
        manager.staff_id: "commands_respondent",
        worker.staff_id: "reports_to_respondent",
    }
    kinds = session.scalars(select(CaseEvent.kind).where(CaseEvent.case_id == case.id)).all()
    assert kinds.count("hidden_from") == 3


def test_being_named_in_the_words_ends_when_a_triager_has_looked(session: Session, room: Room) -> None:
    named = make_staff(session, name="Nadia Quilapán", duties={Duty.HANDLER: room.site}, with_second_factor=False)
    case = file_case(session, room.site, words="La señora Quilapan me gritó").case
    assert hidden_from(session, case) == {named.staff_id}

    sort(session, room, case)

    assert hidden_from(session, case) == frozenset()


def test_named_and_accused_stays_hidden(session: Session, room: Room) -> None:
    named = make_staff(session, name="Nadia Quilapán", duties={Duty.HANDLER: room.site}, with_second_factor=False)
    case = file_case(session, room.site, words="La señora Quilapan me gritó").case

    sort(session, room, case, respondents=[triage.RespondentSaid(staff_id=named.staff_id)])

    assert [(row.staff_id, row.reason) for row in session.scalars(select(HiddenFrom))] == [
        (named.staff_id, "respondent")
    ]


def test_lifting_by_hand_is_audited_and_outlives_sorting_again(session: Session, room: Room) -> None:
    case = file_case(session, room.site).case
    said = [triage.RespondentSaid(staff_id=room.handler.staff_id)]
    sort(session, room, case, respondents=said, handler=room.second_handler)

    triage.lift_hiding(
        session, case, room.handler.staff_id, reason="Otra persona del mismo apellido", by=by(room.triager), at=THURSDAY
    )
    sort(session, room, case, respondents=said, handler=room.second_handler, at=THURSDAY)

    assert hidden_from(session, case) == frozenset()
    assert session.scalars(select(AuditEntry.action)).all().count("hiding_lifted") == 1


def test_nobody_lifts_it_for_himself_or_herself(session: Session, room: Room) -> None:
    case = file_case(session, room.site).case
    sort(session, room, case, respondents=[triage.RespondentSaid(staff_id=room.second_triager.staff_id)])

    with pytest.raises(ConflictOfInterest):
        triage.lift_hiding(
            session,
            case,
            room.second_triager.staff_id,
            reason="Otra persona del mismo apellido",
            by=by(room.second_triager),
            at=THURSDAY,
        )


def test_a_respondent_who_is_named_again_later_is_hidden_again(session: Session, room: Room) -> None:
    case = file_case(session, room.site).case
    said = [triage.RespondentSaid(staff_id=room.handler.staff_id)]
    for respondents in (said, [], said):
        sort(session, room, case, respondents=respondents, handler=room.second_handler)

    assert hidden_from(session, case) == {room.handler.staff_id}


@pytest.mark.parametrize("who", ["coordinator", "auditor", "investigator", "administrator"])
def test_only_a_handler_of_the_site_gets_a_case(session: Session, room: Room, who: str) -> None:
    case = sorted_case(session, room).case

    with pytest.raises(triage.NotAHandler):
        triage.assign(session, case, getattr(room, who).staff_id, by=by(room.triager), at=THURSDAY)


def test_the_accused_never_gets_the_case(session: Session, room: Room) -> None:
    case = file_case(session, room.site).case
    said = [triage.RespondentSaid(staff_id=room.handler.staff_id)]
    sort(session, room, case, respondents=said, handler=room.second_handler)

    with pytest.raises(ConflictOfInterest):
        triage.assign(session, case, room.handler.staff_id, by=by(room.triager), at=THURSDAY)


def test_a_handler_who_turns_out_to_be_accused_loses_the_case(session: Session, room: Room) -> None:
    case = sorted_case(session, room).case
    accuse(session, room, case, room.handler)

    assert case.handler_id is None


def test_a_restricted_case_goes_to_an_investigator_who_is_named_with_it(session: Session, room: Room) -> None:
    case = file_case(session, room.site).case

    sort(session, room, case, type=CaseType.HARASSMENT)

    assert case.handler_id == room.investigator.staff_id
    with pytest.raises(triage.NotAHandler):
        triage.assign(session, case, room.handler.staff_id, by=by(room.triager), at=THURSDAY)
    notices = set(session.execute(select(Notice.staff_id, Notice.kind)))
    assert (room.investigator.staff_id, "assigned") in notices


def test_restricting_takes_the_case_from_a_handler_who_may_not_see_it(session: Session, room: Room) -> None:
    case = sorted_case(session, room).case

    triage.restrict(session, case, by=by(room.triager), at=THURSDAY)

    assert case.handler_id is None


def test_danger_is_told_to_those_on_call_at_once(session: Session, room: Room) -> None:
    case = file_case(session, room.site).case
    night = WEDNESDAY + timedelta(hours=12)

    sort(session, room, case, type=CaseType.DANGER, severity=5, at=night)

    shown = dict(session.execute(select(Notice.staff_id, Notice.show_from)).all())
    assert shown[room.on_call.staff_id] == night
    # The handler's own notice waits for the working day.
    assert shown[room.handler.staff_id] > night


def test_spam_leaves_every_clock_and_comes_back_with_its_dates(session: Session, room: Room) -> None:
    case = file_case(session, room.site).case
    before = _running(session, case.id)

    triage.mark_spam(session, case, by=by(room.triager), at=THURSDAY)
    assert case.next_due_at is None
    triage.unmark_spam(session, case, by=by(room.triager), at=THURSDAY)

    assert _running(session, case.id) == before


@pytest.mark.parametrize("severity", [0, 6])
def test_severity_is_one_to_five(session: Session, room: Room, severity: int) -> None:
    case = file_case(session, room.site).case

    with pytest.raises(triage.SeverityOutOfRange):
        sort(session, room, case, severity=severity)
