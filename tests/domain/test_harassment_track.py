"""The way of Ley Karin: measures first, two routes, dates that are law, and a record that becomes a complaint."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.cases import clocks, handling, harassment_track, protection, resolution, triage
from grievance.cases.harassment_track import (
    CompaniesMissing,
    DayOutOfRange,
    MustBeReferred,
    NotAnonymous,
    NotOnThisTrack,
    StepNotOpen,
)
from grievance.cases.intake import Filed
from grievance.cases.models import Case, CaseMessage
from grievance.cases.queries import CaseNotFound
from grievance.cases.record import CaseEvent, Clock, Notice, Task
from grievance.cases.states import Confidentiality, Outcome, Source
from grievance.cases.track_reading import MeasuresFirst, track_of, track_part
from grievance.cases.track_states import Informant, MeasureKind, Route, TrackStep
from grievance.cases.triage import RespondentSaid
from grievance.cases.verify import verify_cases
from grievance.deadlines.queries import site_calendar
from grievance.deadlines.standards import CaseType, ClockName, later_standards, standard
from grievance.desk.case_page import case_page
from grievance.rounds.timers import sweep
from grievance.rounds.track_rounds import remind_of_channels
from grievance.sites.models import CompanyKind
from grievance.sites.operations import add_company
from grievance.sites.queries import the_operator
from tests.support.casework import Room, by, sort, viewer_of
from tests.support.people import Person
from tests.support.places import file_case

ZONE = ZoneInfo("America/Santiago")
TUESDAY = date(2026, 9, 15)
"""Before the national holidays of Friday 18 and Saturday 19 September 2026."""

CHAINS = {
    # received, 3 days, 30 days, report 2, the Dirección del Trabajo 30, sanctions 15 calendar days; from the worked
    # numbers of the design, checked there with an independent library of holidays.
    "over the national holidays": ("2026-09-15", "2026-09-21", "2026-10-29", "2026-11-02", "2026-12-15", "2026-12-30"),
    "over the end of the year": ("2026-11-23", "2026-11-26", "2027-01-07", "2027-01-11", "2027-02-22", "2027-03-09"),
}


def noon(on: date | str) -> datetime:
    found = date.fromisoformat(on) if isinstance(on, str) else on
    return datetime(found.year, found.month, found.day, 12, tzinfo=ZONE).astimezone(UTC)


def received(
    session: Session, room: Room, *, on: date | str = TUESDAY, known: bool = True, sorted_days: int = 0
) -> Filed:
    """Return a harassment case, received at noon, sorted that many days later."""
    said = Confidentiality.CONFIDENTIAL if known else Confidentiality.ANONYMOUS
    filed = file_case(session, room.site, at=noon(on), confidentiality=said, words="Mi jefatura me grita")
    sort(session, room, filed.case, type=CaseType.HARASSMENT, at=noon(on) + timedelta(days=sorted_days))
    return filed


def sort_again(session: Session, room: Room, case: Case, *, at: datetime, **facts: Any) -> None:
    triage.classify(session, case, type=CaseType.HARASSMENT, category_id=None, by=by(room.triager), at=at, **facts)


def protect(session: Session, room: Room, case: Case, *, at: datetime) -> None:
    one = protection.add_measure(
        session,
        case,
        kind=MeasureKind.OTHER_SHIFT,
        words="Cambio de turno con igual sueldo.",
        owner_id=room.investigator.staff_id,
        due_on=at.astimezone(ZONE).date(),
        by=by(room.triager),
        at=at,
    )
    protection.record_measure_done(session, case, one.public_id, evidence="Visto.", by=by(room.investigator), at=at)


def two_companies(session: Session) -> tuple[int, int]:
    """Return a principal company and a contractor."""
    operator = the_operator(session)
    assert operator is not None
    kinds = (CompanyKind.PRINCIPAL, CompanyKind.CONTRACTOR)
    made = [add_company(session, operator, name=f"Inventada {kind}", kind=kind) for kind in kinds]
    session.flush()
    return made[0].id, made[1].id


def choose(
    session: Session,
    room: Room,
    case: Case,
    route: Route = Route.INTERNAL,
    *,
    on: date = TUESDAY,
    at: datetime | None = None,
    manager: bool = False,
    differ: bool = False,
) -> None:
    harassment_track.choose_route(
        session,
        case,
        route=route,
        about_manager=manager,
        companies_differ=differ,
        companies=two_companies(session) if differ else None,
        words="Avisado por el portal.",
        on=on,
        by=by(room.investigator),
        at=at or noon(on),
    )


def step(session: Session, room: Room, case: Case, what: TrackStep, on: date, *, at: datetime | None = None) -> None:
    harassment_track.note_step(
        session,
        case,
        what,
        words="Consta en el archivo.",
        on=on,
        informed_by=Informant.PRINCIPAL if what is TrackStep.INFORMED else None,
        by=by(room.investigator),
        at=at or noon(on),
    )


def due(session: Session, case: Case, name: ClockName) -> date | None:
    clock = clocks.running(session, case, name)
    return clock.due_on if clock else None


def steps(session: Session, case: Case) -> list[str]:
    session.flush()
    found = session.scalars(
        select(CaseEvent).where(CaseEvent.case_id == case.id, CaseEvent.kind == "track_step").order_by(CaseEvent.seq)
    )
    return [event.codes["step"] for event in found]


@pytest.mark.parametrize("chain", CHAINS.values(), ids=CHAINS)
def test_every_date_of_the_chain_is_the_one_worked_by_hand(
    session: Session, room: Room, chain: tuple[str, ...]
) -> None:
    day = [date.fromisoformat(one) for one in chain]
    case = received(session, room, on=day[0]).case

    three, thirty = due(session, case, ClockName.REFER_TO_DT), due(session, case, ClockName.INVESTIGATE)
    protect(session, room, case, at=noon(day[0]))
    choose(session, room, case, on=day[1])
    step(session, room, case, TrackStep.CONCLUDED, day[2])
    report = due(session, case, ClockName.REPORT_TO_DT)
    step(session, room, case, TrackStep.REPORTED, day[3])
    word = due(session, case, ClockName.DT_SPEAKS)
    step(session, room, case, TrackStep.DT_SPOKE, day[4])
    sanctions = due(session, case, ClockName.SANCTIONS)
    step(session, room, case, TrackStep.SANCTIONED, day[5])

    assert [three, thirty, report, word, sanctions] == day[1:]
    late = [clock.name for clock in clocks.of(session, case.id) if clock.met_at and clock.met_at > clock.due_at]
    assert late == []
    assert list(verify_cases(session)) == []


@pytest.mark.parametrize(
    ("name", "amount", "unit"),
    [
        (ClockName.INVESTIGATE, 30, "business_days"),
        (ClockName.INFORM_PRINCIPAL, 3, "business_days"),
        (ClockName.REPORT_TO_DT, 2, "business_days"),
        (ClockName.DT_SPEAKS, 30, "business_days"),
        (ClockName.SANCTIONS, 15, "calendar_days"),
    ],
)
def test_later_clocks_are_law_with_a_source_that_counsel_confirms(name: ClockName, amount: int, unit: str) -> None:
    row = standard(CaseType.HARASSMENT, name)

    assert row is not None
    assert (row.amount, row.unit.value, row.locked, row.to_confirm) == (amount, unit, True, True)
    assert "Ley 21.643" in row.source
    assert row in later_standards(CaseType.HARASSMENT)


def test_sanctions_that_end_on_a_holiday_do_not_move(session: Session, room: Room) -> None:
    # Thursday 10 December and 15 days are Friday 25 December 2026.
    case = received(session, room, on="2026-10-01").case
    protect(session, room, case, at=noon("2026-10-01"))
    choose(session, room, case, Route.LABOUR_OFFICE, on=date(2026, 10, 2))
    step(session, room, case, TrackStep.DT_SPOKE, date(2026, 12, 10))

    assert due(session, case, ClockName.SANCTIONS) == date(2026, 12, 25)


def test_a_case_sorted_late_counts_from_its_receipt(session: Session, room: Room) -> None:
    case = received(session, room, sorted_days=7).case

    assert due(session, case, ClockName.REFER_TO_DT) == date(2026, 9, 21)
    assert due(session, case, ClockName.INVESTIGATE) == date(2026, 10, 29)
    sweep(session, at=noon("2026-09-22") + timedelta(hours=1), limit=100)
    late = session.scalars(select(Clock.name).where(Clock.breached_at.is_not(None), Clock.case_id == case.id)).all()
    assert "refer_to_dt" in late


def test_no_step_comes_before_protection(session: Session, room: Room) -> None:
    case = received(session, room).case
    handling.acknowledge(session, case, words="La leímos.", by=by(room.investigator), at=noon(TUESDAY))

    with pytest.raises(MeasuresFirst):
        choose(session, room, case)
    with pytest.raises(MeasuresFirst):
        step(session, room, case, TrackStep.CONCLUDED, TUESDAY)
    with pytest.raises(MeasuresFirst):
        resolution.propose_response(
            session, case, outcome=Outcome.UPHELD, words="Sí.", by=by(room.investigator), at=noon(TUESDAY)
        )


def test_a_reasoned_none_needed_opens_the_way(session: Session, room: Room) -> None:
    case = received(session, room).case
    words = "Se le preguntó: ya no trabaja con esa persona."

    harassment_track.say_none_needed(session, case, words=words, by=by(room.investigator), at=noon(TUESDAY))
    choose(session, room, case)

    assert due(session, case, ClockName.PROTECT) is None
    assert steps(session, case) == ["none_needed", "internal"]


@pytest.mark.parametrize("name", [ClockName.PROTECT, ClockName.REFER_TO_DT, ClockName.SANCTIONS])
def test_a_note_is_never_enough(session: Session, room: Room, name: ClockName) -> None:
    case = received(session, room).case

    with pytest.raises(handling.CannotMeet):
        handling.meet_clock(session, case, name, words="Hecho.", by=by(room.investigator), at=noon(TUESDAY))


def test_a_manager_is_never_investigated_here(session: Session, room: Room) -> None:
    case = received(session, room).case
    protect(session, room, case, at=noon(TUESDAY))

    with pytest.raises(MustBeReferred):
        choose(session, room, case, manager=True)
    choose(session, room, case, Route.LABOUR_OFFICE, manager=True)

    assert case.status == "received"
    assert case.is_open
    with pytest.raises(StepNotOpen):
        step(session, room, case, TrackStep.CONCLUDED, TUESDAY)


def test_an_investigation_here_can_still_be_referred_and_not_the_other_way(session: Session, room: Room) -> None:
    case = received(session, room).case
    protect(session, room, case, at=noon(TUESDAY))
    choose(session, room, case)

    with pytest.raises(StepNotOpen):
        choose(session, room, case)
    choose(session, room, case, Route.LABOUR_OFFICE, manager=True)
    with pytest.raises(StepNotOpen):
        choose(session, room, case)


def test_its_silence_counts_from_the_last_of_its_days(session: Session, room: Room) -> None:
    case = received(session, room).case
    protect(session, room, case, at=noon(TUESDAY))
    choose(session, room, case)
    step(session, room, case, TrackStep.CONCLUDED, date(2026, 10, 29))
    step(session, room, case, TrackStep.REPORTED, date(2026, 11, 2))

    sweep(session, at=noon("2026-12-18"), limit=100)
    sweep(session, at=noon("2026-12-18"), limit=100)

    assert due(session, case, ClockName.SANCTIONS) == date(2026, 12, 30)
    assert steps(session, case)[-1] == "dt_silent"
    breached = session.scalars(select(Clock.name).where(Clock.breached_at.is_not(None))).all()
    assert "dt_speaks" not in breached

    # A word given in time and read late counts from its own day; one given late changes nothing.
    with pytest.raises(StepNotOpen):
        step(session, room, case, TrackStep.DT_SPOKE, date(2026, 12, 16), at=noon("2026-12-18"))
    step(session, room, case, TrackStep.DT_SPOKE, date(2026, 12, 14), at=noon("2026-12-18"))
    assert due(session, case, ClockName.SANCTIONS) == date(2026, 12, 29)


def test_different_companies_inform_each_other_in_three_days(session: Session, room: Room) -> None:
    case = received(session, room).case
    protect(session, room, case, at=noon(TUESDAY))

    choose(session, room, case, differ=True)
    informing = due(session, case, ClockName.INFORM_PRINCIPAL)
    step(session, room, case, TrackStep.INFORMED, date(2026, 9, 17))

    assert informing == date(2026, 9, 21)
    assert due(session, case, ClockName.INFORM_PRINCIPAL) is None
    with pytest.raises(StepNotOpen):
        step(session, room, case, TrackStep.INFORMED, date(2026, 9, 17))


def test_of_different_companies_it_is_known_which_is_which_and_who_told_whom(session: Session, room: Room) -> None:
    case = received(session, room).case
    protect(session, room, case, at=noon(TUESDAY))
    first, _second = two_companies(session)

    for companies in (None, (first, first)):
        with pytest.raises(CompaniesMissing):
            harassment_track.choose_route(
                session,
                case,
                route=Route.INTERNAL,
                about_manager=False,
                companies_differ=True,
                companies=companies,
                words="Portal.",
                on=TUESDAY,
                by=by(room.investigator),
                at=noon(TUESDAY),
            )
    choose(session, room, case, differ=True)
    with pytest.raises(CompaniesMissing):
        harassment_track.note_step(
            session,
            case,
            TrackStep.INFORMED,
            words="Carta.",
            on=TUESDAY,
            by=by(room.investigator),
            at=noon("2026-09-17"),
        )
    step(session, room, case, TrackStep.INFORMED, date(2026, 9, 17))

    part = track_part(session, case)
    assert part is not None
    assert (part.principal_name, part.contractor_name, part.informed_by) == (
        "Inventada principal",
        "Inventada contractor",
        "principal",
    )
    codes = session.scalars(
        select(CaseEvent.codes).where(CaseEvent.case_id == case.id, CaseEvent.kind == "track_step")
    ).all()
    assert [(one.get("principal"), one.get("informed_by")) for one in codes][-2:] == [
        (part.principal_id, None),
        (None, "principal"),
    ]


@pytest.mark.parametrize("on", [date(2026, 9, 14), date(2026, 9, 18)], ids=["before the receipt", "tomorrow"])
def test_a_day_that_cannot_be_is_refused(session: Session, room: Room, on: date) -> None:
    case = received(session, room).case
    protect(session, room, case, at=noon(TUESDAY))

    with pytest.raises(DayOutOfRange):
        choose(session, room, case, on=on, at=noon("2026-09-17"))


def test_an_anonymous_report_is_a_record_until_the_person_says_who_it_is(session: Session, room: Room) -> None:
    filed = received(session, room, known=False)
    case = filed.case

    assert due(session, case, ClockName.REFER_TO_DT) is None
    invitation = session.scalars(select(CaseMessage).where(CaseMessage.kind == "delay")).one()
    assert invitation.told == "posted"
    harassment_track.note_identified(
        session,
        case,
        filed.complainant,
        name="Persona Imaginaria",
        source=Source.WEB_CODE,
        on=date(2026, 9, 24),
        by=by(room.investigator),
        at=noon("2026-09-25"),
    )

    # Thursday 24 September: Friday, Monday, Tuesday.
    assert due(session, case, ClockName.REFER_TO_DT) == date(2026, 9, 29)
    assert steps(session, case) == ["invited", "identified"]
    sort_again(session, room, case, severity=4, at=noon("2026-09-25"))
    assert due(session, case, ClockName.REFER_TO_DT) == date(2026, 9, 29)
    with pytest.raises(NotAnonymous):
        harassment_track.note_identified(
            session,
            case,
            filed.complainant,
            name="Otra",
            source=Source.SMS,
            on=date(2026, 9, 25),
            by=by(room.investigator),
            at=noon("2026-09-25"),
        )


def test_sorting_again_keeps_the_clocks_of_the_way(session: Session, room: Room) -> None:
    case = received(session, room).case
    protect(session, room, case, at=noon(TUESDAY))
    choose(session, room, case)
    step(session, room, case, TrackStep.CONCLUDED, date(2026, 9, 30))

    sort_again(session, room, case, severity=5, at=noon("2026-09-30"))

    assert due(session, case, ClockName.REPORT_TO_DT) == date(2026, 10, 2)
    assert due(session, case, ClockName.REFER_TO_DT) is None
    assert due(session, case, ClockName.PROTECT) is None


def test_a_day_without_a_measure_is_told_at_night_too_and_once(session: Session, room: Room) -> None:
    # Received on the Thursday before two holidays, at noon.
    case = received(session, room, on="2026-09-17").case
    night = datetime(2026, 9, 19, 3, tzinfo=ZONE).astimezone(UTC)

    sweep(session, at=noon("2026-09-18") - timedelta(minutes=1), limit=100)
    early = session.scalars(select(Notice.id).where(Notice.kind == "unprotected")).all()
    sweep(session, at=night, limit=100)
    sweep(session, at=night + timedelta(hours=1), limit=100)

    assert early == []
    told = session.scalars(select(Notice).where(Notice.kind == "unprotected")).all()
    triagers = {room.triager.staff_id, room.second_triager.staff_id}
    assert {one.staff_id for one in told} == triagers | {room.investigator.staff_id}
    assert {one.show_from for one in told} == {night}
    assert steps(session, case).count("unprotected") == 1


def test_a_protected_case_alerts_nobody(session: Session, room: Room) -> None:
    case = received(session, room).case
    protect(session, room, case, at=noon(TUESDAY))

    sweep(session, at=noon("2026-09-17"), limit=100)

    assert session.scalars(select(Notice.id).where(Notice.kind == "unprotected")).all() == []
    assert "unprotected" not in steps(session, case)


def test_nothing_of_it_applies_to_other_kinds(session: Session, room: Room) -> None:
    case = file_case(session, room.site, at=noon(TUESDAY)).case
    sort(session, room, case, at=noon(TUESDAY))

    assert track_of(session, case.id) is None
    with pytest.raises(NotOnThisTrack):
        choose(session, room, case)


def test_nobody_else_sees_any_of_it(session: Session, room: Room) -> None:
    case = received(session, room).case
    sort_again(
        session,
        room,
        case,
        severity=4,
        at=noon(TUESDAY),
        respondents=[RespondentSaid(staff_id=room.second_triager.staff_id)],
    )
    protect(session, room, case, at=noon(TUESDAY))

    def sees(person: Person) -> bool:
        try:
            page = case_page(
                session, viewer_of(session, person), case.reference, now=noon(TUESDAY), writing=lambda: session
            )
        except CaseNotFound:
            return False
        return bool(page.measures) and page.track is not None

    assert {name for name, person in vars(room).items() if isinstance(person, Person) and sees(person)} == {
        "triager",
        "investigator",
    }


def test_every_half_year_each_site_is_reminded_once(session: Session, room: Room) -> None:
    for on in ("2026-09-15", "2026-12-30", "2027-01-02", "2027-06-30", "2027-07-01"):
        remind_of_channels(session, at=noon(on), limit=100)

    keys = session.scalars(select(Task.key).where(Task.kind == "publicise_channels").order_by(Task.id)).all()
    assert [key.rpartition(":")[2] for key in keys] == ["2026-2", "2027-1", "2027-2"]


def test_the_codes_of_the_way_hold_no_words(session: Session, room: Room) -> None:
    case = received(session, room).case
    protect(session, room, case, at=noon(TUESDAY))
    choose(session, room, case, differ=True)
    session.flush()

    codes = session.scalars(select(CaseEvent.codes).where(CaseEvent.case_id == case.id)).all()

    assert "turno" not in json.dumps(list(codes), ensure_ascii=False)
    assert site_calendar(session, room.site.id, time_zone="America/Santiago", year=2026).version
