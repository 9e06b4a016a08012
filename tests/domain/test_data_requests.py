"""Requests about personal data: their days by law, who may see and answer them, and how a person is proven."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from grievance.accounts.permissions import Duty
from grievance.cases import clocks, delays, handling, pauses, triage
from grievance.cases.intake import Filed
from grievance.cases.models import Case, CaseMessage, Complainant
from grievance.cases.queries import CaseNotFound
from grievance.cases.record import CaseEvent, Notice
from grievance.cases.side_tracks import DelayReason
from grievance.cases.states import Confidentiality
from grievance.cases.verify import verify_cases
from grievance.deadlines.standards import CaseType
from grievance.desk.queries import DeskFilter, Show, desk
from grievance.privacy import requests
from grievance.privacy.request_kinds import DataRight
from grievance.privacy.request_queries import for_work, request_page, requests_of
from grievance.privacy.requests import request_of
from grievance.rounds.timers import sweep
from tests.support.casework import Room, by, make_room, sorted_case, viewer_of
from tests.support.data_requests import ask, asked, sees
from tests.support.people import Person, make_staff
from tests.support.places import WEDNESDAY, file_case

LATER = WEDNESDAY + timedelta(days=3)


def running(session: Session, case: Case) -> dict[str, date]:
    return {
        clock.name: clock.due_on
        for clock in clocks.of(session, case.id)
        if clock.met_at is None and clock.cancelled_at is None
    }


def noon(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 15, 0, tzinfo=UTC)


# Worked by hand on the calendar of Chile. 18 and 19 September 2026 are holidays (Friday and Saturday); 12 October 2026
# is a Monday and a holiday; 8 December 2026 is a Tuesday and a holiday; 25 December 2026 and 1 January 2027 are Fridays.
DATES = {
    "a plain Wednesday": (noon(2026, 9, 2), date(2026, 9, 3), date(2026, 9, 4), date(2026, 10, 2)),
    "a Friday: the weekend does not count": (noon(2026, 9, 4), date(2026, 9, 7), date(2026, 9, 8), date(2026, 10, 4)),
    "the eve of the national holidays": (noon(2026, 9, 17), date(2026, 9, 21), date(2026, 9, 22), date(2026, 10, 17)),
    "a Saturday": (noon(2026, 10, 10), date(2026, 10, 13), date(2026, 10, 14), date(2026, 11, 9)),
    "the day on which the law comes into force": (
        noon(2026, 12, 1),
        date(2026, 12, 2),
        date(2026, 12, 3),
        date(2026, 12, 31),
    ),
    "before a holiday in the week": (noon(2026, 12, 7), date(2026, 12, 9), date(2026, 12, 10), date(2027, 1, 6)),
    "over the turn of the year": (noon(2026, 12, 30), date(2026, 12, 31), date(2027, 1, 4), date(2027, 1, 29)),
}


@pytest.mark.parametrize("row", DATES.values(), ids=DATES.keys())
def test_the_days_of_the_law_are_counted_around_weekends_and_holidays(
    session: Session, room: Room, row: tuple[datetime, date, date, date]
) -> None:
    at, acknowledge, block, resolve = row

    filed = ask(session, room, right=DataRight.BLOCKING, at=at)

    assert running(session, filed.case) == {"acknowledge": acknowledge, "block": block, "resolve": resolve}


@pytest.mark.parametrize(
    ("right", "asks_blocking", "expected"),
    [
        (DataRight.ACCESS, True, False),
        (DataRight.PORTABILITY, False, False),
        (DataRight.ERASURE, False, False),
        (DataRight.ERASURE, True, True),
        (DataRight.RECTIFICATION, True, True),
        (DataRight.OBJECTION, True, True),
        (DataRight.BLOCKING, False, True),
    ],
)
def test_two_days_run_only_for_whoever_asks_that_nobody_reads_it(
    session: Session, room: Room, right: DataRight, asks_blocking: bool, expected: bool
) -> None:
    filed = ask(session, room, right=right, asks_blocking=asks_blocking)

    assert ("block" in running(session, filed.case)) is expected


def test_thirty_days_more_are_taken_once_and_told_before_the_first_are_over(
    session: Session, room: Room, officer: Person
) -> None:
    filed = ask(session, room)
    request = request_of(session, filed.case)
    assert request is not None
    at = noon(2026, 9, 30)
    before = session.scalars(select(CaseMessage).where(CaseMessage.case_id == filed.case.id)).all()
    assert before == []

    new_due_on = requests.extend(
        session,
        filed.case,
        request,
        reason=DelayReason.MORE_TO_FIND_OUT,
        words="Buscamos en tres casos.",
        by=by(officer),
        at=at,
    )

    assert new_due_on == date(2026, 11, 1)
    assert running(session, filed.case)["resolve"] == date(2026, 11, 1)
    assert session.scalars(select(CaseMessage.kind).where(CaseMessage.case_id == filed.case.id)).all() == ["delay"]
    with pytest.raises(requests.AlreadyExtended):
        requests.extend(
            session, filed.case, request, reason=DelayReason.OTHER, words="Otra vez.", by=by(officer), at=at
        )
    sweep(session, at=noon(2026, 10, 5), limit=50)
    breached = [clock.name for clock in clocks.of(session, filed.case.id) if clock.breached_at]
    assert "resolve" not in breached
    sweep(session, at=noon(2026, 11, 3), limit=50)
    assert "resolve" in [clock.name for clock in clocks.of(session, filed.case.id) if clock.breached_at]


def test_the_thirty_days_more_count_from_the_day_of_the_law_whatever_was_told_before(
    session: Session, room: Room, officer: Person
) -> None:
    filed = ask(session, room)
    request = request_of(session, filed.case)
    assert request is not None
    delays.give_notice(
        session,
        filed.case,
        "resolve",
        reason=DelayReason.OTHER,
        new_due_on=date(2026, 10, 20),
        words="Tardamos.",
        by=by(officer),
        at=noon(2026, 9, 10),
    )

    new_due_on = requests.extend(
        session, filed.case, request, reason=DelayReason.OTHER, words="Tardamos.", by=by(officer), at=noon(2026, 9, 11)
    )

    assert new_due_on == date(2026, 11, 1)
    assert running(session, filed.case)["resolve"] == date(2026, 11, 1)


def test_it_is_too_late_to_take_more_days_once_the_first_are_over(
    session: Session, room: Room, officer: Person
) -> None:
    filed = ask(session, room)
    request = request_of(session, filed.case)
    assert request is not None

    with pytest.raises(requests.TooLateToExtend):
        requests.extend(
            session, filed.case, request, reason=DelayReason.OTHER, words="Tarde.", by=by(officer), at=noon(2026, 10, 3)
        )


def test_the_days_of_the_law_are_never_paused_nor_put_off_otherwise(
    session: Session, room: Room, officer: Person
) -> None:
    filed = ask(session, room)

    with pytest.raises(delays.DateLocked):
        delays.ask_extension(
            session,
            filed.case,
            "resolve",
            reason=DelayReason.OTHER,
            new_due_on=date(2026, 12, 1),
            words="Más.",
            by=by(officer),
            at=LATER,
        )
    with pytest.raises(pauses.NeverPaused):
        pauses.pause(session, filed.case, words="Espere.", by=by(officer), at=LATER)


def test_whoever_answers_such_requests_sees_them_and_nothing_else(
    session: Session, room: Room, officer: Person
) -> None:
    about = sorted_case(session, room)
    filed = ask(session, room, about)

    assert sees(session, officer, filed.case, at=LATER)
    assert not sees(session, officer, about.case, at=LATER)
    viewer = viewer_of(session, officer)
    rows = desk(session, viewer, DeskFilter(show=Show.ALL), now=LATER).rows
    assert [row.reference for row in rows] == [filed.case.reference]
    assert [row.reference for row in requests_of(session, viewer)] == [filed.case.reference]
    notices = session.scalars(select(Notice.staff_id).where(Notice.kind == "data_request")).all()
    assert notices == [officer.staff_id]


@pytest.mark.parametrize(
    "part", ["handler", "second_handler", "coordinator", "auditor", "investigator", "administrator"]
)
def test_nobody_else_sees_a_request(session: Session, room: Room, officer: Person, part: str) -> None:
    about = sorted_case(session, room)
    filed = ask(session, room, about)
    person: Person = getattr(room, part)

    assert not sees(session, person, filed.case, at=LATER)
    with pytest.raises(CaseNotFound):
        request_page(session, viewer_of(session, person), filed.case.reference, now=LATER)
    assert requests_of(session, viewer_of(session, person)) == ()


def test_a_triager_sees_that_it_came_but_does_not_answer_it(session: Session, room: Room, officer: Person) -> None:
    filed = ask(session, room)

    assert sees(session, room.triager, filed.case, at=LATER)
    with pytest.raises(CaseNotFound):
        for_work(session, viewer_of(session, room.triager), filed.case.reference)


def test_a_request_filed_like_a_grievance_is_kept_as_close(session: Session, room: Room, officer: Person) -> None:
    filed = file_case(session, room.site, words="Quiero una copia de lo que tienen de mí")
    from_triage(session, room, filed.case)

    assert filed.case.is_restricted
    assert not sees(session, room.coordinator, filed.case, at=LATER)
    page = request_page(session, viewer_of(session, officer), filed.case.reference, now=LATER)
    assert page.right is None
    requests.register(session, filed.case, asked(), by=by(officer), at=LATER)
    page = request_page(session, viewer_of(session, officer), filed.case.reference, now=LATER)
    assert (page.right, dict(page.dates)) == ("access", {"acknowledge": date(2026, 9, 3), "resolve": date(2026, 10, 2)})
    with pytest.raises(requests.AlreadyRegistered):
        requests.register(session, filed.case, asked(), by=by(officer), at=LATER)


def from_triage(session: Session, room: Room, case: Case) -> None:
    triage.classify(
        session, case, type=CaseType.DATA_RIGHTS, category_id=None, severity=2, by=by(room.triager), at=WEDNESDAY
    )


def handled_by_an_officer(session: Session, room: Room) -> tuple[Filed, Person]:
    """Return a case and its handler, who also answers requests about personal data."""
    both = make_staff(
        session,
        name="Berta Imaginaria",
        duties={Duty.DATA_PROTECTION: room.site, Duty.HANDLER: room.site},
        with_second_factor=False,
    )
    about = sorted_case(session, room)
    about.case.handler_id = both.staff_id
    return about, both


def test_whoever_works_the_case_does_not_see_the_request_about_it(
    session: Session, room: Room, officer: Person
) -> None:
    about, both = handled_by_an_officer(session, room)

    filed = ask(session, room, about)

    assert not sees(session, both, filed.case, at=LATER)
    assert sees(session, officer, filed.case, at=LATER)


def test_where_nobody_else_could_answer_whoever_works_the_case_may(session: Session, room: Room) -> None:
    about, both = handled_by_an_officer(session, room)

    filed = ask(session, room, about)

    assert sees(session, both, filed.case, at=LATER)


def test_whoever_may_not_see_the_case_never_sees_the_request_about_it(
    session: Session, room: Room, officer: Person
) -> None:
    about = file_case(session, room.site, words="Dora Imaginaria me grita")
    filed = ask(session, room, about)

    assert not sees(session, officer, filed.case, at=LATER)


def test_a_document_proves_a_person_only_with_the_name_that_was_left(
    session: Session, room: Room, officer: Person
) -> None:
    about = file_case(session, room.site, name="Ximena Árbol Soñado", confidentiality=Confidentiality.NAMED)
    nameless = file_case(session, room.site)
    filed = ask(session, room)
    request = request_of(session, filed.case)
    assert request is not None

    def prove(reference: str, name: str) -> bool:
        return requests.prove_by_document(
            session, filed.case, request, reference=reference, name=name, by=by(officer), at=LATER
        )

    assert not prove(about.case.reference, "Otra Persona")
    assert not prove(about.case.reference, "")
    assert not prove("0000-0000", "Ximena Árbol Soñado")
    assert not prove(nameless.case.reference, "")
    assert requests.people_of(session, request) == []
    assert prove(about.case.reference, "XIMENA ARBOL SONADO")
    assert requests.people_of(session, request) == [about.complainant]


def test_a_name_from_another_site_proves_nothing(session: Session, room: Room, officer: Person) -> None:
    other = make_room(session, slug="puerto-imaginario", line=None)
    about = file_case(session, other.site, name="Ximena Árbol", confidentiality=Confidentiality.NAMED)
    filed = ask(session, room)
    request = request_of(session, filed.case)
    assert request is not None

    assert not requests.prove_by_document(
        session, filed.case, request, reference=about.case.reference, name="Ximena Árbol", by=by(officer), at=LATER
    )


def test_the_chain_of_a_request_holds_and_has_no_words(session: Session, room: Room, officer: Person) -> None:
    about = sorted_case(session, room)
    filed = ask(session, room, about, right=DataRight.RECTIFICATION, wanted="Vivo en la calle Inventada")
    handling.acknowledge(session, filed.case, words="La tenemos.", by=by(officer), at=LATER)
    session.flush()

    assert list(verify_cases(session)) == []
    codes = session.scalars(select(CaseEvent.codes).where(CaseEvent.case_id == filed.case.id)).all()
    assert "Inventada" not in str(codes)
    assert {code.get("step") for code in codes} >= {"asked", "proven"}
    assert session.scalars(select(Complainant.id).where(Complainant.case_id == filed.case.id)).all() == [
        filed.complainant.id
    ]
