"""Protected is who is protected: at once, by somebody who may know; and what is the Dirección del Trabajo's is its own."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.accounts.models import DutyGrant, Staff
from grievance.accounts.permissions import Duty
from grievance.cases import clocks, handling, harassment_track, protection, triage
from grievance.cases.harassment_track import ManagerNamed, StepNotOpen
from grievance.cases.models import Case, CaseMessage
from grievance.cases.protection import MayNotKnow, NotAtOnce
from grievance.cases.record import CaseEvent, Clock, Notice
from grievance.cases.states import Confidentiality, MessageKind
from grievance.cases.track_reading import MeasuresFirst, track_part
from grievance.cases.track_record import ProtectiveMeasure
from grievance.cases.track_states import MeasureKind, Route, TrackStep
from grievance.cases.triage import RespondentSaid
from grievance.cases.verify import verify_cases
from grievance.crypto.fields import unseal
from grievance.deadlines.standards import CaseType, ClockName
from grievance.rounds.timers import sweep
from grievance.sites.models import Category, CompanyKind
from grievance.sites.operations import add_company, add_unit
from grievance.sites.queries import the_operator
from tests.support.casework import Room, by, last_row, local, sort
from tests.support.people import Person, make_staff
from tests.support.places import file_case

FRIDAY, MONDAY, TUESDAY = date(2026, 9, 11), date(2026, 9, 14), date(2026, 9, 15)


def harassment(session: Session, room: Room, *, day: int = 11, about: Person | None = None) -> Case:
    said = Confidentiality.CONFIDENTIAL
    case = file_case(session, room.site, at=local(day), words="Mi jefatura me grita", confidentiality=said).case
    named = (RespondentSaid(staff_id=about.staff_id),) if about else ()
    sort(session, room, case, type=CaseType.HARASSMENT, at=local(day), respondents=named)
    return case


def measure(
    session: Session, room: Room, case: Case, *, owner: Person | None = None, due_on: date = FRIDAY, at: datetime
) -> ProtectiveMeasure:
    return protection.add_measure(
        session,
        case,
        kind=MeasureKind.OTHER_SHIFT,
        words="Otro turno con igual sueldo.",
        owner_id=(owner or room.investigator).staff_id,
        due_on=due_on,
        by=by(room.triager),
        at=at,
    )


def choose(
    session: Session, room: Room, case: Case, route: Route, *, on: date, at: datetime, manager: bool = False
) -> None:
    harassment_track.choose_route(
        session,
        case,
        route=route,
        about_manager=manager,
        companies_differ=False,
        words="Portal.",
        on=on,
        by=by(room.investigator),
        at=at,
    )


def none_needed(session: Session, room: Room, case: Case, *, at: datetime) -> None:
    harassment_track.say_none_needed(session, case, words="Se le preguntó.", by=by(room.investigator), at=at)


def told(session: Session, case: Case) -> list[str]:
    """Return what the person was told of the case being handed on."""
    session.flush()
    query = select(CaseMessage).where(CaseMessage.case_id == case.id, CaseMessage.kind == MessageKind.NOTICE.value)
    words = [unseal(session, row, "words") or "" for row in session.scalars(query)]
    return [one for one in words if "Trabajo" in one]


def clock(session: Session, case: Case, name: ClockName) -> Clock:
    session.flush()
    return session.scalars(
        select(Clock).where(Clock.case_id == case.id, Clock.name == name).order_by(Clock.id.desc()).limit(1)
    ).one()


def steps(session: Session, case: Case) -> list[str]:
    session.flush()
    found = select(CaseEvent.codes).where(CaseEvent.case_id == case.id, CaseEvent.kind == "track_step")
    return [codes["step"] for codes in session.scalars(found.order_by(CaseEvent.seq))]


def alerts(session: Session) -> int:
    session.flush()
    return len(session.scalars(select(Notice.id).where(Notice.kind == "unprotected")).all())


@pytest.mark.parametrize(("due_on", "is_at_once"), [(FRIDAY, True), (MONDAY, True), (TUESDAY, False)])
def test_a_measure_is_due_by_the_next_business_day(
    session: Session, room: Room, due_on: date, is_at_once: bool
) -> None:
    case = harassment(session, room)

    if is_at_once:
        measure(session, room, case, due_on=due_on, at=local(11))
    else:
        with pytest.raises(NotAtOnce):
            measure(session, room, case, due_on=due_on, at=local(11))
    assert (clock(session, case, ClockName.PROTECT).met_at is not None) is is_at_once


def test_a_far_measure_against_reprisals_protects_once_it_is_taken(session: Session, room: Room) -> None:
    case = file_case(session, room.site, at=local(11)).case
    sort(session, room, case, type=CaseType.RETALIATION, at=local(11))

    far = measure(session, room, case, due_on=date(2027, 9, 1), at=local(11))
    before = clock(session, case, ClockName.PROTECT).met_at
    protection.record_measure_done(
        session, case, far.public_id, evidence="Visto", by=by(room.investigator), at=local(14)
    )

    assert (before, clock(session, case, ClockName.PROTECT).met_at) == (None, local(14))


def test_nobody_answers_for_a_measure_who_may_not_know_of_the_case(session: Session, room: Room) -> None:
    usual = session.scalars(select(Category).where(Category.default_type == "harassment").limit(1)).one()
    unsorted = file_case(session, room.site, at=local(11), category_id=usual.id).case
    case = harassment(session, room)

    for one, people in ((unsorted, (room.handler, room.coordinator, room.investigator)), (case, (room.handler,))):
        for person in people:
            with pytest.raises(MayNotKnow):
                measure(session, room, one, owner=person, at=local(11))
    measure(session, room, unsorted, owner=room.triager, at=local(11))


def test_the_alert_goes_out_until_a_measure_is_taken(session: Session, room: Room) -> None:
    noted, taken = harassment(session, room), harassment(session, room)
    measure(session, room, noted, at=local(11))
    done = measure(session, room, taken, at=local(11))
    protection.record_measure_done(
        session, taken, done.public_id, evidence="Visto", by=by(room.investigator), at=local(11)
    )

    sweep(session, at=local(12, 13), limit=100)

    assert "unprotected" in steps(session, noted)
    assert "unprotected" not in steps(session, taken)


@pytest.mark.parametrize("how", ["walled", "without the duty"])
def test_protection_ends_with_whoever_answered_for_it(session: Session, room: Room, how: str) -> None:
    case = harassment(session, room)
    measure(session, room, case, at=local(11))
    sweep(session, at=local(12, 13), limit=100)
    told = alerts(session)

    if how == "walled":
        triage.classify(
            session,
            case,
            type=CaseType.HARASSMENT,
            category_id=None,
            severity=3,
            respondents=(RespondentSaid(staff_id=room.investigator.staff_id),),
            by=by(room.triager),
            at=local(12, 14),
        )
    else:
        for grant in session.scalars(select(DutyGrant).where(DutyGrant.staff_id == room.investigator.staff_id)):
            grant.revoked_at = local(12, 14)
    sweep(session, at=local(12, 15), limit=100)

    assert clock(session, case, ClockName.PROTECT).met_at is None
    assert "uncovered" in steps(session, case)
    assert alerts(session) > told
    with pytest.raises(MeasuresFirst):
        choose(session, room, case, Route.INTERNAL, on=FRIDAY, at=local(12, 16))
    sweep(session, at=local(12, 17), limit=100)
    assert steps(session, case).count("uncovered") == 1

    measure(session, room, case, owner=room.triager, at=local(12, 18))
    assert clock(session, case, ClockName.PROTECT).met_at == local(12, 18)
    assert list(verify_cases(session)) == []


def test_the_look_begins_with_protection_and_the_person_hears_before(session: Session, room: Room) -> None:
    case = harassment(session, room)
    handling.acknowledge(session, case, words="La leímos.", by=by(room.investigator), at=local(11))

    with pytest.raises(MeasuresFirst):
        handling.start_review(session, case, by=by(room.investigator), at=local(11))
    none_needed(session, room, case, at=local(11))
    handling.start_review(session, case, by=by(room.investigator), at=local(11))
    assert case.status == "under_review"


@pytest.mark.parametrize("what", ["heads a unit", "named manager"])
def test_a_manager_is_known_as_one(session: Session, room: Room, what: str) -> None:
    duties = {Duty.MANAGER: room.site} if what == "named manager" else {Duty.HANDLER: room.site}
    boss = make_staff(session, name="Boris Jefaturas", duties=duties, with_second_factor=False)
    if what == "heads a unit":
        row = session.get_one(Staff, boss.staff_id)
        operator = the_operator(session)
        assert operator is not None
        company = add_company(session, operator, name="Inventada", kind=CompanyKind.CONTRACTOR)
        row.unit_id, row.heads_unit = add_unit(session, room.site, company, name="Planta Ficticia").id, True
    case = harassment(session, room, about=boss)
    none_needed(session, room, case, at=local(11))

    part = track_part(session, case)
    assert part is not None
    assert part.names_manager
    for route in Route:
        with pytest.raises(ManagerNamed):
            choose(session, room, case, route, on=FRIDAY, at=local(11))
    choose(session, room, case, Route.LABOUR_OFFICE, manager=True, on=FRIDAY, at=local(11))


def test_a_manager_found_out_late_goes_to_the_labour_office_until_sanctions(session: Session, room: Room) -> None:
    case = harassment(session, room)
    none_needed(session, room, case, at=local(11))
    choose(session, room, case, Route.INTERNAL, on=FRIDAY, at=local(11))
    for step in (TrackStep.CONCLUDED, TrackStep.REPORTED, TrackStep.DT_SPOKE):
        _note(session, room, case, step, at=local(14))

    with pytest.raises(StepNotOpen):
        choose(session, room, case, Route.LABOUR_OFFICE, on=MONDAY, at=local(14, 14))
    choose(session, room, case, Route.LABOUR_OFFICE, manager=True, on=MONDAY, at=local(14, 14))

    assert clocks.running(session, case, ClockName.SANCTIONS) is None
    _note(session, room, case, TrackStep.DT_SPOKE, at=local(14, 15))
    assert clocks.running(session, case, ClockName.SANCTIONS) is not None
    _note(session, room, case, TrackStep.SANCTIONED, at=local(14, 15))
    with pytest.raises(StepNotOpen):
        choose(session, room, case, Route.LABOUR_OFFICE, manager=True, on=MONDAY, at=local(14, 15))


def test_what_the_labour_office_investigates_is_never_late_here(session: Session, room: Room) -> None:
    case = harassment(session, room)
    none_needed(session, room, case, at=local(11))
    choose(session, room, case, Route.LABOUR_OFFICE, on=FRIDAY, at=local(11))
    sort(session, room, case, type=CaseType.HARASSMENT, severity=4, at=local(12))

    sweep(session, at=local(20, month=11), limit=100)

    late = session.scalars(select(Clock.name).where(Clock.case_id == case.id, Clock.breached_at.is_not(None))).all()
    assert not {"resolve", "investigate"} & set(late)
    assert clocks.running(session, case, ClockName.RESOLVE) is None
    assert last_row(session, case).resolve_due_at is None
    assert list(verify_cases(session)) == []


def test_the_person_is_told_who_goes_on_and_that_our_date_has_stopped(session: Session, room: Room) -> None:
    case = harassment(session, room)
    none_needed(session, room, case, at=local(11))
    choose(session, room, case, Route.INTERNAL, on=FRIDAY, at=local(11))
    assert told(session, case) == []
    ours = clock(session, case, ClockName.RESOLVE).due_on

    choose(session, room, case, Route.LABOUR_OFFICE, manager=True, on=MONDAY, at=local(14, 14))

    (words,) = told(session, case)
    assert "Dirección del Trabajo" in words
    assert f"{ours:%d-%m-%Y}, ya no corre" in words


def test_whose_date_we_had_missed_by_then_is_told_that_too(session: Session, room: Room) -> None:
    case = harassment(session, room)
    none_needed(session, room, case, at=local(11))

    choose(session, room, case, Route.LABOUR_OFFICE, manager=True, on=MONDAY, at=local(20, month=11))

    (words,) = told(session, case)
    assert "disculpas" in words


def test_what_was_late_before_the_labour_office_had_it_stays_late(session: Session, room: Room) -> None:
    case = harassment(session, room)
    none_needed(session, room, case, at=local(11))
    choose(session, room, case, Route.INTERNAL, on=FRIDAY, at=local(11))
    target = last_row(session, case).resolve_due_at

    choose(session, room, case, Route.LABOUR_OFFICE, manager=True, on=MONDAY, at=local(20, month=11))

    assert target is not None
    assert last_row(session, case).resolve_due_at == target


def test_a_day_given_later_unmakes_no_breach(session: Session, room: Room) -> None:
    case = harassment(session, room)
    none_needed(session, room, case, at=local(11))
    sweep(session, at=local(24), limit=100)

    choose(session, room, case, Route.INTERNAL, on=FRIDAY, at=local(24, 13))

    found = clock(session, case, ClockName.REFER_TO_DT)
    assert found.breached_at is not None
    assert found.met_at == local(24, 13)
    assert found.met_at > found.due_at


def _note(session: Session, room: Room, case: Case, step: TrackStep, *, at: datetime) -> None:
    harassment_track.note_step(session, case, step, words="Consta.", on=MONDAY, by=by(room.investigator), at=at)
