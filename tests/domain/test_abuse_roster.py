"""Ways around the conflict wall for somebody with duties: the coordinator whom a case is about, and the triager."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.accounts import absences, operations
from grievance.accounts import queries as accounts
from grievance.accounts.models import AuditEntry, Staff
from grievance.accounts.permissions import Duty, Viewer
from grievance.cases import triage
from grievance.cases.models import Case, CaseNote, HiddenFrom
from grievance.cases.newcomers import hide_from_newcomer
from grievance.cases.queries import CaseNotFound, for_change, staff_choices, visible
from grievance.cases.rights_record import Appeal
from grievance.cases.states import Source
from grievance.cases.tasks import NoticeKind, TaskKind, notices, notify, open_task, unread_notices
from grievance.cases.triage import ReasonMissing, lift_hiding
from grievance.cases.visibility import CaseAction
from grievance.cases.wall import ConflictOfInterest
from grievance.crypto.fields import unseal
from grievance.deadlines.standards import CaseType
from grievance.desk import search
from grievance.desk.bulk import Picked, picked_cases
from grievance.desk.case_page import case_page
from grievance.desk.handover import cases_of, givers, hand_over
from grievance.desk.queries import DeskFilter, Show, Whose, desk, desk_counts
from grievance.desk.tasks import TaskNotFound, finish, tasks
from grievance.desk.undo import remember, standing_of, undo
from grievance.desk.workload import workload
from grievance.sites import operations as sites
from grievance.sites.models import CompanyKind, Operator
from tests.support.casework import NEXT_WEEK, THURSDAY, Room, accuse, by, put_in_charge, sort, sorted_case, viewer_of
from tests.support.people import Person, make_staff
from tests.support.places import file_case

WORD = "camioneta"


@dataclass(frozen=True)
class Accused:
    """A case about somebody who holds a duty, and the case beside it that is about nobody."""

    room: Room
    person: Person
    case: Case
    plain: Case


@pytest.fixture
def about_coordinator(session: Session, room: Room) -> Accused:
    """A labour case that its handler works and a coordinator would see, were it not about the coordinator."""
    case = file_case(session, room.site, words=f"Fue con la {WORD}").case
    sort(session, room, case, at=THURSDAY)
    plain = sorted_case(session, room).case
    accuse(session, room, case, room.coordinator)
    search.index_pending(session, at=THURSDAY, limit=50)
    session.flush()
    return Accused(room, room.coordinator, case, plain)


def me(session: Session, one: Accused) -> Viewer:
    return viewer_of(session, one.person)


@pytest.mark.parametrize("action", list(CaseAction))
def test_no_action_finds_the_case(session: Session, about_coordinator: Accused, action: CaseAction) -> None:
    with pytest.raises(CaseNotFound):
        for_change(session, me(session, about_coordinator), about_coordinator.case.reference, action)


def test_no_list_page_number_or_search_shows_it(session: Session, about_coordinator: Accused) -> None:
    who, plain = me(session, about_coordinator), about_coordinator.plain
    reference = about_coordinator.case.reference

    for show in Show:
        for whose in Whose:
            found = desk(session, who, DeskFilter(show=show, whose=whose), now=NEXT_WEEK)
            assert reference not in {row.reference for row in found.rows}
    for q in (reference, WORD):
        assert desk(session, who, DeskFilter(show=Show.ALL, whose=Whose.SITE, q=q), now=NEXT_WEEK).rows == ()
    by_handler = DeskFilter(show=Show.ALL, whose=Whose.MINE, q=WORD)
    handler = viewer_of(session, about_coordinator.room.handler)
    assert [row.reference for row in desk(session, handler, by_handler, now=NEXT_WEEK).rows] == [reference]
    assert desk_counts(session, who, whose=Whose.SITE, now=NEXT_WEEK).open.value == 1
    with pytest.raises(CaseNotFound):
        case_page(session, who, reference, now=NEXT_WEEK, writing=lambda: session)
    assert [
        row.reference for row in picked_cases(session, who, [Picked(reference, 1), Picked(plain.reference, 1)])
    ] == [plain.reference]


def test_no_load_counts_it(session: Session, about_coordinator: Accused) -> None:
    who, room = me(session, about_coordinator), about_coordinator.room

    (load,) = [one for one in workload(session, who, [room.site.id], now=NEXT_WEEK).loads if one.open.value]
    (choice,) = [one for one in staff_choices(session, who, room.site.id, Duty.HANDLER) if one.open_cases]
    (giver,) = givers(session, who)

    assert (load.open.value, choice.open_cases, giver.cases) == (1, 1, 1)
    assert [row.reference for row in cases_of(session, who, room.handler.staff_id)] == [
        about_coordinator.plain.reference
    ]


def test_a_restricted_case_is_no_number_for_the_coordinator_either(session: Session, room: Room) -> None:
    case = file_case(session, room.site).case
    sort(session, room, case, type=CaseType.HARASSMENT)

    found = staff_choices(session, viewer_of(session, room.coordinator), room.site.id, Duty.INVESTIGATOR)
    own = staff_choices(session, viewer_of(session, room.triager), room.site.id, Duty.INVESTIGATOR)

    assert [one.open_cases for one in found] == [0]
    assert [one.open_cases for one in own] == [1]


def test_no_task_or_notice_tells_of_it(session: Session, about_coordinator: Accused) -> None:
    who, case = me(session, about_coordinator), about_coordinator.case
    task = open_task(session, key="x", site_id=case.site_id, kind=TaskKind.DECIDE_EXTENSION, case=case, at=THURSDAY)
    told = notify(
        session,
        [about_coordinator.person.staff_id],
        key="y",
        kind=NoticeKind.CLOCK_BREACHED,
        case=case,
        show_from=THURSDAY,
        at=THURSDAY,
    )

    assert told == 0
    assert tasks(session, who) == ()
    with pytest.raises(TaskNotFound):
        finish(session, who, task.public_id, at=NEXT_WEEK)


def test_a_notice_from_before_the_accusation_is_gone(session: Session, room: Room) -> None:
    case = sorted_case(session, room).case
    later = NEXT_WEEK.replace(day=20)
    assert unread_notices(session, room.handler.staff_id, now=later) == 1

    accuse(session, room, case, room.handler)
    session.flush()

    assert notices(session, viewer_of(session, room.handler), now=later) == ()
    assert unread_notices(session, room.handler.staff_id, now=later) == 0


def test_the_accused_does_not_hand_it_over(session: Session, about_coordinator: Accused) -> None:
    room, case = about_coordinator.room, about_coordinator.case

    handed = hand_over(
        session,
        me(session, about_coordinator),
        [Picked(case.reference, case.changed_seq)],
        from_id=room.handler.staff_id,
        to_id=room.second_handler.staff_id,
        words="Nada",
        by=by(about_coordinator.person),
        at=NEXT_WEEK,
        refusals=(),
    )

    assert isinstance(handed.results[0].error, CaseNotFound)
    assert case.handler_id == room.handler.staff_id


def test_standing_in_for_the_handler_does_not_show_it(session: Session, about_coordinator: Accused) -> None:
    """The coordinator is given the handler's duty, and names himself or herself as the stand-in."""
    room, person = about_coordinator.room, about_coordinator.person
    staff = session.get_one(Staff, person.staff_id)
    operations.grant_duty(session, staff=staff, site_id=room.site.id, duty=Duty.HANDLER, by=None, at=THURSDAY)
    absences.name_stand_in(
        session,
        staff_id=room.handler.staff_id,
        stand_in_id=person.staff_id,
        site_id=room.site.id,
        from_on=date(2026, 9, 7),
        until_on=date(2026, 9, 11),
        by=person.staff_id,
        at=THURSDAY,
    )
    who = accounts.viewer(session, person.staff_id, at=NEXT_WEEK)

    assert who.stands_in
    assert set(session.scalars(select(Case.id).where(visible(who)))) == {about_coordinator.plain.id}


def test_taking_back_an_assignment_does_not_reach_it(session: Session, room: Room) -> None:
    """The coordinator assigns, is accused, and takes the assignment back."""
    case = sorted_case(session, room).case
    before = standing_of(session, case)
    triage.assign(session, case, room.second_handler.staff_id, by=by(room.coordinator), at=THURSDAY)
    token = remember(session, room.coordinator.staff_id, [(case, before)], action=CaseAction.ASSIGN, at=THURSDAY)
    accuse(session, room, case, room.coordinator)
    session.flush()

    results = undo(
        session,
        viewer_of(session, room.coordinator),
        token,
        by=by(room.coordinator),
        at=THURSDAY,
        refusals=(),
    )

    assert isinstance(results[0].error, CaseNotFound)
    assert case.handler_id == room.second_handler.staff_id


def test_nobody_lifts_it_for_himself_nor_without_a_reason(session: Session, room: Room) -> None:
    case = file_case(session, room.site).case
    accuse(session, room, case, room.second_triager)

    with pytest.raises(ConflictOfInterest):
        lift_hiding(
            session, case, room.second_triager.staff_id, reason="Soy yo", by=by(room.second_triager), at=NEXT_WEEK
        )
    with pytest.raises(ReasonMissing):
        lift_hiding(session, case, room.second_triager.staff_id, reason="  ", by=by(room.triager), at=NEXT_WEEK)
    assert room.second_triager.staff_id in {row.staff_id for row in case_hidden(session, case) if row.lifted_at is None}


def test_two_accused_triagers_do_not_lift_it_for_each_other(session: Session, room: Room) -> None:
    case = file_case(session, room.site).case
    accuse(session, room, case, room.triager, room.second_triager)
    session.flush()

    with pytest.raises(CaseNotFound):
        for_change(session, viewer_of(session, room.triager), case.reference, CaseAction.LIFT_HIDING)
    with pytest.raises(ConflictOfInterest):
        lift_hiding(session, case, room.second_triager.staff_id, reason="Favor", by=by(room.triager), at=NEXT_WEEK)


def test_lifting_leaves_the_reason_in_the_case_and_a_line_in_the_trail(session: Session, room: Room) -> None:
    case = file_case(session, room.site).case
    accuse(session, room, case, room.second_triager)

    lift_hiding(
        session, case, room.second_triager.staff_id, reason="Alcance de nombre", by=by(room.triager), at=NEXT_WEEK
    )

    note = session.scalars(select(CaseNote).where(CaseNote.case_id == case.id)).one()
    line = session.scalars(select(AuditEntry).where(AuditEntry.action == "hiding_lifted")).one()
    assert unseal(session, note, "words") == "Alcance de nombre"
    assert line.codes["note"] == note.public_id
    assert "Alcance" not in str(line.codes)


def test_the_accused_is_not_put_in_charge_of_a_measure(session: Session, room: Room) -> None:
    case = sorted_case(session, room).case
    accuse(session, room, case, room.second_handler)

    with pytest.raises(ConflictOfInterest):
        put_in_charge(session, room, case, room.second_handler)


def test_whoever_is_to_decide_the_appeal_does_not_work_the_case(session: Session, room: Room) -> None:
    filed = sorted_case(session, room)
    appeal = Appeal(
        case_id=filed.case.id,
        complainant_id=filed.complainant.id,
        source=Source.WEB_CODE.value,
        filed_at=THURSDAY,
        reviewer_id=room.second_handler.staff_id,
    )
    filed.case.has_appeal = True
    session.add(appeal)
    session.flush()

    with pytest.raises(triage.NotAHandler):
        triage.assign(session, filed.case, room.second_handler.staff_id, by=by(room.coordinator), at=NEXT_WEEK)


def case_hidden(session: Session, case: Case) -> list[HiddenFrom]:
    session.flush()
    return list(session.scalars(select(HiddenFrom).where(HiddenFrom.case_id == case.id)))


class TestNewcomer:
    """Accounts and duties that come after the case: the wall stands for them as well."""

    def test_somebody_who_joins_the_accused_unit_later_does_not_see_it(self, session: Session, room: Room) -> None:
        company = sites.add_company(
            session,
            session.get_one(Operator, room.site.operator_id),
            name="Cocina Ficticia",
            kind=CompanyKind.CONTRACTOR,
        )
        unit = sites.add_unit(session, room.site, company, name="Cocina")
        case = sorted_case(session, room).case
        triage.classify(
            session,
            case,
            type=CaseType.LABOUR,
            category_id=None,
            severity=2,
            respondents=[triage.RespondentSaid(unit_id=unit.id)],
            by=by(room.triager),
            at=THURSDAY,
        )
        late = make_staff(
            session, name="Tadeo Tarde", duties={Duty.COORDINATOR: room.site}, unit_id=unit.id, with_second_factor=False
        )
        assert case.id in set(session.scalars(select(Case.id).where(visible(viewer_of(session, late)))))

        assert len(hide_from_newcomer(session, late.staff_id, at=NEXT_WEEK)) == 1
        session.flush()

        assert set(session.scalars(select(Case.id).where(visible(viewer_of(session, late))))) == set()
        assert hide_from_newcomer(session, late.staff_id, at=NEXT_WEEK) == []

    def test_somebody_named_in_the_words_who_becomes_a_triager_later_does_not_see_it(
        self, session: Session, room: Room
    ) -> None:
        case = file_case(session, room.site, words="El señor Bolerón me gritó").case
        late = make_staff(session, name="Tadeo Bolerón", duties={Duty.TRIAGER: room.site}, with_second_factor=False)

        hide_from_newcomer(session, late.staff_id, at=NEXT_WEEK)
        session.flush()

        assert case.id not in set(session.scalars(select(Case.id).where(visible(viewer_of(session, late)))))

    def test_what_a_triager_lifted_stays_lifted(self, session: Session, room: Room) -> None:
        case = file_case(session, room.site).case
        accuse(session, room, case, room.second_triager)
        lift_hiding(session, case, room.second_triager.staff_id, reason="Error", by=by(room.triager), at=NEXT_WEEK)

        assert hide_from_newcomer(session, room.second_triager.staff_id, at=NEXT_WEEK) == []
